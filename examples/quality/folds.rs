//! Restorers for cross-validation: what is learned from a page is not used on it.

use std::collections::BTreeMap;
use std::path::Path;

use unspin::Builder;
use unspin_core::dictionary::general::General;
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::knowledge::frequent_bigrams;
use unspin_core::language_model::storage::unpack;
use unspin_learn::coverage::Known;
use unspin_learn::pairs::Observations;

use super::{Arguments, Failure, Part, Record, configured};

/// For each fold, a restorer whose page counts come from the other folds.
pub fn restorers(records: &[Record], folds: usize, arguments: &Arguments) -> Result<Vec<Builder>, Failure> {
    let mut reviewed = Vec::new();
    for entry in
        std::fs::read_dir(&arguments.dictionaries).map_err(|e| format!("{}: {e}", arguments.dictionaries.display()))?
    {
        let folder = entry?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_left_out = arguments.leave_out.as_ref() == Some(&name);
        if folder.is_dir() && !is_left_out && !["context", "ocr", "terms"].contains(&name.as_str()) {
            reviewed.extend(Source::read(&name, &folder)?);
        }
    }
    reviewed.sort_by(|a, b| a.path.cmp(&b.path));
    let has = |part: Part| !arguments.without.contains(&part);
    reviewed.retain(|source| !["pages.tsv", "exposure.tsv"].iter().any(|name| source.path.ends_with(name)));
    reviewed.retain(|source| {
        (has(Part::Groups) || !source.path.ends_with("groups.txt"))
            && (has(Part::Observed) || !source.path.ends_with("observed.tsv"))
    });
    let configured = configured(arguments)?.word_pairs(word_pairs(arguments)?);
    let mut restorers = Vec::new();
    for fold in 0..folds {
        let mut sources = reviewed.clone();
        if arguments.strict {
            forbid(&mut sources, records.iter().enumerate().filter(|(n, _)| n % folds == fold).map(|(_, r)| r));
        }
        let mut learned: BTreeMap<&str, (Known, Observations)> = BTreeMap::new();
        for (_, record) in records.iter().enumerate().filter(|(n, _)| n % folds != fold) {
            let (known, observations) = learned
                .entry(&record.spinner)
                .or_insert_with(|| (Known::new(&sources, &record.spinner), Observations::default()));
            observations.add(&record.spun, &record.orig, known);
        }
        for (spinner, (_, observations)) in &learned {
            if is_known(spinner, arguments) {
                if has(Part::Pages) {
                    sources.push(Source::parse(spinner, Path::new("pages.tsv"), &observations.pairs_tsv())?);
                }
                // Spinners of a page or two have no exposures of their own: their habits are not known.
                if has(Part::Exposure) && arguments.dictionaries.join(spinner).join("exposure.tsv").exists() {
                    sources.push(Source::parse(spinner, Path::new("exposure.tsv"), &observations.exposures_tsv())?);
                }
            }
        }
        sources.extend(General::of_sources(&sources).sources());
        restorers.push(configured.clone().builtin(false).sources(sources));
    }
    Ok(restorers)
}

/// With `--word-pairs`, the pairs from which the build chooses tell-tales; ids are those of the embedded model.
fn word_pairs(arguments: &Arguments) -> Result<Vec<[u32; 2]>, Failure> {
    if !arguments.word_pairs {
        return Ok(Vec::new());
    }
    let path = arguments.dictionaries.join("context/news.ngram");
    let packed = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(frequent_bigrams(&unpack(&packed).map_err(|e| format!("{}: {e}", path.display()))?))
}

/// Whether a spinner has a folder, and is not left out.
pub fn is_known(spinner: &str, arguments: &Arguments) -> bool {
    arguments.leave_out.as_deref() != Some(spinner) && arguments.dictionaries.join(spinner).is_dir()
}

/// Takes out of the groups what only the pages of this fold show: a lower bound on what groups are worth on new pages.
fn forbid<'r>(sources: &mut [Source], fold: impl Iterator<Item = &'r Record>) {
    let mut shown = Observations::default();
    fold.for_each(|r| shown.add(&r.spun, &r.orig, &Known::default()));
    for source in sources.iter() {
        for (_, item) in &source.items {
            if let Item::Pair { spun, original, .. } = item {
                shown.pairs.remove(&(spun.clone(), original.clone()));
            }
        }
    }
    for source in sources.iter_mut() {
        let mut items = Vec::new();
        for (line, item) in source.items.drain(..) {
            let rewrites = unspin_core::dictionary::expand::rewrites(&item).unwrap_or_default();
            if rewrites.iter().any(|r| shown.pairs.contains_key(r)) {
                for (spun, original) in rewrites.into_iter().filter(|r| !shown.pairs.contains_key(r)) {
                    let group = Item::Group {
                        family: unspin_core::dictionary::source::Family::Word,
                        originals: vec![original],
                        spun: vec![spun],
                    };
                    items.push((line, group));
                }
            } else {
                items.push((line, item));
            }
        }
        source.items = items;
    }
}
