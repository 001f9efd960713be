//! Mojibake: UTF-8 that was read in another encoding, and bytes of Windows-1252 that were read as control characters.
//!
//! Each character that may be misread is judged by itself, then by the company it keeps: doubtful ones count only in
//! a text that has certain ones of the same encoding. A layer of misreading goes at a time; the caller asks again.

mod encodings;
mod judge;
mod tables;

use encodings::Encoding;
use judge::{Sequence, Sure, block};

use super::Damage;
use super::characters::{after, before, non_ascii};
use super::layers::Patch;

/// Runs of characters outside of ASCII that stand side by side, at least two each.
fn runs(text: &str) -> (Vec<(usize, char)>, Vec<std::ops::Range<usize>>) {
    let mut chars: Vec<(usize, char)> = Vec::new();
    let mut start = 0;
    let mut runs = Vec::new();
    let close = |start: usize, chars: &mut Vec<(usize, char)>, runs: &mut Vec<std::ops::Range<usize>>| {
        if chars.len() - start > 1 {
            runs.push(start..chars.len());
        } else {
            chars.truncate(start);
        }
    };
    non_ascii(text, |at, c| {
        if chars.len() > start && chars.last().is_some_and(|&(last, c)| last + c.len_utf8() != at) {
            close(start, &mut chars, &mut runs);
            start = chars.len();
        }
        chars.push((at, c));
    });
    close(start, &mut chars, &mut runs);
    (chars, runs)
}

/// Whether a run is nothing but sequences of an encoding, two at least.
fn is_whole(mut run: &[(usize, char)], encoding: Encoding) -> bool {
    let mut sequences = 0;
    while let Some((_, count)) = encoding.decode(run) {
        run = &run[count..];
        sequences += 1;
    }
    run.is_empty() && sequences > 1
}

/// Calls `each` with every sequence of a run that an encoding reads back.
fn sequences(text: &str, run: &[(usize, char)], encoding: Encoding, mut each: impl FnMut(usize, &Sequence)) {
    let mut at = 0;
    let whole = is_whole(run, encoding);
    let (mut row_end, mut row, mut around) = (0, 0, [None; 2]);
    while at < run.len() {
        let Some((decoded, count)) = encoding.decode(&run[at..]) else {
            at += 1;
            continue;
        };
        if at >= row_end {
            (row, row_end) = (0, at);
            while let Some((_, count)) = encoding.decode(&run[row_end..]).filter(|d| block(d.0) == block(decoded)) {
                row += 1;
                row_end += count;
            }
            let (last, c) = run[row_end - 1];
            around = [before(text, run[at].0), after(text, last + c.len_utf8())];
        }
        let raw = &run[at..at + count];
        let end = raw[count - 1].0 + raw[count - 1].1.len_utf8();
        let sequence = Sequence {
            encoding,
            raw,
            decoded,
            before: before(text, raw[0].0),
            after: after(text, end),
            row,
            whole,
            around,
        };
        each(at, &sequence);
        at += count;
    }
}

/// Reads back one layer of misread characters.
pub(crate) fn repair(text: &str, out: &mut Vec<Patch>) {
    let (chars, runs) = runs(text);
    if !runs.is_empty() {
        let mut certain = Encoding::ALL.map(|encoding| (0usize, encoding));
        for run in &runs {
            for (count, encoding) in &mut certain {
                sequences(text, &chars[run.clone()], *encoding, |_, s| {
                    *count += usize::from(s.sure() == Sure::Certain)
                });
            }
        }
        // The order of the encodings decides between equals.
        certain.sort_by_key(|&(count, _)| std::cmp::Reverse(count));
        for run in &runs {
            read_back(text, &chars[run.clone()], &certain, out);
        }
        if certain[0].0 > 0 {
            lossy(text, certain[0].1, out);
        }
    }
    if out.is_empty() {
        lone_a(text, out);
    }
    if out.is_empty() {
        controls(text, out);
    }
}

/// Reads back one run: at each place the encoding that the text has most of.
fn read_back(text: &str, run: &[(usize, char)], certain: &[(usize, Encoding); 7], out: &mut Vec<Patch>) {
    let mut best: Vec<Option<(usize, char)>> = vec![None; run.len()];
    let mut free = vec![true; run.len()];
    for &(_, encoding) in certain.iter().filter(|(count, _)| *count > 0) {
        for wanted in [Sure::Certain, Sure::Doubtful] {
            sequences(text, run, encoding, |at, s| {
                let range = at..at + s.raw.len();
                if s.sure() >= wanted && free[range.clone()].iter().all(|free| *free) {
                    best[at] = Some((s.raw.len(), s.decoded));
                    free[range].fill(false);
                }
            });
        }
    }
    for (at, found) in best.iter().enumerate() {
        let Some((count, decoded)) = *found else { continue };
        let (start, (last, c)) = (run[at].0, run[at + count - 1]);
        let span = start..last + c.len_utf8();
        match out.last_mut() {
            Some(patch) if patch.span.end == span.start => {
                patch.span.end = span.end;
                patch.text.push(decoded);
            }
            _ => out.push(Patch::new(span, decoded, Damage::Mojibake)),
        }
    }
}

/// Characters of which a byte was lost on the way: a closing quotation mark, a no-break space.
fn lossy(text: &str, encoding: Encoding, out: &mut Vec<Patch>) {
    let (stump, lost) = match encoding {
        Encoding::Windows1252 => ("â€", '”'),
        Encoding::Windows1250 => ("â€", '‘'),
        Encoding::Windows1251 => ("вЂ", '‘'),
        _ => ("", ' '),
    };
    let mut more: Vec<Patch> = Vec::new();
    for (at, _) in text.match_indices(stump).filter(|_| !stump.is_empty()) {
        let end = at + stump.len();
        let next = after(text, end);
        match next {
            Some(c @ ('?' | '\u{FFFD}')) => more.push(Patch::new(at..end + c.len_utf8(), lost, Damage::Mojibake)),
            Some(c) if !c.is_ascii() => {}
            _ => more.push(Patch::new(at..end, lost, Damage::Mojibake)),
        }
    }
    if !matches!(encoding, Encoding::MacRoman | Encoding::Windows1251 | Encoding::Cp437) {
        for (at, _) in text.match_indices("Â ") {
            if !before(text, at).is_some_and(char::is_uppercase) {
                more.push(Patch::new(at..at + 2, "", Damage::Mojibake));
            }
        }
        for (at, _) in text.match_indices("Å ") {
            let opens = !before(text, at).is_some_and(char::is_alphanumeric);
            if opens && after(text, at + 3).is_some_and(char::is_lowercase) {
                more.push(Patch::new(at..at + 3, "Š", Damage::Mojibake));
            }
        }
        for (at, _) in text.match_indices("Ã ") {
            let is_word = before(text, at).is_none_or(|c| !c.is_uppercase());
            // The second space of two is the one between words.
            let end = if text[at + 3..].starts_with(' ') { at + 3 } else { at + 2 };
            if is_word {
                more.push(Patch::new(at..end, "à", Damage::Mojibake));
            }
        }
    }
    out.retain(|patch| !more.iter().any(|m| m.span.start < patch.span.end && patch.span.start < m.span.end));
    out.extend(more);
    out.sort_by_key(|patch| patch.span.start);
}

/// An "Ã" that ends a word in lower case was an "à" with a no-break space in it.
fn lone_a(text: &str, out: &mut Vec<Patch>) {
    for (at, _) in text.match_indices("Ã ") {
        if before(text, at).is_some_and(|c| c.is_ascii_lowercase()) {
            let end = if text[at + 3..].starts_with(' ') { at + 3 } else { at + 2 };
            out.push(Patch::new(at..end, "à", Damage::Mojibake));
        }
    }
}

/// Control characters that were bytes of Windows-1252: nothing else writes them.
fn controls(text: &str, out: &mut Vec<Patch>) {
    let windows: Vec<char> = tables::WINDOWS_1252.chars().take(32).collect();
    non_ascii(text, |at, c| {
        if !matches!(c, '\u{80}'..='\u{9F}') {
            return;
        }
        let real = windows[(c as u32 - 0x80) as usize];
        let end = at + c.len_utf8();
        // U+0085 ends lines in some old systems.
        let ends_line = c == '\u{85}' && after(text, end).is_none_or(|c| c == '\n');
        // A class or a literal of source code shows it by itself.
        let is_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '\'' | '"' | '`' | '[' | ']' | '-' | '\\'));
        let is_literal = is_quote(before(text, at)) && is_quote(after(text, end));
        if real != c && !ends_line && !is_literal {
            out.push(Patch::new(at..end, real, Damage::Mojibake));
        }
    });
}
