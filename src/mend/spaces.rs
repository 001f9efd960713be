//! Words without the space between them, and words with a space inside: decided by the language model and by how
//! often the text has either.

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, UNKNOWN_NAME, decode, gain};
use super::evidence::{BELIEVED, Evidence, ONE_WORD, weigh};
use super::joined::joined_reading;
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::segment::{Segmenter, UNKNOWN_LETTER};
use super::words::{LONGEST, Word, ids_of};

/// log P of a joined word without a function word in it, beside that of one with: "overcooked".
const COMPOUND: f32 = -1.5;
/// From this rate on, names too are taken for joined.
const OFTEN: f32 = 0.06;
/// Joined words without a function word for each one with, from which on they are terms: of the joined pairs of
/// `mangle.py` two in three have one.
const MAX_UNSURE: usize = 3;
/// log P of a word that is rare.
const RARE: f32 = -13.0;
/// Times that one joined word stands in a text, at the most: what comes oftener is meant.
const MAX_TIMES: usize = 2;
/// A name of fewer letters is soon made of two words.
const SHORT_NAME: usize = 8;
/// Nats that one joined word may say, short of a run of many words: "sizeof" is a term.
const ONE_JOIN: f32 = 18.0;
/// Which of the two kinds a text may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) split: bool,
    pub(crate) joined: bool,
}

/// What a text says of its spaces.
pub(crate) struct Judged {
    /// Of the two kinds: split, joined.
    evidence: [Evidence; 2],
    readings: Vec<Reading>,
}

impl Judged {
    /// Of the kind that explains more.
    pub(crate) fn nats(&self) -> f32 {
        self.evidence[0].nats.max(self.evidence[1].nats)
    }
}

/// Whether one of two words is unknown. Pairs of known words are looked at only if others were split.
fn is_odd(words: &[Word], n: usize) -> bool {
    words.get(n..n + 2).is_some_and(|pair| pair.iter().any(|word| !word.known))
}

/// Judges by the words that are none.
pub(crate) fn judge(text: &str, words: &[Word], lexicon: &Lexicon, kinds: Kinds) -> Judged {
    let segmenter = segmenter(lexicon);
    let mut readings: Vec<Reading> = Vec::new();
    let joins = kinds.joined && shows_joins(text, words, lexicon);
    for (n, word) in words.iter().enumerate() {
        if kinds.split && is_odd(words, n) {
            readings.extend(split_reading(text, words, n, lexicon));
        }
        if joins && !word.known && !word.is_in_address(text) {
            readings.extend(joined_reading(text, n, word, &segmenter));
        }
    }
    let evidence = [0, 1].map(|kind| evidence(text, words, &readings, kind, lexicon));
    Judged { evidence, readings }
}

fn segmenter<'k, 'l>(lexicon: &'l Lexicon<'k>) -> Segmenter<'k, 'l> {
    Segmenter { lexicon, seen: HashSet::new(), cost: 0.0, name_letter: UNKNOWN_LETTER }
}

/// Parts joined words and joins split ones.
pub(crate) fn repair(judged: Judged, text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let Judged { evidence, mut readings } = judged;
    let may = evidence.map(|evidence| evidence.nats >= BELIEVED);
    if may[0] {
        let others = (0..words.len()).filter(|&n| !is_odd(words, n));
        readings.extend(others.filter_map(|n| split_reading(text, words, n, lexicon)));
    }
    if may[1] {
        readings.extend(rare_words(text, words, lexicon));
    }
    readings.retain(|reading| may[kind(reading)]);
    readings.sort_by_key(|reading| reading.words.start);
    let (chosen, rates) = learn(text, words, &readings, evidence.map(|evidence| evidence.rate), lexicon);
    let are_terms = are_terms(text, words, &chosen, &readings);
    let count_of = |letters: &str| words.iter().filter(|word| word.text(text) == letters).count();
    for number in chosen {
        let reading = &readings[number];
        let letters = words[reading.words.start].text(text);
        let is_joined = kind(reading) == 1;
        // A word that comes again is a term of the text.
        let is_term = || is_joined && !is_sure(reading, words) && count_of(letters) > 1;
        if rates[kind(reading)] < OFTEN && (may_be_name(letters, reading) || is_term()) || is_joined && are_terms {
            continue;
        }
        let span = words[reading.words.start].span.start..words[reading.words.end - 1].span.end;
        out.push(Patch::new(span, reading.text.clone(), if is_joined { Damage::Joined } else { Damage::Split }));
    }
    if out.iter().any(|patch| patch.damage == Damage::Joined) {
        tight_marks(text, words, lexicon, out);
    }
    out.sort_by_key(|patch| (patch.span.start, patch.span.end));
}

/// Rare words that are known and may be joined all the same: "ina", "ofher".
fn rare_words(text: &str, words: &[Word], lexicon: &Lexicon) -> Vec<Reading> {
    let segmenter = segmenter(lexicon);
    let is_rare = |word: &Word| {
        let letters = word.text(text);
        let is_small = letters.bytes().all(|b| b.is_ascii_lowercase());
        word.known && is_small && lexicon.log(letters).is_some_and(|log| log < RARE)
    };
    let rare = words.iter().enumerate().filter(|(_, word)| is_rare(word));
    rare.filter_map(|(n, word)| joined_reading(text, n, word, &segmenter))
        .filter(|reading| is_sure(reading, words))
        .collect()
}

/// What the readings of one kind say of the text: each word once, and only what can hardly be chance.
fn evidence(text: &str, words: &[Word], readings: &[Reading], of: usize, lexicon: &Lexicon) -> Evidence {
    let mut seen: HashSet<&str> = HashSet::new();
    let gain_of = |reading: &Reading| {
        let gain = gain(text, words, reading, lexicon) + reading.cost;
        match kind(reading) {
            0 => gain.min(ONE_WORD),
            _ if reading.text.len() < LONGEST => gain.min(ONE_JOIN),
            _ => gain,
        }
    };
    let gains: Vec<f32> = readings
        .iter()
        .filter(|reading| kind(reading) == of && is_evidence(text, words, reading))
        .filter(|reading| seen.insert(reading.text.as_str()))
        .map(gain_of)
        .collect();
    weigh(&gains, words.len())
}

/// Whether a reading speaks for damage. Names, identifiers and what comes again do not: "Eland" is no "El and", and
/// "TheWrap" and "convertToText" are ones as they stand. Nor does "thereto".
fn is_evidence(text: &str, words: &[Word], reading: &Reading) -> bool {
    if kind(reading) == 0 {
        return is_sure(reading, words);
    }
    let letters = words[reading.words.start].text(text);
    let is_upper = |part: &str| part.starts_with(char::is_uppercase);
    let (first, mut others) = (is_upper(letters), reading.text.split(' ').skip(1));
    let is_identifier = others.clone().all(is_upper) && (first || others.nth(1).is_some());
    let is_short = letters.len() < LONGEST && (letters.contains('-') || first && letters.len() < SHORT_NAME);
    let is_one = ["there ", "here ", "where "].iter().any(|adverb| reading.text.starts_with(adverb));
    let may_be = is_sure(reading, words) && !is_identifier && !is_short && !is_one && !may_be_name(letters, reading);
    may_be && words.iter().filter(|word| word.text(text) == letters).count() <= MAX_TIMES
}

/// Whether too few of the words that a text joins speak for damage: then they are its own terms, such as "bitmaps" and
/// "KeyPress".
fn are_terms(text: &str, words: &[Word], chosen: &[usize], readings: &[Reading]) -> bool {
    let joined = chosen.iter().map(|&number| &readings[number]).filter(|reading| kind(reading) == 1);
    let (sure, unsure): (HashSet<_>, HashSet<_>) = joined
        .map(|reading| (is_evidence(text, words, reading), reading.text.as_str()))
        .partition(|(is_evidence, _)| *is_evidence);
    unsure.len() >= MAX_UNSURE * sure.len().max(1)
}

/// The number of the kind of a reading: 0 split, 1 joined.
fn kind(reading: &Reading) -> usize {
    usize::from(reading.words.len() == 1)
}

/// The readings of the likeliest text, and the rate of each kind that it shows, beginning with these.
fn learn(
    text: &str,
    words: &[Word],
    readings: &[Reading],
    mut rates: [f32; 2],
    lexicon: &Lexicon,
) -> (Vec<usize>, [f32; 2]) {
    let mut chosen = Vec::new();
    // Evidence leaves out what may be chance: its rate is too low at first.
    for _ in 0..3 {
        let costed: Vec<Reading> = readings
            .iter()
            .map(|reading| Reading {
                cost: reading.cost
                    + rates[kind(reading)].ln() * places(reading)
                    + if kind(reading) == 1 && !is_sure(reading, words) { COMPOUND } else { 0.0 },
                ..reading.clone()
            })
            .collect();
        chosen = decode(text, words, &costed, lexicon);
        for (of, rate) in rates.iter_mut().enumerate() {
            let made = chosen.iter().map(|&n| &readings[n]).filter(|r| kind(r) == of).map(places).sum::<f32>();
            *rate = (made / words.len() as f32).clamp(0.001, 0.4);
        }
    }
    (chosen, rates)
}

/// Words that join nothing of themselves: compounds have others, verbs begin with "out", "in", "over", "up".
const FUNCTION_WORDS: [&str; 40] = [
    "the", "to", "of", "and", "for", "that", "is", "with", "as", "was", "said", "from", "by", "has", "be", "are",
    "have", "he", "its", "but", "this", "will", "his", "not", "their", "they", "which", "been", "were", "had", "her",
    "about", "who", "we", "would", "she", "than", "when", "at", "an",
];

fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.iter().any(|function| word.eq_ignore_ascii_case(function))
}

/// Whether a reading can hardly be chance: fragments that are no words, or words that form no compounds.
fn is_sure(reading: &Reading, words: &[Word]) -> bool {
    match reading.words.len() {
        1 => reading.text.split(' ').any(is_function_word),
        _ => reading.words.clone().any(|n| !words[n].known),
    }
}

/// Whether unknown words are words joined to the commonest ones, or as long as sentences: quicker than to part all.
fn shows_joins(text: &str, words: &[Word], lexicon: &Lexicon) -> bool {
    words.iter().filter(|word| !word.known && !word.is_in_address(text)).any(|word| {
        let letters = word.text(text).to_lowercase();
        let is_join = |function: &&str| {
            let rest = letters.strip_prefix(*function).or_else(|| letters.strip_suffix(*function));
            rest.is_some_and(|rest| matches!(rest, "a" | "i") || rest.len() > 1 && lexicon.knows(rest))
        };
        letters.len() > 2 * LONGEST || FUNCTION_WORDS.iter().any(is_join)
    })
}

/// Whether a word may be a name that looks joined: "Dragan" is no "Drag an".
fn may_be_name(letters: &str, reading: &Reading) -> bool {
    let is_title = letters.starts_with(char::is_uppercase) && !letters.chars().skip(1).any(char::is_uppercase);
    let has_function_word = reading.text.split(' ').any(|part| part.len() > 2 && is_function_word(part));
    reading.words.len() == 1 && is_title && letters.len() < LONGEST && !has_function_word
}

/// How many spaces a reading adds or takes away.
fn places(reading: &Reading) -> f32 {
    (reading.text.matches(' ').count() + reading.words.len() - 1) as f32
}

/// Two words as the one that they make.
fn split_reading(text: &str, words: &[Word], n: usize, lexicon: &Lexicon) -> Option<Reading> {
    let (first, second) = (&words[n], words.get(n + 1)?);
    if !second.follows {
        return None;
    }
    let (left, right) = (first.text(text), second.text(text));
    // Words of a compound are torn by themselves: "40-yea r-old".
    let (tail, head) = (left.rsplit('-').next()?, right.split('-').next()?);
    let fits = !tail.is_empty()
        && tail.chars().all(char::is_alphabetic)
        && head.chars().next()?.is_alphabetic()
        && (!right.contains(char::is_uppercase) || left.chars().all(char::is_uppercase));
    if !fits || tail.len() + head.len() < 4 {
        return None;
    }
    let joined = format!("{left}{right}");
    let mut ids = first.parting();
    if ids_of(&joined, lexicon, &mut ids) {
        return Some(Reading { words: n..n + 2, text: joined, ids, cost: 0.0 });
    }
    let is_compound = joined.contains('-') && !(lexicon.knows(tail) && lexicon.knows(head));
    let is_word = is_compound && lexicon.knows(&[tail, head].concat());
    is_word.then_some(Reading { words: n..n + 2, text: joined, ids, cost: UNKNOWN_NAME })
}

/// Spaces after marks that stand between two words without one: "said,the", "end.The".
fn tight_marks(text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    for pair in words.windows(2) {
        let (left, right) = (pair[0].text(text), pair[1].text(text));
        let gap = &text[pair[0].span.end..pair[1].span.start];
        let starts = |f: fn(char) -> bool| right.starts_with(f);
        let ends_lower = left.ends_with(char::is_lowercase);
        let at = match gap {
            "," | ";" if ends_lower && starts(char::is_alphabetic) => 1,
            "." | "!" | "?" if ends_lower && left.len() > 1 && starts(char::is_uppercase) && right.len() > 1 => 1,
            "%" | ")" | "," | ";" if starts(char::is_alphabetic) => 1,
            "," | ":" if left.len() >= LONGEST || right.len() >= LONGEST => 1,
            "(" | "$" | "£" | "€" if ends_lower => 0,
            _ => continue,
        };
        if gap != "." || lexicon.knows(left) || lexicon.knows(right) || left.len().max(right.len()) >= LONGEST {
            let at = pair[0].span.end + at;
            out.push(Patch::new(at..at, " ", Damage::Joined));
        }
    }
}
