//! The OCR channel: what recognised text was printed as. Its words and confusions are in [`unspin_core::ocr`].
//!
//! | module | owns |
//! | --- | --- |
//! | `units` | units of a text and the gaps between them |
//! | `fragments` | how rare words with some letters in a row are |
//! | `search` | the words that a string may have been |
//! | `candidate` | a word that a string may have been |
//! | `shape` | capitals and accents |
//! | `guard` | what is never changed: meaning, spelling |
//! | `period` | whether a text keeps the habits of early print |
//! | `standing` | what a unit is as it stands |
//! | `arcs` | what each unit may have been |
//! | `joined` | what units may have been together |
//! | `document` | a text on its way: units, arcs, posteriors |
//! | `lattice` | forward and backward over arcs and the language model |
//! | `rates` | how damaged a document is |
//! | `habits` | which confusions a document makes more often than others |
//! | `features` | what an edit is judged by |
//! | `confidence` | how sure an edit is |
//! | `reading` | one text through all of these |
//! | `repair` | rounds of reading until nothing more is found |
//! | `stage` | the channel of the embedded tables, as a stage of a restoration |

mod arcs;
mod candidate;
mod confidence;
mod document;
mod feature;
mod features;
mod fragments;
mod guard;
mod habits;
mod joined;
mod lattice;
mod mixer;
mod period;
mod rates;
mod reading;
mod repair;
mod search;
mod shape;
mod stage;
mod standing;
mod units;

pub use candidate::{Candidate, Used};
pub use confidence::Weights;
pub use feature::{Feature, Features};
pub use fragments::Fragments;
pub use reading::{Damage, LEAST_UNITS, MIN_CONFIDENCE, OcrChannel, OcrEdit, Reading};
pub use repair::{Repair, apply};
pub use search::{Reach, Scratch, Search};
pub(crate) use stage::Ocr;
pub use stage::{ocr_channel, repair_ocr};
pub use unspin_core::ocr::confusions::{Confusions, FAULTS, Fault, Faults};
pub use unspin_core::ocr::lexicon::{Known, Lexicon, Usual};
