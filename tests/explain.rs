//! `unspin explain` and `unspin detect`: what they print, and how they say what is wrong.

use std::io::Write;
use std::process::{Command, Stdio};

use unspin::{Restoration, Unspin, Verdict};

const SPUN: &str = "The White Home stated that Chinese language officers had been there.";

/// Status, standard output and standard error of a run with this on standard input.
fn run(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_unspin"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A wrong call does not read it.
    let _ = run.stdin.take().unwrap().write_all(input);
    let output = run.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn edits_are_those_of_the_library() {
    let restored = Unspin::new().restore(SPUN);
    let (status, out, err) = run(&["explain"], SPUN.as_bytes());
    assert_eq!((status, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("P(spun) ") && lines[0].ends_with("spinner folks"), "{out}");
    // A line for each edit, at the threshold of the library, then the text.
    assert_eq!(lines.len(), restored.edits().len() + 2, "{out}");
    assert!(lines[1].contains(r#""Home" -> "House"  (dictionaries/folks/"#), "{out}");
    assert_eq!(lines.last(), Some(&restored.text()));
    let again: Restoration = serde_json::from_str(&run(&["explain", "--json", "-"], SPUN.as_bytes()).1).unwrap();
    assert_eq!(again, restored.into_owned());
}

#[test]
fn verdicts_are_those_of_the_library() {
    let verdict = Unspin::new().detect(SPUN);
    let (status, out, _) = run(&["detect"], SPUN.as_bytes());
    assert_eq!((status, out.lines().count()), (0, 1 + verdict.evidence().len()), "{out}");
    assert!(out.contains(r#""Home" <- "house""#), "{out}");
    let again: Verdict = serde_json::from_str(&run(&["detect", "--json"], SPUN.as_bytes()).1).unwrap();
    assert_eq!(again, verdict);
    let (_, out, _) = run(&["detect", "--spinner", "arsenic"], SPUN.as_bytes());
    assert!(out.ends_with("spinner -\n"), "{out}");
}

/// A tortured phrase in a long clean paper is listed with its term, and the paper stays clean.
#[test]
fn tortured_phrases_are_listed_and_no_text_is_spun_for_them() {
    let clean =
        "The samples were weighed twice and dried for an hour before they were sent to the laboratory in town. ";
    for (phrase, expected) in [
        ("counterfeit consciousness", "artificial intelligence"),
        ("Profound learning", "deep learning"),
        ("bosom malignancy", "breast cancer"),
        ("irregular timberland", "random forest"),
        ("flag to clamor", "signal to noise"),
        ("mean square blunder", "mean square error"),
        ("colossal information", "big data"),
    ] {
        let text = format!("{}A study of {phrase} was cited. {}", clean.repeat(5), clean.repeat(5));
        let (status, out, _) = run(&["detect"], text.as_bytes());
        assert!(status == 0 && out.contains("spinner -"), "{out}");
        assert!(out.contains(&format!("tortured  {phrase:?}, expected")) && out.contains(expected), "{out}");
        let json: serde_json::Value = serde_json::from_str(&run(&["detect", "--json"], text.as_bytes()).1).unwrap();
        assert_eq!(json["tortured"][0]["found"], phrase, "{json}");
        assert_eq!(text[json["tortured"][0]["start"].as_u64().unwrap() as usize..].find(phrase), Some(0));
    }
    // The terms themselves, and pauses within, are not listed.
    for text in ["Deep learning and a random forest.", "It was profound; learning was slow.", clean] {
        assert_eq!(run(&["detect"], text.as_bytes()).1.lines().count(), 1, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_in_a_line() {
    let folder = std::env::temp_dir().join(format!("unspin-explain-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("empty")).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let bad = file("bad.tsv", b"one\ttwo\n");
    let latin = file("latin.tsv", b"a\tb\t1\nattach\xe9\tx\t1\n");
    let odd = file("odd\nname.tsv", b"a\tb\t1\n");
    let empty = folder.join("empty").display().to_string();
    for (arguments, status, reason) in [
        (
            vec!["explain", "--dictionary", &bad],
            2,
            "bad.tsv:1: a pair is `spun<TAB>original<TAB>count`; found 2 columns",
        ),
        (vec!["explain", "--dictionary", &latin], 2, "latin.tsv:2: not UTF-8"),
        (vec!["detect", "--dictionary", &odd], 2, r#""odd\nname" is no name of a spinner"#),
        (vec!["detect", "--dictionary", &empty], 2, "empty: a folder without .tsv or .txt files"),
        (vec!["explain", "--spinner", "folk"], 2, "no spinner is called `folk`; known are folks"),
        (vec!["explain", "--min-confidence", "2"], 2, "confidence 2 is not between 0 and 1"),
        (vec!["explain", "no/such/file"], 3, "no/such/file: "),
        (vec!["explain", &latin], 3, "latin.tsv: invalid UTF-8 at byte 12"),
    ] {
        let (found, out, err) = run(&arguments, SPUN.as_bytes());
        assert_eq!((found, out.as_str()), (status, ""), "{arguments:?}: {err}");
        assert!(err.contains(reason) && !err.contains("Error {"), "{arguments:?}: {err}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
