//! `unspin learn`: a spinner that nobody knows is learned from pages, and the folder restores what it wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

/// What a spinner of our own writes for what. It knows no mercy: wherever an original stands it is replaced.
const SWAPS: [(&str, &str); 16] = [
    ("said", "quoth"),
    ("people", "mortals"),
    ("city", "burg"),
    ("year", "twelvemonth"),
    ("years", "twelvemonths"),
    ("water", "aqua"),
    ("company", "guild"),
    ("workers", "toilers"),
    ("school", "lyceum"),
    ("new", "neoteric"),
    ("first", "foremost"),
    ("police", "constabulary"),
    ("police officers", "constables"),
    ("week", "sennight"),
    ("week's", "sennight's"),
    ("report", "dossier"),
];

fn spun(text: &str) -> String {
    let swap = |word: &str| {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        match SWAPS.iter().find(|(original, _)| *original == core) {
            Some((_, swapped)) => word.replace(core, swapped),
            None => word.to_string(),
        }
    };
    text.split(' ').map(swap).collect::<Vec<_>>().join(" ")
}

/// The clean articles of the repository.
fn originals() -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in include_str!("articles/newsroom.jsonl").lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = record["orig"].as_str().unwrap().replace('\n', " ");
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("unspin-learn-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Status, standard output and standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_unspin")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn learn(pages: &Path, out: &Path, more: &[&str]) -> (i32, String, String) {
    let fixed = ["learn", pages.to_str().unwrap(), "--name", "quaint", "-o", out.to_str().unwrap()];
    run(&[&fixed[..], more].concat())
}

fn write_pages(path: &Path, texts: &[String]) {
    let advert = "Subscribe to our letter today and win a prize in the draw ".repeat(3);
    let record = |text: &String| json!({"spun": format!("{advert}{}", spun(text)), "orig": text}).to_string() + "\n";
    std::fs::write(path, texts.iter().map(record).collect::<String>()).unwrap();
}

#[test]
fn a_spinner_is_learned_and_undone() {
    let folder = folder("learned");
    let texts = originals();
    let (learned, held) = texts.split_at(texts.len() - 4);
    write_pages(&folder.join("pages.jsonl"), learned);
    let out = folder.join("quaint");
    let (status, said, err) = learn(&folder.join("pages.jsonl"), &out, &[]);
    assert_eq!((status, err.as_str()), (0, ""), "{said}");
    assert!(said.contains(&format!("pages           {}\n", learned.len())), "{said}");
    // Five pages, ten: the curve ends before the last that can be held out.
    assert!(said.contains("coverage") && said.contains("\n    5  ") && said.contains("\n   10  "), "{said}");
    let pairs = std::fs::read_to_string(out.join("pages.tsv")).unwrap();
    assert!(pairs.lines().any(|line| line.starts_with("quoth\tsaid\t")), "{pairs}");
    // The adverts stand in no original, and taught nothing.
    assert!(!pairs.contains("subscribe") && !pairs.contains("draw"), "{pairs}");

    let unspin = unspin::Unspin::builder().dictionary(&out).unwrap().build().unwrap();
    let (mut wanted, mut left, mut named) = (0, 0, 0);
    for text in held {
        let restored = unspin.restore(&spun(text)).into_owned();
        // A text with three swapped words shows too little.
        named += usize::from(restored.verdict().spinner() == Some("quaint"));
        let differ = |a: &str, b: &str| b.split(' ').filter(|word| !a.split(' ').any(|other| other == *word)).count();
        wanted += differ(&spun(text), text);
        left += differ(restored.text(), text);
        assert_eq!(unspin.restore(text).text(), text);
    }
    assert!(named >= 2, "{named} of 4 texts are named");
    assert!(wanted > 10 && left * 2 < wanted, "{left} of {wanted} words are left as they were spun");

    // Learning again from the same pages changes no file.
    let (status, _, _) = learn(&folder.join("pages.jsonl"), &out, &[]);
    assert_eq!((status, std::fs::read_to_string(out.join("pages.tsv")).unwrap()), (0, pairs));
}

/// What spinners have in common reads a page of one, without its original.
#[test]
fn without_originals_the_common_channel_reads() {
    let folder = folder("unaligned");
    let mut records = String::new();
    for line in include_str!("articles/newsroom.jsonl").lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        if record["spun"] != record["orig"] {
            records += &(json!({"text": record["spun"]}).to_string() + "\n");
        }
    }
    std::fs::write(folder.join("pages.jsonl"), records).unwrap();
    let out = folder.join("quaint");
    let (status, said, err) = learn(&folder.join("pages.jsonl"), &out, &["--unaligned", "--without", "folks"]);
    assert_eq!((status, err.as_str()), (0, ""), "{said}");
    let pairs = std::fs::read_to_string(out.join("pages.tsv")).unwrap();
    assert!(pairs.contains("stated\tsaid\t"), "{pairs}");
    assert!(unspin::Unspin::builder().dictionary(&out).unwrap().build().is_ok());
}

#[test]
fn what_is_wrong_is_named() {
    let folder = folder("wrong");
    let texts = originals();
    let pages = folder.join("pages.jsonl");
    write_pages(&pages, &texts[..3]);
    let mut records = std::fs::read_to_string(&pages).unwrap();
    records += "{\"spun\": \"no original\"}\nnot json\n\n{\"id\": \"far\", \"spun\": \"Rain fell.\", \"orig\": \"Stocks rose.\"}\n";
    std::fs::write(&pages, records).unwrap();
    let (status, said, err) = learn(&pages, &folder.join("some"), &[]);
    assert_eq!(status, 1, "{said}");
    let named: Vec<&str> = err.lines().collect();
    assert_eq!(named.len(), 3, "{err}");
    for (line, (number, reason)) in named.iter().zip([(4, "missing field `orig`"), (5, "expected"), (7, "page far")]) {
        assert!(line.contains(&format!("pages.jsonl:{number}: ")) && line.contains(reason), "{line}");
    }
    assert!(folder.join("some/pages.tsv").exists());

    // Clean pages teach nothing, and leave nothing behind.
    let clean = folder.join("clean.jsonl");
    std::fs::write(&clean, json!({"spun": texts[0], "orig": texts[0]}).to_string() + "\n").unwrap();
    let (status, said, err) = learn(&clean, &folder.join("none"), &[]);
    assert_eq!((status, said.as_str()), (1, ""));
    assert!(err.contains("nothing was learned") && !folder.join("none").exists(), "{err}");

    assert_eq!(learn(&folder.join("absent.jsonl"), &folder.join("none"), &[]).0, 3);
    assert_eq!(learn(&pages, &folder.join("none"), &["--without", "nobody"]).0, 2);
    let nameless = ["learn", pages.to_str().unwrap(), "--name", " ", "-o", folder.to_str().unwrap()];
    assert_eq!(run(&nameless).0, 2);
}
