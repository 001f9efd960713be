//! The layers of dictionaries that speak of a spinner, their tables at hand.

use unspin_core::dictionary::Dictionary;
use unspin_core::dictionary::tables::{Channel, Record, Tables};
use unspin_core::language_model::TrigramModel;

/// What building a lattice needs to know.
#[derive(Clone, Copy, Debug)]
pub struct PhraseChannel<'r, 'b> {
    /// The context model.
    pub context: &'r TrigramModel<'b>,
    /// Layers of dictionaries, the first to answer wins.
    pub dictionaries: &'r [Dictionary],
    /// For each layer, the number of the spinner whose entries are read, if it has any.
    pub spinner: &'r [Option<u8>],
}

/// The layers that speak of a spinner.
pub(crate) struct Layers<'r>(Vec<Layer<'r>>);

/// A layer of dictionaries.
pub(crate) struct Layer<'r> {
    /// Its number among all layers.
    pub(crate) number: u8,
    /// The number of the spinner in it.
    pub(crate) spinner: u8,
    pub(crate) tables: Tables<'r>,
}

impl<'r> Layers<'r> {
    pub(crate) fn of(reader: PhraseChannel<'r, '_>) -> Self {
        let layers = reader.dictionaries.iter().zip(reader.spinner).enumerate();
        let speaking = layers.filter_map(|(number, (dictionary, &spinner))| {
            Some(Layer { number: number as u8, spinner: spinner?, tables: dictionary.tables() })
        });
        Layers(speaking.collect())
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[Layer<'r>] {
        &self.0
    }

    /// The greatest rate, in 255ths, that any layer gives a word.
    #[inline]
    pub(crate) fn rate_code(&self, word: u32) -> u8 {
        self.0.iter().map(|layer| layer.tables.rate_code(layer.spinner, word)).max().unwrap_or(0)
    }

    /// What a rewrite costs without its neighbours, by layer and number; most if it is not known.
    pub(crate) fn cost(&self, (layer, number): (u8, u32)) -> u8 {
        let layer = self.0.iter().find(|own| own.number == layer);
        layer.and_then(|layer| layer.tables.record(number)).map_or(u8::MAX, Record::cost)
    }

    /// What is known of a rewrite, by layer and number.
    #[inline]
    pub(crate) fn channel(&self, (layer, number): (u8, u32)) -> Option<Channel<'r>> {
        let layer = self.0.iter().find(|own| own.number == layer)?;
        layer.tables.channel(layer.tables.record(number)?)
    }

    /// Whether a word by itself may stand for another.
    pub(crate) fn rewrites_word(&self, spun: u32, original: u32) -> bool {
        self.0.iter().any(|layer| {
            let start = layer.tables.start(&[spun]);
            let mut is_found = false;
            start.inspect(|start| {
                layer.tables.matches(start, &[spun], |found| {
                    let mut rewrites = layer.tables.rewrites(found, layer.spinner);
                    is_found |= rewrites.any(|(_, record)| {
                        layer.tables.channel(record).is_some_and(|channel| channel.ids().eq([original]))
                    });
                });
            });
            is_found
        })
    }
}
