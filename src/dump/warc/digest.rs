//! Digests of records: `sha1:BASE32`, `sha256:hex` and their mixtures, made true again after a change.

use sha1::{Digest, Sha1};
use sha2::Sha256;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The digest of changed bytes, spelled like the old one.
///
/// `old` and `new` are what the digest may be over, side by side: archives disagree whether that is the
/// body as it was sent or as it was meant. The one that makes the old digest true is taken, else the first.
pub(super) fn renew(digest: &str, old: &[&[u8]], new: &[&[u8]]) -> Result<String, String> {
    let unknown = || format!("its digest `{digest}` is of a kind that cannot be made again; passed through");
    let (algorithm, value) = digest.split_once(':').ok_or_else(unknown)?;
    let sum = |bytes: &[u8]| {
        let sum = match algorithm.to_ascii_lowercase().as_str() {
            "sha1" | "sha-1" => Sha1::digest(bytes).to_vec(),
            "sha256" | "sha-256" => Sha256::digest(bytes).to_vec(),
            _ => return None,
        };
        spell(&sum, value)
    };
    let place = old.iter().position(|bytes| sum(bytes).is_some_and(|sum| sum.eq_ignore_ascii_case(value)));
    let renewed = new.get(place.unwrap_or(0)).and_then(|bytes| sum(bytes)).ok_or_else(unknown)?;
    Ok(format!("{algorithm}:{renewed}"))
}

/// Spells a sum as the `example` is spelled: base 32 or hexadecimal, in its case, with its padding.
fn spell(sum: &[u8], example: &str) -> Option<String> {
    let bare = example.trim_end_matches('=');
    let out = match bare.len() {
        length if length == sum.len() * 2 => sum.iter().map(|byte| format!("{byte:02x}")).collect(),
        length if length == (sum.len() * 8).div_ceil(5) => base32(sum, bare.len() < example.len()),
        _ => return None,
    };
    let is_lower = bare.bytes().any(|b| b.is_ascii_lowercase());
    Some(if is_lower { out.to_ascii_lowercase() } else { out.to_ascii_uppercase() })
}

fn base32(bytes: &[u8], is_padded: bool) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut word = [0u8; 8];
        word[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(word);
        let used = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            if place < used {
                out.push(char::from(BASE32[(word >> (35 - 5 * place)) as usize & 31]));
            } else if is_padded {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_spelled_as_they_were() {
        let old = b"hello".as_slice();
        let digests = [
            "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N",
            "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
            "sha256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
        ];
        for digest in digests {
            assert_eq!(renew(digest, &[old], &[old]).unwrap(), digest);
            assert_ne!(renew(digest, &[old], &[b"other"]).unwrap(), digest);
        }
        // RFC 4648's examples.
        assert_eq!((base32(b"foobar", true), base32(b"fo", false)), ("MZXW6YTBOI======".into(), "MZXQ".into()));
    }

    #[test]
    fn the_side_that_was_true_stays_the_side() {
        let digest = "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N";
        assert_eq!(renew(digest, &[b"other", b"hello"], &[b"x", b"hello"]).unwrap(), digest);
        assert_eq!(renew(digest, &[b"no", b"none"], &[b"hello", b"x"]).unwrap(), digest);
    }

    #[test]
    fn kinds_that_are_not_known_are_refused() {
        for digest in ["md5:abc", "sha1:", "sha1:short", "none", ""] {
            assert!(renew(digest, &[b""], &[b""]).is_err(), "{digest}");
        }
    }
}
