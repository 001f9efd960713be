//! Trains the context model that the crate embeds.
//!
//!     cargo run --release --example train_context -- --out dictionaries/context/news.ngram ../shared/text/*.zst
//!
//! Inputs are text files, plain or `.zst`, a sentence or paragraph a line. Every hundredth line is
//! held out; the perplexity on it is printed at the end, for the model card.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

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

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("train_context: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let (mut kept, mut held_out) = (Vec::new(), Vec::new());
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
            let line = line.map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
            if number % 100 == 99 { held_out.push(line) } else { kept.push(line) }
        }
    }
    eprintln!("{} lines to train on, {} held out", kept.len(), held_out.len());
    if let Some(path) = &arguments.terms {
        let files: Vec<PathBuf> = if path.is_dir() {
            std::fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?
        } else {
            vec![path.clone()]
        };
        let mut terms = Vec::new();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "txt")) {
            terms.extend(
                std::fs::read_to_string(file)?
                    .lines()
                    .filter(|l| !l.starts_with('#') && !l.is_empty())
                    .map(str::to_string),
            );
        }
        terms.sort();
        eprintln!("{} terms, {} times each", terms.len(), arguments.term_weight);
        for _ in 0..arguments.term_weight {
            kept.extend(terms.iter().cloned());
        }
    }
    let size = Size { words: arguments.words, bigrams: arguments.bigrams, trigrams: arguments.trigrams };
    let tables = train(&kept, size);
    let packed = storage::pack(&tables);
    std::fs::write(&arguments.out, &packed)?;
    let words = vocabulary::build(&tables.words)?;
    let layout = lay_out(&tables);
    let vocabulary = Vocabulary::from_bytes(&words).ok_or("vocabulary")?;
    let context = TrigramModel::from_bytes(&layout).ok_or("layout")?;
    let (perplexity, count, unknown) = perplexity(&held_out, vocabulary, &context);
    println!(
        "words {}  bigrams {}  trigrams {}  bytes {}  in memory {}",
        tables.words.len(),
        tables.bigram_word.len(),
        tables.trigram_word.len(),
        packed.len(),
        layout.len()
    );
    println!(
        "held out: {count} words, {:.2} % unknown, perplexity {perplexity:.1} over the known",
        100.0 * unknown as f64 / count as f64
    );
    Ok(())
}

/// Perplexity over the words that the model knows, how many words there were and how many it did not know.
fn perplexity(lines: &[String], vocabulary: Vocabulary, context: &TrigramModel) -> (f64, usize, usize) {
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
