//! HTML pages: what a reader sees is restored, everything else stays byte for byte.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{HtmlRewriter, Settings, doc_text, element, end_tag};

use super::desk::{Clean, Desk};
use super::stream::{Block, Cut, Stream};
use super::view::View;

/// The largest page that is read, in bytes; larger ones pass through.
pub const MAX_PAGE: usize = 16 << 20;
/// The longest entity, `&CounterClockwiseContourIntegral;`, and room for leading zeros.
const MAX_ENTITY: usize = 40;

/// Elements whose text is not read as prose, or not read at all.
#[rustfmt::skip]
const HIDDEN: [&str; 23] = [
    "audio", "canvas", "code", "embed", "iframe", "kbd", "math", "noembed", "noframes", "noscript", "object", "output", "pre",
    "samp", "script", "style", "svg", "template", "textarea", "tt", "var", "video", "xmp",
];
/// Elements that stay in their line; every other one starts and ends a paragraph.
#[rustfmt::skip]
const INLINE: [&str; 40] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "center", "cite", "data", "del", "dfn", "em", "font", "g", "i", "img", "ins",
    "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "small", "source", "span", "strike", "strong", "sub", "sup",
    "time", "track", "u", "wbr", "link", "meta",
];

/// Takes a file as one record.
#[derive(Debug, Default)]
pub(super) struct Whole {
    seen: bool,
}

impl Cut for Whole {
    fn cut(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let is_first = !std::mem::replace(&mut self.seen, true);
        stream.fill(MAX_PAGE + 1);
        if stream.bytes().is_empty() {
            return stream.break_off(1);
        }
        if is_first && stream.bytes().len() <= MAX_PAGE {
            return Some(Block { first: 1, bytes: stream.take(usize::MAX), ..Block::default() });
        }
        let reason = || (1, format!("larger than {} MiB, passed through unread", MAX_PAGE >> 20));
        let faults = is_first.then(reason).into_iter().collect();
        Some(Block { first: 1, bytes: stream.take(usize::MAX), verbatim: true, faults, ..Block::default() })
    }
}

/// Cleans pages.
#[derive(Debug)]
pub(super) struct Html;

impl Clean for Html {
    fn clean(&self, block: &Block, desk: &mut Desk<'_>) {
        desk.record();
        match restored(block.first, &block.bytes, desk) {
            Ok(Some(new)) => desk.put(&new),
            Ok(None) => desk.put(&block.bytes),
            Err(reason) => {
                desk.fault(block.first, reason);
                desk.put(&block.bytes);
            }
        }
    }
}

/// The page with what a reader sees restored; `None` if it stays as it is.
pub(super) fn restored(record: u64, raw: &[u8], desk: &mut Desk<'_>) -> Result<Option<Vec<u8>>, String> {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = raw {
        return Err("UTF-16, not UTF-8; passed through".into());
    }
    let view = view(raw)?;
    let is_utf8 = std::str::from_utf8(raw).is_ok();
    let Some(found) = desk.look(record, &view) else { return Ok(None) };
    if desk.cleaner.detect || found.edits.is_empty() {
        return Ok(None);
    }
    Ok(Some(view.apply(raw, &found.edits, |with, out| escape(with, is_utf8, out))))
}

/// Writes text as HTML; in pages of an unknown encoding only ASCII is safe.
fn escape(text: &str, is_utf8: bool, out: &mut Vec<u8>) {
    for c in text.chars() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            c if c.is_ascii() || is_utf8 => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            c => out.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes()),
        }
    }
}

/// What the parser finds, in the order of the page.
#[derive(Default)]
struct Reading {
    /// How many elements around this place hide their text.
    hidden: usize,
    events: Vec<Event>,
}

enum Event {
    Text(Range<usize>),
    Break(usize),
}

fn view(raw: &[u8]) -> Result<View<'static>, String> {
    let reading = Rc::new(RefCell::new(Reading::default()));
    let on_element = |element: &mut Element| {
        start(element, &reading);
        Ok(())
    };
    let on_text = |text: &mut TextChunk| {
        let mut reading = reading.borrow_mut();
        if reading.hidden == 0 && matches!(text.text_type(), TextType::Data | TextType::RCData) {
            reading.events.push(Event::Text(text.source_location().bytes()));
        }
        Ok(())
    };
    let settings = Settings::new()
        .append_element_content_handler(element!("*", on_element))
        .append_document_content_handler(doc_text!(on_text))
        .with_strict(false);
    let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
    let parsed = parser.write(raw).map_err(|e| e.to_string()).and_then(|()| parser.end().map_err(|e| e.to_string()));
    parsed.map_err(|reason| format!("the page cannot be parsed: {reason}"))?;
    let mut view = View::empty();
    for event in &reading.borrow().events {
        match event {
            Event::Break(at) => view.pause(*at, "\n"),
            Event::Text(range) => read(raw, range.clone(), &mut view),
        }
    }
    Ok(view)
}

fn start(element: &mut Element, shared: &Rc<RefCell<Reading>>) {
    let name = element.tag_name();
    let is_block = !INLINE.contains(&name.as_str());
    let is_hidden = HIDDEN.contains(&name.as_str())
        || element.has_attribute("hidden")
        || element.get_attribute("translate").is_some_and(|t| t == "no");
    let mut reading = shared.borrow_mut();
    if is_block {
        reading.events.push(Event::Break(element.source_location().bytes().start));
    }
    let outside = reading.hidden;
    if element.can_have_content() && (is_block || is_hidden) {
        reading.hidden += usize::from(is_hidden);
        let shared = Rc::clone(shared);
        // An element that is never closed ends with the one around it, which puts the old state back.
        let closed = element.on_end_tag(end_tag!(move |end| {
            let mut reading = shared.borrow_mut();
            reading.hidden = outside;
            if is_block {
                reading.events.push(Event::Break(end.source_location().bytes().start));
            }
            Ok(())
        }));
        debug_assert!(closed.is_ok(), "only elements without content have no end");
    }
}

/// Adds a stretch of text: entities decoded, line breaks as the spaces they are shown as.
fn read(raw: &[u8], range: Range<usize>, view: &mut View<'_>) {
    let mut at = range.start;
    for chunk in raw.get(range).unwrap_or_default().utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(first) = rest.chars().next() {
            let len = match first {
                '&' => entity(rest, at, view),
                '\n' | '\r' | '\t' => {
                    let len = rest.len() - rest.trim_start_matches(['\n', '\r', '\t', ' ']).len();
                    view.atom((at, at + len), " ");
                    len
                }
                _ => {
                    let len = rest.find(['&', '\n', '\r', '\t']).unwrap_or(rest.len());
                    view.same(at, &rest[..len]);
                    len
                }
            };
            (at, rest) = (at + len, &rest[len..]);
        }
        let end = at + chunk.invalid().len();
        if end > at {
            view.atom((at, end), "\u{FFFD}");
        }
        at = end;
    }
}

/// Adds the entity that `text` starts with, or its `&` where there is none; says how long it is.
fn entity(text: &str, at: usize, view: &mut View<'_>) -> usize {
    let end = text.bytes().take(MAX_ENTITY).position(|b| b == b';').map(|at| at + 1);
    if let Some(source) = end.and_then(|end| text.get(..end)) {
        let decoded = htmlize::unescape(source);
        if decoded != source {
            // A space that keeps its words on one line is a space to a reader.
            view.atom((at, at + source.len()), if decoded == "\u{a0}" { " " } else { &decoded });
            return source.len();
        }
    }
    view.same(at, "&");
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_text_and_nothing_else() {
        let cases = [
            ("<p>One <b>two</b> three</p>", "One two three"),
            ("<p>a</p><p>b</p>", "a b"),
            ("a<br>b<hr/>c", "a b c"),
            ("<p>a &amp; b&nbsp;c &rsquo; &#8217; &bogus; & d</p>", "a & b c \u{2019} \u{2019} &bogus; & d"),
            ("<title>t</title><script>var x='<p>no</p>'</script><style>p{}</style>yes<!-- no -->", "t yes"),
            ("<p>see <code>x()</code> and <pre>y\n</pre> z", "see and z"),
            ("<p>an <code>unclosed</p><p>one</p>", "an one"),
            ("<p hidden>no</p><p translate=no>no</p>yes", "yes"),
            ("<p title=\"no > no\">line\n  two</p>", "line two"),
            ("<textarea>no</textarea><svg><text>no</text></svg>yes", "yes"),
            ("1 < 2 <3", "1 < 2 <3"),
            ("<p", ""),
            ("", ""),
        ];
        for (page, expected) in cases {
            let view = view(page.as_bytes()).unwrap();
            assert_eq!(view.text().split_whitespace().collect::<Vec<_>>().join(" "), expected, "{page}");
        }
    }

    #[test]
    fn any_bytes_are_a_page() {
        let mut state = 7u64;
        let soup = b"<>/!-&;=\"' abp\xff\xc3\n";
        for _ in 0..2_000 {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as usize
            };
            let page: Vec<u8> = (0..next() % 60).map(|_| soup[next() % soup.len()]).collect();
            let view = view(&page).unwrap();
            assert_eq!(view.apply(&page, &[], |_, _| {}), page);
        }
    }
}
