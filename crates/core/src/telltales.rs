//! Chooses tell-tales: phrases that a spinner writes far more often than clean text does.
//!
//! Both rates follow from what is known already. Clean text writes a phrase as often as the context
//! model says; a spinner writes it as often as clean text writes what it is made from, times the
//! channel. Names join in through the bigrams of the model: "white house" is common, so "white home"
//! is as common in spun text as the channel makes it, and hardly ever clean. The tell-tales are the
//! phrases that contribute most to the divergence of the two. Their absence counts too: taking
//! occurrences for independent and rare (Poisson), each word without any says Σ (spun − clean)
//! against the spinner.

use std::collections::HashMap;

use crate::dictionary::{Dictionary, Match};
use crate::language_model::TrigramModel;
use crate::text::vocabulary::FIRST_WORD;

/// How many tell-tales each spinner gets.
const PER_SPINNER: usize = 700;
/// A tell-tale is at least this much likelier in spun text, in nats.
const LEAST: f64 = 1.0;
/// Text may be spun at less than the spinner's habit.
const RATE: f64 = 0.6;
/// No occurrence of a phrase says more than this, in nats: counts and model are only so good.
const MOST: f64 = 6.0;

/// Phrases, what each says for each spinner in nats, and what a word without any says against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telltales {
    /// Phrase and log likelihood ratio for each spinner.
    pub phrases: Vec<(String, Vec<f32>)>,
    /// Σ (rate in spun − rate in clean) over a spinner's tell-tales, a word.
    pub drift: Vec<f32>,
}

/// Rates of a phrase, a word of text: from the spinner, and in clean text.
#[derive(Clone, Copy, Default)]
struct Rates {
    spun: f64,
    clean: f64,
}

impl Rates {
    fn log_ratio(self) -> f64 {
        ((self.clean + self.spun) / self.clean.max(1e-12)).ln().min(MOST)
    }

    fn divergence(self) -> f64 {
        (self.clean + self.spun) * self.log_ratio() - self.spun
    }
}

/// Phrases in the order of their ids, each with how often the spinner writes it, a word of text.
#[derive(Clone, Debug, Default)]
struct Phrases {
    ids: Vec<u32>,
    /// Where the ids of each begin, how many there are, and the rate.
    phrases: Vec<(usize, usize, f64)>,
}

impl Phrases {
    fn ids(&self, (start, count, _): &(usize, usize, f64)) -> &[u32] {
        &self.ids[*start..start + count]
    }

    /// Adds to the rate of a phrase, the last one or one after it.
    fn add(&mut self, phrase: &[u32], rate: f64) {
        let is_last = self.phrases.last().is_some_and(|last| self.ids(last) == phrase);
        match self.phrases.last_mut().filter(|_| is_last) {
            Some(last) => last.2 += rate,
            None => {
                self.phrases.push((self.ids.len(), phrase.len(), rate));
                self.ids.extend_from_slice(phrase);
            }
        }
    }

    /// Adds to the rates of pairs of words, in whatever order.
    fn add_pairs(&mut self, mut pairs: Vec<([u32; 2], f64)>) {
        if pairs.is_empty() {
            return;
        }
        // Stable: rates are added up in the order in which they came.
        pairs.sort_by_key(|(pair, _)| *pair);
        let mut out = Phrases::default();
        let mut pairs = pairs.into_iter().peekable();
        for phrase in &self.phrases {
            let ids = self.ids(phrase);
            while let Some((pair, rate)) = pairs.next_if(|(pair, _)| pair[..] < *ids) {
                out.add(&pair, rate);
            }
            out.add(ids, phrase.2);
            while let Some((pair, rate)) = pairs.next_if(|(pair, _)| pair[..] == *ids) {
                out.add(&pair, rate);
            }
        }
        pairs.for_each(|(pair, rate)| out.add(&pair, rate));
        *self = out;
    }

    fn iter(&self) -> impl Iterator<Item = (&[u32], f64)> {
        self.phrases.iter().map(|phrase| (self.ids(phrase), phrase.2))
    }
}

/// Chooses the tell-tales of a dictionary. `bigrams` are frequent word pairs of clean text; `word` spells an id.
pub fn choose<'w>(
    dictionary: &Dictionary,
    context: &TrigramModel,
    bigrams: &[[u32; 2]],
    word: impl Fn(u32) -> Option<&'w str>,
) -> Telltales {
    let spinners = dictionary.spinners().len();
    let mut rates: Vec<Phrases> = vec![Phrases::default(); spinners];
    let mut spellings: Vec<HashMap<u32, Vec<(u32, f64)>>> = vec![HashMap::new(); spinners];
    let mut original: Vec<u32> = Vec::new();
    dictionary.for_each_phrase(|spun, found: Match| {
        for rewrite in found.numbers().filter_map(|n| dictionary.rewrite(n)) {
            original.clear();
            original.extend(rewrite.ids());
            let channel = f64::from(rewrite.rate) * f64::from(rewrite.log_share).exp() * RATE;
            let spinner = usize::from(rewrite.spinner);
            rates[spinner].add(spun, probability(context, &original) * channel);
            if let ([o], [s]) = (&original[..], spun)
                && !bigrams.is_empty()
            {
                spellings[spinner].entry(*o).or_default().push((*s, channel));
            }
        }
    });
    for (rates, spellings) in rates.iter_mut().zip(&spellings) {
        let mut pairs: Vec<([u32; 2], f64)> = Vec::new();
        for &[first, second] in bigrams.iter().filter(|b| b.iter().all(|&w| w >= FIRST_WORD)) {
            let pair = probability(context, &[first, second]);
            let first_changed = spellings.get(&first).into_iter().flatten().map(|&(s, channel)| ([s, second], channel));
            let second_changed =
                spellings.get(&second).into_iter().flatten().map(|&(s, channel)| ([first, s], channel));
            pairs.extend(first_changed.chain(second_changed).map(|(spun, channel)| (spun, pair * channel)));
        }
        rates.add_pairs(pairs);
    }
    let mut out = Telltales { phrases: Vec::new(), drift: vec![0.0; spinners] };
    let mut chosen: HashMap<String, usize> = HashMap::new();
    for (number, rates) in rates.iter().enumerate() {
        let mut ranked: Vec<(f64, &[u32], Rates)> = Vec::new();
        for (ids, spun) in rates.iter() {
            let rates = Rates { spun, clean: probability(context, ids) };
            if rates.log_ratio() >= LEAST {
                ranked.push((rates.divergence(), ids, rates));
            }
        }
        let order = |a: &(f64, &[u32], Rates), b: &(f64, &[u32], Rates)| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1));
        if ranked.len() > PER_SPINNER {
            ranked.select_nth_unstable_by(PER_SPINNER, order);
            ranked.truncate(PER_SPINNER);
        }
        ranked.sort_by(order);
        for (_, ids, rates) in ranked {
            let Some(phrase) = spell(ids, &word) else { continue };
            let at = *chosen.entry(phrase.clone()).or_insert_with(|| {
                out.phrases.push((phrase, vec![0.0; spinners]));
                out.phrases.len() - 1
            });
            out.phrases[at].1[number] = rates.log_ratio() as f32;
            out.drift[number] += rates.spun as f32;
        }
    }
    out
}

/// How often clean text has this phrase, a word of text.
fn probability(context: &TrigramModel, ids: &[u32]) -> f64 {
    if ids.is_empty() { 0.0 } else { f64::from(context.phrase(ids)).exp() }
}

fn spell<'w>(ids: &[u32], word: impl Fn(u32) -> Option<&'w str>) -> Option<String> {
    let mut out = String::new();
    for &id in ids {
        let word = word(id)?;
        if !out.is_empty() && word != "'s" {
            out.push(' ');
        }
        out.push_str(word);
    }
    Some(out)
}

/// The tell-tales of several dictionaries, their spinners numbered on.
pub fn merge(parts: &[Telltales]) -> Telltales {
    let spinners: usize = parts.iter().map(|p| p.drift.len()).sum();
    let mut out =
        Telltales { phrases: Vec::new(), drift: parts.iter().flat_map(|p| p.drift.iter().copied()).collect() };
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut first = 0;
    for part in parts {
        for (phrase, weights) in &part.phrases {
            let row = *at.entry(phrase).or_insert_with(|| {
                out.phrases.push((phrase.clone(), vec![0.0; spinners]));
                out.phrases.len() - 1
            });
            out.phrases[row].1[first..first + weights.len()].copy_from_slice(weights);
        }
        first += part.drift.len();
    }
    out
}

impl Telltales {
    /// Leaves only what is said of the spinners of these numbers, in their order.
    pub fn of(&self, spinners: &[usize]) -> Telltales {
        let row = |row: &[f32]| spinners.iter().filter_map(|&number| row.get(number).copied()).collect::<Vec<_>>();
        let phrases = self.phrases.iter().map(|(phrase, weights)| (phrase.clone(), row(weights)));
        Telltales {
            phrases: phrases.filter(|(_, weights)| weights.iter().any(|&weight| weight != 0.0)).collect(),
            drift: row(&self.drift),
        }
    }

    /// One line for the drift, then one for each phrase.
    pub fn to_text(&self) -> String {
        let row = |row: &[f32]| row.iter().map(|w| format!("{w:.5}")).collect::<Vec<_>>().join("\t");
        let phrases = self.phrases.iter().map(|(phrase, weights)| format!("{phrase}\t{}\n", row(weights)));
        format!("{}\n", row(&self.drift)) + &phrases.collect::<String>()
    }

    /// Reads what [`Self::to_text`] wrote; `None` if it is not that.
    pub fn from_text(text: &str) -> Option<Telltales> {
        let mut lines = text.lines();
        let row = |text: &str| text.split('\t').map(|w| w.parse().ok()).collect::<Option<Vec<f32>>>();
        let drift = row(lines.next()?)?;
        let phrases = lines
            .map(|line| {
                let (phrase, weights) = line.split_once('\t')?;
                Some((phrase.to_string(), row(weights).filter(|w| w.len() == drift.len())?))
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Telltales { phrases, drift })
    }
}
