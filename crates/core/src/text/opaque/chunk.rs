//! Pieces without a space: addresses, paths, flags, identifiers and calls, told from words by their own letters.

/// A byte before a word that makes a closer look worth it.
pub(crate) fn marks_before(byte: u8) -> bool {
    matches!(byte, b'@' | b'#' | b'_' | b'\\' | b'=' | b'&')
}

/// A byte after a word that makes a closer look worth it.
pub(crate) fn marks_after(byte: u8) -> bool {
    matches!(byte, b'@' | b'/' | b':' | b'_' | b'\\' | b'=')
}

/// Whether a piece of text without spaces is an address or an identifier rather than words, wherever it stands.
pub(crate) fn is_opaque(chunk: &str) -> bool {
    if chunk.starts_with(['@', '#']) || chunk.contains("://") || chunk.starts_with("www.") {
        return true;
    }
    if let Some(at) = chunk.find('@') {
        return at > 0 && chunk[at + 1..].contains('.');
    }
    chunk.contains(['_', '\\', '=']) || is_domain(chunk)
}

/// "example.com", "news.bbc.co.uk/path", "report.pdf": dotted lower-case parts of two letters or more.
fn is_domain(chunk: &str) -> bool {
    let host = chunk.split('/').next().unwrap_or(chunk);
    let mut parts = 0;
    for part in host.split('.') {
        let is_label = part.len() >= 2
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.bytes().all(|b| b.is_ascii_digit());
        if !is_label {
            return false;
        }
        parts += 1;
    }
    parts >= 2 && !host.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether a piece that stands between spaces of a page is a path, a flag, a variable, a call or another sign of a
/// machine's language. `is_line_start`: nothing but white space stands before it on its line.
pub(super) fn is_technical(chunk: &str, is_line_start: bool) -> bool {
    let bytes = chunk.as_bytes();
    match bytes {
        [b'-', ..] => is_flag(bytes, is_line_start),
        [b'/' | b'~', ..] | [b'.', b'/' | b'.' | b'\\', ..] => is_rooted(bytes),
        [b'$', first, ..] => first.is_ascii_alphabetic() || matches!(first, b'_' | b'('),
        [b'%', rest @ ..] => is_variable(rest),
        [b':', name @ .., b':'] => is_name(name),
        _ => is_path(chunk) || is_operator(bytes) || is_call(chunk),
    }
}

/// "--help", "-h", "-name", never "-He said" at the start of a spoken line.
fn is_flag(bytes: &[u8], is_line_start: bool) -> bool {
    match bytes {
        [b'-', b'-', first, ..] => first.is_ascii_alphanumeric(),
        [b'-', letter] => letter.is_ascii_alphabetic(),
        [b'-', letter, next, ..] if !next.is_ascii_alphanumeric() => letter.is_ascii_alphabetic(),
        [b'-', rest @ ..] => {
            !is_line_start && !rest.is_empty() && rest.iter().all(|b| b.is_ascii_lowercase() || *b == b'-')
        }
        _ => false,
    }
}

/// "/home", "~/home", "./home", "..\home"; a lone "/" or "..." is none.
fn is_rooted(bytes: &[u8]) -> bool {
    let name = bytes.iter().position(|b| b.is_ascii_alphanumeric());
    let is_root = |head: &[u8]| head.iter().all(|b| matches!(b, b'/' | b'\\' | b'~' | b'.' | b'_' | b'-' | b'@'));
    name.is_some_and(|name| is_root(&bytes[..name]) && bytes[..name].iter().any(|b| matches!(b, b'/' | b'\\')))
}

/// "s", "d", "(name)s", "HOME%" after a percent sign.
fn is_variable(rest: &[u8]) -> bool {
    match rest {
        [letter] => letter.is_ascii_alphabetic(),
        [b'(', .., b's' | b'd' | b'r' | b'f'] => true,
        [b'%', name @ .., b'%', b'%'] => is_name(name),
        [name @ .., b'%'] => is_name(name),
        _ => false,
    }
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
}

/// "folks/home.md", "home/folks/doc", "C:\home"; never "and/or" or "Ukraine/Russia".
fn is_path(chunk: &str) -> bool {
    if chunk.as_bytes().get(1..3).is_some_and(|rest| rest == b":\\" || rest == b":/") {
        return true;
    }
    let mut parts = chunk.split('/');
    let (Some(first), Some(last)) = (parts.next(), parts.next_back()) else { return false };
    let has_extension = last.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    // One letter before a slash names a place of its own: "r/home", "u/folks".
    let is_sigil = matches!(first, "r" | "u") && last.len() > 2;
    let is_deep = parts.next().is_some() && chunk.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-~".contains(&b));
    has_extension || is_sigil || is_deep || last.is_empty()
}

/// "home::folks", "home->folks", "a=>b", "a&&b".
fn is_operator(bytes: &[u8]) -> bool {
    const OPERATORS: [&[u8; 2]; 7] = [b"::", b"->", b"=>", b"==", b"!=", b"&&", b"||"];
    bytes.windows(2).any(|two| OPERATORS.iter().any(|operator| two == *operator))
}

/// "restore()", "open(\"home\",1)"; never "officer(s)".
fn is_call(chunk: &str) -> bool {
    let Some((name, arguments)) = chunk.split_once('(') else { return false };
    let is_callee = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    is_callee
        && (arguments.starts_with(')') || arguments.contains(['=', ',', '"', '_', '.']) && arguments.contains(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for chunk in ["https://x.y", "www.x.com", "a@b.org", "@name", "#tag", "snake_case", "example.com", "report.pdf"]
        {
            assert!(is_opaque(chunk), "{chunk}");
        }
        for chunk in ["and/or", "U.S", "p.c", "7.5", "a.m", "word", "Ukraine/Russia", "10:30", "U.Okay"] {
            assert!(!is_opaque(chunk), "{chunk}");
        }
    }

    #[test]
    fn signs_of_machines() {
        for chunk in [
            "--help",
            "-h",
            "-name",
            "--home=folks",
            "/home",
            "~/home/doc",
            "./folks",
            "../home",
            "..\\home",
            "C:\\home",
            "folks/home.md",
            "home/folks/doc",
            "r/home",
            "home/",
            "$HOME",
            "$HOME/doc",
            "%s",
            "%(name)s",
            "%HOME%",
            "%%home%%",
            "$(home)",
            ":home:",
            "std::home",
            "home->doc",
            "restore()",
            "open(\"home\",1)",
            "-h,",
        ] {
            assert!(is_technical(chunk, false), "{chunk}");
        }
        for chunk in [
            "and/or",
            "he/she",
            "-",
            "--",
            "officer(s)",
            "...",
            "$4",
            "50%",
            "/",
            "Ukraine/Russia",
            "'tis",
            "(un)safe",
            "-5",
            "home",
            "company(ies)",
        ] {
            assert!(!is_technical(chunk, false), "{chunk}");
        }
        assert!(!is_technical("-what", true) && is_technical("--what", true));
    }
}
