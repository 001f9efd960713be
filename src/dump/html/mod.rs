//! HTML pages: what a reader sees is restored, everything else stays byte for byte.

mod charset;
mod elements;
mod markup;
mod reading;

use super::format::{Entry, Opened};
use super::stream::{Block, Split, Stream};
use super::text::is_binary;
use super::worker::{Process, Worker};
use charset::Charset;

/// Pages.
pub(super) const HTML: Entry = Entry {
    name: "html",
    endings: &["html", "htm", "xhtml"],
    open: Some(|_| Opened::new(Whole::default(), Html)),
    is_start: None,
};

/// The largest page that is read, in bytes; larger ones pass through.
pub const MAX_PAGE: usize = 16 << 20;

/// Takes a file as one record.
#[derive(Debug, Default)]
struct Whole {
    seen: bool,
}

impl Split for Whole {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
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
struct Html;

impl Process for Html {
    fn process(&self, block: &Block, worker: &mut Worker<'_>) {
        worker.whole(block, |raw, worker| restored(block.first, raw, worker));
    }
}

/// The page with what a reader sees restored; `None` if it stays as it is.
pub(super) fn restored(record: u64, raw: &[u8], worker: &mut Worker<'_>) -> Result<Option<Vec<u8>>, String> {
    restored_as(record, raw, None, worker)
}

/// The same, of a page that came with the name of its encoding.
pub(super) fn restored_as(
    record: u64,
    raw: &[u8],
    declared: Option<&str>,
    worker: &mut Worker<'_>,
) -> Result<Option<Vec<u8>>, String> {
    let charset = Charset::of(raw, declared)?;
    if is_binary(raw) {
        return Err("no page: it is full of control characters; passed through unread".into());
    }
    let map = reading::read(raw, charset);
    Ok(worker.restored(record, raw, &map, |with, out| charset.escape(with, out)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::source_map::{SourceMap, verbatim};

    fn read(page: &[u8]) -> SourceMap<'static> {
        reading::read(page, Charset::of(page, None).unwrap())
    }

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
            ("<p hidden>no<p>yes", "yes"),
            ("<ul><li hidden>no<li>yes</ul>", "yes"),
            ("<ul><li hidden>no<ul><li>no</ul>no</ul>yes", "yes"),
            ("<dl><dt hidden>no<dd>yes</dl>", "yes"),
            ("<select><option hidden>no<option>yes</select>", "yes"),
            ("<table><tr hidden><td>no<tr><td>yes<td hidden>no<td>yes</table>", "yes yes"),
            ("<div hidden><p>no<p>no</div>yes", "yes"),
            ("<p hidden>no<div>yes</div>", "yes"),
            ("<p hidden>no<b>no</b> no</p>yes", "yes"),
            ("<span hidden><span>no</span> no</span>yes", "yes"),
            ("<p TRANSLATE=\"NO\">no</p><p class='a NoTranslate'>no</p>yes", "yes"),
            ("<table><td hidden></div>no</table>yes", "yes"),
            ("<svg><title/><style/></svg>yes", "yes"),
            ("<?xml version='1.0'?><html><script/><title/><p hidden='hidden'/>yes", "yes"),
            ("<html xmlns='x'><style/><p>a<![CDATA[b &amp; <i>]]>c</p>", "ab &amp; <i>c"),
            ("<html><p>a<![CDATA[no>yes", "ayes"),
            ("White<sup>[1]</sup> House<sup><a href=x>2</a></sup>, 10<sup>6</sup>", "White House, 106"),
            ("Ho<wbr>me fo&shy;lks a\u{ad}b", "Home folks ab"),
            ("<ruby>a<rp>(</rp><rt>no</rt><rp>)</rp></ruby>b", "a b"),
            ("<template><p>no</p></template><noscript>no</noscript><p aria-hidden=true>yes", "yes"),
            ("1 < 2 <3", "1 < 2 <3"),
            ("<p", ""),
            ("", ""),
        ];
        for (page, expected) in cases {
            let map = read(page.as_bytes());
            assert_eq!(map.text().split_whitespace().collect::<Vec<_>>().join(" "), expected, "{page}");
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
            let map = read(&page);
            assert_eq!(map.apply(&page, &[], verbatim), page);
        }
    }
}
