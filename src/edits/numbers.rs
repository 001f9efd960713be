//! Numbers that belong together are written alike: "nineteen eighties and nineties" is not changed by half.

use std::collections::BTreeSet;
use std::ops::Range;

use unspin_core::text::numeral::{may_have_number, number};

use super::apply::{Edit, retain};
use super::params::NUMBER_ROUNDS;

/// Words between numbers that are counted together.
const CONNECTORS: [&str; 9] = ["and", "or", "to", "through", "versus", "&", "in", "of", "by"];

/// How a number is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Figures,
    Letters,
}

/// Takes back the edits that would leave a number in figures beside one in letters, where both were written alike.
pub(crate) fn keep_alike(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    for _ in 0..NUMBER_ROUNDS {
        let split = (0..edits.len()).filter(|&n| splits(text, &edits, n));
        let starts: BTreeSet<usize> = split.map(|n| edits[n].span.start).collect();
        if starts.is_empty() {
            break;
        }
        retain(&mut edits, |edit| !starts.contains(&edit.span.start));
    }
    edits
}

fn splits(text: &str, edits: &[Edit], at: usize) -> bool {
    let edit = &edits[at];
    let Some((old, new)) = form(&text[edit.span.clone()]).zip(form(&edit.replacement)) else { return false };
    old != new
        && [before(text, edit.span.start), after(text, edit.span.end)].into_iter().flatten().any(|neighbour| {
            let written = form(&text[neighbour.clone()]);
            let next = edits.partition_point(|e| e.span.end <= neighbour.start);
            let made =
                edits.get(next).filter(|e| e.span.start < neighbour.end).map_or(written, |e| form(&e.replacement));
            written == Some(old) && made.is_some_and(|made| made != new)
        })
}

/// How a phrase writes its number, if it has one.
fn form(phrase: &str) -> Option<Form> {
    if !may_have_number(phrase) {
        return None;
    }
    phrase.split([' ', '-']).find_map(|word| {
        number(&word.to_lowercase())?;
        Some(if word.starts_with(|c: char| c.is_ascii_digit()) { Form::Figures } else { Form::Letters })
    })
}

/// The word after a connector that follows.
fn after(text: &str, end: usize) -> Option<Range<usize>> {
    let mut words = words_near(text, end);
    let first = words.next()?;
    CONNECTORS.contains(&&text[first]).then(|| words.next()).flatten()
}

/// The word before a connector that stands before.
fn before(text: &str, start: usize) -> Option<Range<usize>> {
    const NEAR: usize = 40;
    let mut from = start.saturating_sub(NEAR);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let words: Vec<Range<usize>> = words_near(text, from).take_while(|word| word.end <= start).collect();
    let [.., word, connector] = &words[..] else { return None };
    CONNECTORS.contains(&&text[connector.clone()]).then(|| word.clone())
}

/// Words from a place on, those of a few dozen bytes.
fn words_near(text: &str, from: usize) -> impl Iterator<Item = Range<usize>> {
    const NEAR: usize = 60;
    let mut to = text.len().min(from + NEAR);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let near = &text[from..to];
    near.split([' ', '\n']).filter(|word| !word.is_empty()).map(move |word| {
        let start = from + word.as_ptr() as usize - near.as_ptr() as usize;
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '&');
        start..start + word.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_or_not_at_all() {
        let made = |text: &str, changes: &[(&str, &str)]| -> usize {
            let edit = |(from, to): &(&str, &str)| {
                let start = text.find(from).unwrap();
                Edit::new(start..start + from.len(), *to, 0.9, "x".into())
            };
            keep_alike(text, changes.iter().map(edit).collect()).len()
        };
        let decades = "in the nineteen eighties and nineties, when";
        assert_eq!(made(decades, &[("nineteen eighties", "1980s")]), 0);
        assert_eq!(made(decades, &[("nineteen eighties", "1980s"), ("nineties", "1990s")]), 2);
        assert_eq!(made("from 4 to 6 dogs", &[("4", "four")]), 0);
        assert_eq!(made("from 4 to 6 dogs", &[("6", "six")]), 0);
        assert_eq!(made("from 4 to six dogs", &[("4", "four")]), 1);
        assert_eq!(made("4 dogs and a cat", &[("4", "four"), ("dogs", "hounds")]), 2);
    }
}
