//! The layers of dictionaries that speak of a spinner, their tables at hand.

use crate::dictionary::tables::{Channel, Tables};

use super::lattice::Reader;

/// The layers that speak of a spinner.
pub(super) struct Layers<'r>(Vec<Layer<'r>>);

/// A layer of dictionaries.
pub(super) struct Layer<'r> {
    /// Its number among all layers.
    pub(super) number: u8,
    /// The number of the spinner in it.
    pub(super) spinner: u8,
    pub(super) tables: Tables<'r>,
}

impl<'r> Layers<'r> {
    pub(super) fn of(reader: Reader<'r, '_>) -> Self {
        let layers = reader.dictionaries.iter().zip(reader.spinner).enumerate();
        let speaking = layers.filter_map(|(number, (dictionary, &spinner))| {
            Some(Layer { number: number as u8, spinner: spinner?, tables: dictionary.tables() })
        });
        Layers(speaking.collect())
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[Layer<'r>] {
        &self.0
    }

    /// The greatest rate, in 255ths, that any layer gives a word.
    #[inline]
    pub(super) fn rate_code(&self, word: u32) -> u8 {
        self.0.iter().map(|layer| layer.tables.rate_code(layer.spinner, word)).max().unwrap_or(0)
    }

    /// What is known of a rewrite, by layer and number.
    #[inline]
    pub(super) fn channel(&self, (layer, number): (u8, u32)) -> Option<Channel<'r>> {
        let layer = self.0.iter().find(|own| own.number == layer)?;
        layer.tables.channel(layer.tables.record(number)?)
    }
}
