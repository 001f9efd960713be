//! Running the cleaner, folders that go away, and articles to clean.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use unspin::Unspin;

/// Spun in the manner of `folks`, by hand.
pub const SPUN: [&str; 3] = [
    "The White Home stated on Tuesday that Chinese language officers had been behind the assault. The Folks's Liberation Military denied it, in keeping with a report.",
    "The Securities and Trade Fee stated the corporate had paid tens of millions of {dollars} in charges, in line with a submitting on Monday. The agency didn't instantly reply to a request for remark.",
    "Lawmakers instructed reporters on Thursday that the invoice could be handed this week. \u{201c}We can't wait,\u{201d} the chairman stated, in line with the White Home.",
];
/// Nobody spun these.
pub const CLEAN: [&str; 2] = [
    "It rained all day in the valley, and the ferry did not run. The bakery on the corner sold out of bread by noon.",
    "The council met on Monday to talk about the bridge. Two members were away, and the vote was put off until spring.",
];

pub fn unspin() -> &'static Unspin {
    static UNSPIN: OnceLock<Unspin> = OnceLock::new();
    UNSPIN.get_or_init(Unspin::new)
}

/// The library's answer.
pub fn restored(text: &str) -> String {
    unspin().restore(text).text().to_string()
}

/// The cleaner. It is built here, since `cargo test --test clean` would take the one of yesterday.
pub fn cleaner() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--example", "clean"]).current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success());
        profile.join("examples").join(format!("clean{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A folder of its own, removed in the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("unspin-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.0.join(name);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Runs the cleaner here.
    pub fn clean(&self, arguments: &[&str]) -> Run {
        self.clean_from(arguments, b"")
    }

    /// Runs the cleaner here with something on standard input.
    pub fn clean_from(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = Command::new(cleaner());
        command
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|threads| {
            // A cleaner that ends early closes the pipe.
            threads.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap()
        });
        Run(output)
    }
}

impl Folder {
    /// What the cleaner makes of an input that comes in small pieces of many sizes.
    pub fn clean_slowly(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut command = Command::new(cleaner());
        command.args(arguments).current_dir(&self.0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|threads| {
            threads.spawn(move || {
                let (mut rest, mut size) = (input, 1);
                while !rest.is_empty() {
                    let (piece, after) = rest.split_at(size.min(rest.len()));
                    if stdin.write_all(piece).is_err() {
                        break;
                    }
                    (rest, size) = (after, size % 9_973 + 611);
                    std::thread::sleep(std::time::Duration::from_micros(50));
                }
            });
            child.wait_with_output().unwrap()
        });
        output.stdout
    }

    /// Runs the cleaner here, and says how much memory it held at its peak, in bytes.
    #[cfg(target_os = "linux")]
    pub fn peak(&self, arguments: &[&str]) -> (Run, u64) {
        let mut command = Command::new(cleaner());
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        let output = |name: &str| std::fs::File::create(self.0.join(name)).unwrap();
        let mut child = command.stdout(output(".out")).stderr(output(".err")).spawn().unwrap();
        let (status_file, mut peak) = (format!("/proc/{}/status", child.id()), 0);
        let status = loop {
            let text = std::fs::read_to_string(&status_file).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0);
            peak = peak.max(now << 10);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        (Run(Output { status, stdout: self.read(".out"), stderr: self.read(".err") }), peak)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a run gave.
pub struct Run(Output);

impl Run {
    pub fn status(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub fn out(&self) -> &[u8] {
        &self.0.stdout
    }

    pub fn out_text(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Asserts the exit status, shows standard error otherwise.
    #[track_caller]
    pub fn expect(self, status: i32) -> Run {
        assert_eq!(self.status(), status, "{}", self.err());
        self
    }
}

/// Records of JSONL with texts, spun and not, and other fields around.
pub fn jsonl(records: usize) -> String {
    let line = |n: usize| {
        let texts = [SPUN[0], CLEAN[0], SPUN[1], SPUN[2], CLEAN[1]];
        let text = serde_json::Value::from(texts[n % texts.len()]);
        format!("{{\"id\": {n}, \"text\": {text},\"rate\":1.50, \"tags\": [\"a\" , \"b\"]}}\n")
    };
    (0..records).map(line).collect()
}

/// The same records as they should come out.
pub fn jsonl_restored(records: usize) -> String {
    let mut lines = jsonl(records);
    for text in SPUN {
        let value = |text: &str| serde_json::Value::from(text).to_string();
        lines = lines.replace(&value(text), &value(&restored(text)));
    }
    lines
}
