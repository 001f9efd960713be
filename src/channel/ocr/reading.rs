//! One text through the channel: units, arcs, rates, posteriors, confidence, edits.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::Vocabulary;

use super::arcs::{Arc, Cache, Maker, Standing};
use super::confidence::{FEATURES, Features, Weights};
use super::confusions::{Confusions, FAULTS, Fault};
use super::guard;
use super::lattice::Lattice;
use super::lexicon::Lexicon;
use super::rates::Rates;
use super::search::Search;
use super::shape::fold;
use super::units::{Gap, Unit, units};

/// Shorter texts are left alone, in units.
pub const LEAST_UNITS: usize = 30;
/// Evidence that a unit of damaged text shows at least, in nats.
const LEAST_EVIDENCE: f64 = 0.12;
/// In longer texts one or two odd words say nothing, in units.
const FEW_UNITS: usize = 120;
/// Rounds in which rates are estimated.
const ROUNDS: usize = 4;
/// Arcs less probable than this are no edits.
const LEAST_POSTERIOR: f64 = 0.03;
/// Units of context behind an island.
const AFTER: usize = 2;
/// Confidence at which an edit is made.
pub const MIN_CONFIDENCE: f32 = 0.5;

/// A repair.
#[derive(Clone, Debug, PartialEq)]
pub struct OcrEdit {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What goes there instead.
    pub replacement: String,
    /// P(right).
    pub confidence: f32,
    /// Other readings with their posteriors, the likeliest first.
    pub alternatives: Vec<(String, f32)>,
    /// What it was judged by.
    pub features: Features,
}

/// What was found of damage in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Damage {
    /// P(damaged by recognition or typing | text).
    pub probability: f32,
    /// log P(text | damaged) − log P(text | clean), a unit, in nats.
    pub evidence: f32,
    /// Faults a unit, by kind.
    pub rates: [f32; FAULTS],
}

/// What a text may have been.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// How damaged it is.
    pub damage: Damage,
    /// Edits in the order of the text, without overlap, whatever their confidence.
    pub edits: Vec<OcrEdit>,
}

/// Reads damaged text.
#[derive(Debug)]
pub struct OcrChannel {
    /// The words.
    pub lexicon: Lexicon,
    /// What they are misread as.
    pub confusions: Confusions,
    /// How edits are judged.
    pub weights: Weights,
}

/// A text on its way.
struct Text<'t> {
    text: &'t str,
    units: Vec<Unit>,
    standings: Vec<Standing>,
    arcs: Vec<Arc>,
    /// The first arc that begins at each unit.
    starts: Vec<u32>,
}

impl OcrChannel {
    /// What a text may have been; nothing is found in text that shows no damage.
    pub fn read(&self, text: &str, vocabulary: &Vocabulary, model: &TrigramModel) -> Reading {
        let units = units(text);
        let words = || units.iter().map(|unit| &text[unit.start..unit.end]);
        if units.len() < LEAST_UNITS || !guard::is_english(words()) || guard::is_early(words()) {
            return Reading::default();
        }
        let search = Search { lexicon: &self.lexicon, confusions: &self.confusions };
        let maker = Maker { search, vocabulary, model };
        let read = propose(&maker, text, units);
        let islands = islands(&read);
        if islands.is_empty() {
            return Reading::default();
        }
        let mut rates = Rates::default();
        let log = |rates: Rates, arc: &Arc| f64::from(arc.log) + rates.log(arc.faults);
        let lattices: Vec<Lattice> = islands
            .iter()
            .map(|island| {
                Lattice::new(model, &read.units, &read.arcs, &read.starts, island.clone(), |arc| log(rates, arc))
            })
            .collect();
        let mut posteriors = vec![0f64; read.arcs.len()];
        let mut evidence = 0.0;
        for _ in 0..ROUNDS {
            posteriors.fill(0.0);
            evidence = 0.0;
            for lattice in &lattices {
                let total = lattice.posteriors(
                    |arc| log(rates, &read.arcs[arc as usize]),
                    |arc, posterior| posteriors[arc as usize] += posterior,
                );
                evidence += total - lattice.as_is;
            }
            evidence -= rates.total() * read.units.len() as f64;
            let mut expected = [0.0; FAULTS];
            for (arc, posterior) in read.arcs.iter().zip(&posteriors).filter(|(_, p)| **p > 0.0) {
                (0..FAULTS).for_each(|kind| expected[kind] += posterior * f64::from(arc.faults.count(kind)));
            }
            rates = Rates::fitted(&expected, read.units.len());
        }
        let evidence = evidence.min(self.distinct(&read, &islands, &lattices, &rates));
        let per_unit = evidence / read.units.len() as f64;
        let damage = Damage {
            probability: (1.0 / (1.0 + (-(per_unit - LEAST_EVIDENCE) * 60.0).exp())) as f32,
            evidence: per_unit as f32,
            rates: std::array::from_fn(|kind| rates.of(kind) as f32),
        };
        Reading { damage, edits: self.edits(&read, &posteriors, &rates, per_unit) }
    }

    /// The evidence where each unknown word counts once: a name that stands again and again says nothing more.
    fn distinct(&self, read: &Text, islands: &[Range<usize>], lattices: &[Lattice], rates: &Rates) -> f64 {
        let mut gains: HashMap<&str, f64> = HashMap::new();
        for (island, lattice) in islands.iter().zip(lattices) {
            let mut best = (0.0, 0);
            let log = |arc: u32| {
                let arc = &read.arcs[arc as usize];
                f64::from(arc.log) + rates.log(arc.faults)
            };
            let total = lattice.posteriors(log, |arc, posterior| {
                if posterior > best.0 && read.arcs[arc as usize].text.is_some() {
                    best = (posterior, arc);
                }
            });
            if best.0 > 0.0 {
                let arc = &read.arcs[best.1 as usize];
                let word = &read.text[read.units[arc.from as usize].start..read.units[arc.to as usize - 1].end];
                let gain = gains.entry(word).or_default();
                *gain = gain.max(total - lattice.as_is);
            }
            debug_assert!(!island.is_empty());
        }
        // A name that no lexicon has is no damage by itself.
        let likely =
            |word: &str, gain: f64| if gain <= 1.0 { 0 } else { 1 + usize::from(word.starts_with(char::is_lowercase)) };
        let weight: usize = gains.iter().map(|(word, gain)| likely(word, *gain)).sum();
        if weight < if read.units.len() < FEW_UNITS { 2 } else { 6 } {
            return 0.0;
        }
        gains.values().sum::<f64>() - rates.total() * read.units.len() as f64
    }

    /// Whether the evidence is that of damaged text.
    pub fn is_damaged(damage: &Damage) -> bool {
        f64::from(damage.evidence) >= LEAST_EVIDENCE
    }

    /// The best edits that do not overlap.
    fn edits(&self, read: &Text, posteriors: &[f64], rates: &Rates, evidence: f64) -> Vec<OcrEdit> {
        let mut order: Vec<usize> =
            (0..read.arcs.len()).filter(|&n| read.arcs[n].text.is_some() && posteriors[n] >= LEAST_POSTERIOR).collect();
        order.sort_by(|&a, &b| posteriors[b].total_cmp(&posteriors[a]).then(a.cmp(&b)));
        let mut taken = vec![false; read.units.len()];
        let counts = Counts::new(read);
        let mut edits = Vec::new();
        for &n in &order {
            let arc = &read.arcs[n];
            let range = arc.from as usize..arc.to as usize;
            if taken[range.clone()].iter().any(|&t| t) {
                continue;
            }
            taken[range.clone()].fill(true);
            let (span, replacement) = read.realize(arc);
            let alternatives = order
                .iter()
                .filter(|&&other| other != n && read.arcs[other].from == arc.from && read.arcs[other].to == arc.to)
                .take(3)
                .filter_map(|&other| Some((read.arcs[other].text.clone()?, posteriors[other] as f32)))
                .collect();
            let features = self.features(read, arc, posteriors[n], rates, evidence, &counts);
            let confidence = self.weights.confidence(&features);
            edits.push(OcrEdit { span, replacement, confidence, alternatives, features });
        }
        edits.sort_by_key(|edit| edit.span.start);
        edits
    }

    fn features(
        &self,
        read: &Text,
        arc: &Arc,
        posterior: f64,
        rates: &Rates,
        evidence: f64,
        counts: &Counts,
    ) -> Features {
        let first = &read.units[arc.from as usize];
        let last = &read.units[arc.to as usize - 1];
        let old = &read.text[first.start..last.stem];
        let new = arc.text.as_deref().unwrap_or_default();
        let standings = &read.standings[arc.from as usize..arc.to as usize];
        let known = standings.iter().all(|s| s.known.is_some());
        let as_is: f32 = standings.iter().map(|s| s.cost).sum();
        let logit = (posterior.clamp(1e-4, 1.0 - 1e-4) / (1.0 - posterior.clamp(1e-4, 1.0 - 1e-4))).ln() as f32;
        let prior = as_is - arc.cost - arc.rarity + rates.log(arc.faults) as f32;
        let letters = old.chars().filter(|c| c.is_alphabetic()).count();
        let upper = old.chars().filter(|c| c.is_uppercase()).count();
        let starts = arc.from == 0 || read.units[arc.from as usize - 1].gap == Gap::End;
        let is_capital = upper == 1 && old.starts_with(char::is_uppercase);
        let unlisted = [Fault::Replaced, Fault::Dropped, Fault::Added, Fault::Swapped];
        let flag = f32::from;
        let spelling = if known { 0.0 } else { self.lexicon.spelling_cost(old) / old.len() as f32 - 2.2 };
        let hyphen = (arc.from as usize..arc.to as usize - 1).any(|n| read.units[n].gap == Gap::Hyphen);
        let usual = self.lexicon.get(new.to_ascii_lowercase().as_bytes()).map(|k| k.usual);
        let features: [f32; FEATURES] = [
            1.0,
            logit,
            arc.cost / 10.0,
            (logit - prior).clamp(-20.0, 20.0) / 10.0,
            flag(known),
            if known { as_is / 10.0 } else { 0.0 },
            arc.rarity / 10.0,
            letters.min(12) as f32 / 10.0,
            rates.total().max(1e-3).ln() as f32,
            flag(is_capital && !starts && !known),
            flag(upper > 1 && upper == letters),
            arc.faults.total().saturating_sub(1) as f32,
            flag(arc.faults.count(Fault::Joined as usize) > 0),
            flag(arc.faults.count(Fault::Split as usize) > 0),
            flag(hyphen),
            unlisted.iter().map(|f| arc.faults.count(*f as usize)).sum::<u32>() as f32,
            if known { 0.0 } else { (counts.old(old) as f32).ln() * arc.rarity / 10.0 },
            flag(counts.has(new)),
            flag(letters <= 2),
            flag(old.chars().any(|c| !c.is_alphabetic() && !matches!(c, '\'' | '’' | ' ' | '-' | '\n'))),
            spelling,
            flag(usual.is_some_and(|u| u != super::lexicon::Usual::Small)),
            (evidence as f32).clamp(0.0, 4.0).sqrt(),
            flag(old.eq_ignore_ascii_case(new)),
        ];
        features
    }
}

/// How often unknown words stand in a text, and which known ones do.
struct Counts<'t> {
    unknown: HashMap<&'t str, u32>,
    known: HashSet<String>,
}

impl<'t> Counts<'t> {
    fn new(read: &Text<'t>) -> Counts<'t> {
        let mut counts = Counts { unknown: HashMap::new(), known: HashSet::new() };
        for (unit, standing) in read.units.iter().zip(&read.standings) {
            let word = &read.text[unit.start..unit.stem];
            match standing.known {
                Some(known) if known.rarity > 8.0 => {
                    counts.known.insert(fold(word));
                }
                Some(_) => {}
                None => *counts.unknown.entry(word).or_default() += 1,
            }
        }
        counts
    }

    fn old(&self, word: &str) -> u32 {
        self.unknown.get(word).copied().unwrap_or(1)
    }

    fn has(&self, word: &str) -> bool {
        self.known.contains(&fold(word))
    }
}

impl Text<'_> {
    /// The span and replacement of an arc. A line end within it stands after the word, and what is written directly
    /// after the word stays with it.
    fn realize(&self, arc: &Arc) -> (Range<usize>, String) {
        let (first, last) = (arc.from as usize, arc.to as usize - 1);
        let mut span = self.units[first].start..self.units[last].end;
        let mut replacement = arc.text.clone().unwrap_or_default();
        if self.text[span.clone()].contains('\n') {
            let rest = &self.text[span.end..];
            let marks = rest.find(char::is_whitespace).unwrap_or(rest.len());
            // A word may be written directly after it ("com-\nmon-sense"): then the line end goes for good.
            let next = self.units.get(last + 1).map_or(usize::MAX, |unit| unit.start);
            if span.end + marks <= next {
                replacement.push_str(&rest[..marks]);
                span.end += marks;
                if rest[marks..].starts_with([' ', '\t']) {
                    span.end += 1;
                    replacement.push('\n');
                }
            }
        }
        (span, replacement)
    }
}

/// Units, what they are, and their arcs.
fn propose<'t>(maker: &Maker, text: &'t str, units: Vec<Unit>) -> Text<'t> {
    let standings: Vec<Standing> = (0..units.len()).map(|at| maker.standing(text, &units, at)).collect();
    let (mut arcs, mut starts) = (Vec::with_capacity(units.len() * 2), Vec::with_capacity(units.len() + 1));
    let mut cache = Cache::new();
    for at in 0..units.len() {
        starts.push(arcs.len() as u32);
        arcs.push(maker.identity(text, &units[at], at, &standings[at]));
        maker.propose(text, &units, at, &standings[at], &mut cache, &mut arcs);
        maker.propose_joined(text, &units, at, &standings, &mut cache, &mut arcs);
    }
    starts.push(arcs.len() as u32);
    Text { text, units, standings, arcs, starts }
}

/// Runs of units about which there is doubt, with the context that they are judged in.
fn islands(read: &Text) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for arc in read.arcs.iter().filter(|arc| arc.text.is_some()) {
        let (from, to) = (arc.from as usize, (arc.to as usize + AFTER).min(read.units.len()));
        match out.last_mut() {
            Some(last) if from <= last.end => last.end = last.end.max(to),
            _ => out.push(from..to),
        }
    }
    out
}
