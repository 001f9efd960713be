//! Files written by other tools, cleaned, and read back by them. A tool that is absent is skipped.
//!
//! Python packages are looked for in `$UNSPIN_PYTHON`, else in `python3`:
//! `python3 -m venv v && v/bin/pip install warcio pyarrow && UNSPIN_PYTHON=v/bin/python cargo test`.

use std::path::Path;
use std::process::Command;

use super::support::{CLEAN, Folder, SPUN, cleaner, jsonl, jsonl_restored, restored};

pub fn python() -> String {
    std::env::var("UNSPIN_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Runs a tool in the folder; `None`, and a message, if it is not there.
fn run(folder: &Folder, name: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(name).args(arguments).current_dir(folder.path()).output() {
        Err(e) => {
            skip(&format!("{name}: {e}"));
            None
        }
        Ok(output) => {
            assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
    }
}

pub fn skip(reason: &str) {
    use std::io::Write;
    // Not captured by the test runner: a skipped test should be seen.
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// Runs a script in Python with a package; `None`, and a message, if either is absent.
pub fn script(folder: &Folder, package: &str, code: &str) -> Option<String> {
    let is_there =
        Command::new(python()).args(["-c", &format!("import {package}")]).output().is_ok_and(|o| o.status.success());
    if !is_there {
        skip(&format!("no Python with {package}"));
        return None;
    }
    let texts =
        format!("import json\nSPUN = json.loads({:?})\nCLEAN = json.loads({:?})\n", quoted(&SPUN), quoted(&CLEAN));
    let file = folder.write("script.py", texts + code);
    let output = run(folder, &python(), &[file.to_str().unwrap()])?;
    Some(String::from_utf8(output).unwrap())
}

/// JSON in ASCII, which is also a string of Python's.
fn quoted(texts: &[&str]) -> String {
    let json = serde_json::to_string(texts).unwrap();
    json.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) }).collect()
}

#[test]
fn gzip_of_many_members_and_zstd_of_many_frames() {
    let folder = Folder::new();
    let input = jsonl(3_000);
    let (first, second) = input.split_at(input.len() / 2);
    folder.write("1.jsonl", first);
    folder.write("2.jsonl", second);
    for (tool, ending) in [("gzip", "gz"), ("zstd", "zst")] {
        let pack = |name: &str| run(&folder, tool, &["-q", "-c", name]);
        let (Some(first), Some(second)) = (pack("1.jsonl"), pack("2.jsonl")) else { continue };
        let (input, output) = (format!("in.jsonl.{ending}"), format!("out.jsonl.{ending}"));
        folder.write(&input, [first, second].concat());
        folder.clean(&[&input, "-o", &output]).expect(0);
        let Some(read) = run(&folder, tool, &["-q", "-d", "-c", &output]) else { continue };
        assert!(String::from_utf8(read).unwrap() == jsonl_restored(3_000), "{tool}");
    }
}

#[test]
fn json_and_csv_and_gzip_of_python() {
    let folder = Folder::new();
    let write = "
import csv, gzip
texts = SPUN + CLEAN
with gzip.open('a.jsonl.gz', 'wt') as f:
    for i, t in enumerate(texts): f.write(json.dumps({'id': i, 'text': t, 'pi': 3.10}) + '\\n')
with open('a.csv', 'w', newline='') as f:
    w = csv.writer(f)
    w.writerow(['id', 'text', 'note'])
    for i, t in enumerate(texts): w.writerow([i, 'He said \"no\".\\n' + t, 'a,\"b\"'])
";
    if script(&folder, "json", write).is_none() {
        return;
    }
    folder.clean(&["a.jsonl.gz", "a.csv", "-o", "out"]).expect(0);
    let read = "
import csv, gzip
print(json.dumps([[json.loads(l) for l in gzip.open('out/a.jsonl.gz', 'rt')], list(csv.DictReader(open('out/a.csv', newline='')))]))
";
    let back: serde_json::Value = serde_json::from_str(&script(&folder, "json", read).unwrap()).unwrap();
    for (n, text) in SPUN.iter().chain(&CLEAN).enumerate() {
        assert_eq!(back[0][n]["text"], restored(text));
        assert_eq!((&back[0][n]["id"], &back[0][n]["pi"]), (&n.into(), &3.1.into()));
        assert_eq!(back[1][n]["text"], restored(&format!("He said \"no\".\n{text}")));
        assert_eq!(back[1][n]["note"], "a,\"b\"");
    }
}

#[test]
fn warc_of_warcio() {
    let folder = Folder::new();
    let write = "
import io, gzip
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
for name, packed in (('a.warc', False), ('a.warc.gz', True)):
    with open(name, 'wb') as f:
        w = WARCWriter(f, gzip=packed)
        w.write_record(w.create_warcinfo_record(name, {'software': 'test'}))
        for i, t in enumerate(SPUN + CLEAN):
            page = ('<html><body><p class=\"White Home\">%s</p><script>stated</script></body></html>' % t).encode()
            headers = [('Content-Type', 'text/html; charset=utf-8')]
            if i == 1:
                page = gzip.compress(page); headers.append(('Content-Encoding', 'gzip'))
            if i == 2:
                page = b'%x\\r\\n%s\\r\\n0\\r\\n\\r\\n' % (len(page), page); headers.append(('Transfer-Encoding', 'chunked'))
            headers.append(('Content-Length', str(len(page))))
            http = StatusAndHeaders('200 OK', headers, protocol='HTTP/1.1')
            w.write_record(w.create_warc_record('https://example.org/%d' % i, 'response', payload=io.BytesIO(page), http_headers=http))
        http = StatusAndHeaders('200 OK', [('Content-Type', 'image/png')], protocol='HTTP/1.1')
        w.write_record(w.create_warc_record('https://example.org/i', 'response', payload=io.BytesIO(b'\\x89PNG' * 9), http_headers=http))
        w.write_record(w.create_warc_record('https://example.org/t', 'conversion', payload=io.BytesIO(SPUN[0].encode()), warc_content_type='text/plain'))
";
    if script(&folder, "warcio", write).is_none() {
        return;
    }
    folder.clean(&["a.warc", "a.warc.gz", "-o", "out"]).expect(0);
    let read = "
from warcio.archiveiterator import ArchiveIterator
def records(name):
    out = []
    with open(name, 'rb') as f:
        it = ArchiveIterator(f, check_digests='raise')
        for r in it:
            r.rec_headers.remove_header('Content-Length'); r.rec_headers.remove_header('WARC-Block-Digest'); r.rec_headers.remove_header('WARC-Payload-Digest')
            if r.http_headers: r.http_headers.remove_header('Content-Length')
            out.append([r.rec_type, r.rec_headers.headers, r.http_headers.headers if r.http_headers else None, r.content_stream().read().decode('latin-1')])
    return out
print(json.dumps([[records(d + n) for n in ('a.warc', 'a.warc.gz')] for d in ('', 'out/')]))
";
    let back: serde_json::Value = serde_json::from_str(&script(&folder, "warcio", read).unwrap()).unwrap();
    for archive in 0..2 {
        let (old, new) = (back[0][archive].as_array().unwrap(), back[1][archive].as_array().unwrap());
        assert_eq!(old.len(), 8);
        let latin1 = |text: &str| text.bytes().map(char::from).collect::<String>();
        for (n, (old, new)) in old.iter().zip(new).enumerate() {
            assert_eq!((&old[0], &old[1], &old[2]), (&new[0], &new[1], &new[2]), "record {n}");
            let mut expected = old[3].as_str().unwrap().to_string();
            for text in SPUN {
                expected = expected.replace(&latin1(text), &latin1(&restored(text)));
            }
            assert_eq!(new[3], expected, "record {n}");
        }
        assert_ne!(old[1][3], new[1][3]);
    }
    // A member of gzip a record: warcio's own index needs it.
    let Some(check) = run(&folder, &python(), &["-m", "warcio.cli", "check", "out/a.warc", "out/a.warc.gz"]) else {
        return;
    };
    assert!(!String::from_utf8_lossy(&check).contains("failed"));
    assert!(run(&folder, &python(), &["-m", "warcio.cli", "index", "out/a.warc.gz"]).is_some());
}

#[test]
fn edited_archives_are_valid_to_warcio() {
    let folder = Folder::new();
    let write = "
import io, gzip, os
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
def chunked(b): return b''.join(b'%x;n=%d\\r\\n%s\\r\\n' % (len(b[i:i+70]), i, b[i:i+70]) for i in range(0, len(b), 70)) + b'0\\r\\nX-Sum: 1\\r\\n\\r\\n'
with open('a.warc.gz', 'wb') as f:
    w = WARCWriter(f, gzip=True)
    def write(url, body, *headers, kind='response'):
        http = StatusAndHeaders('200 OK', [('Content-Type', 'text/html'), *headers], protocol='HTTP/1.1')
        record = w.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=http)
        w.write_record(record)
        return record.rec_headers.get_header('WARC-Payload-Digest')
    for i, t in enumerate(SPUN):
        page = ('<html><body><p>%s</p></body></html>' % t).encode()
        write('https://example.org/c%d' % i, chunked(page), ('Transfer-Encoding', 'chunked'))
        write('https://example.org/g%d' % i, chunked(gzip.compress(page)), ('Transfer-Encoding', 'chunked'), ('Content-Encoding', 'gzip'))
        digest = write('https://example.org/p%d' % i, page, ('Content-Length', str(len(page))))
        w.write_record(w.create_revisit_record('https://example.org/r%d' % i, digest, 'https://example.org/p%d' % i, '2026-01-01T00:00:00Z'))
    big = w.create_warc_record('https://example.org/big', 'resource', payload=io.BytesIO(os.urandom(34 << 20)), warc_content_type='video/mp4')
    w.write_record(big)
    write('https://example.org/last', page)
";
    if script(&folder, "warcio", write).is_none() {
        return;
    }
    // The long record passes unread, which is said.
    folder.clean(&["a.warc.gz", "-o", "b.warc.gz"]).expect(1);
    let read = "
from warcio.archiveiterator import ArchiveIterator
pages, digests, revisits = [], set(), set()
with open('b.warc.gz', 'rb') as f:
    for r in ArchiveIterator(f, check_digests='raise'):
        content = r.content_stream().read()
        if r.rec_type == 'response':
            pages.append(content.decode())
        (revisits if r.rec_type == 'revisit' else digests).add(r.rec_headers.get_header('WARC-Payload-Digest'))
print(json.dumps([pages, len(revisits), len(revisits & digests)]))
";
    let back: serde_json::Value = serde_json::from_str(&script(&folder, "warcio", read).unwrap()).unwrap();
    let pages = back[0].as_array().unwrap();
    assert_eq!((pages.len(), &back[1], &back[2]), (10, &3.into(), &3.into()));
    for (n, page) in pages.iter().enumerate() {
        let page = page.as_str().unwrap();
        assert!(page.contains(&restored(SPUN[(n / 3).min(2)])), "page {n}: {page}");
    }
    let check = run(&folder, &python(), &["-m", "warcio.cli", "check", "b.warc.gz"]).unwrap();
    assert!(!String::from_utf8_lossy(&check).contains("failed"));
}

#[test]
fn parquet_of_pyarrow() {
    let folder = Folder::new();
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
texts = [None if i % 7 == 3 else (SPUN + CLEAN)[i % 5] for i in range(2000)]
table = pa.table({
    'id': pa.array(range(2000), pa.int64()),
    'text': texts,
    'tags': [['a', 'b'] * (i % 3) for i in range(2000)],
    'body': [{'lines': [SPUN[0]] * (i % 3)} for i in range(2000)],
    'when': pa.array(range(2000), pa.timestamp('ms')),
    'large': pa.array(texts, pa.large_string()),
}, metadata={'origin': 'test'})
for codec in ('none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli'):
    pq.write_table(table, codec + '.parquet', compression=codec, row_group_size=700, use_dictionary=codec != 'gzip',
        write_page_index=codec == 'zstd', data_page_version='2.0' if codec == 'zstd' else '1.0')
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    let run = folder.clean(&[".", "-o", "out"]).expect(0);
    assert!(run.err().contains("12,000 records in 6 files"), "{}", run.err());
    folder.clean(&["zstd.parquet", "--field", "body", "-o", "nested.parquet"]).expect(0);
    folder.clean(&["zstd.parquet", "--field", "large", "-o", "large.parquet"]).expect(0);
    let read = "
import pyarrow.parquet as pq
def check(old, new, field):
    a, b = pq.ParquetFile(old), pq.ParquetFile(new)
    assert a.schema_arrow.equals(b.schema_arrow, check_metadata=True)
    assert a.metadata.num_row_groups == b.metadata.num_row_groups == 3
    for g in range(3):
        assert a.metadata.row_group(g).num_rows == b.metadata.row_group(g).num_rows
        for c in range(a.metadata.num_columns):
            assert a.metadata.row_group(g).column(c).compression == b.metadata.row_group(g).column(c).compression
    a, b = a.read(), b.read()
    assert all(a[n].equals(b[n]) for n in a.column_names if n != field)
    return b[field].to_pylist()
codecs = ('none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli')
print(json.dumps([[check(c + '.parquet', 'out/' + c + '.parquet', 'text') for c in codecs],
    check('zstd.parquet', 'nested.parquet', 'body'), check('zstd.parquet', 'large.parquet', 'large')]))
";
    let back: serde_json::Value = serde_json::from_str(&script(&folder, "pyarrow", read).unwrap()).unwrap();
    let texts: Vec<serde_json::Value> = SPUN.iter().chain(&CLEAN).map(|text| restored(text).into()).collect();
    let text = |n: usize| if n % 7 == 3 { serde_json::Value::Null } else { texts[n % 5].clone() };
    for n in 0..2_000 {
        for codec in 0..6 {
            assert_eq!(back[0][codec][n], text(n), "{codec} {n}");
        }
        assert_eq!(back[1][n]["lines"], serde_json::Value::from(vec![texts[0].clone(); n % 3]));
        assert_eq!(back[2][n], text(n));
    }
}

#[test]
fn parquet_that_cannot_be_read_is_copied() {
    let folder = Folder::new();
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({'id': [1, 2], 'text': [SPUN[0] * 300, SPUN[1]]}), 'good.parquet', compression='none', use_dictionary=False)
raw = bytearray(open('good.parquet', 'rb').read())
open('cut.parquet', 'wb').write(raw[:-20])
open('empty.parquet', 'wb').write(b'')
o = pq.ParquetFile('good.parquet').metadata.row_group(0).column(1).data_page_offset
raw[o:o + 32] = b'\\xff' * 32
open('page.parquet', 'wb').write(raw)
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    for (name, field, status) in [
        ("cut.parquet", "text", 1),
        ("empty.parquet", "text", 1),
        ("good.parquet", "id", 1),
        ("good.parquet", "none", 2),
    ] {
        let run = folder.clean(&[name, "--field", field]).expect(status);
        assert_eq!(run.out(), folder.read(name), "{name}");
        assert!(run.err().contains("copied as it is"), "{}", run.err());
    }
    let run = folder.clean(&["page.parquet", "-o", "out.parquet"]).expect(1);
    assert!(
        run.err().contains("row group 1: ") && Path::new(&folder.path().join("out.parquet")).exists(),
        "{}",
        run.err()
    );
}

#[test]
fn a_terminal_sees_a_bar() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(6_000));
    folder.write("bad.jsonl", "broken\n");
    let run = "
import os, pty
pid, terminal = pty.fork()
if pid == 0:
    os.execv(CLEANER, ['clean', 'a.jsonl', 'bad.jsonl', '-o', 'out'])
seen = b''
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
print(seen.decode())
";
    let run = run.replace("CLEANER", &format!("{:?}", cleaner().display().to_string()));
    let Some(seen) = script(&folder, "pty", &run) else { return };
    for part in [" left, ", "/s, ", " records, ", " restored", "bad.jsonl: record 1: ", "6,001 records in 2 files, "] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
}
