//! The OCR channel of the embedded tables, as the stages of a restoration use it.

#[cfg(feature = "embedded")]
use std::sync::LazyLock;

#[cfg(feature = "embedded")]
use unspin_core::bytes::Bytes;
use unspin_core::language_model::TrigramModel;
#[cfg(feature = "embedded")]
use unspin_core::ocr::confusions::Confusions;
#[cfg(feature = "embedded")]
use unspin_core::ocr::lexicon::Lexicon;
use unspin_core::text::vocabulary::Vocabulary;

#[cfg(feature = "embedded")]
use super::confidence::Weights;
#[cfg(feature = "embedded")]
use super::fragments::Fragments;
use super::reading::{OcrChannel, OcrEdit};
use super::repair::{Repair, apply};
use super::units::Unit;
use crate::channel::list::Channel;
use crate::channel::text_channel::{Correction, Corrections, TextChannel};
use crate::embedded;

/// The OCR channel of a restorer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ocr {
    min_confidence: f32,
}

impl Ocr {
    /// The channel, which makes edits of at least this confidence.
    pub(crate) fn new(min_confidence: f32) -> Ocr {
        Ocr { min_confidence }
    }
}

impl TextChannel for Ocr {
    /// The units of a text of which enough are unknown words.
    type Evidence = Vec<Unit>;
    type Found = Corrections;

    fn prefilter(&self, text: &str) -> Option<Vec<Unit>> {
        let (channel, vocabulary, model) = tables()?;
        channel.prefilter(text, &vocabulary, &model)
    }

    fn undo(&self, text: &str, units: Vec<Unit>) -> Option<Corrections> {
        let (channel, vocabulary, model) = tables()?;
        let repair = channel.repair_units(text, units, &vocabulary, &model, self.min_confidence);
        let corrected = apply(text, &repair.edits);
        let all: Vec<Correction> = repair.edits.into_iter().map(correction).collect();
        (!all.is_empty()).then_some(Corrections { channel: Channel::Ocr, all, corrected })
    }
}

fn correction(OcrEdit { span, replacement, confidence, .. }: OcrEdit) -> Correction {
    Correction { span, replacement, confidence }
}

/// What the channel reads by; `None` if tables are damaged or not there.
fn tables() -> Option<(&'static OcrChannel, Vocabulary<'static>, TrigramModel<'static>)> {
    Some((ocr_channel()?, embedded::vocabulary()?, embedded::context()?))
}

/// What the OCR channel knows, made ready when the first text asks for it.
#[cfg(feature = "embedded")]
static OCR: LazyLock<Option<OcrChannel>> = LazyLock::new(|| {
    let lexicon = Lexicon::from_bytes(&Bytes::Static(include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"))))?;
    Some(OcrChannel {
        fragments: Fragments::of(&lexicon),
        lexicon,
        confusions: Confusions::from_text(
            include_str!("../../../dictionaries/ocr/confusions.tsv"),
            include_str!("../../../dictionaries/ocr/print.tsv"),
        )
        .ok()?,
        weights: Weights::from_text(include_str!("../../../dictionaries/ocr/confidence.tsv")).ok()?,
    })
});

/// The OCR channel of the embedded tables; `None` if they are damaged.
#[cfg(feature = "embedded")]
pub fn ocr_channel() -> Option<&'static OcrChannel> {
    OCR.as_ref()
}

/// The lexicon of OCR, half a megabyte compressed, is not among the tables that are installed.
#[cfg(not(feature = "embedded"))]
pub fn ocr_channel() -> Option<&'static OcrChannel> {
    None
}

/// Repairs recognised text by the embedded tables: edits of at least `min_confidence`, and how damaged the text is.
///
/// ```
/// let text = "Tlie meeting of tlie council was held on Tuesday at the hall, aud the mayor said that the works \
///             wliich had been begun in the spring wonld be finished before the end of the year.";
/// let repair = unspin::channel::repair_ocr(text, 0.5);
/// let repaired = unspin::channel::ocr::apply(text, &repair.edits);
/// assert!(repaired.starts_with("The meeting of the council was held"), "{repaired}");
/// assert!(repaired.contains("and the mayor said that the works which had been begun in the spring would be"));
/// assert!(unspin::channel::repair_ocr(&repaired, 0.5).edits.is_empty());
/// ```
pub fn repair_ocr(text: &str, min_confidence: f32) -> Repair {
    match tables() {
        Some((channel, vocabulary, model)) => channel.repair(text, &vocabulary, &model, min_confidence),
        None => Repair::default(),
    }
}
