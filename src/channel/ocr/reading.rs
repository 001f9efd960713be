//! One text through the channel: units, arcs, rates, posteriors, confidence, edits.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::Vocabulary;

use super::arcs::{Arc, Cache, Maker};
use super::confidence::Weights;
use super::document::{Estimate, Text};
use super::feature::Features;
use super::features::Judge;
use super::fragments::Fragments;
use super::guard;
use super::habits::Habits;
use super::lattice::Lattice;
use super::period::Period;
use super::rates::Rates;
use super::search::{PATIENCE, PATIENCE_BOLDLY, Search};
use super::units::{Unit, units};
use unspin_core::ocr::confusions::{Confusions, FAULTS};
use unspin_core::ocr::lexicon::Lexicon;

/// Shorter texts are left alone, in units.
pub const LEAST_UNITS: usize = 30;
/// Evidence that a unit of damaged text shows at least, in nats.
const LEAST_EVIDENCE: f64 = 0.12;
/// In longer texts one or two odd words say nothing, in units.
const FEW_UNITS: usize = 120;
/// In a short text a name for a name that no lexicon has is right less often than its features say.
const NAME_FOR_NAME: f32 = 0.6;
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
    /// How rare words with some letters in a row are at least.
    pub fragments: Fragments,
    /// What they are misread as.
    pub confusions: Confusions,
    /// How edits are judged.
    pub weights: Weights,
}

impl OcrChannel {
    /// What a text may have been; nothing is found in text that shows no damage.
    pub fn read(&self, text: &str, vocabulary: &Vocabulary, model: &TrigramModel) -> Reading {
        let Some(units) = self.prefilter(text, vocabulary, model) else { return Reading::default() };
        self.read_units(text, units, vocabulary, model, &mut Cache::default())
    }

    /// The units of a text that may be damaged: English, long enough, with enough words that nobody knows.
    pub(super) fn prefilter(&self, text: &str, vocabulary: &Vocabulary, model: &TrigramModel) -> Option<Vec<Unit>> {
        let units = units(text);
        let words = || units.iter().map(|unit| &text[unit.start..unit.end]);
        if units.len() < LEAST_UNITS || !guard::is_english(words(), |word| self.knows(word)) || guard::is_early(words())
        {
            return None;
        }
        let maker = self.maker(vocabulary, model);
        let is_read = shows_unknown_words(&maker, text, &units) && !Period::of(&maker, text, &units).is_spelled;
        is_read.then_some(units)
    }

    fn knows(&self, word: &str) -> bool {
        self.lexicon.get(word.to_ascii_lowercase().as_bytes()).is_some()
    }

    fn maker<'r>(&'r self, vocabulary: &'r Vocabulary, model: &'r TrigramModel) -> Maker<'r> {
        let OcrChannel { lexicon, fragments, confusions, .. } = self;
        let search = Search { lexicon, fragments, confusions, patience: PATIENCE };
        Maker { search, vocabulary, model, is_bold: false, joins_spaces: true }
    }

    /// What a text may have been that the prefilter did not let go. What was searched of another state of it is in the
    /// cache.
    pub(super) fn read_units(
        &self,
        text: &str,
        units: Vec<Unit>,
        vocabulary: &Vocabulary,
        model: &TrigramModel,
        cache: &mut Cache,
    ) -> Reading {
        let mut maker = self.maker(vocabulary, model);
        maker.joins_spaces = !Period::of(&maker, text, &units).is_capitalised;
        let Some((read, mut estimate)) = self.estimate(&maker, text, units, cache) else { return Reading::default() };
        let damage = Damage {
            probability: (1.0 / (1.0 + (-(estimate.evidence - LEAST_EVIDENCE) * 60.0).exp())) as f32,
            evidence: estimate.evidence as f32,
            rates: std::array::from_fn(|kind| estimate.rates.of(kind) as f32),
        };
        if !OcrChannel::is_damaged(&damage) {
            return Reading { damage, edits: self.edits(&read, &estimate) };
        }
        // What is known to be damaged is read again, and more is taken for damage.
        maker.is_bold = true;
        maker.search.patience = PATIENCE_BOLDLY;
        let evidence = estimate.evidence;
        let Some((read, bold)) = self.estimate(&maker, text, read.units, cache) else { return Reading::default() };
        estimate = Estimate { evidence, ..bold };
        Reading { damage, edits: self.edits(&read, &estimate) }
    }

    /// The arcs of a text and their posteriors; `None` where nothing is in doubt. The habits of a document are looked
    /// for in bold readings alone: they find a little of what they look for in any text.
    fn estimate<'t>(
        &self,
        maker: &Maker,
        text: &'t str,
        units: Vec<Unit>,
        cache: &mut Cache,
    ) -> Option<(Text<'t>, Estimate)> {
        let read = propose(maker, text, units, cache);
        let islands = islands(&read);
        if islands.is_empty() {
            return None;
        }
        let (mut rates, mut habits) = (Rates::default(), Habits::default());
        let lattices: Vec<Lattice> = islands
            .iter()
            .map(|island| {
                let log = |arc: &Arc| f64::from(arc.log) + rates.log(arc.faults);
                Lattice::new(maker.model, &read.units, &read.arcs, &read.starts, island.clone(), log)
            })
            .collect();
        let mut posteriors = vec![0f64; read.arcs.len()];
        let mut evidence = 0.0;
        for _ in 0..ROUNDS {
            posteriors.fill(0.0);
            evidence = -rates.total() * read.units.len() as f64;
            for lattice in &lattices {
                let log = |arc: u32| weight(&read.arcs[arc as usize], &rates, &habits);
                let total = lattice.posteriors(log, |arc, posterior| posteriors[arc as usize] += posterior);
                evidence += total - lattice.as_is;
            }
            let mut expected = [0.0; FAULTS];
            let mut used: HashMap<u16, f64> = HashMap::new();
            for (arc, posterior) in read.arcs.iter().zip(&posteriors).filter(|(_, p)| **p > 0.0) {
                (0..FAULTS).for_each(|kind| expected[kind] += posterior * f64::from(arc.faults.count(kind)));
                for number in arc.used.iter().filter(|&&number| number > 0) {
                    *used.entry(*number).or_default() += posterior;
                }
            }
            rates = Rates::fitted(&expected, read.units.len());
            if maker.is_bold {
                habits = Habits::fitted(&used, text, &self.confusions, &rates);
            }
        }
        let distinct = if maker.is_bold { evidence } else { self.distinct(&read, &islands, &lattices, &rates) };
        let evidence = evidence.min(distinct) / read.units.len() as f64;
        Some((read, Estimate { rates, habits, posteriors, evidence }))
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
        let weight: usize = gains.iter().filter(|(_, gain)| **gain > 1.0).map(|(word, _)| weight_of(word)).sum();
        if weight < least_weight(read.units.len()) {
            return 0.0;
        }
        gains.values().sum::<f64>() - rates.total() * read.units.len() as f64
    }

    /// Whether the evidence is that of damaged text.
    pub fn is_damaged(damage: &Damage) -> bool {
        f64::from(damage.evidence) >= LEAST_EVIDENCE
    }

    /// The best edits that do not overlap.
    fn edits(&self, read: &Text, estimate: &Estimate) -> Vec<OcrEdit> {
        let posteriors = &estimate.posteriors;
        let mut order: Vec<usize> =
            (0..read.arcs.len()).filter(|&n| read.arcs[n].text.is_some() && posteriors[n] >= LEAST_POSTERIOR).collect();
        order.sort_by(|&a, &b| posteriors[b].total_cmp(&posteriors[a]).then(a.cmp(&b)));
        let mut taken = vec![false; read.units.len()];
        let judge = Judge::new(read, &self.lexicon, estimate);
        let mut edits = Vec::new();
        for &n in &order {
            let arc = &read.arcs[n];
            let range = arc.from as usize..arc.to as usize;
            if taken[range.clone()].iter().any(|&t| t) {
                continue;
            }
            taken[range.clone()].fill(true);
            let (span, replacement) = read.realize(arc);
            let alternatives: Vec<(String, f32)> = order
                .iter()
                .filter(|&&other| other != n && read.arcs[other].from == arc.from && read.arcs[other].to == arc.to)
                .take(3)
                .filter_map(|&other| Some((read.arcs[other].text.clone()?, posteriors[other] as f32)))
                .collect();
            let next = alternatives.first().map_or(0.0, |other| f64::from(other.1));
            let features = judge.features(arc, posteriors[n], next);
            let mut confidence = self.weights.confidence(&features);
            if read.units.len() < FEW_UNITS && judge.is_name_for_name(arc) {
                confidence *= NAME_FOR_NAME;
            }
            edits.push(OcrEdit { span, replacement, confidence, alternatives, features });
        }
        edits.sort_by_key(|edit| edit.span.start);
        edits
    }
}

/// What the odd words of a text must come to, counted as [`weight_of`] does.
fn least_weight(units: usize) -> usize {
    if units < FEW_UNITS { 2 } else { 6 }
}

/// What an odd word counts: a name that no lexicon has is no damage by itself.
fn weight_of(word: &str) -> usize {
    1 + usize::from(word.starts_with(char::is_lowercase))
}

/// Units of damaged text for which odd words count one, at least.
const UNITS_A_WEIGHT: usize = 30;

/// Whether enough words of a text are unknown for it to be worth a reading: half of what is asked for in the end, since
/// some of that may be known words that were misread.
fn shows_unknown_words(maker: &Maker, text: &str, units: &[Unit]) -> bool {
    let mut unknown: HashSet<&str> = HashSet::new();
    let least = least_weight(units.len()).div_ceil(2).max(units.len() / UNITS_A_WEIGHT);
    let mut weight = 0;
    for at in 0..units.len() {
        let word = &text[units[at].start..units[at].stem];
        let standing = maker.standing(text, units, at);
        if standing.known.is_none() && !standing.is_frozen && unknown.insert(word) {
            weight += weight_of(word);
            if weight >= least {
                return true;
            }
        }
    }
    false
}

/// log P of an arc without the words that it says.
fn weight(arc: &Arc, rates: &Rates, habits: &Habits) -> f64 {
    f64::from(arc.log) + rates.log(arc.faults) + habits.log(&arc.used)
}

/// Units, what they are, and their arcs.
fn propose<'t>(maker: &Maker, text: &'t str, units: Vec<Unit>, cache: &mut Cache) -> Text<'t> {
    let standings: Vec<_> = (0..units.len()).map(|at| maker.standing(text, &units, at)).collect();
    let (mut arcs, mut starts) = (Vec::with_capacity(units.len() * 2), Vec::with_capacity(units.len() + 1));
    for at in 0..units.len() {
        starts.push(arcs.len() as u32);
        arcs.push(maker.identity(text, &units[at], at, &standings[at]));
        maker.propose(text, &units, at, &standings[at], cache, &mut arcs);
        maker.propose_joined(text, &units, at, &standings, cache, &mut arcs);
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
