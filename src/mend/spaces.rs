//! Words without the space between them, and words with a space inside: decided by the language model and by how
//! often the text has either.

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, UNKNOWN_NAME, decode, gain};
use super::evidence::{BELIEVED, Evidence, ONE_WORD, weigh};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::segment::{Segmenter, UNKNOWN_LETTER};
use super::words::{Word, ids_of};

/// log P of a joined word without a function word in it, beside that of one with: "overcooked".
const COMPOUND: f32 = -1.5;
/// From this rate on, names too are taken for joined.
const OFTEN: f32 = 0.06;
/// The longest word that is parted, in letters.
const MAX_LETTERS: usize = 600;

/// Which of the two kinds a text may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) split: bool,
    pub(crate) joined: bool,
}

/// Parts joined words and joins split ones.
pub(crate) fn repair(text: &str, words: &[Word], lexicon: &Lexicon, kinds: Kinds, out: &mut Vec<Patch>) {
    let seen: HashSet<String> = HashSet::new();
    let segmenter = Segmenter { lexicon, seen, cost: 0.0, name_letter: UNKNOWN_LETTER };
    let mut readings: Vec<Reading> = Vec::new();
    let joins = kinds.joined && shows_joins(text, words, lexicon);
    let is_odd = |n: usize| words.get(n..n + 2).is_some_and(|pair| pair.iter().any(|word| !word.known));
    for (n, word) in words.iter().enumerate() {
        // Pairs of known words are looked at only if others were split.
        if kinds.split && is_odd(n) {
            readings.extend(split_reading(text, words, n, lexicon));
        }
        if joins && !word.known && !is_address(text, word) {
            readings.extend(joined_reading(text, n, word, &segmenter));
        }
    }
    // Reading a text is dear; most show at once that nothing is the matter.
    let evidence = [0, 1].map(|kind| evidence(text, words, &readings, kind, lexicon));
    let may = evidence.map(|evidence| evidence.nats >= BELIEVED);
    if may[0] {
        readings
            .extend((0..words.len()).filter(|&n| !is_odd(n)).filter_map(|n| split_reading(text, words, n, lexicon)));
        readings.sort_by_key(|reading| reading.words.start);
    }
    readings.retain(|reading| may[kind(reading)]);
    if readings.is_empty() {
        return;
    }
    let (chosen, rates) = learn(text, words, &readings, evidence.map(|evidence| evidence.rate), lexicon);
    if may[1] {
        tight_marks(text, words, lexicon, out);
    }
    for number in chosen {
        let reading = &readings[number];
        if rates[kind(reading)] < OFTEN && may_be_name(words[reading.words.start].text(text), reading) {
            continue;
        }
        let span = words[reading.words.start].span.start..words[reading.words.end - 1].span.end;
        let damage = if reading.words.len() == 1 { Damage::Joined } else { Damage::Split };
        out.push(Patch::new(span, reading.text.clone(), damage));
    }
    out.sort_by_key(|patch| (patch.span.start, patch.span.end));
}

/// What the readings of one kind say of the text: each word once, and only what can hardly be chance.
fn evidence(text: &str, words: &[Word], readings: &[Reading], of: usize, lexicon: &Lexicon) -> Evidence {
    let mut seen: HashSet<&str> = HashSet::new();
    let is_evidence = |reading: &&Reading| {
        let letters = words[reading.words.start].text(text);
        kind(reading) == of && is_sure(reading, words) && !may_be_name(letters, reading)
    };
    let gains: Vec<f32> = readings
        .iter()
        .filter(is_evidence)
        .filter(|reading| seen.insert(reading.text.as_str()))
        .map(|reading| gain(text, words, reading, lexicon) + reading.cost)
        .map(|gain| if of == 0 { gain.min(ONE_WORD) } else { gain })
        .collect();
    weigh(&gains, words.len())
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

/// Whether a reading can hardly be chance: fragments that are no words, or words that form no compounds.
fn is_sure(reading: &Reading, words: &[Word]) -> bool {
    match reading.words.len() {
        1 => reading.text.split(' ').any(|part| FUNCTION_WORDS.contains(&part.to_lowercase().as_str())),
        _ => reading.words.clone().any(|n| !words[n].known),
    }
}

/// Whether unknown words are words joined to the commonest ones, or as long as sentences: quicker than to part all.
fn shows_joins(text: &str, words: &[Word], lexicon: &Lexicon) -> bool {
    words.iter().filter(|word| !word.known && !is_address(text, word)).any(|word| {
        let letters = word.text(text).to_lowercase();
        let is_join = |function: &&str| {
            let rest = letters.strip_prefix(*function).or_else(|| letters.strip_suffix(*function));
            rest.is_some_and(|rest| matches!(rest, "a" | "i") || rest.len() > 1 && lexicon.knows(rest))
        };
        letters.len() > 2 * LONG || FUNCTION_WORDS.iter().any(is_join)
    })
}

/// Whether a word may be a name that looks joined: "Dragan" is no "Drag an".
fn may_be_name(letters: &str, reading: &Reading) -> bool {
    let is_title = letters.starts_with(char::is_uppercase) && !letters.chars().skip(1).any(char::is_uppercase);
    let has_function_word =
        reading.text.split(' ').any(|part| part.len() > 2 && FUNCTION_WORDS.contains(&part.to_lowercase().as_str()));
    reading.words.len() == 1 && is_title && letters.len() < LONG && !has_function_word
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
    let fits = left.chars().all(char::is_alphabetic)
        && right.chars().next()?.is_alphabetic()
        && (!right.contains(char::is_uppercase) || left.chars().all(char::is_uppercase));
    if !fits || left.len() + right.len() < 4 {
        return None;
    }
    let joined = format!("{left}{right}");
    let mut ids = first.parting();
    ids_of(&joined, lexicon, &mut ids).then_some(Reading { words: n..n + 2, text: joined, ids, cost: 0.0 })
}

/// Whether a word is part of an address or of code.
fn is_address(text: &str, word: &Word) -> bool {
    let mark = |c: char| matches!(c, '@' | '#' | '/' | '_' | '=' | '\\' | '<' | '~');
    let after = &text[word.span.end..];
    let is_domain = after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_lowercase())
        || text[..word.span.start].ends_with('.') && word.text(text).starts_with(char::is_lowercase);
    text[..word.span.start].ends_with(mark) || after.starts_with(mark) || is_domain && word.span.len() < LONG
}

/// An unknown word as the words that it is joined of.
fn joined_reading(text: &str, n: usize, word: &Word, segmenter: &Segmenter) -> Option<Reading> {
    let letters = word.text(text);
    let count = letters.chars().count();
    if !(3..=MAX_LETTERS).contains(&count) || letters.contains(|c: char| c.is_ascii_digit()) && count < LONG {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for piece in pieces(letters) {
        if piece.starts_with(|c: char| c.is_ascii_digit()) || piece.chars().count() < 2 {
            parts.push(piece);
        } else {
            parts.extend(segmenter.segment(piece)?);
        }
    }
    let lexicon = segmenter.lexicon;
    let mut ids = word.parting();
    let (mut known, mut cost) = (0, 0.0);
    for part in &parts {
        let is_name = part.starts_with(char::is_uppercase) && part.chars().count() > 2;
        if ids_of(part, lexicon, &mut ids) {
            known += 1;
        } else if is_name || count >= LONG || part.contains('-') {
            cost += UNKNOWN_NAME;
        } else {
            return None;
        }
    }
    // Words all, or a name among them.
    let is_enough = if count < LONG { known + 1 >= parts.len() } else { 3 * known >= 2 * parts.len() };
    (parts.len() > 1 && is_enough && known > 0).then(|| Reading { words: n..n + 1, text: parts.join(" "), ids, cost })
}

/// Letters of a run that is no word of English.
const LONG: usize = 16;

/// Letters and numbers by themselves: "born14April1978isa". Ordinals keep their letters.
fn pieces(letters: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = letters;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let mut end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        if is_digit {
            let after = rest.get(end..end + 2).unwrap_or("");
            let fits = match &rest.as_bytes()[..end] {
                [.., b'1', _] => after == "th",
                [.., b'1'] => after == "st",
                [.., b'2'] => after == "nd",
                [.., b'3'] => after == "rd",
                _ => after == "th",
            };
            end += if fits { 2 } else { 0 };
        }
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
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
            "," | ":" if left.len() >= LONG || right.len() >= LONG => 1,
            "(" | "$" | "£" | "€" if ends_lower => 0,
            _ => continue,
        };
        if gap != "." || lexicon.knows(left) || lexicon.knows(right) || left.len().max(right.len()) >= LONG {
            let at = pair[0].span.end + at;
            out.push(Patch::new(at..at, " ", Damage::Joined));
        }
    }
}
