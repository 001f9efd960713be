//! Measures the repair of damage by its kind: error reduction, precision, kinds that are named rightly, and what is
//! changed in clean text.
//!
//!     python3 ../shared/eval/mangle.py --seed 77 --max 1500 ../shared/clean/*.jsonl > target/mangled.jsonl
//!     cargo run --release --example damage -- target/mangled.jsonl
//!     cargo run --release --example damage -- --channels characters,words,ocr ../shared/damaged/mangled.jsonl
//!     cargo run --release --example damage -- --list ../shared/clean/*.jsonl
//!
//!     cargo run --release --example damage -- --list --show 20 --kinds split ../shared/damaged/mangled.jsonl
//!
//! Records are JSON lines `{"id", "kind", "spun", "orig"}`; those without a kind, or with equal texts, are clean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use serde::Deserialize;
use unspin::mend::{Mended, Mender};
use unspin::{Channel, Unspin};
use unspin_learn::score::Tally;

/// Measures the repair of damage by its kind.
#[derive(Parser)]
struct Arguments {
    /// Records, JSON lines
    #[arg(required = true)]
    records: Vec<PathBuf>,
    /// The channels that are measured, with commas between
    #[arg(long, value_delimiter = ',', default_value = "characters,words", value_parser = channel_of)]
    channels: Vec<Channel>,
    /// The mender alone, as for texts that something else makes suspect
    #[arg(long)]
    thorough: bool,
    /// Only records of these kinds
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// Also print the N commonest misses and wrong edits of each kind
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Fail if a figure is below the floor in this file, lines `kind figure limit` of `error_reduction`, `precision` and
    /// `named`, a share, that of all kinds for `all`; or above it for `changed`, clean records
    #[arg(long)]
    floor: Option<PathBuf>,
    /// Also print each edit of clean records, and each record whose kind is not named
    #[arg(long)]
    list: bool,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default = "clean")]
    kind: String,
    spun: String,
    orig: String,
}

fn clean() -> String {
    "none".to_string()
}

/// What each kind of `mangle.py` is called in a verdict; the others have no name.
const NAMES: [(&str, &[&str]); 22] = [
    ("ocr", &["ocr"]),
    ("longs", &["long-s"]),
    ("ligatures", &["ligature"]),
    ("lost_ligatures", &["lost-ligature"]),
    ("split", &["split"]),
    ("joined", &["joined"]),
    ("all_joined", &["joined"]),
    ("hyphen", &["line-hyphen"]),
    ("wrap", &["hard-wrap"]),
    ("mojibake", &["mojibake"]),
    ("mojibake2", &["mojibake"]),
    ("entities", &["entity"]),
    ("entities2", &["entity"]),
    ("homoglyphs", &["homoglyph"]),
    ("styled", &["styled"]),
    ("invisible", &["invisible", "soft-hyphen"]),
    ("softhyphen", &["soft-hyphen"]),
    ("leet", &["leet"]),
    ("spaced", &["letter-spaced"]),
    ("nfkc", &["compatibility"]),
    ("dropped", &["ocr"]),
    ("swapped", &["ocr"]),
];

/// The figures of one kind.
#[derive(Default)]
struct Kind {
    tally: Tally,
    clean: usize,
    damaged: usize,
    named: usize,
    changed: usize,
    missed: BTreeMap<(String, String), usize>,
    wrong: BTreeMap<(String, String), usize>,
}

fn channel_of(name: &str) -> Result<Channel, String> {
    Channel::ALL.into_iter().find(|channel| channel.name() == name).ok_or_else(|| format!("no channel `{name}`"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let unspin = Unspin::builder().channels(arguments.channels.iter().copied()).build()?;
    let mender = Mender::default().thorough(true);
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    let mut spent = Duration::ZERO;
    for path in &arguments.records {
        for line in std::fs::read_to_string(path)?.lines() {
            let record: Record = serde_json::from_str(line)?;
            let is_wanted = arguments.kinds.is_empty() || arguments.kinds.contains(&record.kind);
            if !is_wanted {
                continue;
            }
            let start = Instant::now();
            let (text, names, edits) = match arguments.thorough {
                true => mended(&mender, &record.spun),
                false => restored(&unspin, &record.spun),
            };
            spent += start.elapsed();
            let kind = kinds.entry(record.kind.clone()).or_default();
            kind.add(&record, &text, &names, &edits, arguments.list);
        }
    }
    kinds.iter().for_each(|(name, kind)| kind.print(name, arguments.show));
    let of_names = || kinds.iter().filter(|(name, _)| NAMES.iter().any(|(kind, _)| kind == name)).map(|(_, kind)| kind);
    let (named, damaged): (usize, usize) =
        (of_names().map(|kind| kind.named).sum(), of_names().map(|kind| kind.damaged).sum());
    let share = named as f64 / damaged.max(1) as f64;
    println!("named {named} of {damaged} ({share:.3}); {spent:.2?}");
    match &arguments.floor {
        Some(path) => check(&kinds, share, path),
        None => Ok(()),
    }
}

/// Compares figures with the floor.
fn check(kinds: &BTreeMap<String, Kind>, share: f64, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.starts_with('#')) {
        let [kind, name, limit] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("{}: `kind figure limit` expected: {line}", path.display()).into());
        };
        let limit: f64 = limit.parse()?;
        let of_kind = || kinds.get(kind).ok_or_else(|| format!("no records of kind {kind}"));
        let (figure, is_most) = match name {
            "named" if kind == "all" => (share, false),
            "named" => (of_kind()?.named as f64 / of_kind()?.damaged.max(1) as f64, false),
            "error_reduction" => (of_kind()?.tally.figures().error_reduction, false),
            "precision" => (of_kind()?.tally.figures().precision, false),
            "changed" => (of_kind()?.changed as f64, true),
            _ => return Err(format!("{}: no figure `{name}`", path.display()).into()),
        };
        if if is_most { figure > limit } else { figure < limit } {
            return Err(format!("{kind} {name} is {figure:.4}, the floor {limit}").into());
        }
    }
    Ok(())
}

/// A text as it is read, the kinds of damage that are named, and the edits as (from, to).
type Answer = (String, Vec<String>, Vec<(String, String)>);

fn restored(unspin: &Unspin, text: &str) -> Answer {
    let restoration = unspin.restore(text);
    let names = restoration.verdict().damage().keys().cloned().collect();
    let edits = restoration.edits().iter().map(|edit| (text[edit.span.clone()].to_string(), edit.replacement.clone()));
    (restoration.text().to_string(), names, edits.collect())
}

fn mended(mender: &Mender, text: &str) -> Answer {
    let Some(mended) = mender.mend(text) else { return (text.to_string(), Vec::new(), Vec::new()) };
    let repairs = |mended: &Mended| {
        mended.repairs().map(|repair| (text[repair.span.clone()].to_string(), repair.replacement.to_string())).collect()
    };
    let names = mended.damage().map(|(damage, _)| damage.name().to_string()).collect();
    (mended.text().to_string(), names, repairs(&mended))
}

impl Kind {
    fn add(&mut self, record: &Record, text: &str, names: &[String], edits: &[(String, String)], list: bool) {
        if record.spun == record.orig {
            self.clean += 1;
            self.changed += usize::from(!edits.is_empty());
            if list && !edits.is_empty() {
                let few: Vec<String> = edits.iter().take(6).map(|(from, to)| format!("{from:?} -> {to:?}")).collect();
                println!("{} {names:?} {}", record.id, few.join(", "));
            }
            return;
        }
        let (missed, wrong) = self.tally.add(&record.spun, &record.orig, text);
        missed.into_iter().for_each(|change| *self.missed.entry(change).or_default() += 1);
        wrong.into_iter().for_each(|change| *self.wrong.entry(change).or_default() += 1);
        let mut right = NAMES.iter().find(|(kind, _)| *kind == record.kind).map_or(&[][..], |(_, names)| names);
        // At a low rate no word of a column may have been cut.
        if record.kind == "hyphen" && !record.spun.contains("-\n") {
            right = &["hard-wrap"];
        }
        let is_named = names.iter().any(|name| right.contains(&name.as_str()));
        self.damaged += 1;
        self.named += usize::from(is_named);
        if list && !is_named && !right.is_empty() {
            println!("{} not named: {names:?}", record.id);
        }
    }

    fn print(&self, name: &str, show: usize) {
        let figures = self.tally.figures();
        println!(
            "{name:15} error reduction {:.3}  precision {:.3}  named {} of {}  clean changed {} of {}",
            figures.error_reduction, figures.precision, self.named, self.damaged, self.changed, self.clean
        );
        for (title, counts) in [("missed", &self.missed), ("wrong", &self.wrong)] {
            let mut ranked: Vec<_> = counts.iter().collect();
            ranked.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
            for ((from, to), count) in ranked.into_iter().take(show) {
                println!("  {title} {count:4}  {from} -> {to}");
            }
        }
    }
}
