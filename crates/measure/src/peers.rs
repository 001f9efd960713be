//! Other ways to find or replace the same phrases, and the limit: reading every byte.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};

use crate::tables::Tables;

/// Other ways to find or replace the same phrases.
pub struct Peers {
    /// All states at hand.
    pub dfa: AhoCorasick,
    /// States with a way back: smaller.
    pub nfa: AhoCorasick,
    /// States in two arrays.
    pub double_array: DoubleArrayAhoCorasick<u32>,
    /// What the naive restorer writes for each phrase.
    pub originals: Vec<String>,
}

impl Peers {
    /// Automata of all phrases.
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

    /// How many phrases are found.
    pub fn find_dfa(&self, text: &str) -> usize {
        self.dfa.find_iter(text).count()
    }

    /// How many phrases are found.
    pub fn find_nfa(&self, text: &str) -> usize {
        self.nfa.find_iter(text).count()
    }

    /// How many phrases are found. Case matters to it: give it folded text.
    pub fn find_double_array(&self, folded: &str) -> usize {
        self.double_array.leftmost_find_iter(folded).count()
    }
}

/// Reads every byte once.
pub fn count_bytes(text: &str) -> usize {
    text.bytes().filter(|&b| b == b' ').count()
}
