//! Where a walk goes from a step: letters as they were read, counted confusions, and any letter for any other.

use unspin_core::ocr::confusions::{Confusion, Fault, Faults, LONGEST};
use unspin_core::ocr::lexicon::{Node, rarity};

use super::cases::{CAPITAL, CAPITALS, SMALL, cases_after};
use super::{BANDS, HASH, JOINED, REST, Reach, Step, Walk};

/// Faults of a candidate that no table lists.
const MAX_UNLISTED: u8 = 2;
/// A letter that reads as any other: −log P(read | printed), each.
pub(super) const REPLACED: f32 = 9.0;
pub(super) const DROPPED: f32 = 7.0;
pub(super) const ADDED: f32 = 9.0;
pub(super) const SWAPPED: f32 = 7.5;
/// −log P(a gap was read | any one letter).
pub(super) const GAP: f32 = 8.0;

/// What a step does: symbols taken, letters printed, at a cost.
#[derive(Clone, Copy)]
struct Move<'p> {
    taken: u8,
    printed: &'p [u8],
    cost: f32,
    fault: Option<Fault>,
    used: u16,
}

impl Move<'_> {
    /// One that no table lists.
    #[inline]
    fn unlisted(taken: u8, printed: &[u8], cost: f32, fault: Fault) -> Move<'_> {
        Move { taken, printed, cost, fault: Some(fault), used: 0 }
    }
}

impl Walk<'_> {
    /// Makes the moves of a step that cost as much as those of a band.
    pub(super) fn expand(&mut self, step: Step, number: u32, node: Node, band: usize) {
        let at = usize::from(step.at);
        let left = self.limit - step.cost - rarity(step.output);
        if band == 0 {
            // Joining is the cheapest of what no table lists.
            let least =
                if self.reach >= Reach::CountedAndJoined { JOINED.min(self.cheapest[at]) } else { self.cheapest[at] };
            if step.count >= self.max_faults() || left < least {
                return self.rest(step, number, node);
            }
            if let Some(&read) = self.read.get(at) {
                self.follow(step, number, node, Move { taken: 1, printed: &[read], cost: 0.0, fault: None, used: 0 });
            }
        }
        if band == BANDS.len() - 1 && self.read.get(at) == Some(&b' ') && left >= GAP {
            self.expand_gap(step, number, node);
        }
        self.expand_counted(step, number, node, BANDS[band]..BANDS.get(band + 1).copied().unwrap_or(f32::INFINITY));
        if band + 1 < BANDS.len() {
            self.postpone(step, number, band + 1);
        } else if self.reach == Reach::Any && step.unlisted < MAX_UNLISTED && left >= DROPPED {
            self.expand_any(step, number, node);
        }
    }

    /// The counted confusions within a range of costs.
    fn expand_counted(&mut self, step: Step, number: u32, node: Node, costs: std::ops::Range<f32>) {
        let left = self.limit - step.cost - rarity(step.output);
        let here = self.at[usize::from(step.at)];
        for (place, confusions) in here.iter().enumerate() {
            if place == LONGEST && step.is_dropped {
                continue;
            }
            for Confusion { taken, printed, length, cost, fault, number: used } in *confusions {
                if *cost > left || *cost >= costs.end {
                    break;
                }
                if *cost < costs.start || *length > 0 && !node.has(printed[0].to_ascii_lowercase()) {
                    continue;
                }
                let printed = &printed[..usize::from(*length)];
                let way = Move { taken: *taken, printed, cost: *cost, fault: Some(*fault), used: *used };
                self.follow(step, number, node, way);
            }
        }
    }

    /// Goes to the end of what was read: no fault can be afforded any more.
    fn rest(&mut self, step: Step, number: u32, mut node: Node) {
        let at = usize::from(step.at);
        if at == self.read.len() {
            return;
        }
        let (mut output, mut cases, mut hash, mut below) = (step.output, step.cases, step.hash, step.node);
        let mut is_first = step.cases == SMALL | CAPITAL | CAPITALS;
        for &letter in &self.read[at..] {
            let Some(transition) = self.search.lexicon.follow(node, letter.to_ascii_lowercase()) else { return };
            output += transition.output;
            below = transition.node;
            node = self.search.lexicon.node(below);
            cases = cases_after(cases, letter, is_first);
            is_first = false;
            hash = hash.wrapping_mul(HASH) ^ u32::from(letter);
        }
        if cases != 0 && node.end().is_some() {
            let at = self.read.len() as u8;
            let length = REST;
            self.push(Step {
                parent: number,
                node: below,
                length,
                at,
                cases,
                used: 0,
                is_dropped: false,
                hash,
                output,
                ..step
            });
        }
    }

    /// Any letter, capital if those around it are, where a gap was read.
    fn expand_gap(&mut self, step: Step, number: u32, node: Node) {
        let is_capital = step.cases & CAPITALS != 0 && step.cases & (SMALL | CAPITAL) == 0;
        for letter in node.letters() {
            let letter = if is_capital { letter.to_ascii_uppercase() } else { letter };
            self.follow(step, number, node, Move::unlisted(1, &[letter], GAP, Fault::Split));
        }
    }

    /// Any letter for any other, dropped, added, swapped.
    fn expand_any(&mut self, step: Step, number: u32, node: Node) {
        let at = usize::from(step.at);
        let read = self.read.get(at).copied();
        let is_capital = |b: u8| b.is_ascii_uppercase();
        let left = self.limit - step.cost - rarity(step.output);
        let may_drop = at > 0 && !step.is_dropped;
        let may_replace = left >= REPLACED && read.is_some();
        for letter in node.letters().filter(|_| may_drop || may_replace) {
            if may_drop {
                let capital = is_capital(self.read[at - 1]) && step.cases & CAPITALS != 0;
                let letter = if capital { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, node, Move::unlisted(0, &[letter], DROPPED, Fault::Dropped));
            }
            if let Some(read) = read.filter(|_| may_replace) {
                let letter = if is_capital(read) { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, node, Move::unlisted(1, &[letter], REPLACED, Fault::Replaced));
                if at == 0 && letter.is_ascii_lowercase() {
                    let capital = [letter.to_ascii_uppercase()];
                    self.follow(step, number, node, Move::unlisted(1, &capital, REPLACED, Fault::Replaced));
                }
            }
        }
        if read.is_some() {
            self.follow(step, number, node, Move::unlisted(1, &[], ADDED, Fault::Added));
        }
        if let (Some(first), Some(&second)) = (read, self.read.get(at + 1))
            && first != second
        {
            self.follow(step, number, node, Move::unlisted(2, &[second, first], SWAPPED, Fault::Swapped));
        }
    }

    /// Goes down the lexicon by printed letters, if words are there.
    #[inline]
    fn follow(&mut self, step: Step, number: u32, node: Node, way: Move) {
        if step.cost + rarity(step.output) + way.cost > self.limit {
            return;
        }
        let (mut below, mut number_below) = (node, step.node);
        let (mut output, mut cases, mut hash) = (step.output, step.cases, step.hash);
        let mut is_first = step.cases == SMALL | CAPITAL | CAPITALS;
        for &letter in way.printed {
            let Some(transition) = self.search.lexicon.follow(below, letter.to_ascii_lowercase()) else { return };
            output += transition.output;
            number_below = transition.node;
            below = self.search.lexicon.node(transition.node);
            cases = cases_after(cases, letter, is_first);
            is_first = false;
            hash = hash.wrapping_mul(HASH) ^ u32::from(letter);
        }
        if cases == 0 {
            return;
        }
        let mut padded = [0; LONGEST];
        padded[..way.printed.len()].copy_from_slice(way.printed);
        let is_unlisted = way.used == 0 && way.fault.is_some();
        self.push(Step {
            parent: number,
            node: number_below,
            printed: padded,
            length: way.printed.len() as u8,
            at: step.at + way.taken,
            cases,
            count: step.count + u8::from(way.fault.is_some()),
            unlisted: step.unlisted + u8::from(is_unlisted),
            used: way.used,
            is_dropped: way.taken == 0,
            hash,
            faults: way.fault.map_or(step.faults, |fault| step.faults.and(Faults::one(fault))),
            cost: step.cost + way.cost,
            output,
            ..step
        });
    }
}
