//! Trains a context model: the one that the crate embeds, or a larger one of any text.
//!
//!     docs/train-context dictionaries/context/news.ngram
//!     cargo run --release --example train_context -- --bigrams 4000000 --trigrams 10000000 --out large.ngram news/*.txt
//!
//! Inputs are text files, plain or `.zst`, a sentence or paragraph a line. Every hundredth line is
//! held out; the perplexity on it is printed at the end, for each file, and stands in the card of the model.

use std::fmt::Write;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Parser;
use unspin_core::language_model::train::{Size, sentence_ids, train};
use unspin_core::language_model::{TrigramModel, lay_out, storage};
use unspin_core::text::vocabulary::{self, EDGE, Vocabulary};

/// Trains the context model on clean text.
#[derive(Parser)]
struct Arguments {
    /// Text files, plain or .zst
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// Read only so great a share of the lines of files whose names hold this, spread evenly; may be repeated
    #[arg(long, value_name = "NAME=SHARE", value_parser = share_of)]
    share: Vec<(String, f64)>,
    /// Names and set phrases, a file or folder of them, read as extra sentences
    #[arg(long)]
    terms: Option<PathBuf>,
    /// How often each term is read
    #[arg(long, default_value_t = 8)]
    term_weight: usize,
    /// Where the model goes
    #[arg(short, long)]
    out: PathBuf,
    /// Words of the model
    #[arg(long, default_value_t = Size::default().words)]
    words: usize,
    /// Bigrams to keep
    #[arg(long, default_value_t = Size::default().bigrams)]
    bigrams: usize,
    /// Trigrams to keep
    #[arg(long, default_value_t = Size::default().trigrams)]
    trigrams: usize,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The lines of a file.
struct Source {
    name: String,
    held_out: Vec<String>,
    /// Lines to train on, and how many there were to choose from.
    kept: usize,
    of: usize,
}

fn main() -> std::process::ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("train_context: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let (mut lines, mut sources) = (Vec::new(), Vec::new());
    let mut inputs = arguments.inputs.clone();
    inputs.sort();
    for path in &inputs {
        sources.push(read(path, arguments, &mut lines)?);
    }
    let terms = arguments.terms.as_deref().map(read_terms).transpose()?.unwrap_or_default();
    for _ in 0..arguments.term_weight {
        lines.extend(terms.iter().cloned());
    }
    let size = Size { words: arguments.words, bigrams: arguments.bigrams, trigrams: arguments.trigrams };
    let mut counts = train(&lines, size);
    drop(lines);
    let words = vocabulary::build(&counts.words)?;
    let vocabulary = Vocabulary::from_bytes(&words).ok_or("vocabulary")?;
    let packed = storage::pack(&counts);
    let layout = lay_out(&storage::unpack(&packed)?);
    let context = TrigramModel::from_bytes(&layout).ok_or("layout")?;
    for source in &sources {
        let Source { name, held_out, kept, of } = source;
        let (perplexity, count, unknown) = perplexity(held_out.iter(), vocabulary, &context);
        let unknown = 100.0 * unknown as f64 / count.max(1) as f64;
        writeln!(
            counts.card,
            "text\t{name}: {kept} lines of {of}; held out: {count} words, {unknown:.2} % unknown, perplexity {perplexity:.1}"
        )?;
    }
    writeln!(counts.card, "terms\t{}, {} times each", terms.len(), arguments.term_weight)?;
    let (perplexity, count, unknown) = perplexity(sources.iter().flat_map(|s| &s.held_out), vocabulary, &context);
    let unknown = 100.0 * unknown as f64 / count.max(1) as f64;
    writeln!(
        counts.card,
        "held out\t{count} words, {unknown:.2} % unknown, perplexity {perplexity:.1} over the known"
    )?;
    let packed = storage::pack(&counts);
    std::fs::write(&arguments.out, &packed).map_err(|e| format!("{}: {e}", arguments.out.display()))?;
    print!("{}", counts.card);
    println!(
        "words {}  bigrams {}  trigrams {}  bytes {}  in memory {}",
        counts.words.len(),
        counts.bigram_word.len(),
        counts.trigram_word.len(),
        packed.len(),
        layout.len()
    );
    Ok(())
}

fn share_of(argument: &str) -> std::result::Result<(String, f64), String> {
    let share = argument.split_once('=').and_then(|(name, share)| Some((name.to_string(), share.parse().ok()?)));
    share.filter(|(_, share)| (0.0..=1.0).contains(share)).ok_or_else(|| "expected NAME=SHARE, 0 to 1".to_string())
}

/// Reads the lines of a file to train on, as many as its share asks for.
fn read(path: &Path, arguments: &Arguments, lines: &mut Vec<String>) -> Result<Source> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let share = arguments.share.iter().find(|(part, _)| name.contains(part.as_str())).map_or(1.0, |(_, share)| *share);
    let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let reader: Box<dyn Read> =
        if path.extension().is_some_and(|e| e == "zst") { Box::new(zstd::Decoder::new(file)?) } else { Box::new(file) };
    let mut source = Source { name, held_out: Vec::new(), kept: 0, of: 0 };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
        if number % 100 == 99 {
            source.held_out.push(line);
            continue;
        }
        source.of += 1;
        if source.of as f64 * share >= (source.kept + 1) as f64 {
            source.kept += 1;
            lines.push(line);
        }
    }
    Ok(source)
}

/// Reads terms, sorted.
fn read_terms(path: &Path) -> Result<Vec<String>> {
    let files: Vec<PathBuf> = if path.is_dir() {
        std::fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<std::result::Result<_, _>>()?
    } else {
        vec![path.to_path_buf()]
    };
    let mut terms = Vec::new();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "txt")) {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        terms.extend(text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).map(str::to_string));
    }
    terms.sort();
    Ok(terms)
}

/// Perplexity over the words that the model knows, how many words there were and how many it did not know.
fn perplexity<'l>(
    lines: impl Iterator<Item = &'l String>,
    vocabulary: Vocabulary,
    context: &TrigramModel,
) -> (f64, usize, usize) {
    let (mut log, mut count, mut unknown) = (0f64, 0usize, 0usize);
    let mut ids = Vec::new();
    for line in lines {
        ids.clear();
        sentence_ids(line, vocabulary, &mut ids);
        let mut state = context.after(EDGE);
        for &id in &ids {
            let (score, next) = context.score(state, id);
            state = next;
            count += 1;
            if id == vocabulary::UNKNOWN {
                unknown += 1;
            } else {
                log += f64::from(score);
            }
        }
    }
    ((-log / (count - unknown).max(1) as f64).exp(), count, unknown)
}
