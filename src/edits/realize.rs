//! From findings to edits that read right: case, possessives, articles, artefacts.

use std::sync::Arc;

use crate::document::Finding;
use unspin_core::dictionary::Dictionary;
use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::text::article::wants_an;
use unspin_core::text::case::{Case, transfer};
use unspin_core::text::hidden::is_space;
use unspin_core::text::numeral::say_the_same;
use unspin_core::text::opaque::is_spinners_brace;
use unspin_core::text::{Kind, Token};

use super::apply::{Edit, Entry};

/// Findings below this posterior are never of use.
pub(crate) const LEAST_POSTERIOR: f32 = 0.1;

pub(crate) struct Realizer<'r> {
    pub(crate) text: &'r str,
    pub(crate) reading: &'r [Token],
    pub(crate) dictionaries: &'r [Dictionary],
    spinner: Arc<str>,
    /// The files of the dictionaries that were named so far.
    files: Vec<(&'r str, Arc<str>)>,
}

impl<'r> Realizer<'r> {
    pub(crate) fn new(text: &'r str, reading: &'r [Token], dictionaries: &'r [Dictionary], spinner: &str) -> Self {
        Realizer { text, reading, dictionaries, spinner: Arc::from(spinner), files: Vec::new() }
    }

    /// The edits of findings that are in order and do not overlap.
    pub(crate) fn edits(&mut self, findings: &[Finding]) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::with_capacity(findings.len());
        for finding in findings {
            let Some(edit) = self.edit(finding) else { continue };
            if !say_the_same(&self.text[edit.span.clone()], &edit.replacement) {
                continue;
            }
            let floor = edits.last().map_or(0, |e| e.span.end);
            if edit.span.start < floor {
                continue;
            }
            if let Some(article) = self.article(finding, &edit, floor) {
                edits.push(article);
            }
            edits.push(edit);
        }
        self.unbrace(edits)
    }

    /// The name of a dictionary file.
    fn file(&mut self, name: &'r str) -> Arc<str> {
        if let Some((_, shared)) = self.files.iter().find(|(known, _)| std::ptr::eq(*known, name)) {
            return shared.clone();
        }
        let shared: Arc<str> = Arc::from(name);
        self.files.push((name, shared.clone()));
        shared
    }

    fn word(&self, token: &Token) -> &str {
        &self.text[token.start..token.end]
    }

    /// The edit that makes a finding; `None` if nothing would change.
    pub(crate) fn edit(&mut self, finding: &Finding) -> Option<Edit> {
        let (layer, number) = finding.rewrite;
        let rewrite = self.dictionaries[usize::from(layer)].rewrite(number as usize)?;
        let spun = &self.reading[finding.from..finding.to];
        let mut room = [Case::None; MAX_PHRASE];
        let cases = cases(spun, &mut room);
        let restored = part(rewrite.text, finding.part);
        let mut replacement = if *cases == [Case::Upper] && !self.is_shouted(finding) {
            // "GOP" is no shouting, "Republican" needs none.
            transfer(restored, &[Case::Title])
        } else {
            transfer(restored, cases)
        };
        if spun[0].case == Case::None && self.begins_sentence(finding.from) {
            // "5 people" → "Five people": a digit has no case to follow.
            replacement = transfer(&replacement, &[Case::Title]);
        }
        if self.text[..spun[0].start].ends_with(char::is_alphanumeric) && replacement.starts_with(char::is_alphanumeric)
        {
            // "5%" → "5 percent", "there's" → "there is"
            replacement.insert(0, ' ');
        }
        let mut end = spun.last()?.end;
        let apostrophe = |at: usize| ["'", "’"].into_iter().find(|a| self.text[at..].starts_with(a));
        if replacement.contains('\'') && self.text[spun[0].start..end].contains('’') {
            replacement = replacement.replace('\'', "’");
        }
        let next = self.reading.get(finding.to);
        if let Some(next) = next.filter(|t| t.kind == Kind::Possessive)
            && replacement.ends_with('s')
            && !self.word(spun.last()?).ends_with('s')
        {
            // "workforce's" → "workers'"
            replacement.push_str(apostrophe(next.start).unwrap_or("'"));
            end = next.end;
        } else if let Some(mark) = apostrophe(end)
            && self.word(spun.last()?).ends_with('s')
            && !replacement.ends_with('s')
            && next.is_none_or(|t| t.kind != Kind::Possessive)
            && !self.is_quoted(spun[0].start, mark)
        {
            // "authorities'" → "government's"
            replacement.push_str(mark);
            replacement.push('s');
            end += mark.len();
        }
        let last = self.word(spun.last()?);
        let goes_on =
            |rest: &str| rest.trim_start_matches(' ').starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
        if last.contains('.') && !replacement.contains('.') && self.text[end..].strip_prefix('.').is_some_and(goes_on) {
            // "6 p.c. on the day" → "6 percent on the day": the stop was the abbreviation's.
            end += 1;
        }
        let span = spun[0].start..end;
        (self.text[span.clone()] != replacement).then(|| Edit {
            span,
            replacement,
            confidence: finding.posterior,
            spinner: self.spinner.clone(),
            entry: Some(Entry { file: self.file(rewrite.file), line: rewrite.line, observed: rewrite.observed }),
        })
    }

    /// Whether a word is the first of its sentence.
    fn begins_sentence(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| self.reading[before].kind == Kind::End)
    }

    /// Whether a neighbouring word is in capitals too.
    fn is_shouted(&self, finding: &Finding) -> bool {
        let before = finding.from.checked_sub(1).and_then(|n| self.reading.get(n));
        [before, self.reading.get(finding.to)]
            .into_iter()
            .flatten()
            .any(|t| t.case == Case::Upper && t.end - t.start > 3)
            || self.reading[finding.from..finding.to].iter().all(|t| t.end - t.start > 4)
    }

    /// Whether an apostrophe after this place may close a quotation opened before it on the line.
    fn is_quoted(&self, at: usize, mark: &str) -> bool {
        let line = &self.text[self.text[..at].rfind('\n').map_or(0, |n| n + 1)..at];
        let open = if mark == "’" { "‘" } else { "'" };
        line.match_indices(open).any(|(n, _)| n == 0 || !line[..n].ends_with(char::is_alphanumeric))
    }

    /// "a" or "an" before an edit that made the other one right.
    fn article(&self, finding: &Finding, edit: &Edit, floor: usize) -> Option<Edit> {
        let before = self.reading.get(finding.from.checked_sub(1)?)?;
        let article = self.word(before);
        if before.start < floor || !matches!(article, "a" | "an" | "A" | "An") {
            return None;
        }
        let gap = &self.text[before.end..edit.span.start];
        let first = edit.replacement.split(' ').next()?;
        let is_an = article.len() == 2;
        let spun = self.word(&self.reading[finding.from]);
        if !gap.chars().all(is_space) || wants_an(first) == is_an || wants_an(first) == wants_an(spun) {
            return None;
        }
        let replacement = if is_an {
            &article[..1]
        } else if article == "A" {
            "An"
        } else {
            "an"
        };
        Some(Edit {
            span: before.start..before.end,
            replacement: replacement.to_string(),
            confidence: edit.confidence,
            spinner: self.spinner.clone(),
            entry: None,
        })
    }

    /// Whether a place is in no prose.
    fn is_opaque(&self, at: usize) -> bool {
        let next = self.reading.partition_point(|token| token.end <= at);
        self.reading.get(next).is_some_and(|token| token.kind == Kind::Opaque && token.start <= at)
    }

    /// Takes the braces off `{dollars}` and `{that a}`, which a spinner left behind.
    fn unbrace(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        const MAX_LENGTH: usize = 60;
        let mut marks = Vec::new();
        let bytes = self.text.as_bytes();
        for (open, _) in self.text.match_indices('{') {
            let near = &bytes[open..bytes.len().min(open + MAX_LENGTH)];
            let close = near.iter().position(|b| *b == b'}').map(|length| open + length);
            if let Some(close) = close.filter(|&close| is_spinners_brace(self.text, open, close))
                && !self.is_opaque(open)
            {
                marks.extend([open, close]);
            }
        }
        if marks.is_empty() {
            return edits;
        }
        // Edits are in order, without overlap.
        marks.retain(|&at| {
            let next = edits.partition_point(|e| e.span.end <= at);
            edits.get(next).is_none_or(|e| e.span.start > at)
        });
        edits.extend(marks.into_iter().map(|at| Edit {
            span: at..at + 1,
            replacement: String::new(),
            confidence: 0.99,
            spinner: self.spinner.clone(),
            entry: None,
        }));
        edits.sort_by_key(|e| e.span.start);
        edits
    }
}

/// The cases of the words among tokens, as many as a phrase has at most.
fn cases<'r>(tokens: &[Token], room: &'r mut [Case; MAX_PHRASE]) -> &'r [Case] {
    let words = tokens.iter().filter(|t| t.kind == Kind::Word);
    let count = room.iter_mut().zip(words).map(|(case, token)| *case = token.case).count();
    &room[..count]
}

/// Words `from..to` of a phrase, by space; all of it where its ids run on.
pub(crate) fn part(phrase: &str, (from, to): (u8, u8)) -> &str {
    let space = |before: u8| phrase.bytes().enumerate().filter(|(_, b)| *b == b' ').nth(usize::from(before) - 1);
    let start = if from == 0 { 0 } else { space(from).map_or(0, |(n, _)| n + 1) };
    let end = if to == 0 { 0 } else { space(to).map_or(phrase.len(), |(n, _)| n) };
    &phrase[start.min(end)..end]
}
