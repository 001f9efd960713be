//! Compiles the dictionaries and lays out the context model, so that both are embedded ready for use.

use std::path::{Path, PathBuf};

use unspin_core::knowledge::Knowledge;
use unspin_core::ocr::lexicon::Lexicon;

/// The words and names of the OCR channel.
const LEXICON: &str = "dictionaries/ocr/lexicon.tsv";

/// The language model.
const MODEL: &str = "dictionaries/context/news.ngram";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=dictionaries");
    if std::env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let (knowledge, layout) = Knowledge::compile(Path::new("dictionaries"), Path::new(MODEL))?;
    println!("cargo::rustc-env=UNSPIN_MODEL={}", knowledge.version.model);
    println!("cargo::rustc-env=UNSPIN_DICTIONARIES={}", knowledge.version.dictionaries);
    println!("cargo::rustc-env=UNSPIN_WEIGHTS={}", knowledge.version.weights);
    std::fs::write(out.join("vocabulary.bin"), layout.vocabulary)?;
    std::fs::write(out.join("context.bin"), layout.context)?;
    std::fs::write(out.join("dictionary.bin"), knowledge.dictionary)?;
    std::fs::write(out.join("names.bin"), knowledge.names)?;
    std::fs::write(out.join("telltales.tsv"), knowledge.telltales)?;
    let lexicon = std::fs::read_to_string(LEXICON).map_err(|e| format!("{LEXICON}: {e}"))?;
    let lexicon = Lexicon::build(&lexicon).map_err(|e| format!("{LEXICON}: {e}"))?;
    std::fs::write(out.join("lexicon.bin"), lexicon)?;
    Ok(())
}
