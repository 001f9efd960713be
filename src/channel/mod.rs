//! Channels: ways in which a text was changed, from an original to what lies before us.

mod candidates;
pub mod ocr;
mod phrase;
mod word;

use std::sync::LazyLock;

pub(crate) use candidates::{CandidateId, Candidates, ChangeKey, Provenance};
pub(crate) use phrase::{Change, Layer, PhraseChannel};
pub(crate) use word::Word;

use ocr::{Confusions, Lexicon, OcrChannel, Repair, Weights};

/// What the OCR channel knows, made ready when the first text asks for it.
static OCR: LazyLock<Option<OcrChannel>> = LazyLock::new(|| {
    Some(OcrChannel {
        lexicon: Lexicon::from_text(include_str!("../../dictionaries/ocr/lexicon.tsv")).ok()?,
        confusions: Confusions::from_text(
            include_str!("../../dictionaries/ocr/confusions.tsv"),
            include_str!("../../dictionaries/ocr/print.tsv"),
        )
        .ok()?,
        weights: Weights::from_text(include_str!("../../dictionaries/ocr/confidence.tsv")).ok()?,
    })
});

/// The OCR channel of the embedded tables; `None` if they are damaged.
pub fn ocr_channel() -> Option<&'static OcrChannel> {
    OCR.as_ref()
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
    match (ocr_channel(), crate::embedded::vocabulary(), crate::embedded::context()) {
        (Some(channel), Some(vocabulary), Some(model)) => channel.repair(text, &vocabulary, &model, min_confidence),
        _ => Repair::default(),
    }
}
