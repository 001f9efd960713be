//! Cuts a page into tags and text, as the HTML standard does, in one pass whatever the page.
//!
//! In pages that are XML, a tag may close itself and text may stand in CDATA sections.

use std::ops::Range;

use memchr::{memchr, memmem};

/// A chunk of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'p> {
    /// Text with entities.
    Text(Range<usize>),
    /// Text without entities or tags.
    Literal(Range<usize>),
    Start(Tag<'p>),
    End(Tag<'p>),
}

/// A tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'p> {
    /// Its name in lower case.
    pub(super) name: String,
    /// Where its `<` stands.
    pub(super) at: usize,
    /// What stands between its name and its end.
    attributes: &'p [u8],
    pub(super) is_self_closed: bool,
}

/// The chunks of a page that are tags or text.
#[derive(Debug)]
pub(super) struct Tokens<'p> {
    page: &'p [u8],
    at: usize,
    is_xml: bool,
}

impl<'p> Tokens<'p> {
    pub(super) fn new(page: &'p [u8], is_xml: bool) -> Self {
        Tokens { page, at: 0, is_xml }
    }

    /// Skips the text of an element that holds no tags, up to its end tag, and says where it stood.
    pub(super) fn raw_text(&mut self, name: &str) -> Range<usize> {
        let from = self.at;
        let mut at = from;
        // Within a comment, a script may hold a script.
        let (mut is_comment, mut is_inner) = (false, false);
        while let Some(found) = memchr(b'<', &self.page[at..]) {
            let tag = at + found;
            if name == "script" {
                is_comment |= self.page[tag..].starts_with(b"<!--");
                let is_left = is_comment && memmem::find(&self.page[at..tag], b"-->").is_some();
                (is_comment, is_inner) = (is_comment && !is_left, is_inner && !is_left);
                is_inner |= is_comment && self.is_tag(tag + 1, name);
            }
            if self.page.get(tag + 1) == Some(&b'/') && self.is_tag(tag + 2, name) {
                if !is_inner {
                    self.at = tag;
                    return from..tag;
                }
                is_inner = false;
            }
            at = tag + 1;
        }
        self.at = self.page.len();
        from..self.at
    }

    /// Skips what is left.
    pub(super) fn end(&mut self) {
        self.at = self.page.len();
    }

    fn is_tag(&self, at: usize, name: &str) -> bool {
        let rest = self.page.get(at..).unwrap_or_default();
        rest.len() > name.len() && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes()) && is_stop(rest[name.len()])
    }

    /// The place behind a mark, or the end of the page.
    fn behind(&self, from: usize, mark: &[u8]) -> usize {
        let rest = self.page.get(from..).unwrap_or_default();
        memmem::find(rest, mark).map_or(self.page.len(), |at| from + at + mark.len())
    }

    /// What starts at a `<`: a tag, something that is no text, or nothing.
    fn markup(&self, at: usize) -> Option<(Option<Token<'p>>, usize)> {
        let rest = &self.page[at..];
        match rest.get(1..)? {
            [b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (tag, end) = self.tag(at, at + 1);
                Some((tag.map(Token::Start), end))
            }
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (tag, end) = self.tag(at, at + 2);
                Some((tag.map(Token::End), end))
            }
            [b'!', b'-', b'-', b'>', ..] => Some((None, at + 5)),
            [b'!', b'-', b'-', b'-', b'>', ..] => Some((None, at + 6)),
            [b'!', b'-', b'-', ..] => Some((None, self.comment(at + 4))),
            [b'!', ..] if self.is_xml && rest.starts_with(b"<![CDATA[") => {
                let end = self.behind(at + 9, b"]]>");
                let text = at + 9..end.saturating_sub(3).max(at + 9);
                Some((Some(Token::Literal(text)), end))
            }
            [b'?', ..] if self.is_xml => Some((None, self.behind(at + 2, b"?>"))),
            [b'!' | b'?' | b'/', ..] => Some((None, self.behind(at + 1, b">"))),
            _ => None,
        }
    }

    fn comment(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            at = self.behind(at, b"--");
            match self.page.get(at..) {
                None | Some([]) => return self.page.len(),
                Some([b'>', ..]) => return at + 1,
                Some([b'!', b'>', ..]) => return at + 2,
                // The second hyphen may be the first of two.
                Some(_) => at -= 1,
            }
        }
    }

    /// A tag; one that the page breaks off in is none.
    fn tag(&self, at: usize, name: usize) -> (Option<Tag<'p>>, usize) {
        let name_end = name + self.page[name..].iter().take_while(|&&b| !is_stop(b)).count();
        let mut attributes = Attributes { bytes: self.page, at: name_end, blank: name_end };
        while attributes.next().is_some() {}
        let end = attributes.at;
        if end >= self.page.len() {
            return (None, self.page.len());
        }
        let tag = Tag {
            name: String::from_utf8_lossy(&self.page[name..name_end]).to_ascii_lowercase(),
            at,
            attributes: &self.page[name_end..end],
            is_self_closed: self.page[attributes.blank..end].ends_with(b"/"),
        };
        (Some(tag), end + 1)
    }
}

impl<'p> Iterator for Tokens<'p> {
    type Item = Token<'p>;

    fn next(&mut self) -> Option<Token<'p>> {
        let from = self.at;
        let mut at = from;
        while let Some(found) = memchr(b'<', &self.page[at..]) {
            let tag = at + found;
            let Some((token, end)) = self.markup(tag) else {
                at = tag + 1;
                continue;
            };
            if tag > from {
                self.at = tag;
                return Some(Token::Text(from..tag));
            }
            self.at = end;
            return token.or_else(|| self.next_of_many());
        }
        self.at = self.page.len();
        (from < self.at).then_some(Token::Text(from..self.at))
    }
}

impl<'p> Tokens<'p> {
    /// The next token after something that is none, without going deeper for each comment.
    fn next_of_many(&mut self) -> Option<Token<'p>> {
        while self.page.get(self.at) == Some(&b'<') {
            match self.markup(self.at) {
                Some((None, end)) => self.at = end,
                Some((token, end)) => {
                    self.at = end;
                    return token;
                }
                None => break,
            }
        }
        self.next()
    }
}

impl<'p> Tag<'p> {
    /// The attributes in their order: names as they are written, values without quotes.
    pub(super) fn attributes(&self) -> Attributes<'p> {
        Attributes { bytes: self.attributes, at: 0, blank: 0 }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'p [u8]> {
        self.attributes().find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }
}

/// Walks over attributes, up to the `>` of their tag.
#[derive(Clone, Debug)]
pub(super) struct Attributes<'p> {
    bytes: &'p [u8],
    at: usize,
    /// Where the last attribute ended.
    blank: usize,
}

impl<'p> Iterator for Attributes<'p> {
    type Item = (&'p [u8], &'p [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let skip = |at: usize, is_skipped: fn(u8) -> bool| {
            at + self.bytes[at.min(self.bytes.len())..].iter().take_while(|&&b| is_skipped(b)).count()
        };
        self.blank = self.at.min(self.bytes.len());
        self.at = skip(self.at, |b| b == b'/' || is_blank(b));
        if self.bytes.get(self.at).is_none_or(|&b| b == b'>') {
            return None;
        }
        // An equals sign at the start belongs to the name.
        let end = skip(self.at + 1, |b| !is_stop(b) && b != b'=');
        let name = &self.bytes[self.at..end];
        let equals = skip(end, is_blank);
        if self.bytes.get(equals) != Some(&b'=') {
            self.at = end;
            return Some((name, b""));
        }
        let start = skip(equals + 1, is_blank);
        let (value, end) = match self.bytes.get(start) {
            Some(&quote @ (b'"' | b'\'')) => {
                let rest = &self.bytes[start + 1..];
                let len = memchr(quote, rest).unwrap_or(rest.len());
                (&rest[..len], (start + len + 2).min(self.bytes.len()))
            }
            _ => {
                let end = skip(start, |b| !is_blank(b) && b != b'>');
                (&self.bytes[start..end], end)
            }
        };
        self.at = end;
        Some((name, value))
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn is_stop(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: &str, is_xml: bool) -> String {
        let mut tokens = Tokens::new(page.as_bytes(), is_xml);
        let mut out = Vec::new();
        while let Some(token) = tokens.next() {
            out.push(match token {
                Token::Text(range) => format!("'{}'", &page[range]),
                Token::Literal(range) => format!("[{}]", &page[range]),
                Token::End(tag) => format!("/{}", tag.name),
                Token::Start(tag) => {
                    if matches!(tag.name.as_str(), "script" | "title") && !tag.is_self_closed {
                        out.push(format!("{}({})", tag.name, &page[tokens.raw_text(&tag.name)]));
                        continue;
                    }
                    let attributes = tag.attributes().map(|(name, value)| {
                        format!(" {}={}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
                    });
                    format!(
                        "{}{}{}",
                        tag.name,
                        attributes.collect::<String>(),
                        if tag.is_self_closed { "/" } else { "" }
                    )
                }
            });
        }
        out.join(" ")
    }

    #[test]
    fn pages_are_cut_as_browsers_cut_them() {
        let cases = [
            ("<P Class=a>x</p >y", "p Class=a 'x' /p 'y'"),
            ("<a href='>' b=\"x>y\" c = d e>z", "a href=> b=x>y c=d e= 'z'"),
            ("1 < 2 <3 a<b", "'1 < 2 <3 a'"),
            ("a<!-- <p> -->b<!-->c<!--->d<!-- x --!>e<!-- f", "'a' 'b' 'c' 'd' 'e'"),
            ("a<!-- x ---->b", "'a' 'b'"),
            ("a<!doctype html><?php x ?>b</>c</ d>e", "'a' 'b' 'c' 'e'"),
            ("<script>a<b</p></script >c", "script(a<b</p>) /script 'c'"),
            ("<script><!-- <script> </script> --></script>c", "script(<!-- <script> </script> -->) /script 'c'"),
            ("<script><!-- x --></script>c", "script(<!-- x -->) /script 'c'"),
            ("<title>a <b></TITLE>c", "title(a <b>) /title 'c'"),
            ("<br/><img src=a/>x", "br/ img src=a/ 'x'"),
            ("<p", ""),
            ("<p a=\"never closed>x", ""),
            ("", ""),
        ];
        for (page, expected) in cases {
            let found = shown(page, false);
            assert_eq!(found, expected, "{page}");
        }
        let xml = "<?xml a='>'?><script/><p>x<![CDATA[ <b> &amp; ]]>y</p>";
        assert_eq!(shown(xml, true), "script/ p 'x' [ <b> &amp; ] 'y' /p");
    }
}
