//! What the rest of a read string costs at least, whatever word it is.
//!
//! Between two faults letters were printed as they were read, and four of them in a row tell how rare the word is at least.
//! So each place of the string has a lower bound for every rarity that the letters before it showed, and a walk
//! drops what cannot come within its limit any more.

use unspin_core::ocr::confusions::{Confusion, LONGEST};

use super::moves::{ADDED, DROPPED, GAP, SWAPPED};
use super::{JOINED, Reach};
use crate::channel::ocr::fragments::{END, FRAGMENT, Fragments, place};

/// Rarities that are told apart, in whole nats; the lexicon's rarest words have 18.
const RARITIES: usize = 20;

/// A lower bound for each rarity that a word shows so far.
type Bounds = [f32; RARITIES];

/// Lower bounds at each place of a string.
#[derive(Default)]
pub(super) struct Future {
    /// Whatever comes.
    any: Vec<Bounds>,
    /// If there are no more faults.
    as_read: Vec<Bounds>,
    /// If there is one more at least.
    faulty: Vec<Bounds>,
    /// Least rarity of a word with the fragment that begins at each place.
    fragments: Vec<f32>,
    /// Cost of the cheapest fault that takes 0, 1, … symbols at each place.
    faults: Vec<[f32; LONGEST + 1]>,
}

fn bucket(rarity: f32) -> usize {
    (rarity as usize).min(RARITIES - 1)
}

/// `bounds` where the word has at least a rarity.
fn at_least(bounds: &Bounds, rarity: f32, cost: f32, out: &mut Bounds) {
    let least = bounds[bucket(rarity)];
    for (out, bound) in out.iter_mut().zip(bounds) {
        *out = out.min(bound.max(least) + cost);
    }
}

impl Future {
    /// The least that the string costs from a place on, rarity of its word included, which is `rarity` so far.
    #[inline]
    pub(super) fn from(&self, at: usize, rarity: f32) -> f32 {
        self.any[at][bucket(rarity)]
    }

    /// The same if there are no more faults.
    #[inline]
    pub(super) fn as_read(&self, at: usize, rarity: f32) -> f32 {
        self.as_read[at][bucket(rarity)]
    }

    /// The same if there is one more fault at least.
    #[inline]
    pub(super) fn faulty(&self, at: usize, rarity: f32) -> f32 {
        self.faulty[at][bucket(rarity)]
    }

    /// Looks at a string and the confusions that read what stands at each place of it, as in a walk.
    pub(super) fn look(
        &mut self,
        read: &[u8],
        at: &[[&[Confusion]; LONGEST + 1]],
        reach: Reach,
        fragments: &Fragments,
    ) {
        let end = read.len();
        let mut places: [Option<u8>; super::MAX_LENGTH + 1] = [Some(END); super::MAX_LENGTH + 1];
        read.iter().zip(&mut places).for_each(|(&symbol, at)| *at = place(symbol));
        self.fragments.clear();
        self.fragments.extend(places[..=end].windows(FRAGMENT).map(|four| fragments.rarity(four)));
        self.faults.clear();
        self.faults.extend((0..=end).map(|from| cheapest(read, from, at, reach)));
        let as_they_are: Bounds = std::array::from_fn(|rarity| rarity as f32);
        for bounds in [&mut self.any, &mut self.as_read, &mut self.faulty] {
            bounds.clear();
            bounds.resize(end + 1, as_they_are);
        }
        let ahead = reach.ahead();
        for from in (0..=end).rev() {
            let rarest = self.fragments.get(from..).unwrap_or_default().iter().copied().fold(0.0, f32::max);
            let last: Bounds = std::array::from_fn(|rarity| rarest.max(rarity as f32));
            self.as_read[from] = last;
            let faulty = self.with_a_fault(from, reach);
            self.any[from] = std::array::from_fn(|rarity| {
                last[rarity].min(faulty[rarity]).max(rarity as f32 + ahead * (end - from) as f32)
            });
            self.faulty[from] = faulty;
        }
    }

    /// The bounds of a place of which the later ones are known, if there is one more fault at least.
    fn with_a_fault(&self, from: usize, reach: Reach) -> Bounds {
        let mut out = [f32::INFINITY; RARITIES];
        let mut rarest = 0f32;
        // The next fault is at `next`, and what stands before it was printed as it was read.
        for next in from..self.faults.len() {
            if next >= from + FRAGMENT {
                rarest = rarest.max(self.fragments[next - FRAGMENT]);
                if rarest.is_infinite() {
                    break;
                }
            }
            for (taken, &cost) in self.faults[next].iter().enumerate() {
                // What comes after a letter that was dropped here is no less than without.
                if cost.is_finite() && next + taken > from {
                    let then = if reach == Reach::OneCounted { &self.as_read } else { &self.any };
                    at_least(&then[next + taken], rarest, cost, &mut out);
                }
            }
        }
        let dropped = self.faults[from][0];
        let last = &self.as_read[from];
        std::array::from_fn(|rarity| out[rarity].min(last[rarity] + dropped))
    }
}

/// What the cheapest fault costs that takes 0, 1, … symbols at a place.
fn cheapest(read: &[u8], from: usize, at: &[[&[Confusion]; LONGEST + 1]], reach: Reach) -> [f32; LONGEST + 1] {
    let left = read.len() - from;
    let mut costs = [f32::INFINITY; LONGEST + 1];
    for (place, confusions) in at[from].iter().enumerate() {
        costs[LONGEST - place] = confusions.first().map_or(f32::INFINITY, |confusion| confusion.cost);
    }
    let mut unlisted = |taken: usize, cost: f32| {
        if taken <= left {
            costs[taken] = costs[taken].min(cost);
        }
    };
    if read.get(from) == Some(&b' ') {
        unlisted(1, GAP);
    }
    if reach >= Reach::CountedAndJoined {
        unlisted(0, JOINED);
    }
    if reach == Reach::Any {
        unlisted(0, DROPPED);
        unlisted(1, ADDED);
        unlisted(2, SWAPPED);
    }
    costs
}
