//! The screen: tell-tale phrases that let clean text leave at once.
//!
//! [`telltales`] chooses the phrases when the crate is built; [`Screen`] finds them in one pass over
//! the bytes and adds up what they say. Its answer is a rough one with few false dismissals: whoever
//! passes is read properly.

pub mod telltales;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use telltales::Telltales;

/// A tell-tale is rarely seen alone in text that was spun; below this, in nats, text counts as clean.
const PASS: f32 = -1.0;
/// Bytes of an average word of news and the space after it.
const BYTES_PER_WORD: f32 = 6.0;

/// Finds tell-tales in text.
#[derive(Clone, Debug)]
pub struct Screen {
    automaton: AhoCorasick,
    /// Log likelihood ratios, a row of `spinners` for each pattern.
    weights: Vec<f32>,
    /// What a word of text without tell-tales says against each spinner.
    drift: Vec<f32>,
}

impl Screen {
    /// A screen for these tell-tales.
    ///
    /// # Errors
    ///
    /// More patterns than the automaton can hold (billions of states).
    pub fn new(telltales: &Telltales) -> Result<Screen, aho_corasick::BuildError> {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(telltales.phrases.iter().map(|(phrase, _)| phrase))?;
        Ok(Screen {
            automaton,
            weights: telltales.phrases.iter().flat_map(|(_, weights)| weights.iter().copied()).collect(),
            drift: telltales.drift.clone(),
        })
    }

    /// The score of each spinner: a rough log P(text | spinner) − log P(text | clean), in nats.
    pub fn scores(&self, text: &str) -> Vec<f32> {
        let spinners = self.drift.len();
        let mut scores = vec![0f32; spinners];
        let bytes = text.as_bytes();
        for found in self.automaton.find_iter(bytes) {
            let is_word = |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0xC3);
            let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
            if is_word(before) || is_word(bytes.get(found.end())) {
                continue;
            }
            let row = found.pattern().as_usize() * spinners;
            scores.iter_mut().zip(&self.weights[row..row + spinners]).for_each(|(score, weight)| *score += weight);
        }
        let words = text.len() as f32 / BYTES_PER_WORD;
        scores.iter_mut().zip(&self.drift).for_each(|(score, drift)| *score -= drift * words);
        scores
    }

    /// Whether a text with this score may have been spun.
    pub fn passes(score: f32) -> bool {
        score > PASS
    }
}
