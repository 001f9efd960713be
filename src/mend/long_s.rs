//! The long s of old print, read as an f: "firft", "Houfe". Decided by the words and by how often the text has it.

use std::collections::HashSet;

use super::Damage;
use super::decode::{Reading, decode, gain};
use super::evidence::{BELIEVED, ONE_WORD, weigh};
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::words::{Word, ids_of};

/// Places of one word that are tried.
const MAX_PLACES: usize = 4;
/// Writes s for the f that an s was read as.
pub(crate) fn repair(text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let mut readings: Vec<Reading> = Vec::new();
    let (mut gains, mut seen): (Vec<f32>, HashSet<&str>) = Default::default();
    let (mut places, mut replaced, mut intact) = (0, 0, 0);
    for (n, word) in words.iter().enumerate() {
        let letters = word.text(text);
        let whole = before_lower(letters, b's').count();
        intact += whole;
        let known = readings.len();
        readings.extend(readings_of(letters, n, word, lexicon));
        let found = &readings[known..];
        places += usize::from(whole > 0 || !found.is_empty());
        if !word.known && letters.len() > 2 && !letters.contains('-') && !found.is_empty() && seen.insert(letters) {
            let best = found.iter().map(|r| gain(text, words, r, lexicon)).fold(f32::MIN, f32::max);
            gains.push(best.min(ONE_WORD));
            replaced += found.iter().map(|r| r.cost as usize).min().unwrap_or(0);
        }
    }
    if weigh(&gains, places).nats < BELIEVED {
        return;
    }
    let rate = (replaced as f32 / (replaced + intact) as f32).clamp(0.02, 0.98);
    for reading in &mut readings {
        // Until now the cost counts the places.
        reading.cost *= rate.ln();
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
