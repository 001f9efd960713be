//! Parquet: what is not the text stays byte for byte, what a file says of itself stays true, and damage costs its file.
//!
//! The files of `bad/parquet` were written by pyarrow 22 with three rows at most.

use std::path::Path;

use super::support::{Folder, unspin};
use super::tools::script;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clean/bad/parquet").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn files_that_cannot_be_changed_are_copied_and_named() {
    let cases = [
        ("encrypted-column.parquet", "encrypted or signed"),
        ("encrypted-text.parquet", "encrypted or signed"),
        ("encrypted-footer.parquet", "footer is encrypted"),
        ("fixed.parquet", "holds FIXED_LEN_BYTE_ARRAY"),
        ("decimal.parquet", "holds INT64"),
    ];
    for (name, reason) in cases {
        let folder = Folder::new();
        folder.write(name, file(name));
        let run = folder.clean(&[name, "-o", "out.parquet", "--quiet"]).expect(1);
        assert!(run.err().contains(reason) && run.err().contains("copied as it is"), "{}", run.err());
        assert!(folder.read("out.parquet") == file(name), "{name}");
    }
}

#[test]
fn files_without_an_edit_stay_byte_for_byte() {
    for name in ["clean.parquet", "no-rows.parquet", "all-null.parquet", "side.parquet"] {
        let folder = Folder::new();
        folder.write(name, file(name));
        folder.clean(&[name, "-o", "out.parquet", "--quiet"]).expect(0);
        assert!(folder.read("out.parquet") == file(name), "{name}");
    }
}

#[test]
fn what_would_change_is_shown_in_place_of_the_file() {
    let folder = Folder::new();
    for name in ["sorted.parquet", "clean.parquet", "fixed.parquet"] {
        folder.write(name, file(name));
    }
    let shown = folder.clean(&["sorted.parquet", "--diff", "--quiet"]).expect(0);
    assert!(shown.out_text().starts_with("sorted.parquet: record ") && shown.out_text().contains("[-Home-]{+House+}"));
    assert_eq!(folder.clean(&["clean.parquet", "--diff", "--quiet"]).expect(0).out(), b"");
    assert_eq!(folder.clean(&["fixed.parquet", "--diff", "--quiet"]).expect(1).out(), b"");
}

/// Every byte of a file is changed, one at a time: each file costs only itself, and none the run.
#[test]
fn a_changed_byte_costs_its_file_alone() {
    let whole = file("sorted.parquet");
    let folder = Folder::new();
    for at in 0..whole.len() {
        for (name, change) in [("x", 0xff), ("y", 0x01), ("z", 0x80)] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            folder.write(&format!("in/{name}{at:05}.parquet"), bytes);
        }
    }
    folder.clean(&["in", "-o", "out", "--quiet", "--fault-file", "faults.jsonl"]).expect(1);
    let faults = String::from_utf8(folder.read("faults.jsonl")).unwrap();
    for at in 0..whole.len() {
        for name in ["x", "y", "z"] {
            let (input, output) = (format!("in/{name}{at:05}.parquet"), format!("out/{name}{at:05}.parquet"));
            let (old, new) = (folder.read(&input), folder.read(&output));
            let is_named = faults.contains(&format!("{input}\""));
            assert!(new == old || !new.is_empty() && (is_named || new.ends_with(b"PAR1")), "{input}");
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_copied_and_named() {
    let whole = file("sorted.parquet");
    let folder = Folder::new();
    for end in (0..whole.len()).step_by(7) {
        folder.write(&format!("in/{end:05}.parquet"), &whole[..end]);
    }
    folder.clean(&["in", "-o", "out", "--quiet", "--fault-file", "faults.jsonl"]).expect(1);
    let faults = String::from_utf8(folder.read("faults.jsonl")).unwrap();
    for end in (0..whole.len()).step_by(7) {
        let name = format!("{end:05}.parquet");
        assert!(folder.read(&format!("out/{name}")) == whole[..end], "{name}");
        assert!(faults.contains(&format!("{name}\"")), "{name}");
    }
}

const WRITE: &str = "
import pyarrow as pa, pyarrow.parquet as pq, random
random.seed(7)
texts = [None if i % 11 == 3 else 'row %04d ' % i + (SPUN + CLEAN)[i % 5] for i in range(600)]
table = pa.table({
    'f': pa.array([random.choice([0.0, -0.0, float('nan'), 1.5]) for _ in texts], pa.float64()),
    'text': texts,
    'n': pa.array(range(600), pa.int32()),
    'tags': [['a', 'b'] * (i % 3) for i in range(600)],
    'cat': pa.array(['x', 'y', 'z'] * 200).dictionary_encode(),
    'last': texts,
}, metadata={'origin': 'test'})
sort = [pq.SortingColumn(2), pq.SortingColumn(1)]
for name, options in CASES.items():
    pq.write_table(table, name + '.parquet', row_group_size=170, sorting_columns=sort, **options)
a = pq.ParquetWriter('mixed.parquet', table.schema, compression={'text': 'zstd', 'f': 'snappy'}, use_dictionary=['f'])
a.write_table(table.slice(0, 300)); a.write_table(table.slice(300)); a.close()
t = pa.table({'text': pa.array(texts).dictionary_encode(), 'large': pa.array(texts, pa.large_string()), 'list': [[t, t] for t in texts]})
pq.write_table(t, 'types.parquet', row_group_size=250, write_page_index=True)
";

const CASES: &str = "
CASES = {
    'v1': dict(compression='snappy'),
    'index': dict(compression='zstd', write_page_index=True, data_page_size=2000),
    'v2': dict(compression='gzip', data_page_version='2.0', use_dictionary=False, column_encoding={'text': 'DELTA_BYTE_ARRAY'}),
    'delta': dict(compression='lz4', use_dictionary=False, column_encoding={'text': 'DELTA_LENGTH_BYTE_ARRAY'}),
    'bare': dict(compression='none', write_statistics=False),
    'crc': dict(compression='brotli', write_page_checksum=True, write_page_index=True),
    'old': dict(version='1.0', compression='none'),
}
";

const READ: &str = "
import pyarrow as pa, pyarrow.parquet as pq
MOVED = {'file_offset', 'data_page_offset', 'dictionary_page_offset', 'index_page_offset', 'bloom_filter_offset', 'total_compressed_size', 'total_uncompressed_size'}
def bits(column): return [b.to_pybytes() if b else None for c in column.chunks for b in c.buffers()]
def check(name, field):
    a, b = pq.ParquetFile(name), pq.ParquetFile('out/' + name)
    assert a.schema_arrow.equals(b.schema_arrow, check_metadata=True) and a.schema.equals(b.schema)
    m, n = a.metadata, b.metadata
    assert (m.created_by, m.format_version, m.num_row_groups, m.num_rows) == (n.created_by, n.format_version, n.num_row_groups, n.num_rows)
    for g in range(m.num_row_groups):
        r, s = m.row_group(g), n.row_group(g)
        assert r.num_rows == s.num_rows
        want = [k for k in r.sorting_columns if k.column_index != 1] if r.sorting_columns else []
        assert list(s.sorting_columns or []) == want, (r.sorting_columns, s.sorting_columns)
        for c in range(r.num_columns):
            x, y = r.column(c).to_dict(), s.column(c).to_dict()
            if x['path_in_schema'].split('.')[0] != field:
                assert {k: v for k, v in x.items() if k not in MOVED} == {k: v for k, v in y.items() if k not in MOVED}, (x, y)
                assert x['total_compressed_size'] == y['total_compressed_size']
                assert r.column(c).has_offset_index == s.column(c).has_offset_index
            else:
                assert (x['compression'], x['num_values'], r.column(c).has_offset_index, r.column(c).has_column_index) == (y['compression'], y['num_values'], s.column(c).has_offset_index, s.column(c).has_column_index)
                assert set(y['encodings']) <= set(x['encodings']) | {'PLAIN', 'RLE', 'RLE_DICTIONARY'}, (x['encodings'], y['encodings'])
                assert (x['statistics'] is None) == (y['statistics'] is None)
    ta, tb = a.read(), b.read()
    assert all(bits(ta[c]) == bits(tb[c]) for c in ta.column_names if c != field and c not in ('tags', 'list'))
    assert all(ta[c].equals(tb[c]) for c in ta.column_names if c not in (field, 'f'))
    # What statistics and indexes say holds: readers that skip by them find every row.
    values = [v for v in (tb[field].to_pylist()) if isinstance(v, str)]
    for v in values[::37]:
        assert pq.read_table('out/' + name, filters=[(field, '==', v)]).num_rows == values.count(v), v
    return tb[field].to_pylist()
";

#[test]
fn all_but_the_text_stays_and_what_is_said_of_it_is_true() {
    let folder = Folder::new();
    if script(&folder, "pyarrow", &format!("{CASES}{WRITE}")).is_none() {
        return;
    }
    folder.clean(&[".", "-o", "out", "--quiet"]).expect(0);
    let names = "['v1', 'index', 'v2', 'delta', 'bare', 'crc', 'old', 'mixed', 'types']";
    let read = format!("{READ}\nprint(json.dumps([check(n + '.parquet', 'text') for n in {names}]))");
    let back: serde_json::Value = serde_json::from_str(&script(&folder, "pyarrow", &read).unwrap()).unwrap();
    let texts = [super::support::SPUN.as_slice(), &super::support::CLEAN].concat();
    for (file, rows) in back.as_array().unwrap().iter().enumerate() {
        for (n, value) in rows.as_array().unwrap().iter().enumerate() {
            let text = format!("row {n:04} {}", texts[n % 5]);
            let expected = if n % 11 == 3 { serde_json::Value::Null } else { unspin().restore(&text).text().into() };
            assert_eq!(*value, expected, "{file} {n}");
        }
    }
    // Lists of texts and large strings, and what comes out is clean.
    for field in ["large", "list"] {
        folder.clean(&["types.parquet", "--field", field, "-o", "out/types.parquet", "--quiet"]).expect(0);
        let read = format!("{READ}\nprint(len(check('types.parquet', '{field}')))");
        assert_eq!(script(&folder, "pyarrow", &read).unwrap().trim(), "600");
        let first = folder.read("out/types.parquet");
        folder.clean(&["out/types.parquet", "--field", field, "-o", "again.parquet", "--quiet"]).expect(0);
        assert!(folder.read("again.parquet") == first, "{field}");
    }
}

#[test]
fn a_bloom_filter_finds_what_is_there() {
    let folder = Folder::new();
    let write = "
import inspect, pyarrow as pa, pyarrow.parquet as pq
text = ['%d ' % i + SPUN[i % 3] for i in range(300)]
options = dict(bloom_filter_options={'text': {'ndv': 300}, 'id': {'ndv': 300}}) if 'bloom_filter_options' in inspect.signature(pq.write_table).parameters else {}
pq.write_table(pa.table({'id': [str(i) for i in range(300)], 'text': text, 'n': range(300)}), 'a.parquet', row_group_size=100, **options)
print(len(options))
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    folder.clean(&["a.parquet", "-o", "out.parquet", "--quiet"]).expect(0);
    let read = "
import pyarrow.parquet as pq
a, b = pq.ParquetFile('a.parquet').metadata, pq.ParquetFile('out.parquet').metadata
for g in range(3):
    for c in range(3):
        x, y = a.row_group(g).column(c).to_dict(), b.row_group(g).column(c).to_dict()
        assert (x.get('bloom_filter_offset') is None) == (y.get('bloom_filter_offset') is None)
t = pq.read_table('out.parquet')
assert t['n'].to_pylist() == list(range(300)) and t['id'].to_pylist() == [str(i) for i in range(300)]
print('ok')
";
    assert_eq!(script(&folder, "pyarrow", read).unwrap().trim(), "ok");
}

/// A footer whose schema is so many groups, each in the one before: a reader that goes down by recursion has no end.
fn deep(levels: u32) -> Vec<u8> {
    let mut footer = vec![0x15, 0x02, 0x19, 0xfc];
    let mut count = levels;
    while count >= 0x80 {
        footer.push(count as u8 | 0x80);
        count >>= 7;
    }
    footer.push(count as u8);
    for level in 0..levels {
        footer.extend([0x48, 1, b'a']);
        footer.extend(if level + 1 < levels { &[0x15, 0x02, 0][..] } else { &[0] });
    }
    footer.extend([0x16, 0, 0x19, 0x0c, 0]);
    let size = (footer.len() as u32).to_le_bytes();
    [b"PAR1", &footer[..], &size, b"PAR1"].concat()
}

#[test]
fn a_schema_without_end_is_copied_and_named() {
    let folder = Folder::new();
    folder.write("in/deep.parquet", deep(1_000_000));
    folder.write("in/sorted.parquet", file("sorted.parquet"));
    let run = folder.clean(&["in", "-o", "out", "--quiet"]).expect(1);
    assert!(run.err().contains("nested more than 100 deep"), "{}", run.err());
    assert!(folder.read("out/deep.parquet") == deep(1_000_000));
    assert!(folder.read("out/sorted.parquet") != file("sorted.parquet"));
}

/// Small files that grow when they are read: none may take more than 300 MB, nor the time of more than its rows.
#[test]
fn small_files_that_grow_are_bounded() {
    let folder = Folder::new();
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
def write(name, values, kind=pa.string(), **options):
    pq.write_table(pa.table({'text': pa.array(values, kind)}), name + '.parquet', **({'compression': 'zstd'} | options))
write('page', ['a' * (100 << 20)], use_dictionary=False)
write('entries', ['a' * 1000] * 200000)
write('empty', [''] * 1000000, use_dictionary=False)
write('list', [[None] * 20000000], pa.list_(pa.string()))
write('null', [None] * 1000000)
for n in (1000, 4000):
    write('groups%d' % n, ['It rained %d.' % i for i in range(n)], row_group_size=1)
    write('edited%d' % n, [SPUN[0]] * n, row_group_size=1, write_page_index=True)
    write('pages%d' % n, ['It %d' % i for i in range(10 * n)], use_dictionary=False, data_page_size=1, write_batch_size=1)
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    let cost = |name: &str| super::bounds::cost("a.parquet", &folder.read(&format!("{name}.parquet")), "2");
    for name in ["page", "entries", "empty", "list", "null", "groups4000", "edited4000", "pages4000"] {
        let peak = cost(name).1 >> 10;
        assert!(peak < 300, "{name}: {peak} MB");
    }
    for kind in ["groups", "edited", "pages"] {
        let (one, four) = (cost(&format!("{kind}1000")).0, cost(&format!("{kind}4000")).0);
        assert!(four < one * 8 + std::time::Duration::from_millis(300), "{kind}: {one:?}, {four:?}");
    }
}
