//! Revisit records: they hold no page, but the digest of one that was stored before.
//!
//! When that page is restored, its digest changes, and the records that point at it by the old one would point at
//! nothing. The writer, who sees all records in their order, gives them the new one.

use std::collections::HashMap;

use super::super::worker::Link;
use super::header::Header;

/// Pages whose digests are remembered, about 250 bytes each.
const MAX_LINKS: usize = 65_536;

/// The digests of the pages that were restored, before and after.
#[derive(Debug, Default)]
pub(in crate::dump) struct Links {
    digests: HashMap<String, String>,
    is_full: bool,
}

impl Links {
    /// Remembers restored pages. Says so, once, if they are too many.
    pub(in crate::dump) fn note(&mut self, links: Vec<Link>) -> Option<String> {
        for (old, new) in links {
            if self.digests.len() < MAX_LINKS {
                // Of pages that are stored twice the first is the one that others point at.
                self.digests.entry(old.to_ascii_lowercase()).or_insert(new);
            } else if !std::mem::replace(&mut self.is_full, true) {
                return Some(format!(
                    "more than {MAX_LINKS} restored pages with digests: revisit records that point at later ones keep the old digest"
                ));
            }
        }
        None
    }

    /// The record with the digest of the page that it points at.
    pub(in crate::dump) fn point(&self, record: Vec<u8>) -> Vec<u8> {
        let Some(header) = Header::read(&record).filter(|_| !self.digests.is_empty()) else { return record };
        let rewritten = header.rewrite(|name, value| {
            let is_digest = name.eq_ignore_ascii_case("WARC-Payload-Digest");
            Ok(self.digests.get(&value.to_ascii_lowercase()).filter(|_| is_digest).cloned())
        });
        match rewritten {
            Ok(mut new) => {
                new.extend_from_slice(&record[header.bytes.len()..]);
                new
            }
            Err(_) => record,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisits_follow_and_memory_is_bounded() {
        let mut links = Links::default();
        assert!(links.note(vec![("sha1:OLD".into(), "sha1:NEW".into())]).is_none());
        let record = b"WARC/1.0\r\nWARC-Payload-Digest: sha1:old\r\nX: sha1:OLD\r\n\r\nsha1:OLD\r\n\r\n";
        let expected = b"WARC/1.0\r\nWARC-Payload-Digest: sha1:NEW\r\nX: sha1:OLD\r\n\r\nsha1:OLD\r\n\r\n";
        assert_eq!(links.point(record.to_vec()), expected);
        let many = |n: usize| (0..n).map(|n| (format!("sha1:{n}"), String::new())).collect();
        assert!(links.note(many(MAX_LINKS + 1)).is_some() && links.note(many(MAX_LINKS + 9)).is_none());
        assert!(links.digests.len() <= MAX_LINKS);
    }
}
