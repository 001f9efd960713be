//! The phrase channel of a spinner: the layers of dictionaries that speak of it, their tables at hand.

use unspin_core::dictionary::Dictionary;
use unspin_core::dictionary::tables::{Channel as Rewrite, Tables};

/// What a spinner writes for what, by layers of dictionaries.
pub(crate) struct PhraseChannel<'r> {
    /// The name of the spinner.
    pub(crate) spinner: &'r str,
    layers: Vec<Layer<'r>>,
}

/// A layer of dictionaries.
pub(super) struct Layer<'r> {
    /// Its number among all layers.
    pub(super) number: u8,
    /// The number of the spinner in it.
    pub(super) spinner: u8,
    pub(super) tables: Tables<'r>,
    pub(super) dictionary: &'r Dictionary,
}

impl<'r> PhraseChannel<'r> {
    /// The channel of a spinner, by its number in each layer that speaks of it.
    pub(crate) fn new(spinner: &'r str, dictionaries: &'r [Dictionary], numbers: &[Option<u8>]) -> Self {
        let layers = dictionaries.iter().zip(numbers).enumerate();
        let speaking = layers.filter_map(|(number, (dictionary, &spinner))| {
            Some(Layer { number: number as u8, spinner: spinner?, tables: dictionary.tables(), dictionary })
        });
        PhraseChannel { spinner, layers: speaking.collect() }
    }

    /// The layers, the first to answer first.
    #[inline]
    pub(super) fn layers(&self) -> &[Layer<'r>] {
        &self.layers
    }

    /// The layer of a number among all.
    #[inline]
    pub(super) fn layer(&self, number: u8) -> Option<&Layer<'r>> {
        self.layers.iter().find(|own| own.number == number)
    }

    /// The greatest rate, in 255ths, that any layer gives a word: how often it is replaced where clean text has it.
    #[inline]
    pub(crate) fn rate_code(&self, word: u32) -> u8 {
        self.layers.iter().map(|layer| layer.tables.rate_code(layer.spinner, word)).max().unwrap_or(0)
    }

    /// What is known of a rewrite, by layer and number.
    #[inline]
    pub(crate) fn rewrite(&self, (layer, number): (u8, u32)) -> Option<Rewrite<'r>> {
        let layer = self.layer(layer)?;
        layer.tables.channel(layer.tables.record(number)?)
    }

    /// Whether a word by itself may stand for another.
    pub(super) fn rewrites_word(&self, spun: u32, original: u32) -> bool {
        self.layers.iter().any(|layer| {
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
