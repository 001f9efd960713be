//! The prefilter: tell-tale phrases that let clean text leave at once.
//!
//! [`unspin_core::telltales`] chooses the phrases when the crate is built; [`Prefilter`] finds them in one pass over
//! the bytes and adds up what they say. Its answer is a rough one with few false dismissals: whoever
//! passes is read properly.
//!
//! A tell-tale begins and ends where a word does, so nothing is asked within words: a word is hashed
//! while its end is looked for, and a few bits in the first cache say whether a tell-tale begins
//! with it, or with it and the next. No automaton is built, so that a restorer is ready in a moment.

mod params;

use std::num::TryFromIntError;

use unspin_core::telltales::Telltales;
use unspin_core::text::swar::{LANES, Lanes, mix};

use params::{BITS_PER_PHRASE, FEW, LEAST_WORDS, Params, WINDOW};

/// What a byte is to the prefilter: a letter or digit of ASCII, or what parts runs of those.
const PARTS: u8 = 1;
/// A phrase may begin with it.
const BEGINS: u8 = 2;
/// All bytes, before any phrase is known.
static ROLES: [u8; 256] = {
    let mut roles = [PARTS; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            roles[byte] = 0;
        }
        byte += 1;
    }
    roles
};

/// Finds tell-tales in text.
#[derive(Clone, Debug)]
pub struct Prefilter {
    /// By hash, those of a hash the longest first.
    phrases: Vec<Phrase>,
    /// Where the phrases begin whose hashes have the same high bits.
    shelves: Vec<u32>,
    /// The phrases, folded, one after the other.
    text: Vec<u8>,
    /// Bits at the hashes of the phrases, so that most words are done with here.
    sieve: Vec<u64>,
    /// Two to this many words of it.
    log_words: u32,
    /// Phrases that begin with something else than a letter or digit of ASCII, the longest first.
    others: Vec<Phrase>,
    /// What each byte is: one of those may begin with it.
    roles: [u8; 256],
    /// Log likelihood ratios, a row of `spinners` for each pattern.
    weights: Vec<f32>,
    /// What a word of text without tell-tales says against each spinner.
    drift: Vec<f32>,
}

/// Scores of spinners, by number.
#[derive(Clone, Debug)]
pub struct Scores {
    /// Those of few spinners stand here: clean text is let go without an allocation.
    few: [f32; FEW],
    spinners: usize,
    many: Vec<f32>,
}

impl Scores {
    fn zero(spinners: usize) -> Scores {
        Scores { few: [0.0; FEW], spinners, many: if spinners > FEW { vec![0.0; spinners] } else { Vec::new() } }
    }

    /// The scores, in nats.
    pub fn as_slice(&self) -> &[f32] {
        self.few.get(..self.spinners).unwrap_or(&self.many)
    }

    fn as_mut_slice(&mut self) -> &mut [f32] {
        self.few.get_mut(..self.spinners).unwrap_or(&mut self.many)
    }
}

/// The spinners that may have made a text.
#[derive(Clone, Debug)]
pub struct Suspects {
    scores: Scores,
    /// The greatest of the scores.
    best: f32,
    /// Bytes of the text that may be prose.
    length: usize,
}

impl Suspects {
    /// Whether the spinner of a number may have made the text: those of far less evidence than another's did not.
    pub fn is_likely(&self, spinner: usize) -> bool {
        let score = self.scores.as_slice().get(spinner).copied().unwrap_or(f32::NEG_INFINITY);
        Prefilter::passes(score, self.length) && !Params::ENGINE.is_far_below(score, self.best)
    }
}

#[derive(Clone, Copy, Debug)]
struct Phrase {
    /// Of its first word, or of its first two.
    hash: u32,
    start: u32,
    length: u32,
    row: u32,
}

/// A run of ASCII letters and digits.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Where the bytes before it begin.
    from: usize,
    start: usize,
    end: usize,
    hash: u32,
    /// The roles of the bytes before it.
    before: u8,
}

impl Prefilter {
    /// A prefilter for these tell-tales.
    ///
    /// # Errors
    ///
    /// More than 4 GiB of phrases.
    pub fn new(telltales: &Telltales) -> Result<Prefilter, TryFromIntError> {
        let spinners = telltales.drift.len();
        let mut text = Vec::with_capacity(telltales.phrases.iter().map(|(phrase, _)| phrase.len()).sum());
        let (mut phrases, mut others) = (Vec::with_capacity(telltales.phrases.len()), Vec::new());
        for (row, (phrase, _)) in telltales.phrases.iter().enumerate().filter(|(_, (phrase, _))| !phrase.is_empty()) {
            let start = text.len();
            text.extend(phrase.bytes().map(|b| b.to_ascii_lowercase()));
            let first = next_run(&ROLES, &text, start);
            let second = next_run(&ROLES, &text, first.end);
            let phrase = Phrase {
                hash: if second.start < second.end { pair(first.hash, second.hash) } else { first.hash },
                start: u32::try_from(start)?,
                length: u32::try_from(text.len() - start)?,
                row: u32::try_from(row * spinners)?,
            };
            if first.start > start { others.push(phrase) } else { phrases.push(phrase) }
        }
        phrases.sort_by_key(|p| (p.hash, std::cmp::Reverse(p.length)));
        others.sort_by_key(|p| std::cmp::Reverse(p.length));
        let log_words = (phrases.len() * BITS_PER_PHRASE / 64).next_power_of_two().trailing_zeros();
        let mut sieve = vec![0u64; 1 << log_words];
        for phrase in &phrases {
            let (word, bit) = place(log_words, phrase.hash);
            sieve[word] |= 1 << bit;
        }
        let shelves = phrases.len().next_power_of_two() as u32;
        let begins = |number: u32| phrases.partition_point(|p| shelf(shelves, p.hash) < number as usize) as u32;
        let mut roles = ROLES;
        others.iter().for_each(|p| roles[usize::from(text[p.start as usize])] |= BEGINS);
        Ok(Prefilter {
            shelves: (0..shelves).map(begins).collect(),
            roles,
            phrases,
            text,
            sieve,
            log_words,
            others,
            weights: telltales.phrases.iter().flat_map(|(_, weights)| weights.iter().copied()).collect(),
            drift: telltales.drift.clone(),
        })
    }

    /// The score of each spinner: a rough log P(text | spinner) − log P(text | clean), in nats.
    pub fn scores(&self, text: &str) -> Scores {
        self.scores_of(text, prose(text))
    }

    /// The scores of a text with so many bytes of prose.
    fn scores_of(&self, text: &str, prose: usize) -> Scores {
        let spinners = self.drift.len();
        let mut room = Scores::zero(spinners);
        let scores = room.as_mut_slice();
        self.find(text, |row| {
            scores.iter_mut().zip(&self.weights[row..row + spinners]).for_each(|(score, weight)| *score += weight);
        });
        let words = Params::ENGINE.words(prose);
        for (score, drift) in scores.iter_mut().zip(&self.drift) {
            // Short texts say little against a spinner, but no more for it.
            *score = if *score > 0.0 { *score - drift * words } else { f32::NEG_INFINITY };
        }
        room
    }

    /// Calls `found` with the row of each tell-tale, leftmost and longest first, without overlap.
    fn find(&self, text: &str, mut found: impl FnMut(usize)) {
        let bytes = text.as_bytes();
        let mut this = next_run(&self.roles, bytes, 0);
        loop {
            let next = next_run(&self.roles, bytes, this.end);
            let Some((from, phrase)) = self.other_before(text, this).or_else(|| self.longest_at(text, this, next))
            else {
                if this.start == this.end {
                    // There is none any more.
                    return;
                }
                this = next;
                continue;
            };
            found(phrase.row as usize);
            this = next_run(&self.roles, bytes, from + phrase.length as usize);
        }
    }

    /// The first phrase before a run, and where it begins.
    #[inline]
    fn other_before(&self, text: &str, run: Run) -> Option<(usize, &Phrase)> {
        if run.before & BEGINS == 0 {
            return None;
        }
        let bytes = text.as_bytes();
        (run.from..run.start).filter(|&at| self.roles[usize::from(bytes[at])] & BEGINS != 0).find_map(|at| {
            let phrase = self.others.iter().find(|p| self.stands_at(p, text, at))?;
            Some((at, phrase))
        })
    }

    /// The longest phrase that begins with a run, and where that is.
    #[inline]
    fn longest_at(&self, text: &str, this: Run, next: Run) -> Option<(usize, &Phrase)> {
        let both = pair(this.hash, next.hash);
        let (is_pair, is_alone) = (self.may_begin(both), self.may_begin(this.hash));
        if !is_pair && !is_alone {
            return None;
        }
        let longest = |hash| {
            let from = self.shelves[shelf(self.shelves.len() as u32, hash)] as usize;
            let mut same = self.phrases[from..].iter().skip_while(|p| p.hash < hash).take_while(|p| p.hash == hash);
            same.find(|p| self.stands_at(p, text, this.start))
        };
        let phrase =
            is_pair.then(|| longest(both)).flatten().or_else(|| is_alone.then(|| longest(this.hash)).flatten());
        Some((this.start, phrase?))
    }

    #[inline]
    fn may_begin(&self, hash: u32) -> bool {
        let (word, bit) = place(self.log_words, hash);
        self.sieve[word] >> bit & 1 != 0
    }

    /// Whether a phrase stands here as words of its own.
    fn stands_at(&self, phrase: &Phrase, text: &str, at: usize) -> bool {
        let want = &self.text[phrase.start as usize..(phrase.start + phrase.length) as usize];
        let end = at + want.len();
        let is_there = text.as_bytes().get(at..end).is_some_and(|there| there.eq_ignore_ascii_case(want));
        // Whole characters are equal, so that both ends are on boundaries.
        is_there && !text[..at].ends_with(char::is_alphanumeric) && !text[end..].starts_with(char::is_alphanumeric)
    }

    /// What the tell-tales of a text say of the spinners; `None` if none of them may have been at work.
    pub fn suspects(&self, text: &str) -> Option<Suspects> {
        let length = prose(text);
        let scores = self.scores_of(text, length);
        let best = scores.as_slice().iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let suspects = Suspects { scores, best, length };
        (0..suspects.scores.spinners).any(|number| suspects.is_likely(number)).then_some(suspects)
    }

    /// Whether a text of so many bytes with this score may have been spun.
    pub fn passes(score: f32, length: usize) -> bool {
        Params::ENGINE.pass(score, length)
    }
}

/// Bytes of a text but for windows in which hardly a word begins: an image in base64, a rule, a block of blanks. They say
/// nothing against a spinner.
fn prose(text: &str) -> usize {
    let begins = |pair: &&[u8]| pair[0].is_ascii_whitespace() && !pair[1].is_ascii_whitespace();
    let is_prose = |window: &&[u8]| {
        window.len() < WINDOW || window.windows(2).filter(begins).take(LEAST_WORDS).count() == LEAST_WORDS
    };
    text.as_bytes().chunks(WINDOW).filter(is_prose).map(<[u8]>::len).sum()
}

/// The run that begins at `from` or after it; empty at the end.
#[inline]
fn next_run(roles: &[u8; 256], bytes: &[u8], from: usize) -> Run {
    let (mut start, mut before) = (from, 0);
    while let Some(role) = bytes.get(start).map(|&byte| roles[usize::from(byte)]).filter(|&role| role != 0) {
        before |= role;
        start += 1;
    }
    let (mut hash, mut end) = (0, start);
    loop {
        let (length, folded) = Lanes::at(bytes, end).alphanumeric();
        hash = mix(hash, folded);
        end += length;
        if length < LANES {
            return Run { from, start, end, hash: hash as u32, before };
        }
    }
}

/// The hash of two runs.
#[inline]
fn pair(first: u32, second: u32) -> u32 {
    mix(u64::from(first), u64::from(second)) as u32
}

/// The shelf of a hash, of so many: their order is that of the hashes.
#[inline]
fn shelf(shelves: u32, hash: u32) -> usize {
    ((u64::from(hash) * u64::from(shelves)) >> 32) as usize
}

/// Where the bit of a hash is, in a sieve of two to so many words.
#[inline]
fn place(log_words: u32, hash: u32) -> (usize, u32) {
    ((u64::from(hash) << log_words >> 32) as usize, hash % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(phrases: &[&str], text: &str) -> usize {
        let phrases = phrases.iter().map(|p| (p.to_string(), vec![1.0])).collect();
        let mut count = 0;
        Prefilter::new(&Telltales { phrases, drift: vec![0.0] }).unwrap().find(text, |_| count += 1);
        count
    }

    #[test]
    fn what_is_no_prose_counts_for_nothing() {
        let sentence = "The White Home said so. ".repeat(40);
        let base64 = "iVBORw0KGgo/".repeat(6) + "\r\n";
        assert_eq!(prose(&sentence), sentence.len());
        for block in ["x".repeat(4096), " ".repeat(4096), base64.repeat(60)] {
            let bytes = prose(&(block.clone() + &sentence));
            assert!(bytes >= sentence.len() - WINDOW && bytes <= sentence.len() + WINDOW, "{block:.9}: {bytes}");
        }
    }

    #[test]
    fn finds_phrases_between_word_boundaries() {
        let phrases = ["white home", "white", "folks's", "élan", "12 months"];
        for (text, want) in [
            ("The White Home, white homes", 2),
            ("off-white; WHITE", 2),
            ("whiteness éwhite whité", 0),
            ("Folks's folks", 1),
            ("with élan, «élan»; délan", 2),
            ("12 months", 1),
            ("12 month", 0),
            ("", 0),
        ] {
            assert_eq!(count(&phrases, text), want, "{text}");
        }
        assert_eq!(count(&[], "white"), 0);
    }
}
