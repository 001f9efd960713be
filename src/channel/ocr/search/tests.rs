//! The walk against an oracle that tries every word.

use super::moves::{ADDED, DROPPED, REPLACED, SWAPPED};
use super::*;
use unspin_core::ocr::confusions::Fault;

const WORDS: &str = "an\t20\nand\t18\nbam\t50\nbarn\t46\nhe\t20\nLondon\t38\nNATO\t50\nthe\t12\nthen\t24\n\
    tie\t44\ntile\t52\nwar\t33\nwas\t18\n";
const CONFUSIONS: &str = "li\th\t0.01\nrn\tm\t0.01\nm\trn\t0.02\nu\tn\t0.01\nc\te\t0.02\ni\tl\t0.01\n∅\tt\t0.001\n\
    r\ts\t0.01\n1\tl\t0.01\nI\tL\t0.01\ntlie\tthe\t0.01\nI\tt\t0.001\n";

/// The least cost of reading `read` for `printed`, by every operation: the oracle.
fn distance(read: &[u8], printed: &[u8], confusions: &Confusions, any: bool) -> f32 {
    let (n, m) = (read.len(), printed.len());
    // The last flag: a letter was just dropped.
    let mut best = vec![vec![[f32::INFINITY; 2]; m + 1]; n + 1];
    best[0][0][0] = 0.0;
    for i in 0..=n {
        for j in 0..=m {
            for dropped in 0..2 {
                let so_far = best[i][j][dropped];
                let mut reach = |i: usize, j: usize, cost: f32, dropped: usize| {
                    best[i][j][dropped] = best[i][j][dropped].min(so_far + cost);
                };
                if i < n && j < m && read[i] == printed[j] {
                    reach(i + 1, j + 1, 0.0, 0);
                }
                for (taken, confusion) in confusions.iter() {
                    let given = &confusion.printed[..usize::from(confusion.length)];
                    let fits = read[i..].starts_with(taken) && printed[j..].starts_with(given);
                    if fits && !(taken.is_empty() && dropped == 1) {
                        reach(i + taken.len(), j + given.len(), confusion.cost, usize::from(taken.is_empty()));
                    }
                }
                if any && i < n && j < m {
                    reach(i + 1, j + 1, REPLACED, 0);
                }
                if any && j < m && i > 0 && dropped == 0 {
                    reach(i, j + 1, DROPPED, 1);
                }
                if any && i < n {
                    reach(i + 1, j, ADDED, 0);
                }
                if any && i + 1 < n && j + 1 < m && read[i] == printed[j + 1] && read[i + 1] == printed[j] {
                    reach(i + 2, j + 2, SWAPPED, 0);
                }
            }
        }
    }
    best[n][m][0].min(best[n][m][1])
}

#[test]
fn finds_what_trying_every_word_finds() {
    let lexicon = Lexicon::from_text(WORDS).unwrap();
    let confusions = Confusions::from_text("", CONFUSIONS).unwrap();
    let fragments = Fragments::of(&lexicon);
    let search = Search { lexicon: &lexicon, fragments: &fragments, confusions: &confusions, patience: PATIENCE };
    let written: Vec<String> = WORDS
        .lines()
        .flat_map(|line| line.split('\t').next())
        .flat_map(|w| [w.to_string(), w.to_uppercase()])
        .collect();
    let cases =
        ["tlie", "tlien", "aud", "bam", "barn", "waf", "war", "ti1e", "Iondon", "thc", "liu", "hte", "lhe", "xq", "hc"];
    let mut compared = 0;
    for read in cases {
        for reach in [Reach::Counted, Reach::Any] {
            let limit = 24.0;
            let found = search.candidates(read, reach, limit, &mut Scratch::default());
            let total = |word: &str| {
                let known = lexicon.get(word.to_lowercase().as_bytes()).unwrap();
                distance(read.as_bytes(), word.as_bytes(), &confusions, reach == Reach::Any) + known.rarity
            };
            let best = written.iter().map(|w| total(w)).fold(f32::INFINITY, f32::min);
            for candidate in &found {
                let expected = total(&candidate.text);
                assert!((candidate.total() - expected).abs() < 1e-3, "{read} {candidate:?} {expected}");
                compared += 1;
            }
            // A capital within a small word is no reading that the walk may take, so only its own words are held to.
            let small = written.iter().filter(|w| !w[1..].contains(char::is_uppercase));
            for word in small.filter(|w| total(w) <= limit.min(best + MARGIN - 1.0)) {
                let is_unlisted_pair = reach == Reach::Any && total(word) > 19.0;
                assert!(is_unlisted_pair || found.iter().any(|c| c.text == *word), "{read} {word} {found:?}");
            }
            assert!(found.is_sorted_by(|a, b| a.total() <= b.total()), "{read} {found:?}");
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn parts_words_that_lost_their_space() {
    let lexicon = Lexicon::from_text(WORDS).unwrap();
    let confusions = Confusions::from_text("", CONFUSIONS).unwrap();
    let fragments = Fragments::of(&lexicon);
    let search = Search { lexicon: &lexicon, fragments: &fragments, confusions: &confusions, patience: PATIENCE };
    let found = search.candidates("andthc", Reach::CountedAndJoined, 30.0, &mut Scratch::default());
    assert_eq!(found[0].text, "and the");
    assert_eq!((found[0].words.len(), found[0].faults.count(Fault::Joined as usize)), (2, 1));
    assert!(search.candidates("andthc", Reach::Counted, 30.0, &mut Scratch::default()).is_empty());
}

#[test]
fn a_gap_is_any_one_letter() {
    let lexicon = Lexicon::from_text(WORDS).unwrap();
    let confusions = Confusions::from_text("", CONFUSIONS).unwrap();
    let fragments = Fragments::of(&lexicon);
    let search = Search { lexicon: &lexicon, fragments: &fragments, confusions: &confusions, patience: PATIENCE };
    let found = |read: &str| search.candidates(read, Reach::Counted, 30.0, &mut Scratch::default());
    let then = &found("t en")[0];
    assert_eq!((then.text.as_str(), then.faults.count(Fault::Split as usize)), ("then", 1));
    assert_eq!(found("Lon on")[0].text, "London");
    assert!(found("ten").is_empty() && found("t n").is_empty());
}

#[test]
fn long_and_empty_strings_have_no_candidates() {
    let lexicon = Lexicon::from_text(WORDS).unwrap();
    let confusions = Confusions::from_text("", CONFUSIONS).unwrap();
    let fragments = Fragments::of(&lexicon);
    let search = Search { lexicon: &lexicon, fragments: &fragments, confusions: &confusions, patience: PATIENCE };
    assert!(search.candidates("", Reach::Any, 40.0, &mut Scratch::default()).is_empty());
    let long = "a".repeat(MAX_LENGTH + 1);
    assert!(search.candidates(&long, Reach::Any, 40.0, &mut Scratch::default()).is_empty());
    assert_eq!(
        search.candidates("nato", Reach::Counted, 30.0, &mut Scratch::default()),
        [],
        "a short form is not written small"
    );
}
