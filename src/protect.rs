//! Phrases that are never touched: the users' own, and those that dictionaries keep.
//!
//! A phrase is its own words, letter by letter, whatever their case; a word that no dictionary knows is like no other.
//! All are found in one pass however many there are: an automaton reads numbers of words, four bytes each, that are
//! given to the words of the phrases alone. Phrases may overlap; every one of them is found. The end of a line is white
//! space here.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError};
use unspin_core::text::{Kind, Token, fold_page_into};

/// Bytes of a number.
const NUMBER: usize = 4;

/// The protected phrases of a restorer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protected {
    /// The words of the phrases, folded, from 1 on; 0 is any other word.
    numbers: HashMap<String, u32>,
    automaton: Option<AhoCorasick>,
}

impl Protected {
    /// Protects phrases given as their words, folded.
    ///
    /// # Errors
    ///
    /// More phrases than an automaton can hold (billions of words).
    pub(crate) fn new(phrases: &[Vec<String>]) -> Result<Self, BuildError> {
        if phrases.is_empty() {
            return Ok(Protected::default());
        }
        let mut numbers = HashMap::new();
        let mut number = |word: &String| {
            let next = numbers.len() as u32 + 1;
            *numbers.entry(word.clone()).or_insert(next)
        };
        let patterns: Vec<Vec<u8>> =
            phrases.iter().map(|phrase| phrase.iter().flat_map(|word| number(word).to_le_bytes()).collect()).collect();
        Ok(Protected { automaton: Some(AhoCorasick::new(patterns)?), numbers })
    }

    /// The places of the tokens of every protected phrase, in order of the phrases' ends.
    pub(crate) fn find(&self, text: &str, tokens: &[Token]) -> Vec<usize> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let (mut places, mut numbers) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(NUMBER * tokens.len()));
        let mut key = String::new();
        for (place, token) in tokens.iter().enumerate().filter(|(_, token)| !is_line_end(text, token)) {
            key_into(text, token, &mut key);
            places.push(place);
            numbers.extend(self.numbers.get(&key).copied().unwrap_or(0).to_le_bytes());
        }
        let found = automaton.find_overlapping_iter(&numbers).filter(|found| found.start() % NUMBER == 0);
        found.flat_map(|found| &places[found.start() / NUMBER..found.end() / NUMBER]).copied().collect()
    }
}

/// The words of a phrase as [`Protected`] knows them; none if there are none.
pub(crate) fn words_of(text: &str, tokens: &[Token]) -> Vec<String> {
    let is_word = |token: &Token| !matches!(token.kind, Kind::End | Kind::Pause);
    let Some(first) = tokens.iter().position(is_word) else { return Vec::new() };
    let last = tokens.iter().rposition(is_word).unwrap_or(first);
    let key = |token: &Token| {
        let mut key = String::new();
        key_into(text, token, &mut key);
        key
    };
    tokens[first..=last].iter().filter(|token| !is_line_end(text, token)).map(key).collect()
}

fn is_line_end(text: &str, token: &Token) -> bool {
    token.kind == Kind::End && text.as_bytes()[token.start] == b'\n'
}

/// What a token is to a phrase: the article in both its forms, an apostrophe of any kind.
fn key_into(text: &str, token: &Token, key: &mut String) {
    key.clear();
    fold_page_into(&text[token.start..token.end], key);
    if key == "an" {
        key.truncate(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspin_core::text::page_tokens;

    #[test]
    fn finds_every_phrase_and_nothing_else() {
        let cut = |text: &str| {
            let mut tokens = Vec::new();
            page_tokens(text, &mut tokens);
            tokens
        };
        let found = |phrases: &[&str], text: &str| -> String {
            let phrases: Vec<_> = phrases.iter().map(|phrase| words_of(phrase, &cut(phrase))).collect();
            let tokens = cut(text);
            let mut places = Protected::new(&phrases).unwrap().find(text, &tokens);
            places.sort_unstable();
            places.dedup();
            places.iter().map(|&n| &text[tokens[n].start..tokens[n].end]).collect::<Vec<_>>().join(" ")
        };
        for (phrases, text, want) in [
            (vec![], "the Home", ""),
            (vec!["Home Depot", "depot sale"], "a HOME depot sale at Home", "HOME depot sale"),
            (vec!["Blorptron Home"], "the Blorptron Home and the Zyxwvut Home", "Blorptron Home"),
            (vec!["Home Depot"], "a Home\nDepot", "Home Depot"),
            (vec!["folks' home", "Folks's Army"], "the Folks’s Army", "Folks ’s Army"),
            (vec!["Who? Weekly"], "in Who? Weekly today", "Who ? Weekly"),
            (vec!["Apollo 12345"], "Apollo 54321, Apollo 12345", "Apollo 12345"),
        ] {
            assert_eq!(found(&phrases, text), want, "{phrases:?} in {text:?}");
        }
    }
}
