//! Measures restoration on pages with their originals: what `score.py` prints, without Python.
//!
//!     cargo run --release --example quality -- --cross-validate 11 ../shared/pages/dev.jsonl
//!     cargo run --release --example quality -- ../shared/clean/*.jsonl
//!
//! Records are JSON lines `{"id", "spun", "orig"}`, with `spinner` where known; equal `spun` and
//! `orig` measure harm. With `--cross-validate N`, pages fall into N folds, and each fold is restored
//! with dictionaries whose page counts come from the other folds.

mod calibration;
mod detection;
mod folds;
mod second;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Parser;
use unspin::confidence::{FEATURES, Feature, Features, Weights};
use unspin::{Builder, Channel, Edit, Unspin};
use unspin_core::meaning::{self, Change as MeaningChange};
use unspin_learn::align::{align, words};
use unspin_learn::boost;
use unspin_learn::logistic::fit;
use unspin_learn::pages::{self, Page as Record, Relabelling};
use unspin_learn::score::{Change, Figures, Tally};

use folds::{is_known, restorers};
use second::SecondReading;

/// Measures restoration on pages with their originals.
#[derive(Parser)]
struct Arguments {
    /// Records, JSON lines
    #[arg(required = true)]
    records: Vec<PathBuf>,
    /// Folds; entries learned from a page are not used on it
    #[arg(long, value_name = "FOLDS")]
    cross_validate: Option<usize>,
    /// With --cross-validate: also forbid every rewrite that no other page or observation shows
    #[arg(long)]
    strict: bool,
    /// The channels that are measured: `characters`, `words`, `spun`, with commas between
    #[arg(long, value_delimiter = ',', default_value = "spun", value_parser = channel_of)]
    channels: Vec<Channel>,
    /// A language model in place of the embedded one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    #[command(flatten)]
    second: SecondReading,
    /// The dictionaries, for --cross-validate, and the table of pages whose spinner was found out later
    #[arg(long, default_value = "dictionaries")]
    dictionaries: PathBuf,
    /// With --cross-validate: write weights of the confidence, fitted on all pages, to this file; with --reader, those of
    /// what it read
    #[arg(long)]
    weights: Option<PathBuf>,
    /// Fit the weights on pages of this spinner alone, not of every spinner that has a folder
    #[arg(long, value_name = "SPINNER")]
    fit_on: Option<String>,
    /// With --cross-validate: leave out a part of what is known, to see what it contributes
    #[arg(long, value_enum)]
    without: Vec<Part>,
    /// With --cross-validate: know nothing of this spinner, neither words nor pages, and measure on its pages alone
    #[arg(long, value_name = "SPINNER")]
    leave_out: Option<String>,
    /// With --cross-validate: choose tell-tales from frequent word pairs, too, as the build does for the embedded dictionary
    #[arg(long, conflicts_with = "model")]
    word_pairs: bool,
    /// With --cross-validate: print how right confidences are, and draw it to this SVG file
    #[arg(long, value_name = "SVG")]
    calibration: Option<PathBuf>,
    /// With --cross-validate: measure detection of the records against these clean ones, on whole pages and on excerpts
    #[arg(long, value_name = "CLEAN", num_args = 1..)]
    detection: Vec<PathBuf>,
    /// Only edits of at least this confidence
    #[arg(long)]
    min_confidence: Option<f32>,
    /// Only records of this spinner
    #[arg(long)]
    spinner: Option<String>,
    /// Also print the N commonest misses and wrong edits
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Also write the restored texts, JSON lines {"id", "text"}
    #[arg(long)]
    hypothesis: Option<PathBuf>,
    /// Fail if a figure is below the floor in this file, lines `spinner figure limit` (above it for harm)
    #[arg(long)]
    floor: Option<PathBuf>,
    /// Also count the edits that add or remove a negation, change a number or invent a gender; fail if there is one
    #[arg(long)]
    meaning: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Whether a record is measured: all are, or those of the spinner that is left out.
    fn measures(&self, record: &Record) -> bool {
        self.leave_out.as_ref().is_none_or(|name| *name == record.spinner)
    }
}

/// A part of what the restorer knows.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Part {
    /// Groups of near-synonyms
    Groups,
    /// Pairs counted on web pages
    Observed,
    /// Pairs learned from the aligned pages of the other folds
    Pages,
    /// How often each word is left alone
    Exposure,
    /// The weights that make confidences of posteriors
    Weights,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quality: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let records = read(&arguments.records, &arguments, arguments.spinner.as_deref())?;
    if let (false, Some(folds)) = (arguments.detection.is_empty(), arguments.cross_validate) {
        let clean = read(&arguments.detection, &arguments, None)?;
        return detection::report(&records, &clean, folds.max(2), &arguments);
    }
    let restored = match arguments.cross_validate {
        None => {
            let unspin = arguments.second.on(configured(&arguments)?)?.build()?;
            records.iter().map(|r| restore(&unspin, r)).collect()
        }
        Some(folds) => cross_validate(&records, folds.max(2), &arguments)?,
    };
    let measured = records.into_iter().zip(restored).filter(|(record, _)| arguments.measures(record));
    let (records, restored): (Vec<Record>, Vec<_>) = measured.unzip();
    let (texts, edits): (Vec<String>, Vec<Vec<Edit>>) = restored.into_iter().unzip();
    report(&records, &texts, &arguments)?;
    if arguments.meaning { check_meaning(&records, &edits) } else { Ok(()) }
}

/// A record as it is restored, and by which edits.
fn restore(unspin: &Unspin, record: &Record) -> (String, Vec<Edit>) {
    let restoration = unspin.restore(&record.spun);
    (restoration.text().to_string(), restoration.edits().to_vec())
}

/// Counts what edits change of the meaning of records.
fn check_meaning(records: &[Record], edits: &[Vec<Edit>]) -> Result<(), Failure> {
    let mut counts: BTreeMap<MeaningChange, usize> = BTreeMap::new();
    for (record, edits) in records.iter().zip(edits) {
        for edit in edits {
            let spun = &record.spun[edit.span.clone()];
            if let Some(change) = meaning::changed(spun, &edit.replacement) {
                *counts.entry(change).or_default() += 1;
                println!("meaning: record {}: `{spun}` for `{}` {change}", record.id, edit.replacement);
            }
        }
    }
    let all: usize = edits.iter().map(Vec::len).sum();
    let changed: usize = counts.values().sum();
    println!("meaning: {changed} of {all} edits change what a text says {counts:?}");
    if changed == 0 { Ok(()) } else { Err(format!("{changed} edits change what a text says").into()) }
}

/// Reads records, each under the spinner that made it; only those of one spinner where it is given.
fn read(paths: &[PathBuf], arguments: &Arguments, spinner: Option<&str>) -> Result<Vec<Record>, Failure> {
    let known = Relabelling::of(&arguments.dictionaries)?;
    let mut records = Vec::new();
    for path in paths {
        records.extend(pages::read(path)?.into_iter().map(|(_, record)| record));
    }
    records.iter_mut().for_each(|record| known.apply(record));
    records.retain(|record| spinner.is_none_or(|s| s == record.spinner));
    Ok(records)
}

fn channel_of(name: &str) -> Result<Channel, String> {
    Channel::ALL.into_iter().find(|channel| channel.name() == name).ok_or_else(|| format!("no channel `{name}`"))
}

/// A builder as the arguments ask for it.
fn configured(arguments: &Arguments) -> Result<Builder, Failure> {
    let mut builder = Unspin::builder().channels(arguments.channels.iter().copied());
    if let Some(path) = &arguments.model {
        builder = builder.model(path)?;
    }
    Ok(match arguments.min_confidence {
        Some(confidence) => builder.min_confidence(confidence),
        None => builder,
    })
}

/// Lines that are one edit better or worse than the spun text: was the edit right?
fn label(record: &Record, edit: &unspin::Edit) -> bool {
    let line = record.spun[..edit.span.start].matches('\n').count();
    let start = record.spun[..edit.span.start].rfind('\n').map_or(0, |n| n + 1);
    let Some((spun, original)) = record.spun.lines().nth(line).zip(record.orig.lines().nth(line)) else { return false };
    let mut moved = edit.clone();
    moved.span = edit.span.start - start..edit.span.end - start;
    let Ok(edited) = unspin::apply(spun, &[moved]) else { return false };
    let original = words(original);
    align(&words(&edited), &original).1 < align(&words(spun), &original).1
}

/// The findings of each record, with their features, and whether they are right.
type Examples = Vec<Vec<(Features, bool)>>;

/// What restorers, one for each fold, find in the records of their folds.
fn examples(
    records: &[Record],
    restorers: Vec<Builder>,
    is_fitted: impl Fn(&Features) -> bool,
) -> Result<Examples, Failure> {
    let restorers = restorers.into_iter().map(Builder::build).collect::<Result<Vec<_>, _>>()?;
    let of = |(n, record): (usize, &Record)| {
        let candidates = restorers[n % restorers.len()].candidates(&record.spun);
        let fitted = candidates.iter().filter(|(_, features)| is_fitted(features));
        fitted.map(|(edit, features)| (*features, label(record, edit))).collect()
    };
    Ok(records.iter().enumerate().map(of).collect())
}

/// Weights for each fold, fitted on the others, and those fitted on all of them.
fn fitted(records: &[Record], examples: &Examples, folds: usize, arguments: &Arguments) -> (Vec<Weights>, Weights) {
    let teaches = |spinner: &String| match &arguments.fit_on {
        Some(only) => spinner == only,
        None => is_known(spinner, arguments),
    };
    let taught = || examples.iter().enumerate().filter(|(n, _)| teaches(&records[*n].spinner));
    let others = |fold: usize| taught().filter(move |(n, _)| n % folds != fold).flat_map(|(_, e)| e);
    ((0..folds).map(|fold| fit_weights(others(fold))).collect(), fit_weights(taught().flat_map(|(_, e)| e)))
}

/// Restores each fold with what the other folds teach.
fn cross_validate(
    records: &[Record],
    folds: usize,
    arguments: &Arguments,
) -> Result<Vec<(String, Vec<Edit>)>, Failure> {
    let mut restorers = restorers(records, folds, arguments)?;
    let mut found = examples(records, restorers.clone(), |_| true)?;
    let (mut weights, mut of_all) = fitted(records, &found, folds, arguments);
    if arguments.without.contains(&Part::Weights) {
        weights.fill(Weights::default());
    }
    restorers = restorers.into_iter().zip(&weights).map(|(builder, own)| builder.weights(own.clone())).collect();
    if arguments.second.is_asked() {
        restorers = restorers.into_iter().map(|builder| arguments.second.on(builder)).collect::<Result<_, _>>()?;
        // The others are judged without a reader.
        found = examples(records, restorers.clone(), |features| features[Feature::SecondReading] != 0.0)?;
        (weights, of_all) = fitted(records, &found, folds, arguments);
        let second = restorers.into_iter().zip(&weights);
        restorers = second.map(|(builder, own)| builder.second_reader_weights(own.clone())).collect();
    }
    if let Some(path) = &arguments.weights {
        std::fs::write(path, of_all.to_text())?;
    }
    let mut out = vec![(String::new(), Vec::new()); records.len()];
    let mut sure = Vec::new();
    let mut made: Vec<Vec<(f32, bool)>> = Vec::new();
    for ((fold, builder), weights) in restorers.into_iter().enumerate().zip(&weights) {
        let own = found.iter().enumerate().filter(|(n, _)| n % folds == fold).flat_map(|(_, e)| e);
        sure.extend(own.map(|(features, is_right)| (weights.confidence(features), *is_right)));
        let unspin = builder.build()?;
        let own = records.iter().enumerate().filter(|(n, record)| n % folds == fold && arguments.measures(record));
        for (n, record) in own {
            out[n] = restore(&unspin, record);
            let justified = out[n].1.iter().filter(|edit| edit.entry.is_some());
            made.push(justified.map(|edit| (edit.confidence, label(record, edit))).collect());
        }
    }
    if let Some(path) = &arguments.calibration {
        std::fs::write(path, calibration::report(&sure))?;
        calibration::of_made(&made);
    }
    Ok(out)
}

fn fit_weights<'e>(examples: impl Iterator<Item = &'e (Features, bool)>) -> Weights {
    let (rows, labels): (Vec<[f32; FEATURES]>, Vec<bool>) =
        examples.map(|(features, is_right)| (*features.values(), *is_right)).unzip();
    let linear = fit(&rows, &labels, 1.0);
    let alone = Weights::new(linear, Vec::new());
    let base: Vec<f32> = rows.iter().map(|row| alone.linear_log_odds(row)).collect();
    Weights::new(linear, boost::fit(&rows, &labels, &base, boost::Growth::default()))
}

fn report(records: &[Record], restored: &[String], arguments: &Arguments) -> Result<(), Failure> {
    let mut all = Tally::default();
    let mut by_spinner: BTreeMap<&str, Tally> = BTreeMap::new();
    let (mut missed, mut wrong) = (BTreeMap::<Change, usize>::new(), BTreeMap::<Change, usize>::new());
    for (record, text) in records.iter().zip(restored) {
        let (misses, wrongs) = all.add(&record.spun, &record.orig, text);
        by_spinner.entry(&record.spinner).or_default().add(&record.spun, &record.orig, text);
        misses.into_iter().for_each(|c| *missed.entry(c).or_default() += 1);
        wrongs.into_iter().for_each(|c| *wrong.entry(c).or_default() += 1);
    }
    if let Some(path) = &arguments.hypothesis {
        let lines = records
            .iter()
            .zip(restored)
            .map(|(r, text)| format!("{}\n", serde_json::json!({"id": r.id, "text": text})));
        std::fs::write(path, lines.collect::<String>())?;
    }
    let figures: BTreeMap<&str, Figures> =
        by_spinner.iter().map(|(name, tally)| (*name, tally.figures())).chain([("all", all.figures())]).collect();
    if arguments.json {
        println!("{}", serde_json::to_string(&figures)?);
    } else {
        print("all", &all.figures());
        if by_spinner.len() > 1 {
            by_spinner.iter().for_each(|(name, tally)| print(name, &tally.figures()));
        }
    }
    for (title, counts) in [("not restored", missed), ("changed wrongly", wrong)] {
        let mut ranked: Vec<_> = counts.into_iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if arguments.show > 0 {
            println!("-- {title}");
        }
        for ((from, to), count) in ranked.into_iter().take(arguments.show) {
            println!("{count:5}  {from} -> {to}");
        }
    }
    match &arguments.floor {
        Some(path) => check(&figures, path),
        None => Ok(()),
    }
}

fn print(name: &str, figures: &Figures) {
    let mut line = format!("{name}:");
    if figures.docs > 0 {
        line += &format!(
            "  docs={}  words={}  wer_before={:.4}  wer_after={:.4}  error_reduction={:.4}  precision={:.4}  recall={:.4}  f05={:.4}  edits_made={}  edits_wanted={}",
            figures.docs,
            figures.words,
            figures.wer_before,
            figures.wer_after,
            figures.error_reduction,
            figures.precision,
            figures.recall,
            figures.f05,
            figures.edits_made,
            figures.edits_wanted
        );
    }
    if figures.clean_docs > 0 {
        line += &format!(
            "  clean_docs={}  clean_words={}  clean_docs_touched={}  harm_per_10k_words={:.3}",
            figures.clean_docs, figures.clean_words, figures.clean_docs_touched, figures.harm_per_10k_words
        );
    }
    println!("{line}");
}

/// Compares figures with the floor, lines `spinner figure limit` where `all` is a spinner too: harm and
/// documents touched must not be above, the rest not below.
fn check(figures: &BTreeMap<&str, Figures>, path: &Path) -> Result<(), Failure> {
    let figures = serde_json::to_value(figures)?;
    for (number, line) in std::fs::read_to_string(path)?.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let bad = || format!("{}:{}: `spinner figure limit` expected", path.display(), number + 1);
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [spinner, name, limit] = fields[..] else { return Err(bad().into()) };
        let limit: f64 = limit.parse().map_err(|_| bad())?;
        let value = figures[spinner][name].as_f64().ok_or_else(bad)?;
        let is_harm = name.starts_with("harm") || name.ends_with("touched");
        if if is_harm { value > limit } else { value < limit } {
            return Err(format!("{spinner} {name} is {value:.4}; the floor in {} is {limit}", path.display()).into());
        }
        println!("floor: {spinner} {name} {value:.4}, limit {limit}");
    }
    Ok(())
}
