//! Phrases that are never touched: the users' own, and those that dictionaries keep.
//!
//! A phrase is its own words, letter by letter, whatever their case; a word that no dictionary knows is like no other.
//! A trie over the numbers of words finds all of them in one pass, however many there are. Phrases may overlap; every one of
//! them is found. The end of a line is white space here.

use std::collections::HashMap;

use unspin_core::text::{Kind, Token, fold_page_into};

/// The node of the trie that stands for no words.
const ROOT: u32 = 0;

/// The protected phrases of a restorer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protected {
    /// The words of the phrases, folded, from 1 on; 0 is any other word.
    numbers: HashMap<String, u32>,
    /// The node that a node and the number of a word lead to.
    next: HashMap<(u32, u32), u32>,
    /// Of each node, whether a phrase ends there.
    ends: Vec<bool>,
}

impl Protected {
    /// Protects phrases given as their words, folded.
    pub(crate) fn new(phrases: &[Vec<String>]) -> Self {
        let mut protected = Protected { ends: vec![false], ..Protected::default() };
        let Protected { numbers, next, ends } = &mut protected;
        for phrase in phrases.iter().filter(|phrase| !phrase.is_empty()) {
            let mut node = ROOT;
            for word in phrase {
                let new = numbers.len() as u32 + 1;
                let number = *numbers.entry(word.clone()).or_insert(new);
                node = *next.entry((node, number)).or_insert_with(|| {
                    ends.push(false);
                    ends.len() as u32 - 1
                });
            }
            ends[node as usize] = true;
        }
        protected
    }

    /// The places of the tokens of all protected phrases, in order.
    pub(crate) fn find(&self, text: &str, tokens: &[Token]) -> Vec<usize> {
        if self.next.is_empty() {
            return Vec::new();
        }
        let (mut places, mut numbers) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
        let mut key = String::new();
        for (place, token) in tokens.iter().enumerate().filter(|(_, token)| !is_line_end(text, token)) {
            key_into(text, token, &mut key);
            places.push(place);
            numbers.push(self.numbers.get(&key).copied().unwrap_or(0));
        }
        // What lies before this is found.
        let (mut found, mut done) = (Vec::new(), 0);
        for start in 0..numbers.len() {
            if let Some(end) = self.longest(&numbers[start..]).map(|length| start + length) {
                found.extend_from_slice(&places[start.max(done)..end.max(done)]);
                done = done.max(end);
            }
        }
        found
    }

    /// The length in words of the longest phrase that words begin with.
    fn longest(&self, numbers: &[u32]) -> Option<usize> {
        let (mut node, mut longest) = (ROOT, None);
        for (at, &number) in numbers.iter().enumerate() {
            let Some(&next) = self.next.get(&(node, number)) else { break };
            node = next;
            if self.ends[node as usize] {
                longest = Some(at + 1);
            }
        }
        longest
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
            let places = Protected::new(&phrases).find(text, &tokens);
            places.iter().map(|&n| &text[tokens[n].start..tokens[n].end]).collect::<Vec<_>>().join(" ")
        };
        for (phrases, text, want) in [
            (vec![], "the Home", ""),
            (vec!["Home Depot", "depot sale"], "a HOME depot sale at Home", "HOME depot sale"),
            (vec!["Blorptron Home"], "the Blorptron Home and the Zyxwvut Home", "Blorptron Home"),
            (vec!["Home Depot"], "a Home\nDepot", "Home Depot"),
            (vec!["folks' home", "Folks's Army"], "the Folks’s Army", "Folks ’s Army"),
            (vec!["Who? Weekly"], "in Who? Weekly today", "Who ? Weekly"),
            (vec!["a b c", "b", "c d", "a b"], "a b a b c d b", "a b a b c d b"),
            (vec!["b c d", "a b c x"], "a b c d", "b c d"),
            (vec!["Apollo 12345"], "Apollo 54321, Apollo 12345", "Apollo 12345"),
        ] {
            assert_eq!(found(&phrases, text), want, "{phrases:?} in {text:?}");
        }
    }
}
