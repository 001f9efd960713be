//! Compiles the dictionaries and lays out the context model, so that both are embedded ready for use.

use std::path::{Path, PathBuf};

use unspin_core::dictionary::source::Source;
use unspin_core::dictionary::{Dictionary, compile};
use unspin_core::language_model::{self, storage};
use unspin_core::meaning::names::Names;
use unspin_core::text::vocabulary;
use unspin_core::{bytes, telltales};

/// The spinners, in the order in which the dictionary numbers them.
const SPINNERS: [&str; 7] = ["folks", "newshounds", "arsenic", "tortured", "actually", "facts", "pioneers"];

/// The weights of the confidence.
const WEIGHTS: &str = "dictionaries/context/confidence.tsv";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=dictionaries");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed=UNSPIN_CONTEXT");
    let model_path = std::env::var("UNSPIN_CONTEXT").unwrap_or_else(|_| "dictionaries/context/news.ngram".to_string());
    println!("cargo::rerun-if-changed={model_path}");
    let packed = std::fs::read(&model_path).map_err(|e| format!("{model_path}: {e}"))?;
    let tables = storage::unpack(&packed).map_err(|e| format!("{model_path}: {e}"))?;
    let layout = language_model::lay_out(&tables);
    std::fs::write(out.join("context.bin"), &layout)?;
    let model = language_model::TrigramModel::from_bytes(&layout).ok_or("context model")?;

    let names_path = "dictionaries/context/names.tsv";
    let names = std::fs::read_to_string(names_path).map_err(|e| format!("{names_path}: {e}"))?;
    let names = Names::build(&names).map_err(|e| format!("{names_path}: {e}"))?;

    let mut sources = Vec::new();
    for spinner in SPINNERS {
        sources.extend(Source::read(spinner, &Path::new("dictionaries").join(spinner))?);
    }
    let mut words = tables.words.clone();
    let table = vocabulary::build(&words)?;
    let known = vocabulary::Vocabulary::from_bytes(&table).ok_or("vocabulary")?;
    let language = compile::Language {
        id: &|word| known.get(word),
        first_id: words.len() as u32,
        log_probability: &|ids| model.phrase(ids),
    };
    let compiled = compile::compile(&sources, &language)?;
    words.extend(compiled.words.iter().map(ToString::to_string));
    let dictionary =
        Dictionary::from_bytes(bytes::Bytes::Shared(compiled.bytes.as_slice().into())).ok_or("dictionary")?;
    let telltales = telltales::choose(&dictionary, &model, &frequent_bigrams(&tables), |id| {
        words.get(id as usize).map(String::as_str)
    });
    std::fs::write(out.join("telltales.tsv"), telltales.to_text())?;
    std::fs::write(out.join("vocabulary.bin"), vocabulary::build(&words)?)?;
    println!("cargo::rerun-if-changed={WEIGHTS}");
    let weights = std::fs::read(WEIGHTS).map_err(|e| format!("{WEIGHTS}: {e}"))?;
    // Half a hash names a version well enough, and can be read out.
    let short = |hash: u64| format!("{:08x}", hash >> 32);
    println!(
        "cargo::rustc-env=UNSPIN_DICTIONARIES={}",
        short(compiled.hash ^ storage::checksum(&names).rotate_left(2))
    );
    println!("cargo::rustc-env=UNSPIN_MODEL={}", short(storage::checksum(&packed)));
    println!("cargo::rustc-env=UNSPIN_WEIGHTS={}", short(storage::checksum(&weights)));
    std::fs::write(out.join("names.bin"), names)?;
    std::fs::write(out.join("dictionary.bin"), compiled.bytes)?;
    Ok(())
}

/// The commonest word pairs of the model, for tell-tales that are names.
fn frequent_bigrams(tables: &storage::Tables) -> Vec<[u32; 2]> {
    const COUNT: usize = 100_000;
    let mut pairs = Vec::with_capacity(tables.bigram_word.len());
    let mut at = 0;
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        for _ in 0..count {
            let cost = u32::from(tables.unigram[first]) + u32::from(tables.bigram[at]);
            pairs.push((cost, [first as u32, u32::from(tables.bigram_word[at])]));
            at += 1;
        }
    }
    pairs.sort_unstable();
    pairs.into_iter().take(COUNT).map(|(_, pair)| pair).collect()
}
