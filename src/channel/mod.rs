//! Channels: ways in which a text was changed, from an original to what lies before us.

mod candidates;
pub mod ocr;
mod phrase;
mod word;

#[cfg(feature = "embedded")]
use std::sync::LazyLock;

pub(crate) use candidates::{CandidateId, Candidates, ChangeKey, Provenance};
pub(crate) use phrase::{Change, Limits, PhraseChannel, Proposal};
pub(crate) use word::Word;

#[cfg(feature = "embedded")]
use unspin_core::bytes::Bytes;

#[cfg(feature = "embedded")]
use ocr::{Confusions, Lexicon, Weights};
use ocr::{OcrChannel, Repair};

/// A way in which a text was changed, to be undone: the one list of channels. `src/stages.rs` has their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// Characters: invisible and styled ones, ligatures, entities, mojibake, letters of other scripts. Code points alone
    /// decide, so that short texts are mended too. See [`Damage`](crate::mend::Damage).
    Characters,
    /// Words: hyphens of line ends, wrapped lines, letter-spaced, joined and split words, long s, leet. The language
    /// model decides; it costs about as much time as the bytes of clean text do. Off at first.
    Words,
    /// Text that was read from print by a machine (OCR): misread letters, lost and added spaces. The lattice of
    /// [`ocr`] decides; it looks at every word, and reads texts that have some that nobody knows. Off at first.
    Ocr,
    /// Phrases that a spinner replaced.
    Spun,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 4] = [Channel::Characters, Channel::Words, Channel::Ocr, Channel::Spun];
    /// Those of a restorer that nobody told otherwise.
    pub const DEFAULT: [Channel; 2] = [Channel::Characters, Channel::Spun];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Characters => "characters",
            Channel::Words => "words",
            Channel::Ocr => "ocr",
            Channel::Spun => "spun",
        }
    }
}

/// What the OCR channel knows, made ready when the first text asks for it.
#[cfg(feature = "embedded")]
static OCR: LazyLock<Option<OcrChannel>> = LazyLock::new(|| {
    Some(OcrChannel {
        lexicon: Lexicon::from_bytes(&Bytes::Static(include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"))))?,
        confusions: Confusions::from_text(
            include_str!("../../dictionaries/ocr/confusions.tsv"),
            include_str!("../../dictionaries/ocr/print.tsv"),
        )
        .ok()?,
        weights: Weights::from_text(include_str!("../../dictionaries/ocr/confidence.tsv")).ok()?,
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
    match (ocr_channel(), crate::embedded::vocabulary(), crate::embedded::context()) {
        (Some(channel), Some(vocabulary), Some(model)) => channel.repair(text, &vocabulary, &model, min_confidence),
        _ => Repair::default(),
    }
}
