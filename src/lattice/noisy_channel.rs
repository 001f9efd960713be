//! The noisy channel: what a channel says stood there, and a language model that says what clean text is like.

use unspin_core::language_model::LanguageModel;

use crate::channel::PhraseChannel;

/// A channel and a language model, for reading texts.
pub(crate) struct NoisyChannel<'r, M: LanguageModel> {
    pub(crate) channel: PhraseChannel<'r>,
    pub(crate) model: &'r M,
}
