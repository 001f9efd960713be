//! What a user of the OCR channel relies on: damage is repaired, everything else is left.

use unspin::channel::ocr::{MIN_CONFIDENCE, apply};
use unspin::channel::repair_ocr;

fn repaired(text: &str) -> String {
    apply(text, &repair_ocr(text, MIN_CONFIDENCE).edits)
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

#[test]
fn recognised_text_is_read_as_it_was_printed() {
    let (mut words, mut wrong) = (0, Vec::new());
    for (damaged, printed) in rows(include_str!("ocr/damaged.tsv")) {
        let text = repaired(damaged);
        assert!(repair_ocr(damaged, MIN_CONFIDENCE).damage.probability > 0.9, "{damaged}");
        let missing = |text: &str| -> Vec<String> {
            let mut left: Vec<&str> = text.split_whitespace().collect();
            let mut missing = Vec::new();
            for word in printed.split_whitespace() {
                match left.iter().position(|w| *w == word) {
                    Some(at) => drop(left.remove(at)),
                    None => missing.push(word.to_string()),
                }
            }
            missing
        };
        words += missing(damaged).len();
        wrong.extend(missing(&text));
    }
    assert!(words > 25 && wrong.len() * 5 <= words, "of some {words} damaged words these are wrong: {wrong:?}");
}

#[test]
fn what_is_not_damaged_is_left() {
    for (why, text) in rows(include_str!("ocr/kept.tsv")) {
        assert_eq!(repaired(text), text, "{why}");
    }
}

#[test]
fn clean_articles_are_left() {
    for text in [include_str!("articles/harbour.original.txt"), include_str!("../examples/article.txt")] {
        assert_eq!(repair_ocr(text, MIN_CONFIDENCE).edits, [], "{text}");
    }
}

#[test]
fn repairing_twice_changes_nothing_and_edits_fit_the_source() {
    for (damaged, _) in rows(include_str!("ocr/damaged.tsv")) {
        let columns = damaged.replace(". ", ".\n").replace("yestorday", "yestor-\nday");
        for text in [damaged, &columns, &damaged.repeat(3)] {
            let repair = repair_ocr(text, MIN_CONFIDENCE);
            assert!(repair.edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            for edit in &repair.edits {
                assert_ne!(text[edit.span.clone()], edit.replacement);
                assert!((MIN_CONFIDENCE..=1.0).contains(&edit.confidence));
            }
            let once = apply(text, &repair.edits);
            assert_eq!(once.matches('\n').count(), text.matches('\n').count(), "line ends stay");
            assert_eq!(repaired(&once), once);
        }
    }
}

#[test]
fn meaning_is_kept_in_damaged_text() {
    let damaged = "Tlie witness said that he could not corne, aud that tlie men were now at the station. Thc captain said \
                   tbat she had nover seen the six boats wliich were lost, nor had tlie crew of the Mary heen there.";
    let text = repaired(damaged);
    for kept in ["could not", "now at the station", "that she had", "the six boats", "nor had"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn any_text_is_taken() {
    let odd = ["", "\n\n\n", "»«•■\u{0}\u{feff}", "тext в кодировке", "a-\n", "I I I I", "\u{301}\u{301}"];
    for text in odd {
        for text in [text.to_string(), text.repeat(60), format!("{text} tlie aud wliich ").repeat(20)] {
            let repair = repair_ocr(&text, 0.0);
            apply(&text, &repair.edits);
        }
    }
    let long = "tlie".repeat(20_000);
    assert_eq!(repair_ocr(&long, 0.5).edits, []);
}
