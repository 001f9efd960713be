//! Ligatures, decomposed accents and other characters that stand for others.
//!
//! Source of the values: Unicode Character Database, decomposition mappings.

use unicode_normalization::char::compose;
use unspin_core::text::hidden::letters;

use super::Damage;
use super::characters::{Code, after, before, is_combining, is_east_asian, is_latin, non_ascii};
use super::layers::Patch;

/// The letters of a ligature that is one character, or of a long s.
fn ligature(c: char) -> Option<&'static str> {
    letters(c).or_else(|| (c == 'ſ').then_some("s"))
}

/// What a full-width sign, digit or space is in Latin text; letters are styled ones.
fn narrow(c: char) -> Option<char> {
    match c {
        '\u{3000}' => Some(' '),
        '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => None,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{FFE0}' => Some('¢'),
        '\u{FFE1}' => Some('£'),
        '\u{FFE5}' => Some('¥'),
        // Letters that are there twice, canonically the same.
        '\u{212A}' => Some('K'),
        '\u{212B}' => Some('Å'),
        _ => None,
    }
}

/// Whether a character may have to be written with others.
pub(crate) fn stands_for_others(c: char) -> bool {
    ligature(c).is_some() || narrow(c).is_some() || is_combining(c)
}

/// Composes, narrows and parts what stands for other characters.
pub(crate) fn repair(text: &str, out: &mut Vec<Patch>) {
    let mut found: Vec<(usize, char)> = Vec::new();
    let mut east = 0;
    non_ascii(text, |at, c| {
        east += usize::from(is_east_asian(c));
        if stands_for_others(c) {
            found.push((at, c));
        }
    });
    if found.is_empty() {
        return;
    }
    let code = Code::of(text);
    for (at, c) in found {
        let end = at + c.len_utf8();
        if code.contains(at) {
            continue;
        }
        if let Some(letters) = ligature(c) {
            let is_letter = |c: Option<char>| c.is_some_and(|c| is_latin(c) || is_combining(c));
            if is_letter(before(text, at)) || is_letter(after(text, end)) {
                let damage = if c == 'ſ' { Damage::LongS } else { Damage::Ligature };
                out.push(Patch::new(at..end, letters, damage));
            }
        } else if let Some(c) = narrow(c) {
            let beside = [before(text, at), after(text, end)];
            let is_east = east > text.len() / 16 || beside.into_iter().flatten().any(is_east_asian);
            if !is_east || matches!(c, 'K' | 'Å') {
                out.push(Patch::new(at..end, c.to_string(), Damage::Compatibility));
            }
        } else {
            compose_mark(text, at, c, out);
        }
    }
}

/// A mark and the letter before it, as one character if there is one.
fn compose_mark(text: &str, at: usize, mark: char, out: &mut Vec<Patch>) {
    let end = at + mark.len_utf8();
    if let Some(last) = out.last_mut()
        && last.span.end == at
        && last.damage == Damage::Compatibility
        && let Some(base) = last.text.pop()
    {
        // A second mark on what was just composed.
        match compose(base, mark) {
            Some(whole) => {
                last.text.push(whole);
                last.span.end = end;
            }
            None => last.text.push(base),
        }
        return;
    }
    let Some(base) = before(text, at).filter(|&c| is_latin(c)) else { return };
    if let Some(whole) = compose(base, mark) {
        out.push(Patch::new(at - base.len_utf8()..end, whole.to_string(), Damage::Compatibility));
    }
}
