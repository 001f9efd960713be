//! The one walk of a text: prefilter, words, lattices, the document's verdict, findings, edits.

use std::ops::Range;
use std::sync::Arc;

use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::meaning::names::Names;
use unspin_core::text::hidden::plain;
use unspin_core::text::numeral;

use crate::channel::{Candidates, PhraseChannel, TextChannel, Word};
use crate::confidence::features::FeatureExtractor;
use crate::confidence::{Features, Weights};
use crate::document::params::{
    COMMON_CONFIDENCE, COMMON_SPUN, Habits, LEAST_POSTERIOR, MAX_EVIDENCE, PRIOR_SPUN, SAMPLE_WORDS, Trust,
};
use crate::document::{Document, Evidence, Finding, Findings, Verdict, strongest};
use crate::edits::{Edit, Safety, apply, choose, compose, keep_alike, realize, settle};
use crate::embedded::Words;
use crate::lattice::{NoisyChannel, words_in};
use crate::model::Model;
use crate::prefilter::{Prefilter, Suspects};
use crate::protect::Protected;
use crate::reading::{Reading, without_places};
use crate::second_reading::{Answers, DOUBT, Doubt, Second};

/// The language model of the engine: the one place where its kind is chosen.
pub(crate) type ModelView<'m> = TrigramModel<'m>;

/// What reads texts: the knowledge, the options, and the one walk of a text through both.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) words: Words,
    pub(crate) model: Model,
    pub(crate) dictionaries: Vec<Dictionary>,
    /// For each layer of dictionaries, what to read and to answer.
    pub(crate) hypotheses: Vec<Hypothesis>,
    pub(crate) prefilter: Prefilter,
    pub(crate) protected: Protected,
    /// The names that clean text knows.
    pub(crate) names: Names,
    pub(crate) weights: Weights,
    /// Who reads the places in doubt again, if anybody does.
    pub(crate) second: Option<Second>,
    pub(crate) min_confidence: f32,
    pub(crate) min_spun: f32,
    /// Names what it was made of.
    pub(crate) version: Arc<str>,
}

/// A spinner that may have made a text.
#[derive(Clone, Debug)]
pub(crate) struct Hypothesis {
    pub(crate) name: String,
    /// The number of the spinner in each layer.
    pub(crate) spinner: Vec<Option<u8>>,
    /// How its habits are known.
    pub(crate) habits: Habits,
}

/// What a spinner did to a text, undone.
pub(crate) struct Restored {
    pub(crate) verdict: Verdict,
    /// Edits of the text; none where a verdict alone was asked for.
    pub(crate) edits: Vec<Edit>,
}

impl TextChannel for Engine {
    type Evidence = Suspects;
    type Found = Restored;

    fn prefilter(&self, text: &str) -> Option<Suspects> {
        self.prefilter.suspects(&plain(text))
    }

    fn undo(&self, text: &str, suspects: Suspects) -> Option<Restored> {
        self.restore(text, &suspects)
    }

    fn judge(&self, text: &str, suspects: Suspects) -> Option<Restored> {
        let judged = self.judged(text, &suspects)?;
        Some(Restored { verdict: self.verdict(text, &judged, &self.findings(&judged)), edits: Vec::new() })
    }
}

/// A text as it was judged.
struct Judgement<'t> {
    reading: Reading<'t>,
    /// The number of the likeliest spinner.
    hypothesis: usize,
    /// The text under that spinner.
    document: Document,
    /// P(spun | text).
    spun: f32,
    /// The same by the trust that edits ask for.
    edited: f32,
}

/// What findings are weighed with.
struct Weighing<'r> {
    judged: &'r Judgement<'r>,
    candidates: &'r Candidates,
    realizer: realize::Realizer<'r>,
    min_confidence: f32,
}

impl Engine {
    /// Restores a text that the prefilter did not let go: finds what was spun, and what it was made from.
    ///
    /// Restored words are better context than spun ones, so the text is read again until nothing more is found; restoring
    /// what is restored changes nothing. Time grows with the length of the text.
    fn restore(&self, text: &str, suspects: &Suspects) -> Option<Restored> {
        let judged = self.judged(text, suspects)?;
        let findings = self.findings(&judged);
        let verdict = self.verdict(text, &judged, &findings);
        let mut answers = Answers::default();
        let mut edits = self.edits(text, judged, findings, &mut answers);
        let mut rounds: Vec<(String, Vec<Edit>)> = Vec::new();
        while !edits.is_empty() {
            // The edits were made from this text, or composed to fit it.
            let Ok(current) = apply(text, &edits) else { break };
            if let Some(start) = rounds.iter().position(|(seen, _)| *seen == current) {
                // Two wordings that each prefer the other: the one that sorts first stands, from wherever one begins.
                edits = rounds.drain(start..).min_by(|a, b| a.0.cmp(&b.0)).map(|(_, edits)| edits).unwrap_or_default();
                break;
            }
            let suspects = self.prefilter(&current);
            let judged = suspects.and_then(|suspects| self.judged(&current, &suspects));
            let Some(judged) = judged.filter(|judged| judged.spun >= self.min_spun) else { break };
            let findings = self.findings(&judged);
            let more = self.edits(&current, judged, findings, &mut answers);
            if more.is_empty() {
                break;
            }
            let next = compose::compose(text, &edits, &current, &more);
            rounds.push((current, std::mem::replace(&mut edits, next)));
        }
        Some(Restored { verdict, edits })
    }

    /// The edits that findings justify. `answers` are those that a second reader gave about this text before.
    fn edits(&self, text: &str, judged: Judgement, findings: Findings, answers: &mut Answers) -> Vec<Edit> {
        let (min_spun, min_confidence) = self.least(&judged);
        if judged.spun < self.min_spun || judged.edited < min_spun {
            return Vec::new();
        }
        let (judged, Findings { all, candidates }) = self.protect(judged, findings);
        let findings = without_places(&all, &numeral::fixed(text, &judged.reading.tokens), &judged.reading.words);
        let realizer = self.realizer(text, &judged, &candidates);
        let weighing = Weighing { judged: &judged, candidates: &candidates, realizer, min_confidence };
        let is_read = |confidence| self.second.is_some() && DOUBT.contains(&confidence);
        let (mut weighed, doubts) = self.weigh(&weighing, &findings, is_read);
        let mut chosen = self.choose(&weighing, &weighed);
        if let Some(second) = &self.second {
            self.read_again(second, &weighing, &mut weighed, &chosen, doubts, answers);
            chosen = self.choose(&weighing, &weighed);
        }
        keep_alike(text, weighing.realizer.edits(&chosen, &weighed))
    }

    /// The least P(spun) of a text that is edited, and the least confidence of an edit.
    fn least(&self, judged: &Judgement) -> (f32, f32) {
        match self.hypotheses[judged.hypothesis].habits {
            Habits::Common => (self.min_spun.max(COMMON_SPUN), self.min_confidence.max(COMMON_CONFIDENCE)),
            _ => (self.min_spun, self.min_confidence),
        }
    }

    /// Findings with their confidences for posteriors, and the features of those whose confidence is asked for.
    fn weigh(
        &self,
        weighing: &Weighing,
        findings: &[Finding],
        is_asked: impl Fn(f32) -> bool,
    ) -> (Vec<Finding>, Vec<Doubt>) {
        let Weighing { judged: Judgement { reading, document, spun, .. }, candidates, .. } = weighing;
        let (mut weighed, mut asked) = (Vec::with_capacity(findings.len()), Vec::new());
        let model = self.model.view();
        let extractor = FeatureExtractor::new(&model, candidates, &reading.words, findings, document.rate());
        extractor.for_some(|findings, features| {
            let confidences = self.weights.confidences(features);
            for ((finding, features), confidence) in findings.iter().zip(features).zip(confidences) {
                if is_asked(confidence) {
                    asked.push(Doubt { at: weighed.len(), features: *features });
                }
                weighed.push(Finding { posterior: spun * confidence, ..*finding });
            }
        });
        (weighed, asked)
    }

    /// Gives findings in doubt the confidence that they have after a second reading, with `chosen` made around them. Returns
    /// those that were read.
    fn read_again(
        &self,
        second: &Second,
        weighing: &Weighing,
        weighed: &mut [Finding],
        chosen: &[Finding],
        doubts: Vec<Doubt>,
        answers: &mut Answers,
    ) -> Vec<Doubt> {
        let restored = weighing.realizer.edits(chosen, weighed);
        let read = second.read(&weighing.realizer, weighed, &restored, doubts, answers);
        for Doubt { at, features } in &read {
            weighed[*at].posterior = weighing.judged.spun * second.weights.confidence(features);
        }
        read
    }

    /// The findings that are made together, of those that are sure enough and safe.
    fn choose(&self, weighing: &Weighing, weighed: &[Finding]) -> Vec<Finding> {
        let Weighing { judged, candidates, realizer, min_confidence } = weighing;
        let Reading { text, tokens, words, .. } = &judged.reading;
        let is_likely = |finding: &&Finding| finding.posterior >= choose::least(finding, words, *min_confidence);
        let likely: Vec<Finding> = weighed.iter().filter(is_likely).copied().collect();
        let safety = Safety { text, tokens, words, names: &self.names };
        let admits = |finding: &Finding| safety.admits(realizer, finding);
        let sure = choose::agree(likely, candidates, words, *min_confidence, admits);
        choose::together(sure, candidates, words, *min_confidence)
    }

    /// Reads the text again with protected words as they stand: they are no one's to change, and what stands beside
    /// them is read with that in mind. What they say of the text was said before.
    fn protect<'t>(&self, mut judged: Judgement<'t>, findings: Findings) -> (Judgement<'t>, Findings) {
        let Reading { words, sentences, protected, .. } = &mut judged.reading;
        if protected.is_empty() {
            return (judged, findings);
        }
        std::mem::take(protected).into_iter().for_each(|n| words[n].frozen = true);
        let sample = sampled(sentences);
        let model = self.model.view();
        let noisy = self.noisy_channel(&model, &self.hypotheses[judged.hypothesis]);
        judged.document = Document::read_at(&noisy, words, &sentences[..sample], judged.document.rate());
        let findings = self.findings(&judged);
        (judged, findings)
    }

    /// The verdict on a text that nobody asks about.
    pub(crate) fn clean(&self) -> Verdict {
        Verdict::clean(&self.version)
    }

    /// Reads a text: its words, the likeliest of the spinners that are suspected, the document under that spinner, and the
    /// probability that it was spun.
    fn judged<'t>(&self, text: &'t str, suspects: &Suspects) -> Option<Judgement<'t>> {
        let reading = Reading::of(text, &self.words, &self.protected);
        let sample = sampled(&reading.sentences);
        let mut best_document: Option<(usize, Document, f64, f64)> = None;
        let sampled_words = words_in(&reading.sentences[..sample]);
        let mut log_odds = Vec::new();
        let model = self.model.view();
        for (number, hypothesis) in self.hypotheses.iter().enumerate() {
            // A known spinner explains a text better than what all of them have in common.
            let is_explained = hypothesis.habits == Habits::Common && log_odds.iter().any(|&odds| odds > 0.0);
            if is_explained || !suspects.is_likely(number) {
                continue;
            }
            let noisy = self.noisy_channel(&model, hypothesis);
            let Some(document) = Document::read(&noisy, &reading.words, &reading.sentences[..sample]) else { continue };
            let trust = hypothesis.habits.naming();
            let odds = self.log_odds(trust, &document, &reading.words, sampled_words);
            log_odds.push(odds);
            // Formal words tell less of whether a text was spun, not of who did it.
            let any = Trust { formal_once: false, ..trust };
            let rank = self.log_odds(any, &document, &reading.words, sampled_words);
            if best_document.as_ref().is_none_or(|(_, _, _, other)| rank > *other) {
                best_document = Some((number, document, odds, rank));
            }
        }
        let (hypothesis, document, odds, _) = best_document?;
        // P(this spinner | text) among all spinners and clean.
        let others: f64 = log_odds.iter().map(|o| (o - odds).exp()).sum();
        let spun = 1.0 / ((-odds).exp() + others) * others;
        let spun = spun.min(1.0) as f32;
        let edited = match self.hypotheses[hypothesis].habits {
            Habits::Counted => spun,
            habits => {
                let odds = self.log_odds(habits.editing(), &document, &reading.words, sampled_words);
                (1.0 / (1.0 + (-odds).exp())) as f32
            }
        };
        Some(Judgement { reading, hypothesis, document, spun, edited })
    }

    /// The log odds that a spinner so trusted made a text, against clean; so many of its words were read.
    fn log_odds(&self, trust: Trust, document: &Document, words: &[Word], sampled: usize) -> f64 {
        let prior = (PRIOR_SPUN / self.hypotheses.len() as f64 / (1.0 - PRIOR_SPUN)).ln();
        let odds = trust.weight * document.evidence() + prior - trust.least_per_word * sampled as f64;
        if odds > 0.0 {
            // It would be read as spun: what it only repeats is no more evidence.
            let spelt = |id| self.words.word(id).filter(|_| trust.formal_once);
            odds - trust.weight * document.repeated(words, spelt)
        } else {
            odds
        }
    }

    /// What a spinner writes for what, and the model of clean text.
    pub(crate) fn noisy_channel<'r>(
        &'r self,
        model: &'r ModelView<'r>,
        hypothesis: &'r Hypothesis,
    ) -> NoisyChannel<'r, ModelView<'r>> {
        let channel = PhraseChannel::new(&hypothesis.name, &self.dictionaries, &hypothesis.spinner);
        NoisyChannel { channel, model }
    }

    /// The words of a text, with the edges of its sentences.
    #[cfg(test)]
    pub(crate) fn words_of(&self, text: &str) -> Vec<Word> {
        Reading::of(text, &self.words, &self.protected).words
    }

    /// Findings in the whole text: those of the sample, then the rest under the same spinner and rate.
    fn findings(&self, judged: &Judgement) -> Findings {
        let Judgement { reading: Reading { text, tokens, words, sentences, .. }, document, .. } = judged;
        let model = self.model.view();
        let noisy = self.noisy_channel(&model, &self.hypotheses[judged.hypothesis]);
        let mut candidates = Candidates::default();
        let mut of =
            |document: &Document| document.findings(&noisy.channel, words, tokens, LEAST_POSTERIOR, &mut candidates);
        let mut all = of(document);
        for block in sentences[sampled(sentences)..].chunks(500) {
            all.extend(of(&Document::read_at(&noisy, words, block, document.rate())));
        }
        settle::verbs(text, tokens, words, &candidates, &self.words, &mut all);
        Findings { all, candidates }
    }

    fn realizer<'r>(
        &'r self,
        text: &'r str,
        judged: &'r Judgement,
        candidates: &'r Candidates,
    ) -> realize::Realizer<'r> {
        let spinner = &self.hypotheses[judged.hypothesis].name;
        realize::Realizer::new(text, &judged.reading.tokens, candidates, spinner)
    }

    /// Every edit that was considered, overlapping ones too, with the features of its confidence: what the weights of the
    /// confidence are fitted on. What a second reader says is 0 of those that it has not read.
    pub(crate) fn candidates(&self, text: &str) -> Vec<(Edit, Features)> {
        let suspects = self.prefilter(text);
        let Some(judged) = suspects.and_then(|suspects| self.judged(text, &suspects)) else { return Vec::new() };
        let (_, min_confidence) = self.least(&judged);
        let findings = self.findings(&judged);
        let (judged, Findings { all, candidates }) = self.protect(judged, findings);
        let realizer = self.realizer(text, &judged, &candidates);
        let weighing = Weighing { judged: &judged, candidates: &candidates, realizer, min_confidence };
        let (mut weighed, mut known) = self.weigh(&weighing, &all, |_| true);
        if let Some(second) = &self.second {
            let is_in_doubt = |known: &&Doubt| DOUBT.contains(&(weighed[known.at].posterior / judged.spun));
            let doubts = known.iter().filter(is_in_doubt).copied().collect();
            let chosen = self.choose(&weighing, &weighed);
            for read in self.read_again(second, &weighing, &mut weighed, &chosen, doubts, &mut Answers::default()) {
                known[read.at] = read;
            }
        }
        let edit = |known: &Doubt| Some((weighing.realizer.edit(&weighed[known.at])?, known.features));
        known.iter().filter_map(edit).collect()
    }

    fn verdict(&self, text: &str, judged: &Judgement, findings: &Findings) -> Verdict {
        let Judgement { reading, spun, document, .. } = judged;
        let Findings { all, candidates } = findings;
        let strongest = strongest(&self.model.view(), candidates, &reading.words, all, document.rate(), MAX_EVIDENCE);
        let evidence = strongest.into_iter().map(|(finding, weight)| {
            let span = candidates[finding.candidate].span.clone();
            Evidence::new(text, span, candidates.wording(finding.candidate), weight)
        });
        let spinner = (*spun >= self.min_spun).then(|| self.hypotheses[judged.hypothesis].name.clone());
        Verdict::new(*spun, spinner, evidence.collect(), &self.version)
    }
}

/// How many sentences, from the first on, a text's spinner and rate are estimated from.
fn sampled(sentences: &[Range<usize>]) -> usize {
    sentences.iter().take_while(|s| s.start < SAMPLE_WORDS).count().max(1).min(sentences.len())
}

#[cfg(test)]
mod tests;
