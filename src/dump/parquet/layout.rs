//! Where the parts of a Parquet file stand, by its footer, and whether one of them may be replaced.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::thrift::Value;

/// The largest footer that is read, in bytes; its tree takes some ten times as much.
const MAX_FOOTER: u64 = 16 << 20;
/// Magic number and length at the end of a file.
const TAIL: u64 = 8;

/// How deep columns may be nested: the reader goes down by recursion.
const MAX_DEPTH: usize = 100;

/// The magic number at both ends of a file.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Fields of the footer, by their numbers in the format's definition.
pub(super) mod field {
    pub(in super::super) const SCHEMA: i16 = 2;
    pub(in super::super) const ROW_GROUPS: i16 = 4;
    /// What others say of the file: keys and values.
    pub(in super::super) const NOTES: i16 = 5;
    pub(in super::super) const ORDERS: i16 = 7;
    pub(in super::super) const ENCRYPTION: i16 = 8;
    pub(in super::super) const SIGNING_KEY: i16 = 9;

    pub(in super::super) mod element {
        pub(in super::super::super) const CHILDREN: i16 = 5;
    }

    pub(in super::super) mod group {
        pub(in super::super::super) const COLUMNS: i16 = 1;
        pub(in super::super::super) const BYTES: i16 = 2;
        pub(in super::super::super) const SORTING: i16 = 4;
        pub(in super::super::super) const OFFSET: i16 = 5;
        pub(in super::super::super) const COMPRESSED: i16 = 6;
    }

    pub(in super::super) mod chunk {
        pub(in super::super::super) const PATH: i16 = 1;
        pub(in super::super::super) const OFFSET: i16 = 2;
        pub(in super::super::super) const META: i16 = 3;
        /// Where the offset index stands; its length is the next field.
        pub(in super::super::super) const OFFSET_INDEX: i16 = 4;
        /// Where the column index stands; its length is the next field.
        pub(in super::super::super) const COLUMN_INDEX: i16 = 6;
        pub(in super::super::super) const CRYPTO: i16 = 8;
        pub(in super::super::super) const ENCRYPTED: i16 = 9;
    }

    pub(in super::super) mod meta {
        pub(in super::super::super) const ENCODINGS: i16 = 2;
        pub(in super::super::super) const VALUES: i16 = 5;
        pub(in super::super::super) const UNCOMPRESSED: i16 = 6;
        pub(in super::super::super) const COMPRESSED: i16 = 7;
        pub(in super::super::super) const DATA: i16 = 9;
        pub(in super::super::super) const INDEX: i16 = 10;
        pub(in super::super::super) const DICTIONARY: i16 = 11;
        pub(in super::super::super) const STATISTICS: i16 = 12;
        pub(in super::super::super) const ENCODING_STATS: i16 = 13;
        pub(in super::super::super) const BLOOM: i16 = 14;
        pub(in super::super::super) const BLOOM_LENGTH: i16 = 15;
        pub(in super::super::super) const SIZES: i16 = 16;
    }
}

use field::{chunk, group, meta};

/// A footer, and where the parts stand that it speaks of.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) footer: Value,
    /// Where the last column chunk or Bloom filter ends; indexes and the footer follow.
    pub(super) body_end: u64,
}

/// Bytes of a file.
pub(super) type Span = (u64, u64);

impl Layout {
    /// Reads the footer.
    ///
    /// # Errors
    ///
    /// Why the file is to be copied as it is: it is no Parquet, it is encrypted or signed, or its parts overlap.
    pub(super) fn read(file: &mut File) -> Result<Layout, String> {
        let say = |e: io::Error| e.to_string();
        let len = file.seek(SeekFrom::End(0)).map_err(say)?;
        let mut head = [0; 4];
        if len < 12 {
            return Err("too short for Parquet".into());
        }
        read_at(file, 0, &mut head).map_err(say)?;
        let mut tail = [0; TAIL as usize];
        read_at(file, len - TAIL, &mut tail).map_err(say)?;
        match (&head[..], &tail[4..]) {
            (b"PARE", _) | (_, b"PARE") => return Err("its footer is encrypted".into()),
            (MAGIC, MAGIC) => {}
            _ => return Err("no Parquet: the magic number is missing at its start or end".into()),
        }
        let size = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
        if size > len - 12 {
            return Err("the footer is longer than the file".into());
        }
        if size > MAX_FOOTER {
            return Err(format!("a footer of more than {} MiB", MAX_FOOTER >> 20));
        }
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        let end = len - TAIL - size;
        read_at(file, end, &mut bytes).map_err(say)?;
        let (footer, _) = Value::read(&bytes).ok_or("the footer cannot be read")?;
        let mut layout = Layout { footer, body_end: 4 };
        layout.check(file, end)?;
        Ok(layout)
    }

    fn groups(&self) -> &[Value] {
        self.footer.list(field::ROW_GROUPS)
    }

    /// Whether a chunk can be replaced and all others moved.
    fn check(&mut self, file: &mut File, end: u64) -> Result<(), String> {
        if depth(self.footer.list(field::SCHEMA)) > MAX_DEPTH {
            return Err(format!("columns that are nested more than {MAX_DEPTH} deep"));
        }
        if self.footer.get(field::ENCRYPTION).is_some() || self.footer.get(field::SIGNING_KEY).is_some() {
            return Err("it is encrypted or signed".into());
        }
        let (mut spans, mut indexes) = (Vec::new(), 0u64);
        for column in self.groups().iter().flat_map(|rows| rows.list(group::COLUMNS)) {
            if column.get(chunk::CRYPTO).is_some() || column.get(chunk::ENCRYPTED).is_some() {
                return Err("it has an encrypted column".into());
            }
            if column.get(chunk::PATH).is_some() {
                return Err("its columns stand in other files".into());
            }
            let meta = column.get(chunk::META).ok_or("a column without metadata")?;
            spans.push(span_of(meta).ok_or("a column that stands nowhere")?);
            spans.extend(bloom(file, meta, end)?);
            for index in [chunk::OFFSET_INDEX, chunk::COLUMN_INDEX] {
                indexes += index_span(column, index).map_or(0, |(start, end)| end - start);
            }
        }
        spans.retain(|(start, end)| start < end);
        spans.sort_unstable();
        let is_apart = spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
        let is_inside = spans.first().is_none_or(|span| span.0 >= 4) && spans.last().is_none_or(|span| span.1 <= end);
        if !is_apart || !is_inside || indexes > end {
            return Err("its columns or indexes overlap".into());
        }
        self.body_end = spans.last().map_or(4, |span| span.1);
        Ok(())
    }

    /// The row groups with the chunks of some leaves, all in the order of the file.
    ///
    /// # Errors
    ///
    /// If these chunks of row groups stand among each other, or any chunks of row groups that are to grow: they could not be
    /// written one row group after the other.
    pub(super) fn row_groups(&self, leaves: &[usize], are_to_grow: bool) -> Result<Vec<RowGroup>, String> {
        let place = |column: &Value| span_of(column.get(chunk::META)?);
        let mut groups: Vec<RowGroup> = Vec::new();
        for (number, rows) in self.groups().iter().enumerate() {
            let columns = rows.list(group::COLUMNS);
            let chunk = |(at, &leaf): (usize, &usize)| Some((at, place(columns.get(leaf)?)?));
            let mut chunks: Vec<(usize, Span)> = leaves.iter().enumerate().filter_map(chunk).collect();
            chunks.sort_by_key(|(_, span)| *span);
            // A chunk of nothing stands nowhere; what is added stands behind the magic number at least.
            let all = || columns.iter().filter_map(place).filter(|(start, end)| start < end);
            let (start, end) = (all().map(|span| span.0).min(), all().map(|span| span.1).max());
            groups.push(RowGroup { number, chunks, span: (start.unwrap_or(4), end.unwrap_or(4)) });
        }
        groups.sort_by_key(|group| group.chunks.first().map(|(_, span)| *span));
        let written = |group: &RowGroup| match are_to_grow {
            true => vec![group.span],
            false => group.chunks.iter().map(|(_, span)| *span).collect(),
        };
        let spans: Vec<Span> = groups.iter().flat_map(written).filter(|(start, end)| start < end).collect();
        if spans.windows(2).all(|pair| pair[0].1 <= pair[1].0) {
            Ok(groups)
        } else {
            Err("its row groups stand among each other".into())
        }
    }

    /// The column chunk of a leaf.
    pub(super) fn chunk(&self, number: usize, leaf: usize) -> Option<&Value> {
        self.groups().get(number)?.list(group::COLUMNS).get(leaf)
    }
}

/// Chunks of a row group.
#[derive(Debug)]
pub(super) struct RowGroup {
    /// Its number in the footer.
    pub(super) number: usize,
    /// The chunks of the leaves that were asked for, each with the place of its leaf among these.
    pub(super) chunks: Vec<(usize, Span)>,
    /// Where the first of all its chunks starts, and the last ends.
    pub(super) span: Span,
}

/// How deep the columns of a schema are nested; it lists each group before what is in it.
fn depth(schema: &[Value]) -> usize {
    let (mut open, mut deepest) = (Vec::new(), 0);
    for element in schema {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.push(element.int(5).unwrap_or(0).max(0));
        deepest = deepest.max(open.len());
    }
    deepest
}

/// Where the pages of a column chunk stand.
fn span_of(meta: &Value) -> Option<Span> {
    // Some writers say 0 for none.
    let place = |field| meta.int(field).and_then(|at| u64::try_from(at).ok()).filter(|&at| at >= 4);
    let size = u64::try_from(meta.int(meta::COMPRESSED)?).ok()?;
    let start = place(meta::DATA).into_iter().chain(place(meta::DICTIONARY)).min();
    match start {
        Some(start) => Some((start, start.checked_add(size)?)),
        None => (size == 0).then_some((4, 4)),
    }
}

/// Where the Bloom filter of a column chunk stands, if it has one.
fn bloom(file: &mut File, meta: &Value, end: u64) -> Result<Option<Span>, String> {
    let Some(at) = meta.int(meta::BLOOM).and_then(|at| u64::try_from(at).ok()) else { return Ok(None) };
    let length = match meta.int(meta::BLOOM_LENGTH).and_then(|len| u64::try_from(len).ok()) {
        Some(length) => Some(length),
        // Its header says how many bytes follow.
        None => {
            let mut head = vec![0; end.saturating_sub(at).min(64) as usize];
            read_at(file, at, &mut head).map_err(|e| e.to_string())?;
            Value::read(&head).and_then(|(header, len)| Some(len as u64 + u64::try_from(header.int(1)?).ok()?))
        }
    };
    let span = length.and_then(|length| Some((at, at.checked_add(length)?)));
    span.map(Some).ok_or_else(|| "a Bloom filter that cannot be read".into())
}

/// Where an index of a column chunk stands.
pub(super) fn index_span(column: &Value, index: i16) -> Option<Span> {
    let start = u64::try_from(column.int(index)?).ok()?;
    Some((start, start.checked_add(u64::try_from(column.int(index + 1)?).ok()?)?))
}

/// An offset index with its pages moved.
pub(super) fn move_pages(bytes: &[u8], to: impl Fn(i64) -> i64) -> Option<Vec<u8>> {
    let (mut index, _) = Value::read(bytes)?;
    for page in index.list_mut(1) {
        page.update(1, &to);
    }
    let mut out = Vec::new();
    index.write(&mut out);
    Some(out)
}

pub(super) fn read_at(file: &mut File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layout of row groups, each with its chunks: where they start, all ten bytes long; a place of 0 is a chunk of nothing.
    fn layout(groups: &[&[i64]]) -> Layout {
        let list = |values| Value::List(9, 12, values);
        let chunk = |&at: &i64| {
            let size = if at == 0 { 0 } else { 10 };
            let meta = vec![(meta::COMPRESSED, Value::Int(6, size)), (meta::DATA, Value::Int(6, at))];
            Value::Struct(vec![(chunk::META, Value::Struct(meta))])
        };
        let group = |chunks: &&[i64]| Value::Struct(vec![(group::COLUMNS, list(chunks.iter().map(chunk).collect()))]);
        let groups = list(groups.iter().map(group).collect());
        Layout { footer: Value::Struct(vec![(field::ROW_GROUPS, groups)]), body_end: 0 }
    }

    #[test]
    fn row_groups_follow_each_other() {
        let in_order = layout(&[&[24, 34], &[4, 14], &[0, 0]]);
        let groups = in_order.row_groups(&[1, 0], true).unwrap();
        let told: Vec<_> = groups.iter().map(|group| (group.number, group.span)).collect();
        assert_eq!(told, [(2, (4, 4)), (1, (4, 24)), (0, (24, 44))]);
        assert_eq!(groups[1].chunks, [(1, (4, 14)), (0, (14, 24))]);
        // Column after column: one of them can be written anew, two cannot, and no row group can grow.
        let by_column = layout(&[&[4, 24], &[14, 34]]);
        assert_eq!(by_column.row_groups(&[0], false).map(|groups| groups.len()), Ok(2));
        assert!(by_column.row_groups(&[0, 1], false).is_err() && by_column.row_groups(&[0], true).is_err());
    }
}
