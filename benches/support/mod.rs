//! Text to measure on, made from what ships in the repository, and the peers to measure against.

#![allow(dead_code, missing_docs)]

mod writer;

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};
use unspin::prefilter::Prefilter;
use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::telltales::Telltales;
use unspin_core::text::vocabulary::Vocabulary;
use unspin_core::text::{Kind, Token, tokens};

use writer::Writer;

static CONTEXT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/context.bin"));
static DICTIONARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin"));
static VOCABULARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));
static TELLTALES: &str = include_str!(concat!(env!("OUT_DIR"), "/telltales.tsv"));
static PAGES: &str = include_str!("../../tests/articles/pages.jsonl");

/// The spinner whose habits the spun text shows: the commonest.
pub const SPINNER: &str = "folks";

/// The embedded tables, stage by stage.
pub struct Tables {
    pub context: TrigramModel<'static>,
    pub dictionary: Dictionary,
    pub vocabulary: Vocabulary<'static>,
    pub screen: Prefilter,
}

impl Tables {
    pub fn new() -> Tables {
        Tables {
            context: TrigramModel::from_bytes(CONTEXT).expect("context"),
            dictionary: Dictionary::from_static(DICTIONARY).expect("dictionary"),
            vocabulary: Vocabulary::from_bytes(VOCABULARY).expect("vocabulary"),
            screen: Prefilter::new(&Telltales::from_text(TELLTALES).expect("telltales")).expect("screen"),
        }
    }

    /// The ids of the words of a text.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        tokens(text, &mut found);
        self.vocabulary.ids(text, &found)
    }

    /// Each phrase with its likeliest original.
    pub fn phrases(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        self.dictionary.for_each_phrase(|ids, found| {
            let best = found
                .numbers()
                .filter_map(|n| self.dictionary.rewrite(n))
                .max_by(|a, b| (a.rate * a.log_share.exp()).total_cmp(&(b.rate * b.log_share.exp())));
            if let (Some(best), Some(spun)) = (best, self.spell(ids)) {
                out.push((spun, best.text.to_string()));
            }
        });
        out
    }

    fn spell(&self, ids: &[u32]) -> Option<String> {
        let mut out = String::new();
        for &id in ids {
            let word = self.vocabulary.word(id)?;
            if !out.is_empty() && word != "'s" {
                out.push(' ');
            }
            out.push_str(word);
        }
        Some(out)
    }

    /// What the spinner writes for each original.
    fn spellings(&self) -> HashMap<String, Vec<String>> {
        let spinner = self.dictionary.spinners().iter().position(|s| s == SPINNER).expect("spinner") as u8;
        let mut out: HashMap<String, Vec<String>> = HashMap::new();
        self.dictionary.for_each_phrase(|ids, found| {
            for rewrite in found.numbers().filter_map(|n| self.dictionary.rewrite(n)) {
                if rewrite.spinner == spinner && rewrite.observed > 0 {
                    out.entry(rewrite.text.to_string()).or_default().extend(self.spell(ids));
                }
            }
        });
        out.values_mut().for_each(|all| all.sort());
        out
    }
}

/// A generator with a fixed seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

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

/// Other ways to find or replace the same phrases.
pub struct Peers {
    pub dfa: AhoCorasick,
    pub nfa: AhoCorasick,
    pub double_array: DoubleArrayAhoCorasick<u32>,
    pub originals: Vec<String>,
}

impl Peers {
    pub fn new(tables: &Tables) -> Peers {
        let (spun, originals): (Vec<String>, Vec<String>) = tables.phrases().into_iter().unzip();
        let build = |kind| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .kind(Some(kind))
                .build(&spun)
                .expect("automaton")
        };
        Peers {
            dfa: build(AhoCorasickKind::DFA),
            nfa: build(AhoCorasickKind::ContiguousNFA),
            double_array: DoubleArrayAhoCorasickBuilder::new()
                .match_kind(daachorse::MatchKind::LeftmostLongest)
                .build(&spun)
                .expect("double array"),
            originals,
        }
    }

    /// The naive restorer, by one of the automata: every phrase that stands between word boundaries becomes its
    /// likeliest original.
    pub fn replace(&self, automaton: &AhoCorasick, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let is_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        automaton.replace_all_with(text, &mut out, |found, matched, out| {
            let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
            let inside = is_word(before) || is_word(bytes.get(found.end()));
            out.push_str(if inside { matched } else { &self.originals[found.pattern().as_usize()] });
            true
        });
        out
    }

    pub fn find_dfa(&self, text: &str) -> usize {
        self.dfa.find_iter(text).count()
    }

    pub fn find_nfa(&self, text: &str) -> usize {
        self.nfa.find_iter(text).count()
    }

    /// Case matters to it: give it folded text.
    pub fn find_double_array(&self, folded: &str) -> usize {
        self.double_array.leftmost_find_iter(folded).count()
    }
}

/// Reads every byte once.
pub fn count_bytes(text: &str) -> usize {
    text.bytes().filter(|&b| b == b' ').count()
}
