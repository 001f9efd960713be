//! The one walk of a text: prefilter, words, lattices, the document's verdict, findings, edits.

use std::ops::Range;

use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::meaning::{self, names::Names};
use unspin_core::text::case::Case;
use unspin_core::text::vocabulary::EDGE;
use unspin_core::text::{Kind, Token, tokens};

use crate::confidence::features::FeatureExtractor;
use crate::confidence::{Features, Weights};
use crate::document::{Document, Evidence, Finding, Verdict};
use crate::edits::{Edit, KnownNames, agreement, apply, choose, compose, realize};
use crate::embedded::Words;
use crate::lattice::{Layers, PhraseChannel, Word, words_in};
use crate::prefilter::Prefilter;
use crate::protect::Protected;
use crate::restoration::Restoration;

/// The longest sentence that is read whole, in words; longer ones are cut.
const MAX_SENTENCE: usize = 120;
/// Words of a text from which its spinner and rate are estimated; all of it is restored.
const SAMPLE_WORDS: usize = 20_000;
/// Prior probability that a text was spun at all.
const PRIOR_SPUN: f64 = 0.01;
/// What evidence counts for.
struct Trust {
    /// Neighbouring words are no independent witnesses: their evidence counts for this much.
    weight: f64,
    /// Spun text shows it all over: what a word of text must add to the evidence, in nats, or the text is
    /// an honest one that happens to use a few of the spinner's phrases.
    least_per_word: f64,
}

/// Trust in a spinner whose habits were counted.
const COUNTED: Trust = Trust { weight: 0.6, least_per_word: 0.08 };
/// Trust in one that is known from groups: how often honest text has its phrases is a guess.
const UNCOUNTED: Trust = Trust { weight: 0.35, least_per_word: 0.1 };
/// A spinner is not asked about if the prefilter finds less than half as much of it as of another, this
/// many nats apart; in a short text all are.
const NEAR: f32 = 3.0;
/// Findings among which those pieces are looked for.
const ENOUGH_EVIDENCE: usize = 4 * MAX_EVIDENCE;
/// Findings of the same words stand no further apart than this.
const SAME_PLACE: usize = 12;
/// A modal is taken away only by an edit as sure as this: "can be" is "is", "will be" and "can be".
const MODAL_CONFIDENCE: f32 = 0.9;
/// How many pieces of evidence a verdict names.
const MAX_EVIDENCE: usize = 10;

/// What reads texts: the knowledge, the options, and the one walk of a text through both.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) words: Words,
    pub(crate) context: TrigramModel<'static>,
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
}

/// A spinner that may have made a text.
#[derive(Clone, Debug)]
pub(crate) struct Hypothesis {
    pub(crate) name: String,
    /// The number of the spinner in each layer.
    pub(crate) spinner: Vec<Option<u8>>,
    /// Whether its habits were counted.
    pub(crate) is_counted: bool,
}

/// Whether a token is part of a compound that the tokeniser could not join, "based" in "L.A.-based": a compound is edited
/// as a whole or not at all.
fn is_half(text: &str, token: &Token) -> bool {
    let bytes = text.as_bytes();
    let before = token.start > 1 && bytes[token.start - 1] == b'-' && !bytes[token.start - 2].is_ascii_whitespace();
    let rest = &bytes[token.end..];
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    token.kind == Kind::Word
        && (before && bytes[token.start - 2] != b'-'
            || rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_alphanumeric))
}

/// A text as words of the engine.
struct Reading<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    words: Vec<Word>,
    sentences: Vec<Range<usize>>,
}

/// A text that the prefilter did not let go.
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
    /// Restores a text: finds what was spun, and what it was made from.
    ///
    /// Restored words are better context than spun ones, so the text is read again until nothing
    /// more is found; restoring what is restored changes nothing. Time grows with the length of the
    /// text; clean text costs one pass over its bytes.
    pub(crate) fn restore<'t>(&self, text: &'t str) -> Restoration<'t> {
        let Some(judged) = self.judge(text) else {
            return Restoration::new(text, Verdict::clean(), Vec::new());
        };
        let findings = self.findings(&judged);
        let verdict = self.verdict(text, &judged, &findings);
        let mut edits = self.edits(text, &judged, &findings);
        drop((judged, findings));
        let mut rounds: Vec<(String, Vec<Edit>)> = Vec::new();
        while !edits.is_empty() {
            // The edits were made from this text, or composed to fit it.
            let Ok(current) = apply(text, &edits) else { break };
            if let Some(start) = rounds.iter().position(|(seen, _)| *seen == current) {
                // Two wordings that each prefer the other: the one that sorts first stands, from wherever one begins.
                edits = rounds.drain(start..).min_by(|a, b| a.0.cmp(&b.0)).map(|(_, edits)| edits).unwrap_or_default();
                break;
            }
            let Some(judged) = self.judge(&current).filter(|judged| judged.spun >= self.min_spun) else { break };
            let more = self.edits(&current, &judged, &self.findings(&judged));
            if more.is_empty() {
                break;
            }
            let next = compose::compose(text, &edits, &current, &more);
            rounds.push((current, std::mem::replace(&mut edits, next)));
        }
        Restoration::new(text, verdict, edits)
    }

    /// The edits that findings justify.
    fn edits(&self, text: &str, judged: &Judgement, findings: &[Finding]) -> Vec<Edit> {
        if judged.spun < self.min_spun {
            return Vec::new();
        }
        let words = &judged.reading.words;
        let mut likely = Vec::new();
        self.scene(judged, findings).for_some(|findings, features| {
            for (finding, confidence) in findings.iter().zip(self.weights.confidences(features)) {
                let posterior = judged.spun * confidence;
                if posterior >= choose::least(finding, words, self.min_confidence) {
                    likely.push(Finding { posterior, ..*finding });
                }
            }
        });
        let mut renderer = self.renderer(text, judged);
        likely.retain(|finding| self.is_safe(text, judged, &mut renderer, finding));
        let sure = choose::agree(likely, words, self.min_confidence);
        let layers = Layers::of(self.reader(&self.hypotheses[judged.hypothesis]));
        let ends = |finding: &Finding| {
            let becomes = layers.channel(finding.rewrite)?.ids().skip(finding.part.0.into());
            let mut becomes = becomes.take((finding.part.1 - finding.part.0).into());
            let first = becomes.next()?;
            Some((first, becomes.last().unwrap_or(first)))
        };
        let chosen = choose::together(sure, words, self.min_confidence, ends);
        renderer.edits(&chosen)
    }

    /// Whether a finding leaves alone what no edit may change, alone or beside others: negations, numbers, genders, names,
    /// and the agreement of verbs.
    fn is_safe(&self, text: &str, judged: &Judgement, renderer: &mut realize::Realizer, finding: &Finding) -> bool {
        let Judgement { reading: Reading { tokens, words, .. }, .. } = judged;
        let Some(edit) = renderer.edit(finding) else { return false };
        let spun = &text[edit.span.clone()];
        let restored = edit.replacement.trim();
        if meaning::gender::genders(restored) != (false, false) && !meaning::gender::keeps(spun, restored) {
            return false;
        }
        // "Failed" is a negation where "to" follows: the words around count.
        let before =
            finding.from.checked_sub(1).filter(|&at| tokens[at].kind == Kind::Word && !words[finding.from].parted);
        let after = (finding.to < tokens.len() && tokens[finding.to].kind == Kind::Word && !words[finding.to].parted)
            .then_some(finding.to);
        let word = |at: Option<usize>| at.map_or("", |at| &text[tokens[at].start..tokens[at].end]);
        let among = |middle: &str| format!("{} {middle} {}", word(before), word(after));
        let (whole_spun, whole_restored) = (among(spun), among(restored));
        let keeps = meaning::polarity::keeps(&whole_spun, &whole_restored) && meaning::polarity::keeps(spun, restored);
        if !keeps || !meaning::number::keeps(&whole_spun, &whole_restored) && !meaning::number::keeps(spun, restored) {
            return false;
        }
        if agreement::drops_modal(spun, restored) && finding.posterior < MODAL_CONFIDENCE {
            return false;
        }
        if !agreement::suits_verb(&spun.to_lowercase(), &restored.to_lowercase(), &word(after).to_lowercase()) {
            return false;
        }
        let names = KnownNames::new(&self.names, text, tokens);
        let span = finding.from..finding.to;
        if words[finding.from].capitalised && names.is_titled(span.clone()) {
            return false;
        }
        let least = names.least_confidence(span, restored);
        !words[finding.from].capitalised || least.is_some_and(|least| finding.posterior >= least)
    }

    /// The verdict alone: whether a text was spun, by what, and the strongest evidence.
    pub(crate) fn detect(&self, text: &str) -> Verdict {
        self.judge(text).map_or_else(Verdict::clean, |judged| self.verdict(text, &judged, &self.findings(&judged)))
    }

    /// Reads a text unless the prefilter lets it go: its words, the likeliest spinner, the document
    /// under that spinner, and the probability that it was spun.
    fn judge<'t>(&self, text: &'t str) -> Option<Judgement<'t>> {
        let scores = self.prefilter.scores(text);
        let scores = scores.as_slice();
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let is_likely = |score: f32| Prefilter::passes(score, text.len()) && score + NEAR >= 0.5 * best;
        if !scores.iter().any(|&score| is_likely(score)) {
            return None;
        }
        let reading = self.read(text);
        let sample =
            reading.sentences.iter().take_while(|s| s.start < SAMPLE_WORDS).count().max(1).min(reading.sentences.len());
        let sampled_words = words_in(&reading.sentences[..sample]);
        let mut best_document: Option<(usize, Document, f64)> = None;
        let mut log_odds = Vec::new();
        let prior = (PRIOR_SPUN / self.hypotheses.len() as f64 / (1.0 - PRIOR_SPUN)).ln();
        for (number, hypothesis) in self.hypotheses.iter().enumerate() {
            if !is_likely(scores[number]) {
                continue;
            }
            let reader = self.reader(hypothesis);
            let Some(document) = Document::read(reader, &reading.words, &reading.sentences[..sample]) else { continue };
            let trust = if hypothesis.is_counted { COUNTED } else { UNCOUNTED };
            let odds = prior + trust.weight * document.evidence() - trust.least_per_word * sampled_words as f64;
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

    fn reader<'r>(&'r self, hypothesis: &'r Hypothesis) -> PhraseChannel<'r, 'static> {
        PhraseChannel { context: &self.context, dictionaries: &self.dictionaries, spinner: &hypothesis.spinner }
    }

    fn read<'t>(&self, text: &'t str) -> Reading<'t> {
        let mut found = Vec::with_capacity(text.len() / 5);
        tokens(text, &mut found);
        let ids = self.words.ids(text, &found);
        let mut words: Vec<Word> = Vec::with_capacity(found.len());
        let mut sentences = Vec::new();
        let (mut start, mut last_end) = (0, 0);
        for (n, (token, id)) in found.iter().zip(ids).enumerate() {
            let gap = &text.as_bytes()[last_end..token.start];
            words.push(Word {
                id,
                frozen: token.kind == Kind::Opaque || is_half(text, token),
                capitalised: matches!(token.case, Case::Title | Case::Upper | Case::Mixed),
                parted: gap != b" " && !gap.iter().all(u8::is_ascii_whitespace),
            });
            last_end = token.end;
            if id == EDGE || n - start == MAX_SENTENCE {
                sentences.push(start..if id == EDGE { n } else { n + 1 });
                start = n + 1;
            }
        }
        sentences.push(start..found.len());
        sentences.retain(|s| !s.is_empty());
        self.protected.freeze(&mut words);
        Reading { text, tokens: found, words, sentences }
    }

    /// Findings in the whole text: those of the sample, then the rest under the same spinner and rate.
    fn findings(&self, judged: &Judgement) -> Vec<Finding> {
        let Judgement { reading, document, .. } = judged;
        let sampled = reading.sentences.iter().take_while(|s| s.start < SAMPLE_WORDS).count().max(1);
        let reader = self.reader(&self.hypotheses[judged.hypothesis]);
        let mut findings = document.findings(reader, &reading.words, realize::LEAST_POSTERIOR);
        for block in reading.sentences.get(sampled..).unwrap_or_default().chunks(500) {
            let rest = Document::read_at(reader, &reading.words, block, document.rate());
            findings.extend(rest.findings(reader, &reading.words, realize::LEAST_POSTERIOR));
        }
        self.settle_verbs(judged, &mut findings);
        findings
    }

    /// Gives each finite verb the form that agrees with its subject: "was" and "were" for "had been" are one change, whose
    /// form the subject decides. A form that does not agree and has no partner is given up.
    fn settle_verbs(&self, judged: &Judgement, findings: &mut Vec<Finding>) {
        let Judgement { reading: Reading { text, tokens, words, .. }, .. } = judged;
        let layers = Layers::of(self.reader(&self.hypotheses[judged.hypothesis]));
        let becomes = |finding: &Finding| -> Vec<u32> {
            let part = (usize::from(finding.part.0), usize::from(finding.part.1));
            layers
                .channel(finding.rewrite)
                .map_or_else(Vec::new, |c| c.ids().skip(part.0).take(part.1 - part.0).collect())
        };
        let verbs: Vec<(u32, &str)> =
            agreement::FORMS.iter().filter_map(|form| Some((self.words.get(form)?, *form))).collect();
        let mut at = 0;
        while at < findings.len() {
            let finding = findings[at];
            let ids = becomes(&finding);
            let form = ids.first().and_then(|first| verbs.iter().find(|(id, _)| id == first));
            let Some((_, form)) = form.filter(|(id, _)| words[finding.from].id != *id) else {
                at += 1;
                continue;
            };
            if agreement::agrees(text, tokens, finding.from, form) != Some(false) {
                at += 1;
                continue;
            }
            let other = agreement::partner(form).and_then(|partner| self.words.get(partner));
            let is_partner = |found: &Finding| {
                (found.from, found.to) == (finding.from, finding.to) && {
                    let others = becomes(found);
                    others.first().copied() == other && others.get(1..) == ids.get(1..)
                }
            };
            // Findings of the same words stand together.
            let near = at.saturating_sub(SAME_PLACE)..findings.len().min(at + SAME_PLACE);
            if let Some(partner) = findings[near].iter_mut().find(|found| is_partner(found)) {
                partner.posterior = (partner.posterior + finding.posterior).min(1.0);
            }
            findings.remove(at);
        }
    }

    fn scene<'r>(&'r self, judged: &'r Judgement, findings: &'r [Finding]) -> FeatureExtractor<'r, 'static> {
        let reader = self.reader(&self.hypotheses[judged.hypothesis]);
        FeatureExtractor::new(reader, &judged.reading.words, findings, judged.document.rate())
    }

    fn renderer<'r>(&'r self, text: &'r str, judged: &'r Judgement) -> realize::Realizer<'r> {
        let spinner = &self.hypotheses[judged.hypothesis].name;
        realize::Realizer::new(text, &judged.reading.tokens, &self.dictionaries, spinner)
    }

    /// Every edit that was considered, overlapping ones too, with the features of its confidence:
    /// what [`crate::learn`] fits the weights on.
    pub(crate) fn candidates(&self, text: &str) -> Vec<(Edit, Features)> {
        let Some(judged) = self.judge(text) else { return Vec::new() };
        let findings = self.findings(&judged);
        let mut renderer = self.renderer(text, &judged);
        let mut out = Vec::new();
        self.scene(&judged, &findings).for_some(|findings, features| {
            let confidences = self.weights.confidences(features);
            for ((finding, features), confidence) in findings.iter().zip(features).zip(confidences) {
                let posterior = judged.spun * confidence;
                out.extend(renderer.edit(&Finding { posterior, ..*finding }).map(|edit| (edit, *features)));
            }
        });
        out
    }

    fn verdict(&self, text: &str, judged: &Judgement, findings: &[Finding]) -> Verdict {
        let Judgement { reading, spun, .. } = judged;
        let mut strongest: Vec<&Finding> = findings.iter().filter(|f| f.posterior > 0.5).collect();
        let stronger = |a: &&Finding, b: &&Finding| b.posterior.total_cmp(&a.posterior).then(a.from.cmp(&b.from));
        if strongest.len() > ENOUGH_EVIDENCE {
            strongest.select_nth_unstable_by(ENOUGH_EVIDENCE, stronger);
            strongest.truncate(ENOUGH_EVIDENCE);
        }
        strongest.sort_by(stronger);
        let evidence = strongest.into_iter().filter_map(|finding| {
            let span = reading.tokens[finding.from].start..reading.tokens[finding.to - 1].end;
            let (layer, number) = finding.rewrite;
            let rewrite = self.dictionaries[usize::from(layer)].rewrite(number as usize)?;
            Some(Evidence::new(text, span, realize::part(rewrite.text, finding.part), finding.posterior))
        });
        let evidence = evidence.take(MAX_EVIDENCE).collect();
        let spinner = (*spun >= 0.5).then(|| self.hypotheses[judged.hypothesis].name.clone());
        Verdict::new(*spun, spinner, evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unspin;

    #[test]
    fn a_sample_is_enough_for_an_honest_text() {
        let unspin = &Unspin::new().engine;
        let is_read = |text: &str| {
            let reading = unspin.read(text);
            Document::read(unspin.reader(&unspin.hypotheses[0]), &reading.words, &reading.sentences).is_some()
        };
        let spun = include_str!("../tests/articles/harbour.spun.txt");
        let honest = include_str!("../tests/articles/harbour.original.txt");
        assert!(is_read(&spun.repeat(2)) && !is_read(&honest.repeat(2)));
        // No longer than the sample.
        assert!(is_read(honest.lines().next().unwrap()));
    }

    /// Text is cut into sentences before; who reads a longer one by himself gets it in parts.
    #[test]
    fn a_sentence_without_end_is_read_in_parts() {
        let unspin = &Unspin::new().engine;
        let spun = include_str!("../tests/articles/harbour.spun.txt");
        let endless = spun.replace(['.', '!', '?', '\n'], " ").repeat(250);
        let words = unspin.read(&endless).words;
        // More edges and nodes than 16 bits number.
        assert!(words.len() > 1 << 16 && words.iter().all(|word| word.id != EDGE));
        let reader = unspin.reader(&unspin.hypotheses[0]);
        let findings = |sentences: &[Range<usize>]| {
            let document = Document::read(reader, &words, sentences).unwrap();
            assert!(document.evidence().is_finite());
            document.findings(reader, &words, realize::LEAST_POSTERIOR)
        };
        let parts: Vec<_> = (0..words.len()).step_by(256).map(|n| n..words.len().min(n + 256)).collect();
        let whole = findings(std::slice::from_ref(&(0..words.len())));
        assert!(whole.len() > words.len() / 10);
        assert!(whole == findings(&parts));
    }
}
