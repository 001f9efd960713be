//! Digests of records and messages, in all their spellings, made true again after a change.

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a digest may be over, before and after a change, side by side: archives disagree whether that is the body
/// as it was sent, unchunked or decoded. The side on which the old digest is true is the side of the new one.
#[derive(Clone, Copy)]
pub(super) struct Sides<'s> {
    pub(super) old: &'s [&'s [u8]],
    pub(super) new: &'s [&'s [u8]],
}

impl Sides<'_> {
    /// A digest with its kind before it, `sha1:BASE32`, of the changed bytes, spelled like the old one.
    pub(super) fn labelled(self, digest: &str) -> Result<String, String> {
        let (algorithm, value) = digest.split_once(':').ok_or_else(|| unknown(digest))?;
        Ok(format!("{algorithm}:{}", self.renew(algorithm, value, digest)?))
    }

    /// The value of a field of HTTP, if it is a digest.
    pub(super) fn field(self, name: &str, value: &str) -> Result<Option<String>, String> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "content-md5" => self.renew("md5", value, value).map(Some),
            "digest" | "content-digest" | "repr-digest" | "x-goog-hash" => self.list(value).map(Some),
            "signature-input" if value.contains("digest") || value.contains("content-length") => {
                Err("its header is signed together with its length or digest; passed through".into())
            }
            "x-amz-checksum-type" => Ok(None),
            _ => match name.strip_prefix("x-amz-checksum-") {
                Some(algorithm) => self.renew(algorithm, value, value).map(Some),
                None => Ok(None),
            },
        }
    }

    /// `sha-256=BASE64, md5=BASE64`; structured fields have colons around the value.
    fn list(self, value: &str) -> Result<String, String> {
        let item = |item: &str| {
            let start = item.len() - item.trim_start().len();
            let (algorithm, digest) = item.trim().split_once('=').ok_or_else(|| unknown(value))?;
            let bare = digest.strip_prefix(':').and_then(|bare| bare.strip_suffix(':'));
            let new = self.renew(algorithm, bare.unwrap_or(digest), item.trim())?;
            let colon = if bare.is_some() { ":" } else { "" };
            Ok(format!("{}{algorithm}={colon}{new}{colon}", &item[..start]))
        };
        Ok(value.split(',').map(item).collect::<Result<Vec<_>, String>>()?.join(","))
    }

    fn renew(self, algorithm: &str, value: &str, shown: &str) -> Result<String, String> {
        let spelled = |bytes: &&[u8]| spell(&sum(algorithm, bytes)?, value);
        let is_known = spelled(&&b""[..]).is_some();
        let is_true = |bytes: &&[u8]| {
            spelled(bytes)
                .is_some_and(|sum| if is_base64(&sum, value) { sum == value } else { sum.eq_ignore_ascii_case(value) })
        };
        let place = self.old.iter().position(is_true);
        let renewed = place.and_then(|place| self.new.get(place)).and_then(spelled);
        renewed.ok_or_else(|| {
            // A new digest beside an untrue one would be a repair that nobody can check.
            if is_known { format!("its digest `{shown}` is not true as it is; passed through") } else { unknown(shown) }
        })
    }
}

/// The digest of a block that had none before, as web archives spell it.
pub(super) fn of_block(bytes: &[u8]) -> String {
    format!("sha1:{}", based(&Sha1::digest(bytes), BASE32, 5, false))
}

fn unknown(digest: &str) -> String {
    format!("its digest `{digest}` is of a kind that cannot be made again; passed through")
}

fn sum(algorithm: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm.trim().to_ascii_lowercase().replace('-', "").as_str() {
        "md5" => Md5::digest(bytes).to_vec(),
        "sha" | "sha1" => Sha1::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha384" => Sha384::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// Whether a sum is spelled in a way in which the case counts.
fn is_base64(sum: &str, example: &str) -> bool {
    sum.len() == example.len()
        && sum.bytes().any(|b| b.is_ascii_lowercase())
        && sum.bytes().any(|b| b.is_ascii_uppercase())
}

/// Spells a sum as the `example` is spelled: hexadecimal, base 32 or base 64, in its case, with its padding.
fn spell(sum: &[u8], example: &str) -> Option<String> {
    let bare = example.trim_end_matches('=');
    let is_padded = bare.len() < example.len();
    let (bits, is_lower) = (sum.len() * 8, bare.bytes().any(|b| b.is_ascii_lowercase()));
    let cased = |out: String| if is_lower { out.to_ascii_lowercase() } else { out.to_ascii_uppercase() };
    match bare.len() {
        length if length == sum.len() * 2 => Some(cased(sum.iter().map(|byte| format!("{byte:02x}")).collect())),
        length if length == bits.div_ceil(5) => Some(cased(based(sum, BASE32, 5, is_padded))),
        length if length == bits.div_ceil(6) => {
            let digits = if bare.contains(['-', '_']) { BASE64_URL } else { BASE64 };
            Some(based(sum, digits, 6, is_padded))
        }
        _ => None,
    }
}

/// Spells bytes in digits of so many bits (RFC 4648).
fn based(bytes: &[u8], digits: &[u8], bits: u32, is_padded: bool) -> String {
    let (mut out, mut held, mut count) = (String::new(), 0u32, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        count += 8;
        while count >= bits {
            count -= bits;
            out.push(char::from(digits[(held >> count) as usize & (digits.len() - 1)]));
        }
    }
    if count > 0 {
        out.push(char::from(digits[(held << (bits - count)) as usize & (digits.len() - 1)]));
    }
    // Digits come in groups that make whole bytes.
    let group = if bits == 5 { 8 } else { 4 };
    while is_padded && out.len() % group > 0 {
        out.push('=');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of `hello`, in several spellings.
    const HELLO: [&str; 7] = [
        "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N",
        "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        "SHA-256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
        "sha256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        "sha-256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
        "md5:5d41402abc4b2a76b9719d911017c592",
        "sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
    ];

    fn sides<'s>(old: &'s [&'s [u8]], new: &'s [&'s [u8]]) -> Sides<'s> {
        Sides { old, new }
    }

    #[test]
    fn digests_are_spelled_as_they_were() {
        for digest in HELLO {
            assert_eq!(sides(&[b"hello"], &[b"hello"]).labelled(digest).unwrap(), digest);
            let other = sides(&[b"hello"], &[b"other"]).labelled(digest).unwrap();
            assert!(other != digest && other.len() == digest.len(), "{other}");
        }
        // RFC 4648's examples.
        assert_eq!(
            (based(b"foobar", BASE32, 5, true), based(b"fo", BASE32, 5, false)),
            ("MZXW6YTBOI======".into(), "MZXQ".into())
        );
        assert_eq!(
            (based(b"foob", BASE64, 6, true), based(b"fooba", BASE64, 6, false)),
            ("Zm9vYg==".into(), "Zm9vYmE".into())
        );
    }

    #[test]
    fn the_side_that_was_true_stays_the_side() {
        assert_eq!(sides(&[b"other", b"hello"], &[b"x", b"hello"]).labelled(HELLO[0]).unwrap(), HELLO[0]);
        let wrong = sides(&[b"no", b"none"], &[b"hello", b"x"]).labelled(HELLO[0]);
        assert!(wrong.is_err_and(|reason| reason.contains("not true as it is")));
    }

    #[test]
    fn fields_of_http_are_renewed() {
        let both = sides(&[b"hello"], &[b"hello"]);
        for (name, value) in [
            ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
            ("Digest", "SHA-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=, md5=XUFAKrxLKna5cZ2REBfFkg=="),
            ("Repr-Digest", "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"),
            ("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
        ] {
            assert_eq!(both.field(name, value).unwrap().as_deref(), Some(value), "{name}");
            assert!(sides(&[b"other"], &[b"hello"]).field(name, value).is_err(), "{name}");
        }
        assert_eq!(both.field("ETag", "\"x\"").unwrap(), None);
        assert!(both.field("X-Goog-Hash", "crc32c=n03x6A==").is_err());
        assert!(both.field("Signature-Input", "sig=(\"content-digest\")").is_err());
    }

    #[test]
    fn kinds_that_are_not_known_are_refused() {
        for digest in ["md5:abc", "sha1:", "sha1:short", "blake3:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "none", ""]
        {
            assert!(
                sides(&[b""], &[b""]).labelled(digest).is_err_and(|r| r.contains("cannot be made again")),
                "{digest}"
            );
        }
    }
}
