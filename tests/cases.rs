//! What the engine answers, case by case: `tests/cases/engine/*.tsv`, whose README says how they are written.

use std::path::Path;

use unspin::{Edit, Unspin, apply};

/// A spun article of the repository, in which the document is judged spun whatever stands beside it.
const ARTICLE: &str = include_str!("articles/harbour.spun.txt");

struct Case {
    file: String,
    name: String,
    place: String,
    input: String,
    expected: String,
    protect: Vec<String>,
}

/// `\n`, `\t`, `\r`, `\\` and `\u{…}` of a field.
fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field;
    while let Some((plain, after)) = rest.split_once('\\') {
        out.push_str(plain);
        let (first, next) = after.split_at(after.chars().next().map_or(0, char::len_utf8));
        rest = next;
        match first {
            "n" => out.push('\n'),
            "t" => out.push('\t'),
            "r" => out.push('\r'),
            "u" => {
                let (code, next) = rest.strip_prefix('{').and_then(|r| r.split_once('}')).expect("\\u{…}");
                out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                rest = next;
            }
            other => out.push_str(other),
        }
    }
    out + rest
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/engine");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let of_file = |path: &std::path::PathBuf| {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let case = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert!((4..=5).contains(&fields.len()), "{file}: 4 or 5 fields expected: {line}");
            let input = unescape(fields[2]);
            Case {
                file: file.clone(),
                name: fields[0].to_string(),
                place: fields[1].to_string(),
                expected: if fields[3] == "=" { input.clone() } else { unescape(fields[3]) },
                input,
                protect: fields
                    .get(4)
                    .map_or(Vec::new(), |list| list.split(';').map(|p| p.trim().to_string()).collect()),
            }
        };
        lines.map(case).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

/// The text of a case and where its input stands in it.
fn document(case: &Case) -> (String, usize) {
    let middle = ARTICLE.find("Fishermen").unwrap();
    let (before, after) = match case.place.as_str() {
        "alone" => ("", ""),
        "first" => ("", ARTICLE),
        "last" => (ARTICLE, ""),
        "inside" => ARTICLE.split_at(middle),
        other => panic!("{}: {}: no place `{other}`", case.file, case.name),
    };
    let gap = |part: &str| if part.is_empty() { "" } else { "\n\n" };
    let (before, after) = (before.trim_end().to_string() + gap(before), gap(after).to_string() + after);
    (format!("{before}{}{after}", case.input), before.len())
}

/// What becomes of the input of a case.
fn answer(unspin: &Unspin, case: &Case) -> String {
    let (text, start) = document(case);
    let restored = unspin.restore(&text);
    if case.place != "alone" {
        assert!(restored.verdict().is_spun(), "{}: {}: the article is not judged spun", case.file, case.name);
        assert!(
            restored.text().contains("the Marlow Harbour Authority, Ellen Dunmore, told reporters"),
            "{}",
            case.name
        );
    }
    let end = start + case.input.len();
    let within = |edit: &&Edit| edit.span.start >= start && edit.span.end <= end;
    let own = |edit: &Edit| {
        let mut own = edit.clone();
        own.span = edit.span.start - start..edit.span.end - start;
        own
    };
    let edits: Vec<Edit> = restored.edits().iter().filter(within).map(own).collect();
    assert_eq!(unspin.restore(restored.text()).text(), restored.text(), "{}: {}: restored again", case.file, case.name);
    apply(&case.input, &edits).unwrap()
}

#[test]
fn every_case_is_answered_as_it_says() {
    let plain = Unspin::new();
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let protecting;
            let unspin = if case.protect.is_empty() {
                &plain
            } else {
                protecting = Unspin::builder().protect(case.protect.clone()).build().unwrap();
                &protecting
            };
            let answer = answer(unspin, case);
            (answer != case.expected)
                .then(|| format!("{}: {}\n  expected {:?}\n  answered {answer:?}", case.file, case.name, case.expected))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_many_and_half_of_them_must_not_change() {
    let cases = cases();
    assert!(cases.len() >= 120, "{}", cases.len());
    let kept = cases.iter().filter(|case| case.input == case.expected).count();
    assert!(2 * kept >= cases.len(), "{kept} of {}", cases.len());
    let mut names: Vec<_> = cases.iter().map(|case| (&case.file, &case.name)).collect();
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
