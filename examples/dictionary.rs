//! Shows what the dictionaries know, and checks them.
//!
//!     cargo run --release --example dictionary -- table --pages ../shared/pages/dev.jsonl
//!     cargo run --release --example dictionary -- lint
//!     cargo run --release --example dictionary -- unknown --pages ../shared/pages/dev.jsonl

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use serde::Deserialize;
use unspin::Unspin;
use unspin_core::dictionary::lint::{lint, overfires};
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::language_model::storage;
use unspin_learn::coverage::{Known, Step};
use unspin_learn::pairs::Observations;

/// Shows what the dictionaries know, and checks them.
#[derive(Parser)]
struct Arguments {
    /// The folder of dictionaries
    #[arg(long, default_value = "dictionaries", global = true)]
    dictionaries: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Entries, originals, observations and coverage by spinner, as a Markdown table
    Table {
        /// Aligned pages, JSON lines; without them no coverage is shown
        #[arg(long)]
        pages: Option<PathBuf>,
        /// Folds of pages; entries learned from a page do not count for it
        #[arg(long, default_value_t = 11)]
        folds: usize,
    },
    /// Checks every dictionary file against the rules of the format; fails if one is broken
    Lint {
        /// Clean records, JSON lines with `orig`: no entry may edit them more than its evidence allows
        #[arg(long, value_name = "FILE", num_args = 1..)]
        clean: Vec<PathBuf>,
    },
    /// The commonest substitutions of pages that the dictionaries do not know
    Unknown {
        /// Aligned pages, JSON lines
        #[arg(long)]
        pages: PathBuf,
        /// How many
        #[arg(long, default_value_t = 50)]
        most: usize,
    },
}

#[derive(Deserialize)]
struct Page {
    spinner: String,
    spun: String,
    orig: String,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dictionary: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let sources = read_all(&arguments.dictionaries)?;
    match &arguments.command {
        Command::Table { pages, folds } => {
            table(&sources, &pages.as_deref().map(read_pages).transpose()?.unwrap_or_default(), *folds)
        }
        Command::Lint { clean } => check(&arguments.dictionaries, clean),
        Command::Unknown { pages, most } => unknown(&sources, &read_pages(pages)?, *most),
    }
}

fn read_all(folder: &Path) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "context" && name != "ocr" && name != "terms" {
            sources.extend(Source::read(&name, &path)?);
        }
    }
    Ok(sources)
}

fn read_pages(path: &Path) -> Result<Vec<Page>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    text.lines()
        .enumerate()
        .map(|(n, line)| Ok(serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), n + 1))?))
        .collect()
}

fn is_from_pages(source: &Source) -> bool {
    ["pages.tsv", "exposure.tsv"].iter().any(|name| source.path.ends_with(name))
}

/// What the spinner did to each page, and whether what is known without that page's fold covers it.
fn covered(sources: &[Source], pages: &[&Page], spinner: &str, folds: usize) -> Result<Vec<Step>, Failure> {
    let mut out = Vec::new();
    for fold in 0..folds.min(pages.len()) {
        let mut others = Observations::default();
        let mut known: Vec<Source> = sources.iter().filter(|s| !is_from_pages(s)).cloned().collect();
        let reviewed = Known::new(&known, spinner);
        pages
            .iter()
            .enumerate()
            .filter(|(n, _)| n % folds != fold)
            .for_each(|(_, p)| others.add(&p.spun, &p.orig, &reviewed));
        known.push(Source::parse(spinner, Path::new("pages.tsv"), &others.pairs_tsv())?);
        let known = Known::new(&known, spinner);
        pages
            .iter()
            .enumerate()
            .filter(|(n, _)| n % folds == fold)
            .for_each(|(_, p)| out.extend(known.cover(&p.spun, &p.orig)));
    }
    Ok(out)
}

fn spinners(sources: &[Source]) -> Vec<String> {
    let mut names: Vec<String> = sources.iter().map(|s| s.spinner.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn table(sources: &[Source], pages: &[Page], folds: usize) -> Result<(), Failure> {
    println!("| spinner | groups | pairs | rewrites | originals | observations | coverage of unseen pages |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for spinner in spinners(sources) {
        let (mut groups, mut pairs, mut observations) = (0usize, 0usize, 0u64);
        for (_, item) in sources.iter().filter(|s| s.spinner == spinner).flat_map(|s| &s.items) {
            match item {
                Item::Group { .. } => groups += 1,
                Item::Pair { count, .. } => {
                    pairs += 1;
                    observations += u64::from(*count);
                }
                _ => {}
            }
        }
        let known = Known::new(sources, &spinner);
        let own: Vec<&Page> = pages.iter().filter(|p| p.spinner == spinner).collect();
        let covered = covered(sources, &own, &spinner, folds)?;
        let coverage = match covered.len() {
            0 => "–".to_string(),
            n => format!("{:.3} of {n}", covered.iter().filter(|c| c.known).count() as f64 / n as f64),
        };
        println!(
            "| `{spinner}` | {groups} | {pairs} | {} | {} | {observations} | {coverage} |",
            known.len(),
            known.originals()
        );
    }
    Ok(())
}

fn check(folder: &Path, clean: &[PathBuf]) -> Result<(), Failure> {
    let (mut files, mut broken) = (0usize, 0usize);
    let model = std::fs::read(folder.join("context/news.ngram"))?;
    let words: HashSet<String> = storage::unpack(&model)?.words.into_iter().collect();
    for spinner in std::fs::read_dir(folder)? {
        let spinner = spinner?.path();
        if !spinner.is_dir() || spinner.ends_with("context") {
            continue;
        }
        for file in std::fs::read_dir(&spinner)? {
            let file = file?.path();
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            files += 1;
            let found = if spinner.ends_with("terms") {
                lint_terms(&file, &text)
            } else if spinner.ends_with("ocr") {
                lint_table(&file, &text)
            } else {
                lint(&file, &text, &|word| words.contains(word)).iter().map(ToString::to_string).collect()
            };
            broken += found.len();
            found.iter().for_each(|e| eprintln!("{e}"));
        }
    }
    let mut fired: BTreeMap<(String, u32), (u32, u32)> = BTreeMap::new();
    let unspin = Unspin::new();
    for path in clean {
        for (number, line) in
            std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?.lines().enumerate()
        {
            let record: serde_json::Value =
                serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
            for entry in unspin
                .restore(record["orig"].as_str().unwrap_or_default())
                .edits()
                .iter()
                .filter_map(|e| e.entry.as_ref())
            {
                let count = fired.entry((entry.file.to_string(), entry.line)).or_default();
                *count = (count.0 + 1, entry.observed);
            }
        }
    }
    for overfire in overfires(&fired) {
        broken += 1;
        eprintln!(
            "{}:{}: edits clean text {} times; observed {} times",
            overfire.file, overfire.line, overfire.fired, overfire.observed
        );
    }
    if broken > 0 {
        return Err(format!("{broken} faults in {files} dictionary files").into());
    }
    println!("{files} dictionary files, no fault");
    Ok(())
}

/// A table says in its head what it is and where from, and has as many columns in each line.
fn lint_table(path: &Path, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    if !text.starts_with("# ") {
        out.push(format!("{}: the head does not say what the table is and where it is from", path.display()));
    }
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let columns = |line: &str| line.split('\t').count();
    let expected = lines().next().map_or(0, |(_, line)| columns(line));
    let odd = lines().filter(|(_, line)| columns(line) != expected);
    out.extend(odd.map(|(n, line)| format!("{}:{}: {} columns, not {expected}", path.display(), n + 1, columns(line))));
    out
}

/// Terms are sorted, distinct, of two words or more, under a head that names source and licence.
fn lint_terms(path: &Path, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let terms: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).map(|(n, l)| (n + 1, l)).collect();
    if !(text.contains("# source: ") && text.contains("# licence: ")) {
        out.push(format!("{}: the head of the file lacks `# source:` or `# licence:`", path.display()));
    }
    for pair in terms.windows(2) {
        if pair[1].1 <= pair[0].1 {
            out.push(format!("{}:{}: `{}` is out of order or there twice", path.display(), pair[1].0, pair[1].1));
        }
    }
    for (line, term) in terms {
        if !term.contains([' ', '-', '\'', '&']) {
            out.push(format!("{}:{line}: `{term}` is a single word", path.display()));
        }
    }
    out
}

fn unknown(sources: &[Source], pages: &[Page], most: usize) -> Result<(), Failure> {
    let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for spinner in spinners(sources) {
        let known = Known::new(sources, &spinner);
        for page in pages.iter().filter(|p| p.spinner == spinner) {
            for step in known.cover(&page.spun, &page.orig).into_iter().filter(|s| !s.known) {
                *counts.entry((spinner.clone(), step.spun, step.original)).or_default() += 1;
            }
        }
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for ((spinner, spun, original), count) in ranked.into_iter().take(most) {
        println!("{count:5}  {spinner}  {spun} -> {original}");
    }
    Ok(())
}
