//! The words that a string may have been: a best-first walk of the lexicon.
//!
//! A state is a node of the FST and a place in the read string. States are taken in the order of what they cost so
//! far: confusions, and the rarity that every word below the node has at least, which the FST gives for
//! nothing because it writes what its words share as early as it can. The first words found are the
//! likeliest. Confusions that were counted are tried first; any other letter only if those find nothing.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::candidate::{Candidate, MAX_FAULTS, Used};
use super::mixer::Mixed;
use unspin_core::ocr::confusions::{Confusion, Confusions, Fault, Faults, LONGEST, symbol};
use unspin_core::ocr::lexicon::{Known, Lexicon, Node, known, rarity};

/// Longer strings are not looked for.
pub const MAX_LENGTH: usize = 28;
/// Candidates of a string.
pub const MAX_CANDIDATES: usize = 8;
/// Of these, faults that no table lists.
const MAX_UNLISTED: u32 = 2;
/// States that are taken before a walk gives up.
const PATIENCE: usize = 800;
/// A candidate that costs so many nats more than the best is of no use.
const MARGIN: f32 = 7.0;

/// A letter that reads as any other: −log P(read | printed), each.
const REPLACED: f32 = 9.0;
const DROPPED: f32 = 7.0;
const ADDED: f32 = 9.0;
const SWAPPED: f32 = 7.5;
/// The space between two words is lost.
const JOINED: f32 = 6.0;

/// How a candidate is capitalised, as far as its letters tell; one or more of these.
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const CAPITALS: u8 = 4;

/// What is still to be read costs about so much a letter, in nats: states that are further on come first.
const AHEAD: f32 = 0.7;

/// Limits that are tried before that which is asked for: most strings are near to a common word.
const FIRST_LIMITS: [f32; 1] = [20.0];

/// Which operations a walk may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// One counted confusion.
    OneCounted,
    /// Counted confusions.
    Counted,
    /// And two or three words that lost the space between them.
    CountedAndJoined,
    /// And any letter for any other, a letter dropped, added or swapped.
    Any,
}

/// A step of a walk, and the way back.
#[derive(Clone, Copy)]
struct Step {
    parent: u32,
    node: u32,
    printed: [u8; LONGEST],
    length: u8,
    at: u8,
    cases: u8,
    words: u8,
    /// The confusion behind the step, by number.
    used: u16,
    /// Whether the last operation printed a letter that was not read.
    is_dropped: bool,
    /// Of the letters printed so far: words that share a node of the FST are told apart by it.
    hash: u32,
    faults: Faults,
    /// Confusions, and the rarity of words that are done.
    cost: f32,
    /// Output of the FST in the word that is not.
    output: u32,
}

/// Searches a lexicon.
#[derive(Clone, Copy, Debug)]
pub struct Search<'l> {
    /// The words.
    pub lexicon: &'l Lexicon,
    /// What they are misread as.
    pub confusions: &'l Confusions,
}

/// A walk that is under way.
struct Walk<'s> {
    search: &'s Search<'s>,
    read: Vec<u8>,
    /// Confusions that read what stands at each place, letters that were dropped last.
    at: Vec<Vec<Confusion>>,
    reach: Reach,
    limit: f32,
    steps: Vec<Step>,
    queue: BinaryHeap<Reverse<u64>>,
}

impl Search<'_> {
    /// The likeliest candidates of a string within a total cost, the likeliest first; the string itself is one if it is
    /// a word.
    pub fn candidates(&self, read: &str, reach: Reach, limit: f32) -> Vec<Candidate> {
        let read: Vec<u8> = read.chars().map(symbol).collect();
        if read.is_empty() || read.len() > MAX_LENGTH {
            return Vec::new();
        }
        let at: Vec<Vec<Confusion>> = (0..=read.len())
            .map(|from| {
                (0..=LONGEST.min(read.len() - from))
                    .rev()
                    .flat_map(|length| self.confusions.of(&read[from..from + length]).iter().copied())
                    .collect()
            })
            .collect();
        let mut walk = Walk { search: self, read, at, reach, limit, steps: Vec::new(), queue: BinaryHeap::new() };
        for first in FIRST_LIMITS.into_iter().filter(|first| *first < limit) {
            let found = walk.run(first);
            if let Some(best) = found.first().map(Candidate::total) {
                return if best + MARGIN <= first { found } else { walk.run(limit.min(best + MARGIN)) };
            }
        }
        walk.run(limit)
    }
}

impl Walk<'_> {
    /// The candidates within a limit.
    fn run(&mut self, limit: f32) -> Vec<Candidate> {
        self.limit = limit;
        self.steps.clear();
        self.queue.clear();
        let root = Step {
            parent: u32::MAX,
            node: self.search.lexicon.root_number(),
            printed: [0; LONGEST],
            length: 0,
            at: 0,
            cases: SMALL | CAPITAL | CAPITALS,
            words: 0,
            used: 0,
            is_dropped: false,
            hash: 1,
            faults: Faults::default(),
            cost: 0.0,
            output: 0,
        };
        self.push(root);
        let mut found: Vec<(f32, u32, Known)> = Vec::new();
        let mut seen: HashSet<u64, Mixed> = HashSet::default();
        let mut taken = 0;
        while let Some(Reverse(entry)) = self.queue.pop() {
            let number = entry as u32;
            let step = self.steps[number as usize];
            taken += 1;
            if taken > PATIENCE || (entry >> 32) as f32 / 1024.0 > self.limit {
                break;
            }
            let place = u64::from(step.at) << 8 | u64::from(step.cases) << 4 | u64::from(step.is_dropped) << 3;
            let key = u64::from(step.hash) << 32 | place | u64::from(step.words);
            if !seen.insert(key) {
                continue;
            }
            let node = self.search.lexicon.node(step.node);
            if let Some(end) = node.end().filter(|_| step.at > 0) {
                let word = known(step.output + end);
                if usize::from(step.at) == self.read.len() {
                    let total = step.cost + word.rarity;
                    let is_new = found.iter().all(|f| self.steps[f.1 as usize].hash != step.hash);
                    if total <= self.limit && is_new && may_be(word, step.cases) {
                        let place = found.partition_point(|f| f.0 <= total);
                        found.insert(place, (total, number, word));
                        found.truncate(MAX_CANDIDATES);
                        self.limit = self.limit.min(found[0].0 + MARGIN);
                        if found.len() == MAX_CANDIDATES {
                            self.limit = self.limit.min(found[MAX_CANDIDATES - 1].0);
                        }
                    }
                } else if self.reach >= Reach::CountedAndJoined && step.words < 2 {
                    self.part(step, number, word, root);
                }
            }
            self.expand(step, number, node);
        }
        found.iter().map(|&(_, number, word)| self.candidate(number, word)).collect()
    }

    fn max_faults(&self) -> u32 {
        if self.reach == Reach::OneCounted { 1 } else { MAX_FAULTS as u32 }
    }

    fn push(&mut self, step: Step) {
        let so_far = step.cost + rarity(step.output);
        let priority = so_far + AHEAD * (self.read.len() - usize::from(step.at)) as f32;
        if so_far <= self.limit && step.faults.total() <= self.max_faults() {
            self.queue.push(Reverse(u64::from((priority * 1024.0) as u32) << 32 | self.steps.len() as u64));
            self.steps.push(step);
        }
    }

    /// Begins another word after one that is done.
    fn part(&mut self, step: Step, number: u32, word: Known, root: Step) {
        let length = step.at as usize - self.word_start(number);
        let is_letter = length == 1 && word.rarity > 5.0;
        if is_letter || !may_be(word, step.cases) {
            return;
        }
        self.push(Step {
            parent: number,
            printed: [b' ', 0, 0],
            length: 1,
            at: step.at,
            words: step.words + 1,
            hash: step.hash.wrapping_mul(0x0100_0193) ^ u32::from(b' '),
            faults: step.faults.and(Faults::one(Fault::Joined)),
            cost: step.cost + word.rarity + JOINED,
            ..root
        });
    }

    /// Where the word of a step begins in the read string.
    fn word_start(&self, mut number: u32) -> usize {
        while number != u32::MAX {
            let step = &self.steps[number as usize];
            if step.length == 1 && step.printed[0] == b' ' {
                return step.at as usize;
            }
            number = step.parent;
        }
        0
    }

    fn expand(&mut self, step: Step, number: u32, node: Node) {
        let at = usize::from(step.at);
        if let Some(&read) = self.read.get(at) {
            self.follow(step, number, node, 1, &[read], 0.0, Faults::default(), 0);
        }
        if step.faults.total() >= self.max_faults() {
            return;
        }
        for n in 0..self.at[at].len() {
            let Confusion { taken, printed, length, cost, fault, number: used } = self.at[at][n];
            if taken == 0 && step.is_dropped {
                continue;
            }
            let printed = &printed[..usize::from(length)];
            self.follow(step, number, node, taken, printed, cost, Faults::one(fault), used);
        }
        if self.reach == Reach::Any && step.faults.unlisted() < MAX_UNLISTED {
            self.expand_any(step, number, node);
        }
    }

    /// Any letter for any other, dropped, added, swapped.
    fn expand_any(&mut self, step: Step, number: u32, node: Node) {
        let at = usize::from(step.at);
        let read = self.read.get(at).copied();
        let is_capital = |b: u8| b.is_ascii_uppercase();
        for letter in node.letters() {
            if at > 0 && !step.is_dropped {
                let capital = is_capital(self.read[at - 1]) && step.cases & CAPITALS != 0;
                let letter = if capital { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, node, 0, &[letter], DROPPED, Faults::one(Fault::Dropped), 0);
            }
            if let Some(read) = read {
                let letter = if is_capital(read) { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, node, 1, &[letter], REPLACED, Faults::one(Fault::Replaced), 0);
                if at == 0 && letter.is_ascii_lowercase() {
                    let capital = [letter.to_ascii_uppercase()];
                    self.follow(step, number, node, 1, &capital, REPLACED, Faults::one(Fault::Replaced), 0);
                }
            }
        }
        if read.is_some() {
            self.follow(step, number, node, 1, &[], ADDED, Faults::one(Fault::Added), 0);
        }
        if let (Some(first), Some(&second)) = (read, self.read.get(at + 1))
            && first != second
        {
            self.follow(step, number, node, 2, &[second, first], SWAPPED, Faults::one(Fault::Swapped), 0);
        }
    }

    /// Goes down the lexicon by printed letters, if words are there.
    #[allow(clippy::too_many_arguments)]
    fn follow(
        &mut self,
        step: Step,
        number: u32,
        node: Node,
        taken: u8,
        printed: &[u8],
        cost: f32,
        faults: Faults,
        used: u16,
    ) {
        if step.cost + rarity(step.output) + cost > self.limit {
            return;
        }
        let (mut below, mut number_below) = (node, step.node);
        let (mut output, mut cases, mut hash) = (step.output, step.cases, step.hash);
        let mut is_first = step.cases == SMALL | CAPITAL | CAPITALS;
        for &letter in printed {
            let Some(transition) = self.search.lexicon.follow(below, letter.to_ascii_lowercase()) else { return };
            output += transition.output;
            number_below = transition.node;
            below = self.search.lexicon.node(transition.node);
            cases &= match (letter.is_ascii_uppercase(), is_first) {
                (true, true) => CAPITAL | CAPITALS,
                (true, false) => CAPITALS,
                (false, true) if letter.is_ascii_lowercase() => SMALL,
                (false, false) if letter.is_ascii_lowercase() => SMALL | CAPITAL,
                _ => cases,
            };
            is_first = false;
            hash = hash.wrapping_mul(0x0100_0193) ^ u32::from(letter);
        }
        if cases == 0 {
            return;
        }
        let mut padded = [0; LONGEST];
        padded[..printed.len()].copy_from_slice(printed);
        self.push(Step {
            parent: number,
            node: number_below,
            printed: padded,
            length: printed.len() as u8,
            at: step.at + taken,
            cases,
            used,
            is_dropped: taken == 0,
            hash,
            faults: step.faults.and(faults),
            cost: step.cost + cost,
            output,
            ..step
        });
    }

    fn candidate(&self, number: u32, last: Known) -> Candidate {
        let step = self.steps[number as usize];
        let (mut letters, mut at) = (Vec::new(), number);
        let (mut used, mut count) = (Used::default(), 0);
        while at != u32::MAX {
            let step = &self.steps[at as usize];
            letters.extend(step.printed[..usize::from(step.length)].iter().rev());
            if step.used > 0 && count < used.len() {
                used[count] = step.used;
                count += 1;
            }
            at = step.parent;
        }
        letters.reverse();
        let text = String::from_utf8(letters).unwrap_or_default();
        let mut words: Vec<Known> = text
            .split(' ')
            .map(|word| self.search.lexicon.get(word.to_ascii_lowercase().as_bytes()).unwrap_or(last))
            .collect();
        if let Some(word) = words.last_mut() {
            *word = last;
        }
        let rarities: f32 = words[..words.len() - 1].iter().map(|word| word.rarity).sum();
        Candidate { text, words, cost: step.cost - rarities, faults: step.faults, used }
    }
}

/// Whether a word is written with such capitals: names and short forms are not written small.
fn may_be(word: Known, cases: u8) -> bool {
    use unspin_core::ocr::lexicon::Usual;
    match word.usual {
        Usual::Small | Usual::Both => true,
        Usual::Capital => cases & (CAPITAL | CAPITALS) != 0,
        Usual::Capitals => cases & CAPITALS != 0,
    }
}

impl PartialOrd for Reach {
    fn partial_cmp(&self, other: &Reach) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

#[cfg(test)]
mod tests;
