//! What an edit is judged by: how the lattice sees it, what the lexicon knows, what else stands in the text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::arcs::Arc;
use super::document::{Estimate, Text};
use super::feature::{Feature, Features};
use super::shape::fold;
use super::units::Gap;
use unspin_core::ocr::confusions::Fault;
use unspin_core::ocr::lexicon::{Lexicon, Usual};

/// Units on either side that are near.
const NEAR: usize = 4;

/// What edits of a text are judged by.
pub(super) struct Judge<'t> {
    read: &'t Text<'t>,
    lexicon: &'t Lexicon,
    estimate: &'t Estimate,
    /// How often unknown words stand in the text.
    unknown: HashMap<&'t str, u32>,
    /// Which known ones do.
    known: HashSet<String>,
    /// The sum of the posteriors of the edits at each unit.
    doubt: Vec<f32>,
}

/// The log odds of a posterior.
fn log_odds(posterior: f64) -> f32 {
    let posterior = posterior.clamp(1e-4, 1.0 - 1e-4);
    (posterior / (1.0 - posterior)).ln() as f32
}

impl<'t> Judge<'t> {
    pub(super) fn new(read: &'t Text<'t>, lexicon: &'t Lexicon, estimate: &'t Estimate) -> Judge<'t> {
        let (mut unknown, mut known) = (HashMap::new(), HashSet::new());
        for (unit, standing) in read.units.iter().zip(&read.standings) {
            let word = &read.text[unit.start..unit.stem];
            match standing.known {
                Some(standing) if standing.rarity > 8.0 => {
                    known.insert(fold(word));
                }
                Some(_) => {}
                None => *unknown.entry(word).or_default() += 1,
            }
        }
        let mut doubt = vec![0.0; read.units.len()];
        for (arc, posterior) in read.arcs.iter().zip(&estimate.posteriors).filter(|(arc, _)| arc.text.is_some()) {
            doubt[arc.from as usize..arc.to as usize].iter_mut().for_each(|d| *d += *posterior as f32);
        }
        Judge { read, lexicon, estimate, unknown, known, doubt }
    }

    /// Whether an edit puts a name for a word with a capital that nobody knows.
    pub(super) fn is_name_for_name(&self, arc: &Arc) -> bool {
        let units = arc.from as usize..arc.to as usize;
        let first = &self.read.text[self.read.units[units.start].start..];
        let new = arc.text.as_deref().unwrap_or_default().to_ascii_lowercase();
        let is_unknown = self.read.standings[units].iter().all(|standing| standing.known.is_none());
        let usual = self.lexicon.get(new.as_bytes()).map(|known| known.usual);
        is_unknown && first.starts_with(char::is_uppercase) && usual.is_some_and(Usual::needs_capital)
    }

    /// How much the units beside some are in doubt, on average.
    fn nearby(&self, units: &Range<usize>) -> f32 {
        let near = units.start.saturating_sub(NEAR)..(units.end + NEAR).min(self.doubt.len());
        let doubt = |range: &Range<usize>| self.doubt[range.clone()].iter().sum::<f32>();
        (doubt(&near) - doubt(units)) / near.len().saturating_sub(units.len()).max(1) as f32
    }

    /// The features of an edit; `next` is the posterior of the likeliest other edit of the same units.
    pub(super) fn features(&self, arc: &Arc, posterior: f64, next: f64) -> Features {
        let (read, rates) = (self.read, &self.estimate.rates);
        let first = &read.units[arc.from as usize];
        let last = &read.units[arc.to as usize - 1];
        let old = &read.text[first.start..last.stem];
        let new = arc.text.as_deref().unwrap_or_default();
        let units = arc.from as usize..arc.to as usize;
        let standings = &read.standings[units.clone()];
        let known = standings.iter().all(|s| s.known.is_some());
        let as_is: f32 = standings.iter().map(|s| s.cost).sum();
        let logit = log_odds(posterior);
        let prior = as_is - arc.cost - arc.rarity + rates.log(arc.faults) as f32;
        let letters = old.chars().filter(|c| c.is_alphabetic()).count();
        let upper = old.chars().filter(|c| c.is_uppercase()).count();
        let starts = arc.from == 0 || read.units[arc.from as usize - 1].gap == Gap::End;
        let is_capital = upper == 1 && old.starts_with(char::is_uppercase);
        let flag = f32::from;
        let spelling = if known { 0.0 } else { self.lexicon.spelling_cost(old) / old.len() as f32 - 2.2 };
        let hyphen = units.clone().take(standings.len() - 1).any(|n| read.units[n].gap == Gap::Hyphen);
        let usual = self.lexicon.get(new.to_ascii_lowercase().as_bytes()).map(|k| k.usual);
        let as_is_odds = log_odds(f64::from(1.0 - self.doubt[units.clone()].iter().copied().fold(0.0, f32::max)));
        let parts = arc.faults.count(Fault::Split as usize) + arc.faults.count(Fault::Cut as usize);
        let repeats = self.unknown.get(old).copied().unwrap_or(1) as f32;
        let mut out = Features::default();
        out[Feature::One] = 1.0;
        out[Feature::Posterior] = logit;
        out[Feature::Cost] = arc.cost / 10.0;
        out[Feature::Context] = (logit - prior).clamp(-20.0, 20.0) / 10.0;
        out[Feature::IsKnown] = flag(known);
        out[Feature::KnownRarity] = if known { as_is / 10.0 } else { 0.0 };
        out[Feature::Rarity] = arc.rarity / 10.0;
        out[Feature::Length] = letters.min(12) as f32 / 10.0;
        out[Feature::DocumentRate] = rates.total().max(1e-3).ln() as f32;
        out[Feature::InnerCapital] = flag(is_capital && !starts && !known);
        out[Feature::Capitals] = flag(upper > 1 && upper == letters);
        out[Feature::MoreFaults] = arc.faults.total().saturating_sub(1) as f32;
        out[Feature::Joined] = flag(arc.faults.count(Fault::Joined as usize) > 0);
        out[Feature::Split] = flag(parts > 0);
        out[Feature::Hyphen] = flag(hyphen);
        out[Feature::Unlisted] = arc.faults.unlisted() as f32;
        out[Feature::Repeats] = if known { 0.0 } else { repeats.ln() * arc.rarity / 10.0 };
        out[Feature::Elsewhere] = flag(self.known.contains(&fold(new)));
        out[Feature::Short] = flag(letters <= 2);
        out[Feature::Marks] =
            flag(old.chars().any(|c| !c.is_alphabetic() && !matches!(c, '\'' | '’' | ' ' | '-' | '\n')));
        out[Feature::Implausible] = spelling;
        out[Feature::Name] = flag(usual.is_some_and(Usual::needs_capital));
        out[Feature::Evidence] = (self.estimate.evidence as f32).clamp(0.0, 4.0).sqrt();
        out[Feature::CaseOnly] = flag(old.eq_ignore_ascii_case(new));
        out[Feature::NextBest] = log_odds(next);
        out[Feature::AsIs] = as_is_odds;
        out[Feature::Nearby] = self.nearby(&units);
        out[Feature::Habit] = self.estimate.habits.log(&arc.used) as f32;
        out[Feature::PiecesKnown] = flag(parts > 0 && known);
        out[Feature::CostALetter] = arc.cost / letters.max(1) as f32;
        out[Feature::UnknownShare] = read.unknown_share();
        out[Feature::Cut] = flag(arc.faults.count(Fault::Cut as usize) > 0);
        out
    }
}
