//! Words that a text speaks of rather than with: short quotations of which a sentence has several.
//!
//! Who writes that "White Home" was "White House", or that 'folks' stands for 'people', names wordings. They are neither a
//! sign of a spinner nor anything to restore.

use std::ops::Range;

use unspin_core::text::{Kind, Token};

/// Quotations of a sentence from which on they are mentions: speech and irony come singly.
const LEAST: usize = 2;
/// Tokens of the longest quotation that may be a mention. One that opens a sentence and ends with a comma is speech.
const LONGEST: usize = 6;

/// The places of the tokens that are mentioned. `sentences` are ranges of tokens, without the mark that ends them.
pub(crate) fn mentioned(text: &str, tokens: &[Token], sentences: &[Range<usize>]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut quotations: Vec<Range<usize>> = Vec::new();
    for sentence in sentences {
        quotations.clear();
        let mut open: Option<(char, usize)> = None;
        for at in sentence.clone() {
            // Marks are part of no token.
            let before = at.checked_sub(1).map_or(0, |before| tokens[before].end);
            for mark in text[before..tokens[at].start].chars() {
                match open {
                    Some((close, from)) if mark == close => {
                        quotations.push(from..at);
                        open = None;
                    }
                    None => open = closing(mark).map(|close| (close, at)),
                    Some(_) => (),
                }
            }
        }
        // The mark that ends the sentence may stand before the one that ends the quotation.
        quotations.extend(open.map(|(_, from)| from..sentence.end));
        let is_speech = |quotation: &Range<usize>| {
            quotation.start == sentence.start && tokens[quotation.end - 1].kind == Kind::Pause
        };
        quotations.retain(|quotation| (1..=LONGEST).contains(&quotation.len()) && !is_speech(quotation));
        if quotations.len() >= LEAST {
            places.extend(quotations.iter().cloned().flatten());
        }
    }
    places
}

/// The mark that ends what a mark begins.
fn closing(mark: char) -> Option<char> {
    match mark {
        '"' | '\'' => Some(mark),
        '“' | '„' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspin_core::text::page_tokens;

    #[test]
    fn several_short_quotations_of_a_sentence_are_mentions() {
        for (text, want) in [
            ("They turn \"White House\" into \"White Home\".", "White House White Home"),
            ("They write ‘folks’ for ‘people,’ and “lady” for “woman.” Folks do.", "folks people , lady woman"),
            ("He said 'folks' where she said 'people'.", "folks people"),
            ("The so-called \"White Home\" was sold.", ""),
            ("\"The folks,\" he said, \"went home.\"", ""),
            ("\"I went home,\" he said. \"So did the folks.\"", ""),
            ("\"I went all the way home in the rain,\" he said, \"and nobody saw me going there.\"", ""),
            ("The boys' home and the folks' house", ""),
            ("", ""),
        ] {
            let mut tokens = Vec::new();
            page_tokens(text, &mut tokens);
            let (mut sentences, mut start) = (Vec::new(), 0);
            for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::End) {
                sentences.push(start..at);
                start = at + 1;
            }
            sentences.push(start..tokens.len());
            let words =
                mentioned(text, &tokens, &sentences).into_iter().map(|at| &text[tokens[at].start..tokens[at].end]);
            assert_eq!(words.collect::<Vec<_>>().join(" "), want, "{text}");
        }
    }
}
