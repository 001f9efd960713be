//! What must never be read as prose: URLs, e-mail addresses, file names, @names and #tags.

/// A byte before a word that makes a closer look worth it.
pub(super) fn marks_before(byte: u8) -> bool {
    matches!(byte, b'@' | b'#' | b'_' | b'\\' | b'=' | b'&')
}

/// A byte after a word that makes a closer look worth it.
pub(super) fn marks_after(byte: u8) -> bool {
    matches!(byte, b'@' | b'/' | b':' | b'_' | b'\\' | b'=')
}

/// Whether a piece of text without spaces is an address or an identifier rather than words.
pub(super) fn is_opaque(chunk: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::is_opaque;

    #[test]
    fn table() {
        for chunk in ["https://x.y", "www.x.com", "a@b.org", "@name", "#tag", "snake_case", "example.com", "report.pdf"]
        {
            assert!(is_opaque(chunk), "{chunk}");
        }
        for chunk in ["and/or", "U.S", "p.c", "7.5", "a.m", "word", "Ukraine/Russia", "10:30", "U.Okay"] {
            assert!(!is_opaque(chunk), "{chunk}");
        }
    }
}
