//! The one walk of a text: prefilter, words, lattices, the document's verdict, findings, edits.

use std::ops::Range;
use std::sync::Arc;

use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::meaning::names::Names;
use unspin_core::text::hidden::plain;
use unspin_core::text::numeral;

use crate::channel::{Candidates, PhraseChannel, TextChannel};
use crate::confidence::features::FeatureExtractor;
use crate::confidence::{Features, Nobody, Weights};
use crate::document::params::{
    COMMON_CONFIDENCE, COMMON_SPUN, Habits, LEAST_POSTERIOR, MAX_EVIDENCE, PRIOR_SPUN, SAMPLE_WORDS, SUSPICION, Trust,
};
use crate::document::{Document, Evidence, Finding, Findings, Verdict, fit, strongest};
use crate::edits::{Edit, Safety, apply, choose, compose, keep_alike, realize, settle};
use crate::embedded::Words;
use crate::lattice::{NoisyChannel, words_in};
use crate::model::Model;
use crate::prefilter::{Prefilter, Suspects};
use crate::protect::Protected;
use crate::reading::{Reading, without_places};

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
        let mut edits = self.edits(text, judged, findings);
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
            let more = self.edits(&current, judged, findings);
            if more.is_empty() {
                break;
            }
            let next = compose::compose(text, &edits, &current, &more);
            rounds.push((current, std::mem::replace(&mut edits, next)));
        }
        Some(Restored { verdict, edits })
    }

    /// The edits that findings justify.
    fn edits(&self, text: &str, judged: Judgement, findings: Findings) -> Vec<Edit> {
        let (min_spun, min_confidence) = match self.hypotheses[judged.hypothesis].habits {
            Habits::Common => (self.min_spun.max(COMMON_SPUN), self.min_confidence.max(COMMON_CONFIDENCE)),
            _ => (self.min_spun, self.min_confidence),
        };
        if judged.spun < min_spun {
            return Vec::new();
        }
        let (judged, Findings { all, candidates }) = self.protect(judged, findings);
        let Reading { tokens, words, .. } = &judged.reading;
        let findings = without_places(&all, &numeral::fixed(text, tokens), words);
        let mut weighed = Vec::with_capacity(findings.len());
        Self::features(&self.model.view(), &judged, &candidates, &findings).for_some(|findings, features| {
            let confidences = findings.iter().zip(self.weights.confidences(features));
            weighed.extend(confidences.map(|(f, confidence)| Finding { posterior: judged.spun * confidence, ..*f }));
        });
        let is_likely = |finding: &&Finding| finding.posterior >= choose::least(finding, words, min_confidence);
        let likely: Vec<Finding> = weighed.iter().filter(is_likely).copied().collect();
        let realizer = self.realizer(text, &judged, &candidates);
        let safety = Safety { text, tokens, words, names: &self.names };
        let admits = |finding: &Finding| safety.admits(&realizer, finding);
        let sure = choose::agree(likely, &candidates, words, min_confidence, admits);
        let chosen = choose::together(sure, &candidates, words, min_confidence);
        keep_alike(text, realizer.edits(&chosen, &weighed))
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
        let mut best_document: Option<(usize, Document, f64)> = None;
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
            let odds = self.log_odds(hypothesis.habits, &document, &reading, sample);
            log_odds.push(odds);
            if best_document.as_ref().is_none_or(|(_, _, other)| odds > *other) {
                best_document = Some((number, document, odds));
            }
        }
        let (hypothesis, document, odds) = best_document?;
        // P(this spinner | text) among all spinners and clean.
        let others: f64 = log_odds.iter().map(|o| (o - odds).exp()).sum();
        let spun = 1.0 / ((-odds).exp() + others) * others;
        Some(Judgement { reading, hypothesis, document, spun: spun.min(1.0) as f32 })
    }

    /// The log odds that a spinner of such habits made a text, against clean; `sample` sentences of it were read.
    fn log_odds(&self, habits: Habits, document: &Document, reading: &Reading, sample: usize) -> f64 {
        let sentences = &reading.sentences[..sample];
        let words = words_in(sentences);
        let prior = (PRIOR_SPUN / self.hypotheses.len() as f64 / (1.0 - PRIOR_SPUN)).ln();
        let Trust { weight, least_per_word } = habits.trust();
        let mut odds = weight * document.evidence() + prior - least_per_word * words as f64;
        if odds > 0.0 {
            // It would be read as spun: what it only repeats is no more evidence.
            odds -= weight * document.repeated(&reading.words);
        }
        let is_suspicion_asked = habits == Habits::Common && odds < 0.0;
        let suspicion = is_suspicion_asked.then(|| self.suspicion(document, reading, sentences, words)).flatten();
        suspicion.map_or(odds, |suspicion| odds.max(suspicion))
    }

    /// The log odds that somebody unknown spun a text whose evidence alone does not say so; `None` where it is far from it.
    fn suspicion(
        &self,
        document: &Document,
        reading: &Reading,
        sentences: &[Range<usize>],
        words: usize,
    ) -> Option<f64> {
        if !SUSPICION.may_be(document.evidence(), words) {
            return None;
        }
        let fit = fit(&self.model.view(), self.words.len(), &reading.words, sentences)?;
        Some(SUSPICION.log_odds(document.evidence() - document.repeated(&reading.words), fit, words))
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
    pub(crate) fn words_of(&self, text: &str) -> Vec<crate::channel::Word> {
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

    /// What is known of findings beside their posteriors.
    fn features<'r>(
        model: &'r ModelView<'r>,
        judged: &'r Judgement,
        candidates: &'r Candidates,
        findings: &'r [Finding],
    ) -> FeatureExtractor<'r, ModelView<'r>> {
        let Judgement { reading, document, .. } = judged;
        FeatureExtractor::new(model, Nobody, candidates, &reading.words, findings, document.rate())
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

    /// Every edit that was considered, overlapping ones too, with the features of its confidence:
    /// what the weights of the confidence are fitted on.
    pub(crate) fn candidates(&self, text: &str) -> Vec<(Edit, Features)> {
        let suspects = self.prefilter(text);
        let Some(judged) = suspects.and_then(|suspects| self.judged(text, &suspects)) else { return Vec::new() };
        let findings = self.findings(&judged);
        let (judged, Findings { all, candidates }) = self.protect(judged, findings);
        let realizer = self.realizer(text, &judged, &candidates);
        let mut out = Vec::new();
        Self::features(&self.model.view(), &judged, &candidates, &all).for_some(|findings, features| {
            let confidences = self.weights.confidences(features);
            for ((finding, features), confidence) in findings.iter().zip(features).zip(confidences) {
                let posterior = judged.spun * confidence;
                out.extend(realizer.edit(&Finding { posterior, ..*finding }).map(|edit| (edit, *features)));
            }
        });
        out
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
mod tests {
    use super::*;
    use crate::Unspin;
    use unspin_core::text::vocabulary::EDGE;

    #[test]
    fn a_sample_is_enough_for_an_honest_text() {
        let unspin = &Unspin::new().engine;
        let model = unspin.model.view();
        let is_read = |text: &str| {
            let reading = Reading::of(text, &unspin.words, &unspin.protected);
            let noisy = unspin.noisy_channel(&model, &unspin.hypotheses[0]);
            Document::read(&noisy, &reading.words, &reading.sentences).is_some()
        };
        let spun = include_str!("../tests/articles/harbour.spun.txt");
        let honest = include_str!("../tests/articles/harbour.original.txt");
        assert!(is_read(&spun.repeat(2)) && !is_read(&honest.repeat(2)));
        // No longer than the sample.
        assert!(is_read(honest.lines().next().unwrap()));
    }

    /// Where a change has no rival and no neighbour, forward–backward gives it the odds of the channel and the context
    /// against the word left alone; the evidence is the same against clean text, which leaves every word alone.
    #[test]
    fn evidence_is_what_the_sums_say() {
        let pairs = "stated\tsaid\t40\nhome\thouse\t9\nofficers\tofficials\t9\n";
        let source = unspin_core::dictionary::source::Source::parse("mine", "p.tsv".as_ref(), pairs).unwrap();
        let unspin = &Unspin::builder().builtin(false).sources(vec![source]).build().unwrap().engine;
        let (mut checked, model) = (0, unspin.model.view());
        for text in ["He stated that it was raining.", "It was a home of sorts.", "The officers were there."] {
            let reading = Reading::of(text, &unspin.words, &unspin.protected);
            let (words, noisy) = (&reading.words, unspin.noisy_channel(&model, &unspin.hypotheses[0]));
            let document = Document::read(&noisy, words, &reading.sentences).unwrap();
            let mut candidates = Candidates::default();
            for finding in document.findings(&noisy.channel, words, &reading.tokens, 0.0, &mut candidates) {
                let all = [Finding { posterior: 1.0, ..finding }];
                let weighed = strongest(noisy.model, &candidates, words, &all, document.rate(), 1);
                let left = (1.0 - candidates[finding.candidate].standing_rate * document.rate()).ln();
                let odds = (finding.posterior / (1.0 - finding.posterior)).ln();
                // Those that speak for clean text are no evidence.
                match weighed[..] {
                    [(_, weight)] => assert!((weight - left - odds).abs() < 0.02, "{text}: {weight} {left} {odds}"),
                    _ => assert!(odds + left < 0.02, "{text}: {odds} {left}"),
                }
                checked += 1;
            }
        }
        assert_eq!(checked, 3);
    }

    /// No two of the strongest pieces stand at a cap.
    #[test]
    fn evidence_is_ranked() {
        let verdict = Unspin::new().detect(include_str!("../tests/articles/harbour.spun.txt"));
        let weights: Vec<f32> = verdict.evidence().iter().map(Evidence::weight).collect();
        assert_eq!(weights.len(), MAX_EVIDENCE);
        assert!(weights.is_sorted_by(|a, b| a > b) && weights[0] > weights[9] + 0.5, "{weights:?}");
    }

    /// Text is cut into sentences before; who reads a longer one by himself gets it in parts.
    #[test]
    fn a_sentence_without_end_is_read_in_parts() {
        let unspin = &Unspin::new().engine;
        let spun = include_str!("../tests/articles/harbour.spun.txt");
        let endless = spun.replace(['.', '!', '?', '\n'], " ").repeat(250);
        let Reading { words, tokens, .. } = Reading::of(&endless, &unspin.words, &unspin.protected);
        // More edges and nodes than 16 bits number.
        assert!(words.len() > 1 << 16 && words.iter().all(|word| word.id != EDGE));
        let model = unspin.model.view();
        let noisy = unspin.noisy_channel(&model, &unspin.hypotheses[0]);
        let findings = |sentences: &[Range<usize>]| {
            let document = Document::read(&noisy, &words, sentences).unwrap();
            assert!(document.evidence().is_finite());
            document.findings(&noisy.channel, &words, &tokens, LEAST_POSTERIOR, &mut Candidates::default())
        };
        let parts: Vec<_> = (0..words.len()).step_by(256).map(|n| n..words.len().min(n + 256)).collect();
        let whole = findings(std::slice::from_ref(&(0..words.len())));
        assert!(whole.len() > words.len() / 10);
        assert!(whole == findings(&parts));
    }
}
