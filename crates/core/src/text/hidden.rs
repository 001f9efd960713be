//! Characters that part or join words without a sign of it: spaces of other widths, soft hyphens, marks of no width.

use std::borrow::Cow;

/// A character that no reader sees: a soft hyphen, a mark of no width.
pub fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// White space of any width, or what no reader sees.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || is_hidden(c)
}

/// The letters of a ligature.
pub fn letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

/// A text as it is read: ordinary spaces, no hidden characters, no ligatures. Borrowed where it is that already, which
/// one quick pass over its bytes tells.
///
/// ```
/// use unspin_core::text::hidden::plain;
/// assert_eq!(plain("the White\u{a0}Home oﬃce, Mil\u{ad}itary"), "the White Home office, Military");
/// assert!(matches!(plain("“naïve” café – 5 €"), std::borrow::Cow::Borrowed(_)));
/// ```
pub fn plain(text: &str) -> Cow<'_, str> {
    // Most of a text is ASCII, which is known of many bytes at once.
    const BLOCK: usize = 32;
    let bytes = text.as_bytes();
    let is_odd = |at: usize| {
        matches!(
            bytes[at..],
            [0xC2, 0xA0 | 0xAD, ..]
                | [0xEF, 0xAC, 0x80..=0x86, ..]
                | [0xEF, 0xBB, 0xBF, ..]
                | [0xE2, 0x80, 0x80..=0x8F | 0xA8..=0xAF, ..]
                | [0xE2, 0x81, 0x9F..=0xA9, ..]
        )
    };
    let in_block = |(block, own): (usize, &[u8])| {
        let from = block * BLOCK;
        (from..from + own.len()).find(|&at| bytes[at] >= 0xC2 && is_odd(at))
    };
    let blocks = bytes.chunks(BLOCK).enumerate().filter(|(_, own)| !own.is_ascii());
    let Some(first) = { blocks }.find_map(in_block) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let (before, rest) = text.split_at(first);
    out.push_str(before);
    for c in rest.chars().filter(|&c| !is_hidden(c)) {
        match letters(c) {
            Some(letters) => out.push_str(letters),
            None if c != '\n' && c.is_whitespace() && !c.is_ascii() => out.push(' '),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}
