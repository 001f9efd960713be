//! Line ends: words cut by a hyphen are put together, line ends inside of paragraphs read as spaces.

use std::collections::HashSet;
use std::ops::Range;

use super::Damage;
use super::layers::Patch;
use super::lexicon::Lexicon;

/// Widest line of a column of text, in bytes; longer lines are paragraphs.
const MAX_WIDTH: usize = 130;

/// Characters that cut a word at a line end: hyphens, and the sign that some OCR engines write for one.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '\u{AD}' | '¬')
}

/// A word cut at a line end.
struct Cut {
    /// From the hyphen to the first byte of the next line.
    gap: Range<usize>,
    hyphen: char,
    /// The letters before and after.
    first: Range<usize>,
    second: Range<usize>,
    /// The end of what follows without a space.
    end: usize,
}

/// Puts words together that a hyphen cuts at a line end. The line end moves behind the word.
pub(crate) fn join(text: &str, lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let cuts: Vec<Cut> = text.match_indices('\n').filter_map(|(at, _)| cut(text, at)).collect();
    if cuts.is_empty() {
        return;
    }
    let words = words_of(text);
    let natures: Vec<Nature> = cuts.iter().map(|cut| nature(text, cut, lexicon, &words)).collect();
    let cuts_words = natures.contains(&Nature::Cut);
    for (cut, nature) in cuts.iter().zip(natures) {
        // Compounds are put together only in text whose lines do cut words.
        let hyphen = match nature {
            Nature::Cut => "",
            Nature::Unknown if cuts_words => "",
            Nature::Compound if cuts_words && cut.hyphen != '\u{AD}' => "-",
            _ => continue,
        };
        let line_end = &text[cut.gap.start + cut.hyphen.len_utf8()..cut.gap.end];
        let line_end = if line_end.contains("\r\n") { "\r\n" } else { "\n" };
        let rest = &text[cut.end..];
        // The space after the word gives way; a line of one word goes.
        let end = cut.end + usize::from(rest.starts_with(' '));
        let line_end = if rest.is_empty() || rest.starts_with(['\n', '\r']) { "" } else { line_end };
        if out.last().is_some_and(|last| last.span.end > cut.gap.start) {
            continue;
        }
        let replacement = format!("{hyphen}{}{line_end}", &text[cut.second.start..cut.end]);
        out.push(Patch::new(cut.gap.start..end, replacement, Damage::LineHyphen));
    }
}

/// The cut word around a line end, if there is one.
fn cut(text: &str, line_end: usize) -> Option<Cut> {
    let before = text[..line_end].trim_end_matches([' ', '\r']);
    let hyphen = before.chars().next_back().filter(|&c| is_hyphen(c))?;
    let gap_start = before.len() - hyphen.len_utf8();
    let stem = &text[..gap_start];
    let first_length = stem.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum::<usize>();
    let after = &text[line_end + 1..];
    // Lines that are set in are no column of text.
    let start = line_end + 1 + usize::from(after.starts_with(' '));
    let letters = |c: &char| c.is_alphabetic() || *c == '\'' || *c == '’';
    let second_length = text[start..].chars().take_while(letters).map(char::len_utf8).sum::<usize>();
    let chunk = text[start..].find(char::is_whitespace).map_or(text.len(), |n| start + n);
    let open = stem.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(n, c)| n + c.len_utf8());
    // Addresses, paths and code are broken at their hyphens, and keep them.
    let is_prose = |c: char| {
        c.is_alphabetic()
            || matches!(c, '-' | '\'' | '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')')
            || matches!(c, '’' | '‘' | '“' | '”' | '"' | '—' | '–' | '…')
    };
    let is_prose = text[open..gap_start].chars().chain(text[start..chunk].chars()).all(is_prose);
    (first_length > 0 && second_length > 0 && is_prose).then(|| Cut {
        gap: gap_start..start,
        hyphen,
        first: gap_start - first_length..gap_start,
        second: start..start + second_length,
        end: chunk,
    })
}

/// The words of a text that stand within a line, in lower case.
fn words_of(text: &str) -> HashSet<String> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’');
    text.split(|c: char| !is_word(c)).filter(|word| !word.ends_with('-')).map(str::to_lowercase).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// A word that was cut.
    Cut,
    /// What is no word together, and no compound of words either: a name, or a rare word.
    Unknown,
    /// A compound whose hyphen stays.
    Compound,
    /// Neither for sure.
    Other,
}

fn nature(text: &str, cut: &Cut, lexicon: &Lexicon, words: &HashSet<String>) -> Nature {
    let (first, second) = (&text[cut.first.clone()], &text[cut.second.clone()]);
    let second = second.trim_end_matches(['\'', '’']).trim_end_matches("'s").trim_end_matches("’s");
    if second.is_empty() {
        return Nature::Other;
    }
    let is_compound_hyphen = matches!(cut.hyphen, '-' | '‐');
    let upper = |word: &str| word.chars().all(char::is_uppercase);
    if second.chars().next().is_some_and(char::is_uppercase) && !(upper(first) && upper(second) && first.len() > 1) {
        return if is_compound_hyphen { Nature::Compound } else { Nature::Cut };
    }
    let (joined, hyphened) = (format!("{first}{second}"), format!("{first}-{second}"));
    let log = |word: &str| {
        let here = words.contains(&word.to_lowercase());
        let seen = here.then_some(SEEN);
        match lexicon.log(word) {
            Some(log) => Some(log.max(seen.unwrap_or(f32::NEG_INFINITY))),
            None => seen,
        }
    };
    match (log(&joined), log(&hyphened).filter(|_| is_compound_hyphen)) {
        (Some(joined), Some(hyphened)) if joined >= hyphened => Nature::Cut,
        (_, Some(_)) => Nature::Compound,
        (Some(_), None) => Nature::Cut,
        // A suspended hyphen: "pre- and post-war".
        (None, None) if matches!(second, "and" | "or" | "to") => Nature::Other,
        (None, None) if !is_compound_hyphen => Nature::Unknown,
        (None, None) if first.ends_with("ly") => Nature::Compound,
        (None, None) => {
            let is_part = |word: &str| word.len() > 2 && lexicon.log(word).is_some_and(|log| log > PART);
            if is_part(first) && is_part(second) { Nature::Compound } else { Nature::Unknown }
        }
    }
}

/// log P of a word that stands elsewhere in the text.
const SEEN: f32 = -9.0;
/// log P of a word that may well be half of a compound.
const PART: f32 = -14.0;

/// The line ends inside of paragraphs, as spans of the text.
pub(crate) fn soft_line_ends(text: &str) -> Vec<Range<usize>> {
    let lines: Vec<Range<usize>> = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start..start + line.trim_end_matches(['\n', '\r', ' ']).len())
        })
        .collect();
    let mut widths: Vec<usize> = lines.iter().map(Range::len).filter(|&width| width > 0).collect();
    widths.sort_unstable();
    // A few lines may stick out.
    let Some(&width) = widths.get((widths.len() * 19 / 20).min(widths.len().saturating_sub(1))) else {
        return Vec::new();
    };
    if width > MAX_WIDTH {
        return Vec::new();
    }
    let (mut found, mut lower, mut open, mut ends) = (Vec::new(), 0, 0, 0);
    for pair in lines.windows(2) {
        let (line, next) = (&text[pair[0].clone()], &text[pair[1].clone()]);
        let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else { continue };
        ends += 1;
        if matches!(last, '.' | '!' | '?' | ':' | '…' | '"' | '”') {
            continue;
        }
        open += 1;
        lower += usize::from(first.is_lowercase());
        let word = next.split(char::is_whitespace).next().map_or(0, str::len);
        let is_full = 10 * (line.len() + 1 + word) > 8 * width;
        if first.is_lowercase() && last != '-'
            || is_full && (first.is_alphanumeric() || matches!(first, '"' | '“' | '(' | '$' | '£'))
        {
            found.push(pair[0].end..pair[1].start);
        }
    }
    // Paragraphs that go on line after line: most lines end within a sentence, and half of the next begin in lower case.
    let goes_on = lower >= 2 && 2 * open >= ends && 2 * lower >= open;
    if goes_on { found } else { Vec::new() }
}
