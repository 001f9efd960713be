//! Words and their spans, letter case, inflection and articles: everything that is known about
//! English before any dictionary is opened.

pub mod article;
pub mod case;
pub mod inflect;
pub(crate) mod lanes;
mod opaque;
pub mod vocabulary;
mod words;

pub use words::{Kind, Token, fold_into, tokens};
