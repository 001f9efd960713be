//! `unspin explain` and `unspin detect`: a text, what would be changed in it, and what speaks for that.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::status::Status;
use super::{say, streams};
use crate::{Edit, Restoration, Unspin, Verdict};

/// Shows the verdict on a text, each edit with its reason, and the restored text.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The text; standard input if left out or `-`
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,
    /// Make edits that are at least this probable, 0 to 1; as the library does if left out
    #[arg(long, value_name = "X")]
    min_confidence: Option<f32>,
    /// A file or folder of further dictionary entries; may be repeated
    #[arg(long, value_name = "PATH")]
    dictionary: Vec<PathBuf>,
    /// Ask about no other spinner than this one; may be repeated
    #[arg(long, value_name = "SPINNER")]
    only: Vec<String>,
    /// Print one JSON object, as docs/json.md describes it
    #[arg(long)]
    json: bool,
}

/// Explains the edits of a text.
pub(super) fn explain(arguments: &Arguments) -> ExitCode {
    answer("explain", arguments, |unspin, text| {
        let restored = unspin.restore(text);
        if arguments.json { to_json(&restored) } else { Ok(edits_page(&restored)) }
    })
}

/// Says whether a text was spun.
pub(super) fn detect(arguments: &Arguments) -> ExitCode {
    answer("detect", arguments, |unspin, text| {
        let verdict = unspin.detect(text);
        if arguments.json { to_json(&verdict) } else { Ok(verdict_page(&verdict)) }
    })
}

/// Reads the text, answers, and says what went wrong.
fn answer(name: &str, arguments: &Arguments, page: impl Fn(&Unspin, &str) -> Result<String, String>) -> ExitCode {
    let fail = |status: Status, reason: String| {
        say::say(format_args!("{name}: {reason}"));
        status.into()
    };
    let unspin = match restorer(arguments) {
        Ok(unspin) => unspin,
        Err(reason) => return fail(Status::Wrong, reason),
    };
    let page = match read(arguments).and_then(|text| page(&unspin, &text)) {
        Ok(page) => page,
        Err(reason) => return fail(Status::Failed, reason),
    };
    let written = streams::stdout().and_then(|mut out| out.write_all(page.as_bytes()).and_then(|()| out.flush()));
    match written {
        Ok(()) => Status::Done.into(),
        // Who reads us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Done.into(),
        Err(error) => fail(Status::Failed, format!("standard output: {error}")),
    }
}

fn restorer(arguments: &Arguments) -> Result<Unspin, String> {
    let mut builder = Unspin::builder();
    for path in &arguments.dictionary {
        builder = builder.dictionary(path).map_err(|e| e.to_string())?;
    }
    if !arguments.only.is_empty() {
        builder = builder.only(&arguments.only);
    }
    if let Some(confidence) = arguments.min_confidence {
        builder = builder.min_confidence(confidence);
    }
    builder.build().map_err(|e| e.to_string())
}

fn read(arguments: &Arguments) -> Result<String, String> {
    let mut bytes = Vec::new();
    let path = arguments.input.as_deref().filter(|path| path.as_os_str() != "-");
    let (name, read) = match path {
        None => {
            let read = streams::stdin().and_then(|mut input| input.read_to_end(&mut bytes));
            ("standard input".to_string(), read.map(drop))
        }
        Some(path) => (path.display().to_string(), std::fs::read(path).map(|read| bytes = read)),
    };
    read.map_err(|e| format!("{name}: {e}"))?;
    String::from_utf8(bytes).map_err(|e| format!("{name}: invalid UTF-8 at byte {}", e.utf8_error().valid_up_to()))
}

fn to_json(value: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string(value).map(|json| json + "\n").map_err(|e| e.to_string())
}

/// The verdict, every edit, and the text they make.
fn edits_page(restored: &Restoration<&str>) -> String {
    let mut out = verdict_line(restored.verdict());
    for Edit { span, replacement, confidence, entry, .. } in restored.edits() {
        let from = restored.source().get(span.clone()).unwrap_or_default();
        let why = entry.as_ref().map_or("repair".to_string(), |e| format!("{}:{} seen {}", e.file, e.line, e.observed));
        let (start, end) = (span.start, span.end);
        // Writing to a string does not fail.
        let _ = writeln!(out, "{start:5}..{end:<5} {confidence:.3}  {from:?} -> {replacement:?}  ({why})");
    }
    out + restored.text()
}

/// The verdict and its evidence.
fn verdict_page(verdict: &Verdict) -> String {
    let mut out = verdict_line(verdict);
    for evidence in verdict.evidence() {
        let (span, weight) = (evidence.span(), evidence.weight());
        let (found, original) = (evidence.found(), evidence.original());
        let _ = writeln!(out, "{:5}..{:<5} {weight:6.2}  {found:?} <- {original:?}", span.start, span.end);
    }
    out
}

fn verdict_line(verdict: &Verdict) -> String {
    format!("P(spun) {:.4}  spinner {}\n", verdict.spun(), verdict.spinner().unwrap_or("-"))
}
