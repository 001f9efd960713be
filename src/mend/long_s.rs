//! The long s of old print, read as an f: "firft", "Houfe". Decided by the words and by how often the text has it.

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, decode, gain};
use super::evidence::{ONE_WORD, weigh};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::words::{Word, ids_of};

/// Places of one word that are tried.
const MAX_PLACES: usize = 4;
/// Words that are none with an f, at the least: "bfd" is one that the lexicon lacks.
const LEAST: usize = 2;

/// What a text says of its long s.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) nats: f32,
    /// The share of the long s that were read as an f.
    rate: f32,
}

/// Judges by the words that are none with an f and some with an s.
pub(crate) fn judge(text: &str, words: &[Word], lexicon: &Lexicon) -> Judged {
    let (mut gains, mut seen): (Vec<f32>, HashSet<&str>) = Default::default();
    let (mut places, mut replaced, mut intact) = (0, 0, 0);
    for (n, word) in words.iter().enumerate() {
        let letters = word.text(text);
        let whole = before_lower(letters, b's').count();
        intact += whole;
        places += usize::from(whole > 0);
        let may_be = !word.known && letters.len() > 2 && letters.contains('f') && !letters.contains('-');
        if !may_be || word.is_in_address(text) {
            continue;
        }
        let found = readings_of(letters, n, word, lexicon);
        places += usize::from(whole == 0 && !found.is_empty());
        if !found.is_empty() && seen.insert(letters) {
            let best = found.iter().map(|r| gain(text, words, r, lexicon)).fold(f32::MIN, f32::max);
            gains.push(best.min(ONE_WORD));
            replaced += found.iter().map(|r| r.cost as usize).min().unwrap_or(0);
        }
    }
    let nats = if gains.len() < LEAST { 0.0 } else { weigh(&gains, places).nats };
    Judged { nats, rate: (replaced as f32 / (replaced + intact).max(1) as f32).clamp(0.02, 0.98) }
}

/// Writes s for the f that an s was read as.
pub(crate) fn repair(judged: Judged, text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let mut readings: Vec<Reading> = Vec::new();
    for (n, word) in words.iter().enumerate() {
        readings.extend(readings_of(word.text(text), n, word, lexicon));
    }
    for reading in &mut readings {
        // Until now the cost counts the places.
        reading.cost *= judged.rate.ln();
    }
    for chosen in decode(text, words, &readings, lexicon) {
        let reading = &readings[chosen];
        out.push(Patch::new(words[reading.words.start].span.clone(), reading.text.clone(), Damage::LongS));
    }
}

/// The places of a letter before a lower-case one.
fn before_lower(word: &str, letter: u8) -> impl Iterator<Item = usize> + '_ {
    let bytes = word.as_bytes();
    (1..bytes.len()).filter(move |&at| bytes[at - 1] == letter && bytes[at].is_ascii_lowercase()).map(|at| at - 1)
}

/// The known words that a word may be, its cost the number of letters that changed.
fn readings_of(letters: &str, n: usize, word: &Word, lexicon: &Lexicon) -> Vec<Reading> {
    let places: Vec<usize> = before_lower(letters, b'f').take(MAX_PLACES).collect();
    let mut out = Vec::new();
    for chosen in 1u32..1 << places.len() {
        let mut bytes = letters.as_bytes().to_vec();
        for (bit, &at) in places.iter().enumerate() {
            if chosen >> bit & 1 == 1 {
                bytes[at] = b's';
            }
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let mut ids = word.parting();
        if ids_of(&text, lexicon, &mut ids) || mends_compound(letters, &text, lexicon) {
            out.push(Reading { words: n..n + 1, text, ids, cost: chosen.count_ones() as f32 });
        }
    }
    out
}

/// Whether a compound has known words alone where it had others: "moft-popular".
fn mends_compound(letters: &str, with: &str, lexicon: &Lexicon) -> bool {
    let parts = || letters.split('-').zip(with.split('-'));
    parts().count() > 1
        && parts().all(|(old, new)| new.len() > 1 && lexicon.knows(new) && (old == new || !lexicon.knows(old)))
}
