//! Channels: ways in which a text was changed, from an original to what lies before us.
//!
//! | module | owns |
//! | --- | --- |
//! | `list` | the names of channels |
//! | `text_channel` | what every channel implements |
//! | `candidates` | what a channel says stood at a place, in an arena of the text |
//! | `phrase` | phrases that a spinner replaced |
//! | [`ocr`] | text that a machine read from print |

mod candidates;
mod list;
pub mod ocr;
mod phrase;
mod text_channel;
mod word;

pub(crate) use candidates::{CandidateId, Candidates, ChangeKey, Provenance};
pub use list::Channel;
pub use ocr::repair_ocr;
pub(crate) use phrase::{Change, Limits, PhraseChannel, Proposal};
#[cfg(test)]
pub(crate) use text_channel::Correction;
pub(crate) use text_channel::{Corrections, TextChannel};
pub(crate) use word::Word;
