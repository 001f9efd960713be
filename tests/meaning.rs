//! What no edit may change: negations, numbers, genders, names, halves of a rewrite. Cases as data, and every entry.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use unspin::{Edit, Unspin, apply};
use unspin_core::dictionary::expand;
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::meaning;

/// A spun article of the repository, in which the document is judged spun whatever stands beside it.
const ARTICLE: &str = include_str!("articles/harbour.spun.txt");

static UNSPIN: LazyLock<Unspin> = LazyLock::new(Unspin::new);

struct Case {
    name: String,
    place: String,
    input: String,
    expected: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/meaning");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let fields: Vec<String> = line.split('\t').map(|field| field.replace("\\n", "\n")).collect();
            let [name, place, input, expected] = &fields[..] else { panic!("{file}: four fields expected: {line}") };
            let expected = if expected == "=" { input } else { expected };
            cases.push(Case {
                name: format!("{file}: {name}"),
                place: place.clone(),
                input: input.clone(),
                expected: expected.clone(),
            });
        }
    }
    cases
}

/// What becomes of the input of a case.
fn answer(case: &Case) -> String {
    let middle = ARTICLE.find("Fishermen").unwrap();
    let (before, after) = match case.place.as_str() {
        "alone" => ("", ""),
        "first" => ("", ARTICLE),
        "last" => (ARTICLE, ""),
        "inside" => ARTICLE.split_at(middle),
        other => panic!("{}: no place `{other}`", case.name),
    };
    let mut text = before.trim_end().to_string();
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    let start = text.len();
    text.push_str(&case.input);
    let end = text.len();
    if !after.is_empty() {
        text.push_str("\n\n");
        text.push_str(after);
    }
    let restored = UNSPIN.restore(&text);
    assert!(case.place == "alone" || restored.verdict().is_spun(), "{}: the article is not judged spun", case.name);
    let again = UNSPIN.restore(restored.text()).text().to_string();
    assert_eq!(again, restored.text(), "{}: restored again", case.name);
    let own = restored.edits().iter().filter(|edit| edit.span.start >= start && edit.span.end <= end);
    let moved = own.map(|edit| {
        let mut moved: Edit = edit.clone();
        moved.span = edit.span.start - start..edit.span.end - start;
        moved
    });
    apply(&case.input, &moved.collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_case_is_answered_as_it_says() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let answer = answer(case);
            let is_right = answer == case.expected;
            (!is_right).then(|| format!("{}\n  expected {:?}\n  answered {answer:?}", case.name, case.expected))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_and_half_of_them_must_not_change() {
    let cases = cases();
    let kept = cases.iter().filter(|case| case.input == case.expected).count();
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
