//! Learns, judges and runs the OCR channel on JSON lines with `id`, `spun` (as recognised) and `orig` (the gold).
//!
//!     cargo run --release --example ocr -- restore FILE.jsonl > restored.jsonl
//!     cargo run --release --example ocr -- cross ../shared/damaged/overproof2.jsonl --more MANGLED.jsonl > cross.jsonl
//!     cargo run --release --example ocr -- learn ../shared/damaged/overproof2.jsonl --more MANGLED.jsonl --out dictionaries/ocr
//!
//! `restore` runs the embedded tables. `cross` counts confusions and fits weights on three quarters of the articles and
//! restores the fourth, in turn. `learn` writes `confusions.tsv` and `confidence.tsv` from all of them; the files of
//! `--more` are for the weights alone. `../shared/eval/score.py` judges what `restore` and `cross` print.

mod learn;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use unspin::channel::{ocr, repair_ocr};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Confidence from which an edit is made
    #[arg(long, global = true, default_value_t = ocr::MIN_CONFIDENCE)]
    min: f32,
    /// Put line-end hyphens together before the channel reads
    #[arg(long, global = true)]
    dehyphen: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Restores with the embedded tables
    Restore {
        /// JSON lines
        file: PathBuf,
        /// Where to write what is proposed for each text when it is read first, and whether it is right
        #[arg(long)]
        explain: Option<PathBuf>,
    },
    /// Restores each article with what the others teach
    Cross {
        /// JSON lines with their gold
        file: PathBuf,
        /// More of them, for the weights
        #[arg(long)]
        more: Vec<PathBuf>,
        /// Where to write what is proposed for each text when it is read first, and whether it is right
        #[arg(long)]
        explain: Option<PathBuf>,
    },
    /// Writes the tables
    Learn {
        /// JSON lines with their gold
        file: PathBuf,
        /// More of them, for the weights
        #[arg(long)]
        more: Vec<PathBuf>,
        /// The folder they go to
        #[arg(long)]
        out: PathBuf,
    },
}

/// A text with its gold.
struct Record {
    id: serde_json::Value,
    spun: String,
    orig: String,
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments = Arguments::parse();
    match &arguments.command {
        Command::Restore { file, explain } => {
            restore(&read(file, arguments.dehyphen)?, arguments.min, explain.as_deref())
        }
        Command::Cross { file, more, explain } => {
            let records = read(file, arguments.dehyphen)?;
            let restored = learn::cross(&records, &read_all(more)?, arguments.min)?;
            for (record, (text, _)) in records.iter().zip(&restored) {
                say(record, text)?;
            }
            write_readings(explain.as_deref(), &records, restored.iter().map(|(_, reading)| reading))
        }
        Command::Learn { file, more, out } => {
            let (confusions, weights) = learn::learn(&read(file, false)?, &read_all(more)?)?;
            std::fs::write(out.join("confusions.tsv"), confusions)?;
            std::fs::write(out.join("confidence.tsv"), weights)?;
            Ok(())
        }
    }
}

fn restore(records: &[Record], min: f32, explain: Option<&Path>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut words, mut time) = (0, Duration::ZERO);
    repair_ocr("", min);
    for record in records {
        let start = Instant::now();
        let repair = repair_ocr(&record.spun, min);
        time += start.elapsed();
        words += record.spun.split_whitespace().count();
        say(record, &ocr::apply(&record.spun, &repair.edits))?;
    }
    eprintln!("{words} words, {:.0} a second", words as f64 / time.as_secs_f64());
    if explain.is_some() {
        let readings = learn::readings(records)?;
        write_readings(explain, records, readings.iter())?;
    }
    Ok(())
}

/// Writes what was proposed for each text as JSON lines, and whether the gold has it.
fn write_readings<'r>(
    file: Option<&Path>,
    records: &[Record],
    readings: impl Iterator<Item = &'r ocr::Reading>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Some(file) = file else { return Ok(()) };
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for (record, reading) in records.iter().zip(readings) {
        let right = learn::labels(&record.spun, &record.orig, &reading.edits);
        let edits: Vec<_> = reading
            .edits
            .iter()
            .zip(right)
            .map(|(edit, right)| {
                let named = ocr::Feature::ALL.into_iter().map(|of| (of.name().to_string(), edit.features[of].into()));
                let features: serde_json::Map<_, _> = named.collect();
                serde_json::json!({
                    "start": edit.span.start, "end": edit.span.end, "replacement": edit.replacement,
                    "right": right, "confidence": edit.confidence, "alternatives": edit.alternatives, "features": features,
                })
            })
            .collect();
        let is_damaged = ocr::OcrChannel::is_damaged(&reading.damage);
        let evidence = reading.damage.evidence;
        writeln!(
            out,
            "{}",
            serde_json::json!({"id": record.id, "damaged": is_damaged, "evidence": evidence, "edits": edits})
        )?;
    }
    Ok(())
}

fn say(record: &Record, text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    writeln!(std::io::stdout(), "{}", serde_json::json!({"id": record.id, "text": text}))?;
    Ok(())
}

fn read_all(files: &[PathBuf]) -> Result<Vec<Record>, Box<dyn Error + Send + Sync>> {
    let mut records = Vec::new();
    for file in files {
        records.extend(read(file, false)?);
    }
    Ok(records)
}

fn read(file: &Path, dehyphen: bool) -> Result<Vec<Record>, Box<dyn Error + Send + Sync>> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let record = |(number, line): (usize, &str)| {
        let wrong = |what: &str| format!("{}:{}: {what}", file.display(), number + 1);
        let value: serde_json::Value = serde_json::from_str(line).map_err(|e| wrong(&e.to_string()))?;
        let field = |name: &str| value[name].as_str().map(str::to_string).ok_or_else(|| wrong(&format!("no {name}")));
        let spun = field("spun")?;
        let spun = if dehyphen { without_hyphens(&spun) } else { spun };
        Ok(Record { id: value["id"].clone(), spun, orig: field("orig")? })
    };
    text.lines().enumerate().map(record).collect::<Result<_, String>>().map_err(Into::into)
}

/// Words that a line end parted, put together; the line end stands after the word.
fn without_hyphens(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("-\n") {
        let is_whole = before.ends_with(char::is_alphabetic) && after.starts_with(char::is_lowercase);
        let is_today = [" to", "\nto"].iter().any(|to| before.ends_with(to));
        out.push_str(before);
        if is_whole && !is_today {
            let end = after.find(char::is_whitespace).unwrap_or(after.len());
            out.push_str(&after[..end]);
            out.push('\n');
            rest = after[end..].strip_prefix(' ').unwrap_or(&after[end..]);
        } else {
            out.push_str("-\n");
            rest = after;
        }
    }
    out + rest
}
