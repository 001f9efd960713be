//! Ligatures that a font lost on the way out of a PDF: "o cial", "ofce", "of?ce".

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, decode, gain};
use super::evidence::{ONE_WORD, weigh};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::words::{Word, ids_of, words};

/// The ligatures of text fonts.
const LIGATURES: [&str; 5] = ["fi", "ff", "fl", "ffi", "ffl"];
/// log P of each of them among all, natural; counted on the words of the lexicon.
const LOG: f32 = -1.6;
/// Letters of a short word, which is soon made of another, and the nats that it may say: "ies" is no "flies".
const SHORT_WORD: usize = 5;
const ONE_SHORT: f32 = 8.0;
/// Words that are none without a ligature, before a text is believed to have lost more.
const LEAST: usize = 2;

/// Characters that stand where a ligature was: private ones, and the one for what could not be read.
pub(crate) fn is_mark(c: char) -> bool {
    c == '\u{FFFD}' || matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// Puts ligatures where something else stands for them.
pub(crate) fn repair_marked(text: &str, lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let belongs = |_, c: char, next: Option<char>| is_mark(c) || c == '?' && next.is_some_and(char::is_lowercase);
    let words = words(text, lexicon, belongs);
    let mut readings: Vec<Reading> = Vec::new();
    let (mut evidence, mut sure) = (0, 0);
    for (n, word) in words.iter().enumerate() {
        let letters = word.text(text);
        let marks = letters.chars().filter(|&c| is_mark(c) || c == '?').count();
        if marks == 0 || marks > 2 {
            continue;
        }
        let found = marked_readings(n, word, letters, lexicon);
        evidence += usize::from(!found.is_empty());
        sure += usize::from(!found.is_empty() && letters.contains(is_mark) && letters.len() > 5);
        readings.extend(found);
    }
    if evidence < LEAST && sure == 0 {
        return;
    }
    push_chosen(text, &words, &readings, lexicon, out);
}

/// A word with every mark as one of the ligatures, where that makes a known word.
fn marked_readings(n: usize, word: &Word, letters: &str, lexicon: &Lexicon) -> Vec<Reading> {
    let Some((at, mark)) = letters.char_indices().find(|&(_, c)| is_mark(c) || c == '?') else { return Vec::new() };
    let mut out = Vec::new();
    for ligature in LIGATURES {
        let text = format!("{}{ligature}{}", &letters[..at], &letters[at + mark.len_utf8()..]);
        if text.contains(|c: char| is_mark(c) || c == '?') {
            out.extend(marked_readings(n, word, &text, lexicon));
            continue;
        }
        let mut ids = word.parting();
        if ids_of(&text, lexicon, &mut ids) {
            out.push(Reading { words: n..n + 1, text, ids, cost: LOG });
        }
    }
    out
}

/// What is left where a ligature was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Space,
}

/// What a text says of ligatures that left no mark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) nats: f32,
    /// The share of ligatures that are lost.
    rate: f32,
    left: Left,
}

/// Judges by the words that are none: they tell what is left, too.
pub(crate) fn judge(text: &str, words: &[Word], lexicon: &Lexicon) -> Judged {
    let is_plain = |word: &Word| word.text(text).bytes().all(|b| b.is_ascii_lowercase());
    let is_odd = |word: &Word| !word.known && is_plain(word) && !word.is_in_address(text);
    let odd: Vec<usize> = (0..words.len()).filter(|&n| is_odd(&words[n])).collect();
    let none = Judged { nats: 0.0, rate: 0.0, left: Left::Nothing };
    if odd.is_empty() {
        return none;
    }
    let intact = text.as_bytes().windows(2).filter(|pair| matches!(*pair, b"fi" | b"fl" | b"ff")).count();
    let judged = |left: Left| {
        let (mut gains, mut seen): (Vec<f32>, HashSet<&str>) = Default::default();
        for &n in &odd {
            let mut readings = Vec::new();
            if left == Left::Space && n > 0 {
                propose(left, text, n - 1, words, lexicon, &mut readings);
                readings.retain(|reading| reading.words.contains(&n));
            }
            propose(left, text, n, words, lexicon, &mut readings);
            let cap = |reading: &Reading| if reading.text.len() > SHORT_WORD { ONE_WORD } else { ONE_SHORT };
            let gain_of = |r: &Reading| (r.cost + gain(text, words, r, lexicon)).min(cap(r));
            let best = readings.iter().map(gain_of).max_by(f32::total_cmp);
            if let Some(best) = best.filter(|_| seen.insert(words[n].text(text))) {
                gains.push(best);
            }
        }
        let evidence = weigh(&gains, intact + gains.len());
        Judged { nats: evidence.nats, rate: evidence.rate, left }
    };
    let (nothing, space) = (judged(Left::Nothing), judged(Left::Space));
    if nothing.nats >= space.nats { nothing } else { space }
}

/// Puts ligatures where nothing is left of them, or a space.
pub(crate) fn repair_unmarked(judged: Judged, text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let mut readings = Vec::new();
    for n in 0..words.len() {
        propose(judged.left, text, n, words, lexicon, &mut readings);
    }
    for reading in &mut readings {
        reading.cost += judged.rate.ln();
    }
    push_chosen(text, words, &readings, lexicon, out);
}

/// What the words from one on may be with a ligature.
fn propose(left: Left, text: &str, n: usize, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Reading>) {
    match left {
        Left::Nothing => inserted_readings(text, n, &words[n], lexicon, out),
        Left::Space => torn_readings(text, n, words, lexicon, out),
    }
}

/// Whether a word with a ligature put in is likely enough to be looked at.
fn reading(text: String, words: std::ops::Range<usize>, first: &Word, lexicon: &Lexicon) -> Option<Reading> {
    let is_word = lexicon.log(&text).is_none_or(|log| text.len() > 3 || log > SHORT);
    let mut ids = first.parting();
    (is_word && ids_of(&text, lexicon, &mut ids)).then_some(Reading { words, text, ids, cost: LOG })
}

/// log P of a word of three letters that is looked at.
const SHORT: f32 = -10.0;

/// A word with a ligature at some place, where that makes a known word.
fn inserted_readings(text: &str, n: usize, word: &Word, lexicon: &Lexicon, out: &mut Vec<Reading>) {
    let letters = word.text(text);
    let is_word = letters.is_ascii() && (1..16).contains(&letters.len());
    if !is_word || letters[1..].contains(|c: char| c.is_uppercase()) || letters.bytes().any(|b| b.is_ascii_digit()) {
        return;
    }
    // A ligature has no capitals: it begins no word that has one.
    let from = usize::from(letters.starts_with(char::is_uppercase));
    for at in from..=letters.len() {
        for ligature in LIGATURES {
            let text = format!("{}{ligature}{}", &letters[..at], &letters[at..]);
            out.extend(reading(text, n..n + 1, word, lexicon));
        }
    }
}

/// A word and the next with a ligature in the place of the space, or one of them with it where two spaces stand.
fn torn_readings(text: &str, n: usize, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Reading>) {
    let word = &words[n];
    let letters = word.text(text);
    if !letters.is_ascii() {
        return;
    }
    let gap = words.get(n + 1).map_or("", |next| &text[word.span.end..next.span.start]);
    let next = words.get(n + 1).filter(|next| gap == " " && (!word.known || !next.known));
    for ligature in LIGATURES {
        if let Some(next) = next {
            let text = format!("{letters}{ligature}{}", next.text(text));
            out.extend(reading(text, n..n + 2, word, lexicon));
        }
        if gap == "  " && !word.known || gap.starts_with(" ,") || gap.starts_with(" .") {
            out.extend(reading(format!("{letters}{ligature}"), n..n + 1, word, lexicon));
        }
        if text[..word.span.start].ends_with("  ") {
            out.extend(reading(format!("{ligature}{letters}"), n..n + 1, word, lexicon));
        }
    }
}

fn push_chosen(text: &str, words: &[Word], readings: &[Reading], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    for chosen in decode(text, words, readings, lexicon) {
        let reading = &readings[chosen];
        let span = words[reading.words.start].span.start..words[reading.words.end - 1].span.end;
        out.push(Patch::new(span, reading.text.clone(), Damage::LostLigature));
    }
}
