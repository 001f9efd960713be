//! What no edit may change: negations, numbers, genders, names, halves of a rewrite. Cases as data, and every entry.

use std::path::Path;
use std::sync::LazyLock;

use unspin::{Edit, Unspin, apply};
use unspin_core::dictionary::expand;
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::meaning;

use crate::runner::{ARTICLE, cases, wrong};

static UNSPIN: LazyLock<Unspin> = LazyLock::new(Unspin::new);

#[test]
fn every_case_is_answered_as_it_says() {
    let wrong = wrong(&cases("meaning"));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_and_half_of_them_must_not_change() {
    let cases = cases("meaning");
    let kept = cases.iter().filter(|case| case.is_kept()).count();
    assert!(cases.len() >= 80 && 2 * kept >= cases.len(), "{kept} of {}", cases.len());
}

/// Whatever a user leaves out, what is made is what the whole makes of that place, or what stood there.
#[test]
fn a_group_is_made_whole_or_not_at_all() {
    let text =
        format!("{ARTICLE}\nIt was an strategy of a officers, said an firm, 40 {{dollars}} the {{that a}} invoice.\n");
    let edits = UNSPIN.restore(&text).edits().to_vec();
    assert!(edits.iter().any(|edit| edit.group.is_some()), "no group to test");
    for left_out in 0..edits.len() {
        let mut some = edits.clone();
        let gone = some.remove(left_out);
        let made = apply(&text, &some).unwrap();
        let is_other = |edit: &&Edit| gone.group.is_none() || edit.group != gone.group;
        let without: Vec<Edit> = some.iter().filter(is_other).cloned().collect();
        assert_eq!(made, apply(&text, &without).unwrap());
    }
    for edit in edits.iter().filter(|edit| edit.group.is_some()) {
        let members: Vec<_> = edits.iter().filter(|other| other.group == edit.group).collect();
        assert_eq!(members.len(), edit.group_size as usize);
        assert!(members.iter().all(|member| member.confidence == edit.confidence));
    }
}

/// No entry of the dictionaries changes what a text says.
#[test]
fn no_entry_changes_the_meaning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries");
    let (mut count, mut wrong) = (0usize, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() || path.ends_with("context") || path.ends_with("ocr") || path.ends_with("terms") {
            continue;
        }
        for source in Source::read("x", &path).unwrap() {
            for (line, item) in &source.items {
                let rewrites = match item {
                    Item::Pair { spun, original, .. } => vec![(spun.clone(), original.clone())],
                    _ => expand::rewrites(item).unwrap(),
                };
                for (spun, original) in rewrites {
                    count += 1;
                    if let Some(change) = meaning::changed(&spun, &original) {
                        wrong.push(format!("{}:{line}: `{spun}` for `{original}` {change}", source.path.display()));
                    }
                }
            }
        }
    }
    assert!(count > 50_000, "{count} rewrites");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// No edit on real pages changes what a text says, where they are at hand.
#[test]
fn no_edit_changes_the_meaning() {
    let Ok(pages) = std::fs::read_to_string("../shared/pages/dev.jsonl") else {
        eprintln!("skipped: no ../shared/pages");
        return;
    };
    let mut count = 0;
    for page in pages.lines().take(60) {
        let page: serde_json::Value = serde_json::from_str(page).unwrap();
        let spun = page["spun"].as_str().unwrap();
        for edit in UNSPIN.restore(spun).edits() {
            count += 1;
            let replaced = &spun[edit.span.clone()];
            assert_eq!(meaning::changed(replaced, &edit.replacement), None, "{replaced} -> {}", edit.replacement);
        }
    }
    assert!(count > 500, "{count} edits");
}
