//! What the engine of `unspin` and its build share: words, phrase dictionaries, the language model.
//!
//! | module | owns |
//! | --- | --- |
//! | [`text`] | tokens, letter case, inflection, articles, vocabulary |
//! | [`dictionary`] | entry format, compiler, FST, look-up, lint |
//! | [`language_model`] | trigram model: file format, queries, trainer |
//! | [`meaning`] | what no edit may change: negations, numbers, genders, known names |
//! | [`knowledge`] | all of these as one value: compiled, packed, laid out |
//! | [`ocr`] | words and names, what letters are misread as |
//! | [`second_reader`] | what a second reader is asked, and answers |
//! | [`telltales`] | phrases that let clean text leave early |
//! | [`trees`] | small decision trees of the confidence layer |
//! | [`bytes`] | tables used in place, embedded or owned |
//! | [`quantize`] | log probabilities in a byte |
//!
//! This crate is an implementation detail: depend on `unspin`, whose interface is kept stable.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod bytes;
pub mod dictionary;
mod features;
pub mod knowledge;
pub mod language_model;
pub mod meaning;
pub mod ocr;
pub mod quantize;
pub mod second_reader;
pub mod telltales;
pub mod text;
pub mod trees;
