//! What holds for every text, spun, clean or nonsense.

use std::sync::LazyLock;

use proptest::prelude::*;
use unspin::{Unspin, apply};

static UNSPIN: LazyLock<Unspin> = LazyLock::new(Unspin::new);
const SPUN: &str = include_str!("articles/harbour.spun.txt");

/// Spun words, clean words, marks and oddities in any order, after enough spun text to be read.
fn mixture() -> impl Strategy<Value = String> {
    let words: Vec<String> = SPUN.split(' ').map(str::to_string).collect();
    let odd = [
        "İ",
        "ß",
        "’s",
        "'",
        "{",
        "}",
        "{dollars}",
        "\u{0}",
        "é\u{301}",
        "\n",
        "--",
        "https://a.b/c",
        "🙂",
        "U.Okay.",
        "a",
        "an",
        "\"",
        "`",
        "<b>",
        "％",
    ];
    let piece = prop_oneof![6 => proptest::sample::select(words), 2 => proptest::sample::select(odd.to_vec()).prop_map(str::to_string), 1 => any::<String>()];
    let gap = proptest::sample::select(vec![" ", " ", " ", "", "\t", "\u{a0}", "-", "'s "]);
    proptest::collection::vec((piece, gap), 0..80).prop_map(|pieces| pieces.into_iter().map(|(p, g)| p + g).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn edits_rebuild_the_text(tail in mixture(), lead in any::<bool>()) {
        let text = if lead { format!("{SPUN}\n{tail}") } else { tail };
        let restored = UNSPIN.restore(&text);
        let rebuilt = apply(&text, restored.edits());
        prop_assert!(rebuilt.is_ok(), "edits overlap or leave character boundaries: {:?}", restored.edits());
        prop_assert_eq!(rebuilt.unwrap_or_default(), restored.text());
    }

    #[test]
    fn restoring_twice_changes_nothing_more(tail in mixture()) {
        let once = UNSPIN.restore(&format!("{SPUN}\n{tail}")).text().to_string();
        let twice = UNSPIN.restore(&once);
        prop_assert_eq!(twice.text(), once.as_str());
    }

    #[test]
    fn any_string_survives(text in any::<String>()) {
        let restored = UNSPIN.restore(&text);
        prop_assert!(restored.edits().iter().all(|e| text.get(e.span.clone()).is_some()));
    }
}
