//! A word without spaces as the words that it is joined of: letters, numbers and compounds, each parted in its way.

use super::decode::{Reading, UNKNOWN_NAME};
use super::segment::Segmenter;
use super::words::{LONGEST, Word, ids_of};

/// What a capital within a word says for a space there, in nats.
const BORDER: f32 = 5.0;
/// What an unknown word at the end of a number costs, in nats, of which the model sees the number alone:
/// "32-year-oldtown".
const NUMBER_STANDS: f32 = 13.0;
/// The longest word that is parted, in letters.
const MAX_LETTERS: usize = 600;

/// An unknown word as the words that it is joined of.
pub(crate) fn joined_reading(text: &str, n: usize, word: &Word, segmenter: &Segmenter) -> Option<Reading> {
    let letters = word.text(text);
    let count = letters.chars().count();
    if !(3..=MAX_LETTERS).contains(&count) || count < LONGEST && letters.split('-').any(is_code) {
        return None;
    }
    let parts = parts_of(letters, segmenter)?;
    let lexicon = segmenter.lexicon;
    let mut ids = word.parting();
    let (mut known, mut cost) = (0, 0.0);
    for part in &parts {
        let is_name = part.starts_with(char::is_uppercase) && part.chars().count() > 2;
        if ids_of(part, lexicon, &mut ids) {
            known += 1;
        } else if is_name || count >= LONGEST || part.contains('-') {
            let is_word = |part: &str| lexicon.knows(part) || part.bytes().all(|b| b.is_ascii_digit());
            let is_compound = part.contains('-') && part.split('-').all(is_word);
            known += usize::from(is_compound);
            cost += if is_compound { 0.0 } else { UNKNOWN_NAME };
        } else {
            return None;
        }
    }
    if count < LONGEST {
        cost += border(letters, &parts);
    }
    // Words all, or a name among them.
    let is_enough = if count < LONGEST { known + 1 >= parts.len() } else { 3 * known >= 2 * parts.len() };
    (parts.len() > 1 && is_enough && known > 0).then(|| Reading { words: n..n + 1, text: parts.join(" "), ids, cost })
}

/// Whether letters and digits make a name: "B2B", "150m", but not "65previously".
fn is_code(section: &str) -> bool {
    let letters = section.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = letters.len() < section.len() && (letters.is_empty() || letters.len() > 4);
    section.contains(|c: char| c.is_ascii_digit()) && !(is_number && letters.chars().all(char::is_alphabetic))
}

/// What the letters say for a space, in nats.
fn border(letters: &str, parts: &[String]) -> f32 {
    if letters.starts_with(|c: char| c.is_ascii_digit()) {
        NUMBER_STANDS
    } else if parts.iter().skip(1).any(|part| part.starts_with(char::is_uppercase)) {
        BORDER
    } else {
        0.0
    }
}

/// The words of letters without spaces. Those of a compound are parted by themselves: "12-inchRetina".
fn parts_of(letters: &str, segmenter: &Segmenter) -> Option<Vec<String>> {
    let mut parts: Vec<String> = Vec::new();
    for (n, section) in letters.split('-').enumerate() {
        let mut found: Vec<&str> = Vec::new();
        let is_compound = section.len() < letters.len();
        let is_title = section.starts_with(char::is_uppercase) && !section.chars().skip(1).any(char::is_uppercase);
        if is_compound && (segmenter.knows(section) || is_title && section.len() < LONGEST) {
            found.push(section);
        } else {
            for piece in pieces(section) {
                if piece.starts_with(|c: char| c.is_ascii_digit()) || piece.chars().count() < 2 {
                    found.push(piece);
                } else {
                    found.extend(segmenter.segment(piece)?);
                }
            }
        }
        let mut found = found.into_iter();
        if let Some(last) = parts.last_mut().filter(|_| n > 0) {
            last.push('-');
            last.push_str(found.next()?);
        }
        parts.extend(found.map(str::to_string));
    }
    Some(parts)
}

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
