//! Cases as data: the files of a folder, the texts that their inputs stand in, and what becomes of them.

use std::path::{Path, PathBuf};

use unspin::{Edit, Unspin, apply};

/// A spun article of the repository, in which the document is judged spun whatever stands beside it.
pub const ARTICLE: &str = include_str!("../articles/harbour.spun.txt");

pub struct Case {
    /// The file, then the name.
    pub name: String,
    place: String,
    pub input: String,
    pub expected: String,
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

/// The cases of a folder beside this file.
pub fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    files.iter().flat_map(|path| of_file(path)).collect()
}

fn of_file(path: &Path) -> Vec<Case> {
    let file = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let case = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        assert!((4..=5).contains(&fields.len()), "{file}: 4 or 5 fields expected: {line}");
        let input = unescape(fields[2]);
        let protect = fields.get(4).map(|list| list.split(';').map(|phrase| phrase.trim().to_string()).collect());
        Case {
            name: format!("{file}: {}", fields[0]),
            place: fields[1].to_string(),
            expected: if fields[3] == "=" { input.clone() } else { unescape(fields[3]) },
            input,
            protect: protect.unwrap_or_default(),
        }
    };
    lines.map(case).collect()
}

impl Case {
    /// Whether nothing may change.
    pub fn is_kept(&self) -> bool {
        self.input == self.expected
    }

    /// The text of a case and where its input stands in it.
    fn document(&self) -> (String, usize) {
        let middle = ARTICLE.find("Fishermen").unwrap();
        let (before, after) = match self.place.as_str() {
            "alone" => ("", ""),
            "first" => ("", ARTICLE),
            "last" => (ARTICLE, ""),
            "inside" => ARTICLE.split_at(middle),
            other => panic!("{}: no place `{other}`", self.name),
        };
        let gap = |part: &str| if part.is_empty() { "" } else { "\n\n" };
        let (before, after) = (before.trim_end().to_string() + gap(before), gap(after).to_string() + after);
        (format!("{before}{}{after}", self.input), before.len())
    }

    /// What becomes of the input.
    pub fn answer(&self, unspin: &Unspin) -> String {
        let protecting;
        let unspin = if self.protect.is_empty() {
            unspin
        } else {
            protecting = Unspin::builder().protect(self.protect.clone()).build().unwrap();
            &protecting
        };
        let (text, start) = self.document();
        let restored = unspin.restore(&text);
        if self.place != "alone" {
            assert!(restored.verdict().is_spun(), "{}: the article is not judged spun", self.name);
            let is_restored = restored.text().contains("the Marlow Harbour Authority, Ellen Dunmore, told reporters");
            assert!(is_restored, "{}: the article beside it is not restored", self.name);
        }
        let end = start + self.input.len();
        let own = restored.edits().iter().filter(|edit| edit.span.start >= start && edit.span.end <= end);
        let moved = own.map(|edit| {
            let mut moved: Edit = edit.clone();
            moved.span = edit.span.start - start..edit.span.end - start;
            moved
        });
        let edits: Vec<Edit> = moved.collect();
        assert_eq!(unspin.restore(restored.text()).text(), restored.text(), "{}: restored again", self.name);
        apply(&self.input, &edits).unwrap()
    }
}

/// The cases that are answered otherwise than they say, each with what is answered.
pub fn wrong(cases: &[Case]) -> Vec<String> {
    let unspin = Unspin::new();
    let judge = |case: &Case| {
        let answer = case.answer(&unspin);
        (answer != case.expected)
            .then(|| format!("{}\n  expected {:?}\n  answered {answer:?}", case.name, case.expected))
    };
    cases.iter().filter_map(judge).collect()
}
