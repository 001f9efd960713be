//! The arcs of units that may have been one word: torn by a space, a line end or a speck, or with a letter lost between.

use std::ops::Range;
use std::rc::Rc;

use super::arcs::{Arc, Cache, Maker, is_prefix};
use super::candidate::{Candidate, Used};
use super::guard;
use super::search::Reach;
use super::shape::{fold, may_stand};
use super::units::{Gap, Standing, Unit};
use unspin_core::ocr::confusions::{Fault, Faults};
use unspin_core::ocr::lexicon::Known;

/// What the pieces of a torn word may be together costs no more than this, in nats; in damaged text, where 19 costs 0.005 of
/// the error reduction on overproof2.
const MOST_JOINED: f32 = 19.0;
const MOST_JOINED_BOLDLY: f32 = 24.0;
/// Pieces with fewer letters are no word that lost one.
const LEAST_AROUND: usize = 3;
/// Words commoner than this lose a hyphen that a line end put into them, whatever they begin with.
const USUAL: f32 = 13.0;
/// −log P(read | printed) of a gap within a word.
const SPACE: f32 = 6.5;
const LINE: f32 = 4.5;
const HYPHEN: f32 = 1.0;
const STRAY: f32 = 7.5;

impl Maker<'_> {
    /// Appends the arcs of what a unit and those after it may have been together.
    pub fn propose_joined(
        &self,
        text: &str,
        units: &[Unit],
        at: usize,
        standings: &[Standing],
        cache: &mut Cache,
        out: &mut Vec<Arc>,
    ) {
        let mut joined = text[units[at].start..units[at].stem].to_string();
        let mut cost = 0.0;
        for last in at + 1..(at + 3).min(units.len()) {
            let gap = units[last - 1].gap;
            let is_whole = units[last - 1].stem < units[last - 1].end;
            if !gap.may_join()
                || gap == Gap::Space && !self.joins_spaces
                || is_whole
                || is_prefix(&units[last])
                || standings[last - 1].is_frozen
                || standings[last].is_frozen
            {
                return;
            }
            let second = &text[units[last].start..units[last].stem];
            if gap == Gap::Hyphen && self.keeps_hyphen(&fold(&joined), &fold(second)) {
                return;
            }
            joined.push_str(second);
            cost += gap_cost(gap);
            let parts = &standings[at..=last];
            let hyphens = units[at..last].iter().all(|u| u.gap == Gap::Hyphen);
            let lone = |n: usize| self.is_bold && is_lone_letter(text, &units[at + n]);
            let all_known = (0..parts.len()).all(|n| !lone(n) && parts[n].known.is_some_and(|k| k.rarity < 11.0));
            let is_whole = all_known && !hyphens && !(self.is_bold && is_torn(&units[at..=last], parts));
            if joined.len() > 24 || joined.len() < 2 || is_whole {
                continue;
            }
            let apart: f32 = parts.iter().map(|s| s.cost).sum();
            let known = self.search.lexicon.get(fold(&joined).as_bytes());
            let gaps = units[at..last].iter().filter(|u| u.gap != Gap::Hyphen);
            let fault = |gap| if gap == Gap::Line { Fault::Cut } else { Fault::Split };
            let faults = gaps.fold(Faults::default(), |faults, unit| faults.and(Faults::one(fault(unit.gap))));
            let limit = (apart + 2.0 - cost).min(if self.is_bold { MOST_JOINED_BOLDLY } else { MOST_JOINED });
            let is_broken = self.is_broken(text, &units[at..=last], parts);
            if limit < 3.0 {
                continue;
            }
            let is_odd = is_broken && !all_known;
            let found = self.joined_candidates(&joined, known, is_odd, limit, cache);
            if self.is_bold && is_odd && joined.len() >= LEAST_AROUND {
                self.propose_lost(text, units, at..last + 1, limit + cost, cache, out);
            }
            let is_allowed = |c: &&Candidate| {
                let to = c.text.to_ascii_lowercase();
                !guard::denies(&to) && !guard::is_long_s(&fold(&joined), &to)
            };
            for candidate in found.iter().filter(is_allowed) {
                out.push(self.edit(text, units, at, last + 1, candidate, cost, faults));
            }
        }
    }

    /// What the letters of several units may be together; `is_odd` if they look like pieces and one is no word.
    fn joined_candidates(
        &self,
        joined: &str,
        known: Option<Known>,
        is_odd: bool,
        limit: f32,
        cache: &mut Cache,
    ) -> Rc<[Candidate]> {
        match known {
            Some(known) if may_stand(known, joined) => Rc::new([Candidate {
                text: joined.to_string(),
                words: vec![known],
                cost: 0.0,
                faults: Faults::default(),
                used: Used::default(),
            }]),
            _ if is_odd && joined.len() >= if self.is_bold { 3 } else { 4 } => {
                self.find(joined, Reach::Counted, limit, cache)
            }
            _ => Rc::new([]),
        }
    }

    /// Appends the arcs of what units may have been together where each gap between them is a letter that was not read:
    /// "o er", "clo.e".
    fn propose_lost(
        &self,
        text: &str,
        units: &[Unit],
        range: Range<usize>,
        limit: f32,
        cache: &mut Cache,
        out: &mut Vec<Arc>,
    ) {
        let parts = &units[range.clone()];
        let gaps = &parts[..parts.len() - 1];
        if !gaps.iter().all(|unit| matches!(unit.gap, Gap::Space | Gap::Stray)) {
            return;
        }
        let pieces: Vec<&str> = parts.iter().map(|unit| &text[unit.start..unit.stem]).collect();
        let is_allowed = |c: &&Candidate| !guard::denies(&c.text.to_ascii_lowercase());
        let found = self.find(&pieces.join(" "), Reach::Counted, limit, cache);
        for candidate in found.iter().filter(is_allowed) {
            out.push(self.edit(text, units, range.start, range.end, candidate, 0.0, Faults::default()));
        }
    }

    /// Whether a hyphen at the end of a line is one of the word.
    fn keeps_hyphen(&self, first: &str, second: &str) -> bool {
        let whole = self.search.lexicon.get([first, second].concat().as_bytes());
        guard::keeps_hyphen(first, second, whole.is_some_and(|known| known.rarity < USUAL))
    }

    /// Whether units look like pieces of a word: no words, or rare or short ones, and one that nobody knows.
    fn is_broken(&self, text: &str, units: &[Unit], parts: &[Standing]) -> bool {
        let (rare, short) = if self.is_bold { (8.5, 3) } else { (11.0, 2) };
        let is_piece = |(unit, part): (&Unit, &Standing)| {
            part.known.is_none_or(|known| known.rarity > rare) || unit.stem - unit.start <= short
        };
        let is_odd =
            |(unit, part): (&Unit, &Standing)| part.known.is_none() || self.is_bold && is_lone_letter(text, unit);
        units.iter().zip(parts).all(is_piece) && units.iter().zip(parts).any(is_odd)
    }
}

/// Whether words may be the pieces of one although each is one: not two common ones ("in to"), nor two long ones
/// ("gold fields"), and over the end of a line any.
fn is_torn(units: &[Unit], parts: &[Standing]) -> bool {
    let is_rare = parts.iter().any(|part| part.known.is_some_and(|known| known.rarity > 8.5));
    let is_short = units.iter().any(|unit| unit.stem - unit.start <= 3);
    let is_cut = units[..units.len() - 1].iter().all(|unit| unit.gap == Gap::Line);
    is_rare && (is_short || is_cut)
}

/// Whether a unit is a letter or figure by itself that is no word.
fn is_lone_letter(text: &str, unit: &Unit) -> bool {
    unit.stem - unit.start == 1 && !matches!(text.as_bytes()[unit.start], b'a' | b'A' | b'O')
}

/// −log P(a gap within a word).
fn gap_cost(gap: Gap) -> f32 {
    match gap {
        Gap::Space => SPACE,
        Gap::Line => LINE,
        Gap::Hyphen => HYPHEN,
        _ => STRAY,
    }
}
