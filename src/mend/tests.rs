//! What users rely on, as cases and as properties.

use proptest::prelude::*;

use super::{Damage, Mended, Mender};

fn mender() -> Mender<'static> {
    Mender::default().thorough(true)
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(code) = rest.strip_prefix("u{").and_then(|code| code.split_once('}')) {
            out.push(u32::from_str_radix(code.0, 16).ok().and_then(char::from_u32).unwrap());
            rest = code.1;
        } else {
            out.push(if rest.starts_with('n') { '\n' } else { '\r' });
            rest = &rest[1..];
        }
    }
    out + rest
}

/// The kind, the text and what it becomes, of each case.
fn cases() -> Vec<(&'static str, String, String)> {
    let lines = include_str!("cases.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut fields = line.split('\t');
            let (kind, text) = (fields.next().unwrap(), unescape(fields.next().unwrap()));
            let want = fields.next().unwrap();
            let want = if want == "=" { text.clone() } else { unescape(want) };
            (kind, text, want)
        })
        .collect()
}

/// Applies spans with their replacements.
fn apply<'r>(source: &str, edits: impl Iterator<Item = (std::ops::Range<usize>, &'r str)>) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for (span, with) in edits {
        out.push_str(&source[at..span.start]);
        out.push_str(with);
        at = span.end;
    }
    out + &source[at..]
}

#[test]
fn cases_become_what_they_say() {
    let mender = mender();
    let mut wrong = Vec::new();
    for (kind, text, want) in cases() {
        let mended = mender.mend(&text);
        let got = mended.as_ref().map_or(text.as_str(), Mended::text);
        let names: Vec<&str> = mended.iter().flat_map(Mended::damage).map(|(damage, _)| damage.name()).collect();
        if got != want || kind != "keep" && !names.contains(&kind) {
            wrong.push(format!("{kind} {names:?}: {text:?}\n  becomes {got:?}\n  not     {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn kinds_have_names_of_their_own() {
    let names: std::collections::HashSet<&str> = Damage::ALL.iter().map(|damage| damage.name()).collect();
    assert_eq!(names.len(), Damage::ALL.len());
    assert!(cases().iter().all(|(kind, ..)| *kind == "keep" || names.contains(kind)));
}

#[test]
fn characters_and_words_can_be_switched_off() {
    let text = "The harbour\u{2019}s old c\u{200b}rane, saidthe gov\u{ad}ernment. The govern-\nment said so.";
    let text_of = |mender: &Mender| mender.mend(text).map(|mended| mended.text().to_string());
    assert!(text_of(&mender().characters(false)).unwrap().contains('\u{200b}'));
    assert!(text_of(&mender().words(false)).unwrap().contains("govern-\nment"));
    assert_eq!(text_of(&mender().characters(false).words(false)), None);
}

#[test]
fn a_wrapped_text_reads_on_and_keeps_its_lines() {
    let text = "The keeper of the old harbour told the\nreporters that he had seen the White\nHome from the\nlighthouse \
                before the storm came and\ntook the crane away.\n";
    let mended = mender().mend(text).unwrap();
    assert!(mended.is_unwrapped());
    assert_eq!(mended.text(), text);
    assert!(mended.view().contains("the White Home from"));
    // The line end stays between the words it stood between, or moves behind the one.
    for (with, want) in [("White House", "White\nHouse from the\nlight"), ("Senate", "Senate\nfrom the\nlight")] {
        let start = mended.view().find("White Home").unwrap();
        let edits = mended.compose(&[(start..start + "White Home".len(), with)]);
        let got = apply(text, edits.iter().map(|edit| (edit.span.clone(), edit.replacement.as_str())));
        assert!(got.contains(want), "{got:?}");
    }
}

/// Repairs lead to the text, edits of the view are edits of the source, and mending twice changes nothing.
fn holds(mender: &Mender, source: &str, cuts: &[usize]) {
    let Some(mended) = mender.mend(source) else { return };
    let repairs: Vec<_> = mended.repairs().collect();
    assert!(repairs.iter().all(|repair| source[repair.span.clone()] != repair.replacement));
    let applied = apply(source, repairs.iter().map(|r| (r.span.clone(), r.replacement.as_str())));
    assert_eq!(applied, mended.text(), "{source:?}");
    assert_eq!(mended.view().len(), mended.text().len());
    // Edits at some words of the view.
    let view = mended.view();
    let words: Vec<_> = view.split_whitespace().map(|word| word.as_ptr() as usize - view.as_ptr() as usize).collect();
    let mut chosen: Vec<usize> = cuts.iter().filter_map(|cut| words.get(cut % words.len().max(1)).copied()).collect();
    chosen.sort_unstable();
    chosen.dedup();
    let spans: Vec<_> = chosen
        .iter()
        .map(|&start| (start..start + view[start..].find(char::is_whitespace).unwrap_or(view.len() - start), "XX"))
        .collect();
    let want = apply(mended.text(), spans.iter().cloned());
    let edits = mended.compose(&spans);
    assert!(edits.is_sorted_by(|a, b| a.span.end <= b.span.start), "{source:?} {edits:?}");
    let got = apply(source, edits.iter().map(|edit| (edit.span.clone(), edit.replacement.as_str())));
    assert_eq!(got, want, "{source:?}");
    assert_eq!(edits.iter().map(|edit| edit.edits.len()).sum::<usize>(), spans.len());
    for (span, _) in &spans {
        let covered = mended.to_source(span.clone());
        assert!(source.get(covered).is_some());
    }
    let again = mender.mend(mended.text());
    assert_eq!(again.as_ref().map_or(mended.text(), Mended::text), mended.text(), "{source:?}");
}

#[test]
fn cases_hold_together() {
    let mender = mender();
    let all: Vec<String> = cases().into_iter().map(|(_, text, _)| text).collect();
    for text in &all {
        holds(&mender, text, &[0, 1, 3, 5, 8]);
    }
    for pair in all.windows(2) {
        holds(&mender, &pair.join(" "), &[0, 2, 4, 7, 11, 13]);
        holds(&mender, &pair.join("\n"), &[1, 3, 5, 9, 10, 12]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_pieces_hold_together(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "The", "govern", "-\n", "ment", " ", " ", " ", "said", "\n", "â€™", "Ã©", "&amp;", "&#39;", "amp;", "\u{200b}", "\u{ad}",
            "ﬁ", "ſ", "е", "а", "e\u{301}", "𝐭𝐡𝐞", "Ｔｈｅ", "t h e", "7h3", "?", "\u{fffd}", ",", ".", "ofthe", "Â", "\u{a0}", "√", "©", "¬", "x",
            "\r\n", "‚Äô", "\u{93}", "Привет", "日本", "👨\u{200d}👩", "\u{fe0f}", "'s", "harbour",
        ]), 0..40),
        cuts in prop::collection::vec(0usize..40, 0..6),
    ) {
        holds(&mender(), &pieces.concat(), &cuts);
    }

    #[test]
    fn any_text_holds_together(source in ".{0,60}", cuts in prop::collection::vec(0usize..20, 0..4)) {
        holds(&mender(), &source, &cuts);
    }
}
