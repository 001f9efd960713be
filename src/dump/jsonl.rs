//! JSONL: a line is a record, one of its fields holds the text; all other bytes stay.

use std::cell::OnceCell;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;

use super::format::{Entry, Opened};
use super::source_map::SourceMap;
use super::split_text::Found;
use super::stream::{BLOCK, Block, Lines, Split, Stream};
use super::worker::{Process, Worker};
use crate::json::Annotation;

/// JSON lines.
pub(super) const JSONL: Entry = Entry {
    name: "jsonl",
    endings: &["jsonl", "ndjson", "jsonlines", "ldjson", "jsonseq", "json"],
    open: Some(|_| Opened::new(Records::default(), Jsonl)),
    is_start: Some(|text| text.starts_with(b"{")),
};

/// The key under which records are annotated, by [`Cleaner::annotate`](super::Cleaner::annotate).
pub const ANNOTATION: &str = "unspin";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The mark before each record of a JSON text sequence.
const SEPARATOR: u8 = 0x1e;
/// How far the first line is looked for, in bytes.
const HEAD: usize = 64 << 10;

/// Cuts lines, if the file is one of lines.
#[derive(Debug, Default)]
struct Records {
    lines: Lines,
    /// Whether the file is known to have lines of JSON; unknown before its start is read.
    has_lines: Option<bool>,
}

impl Split for Records {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let Some(has_lines) = self.has_lines else {
            stream.fill(HEAD);
            let reason = refusal(&stream.bytes()[..stream.bytes().len().min(HEAD)]);
            self.has_lines = Some(reason.is_none());
            let Some(reason) = reason else { return self.split(stream) };
            return Some(Block { verbatim: true, faults: vec![(0, reason)], ..Block::default() });
        };
        if has_lines {
            return self.lines.split(stream);
        }
        stream.fill(BLOCK);
        let bytes = stream.take(usize::MAX);
        let block = Block { first: 1, bytes, verbatim: true, ..Block::default() };
        if block.bytes.is_empty() { stream.break_off(0) } else { Some(block) }
    }
}

/// Why a file that starts so is not one of lines.
fn refusal(start: &[u8]) -> Option<String> {
    let zeros = start.iter().take(64).filter(|&&b| b == 0).count();
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) || zeros * 3 > start.len().min(64) {
        return Some("UTF-16, not UTF-8; passed through unread".into());
    }
    let start = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start();
    let line = start.split(|&b| b == b'\n').next().unwrap_or_default().trim_ascii_end();
    // Indented, a document has no more than brackets in its first line; a list may have a record a line.
    let is_open = matches!(line, b"{" | b"[" | b"[{") || line.starts_with(b"[") && line.ends_with(b",");
    (is_open && line.len() < start.len())
        .then(|| "one JSON document over several lines, not one a line; passed through unread".into())
}

/// Cleans lines of JSON.
#[derive(Debug)]
struct Jsonl;

impl Process for Jsonl {
    fn process(&self, block: &Block, worker: &mut Worker<'_>) {
        let mut rest = block.bytes.as_slice();
        for number in block.first.. {
            if rest.is_empty() {
                break;
            }
            let (line, after) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
            rest = after;
            let skip = match line {
                [0xef, 0xbb, 0xbf, ..] if number == 1 => BOM.len(),
                [SEPARATOR, ..] => 1,
                _ => 0,
            };
            let content = line[skip..].trim_ascii();
            if content.is_empty() {
                worker.put(line);
                continue;
            }
            worker.record();
            match restored(content, number, worker) {
                Err(reason) => {
                    worker.fault(number, reason);
                    worker.put(line);
                }
                Ok(None) => worker.put(line),
                Ok(Some(new)) => {
                    let start = skip + line[skip..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    worker.put(&line[..start]);
                    worker.put(&new);
                    worker.put(&line[start + content.len()..]);
                }
            }
        }
    }
}

/// The record with its text restored; `None` if it stays as it is.
fn restored(content: &[u8], number: u64, worker: &mut Worker<'_>) -> Result<Option<Vec<u8>>, String> {
    let line = std::str::from_utf8(content).map_err(|e| format!("invalid UTF-8 at byte {}", e.valid_up_to()))?;
    let field = worker.cleaner.field.as_str();
    let fields = Fields::read(line, field)?.below(field);
    let value = fields.text.ok_or_else(|| format!("no field `{field}`"))?.get();
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return Err(format!("field `{field}` is {}, not a string", kind(value)));
    };
    let map = decoded(value, inner)?;
    // Replacements of spans of the line, at most two.
    let mut changes: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    // Most texts have no edit: how theirs would be spelt is not looked for.
    let is_ascii = OnceCell::new();
    let escape = |with: &str, out: &mut Vec<u8>| {
        escape(with, *is_ascii.get_or_init(|| inner.is_ascii() && inner.contains("\\u")), out);
    };
    let new = if worker.cleaner.annotate {
        // An annotation holds all edits of its text.
        let Some(found) = worker.look(number, &map) else { return Ok(None) };
        changes.push(annotation(line, fields.mark, &annotated(map.text(), &found)?));
        worker.rewritten(inner.as_bytes(), &map, &found, escape)
    } else {
        worker.restored(number, inner.as_bytes(), &map, escape)
    };
    if let Some(new) = new {
        let start = offset(line, inner);
        changes.push((start, start + inner.len(), new));
    }
    if changes.is_empty() {
        return Ok(None);
    }
    changes.sort_by_key(|c| c.0);
    let (mut out, mut at) = (Vec::with_capacity(line.len() + 64), 0);
    for (start, end, new) in changes {
        out.extend_from_slice(&content[at..start]);
        out.extend_from_slice(&new);
        at = end;
    }
    out.extend_from_slice(&content[at..]);
    Ok(Some(out))
}

/// The value of an annotation.
fn annotated(text: &str, found: &Found) -> Result<String, String> {
    serde_json::to_string(&Annotation::new(text, &found.verdict, &found.edits)).map_err(|e| e.to_string())
}

/// Where the annotation goes: over the one that is there, else before the closing brace.
fn annotation(line: &str, mark: Option<&RawValue>, value: &str) -> (usize, usize, Vec<u8>) {
    if let Some(old) = mark {
        let start = offset(line, old.get());
        return (start, start + old.get().len(), value.as_bytes().to_vec());
    }
    // The line is an object, and is trimmed: its last byte is the brace.
    let brace = line.len() - 1;
    (brace, brace, format!(", \"{ANNOTATION}\": {value}").into_bytes())
}

/// Where a part of the line starts in it.
fn offset(line: &str, part: &str) -> usize {
    part.as_ptr() as usize - line.as_ptr() as usize
}

fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Reads a JSON string, `inner` being the part between its quotes.
fn decoded<'s>(value: &'s str, inner: &'s str) -> Result<SourceMap<'s>, String> {
    if memchr(b'\\', inner.as_bytes()).is_none() {
        return Ok(SourceMap::plain(inner));
    }
    let text: String = serde_json::from_str(value).map_err(|e| reason(&e))?;
    let mut map = SourceMap::empty();
    let (mut at, mut chars) = (0, text.chars());
    while at < inner.len() {
        let rest = &inner[at..];
        let run = rest.find('\\').unwrap_or(rest.len());
        map.same(at, &rest[..run]);
        chars = chars.as_str()[run..].chars();
        at += run;
        if at < inner.len() {
            // The string is valid: an escape is \x, \uXXXX, or two of the latter for a large character.
            let stands_for = chars.next().unwrap_or_default();
            let len = match (inner.as_bytes().get(at + 1), stands_for.len_utf16()) {
                (Some(b'u'), 1) => 6,
                (Some(b'u'), _) => 12,
                _ => 2,
            };
            map.atom((at, at + len), stands_for.encode_utf8(&mut [0; 4]));
            at += len;
        }
    }
    Ok(map)
}

/// Writes text as the inside of a JSON string, in ASCII if the record is written so.
fn escape(text: &str, is_ascii: bool, out: &mut Vec<u8>) {
    let quoted = json!(text).to_string();
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    for c in inner.chars() {
        if is_ascii && !c.is_ascii() {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn reason(error: &serde_json::Error) -> String {
    // A record is one line: only the column tells something.
    format!("invalid JSON: {}", error.to_string().replace(" at line 1 column ", " at column "))
}

/// The fields that matter, where they stand in the line.
struct Fields<'l> {
    text: Option<&'l RawValue>,
    mark: Option<&'l RawValue>,
    /// What the first part of a path such as `article.body` names.
    parent: Option<&'l RawValue>,
}

impl<'l> Fields<'l> {
    /// With the text that a path leads to, unless the record has a field whose name it is.
    fn below(mut self, field: &str) -> Self {
        if let (None, Some(parent), Some((_, rest))) = (self.text, self.parent, field.split_once('.')) {
            self.text = Fields::read(parent.get(), rest).ok().and_then(|inner| inner.below(rest).text);
        }
        self
    }

    fn read(line: &'l str, field: &str) -> Result<Self, String> {
        let mut input = serde_json::Deserializer::from_str(line);
        let fields = Wanted(field).deserialize(&mut input).map_err(|e| reason(&e))?;
        input.end().map_err(|e| reason(&e))?;
        Ok(fields)
    }
}

#[derive(Clone, Copy)]
struct Wanted<'f>(&'f str);

impl<'l> DeserializeSeed<'l> for Wanted<'_> {
    type Value = Fields<'l>;

    fn deserialize<D: Deserializer<'l>>(self, input: D) -> Result<Fields<'l>, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for Wanted<'_> {
    type Value = Fields<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Fields<'l>, A::Error> {
        let mut fields = Fields { text: None, mark: None, parent: None };
        // Of repeated keys the last one counts, as in most readers of JSON.
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Which::Text => fields.text = Some(map.next_value()?),
                Which::Mark => fields.mark = Some(map.next_value()?),
                Which::Parent => fields.parent = Some(map.next_value()?),
                Which::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

enum Which {
    Text,
    Mark,
    Parent,
    Other,
}

/// Tells keys apart without copying them.
struct Key<'f>(&'f str);

impl<'l> DeserializeSeed<'l> for Key<'_> {
    type Value = Which;

    fn deserialize<D: Deserializer<'l>>(self, input: D) -> Result<Which, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Which;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Which, E> {
        Ok(match key {
            key if key == self.0 => Which::Text,
            ANNOTATION => Which::Mark,
            key if self.0.split_once('.').is_some_and(|(first, _)| first == key) => Which::Parent,
            _ => Which::Other,
        })
    }
}
