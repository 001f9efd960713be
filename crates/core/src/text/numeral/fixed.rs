//! Which numbers of a text are written in one way only.

use super::labels::{ABBREVIATED, LABELS, MARKS_AFTER, MARKS_BEFORE, MEASURES, MONTHS, NUMBERED_BOOKS, OPENERS};
use super::{Number, SPANS, digits, number};
use crate::text::case::Case;
use crate::text::fold_page_into;
use crate::text::tokenizer::{Kind, Token};

/// The places of the tokens that write a number in the one way in which it is written there: names, dates, measures,
/// scores, cells, and whatever else is no quantity in running prose.
///
/// ```
/// use unspin_core::text::{numeral, page_tokens};
/// let fixed = |text: &str| -> Vec<String> {
///     let mut tokens = Vec::new();
///     page_tokens(text, &mut tokens);
///     numeral::fixed(text, &tokens).iter().map(|&n| text[tokens[n].start..tokens[n].end].to_string()).collect()
/// };
/// assert_eq!(fixed("On 2 Nov the 4 dogs of World War 2 cost $4 a head."), ["2", "2", "4"]);
/// ```
pub fn fixed(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut out = Vec::new();
    let reader = Reader { text, tokens };
    let mut is_led = false;
    let mut from = 0;
    for line in tokens.split_inclusive(|t| t.kind == Kind::End && text.as_bytes()[t.start] == b'\n') {
        let range = from..from + line.len();
        from = range.end;
        if !line.iter().any(|t| reader.may_be_number(t)) {
            is_led &= line.len() == 1;
            continue;
        }
        is_led = reader.line(range, is_led, &mut out);
    }
    out
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start..t.end])
    }

    /// Whether a token may write a number at all.
    fn may_be_number(&self, token: &Token) -> bool {
        let first = self.text.as_bytes()[token.start];
        token.kind == Kind::Word && (first.is_ascii_digit() || matches!(token.case, Case::Title | Case::Upper))
    }

    fn is_numeral(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Word && self.text.as_bytes()[t.start].is_ascii_digit())
    }

    /// Whether only white space parts two neighbouring tokens.
    fn is_next(&self, at: usize) -> bool {
        let gap = &self.text[self.tokens[at].end..self.tokens[at + 1].start];
        gap.chars().all(char::is_whitespace)
    }

    /// Reads the tokens of a line; `is_led`: the line before began with a number. Says whether this one does.
    fn line(&self, range: std::ops::Range<usize>, is_led: bool, out: &mut Vec<usize>) -> bool {
        let Some(first) = self.tokens.get(range.start) else { return false };
        let start = self.text[..first.start].rfind('\n').map_or(0, |end| end + 1);
        let line = self.text[start..self.tokens[range.end - 1].end].trim_start();
        let is_bullet = line.starts_with(['-', '*', '•', '–', '+', '·', '>']);
        let lead = range.start + usize::from(is_bullet && first.kind == Kind::Pause);
        let leads = self.is_numeral(lead);
        // No sentence ends there: a headline, an item, a cell.
        let is_item = leads && (is_bullet || !line.trim_end().ends_with(['.', '!', '?', '"', '”', '’', ':', ';', ',']));
        let is_led_after = self.is_numeral(range.end);
        let is_bare = !self.tokens[range.clone()]
            .iter()
            .enumerate()
            .any(|(n, t)| t.kind == Kind::Opaque || t.kind == Kind::Word && !self.is_numeral(range.start + n));
        let is_table = line.matches(" | ").count() >= 2
            || line.starts_with('|')
            || line.matches('\t').count() >= 2
            || line.matches("   ").count() >= 2 && !line.contains(". ");
        for at in range.clone() {
            let token = &self.tokens[at];
            if !self.may_be_number(token) {
                continue;
            }
            let is_list = at == lead && leads && (is_item || is_led || is_led_after || self.is_list_mark(token.end));
            let is_figure = self.is_numeral(at);
            if is_figure && (is_bare || is_table || is_list) || self.is_fixed(at, is_figure, is_table) {
                out.push(at);
            }
        }
        leads
    }

    /// "1. ", "1) "
    fn is_list_mark(&self, end: usize) -> bool {
        let rest = &self.text[end..];
        rest.starts_with([')', '.', ':', ']']) && rest[1..].chars().next().is_none_or(char::is_whitespace)
    }

    fn is_fixed(&self, at: usize, is_figure: bool, is_table: bool) -> bool {
        let token = &self.tokens[at];
        let mut folded = String::new();
        fold_page_into(self.word(at), &mut folded);
        if !is_figure {
            // "Seven Network", "Ocean's Eleven": a word with a capital that no sentence gave it.
            let is_number = number(&folded).is_some_and(|n| !matches!(n, Number::Cardinal(n) if n >= 100.0));
            return is_number && (is_table || !self.begins_sentence(at));
        }
        let is_artefact = folded.contains('.') && folded.ends_with(|c: char| c.is_ascii_lowercase());
        if is_artefact {
            // "7.eight"
            return false;
        }
        let is_span = self.tokens.get(at + 1).is_some_and(|next| {
            let unit = self.text[next.start..next.end].to_lowercase();
            SPANS.iter().any(|(count, many)| folded == count.to_string() && unit == *many)
        });
        if is_span {
            // "12 months", which is "a year" after all.
            return false;
        }
        let is_large = matches!(digits(&folded), Some(Number::Cardinal(n)) if n >= 100.0 && folded.len() > 2);
        let is_plain = folded.bytes().all(|b| b.is_ascii_digit());
        let is_ordinal = matches!(digits(&folded), Some(Number::Ordinal(_)));
        // "1000's"
        let thousands = matches!(folded.as_str(), "100" | "1000" | "100s" | "1000s")
            && (folded.ends_with('s') || self.tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Possessive));
        let before = self.text[..token.start].chars().next_back().unwrap_or(' ');
        let rest = &self.text[token.end..];
        let after =
            rest.chars().find(|c| !matches!(c, ' ' | '\u{a0}')).filter(|c| *c == '°').or_else(|| rest.chars().next());
        let after = after.unwrap_or(' ');
        let is_marked =
            MARKS_BEFORE.contains(before) || MARKS_AFTER.contains(after) && !thousands || before == '(' && after == ')';
        is_marked
            || is_large && !thousands
            || !is_plain && !is_ordinal && !thousands
            || self.is_named(at)
            || self.is_measured(at)
    }

    fn begins_sentence(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| matches!(self.tokens[before].kind, Kind::End | Kind::Opaque))
            || self.text[..self.tokens[at].start].ends_with(['"', '“', '‘', '\''])
    }

    /// Whether the word before makes it a name, or part of a longer number.
    fn is_named(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let token = &self.tokens[before];
        if token.kind == Kind::End {
            // "p. 4", "ch. 7"
            return self.word(before) == "."
                && before.checked_sub(1).is_some_and(|short| {
                    ABBREVIATED.contains(&self.word(short).to_lowercase().as_str())
                        && self.tokens[short].end == token.start
                });
        }
        let is_dotted = self.text[token.end..self.tokens[at].start].trim() == ".";
        if token.kind != Kind::Word || !is_dotted && !self.is_next(before) {
            // "Man, 34, dies"
            return token.kind == Kind::Pause && self.word(before) == ":"
                || token.kind == Kind::Pause
                    && self.word(before) == ","
                    && self.tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Pause && t.end - t.start == 1)
                    && self.word(at + 1) == ",";
        }
        let folded = self.word(before).to_lowercase();
        let opens = self.begins_sentence(before) && OPENERS.contains(&folded.as_str());
        let is_capital = !opens && !matches!(token.case, Case::Lower | Case::None);
        let is_label = LABELS.contains(&folded.as_str());
        // "at 4.", "on day 4": an hour, a place in a row, unless it counts something.
        let is_hour = ["at", "until", "till", "since", "day", "week", "year", "lap", "game", "quarter"]
            .contains(&folded.as_str())
            && self.tokens.get(at + 1).is_none_or(|t| t.kind != Kind::Word);
        is_capital || is_label || is_hour || self.is_numeral(before)
    }

    /// Whether what follows is measured in figures, or a name of which the number is the first part.
    fn is_measured(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at + 1).filter(|t| t.kind == Kind::Word && self.is_next(at)) else {
            return false;
        };
        let folded = self.word(at + 1).to_lowercase();
        if MEASURES.contains(&folded.as_str()) || self.is_numeral(at + 1) || self.word(at + 1) == "%" {
            return true;
        }
        let is_month = |word: &str| MONTHS.contains(&word.get(..3).unwrap_or_default());
        match token.case {
            Case::Title => {
                is_month(&folded)
                    || NUMBERED_BOOKS.contains(&folded.as_str())
                    || self.is_numeral(at + 2)
                    || !folded.ends_with('s') && !folded.ends_with("men")
            }
            Case::Upper | Case::Mixed => true,
            // "the 4th of July"
            _ => {
                folded == "of"
                    && self.tokens.get(at + 2).is_some_and(|t| t.case == Case::Title)
                    && is_month(&self.word(at + 2).to_lowercase())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::page_tokens;

    fn fixed_in(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        page_tokens(text, &mut tokens);
        fixed(text, &tokens).into_iter().map(|n| &text[tokens[n].start..tokens[n].end]).collect()
    }

    #[test]
    fn numbers_that_are_written_in_one_way() {
        for (text, want) in [
            ("World War 2 and 2 Kings 4", vec!["2", "2", "4"]),
            ("Mon, 2 Nov and May 4", vec!["2", "4"]),
            ("Figure 1 and page 4, No. 9 and version 3", vec!["1", "4", "9", "3"]),
            ("It cost $4 million and €9, or 5 dollars, up 6 percent.", vec!["4", "9", "5", "6"]),
            ("They won 2–1 at 4 p.m. or 9:30.", vec!["2", "1", "4", "9", "30"]),
            ("Man, 34, dies", vec!["34"]),
            ("1. Two dogs", vec!["1"]),
            ("1 In the beginning\n2 And the earth", vec!["1", "2"]),
            ("12", vec!["12"]),
            ("| dogs | 4 | 7 |", vec!["4", "7"]),
            ("Call 4 5 6 now", vec!["4", "5", "6"]),
            ("Ocean's Eleven on the Seven Network", vec!["Eleven", "Seven"]),
            ("the 1980s and 5 GB at 4 °C", vec!["1980s", "5", "4"]),
            ("Seven people and Eleven more", vec!["Eleven"]),
            ("the 4th of July", vec!["4th"]),
            ("see p. 4 and ch. 7 here.", vec!["4", "7"]),
            ("Crew: 4 and day 7.", vec!["4", "7"]),
            ("- 4 eggs", vec!["4"]),
            ("7 dead in storm", vec!["7"]),
            ("Anna,4,7", vec!["4", "7"]),
        ] {
            assert_eq!(fixed_in(text), want, "{text}");
        }
    }

    #[test]
    fn quantities() {
        for text in [
            "He saw 4 dogs and 16 people.",
            "Some 4 people and 3 Republicans",
            "16 people died.",
            "rose 7.eight points",
            "last week 16 people died.",
            "the 3rd time, 12 months later",
            "more than 1000's of folks",
        ] {
            assert!(fixed_in(text).is_empty(), "{text}: {:?}", fixed_in(text));
        }
    }
}
