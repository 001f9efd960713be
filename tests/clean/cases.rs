//! Web archives of all kinds, as data: a file of `bad/warc` is a case, in its input and in what comes out.
//!
//! A case begins with what the run says:
//!
//!     # why
//!     status 1
//!     says record 1: a part of the message
//!     lf                      lines end in `\n`, not `\r\n`
//!
//! Then come the parts of the archive. `=== record N` is a record with N line ends after it (2 if left out), `=== raw`
//! bytes as they stand. `\xHH`, `\r`, `\n` are bytes, and braces are what is worked out:
//!
//! - `{page}` a page that is restored, `{text}` its text, `{kept}` and `{kept-text}` the same, untouched,
//! - `{chunked:gzip:page}` a page wrapped from right to left: `gzip zlib deflate zstd br chunk chunked`,
//! - `{length}`, `{length+3}` of the content, `{body-length}` of the body of a message,
//! - `{sha1:body}` a digest: `sha1 sha1-hex sha256 sha256-64 md5 md5-64 sha512`, of `content body coded page`,
//!   or of the pages by themselves, `the-page` and `the-kept`.
//!
//! The output must be the same archive with the pages restored, every length and digest worked out again, byte for
//! byte: so nothing else may change, and no number may be untrue.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use sha1::Digest;

use super::support::{Folder, SPUN, restored};

/// The pages of a case, before or after the cleaning.
struct Builder {
    text: String,
    eol: &'static str,
}

/// What macros of a header are over.
type Parts = HashMap<&'static str, Vec<u8>>;

impl Builder {
    fn new(is_restored: bool, is_lf: bool) -> Builder {
        let text = if is_restored { restored(SPUN[0]) } else { SPUN[0].into() };
        Builder { text, eol: if is_lf { "\n" } else { "\r\n" } }
    }

    fn archive(&self, parts: &str) -> Vec<u8> {
        let mut out = Vec::new();
        for part in parts.split("=== ").skip(1) {
            let (head, body) = part.split_once('\n').unwrap();
            let body = body.strip_suffix('\n').unwrap_or(body);
            match head.split(' ').collect::<Vec<_>>()[..] {
                ["raw"] => out.extend(self.expand(body, &Parts::new())),
                ["record"] => out.extend(self.record(body, 2)),
                ["record", ends] => out.extend(self.record(body, ends.parse().unwrap())),
                _ => panic!("{head}"),
            }
        }
        out
    }

    fn record(&self, record: &str, ends: usize) -> Vec<u8> {
        let (header, content) = record.split_once("\n\n").unwrap();
        let mut parts = Parts::new();
        let content = match content.split_once("\n\n") {
            Some((head, body)) if content.to_lowercase().starts_with("http/") => {
                self.layers(body, &mut parts);
                [self.header(head, &parts), parts["body"].clone()].concat()
            }
            _ => self.expand(&content.replace('\n', self.eol), &parts),
        };
        parts.insert("content", content.clone());
        [self.header(header, &parts), content, self.eol.repeat(ends).into_bytes()].concat()
    }

    fn header(&self, lines: &str, parts: &Parts) -> Vec<u8> {
        let lines = format!("{lines}\n\n").replace('\n', self.eol);
        self.expand(&lines, parts)
    }

    /// The body of a message, as sent, without chunks, and the page in it.
    fn layers(&self, body: &str, parts: &mut Parts) {
        let sent = self.expand(&body.replace('\n', self.eol), parts);
        let inner = |body: &str| self.expand(body, &Parts::new());
        let coded = if body.contains("{chunked:") { inner(&body.replace("{chunked:", "{")) } else { sent.clone() };
        let page = body.trim_start_matches('{').trim_end_matches('}').rsplit(':').next().unwrap();
        let page = if body.find('}') == Some(body.len() - 1) && body.starts_with('{') {
            inner(&format!("{{{page}}}"))
        } else {
            sent.clone()
        };
        parts.extend([("body", sent), ("coded", coded), ("page", page)]);
    }

    /// Works out braces and escapes.
    fn expand(&self, text: &str, parts: &Parts) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '\\']) {
            out.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at..];
            let used = match rest.as_bytes() {
                [b'{', ..] => {
                    let end = rest.find('}').unwrap();
                    out.extend(self.brace(&rest[1..end], parts));
                    end + 1
                }
                [_, b'x', ..] => {
                    out.push(u8::from_str_radix(&rest[2..4], 16).unwrap());
                    4
                }
                [_, letter, ..] => {
                    out.push(if *letter == b'r' { b'\r' } else { b'\n' });
                    2
                }
                _ => unreachable!(),
            };
            rest = &rest[used..];
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }

    fn brace(&self, brace: &str, parts: &Parts) -> Vec<u8> {
        if let Some(more) = brace.strip_prefix("length") {
            let length = parts["content"].len() as i64 + more.parse::<i64>().unwrap_or(0);
            return length.to_string().into_bytes();
        }
        match brace.split_once(':') {
            Some((digest, part)) if parts.contains_key(part) => spelled(digest, &parts[part]).into_bytes(),
            Some((digest, "the-page")) => spelled(digest, &page(&self.text)).into_bytes(),
            Some((digest, "the-kept")) => spelled(digest, &page(SPUN[0])).into_bytes(),
            Some((coding, inner)) => coded(coding, &self.brace(inner, parts)),
            None => match brace {
                "body-length" => parts["body"].len().to_string().into_bytes(),
                "text" => self.text.clone().into_bytes(),
                "kept-text" => SPUN[0].into(),
                "page" => page(&self.text),
                "kept" => page(SPUN[0]),
                _ => panic!("{{{brace}}}"),
            },
        }
    }
}

fn page(text: &str) -> Vec<u8> {
    format!("<html><body><p class=\"White Home\">{text}</p></body></html>").into_bytes()
}

fn coded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let level = Compression::new(6);
    macro_rules! flate {
        ($encoder:ident) => {{
            let mut encoder = $encoder::new(Vec::new(), level);
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }};
    }
    match coding {
        "gzip" => flate!(GzEncoder),
        "zlib" => flate!(ZlibEncoder),
        "deflate" => flate!(DeflateEncoder),
        "zstd" => zstd::bulk::compress(bytes, 0).unwrap(),
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 16 << 10, 5, 22);
            encoder.write_all(bytes).unwrap();
            encoder.into_inner()
        }
        // One chunk, without the end of the body.
        "chunk" => [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes].concat(),
        "chunked" => [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat(),
        _ => panic!("{coding}"),
    }
}

fn spelled(digest: &str, bytes: &[u8]) -> String {
    let (algorithm, spelling) = digest.split_once('-').unwrap_or((digest, if digest == "sha1" { "32" } else { "hex" }));
    let sum = match algorithm {
        "sha1" => sha1::Sha1::digest(bytes).to_vec(),
        "sha256" => sha2::Sha256::digest(bytes).to_vec(),
        "sha512" => sha2::Sha512::digest(bytes).to_vec(),
        "md5" => md5::Md5::digest(bytes).to_vec(),
        _ => panic!("{digest}"),
    };
    let (digits, bits) = match spelling {
        "hex" => ("0123456789abcdef", 4),
        "32" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5),
        _ => ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6),
    };
    // As a string of ones and zeros: slow, and plain to see.
    let ones: String = sum.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |group: &[u8]| {
        let group = format!("{:0<bits$}", std::str::from_utf8(group).unwrap());
        char::from(digits.as_bytes()[usize::from_str_radix(&group, 2).unwrap()])
    };
    let mut out: String = ones.as_bytes().chunks(bits).map(digit).collect();
    while bits == 6 && !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

#[test]
fn archives_come_out_as_their_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clean/bad/warc");
    let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut wrong = Vec::new();
    for path in &cases {
        if let Some(reason) = fails(&std::fs::read_to_string(path).unwrap()) {
            wrong.push(format!("{}: {reason}", path.file_name().unwrap().display()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Why a case fails, if it does.
fn fails(case: &str) -> Option<String> {
    let (says, parts) = case.split_at(case.find("=== ").unwrap());
    let lines: Vec<&str> = says.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let is_lf = lines.contains(&"lf");
    let status: i32 = lines.iter().find_map(|line| line.strip_prefix("status ")).unwrap().parse().unwrap();
    let said: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("says ")).collect();
    let (input, expected) = (Builder::new(false, is_lf).archive(parts), Builder::new(true, is_lf).archive(parts));
    let folder = Folder::new();
    folder.write("a.warc", &input);
    let run = folder.clean(&["a.warc", "--quiet"]);
    let err = run.err();
    if run.status() != status {
        return Some(format!("status {}: {err}", run.status()));
    }
    let named = err.lines().count();
    if named != said.len() || !said.iter().all(|part| err.lines().any(|l| l.contains(&format!("a.warc: {part}")))) {
        return Some(format!("says {err}"));
    }
    if run.out() != expected {
        return Some(format!("gives {}", String::from_utf8_lossy(run.out())));
    }
    // One member a record, and nothing else is different.
    folder.clean(&["a.warc", "--quiet", "-o", "b.warc.gz"]);
    let unpacked = folder.clean(&["b.warc.gz", "--quiet"]);
    (unpacked.out() != expected).then(|| "is another archive when compressed".into())
}
