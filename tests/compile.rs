//! What a dictionary says is what its tables say: compiled and looked up again, within limits that are named.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use unspin_core::bytes::Bytes;
use unspin_core::dictionary::compile::{Compiled, Language, compile};
use unspin_core::dictionary::source::{Family, Item, Source};
use unspin_core::dictionary::{Dictionary, DictionaryError};
use unspin_core::text::vocabulary::FIRST_WORD;

/// A language that knows no word.
const SILENT: Language = Language { id: &|_| None, first_id: FIRST_WORD, log_probability: &|_| -5.0 };

fn source(path: &str, items: Vec<(usize, Item)>) -> Source {
    Source { spinner: "mine".into(), path: path.into(), items }
}

fn pair(spun: &str, original: &str, count: u32) -> Item {
    Item::Pair { spun: spun.into(), original: original.into(), count }
}

fn dictionary(compiled: &Compiled) -> Dictionary {
    Dictionary::from_bytes(Bytes::Shared(compiled.bytes.as_slice().into())).unwrap()
}

/// The word ids of a phrase, words parted by blanks.
fn ids(compiled: &Compiled, phrase: &str) -> Vec<u32> {
    let id = |word: &str| compiled.words.iter().position(|known| **known == *word).unwrap() as u32 + FIRST_WORD;
    phrase.split(' ').map(id).collect()
}

/// What a dictionary has for a phrase: original, count, file, line.
fn found(compiled: &Compiled, phrase: &str) -> Vec<(String, u32, String, u32)> {
    let dictionary = dictionary(compiled);
    let ids = ids(compiled, phrase);
    let mut out = Vec::new();
    dictionary.matches(&ids, |found| {
        if found.words == ids.len() {
            let rewrites = found.numbers().map(|number| dictionary.rewrite(number).unwrap());
            out.extend(rewrites.map(|r| (r.text.to_string(), r.observed, r.file.to_string(), r.line)));
        }
    });
    out.sort();
    out
}

fn refused(sources: &[Source]) -> String {
    compile(sources, &SILENT).map(|_| ()).unwrap_err().to_string()
}

fn phrase() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-d]{1,2}|[α-γ]", 1..4).prop_map(|words| words.join(" "))
}

proptest! {
    /// Every pair of generated dictionaries is found again, its counts added up, with file and line of its first entry.
    #[test]
    fn what_is_compiled_is_looked_up(
        files in proptest::collection::vec(proptest::collection::vec((phrase(), phrase(), 1..70_000u32), 0..6), 1..5)
    ) {
        let mut wanted: BTreeMap<(String, String), (u32, String, u32)> = BTreeMap::new();
        let mut sources = Vec::new();
        for (number, entries) in files.into_iter().enumerate() {
            let path = format!("{number}.tsv");
            let mut items = Vec::new();
            for (line, (spun, original, count)) in (3..).step_by(2).zip(entries) {
                // "an" and "a" share an id; so do capitals.
                let one = |phrase: &str| phrase.split(' ').map(|w| if w == "an" { "a" } else { w }).collect::<Vec<_>>().join(" ");
                items.push((line, pair(&spun, &original, count)));
                if one(&spun) != one(&original) {
                    let place = (0, path.clone(), line as u32);
                    wanted.entry((spun, original)).or_insert(place).0 += count;
                }
            }
            sources.push(source(&path, items));
        }
        let compiled = compile(&sources, &SILENT).unwrap();
        for (spun, _) in wanted.keys() {
            let of_phrase = wanted.range((spun.clone(), String::new())..).take_while(|((s, _), _)| s == spun);
            let expected: Vec<_> = of_phrase
                .map(|((_, original), (count, file, line))| (original.clone(), *count, file.clone(), *line))
                .collect();
            prop_assert_eq!(found(&compiled, spun), expected, "{}", spun);
        }
    }

    /// Damaged records, ids, texts and indexes are refused or answer something; they do not panic.
    #[test]
    fn damaged_tables_do_not_panic(at in 0..2000usize, bit in 0..8u32, cut in 0..3000usize) {
        let items = (0..40).map(|n| (n + 1, pair(&format!("spun{} word{n}", n % 7), &format!("orig{n} two words"), 2)));
        let compiled = compile(&[source("p.tsv", items.collect())], &SILENT).unwrap();
        let mut bytes = compiled.bytes.clone();
        // The automaton is checked by nobody: it is the second section.
        let length = |n: usize| u32::from_le_bytes(bytes[4 * n..4 * n + 4].try_into().unwrap()) as usize;
        let automaton = 40 + length(0)..40 + length(0) + length(1);
        let at = at % bytes.len();
        if !automaton.contains(&at) {
            bytes[at] ^= 1 << bit;
            ask_all(bytes.clone());
        }
        bytes.truncate(cut % bytes.len());
        ask_all(bytes);
    }
}

/// Asks a dictionary in these bytes, if it is one, for all that it has.
fn ask_all(bytes: Vec<u8>) {
    let Some(dictionary) = Dictionary::from_bytes(Bytes::Shared(bytes.into())) else { return };
    dictionary.for_each_keep(|_| {});
    for number in 0..dictionary.len() + 2 {
        if let Some(rewrite) = dictionary.rewrite(number) {
            assert!(rewrite.ids().count() < 300);
        }
    }
    for first in 0..60 {
        for second in 0..60 {
            dictionary.matches(&[first, second], |found| {
                assert!(dictionary.rewrite(found.numbers().start).is_none_or(|r| r.spinner < 255))
            });
        }
        dictionary.rate(0, first);
    }
}

#[test]
fn nothing_is_cut_to_fit() {
    for length in [255, 256, 300, 70_000] {
        let original = "o".repeat(length);
        let compiled = compile(&[source("p.tsv", vec![(9, pair("spun", &original, 100_000))])], &SILENT).unwrap();
        assert_eq!(found(&compiled, "spun"), [(original, 100_000, "p.tsv".to_string(), 9)]);
    }
}

#[test]
fn entries_of_many_files_know_where_they_come_from() {
    let file = |n: usize| source(&format!("{n}.tsv"), vec![(70_000 + n, pair(&format!("spun{n}"), "original", 1))]);
    // Files without entries have no line of their own.
    let sources: Vec<Source> = (0..200).flat_map(|n| [file(n), source("empty.tsv", Vec::new())]).collect();
    let compiled = compile(&sources, &SILENT).unwrap();
    for n in 0..200 {
        let place = (format!("{n}.tsv"), 70_000 + n as u32);
        assert_eq!(found(&compiled, &format!("spun{n}")), [("original".to_string(), 1, place.0, place.1)]);
    }
}

#[test]
fn what_has_no_room_is_refused_by_file_and_line() {
    let one = |path: &str, line: usize, item: Item| refused(&[source(path, vec![(line, item)])]);
    let many_lines = "too many lines; the files of a dictionary have at most 16777215 together";
    assert_eq!(one("p.tsv", 1 << 24, pair("a", "b", 1)), format!("p.tsv:16777216: {many_lines}"));
    let halves = ["a.tsv", "b.tsv"].map(|path| source(path, vec![(9_000_000, pair("a", "b", 1))]));
    assert_eq!(refused(&halves), format!("b.tsv:9000000: {many_lines}"));
    let counts = vec![(1, pair("a", "b", u32::MAX)), (2, pair("a", "b", 1))];
    assert_eq!(refused(&[source("p.tsv", counts)]), "p.tsv:2: the counts of this pair are too large together");
    let exposure = |replaced| Item::Exposure { word: "a".into(), replaced, kept: 0 };
    let exposures = vec![(1, exposure(u32::MAX)), (2, exposure(1))];
    assert_eq!(refused(&[source("e.tsv", exposures)]), "e.tsv:2: the counts of `a` are too large together");
    assert_eq!(one("p.tsv", 7, pair("a", "b\nc", 1)), r#"p.tsv:7: "b\nc" has a control character"#);
    let members: Vec<String> = (0..1001).map(|n| format!("w{n}")).collect();
    let group = Item::Group { family: Family::Word, originals: members.clone(), spun: members };
    assert_eq!(one("g.txt", 3, group), "g.txt:3: a group that makes up to 1002001 rewrites; the limit is 1000000");
}

#[test]
fn names_of_spinners_are_lines() {
    for name in ["", " ", "a\nb", "a\tb", "\u{7f}"] {
        let named = Source { spinner: name.into(), ..source("p.tsv", Vec::new()) };
        let error: DictionaryError = compile(&[named], &SILENT).map(|_| ()).unwrap_err();
        assert_eq!((error.path(), error.line()), (Path::new("p.tsv"), 0));
        assert!(error.reason().starts_with(&format!("{name:?} is no name of a spinner")), "{error}");
    }
    let many = |count: usize| -> Vec<Source> {
        let named =
            |n: usize| Source { spinner: format!("s{n}"), ..source(&format!("{n}.tsv"), vec![(1, pair("a", "b", 1))]) };
        (0..count).map(named).collect()
    };
    let compiled = compile(&many(255), &SILENT).unwrap();
    assert_eq!((dictionary(&compiled).spinners().len(), found(&compiled, "a").len()), (255, 255));
    assert_eq!(refused(&many(256)), "255.tsv: `s255` is one spinner too many; a dictionary has at most 255");
}

#[test]
fn kept_phrases_are_told() {
    let keep = |phrase: &str| Item::Keep { phrase: phrase.into() };
    let items = vec![(1, keep("home depot")), (2, pair("home", "house", 1)), (3, keep("home"))];
    let compiled = compile(&[source("p.txt", items)], &SILENT).unwrap();
    let mut kept = Vec::new();
    dictionary(&compiled).for_each_keep(|phrase| kept.push(phrase.to_vec()));
    assert_eq!(kept, [ids(&compiled, "home depot"), ids(&compiled, "home")]);
    assert_eq!(found(&compiled, "home"), []);
}

/// The hash names what is known, not what the files are called.
#[test]
fn the_hash_is_of_the_entries() {
    let hash =
        |path: &str, original: &str| compile(&[source(path, vec![(1, pair("a", original, 1))])], &SILENT).unwrap().hash;
    assert_eq!(hash("a.tsv", "b"), hash("other/a.tsv", "b"));
    assert_ne!(hash("a.tsv", "b"), hash("a.tsv", "c"));
}
