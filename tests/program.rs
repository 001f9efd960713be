//! The program as its users call it: edits that are reviewed and applied, files of options, colours, completions, look-ups.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use unspin::Unspin;

const SPUN: &str = "The White Home stated that Chinese language officers had been there.";
const RESTORED: &str = "The White House said that Chinese officials were there.";

/// A folder of its own, in which the program runs; removed in the end.
struct Folder(PathBuf);

/// Status, standard output and standard error.
type Run = (i32, String, String);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("unspin-program-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Runs the program here, without what the machine of the tests may say to it.
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[], "")
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Run {
        self.run_in(&self.0, arguments, variables, input)
    }

    fn run_in(&self, folder: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspin"));
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "UNSPIN_CONFIG"] {
            command.env_remove(name);
        }
        command.env("XDG_CONFIG_HOME", self.0.join("home")).env("HOME", self.0.join("home"));
        command.args(arguments).envs(variables.iter().copied()).current_dir(folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A wrong call does not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn edits_that_were_found_are_made_again() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN);
    let (status, json, _) = folder.run(&["explain", "--json", "a.txt"]);
    assert_eq!(status, 0);
    let whole: Value = serde_json::from_str(&json).unwrap();
    let annotation = serde_json::to_value(Unspin::new().restore(SPUN).annotation()).unwrap();
    // As they come, printed over many lines, as an annotation, as a list.
    for edits in [
        json.clone(),
        serde_json::to_string_pretty(&whole).unwrap(),
        annotation.to_string(),
        annotation["edits"].to_string(),
    ] {
        folder.write("edits.json", &edits);
        let run = folder.run(&["apply", "--edits", "edits.json", "a.txt", "--quiet"]);
        assert_eq!(run, (0, RESTORED.to_string(), String::new()), "{edits}");
    }
    // One of them was deleted by a reviewer, one written by hand.
    let mut edits = annotation["edits"].as_array().unwrap().clone();
    edits.retain(|edit| edit["from"] != "Home");
    edits.insert(0, serde_json::json!({"start": 0, "end": 3, "from": "The", "to": "This"}));
    folder.write("edits.json", Value::from(edits).to_string());
    let (status, out, _) = folder.run(&["apply", "--edits", "edits.json", "a.txt", "--quiet"]);
    assert_eq!((status, out), (0, RESTORED.replace("The", "This").replace("House", "Home")));
}

#[test]
fn decisions_leave_what_was_rejected() {
    let folder = Folder::new();
    let line = |id: u32, text: &str| format!("{}\n", serde_json::json!({"id": id, "text": text}));
    folder.write("a.jsonl", line(1, SPUN) + &line(2, "It rained in Oslo.") + &line(3, SPUN));
    let edits = serde_json::to_value(Unspin::new().restore(SPUN).annotation()).unwrap()["edits"].take();
    let mut decisions = String::new();
    for edit in edits.as_array().unwrap() {
        let mut edit = edit.clone();
        (edit["file"], edit["record"]) = ("a.jsonl".into(), 3.into());
        edit["decision"] = if edit["from"] == "Home" { "reject" } else { "accept" }.into();
        decisions += &format!("{edit}\n");
    }
    folder.write("decisions.jsonl", &decisions);
    let with_home = RESTORED.replace("House", "Home");
    // All but the rejected one; the accepted ones and nothing else.
    for (arguments, first) in [(["clean", "--decisions"], RESTORED), (["apply", "--edits"], SPUN)] {
        let (status, out, err) = folder.run(&[arguments[0], arguments[1], "decisions.jsonl", "a.jsonl", "--quiet"]);
        assert_eq!((status, out), (0, line(1, first) + &line(2, "It rained in Oslo.") + &line(3, &with_home)), "{err}");
    }
}

#[test]
fn edits_of_several_fields_and_of_annotated_lines_are_made_again() {
    let folder = Folder::new();
    let record = |title: &str, body: &str| serde_json::json!({"title": title, "a": {"body": body}});
    let clean = "It rained in Oslo.";
    let lines = format!("{}\n{}\nbroken\n{}\n", record(SPUN, clean), record(clean, SPUN), record(SPUN, SPUN));
    folder.write("a.jsonl", &lines);
    let fields = ["--field", "title", "--field", "a.body", "--quiet"];
    let run = |arguments: &[&str]| folder.run(&[arguments, &fields].concat());
    let (_, restored, _) = run(&["clean", "a.jsonl"]);
    let (_, annotated, _) = run(&["clean", "a.jsonl", "--annotate"]);
    // A line that could not be read stands there as it was: the others keep their numbers.
    folder.write("edits.jsonl", &annotated);
    let (status, out, err) = run(&["apply", "--edits", "edits.jsonl", "a.jsonl"]);
    assert_eq!((status, &out), (1, &restored), "{err}");
    assert!(err.starts_with("a.jsonl: record 3: invalid JSON"), "{err}");
    assert!(err.contains("edits.jsonl: 1 line of no JSON among the annotated records, the first is line 3"), "{err}");
    // So is one that lacks a text.
    folder.write("edits.jsonl", annotated.replace("broken", "{\"id\": 3}"));
    let (status, out, err) = run(&["apply", "--edits", "edits.jsonl", "a.jsonl"]);
    assert_eq!((status, &out, err.lines().count()), (1, &restored, 1), "{err}");
    // Decisions name their field; those that name none are of the first one.
    let decision = |field: &str, start: usize| {
        let field = if field.is_empty() { String::new() } else { format!("\"field\": \"{field}\", ") };
        format!(
            "{{\"file\": \"a.jsonl\", \"record\": 4, {field}\"start\": {start}, \"end\": {}, \"from\": \"Home\", \"to\": \"House\"}}\n",
            start + 4
        )
    };
    let at = SPUN.find("Home").unwrap();
    let house = SPUN.replacen("Home", "House", 1);
    for (decisions, title, body) in [
        (decision("a.body", at), SPUN, house.as_str()),
        (decision("", at), &house, SPUN),
        (decision("", at) + &decision("a.body", at), &house, &house),
    ] {
        folder.write("decisions.jsonl", &decisions);
        let (_, out, err) = run(&["apply", "--edits", "decisions.jsonl", "a.jsonl"]);
        assert_eq!(out.lines().nth(3).unwrap(), record(title, body).to_string(), "{err}");
        assert!(!err.contains("not made"), "{err}");
    }
    // One field of two is rejected, the other is left as the engine finds it.
    folder.write("rejected.jsonl", decision("a.body", at).replace("\"to\"", "\"decision\": \"reject\", \"to\""));
    let (_, out, _) = run(&["clean", "--decisions", "rejected.jsonl", "a.jsonl"]);
    assert_eq!(out.lines().nth(3).unwrap(), record(RESTORED, &RESTORED.replace("House", "Home")).to_string());
    // A field that is not asked for has no text.
    folder.write("decisions.jsonl", decision("lead", at));
    let (status, _, err) = run(&["apply", "--edits", "decisions.jsonl", "a.jsonl"]);
    assert!(status == 1 && err.contains("the first is of record 4 of a.jsonl, field `lead`"), "{err}");
    // Texts are kept as they were, too.
    let (_, out, _) = run(&["apply", "--edits", "edits.jsonl", "a.jsonl", "--keep-original", "old"]);
    assert!(out.lines().next().unwrap().contains(&format!("\"old_title\": {}", Value::from(SPUN))), "{out}");
}

#[test]
fn fields_stand_in_a_file_of_options() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n", serde_json::json!({"title": SPUN, "body": SPUN})));
    folder.write(
        "unspin.toml",
        "field = [\"title\", \"body\"]\n[clean]\nkeep-original = \"old\"\nexclude = [\"*.csv\"]\n",
    );
    let (status, out, err) = folder.run(&["clean", "a.jsonl", "--quiet"]);
    let expected = serde_json::json!({"title": RESTORED, "body": RESTORED, "old_title": SPUN, "old_body": SPUN});
    assert_eq!((status, serde_json::from_str::<Value>(&out).unwrap()), (0, expected), "{err}");
    // A call that names a field names all of them.
    let (_, out, _) = folder.run(&["clean", "a.jsonl", "--quiet", "--field", "body"]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["title"], SPUN);
    folder.write("unspin.toml", "files-from = \"list\"\n");
    let (status, _, err) = folder.run(&["clean", "a.jsonl"]);
    assert!(status == 2 && err.contains("`files-from` is said by a call"), "{err}");
}

#[test]
fn edits_that_do_not_fit_are_named_and_cost_their_record_alone() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"text\":\"the home\"}\n{\"text\":\"the hill\"}\n");
    let edit = |record: u32, more: &str| {
        format!("{{\"record\":{record},\"start\":4,\"end\":8,\"from\":\"home\",\"to\":\"house\"{more}}}\n")
    };
    folder.write("edits.jsonl", edit(1, "") + &edit(2, "") + &edit(9, ""));
    let (status, out, err) = folder.run(&["apply", "--edits", "edits.jsonl", "a.jsonl", "--quiet"]);
    assert_eq!((status, out.as_str()), (1, "{\"text\":\"the house\"}\n{\"text\":\"the hill\"}\n"), "{err}");
    assert!(err.contains("a.jsonl: record 2: the edit 4..8 is of other words than stand there"), "{err}");
    assert!(err.contains("edits.jsonl: 1 edit not made: no such record was seen; the first is of record 9"), "{err}");
    // Half of a group is not made, and what is no edit is refused before anything is done.
    folder.write("half.jsonl", edit(1, ",\"group\":1,\"group_size\":2"));
    let (status, out, _) = folder.run(&["apply", "--edits", "half.jsonl", "a.jsonl", "--quiet"]);
    assert_eq!((status, out), (0, folder.read("a.jsonl")));
    for (edits, status, reason) in [
        ("{\"start\":4}", 2, "value at line 1: no edit: missing field"),
        ("{\"edits\":[]}\nbroken", 2, "expected value at line 2"),
        ("[7]", 2, "7 is no edit"),
    ] {
        folder.write("bad.json", edits);
        let (found, out, err) = folder.run(&["apply", "--edits", "bad.json", "a.jsonl"]);
        assert_eq!((found, out.as_str()), (status, ""), "{edits}");
        assert!(err.contains("bad.json: ") && err.contains(reason), "{edits}: {err}");
    }
    let (status, _, err) = folder.run(&["apply", "--edits", "none.json", "a.jsonl"]);
    assert!(status == 3 && err.contains("none.json"), "{err}");
}

#[test]
fn changes_are_marked_and_a_pipe_is_plain() {
    let folder = Folder::new();
    folder.write("a.txt", format!("{SPUN}\n\nIt rained in Oslo.\n"));
    let marked = "The White [-Home-]{+House+} [-stated-]{+said+} that Chinese [-language officers had been-]";
    let restored = format!("{RESTORED}\n\nIt rained in Oslo.\n");
    let (status, out, err) = folder.run(&["clean", "a.txt"]);
    assert_eq!((status, &out), (0, &restored), "{err}");
    let (status, out, _) = folder.run(&["clean", "--diff", "a.txt", "--quiet"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((status, lines.len()), (0, 3), "{out}");
    assert!(lines[0].starts_with("a.txt: record 1, P(spun) ") && lines[0].contains(" by folks, "), "{out}");
    assert!(lines[1].starts_with(&marked[..40]) && lines[2] == "…", "{out}");
    for (arguments, variables, is_coloured) in [
        (&["clean", "--diff", "a.txt", "--quiet", "--color", "always"][..], &[][..], true),
        (&["clean", "--diff", "a.txt", "--quiet"], &[("CLICOLOR_FORCE", "1")], true),
        (&["clean", "--diff", "a.txt", "--quiet"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["explain", "a.txt", "--color", "always"], &[], true),
        (&["explain", "a.txt"], &[], false),
    ] {
        let (_, out, _) = folder.run_with(arguments, variables, "");
        assert_eq!(out.contains('\u{1b}'), is_coloured, "{arguments:?} {variables:?}: {out}");
    }
    // Data stays data, whatever is said of colours.
    let (_, out, _) = folder.run(&["clean", "a.txt", "--color", "always"]);
    assert_eq!(out, restored);
    let (status, _, err) = folder.run(&["clean", "--diff", "a.txt", "-o", "b.txt"]);
    assert!(status == 2 && err.contains("cannot be used with"), "{err}");
}

/// What a newcomer sees first.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_the_article_and_what_to_try_next() {
    let folder = Folder::new();
    folder.write("a.txt", format!("{SPUN}\u{1b}[31m\n"));
    let call = format!("{} clean a.txt", env!("CARGO_BIN_EXE_unspin"));
    let mut script = Command::new("script");
    script.args(["-qec", &call, "/dev/null"]).current_dir(&folder.0).env("TERM", "xterm").env_remove("NO_COLOR");
    let Ok(output) = script.stdin(Stdio::null()).output() else {
        eprintln!("skipped: no `script`");
        return;
    };
    let out = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    assert!(out.contains("Home\u{1b}[0m") && out.contains("House\u{1b}[0m"), "{out}");
    assert!(out.contains("Next: `") && out.contains(" explain a.txt` says why"), "{out}");
    assert!(!out.contains("\u{1b}[31m\n") && out.contains("\\u{1b}[31m"), "what the text holds is escaped: {out}");
}

#[test]
fn a_file_of_options_is_found_and_the_call_outweighs_it() {
    let folder = Folder::new();
    folder.write("deep/a.jsonl", format!("{}\n", serde_json::json!({"body": SPUN})));
    folder.write("names.txt", "White Home\n");
    let clean = |arguments: &[&str], variables: &[(&str, &str)]| {
        let arguments = [&["clean", "a.jsonl", "--quiet"], arguments].concat();
        folder.run_in(&folder.0.join("deep"), &arguments, variables, "")
    };
    let restored = |text: &str| format!("{}\n", serde_json::json!({ "body": text }));
    let without = clean(&[], &[]);
    assert_eq!(without.0, 2, "no field `text`: {}", without.2);
    // Above the working folder; its paths are its own.
    folder.write("unspin.toml", "protect = [\"names.txt\"]\n[clean]\nfield = \"body\"\nthreads = 1\n");
    let with_home = restored(&RESTORED.replace("House", "Home"));
    let (status, out, err) = clean(&[], &[]);
    assert_eq!((status, &out), (0, &with_home), "{err}");
    // The nearest counts alone; a variable, then --config, before it; --no-config for none.
    folder.write("deep/unspin.toml", "[clean]\nfield = \"body\"\n");
    assert_eq!(clean(&[], &[]).1, restored(RESTORED));
    let other = folder.write("other.toml", "min-confidence = 1.0\nfield = \"body\"\n").display().to_string();
    assert_eq!(clean(&[], &[("UNSPIN_CONFIG", &other)]).1, restored(SPUN));
    assert_eq!(clean(&["--config", "../unspin.toml"], &[("UNSPIN_CONFIG", &other)]).1, with_home);
    assert_eq!(clean(&["--no-config"], &[]).0, 2);
    assert_eq!(clean(&["--config", &other, "--min-confidence", "0.65"], &[]).1, restored(RESTORED));
    fs::remove_file(folder.0.join("deep/unspin.toml")).unwrap();
    fs::remove_file(folder.0.join("unspin.toml")).unwrap();
    folder.write("home/unspin/config.toml", "[clean]\nfield = \"body\"\n");
    assert_eq!(clean(&[], &[]).1, restored(RESTORED));
    for (text, reason) in [
        ("fielt = \"body\"", "no command has an option `fielt`"),
        ("[clean]\nat = 3", "`clean` has no option `at`"),
        ("[claen]\n", "no command is called `claen`"),
        ("field = 3.5\nthreads = [1]", "`threads` has one value"),
        ("quiet = 3", "`quiet` is true or false"),
        ("output = \"x\"", "`output` is said by a call, not by a file"),
        ("threads = 70000", "70000"),
        ("field = ", "line 1"),
    ] {
        let path = folder.write("bad.toml", text).display().to_string();
        let (status, out, err) = clean(&["--config", &path], &[]);
        assert_eq!((status, out.as_str()), (2, ""), "{text}: {err}");
        assert!(err.contains("bad.toml") && err.contains(reason), "{text}: {err}");
    }
    let (status, _, err) = clean(&["--config", "none.toml"], &[]);
    assert!(status == 2 && err.contains("none.toml: there is no such file of options"), "{err}");
}

#[test]
fn programs_that_watch_get_json() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\nbroken\n", serde_json::json!({"text": SPUN})));
    let (status, _, err) = folder.run(&["clean", "a.jsonl", "--json"]);
    let lines: Vec<Value> = err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((status, lines.len()), (1, 2), "{err}");
    assert_eq!(
        (&lines[0]["level"], &lines[0]["record"], &lines[0]["file"]),
        (&"fault".into(), &2.into(), &"a.jsonl".into())
    );
    let summary = &lines[1];
    assert_eq!((&summary["level"], &summary["records"], &summary["spun"]), (&"summary".into(), &2.into(), &1.into()));
    assert_eq!((&summary["not_read"], &summary["spinners"]["folks"]), (&1.into(), &1.into()));
    assert_eq!(summary["version"], unspin::VERSION);
}

#[test]
fn places_are_traced() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN);
    let (status, out, _) = folder.run(&["trace", "a.txt", "--word", "stated", "--features"]);
    assert_eq!(status, 0);
    assert!(out.contains("+ ") && out.contains("\"stated\" -> \"said\""), "{out}");
    assert!(!out.contains("\"Home\"") && out.contains("  posterior, log odds"), "{out}");
    let at = SPUN.find("stated").unwrap().to_string();
    let (_, json, _) = folder.run(&["trace", "a.txt", "--at", &at, "--json"]);
    let trace: Value = serde_json::from_str(&json).unwrap();
    let made = trace["candidates"].as_array().unwrap().iter().find(|candidate| candidate["made"] == true).unwrap();
    assert_eq!(made["to"], "said");
    assert!(made["features"]["posterior, log odds"].is_number() && trace["verdict"]["spun"].is_number(), "{json}");
    for (arguments, reason) in [(["--at", "9999"], "byte 9999"), (["--word", "zeppelin"], "the text has no `zeppelin`")]
    {
        let (status, _, err) = folder.run(&[&["trace", "a.txt"], &arguments[..]].concat());
        assert!(status == 2 && err.contains(reason), "{err}");
    }
}

#[test]
fn dictionaries_are_looked_up_and_checked() {
    let folder = Folder::new();
    let (status, out, _) = folder.run(&["dictionary", "find", "stated"]);
    assert!(
        status == 0 && out.contains("`stated` may have been made from") && out.contains("dictionaries/folks/"),
        "{out}"
    );
    let (_, json, _) = folder.run(&["dictionary", "find", "House", "--spinner", "folks", "--json"]);
    let entries: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(entries.iter().any(|entry| entry["spun"] == "home" && entry["original"] == "house"), "{json}");
    assert!(entries.iter().all(|entry| entry["spinner"] == "folks" && entry["line"].as_u64() > Some(0)), "{json}");
    let head = "# source: none\n# licence: none\n# columns: spun original count\n";
    folder.write("own/mine.tsv", format!("{head}zeppelins\tairships\t5\n"));
    let (_, out, _) = folder.run(&["dictionary", "find", "airships", "--dictionary", "own"]);
    assert!(
        out.contains("`airships` may have become") && out.contains("zeppelins") && out.contains("mine.tsv:4"),
        "{out}"
    );
    let (status, out, err) = folder.run(&["dictionary", "lint", "own"]);
    assert_eq!((status, out.as_str()), (0, "1 dictionary files, no fault\n"), "{err}");
    folder.write("own/mine.tsv", format!("{head}zeppelins\tzeppelins\t5\nno pair\n"));
    folder.write("own/latin.tsv", b"a\xe9\n");
    let (status, out, err) = folder.run(&["dictionary", "lint", "own"]);
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("mine.tsv:5: a pair is") && err.contains("latin.tsv: invalid UTF-8 at byte 1"), "{err}");
    assert!(err.contains("faults in 2 dictionary files"), "{err}");
    assert_eq!(folder.run(&["dictionary", "lint", "none"]).0, 3);
}

#[test]
fn shells_and_manuals_know_every_command() {
    let folder = Folder::new();
    let commands = ["clean", "detect", "explain", "apply", "trace", "dictionary", "completions", "man"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, out, _) = folder.run(&["completions", shell]);
        assert_eq!(status, 0);
        commands.iter().for_each(|name| assert!(out.contains(name), "{shell} knows no {name}"));
    }
    let (status, out, _) = folder.run(&["man"]);
    assert!(status == 0 && out.contains(".TH unspin 1"), "{out}");
    fs::create_dir(folder.0.join("man1")).unwrap();
    assert_eq!(folder.run(&["man", "--output", "man1"]).0, 0);
    commands.iter().for_each(|name| assert!(folder.0.join(format!("man1/unspin-{name}.1")).is_file(), "{name}"));
    // Help teaches by examples.
    for name in commands {
        let (status, out, _) = folder.run(&[name, "--help"]);
        assert!(status == 0 && out.contains("Example"), "{name}: {out}");
        // A narrow terminal breaks no word; what cannot be broken stays whole.
        let (_, out, _) = folder.run_with(&[name, "--help"], &[("COLUMNS", "80")], "");
        let wide = out.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
    }
    let (status, out, _) = folder.run(&["--version"]);
    assert_eq!((status, out.trim_end()), (0, unspin::VERSION));
}

/// A reader is either there and reads files, or the program says how to get one.
#[test]
fn a_reader_is_named_when_it_cannot_be_had() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN);
    folder.write("model.gguf", "no model");
    let (status, out, error) = folder.run(&["clean", "--reader", "model.gguf", "a.txt"]);
    assert_eq!((status, out.as_str()), (2, ""), "{error}");
    let reason = if cfg!(feature = "reader") { "model.gguf: " } else { "the feature `reader`" };
    assert!(error.contains(reason), "{error}");
}
