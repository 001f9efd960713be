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
//! bytes → words (spans into the source) → screen → lattice → decode → edits → text
//!                                          │ clean: nothing changes
//! ```
//!
//! | module | owns |
//! | --- | --- |
//! | [`text`] | words, spans, case, inflection, articles |
//! | [`dictionary`] | entry format, compiler, FST, lookup, lint |
//! | [`screen`] | tell-tales that let clean text leave |
//! | [`context`] | n-gram model: file format, queries, trainer |
//! | [`decode`] | lattice, forward–backward, document posterior, confidence |
//! | [`restore`] | [`Unspin`], its builder, [`Restoration`], [`Edit`], [`Verdict`] |
//! | [`learn`] | dictionaries, weights and scores from aligned pairs |
//! | `batch` (feature, on by default) | many texts at once, in order, in bounded memory |
//! | `dump` (feature) | article dumps: a reader and writer for each format |
//!
//! # Resource usage
//!
//! The embedded tables are part of the program and paged in as they are used. `docs/performance.md`
//! has throughput, start-up time and memory, measured.

// The engine never prints.
#![warn(clippy::print_stdout, clippy::print_stderr)]

#[cfg(feature = "batch")]
pub mod batch;
mod bytes;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod context;
pub mod decode;
pub mod dictionary;
#[cfg(feature = "dump")]
pub mod dump;
pub mod learn;
mod quantum;
pub mod restore;
pub mod screen;
pub mod text;

pub use restore::{
    BuildError, Builder, Edit, EditError, Entry, Evidence, Restoration, Unspin, VERSION, Verdict, apply,
};

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
