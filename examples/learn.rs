//! Learns a dictionary from aligned pages: substitutions and exposures, counted by spinner.
//!
//!     cargo run --release --example learn -- --out dictionaries ../shared/pages/dev.jsonl
//!
//! Pages are JSON lines `{"spinner", "spun", "orig"}` whose `spun` and `orig` have as many lines each,
//! line for line. Writes `pages.tsv` and `exposure.tsv` into the folder of each spinner that exists.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Parser;
use unspin_core::dictionary::lint;
use unspin_core::dictionary::source::Source;
use unspin_learn::coverage::Known;
use unspin_learn::pairs::Observations;

/// Learns a dictionary from aligned pages.
#[derive(Parser)]
struct Arguments {
    /// Aligned pages, JSON lines
    #[arg(required = true)]
    pages: Vec<PathBuf>,
    /// The folder of dictionaries
    #[arg(short, long)]
    out: PathBuf,
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("learn: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let mut seen: BTreeMap<String, (Known, Observations, usize)> = BTreeMap::new();
    for path in &arguments.pages {
        for (number, line) in std::fs::read_to_string(path)?.lines().enumerate() {
            let page: serde_json::Value =
                serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
            let field = |name: &str| {
                page[name].as_str().ok_or_else(|| format!("{}:{}: no string `{name}`", path.display(), number + 1))
            };
            let spinner = field("spinner")?.to_string();
            if !seen.contains_key(&spinner) {
                seen.insert(spinner.clone(), (known(&arguments.out, &spinner)?, Observations::default(), 0));
            }
            if let Some((known, observations, pages)) = seen.get_mut(&spinner) {
                observations.add(field("spun")?, field("orig")?, known);
                *pages += 1;
            }
        }
    }
    for (spinner, (_, observations, pages)) in seen {
        let folder = arguments.out.join(&spinner);
        if !folder.is_dir() {
            eprintln!("{spinner}: {pages} pages, no folder {}; skipped", folder.display());
            continue;
        }
        let head = format!(
            "# source: counted over {pages} aligned pages by `cargo run --release --example learn`\n# licence: MIT OR Apache-2.0 (word pairs and counts)\n"
        );
        for (name, entries) in [("pages.tsv", observations.pairs_tsv()), ("exposure.tsv", observations.exposures_tsv())]
        {
            let file = folder.join(name);
            std::fs::write(&file, format!("{head}{}\n{entries}", lint::sides(&file)))?;
        }
        eprintln!("{spinner}: {pages} pages, {} pairs", observations.pairs.len());
    }
    Ok(())
}

/// What the reviewed files of a spinner say already.
fn known(dictionaries: &Path, spinner: &str) -> Result<Known, Box<dyn std::error::Error>> {
    let folder = dictionaries.join(spinner);
    if !folder.is_dir() {
        return Ok(Known::default());
    }
    let mut sources = Source::read(spinner, &folder)?;
    sources.retain(|s| !s.path.ends_with("pages.tsv"));
    Ok(Known::new(&sources, spinner))
}
