//! What users of the library rely on, on real text where it can be had.

use std::path::Path;

use unspin::{Unspin, apply};

const SPUN: &str = include_str!("articles/harbour.spun.txt");
const ORIGINAL: &str = include_str!("articles/harbour.original.txt");

#[test]
fn a_spun_article_reads_as_before() {
    let restored = Unspin::new().restore(SPUN);
    let text = restored.text();
    for phrase in [
        "The White House said on Tuesday",
        "for the first time in half a century",
        "chief executive of the Marlow Harbour Authority, Ellen Dunmore, told reporters",
        "more than 40 million dollars since November",
        "According to a report",
        "last week by the Department of Transportation",
        "the House of Representatives are expected to support the bill",
        "the hearing ",
        "climate change",
        "The Supreme Court",
        "New York Stock Exchange",
        "request for comment",
    ] {
        assert!(text.contains(phrase), "{phrase:?} in:\n{text}");
    }
    assert!(restored.verdict().is_spun());
    assert_eq!(restored.verdict().spinner(), Some("folks"));
}

#[test]
fn the_original_comes_back_borrowed() {
    let unspin = Unspin::new();
    let restored = unspin.restore(ORIGINAL);
    assert!(std::ptr::eq(restored.text(), ORIGINAL));
    assert!(restored.edits().is_empty());
    assert!(!unspin.detect(ORIGINAL).is_spun());
}

#[test]
fn what_is_restored_stays() {
    let unspin = Unspin::new();
    let once = unspin.restore(SPUN).text().to_string();
    assert_eq!(unspin.restore(&once).text(), once);
}

#[test]
fn edits_serialise_and_apply_again() {
    let restored = Unspin::new().restore(SPUN);
    let json = serde_json::to_string(restored.edits()).unwrap();
    let edits: Vec<unspin::Edit> = serde_json::from_str(&json).unwrap();
    assert_eq!(apply(SPUN, &edits).unwrap(), restored.text());
    for edit in restored.edits() {
        assert!((0.0..=1.0).contains(&edit.confidence));
        assert_ne!(SPUN[edit.span.clone()], edit.replacement);
    }
}

#[test]
fn edits_that_do_not_fit_are_refused() {
    let restored = Unspin::new().restore(SPUN);
    assert!(apply("short", restored.edits()).is_err());
    let mut reversed = restored.edits().to_vec();
    reversed.reverse();
    assert!(apply(SPUN, &reversed).is_err());
}

/// Each option has one effect.
#[test]
fn options() {
    let plain = Unspin::new().restore(SPUN);
    let protected = Unspin::builder().protect(["White Home"]).build().unwrap().restore(SPUN);
    assert!(plain.text().contains("White House") && protected.text().contains("White Home"));

    let careful = Unspin::builder().min_confidence(0.95).build().unwrap().restore(SPUN);
    assert!(careful.edits().len() < plain.edits().len());
    assert!(careful.edits().iter().all(|e| e.confidence >= 0.95));

    assert!(Unspin::builder().min_confidence(1.5).build().is_err());
    assert!(Unspin::builder().protect([""]).build().is_err());

    let bare = Unspin::builder().builtin(false).build().unwrap().restore(SPUN);
    assert!(bare.edits().is_empty());
}

#[test]
fn a_users_dictionary_joins_in() {
    let folder = std::env::temp_dir().join(format!("unspin-dictionary-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mine.tsv");
    // Words that nobody else knows, alone, one after the other, and among others.
    for spun in ["quaycraft", "zorbly quaycraft", "quaycraft of zorb"] {
        std::fs::write(&path, format!("{spun}\tferries\t40\n")).unwrap();
        let text = SPUN.replace("ferries", spun);
        let unspin = Unspin::builder().dictionary(&path).unwrap().build().unwrap();
        let restored = unspin.restore(&text).text().to_string();
        assert!(restored.contains("runs the ferries"), "{spun}: {restored}");
        assert!(!Unspin::new().restore(&text).text().contains("ferries"), "{spun}");
    }

    std::fs::write(&path, "no tab here\n").unwrap();
    let error = Unspin::builder().dictionary(&path).unwrap_err().to_string();
    assert!(error.ends_with("mine.tsv:1: a pair is `spun<TAB>original<TAB>count`; found 1 column"), "{error}");
    assert!(Unspin::builder().dictionary(folder.join("absent.tsv")).is_err());
    std::fs::remove_dir_all(folder).unwrap();
}

/// Addresses, names, tags, numbers and code come out as they went in, in the midst of restored text.
#[test]
fn what_is_no_prose_is_not_touched() {
    let unspin = Unspin::new();
    for token in [
        "https://example.com/white-home/invoice?folks=stated",
        "invoice@home.org",
        "@stated",
        "#folks",
        "`let invoice = home;`",
        "invoice_home.txt",
        "1,234.50",
    ] {
        let text = SPUN.replace("Ellen Dunmore", &format!("{token} Ellen Dunmore"));
        let restored = unspin.restore(&text);
        assert!(restored.text().contains(token), "{token} in {}", restored.text());
        assert!(restored.text().contains("White House"));
    }
}

#[test]
fn rewriting_reads_right() {
    let unspin = Unspin::new();
    for (spun, want) in [
        ("THE WHITE HOME STATED", "THE WHITE HOUSE SAID"),
        ("the Folks's Liberation Military", "the People's Liberation Army"),
        ("the Folks’s Liberation Military", "the People’s Liberation Army"),
        ("40 million {dollars}", "40 million dollars"),
        ("an American-made software program", "an American-made software"),
        ("the White  Home\tstated", "the White  House\tsaid"),
    ] {
        // A sentence alone is weak evidence: it stands in an article here, as it would.
        let text = format!("{SPUN}\n{spun} of it.\n");
        let restored = unspin.restore(&text);
        let last = restored.text().lines().last().unwrap_or_default().to_string();
        assert!(last.starts_with(want), "{spun:?} became {last:?}");
    }
}

/// The article that the project began with, where it is at hand.
#[test]
fn the_seed_article() {
    let folder = Path::new("../shared/seed");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let (Ok(spun), Ok(original)) = (read("000_7b81a0ab921c07b6.txt"), read("000_7b81a0ab921c07b6.restored.txt")) else {
        eprintln!("skipped: no {}", folder.display());
        return;
    };
    let restored = Unspin::new().restore(&spun).text().to_string();
    let mut tally = unspin_learn::score::Tally::default();
    tally.add(&spun, &original, &restored);
    let figures = tally.figures();
    assert!(figures.error_reduction >= 0.60, "{figures:?}");
    assert!(figures.precision >= 0.90, "{figures:?}");
    for phrase in [
        "White House",
        "People's Liberation Army",
        "The Post",
        "Salt Typhoon",
        "Chinese Communist Party",
        "Securities and Exchange Commission",
        "Select Committee",
        "Director of National Intelligence",
        "United States",
        "his past May",
        "military-civil fusion",
        "Dennis Wilder",
        "Xi Jinping",
        "Nov. 1",
    ] {
        assert!(restored.contains(phrase), "{phrase}");
    }
}
