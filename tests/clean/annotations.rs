//! Annotations of what is no JSON: columns of tables and of Parquet, records of metadata. They say what those of JSON say.

use serde_json::Value;

use super::support::{CLEAN, Folder, SPUN, restored};
use super::tools::script;

/// What is said of the texts as JSON lines.
fn said(folder: &Folder, texts: &[&str], more: &[&str]) -> Vec<Value> {
    let lines: String = texts.iter().map(|text| format!("{}\n", serde_json::json!({ "text": text }))).collect();
    folder.write("said.jsonl", lines);
    let run = folder.clean(&[&["said.jsonl", "--annotate", "--quiet"], more].concat()).expect(0);
    run.out_text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["unspin"].take()).collect()
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Vec<String> {
    let (mut out, mut field, mut chars, mut quoted) = (Vec::new(), String::new(), line.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    out.push(field);
    out
}

const COLUMNS: [&str; 5] = ["unspin_spun", "unspin_spinner", "unspin_damage", "unspin_edits", "unspin_version"];

#[test]
fn tables_gain_columns() {
    let folder = Folder::new();
    let texts = [SPUN[0], CLEAN[0], "It\u{ad} rained \u{201c}all\u{201d} day.", ""];
    let said = said(&folder, &texts, &[]);
    let rows: String = texts.iter().map(|text| format!("1,\"{text}\"\r\n")).collect();
    folder.write("a.csv", format!("id,text\r\n{rows}2\r\n"));
    let run = folder.clean(&["a.csv", "--annotate", "--quiet"]).expect(1);
    let lines: Vec<&str> = run.out_text().split("\r\n").collect();
    assert_eq!(lines[0], ["id", "text"].iter().chain(&COLUMNS).copied().collect::<Vec<_>>().join(","));
    for ((line, text), said) in lines[1..].iter().zip(texts).zip(&said) {
        let cells = fields(line);
        let json = |cell: &str| serde_json::from_str::<Value>(cell).unwrap();
        assert_eq!((cells.len(), &cells[1]), (7, &restored(text)));
        assert_eq!(json(&cells[2]), said["spun"]);
        assert_eq!(cells[3], said["spinner"].as_str().unwrap_or_default());
        assert_eq!(said.get("damage").map_or(String::new(), Value::to_string), cells[4]);
        assert_eq!(json(&cells[5]), said["edits"]);
        assert_eq!(cells[6], said["version"]);
    }
    assert_eq!(lines[5], "2", "a row that cannot be read is as it was");
    // With the texts as they were, and nothing restored; once more there is no room.
    let run = folder.clean(&["a.csv", "--annotate", "--detect", "--keep-original", "old", "--quiet"]).expect(1);
    let cells = fields(run.out_text().split("\r\n").nth(1).unwrap());
    assert_eq!((&*cells[1], &*cells[2]), (SPUN[0], SPUN[0]));
    folder.write("b.csv", run.out());
    let again = folder.clean(&["b.csv", "--annotate", "--quiet"]).expect(1);
    assert!(
        again.out() == run.out() && again.err().contains("a column `unspin_spun` is there already"),
        "{}",
        again.err()
    );
    // Tabs: nothing is quoted.
    folder.write("a.tsv", format!("id\ttext\n1\t{}\n", SPUN[0]));
    let run = folder.clean(&["a.tsv", "--annotate", "--quiet"]).expect(0);
    let cells: Vec<&str> = run.out_text().lines().nth(1).unwrap().split('\t').collect();
    assert_eq!(serde_json::from_str::<Value>(cells[5]).unwrap(), said[0]["edits"]);
}

#[test]
fn archives_gain_records_of_metadata() {
    let folder = Folder::new();
    let said = said(&folder, &[SPUN[0], CLEAN[0]], &[]);
    let record = |id: &str, kind: &str, text: &str| {
        let id = if id.is_empty() { String::new() } else { format!("WARC-Record-ID: <urn:uuid:{id}>\r\n") };
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\n{id}WARC-Target-URI: https://example.org/\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
            Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let wet =
        record("1", "conversion", SPUN[0]) + &record("2", "conversion", CLEAN[0]) + &record("3", "metadata", "a: b");
    folder.write("a.wet", &wet);
    let run = folder.clean(&["a.wet", "--annotate", "--quiet"]).expect(0);
    let parts: Vec<&str> = run.out_text().split("WARC/1.0\r\n").skip(1).collect();
    assert_eq!(parts.len(), 5);
    for (at, said) in [(1, &said[0]), (3, &said[1])] {
        let (header, content) = parts[at].split_once("\r\n\r\n").unwrap();
        let content = content.strip_suffix("\r\n\r\n").unwrap();
        let field = |name: &str| header.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(serde_json::from_str::<Value>(content).unwrap()["unspin"], *said);
        assert_eq!(field("Content-Length: "), content.len().to_string());
        assert_eq!(field("WARC-Refers-To: "), format!("<urn:uuid:{}>", at / 2 + 1));
        assert_eq!((field("WARC-Type: "), field("WARC-Date: ")), ("metadata", "2026-01-02T03:04:05Z"));
        let id = field("WARC-Record-ID: ");
        assert!(id.len() == 47 && id.as_bytes()[24] == b'5', "{id}");
    }
    // Without its annotations the archive is the one that is restored; annotated again it has them once.
    let plain: String = [0, 2, 4].map(|at| format!("WARC/1.0\r\n{}", parts[at])).concat();
    folder.write("b.wet", run.out());
    assert_eq!(folder.clean(&["a.wet", "--quiet"]).expect(0).out_text(), plain);
    let again = folder.clean(&["b.wet", "--annotate", "--quiet"]).expect(0);
    assert_eq!(again.out_text().matches("{\"unspin\":").count(), 2);
    assert!(again.out_text().contains("WARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:3>"));
    // What nothing can refer to is named; the others are annotated.
    folder.write("c.wet", record("", "conversion", SPUN[0]) + &record("2", "conversion", CLEAN[0]));
    let run = folder.clean(&["c.wet", "--annotate", "--quiet"]).expect(1);
    assert!(run.err().contains("record 1: it has no WARC-Record-ID"), "{}", run.err());
    assert!(run.out_text().contains(&restored(SPUN[0])) && run.out_text().matches("{\"unspin\":").count() == 1);
    // In a compressed archive each is a member of its own.
    folder.clean(&["a.wet", "--annotate", "-o", "d.wet.gz", "--quiet"]).expect(0);
    let read = "
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
seen = []
for name in ('b.wet', 'd.wet.gz'):
    with open(name, 'rb') as f:
        for r in ArchiveIterator(f, check_digests='raise'):
            seen.append((r.rec_type, json.loads(r.content_stream().read())['unspin']['spun'] if r.rec_headers.get_header('WARC-Refers-To') else r.content_stream().read() and None))
print(json.dumps(seen))
";
    if let Some(out) = script(&folder, "warcio", read) {
        let seen: Value = serde_json::from_str(&out).unwrap();
        let (first, second) = (&seen.as_array().unwrap()[..5], &seen.as_array().unwrap()[5..]);
        assert_eq!(first, second);
        assert_eq!(
            (&first[1][0], &first[1][1], &first[3][1]),
            (&"metadata".into(), &said[0]["spun"], &said[1]["spun"])
        );
    }
}

#[test]
fn pages_of_an_archive_are_annotated_in_the_words_of_a_reader() {
    let folder = Folder::new();
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{}</p>",
        SPUN[0].replace("White Home", "<b>White</b> Home")
    );
    folder.write(
        "a.warc",
        format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
            Content-Type: application/http\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
            page.len()
        ),
    );
    let run = folder.clean(&["a.warc", "--annotate", "--quiet"]).expect(0);
    let note: Value =
        serde_json::from_str(run.out_text().split("\r\n").find(|line| line.starts_with("{\"unspin\"")).unwrap())
            .unwrap();
    let edits = note["unspin"]["edits"].as_array().unwrap();
    assert!(edits.iter().any(|edit| edit["from"] == "Home" && edit["to"] == "House"), "{note}");
    assert!(
        run.out_text().contains("<b>White</b> House") && run.out_text().contains("WARC/1.1\r\nWARC-Type: metadata")
    );
}

#[test]
fn parquet_gains_columns_of_structs() {
    let folder = Folder::new();
    let texts = [SPUN[0], CLEAN[0], SPUN[1], SPUN[2]];
    let said = said(&folder, &texts, &[]);
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
texts = ([SPUN[0], CLEAN[0], SPUN[1], SPUN[2], None] * 40)[:190]
table = pa.table({'id': range(190), 'text': texts, 'a': [{'lead': t, 'n': i} for i, t in enumerate(texts)], 'large': pa.array(texts, pa.large_string()),
    'tags': [['x'] * (i % 3) for i in range(190)]}, metadata={'origin': 'test'})
for name, options in {'a': {}, 'b': dict(write_page_index=True, compression='zstd'), 'c': dict(use_dictionary=False, write_statistics=False)}.items():
    pq.write_table(table, name + '.parquet', row_group_size=70, **options)
pq.write_table(table.slice(0, 0), 'none.parquet')
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    folder.write("expected.json", Value::from(said.clone()).to_string());
    let several = ["--field", "text", "--field", "a.lead", "--annotate", "--keep-original", "old"];
    for name in ["a", "b", "c", "none"] {
        let (input, output) = (format!("{name}.parquet"), format!("out/{name}.parquet"));
        folder.clean(&[&input, "-o", &output, "--annotate", "--keep-original", "old", "--quiet"]).expect(0);
        let plain = format!("out/{name}-plain.parquet");
        folder.clean(&[&input, "-o", &plain, "--quiet"]).expect(0);
        folder
            .clean(&[&[input.as_str(), "-o", &format!("out/{name}-two.parquet"), "--quiet"][..], &several].concat())
            .expect(0);
        let both = format!("out/{name}-judged.parquet");
        folder.clean(&[&input, "-o", &both, "--annotate", "--detect", "--quiet"]).expect(0);
    }
    let read = "
import pyarrow as pa, pyarrow.parquet as pq
expected = json.load(open('expected.json')) + [None]
def note(n):
    if n is None: return None
    n = {k: v for k, v in n.items() if k != 'damage' or v}
    n['edits'] = [{k: v for k, v in e.items() if (k not in ('group', 'group_size') or v is not None) and (k != 'alternatives' or v)} for e in n['edits']]
    return n
def close(a, b):
    if isinstance(a, float) or isinstance(b, float): return abs(a - b) < 1e-6
    if isinstance(a, dict): return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    if isinstance(a, list): return len(a) == len(b) and all(map(close, a, b))
    return a == b
for name in ('a', 'b', 'c', 'none'):
    old, out, plain = pq.read_table(name + '.parquet'), pq.read_table('out/%s.parquet' % name), pq.read_table('out/%s-plain.parquet' % name)
    assert out.column_names == old.column_names + ['old', 'unspin'], out.column_names
    assert out['old'].to_pylist() == old['text'].to_pylist() and out['text'].to_pylist() == plain['text'].to_pylist()
    assert all(out[c].to_pylist() == old[c].to_pylist() for c in ('id', 'a', 'large', 'tags'))
    assert out.schema.metadata == {b'origin': b'test'}, out.schema.metadata
    for i, n in enumerate(out['unspin'].to_pylist()): assert close(note(n), expected[i % 5]), (i, n, expected[i % 5])
    two = pq.read_table('out/%s-two.parquet' % name)
    assert two.column_names == old.column_names + ['old_text', 'old_a_lead', 'unspin']
    leads = [a['lead'] for a in old['a'].to_pylist()]
    assert two['old_a_lead'].to_pylist() == leads and two['old_text'].to_pylist() == old['text'].to_pylist()
    assert [a['lead'] for a in two['a'].to_pylist()] == plain['text'].to_pylist() == two['text'].to_pylist()
    for i, n in enumerate(two['unspin'].to_pylist()):
        if n is None: assert leads[i] is None; continue
        fields = [e['field'] for e in n['edits']]
        assert fields == ['text'] * len(expected[i % 5]['edits']) + ['a.lead'] * len(expected[i % 5]['edits'])
    judged = pq.read_table('out/%s-judged.parquet' % name)
    assert judged['text'].to_pylist() == old['text'].to_pylist() and judged['unspin'].to_pylist() == out['unspin'].to_pylist()
    a, b = pq.ParquetFile(name + '.parquet').metadata, pq.ParquetFile('out/%s-judged.parquet' % name).metadata
    assert a.num_row_groups == b.num_row_groups and a.num_rows == b.num_rows
    for g in range(a.num_row_groups):
        for c in range(a.num_columns):
            x, y = a.row_group(g).column(c).to_dict(), b.row_group(g).column(c).to_dict()
            assert x['statistics'] == y['statistics'] and x['total_compressed_size'] == y['total_compressed_size']
print(pq.read_schema('out/a.parquet').field('unspin').type)
";
    // Some versions name the pairs of a map.
    let out = script(&folder, "pyarrow", read).unwrap().replace(" ('damage')", "");
    assert!(
        out.starts_with(
            "struct<spun: float, spinner: string, damage: map<string, int32>, edits: list<element: struct<start: int64"
        ),
        "{out}"
    );
    // Lists are neither annotated nor kept, and what is there is not written over.
    for (arguments, reason) in [
        (&["--field", "tags", "--annotate"][..], "`tags` holds lists, which are neither annotated nor kept"),
        (&["--keep-original", "id"], "a column `id` is there already"),
        (&["--field", "body", "--field", "lead"], "no column `body` or `lead` (there are: id, text, "),
        (&["--field", "id", "--field", "body"], "column `id` holds INT64, not strings"),
    ] {
        let run = folder.clean(&[&["a.parquet", "-o", "x.parquet", "--quiet"], arguments].concat());
        assert!(
            run.status() > 0 && run.err().contains(reason) && run.err().contains("copied as it is"),
            "{}",
            run.err()
        );
        assert!(folder.read("x.parquet") == folder.read("a.parquet"), "{reason}");
    }
    let run = folder.clean(&["out/a.parquet", "-o", "x.parquet", "--annotate", "--quiet"]).expect(1);
    assert!(run.err().contains("a column `unspin` is there already"), "{}", run.err());
}
