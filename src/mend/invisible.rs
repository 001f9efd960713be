//! Characters without a width: removed from Latin text, kept where a script or an emoji needs them.

use super::Damage;
use super::characters::{
    after, before, is_combining, is_common, is_latin, is_of_look_alike_script, is_pictograph, is_right_to_left,
    non_ascii,
};
use super::layers::Patch;
use super::styled;

/// What an invisible character is for, and so where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Joins or parts letters of scripts that need it, and joins emoji.
    Joiner,
    /// Sets the direction of text that mixes scripts.
    Direction,
    /// Selects a form of the character before it.
    Selector,
    /// A place where a line may be broken.
    Break,
    /// Nothing in running text.
    None,
}

/// The invisible characters: default-ignorable code points of the Unicode Character Database.
fn use_of(c: char) -> Option<Use> {
    Some(match c {
        '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => Use::Break,
        '\u{200C}' | '\u{200D}' | '\u{34F}' => Use::Joiner,
        '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Use::Direction,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Use::Selector,
        '\u{180B}'..='\u{180F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{2061}'..='\u{2064}'
        | '\u{206A}'..='\u{206F}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E007F}' => Use::None,
        _ => return None,
    })
}

pub(crate) fn is_invisible(c: char) -> bool {
    use_of(c).is_some()
}

/// Whether a visible character belongs to Latin text, as far as invisible ones beside it are concerned.
fn is_of_latin_text(c: Option<char>) -> bool {
    c.is_none_or(|c| {
        is_latin(c)
            || is_common(c) && !is_pictograph(c)
            || is_of_look_alike_script(c)
            || is_combining(c)
            || styled::plain(c).is_some()
    })
}

/// Removes the invisible characters of Latin text.
pub(crate) fn repair(text: &str, out: &mut Vec<Patch>) {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let mut reads_right_to_left = false;
    non_ascii(text, |at, c| {
        reads_right_to_left |= is_right_to_left(c);
        if is_invisible(c) {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end += c.len_utf8(),
                _ => runs.push(at..at + c.len_utf8()),
            }
        }
    });
    for run in runs {
        // The mark of byte order at the start of a file belongs to the file.
        let start = if run.start == 0 && text.starts_with('\u{FEFF}') { 3 } else { run.start };
        let (left, right) = (before(text, run.start), after(text, run.end));
        let between_letters = is_of_latin_text(left) && is_of_latin_text(right);
        // At a line end it is the hyphen of a cut word.
        let cuts_word = right == Some('\n') || text[run.end..].starts_with("\r\n");
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let mut at = start;
        for c in text[start..run.end].chars() {
            let here = at..at + c.len_utf8();
            at = here.end;
            let goes = match use_of(c) {
                // A table of characters shows each of them between spaces.
                Some(Use::Break) if c == '\u{AD}' => {
                    between_letters && !(is_blank(left) && is_blank(right)) && !cuts_word
                }
                Some(Use::Break | Use::Joiner) => between_letters,
                Some(Use::Direction) => between_letters && !reads_right_to_left,
                // After a digit it begins the emoji of a key: 1️⃣.
                Some(Use::Selector) => {
                    left.is_some_and(|c| is_latin(c) || styled::plain(c).is_some()) && is_of_latin_text(right)
                }
                // Tags after a black flag name a country.
                Some(Use::None) => between_letters,
                None => false,
            };
            if goes {
                let damage = if c == '\u{AD}' { Damage::SoftHyphen } else { Damage::Invisible };
                match out.last_mut() {
                    Some(last) if last.span.end == here.start && last.damage == damage => last.span.end = here.end,
                    _ => out.push(Patch::new(here, "", damage)),
                }
            }
        }
    }
}
