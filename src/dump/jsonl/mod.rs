//! JSONL: a line is a record, some of its fields hold texts; all other bytes stay.

mod fields;

use std::cell::OnceCell;

use memchr::memchr;
use serde_json::json;
use serde_json::value::RawValue;

use super::asked::Asked;
use super::format::{Entry, Opened};
use super::note;
use super::source_map::SourceMap;
use super::stream::{BLOCK, Block, Lines, Split, Stream};
use super::worker::{Process, Worker};
use fields::Fields;

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

/// A text of a record.
struct Text<'l> {
    /// Its field, by the place in the call.
    field: usize,
    /// Its string, quotes included.
    value: &'l str,
    /// What stands between the quotes.
    inner: &'l str,
}

/// The record with its texts restored; `None` if it stays as it is.
fn restored(content: &[u8], number: u64, worker: &mut Worker<'_>) -> Result<Option<Vec<u8>>, String> {
    let line = std::str::from_utf8(content).map_err(|e| format!("invalid UTF-8 at byte {}", e.valid_up_to()))?;
    let Names { asked, kept } = &Names::of(&worker.cleaner.asked);
    let fields = Fields::read(line, &asked.fields, kept)?;
    if let Some(name) = fields.clash.and_then(|clash| kept.get(clash)) {
        return Err(format!("a field `{name}` is there already; passed through unread"));
    }
    let mark = fields.mark;
    let texts = texts(fields, asked)?;
    // Replacements of spans of the line.
    let mut changes: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    // What goes before the closing brace.
    let mut added = String::new();
    let mut look = |worker: &mut Worker<'_>| -> Result<(), String> {
        for Text { field, value, inner } in &texts {
            worker.turn_to(*field);
            match decoded(value, inner) {
                Ok(map) => changes.extend(change(line, inner, &map, number, worker)),
                Err(reason) if texts.len() == 1 => return Err(reason),
                // The others are read nevertheless.
                Err(reason) => worker.fault(number, format!("field `{}`: {reason}", asked.fields[*field])),
            }
            if let Some(name) = kept.get(*field) {
                added += &format!(", {}: {value}", json!(name));
            }
        }
        Ok(())
    };
    if texts.len() == 1 {
        look(worker)?
    } else {
        worker.as_one(look)?
    }
    if let Some(annotation) = note::annotation(&worker.notes()) {
        let value = serde_json::to_string(&annotation).map_err(|e| e.to_string())?;
        match mark {
            // Over the one that is there.
            Some(old) => {
                let start = offset(line, old.get());
                changes.push((start, start + old.get().len(), value.into_bytes()));
            }
            None => added += &format!(", \"{ANNOTATION}\": {value}"),
        }
    }
    if !added.is_empty() {
        // The line is an object, and is trimmed: its last byte is the brace.
        changes.push((line.len() - 1, line.len() - 1, added.into_bytes()));
    }
    Ok((!changes.is_empty()).then(|| changed(content, changes)))
}

/// Names that are looked for in a record.
struct Names<'c> {
    asked: &'c Asked,
    kept: Vec<String>,
}

impl<'c> Names<'c> {
    fn of(asked: &'c Asked) -> Self {
        Names { asked, kept: asked.kept() }
    }
}

/// The texts of a record. A field that is not there, or holds something else, is missing; a record without any text has
/// none of them.
fn texts<'l>(fields: Fields<'l>, asked: &Asked) -> Result<Vec<Text<'l>>, String> {
    let (mut texts, mut other) = (Vec::with_capacity(asked.fields.len()), None);
    for (field, name) in asked.fields.iter().enumerate() {
        let Some(value) = fields.below(field, name).map(RawValue::get) else { continue };
        match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
            Some(inner) => texts.push(Text { field, value, inner }),
            None => other = other.or_else(|| Some(format!("field `{name}` is {}, not a string", kind(value)))),
        }
    }
    if texts.is_empty() { Err(other.unwrap_or_else(|| asked.lacking("field"))) } else { Ok(texts) }
}

/// What a text becomes, and where it stands in the line; `None` if it stays as it is.
fn change(
    line: &str,
    inner: &str,
    map: &SourceMap<'_>,
    number: u64,
    worker: &mut Worker<'_>,
) -> Option<(usize, usize, Vec<u8>)> {
    // Most texts have no edit: how theirs would be spelt is not looked for.
    let is_ascii = OnceCell::new();
    let escape = |with: &str, out: &mut Vec<u8>| {
        escape(with, *is_ascii.get_or_init(|| inner.is_ascii() && inner.contains("\\u")), out);
    };
    let new = worker.restored(number, inner.as_bytes(), map, escape)?;
    let start = offset(line, inner);
    Some((start, start + inner.len(), new))
}

/// Bytes with some spans of them replaced.
fn changed(content: &[u8], mut changes: Vec<(usize, usize, Vec<u8>)>) -> Vec<u8> {
    changes.sort_by_key(|c| c.0);
    let (mut out, mut at) = (Vec::with_capacity(content.len() + 64), 0);
    for (start, end, new) in changes {
        out.extend_from_slice(&content[at..start]);
        out.extend_from_slice(&new);
        at = end;
    }
    out.extend_from_slice(&content[at..]);
    out
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
    let text: String = serde_json::from_str(value).map_err(|e| fields::reason(&e))?;
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
