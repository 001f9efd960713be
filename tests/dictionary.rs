//! The rules of the dictionary format, each refusing; and the shipped dictionaries keeping them.

use std::path::Path;

use unspin_core::dictionary::lint::{lint, overfires, sides};

/// A head for a file.
fn head(file: &str) -> String {
    format!("# source: none\n# licence: none\n{}\n", sides(Path::new(file)))
}

fn faults(file: &str, text: &str) -> Vec<String> {
    lint(Path::new(file), text, &|word| word != "zorblat" && word != "quuxly").iter().map(ToString::to_string).collect()
}

#[test]
fn every_rule_refuses() {
    for (file, body, fault) in [
        ("p.tsv", "b\tx\t1\na\tx\t1\n", "p.tsv:5: out of order: `a\tx\t1` stands after `b\tx\t1`"),
        ("p.tsv", "a\tx\t1\na\tx\t2\n", "p.tsv:5: the same as line 4"),
        ("g.txt", "noun: a firm | firm\nnoun: firm | a firm\n", "g.txt:5: the same as line 4"),
        ("p.tsv", "Folks\tfolks\t1\n", "p.tsv:4: an identity: `Folks`"),
        ("g.txt", "word: big | huge | Big\n", "g.txt:4: an identity: `Big`"),
        ("g.txt", "word: big > big | huge\n", "g.txt:4: an identity: `big`"),
        (
            "g.txt",
            "word: quuxly | zorblat\n",
            "g.txt:4: a cycle that no context can break: the model knows neither `quuxly` nor `zorblat`",
        ),
        ("p.tsv", "a, b\tx\t1\n", "p.tsv:4: `a, b`: `,` cannot stand in a phrase"),
        ("p.tsv", "a b c d e f g h i\tx\t1\n", "p.tsv:4: `a b c d e f g h i` has 9 words; the limit is 8"),
        ("p.tsv", "a\tx\tmany\n", "p.tsv:4: the count must be a whole number from 1; found `many`"),
    ] {
        assert!(
            faults(file, &format!("{}{body}", head(file))).contains(&fault.to_string()),
            "{body:?}: {:?}",
            faults(file, &format!("{}{body}", head(file)))
        );
    }
    assert_eq!(
        faults("p.tsv", "a\tx\t1\n"),
        [
            "p.tsv: the head of the file lacks `# columns: spun original count`",
            "p.tsv: the head of the file lacks `# source: …`",
            "p.tsv: the head of the file lacks `# licence: …`"
        ]
    );
}

#[test]
fn what_keeps_the_rules_passes() {
    for (file, body) in [
        ("p.tsv", "a\tx\t1\nb\tx\t2\n"),
        ("g.txt", "keep: Home Depot\nnoun: company | firm\nword: zorblat > quuxly\n"),
        ("exposure.tsv", "said\t3\t9\n"),
    ] {
        assert_eq!(faults(file, &format!("{}{body}", head(file))), Vec::<String>::new());
    }
}

#[test]
fn entries_that_fire_in_clean_text_need_evidence() {
    let fired =
        [(("a.tsv".to_string(), 1), (1, 0)), (("a.tsv".to_string(), 2), (2, 0)), (("a.tsv".to_string(), 3), (3, 40))];
    let found = overfires(&fired.into_iter().collect());
    assert_eq!(found.iter().map(|o| o.line).collect::<Vec<_>>(), [2]);
}

#[test]
fn the_shipped_dictionaries_keep_the_rules() {
    // `unknown` has no files: the build makes it of the others.
    for spinner in unspin::Unspin::new().spinners().filter(|name| *name != "unknown") {
        for file in std::fs::read_dir(Path::new("dictionaries").join(spinner)).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(
                lint(&path, &text, &|_| true).iter().map(ToString::to_string).collect::<Vec<_>>(),
                Vec::<String>::new()
            );
        }
    }
}
