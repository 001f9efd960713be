//! LaTeX: which commands take something else than prose, and which environments hold none.

/// Commands whose braces hold names, numbers or measures.
const NO_PROSE: [&str; 46] = [
    "begin",
    "end",
    "ref",
    "eqref",
    "pageref",
    "autoref",
    "cref",
    "Cref",
    "nameref",
    "label",
    "cite",
    "citep",
    "citet",
    "citeauthor",
    "citeyear",
    "nocite",
    "parencite",
    "textcite",
    "footcite",
    "bibliography",
    "bibliographystyle",
    "addbibresource",
    "bibitem",
    "usepackage",
    "documentclass",
    "includegraphics",
    "input",
    "include",
    "includeonly",
    "url",
    "href",
    "path",
    "vspace",
    "hspace",
    "setlength",
    "setcounter",
    "addtocounter",
    "pagestyle",
    "thispagestyle",
    "newcommand",
    "renewcommand",
    "verb",
    "gls",
    "index",
    "hyperref",
    "graphicspath",
];
/// Environments that are copied or typeset by rules of their own.
const ENVIRONMENTS: [&str; 22] = [
    "verbatim",
    "lstlisting",
    "minted",
    "equation",
    "equation*",
    "align",
    "align*",
    "displaymath",
    "math",
    "eqnarray",
    "gather",
    "gather*",
    "multline",
    "tikzpicture",
    "tabular",
    "tabular*",
    "array",
    "algorithm",
    "algorithmic",
    "filecontents",
    "comment",
    "thebibliography",
];

/// Whether a text is LaTeX for certain.
pub(super) fn is_latex(text: &str) -> bool {
    // Each a search of its own over the text, and only where there is a backslash at all.
    text.contains('\\')
        && ["\\begin{", "\\documentclass", "\\section{", "\\cite{", "\\ref{", "\\emph{", "\\textbf{"]
            .iter()
            .any(|mark| text.contains(mark))
}

/// The environment without prose that a line begins.
pub(super) fn environment(line: &str) -> Option<&'static str> {
    let name = line.trim_start().strip_prefix("\\begin{")?.split('}').next()?;
    ENVIRONMENTS.into_iter().find(|known| *known == name)
}

/// The end of the command that begins with the backslash at `at`, with its options and, where it takes no prose, its
/// braces; `None` if none begins.
pub(super) fn command(text: &str, at: usize, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let letters = bytes[at + 1..limit].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 {
        return None;
    }
    let name = &text[at + 1..at + 1 + letters];
    let mut end = at + 1 + letters;
    end += usize::from(bytes.get(end) == Some(&b'*') && end < limit);
    let mut groups = 0;
    while end < limit {
        let (open, close) = (bytes[end], if bytes[end] == b'[' { b']' } else { b'}' });
        let takes = open == b'[' || open == b'{' && NO_PROSE.contains(&name) && (name != "href" || groups == 0);
        if !takes {
            break;
        }
        let Some(after) = group(bytes, end, limit, open, close) else { break };
        groups += usize::from(open == b'{');
        end = after;
    }
    Some(end)
}

/// One past the bracket that closes the one at `at`, on the same line and near.
pub(super) fn group(bytes: &[u8], at: usize, limit: usize, open: u8, close: u8) -> Option<usize> {
    const NEAR: usize = 500;
    let mut depth = 0usize;
    for (end, &byte) in bytes.iter().enumerate().take(limit.min(at + NEAR)).skip(at) {
        depth += usize::from(byte == open);
        if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(end + 1);
            }
        }
    }
    None
}
