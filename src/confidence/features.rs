//! The features of a change: what is known of it beside its posterior.

use std::ops::Range;
use std::sync::LazyLock;

use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::language_model::LanguageModel;
use unspin_core::quantize;
use unspin_core::text::vocabulary::{EDGE, FIRST_WORD};

use super::params::{AROUND, BLOCK, COMMON, LEAST_CHANNEL, MOST_CONTEXT, NEAR, RAREST, TOGETHER};
use super::repetition::{Repetition, log_count};
use super::{Feature, Features, log_odds};
use crate::channel::{Candidates, Word};
use crate::document::Finding;

/// The log odds of what is not found.
static NO_ODDS: LazyLock<f32> = LazyLock::new(|| log_odds(0.0));

/// What is known of a text when its findings are weighed one by one.
pub(crate) struct FeatureExtractor<'r, M: LanguageModel> {
    model: &'r M,
    candidates: &'r Candidates,
    words: &'r [Word],
    /// All findings, in order.
    findings: &'r [Finding],
    /// The substitution rate of the document.
    rate: f32,
    repetition: Repetition,
    /// The sum of the posteriors of the findings up to each.
    prefix_sums: Vec<f64>,
    /// Words from this one on, each after the one before it: those around the findings that are weighed now.
    from: usize,
    standing: Vec<M::Pair>,
    /// What the model says of those words as they stand, up to each.
    fits: Vec<Fit>,
}

impl<'r, M: LanguageModel> FeatureExtractor<'r, M> {
    /// `rate` is the substitution rate of the document.
    pub(crate) fn new(
        model: &'r M,
        candidates: &'r Candidates,
        words: &'r [Word],
        findings: &'r [Finding],
        rate: f32,
    ) -> Self {
        let repetition = Repetition::new(candidates, words, findings);
        let prefix_sums = std::iter::once(0.0).chain(findings.iter().scan(0.0, |sum, finding| {
            *sum += f64::from(finding.posterior);
            Some(*sum)
        }));
        FeatureExtractor {
            model,
            candidates,
            words,
            findings,
            rate,
            repetition,
            prefix_sums: prefix_sums.collect(),
            from: 0,
            standing: Vec::new(),
            fits: Vec::new(),
        }
    }

    /// Calls `act` with the findings and their features, in order, some at a time: [`TOGETHER`] at most.
    pub(crate) fn for_some(mut self, mut act: impl FnMut(&[Finding], &[Features; TOGETHER])) {
        let (mut asked, mut changed, mut near) = (Vec::new(), Vec::new(), 0..0);
        for (number, some) in self.findings.chunks(BLOCK).enumerate() {
            let from = some[0].from.saturating_sub(AROUND);
            let to = some.iter().map(|f| f.to).fold(0, usize::max) + AROUND;
            self.read_standing(from..to.min(self.words.len()), &mut asked);
            asked.clear();
            some.iter().for_each(|finding| self.ask_changed(finding, &mut asked));
            self.model.look_up(&asked, &mut changed);
            self.model.prefetch_chain(&changed);
            let mut rest = changed.as_slice();
            for (begin, together) in (number * BLOCK..).step_by(TOGETHER).zip(some.chunks(TOGETHER)) {
                let mut features = [Features::default(); TOGETHER];
                for (at, features) in (begin..begin + together.len()).zip(&mut features) {
                    *features = self.features(at, &mut rest, &mut near);
                }
                act(together, &features);
            }
        }
    }

    /// Looks up words as they stand.
    fn read_standing(&mut self, range: Range<usize>, asked: &mut Vec<M::Query>) {
        let model = self.model;
        let ids = self.words[range.clone()].iter().map(|w| w.id);
        let before = range.start.checked_sub(1).map_or(EDGE, |before| self.words[before].id);
        asked.clear();
        asked.extend(
            std::iter::once(before).chain(ids.clone()).zip(ids).map(|(first, second)| model.query(first, second)),
        );
        model.look_up(asked, &mut self.standing);
        model.prefetch_chain(&self.standing);
        self.from = range.start;
        self.fits.clear();
        self.fits.reserve(self.standing.len() + 1);
        self.fits.push(Fit::default());
        let (mut fit, mut state) = (Fit::default(), model.start(before));
        for pair in &self.standing {
            fit.add(model, &mut state, pair);
            self.fits.push(fit);
        }
    }

    /// Asks for the pairs of words that a finding makes.
    fn ask_changed(&self, finding: &Finding, asked: &mut Vec<M::Query>) {
        let mut before = finding.from.checked_sub(1).map_or(EDGE, |before| self.words[before].id);
        let next = self.words.get(finding.to).map(|w| &w.id);
        for &id in self.candidates.words(finding.candidate).iter().chain(next) {
            asked.push(self.model.query(before, id));
            before = id;
        }
    }

    /// How many changes are expected by the word around a finding, by its number. `near` are the findings around one
    /// before it: where those begin that begin no more than [`NEAR`] words before, and where they end.
    fn nearby(&self, at: usize, near: &mut Range<usize>) -> f32 {
        let (findings, finding) = (self.findings, &self.findings[at]);
        near.start += findings[near.start..].iter().take_while(|other| other.from + NEAR < finding.from).count();
        near.end = near.end.max(at);
        // A finding may end before the one before it does.
        near.end -= findings[at..near.end].iter().rev().take_while(|other| other.from > finding.to + NEAR).count();
        near.end += findings[near.end..].iter().take_while(|other| other.from <= finding.to + NEAR).count();
        (self.prefix_sums[near.end] - self.prefix_sums[near.start]) as f32 / (2 * NEAR) as f32
    }

    /// The findings that overlap one, by its number.
    fn rivals(&self, at: usize) -> Rivals {
        let FeatureExtractor { findings, candidates, .. } = *self;
        let finding = &findings[at];
        let key = |finding: &Finding| candidates[finding.candidate].provenance.key;
        // Findings are in the order in which they begin, and none is longer than a phrase.
        let mut rivals = Rivals { any: 0.0, is_best: true, best_other: 0.0 };
        let mut weigh = |other: &Finding| {
            if other.from < finding.to && finding.from < other.to {
                rivals.any += other.posterior;
                rivals.is_best &= other.posterior <= finding.posterior;
                if other.candidate != finding.candidate && key(other) != key(finding) {
                    rivals.best_other = rivals.best_other.max(other.posterior);
                }
            }
        };
        findings[..at].iter().rev().take_while(|other| other.from + MAX_PHRASE > finding.from).for_each(&mut weigh);
        findings[at..].iter().take_while(|other| other.from < finding.to).for_each(&mut weigh);
        rivals
    }

    /// The features of a finding, by its number; the pairs that it makes are the first of `changed`.
    fn features(&self, at: usize, changed: &mut &[M::Pair], near: &mut Range<usize>) -> Features {
        let FeatureExtractor { words, findings, .. } = *self;
        let finding = &findings[at];
        let candidate = &self.candidates[finding.candidate];
        let observed = candidate.provenance.observed;
        let Rivals { any, is_best, best_other } = self.rivals(at);
        let own_odds = self.repetition.log_odds(at);
        // Most findings stand alone.
        let is_alone = any == finding.posterior;
        let any_odds = if is_alone { own_odds } else { log_odds(any.min(1.0)) };
        let other_odds = if is_alone { *NO_ODDS } else { log_odds(best_other) };
        let becomes = self.candidates.words(finding.candidate);
        let (own, rest) = changed.split_at(becomes.len() + usize::from(finding.to < words.len()));
        *changed = rest;
        let spun_words = &words[finding.from..finding.to];
        let rarity = |rarest: f32, id: u32| rarest.min(self.model.unigram(id).max(RAREST));
        let spun = spun_words.iter().map(|w| w.id).fold(0.0, rarity);
        let original = becomes.iter().copied().fold(0.0, rarity);
        let [changed, standing] = self.around(finding, own);
        let context_ratio = (quantize::decode_sum(changed.cost) - quantize::decode_sum(standing.cost))
            .clamp(-MOST_CONTEXT, MOST_CONTEXT);
        let beyond = AROUND.min(words.len() - finding.to);
        let share = |fit: Fit, own: usize| fit.seen as f32 / (own + beyond).max(1) as f32;
        let [original_elsewhere, spun_elsewhere, same_elsewhere] = self.repetition.of(at);
        let follows_word = finding.from > 0 && words[finding.from - 1].id >= FIRST_WORD;
        let mut out = Features::default();
        out[Feature::One] = 1.0;
        out[Feature::Posterior] = own_odds;
        out[Feature::AnyChange] = any_odds;
        out[Feature::ObservedCount] = log_count(observed);
        out[Feature::IsObserved] = flag(observed > 0);
        out[Feature::SpunRarity] = spun / 10.0;
        out[Feature::OriginalRarity] = original / 10.0;
        out[Feature::ChangesLength] = flag(becomes.len() != spun_words.len());
        out[Feature::FunctionWords] = flag(spun > COMMON && original > COMMON);
        out[Feature::DocumentRate] = self.rate;
        out[Feature::IsPhrase] = flag(spun_words.len() > 1);
        out[Feature::Channel] = candidate.log_probability.max(LEAST_CHANNEL) / 10.0;
        out[Feature::ChangesNearby] = self.nearby(at, near);
        out[Feature::InnerCapital] = flag(spun_words[0].capitalised && follows_word);
        out[Feature::IsBest] = flag(is_best);
        out[Feature::Context] = context_ratio / 10.0;
        out[Feature::OriginalElsewhere] = original_elsewhere;
        out[Feature::SpunElsewhere] = spun_elsewhere;
        out[Feature::SameElsewhere] = same_elsewhere;
        out[Feature::SeenAsChanged] = share(changed, becomes.len());
        out[Feature::SeenAsStanding] = share(standing, spun_words.len());
        out[Feature::BestOther] = other_odds;
        out[Feature::SpunRate] = candidate.standing_rate;
        out[Feature::OriginalRate] = candidate.rate;
        out
    }

    /// How well a change fits into its place, and how well what stands there does, the neighbours as they
    /// stand: the words and the two after them. `own` are the pairs that the change makes.
    fn around(&self, finding: &Finding, own: &[M::Pair]) -> [Fit; 2] {
        let model = self.model;
        let to = self.words.len().min(finding.to + AROUND);
        let before = finding.from.checked_sub(1).and_then(|before| before.checked_sub(self.from));
        let mut state = before.map_or_else(|| model.start(EDGE), |before| M::state(&self.standing[before]));
        let mut changed = Fit::default();
        own.iter().for_each(|pair| changed.add(model, &mut state, pair));
        let standing = &self.standing[to.min(finding.to + 1) - self.from..to - self.from];
        standing.iter().for_each(|pair| changed.add(model, &mut state, pair));
        [changed, self.fits[to - self.from].after(self.fits[finding.from - self.from])]
    }
}

/// What overlaps a finding, itself included.
struct Rivals {
    /// The sum of the posteriors.
    any: f32,
    /// Whether none is likelier than the finding.
    is_best: bool,
    /// The posterior of the likeliest other change.
    best_other: f32,
}

/// How well words follow each other.
#[derive(Clone, Copy, Debug, Default)]
struct Fit {
    /// −log P, in steps of the model's codes.
    cost: u32,
    /// Words that the model has seen after the two before them.
    seen: u32,
}

impl Fit {
    /// Adds the second word of a pair after a state, which becomes that after both.
    fn add<M: LanguageModel>(&mut self, model: &M, state: &mut M::State, pair: &M::Pair) {
        let (cost, is_seen) = model.cost(*state, pair);
        self.cost += cost;
        self.seen += u32::from(is_seen);
        *state = M::state(pair);
    }

    /// What came after an earlier place.
    fn after(self, earlier: Fit) -> Fit {
        Fit { cost: self.cost - earlier.cost, seen: self.seen - earlier.seen }
    }
}

fn flag(yes: bool) -> f32 {
    if yes { 1.0 } else { 0.0 }
}
