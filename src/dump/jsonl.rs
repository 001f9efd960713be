//! JSONL: a line is a record, one of its fields holds the text; all other bytes stay.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;

use super::desk::{Clean, Desk};
use super::pieces::Found;
use super::stream::Block;
use super::view::View;

/// The key of annotations.
const MARK: &str = "unspin";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Cleans lines of JSON.
#[derive(Debug)]
pub(super) struct Jsonl;

impl Clean for Jsonl {
    fn clean(&self, block: &Block, desk: &mut Desk<'_>) {
        for (line, number) in block.bytes.split_inclusive(|&b| b == b'\n').zip(block.first..) {
            let skip = if number == 1 && line.starts_with(BOM) { BOM.len() } else { 0 };
            let content = line[skip..].trim_ascii();
            if content.is_empty() {
                desk.put(line);
                continue;
            }
            desk.record();
            match restored(content, number, desk) {
                Err(reason) => {
                    desk.fault(number, reason);
                    desk.put(line);
                }
                Ok(None) => desk.put(line),
                Ok(Some(new)) => {
                    let start = skip + line[skip..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    desk.put(&line[..start]);
                    desk.put(&new);
                    desk.put(&line[start + content.len()..]);
                }
            }
        }
    }
}

/// The record with its text restored; `None` if it stays as it is.
fn restored(content: &[u8], number: u64, desk: &mut Desk<'_>) -> Result<Option<Vec<u8>>, String> {
    let line = std::str::from_utf8(content).map_err(|e| format!("invalid UTF-8 at byte {}", e.valid_up_to()))?;
    let field = desk.cleaner.field.as_str();
    let fields = Fields::read(line, field)?;
    let value = fields.text.ok_or_else(|| format!("no field `{field}`"))?.get();
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return Err(format!("field `{field}` is {}, not a string", kind(value)));
    };
    let view = view(value, inner)?;
    let Some(found) = desk.look(number, &view) else { return Ok(None) };
    // Replacements of spans of the line, at most two.
    let mut changes: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    if !desk.cleaner.detect && !found.edits.is_empty() {
        let start = offset(line, inner);
        let is_ascii = inner.is_ascii() && inner.contains("\\u");
        let new = view.apply(inner.as_bytes(), &found.edits, |with, out| escape(with, is_ascii, out));
        changes.push((start, start + inner.len(), new));
    }
    if desk.cleaner.annotate {
        changes.push(annotation(line, fields.mark, &annotated(view.text(), &found)));
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
fn annotated(text: &str, found: &Found) -> String {
    let edit = |e: &crate::Edit| {
        let from = text.get(e.span.clone());
        let mut edit = json!({"start": e.span.start, "end": e.span.end, "from": from, "to": e.replacement, "confidence": rounded(e.confidence), "spinner": e.spinner});
        if let Some(group) = e.group {
            edit["group"] = group.into();
        }
        edit
    };
    let edits: Vec<_> = found.edits.iter().map(edit).collect();
    json!({"spun": rounded(found.verdict.spun()), "spinner": found.verdict.spinner(), "edits": edits}).to_string()
}

/// A probability in four digits: more would only look exact.
fn rounded(probability: f32) -> f64 {
    (f64::from(probability) * 1e4).round() / 1e4
}

/// Where the annotation goes: over the one that is there, else before the closing brace.
fn annotation(line: &str, mark: Option<&RawValue>, value: &str) -> (usize, usize, Vec<u8>) {
    if let Some(old) = mark {
        let start = offset(line, old.get());
        return (start, start + old.get().len(), value.as_bytes().to_vec());
    }
    // The line is an object, and is trimmed: its last byte is the brace.
    let brace = line.len() - 1;
    (brace, brace, format!(", \"{MARK}\": {value}").into_bytes())
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
fn view<'s>(value: &'s str, inner: &'s str) -> Result<View<'s>, String> {
    if !inner.contains('\\') {
        return Ok(View::plain(inner));
    }
    let text: String = serde_json::from_str(value).map_err(|e| reason(&e))?;
    let mut view = View::empty();
    let (mut at, mut chars) = (0, text.chars());
    while at < inner.len() {
        let rest = &inner[at..];
        let run = rest.find('\\').unwrap_or(rest.len());
        view.same(at, &rest[..run]);
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
            view.atom((at, at + len), stands_for.encode_utf8(&mut [0; 4]));
            at += len;
        }
    }
    Ok(view)
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
}

impl<'l> Fields<'l> {
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
        let mut fields = Fields { text: None, mark: None };
        // Of repeated keys the last one counts, as in most readers of JSON.
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Which::Text => fields.text = Some(map.next_value()?),
                Which::Mark => fields.mark = Some(map.next_value()?),
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
            MARK => Which::Mark,
            _ => Which::Other,
        })
    }
}
