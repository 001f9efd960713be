//! Killed at any moment, resumed: the result is that of an undisturbed run, and nothing is done twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use super::support::{CLEAN, Folder, SPUN, cleaner, jsonl};

/// Times the cleaner is killed.
const KILLS: usize = 100;

fn start(folder: &Folder) -> Child {
    let mut command = Command::new(cleaner());
    command.args(["in", "-o", "out", "--resume", "--quiet", "--threads", "2"]).current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
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
fn a_hundred_kills_change_nothing() {
    let folder = Folder::new();
    for n in 0..6 {
        folder.write(&format!("in/{n}.jsonl{}", ["", ".gz", ".zst"][n % 3]), jsonl(200 + 100 * n));
        folder.write(&format!("in/{n}.txt"), SPUN[n % 3].repeat(20 * n));
    }
    folder.write("in/a.csv", format!("id,text\n1,\"{}\"\n", SPUN[0]).repeat(500));
    folder.write("in/a.wet", "");
    // Names and contents of archives need not agree: the first run writes real ones.
    folder.clean(&["in", "-o", "dump"]);
    std::fs::remove_file(folder.path().join("dump/.unspin-done")).unwrap();
    std::fs::remove_dir_all(folder.path().join("in")).unwrap();
    std::fs::rename(folder.path().join("dump"), folder.path().join("in")).unwrap();
    for (n, text) in SPUN.into_iter().enumerate() {
        folder.write(&format!("in/x{n}.jsonl"), jsonl(500));
        folder.write(&format!("in/x{n}.txt"), [text, CLEAN[0]].join("\n").repeat(150));
    }
    let begin = SystemTime::now();
    folder.clean(&["in", "-o", "calm", "--threads", "2"]).expect(0);
    let length = begin.elapsed().unwrap();
    let expected: BTreeMap<_, _> =
        files(&folder.path().join("calm")).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect();
    assert_eq!(expected.len(), 20);

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
