//! Killed at any moment, resumed: the result is that of an undisturbed run, and nothing is done twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use super::support::{CLEAN, Folder, SPUN, cleaner, jsonl};

/// Times the cleaner is killed.
const KILLS: usize = 200;

fn start(folder: &Folder) -> Child {
    let mut command = Command::new(cleaner());
    command.args(["in", "-o", "out", "--resume", "--quiet", "--threads", "2"]).current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// A record of a web archive.
fn page(body: &str) -> String {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
    let length = http.len();
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n{http}\r\n\r\n"
    )
}

/// Hidden files of a folder that a run needs while it runs.
fn loose(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".unspin-") && name != ".unspin-done").count()
}

/// The files of a folder that are not hidden.
fn files(folder: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let files = entries.filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') {
            return None;
        }
        let changed = path.metadata().unwrap().modified().unwrap();
        Some((name, (std::fs::read(&path).unwrap(), changed)))
    });
    files.collect()
}

#[test]
fn two_hundred_kills_change_nothing() {
    let folder = Folder::new();
    for n in 0..6 {
        folder.write(&format!("in/{n}.jsonl{}", ["", ".gz", ".zst"][n % 3]), jsonl(100 + 50 * n));
        folder.write(&format!("in/{n}.txt"), SPUN[n % 3].repeat(10 * n));
    }
    folder.write("in/a.csv", format!("id,text\n1,\"{}\"\n", SPUN[0]).repeat(200));
    folder.write("in/a.wet", "");
    folder.write("in/b.warc", page(&format!("<p>{}</p>", SPUN[1])).repeat(100));
    folder.write("in/c.html", format!("<p>{}</p>\n", SPUN[2]).repeat(100));
    folder.write("in/d.tsv", format!("id\ttext\n1\t{}\n", SPUN[0]).repeat(100));
    folder.write("in/e.parquet", include_bytes!("commands/small.parquet"));
    // Names and contents of archives need not agree: the first run writes real ones.
    folder.clean(&["in", "-o", "dump"]);
    std::fs::remove_file(folder.path().join("dump/.unspin-done")).unwrap();
    std::fs::remove_dir_all(folder.path().join("in")).unwrap();
    std::fs::rename(folder.path().join("dump"), folder.path().join("in")).unwrap();
    for (n, text) in SPUN.into_iter().enumerate() {
        folder.write(&format!("in/x{n}.jsonl"), jsonl(200));
        folder.write(&format!("in/x{n}.txt"), [text, CLEAN[0]].join("\n").repeat(50));
    }
    let begin = SystemTime::now();
    folder.clean(&["in", "-o", "calm", "--threads", "2"]).expect(0);
    let length = begin.elapsed().unwrap();
    let expected: BTreeMap<_, _> =
        files(&folder.path().join("calm")).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect();
    assert_eq!(expected.len(), 24);

    let out = folder.path().join("out");
    let (mut kills, mut runs, mut finished) = (0, 0, 0);
    let mut state = 88_172_645_463_325_252u64;
    while kills < KILLS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let before = files(&out);
        let mut child = start(&folder);
        std::thread::sleep(Duration::from_nanos(state % length.as_nanos() as u64));
        let is_over = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        kills += usize::from(!is_over);
        let after = files(&out);
        for (name, (bytes, _)) in &after {
            assert!(*bytes == expected[name], "{name} is torn after kill {kills}");
        }
        // What was listed as finished is not done again. The one file that was finished when the kill
        // came may not be listed yet.
        let again = before.iter().filter(|(name, (_, changed))| after[*name].1 != *changed).count();
        assert!(again <= 2, "{again} finished files were done again");
        runs += 1;
        if is_over {
            finished += 1;
            assert_eq!(after.len(), expected.len());
            std::fs::remove_dir_all(&out).unwrap();
        }
    }
    assert!(start(&folder).wait().unwrap().success());
    let last: BTreeMap<_, _> = files(&out).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect();
    assert_eq!(loose(&out), 0, "what killed runs left is there");
    assert!(last == expected, "after {kills} kills in {runs} runs, {finished} of them finished");
}

#[test]
fn other_options_and_other_inputs_are_done_again() {
    let folder = Folder::new();
    folder.write("in/a.jsonl", jsonl(3));
    folder.write("in/b.jsonl", jsonl(4));
    let run = |more: &[&str]| folder.clean(&[&["in", "-o", "out", "--resume"], more].concat()).expect(0).err();
    assert!(!run(&[]).contains("finished before"));
    assert!(run(&[]).contains("2 of 2 files were finished before"));
    folder.write("in/b.jsonl", jsonl(5));
    assert!(run(&[]).contains("1 of 2 files were finished before"));
    std::fs::remove_file(folder.path().join("out/a.jsonl")).unwrap();
    assert!(run(&[]).contains("1 of 2 files were finished before"));
    // A dictionary in a folder counts by its files.
    folder.write("more/d.tsv", "quux flarn\tbig dog\t5\n");
    assert!(!run(&["--dictionary", "more"]).contains("finished before"));
    assert!(run(&["--dictionary", "more"]).contains("2 of 2 files were finished before"));
    folder.write("more/d.tsv", "quux flarn\tbig cat\t5\n");
    assert!(!run(&["--dictionary", "more", "--report", "r.html"]).contains("finished before"));
    run(&["--dictionary", "more", "--report", "r.html"]);
    assert!(String::from_utf8(folder.read("r.html")).unwrap().contains("2 files of an earlier run are not counted"));
    assert!(!run(&["--annotate"]).contains("finished before"));
    assert!(String::from_utf8(folder.read("out/a.jsonl")).unwrap().contains("\"unspin\""));
    let all = folder.clean(&["in", "-o", "out"]).expect(0);
    assert!(!all.err().contains("finished before"));
}

/// Of two that begin at once, one cleans and one is told; what comes out is whole.
#[test]
fn two_cleaners_at_once_are_one() {
    let folder = Folder::new();
    for n in 0..4 {
        folder.write(&format!("in/{n}.jsonl"), jsonl(300));
    }
    folder.clean(&["in", "-o", "calm"]).expect(0);
    let calm = |name: &str| folder.read(&format!("calm/{name}"));
    let calls: [&[&str]; 2] = [&["in", "-o", "out", "--quiet"], &["in/0.jsonl", "-o", "one.jsonl", "--quiet"]];
    for call in calls.into_iter().cycle().take(20) {
        let start =
            || Command::new(cleaner()).args(call).current_dir(folder.path()).stderr(Stdio::piped()).spawn().unwrap();
        let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
        for output in &both {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => assert_eq!(said, ""),
                Some(3) => assert!(said.contains("another cleaner"), "{said}"),
                other => panic!("{other:?}: {said}"),
            }
        }
        assert!(both.iter().any(|output| output.status.success()));
        if call[0] == "in" {
            assert!((0..4).all(|n| folder.read(&format!("out/{n}.jsonl")) == calm(&format!("{n}.jsonl"))));
            assert_eq!(loose(&folder.path().join("out")), 0);
        } else {
            assert!(folder.read("one.jsonl") == calm("0.jsonl"));
        }
        assert_eq!(loose(folder.path()), 0);
    }
}
