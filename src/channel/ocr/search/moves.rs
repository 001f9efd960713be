//! Where a walk goes from a step: on along the letters as they were read, and at each of them by a fault.

use unspin_core::ocr::confusions::{Confusion, Fault, Faults, LONGEST};
use unspin_core::ocr::lexicon::{Known, Node, known, rarity};

use super::cases::{CAPITAL, CAPITALS, SMALL, cases_after, may_be};
use super::{HASH, JOINED, Reach, Step, WIDTH, Walk};

/// Faults of a candidate that no table lists.
const MAX_UNLISTED: u8 = 2;
/// A letter that reads as any other: −log P(read | printed), each.
pub(super) const REPLACED: f32 = 9.0;
pub(super) const DROPPED: f32 = 7.0;
pub(super) const ADDED: f32 = 9.0;
pub(super) const SWAPPED: f32 = 7.5;
/// −log P(a gap was read | any one letter).
pub(super) const GAP: f32 = 8.0;

/// Costs that differ by less are the same, in nats.
const LEAST: f32 = 1e-4;

/// What a fault does: symbols taken, letters printed, at a cost.
#[derive(Clone, Copy)]
struct Move<'p> {
    taken: u8,
    printed: &'p [u8],
    cost: f32,
    fault: Fault,
    used: u16,
}

impl Move<'_> {
    /// One that no table lists.
    #[inline]
    fn unlisted(taken: u8, printed: &[u8], cost: f32, fault: Fault) -> Move<'_> {
        Move { taken, printed, cost, fault, used: 0 }
    }
}

/// A place on the way from a step along letters that were printed as they were read.
#[derive(Clone, Copy)]
struct Place {
    node: Node,
    number: u32,
    at: usize,
    output: u32,
    cases: u8,
    hash: u32,
    is_first: bool,
    /// Whether the last letter was printed and not read.
    is_dropped: bool,
}

impl Place {
    /// The place after one more printed letter, if words are there.
    #[inline]
    fn after(mut self, walk: &Walk, letter: u8) -> Option<Place> {
        let transition = walk.search.lexicon.follow(self.node, letter.to_ascii_lowercase())?;
        self.output += transition.output;
        self.number = transition.node;
        self.node = walk.search.lexicon.node(transition.node);
        self.cases = cases_after(self.cases, letter, self.is_first);
        self.is_first = false;
        self.is_dropped = false;
        self.hash = self.hash.wrapping_mul(HASH) ^ u32::from(letter);
        (self.cases != 0).then_some(self)
    }

    /// The place after the letter that was read here.
    #[inline]
    fn next(self, walk: &Walk) -> Option<Place> {
        let letter = *walk.read.get(self.at)?;
        let place = self.after(walk, letter)?;
        Some(Place { at: self.at + 1, ..place })
    }
}

/// Costs that are within reach now, and the least of those that are not yet.
struct Window {
    from: f32,
    to: f32,
    next: f32,
}

impl Window {
    #[inline]
    fn has(&mut self, cost: f32) -> bool {
        if cost >= self.to {
            self.next = self.next.min(cost);
            return false;
        }
        cost >= self.from
    }
}

impl Walk<'_> {
    fn place(&self, step: &Step) -> Place {
        Place {
            node: self.search.lexicon.node(step.node),
            number: step.node,
            at: usize::from(step.at),
            output: step.output,
            cases: step.cases,
            hash: step.hash,
            is_first: step.cases == SMALL | CAPITAL | CAPITALS,
            is_dropped: step.is_dropped,
        }
    }

    /// Keeps a step if it comes to a word, or may come to one by more faults.
    pub(super) fn create(&mut self, mut step: Step) {
        let is_last = step.count >= self.max_faults();
        let mut least = f32::INFINITY;
        let mut place = self.place(&step);
        let bound = self.scratch.future.as_read(place.at, rarity(place.output));
        if is_last && step.cost + bound > self.limit {
            return;
        }
        let mut number = None;
        loop {
            if !is_last {
                least = least.min(step.cost + self.scratch.future.faulty(place.at, rarity(place.output)));
            }
            if place.at == self.read.len() {
                if let Some(end) = place.node.end().filter(|_| place.at > 0) {
                    let own = self.scratch.steps.len() as u32;
                    if self.keep(step.cost, own, known(place.output + end), place.cases, place.hash) {
                        number = Some(own);
                    }
                }
                break;
            }
            let Some(next) = place.next(self) else { break };
            place = next;
        }
        let is_open = least <= self.most() && !self.is_reached(&step);
        if is_open || number.is_some() {
            step.least = least;
            let number = self.scratch.steps.len() as u32;
            self.scratch.steps.push(step);
            if is_open {
                self.scratch.queue.push(number, least);
            }
        }
    }

    /// Whether another step came to the same place for no more.
    fn is_reached(&self, step: &Step) -> bool {
        self.scratch.seen.get(&key(step, &self.place(step))).is_some_and(|seen| seen.0 <= step.cost)
    }

    /// Makes the moves of a step that cost little more than the cheapest it has left.
    pub(super) fn expand(&mut self, number: u32) {
        let step = self.scratch.steps[number as usize];
        let mut window =
            Window { from: step.least, to: (step.least + WIDTH).min(self.most() + LEAST), next: f32::INFINITY };
        let mut place = self.place(&step);
        loop {
            let key = key(&step, &place);
            let (cost, owner) = *self.scratch.seen.entry(key).or_insert((step.cost, number));
            if owner != number {
                if cost <= step.cost {
                    break;
                }
                self.scratch.seen.insert(key, (step.cost, number));
            }
            self.expand_counted(&step, number, place, &mut window);
            if self.reach >= Reach::CountedAndJoined
                && step.words < 2
                && place.at > usize::from(step.begin)
                && let Some(end) = place.node.end()
            {
                self.part(&step, number, place, known(place.output + end), &mut window);
            }
            if self.read.get(place.at) == Some(&b' ') {
                self.expand_gap(&step, number, place, &mut window);
            }
            if self.reach == Reach::Any && step.unlisted < MAX_UNLISTED {
                self.expand_any(&step, number, place, &mut window);
            }
            let Some(next) = place.next(self) else { break };
            place = next;
        }
        if window.next <= self.most() {
            self.scratch.steps[number as usize].least = window.next;
            self.scratch.queue.push(number, window.next);
        }
    }

    /// The counted confusions at a place.
    fn expand_counted(&mut self, step: &Step, number: u32, place: Place, window: &mut Window) {
        let rarity = rarity(place.output);
        let here = self.at[place.at];
        for (n, confusions) in here.iter().enumerate() {
            if n == LONGEST && place.is_dropped || confusions.is_empty() {
                continue;
            }
            let rest = step.cost + self.scratch.future.from(place.at + LONGEST - n, rarity);
            for Confusion { taken, printed, length, cost, fault, number: used } in *confusions {
                if rest + *cost >= window.to {
                    window.next = window.next.min(rest + *cost);
                    break;
                }
                if rest + *cost < window.from || *length > 0 && !place.node.has(printed[0].to_ascii_lowercase()) {
                    continue;
                }
                let printed = &printed[..usize::from(*length)];
                let way = Move { taken: *taken, printed, cost: *cost, fault: *fault, used: *used };
                self.follow(step, number, place, way);
            }
        }
    }

    /// Begins another word after one that is done.
    fn part(&mut self, step: &Step, number: u32, place: Place, word: Known, window: &mut Window) {
        let length = place.at - usize::from(step.begin);
        let is_letter = length == 1 && word.rarity > 5.0;
        let cost = step.cost + word.rarity + JOINED;
        if is_letter || !may_be(word, place.cases) || !window.has(cost + self.scratch.future.from(place.at, 0.0)) {
            return;
        }
        self.create(Step {
            parent: number,
            node: self.search.lexicon.root_number(),
            printed: [b' ', 0, 0],
            length: 1,
            taken: 0,
            at: place.at as u8,
            begin: place.at as u8,
            cases: SMALL | CAPITAL | CAPITALS,
            words: step.words + 1,
            count: step.count + 1,
            used: 0,
            is_dropped: false,
            hash: place.hash.wrapping_mul(HASH) ^ u32::from(b' '),
            faults: step.faults.and(Faults::one(Fault::Joined)),
            cost,
            output: 0,
            ..*step
        });
    }

    /// Any letter, capital if those around it are, where a gap was read.
    fn expand_gap(&mut self, step: &Step, number: u32, place: Place, window: &mut Window) {
        let after = self.scratch.future.from(place.at + 1, rarity(place.output));
        if !window.has(step.cost + GAP + after) {
            return;
        }
        let is_capital = place.cases & CAPITALS != 0 && place.cases & (SMALL | CAPITAL) == 0;
        for letter in place.node.letters() {
            let letter = if is_capital { letter.to_ascii_uppercase() } else { letter };
            self.follow(step, number, place, Move::unlisted(1, &[letter], GAP, Fault::Split));
        }
    }

    /// Any letter for any other, dropped, added, swapped.
    fn expand_any(&mut self, step: &Step, number: u32, place: Place, window: &mut Window) {
        let (at, node) = (place.at, place.node);
        let rarity = rarity(place.output);
        let after = |walk: &Self, taken: usize| step.cost + walk.scratch.future.from(at + taken, rarity);
        let is_capital = |b: u8| b.is_ascii_uppercase();
        if at > 0 && !place.is_dropped && window.has(after(self, 0) + DROPPED) {
            let capital = is_capital(self.read[at - 1]) && place.cases & CAPITALS != 0;
            for letter in node.letters() {
                let letter = if capital { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, place, Move::unlisted(0, &[letter], DROPPED, Fault::Dropped));
            }
        }
        let Some(&read) = self.read.get(at) else { return };
        if window.has(after(self, 1) + REPLACED) {
            for letter in node.letters() {
                let letter = if is_capital(read) { letter.to_ascii_uppercase() } else { letter };
                self.follow(step, number, place, Move::unlisted(1, &[letter], REPLACED, Fault::Replaced));
                if at == 0 && letter.is_ascii_lowercase() {
                    let capital = [letter.to_ascii_uppercase()];
                    self.follow(step, number, place, Move::unlisted(1, &capital, REPLACED, Fault::Replaced));
                }
            }
        }
        if window.has(after(self, 1) + ADDED) {
            self.follow(step, number, place, Move::unlisted(1, &[], ADDED, Fault::Added));
        }
        if let Some(&second) = self.read.get(at + 1).filter(|&&second| second != read)
            && window.has(after(self, 2) + SWAPPED)
        {
            self.follow(step, number, place, Move::unlisted(2, &[second, read], SWAPPED, Fault::Swapped));
        }
    }

    /// Makes a move at a place, if words are there.
    #[inline]
    fn follow(&mut self, step: &Step, number: u32, place: Place, way: Move) {
        let mut below = place;
        for &letter in way.printed {
            let Some(next) = below.after(self, letter) else { return };
            below = next;
        }
        let at = place.at + usize::from(way.taken);
        if step.cost + way.cost + self.scratch.future.from(at, rarity(below.output)) > self.most() {
            return;
        }
        let mut padded = [0; LONGEST];
        padded[..way.printed.len()].copy_from_slice(way.printed);
        self.create(Step {
            parent: number,
            node: below.number,
            printed: padded,
            length: way.printed.len() as u8,
            taken: way.taken,
            at: at as u8,
            cases: below.cases,
            count: step.count + 1,
            unlisted: step.unlisted + u8::from(way.used == 0),
            used: way.used,
            is_dropped: way.taken == 0,
            hash: below.hash,
            faults: step.faults.and(Faults::one(way.fault)),
            cost: step.cost + way.cost,
            output: below.output,
            ..*step
        });
    }
}

/// What tells places apart: the letters printed so far, and where in the string they end.
#[inline]
fn key(step: &Step, place: &Place) -> u64 {
    u64::from(place.hash) << 32
        | (place.at as u64) << 16
        | u64::from(place.cases) << 8
        | u64::from(place.is_dropped) << 4
        | u64::from(step.words)
}
