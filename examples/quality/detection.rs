//! How well spun text is told from clean, whole or in excerpts, and spinners from each other.

use std::collections::BTreeMap;

use super::{Arguments, Failure, Record, restorers};

/// Words of an excerpt; 0 for whole records.
const LENGTHS: [usize; 4] = [0, 100, 60, 30];
/// Spinners of the pages that no dictionary is about.
const UNKNOWN: &str = "other";

/// The first `words` words of a record and so on, on the borders of fragments where they are that short.
fn excerpts(text: &str, words: usize) -> Vec<String> {
    if words == 0 {
        return vec![text.to_string()];
    }
    let mut out = Vec::new();
    let (mut excerpt, mut count) = (String::new(), 0);
    for piece in text.split_inclusive([' ', '\n']) {
        excerpt.push_str(piece);
        count += usize::from(!piece.trim().is_empty());
        if count == words {
            out.push(std::mem::take(&mut excerpt));
            count = 0;
        }
    }
    out
}

/// Prints precision, recall and F1 at P(spun) of one half, and the confusion of spinners.
pub fn report(records: &[Record], clean: &[Record], folds: usize, arguments: &Arguments) -> Result<(), Failure> {
    let restorers = restorers(records, folds, arguments)?;
    let restorers: Vec<_> = restorers.into_iter().map(|b| b.build()).collect::<Result<_, _>>()?;
    println!(
        "| words | spun | clean | false alarms | precision | recall | F1 | spinner named rightly | of other spinners |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut confusion: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    let mut found_of: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, length) in LENGTHS.into_iter().enumerate() {
        let (mut found, mut named, mut spun, mut unknown, mut unknown_found) = (0, 0, 0, 0, 0);
        for (n, record) in records.iter().enumerate().filter(|(_, record)| arguments.measures(record)) {
            for excerpt in excerpts(&record.spun, length) {
                let verdict = restorers[n % folds].detect(&excerpt);
                let counts = found_of.entry(&record.spinner).or_default();
                counts.resize(counts.len().max(at + 1), (0, 0));
                counts[at].0 += usize::from(verdict.is_spun());
                counts[at].1 += 1;
                if length == 0 {
                    let name = verdict.spinner().unwrap_or("clean").to_string();
                    *confusion.entry(&record.spinner).or_default().entry(name).or_default() += 1;
                }
                if record.spinner == UNKNOWN {
                    unknown += 1;
                    unknown_found += usize::from(verdict.is_spun());
                } else {
                    spun += 1;
                    found += usize::from(verdict.is_spun());
                    named += usize::from(verdict.spinner() == Some(&record.spinner));
                }
            }
        }
        // False alarms are counted over all clean texts, and weigh as if there were as many as spun ones.
        let all: Vec<String> = clean.iter().filter_map(|r| excerpts(&r.spun, length).into_iter().next()).collect();
        let false_alarms =
            all.iter().enumerate().filter(|(n, text)| restorers[n % folds].detect(text).is_spun()).count();
        let expected = false_alarms as f64 * spun as f64 / all.len().max(1) as f64;
        let precision = found as f64 / (found as f64 + expected).max(f64::MIN_POSITIVE);
        let recall = found as f64 / spun.max(1) as f64;
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        let words = if length == 0 { "all".to_string() } else { length.to_string() };
        println!(
            "| {words} | {spun} | {} | {false_alarms} | {precision:.3} | {recall:.3} | {f1:.3} | {:.3} | {unknown_found} of {unknown} |",
            all.len(),
            named as f64 / spun.max(1) as f64,
        );
    }
    println!("\n| found of spinner | whole | 100 words | 60 words | 30 words |\n| --- | ---: | ---: | ---: | ---: |");
    for (spinner, counts) in found_of {
        let counts: Vec<String> = counts.iter().map(|(found, of)| format!("{found} of {of}")).collect();
        println!("| {spinner} | {} |", counts.join(" | "));
    }
    println!("\n| spinner of the page | named as |\n| --- | --- |");
    for (spinner, names) in confusion {
        let names: Vec<String> = names.iter().map(|(name, count)| format!("{name} {count}")).collect();
        println!("| {spinner} | {} |", names.join(", "));
    }
    Ok(())
}
