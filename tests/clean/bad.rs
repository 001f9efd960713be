//! Bad inputs, and what each gets: unchanged or cut to its whole records, named with its record, status 1.

use super::support::{CLEAN, Folder, SPUN, jsonl, restored};

/// What comes out.
enum Gets {
    /// The input, byte for byte.
    Same,
    /// The input, its spun text restored around what is bad.
    Restored,
    /// This many records, whole; what follows is left out.
    Whole(usize),
}

use Gets::{Restored, Same, Whole};

struct Bad {
    name: &'static str,
    bytes: Vec<u8>,
    gets: Gets,
    /// The record that is named, from 1; 0 is the file.
    record: u64,
    reason: &'static str,
}

fn bad(name: &'static str, bytes: impl AsRef<[u8]>, gets: Gets, record: u64, reason: &'static str) -> Bad {
    let spun = |bytes: &[u8]| replace(bytes, b"SPUN", SPUN[0].as_bytes());
    Bad { name, bytes: spun(bytes.as_ref()), gets, record, reason }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

fn warc(kind: &str, media: &str, more: &str, content: &str) -> String {
    let content = content.replace("SPUN", SPUN[0]);
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\n{more}Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
}

/// JSONL as `gzip` or `zstd` write it, by way of the cleaner.
fn packed(name: &str, records: usize) -> Vec<u8> {
    let folder = Folder::new();
    // What was restored is restored already: texts are clean, so that the bytes stay.
    let texts: String = (0..records).map(|n| format!("{{\"id\": {n}, \"text\": \"{}\"}}\n", CLEAN[n % 2])).collect();
    folder.write("a.jsonl", texts);
    folder.clean(&["a.jsonl", "-o", name]).expect(0);
    folder.read(name)
}

#[rustfmt::skip]
fn table() -> Vec<Bad> {
    let gzip = packed("a.jsonl.gz", 6_000);
    let zstd = packed("a.jsonl.zst", 6_000);
    let flipped = |bytes: &[u8]| { let mut bytes = bytes.to_vec(); let at = bytes.len() - 30; bytes[at] ^= 0x55; bytes };
    let wet = |more: &str| warc("conversion", "text/plain", more, "SPUN");
    let page = |head: &str, body: &str| warc("response", "application/http", "", &format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n{body}"));
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("a text".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    vec![
        // JSONL
        bad("a.jsonl", "{\"text\": \"SPUN\n", Same, 1, "invalid JSON"),
        bad("a.jsonl", "{\"text\": \"SPUN\"}\n{\"text\": \"SPUN\"", Restored, 2, "invalid JSON"),
        bad("a.jsonl", "SPUN\n", Same, 1, "invalid JSON"),
        bad("a.jsonl", "{\"text\": \"SPUN\"} {}\n", Same, 1, "trailing characters"),
        bad("a.jsonl", "{'text': 'SPUN'}\n", Same, 1, "invalid JSON"),
        bad("a.jsonl", "[\"SPUN\"]\n", Same, 1, "expected an object"),
        bad("a.jsonl", "\"SPUN\"\n", Same, 1, "expected an object"),
        bad("a.jsonl", "{\"body\": \"SPUN\"}\n", Same, 1, "no field `text`"),
        bad("a.jsonl", "{}\n", Same, 1, "no field `text`"),
        bad("a.jsonl", "{\"text\": null}\n", Same, 1, "is null, not a string"),
        bad("a.jsonl", "{\"text\": 12}\n", Same, 1, "is a number, not a string"),
        bad("a.jsonl", "{\"text\": {\"text\": \"SPUN\"}}\n", Same, 1, "is an object, not a string"),
        bad("a.jsonl", "{\"text\": [\"SPUN\"]}\n", Same, 1, "is an array, not a string"),
        bad("a.jsonl", b"\n\n{\"text\": \"SPUN \xff\"}\n", Same, 3, "invalid UTF-8"),
        bad("a.jsonl", "{\"text\": \"\\ud800 SPUN\"}\n", Same, 1, "invalid JSON"),
        bad("a.jsonl", "{\"text\": \"\\x SPUN\"}\n", Same, 1, "invalid escape"),
        bad("a.jsonl", "{\"text\": \"SPUN \u{1}\"}\n", Same, 1, "control character"),
        bad("a.jsonl", "{\"text\": \"SPUN\"}\n\u{0}\u{0}\u{0}\n", Restored, 2, "invalid JSON"),
        bad("a.jsonl", &utf16, Same, 0, "UTF-16"),
        bad("a.jsonl", format!("{}\n", "[".repeat(100_000)), Same, 1, "invalid JSON"),
        // Archives
        bad("a.jsonl.gz", &gzip[..gzip.len() / 2], Whole(1_000), 0, "breaks off"),
        bad("a.jsonl.gz", &gzip[..gzip.len() - 4], Whole(5_000), 0, "breaks off"),
        bad("a.jsonl.gz", flipped(&gzip), Whole(5_000), 0, "breaks off"),
        bad("a.jsonl.gz", [&gzip[..], b"trailing junk"].concat(), Whole(6_000), 0, "breaks off"),
        bad("a.jsonl.gz", "{\"text\": \"SPUN\"}\n", Restored, 0, "named like gzip, but it is plain"),
        bad("a.jsonl.gz", &gzip[..9], Whole(0), 1, "breaks off"),
        bad("a.jsonl.zst", &zstd[..zstd.len() / 2], Whole(1_000), 0, "breaks off"),
        bad("a.jsonl.zst", [&zstd[..], b"trailing junk"].concat(), Whole(6_000), 0, "breaks off"),
        bad("a.jsonl.zst", &gzip, Whole(6_000), 0, "named like zstd, but it is gzip"),
        // Text and pages
        bad("a.txt", b"SPUN \xff", Restored, 1, "invalid UTF-8 at byte"),
        bad("a.txt", &utf16, Same, 1, "UTF-16"),
        bad("a.html", &utf16, Same, 1, "UTF-16"),
        // Tables
        bad("a.csv", "id,body\n1,\"SPUN\"\n", Same, 0, "no column `text`"),
        bad("a.csv", "id,text\n1\n2,\"SPUN\"\n", Restored, 1, "1 fields"),
        bad("a.csv", "id,text\n1,\"SPUN\n2,x\n", Same, 1, "a quote that does not close"),
        bad("a.csv", b"id,text\n1,\"SPUN \xff\"\n2,x\n".as_slice(), Same, 1, "invalid UTF-8"),
        bad("a.tsv", "id\ttext\n1\t\"SPUN\"x\ty\n", Same, 1, "3 fields under 2 names"),
        // Web archives
        bad("a.wet", "SPUN\n", Same, 1, "no WARC record"),
        bad("a.wet", format!("{}junk\r\n{}", wet(""), wet("")), Restored, 2, "no WARC record"),
        bad("a.wet", "WARC/1.0\r\nWARC-Type: conversion\r\n\r\nSPUN\r\n\r\n", Same, 1, "Content-Length"),
        bad("a.wet", wet("").replace("Content-Length: 1", "Content-Length: x1"), Same, 1, "Content-Length"),
        bad("a.wet", &wet("").as_bytes()[..150], Whole(0), 1, "ends inside of this record"),
        bad("a.wet", wet("WARC-Block-Digest: md5:00\r\n"), Same, 1, "cannot be made again"),
        bad("a.warc", replace(page("Content-Encoding: br\r\n", "XX").as_bytes(), b"XX", b"\xff\xfe"), Same, 1, "encoded as `br`"),
        bad("a.warc", replace(page("Content-Encoding: gzip\r\n", "XX").as_bytes(), b"XX", b"\x1f\x8b"), Same, 1, "cannot be decompressed"),
        // Parquet
        bad("a.parquet", "", Same, 0, "copied as it is"),
        bad("a.parquet", "PAR1 SPUN PAR1", Same, 0, "copied as it is"),
        bad("a.parquet", "SPUN", Same, 0, "copied as it is"),
    ]
}

#[test]
fn each_gets_what_the_table_says() {
    let table = table();
    assert!(table.len() >= 40);
    for bad in table {
        let folder = Folder::new();
        folder.write(bad.name, &bad.bytes);
        let run = folder.clean(&[bad.name, "--quiet"]);
        let shown = format!(
            "{} ({}) {:?}",
            bad.name,
            bad.reason,
            String::from_utf8_lossy(&bad.bytes[..bad.bytes.len().min(80)])
        );
        let err = run.err();
        // A dump in which no record has the field is a call that is wrong.
        let lacks = bad.reason.starts_with("no field") || bad.reason.starts_with("no column");
        assert_eq!(run.status(), if lacks { 2 } else { 1 }, "{shown}: {err}");
        let start =
            if bad.record == 0 { format!("{}: ", bad.name) } else { format!("{}: record {}: ", bad.name, bad.record) };
        assert!(err.lines().any(|line| line.starts_with(&start) && line.contains(bad.reason)), "{shown}: {err}");
        match bad.gets {
            Same => assert!(run.out() == bad.bytes, "{shown}: {:?}", String::from_utf8_lossy(run.out())),
            Restored => {
                let new = restored(SPUN[0]);
                let out = String::from_utf8_lossy(run.out()).into_owned();
                assert!(out.contains(&new), "{shown}: {out}");
                let strip = |bytes: &[u8], text: &str| {
                    String::from_utf8_lossy(bytes)
                        .replace(text, "")
                        .lines()
                        .filter(|l| !l.starts_with("Content-Length"))
                        .collect::<String>()
                };
                assert!(
                    strip(run.out(), &new).contains(&strip(&bad.bytes, SPUN[0])) || out.contains(SPUN[0]),
                    "{shown}: {out}"
                );
            }
            Whole(least) => {
                let out = run.out();
                assert!(out.is_empty() || out.ends_with(b"\n"), "{shown}");
                let records = out.iter().filter(|&&b| b == b'\n').count();
                assert!(records >= least, "{shown}: {records} records");
            }
        }
    }
}

#[test]
fn a_bad_record_among_many_costs_only_itself() {
    let good = jsonl(1_000);
    let mut input = String::new();
    for (n, line) in good.split_inclusive('\n').enumerate() {
        input += line;
        if n % 100 == 50 {
            input += "not json\n";
        }
    }
    let run = Folder::new().clean_from(&["--format", "jsonl", "--quiet"], input.as_bytes()).expect(1);
    assert_eq!(run.err().lines().count(), 10);
    let kept: String = run.out_text().split_inclusive('\n').filter(|line| *line != "not json\n").collect();
    assert!(kept == super::support::jsonl_restored(1_000));
}
