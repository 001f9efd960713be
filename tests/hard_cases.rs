//! Honest text that looks spun stays as it is, sentence by sentence and group by group.

use unspin::Unspin;

static CASES: &str = include_str!("articles/hard_cases.tsv");

/// A sentence, what must not change in it, and why it is right.
struct Case {
    keep: &'static str,
    sentence: &'static str,
    why: &'static str,
}

/// The groups of the file by name.
fn groups() -> Vec<(&'static str, Vec<Case>)> {
    let mut groups: Vec<(&str, Vec<Case>)> = Vec::new();
    for line in CASES.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            groups.push((name, Vec::new()));
        } else if !line.starts_with('#') {
            let fields: Vec<&str> = line.split('\t').collect();
            let [keep, sentence, why] = fields[..] else { panic!("three fields expected: {line}") };
            let (_, cases) = groups.last_mut().expect("a group before the first sentence");
            cases.push(Case { keep, sentence, why });
        }
    }
    groups
}

#[test]
fn there_are_many_and_each_names_what_it_guards() {
    let groups = groups();
    assert!(groups.iter().map(|(_, cases)| cases.len()).sum::<usize>() >= 670);
    for case in groups.iter().flat_map(|(_, cases)| cases) {
        let holds = case.sentence.to_lowercase().contains(&case.keep.to_lowercase());
        assert!(holds && !case.why.is_empty(), "{:?} in {:?}", case.keep, case.sentence);
    }
}

#[test]
fn a_sentence_alone_is_left_as_it_is() {
    let unspin = Unspin::new();
    for case in groups().iter().flat_map(|(_, cases)| cases) {
        let restored = unspin.restore(case.sentence);
        assert_eq!(restored.text(), case.sentence, "{:?} is right here: {}", case.keep, case.why);
    }
}

#[test]
fn an_article_of_them_is_left_as_it_is() {
    let unspin = Unspin::new();
    let articles = groups().into_iter().map(|(name, cases)| {
        let sentences: Vec<&str> = cases.iter().map(|case| case.sentence).collect();
        (name, sentences.join(" "))
    });
    let changed: Vec<_> = articles
        .filter(|(_, article)| unspin.restore(article).text() != *article)
        .map(|(name, article)| (name, unspin.detect(&article)))
        .collect();
    assert!(changed.is_empty(), "{changed:#?}");
}
