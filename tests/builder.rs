//! The options of a restorer: each has its effect, and what cannot be met is said.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use unspin::dictionary::Source;
use unspin::{BuildError, Builder, Unit, Unspin, VERSION};

const SPUN: &str = "The White Home stated that Chinese language officers had been there, in line with the Folks's Liberation Military.";

fn source(path: &str, text: &str) -> Vec<Source> {
    vec![Source::parse("mine", Path::new(path), text).unwrap()]
}

#[test]
fn the_version_names_what_was_used() {
    let version = |builder: Builder| builder.build().unwrap().version().to_string();
    assert_eq!(version(Unspin::builder()), VERSION);
    assert_eq!(version(Unspin::builder().min_confidence(0.9).min_spun(0.6)), VERSION);
    let pair = |original: &str| source("p.tsv", &format!("zeppelin\t{original}\t3\n"));
    let weights = unspin::confidence::Weights::default();
    let versions: Vec<String> = [
        Unspin::builder(),
        Unspin::builder().sources(pair("airship")),
        Unspin::builder().sources(pair("balloon")),
        Unspin::builder().sources(pair("airship")).sources(pair("balloon")),
        Unspin::builder().sources(pair("balloon")).sources(pair("airship")),
        Unspin::builder().builtin(false).sources(pair("airship")),
        Unspin::builder().builtin(false),
        Unspin::builder().weights(weights),
        Unspin::builder().protect(["Home Depot"]),
        Unspin::builder().protect(["Home Office"]),
        Unspin::builder().only(["folks"]),
        Unspin::builder().without("arsenic"),
    ]
    .into_iter()
    .map(version)
    .collect();
    assert_eq!(versions.iter().collect::<HashSet<_>>().len(), versions.len(), "{versions:#?}");
    // The same parts have the same version, wherever their files lie.
    let elsewhere = source("else/where.tsv", "zeppelin\tairship\t3\n");
    assert_eq!(version(Unspin::builder().sources(elsewhere)), versions[1]);
    let protected = |phrases: [&str; 2]| version(Unspin::builder().protect(phrases));
    assert_eq!(protected(["Home Depot", "Home Office"]), protected(["Home Office", "Home Depot"]));
    // All verdicts have it.
    let unspin = Unspin::builder().sources(pair("airship")).build().unwrap();
    for text in [SPUN, "", "It rained."] {
        assert_eq!(unspin.detect(text).version(), versions[1]);
        assert_eq!(unspin.restore(text).verdict().version(), versions[1]);
    }
}

#[test]
fn spinners_are_left_out() {
    let spun = |builder: Builder| builder.build().unwrap().detect(SPUN);
    assert_eq!(spun(Unspin::builder()).spinner(), Some("folks"));
    assert_eq!(spun(Unspin::builder().only(["folks"])).spinner(), Some("folks"));
    assert!(!spun(Unspin::builder().only(["arsenic"])).is_spun());
    assert_ne!(spun(Unspin::builder().without("folks")).spinner(), Some("folks"));
    assert!(!spun(Unspin::builder().only(["folks"]).without("folks")).is_spun());
    for builder in [Unspin::builder().only(["folk"]), Unspin::builder().without("folk")] {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().starts_with("no spinner is called `folk`; known are folks, newshounds"), "{error}");
    }
}

#[test]
fn a_verdict_has_one_threshold() {
    let spun = Unspin::new().detect(SPUN).spun();
    let at = |least: f32| Unspin::builder().min_spun(least).build().unwrap();
    for (least, is_spun) in [(spun - 1e-4, true), (spun, true), (f32::next_up(spun).min(1.0), spun == 1.0)] {
        let unspin = at(least);
        let restored = unspin.restore(SPUN);
        assert_eq!(restored.verdict().is_spun(), is_spun, "{spun} {least}");
        assert_eq!(restored.verdict().spinner().is_some(), is_spun);
        assert_eq!(restored.text() != SPUN, is_spun);
    }
    let unspin = Unspin::builder().min_confidence(0.8).min_spun(0.7).build().unwrap();
    assert_eq!((unspin.min_confidence(), unspin.min_spun()), (0.8, 0.7));
    for least in [-0.1, 1.1, f32::NAN] {
        assert!(Unspin::builder().min_spun(least).build().is_err());
        assert!(Unspin::builder().min_confidence(least).build().is_err());
    }
}

#[test]
fn errors_have_their_source() {
    let error = Unspin::builder().sources(source("p.tsv", "a, b\tx\t1\n")).build().unwrap_err();
    assert_eq!(error.to_string(), "p.tsv:1: `a, b`: `,` cannot stand in a phrase");
    assert_eq!(error.source().map(ToString::to_string), Some(error.to_string()));
}

#[test]
fn many_dictionaries_work_or_are_refused() {
    let with = |count: usize| {
        (0..count).fold(Unspin::builder(), |builder, n| {
            builder.sources(vec![
                Source::parse(&format!("mine{n}"), Path::new("p.tsv"), &format!("quux{n}\tairship{n}\t3\n")).unwrap(),
            ])
        })
    };
    let unspin = with(40).build().unwrap();
    let text = format!("{SPUN} The quux39 was there.");
    let restored = unspin.restore(&text);
    assert!(
        restored.text().contains("White House said") && restored.text().contains("airship39"),
        "{}",
        restored.text()
    );
    let error = with(300).build().unwrap_err();
    assert_eq!(error, BuildError::Dictionaries(300));
    assert!(error.to_string().starts_with("300 dictionaries; a restorer has room for 254"), "{error}");
}

/// Layers of dictionaries: what one keeps no other edits, and what several know is known.
#[test]
fn layers_compose() {
    let pairs = source("p.tsv", "zorblat\tairship\t30\n");
    let text = format!("{SPUN} The zorblat was over the White Home.");
    let plain = Unspin::builder().sources(pairs.clone()).build().unwrap();
    let expected = plain.restore(&text).text().to_string();
    assert!(expected.contains("The airship was over the White House."), "{expected}");
    for keeps in ["keep: White Home\n", "keep: white home\n"] {
        for before in [true, false] {
            let keep = source("k.txt", keeps);
            let layers = if before { [keep, pairs.clone()] } else { [pairs.clone(), keep] };
            let unspin = layers.into_iter().fold(Unspin::builder(), Builder::sources).build().unwrap();
            let restored = unspin.restore(&text);
            assert!(restored.text().contains("The airship was over the White Home."), "{}", restored.text());
        }
    }
}

#[test]
fn offsets_are_told_in_other_units() {
    let source = format!("“🎈 é” {SPUN}");
    let unspin = Unspin::new();
    let restored = unspin.restore(&source);
    assert!(restored.edits().len() > 3);
    let chars: Vec<char> = source.chars().collect();
    let units: Vec<u16> = source.encode_utf16().collect();
    assert_eq!(restored.spans(Unit::Bytes), restored.edits().iter().map(|e| e.span.clone()).collect::<Vec<_>>());
    let spans = restored.spans(Unit::Chars).into_iter().zip(restored.spans(Unit::Utf16));
    for (edit, (in_chars, in_utf16)) in restored.edits().iter().zip(spans) {
        let there = &source[edit.span.clone()];
        assert_eq!(chars[in_chars.clone()].iter().collect::<String>(), there);
        assert_eq!(String::from_utf16(&units[in_utf16.clone()]).unwrap(), there);
        assert_eq!(edit.span_in(&source, Unit::Chars), Some(in_chars));
        assert_eq!(edit.span_in(&source, Unit::Utf16), Some(in_utf16));
        assert_eq!(edit.span_in("x", Unit::Chars), None);
    }
}

/// One by one, as a slice, as an iterator and one after the other to a sink: the same verdicts, edits and texts.
#[test]
fn a_batch_is_its_texts() {
    use unspin::batch::Batch;
    let unspin = Unspin::new();
    let long = SPUN.repeat(30);
    let texts: Vec<String> =
        (0..40).map(|n| ["", "It rained.", SPUN, &long][n % 4].to_string() + &" It rained.".repeat(n)).collect();
    let single: Vec<_> = texts.iter().map(|text| unspin.restore(text).into_owned()).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for budget in [1, 5_000, 1 << 20] {
        let batch = Batch::new(&unspin).pool(&pool).budget(budget);
        let slice: Vec<_> = batch.restore_slice(&texts).into_iter().map(|r| r.into_owned()).collect();
        let iterated: Vec<_> = batch.restore_iter(texts.clone()).collect();
        let mut sunk = Vec::new();
        batch
            .restore_each(texts.clone(), |restored| {
                sunk.push(restored);
                Ok::<(), ()>(())
            })
            .unwrap();
        assert!(slice == single && iterated == single && sunk == single, "{budget}");
        assert!(sunk.iter().zip(&single).all(|(a, b)| a.text() == b.text()));
    }
}

/// Four times the entries load in about four times the time.
#[test]
fn loading_grows_with_the_entries() {
    let entries = |count: usize| -> String { (0..count).map(|n| format!("spunword{n} x\toriginal{n}\t3\n")).collect() };
    let seconds = |count: usize| {
        let sources = source("p.tsv", &entries(count));
        let run = || {
            let builder = Unspin::builder().sources(sources.clone());
            let start = Instant::now();
            builder.build().unwrap();
            start.elapsed().as_secs_f64()
        };
        (0..3).map(|_| run()).fold(f64::MAX, f64::min)
    };
    let (small, large) = (seconds(10_000), seconds(40_000));
    eprintln!("10,000 entries {small:.3} s, 40,000 {large:.3} s");
    assert!(large < 10.0 * small.max(0.01), "{small} s, {large} s");
}

/// The same of phrases to protect.
#[test]
fn protecting_grows_with_the_phrases() {
    let seconds = |count: usize| {
        let phrases: Vec<String> = (0..count).map(|n| format!("the {} of {}", n % 977, n / 977)).collect();
        let builder = Unspin::builder().protect(phrases);
        let start = Instant::now();
        builder.build().unwrap();
        start.elapsed().as_secs_f64()
    };
    let (small, large) = (seconds(20_000), seconds(80_000));
    eprintln!("20,000 phrases {small:.3} s, 80,000 {large:.3} s");
    assert!(large < 12.0 * small.max(0.01), "{small} s, {large} s");
}
