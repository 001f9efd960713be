//! Classes of characters that several layers ask about.

/// A letter of the Latin script: what English text, its names and its loans are written in.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, 'ª' | 'º' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FB00}'..='\u{FB06}')
            && !matches!(c, '×' | '÷')
}

/// A letter of Greek, Cyrillic, Armenian or Cherokee: scripts with letters that look Latin.
pub(crate) fn is_of_look_alike_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' | '\u{400}'..='\u{52F}' | '\u{531}'..='\u{587}'
        | '\u{13A0}'..='\u{13FD}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}'
        | '\u{AB70}'..='\u{ABBF}')
}

/// An accent or other mark that combines with the letter before it.
pub(crate) fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// A character that is neither letter, number nor mark of another script: punctuation, symbols, spaces.
pub(crate) fn is_common(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{80}'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{200A}' | '\u{2010}'..='\u{2029}'
            | '\u{202F}'..='\u{205F}' | '\u{20A0}'..='\u{20CF}' | '\u{2150}'..='\u{218F}' | '\u{2190}'..='\u{22FF}'
            | '\u{FFFC}' | '\u{FFFD}')
}

/// A pictograph, or a symbol that a variation selector can turn into one.
pub(crate) fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '©' | '®' | '™' | 'ℹ' | '‼' | '⁉' | '\u{20E3}')
}

/// A character of the scripts of East Asia, in which full-width forms are at home.
pub(crate) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{2FDF}' | '\u{3001}'..='\u{9FFF}' | '\u{A000}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}

/// A character of a script that is written from right to left.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

/// The character before a place.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character after a place.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Calls `each` with the place and value of every character outside of ASCII; ASCII is skipped by the block.
pub(crate) fn non_ascii(text: &str, mut each: impl FnMut(usize, char)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(block) = bytes.get(at..at + 16)
            && block.is_ascii()
        {
            at += 16;
            continue;
        }
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        let Some(c) = after(text, at) else { break };
        each(at, c);
        at += c.len_utf8();
    }
}

/// The spans of code in a text that is written in Markdown: between backticks, on one line.
#[derive(Debug, Default)]
pub(crate) struct Code(Vec<std::ops::Range<usize>>);

impl Code {
    pub(crate) fn of(text: &str) -> Code {
        let mut spans = Vec::new();
        if !text.as_bytes().contains(&b'`') {
            return Code(spans);
        }
        let mut open = None;
        for (n, byte) in text.bytes().enumerate() {
            match (byte, open) {
                (b'\n', _) => open = None,
                (b'`', None) => open = Some(n),
                (b'`', Some(from)) if n > from + 1 => {
                    spans.push(from..n + 1);
                    open = None;
                }
                (b'`', Some(_)) => open = Some(n),
                _ => {}
            }
        }
        Code(spans)
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        let next = self.0.partition_point(|span| span.end <= at);
        self.0.get(next).is_some_and(|span| span.start <= at)
    }
}
