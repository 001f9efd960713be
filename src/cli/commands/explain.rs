//! `unspin explain` and `unspin detect`: a text, what would be changed in it, and what speaks for that.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::marked::{SURE, Shown};
use crate::cli::options::Options;
use crate::cli::paint::{FAINT, HEAD, NEW, OLD, Paint, UNSURE};
use crate::cli::say::Harmless;
use crate::cli::status::Refusal;
use crate::cli::text::{answer, read, to_json};
use crate::{Edit, Restoration, TorturedPhrase, Unspin, Verdict};

/// Shows the verdict on a text, each edit with its reason, and the restored text.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    /// The text; standard input if left out or `-`
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,
    /// Print one JSON object, as docs/json.md describes it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: Options,
}

const HELP: &str = "\
Examples:
  unspin detect < article.txt
      the verdict, and the phrases that speak loudest for it
  unspin explain article.txt
      each edit: where, how sure, its entry, what else it may have been;
      then the text
  unspin explain --json article.txt > edits.json
      for `unspin apply --edits edits.json article.txt`

Places are bytes of the text. A verdict is a risk marker, never a claim
about who wrote a text.";

/// Explains the edits of a text.
pub(super) fn explain(arguments: &Arguments) -> ExitCode {
    answer(
        "explain",
        page(arguments, |unspin, text| {
            let restored = unspin.restore(text);
            if arguments.json { to_json(&restored) } else { Ok(edits_page(&restored, Paint::of_stdout())) }
        }),
    )
}

/// Says whether a text was spun.
pub(super) fn detect(arguments: &Arguments) -> ExitCode {
    answer(
        "detect",
        page(arguments, |unspin, text| {
            let (verdict, tortured) = (unspin.detect(text), unspin.tortured(text));
            if arguments.json {
                to_json(&Detected { verdict, tortured })
            } else {
                Ok(verdict_page(&verdict, &tortured, Paint::of_stdout()))
            }
        }),
    )
}

/// A verdict, and what a screener of papers would ask about.
#[derive(serde::Serialize)]
struct Detected {
    #[serde(flatten)]
    verdict: Verdict,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tortured: Vec<TorturedPhrase>,
}

fn page(arguments: &Arguments, page: impl Fn(&Unspin, &str) -> Result<String, Refusal>) -> Result<String, Refusal> {
    let unspin = arguments.options.restorer()?;
    let text = read(arguments.input.as_deref())?;
    page(&unspin, &text)
}

/// The verdict, every edit, and the text they make.
fn edits_page(restored: &Restoration<&str>, paint: Paint) -> String {
    let mut out = verdict_line(restored.verdict(), paint);
    for edit in restored.edits() {
        let from = restored.source().get(edit.span.clone()).unwrap_or_default();
        out += &edit_line(edit, from, paint);
    }
    // A pipe gets the text as it is, a terminal without what would command it.
    if std::io::stdout().is_terminal() {
        out + &Shown(restored.text()).to_string() + "\n"
    } else {
        out + restored.text()
    }
}

/// An edit in a line: where, how sure, what, why.
pub(super) fn edit_line(edit: &Edit, from: &str, paint: Paint) -> String {
    let why = edit.entry.as_ref().map_or("repair".to_string(), |entry| {
        format!("{}:{} seen {}", Harmless(&entry.file), entry.line, entry.observed)
    });
    let alternatives =
        edit.alternatives.iter().map(|other| format!(", or {:?} {:.2}", other.replacement, other.probability));
    let why = why + &alternatives.collect::<String>();
    let style = if edit.confidence < SURE { UNSURE } else { NEW };
    let (from, to) = (format!("{from:?}"), format!("{:?}", edit.replacement));
    let (start, end) = (edit.span.start, edit.span.end);
    format!(
        "{start:5}..{end:<5} {:.3}  {} -> {}  {}\n",
        edit.confidence,
        paint.with(OLD, from),
        paint.with(style, to),
        paint.with(FAINT, format_args!("({why})"))
    )
}

/// The verdict, its evidence, and the tortured phrases, which are none.
fn verdict_page(verdict: &Verdict, tortured: &[TorturedPhrase], paint: Paint) -> String {
    let mut out = verdict_line(verdict, paint);
    for evidence in verdict.evidence() {
        let (span, weight) = (evidence.span(), evidence.weight());
        let (found, original) = (format!("{:?}", evidence.found()), format!("{:?}", evidence.original()));
        let (found, original) = (paint.with(OLD, found), paint.with(NEW, original));
        // Writing to a string does not fail.
        let _ = writeln!(out, "{:5}..{:<5} {weight:6.2}  {found} <- {original}", span.start, span.end);
    }
    for phrase in tortured {
        let (span, found, expected) =
            (phrase.span(), format!("{:?}", phrase.found()), format!("{:?}", phrase.expected()));
        let (found, expected) = (paint.with(OLD, found), paint.with(NEW, expected));
        let _ = writeln!(out, "{:5}..{:<5} tortured  {found}, expected {expected}", span.start, span.end);
    }
    out
}

/// The verdict in a line.
pub(super) fn verdict_line(verdict: &Verdict, paint: Paint) -> String {
    let line = format!("P(spun) {:.4}  spinner {}", verdict.spun(), Harmless(verdict.spinner().unwrap_or("-")));
    format!("{}\n", paint.with(HEAD, line))
}
