//! The script for whole crawls, run on files that lie here instead of in a cloud.

use std::io::Write;
use std::process::{Command, Stdio};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::support::{Folder, SPUN, cleaner, restored};

fn crawl(folder: &Folder, paths: &str, fetch: &str) -> (i32, String) {
    let mut command = Command::new("bash");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/crawl.sh")).args(["out", fetch]);
    command.env("UNSPIN", cleaner()).env("JOBS", "2").current_dir(folder.path());
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(paths.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(unix)]
#[test]
fn files_are_streamed_and_what_is_missing_is_named() {
    let folder = Folder::new();
    let wet = |text: &str| {
        let head = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n";
        format!("{head}Content-Length: {}\r\n\r\n{text}\r\n\r\n", text.len())
    };
    let gzip = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    for (n, text) in SPUN.iter().enumerate() {
        folder.write(&format!("bucket/a/{n} x.warc.wet.gz"), gzip(&wet(text)));
    }
    // One is not there, one breaks off on the way.
    folder.write("bucket/a/broken.warc.wet.gz", &gzip(&wet(SPUN[0]))[..60]);
    let paths =
        "a/0 x.warc.wet.gz\na/1 x.warc.wet.gz\na/missing.warc.wet.gz\na/broken.warc.wet.gz\na/2 x.warc.wet.gz\n";
    let fetch = "case {} in *broken*) cat bucket/{}; false ;; *) cat bucket/{} ;; esac";
    let (status, err) = crawl(&folder, paths, fetch);
    assert_eq!(status, 1, "{err}");
    assert!(err.contains("a/missing.warc.wet.gz: fetched with 1"), "{err}");
    assert!(err.contains("a/broken.warc.wet.gz: fetched with 1"), "{err}");
    for (n, text) in SPUN.iter().enumerate() {
        let packed = folder.read(&format!("out/a/{n} x.warc.wet.gz"));
        let mut plain = String::new();
        std::io::Read::read_to_string(&mut MultiGzDecoder::new(packed.as_slice()), &mut plain).unwrap();
        assert_eq!(plain, wet(&restored(text)));
    }
    let names = std::fs::read_dir(folder.path().join("out/a")).unwrap().count();
    assert_eq!(names, 3, "nothing half done stays");
    // What is there stays, what is missing is fetched.
    folder.write("out/a/0 x.warc.wet.gz", "done before");
    folder.write("bucket/a/missing.warc.wet.gz", gzip(&wet(SPUN[1])));
    let (status, err) = crawl(&folder, &paths.replace("a/broken.warc.wet.gz\n", ""), fetch);
    assert_eq!((status, folder.read("out/a/0 x.warc.wet.gz").as_slice()), (0, &b"done before"[..]), "{err}");
    assert!(!folder.read("out/a/missing.warc.wet.gz").is_empty());
}
