//! Counts the lexicon of the OCR channel from clean text on standard input.
//!
//!     zstd -dcq ../shared/text/*.zst | cargo run --release -p unspin-learn --example ocr_lexicon -- \
//!         --lower 8 --name 6 --list /usr/share/dict/british-english > words.tsv
//!
//! Prints a word a line in order: how it is mostly written, and how rare it is, in quarters of a nat. Words
//! that are mostly written small need `--lower` occurrences, all others `--name`; those of `--list`, a
//! file with a word a line, need none. `both` follows a name that the list has in small letters, too.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use unspin_core::text::{Kind, Token, fold_into, tokens};

/// How often a word stood in small letters, with a capital, in capitals, otherwise.
type Cases = [u32; 4];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut least, mut list) = ((8, 6), String::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("a value is missing")?;
        match name.as_str() {
            "--lower" => least.0 = value.parse()?,
            "--name" => least.1 = value.parse()?,
            "--list" => list = std::fs::read_to_string(&value).map_err(|e| format!("{value}: {e}"))?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let mut counts: HashMap<String, Cases> = HashMap::new();
    let (mut found, mut folded): (Vec<Token>, String) = (Vec::new(), String::new());
    let mut lines = std::io::stdin().lock();
    let mut line = String::new();
    let mut total = 0u64;
    while lines.read_line(&mut line)? > 0 {
        found.clear();
        tokens(&line, &mut found);
        let mut is_first = true;
        for token in &found {
            if token.kind == Kind::Word {
                let word = &line[token.start..token.end];
                total += 1;
                if is_plain(word) {
                    folded.clear();
                    fold_into(word, &mut folded);
                    if !counts.contains_key(&folded) {
                        counts.insert(folded.clone(), Cases::default());
                    }
                    let cases = counts.get_mut(&folded).ok_or("counts")?;
                    // The capital of a sentence's first word says nothing.
                    cases[if is_first && case_of(word) == 1 { 3 } else { case_of(word) }] += 1;
                }
            }
            is_first = matches!(token.kind, Kind::End) || (is_first && token.kind == Kind::Pause);
        }
        line.clear();
    }
    let (mut listed, mut small) = (HashSet::new(), HashSet::new());
    for word in list.lines().filter(|word| word.len() > 1 && is_plain(word) && !word.ends_with("'s")) {
        let folded = word.to_ascii_lowercase();
        let cases = counts.entry(folded.clone()).or_default();
        if cases.iter().sum::<u32>() == 0 {
            cases[case_of(word)] += 1;
        }
        if word == folded && word.len() > 2 {
            small.insert(folded.clone());
        }
        listed.insert(folded);
    }
    let mut words: Vec<(String, Cases)> = counts.into_iter().collect();
    words.sort();
    for (word, cases) in words.into_iter().filter(|(word, _)| !word.ends_with("'s")) {
        let count: u32 = cases.iter().sum();
        let usual = (0..3).max_by_key(|&n| (cases[n], 2 - n)).unwrap_or(0);
        // Short forms look like anything: those that no list has must be common.
        let factor = if word.len() <= 3 && usual == 0 { 40 } else { 1 };
        if !listed.contains(&word) && count < factor * if usual == 0 { least.0 } else { least.1 } {
            continue;
        }
        let rarity = ((total as f64 / f64::from(count)).ln() * 4.0).round();
        let both = if usual == 1 && small.contains(&word) { "\tboth" } else { "" };
        let written = match usual {
            0 => word,
            1 => word[..1].to_ascii_uppercase() + &word[1..],
            _ => word.to_ascii_uppercase(),
        };
        println!("{written}\t{rarity}{both}");
    }
    Ok(())
}

/// Whether a word is made of plain letters, with an apostrophe inside at most.
fn is_plain(word: &str) -> bool {
    word.len() <= 24
        && word.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '\'' | '’'))
}

/// Small letters, a first capital, capitals.
fn case_of(word: &str) -> usize {
    let upper = word.bytes().filter(u8::is_ascii_uppercase).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    match upper {
        0 => 0,
        1 if word.as_bytes()[0].is_ascii_uppercase() => 1,
        n if n == letters => 2,
        _ => 3,
    }
}
