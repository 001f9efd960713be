//! `unspin trace`: which edits the engine weighed at a place of a text, and what it knew of each.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};

use super::explain::{edit_line, verdict_line};
use crate::cli::options::Options;
use crate::cli::paint::{FAINT, Paint};
use crate::cli::status::Refusal;
use crate::cli::text::{answer, read, to_json};
use crate::confidence::{Feature, Features};
use crate::{Edit, Restoration};

/// Shows which edits were weighed at a place, how sure each was, and the features of its confidence.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    /// The text; standard input if left out or `-`
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,
    /// A place, in bytes of the text; may be repeated
    #[arg(long, value_name = "BYTE")]
    at: Vec<usize>,
    /// Words, wherever they stand in the text, in capitals or not; may be repeated
    #[arg(long, value_name = "WORDS")]
    word: Vec<String>,
    /// The features of each candidate, too; with --json they are always there
    #[arg(long)]
    features: bool,
    /// Print one JSON object: a verdict, and `candidates`, each an edit with `made` and `features`
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: Options,
}

const HELP: &str = "\
Examples:
  unspin trace article.txt
      every candidate of the first reading
  unspin trace --word trade --features article.txt
      why \"trade\" was restored, or was not
  unspin trace --at 1042 --json < article.txt
      what was weighed at a byte of the text

A `+` marks a candidate that was made, `-` one that was not: another stands
there, it is not sure enough, or it would change what the text says
(docs/meaning.md). A text that the prefilter lets go has no candidates. Texts
are read again after they were restored, and such later edits are marked `+`
without having been candidates of the first reading.";

/// Traces a text.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    answer("trace", page(arguments))
}

fn page(arguments: &Arguments) -> Result<String, Refusal> {
    let unspin = arguments.options.restorer()?;
    let text = read(arguments.input.as_deref())?;
    if let Some(at) = arguments.at.iter().find(|&&at| at >= text.len()) {
        return Err(format!("byte {at}: the text has {}", text.len()).into());
    }
    let places = places(arguments, &text)?;
    let is_asked = |edit: &Edit| places.as_ref().is_none_or(|places| touches(edit, places));
    let restored = unspin.restore(&text);
    let mut all: Vec<(Edit, Option<Features>)> =
        unspin.candidates(&text).into_iter().map(|(edit, features)| (edit, Some(features))).collect();
    // What a later reading found.
    let weighed: HashSet<_> = all.iter().map(|(edit, _)| change(edit)).collect();
    let later = restored.edits().iter().filter(|edit| !weighed.contains(&change(edit)));
    let later: Vec<_> = later.map(|edit| (edit.clone(), None)).collect();
    all.extend(later);
    all.retain(|(edit, _)| is_asked(edit));
    all.sort_by(|(a, _), (b, _)| {
        (a.span.start, a.span.end).cmp(&(b.span.start, b.span.end)).then(b.confidence.total_cmp(&a.confidence))
    });
    let made: HashSet<_> = restored.edits().iter().map(change).collect();
    let is_made = |edit: &Edit| made.contains(&change(edit));
    if arguments.json {
        return as_json(&restored, &all, is_made);
    }
    let paint = Paint::of_stdout();
    let mut out = verdict_line(restored.verdict(), paint);
    for (edit, features) in &all {
        out += if is_made(edit) { "+ " } else { "- " };
        out += &edit_line(edit, text.get(edit.span.clone()).unwrap_or_default(), paint);
        for (name, value) in features.iter().flat_map(named).filter(|_| arguments.features) {
            // Writing to a string does not fail.
            let _ = writeln!(out, "  {}", paint.with(FAINT, format_args!("{value:9.3}  {name}")));
        }
    }
    Ok(out)
}

/// What an edit changes, and into what.
fn change(edit: &Edit) -> (usize, usize, &str) {
    (edit.span.start, edit.span.end, &edit.replacement)
}

/// Whether an edit changes any of some places, which are in order and apart.
fn touches(edit: &Edit, places: &[Range<usize>]) -> bool {
    let next = places.partition_point(|place| place.end <= edit.span.start);
    places.get(next).is_some_and(|place| place.start < edit.span.end.max(edit.span.start + 1))
}

/// Each feature with its name.
fn named(features: &Features) -> impl Iterator<Item = (&'static str, f32)> {
    Feature::ALL.into_iter().map(|feature| (feature.name(), features[feature]))
}

/// The places that are asked about, in order and apart; `None` for all.
fn places(arguments: &Arguments, text: &str) -> Result<Option<Vec<Range<usize>>>, Refusal> {
    let mut places: Vec<Range<usize>> = arguments.at.iter().map(|&at| at..at + 1).collect();
    for word in &arguments.word {
        let before = places.len();
        let is_there = |at: &usize| text[*at..].get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let starts = text.char_indices().map(|(at, _)| at).filter(|at| !word.is_empty() && is_there(at));
        places.extend(starts.map(|at| at..at + word.len()));
        if places.len() == before {
            return Err(format!("the text has no `{word}`").into());
        }
    }
    places.sort_by_key(|place| (place.start, place.end));
    places.dedup_by(|next, place| {
        let meets = next.start < place.end;
        place.end = if meets { place.end.max(next.end) } else { place.end };
        meets
    });
    Ok((!places.is_empty()).then_some(places))
}

fn as_json(
    restored: &Restoration<&str>,
    all: &[(Edit, Option<Features>)],
    is_made: impl Fn(&Edit) -> bool,
) -> Result<String, Refusal> {
    let candidate = |(edit, features): &(Edit, Option<Features>)| {
        let mut json = serde_json::to_value(edit).map_err(|error| Refusal::failed(error.to_string()))?;
        json["made"] = is_made(edit).into();
        let named = features.iter().flat_map(named).map(|(name, value)| (name.into(), value.into()));
        json["features"] = named.collect::<Map<String, Value>>().into();
        Ok(json)
    };
    let candidates = all.iter().map(candidate).collect::<Result<Vec<Value>, Refusal>>()?;
    to_json(&json!({ "verdict": restored.verdict(), "candidates": candidates }))
}
