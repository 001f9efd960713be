//! Annotations of an archive: a record of metadata after the record that it refers to.
//!
//! Its content is `{"unspin": …}`, with the documented JSON. What it is called and when it was made follow from the record
//! and from what is said: the same call gives the same bytes.

use std::fmt::Write;

use sha1::{Digest, Sha1};

use super::super::note::{self, Note};
use super::digest;
use super::header::Header;
use crate::dump::ANNOTATION;

/// The namespace of the identifiers: that of addresses, by RFC 9562.
const NAMESPACE: [u8; 16] =
    [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

/// Whether a record is an annotation.
pub(super) fn is_one(header: &Header<'_>, content: &[u8]) -> bool {
    let is_metadata = header.get("WARC-Type").is_some_and(|kind| kind.eq_ignore_ascii_case("metadata"));
    is_metadata
        && header.media_type() == "application/json"
        && header.get("WARC-Refers-To").is_some()
        && content.starts_with(format!("{{\"{ANNOTATION}\":").as_bytes())
}

/// The annotation of a record in which this was found; `None` if its text was not read.
///
/// # Errors
///
/// If the record has no identifier or date: nothing could refer to it.
pub(super) fn of(header: &Header<'_>, notes: &[Note]) -> Result<Option<Vec<u8>>, String> {
    let Some(annotation) = note::annotation(notes) else { return Ok(None) };
    let [id, date] = ["WARC-Record-ID", "WARC-Date"].map(|name| header.get(name).filter(|value| !value.is_empty()));
    let (Some(id), Some(date)) = (id, date) else {
        return Err("it has no WARC-Record-ID or no WARC-Date, so that no annotation can refer to it".into());
    };
    // Not by way of a value, whose numbers are longer.
    let annotation = serde_json::to_string(&annotation).map_err(|error| error.to_string())?;
    let content = format!("{{\"{ANNOTATION}\":{annotation}}}");
    let version = header.bytes.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or_default();
    let mut out = String::from_utf8_lossy(version).into_owned();
    // Writing to a string does not fail.
    let mut field = |name: &str, value: &str| {
        let _ = write!(out, "\r\n{name}: {value}");
    };
    field("WARC-Type", "metadata");
    field("WARC-Record-ID", &identifier(&id, &content));
    field("WARC-Refers-To", &id);
    for name in ["WARC-Target-URI", "WARC-Warcinfo-ID"] {
        if let Some(value) = header.get(name) {
            field(name, &value);
        }
    }
    field("WARC-Date", &date);
    field("WARC-Block-Digest", &digest::of_block(content.as_bytes()));
    field("Content-Type", "application/json");
    field("Content-Length", &content.len().to_string());
    out += "\r\n\r\n";
    out += &content;
    out += "\r\n\r\n";
    Ok(Some(out.into_bytes()))
}

/// The identifier of an annotation: a UUID of version 5, made of what it refers to and says.
fn identifier(refers_to: &str, content: &str) -> String {
    let sum = Sha1::new().chain_update(NAMESPACE).chain_update(refers_to).chain_update(content).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sum[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("<urn:uuid:{}-{}-{}-{}-{}>", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
