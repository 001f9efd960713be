//! The score is `score.py`'s: the same figures on the same records.

use unspin_learn::score::Tally;

/// (spun, original, restored), and over all of them what `score.py --json` printed.
const RECORDS: [(&str, &str, &str); 5] = [
    ("the White Home stated on Monday", "the White House said on Monday", "the White House stated on Monday"),
    (
        "he goes there day by day, they are saying",
        "he goes there daily, they say",
        "he goes there daily, they are saying",
    ),
    (
        "a gaggle of folks’s homes in the U.S.",
        "a group of people's houses in the US",
        "a group of folks’s houses in the US now",
    ),
    ("nothing was spun here at all", "nothing was spun here at all", "nothing was spun there at all"),
    ("considered one of the best", "one of the best", "considered one of the finest"),
];

#[test]
fn figures_are_those_of_score_py() {
    let mut tally = Tally::default();
    for (spun, original, restored) in RECORDS {
        tally.add(spun, original, restored);
    }
    let figures = tally.figures();
    let close = |value: f64, want: f64| assert!((value - want).abs() < 5e-5, "{value} is not {want}: {figures:?}");
    close(figures.wer_before, 0.5);
    close(figures.wer_after, 0.2917);
    close(figures.error_reduction, 0.4167);
    close(figures.precision, 0.6667);
    close(figures.recall, 0.5556);
    close(figures.f05, 0.641);
    assert_eq!((figures.edits_made, figures.edits_wanted), (6, 9));
    assert_eq!((figures.clean_docs, figures.clean_docs_touched, figures.clean_words), (1, 1, 6));
    close((figures.harm_per_10k_words * 1000.0).round() / 1000.0, 1666.667);
}
