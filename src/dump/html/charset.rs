//! In which encoding a page is written: how its bytes are read, and which letters may be written into it.

use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::markup::{Token, Tokens};

/// How far a page is searched for what it declares, in bytes.
const HEAD: usize = 16 << 10;
/// The longest character of any encoding, in bytes.
const MAX_CHARACTER: usize = 4;

/// The encoding of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charset {
    encoding: &'static Encoding,
    /// Whether letters beyond ASCII may be written as UTF-8.
    is_utf8: bool,
}

impl Charset {
    /// The encoding that `declared` (as by the header of HTTP) or the page itself names.
    ///
    /// # Errors
    ///
    /// If its bytes below 128 are not ASCII, so that tags and words cannot be told.
    pub(super) fn of(raw: &[u8], declared: Option<&str>) -> Result<Self, String> {
        let start = &raw[..raw.len().min(64)];
        let zeros = start.iter().filter(|&&b| b == 0).count();
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) || zeros * 3 > start.len() {
            return Err("UTF-16, not UTF-8; passed through".into());
        }
        let valid = std::str::from_utf8(raw);
        if raw.starts_with(b"\xef\xbb\xbf") {
            return Ok(Charset { encoding: UTF_8, is_utf8: valid.is_ok() });
        }
        let label = declared.map(str::to_string).or_else(|| label(&raw[..raw.len().min(HEAD)]));
        let Some(label) = label else {
            // Browsers take undeclared pages for windows-1252; UTF-8 is known by its bytes.
            let is_utf8 = valid.is_ok() && !raw.is_ascii();
            let encoding = if valid.is_ok() { UTF_8 } else { WINDOWS_1252 };
            return Ok(Charset { encoding, is_utf8 });
        };
        let encoding = match Encoding::for_label(label.trim().as_bytes()) {
            // A page that could be read up to this declaration is not in UTF-16.
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
            Some(encoding) if encoding == ISO_2022_JP || encoding == REPLACEMENT => {
                return Err(format!("encoded as {}; passed through", encoding.name()));
            }
            Some(encoding) => encoding,
            None if label.to_ascii_lowercase().contains("utf-7") => {
                return Err("encoded as UTF-7; passed through".into());
            }
            None => WINDOWS_1252,
        };
        Ok(Charset { encoding, is_utf8: encoding == UTF_8 && valid.is_ok() })
    }

    /// Whether bytes that are UTF-8 stand for themselves.
    pub(super) fn is_unicode(self) -> bool {
        self.encoding == UTF_8
    }

    /// Whether each byte is a character.
    pub(super) fn is_single_byte(self) -> bool {
        self.encoding.is_single_byte()
    }

    /// Whether bytes beyond ASCII, in a run, are what the page says or is taken for.
    ///
    /// windows-1252 is what a page is taken for that says nothing, or what its server says of all pages. A run of
    /// letters with marks is then rather a word in another encoding, such as Shift JIS, EUC or windows-1251: what
    /// would be read in it nobody wrote. UTF-8 in a run was read wrongly before, and can be mended.
    pub(super) fn is_legible(self, run: &[u8]) -> bool {
        // Ellipsis, quotes, dashes and the space that does not break.
        let is_mark = |byte: &u8| matches!(byte, 0x85 | 0x91..=0x94 | 0x96 | 0x97 | 0xa0);
        let is_marked = || run.iter().filter(|byte| !is_mark(byte)).count() < 2;
        self.encoding != WINDOWS_1252 || is_marked() || std::str::from_utf8(run).is_ok()
    }

    /// The character that the bytes start with, and its length in bytes; `None` if there is none.
    pub(super) fn character(self, bytes: &[u8]) -> Option<(String, usize)> {
        (1..=MAX_CHARACTER.min(bytes.len())).find_map(|len| {
            let text = self.encoding.decode_without_bom_handling_and_without_replacement(&bytes[..len])?;
            (!text.is_empty()).then(|| (text.into_owned(), len))
        })
    }

    /// Writes text as HTML. What the encoding may not hold becomes a character reference.
    pub(super) fn escape(self, text: &str, out: &mut Vec<u8>) {
        for c in text.chars() {
            match c {
                '&' => out.extend_from_slice(b"&amp;"),
                '<' => out.extend_from_slice(b"&lt;"),
                '>' => out.extend_from_slice(b"&gt;"),
                c if c.is_ascii() || self.is_utf8 => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => out.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes()),
            }
        }
    }
}

/// The encoding that the head of a page names, in its XML declaration or a `meta` element.
fn label(head: &[u8]) -> Option<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if head.starts_with(b"<?xml") {
        let declaration = text(head.split(|&b| b == b'>').next()?);
        if let Some(found) = named(&declaration, "encoding") {
            return Some(found);
        }
    }
    let mut tokens = Tokens::new(head, false);
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        match tag.name.as_str() {
            "script" | "style" | "title" | "noscript" => drop(tokens.raw_text(&tag.name)),
            "meta" => {
                if let Some(charset) = tag.attribute("charset") {
                    return Some(text(charset));
                }
                let is_type = tag.attribute("http-equiv").is_some_and(|v| v.eq_ignore_ascii_case(b"content-type"));
                if let Some(content) = tag.attribute("content").filter(|_| is_type)
                    && let Some(found) = named(&text(content), "charset")
                {
                    return Some(found);
                }
            }
            "body" => return None,
            _ => {}
        }
    }
    None
}

/// The value behind `name=` in a declaration or a media type.
pub(super) fn named(text: &str, name: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().find(name)? + name.len();
    let value = text[at..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = value.strip_prefix(['"', '\'']).unwrap_or(value);
    let is_end = |c: char| quote.map_or(matches!(c, ';' | '"' | '\'' | '?') || c.is_whitespace(), |quote| c == quote);
    let value = value.split(is_end).next()?;
    (!value.is_empty()).then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_their_encoding() {
        let cases = [
            ("<meta charset=windows-1252>", Some("windows-1252")),
            ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=GB2312'>", Some("GB2312")),
            ("<?xml version='1.0' encoding='Shift_JIS'?><html>", Some("Shift_JIS")),
            ("<script><meta charset=x></script><meta charset=utf-8>", Some("utf-8")),
            ("<!-- <meta charset=x> --><p>", None),
            ("<meta name=charset content='charset=x'>", None),
        ];
        for (page, expected) in cases {
            assert_eq!(label(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }

    #[test]
    fn letters_are_written_as_their_page_can_hold_them() {
        let cases: [(&[u8], Option<&str>, &str); 6] = [
            (b"<meta charset=utf-8>x", None, "\u{e9}"),
            ("\u{e9}".as_bytes(), None, "\u{e9}"),
            (b"x", None, "&#233;"),
            (b"<meta charset=windows-1252>", None, "&#233;"),
            (b"<meta charset=utf-8>", Some("gb2312"), "&#233;"),
            ("<meta charset=gb2312>\u{e9}".as_bytes(), None, "&#233;"),
        ];
        for (page, declared, expected) in cases {
            let mut out = Vec::new();
            Charset::of(page, declared).unwrap().escape("\u{e9}", &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{page:?}");
        }
        for label in ["iso-2022-jp", "hz-gb-2312", "utf-7"] {
            assert!(Charset::of(b"x", Some(label)).is_err(), "{label}");
        }
        assert!(Charset::of(b"<\0p\0>\0", None).is_err());
    }

    #[test]
    fn characters_are_as_long_as_their_encoding_makes_them() {
        let read = |label: &str, bytes: &[u8]| Charset::of(b"", Some(label)).unwrap().character(bytes);
        assert_eq!(read("windows-1252", b"\xe9H"), Some(("\u{e9}".into(), 1)));
        assert_eq!(read("shift_jis", b"\x83A"), Some(("\u{30a2}".into(), 2)));
        assert_eq!(read("gb18030", b"\x81\x30\x81\x30x"), Some(("\u{80}".into(), 4)));
        assert_eq!(read("euc-kr", b"\xff\xff"), None);
    }
}
