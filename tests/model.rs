//! A language model from a file: the embedded one again, one of other text, and files that are none.

use std::path::PathBuf;

use unspin::{Unspin, VERSION};
use unspin_core::language_model::storage::pack;
use unspin_core::language_model::train::{Size, train};
use unspin_learn::align::{align, words};

const EMBEDDED: &str = "dictionaries/context/news.ngram";
const SPUN: &str = include_str!("articles/harbour.spun.txt");

fn scratch(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn the_embedded_model_from_its_file_is_the_same() {
    let unspin = Unspin::builder().model(EMBEDDED).unwrap().build().unwrap();
    assert_eq!(unspin.version(), VERSION);
    assert_eq!(unspin.restore(SPUN).edits(), Unspin::new().restore(SPUN).edits());
}

/// Its words have other numbers, and some that nobody else knows.
#[test]
fn a_model_of_other_text_restores() {
    let original = include_str!("articles/harbour.original.txt");
    let text = format!("{original} The quibblefritz of the White House said that the quibblefritz was there.");
    let path = scratch("harbour.ngram", &pack(&train(&[text.as_str(); 3], Size::default())));
    let unspin = Unspin::builder().model(&path).unwrap().build().unwrap();
    assert_ne!(unspin.version(), VERSION);
    let restored = unspin.restore(SPUN);
    assert!(!restored.edits().is_empty());
    assert_eq!(unspin.restore(restored.text()).text(), restored.text());
    // It knows nothing but this article, and that well.
    let errors = |text: &str| align(&words(text), &words(original)).1;
    assert!(2 * errors(restored.text()) < errors(SPUN), "{} of {}", errors(restored.text()), errors(SPUN));
}

#[test]
fn files_that_are_no_model_are_named() {
    let whole = std::fs::read(EMBEDDED).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 4;
    let mut newer = whole.clone();
    newer[8] = 99;
    for (name, bytes, reason) in [
        ("empty.ngram", &[][..], "not a context model"),
        ("text.ngram", b"The White House said so.", "not a context model"),
        ("short.ngram", &whole[..whole.len() - 1], "context model is damaged: checksum differs"),
        ("damaged.ngram", &damaged, "context model is damaged: checksum differs"),
        ("newer.ngram", &newer, "context model of format 99; this build reads format 2"),
    ] {
        let path = scratch(name, bytes);
        let error = Unspin::builder().model(&path).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: {reason}", path.display()));
    }
    let error = Unspin::builder().model("no/such.ngram").unwrap_err();
    assert!(error.to_string().starts_with("no/such.ngram: "), "{error}");
}
