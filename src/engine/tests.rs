//! Tests of the walk that ask more than its edits.

use super::*;
use crate::Unspin;
use unspin_core::text::vocabulary::EDGE;

#[test]
fn a_sample_is_enough_for_an_honest_text() {
    let unspin = &Unspin::new().engine;
    let model = unspin.model.view();
    let is_read = |text: &str| {
        let reading = Reading::of(text, &unspin.words, &unspin.protected);
        let noisy = unspin.noisy_channel(&model, &unspin.hypotheses[0]);
        Document::read(&noisy, &reading.words, &reading.sentences).is_some()
    };
    let spun = include_str!("../../tests/articles/harbour.spun.txt");
    let honest = include_str!("../../tests/articles/harbour.original.txt");
    assert!(is_read(&spun.repeat(2)) && !is_read(&honest.repeat(2)));
    // No longer than the sample.
    assert!(is_read(honest.lines().next().unwrap()));
}

/// Where a change has no rival and no neighbour, forward–backward gives it the odds of the channel and the context
/// against the word left alone; the evidence is the same against clean text, which leaves every word alone.
#[test]
fn evidence_is_what_the_sums_say() {
    let pairs = "stated\tsaid\t40\nhome\thouse\t9\nofficers\tofficials\t9\n";
    let source = unspin_core::dictionary::source::Source::parse("mine", "p.tsv".as_ref(), pairs).unwrap();
    let unspin = &Unspin::builder().builtin(false).sources(vec![source]).build().unwrap().engine;
    let (mut checked, model) = (0, unspin.model.view());
    for text in ["He stated that it was raining.", "It was a home of sorts.", "The officers were there."] {
        let reading = Reading::of(text, &unspin.words, &unspin.protected);
        let (words, noisy) = (&reading.words, unspin.noisy_channel(&model, &unspin.hypotheses[0]));
        let document = Document::read(&noisy, words, &reading.sentences).unwrap();
        let mut candidates = Candidates::default();
        for finding in document.findings(&noisy.channel, words, &reading.tokens, 0.0, &mut candidates) {
            let all = [Finding { posterior: 1.0, ..finding }];
            let weighed = strongest(noisy.model, &candidates, words, &all, document.rate(), 1);
            let left = (1.0 - candidates[finding.candidate].standing_rate * document.rate()).ln();
            let odds = (finding.posterior / (1.0 - finding.posterior)).ln();
            // Those that speak for clean text are no evidence.
            match weighed[..] {
                [(_, weight)] => assert!((weight - left - odds).abs() < 0.02, "{text}: {weight} {left} {odds}"),
                _ => assert!(odds + left < 0.02, "{text}: {odds} {left}"),
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 3);
}

/// No two of the strongest pieces stand at a cap.
#[test]
fn evidence_is_ranked() {
    let verdict = Unspin::new().detect(include_str!("../../tests/articles/harbour.spun.txt"));
    let weights: Vec<f32> = verdict.evidence().iter().map(Evidence::weight).collect();
    assert_eq!(weights.len(), MAX_EVIDENCE);
    assert!(weights.is_sorted_by(|a, b| a > b) && weights[0] > weights[9] + 0.5, "{weights:?}");
}

/// Text is cut into sentences before; who reads a longer one by himself gets it in parts.
#[test]
fn a_sentence_without_end_is_read_in_parts() {
    let unspin = &Unspin::new().engine;
    let spun = include_str!("../../tests/articles/harbour.spun.txt");
    let endless = spun.replace(['.', '!', '?', '\n'], " ").repeat(250);
    let Reading { words, tokens, .. } = Reading::of(&endless, &unspin.words, &unspin.protected);
    // More edges and nodes than 16 bits number.
    assert!(words.len() > 1 << 16 && words.iter().all(|word| word.id != EDGE));
    let model = unspin.model.view();
    let noisy = unspin.noisy_channel(&model, &unspin.hypotheses[0]);
    let findings = |sentences: &[Range<usize>]| {
        let document = Document::read(&noisy, &words, sentences).unwrap();
        assert!(document.evidence().is_finite());
        document.findings(&noisy.channel, &words, &tokens, LEAST_POSTERIOR, &mut Candidates::default())
    };
    let parts: Vec<_> = (0..words.len()).step_by(256).map(|n| n..words.len().min(n + 256)).collect();
    let whole = findings(std::slice::from_ref(&(0..words.len())));
    assert!(whole.len() > words.len() / 10);
    assert!(whole == findings(&parts));
}
