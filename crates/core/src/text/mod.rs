//! Words and their spans, letter case, inflection and articles: everything that is known about
//! English before any dictionary is opened.

pub mod article;
pub mod case;
pub mod inflect;
mod irregular;
mod opaque;
pub mod swar;
mod tokenizer;
pub mod vocabulary;

pub use tokenizer::{Kind, Token, fold_into, tokens};
