//! References of HTML in text that is not HTML: `AT&amp;T`, `don&#8217;t`, escaped once or several times.
//!
//! A text about HTML shows references on purpose, and source code has them by right: there they stand alone, in
//! quotation marks or among tags.

use std::ops::Range;

use super::Damage;
use super::characters::{Code, after, before};
use super::layers::Patch;

/// The longest reference that is read: `&CounterClockwiseContourIntegral;` and some `amp;` before it.
const MAX_LENGTH: usize = 48;

/// References that outweigh one tag: a text with tags is HTML, where references are right.
const TAG_WEIGHT: usize = 4;

/// A reference: its place and the characters that it stands for.
struct Reference {
    span: Range<usize>,
    text: String,
    /// It can hardly be there on purpose.
    certain: bool,
}

/// Replaces the references of plain text.
pub(crate) fn repair(text: &str, out: &mut Vec<Patch>) {
    let mut found: Vec<Reference> = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('&') {
        let start = at + next;
        match reference(text, start) {
            Some(reference) => {
                at = reference.span.end;
                found.push(reference);
            }
            None => at = start + 1,
        }
    }
    if found.is_empty() {
        return;
    }
    let code = Code::of(text);
    found.retain(|reference| !code.contains(reference.span.start));
    let certain = found.iter().filter(|reference| reference.certain).count();
    if certain == 0 || 2 * certain < found.len() || certain < TAG_WEIGHT * tags(text) {
        return;
    }
    out.extend(found.into_iter().map(|reference| Patch::new(reference.span, reference.text, Damage::Entity)));
}

/// How many tags of HTML a text has.
fn tags(text: &str) -> usize {
    let is_tag = |at: usize| {
        let rest = &text[at + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        (1..=10).contains(&length)
            && matches!(name.as_bytes().get(length), Some(b'>' | b' ' | b'/' | b'\n'))
            && name.bytes().take(300).any(|b| b == b'>')
    };
    text.match_indices('<').filter(|(at, _)| is_tag(*at)).count()
}

/// The reference that begins at an ampersand, with every escaping undone.
fn reference(text: &str, start: usize) -> Option<Reference> {
    let mut rest = &text[start + 1..];
    while let Some(inner) = rest.strip_prefix("amp;") {
        let is_reference = inner.starts_with("amp;") || body(inner).is_some();
        if !is_reference || text.len() - inner.len() - start > MAX_LENGTH {
            break;
        }
        rest = inner;
    }
    let (length, replacement) = body(rest)?;
    let end = text.len() - rest.len() + length;
    let is_escaped_twice = text.len() - rest.len() - start > 1;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (left, right) = (before(text, start), after(text, end));
    let quoted =
        matches!((left, right), (Some('"' | '\'' | '“' | '‘' | '(' | '`'), Some('"' | '\'' | '”' | '’' | ')' | '`')));
    let c = replacement.chars().next()?;
    let certain = match c {
        _ if quoted => false,
        '<' | '>' => false,
        // Between words with spaces it is an "and", beside a letter part of a name.
        '&' => {
            is_word(left) && is_word(right) && !is_query(text, start)
                || left == Some(' ') && right == Some(' ') && {
                    is_word(before(text, start - 1)) && is_word(after(text, end + 1))
                }
        }
        '"' | '\'' => is_word(left) || is_word(right) || is_escaped_twice,
        '\u{A0}' => is_word(left) || is_word(right),
        c => !c.is_ascii(),
    };
    Some(Reference { span: start..end, text: replacement, certain })
}

/// Whether an ampersand parts the fields of an address.
fn is_query(text: &str, at: usize) -> bool {
    let field = text[..at].bytes().rev().take(64).take_while(|b| !b.is_ascii_whitespace());
    field.into_iter().any(|b| b == b'=')
}

/// What stands after the ampersand of a reference: its length, and what it means.
fn body(rest: &str) -> Option<(usize, String)> {
    let bytes = rest.as_bytes();
    if bytes.first() == Some(&b'#') {
        let is_hex = matches!(bytes.get(1), Some(b'x' | b'X'));
        let from = if is_hex { 2 } else { 1 };
        let digits = bytes[from.min(bytes.len())..]
            .iter()
            .take(7)
            .take_while(|b| if is_hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() })
            .count();
        let code = u32::from_str_radix(rest.get(from..from + digits)?, if is_hex { 16 } else { 10 }).ok()?;
        // Controls are no text; those of Windows-1252 are.
        if digits == 0 || code < 0x20 || code == 0x7F {
            return None;
        }
        let end = from + digits;
        let closed = bytes.get(end) == Some(&b';');
        if !closed && (digits < 2 || is_hex) {
            return None;
        }
        let meaning = htmlize::unescape(format!("&{};", &rest[..end])).into_owned();
        return (meaning != "\u{FFFD}").then_some((end + usize::from(closed), meaning));
    }
    let length = bytes.iter().take(32).take_while(|b| b.is_ascii_alphanumeric()).count();
    if length < 2 || bytes.get(length) != Some(&b';') {
        return None;
    }
    let whole = format!("&{}", &rest[..=length]);
    let meaning = htmlize::unescape(whole.as_str());
    // A name that begins like another is not one.
    (!meaning.ends_with(';')).then(|| (length + 1, meaning.into_owned()))
}
