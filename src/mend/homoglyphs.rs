//! Letters of other scripts in Latin words: decided by the word, then by the text it stands in.
//!
//! Source of the table: Unicode Technical Standard 39, `confusables.txt`, reviewed: letters that print like one Latin
//! letter are plain, those that only resemble one need a known word.

use super::Damage;
use super::characters::{is_combining, is_latin, is_of_look_alike_script, non_ascii};
use super::layers::Patch;
use super::lexicon::Lexicon;

/// Letters that print like a Latin one: the letter and what it looks like, in pairs.
const SAME: &str = "аaсcеeоoрpхxуyіiѕsјjһhԛqԝwԁdӏlүyАAВBСCЕEНHІIЅSЈJКKМMОOРPТTХXУYҮYԌGԚQԜWӀIҺh\
    οoϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹC\
    օoսuոnհhցgզqԼLՏSՕOյjɩi\
    ᎠDᎡRᎢTᎥiᎪAᎫJᎬEᎳWᎷMᎻHᎽYᏀGᏃZᏒRᏔWᏙVᏚSᏞLᏟCᏢPᏦKᏴB\
    ꓐBꓑPꓓDꓔTꓖGꓗKꓙJꓚCꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU\
    ⅰiⅴvⅹxⅼlⅽcⅾdⅿmⅠIⅤVⅩXⅬLⅭCⅮDⅯM";

/// Letters that only resemble a Latin one.
const ALIKE: &str = "кkтtмmвbнhгrпnиuяrЯRИNΛAЛAΣEαaνvιiκkρpτtυuγyηnεeωwχxσoΔAɑaɡgıiɪiʀrƖl";

/// How a letter looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Same(char),
    Alike(char),
}

fn look(c: char) -> Option<Look> {
    let find = |pairs: &str| {
        let mut chars = pairs.chars();
        while let (Some(foreign), Some(latin)) = (chars.next(), chars.next()) {
            if foreign == c {
                return Some(latin);
            }
        }
        None
    };
    find(SAME).map(Look::Same).or_else(|| find(ALIKE).map(Look::Alike))
}

/// Whether a word with this letter has to be judged.
pub(crate) fn may_look_latin(c: char) -> bool {
    is_of_look_alike_script(c) || look(c).is_some()
}

fn is_letter(c: char) -> bool {
    is_latin(c) || is_combining(c) || is_of_look_alike_script(c) || look(c).is_some()
}

/// What a word with letters of another script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// Has a letter that no Latin one looks like.
    Foreign,
    /// Latin, with letters that look the same.
    Mixed,
    /// Latin, with letters that only resemble one.
    Doubtful,
    /// Every letter looks Latin, none is.
    LooksLatin,
}

struct Word {
    span: std::ops::Range<usize>,
    latin: String,
    nature: Nature,
    /// How many of its letters are Latin.
    own: usize,
    /// Whether it belongs to a passage in another script.
    in_passage: bool,
}

/// Gives back their Latin letters to the words of Latin text.
pub(crate) fn repair(text: &str, lexicon: Option<&Lexicon>, out: &mut Vec<Patch>) {
    let mut words: Vec<Word> = Vec::new();
    non_ascii(text, |at, c| {
        if words.last().is_none_or(|word| at >= word.span.end) && may_look_latin(c) {
            words.push(word_around(text, at));
        }
    });
    if words.is_empty() {
        return;
    }
    mark_passages(text, &mut words);
    let mixed = words.iter().filter(|word| word.nature == Nature::Mixed && word.own >= 2).count();
    let foreign = words.iter().filter(|word| word.nature == Nature::Foreign).count();
    for word in words {
        let knows = || lexicon.is_some_and(|lexicon| word.latin.chars().count() > 2 && lexicon.knows(&word.latin));
        let goes = match word.nature {
            Nature::Foreign => false,
            Nature::Mixed => word.own >= 2 || mixed > 0 || knows(),
            Nature::Doubtful => word.own >= 2 && (knows() || mixed > 1 && is_nu_alone(text, &word)),
            Nature::LooksLatin if word.in_passage => false,
            Nature::LooksLatin if mixed > 0 => true,
            Nature::LooksLatin => {
                foreign == 0 && word.latin.len() > 3 && word.latin.contains(|c: char| c.is_lowercase()) && knows()
            }
        };
        if goes {
            out.push(Patch::new(word.span, word.latin, Damage::Homoglyph));
        }
    }
}

/// "ν" is the one letter of the doubtful ones that prints like a Latin one in many fonts.
fn is_nu_alone(text: &str, word: &Word) -> bool {
    text[word.span.clone()].chars().all(|c| c == 'ν' || !matches!(look(c), Some(Look::Alike(_))))
}

fn word_around(text: &str, at: usize) -> Word {
    let start = text[..at].char_indices().rev().take_while(|(_, c)| is_letter(*c)).last().map_or(at, |(at, _)| at);
    let mut word = Word { span: start..start, latin: String::new(), nature: Nature::Mixed, own: 0, in_passage: false };
    let (mut alike, mut foreign) = (false, false);
    for c in text[start..].chars().take_while(|c| is_letter(*c)) {
        word.span.end += c.len_utf8();
        match look(c) {
            Some(Look::Same(latin)) => word.latin.push(latin),
            Some(Look::Alike(latin)) => {
                alike = true;
                word.latin.push(latin);
            }
            None => {
                foreign |= !is_latin(c) && !is_combining(c);
                word.own += usize::from(is_latin(c));
                word.latin.push(c);
            }
        }
    }
    word.nature = match word.own {
        _ if foreign => Nature::Foreign,
        0 if alike => Nature::Foreign,
        0 => Nature::LooksLatin,
        _ if alike => Nature::Doubtful,
        _ => Nature::Mixed,
    };
    word
}

/// Words beside a foreign one belong to it: "Как люди на …" has words that look Latin.
fn mark_passages(text: &str, words: &mut [Word]) {
    let beside = |a: &Word, b: &Word| {
        text.get(a.span.end..b.span.start).is_some_and(|gap| gap.len() <= 8 && !gap.contains(char::is_alphanumeric))
    };
    for n in 0..words.len() {
        let after = n > 0
            && (words[n - 1].in_passage || words[n - 1].nature == Nature::Foreign)
            && beside(&words[n - 1], &words[n]);
        words[n].in_passage |= after;
    }
    for n in (0..words.len().saturating_sub(1)).rev() {
        let before = (words[n + 1].in_passage && words[n + 1].nature == Nature::LooksLatin
            || words[n + 1].nature == Nature::Foreign)
            && beside(&words[n], &words[n + 1]);
        words[n].in_passage |= before;
    }
}
