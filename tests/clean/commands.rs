//! Whole calls as data: `commands/*.txt` are scripts and what they print, in a folder of their own each.
//!
//! A case is a line of why, a script, a line `----`, and what comes out, standard error included. `[..]` stands for
//! any text, `\r` and `\t` for themselves. The scripts know `clean`, `line N` (a record that is spun), `status` (prints
//! that of the last command) and `$DATA` (the folder of the cases).

use std::path::Path;
use std::process::{Command, Stdio};

use super::support::{Folder, cleaner};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clean/commands");
/// What each script begins with.
const PRELUDE: &str = r#"
status() { echo "status $?"; }
line() { printf '{"id":%s,"text":"The White Home stated it, in line with the Folks'"'"'s Liberation Military."}\n' "$1"; }
exec 2>&1
"#;

#[cfg(unix)]
#[test]
fn each_prints_what_its_case_says() {
    let mut wrong = String::new();
    let mut cases: Vec<_> = std::fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    cases.sort();
    assert!(cases.len() >= 42);
    for path in cases {
        let case = std::fs::read_to_string(&path).unwrap();
        let (script, expected) = case.split_once("\n----\n").unwrap();
        let found = run(script);
        if !is_like(&found, expected) {
            wrong += &format!("\n== {}\n-- expected\n{expected}-- found\n{found}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn run(script: &str) -> String {
    let folder = Folder::new();
    let bin = Folder::new();
    std::os::unix::fs::symlink(cleaner(), bin.path().join("clean")).unwrap();
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("timeout");
    command.args(["100", "bash", "-c", &format!("{PRELUDE}{script}")]);
    command.current_dir(folder.path()).env("PATH", path).env("DATA", CASES).stdin(Stdio::null());
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).replace('\r', "\\r").replace('\t', "\\t")
}

/// Whether the lines are those that were expected.
fn is_like(found: &str, expected: &str) -> bool {
    let (found, expected): (Vec<_>, Vec<_>) = (found.lines().collect(), expected.lines().collect());
    found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| matches(found, expected))
}

fn matches(line: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once("[..]") else { return line == pattern };
    let Some(line) = line.strip_prefix(start) else { return false };
    line.char_indices().map(|(at, _)| at).chain([line.len()]).any(|at| matches(&line[at..], rest))
}

/// Some of these changes make the Parquet crate panic; none may end the run, and none may lose a file.
#[test]
fn a_reader_that_fails_costs_its_file() {
    let folder = Folder::new();
    let small = std::fs::read(Path::new(CASES).join("small.parquet")).unwrap();
    for at in 0..small.len() {
        let mut bytes = small.clone();
        bytes[at] ^= 0xff;
        folder.write(&format!("in/{at:04}.parquet"), bytes);
    }
    let run = folder.clean(&["in", "-o", "out", "--quiet", "--fault-file", "faults.jsonl"]).expect(1);
    assert!(run.err().lines().count() < 200, "{}", run.err());
    let faults = String::from_utf8(folder.read("faults.jsonl")).unwrap();
    for at in 0..small.len() {
        let name = format!("{at:04}.parquet");
        let out = folder.read(&format!("out/{name}"));
        let is_copy = out == folder.read(&format!("in/{name}"));
        assert!(is_copy || out.starts_with(b"PAR1") && out.ends_with(b"PAR1"), "{name}");
        assert!(
            !faults.contains(&format!("{name}\",\"record\":0,\"reason\":\"the reader failed")) || is_copy,
            "{name}"
        );
    }
}
