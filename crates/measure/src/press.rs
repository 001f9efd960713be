//! Articles to measure on, clean and spun, always the same ones.

use std::collections::HashMap;

use unspin_core::text::{Kind, Token, tokens};

use crate::random::Random;
use crate::tables::Tables;
use crate::writer::Writer;

static PAGES: &str = include_str!("../../../tests/articles/pages.jsonl");

/// How many sentences the articles of a press are made of.
const SENTENCES: usize = 20_000;

/// Makes articles, clean and spun, always the same ones.
pub struct Press {
    sentences: Vec<String>,
    spellings: HashMap<String, Vec<String>>,
}

impl Press {
    /// Articles with the variety of news: their sentences are drawn from the context model.
    pub fn new(tables: &Tables) -> Press {
        let (writer, mut random) = (Writer::new(), Random(0));
        let sentences = (0..SENTENCES).map(|_| writer.sentence(&mut random)).collect();
        Press { sentences, spellings: tables.spellings() }
    }

    /// Articles of the few sentences of the repository's own, over and over: they make sense, and every table is
    /// soon in the cache.
    pub fn of_few(tables: &Tables) -> Press {
        let mut sentences = Vec::new();
        for line in PAGES.lines() {
            let page: serde_json::Value = serde_json::from_str(line).expect("page");
            for paragraph in page["orig"].as_str().expect("orig").split('\n') {
                let mut rest = paragraph.trim();
                while let Some(end) = rest.find(". ") {
                    sentences.push(rest[..=end].to_string());
                    rest = &rest[end + 2..];
                }
                if !rest.is_empty() {
                    sentences.push(rest.to_string());
                }
            }
        }
        Press { sentences, spellings: tables.spellings() }
    }

    /// A text of its own, spun.
    pub fn spun(&self, clean: &str, number: u64, rate: f64) -> String {
        self.spin(clean, rate, &mut Random(number + 1))
    }

    /// An article of about 3 kB: sentences drawn anew for each number.
    /// `rate` is the share of its words that are spun.
    pub fn article(&self, number: u64, rate: f64) -> String {
        let mut random = Random(number + 1);
        let mut clean = String::new();
        while clean.len() < 3000 {
            let sentence = &self.sentences[random.next() as usize % self.sentences.len()];
            clean.push_str(sentence);
            clean.push(if random.next().is_multiple_of(4) { '\n' } else { ' ' });
        }
        if rate > 0.0 { self.spin(&clean, rate, &mut random) } else { clean }
    }

    /// Articles one after the other, at least `bytes` of them.
    pub fn articles(&self, bytes: usize, rate: f64) -> Vec<String> {
        let mut length = 0;
        let mut out = Vec::new();
        while length < bytes {
            out.push(self.article(out.len() as u64, rate));
            length += out[out.len() - 1].len();
        }
        out
    }

    /// One document of at least `bytes`.
    pub fn document(&self, bytes: usize, rate: f64) -> String {
        let mut out = String::with_capacity(bytes + 8000);
        let mut number = 0;
        while out.len() < bytes {
            out.push_str(&self.article(number, rate));
            number += 1;
        }
        out
    }

    /// One document without line breaks or sentence ends.
    pub fn long_line(&self, bytes: usize, rate: f64) -> String {
        self.document(bytes, rate).replace(['.', '\n'], "")
    }

    /// The text with that share of its words as the spinner would write them.
    fn spin(&self, clean: &str, rate: f64, random: &mut Random) -> String {
        let mut words: Vec<Token> = Vec::new();
        tokens(clean, &mut words);
        let changeable = |n: usize| {
            let token = &words[n];
            let key = clean[token.start..token.end].to_lowercase();
            (token.kind == Kind::Word).then(|| self.spellings.get(&key)).flatten()
        };
        let possible = (0..words.len()).filter(|&n| changeable(n).is_some()).count().max(1);
        let chance = rate * words.iter().filter(|t| t.kind == Kind::Word).count() as f64 / possible as f64;
        let mut out = String::with_capacity(clean.len() + clean.len() / 8);
        let mut at = 0;
        for (n, token) in words.iter().enumerate() {
            let Some(choices) = changeable(n) else { continue };
            if random.share() >= chance {
                continue;
            }
            let choice = &choices[random.next() as usize % choices.len()];
            out.push_str(&clean[at..token.start]);
            let is_capital = clean[token.start..].starts_with(char::is_uppercase);
            let (first, rest) = choice.split_at(choice.chars().next().map_or(0, char::len_utf8));
            out.push_str(&if is_capital { first.to_uppercase() } else { first.to_string() });
            out.push_str(rest);
            at = token.end;
        }
        out.push_str(&clean[at..]);
        out
    }
}
