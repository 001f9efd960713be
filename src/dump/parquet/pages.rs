//! The pages of a column chunk by their headers: whether they may be decoded, and how they were written.

use std::fs::File;

use super::layout::{Span, read_at};
use super::thrift::Value;

/// Bytes that are read at once to look for headers.
const WINDOW: u64 = 64 << 10;
/// The largest header of a page, which may hold the smallest and largest value.
const MAX_HEADER: u64 = 1 << 20;
/// What a page may grow to when it is decompressed, in bytes, whatever its size; beyond, it may grow
/// [`MAX_GROWTH`] times.
const MAX_PAGE: u64 = 64 << 20;
const MAX_GROWTH: u64 = 64;
/// The same for entries of lists and rows in them, which take no bytes when they are all alike.
const MAX_LEVELS: u64 = 16 << 20;

/// What the headers of a chunk's pages say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// Whether data pages are of the second version.
    pub(super) is_second: bool,
}

/// Looks through the headers of a chunk.
///
/// # Errors
///
/// If one cannot be read, or claims more than its bytes can hold within reason.
pub(super) fn look(file: &mut File, span: Span, is_repeated: bool) -> Result<Pages, String> {
    let (mut at, end) = span;
    let (mut window, mut start) = (Vec::new(), at);
    let (mut pages, mut levels) = (Pages::default(), 0u64);
    while at < end {
        let known = usize::try_from(at - start).ok().and_then(|from| window.get(from..)).and_then(Value::read);
        let (header, len) = match known {
            Some(found) => found,
            None => {
                let mut found = None;
                for size in [WINDOW, MAX_HEADER] {
                    window = vec![0; size.min(end - at) as usize];
                    start = at;
                    read_at(file, at, &mut window).map_err(|e| e.to_string())?;
                    found = Value::read(&window);
                    if found.is_some() {
                        break;
                    }
                }
                found.ok_or("a page without a header")?
            }
        };
        let size =
            |field: i16| header.int(field).and_then(|size| u64::try_from(size).ok()).ok_or("a page without a size");
        let (grown, packed) = (size(2)?, size(3)?);
        if grown > MAX_PAGE && grown / MAX_GROWTH > packed {
            return Err(format!("a page that grows from {packed} to {grown} bytes"));
        }
        let values = |field: i16| header.get(field).and_then(|head| head.int(1)).unwrap_or(0);
        let count = u64::try_from(values(5) + values(8)).map_err(|_| "a page with less than no values")?;
        levels = levels.saturating_add(count);
        // An entry of a dictionary has a length of four bytes, in the only encoding there is.
        if u64::try_from(values(7)).map_or(true, |entries| entries > grown / 4) {
            return Err("a dictionary of more entries than bytes".into());
        }
        pages.is_second |= header.get(8).is_some();
        at = at
            .checked_add(len as u64 + packed)
            .filter(|&at| at <= end)
            .ok_or("a page that is longer than its column")?;
    }
    if is_repeated && levels > MAX_LEVELS.saturating_add(MAX_GROWTH * (span.1 - span.0)) {
        return Err(format!("{levels} entries of lists in {} bytes", span.1 - span.0));
    }
    Ok(pages)
}
