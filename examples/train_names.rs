//! Trains the table of names that the crate embeds: which runs of capitalised words clean text knows.
//!
//!     cargo run --release --example train_names -- --out dictionaries/context/names.tsv ../shared/text/*.zst ../shared/wider/*.zst
//!
//! Inputs are text files, plain or `.zst`, a sentence or paragraph a line. Only runs that have a word of a dictionary are
//! counted: no edit can touch another. Names of the terms are counted as often as a name must be to be kept.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use clap::Parser;
use unspin_core::dictionary::expand;
use unspin_core::dictionary::source::{Item, Source};
use unspin_learn::names::{NameCounts, words_of};

/// Spinners that leave words with a capital alone, or work on terms.
const WORD_SPINNERS: [&str; 2] = ["arsenic", "tortured"];

/// Trains the table of names on clean text.
#[derive(Parser)]
struct Arguments {
    /// Text files, plain or .zst
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The folder of dictionaries
    #[arg(long, default_value = "dictionaries")]
    dictionaries: PathBuf,
    /// A name is kept if it was counted this often
    #[arg(long, default_value_t = 7)]
    least: u32,
    /// Where the table goes
    #[arg(short, long)]
    out: PathBuf,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    // What spinners write in place of names, and all phrases of the dictionaries.
    let (mut written, mut phrases): (Vec<String>, Vec<String>) = Default::default();
    for entry in std::fs::read_dir(&arguments.dictionaries)? {
        let folder = entry?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !folder.is_dir() || ["context", "ocr", "terms"].contains(&name.as_str()) {
            continue;
        }
        for source in Source::read(&name, &folder)? {
            let touches_names = !WORD_SPINNERS.contains(&name.as_str()) && !source.is_guessed();
            for (_, item) in &source.items {
                let rewrites = match item {
                    Item::Pair { spun, original, .. } => vec![(spun.clone(), original.clone())],
                    _ => expand::rewrites(item).unwrap_or_default(),
                };
                let is_short = |phrase: &&String| touches_names && phrase.split(' ').count() <= 2;
                written.extend(rewrites.iter().map(|(spun, _)| spun).filter(is_short).cloned());
                phrases.extend(rewrites.into_iter().flat_map(|(spun, original)| [spun, original]));
            }
        }
    }
    let spun = words_of(written.iter().map(String::as_str));
    let words = words_of(phrases.iter().map(String::as_str));
    eprintln!("{} words of dictionaries", words.len());
    let mut counts = NameCounts::of_words(words);
    let mut inputs = arguments.inputs.clone();
    inputs.sort();
    for path in &inputs {
        let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "zst") {
            Box::new(zstd::Decoder::new(file)?)
        } else {
            Box::new(file)
        };
        for (number, line) in BufReader::new(reader).lines().enumerate() {
            counts.add(&line.map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?);
        }
        eprintln!("{} counted", path.display());
    }
    let terms = std::fs::read_dir(arguments.dictionaries.join("terms"))?;
    for path in terms.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()? {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        text.lines().filter(|line| !line.starts_with('#')).for_each(|term| counts.add_term(term, arguments.least));
    }
    let table = counts.to_text(arguments.least, &spun);
    println!("{} names, {} bytes", table.lines().count(), table.len());
    let head = "# source: counted by examples/train_names.rs over clean news text\n# licence: MIT OR Apache-2.0\n";
    std::fs::write(&arguments.out, format!("{head}{table}"))?;
    Ok(())
}
