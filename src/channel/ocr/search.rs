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
use cases::{CAPITAL, CAPITALS, SMALL, may_be};
use moves::GAP;
use unspin_core::ocr::confusions::{Confusion, Confusions, Fault, Faults, LONGEST, symbol};
use unspin_core::ocr::lexicon::{Known, Lexicon, known, rarity};

/// Longer strings are not looked for.
pub const MAX_LENGTH: usize = 28;
/// Candidates of a string.
pub const MAX_CANDIDATES: usize = 8;
/// A factor of the hash of letters (FNV-1a).
const HASH: u32 = 0x0100_0193;
/// States that are taken before a walk gives up: where damage is looked for, and where it is known. With 800 the error
/// reduction on overproof2 is 0.010 less, with 6000 it is 0.004 more and takes twice the time.
pub const PATIENCE: usize = 800;
pub const PATIENCE_BOLDLY: usize = 2500;
/// And of a walk that has found something, or may put any letter for any other: more of these changes nothing.
const PATIENCE_BRIEFLY: usize = 1000;
/// A candidate that costs so many nats more than the best is of no use.
const MARGIN: f32 = 7.0;

/// The space between two words is lost.
const JOINED: f32 = 6.0;

/// Moves of a step are made in bands of their cost, in nats: most steps are never gone on from by the dear ones. In the
/// last band are those that no table lists.
const BANDS: [f32; 4] = [0.0, 4.0, 5.5, 7.0];

/// What is still to be read costs about so much a letter, in nats: states that are further on come first. With 0.7 the
/// error reduction on overproof2 is 0.003 less, on mangled text 0.009.
const AHEAD: f32 = 1.0;

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
    /// How many letters were printed; [`REST`]: as many as were read, and the same.
    length: u8,
    at: u8,
    cases: u8,
    words: u8,
    /// How many faults there are, and how many of them no table lists.
    count: u8,
    unlisted: u8,
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

/// The low bits of an entry of the queue are the number of a step; the highest say which of its moves come next.
const BAND: u32 = 29;
const NUMBERS: u32 = (1 << BAND) - 1;

/// The length of a step over letters that were printed as they were read.
const REST: u8 = u8::MAX;

/// Searches a lexicon.
#[derive(Clone, Copy, Debug)]
pub struct Search<'l> {
    /// The words.
    pub lexicon: &'l Lexicon,
    /// What they are misread as.
    pub confusions: &'l Confusions,
    /// States that are taken before a walk gives up.
    pub patience: usize,
}

/// What walks use one after the other, so that nothing is allocated anew.
#[derive(Default)]
pub struct Scratch {
    steps: Vec<Step>,
    queue: BinaryHeap<Reverse<u64>>,
    seen: HashSet<u64, Mixed>,
    /// Whether a walk since this was cleared gave up before it was done.
    pub(super) is_exhausted: bool,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scratch of {} steps", self.steps.len())
    }
}

/// A walk that is under way.
struct Walk<'s> {
    search: &'s Search<'s>,
    read: Vec<u8>,
    /// Confusions that read what stands at each place, letters that were dropped last; the likeliest first.
    at: Vec<[&'s [Confusion]; LONGEST + 1]>,
    /// The cost of the likeliest confusion at each place or after it.
    cheapest: Vec<f32>,
    reach: Reach,
    limit: f32,
    scratch: &'s mut Scratch,
}

impl Search<'_> {
    /// The likeliest candidates of a string within a total cost, the likeliest first; the string itself is one if it is
    /// a word.
    pub fn candidates(&self, read: &str, reach: Reach, limit: f32, scratch: &mut Scratch) -> Vec<Candidate> {
        let read: Vec<u8> = read.chars().map(symbol).collect();
        if read.is_empty() || read.len() > MAX_LENGTH {
            return Vec::new();
        }
        let of = |from: usize, length: usize| read.get(from..from + length).map_or(&[][..], |r| self.confusions.of(r));
        let at: Vec<_> = (0..=read.len()).map(|from| std::array::from_fn(|n| of(from, LONGEST - n))).collect();
        let mut cheapest = vec![f32::INFINITY; read.len() + 2];
        for (from, here) in at.iter().enumerate().rev() {
            let least = here.iter().filter_map(|all: &&[Confusion]| all.first()).map(|c| c.cost);
            let gap = if read.get(from) == Some(&b' ') { GAP } else { f32::INFINITY };
            cheapest[from] = least.fold(cheapest[from + 1].min(gap), f32::min);
        }
        let mut walk = Walk { search: self, read, at, cheapest, reach, limit, scratch };
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
        self.scratch.steps.clear();
        self.scratch.queue.clear();
        self.scratch.seen.clear();
        let root = Step {
            parent: u32::MAX,
            node: self.search.lexicon.root_number(),
            printed: [0; LONGEST],
            length: 0,
            at: 0,
            cases: SMALL | CAPITAL | CAPITALS,
            words: 0,
            count: 0,
            unlisted: 0,
            used: 0,
            is_dropped: false,
            hash: 1,
            faults: Faults::default(),
            cost: 0.0,
            output: 0,
        };
        self.push(root);
        let mut found: Vec<(f32, u32, Known)> = Vec::new();
        let mut taken = 0;
        while let Some(Reverse(entry)) = self.scratch.queue.pop() {
            let (number, band) = (entry as u32 & NUMBERS, (entry as u32 >> BAND) as usize);
            let step = self.scratch.steps[number as usize];
            if (entry >> 32) as f32 / 1024.0 > self.limit {
                break;
            }
            if band > 0 {
                self.expand(step, number, self.search.lexicon.node(step.node), band);
                continue;
            }
            taken += 1;
            let most = if self.reach == Reach::Any || !found.is_empty() { PATIENCE_BRIEFLY } else { usize::MAX };
            if taken > self.search.patience.min(most) {
                self.scratch.is_exhausted = true;
                break;
            }
            let place = u64::from(step.at) << 8 | u64::from(step.cases) << 4 | u64::from(step.is_dropped) << 3;
            let key = u64::from(step.hash) << 32 | place | u64::from(step.words);
            if !self.scratch.seen.insert(key) {
                continue;
            }
            let node = self.search.lexicon.node(step.node);
            if let Some(end) = node.end().filter(|_| step.at > 0) {
                let word = known(step.output + end);
                if usize::from(step.at) == self.read.len() {
                    self.keep(&mut found, step, number, word);
                } else if self.reach >= Reach::CountedAndJoined && step.words < 2 {
                    self.part(step, number, word, root);
                }
            }
            self.expand(step, number, node, 0);
        }
        found.iter().map(|&(_, number, word)| self.candidate(number, word)).collect()
    }

    /// Keeps a word that was found if it is among the best.
    fn keep(&mut self, found: &mut Vec<(f32, u32, Known)>, step: Step, number: u32, word: Known) {
        let total = step.cost + word.rarity;
        let is_new = found.iter().all(|f| self.scratch.steps[f.1 as usize].hash != step.hash);
        if total <= self.limit && is_new && may_be(word, step.cases) {
            let place = found.partition_point(|f| f.0 <= total);
            found.insert(place, (total, number, word));
            found.truncate(MAX_CANDIDATES);
            self.limit = self.limit.min(found[0].0 + MARGIN);
            if found.len() == MAX_CANDIDATES {
                self.limit = self.limit.min(found[MAX_CANDIDATES - 1].0);
            }
        }
    }

    /// Puts the dearer moves of a step off until nothing is cheaper.
    fn postpone(&mut self, step: Step, number: u32, band: usize) {
        let least = step.cost + rarity(step.output) + BANDS[band];
        let left = (self.read.len() - usize::from(step.at)).saturating_sub(LONGEST);
        if least <= self.limit {
            let priority = least + AHEAD * left as f32;
            let entry = u64::from((priority * 1024.0) as u32) << 32 | (band as u64) << BAND | u64::from(number);
            self.scratch.queue.push(Reverse(entry));
        }
    }

    fn max_faults(&self) -> u8 {
        if self.reach == Reach::OneCounted { 1 } else { MAX_FAULTS as u8 }
    }

    fn push(&mut self, step: Step) {
        let so_far = step.cost + rarity(step.output);
        let priority = so_far + AHEAD * (self.read.len() - usize::from(step.at)) as f32;
        if so_far <= self.limit && step.count <= self.max_faults() {
            let number = self.scratch.steps.len() as u64;
            self.scratch.queue.push(Reverse(u64::from((priority * 1024.0) as u32) << 32 | number));
            self.scratch.steps.push(step);
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
            count: step.count + 1,
            unlisted: step.unlisted,
            hash: step.hash.wrapping_mul(HASH) ^ u32::from(b' '),
            faults: step.faults.and(Faults::one(Fault::Joined)),
            cost: step.cost + word.rarity + JOINED,
            ..root
        });
    }

    /// Where the word of a step begins in the read string.
    fn word_start(&self, mut number: u32) -> usize {
        while number != u32::MAX {
            let step = &self.scratch.steps[number as usize];
            if step.length == 1 && step.printed[0] == b' ' {
                return step.at as usize;
            }
            number = step.parent;
        }
        0
    }

    fn candidate(&self, number: u32, last: Known) -> Candidate {
        let steps = &self.scratch.steps;
        let step = steps[number as usize];
        let (mut letters, mut at) = (Vec::new(), number);
        let (mut used, mut count) = (Used::default(), 0);
        while at != u32::MAX {
            let step = &steps[at as usize];
            match step.length {
                REST => {
                    let from = steps.get(step.parent as usize).map_or(0, |parent| usize::from(parent.at));
                    letters.extend(self.read[from..].iter().rev());
                }
                length => letters.extend(step.printed[..usize::from(length)].iter().rev()),
            }
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

impl PartialOrd for Reach {
    fn partial_cmp(&self, other: &Reach) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

mod cases;
mod moves;
#[cfg(test)]
mod tests;
