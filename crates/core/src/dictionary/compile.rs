//! From reviewed text to the tables that are walked: entries weighed, phrases keyed by word ids.
//!
//! The channel P(spun | original) of a spinner has two parts. The **rate** of an original is how
//! often the spinner replaces it at all, from exposures, drawn towards a prior where they are few.
//! The **share** of a spun phrase is how often it is chosen among the phrases that can replace that
//! original, from the observed pairs, with a pseudo-count for every choice that a group allows and
//! more for phrases that the spinner is fond of.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map};

use super::expand;
use super::first_word_index::{openings, starts};
use super::source::{Item, Source};
use super::tables::{IN_STEP, MAX_REWRITES, RECORD, cost, key_of};
use crate::bytes::join_sections;
use crate::quantize;
use crate::text::vocabulary::{EDGE, FIRST_WORD, NUMBER, PAUSE, POSSESSIVE, UNKNOWN};
use crate::text::{Kind, Token, fold_into, tokens};

/// The longest phrase, in words.
pub const MAX_PHRASE: usize = 8;

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

/// Exponent of the context's probabilities where they meet those of a channel: its errors at neighbouring
/// words are not independent.
pub const CONTEXT_WEIGHT: f64 = 0.8;
/// A rewrite by a spinner whose exposures were counted falls away if, whatever stands around it, it is
/// worth less than this, in nats: log channel, and how much commoner the original is than the spun phrase.
const LEAST_WORTH: f64 = -3.5;
/// The last line of a file that a record can name.
const LAST_LINE: u32 = 0xff_ffff;

/// A compiled dictionary, and the words that it added to the vocabulary it was compiled against.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// New words; their ids go on from `first_id`.
    pub words: Vec<String>,
    /// The tables of the dictionary, as the engine reads them.
    pub bytes: Vec<u8>,
}

/// The language of a dictionary: what its words are, and how common.
pub struct Language<'l> {
    /// The ids of words that have one.
    pub id: &'l dyn Fn(&str) -> Option<u32>,
    /// The first id that is free.
    pub first_id: u32,
    /// Natural logarithm of how likely clean text has these words at a place.
    pub log_probability: &'l dyn Fn(&[u32]) -> f32,
}

/// Compiles dictionaries.
///
/// # Errors
///
/// The first entry that is no phrase: empty, longer than [`MAX_PHRASE`] words, or with punctuation
/// between its words.
pub fn compile(sources: &[Source], language: &Language) -> Result<Compiled, super::DictionaryError> {
    let mut compiler = Compiler { language, new_ids: HashMap::new(), words: Vec::new(), spinners: Vec::new() };
    for (number, source) in sources.iter().enumerate() {
        compiler.read(source, number as u16)?;
    }
    Ok(compiler.finish(sources))
}

/// Where an entry came from: index of its source file, line.
type Provenance = (u16, u32);

#[derive(Default)]
struct Entry {
    observed: u32,
    is_guess: bool,
    from: Provenance,
}

#[derive(Default)]
struct Spinner {
    name: String,
    /// (spun ids, original text) → entry
    entries: BTreeMap<(Vec<u32>, String), Entry>,
    exposures: HashMap<u32, (u32, u32)>,
    keeps: Vec<Vec<u32>>,
}

impl Spinner {
    /// Whether it was seen at work: what it leaves alone was counted, or each original once on average.
    fn is_counted(&self) -> bool {
        let originals: BTreeSet<&str> = self.entries.keys().map(|(_, original)| original.as_str()).collect();
        let observed: usize = self.entries.values().map(|entry| entry.observed as usize).sum();
        !self.exposures.is_empty() || observed >= originals.len()
    }
}

struct Compiler<'l> {
    language: &'l Language<'l>,
    new_ids: HashMap<String, u32>,
    words: Vec<String>,
    spinners: Vec<Spinner>,
}

impl Compiler<'_> {
    fn spinner(&mut self, name: &str) -> usize {
        match self.spinners.iter().position(|s| s.name == name) {
            Some(at) => at,
            None => {
                self.spinners.push(Spinner { name: name.to_string(), ..Spinner::default() });
                self.spinners.len() - 1
            }
        }
    }

    fn ids(&mut self, phrase: &str) -> Result<Vec<u32>, String> {
        let mut found: Vec<Token> = Vec::new();
        tokens(phrase, &mut found);
        let mut ids = Vec::new();
        for token in &found {
            let word = &phrase[token.start..token.end];
            // The stop of an abbreviation ("sq.") is no part of the word.
            if token.kind == Kind::End && word == "." {
                continue;
            }
            ids.push(match token.kind {
                Kind::Possessive => POSSESSIVE,
                Kind::Word => self.id(word),
                Kind::Pause | Kind::End | Kind::Opaque => {
                    return Err(format!("`{phrase}`: `{word}` cannot stand in a phrase"));
                }
            });
        }
        match ids.len() {
            0 => Err(format!("`{phrase}` has no words")),
            n if n > MAX_PHRASE => Err(format!("`{phrase}` has {n} words; the limit is {MAX_PHRASE}")),
            _ => Ok(ids),
        }
    }

    fn id(&mut self, word: &str) -> u32 {
        let mut key = String::new();
        fold_into(word, &mut key);
        if key == "an" {
            key.truncate(1);
        }
        if let Some(id) = (self.language.id)(&key) {
            return id;
        }
        let next = self.language.first_id + self.words.len() as u32;
        *self.new_ids.entry(key).or_insert_with_key(|key| {
            self.words.push(key.clone());
            next
        })
    }

    fn read(&mut self, source: &Source, file: u16) -> Result<(), super::DictionaryError> {
        let at = self.spinner(&source.spinner);
        for (line, item) in &source.items {
            let failed = |reason: String| super::DictionaryError::new(&source.path, *line, reason);
            let from = (file, *line as u32);
            match item {
                Item::Pair { spun, original, count } => {
                    let entry = Entry { observed: *count, is_guess: false, from };
                    self.add(at, spun, original, entry).map_err(failed)?;
                }
                Item::Exposure { word, replaced, kept } => {
                    let id = self.id(word);
                    let exposure = self.spinners[at].exposures.entry(id).or_default();
                    exposure.0 += replaced;
                    exposure.1 += kept;
                }
                Item::Group { .. } => {
                    for (spun, original) in expand::rewrites(item) {
                        let entry = Entry { observed: 0, is_guess: source.is_guessed(), from };
                        self.add(at, &spun, &original, entry).map_err(failed)?;
                    }
                }
                Item::Keep { phrase } => {
                    let ids = self.ids(phrase).map_err(failed)?;
                    self.spinners[at].keeps.push(ids);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, spinner: usize, spun: &str, original: &str, new: Entry) -> Result<(), String> {
        let spun_ids = self.ids(spun)?;
        if crate::meaning::changed(spun, original).is_some() {
            // Never used, however often it was seen; the lint names it.
            return Ok(());
        }
        if spun_ids == self.ids(original)? {
            // Forms of different words may coincide ("put", "put"); nothing is rewritten then.
            return Ok(());
        }
        match self.spinners[spinner].entries.entry((spun_ids, original.to_string())) {
            btree_map::Entry::Vacant(place) => {
                place.insert(new);
            }
            // "Trump" and "trump" restore the same words; the first spelling stands.
            btree_map::Entry::Occupied(mut place) => {
                let entry = place.get_mut();
                if new.observed > 0 && entry.observed == 0 || entry.is_guess && !new.is_guess {
                    entry.from = new.from;
                }
                entry.observed += new.observed;
                entry.is_guess &= new.is_guess;
            }
        }
        Ok(())
    }

    fn finish(mut self, sources: &[Source]) -> Compiled {
        let spinners = std::mem::take(&mut self.spinners);
        let mut by_key: BTreeMap<Vec<u32>, Vec<Weighed>> = BTreeMap::new();
        let mut kept: Vec<Vec<u32>> = Vec::new();
        let mut rates: Vec<HashMap<u32, f64>> = Vec::new();
        for (number, spinner) in spinners.iter().enumerate() {
            let mut rate = HashMap::new();
            for (key, weighed) in weigh(&mut self, spinner, number as u8, &mut rate) {
                by_key.entry(key).or_default().push(weighed);
            }
            rates.push(rate);
            kept.extend(spinner.keeps.iter().cloned());
        }
        for keep in kept {
            by_key.entry(keep).or_default().clear();
        }
        self.write(&spinners, by_key, &rates, sources)
    }

    fn write(
        self,
        spinners: &[Spinner],
        by_key: BTreeMap<Vec<u32>, Vec<Weighed>>,
        rates: &[HashMap<u32, f64>],
        sources: &[Source],
    ) -> Compiled {
        let (mut records, mut ids_pool, mut texts) = (Vec::new(), Pool::default(), Pool::default());
        let mut keys: Vec<(Vec<u8>, u64)> = Vec::with_capacity(by_key.len());
        let mut count = 0u64;
        for (key, mut rewrites) in by_key {
            rewrites.sort_by(|a, b| {
                a.spinner.cmp(&b.spinner).then(b.worth.total_cmp(&a.worth)).then_with(|| a.text.cmp(&b.text))
            });
            let mut of_spinner = [0usize; 256];
            rewrites.retain(|r| {
                of_spinner[r.spinner as usize] += 1;
                of_spinner[r.spinner as usize] <= MAX_REWRITES
            });
            let bytes = |&id: &u32| {
                let (bytes, length) = key_of(id);
                bytes.into_iter().take(length)
            };
            keys.push((key.iter().flat_map(bytes).collect(), count << 16 | rewrites.len() as u64));
            count += rewrites.len() as u64;
            for r in &rewrites {
                let before = records.len();
                records.extend(texts.put(r.text.as_bytes()).to_le_bytes());
                records.extend(match r.ids[..] {
                    // Most originals are one word: it stands here itself.
                    [id] => id.to_le_bytes(),
                    _ => {
                        let ids: Vec<u8> = r.ids.iter().flat_map(|id| id.to_le_bytes()).collect();
                        (ids_pool.put(&ids) / 4).to_le_bytes()
                    }
                });
                records.extend([
                    r.text.len() as u8,
                    r.ids.len() as u8 | if r.text.split(' ').count() == r.ids.len() { IN_STEP } else { 0 },
                    r.spinner,
                    quantize::encode(r.share.ln() as f32),
                ]);
                records.extend([(r.rate * 255.0).round() as u8]);
                records.extend([r.from.0 as u8]);
                records.extend((r.observed.min(0xffff) as u16).to_le_bytes());
                records.extend((r.from.1.min(LAST_LINE) << 8 | u32::from(cost(r.worth))).to_le_bytes());
                debug_assert_eq!(records.len() - before, RECORD);
            }
        }
        let mut builder = fst::raw::Builder::memory();
        for (key, value) in &keys {
            // Keys come sorted and distinct out of a map of id lists of equal byte width; memory does not fail.
            if builder.insert(key, *value).is_err() {
                break;
            }
        }
        let automaton = builder.into_inner().unwrap_or_default();
        let total_words = self.language.first_id as usize + self.words.len();
        let mut rate_table = vec![0u8; total_words * spinners.len()];
        for (number, rate) in rates.iter().enumerate() {
            for (&id, &rate) in rate {
                rate_table[number * total_words + id as usize] = (rate * 255.0).round() as u8;
            }
        }
        let starts = starts(&automaton, keys.iter().map(|(key, _)| key.as_slice()), total_words);
        let names = spinners.iter().map(|s| format!("{}\t{}\n", s.is_counted(), s.name)).collect::<String>();
        let files = sources.iter().map(|s| s.path.display().to_string()).collect::<Vec<_>>().join("\n");
        let openings = openings(keys.iter().map(|(key, _)| key.as_slice()));
        let sections: [&[u8]; 9] = [
            names.as_bytes(),
            files.as_bytes(),
            &automaton,
            &records,
            &ids_pool.bytes,
            &texts.bytes,
            &rate_table,
            &starts,
            &openings,
        ];
        let bytes = join_sections(&sections);
        Compiled { words: self.words, bytes }
    }
}

/// A spun phrase, the original as written, and what is known of the two.
type Choice<'e> = (&'e [u32], &'e str, &'e Entry);

/// An entry with its part of the channel.
struct Weighed {
    ids: Vec<u32>,
    text: String,
    spinner: u8,
    share: f64,
    rate: f64,
    worth: f64,
    observed: u32,
    from: Provenance,
}

fn weigh(
    compiler: &mut Compiler,
    spinner: &Spinner,
    number: u8,
    rates: &mut HashMap<u32, f64>,
) -> Vec<(Vec<u32>, Weighed)> {
    let mut fondness: HashMap<&[u32], f64> = HashMap::new();
    let mut of_original: BTreeMap<Vec<u32>, Vec<Choice>> = BTreeMap::new();
    for ((spun, original), entry) in &spinner.entries {
        *fondness.entry(spun).or_default() += f64::from(entry.observed);
        // The phrase was read once already.
        let ids = compiler.ids(original).unwrap_or_default();
        of_original.entry(ids).or_default().push((spun, original, entry));
    }
    for spun in fondness.keys() {
        if let [id] = spun[..]
            && id >= compiler.language.first_id
        {
            rates.insert(id, RATE_ONLY_SPUN);
        }
    }
    let has_exposures = !spinner.exposures.is_empty();
    let unseen = if spinner.is_counted() { RATE_UNSEEN } else { RATE_UNCOUNTED };
    let mut out = Vec::new();
    for (ids, choices) in of_original {
        let observed: u32 = choices.iter().map(|(_, _, e)| e.observed).sum();
        let prior = if observed > 0 {
            RATE_SEEN
        } else if choices.iter().all(|(_, _, e)| e.is_guess) {
            RATE_GUESSED
        } else {
            unseen
        };
        let rate = match ids[..] {
            [id] => {
                let (replaced, left) = spinner.exposures.get(&id).copied().unwrap_or_default();
                (f64::from(replaced) + RATE_WEIGHT * prior) / (f64::from(replaced + left) + RATE_WEIGHT)
            }
            _ => prior,
        }
        .clamp(0.01, 0.95);
        if let [id] = ids[..]
            && id >= FIRST_WORD
        {
            rates.insert(id, rate);
        }
        let weight = |spun: &[u32], entry: &Entry| {
            let allowed = if entry.is_guess { GUESS_COUNT } else { GROUP_COUNT };
            f64::from(entry.observed) + allowed * (1.0 + fondness[spun]).powf(FONDNESS)
        };
        let total: f64 = choices.iter().map(|(spun, _, entry)| weight(spun, entry)).sum();
        for (spun, text, entry) in choices {
            let share = weight(spun, entry) / total;
            let likely = |ids: &[u32]| CONTEXT_WEIGHT * f64::from((compiler.language.log_probability)(ids));
            let worth = |share: f64| (rate * share).ln() + likely(&ids) - likely(spun);
            // One more sighting than there was is given to it, so that few sightings do not speak against it.
            if has_exposures && worth((weight(spun, entry) + 1.0) / (total + 1.0)) < LEAST_WORTH {
                continue;
            }
            let weighed = Weighed {
                ids: ids.clone(),
                text: text.to_string(),
                spinner: number,
                share,
                rate,
                worth: worth(share),
                observed: entry.observed,
                from: entry.from,
            };
            out.push((spun.to_vec(), weighed));
        }
    }
    out
}

/// Byte strings stored once each.
#[derive(Default)]
struct Pool {
    bytes: Vec<u8>,
    at: HashMap<Vec<u8>, u32>,
}

impl Pool {
    fn put(&mut self, bytes: &[u8]) -> u32 {
        if let Some(&at) = self.at.get(bytes) {
            return at;
        }
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.at.insert(bytes.to_vec(), at);
        at
    }
}

/// The classes are no words: a phrase may name a possessive, never an edge.
const _: () = assert!(UNKNOWN < FIRST_WORD && EDGE < FIRST_WORD && PAUSE < FIRST_WORD && NUMBER < FIRST_WORD);
