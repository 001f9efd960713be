//! Digits and signs in the place of letters: "7h3 1337". Decided by the words, and only in a text that has several.

use std::collections::HashSet;

use unspin_core::text::vocabulary::{NUMBER, UNKNOWN};

use super::Damage;
use super::decode::{Reading, decode};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::words::{Word, ids_of, words};

/// Words that are none as they stand and are as they are meant, before a text is believed to have more.
const LEAST: usize = 3;
/// log P of a word as it stands that holds such signs, in a text that has them.
const LEFT: f32 = -14.0;
/// log P of a word that the lexicon lacks either way.
const UNKNOWN_WORD: f32 = -12.0;
/// Words so common that a capital within a sentence is no part of them: as many as the ids below this.
const COMMON: u32 = 1500;
/// Signs of one word with two meanings that are tried.
const MAX_DOUBLES: usize = 6;

/// The letters that a sign stands for; source: usage, as `dictionaries/` has none.
fn letters_of(c: char) -> &'static str {
    match c {
        '4' | '@' => "a",
        '3' => "e",
        '1' | '!' => "il",
        '0' => "o",
        '5' | '$' => "s",
        '7' | '+' => "t",
        '|' => "l",
        '8' => "b",
        '9' => "g",
        _ => "",
    }
}

fn is_sign(c: char) -> bool {
    !letters_of(c).is_empty()
}

/// Writes letters for the signs that stand for them.
pub(crate) fn repair(text: &str, lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let belongs = |inside: bool, c: char, next: Option<char>| {
        is_sign(c) && (inside || next.is_some_and(|next| next.is_alphanumeric() || is_sign(next)))
    };
    let mut words = words(text, lexicon, belongs);
    let mut seen: HashSet<String> = HashSet::new();
    let mut capitals: HashSet<String> = HashSet::new();
    for word in &words {
        let letters = word.text(text);
        if letters.chars().all(char::is_alphabetic) {
            seen.insert(letters.to_lowercase());
            if !word.opens && letters.starts_with(char::is_uppercase) {
                capitals.insert(letters.to_lowercase());
            }
        }
    }
    let mut readings: Vec<Reading> = Vec::new();
    let mut evidence: HashSet<String> = HashSet::new();
    let (mut candidates, mut explained) = (0usize, 0usize);
    for (n, word) in words.iter().enumerate() {
        let letters = word.text(text);
        if !letters.contains(is_sign) || is_number(letters) {
            continue;
        }
        let before = n.checked_sub(1).map(|n| &words[n]).filter(|_| word.follows).map(|before| before.text(text));
        let is_name = before.is_some_and(|before| before.starts_with(char::is_uppercase));
        let found = readings_of(n, word, letters, lexicon, &seen);
        // "+44": what has no letter is a word only if it is a known one.
        if !letters.contains(char::is_alphabetic) && found.iter().all(|reading| reading.cost < 0.0) {
            continue;
        }
        candidates += 1;
        explained += usize::from(found.iter().any(|reading| reading.cost == 0.0 && reading.text != letters));
        if is_evidence(word, letters, &found) {
            evidence.insert(letters.to_lowercase());
        }
        readings.extend(found.into_iter().map(|mut reading| {
            reading.text = with_case(letters, &reading.text, word, is_name, &capitals, lexicon);
            reading
        }));
    }
    // Hashes and serial numbers are no words either way.
    if evidence.len() < LEAST || 200 * evidence.len() < words.len() || 10 * explained < 6 * candidates {
        return;
    }
    // What begins with a digit looks like a number, which is likely anywhere.
    for reading in &readings {
        for id in words[reading.words.start].ids.iter_mut() {
            *id = if *id == NUMBER { UNKNOWN } else { *id };
        }
    }
    for chosen in decode(text, &words, &readings, lexicon) {
        let reading = &readings[chosen];
        let span = words[reading.words.start].span.clone();
        if text[span.clone()] != reading.text {
            out.push(Patch::new(span, reading.text.clone(), Damage::Leet));
        }
    }
}

/// Whether a word is surely none as it stands, and one as it is meant. A name is written as its bearer likes: "Ke$ha".
fn is_evidence(word: &Word, letters: &str, readings: &[Reading]) -> bool {
    !word.known
        && (word.opens || !letters.contains(char::is_uppercase))
        && letters.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && letters.trim_start_matches(is_sign).trim_end_matches(is_sign).contains(is_sign)
        && readings.iter().any(|reading| reading.text.len() > 3 && !reading.ids.contains(&UNKNOWN))
}

/// "2019", "5th", "1970s", "$20bn", "+44", "G20": numbers, and names that end in one.
fn is_number(word: &str) -> bool {
    let word = word.trim_start_matches(['$', '+']);
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = &word[digits..];
    let is_unit = matches!(
        rest.to_ascii_lowercase().as_str(),
        "" | "s" | "bn" | "m" | "k" | "am" | "pm" | "x" | "km" | "mm" | "cm" | "kg"
    ) || match &word.as_bytes()[..digits] {
        [.., b'1', _] => rest == "th",
        [.., b'1'] => rest == "st",
        [.., b'2'] => rest == "nd",
        [.., b'3'] => rest == "rd",
        _ => rest == "th",
    };
    let is_name = digits == 0 && word.trim_end_matches(|c: char| c.is_ascii_digit()).chars().all(char::is_uppercase);
    let is_range = rest.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '+');
    digits > 0 && (is_unit || is_range) || is_name
}

/// What a word may be, in lower case where it does not show its case.
fn readings_of(n: usize, word: &Word, letters: &str, lexicon: &Lexicon, seen: &HashSet<String>) -> Vec<Reading> {
    let doubles: Vec<usize> =
        letters.char_indices().filter(|(_, c)| letters_of(*c).len() > 1).map(|(at, _)| at).collect();
    let mut out: Vec<Reading> = Vec::new();
    for chosen in 0u32..1 << doubles.len().min(MAX_DOUBLES) {
        // Parts of a compound are numbers by themselves: "50-y34r-0ld".
        let mut text = String::with_capacity(letters.len());
        let mut at = 0;
        for part in letters.split_inclusive('-') {
            if is_number(part.trim_end_matches('-')) {
                text.push_str(part);
            } else {
                for (n, c) in part.char_indices() {
                    let double = doubles.iter().position(|&double| double == at + n);
                    let which = double.map_or(0, |bit| (chosen >> bit & 1) as usize);
                    text.push(letters_of(c).chars().nth(which).unwrap_or(c));
                }
            }
            at += part.len();
        }
        let mut ids = word.parting();
        let known = ids_of(&text, lexicon, &mut ids)
            || text.contains('-') && text.split('-').all(|part| lexicon.knows(part) || is_number(part));
        let is_seen = seen.contains(&text.to_lowercase());
        if known || is_seen || chosen == 0 {
            let cost = if known {
                0.0
            } else if is_seen {
                UNKNOWN_WORD / 2.0
            } else {
                UNKNOWN_WORD
            };
            out.push(Reading { words: n..n + 1, text, ids, cost });
        }
    }
    // A mark of exclamation may be one.
    let core = letters.trim_end_matches('!');
    let mut ids = word.parting();
    if core.len() < letters.len() && ids_of(core, lexicon, &mut ids) {
        out.push(Reading { words: n..n + 1, text: letters.to_string(), ids, cost: 0.0 });
    } else if core.len() < letters.len() && core.contains(is_sign) {
        let end = letters[core.len()..].to_string();
        let inner = readings_of(n, word, core, lexicon, seen).into_iter();
        out.extend(inner.map(|reading| Reading { text: format!("{}{end}", reading.text), ..reading }));
    }
    // As it stands, beside what it costs to stand.
    if word.known {
        out.push(Reading { words: n..n + 1, text: letters.to_string(), ids: word.ids.to_vec(), cost: LEFT });
    }
    out
}

/// The case of the first letter, where a sign hides it.
fn with_case(
    letters: &str,
    text: &str,
    word: &Word,
    is_name: bool,
    capitals: &HashSet<String>,
    lexicon: &Lexicon,
) -> String {
    if !letters.starts_with(is_sign) {
        return text.to_string();
    }
    let lower = text.to_lowercase();
    let plain = lower.strip_suffix("'s").unwrap_or(&lower);
    let upper = letters.chars().filter(|c| c.is_uppercase()).count();
    let all_upper = upper > 0 && !letters.contains(char::is_lowercase);
    let is_common = lexicon.id(plain).is_some_and(|id| id < COMMON);
    if all_upper {
        return text.to_uppercase();
    }
    if word.opens || !is_common && (capitals.contains(plain) || is_name) {
        let mut chars = text.chars();
        return chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    }
    text.to_string()
}
