//! The contract of the command: statuses, places of output, folders, globs, compression, pipes.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::support::{Folder, SPUN, cleaner, jsonl, jsonl_restored, restored};

#[test]
fn calls_that_are_wrong_exit_2_and_write_nothing() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN[0]);
    folder.write("b.txt", SPUN[1]);
    folder.write("sub/a.txt", SPUN[1]);
    folder.write("odd.docx", "x");
    folder.write("bad.tsv", "one\ttwo\n");
    let calls: [(&[&str], &str); 23] = [
        (&["missing.txt"], "no such file"),
        (&["*.none"], "matches no file"),
        (&["odd.docx"], "--format"),
        (&["--format", "doc", "a.txt"], "one of text, jsonl"),
        (&["--annotate", "a.txt"], "a.txt: text has no records that could be annotated"),
        (&["a.txt", "-o", "a.txt"], "over itself"),
        (&["a.txt", "b.txt", "-o", "odd.docx"], "need a folder"),
        (&["a.txt", "sub/a.txt", "-o", "out"], "both be written"),
        (&["sub", "a.txt", "-o", "."], "sub/a.txt: would be written over a.txt"),
        (&["a.txt", "--report", "a.txt"], "would be written over a.txt"),
        (&["a.txt", "-o", "b.md", "--report", "b.md"], "is the output"),
        (&["a.txt", "--report", "no/such/r.html"], "the report cannot be written"),
        (&["--min-confidence", "1.5", "a.txt"], "not between 0 and 1"),
        (&["--min-confidence", "x", "a.txt"], "invalid value"),
        (&["--threads", "0", "a.txt"], "invalid value"),
        (&["--dictionary", "missing", "a.txt"], "missing"),
        (&["--dictionary", "bad.tsv", "a.txt"], "bad.tsv"),
        (&["--protect", "missing", "a.txt"], "missing"),
        (&["--protect", "odd.docx", "--nonsense"], "unexpected argument"),
        (&["-", "-"], "only once"),
        (&["a.txt", "--resume"], "needs a folder"),
        (&["--format", "parquet"], "from files only"),
        (&[".", "--format"], "value is required"),
    ];
    for (arguments, reason) in calls {
        let run = folder.clean(arguments);
        assert_eq!((run.status(), run.out()), (2, &b""[..]), "{arguments:?}: {}", run.err());
        assert!(run.err().contains(reason), "{arguments:?}: {}", run.err());
    }
    assert!(!folder.path().join("out").exists());
    assert_eq!(folder.read("a.txt"), SPUN[0].as_bytes());
}

#[test]
fn folders_and_globs_keep_their_shape() {
    let folder = Folder::new();
    for name in ["in/a.txt", "in/deep/er/b.txt", "in/deep/c.jsonl", "in/.hidden.txt", "in/picture.png"] {
        folder.write(name, if name.ends_with("jsonl") { jsonl(3) } else { SPUN[0].to_string() });
    }
    folder.clean(&["in", "-o", "out"]).expect(0);
    assert_eq!(folder.read("out/a.txt"), restored(SPUN[0]).as_bytes());
    assert_eq!(folder.read("out/deep/er/b.txt"), restored(SPUN[0]).as_bytes());
    assert_eq!(folder.read("out/deep/c.jsonl"), jsonl_restored(3).as_bytes());
    assert!(!folder.path().join("out/picture.png").exists() && !folder.path().join("out/.hidden.txt").exists());
    folder.clean(&["in/**/*.txt", "-o", "glob"]).expect(0);
    assert_eq!(folder.read("glob/deep/er/b.txt"), restored(SPUN[0]).as_bytes());
    // However many files a glob finds, they go into a folder.
    folder.clean(&["in/**/b.txt", "-o", "one"]).expect(0);
    assert_eq!(folder.read("one/deep/er/b.txt"), restored(SPUN[0]).as_bytes());
    // Into a folder of its own, twice: what came out does not go in again.
    folder.clean(&["in", "-o", "in/out"]).expect(0);
    folder.clean(&["in", "-o", "in/out"]).expect(0);
    assert!(!folder.path().join("in/out/out").exists());
    let left: Vec<_> = std::fs::read_dir(folder.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn a_file_of_a_folder_that_fails_does_not_stop_the_others() {
    let folder = Folder::new();
    folder.write("in/a.jsonl", "broken\n");
    folder.write("in/b.jsonl", jsonl(3));
    let run = folder.clean(&["in", "-o", "out"]).expect(1);
    assert_eq!(folder.read("out/a.jsonl"), b"broken\n");
    assert_eq!(folder.read("out/b.jsonl"), jsonl_restored(3).as_bytes());
    assert!(run.err().contains("in/a.jsonl: record 1: "), "{}", run.err());
}

#[test]
fn compression_is_read_and_written_by_name() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(2_000));
    let expected = jsonl_restored(2_000);
    for name in ["a.jsonl.gz", "a.jsonl.zst"] {
        // The cleaner compresses, the cleaner reads it again: nothing changes the second time.
        folder.clean(&["a.jsonl", "-o", name]).expect(0);
        let run = folder.clean(&[name]).expect(0);
        assert!(run.out_text() == expected, "{name}");
        let piped = folder.clean_from(&["--format", "jsonl"], &folder.read(name)).expect(0);
        assert!(piped.out_text() == expected, "{name} from a pipe");
    }
}

#[test]
fn broken_archives_give_their_whole_records() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(5_000));
    let expected = jsonl_restored(5_000);
    for name in ["a.jsonl.gz", "a.jsonl.zst"] {
        folder.clean(&["a.jsonl", "-o", name]).expect(0);
        let whole = folder.read(name);
        for parts in [1, 3, 7] {
            folder.write(name, &whole[..whole.len() * parts / 8]);
            let run = folder.clean(&[name]).expect(1);
            let out = run.out_text();
            assert!(expected.starts_with(out) && (out.is_empty() || out.ends_with('\n')), "{name} {parts}");
            assert!(run.err().contains("breaks off"), "{}", run.err());
        }
    }
    folder.write("b.jsonl.gz", jsonl(2));
    let run = folder.clean(&["b.jsonl.gz"]).expect(1);
    assert_eq!(run.out_text(), jsonl_restored(2));
    assert!(run.err().contains("named like gzip"), "{}", run.err());
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN[0]);
    assert_eq!(folder.clean(&["a.txt", "-o", "-"]).expect(0).out_text(), restored(SPUN[0]));
    assert!(!folder.path().join("-").exists());
}

#[test]
fn the_longest_names_have_room() {
    let folder = Folder::new();
    let (one, other) = (format!("{}1.txt", "x".repeat(250)), format!("{}2.txt", "x".repeat(250)));
    folder.write(&format!("in/{one}"), SPUN[0]);
    folder.write(&format!("in/{other}"), SPUN[1]);
    folder.clean(&["in", "-o", "out"]).expect(0);
    assert_eq!(folder.read(&format!("out/{one}")), restored(SPUN[0]).as_bytes());
    assert_eq!(folder.read(&format!("out/{other}")), restored(SPUN[1]).as_bytes());
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_kept_apart() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let names: Vec<_> = (0..20u8).map(|n| [b'a', 0x80 + n, b'.', b't', b'x', b't']).collect();
    let path = |below: &str, name: &[u8]| folder.path().join(below).join(std::ffi::OsStr::from_bytes(name));
    std::fs::create_dir(folder.path().join("in")).unwrap();
    for (n, name) in names.iter().enumerate() {
        std::fs::write(path("in", name), SPUN[n % 3]).unwrap();
    }
    folder.clean(&["in", "-o", "out", "--threads", "4"]).expect(0);
    for (n, name) in names.iter().enumerate() {
        assert_eq!(std::fs::read_to_string(path("out", name)).unwrap(), restored(SPUN[n % 3]));
    }
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_written_to_not_replaced() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN[0]);
    folder.write("real.txt", "old");
    std::os::unix::fs::symlink(folder.path().join("real.txt"), folder.path().join("link.txt")).unwrap();
    std::os::unix::fs::symlink("/dev/null", folder.path().join("null")).unwrap();
    folder.clean(&["a.txt", "-o", "link.txt"]).expect(0);
    assert_eq!(folder.read("real.txt"), restored(SPUN[0]).as_bytes());
    assert!(folder.path().join("link.txt").is_symlink());
    folder.clean(&["a.txt", "-o", "null"]).expect(0);
    assert!(!std::path::Path::new("/dev/null").is_file());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(20_000));
    let mut command = Command::new(cleaner());
    command.arg("a.jsonl").current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_pipe_that_is_slow_is_cleaned_as_it_comes() {
    let mut command = Command::new(cleaner());
    command.args(["--format", "jsonl", "--quiet"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for line in jsonl(6).split_inclusive('\n') {
        stdin.write_all(line.as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), jsonl_restored(6));
}

#[test]
fn quiet_says_nothing_and_a_pipe_sees_no_bar() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN[0]);
    assert_eq!(folder.clean(&["a.txt", "--quiet"]).expect(0).err(), "");
    let err = folder.clean(&["a.txt"]).expect(0).err();
    assert!(err.starts_with("1 record in 1 file,") && err.contains("folks 1") && !err.contains('\u{1b}'), "{err}");
}

#[test]
fn empty_inputs_give_empty_outputs() {
    let folder = Folder::new();
    for name in ["a.txt", "b.jsonl", "c.jsonl.gz", "d.txt.zst"] {
        folder.write(name, "");
        folder.clean(&[name, "-o", &format!("out-{name}")]).expect(0);
        let again = folder.clean(&[&format!("out-{name}")]).expect(0);
        assert_eq!(again.out(), b"");
    }
}
