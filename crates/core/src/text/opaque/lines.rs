//! The lines of a text, and what the shape of one says.

/// A line of a text: `text[start..end]`, without the mark that ends it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    let line = |whole: &str| {
        let line = Line { start, end: start + whole.trim_end_matches(['\n', '\r']).len() };
        start += whole.len();
        line
    };
    text.split_inclusive('\n').map(line).collect()
}

/// How deep a line is indented, a tab counted as four, and what stands there.
pub(super) fn indented(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches([' ', '\t']);
    let indent = line[..line.len() - rest.len()].bytes().map(|b| if b == b'\t' { 4 } else { 1 }).sum();
    (indent, rest.trim_end())
}

/// "key: value" with a plain key, and where its value begins.
pub(super) fn key_value(line: &str) -> Option<(&str, usize)> {
    let colon = line.find(':')?;
    let key = &line[..colon];
    let is_key = !key.is_empty()
        && key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'"' | b'\''));
    let rest = &line[colon + 1..];
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some((key, colon + 1))
}

/// The mark of a fence of code and its length: "```", "~~~~".
pub(super) fn fence(line: &str) -> Option<(u8, usize)> {
    let (indent, rest) = indented(line);
    let mark = *rest.as_bytes().first()?;
    let length = rest.bytes().take_while(|b| *b == mark).count();
    // A fence of backticks has none after it on its line: that is code within a line.
    (indent <= 3 && matches!(mark, b'`' | b'~') && length >= 3 && !(mark == b'`' && rest[length..].contains('`')))
        .then_some((mark, length))
}

/// "-q, --query <QUERY>  A query", "  <QUERY>  The query": a term and what it means, in columns.
pub(super) fn is_definition(line: &str) -> bool {
    let (indent, rest) = indented(line);
    let is_flag = match rest.as_bytes() {
        [b'-', b'-', first, ..] => first.is_ascii_alphanumeric(),
        [b'-', first, next, ..] => first.is_ascii_alphabetic() && !next.is_ascii_alphanumeric() && *next != b'.',
        [b'-', first] => first.is_ascii_alphabetic(),
        _ => false,
    };
    let gap = rest.find("  ").or_else(|| rest.find('\t'));
    let is_column = gap.is_some_and(|gap| {
        let term = &rest[..gap];
        !term.ends_with(['.', '!', '?', ':', ';', '"']) && term.len() <= 40 && !rest[gap..].trim().is_empty()
    });
    if is_flag {
        let first = rest.split([' ', '\t']).next().unwrap_or(rest);
        return is_column
            || rest.len() == first.len()
            || first.ends_with(',')
            || rest.starts_with("--") && rest.contains(['<', '[', '=']);
    }
    indent >= 2 && is_column && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '<' | '[' | '{'))
}

/// "Usage: finder [OPTIONS] <QUERY>".
pub(super) fn is_usage(line: &str) -> bool {
    let (_, rest) = indented(line);
    let is_headed = rest.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("usage:"));
    is_headed && (rest.len() == 6 || rest.contains(['[', '<', '-', '|']) || rest[6..].split_whitespace().count() <= 4)
}

/// "Options:", "OPTIONS": a heading of few words over definitions.
pub(super) fn is_label(line: &str) -> bool {
    let (_, rest) = indented(line);
    let words = rest.split(' ').count();
    let is_capitals = rest.bytes().any(|b| b.is_ascii_uppercase()) && !rest.bytes().any(|b| b.is_ascii_lowercase());
    words <= 3 && rest.len() > 1 && (rest.ends_with(':') || is_capitals)
}

/// A statement, a command or an assignment rather than a sentence.
pub(super) fn is_code(line: &str) -> bool {
    let (_, rest) = indented(line);
    const STARTS: [&str; 11] =
        ["$ ", "# ", ">>> ", "#include", "import ", "def ", "fn ", "const ", "sudo ", "</", "//"];
    const MARKS: [&str; 12] = ["();", ");", "={", "= ", "{}", "=>", "->", "::", "](", "\":", " | ", "&&"];
    let is_end = rest.ends_with(['{', '}', '\\']) || rest.ends_with(';') && rest.contains(['(', '=', '{', '}']);
    is_end || STARTS.iter().any(|start| rest.starts_with(start)) || MARKS.iter().any(|mark| rest.contains(mark))
}

/// "[name]: home/doc.md \"Title\"": where a link of Markdown leads.
pub(super) fn is_reference(line: &str) -> bool {
    let (_, rest) = indented(line);
    let Some((name, target)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("]:")) else { return false };
    let mut pieces = target.split_whitespace();
    let Some(place) = pieces.next() else { return false };
    let is_titled = pieces.next().is_none_or(|title| title.starts_with(['"', '\'', '(']));
    !name.starts_with('^') && is_titled && (place.contains(['/', '.', '#', ':', '<']) || !target.trim().contains(' '))
}

/// "key = value" as settings are written, nothing else on the line.
pub(super) fn is_setting(line: &str) -> bool {
    let (_, rest) = indented(line);
    let Some((key, value)) = rest.split_once('=') else { return false };
    let key = key.trim_end();
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    is_key && !value.starts_with('=')
}

/// A request to a database, a line of a log, a directive of roff or reStructuredText.
pub(super) fn is_directive(line: &str) -> bool {
    const LEVELS: [&str; 6] = ["INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE"];
    const REQUESTS: [&str; 7] =
        ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "DROP TABLE ", "ALTER TABLE "];
    let (_, rest) = indented(line);
    let is_level = |word: &str| LEVELS.contains(&word.trim_matches(|c: char| !c.is_ascii_alphabetic()));
    let is_logged = rest.starts_with(|c: char| c.is_ascii_digit() || c == '[') && rest.split(' ').take(5).any(is_level);
    let is_roff = match line.as_bytes() {
        [b'.', first, second, ..] => first.is_ascii_uppercase() && second.is_ascii_alphabetic(),
        _ => false,
    };
    is_logged || is_roff || rest.starts_with(".. ") || REQUESTS.iter().any(|request| rest.starts_with(request))
}

/// A key of YAML and perhaps its value, or an item of a list.
pub(super) fn is_yaml(line: &str) -> bool {
    let (_, rest) = indented(line);
    let entry = rest.strip_prefix("- ").unwrap_or(rest);
    const FEW: usize = 6;
    entry.split(' ').count() <= FEW
        && key_value(entry).is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b"_-.".contains(&b)))
}

/// The head of a hunk of a patch.
pub(super) fn is_hunk(line: &str) -> bool {
    line.starts_with("@@ ") || line.starts_with("diff --git ") || line.starts_with("+++ ") || line.starts_with("--- ")
}

/// A sentence or a verse, by its words: letters and little else, and more than a command has.
pub(super) fn is_prose(line: &str) -> bool {
    let (_, rest) = indented(line);
    let words = rest.split(' ').filter(|word| word.starts_with(|c: char| c.is_alphabetic() || "\"'“‘(".contains(c)));
    let marks = rest.bytes().filter(|b| b"{}[]<>=|\\$_/*#@~^+".contains(b)).count();
    let opens = rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '‘' | '\''));
    let words = words.count();
    marks == 0 && (words >= 5 || words >= 2 && (opens || rest.ends_with(['.', ',', '!', '?', ';', '—'])))
}

/// A line of Markdown by its start: a heading, a fence. A link, "](", is another sign of it.
pub(super) fn is_markdown(line: &str) -> bool {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') || fence(line).is_some()
}

/// Whether no block begins with a line: it begins with four words, of which the first is no key, flag or request. Asked
/// first, as it holds for nearly every line of a text.
pub(super) fn opens_prose(line: &str) -> bool {
    /// A label has no more words.
    const LABEL_WORDS: usize = 3;
    let bytes = line.trim_end().as_bytes();
    let [first, second, ..] = bytes else { return false };
    let is_word = first.is_ascii_alphabetic() && !(first.is_ascii_uppercase() && second.is_ascii_uppercase());
    if !is_word || bytes.ends_with(b";") || line.starts_with("diff ") || line.contains("-->") {
        return false;
    }
    let Some(space) = bytes.iter().position(|byte| *byte == b' ') else { return false };
    let is_key = bytes[..space].iter().any(|byte| matches!(byte, b':' | b'='))
        || bytes[space..].iter().find(|byte| **byte != b' ') == Some(&b'=');
    !is_key && bytes.iter().filter(|byte| **byte == b' ').take(LABEL_WORDS).count() == LABEL_WORDS
}
