//! Sharing a replacement out among the stretches of text that an edit covers: no tag moves, none is emptied.

/// A stretch of an edit that is contiguous in the source.
pub(super) struct Run {
    /// Where it stands in the text.
    pub(super) text: (usize, usize),
    /// Where it stands in the source.
    pub(super) raw: (usize, usize),
    /// Whether its element keeps other words when the stretch is emptied.
    pub(super) is_spare: bool,
}

/// What each stretch gets; `None` if that would leave an element empty.
///
/// Word for word where there are as many words as before, so that tags stay around the words they were
/// around. Of more or fewer words each stretch gets its part, at least one. Where there are fewer words than
/// stretches, or a tag stands within a word, the first stretch gets all if the others can be spared.
pub(super) fn share(text: &str, replacement: &str, runs: &[Run]) -> Option<Vec<String>> {
    if runs.len() == 1 {
        return Some(vec![replacement.to_string()]);
    }
    let found = found(text, runs);
    let words: Vec<&str> = replacement.split_whitespace().collect();
    let counts: Vec<usize> = found.iter().map(|f| f.split_whitespace().count()).collect();
    if is_parted(text, runs, &found) {
        if counts.iter().sum::<usize>() == words.len() {
            return Some(word_for_word(&found, &words));
        }
        let with_words = counts.iter().filter(|&&count| count > 0).count();
        if words.len() >= with_words && with_words > 0 {
            return Some(in_parts(&found, &counts, &words));
        }
    } else if let ([one, _], [word]) = (found.as_slice(), words.as_slice())
        && let Some((at, _)) = word.char_indices().nth(one.chars().count())
        && !found.iter().any(|f| f.contains(char::is_whitespace))
    {
        // A tag within a word, as around a capital that is set larger.
        return Some(vec![word[..at].to_string(), word[at..].to_string()]);
    }
    let is_spared = runs.iter().zip(&counts).skip(1).all(|(run, &count)| run.is_spare || count == 0);
    let all = |number: usize| if number == 0 { replacement.to_string() } else { String::new() };
    is_spared.then(|| (0..runs.len()).map(all).collect())
}

/// What each stretch gets if there are as many words as before, and none goes over the end of a stretch.
pub(super) fn share_words(text: &str, replacement: &str, runs: &[Run]) -> Option<Vec<String>> {
    if runs.len() == 1 {
        return None;
    }
    let found = found(text, runs);
    let words: Vec<&str> = replacement.split_whitespace().collect();
    let count: usize = found.iter().map(|found| found.split_whitespace().count()).sum();
    (count == words.len() && is_parted(text, runs, &found)).then(|| word_for_word(&found, &words))
}

fn found<'t>(text: &'t str, runs: &[Run]) -> Vec<&'t str> {
    runs.iter().map(|run| text.get(run.text.0..run.text.1).unwrap_or_default()).collect()
}

/// Whether there is a space between all stretches.
fn is_parted(text: &str, runs: &[Run], found: &[&str]) -> bool {
    let is_blank = |from, to| text.get(from..to).is_some_and(|between| between.contains(char::is_whitespace));
    found.windows(2).zip(runs.windows(2)).all(|(found, runs)| {
        found[0].ends_with(char::is_whitespace)
            || found[1].starts_with(char::is_whitespace)
            || is_blank(runs[0].text.1, runs[1].text.0)
    })
}

/// Each word in the place of one.
fn word_for_word(found: &[&str], words: &[&str]) -> Vec<String> {
    let mut words = words.iter();
    let rewrite = |found: &&str| {
        let mut share = String::new();
        for chunk in found.split_inclusive(char::is_whitespace) {
            let word = chunk.trim_end();
            if word.is_empty() {
                share.push_str(chunk);
            } else {
                share.push_str(words.next().copied().unwrap_or_default());
                share.push_str(&chunk[word.len()..]);
            }
        }
        share
    };
    found.iter().map(rewrite).collect()
}

/// To each stretch that had words as large a part of the new ones, at least one.
fn in_parts(found: &[&str], counts: &[usize], words: &[&str]) -> Vec<String> {
    let total: usize = counts.iter().sum();
    let mut behind = counts.iter().filter(|&&count| count > 0).count();
    let (mut seen, mut given) = (0, 0);
    let mut part = |(found, &count): (&&str, &usize)| {
        if count == 0 {
            return (*found).to_string();
        }
        (seen, behind) = (seen + count, behind - 1);
        let end = (words.len() * seen / total).clamp(given + 1, words.len() - behind);
        let share = words[given..end].join(" ");
        given = end;
        let body = found.trim();
        let start = found.len() - found.trim_start().len();
        format!("{}{share}{}", &found[..start], &found[start + body.len()..])
    };
    found.iter().zip(counts).map(&mut part).collect()
}
