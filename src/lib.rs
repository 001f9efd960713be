//! Finds synonym-substituted ("spun") English text and restores the wording it was made from.
//!
//! ```
//! let unspin = unspin::Unspin::new();
//! let restored = unspin.restore("The White Home stated that Chinese language officers had been there.");
//! assert_eq!(restored.text(), "The White House said that Chinese officials were there.");
//! for edit in restored.edits() {
//!     println!("{:?} -> {} ({:.2})", edit.span, edit.replacement, edit.confidence);
//! }
//! assert!(unspin.detect("It rained in Oslo.").spun() < 0.5);
//! ```
//!
//! Dictionaries and the context model are embedded: nothing is downloaded, [`Unspin::new`] takes
//! milliseconds. Clean text comes back borrowed and unchanged. [`Unspin`] is `Send + Sync`; make
//! one and share it.
//!
//! # How it works
//!
//! A hidden spinner wrote the text by replacing phrases of an original: a noisy channel. The engine
//! weighs what the spinner writes for what (the dictionary) against what English would say (the
//! context model), over a lattice of all readings, and lets the document decide whether there was
//! a spinner at all.
//!
//! ```text
//! bytes → words (spans into the source) → prefilter → lattice → decode → edits → text
//!                                          │ clean: nothing changes
//! ```
//!
//! | module | owns |
//! | --- | --- |
//! | `stages` | the list of channels, each of which reads what the one before it left |
//! | `engine` | the one walk of a text that may have been spun |
//! | [`mend`] | damage below the words: a repaired view and its map to the source |
//! | [`prefilter`] | tell-tales that let clean text leave |
//! | `lattice` | readings of a sentence, beam, forward–backward |
//! | `document` | spinner and rate of a text, findings, [`Verdict`] |
//! | [`confidence`] | features of a finding, and the probability that it is right |
//! | `json` | the one JSON of edits and verdicts |
//! | `edits` | choice, realisation, composition and application of [`Edit`]s |
//! | `batch` (feature, on by default) | many texts at once, in order, in bounded memory |
//! | `dump` (feature) | article dumps: a reader and writer for each format |
//! | `cli` (feature) | the program `unspin` |
//!
//! Words, dictionaries and the language model are the crate `unspin-core`, which the build shares.
//!
//! # Resource usage
//!
//! The embedded tables are part of the program and paged in as they are used. `docs/performance.md`
//! has throughput, start-up time and memory, measured.

// The engine never prints.
#![warn(clippy::print_stdout, clippy::print_stderr)]

#[cfg(feature = "batch")]
pub mod batch;
mod build_error;
mod builder;
#[doc(hidden)]
pub mod channel;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod confidence;
mod document;
#[cfg(feature = "dump")]
pub mod dump;
mod edits;
mod embedded;
mod engine;
mod facade;
mod json;
mod lattice;
pub mod mend;
mod mentions;
mod model;
mod offsets;
#[doc(hidden)]
pub mod prefilter;
mod protect;
mod reading;
mod restoration;
mod second_reading;
mod stages;
mod tortured;
mod version;

pub use build_error::BuildError;
pub use builder::Builder;
pub use channel::Channel;
pub use document::{Evidence, Verdict};
pub use edits::{Alternative, Edit, EditError, Entry, apply};
#[cfg(feature = "embedded")]
pub use embedded::VERSION;
#[cfg(not(feature = "embedded"))]
pub use embedded::{InstallError, install};
pub use facade::Unspin;
pub use json::Annotation;
pub use model::ModelError;
pub use offsets::Unit;
pub use restoration::Restoration;
pub use tortured::TorturedPhrase;
/// Dictionaries from memory or files: the entry format and its errors.
pub use unspin_core::dictionary::{DictionaryError, source as dictionary};
/// A second reader, and the places that it is asked about: see [`Builder::second_reader`].
pub use unspin_core::second_reader::{Place, SecondReader};

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
