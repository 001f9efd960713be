//! The entry format: pairs, groups, exposures and phrases to keep, as reviewed text.
//!
//! A file's ending says what it holds. `.tsv` files hold **pairs**, tab-separated:
//!
//! ```text
//! folks<TAB>people<TAB>5
//! ```
//!
//! (spun phrase, original phrase, how often that was seen). A `.tsv` file whose name begins with
//! `exposure` holds **exposures**: a word, how often the spinner replaced it, and how often it left
//! it alone. `.txt` files hold
//! **groups**, a line each:
//!
//! ```text
//! noun: company | firm | corporation
//! verb: say | state | mention
//! adj: big | large
//! word: however | but
//! word: according to > in line with | in accordance with
//! keep: Home Depot
//! ```
//!
//! `|` separates phrases that may stand for each other; with `>`, only the originals on the left
//! become the phrases on the right. `noun`, `verb` and `adj` families are inflected by the compiler.
//! `keep` protects a phrase. `#` begins a comment line in every file.
//!
//! A rewrite that adds or removes a negation, changes the value of a number or invents a gender is never used, whatever
//! file it stands in; [`lint`](super::lint) names it.
//!
//! A `.txt` file whose name begins with `guess` holds groups that nobody has seen at work: they are worth less.

use std::path::{Path, PathBuf};

use super::DictionaryError;

/// How a group's members inflect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Not at all.
    Word,
    /// Plural; the last word.
    Noun,
    /// Third person, past, participle, gerund; the first word.
    Verb,
    /// Comparative and superlative.
    Adjective,
}

/// The most rewrites of one group: a thousand members that all stand for each other, or two hundred verbs in
/// their five forms.
pub const MAX_REWRITES: usize = 1_000_000;

/// One line of a dictionary file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `spun` was seen where the original had `original`, `count` times.
    Pair {
        /// What the spinner wrote.
        spun: String,
        /// What it was made from.
        original: String,
        /// Times seen, at least 1.
        count: u32,
    },
    /// How a word of originals fared.
    Exposure {
        /// The word.
        word: String,
        /// Times that something else stood in its place.
        replaced: u32,
        /// Times that it was left alone.
        kept: u32,
    },
    /// Any original may have become any spun phrase; equal lists in a symmetric group.
    Group {
        /// How the members inflect.
        family: Family,
        /// What may have stood in the original.
        originals: Vec<String>,
        /// What the spinner writes.
        spun: Vec<String>,
    },
    /// A phrase that is never edited.
    Keep {
        /// The phrase.
        phrase: String,
    },
}

/// A dictionary file, parsed.
#[derive(Clone, Debug)]
pub struct Source {
    /// The spinner whose entries these are.
    pub spinner: String,
    /// The file, for error messages and provenance.
    pub path: PathBuf,
    /// Its lines: number from 1, and what it says.
    pub items: Vec<(usize, Item)>,
}

/// What some editors write at the start of a file.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether the name of a file begins so.
fn is_named(path: &Path, start: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
}

impl Source {
    /// Whether its groups are guesses, which are worth less than groups that were seen at work.
    pub fn is_guessed(&self) -> bool {
        is_named(&self.path, "guess")
    }

    /// Parses the text of a dictionary file.
    ///
    /// # Errors
    ///
    /// The first line that is not an entry of the format, or a file of unknown ending.
    ///
    /// ```
    /// use std::path::Path;
    /// use unspin_core::dictionary::source::Source;
    /// let source = Source::parse("mine", Path::new("mine.tsv"), "folks\tpeople\t5\n").unwrap();
    /// assert_eq!(source.items.len(), 1);
    /// let error = Source::parse("mine", Path::new("mine.tsv"), "folks people\n").unwrap_err();
    /// assert_eq!(error.to_string(), "mine.tsv:1: a pair is `spun<TAB>original<TAB>count`; found 1 column");
    /// ```
    pub fn parse(spinner: &str, path: &Path, text: &str) -> Result<Source, DictionaryError> {
        let is_exposures = is_named(path, "exposure");
        let parse_line = match path.extension().and_then(|e| e.to_str()) {
            Some("tsv") if is_exposures => parse_exposure,
            Some("tsv") => parse_pair,
            Some("txt") => parse_group,
            _ => {
                return Err(DictionaryError::new(
                    path,
                    0,
                    "a dictionary is a .tsv file (pairs) or a .txt file (groups)",
                ));
            }
        };
        let mut items = Vec::new();
        // Editors put a byte order mark before the first line, and close lines with CR LF.
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        for (n, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let item = parse_line(line).map_err(|reason| DictionaryError::new(path, n + 1, reason))?;
            items.push((n + 1, item));
        }
        Ok(Source { spinner: spinner.to_string(), path: path.to_path_buf(), items })
    }

    /// Reads a dictionary file, or every `.txt` and `.tsv` file of a folder in order of name.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is not UTF-8, or does not parse; a folder without such files.
    pub fn read(spinner: &str, path: &Path) -> Result<Vec<Source>, DictionaryError> {
        let failed = |path: &Path, e: std::io::Error| DictionaryError::new(path, 0, e.to_string());
        if !path.is_dir() {
            return Ok(vec![Source::parse(spinner, path, &read_text(path)?)?]);
        }
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|e| failed(path, e))? {
            let file = entry.map_err(|e| failed(path, e))?.path();
            if file.extension().is_some_and(|e| e == "txt" || e == "tsv") {
                files.push(file);
            }
        }
        if files.is_empty() {
            return Err(DictionaryError::new(path, 0, "a folder without .tsv or .txt files"));
        }
        files.sort();
        files.iter().map(|file| Source::parse(spinner, file, &read_text(file)?)).collect()
    }
}

fn read_text(path: &Path) -> Result<String, DictionaryError> {
    let bytes = std::fs::read(path).map_err(|e| DictionaryError::new(path, 0, e.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count() + 1;
        DictionaryError::new(path, line, "not UTF-8")
    })
}

/// Refuses a group of a family with so many originals and spun phrases if it makes more than [`MAX_REWRITES`].
pub(super) fn check_size(family: Family, originals: usize, spun: usize) -> Result<(), String> {
    let forms = match family {
        Family::Word => 1,
        Family::Noun => 2,
        Family::Adjective => 3,
        Family::Verb => 5,
    };
    let most = originals.saturating_mul(spun).saturating_mul(forms);
    if most > MAX_REWRITES {
        return Err(format!("a group that makes up to {most} rewrites; the limit is {MAX_REWRITES}"));
    }
    Ok(())
}

/// The three columns of a line, or how many there are instead.
fn columns(line: &str) -> Result<[&str; 3], String> {
    let mut columns = line.split('\t').map(str::trim);
    match std::array::from_fn(|_| columns.next()) {
        [Some(first), Some(second), Some(third)] if columns.next().is_none() => Ok([first, second, third]),
        _ => {
            let count = line.split('\t').count();
            Err(format!("found {count} column{}", if count == 1 { "" } else { "s" }))
        }
    }
}

fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("the count must be a whole number from 1; found `{text}`")),
        Ok(count) => Ok(count),
    }
}

fn parse_pair(line: &str) -> Result<Item, String> {
    let [spun, original, times] =
        columns(line).map_err(|found| format!("a pair is `spun<TAB>original<TAB>count`; {found}"))?;
    if spun.is_empty() || original.is_empty() {
        return Err("a pair has a spun and an original phrase; one is empty".into());
    }
    Ok(Item::Pair { spun: spun.into(), original: original.into(), count: count(times)? })
}

fn parse_exposure(line: &str) -> Result<Item, String> {
    let [word, replaced, kept] =
        columns(line).map_err(|found| format!("an exposure is `word<TAB>replaced<TAB>kept`; {found}"))?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no whole number"));
    Ok(Item::Exposure { word: word.into(), replaced: number(replaced)?, kept: number(kept)? })
}

fn parse_group(line: &str) -> Result<Item, String> {
    let (kind, members) =
        line.split_once(':').ok_or("a group begins with `noun:`, `verb:`, `adj:`, `word:` or `keep:`")?;
    let family = match kind.trim() {
        "noun" => Family::Noun,
        "verb" => Family::Verb,
        "adj" => Family::Adjective,
        "word" => Family::Word,
        "keep" if members.trim().is_empty() => return Err("nothing to keep".into()),
        "keep" => return Ok(Item::Keep { phrase: members.trim().into() }),
        other => {
            return Err(format!("`{other}:` is no kind of group; use `noun:`, `verb:`, `adj:`, `word:` or `keep:`"));
        }
    };
    let list = |text: &str| -> Result<Vec<String>, String> {
        let members: Vec<String> =
            text.split('|').map(|m| m.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if members.iter().any(String::is_empty) { Err("an empty member".into()) } else { Ok(members) }
    };
    let (originals, spun) = match members.split_once('>') {
        Some((originals, spun)) => (list(originals)?, list(spun)?),
        None => {
            let members = list(members)?;
            if members.len() < 2 {
                return Err("a group has at least two members".into());
            }
            (members.clone(), members)
        }
    };
    check_size(family, originals.len(), spun.len())?;
    Ok(Item::Group { family, originals, spun })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups() {
        for (line, originals, spun) in [
            ("noun: company | firm", vec!["company", "firm"], vec!["company", "firm"]),
            ("word: according to > in  line with|per", vec!["according to"], vec!["in line with", "per"]),
        ] {
            let Ok(Item::Group { originals: o, spun: s, .. }) = parse_group(line) else { panic!("{line}") };
            assert_eq!(
                (o, s),
                (originals.iter().map(|s| s.to_string()).collect(), spun.iter().map(|s| s.to_string()).collect())
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (file, line, reason) in [
            ("g.txt", "company | firm", "a group begins with `noun:`, `verb:`, `adj:`, `word:` or `keep:`"),
            ("g.txt", "name: a | b", "`name:` is no kind of group; use `noun:`, `verb:`, `adj:`, `word:` or `keep:`"),
            ("g.txt", "noun: company", "a group has at least two members"),
            ("g.txt", "noun: company | ", "an empty member"),
            ("p.tsv", "a\tb\t0", "the count must be a whole number from 1; found `0`"),
            ("p.tsv", "a\t\t1", "a pair has a spun and an original phrase; one is empty"),
            ("exposure.tsv", "a", "an exposure is `word<TAB>replaced<TAB>kept`; found 1 column"),
        ] {
            let error = Source::parse("x", Path::new(file), &format!("# comment\n{line}\n")).unwrap_err();
            assert_eq!(error.to_string(), format!("{file}:2: {reason}"));
        }
        assert!(Source::parse("x", Path::new("x.csv"), "").is_err());
    }

    #[test]
    fn files_of_all_editors_are_read() {
        for text in ["a\tb\t1\nc\td\t2\n", "\u{feff}a\tb\t1\r\nc\td\t2\r\n", "\u{feff}# x\r\na\tb\t1\r\nc\td\t2"] {
            let source = Source::parse("x", Path::new("p.tsv"), text).unwrap();
            let pair =
                |spun: &str, original: &str, count| Item::Pair { spun: spun.into(), original: original.into(), count };
            let items: Vec<Item> = source.items.into_iter().map(|(_, item)| item).collect();
            assert_eq!(items, [pair("a", "b", 1), pair("c", "d", 2)], "{text:?}");
        }
    }
}
