//! A text under one spinner: its substitution rate, its evidence, and what was found in it.

use super::lattice::{Lattice, Reader, Word};

/// Rounds of estimating the substitution rate.
const ROUNDS: usize = 3;
/// The rate is relative to the spinner's habit; these many edits at that habit are believed beforehand.
const PRIOR_EDITS: f64 = 4.0;
/// A spun page is spun: below this share of the habit, text is not of that spinner.
const RATE_RANGE: std::ops::RangeInclusive<f64> = 0.35..=1.8;

/// The sentences of a text, read for one spinner.
#[derive(Clone, Debug)]
pub struct Document {
    lattices: Vec<(usize, Lattice)>,
    rate: f32,
    evidence: f64,
}

/// A rewrite that may be made, at words `from..to` of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// First word.
    pub from: usize,
    /// One past the last word.
    pub to: usize,
    /// Layer and number of the rewrite.
    pub rewrite: (u8, u32),
    /// P(this rewrite | text, spinner).
    pub posterior: f32,
}

impl Document {
    /// Reads sentences, given as ranges of `words`, and estimates the substitution rate.
    pub fn read(reader: Reader, words: &[Word], sentences: &[std::ops::Range<usize>]) -> Document {
        let mut document = Document { lattices: lattices(reader, words, sentences), rate: 1.0, evidence: 0.0 };
        let mut posterior = Vec::new();
        for _ in 0..ROUNDS {
            let (mut edits, mut exposed) = (0.0, 0.0);
            document.evidence = 0.0;
            for (_, lattice) in &document.lattices {
                document.evidence += lattice.sum(document.rate, &mut posterior);
                lattice.expect(&posterior, document.rate, &mut edits, &mut exposed);
            }
            let rate = (edits + PRIOR_EDITS) / (exposed + PRIOR_EDITS);
            document.rate = rate.clamp(*RATE_RANGE.start(), *RATE_RANGE.end()) as f32;
        }
        document
    }

    /// Reads sentences at a known substitution rate.
    pub fn read_at(reader: Reader, words: &[Word], sentences: &[std::ops::Range<usize>], rate: f32) -> Document {
        Document { lattices: lattices(reader, words, sentences), rate, evidence: 0.0 }
    }

    /// log P(text | this spinner) − log P(text | clean), natural.
    pub fn evidence(&self) -> f64 {
        self.evidence
    }

    /// Substitution rate relative to the spinner's habit.
    pub fn rate(&self) -> f32 {
        self.rate
    }

    /// Every rewrite whose posterior is at least `least`, in order of position.
    pub fn findings(&self, least: f32) -> Vec<Finding> {
        let mut out = Vec::new();
        let mut posterior = Vec::new();
        for (start, lattice) in &self.lattices {
            lattice.sum(self.rate, &mut posterior);
            for (edge, &p) in lattice.edges().iter().zip(&posterior) {
                if let Some(rewrite) = edge.rewrite
                    && p >= least
                {
                    out.push(Finding { from: start + edge.from as usize, to: start + edge.to as usize, rewrite, posterior: p });
                }
            }
        }
        out
    }
}

fn lattices(reader: Reader, words: &[Word], sentences: &[std::ops::Range<usize>]) -> Vec<(usize, Lattice)> {
    sentences.iter().map(|s| (s.start, Lattice::build(reader, &words[s.clone()]))).collect()
}
