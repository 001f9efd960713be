//! Tables, JSON lines and pages of all kinds, as data: a file of `bad/csv`, `bad/tsv`, `bad/jsonl`, `bad/html` and `bad/txt` is a
//! case, in its input and in what comes out. The name of the file is that of the input.
//!
//!     # why
//!     run --field body        arguments besides the input (may be left out)
//!     status 1                0 if left out
//!     says record 1: a part of the message
//!     ---
//!     the input
//!
//! `{s}` is a sentence that is restored, `{k}` the same sentence where it must be kept, `{r}` what it becomes. `\n`, `\r`,
//! `\t`, `\\` and `\xHH` are bytes; a line that ends in `\` goes on in the next. What comes out must be the input, byte for
//! byte, with each `{s}` restored; where it is not, a second `---` stands before it. What is not said must not be said.

use std::collections::BTreeMap;
use std::path::Path;

use super::support::{Folder, restored};

/// A sentence without commas and quotes, spun by hand.
const SENTENCE: &str = "The White Home stated on Tuesday that Chinese language officers had been behind the assault on the Folks's Liberation Military.";

struct Case {
    arguments: Vec<String>,
    status: i32,
    says: Vec<String>,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Case {
    fn read(text: &str) -> Case {
        let (head, body) = text.split_once("\n---\n").expect("a line of ---");
        let mut case =
            Case { arguments: Vec::new(), status: 0, says: Vec::new(), input: Vec::new(), output: Vec::new() };
        for line in head.lines() {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("#", _) => {}
                ("run", rest) => case.arguments = rest.split(' ').map(str::to_string).collect(),
                ("status", rest) => case.status = rest.parse().unwrap(),
                ("says", rest) => case.says.push(rest.to_string()),
                _ => panic!("{line}"),
            }
        }
        let (input, output) = body.split_once("\n---\n").map_or((body, None), |(input, output)| (input, Some(output)));
        let input = if output.is_some() { format!("{input}\n") } else { input.to_string() };
        case.input = bytes(&input, SENTENCE);
        case.output = bytes(output.unwrap_or(&input), &restored(SENTENCE));
        case
    }
}

/// The bytes that a body stands for.
fn bytes(body: &str, sentence: &str) -> Vec<u8> {
    let body = body.replace("\\\n", "").replace("{s}", sentence).replace("{k}", SENTENCE);
    let body = body.replace("{r}", &restored(SENTENCE));
    let (mut out, mut rest) = (Vec::new(), body.as_str());
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let (byte, len) = match rest.as_bytes()[at + 1] {
            b'n' => (b'\n', 2),
            b'r' => (b'\r', 2),
            b't' => (b'\t', 2),
            b'\\' => (b'\\', 2),
            b'x' => (u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap(), 4),
            other => panic!("\\{}", char::from(other)),
        };
        out.push(byte);
        rest = &rest[at + len..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// The cases of a folder by their names.
fn cases(format: &str) -> BTreeMap<String, Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clean/bad").join(format);
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, Case::read(&std::fs::read_to_string(path).unwrap()))
    };
    std::fs::read_dir(folder).unwrap().map(read).collect()
}

fn run(format: &str, least: usize) {
    let cases = cases(format);
    assert!(cases.len() >= least, "{} cases of {format}", cases.len());
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let folder = Folder::new();
        folder.write(&name, &case.input);
        let mut arguments = vec![name.as_str(), "--quiet"];
        arguments.extend(case.arguments.iter().map(String::as_str));
        let run = folder.clean(&arguments);
        let err = run.err();
        let is_said = case.says.iter().all(|part| err.lines().any(|line| line.contains(part.as_str())));
        let is_more = err.lines().any(|line| !case.says.iter().any(|part| line.contains(part.as_str())));
        if run.status() != case.status || run.out() != case.output || !is_said || is_more {
            wrong.push(format!(
                "{format}/{name}: status {} for {}\nsaid: {err}\ngot:      {:?}\nexpected: {:?}\n",
                run.status(),
                case.status,
                String::from_utf8_lossy(run.out()),
                String::from_utf8_lossy(&case.output),
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn tables_change_in_their_column_alone() {
    run("csv", 30);
    run("tsv", 8);
}

#[test]
fn lines_of_json_change_in_their_field_alone() {
    run("jsonl", 20);
}

#[test]
fn pages_change_in_what_a_reader_sees_alone() {
    run("html", 45);
}

#[test]
fn texts_change_in_their_words_alone() {
    run("txt", 5);
}

/// Soup of what means something to each reader: clean, it comes out as it went in, whatever is said of it.
#[test]
fn any_bytes_come_out_as_they_went_in() {
    let soups: [(&str, &[&str]); 5] = [
        ("csv", &["a", ",", "\"", "\n", "\r\n", " ", "text", "\\", ";", "\u{feff}", "sep=", "\0"]),
        ("tsv", &["a", "\t", "\"", "\n", "\r", " ", "text"]),
        ("jsonl", &["{", "}", "\"text\"", ":", "\"", "\\", "\n", "[", "]", "1", ",", "\\u12", "\x1e", " "]),
        (
            "html",
            &[
                "<",
                ">",
                "/",
                "!--",
                "--",
                "p",
                "script",
                " a=",
                "\"",
                "&",
                "amp;",
                "<br>",
                "<p hidden>",
                "</",
                "\u{e9}",
                "x",
            ],
        ),
        ("xhtml", &["<?xml?>", "<", ">", "/>", "<![CDATA[", "]]>", "title", " ", "'", "</p>", "&#x", ";", "\u{ad}"]),
    ];
    let folder = Folder::new();
    let (mut state, mut inputs) = (7u64, Vec::new());
    for (ending, soup) in soups {
        for n in 0..300 {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as usize
            };
            let mut bytes = if n % 2 == 0 && ending.ends_with("sv") { b"id,text\n".to_vec() } else { Vec::new() };
            for _ in 0..next() % 60 {
                bytes.extend_from_slice(soup[next() % soup.len()].as_bytes());
                if next() % 40 == 0 {
                    bytes.push(0xff);
                }
            }
            let name = format!("{n:03}.{ending}");
            folder.write(&format!("in/{name}"), &bytes);
            inputs.push((name, bytes));
        }
    }
    let run = folder.clean(&["in", "-o", "out", "--quiet", "--only", "spun"]);
    assert!(matches!(run.status(), 0 | 1), "{}", run.err());
    for (name, bytes) in inputs {
        let out = folder.read(&format!("out/{name}"));
        assert!(
            out == bytes,
            "{name}: {:?} became {:?}",
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(&out)
        );
    }
}
