//! Words written l i k e  t h i s: letters put together, and the words parted where the gaps do not say it.

use std::ops::Range;

use super::Damage;
use super::layers::Patch;
use super::lexicon::Lexicon;
use super::segment::Segmenter;

/// A run of single letters with one space between them, or a mark that parts no words.
struct Run {
    span: Range<usize>,
    /// The letters and marks without the spaces.
    letters: String,
    /// How many spaces were taken out.
    spaces: usize,
}

/// log P of two words with a narrow gap between them where others have wide ones.
const NARROW: f32 = -5.0;

/// log P of a letter of a name, natural: dearer, "O s w a l d o" reads "Oswal do" (`../shared/eval/mangle.py`, kind `spaced`).
const NAME_LETTER: f32 = -1.6;

/// Puts letter-spaced words together.
pub(crate) fn repair(text: &str, lexicon: &Lexicon, out: &mut Vec<Patch>) {
    let groups = groups(text);
    if groups.is_empty() {
        return;
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 2;
    let seen = text.split(|c: char| !c.is_alphabetic()).filter(is_word).map(str::to_lowercase).collect();
    let mut segmenter = Segmenter { lexicon, seen, cost: 0.0, name_letter: NAME_LETTER };
    let sure: usize = groups.iter().map(|group| sure_words(group, &segmenter)).sum();
    if sure == 0 {
        return;
    }
    if groups.iter().any(|group| group.len() > 1) {
        segmenter.cost = NARROW;
    }
    for group in &groups {
        for (n, run) in group.iter().enumerate() {
            let Some(joined) = joined(run, &segmenter, sure > 1) else { continue };
            // The wide gap behind a word becomes a space.
            let end = group.get(n + 1).map_or(run.span.end, |next| next.span.start);
            let gap = if end > run.span.end { " " } else { "" };
            out.push(Patch::new(run.span.start..end, format!("{joined}{gap}"), Damage::LetterSpaced));
        }
    }
}

/// What a run reads, put together; `None` if it is none of words.
fn joined(run: &Run, segmenter: &Segmenter, has_company: bool) -> Option<String> {
    let count = run.letters.chars().filter(|c| c.is_alphabetic()).count();
    let knows = segmenter.knows(&run.letters);
    let is_initials = run.letters.chars().all(|c| !c.is_lowercase());
    let is_enough = match count {
        0 | 1 => false,
        2 | 3 => has_company && (knows || count == 3),
        _ => has_company || !is_initials || knows,
    };
    if run.spaces == 0 || !is_enough {
        return None;
    }
    if segmenter.cost < 0.0
        && let Some(parted) = with_article(&run.letters, segmenter.lexicon)
    {
        return Some(parted);
    }
    // Between wide gaps stands one word; where all are the same "i s a" is none.
    if knows && (segmenter.cost < 0.0 || count > 3) {
        return Some(run.letters.clone());
    }
    // Marks stay where they are; letters between them are parted by themselves.
    let mut out = String::with_capacity(run.letters.len() + 4);
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
    for piece in run.letters.split_inclusive(|c: char| !is_letter(c)) {
        let mut letters = piece.trim_end_matches(|c: char| !is_letter(c));
        let mut rest = &piece[letters.len()..];
        // "the U.S.": the letter before a stop is no part of the word before it.
        let initial = letters.chars().next_back().filter(|c| rest == "." && c.is_uppercase());
        let has_initial = initial.filter(|c| letters.trim_end_matches(*c).ends_with(char::is_lowercase));
        if let Some(initial) = has_initial {
            letters = &letters[..letters.len() - initial.len_utf8()];
            rest = &piece[letters.len()..];
        }
        if letters.chars().count() < 2 || segmenter.knows(letters) && (segmenter.cost < 0.0 || letters.len() > 3) {
            out.push_str(letters);
        } else {
            out.push_str(&segmenter.segment(letters)?.join(" "));
        }
        if has_initial.is_some() {
            out.push(' ');
        }
        out.push_str(rest);
    }
    Some(out)
}

/// A word of one letter beside a letter-spaced one, which no wide gap parts from it: "i s a".
fn with_article(letters: &str, lexicon: &Lexicon) -> Option<String> {
    let log = |word: &str| lexicon.log(word).unwrap_or(f32::NEG_INFINITY);
    let is_word = |letter: &&str| matches!(*letter, "a" | "A" | "I");
    let (first, last) = (letters.get(..1).filter(is_word), letters.get(letters.len() - 1..).filter(is_word));
    let front = first.map(|first| (first, &letters[1..]));
    let back = last.map(|last| (&letters[..letters.len() - 1], last));
    front
        .into_iter()
        .chain(back)
        .find(|(left, right)| log(left) + log(right) > log(letters).max(f32::MIN))
        .map(|(left, right)| format!("{left} {right}"))
}

/// How many words of a group leave no doubt that it is letter-spaced.
fn sure_words(group: &[Run], segmenter: &Segmenter) -> usize {
    let is_sure = |run: &&Run| {
        let count = run.letters.chars().count();
        let lower = run.letters.chars().filter(|c| c.is_lowercase()).count();
        let is_word = || {
            segmenter.lexicon.knows(&run.letters)
                || segmenter
                    .segment(&run.letters)
                    .is_some_and(|parts| parts.iter().all(|part| segmenter.knows(part)) && parts.len() * 3 <= count)
        };
        // The alphabet is no word.
        let is_row = run
            .letters
            .as_bytes()
            .windows(3)
            .any(|w| w[0].wrapping_add(1) == w[1] && w[1].wrapping_add(1) == w[2] && w[1].is_ascii_alphabetic());
        run.spaces > 2 && !is_row && count >= 4 && (lower >= 3 || count >= 6) && is_word()
    };
    group.iter().filter(is_sure).count()
}

/// Marks that stand between letters of one word.
fn joins(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '.' | '&' | '/')
}

/// Runs of single letters, those that only wide gaps part together.
fn groups(text: &str) -> Vec<Vec<Run>> {
    let mut groups: Vec<Vec<Run>> = Vec::new();
    let bytes = text.as_bytes();
    let mut chars = text.char_indices().peekable();
    let (mut last, mut last_end) = (' ', usize::MAX);
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let before = std::mem::replace(&mut last, c);
        // The end of "it's" is no letter by itself, that of "i t's" is.
        let word_end = at.saturating_sub(before.len_utf8());
        let is_ending =
            matches!(before, '\'' | '’') && last_end != word_end && text[..word_end].ends_with(char::is_alphanumeric);
        let is_lone = c.is_alphabetic()
            && !before.is_alphanumeric()
            && !is_ending
            && !chars.peek().is_some_and(|&(_, c)| c.is_alphanumeric());
        if !is_lone {
            continue;
        }
        let gap = text.get(last_end..at).unwrap_or("\n");
        let spaces = bytes[at - gap.len().min(at)..at].iter().filter(|&&b| b == b' ').count();
        last_end = end;
        match groups.last_mut() {
            Some(group) if gap == " " || gap.chars().count() == 1 && gap.chars().all(joins) => {
                if let Some(run) = group.last_mut() {
                    if gap == " " {
                        run.spaces += 1;
                    } else {
                        run.letters.push_str(gap);
                    }
                    run.letters.push(c);
                    run.span.end = end;
                }
            }
            Some(group) if spaces == gap.len() && (2..=4).contains(&spaces) && !before.is_ascii_digit() => {
                group.push(Run { span: at..end, letters: c.to_string(), spaces: 0 });
            }
            _ => groups.push(vec![Run { span: at..end, letters: c.to_string(), spaces: 0 }]),
        }
    }
    groups.retain(|group| group.iter().any(|run| run.spaces > 0));
    groups
}
