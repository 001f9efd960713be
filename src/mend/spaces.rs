//! Words without the space between them, and words with a space inside: decided by the language model and by how
//! often the text has either.

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, UNKNOWN_NAME, decode};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::segment::Segmenter;
use super::words::{Word, ids_of, words};

/// Unknown words that a repair makes known, before a text is believed to have such damage.
const LEAST: usize = 2;
/// The rate that is assumed before the text has shown its own.
const FIRST_RATE: f32 = 0.05;
/// From this rate on, names too are taken for joined.
const OFTEN: f32 = 0.06;
/// The rate of what a text shows no sign of.
const NONE: f32 = 1e-9;
/// The longest word that is parted, in letters.
const MAX_LETTERS: usize = 600;

/// Which of the two kinds a text may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) split: bool,
    pub(crate) joined: bool,
}

/// Parts joined words and joins split ones.
pub(crate) fn repair(text: &str, lexicon: &Lexicon, kinds: Kinds, out: &mut Vec<Patch>) {
    let words = words(text, lexicon, |_, _, _| false);
    let unknown = words.iter().filter(|word| !word.known).count();
    if unknown == 0 {
        return;
    }
    let seen: HashSet<String> = HashSet::new();
    let segmenter = Segmenter { lexicon, seen, cost: 0.0 };
    let mut readings: Vec<Reading> = Vec::new();
    let joins = kinds.joined && shows_joins(text, &words, lexicon);
    let is_odd = |n: usize| words.get(n..n + 2).is_some_and(|pair| pair.iter().any(|word| !word.known));
    for (n, word) in words.iter().enumerate() {
        // Pairs of known words are looked at only if others were split.
        if kinds.split && is_odd(n) {
            readings.extend(split_reading(text, &words, n, lexicon));
        }
        if joins && !word.known && !is_address(text, word) {
            readings.extend(joined_reading(text, n, word, &segmenter));
        }
    }
    // Reading a text is dear; most show at once that nothing is the matter.
    let may = [0, 1].map(|kind| {
        let of_kind = || readings.iter().filter(move |reading| self::kind(reading) == kind);
        let sure: HashSet<&str> = of_kind().filter(|r| is_sure(r, &words)).map(|r| r.text.as_str()).collect();
        sure.len() >= LEAST || kind == 1 && of_kind().any(is_sentence)
    });
    if may[0] {
        readings
            .extend((0..words.len()).filter(|&n| !is_odd(n)).filter_map(|n| split_reading(text, &words, n, lexicon)));
        readings.sort_by_key(|reading| reading.words.start);
    }
    readings.retain(|reading| may[kind(reading)]);
    if readings.is_empty() {
        return;
    }
    let (chosen, rates) = learn(text, &words, &readings, lexicon);
    if rates[1] > NONE {
        tight_marks(text, &words, lexicon, out);
    }
    for number in chosen {
        let reading = &readings[number];
        let rate = rates[kind(reading)];
        if rate <= NONE || rate < OFTEN && may_be_name(words[reading.words.start].text(text), reading) {
            continue;
        }
        let span = words[reading.words.start].span.start..words[reading.words.end - 1].span.end;
        let damage = if reading.words.len() == 1 { Damage::Joined } else { Damage::Split };
        out.push(Patch::new(span, reading.text.clone(), damage));
    }
    out.sort_by_key(|patch| (patch.span.start, patch.span.end));
}

/// The number of the kind of a reading: 0 split, 1 joined.
fn kind(reading: &Reading) -> usize {
    usize::from(reading.words.len() == 1)
}

/// The readings of the likeliest text, and the rate of each kind that the text shows.
fn learn(text: &str, words: &[Word], readings: &[Reading], lexicon: &Lexicon) -> (Vec<usize>, [f32; 2]) {
    // Each kind has a rate of its own: twice is enough to learn it.
    let mut rates = [FIRST_RATE; 2];
    let mut chosen = Vec::new();
    for _ in 0..3 {
        let costed: Vec<Reading> = readings
            .iter()
            .map(|reading| Reading {
                cost: reading.cost + rates[kind(reading)].ln() * places(reading),
                ..reading.clone()
            })
            .collect();
        chosen = decode(text, words, &costed, lexicon);
        let mut counts = [0.0f32; 2];
        let mut sure = [HashSet::new(), HashSet::new()];
        for &number in &chosen {
            let reading = &readings[number];
            counts[kind(reading)] += places(reading);
            if is_sure(reading, words) {
                sure[kind(reading)].insert(reading.text.as_str());
            }
        }
        let made = |n: usize| chosen.iter().filter(|&&number| kind(&readings[number]) == n).count();
        for kind in 0..2 {
            let rate = (counts[kind] / words.len() as f32).clamp(0.001, 0.4);
            let is_enough = sure[kind].len() >= LEAST && 4 * sure[kind].len() >= made(kind);
            let is_whole = kind == 1 && chosen.iter().any(|&number| is_sentence(&readings[number]));
            rates[kind] = if is_enough || is_whole { rate } else { NONE };
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

/// Whether a reading parts what no word, name or address is long enough for.
fn is_sentence(reading: &Reading) -> bool {
    reading.text.split(' ').filter(|part| FUNCTION_WORDS.contains(part)).count() > 2
}

/// Whether unknown words are words joined to the commonest ones, or as long as sentences: quicker than to part all.
fn shows_joins(text: &str, words: &[Word], lexicon: &Lexicon) -> bool {
    let mut joins: HashSet<String> = HashSet::new();
    for word in words.iter().filter(|word| !word.known && !is_address(text, word)) {
        let letters = word.text(text).to_lowercase();
        if letters.len() > 2 * LONG {
            return true;
        }
        let is_join = FUNCTION_WORDS.iter().any(|function| {
            let rest = letters.strip_prefix(function).or_else(|| letters.strip_suffix(function));
            rest.is_some_and(|rest| matches!(rest, "a" | "i") || rest.len() > 1 && lexicon.knows(rest))
        });
        if is_join {
            joins.insert(letters);
        }
        if joins.len() >= LEAST {
            return true;
        }
    }
    false
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
