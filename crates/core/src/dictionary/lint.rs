//! What a dictionary may not contain, each rule with its reason.
//!
//! - A file without its source and licence: nobody could tell whether it may be shipped. One that does not say
//!   which side is the original: pairs name it second, groups first.
//! - Entries out of order or twice: reviews of changes would drown in noise, counts would be doubled.
//! - Identities: they say nothing and shift the weights of what does.
//! - Cycles that no context can break: two phrases that may stand for each other, neither of which
//!   the context model knows, so that nothing but chance decides between them.
//! - Phrases that the compiler refuses.
//! - Rewrites that change what a text says: a negation, the value of a number, a gender that nobody named.
//!
//! Whether an entry fires in clean text more often than its evidence allows is for [`overfires`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compile::{Language, compile};
use super::source::{BYTE_ORDER_MARK, Family, Item, Source};
use super::{DictionaryError, expand};
use crate::meaning::{self, Change};
use crate::text::{Kind, Token, fold_into, tokens};

/// Everything wrong with the text of a dictionary file. `knows` tells which words the context model has.
///
/// ```
/// use std::path::Path;
/// let text = "# source: none\n# licence: none\n# columns: spun original count\nfolks\tfolks\t1\n";
/// let found = unspin_core::dictionary::lint::lint(Path::new("a.tsv"), text, &|_| true);
/// assert_eq!(found[0].to_string(), "a.tsv:4: an identity: `folks`");
/// ```
pub fn lint(path: &Path, text: &str, knows: &dyn Fn(&str) -> bool) -> Vec<DictionaryError> {
    let error = |line: usize, reason: String| DictionaryError::new(path, line, reason);
    let mut out = Vec::new();
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let sides = sides(path);
    if !text.lines().take_while(|l| l.starts_with('#')).any(|l| l == sides) {
        out.push(error(0, format!("the head of the file lacks `{sides}`")));
    }
    for field in ["# source:", "# licence:"] {
        if !text
            .lines()
            .take_while(|l| l.starts_with('#'))
            .any(|l| l.strip_prefix(field).is_some_and(|rest| !rest.trim().is_empty()))
        {
            out.push(error(0, format!("the head of the file lacks `{field} …`")));
        }
    }
    let source = match Source::parse("lint", path, text) {
        Ok(source) => source,
        Err(e) => {
            out.push(e);
            return out;
        }
    };
    let entries = || {
        text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.trim().is_empty()).map(|(n, l)| (n + 1, l))
    };
    for ((_, before), (line, after)) in entries().zip(entries().skip(1)) {
        if after < before {
            out.push(error(line, format!("out of order: `{after}` stands after `{before}`")));
        }
    }
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    for (line, item) in &source.items {
        if let Some(first) = seen.insert(Key::of(item), *line) {
            out.push(error(*line, format!("the same as line {first}")));
        }
        for member in identities(item) {
            out.push(error(*line, format!("an identity: `{member}`")));
        }
        for (spun, original, change) in unfaithful(item) {
            out.push(error(*line, format!("`{spun}` for `{original}` {change}")));
        }
        if let Some((a, b)) = unbreakable(item, knows) {
            out.push(error(
                *line,
                format!("a cycle that no context can break: the model knows neither `{a}` nor `{b}`"),
            ));
        }
    }
    let language = Language { id: &|_| None, first_id: 0, log_probability: &|_| 0.0 };
    if let Err(e) = compile(std::slice::from_ref(&source), &language) {
        out.push(e);
    }
    out
}

/// The line in the head of a file that says which side of its entries is the original.
pub fn sides(path: &Path) -> &'static str {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if name.ends_with(".txt") {
        "# groups: any stands for any; original > spun"
    } else if name.starts_with("exposure") {
        "# columns: word replaced kept"
    } else {
        "# columns: spun original count"
    }
}

/// An entry that made edits in clean text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overfire {
    /// The dictionary file.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// How often it edited clean text.
    pub fired: u32,
    /// How often it was observed in spun text.
    pub observed: u32,
}

/// The entries that edited clean text more often than their evidence allows: once, and once more
/// for every twenty times that they were observed.
pub fn overfires(fired: &BTreeMap<(String, u32), (u32, u32)>) -> Vec<Overfire> {
    fired
        .iter()
        .filter(|(_, (fired, observed))| *fired > 1 + observed / 20)
        .map(|((file, line), &(fired, observed))| Overfire { file: file.clone(), line: *line, fired, observed })
        .collect()
}

/// What makes two entries the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Pair(String, String),
    Exposure(String),
    Group(Family, BTreeSet<String>, BTreeSet<String>),
    Keep(String),
}

fn folded(text: &str) -> String {
    let mut out = String::new();
    fold_into(text, &mut out);
    out
}

impl Key {
    fn of(item: &Item) -> Key {
        let set = |members: &[String]| members.iter().map(|m| folded(m)).collect();
        match item {
            Item::Pair { spun, original, .. } => Key::Pair(folded(spun), folded(original)),
            Item::Exposure { word, .. } => Key::Exposure(folded(word)),
            Item::Group { family, originals, spun } => Key::Group(*family, set(originals), set(spun)),
            Item::Keep { phrase } => Key::Keep(folded(phrase)),
        }
    }
}

fn identities(item: &Item) -> Vec<String> {
    match item {
        Item::Pair { spun, original, .. } if folded(spun) == folded(original) => vec![spun.clone()],
        Item::Group { originals, spun, .. } => {
            let is_symmetric = originals == spun;
            let repeated = |list: &[String]| {
                let mut seen = BTreeSet::new();
                list.iter().filter(|m| !seen.insert(folded(m))).cloned().collect::<Vec<_>>()
            };
            let mut found = repeated(originals);
            if !is_symmetric {
                found.extend(repeated(spun));
                found.extend(originals.iter().filter(|o| spun.iter().any(|s| folded(s) == folded(o))).cloned());
            }
            found
        }
        _ => Vec::new(),
    }
}

/// The rewrites of an entry that change what a text says.
fn unfaithful(item: &Item) -> Vec<(String, String, Change)> {
    let rewrites = match item {
        Item::Pair { spun, original, .. } => vec![(spun.clone(), original.clone())],
        _ => expand::rewrites(item).unwrap_or_default(),
    };
    let changed = |(spun, original): (String, String)| meaning::changed(&spun, &original).map(|c| (spun, original, c));
    rewrites.into_iter().filter_map(changed).collect()
}

/// Two phrases of a group that stand for each other though the model has no word of either.
fn unbreakable<'i>(item: &'i Item, knows: &dyn Fn(&str) -> bool) -> Option<(&'i str, &'i str)> {
    let Item::Group { originals, spun, .. } = item else { return None };
    let is_blind = |phrase: &str| {
        let mut found: Vec<Token> = Vec::new();
        tokens(phrase, &mut found);
        !found.iter().filter(|t| t.kind == Kind::Word).any(|t| knows(&folded(&phrase[t.start..t.end])))
    };
    let rewrites = expand::rewrites(item).unwrap_or_default();
    let blind: Vec<&String> = originals.iter().filter(|o| spun.contains(o) && is_blind(o)).collect();
    if blind.len() < 2 {
        return None;
    }
    let goes: BTreeSet<(&str, &str)> = rewrites.iter().map(|(spun, original)| (&**spun, &**original)).collect();
    let is_cycle = |a: &str, b: &str| goes.contains(&(a, b)) && goes.contains(&(b, a));
    blind
        .iter()
        .enumerate()
        .find_map(|(n, a)| blind[n + 1..].iter().find(|b| is_cycle(a, b)).map(|b| (a.as_str(), b.as_str())))
}
