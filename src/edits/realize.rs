//! From findings to edits that read right: case, possessives, articles, artefacts.

use std::ops::Range;
use std::sync::Arc;

use crate::channel::{Candidates, Provenance};
use crate::document::Finding;
use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::text::article::wants_an;
use unspin_core::text::case::{Case, Style, styled, transfer};
use unspin_core::text::hidden::is_space;
use unspin_core::text::numeral::say_the_same;
use unspin_core::text::opaque::is_spinners_brace;
use unspin_core::text::{Kind, Token};

use super::apply::{Alternative, Edit, Entry};
use super::place::Place;

pub(crate) struct Realizer<'r> {
    pub(crate) text: &'r str,
    pub(crate) reading: &'r [Token],
    candidates: &'r Candidates,
    /// The spinner.
    channel: Arc<str>,
}

impl<'r> Realizer<'r> {
    pub(crate) fn new(text: &'r str, reading: &'r [Token], candidates: &'r Candidates, channel: &str) -> Self {
        Realizer { text, reading, candidates, channel: Arc::from(channel) }
    }

    /// The edits of findings that are in order and do not overlap. `weighed` are all findings in the order of their
    /// words, with their confidences for posteriors: those of the same words are the alternatives.
    pub(crate) fn edits(&self, findings: &[Finding], weighed: &[Finding]) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::with_capacity(findings.len());
        // The number of the next group.
        let mut group = 0;
        for finding in findings {
            let Some(mut edit) = self.edit(finding) else { continue };
            if !say_the_same(&self.text[edit.span.clone()], &edit.replacement) {
                continue;
            }
            let floor = edits.last().map_or(0, |e| e.span.end);
            if edit.span.start < floor {
                continue;
            }
            edit.alternatives = self.alternatives(finding, &edit, weighed);
            match self.article(finding, &edit, floor) {
                Some(article) => {
                    let own = group;
                    group += 1;
                    edits.extend([article, edit].map(|edit| Edit { group: Some(own), group_size: 2, ..edit }));
                }
                None => edits.push(edit),
            }
        }
        self.unbrace(edits, group)
    }

    /// What else may have stood at the words of a finding, as they would be written there.
    fn alternatives(&self, finding: &Finding, edit: &Edit, weighed: &[Finding]) -> Vec<Alternative> {
        let place = |other: &Finding| (other.from, other.to);
        let first = weighed.partition_point(|other| place(other) < place(finding));
        let same = weighed[first..].iter().take_while(|other| place(other) == place(finding));
        let mut alternatives: Vec<Alternative> = Vec::new();
        for other in same.filter(|other| other.candidate != finding.candidate) {
            let Some(Edit { span, replacement, confidence, .. }) = self.edit(other) else { continue };
            let is_known = replacement == edit.replacement || alternatives.iter().any(|a| a.replacement == replacement);
            if span == edit.span && !is_known {
                alternatives.push(Alternative { replacement, probability: confidence });
            }
        }
        alternatives.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        alternatives.truncate(Edit::MAX_ALTERNATIVES);
        alternatives
    }

    fn word(&self, token: &Token) -> &str {
        &self.text[token.start..token.end]
    }

    /// The edit that makes a finding; `None` if nothing would change.
    pub(crate) fn edit(&self, finding: &Finding) -> Option<Edit> {
        let candidate = &self.candidates[finding.candidate];
        let spun = &self.reading[finding.from..finding.to];
        let mut room = [Case::None; MAX_PHRASE];
        let cases = cases(spun, &mut room);
        let mut replacement = self.written(finding, self.candidates.wording(finding.candidate), cases);
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
        if replacement.ends_with('.') && self.text[end..].starts_with('.') {
            // "U.Okay." → "U.K.": the stop of the abbreviation stands there already.
            replacement.pop();
        }
        let last = self.word(spun.last()?);
        let goes_on =
            |rest: &str| rest.trim_start_matches(' ').starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
        if last.contains('.') && !replacement.contains('.') && self.text[end..].strip_prefix('.').is_some_and(goes_on) {
            // "6 p.c. on the day" → "6 percent on the day": the stop was the abbreviation's.
            end += 1;
        }
        let span = spun[0].start..end;
        let Provenance { file, line, observed, .. } = candidate.provenance;
        let name = |id| self.candidates.name(id).clone();
        (self.text[span.clone()] != replacement).then(|| Edit {
            entry: Some(Entry { file: name(file), line, observed }),
            ..Edit::new(span, replacement, finding.posterior, name(candidate.channel))
        })
    }

    /// What a finding makes of which bytes, the article before it included; `None` if nothing would change.
    pub(crate) fn wording(&self, finding: &Finding) -> Option<(Range<usize>, String)> {
        let edit = self.edit(finding)?;
        Some(match self.article(finding, &edit, 0) {
            Some(article) => {
                let between = &self.text[article.span.end..edit.span.start];
                (article.span.start..edit.span.end, article.replacement + between + &edit.replacement)
            }
            None => (edit.span, edit.replacement),
        })
    }

    /// The wording with the capitals that its place asks for.
    fn written(&self, finding: &Finding, restored: &str, cases: &[Case]) -> String {
        let place = Place { text: self.text, tokens: self.reading };
        let first = cases.iter().copied().find(|case| *case != Case::None);
        let is_whole = |style: Case| cases.iter().all(|case| *case == style || *case == Case::None);
        match first {
            // "5 people" → "Five people": a digit has no case to follow.
            None if place.begins_sentence(finding.from) => styled(restored, Style::First),
            Some(Case::Upper) if is_whole(Case::Upper) || cases.len() > 1 => {
                if place.is_shouted(finding) {
                    styled(restored, Style::Upper)
                } else if cases.len() == 1 {
                    // "GOP" is no shouting, "Republican" needs none.
                    transfer(restored, &[Case::Title])
                } else {
                    transfer(restored, cases)
                }
            }
            // "A" and "I" have one letter, and that is a capital in any place.
            Some(Case::Title) if place.is_shouted(finding) => styled(restored, Style::Upper),
            Some(Case::Title) if place.is_headline(finding) => styled(restored, Style::Words),
            Some(Case::Title) if self.is_plain(finding, cases) => styled(restored, Style::First),
            _ => transfer(restored, cases),
        }
    }

    /// Whether the capital of a finding is no more than that of a sentence, or of the first half of a contraction.
    fn is_plain(&self, finding: &Finding, cases: &[Case]) -> bool {
        let place = Place { text: self.text, tokens: self.reading };
        let is_single = cases[1..].iter().all(|case| matches!(case, Case::Lower | Case::None));
        let is_contracted = self.word(&self.reading[finding.from]).contains(['\'', '’'])
            || self
                .reading
                .get(finding.from + 1)
                .is_some_and(|t| t.kind == Kind::Possessive && finding.to > finding.from + 1);
        is_single && (is_contracted || place.begins_sentence(finding.from))
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
        Some(Edit::new(before.start..before.end, replacement, edit.confidence, self.channel.clone()))
    }

    /// Whether a place is in no prose.
    fn is_opaque(&self, at: usize) -> bool {
        let next = self.reading.partition_point(|token| token.end <= at);
        self.reading.get(next).is_some_and(|token| token.kind == Kind::Opaque && token.start <= at)
    }

    /// Takes the braces off `{dollars}` and `{that a}`, which a spinner left behind: both of a pair, or none.
    fn unbrace(&self, mut edits: Vec<Edit>, first_group: u32) -> Vec<Edit> {
        const MAX_LENGTH: usize = 60;
        let mut pairs = Vec::new();
        let bytes = self.text.as_bytes();
        for (open, _) in self.text.match_indices('{') {
            let near = &bytes[open..bytes.len().min(open + MAX_LENGTH)];
            let close = near.iter().position(|b| *b == b'}').map(|length| open + length);
            if let Some(close) = close.filter(|&close| is_spinners_brace(self.text, open, close))
                && !self.is_opaque(open)
            {
                pairs.push([open, close]);
            }
        }
        if pairs.is_empty() {
            return edits;
        }
        // Edits are in order, without overlap.
        let is_free = |at: usize| {
            let next = edits.partition_point(|e| e.span.end <= at);
            edits.get(next).is_none_or(|e| e.span.start > at)
        };
        pairs.retain(|pair| pair.iter().all(|&at| is_free(at)));
        let brace = |at: usize, group: u32| Edit {
            group: Some(group),
            group_size: 2,
            ..Edit::new(at..at + 1, "", 0.99, self.channel.clone())
        };
        edits.extend((first_group..).zip(pairs).flat_map(|(group, pair)| pair.map(|at| brace(at, group))));
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
