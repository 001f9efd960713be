//! Hostile inputs of tables, JSON lines, pages and Parquet: four times the size costs about four times the time, and none
//! more memory than it may. Peak memory is that of the kernel's own count for the child.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::support::{Folder, cleaner};

const MB: usize = 1 << 20;

/// Inputs that have hurt readers of their format: name of the file, and the input of about so many bytes.
type Hostile = (&'static str, &'static str, fn(usize) -> Vec<u8>);

fn times(part: &str, size: usize) -> Vec<u8> {
    part.repeat(size / part.len() + 1).into_bytes()
}

fn around(head: &str, part: &str, tail: &str, size: usize) -> Vec<u8> {
    [head.as_bytes(), &times(part, size), tail.as_bytes()].concat()
}

#[rustfmt::skip]
const HOSTILE: [Hostile; 48] = [
    ("escapes", "a.jsonl", |n| around("{\"text\": \"", "\\n", "\"}\n", n)),
    ("escaped letters", "a.jsonl", |n| around("{\"text\": \"", "\\u0061", "\"}\n", n)),
    ("surrogates", "a.jsonl", |n| around("{\"text\": \"", "\\ud83d\\ude00", "\"}\n", n)),
    ("nesting", "a.jsonl", |n| around("{\"a\": ", "[", "\n", n)),
    ("nesting in the text", "a.jsonl", |n| [times("{\"text\": ", 10), times("[", n / 2), times("]", n / 2), b"}\n".to_vec()].concat()),
    ("nesting of objects", "a.jsonl", |n| around("", "{\"a\":", "\n", n)),
    ("keys", "a.jsonl", |n| around("{", "\"text\":\"a\",", "\"z\":1}\n", n)),
    ("open strings", "a.jsonl", |n| times("{\"text\": \"\n", n)),
    ("quotes", "a.jsonl", |n| times("\"", n)),
    ("line ends", "a.jsonl", |n| times("\n", n)),
    ("separators", "a.jsonl", |n| times("\x1e", n)),
    ("short lines", "a.jsonl", |n| times("{}\n", n)),
    ("names", "a.csv", |n| times("a,", n)),
    ("names and the column", "a.csv", |n| around("text,", "a,", "\n", n)),
    ("fields", "a.csv", |n| around("id,text\n", ",", "\n", n)),
    ("quotes", "a.csv", |n| around("id,text\n", "\"", "\n", n)),
    ("doubled quotes", "a.csv", |n| around("id,text\n1,\"a", "\"\"", "\"\n", n)),
    ("open quotes", "a.csv", |n| around("id,text\n", "1,\"a\n", "", n)),
    ("open quotes at the start", "a.csv", |n| around("id,text\n", "\"a\n", "", n)),
    ("one open quote", "a.csv", |n| around("id,text\n1,\"", "a,b\n", "", n)),
    ("quotes that close and open", "a.csv", |n| around("id,text\n", "\"a\"b,\"\"\"\n", "", n)),
    ("blanks before quotes", "a.csv", |n| around("id,text\n", "      \"", "\n", n)),
    ("line ends", "a.csv", |n| around("id,text\n", "\n", "", n)),
    ("carriage returns", "a.csv", |n| around("id,text\n", "\r", "", n)),
    ("lines of sep", "a.csv", |n| times("sep=,\n", n)),
    ("tabs", "a.tsv", |n| around("id\ttext\n", "\t", "\n", n)),
    ("open tags", "a.html", |n| times("<div>", n)),
    ("open tags of many names", "a.html", |n| (0..n / 9).flat_map(|i| format!("<x{:06}>", i % 1_000_000).into_bytes()).collect()),
    ("open tags and the end of none", "a.html", |n| [times("<div>", n / 2), times("</section>", n / 2)].concat()),
    ("open cells and ends outside", "a.html", |n| [b"<div>".to_vec(), times("<td><section>", n / 2), times("</div>", n / 2)].concat()),
    ("open items in blocks", "a.html", |n| [times("<div>", n / 2), times("<li>a", n / 2)].concat()),
    ("hidden in hidden", "a.html", |n| times("<p hidden><div hidden>a", n)),
    ("brackets", "a.html", |n| times("<", n)),
    ("open comments", "a.html", |n| times("<!--", n)),
    ("comments", "a.html", |n| times("<!---->", n)),
    ("hyphens in a comment", "a.html", |n| around("<!--", "-", "", n)),
    ("declarations", "a.html", |n| times("<!", n)),
    ("open quotes of attributes", "a.html", |n| times("<a b=\"", n)),
    ("attributes", "a.html", |n| around("<a", " b=c", ">", n)),
    ("entities", "a.html", |n| times("&amp;", n)),
    ("ampersands", "a.html", |n| times("&", n)),
    ("letters of no encoding", "a.html", |n| vec![0xe9; n]),
    ("letters of an encoding", "a.html", |n| [b"<meta charset=shift_jis>", vec![0x83; n].as_slice()].concat()),
    ("elements of no name we know", "a.html", |n| times("<x>", n)),
    ("line breaks", "a.html", |n| times("a<br>\n", n)),
    ("scripts", "a.html", |n| times("<script><!--<script>", n)),
    ("marks of notes", "a.html", |n| times("<sup>[1]", n)),
    ("sections", "a.xhtml", |n| around("<?xml version='1.0'?><html>", "<![CDATA[", "", n)),
];

/// Ticks of the kernel's count of processor time.
const TICK: Duration = Duration::from_millis(10);

/// Runs the cleaner on an input: the processor time it took, which other work on the machine does not change, and how
/// much memory, in kilobytes, it had at most.
pub fn cost(name: &str, input: &[u8], threads: &str) -> (Duration, u64) {
    let folder = Folder::new();
    folder.write(name, input);
    let mut child = Command::new(cleaner())
        .args([name, "-o", &format!("out.{}", name.rsplit('.').next().unwrap()), "--quiet", "--threads", threads])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut peak, mut ticks) = (0, 0);
    let (status, stat) = (format!("/proc/{}/status", child.id()), format!("/proc/{}/stat", child.id()));
    let end = loop {
        let read = std::fs::read_to_string(&status).unwrap_or_default();
        let line = read.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")?.trim().parse().ok());
        peak = peak.max(line.unwrap_or(0));
        // Times in user and kernel mode are the 14th and 15th field; the second is the name, in brackets.
        let read = std::fs::read_to_string(&stat).unwrap_or_default();
        let fields = read.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        ticks = ticks.max(fields.filter_map(|ticks| ticks.parse::<u32>().ok()).sum());
        if let Some(end) = child.try_wait().unwrap() {
            break end;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(matches!(end.code(), Some(0..=2)), "{name}: {end:?}");
    (TICK * ticks, peak)
}

#[test]
fn time_grows_with_the_input() {
    let mut slow = Vec::new();
    for (kind, name, make) in HOSTILE {
        let (one, four) = (cost(name, &make(MB), "1").0, cost(name, &make(4 * MB), "1").0);
        // Start-up takes some ten milliseconds, which hide nothing: at quadratic time the second takes 16 times the first.
        if four > one * 8 + Duration::from_millis(200) {
            slow.push(format!("{name} of {kind}: {one:?} for 1 MB, {four:?} for 4 MB"));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn an_input_of_a_megabyte_takes_no_more_than_300() {
    let large: Vec<_> = HOSTILE
        .iter()
        .map(|(kind, name, make)| (kind, name, cost(name, &make(MB), "2").1 >> 10))
        .filter(|(.., peak)| *peak > 300)
        .collect();
    assert!(large.is_empty(), "{large:?}");
}

#[test]
fn a_record_full_of_escapes_is_passed_and_bounded() {
    let kinds = [
        "escapes",
        "escaped letters",
        "doubled quotes",
        "names",
        "names and the column",
        "fields",
        "entities",
        "line breaks",
    ];
    for (kind, name, make) in HOSTILE.iter().filter(|(kind, ..)| kinds.contains(kind)) {
        // A page may have 16 MiB.
        let size = if name.ends_with("html") { 15 } else { 31 };
        let peak = cost(name, &make(size * MB), "2").1 >> 10;
        assert!(peak < 400, "{name} of {kind}: {peak} MB");
    }
}
