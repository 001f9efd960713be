//! What the engine answers, case by case: `engine/*.tsv`, whose README says how they are written.

use unspin::Unspin;

use crate::runner::{ARTICLE, cases, wrong};

#[test]
fn every_case_is_answered_as_it_says() {
    let wrong = wrong(&cases("engine"));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_and_half_of_them_must_not_change() {
    let cases = cases("engine");
    assert!(cases.len() >= 120, "{}", cases.len());
    let kept = cases.iter().filter(|case| case.is_kept()).count();
    assert!(2 * kept >= cases.len(), "{kept} of {}", cases.len());
    let mut names: Vec<_> = cases.iter().map(|case| &case.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), cases.len(), "two cases of a name");
}

/// Protecting a phrase stops edits; what the phrase says of the text is said all the same.
#[test]
fn protecting_changes_no_verdict() {
    let plain = Unspin::new();
    for phrase in ["White Home", "Supreme Courtroom", "Inventory Alternate", "in line with", "Folks's"] {
        let protecting = Unspin::builder().protect([phrase]).build().unwrap();
        for text in [ARTICLE, "The White Home stated that Chinese language officers had been given entry to the doc."] {
            let (verdict, expected) = (protecting.detect(text), plain.detect(text));
            assert_eq!((verdict.spun(), verdict.spinner()), (expected.spun(), expected.spinner()), "{phrase}");
            assert_eq!(verdict.evidence(), expected.evidence(), "{phrase}");
            let restored = protecting.restore(text);
            assert_eq!(restored.text().matches(phrase).count(), text.matches(phrase).count(), "{phrase}");
        }
    }
}
