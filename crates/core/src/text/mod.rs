//! Words and their spans, letter case, inflection and articles: everything that is known about
//! English before any dictionary is opened.

pub mod article;
mod boundary;
pub mod case;
mod fold;
pub mod hidden;
pub mod inflect;
mod irregular;
pub mod number_words;
pub mod numeral;
pub mod opaque;
pub mod swar;
mod tokenizer;
pub mod vocabulary;
pub(crate) mod wordset;

pub use fold::{fold_into, fold_page_into};
pub use tokenizer::{Kind, Token, page_tokens, tokens};
