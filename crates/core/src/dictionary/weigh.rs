//! The channel of a spinner: the rate of every original, the share of every spun phrase.
//!
//! The **rate** of an original is how often the spinner replaces it at all, from exposures, drawn towards
//! a prior where they are few. The **share** of a spun phrase is how often it is chosen among the phrases
//! that can replace that original, from the observed pairs, with a pseudo-count for every choice that a
//! group allows and more for phrases that the spinner is fond of.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::language::{CONTEXT_WEIGHT, Language, Phrase, Place};
use crate::text::vocabulary::FIRST_WORD;

/// Pseudo-count of a choice that a group allows.
const GROUP_COUNT: f64 = 0.4;
/// Pseudo-count of a choice that only a guessed group allows.
const GUESS_COUNT: f64 = 0.05;
/// How strongly a phrase that the spinner often writes draws further originals.
const FONDNESS: f64 = 0.5;
/// Weight of the prior rate, in exposures.
const RATE_WEIGHT: f64 = 6.0;
/// Prior rate of an original that was seen replaced.
const RATE_SEEN: f64 = 0.35;
/// Prior rate of an original known from groups alone.
const RATE_UNSEEN: f64 = 0.15;
/// The same of a spinner that nobody counted: its groups name what it is known for, and that it does often.
const RATE_UNCOUNTED: f64 = 0.25;
/// Prior rate of an original known from guesses alone.
const RATE_GUESSED: f64 = 0.05;
/// The rate of a word that is spun and never an original, and that the language does not know: nobody else writes it.
const RATE_ONLY_SPUN: f64 = 0.8;
/// Rates that a spinner may have: none is never, none is always.
const RATES: std::ops::RangeInclusive<f64> = 0.01..=0.95;
/// A rewrite by a spinner whose exposures were counted falls away if, whatever stands around it, it is
/// worth less than this, in nats: log channel, and how much commoner the original is than the spun phrase.
const LEAST_WORTH: f64 = -3.5;

/// A spun phrase and an original.
#[derive(Clone, Debug)]
pub(super) struct Entry<'s> {
    pub(super) spun: Phrase,
    /// As written.
    pub(super) original: Cow<'s, str>,
    /// The word ids of the original.
    pub(super) ids: Phrase,
    pub(super) known: Known,
}

/// What is known of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) observed: u32,
    pub(super) is_guess: bool,
    pub(super) from: Place,
}

impl Entry<'_> {
    /// What makes two entries the same: spun words and the spelling of the original.
    fn key(&self) -> (&[u32], &str) {
        (self.spun.as_slice(), &self.original)
    }
}

/// The entries of a spinner.
#[derive(Debug, Default)]
pub(super) struct Spinner<'s> {
    pub(super) name: String,
    /// As they were read; [`Spinner::merge`] sorts them and leaves one of each.
    pub(super) entries: Vec<Entry<'s>>,
    /// How often a word was replaced, and how often it was left alone.
    pub(super) exposures: HashMap<u32, (u32, u32)>,
    pub(super) keeps: Vec<Phrase>,
}

/// An entry with its part of the channel.
#[derive(Debug)]
pub(super) struct Weighed<'e> {
    pub(super) ids: &'e [u32],
    pub(super) text: &'e str,
    pub(super) spinner: u8,
    pub(super) share: f64,
    pub(super) rate: f64,
    pub(super) worth: f64,
    pub(super) observed: u32,
    pub(super) from: Place,
}

/// The channel of a spinner.
#[derive(Debug, Default)]
pub(super) struct Weights<'e> {
    /// Spun phrases, each with a rewrite.
    pub(super) rewrites: Vec<(&'e [u32], Weighed<'e>)>,
    /// The rates of single words.
    pub(super) rates: HashMap<u32, f64>,
}

/// An entry, and how often the spinner was seen to write its spun phrase for anything.
type Choice<'e> = (&'e Entry<'e>, f64);

impl Spinner<'_> {
    /// Sorts the entries and adds up those that are the same.
    ///
    /// # Errors
    ///
    /// The entry with which a count is beyond 32 bits.
    pub(super) fn merge(&mut self) -> Result<(), (Place, String)> {
        // Stable: of the same entries the first stands first.
        self.entries.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut failed = None;
        self.entries.dedup_by(|new, first| {
            if new.key() != first.key() {
                return false;
            }
            let (new, known) = (new.known, &mut first.known);
            if new.observed > 0 && known.observed == 0 || known.is_guess && !new.is_guess {
                known.from = new.from;
            }
            match known.observed.checked_add(new.observed) {
                Some(sum) => known.observed = sum,
                None => failed = Some(new.from),
            }
            known.is_guess &= new.is_guess;
            true
        });
        failed.map_or(Ok(()), |from| Err((from, "the counts of this pair are too large together".to_string())))
    }

    /// Whether it was seen at work: what it leaves alone was counted, or each original once on average.
    pub(super) fn is_counted(&self) -> bool {
        let observed: usize = self.entries.iter().map(|entry| entry.known.observed as usize).sum();
        let originals = || self.entries.iter().map(|entry| &*entry.original).collect::<BTreeSet<&str>>().len();
        !self.exposures.is_empty() || observed >= self.entries.len() || observed >= originals()
    }

    /// Weighs the entries of the spinner, which has this number.
    pub(super) fn weigh(&self, number: u8, language: &Language) -> Weights<'_> {
        let mut choices: Vec<Choice> = Vec::with_capacity(self.entries.len());
        let mut out = Weights::default();
        for same in self.entries.chunk_by(|a, b| a.spun == b.spun) {
            if let [id] = same[0].spun.as_slice()[..]
                && id >= language.first_id
            {
                out.rates.insert(id, RATE_ONLY_SPUN);
            }
            let fondness = same.iter().fold(0.0, |sum, entry| sum + f64::from(entry.known.observed));
            choices.extend(same.iter().map(|entry| (entry, fondness)));
        }
        // Stable: those of an original stay in the order of their spun phrases.
        choices.sort_by(|a, b| a.0.ids.as_slice().cmp(b.0.ids.as_slice()));
        let unseen = if self.is_counted() { RATE_UNSEEN } else { RATE_UNCOUNTED };
        out.rewrites.reserve(choices.len());
        for choices in choices.chunk_by(|a, b| a.0.ids == b.0.ids) {
            let ids = choices[0].0.ids.as_slice();
            let rate = self.rate(ids, choices, unseen);
            if let [id] = ids[..]
                && id >= FIRST_WORD
            {
                out.rates.insert(id, rate);
            }
            self.share(number, language, rate, choices, &mut out.rewrites);
        }
        out
    }

    /// How often an original is replaced.
    fn rate(&self, ids: &[u32], choices: &[Choice], unseen: f64) -> f64 {
        let prior = if choices.iter().any(|(e, _)| e.known.observed > 0) {
            RATE_SEEN
        } else if choices.iter().all(|(e, _)| e.known.is_guess) {
            RATE_GUESSED
        } else {
            unseen
        };
        let rate = match ids[..] {
            [id] => {
                let (replaced, left) = self.exposures.get(&id).copied().unwrap_or_default();
                let exposed = f64::from(replaced) + f64::from(left);
                (f64::from(replaced) + RATE_WEIGHT * prior) / (exposed + RATE_WEIGHT)
            }
            _ => prior,
        };
        rate.clamp(*RATES.start(), *RATES.end())
    }

    /// What each spun phrase has of the replacements of an original.
    fn share<'e>(
        &self,
        number: u8,
        language: &Language,
        rate: f64,
        choices: &[Choice<'e>],
        out: &mut Vec<(&'e [u32], Weighed<'e>)>,
    ) {
        let has_exposures = !self.exposures.is_empty();
        let weight = |(entry, fondness): &Choice| {
            let allowed = if entry.known.is_guess { GUESS_COUNT } else { GROUP_COUNT };
            f64::from(entry.known.observed) + allowed * (1.0 + fondness).powf(FONDNESS)
        };
        let likely = |ids: &[u32]| CONTEXT_WEIGHT * f64::from((language.log_probability)(ids));
        let total: f64 = choices.iter().map(weight).sum();
        let likely_original = choices.first().map_or(0.0, |(entry, _)| likely(entry.ids.as_slice()));
        for choice in choices {
            let entry = choice.0;
            let spun = entry.spun.as_slice();
            let share = weight(choice) / total;
            let likely_spun = likely(spun);
            let worth = |share: f64| (rate * share).ln() + likely_original - likely_spun;
            // One more sighting than there was is given to it, so that few sightings do not speak against it.
            if has_exposures && worth((weight(choice) + 1.0) / (total + 1.0)) < LEAST_WORTH {
                continue;
            }
            let weighed = Weighed {
                ids: entry.ids.as_slice(),
                text: &entry.original,
                spinner: number,
                share,
                rate,
                worth: worth(share),
                observed: entry.known.observed,
                from: entry.known.from,
            };
            out.push((spun, weighed));
        }
    }
}
