//! Tables that are embedded in the program or owned by a builder, used in place either way.

use std::ops::Range;
use std::sync::Arc;

/// Shared, immutable bytes; cloning copies no table.
#[derive(Clone)]
pub enum Bytes {
    /// Part of the program.
    Static(&'static [u8]),
    /// Made at run time, from a user's dictionary.
    Shared(Arc<[u8]>),
}

impl AsRef<[u8]> for Bytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match self {
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

/// A part of such bytes.
#[derive(Clone)]
pub enum Section {
    /// Part of the program.
    Static(&'static [u8]),
    /// A range of owned bytes.
    Shared(Arc<[u8]>, Range<usize>),
}

impl AsRef<[u8]> for Section {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match self {
            Section::Static(bytes) => bytes,
            // The range was cut from these bytes by `sections`.
            Section::Shared(bytes, range) => bytes.get(range.clone()).unwrap_or_default(),
        }
    }
}

/// Text in such bytes.
#[derive(Clone)]
pub enum Text {
    /// Part of the program.
    Static(&'static str),
    /// Owned.
    Shared(Arc<str>),
}

impl Text {
    /// The text of a section; `None` if it is not UTF-8.
    pub fn of(section: &Section) -> Option<Text> {
        match section {
            Section::Static(bytes) => std::str::from_utf8(bytes).ok().map(Text::Static),
            Section::Shared(..) => std::str::from_utf8(section.as_ref()).ok().map(|text| Text::Shared(Arc::from(text))),
        }
    }
}

impl AsRef<str> for Text {
    #[inline]
    fn as_ref(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

/// Reads a run of sections: `N` lengths as little-endian `u32`, then the sections themselves.
pub fn sections<const N: usize>(bytes: &Bytes) -> Option<[Section; N]> {
    let mut at = 4 * N;
    let mut out = std::array::from_fn(|_| Section::Static(&[]));
    for (n, section) in out.iter_mut().enumerate() {
        let end = at.checked_add(u32_at(bytes.as_ref(), n)? as usize)?;
        *section = match bytes {
            Bytes::Static(bytes) => Section::Static(bytes.get(at..end)?),
            Bytes::Shared(bytes) => {
                bytes.get(at..end)?;
                Section::Shared(bytes.clone(), at..end)
            }
        };
        at = end;
    }
    Some(out)
}

/// Writes sections as [`sections`] reads them.
///
/// # Errors
///
/// A section of more than 4 GiB.
pub fn join_sections(sections: &[&[u8]]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(sections.iter().map(|section| section.len() + 4).sum());
    for section in sections {
        let length = u32::try_from(section.len()).map_err(|_| "a table of more than 4 GiB")?;
        out.extend(length.to_le_bytes());
    }
    sections.iter().for_each(|section| out.extend_from_slice(section));
    Ok(out)
}

/// The `index`th little-endian `u32`.
#[inline]
pub fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    let at = index.checked_mul(4)?;
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
