//! What the first bytes of an input say about it.

use std::io::{self, Read};

use crate::dump::{Codec, Format};

/// Bytes that are looked at; a pipe is read so far before it is decided.
const HEAD: usize = 64 << 10;
/// Of plain text so many bytes are enough.
const ENOUGH: usize = 8 << 10;

/// Kinds of files that are no text, by their first bytes.
#[rustfmt::skip]
const MAGIC: [(&[u8], &str); 19] = [
    (b"\x04\x22\x4d\x18", "lz4"), (b"LZIP", "lzip"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"PK\x03\x04", "a zip archive (or a document of an office program)"), (b"PK\x05\x06", "a zip archive"), (b"Rar!", "a RAR archive"),
    (b"\x1f\x9d", "compress (.Z)"), (b"PAR1", "Parquet"), (b"ARROW1", "Arrow"), (b"Obj\x01", "Avro"), (b"ORC", "ORC"),
    (b"SQLite format 3\0", "an SQLite database"), (b"%PDF-", "PDF"), (b"{\\rtf", "RTF"), (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"), (b"\x7fELF", "a program"), (b"\xd0\xcf\x11\xe0", "a document of an office program"),
];

/// How pages begin, after white space; what follows the name is no part of a word.
#[rustfmt::skip]
const TAGS: [&str; 19] = [
    "!doctype html", "html", "head", "body", "title", "meta", "script", "style", "iframe", "h1", "div", "font", "table", "a", "b", "br",
    "p", "article", "!--",
];

/// Reads the head of a stream: until it is clear what it is, the stream ends, or there is enough of it.
pub(super) fn head(input: &mut dyn Read, fields: &[String]) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut next = 1;
    while head.len() < HEAD {
        let old = head.len();
        head.resize(HEAD, 0);
        let read = loop {
            match input.read(&mut head[old..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        head.truncate(old + read);
        if read == 0 {
            break;
        }
        // Each look costs as much as the head is long.
        if head.len() >= next {
            next = head.len() * 2;
            let is_clear = match format(&head, fields) {
                Ok(Format::Text) => head.len() >= ENOUGH,
                Ok(_) => true,
                Err(_) => head.len() >= ENOUGH,
            };
            if is_clear {
                break;
            }
        }
    }
    Ok(head)
}

/// What an input is that is certainly not text, by its first bytes as they are stored.
pub(super) fn foreign(head: &[u8]) -> Option<&'static str> {
    let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    match found {
        // Words of text can begin like these.
        Some("ORC" | "lzip") if !head[..head.len().min(512)].contains(&0) => None,
        Some("a GIF image" | "a RAR archive") if !head[..head.len().min(512)].contains(&0) => None,
        found => found,
    }
}

/// How a head is compressed, and as much as can be read of what is inside.
pub(super) fn unpacked(head: &[u8]) -> (Codec, Vec<u8>) {
    let mut out = Vec::new();
    // A head breaks off inside of its archive, which is no fault of the archive.
    match Codec::open(head) {
        Ok((codec, input)) => {
            let _ = input.take(HEAD as u64).read_to_end(&mut out);
            (codec, out)
        }
        Err(_) => (Codec::of_bytes(head), out),
    }
}

/// The format of an input of unknown name. Text is what looks like nothing else.
///
/// # Errors
///
/// What it looks like, if that is no format that can be told or read.
pub(super) fn format(head: &[u8], fields: &[String]) -> Result<Format, String> {
    if let Some(name) = foreign(head) {
        return Err(name.to_string());
    }
    let (codec, inside) = unpacked(head);
    if inside.is_empty() && codec != Codec::Plain {
        // A block of bzip2 or xz is longer than the head.
        return Err(format!("{codec:?}").to_lowercase());
    }
    if let Some(name) = foreign(&inside) {
        return Err(format!("{name}, compressed"));
    }
    if inside.get(257..262) == Some(b"ustar") {
        return Err("a tar archive".into());
    }
    if matches!(inside.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err("UTF-16".into());
    }
    if inside.contains(&0) {
        return Err("no text (it has bytes of zero)".into());
    }
    let controls = inside.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    if controls * 20 > inside.len() {
        return Err("no text (it is full of control characters)".into());
    }
    let text = String::from_utf8_lossy(inside.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&inside));
    of_text(&text, fields)
}

fn of_text(text: &str, fields: &[String]) -> Result<Format, String> {
    let start = text.trim_start();
    if start.starts_with("WARC/1.") || start.starts_with("WARC/0.") {
        let is_wet = start.contains("WARC-Type: conversion") && !start.contains("WARC-Type: response");
        return Ok(if is_wet { Format::Wet } else { Format::Warc });
    }
    if start.starts_with(['{', '[']) {
        return of_json(start);
    }
    if let Some(rest) = start.strip_prefix('<') {
        return of_markup(start, rest);
    }
    of_table(start, fields)
}

/// JSON lines, another way of writing JSON, or text that begins with a bracket.
fn of_json(start: &str) -> Result<Format, String> {
    let (line, is_whole) = start.split_once('\n').map_or((start, false), |(line, _)| (line, true));
    let line = line.trim_end();
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<serde_json::Value>();
    let first = values.next();
    match first {
        // A value that ends on its line is a record, whatever follows.
        Some(Ok(serde_json::Value::Object(_))) if values.byte_offset() <= line.len() => Ok(Format::Jsonl),
        Some(Ok(serde_json::Value::Object(_))) => Err("a JSON document, not JSON lines".into()),
        Some(Ok(serde_json::Value::Array(_))) => Err("a JSON array, not JSON lines".into()),
        Some(Err(error)) if error.is_eof() && start.len() > 1 => {
            let inside = start[1..].trim_start();
            match (start.starts_with('{'), is_whole) {
                // The line is longer than what was looked at.
                (true, false) if inside.starts_with('"') => Ok(Format::Jsonl),
                (true, true) if inside.starts_with('"') => Err("a JSON document, not JSON lines".into()),
                (false, _) if inside.starts_with(['{', '[', '"']) => Err("a JSON array, not JSON lines".into()),
                _ => Ok(Format::Text),
            }
        }
        // A bad first record among good ones does not make text of them.
        _ => {
            let mut others = start.lines().skip(1).take(20);
            let is_record = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|v| v.is_object());
            if start.starts_with('{') && others.any(is_record) { Ok(Format::Jsonl) } else { Ok(Format::Text) }
        }
    }
}

fn of_markup(start: &str, rest: &str) -> Result<Format, String> {
    let lower: String = rest.chars().take(16).collect::<String>().to_ascii_lowercase();
    let begins = |tag: &&str| {
        lower
            .strip_prefix(*tag)
            .is_some_and(|after| tag.starts_with('!') || !after.starts_with(|c: char| c.is_alphanumeric() || c == ':'))
    };
    if TAGS.iter().any(begins) {
        return Ok(Format::Html);
    }
    if lower.starts_with("?xml") || lower.starts_with("rss") || lower.starts_with("feed") {
        let is_page = start.chars().take(ENOUGH).collect::<String>().to_ascii_lowercase().contains("<html");
        return if is_page { Ok(Format::Html) } else { Err("XML".into()) };
    }
    Ok(Format::Text)
}

/// A table, if the first line is a header; its names have to be names, and the lines below as many fields.
fn of_table(start: &str, fields: &[String]) -> Result<Format, String> {
    let mut lines = start.lines();
    let header = lines.next().unwrap_or_default();
    for (delimiter, format) in [('\t', Format::Tsv), (',', Format::Csv), (';', Format::Csv), ('|', Format::Csv)] {
        let names: Vec<&str> = header.split(delimiter).map(|name| name.trim().trim_matches('"')).collect();
        let is_name = |name: &&str| {
            !name.is_empty()
                && name.len() <= 60
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'))
        };
        if names.len() < 2 || !names.iter().all(is_name) {
            continue;
        }
        if fields.iter().any(|field| names.contains(&field.as_str())) {
            return Ok(format);
        }
        let rows: Vec<&str> = lines.clone().filter(|line| !line.is_empty()).take(3).collect();
        // A list in prose has blanks after its commas.
        let is_tight = header.split(delimiter).all(|name| name == name.trim());
        if names.len() > 2
            && is_tight
            && rows.len() > 1
            && rows.iter().all(|row| row.split(delimiter).count() >= names.len())
        {
            return Err(format!("a table without a column `{}`", fields.join("` or `")));
        }
    }
    Ok(Format::Text)
}

/// Whether a file named `.json` holds JSON lines, as C4 and many others name them.
pub(super) fn is_json_lines(file: &mut dyn Read, fields: &[String]) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(HEAD as u64).read_to_end(&mut head)?;
    let (_, inside) = unpacked(&head);
    let text = String::from_utf8_lossy(inside.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&inside)).into_owned();
    let start = text.trim_start();
    if !start.starts_with('{') || of_json(start) != Ok(Format::Jsonl) {
        return Ok(false);
    }
    // A record of any kind could stand alone in its file; a record with a text is what we are asked for.
    let line = start.lines().next().unwrap_or_default();
    let record = serde_json::from_str::<serde_json::Value>(line);
    Ok(fields.iter().any(|field| {
        let key = field.split('.').next().unwrap_or(field);
        match &record {
            Ok(record) => record.get(field).or_else(|| record.get(key)).is_some(),
            // It goes on beyond the head, or is a bad one.
            Err(_) => text.contains(&format!("\"{key}\"")),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_tells_its_format() {
        let cases: [(&str, Result<Format, &str>); 34] = [
            ("", Ok(Format::Text)),
            ("The White Home stated, in line with a report.", Ok(Format::Text)),
            ("[ad_1] The White Home stated", Ok(Format::Text)),
            ("{dollars|money} is what they need", Ok(Format::Text)),
            ("{", Ok(Format::Text)),
            ("Yes, no, maybe\nNo, yes, so\nA, b, c\n", Ok(Format::Text)),
            ("Text, more text\nand more text, too", Ok(Format::Text)),
            ("# Title\n\n| a | b |\n", Ok(Format::Text)),
            ("<3 is a heart", Ok(Format::Text)),
            ("<author> wrote this", Ok(Format::Text)),
            ("BZhello is no archive", Ok(Format::Text)),
            ("{\"id\": 1, \"text\": \"a\"}\n", Ok(Format::Jsonl)),
            ("\u{feff}\n{\"id\": 1}\n{\"id\": 2}\n", Ok(Format::Jsonl)),
            ("{}\n{}\n", Ok(Format::Jsonl)),
            ("{\"text\": \"a line that is longer than what is", Ok(Format::Jsonl)),
            ("{'a': 1}\n{\"id\": 2}\n", Ok(Format::Jsonl)),
            ("{\n  \"id\": 1\n}\n", Err("a JSON document")),
            ("[\n {\"id\": 1},\n {\"id\": 2}\n]", Err("a JSON array")),
            ("[{\"id\": 1}, {\"id\": 2}, {\"i", Err("a JSON array")),
            ("<!DOCTYPE html><p>x", Ok(Format::Html)),
            ("  \n<HTML lang=en>", Ok(Format::Html)),
            ("<p>The White Home</p>", Ok(Format::Html)),
            ("<!-- saved from --><html>", Ok(Format::Html)),
            ("<?xml version='1.0'?><html xmlns='x'>", Ok(Format::Html)),
            ("<?xml version='1.0'?><rss>", Err("XML")),
            ("WARC/1.0\r\nWARC-Type: warcinfo\r\n", Ok(Format::Warc)),
            ("WARC/1.0\r\nWARC-Type: conversion\r\n", Ok(Format::Wet)),
            ("id,text\n1,a\n", Ok(Format::Csv)),
            ("\"id\";\"text\"\n1;a\n", Ok(Format::Csv)),
            ("id\ttext\n1\ta\n", Ok(Format::Tsv)),
            ("id,title,body\n1,a,b\n2,c,d\n", Err("a table without a column `text`")),
            ("a\0b", Err("no text")),
            ("%PDF-1.7", Err("PDF")),
            ("PAR1\u{15}", Err("Parquet")),
        ];
        for (head, expected) in cases {
            match (format(head.as_bytes(), &["text".into()]), expected) {
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{head:?}: {found}"),
                (found, Ok(expected)) => assert_eq!(found, Ok(expected), "{head:?}"),
                (found, Err(expected)) => panic!("{head:?}: {found:?}, not {expected}"),
            }
        }
    }

    #[test]
    fn it_looks_into_archives() {
        let zstd = zstd::bulk::compress(b"id\ttext\n", 1).unwrap();
        assert_eq!(format(&zstd, &["text".into()]), Ok(Format::Tsv));
        let tar = [&b"a"[..], &[0; 256], b"ustar"].concat();
        assert_eq!(format(&zstd::bulk::compress(&tar, 1).unwrap(), &["text".into()]), Err("a tar archive".into()));
        let lz4 = zstd::bulk::compress(b"\x04\x22\x4d\x18", 1).unwrap();
        assert_eq!(format(&lz4, &["text".into()]), Err("lz4, compressed".into()));
    }
}
