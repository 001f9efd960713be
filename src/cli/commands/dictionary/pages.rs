//! What aligned pages say of the dictionaries: how much of what a spinner did they cover, and what they lack.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use unspin_core::dictionary::source::{Item, Source};
use unspin_learn::coverage::{Known, Step};
use unspin_learn::pages::{self, Page, PageError, Relabelling};
use unspin_learn::pairs::Observations;

use crate::cli::status::Refusal;

/// Counts entries by spinner.
#[derive(Args, Debug)]
pub(super) struct Table {
    /// The folder with a folder of entries for each spinner
    #[arg(long, value_name = "FOLDER", default_value = "dictionaries")]
    dictionaries: PathBuf,
    /// Aligned pages, JSON lines of `spinner`, `spun`, `orig`; without them no coverage is shown
    #[arg(long, value_name = "FILE")]
    pages: Option<PathBuf>,
    /// Folds of pages; entries learned from a page do not count for it
    #[arg(long, default_value_t = 11)]
    folds: usize,
}

/// Lists what is not known.
#[derive(Args, Debug)]
pub(super) struct Unknown {
    /// The folder with a folder of entries for each spinner
    #[arg(long, value_name = "FOLDER", default_value = "dictionaries")]
    dictionaries: PathBuf,
    /// Aligned pages, JSON lines of `spinner`, `spun`, `orig`
    #[arg(long, value_name = "FILE")]
    pages: PathBuf,
    /// How many
    #[arg(long, default_value_t = 50)]
    most: usize,
}

fn read_all(folder: &Path) -> Result<Vec<Source>, Refusal> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| Refusal::failed(format!("{}: {e}", folder.display())))? {
        let path = entry.map_err(|e| Refusal::failed(e.to_string()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "context" && name != "ocr" && name != "terms" {
            sources.extend(Source::read(&name, &path).map_err(|error| error.to_string())?);
        }
    }
    Ok(sources)
}

fn read_pages(dictionaries: &Path, path: &Path) -> Result<Vec<Page>, Refusal> {
    let failed = |error: PageError| Refusal::failed(error.to_string());
    let known = Relabelling::of(dictionaries).map_err(failed)?;
    let mut pages: Vec<Page> = pages::read(path).map_err(failed)?.into_iter().map(|(_, page)| page).collect();
    pages.iter_mut().for_each(|page| known.apply(page));
    Ok(pages)
}

fn is_from_pages(source: &Source) -> bool {
    ["pages.tsv", "exposure.tsv"].iter().any(|name| source.path.ends_with(name))
}

/// What the spinner did to each page, and whether what is known without that page's fold covers it.
fn covered(sources: &[Source], pages: &[&Page], spinner: &str, folds: usize) -> Result<Vec<Step>, Refusal> {
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
        known.push(
            Source::parse(spinner, Path::new("pages.tsv"), &others.pairs_tsv()).map_err(|error| error.to_string())?,
        );
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

/// The table.
pub(super) fn table(arguments: &Table) -> Result<String, Refusal> {
    let sources = &read_all(&arguments.dictionaries)?;
    let read = |path: &PathBuf| read_pages(&arguments.dictionaries, path);
    let pages = arguments.pages.as_ref().map(read).transpose()?.unwrap_or_default();
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ =
        writeln!(out, "| spinner | groups | pairs | rewrites | originals | observations | coverage of unseen pages |");
    let _ = writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
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
        let covered = covered(sources, &own, &spinner, arguments.folds)?;
        let coverage = match covered.len() {
            0 => "–".to_string(),
            n => format!("{:.3} of {n}", covered.iter().filter(|c| c.known).count() as f64 / n as f64),
        };
        let _ = writeln!(
            out,
            "| `{spinner}` | {groups} | {pairs} | {} | {} | {observations} | {coverage} |",
            known.len(),
            known.originals()
        );
    }
    Ok(out)
}

/// The list.
pub(super) fn unknown(arguments: &Unknown) -> Result<String, Refusal> {
    let sources = &read_all(&arguments.dictionaries)?;
    let pages = read_pages(&arguments.dictionaries, &arguments.pages)?;
    let mut out = String::new();
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
    for ((spinner, spun, original), count) in ranked.into_iter().take(arguments.most) {
        let _ = writeln!(out, "{count:5}  {spinner}  {spun} -> {original}");
    }
    Ok(out)
}
