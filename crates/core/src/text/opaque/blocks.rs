//! Blocks of lines that are no prose: front matter, headers, code, tables of options, timings.

use std::ops::Range;

use super::inline::Inline;
use super::latex;
use super::lines::{self, Line, lines};

/// Keys of front matter whose values a reader sees as prose.
const PROSE_KEYS: [&str; 10] =
    ["title", "subtitle", "description", "summary", "excerpt", "abstract", "headline", "caption", "lead", "dek"];
/// Header lines of mail and of answers of servers, without those that begin with `x-`, `list-` or `content-`.
const HEADERS: [&str; 24] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "sent",
    "reply-to",
    "message-id",
    "received",
    "return-path",
    "sender",
    "mime-version",
    "in-reply-to",
    "references",
    "organization",
    "delivered-to",
    "user-agent",
    "newsgroups",
    "host",
    "server",
    "attachments",
    "importance",
    "priority",
];
/// A line this deep continues what the column of definitions above it says.
const COLUMN: usize = 8;
/// Front matter is no longer than this many lines.
const MAX_FRONT: usize = 200;
/// Longer fences are read as one of this length.
const MAX_FENCE: usize = 8;

/// Finds the regions of a text.
pub(super) fn find(text: &str, out: &mut Vec<Range<usize>>) {
    let lines = lines(text);
    let of = |line: &Line| &text[line.start..line.end];
    let is_markdown = text.contains("](") || lines.iter().any(|line| lines::is_markdown(of(line)));
    let inline = Inline { text, is_latex: latex::is_latex(text) };
    let mut blocks = Blocks { text, lines: &lines, out, inline, is_markdown, open: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        at += blocks.block(at).max(1);
    }
}

struct Blocks<'t> {
    text: &'t str,
    lines: &'t [Line],
    out: &'t mut Vec<Range<usize>>,
    inline: Inline<'t>,
    /// Whether any line is Markdown for certain.
    is_markdown: bool,
    /// Ends of blocks that were looked for and are not there, so that nobody looks again.
    open: Vec<String>,
}

impl<'t> Blocks<'t> {
    fn line(&self, at: usize) -> &'t str {
        self.lines.get(at).map_or("", |line| &self.text[line.start..line.end])
    }

    fn is_blank(&self, at: usize) -> bool {
        self.line(at).trim().is_empty()
    }

    /// The next line that is not blank.
    fn after_blanks(&self, at: usize) -> usize {
        const MAX_BLANKS: usize = 3;
        (at..at + MAX_BLANKS).find(|&at| !self.is_blank(at)).unwrap_or(at)
    }

    /// Makes a region of `count` lines.
    fn take(&mut self, at: usize, count: usize) -> usize {
        let last = (at + count).min(self.lines.len()).max(at + 1) - 1;
        self.keep(self.lines[at].start..self.lines[last].end);
        count
    }

    fn keep(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.out.push(range);
        }
    }

    /// Reads the block that begins at a line, and says how many lines it has.
    fn block(&mut self, at: usize) -> usize {
        let line = self.line(at);
        if line.trim().is_empty() {
            return 1;
        }
        if lines::opens_prose(line) {
            return self.prose(at);
        }
        self.front_matter(at)
            .or_else(|| self.headers(at))
            .or_else(|| self.fenced(at))
            .or_else(|| self.environment(at))
            .or_else(|| self.bibliography(at))
            .or_else(|| self.definitions(at))
            .or_else(|| self.data(at))
            .or_else(|| self.indented(at))
            .or_else(|| self.single(at))
            .unwrap_or_else(|| self.prose(at))
    }

    /// A line of prose: what is none in it.
    fn prose(&mut self, at: usize) -> usize {
        let Line { start, end } = self.lines[at];
        self.inline.find(start..end, self.out);
        1
    }

    /// "---", then keys and values up to "---" or "...", at the start of the text: keys stay, and values but those
    /// that are read as prose.
    fn front_matter(&mut self, at: usize) -> Option<usize> {
        let mark = self.line(0).trim_end();
        if at > 0 || !matches!(mark.trim_start_matches('\u{feff}'), "---" | "+++") {
            return None;
        }
        let is_end = |line: &str| line == "..." || line == mark.trim_start_matches('\u{feff}');
        let end = (1..self.lines.len().min(MAX_FRONT)).find(|&n| is_end(self.line(n).trim_end()))?;
        let is_entry = |line: &str| {
            let is_inside = line.starts_with([' ', '\t', '-', '#', ']', '}']) || line.trim().is_empty();
            is_inside || lines::key_value(line).is_some() || lines::is_setting(line)
        };
        if end < 2 || !(1..end).all(|n| is_entry(self.line(n))) {
            return None;
        }
        let mut is_prose = false;
        for n in 0..=end {
            let (Line { start, end: line_end }, line) = (self.lines[n], self.line(n));
            let Some((key, value)) = lines::key_value(line).filter(|_| n > 0 && n < end) else {
                let is_item = line.trim_start().starts_with("- ");
                if !is_prose || is_item || !line.starts_with([' ', '\t']) {
                    self.keep(start..line_end);
                }
                continue;
            };
            is_prose = PROSE_KEYS.contains(&key.to_ascii_lowercase().as_str());
            let to = if is_prose { start + value } else { line_end };
            self.keep(start..to);
        }
        Some(end + 1)
    }

    /// Headers of mail: two known ones or more, one after the other. A subject is prose.
    fn headers(&mut self, at: usize) -> Option<usize> {
        let header = |line: &'t str| {
            let (key, value) = lines::key_value(line)?;
            let name = key.to_ascii_lowercase();
            let is_known = HEADERS.contains(&name.as_str())
                || ["x-", "list-", "content-", "resent-", "arc-", "dkim-"].iter().any(|start| name.starts_with(start));
            is_known.then_some((name, value))
        };
        header(self.line(at))?;
        let folds = |line: &str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let count = 1
            + (at + 1..self.lines.len()).take_while(|&n| header(self.line(n)).is_some() || folds(self.line(n))).count();
        if (at..at + count).filter(|&n| header(self.line(n)).is_some()).count() < 2 {
            return None;
        }
        for n in at..at + count {
            let Line { start, end } = self.lines[n];
            match header(self.line(n)) {
                Some((name, value)) if name == "subject" => self.keep(start..start + value),
                _ => self.keep(start..end),
            }
        }
        Some(count)
    }

    /// Code between fences.
    fn fenced(&mut self, at: usize) -> Option<usize> {
        let (mark, length) = lines::fence(self.line(at))?;
        let closes = |line: &str| {
            lines::fence(line).is_some_and(|(other, count)| {
                other == mark && count >= length.min(MAX_FENCE) && line.trim().bytes().all(|byte| byte == mark)
            })
        };
        let count = self.until(at, &format!("{}{}", char::from(mark), length.min(MAX_FENCE)), closes)?;
        Some(self.take(at, count))
    }

    /// An environment of LaTeX that holds no prose.
    fn environment(&mut self, at: usize) -> Option<usize> {
        let name = latex::environment(self.line(at))?;
        let end = format!("\\end{{{name}}}");
        let count = self.until(at, name, |line| line.contains(&end))?;
        Some(self.take(at, count))
    }

    /// How many lines there are up to the one that closes what begins at a line; `None` if none does. `name` is that of
    /// the end: what is missing once is missing for all.
    fn until(&mut self, at: usize, name: &str, closes: impl Fn(&str) -> bool) -> Option<usize> {
        if self.open.iter().any(|other| other == name) {
            return None;
        }
        if self.line(at).contains(&format!("\\end{{{name}}}")) {
            return Some(1);
        }
        let end = (at + 1..self.lines.len()).find(|&n| closes(self.line(n)));
        if end.is_none() {
            self.open.push(name.to_string());
        }
        Some(end? - at + 1)
    }

    /// "@article{key, …": up to the brace that closes it, a blank line, or the next entry.
    fn bibliography(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at).trim_start();
        let name = line.strip_prefix('@')?.split('{').next()?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphabetic()) || !line[name.len() + 1..].starts_with('{')
        {
            return None;
        }
        let mut depth = 0i32;
        let mut count = 0;
        for n in at..self.lines.len() {
            let line = self.line(n);
            if n > at && (line.trim().is_empty() || line.starts_with('@')) {
                break;
            }
            depth += line.bytes().map(|b| i32::from(b == b'{') - i32::from(b == b'}')).sum::<i32>();
            count += 1;
            if depth <= 0 {
                break;
            }
        }
        Some(self.take(at, count))
    }

    /// Options and what they mean, in columns, with the label above them and what continues them.
    fn definitions(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        if lines::is_usage(line) {
            return Some(self.take(at, 1));
        }
        let first = if lines::is_label(line) { self.after_blanks(at + 1) } else { at };
        if !lines::is_definition(self.line(first)) {
            return None;
        }
        // One row of columns may be a sentence with a wide space in it.
        let is_flag = self.line(first).trim_start().starts_with('-');
        let continues = |n: &usize| {
            let (indent, rest) = lines::indented(self.line(*n));
            lines::is_definition(self.line(*n)) || indent >= COLUMN && !rest.is_empty()
        };
        let rows = 1 + (first + 1..self.lines.len()).take_while(continues).count();
        (is_flag || first > at || rows > 1).then(|| self.take(at, first - at + rows))
    }

    /// Three keys of YAML or more, or a patch.
    fn data(&mut self, at: usize) -> Option<usize> {
        if lines::is_hunk(self.line(at)) {
            let is_changed = |n: &usize| self.line(*n).starts_with(['+', '-', ' ', '@']);
            let count = 1 + (at + 1..self.lines.len()).take_while(is_changed).count();
            return (count > 1).then(|| self.take(at, count));
        }
        const LEAST: usize = 3;
        if at > 0 && lines::is_yaml(self.line(at - 1)) {
            // Counted before, and too few.
            return None;
        }
        let count = (at..self.lines.len()).take_while(|&n| lines::is_yaml(self.line(n))).count();
        (count >= LEAST).then(|| self.take(at, count))
    }

    /// Indented code after a blank line; indented prose and poems are none.
    fn indented(&mut self, at: usize) -> Option<usize> {
        let is_deep = |n: usize| lines::indented(self.line(n)).0 >= 4 && !self.is_blank(n);
        if !is_deep(at) || at > 0 && !self.is_blank(at - 1) {
            return None;
        }
        let count = (at..self.lines.len()).take_while(|&n| is_deep(n)).count();
        let block = || (at..at + count).map(|n| self.line(n));
        let code = block().filter(|line| lines::is_code(line)).count();
        let prose = block().filter(|line| lines::is_prose(line)).count();
        // "as follows::" says so itself.
        let is_announced = at > 1 && self.line(at - 2).trim_end().ends_with("::");
        let is_code = is_announced || 2 * code >= count && code > prose || self.is_markdown && 2 * prose < count;
        if !is_code {
            return None;
        }
        Some(self.take(at, count))
    }

    /// Lines that stand for themselves: timings, references, settings.
    fn single(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let is_timing = line.contains("-->") && line.bytes().filter(|b| *b == b':').count() >= 2;
        let is_statement = line.ends_with(';') && line.contains(['(', '=']) && line.contains([')', '\'', '"']);
        let is_row =
            line.starts_with("{|") || line.starts_with('|') && line.contains('=') && !line.trim_end().ends_with('|');
        let is_statement = is_statement || lines::is_directive(line);
        (is_timing || is_statement || is_row || lines::is_reference(line) || lines::is_setting(line))
            .then(|| self.take(at, 1))
    }
}
