//! What `--annotate` wrote is what `unspin apply` reads: in every format the edits are made again, and those that somebody
//! deleted, rejected or changed are not.

use std::process::{Command, Output};

use serde_json::Value;

use super::support::{CLEAN, Folder, SPUN};
use super::tools::script;

fn unspin(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_unspin")).args(arguments).current_dir(folder.path()).output().unwrap()
}

/// The status of a call, what it wrote to `out`, and what it said.
fn written(folder: &Folder, arguments: &[&str], out: &str) -> (i32, Vec<u8>, String) {
    let output = unspin(folder, &[arguments, &["-o", out, "--quiet"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), folder.read(out), said)
}

/// What a reviewer may do with the edits of a record: the first is deleted, the second rejected, the third is another word.
fn review(edits: &mut Value) {
    let edits = edits.as_array_mut().unwrap();
    edits.retain(|edit| edit["from"] != "Home");
    for edit in edits {
        match edit["from"].as_str() {
            Some("stated") => edit["decision"] = "reject".into(),
            Some("assault") => edit["to"] = "raid".into(),
            _ => {}
        }
    }
}

/// What the review makes of a file that was restored.
fn reviewed(text: &str) -> String {
    let text = text.replace("White House", "White Home").replace(" said on Tuesday", " stated on Tuesday");
    assert!(text.contains("attack") && text.contains("People's"), "{text}");
    text.replace("attack", "raid")
}

/// Of edits that are put back by the review none may be left in the text: one text serves all formats.
const TEXT: &str = SPUN[0];

#[test]
fn edits_of_tables_are_made_again() {
    let folder = Folder::new();
    let row = |a: &str, b: &str| format!("7,\"{a}\",\"{b}\"\r\n");
    let rows = row(TEXT, CLEAN[0]) + &row(CLEAN[1], TEXT) + "torn,\"a\"b,c\r\n" + &row(TEXT, TEXT);
    folder.write("a.csv", format!("the id,title,body\r\n{rows}"));
    folder.write("a.tsv", format!("id\ttitle\tbody\n1\t{TEXT}\t{}\n2\t{}\t{TEXT}\n", CLEAN[0], CLEAN[1]));
    let fields = ["--field", "title", "--field", "body"];
    for (name, status) in [("a.csv", 1), ("a.tsv", 0)] {
        let call = |call: &[&str], out: &str| written(&folder, &[call, &fields].concat(), out);
        let (found, restored, _) = call(&["clean", name], &format!("out.{name}"));
        assert_eq!(found, status, "{name}");
        for packed in ["", ".gz", ".zst"] {
            let edits = format!("edits.{name}{packed}");
            call(&["clean", name, "--annotate"], &edits);
            let (found, applied, said) = call(&["apply", "--edits", &edits, name], &format!("applied.{name}"));
            assert_eq!((found, &applied), (status, &restored), "{edits}: {said}");
            let unread = "1 record that cannot be read among the annotated records, the first is record 3";
            assert_eq!(said.contains(unread), status == 1, "{said}");
        }
        // A cell is the JSON of its row's edits.
        let (quotes, delimiter) = if name == "a.csv" { (true, ',') } else { (false, '\t') };
        let annotated = String::from_utf8(folder.read(&format!("edits.{name}"))).unwrap();
        let mut changed = String::new();
        for line in annotated.split_inclusive('\n') {
            let start = if quotes { line.find("\"[{") } else { line.find("[{") };
            let Some(start) = start else {
                changed += line;
                continue;
            };
            let end = start + line[start..].rfind(']').unwrap() + 1 + usize::from(quotes);
            let cell = &line[start..end];
            let cell = if quotes { cell[1..cell.len() - 1].replace("\"\"", "\"") } else { cell.to_string() };
            let mut edits: Value = serde_json::from_str(&cell).unwrap();
            review(&mut edits);
            let cell =
                if quotes { format!("\"{}\"", edits.to_string().replace('"', "\"\"")) } else { edits.to_string() };
            assert!(line[end..].starts_with(delimiter));
            changed += &[&line[..start], &cell, &line[end..]].concat();
        }
        let edits = format!("reviewed.{name}");
        folder.write(&edits, &changed);
        let (found, applied, said) = call(&["apply", "--edits", &edits, name], &format!("applied.{name}"));
        let expected = reviewed(&String::from_utf8(restored).unwrap());
        assert_eq!((found, String::from_utf8(applied).unwrap()), (status, expected), "{said}");
    }
}

fn record(number: u32, kind: &str, media: &str, content: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
        Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
}

#[test]
fn edits_of_archives_are_made_again() {
    let folder = Folder::new();
    let text = |number, text| record(number, "conversion", "text/plain", text);
    folder.write(
        "a.wet",
        record(1, "warcinfo", "application/warc-fields", "a: b\r\n")
            + &text(2, TEXT)
            + &text(3, CLEAN[0])
            + &text(4, TEXT),
    );
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>News</h1><p>{}</p>",
        TEXT.replace("White Home", "<b>White</b> Home")
    );
    let response = |number| record(number, "response", "application/http", &page);
    folder.write("a.warc", response(1) + &record(2, "metadata", "a/b", "c: d") + &response(3));
    for name in ["a.wet", "a.warc"] {
        let (_, restored, _) = written(&folder, &["clean", name], &format!("out.{name}"));
        for packed in ["", ".gz"] {
            let edits = format!("edits.{name}{packed}");
            written(&folder, &["clean", name, "--annotate"], &edits);
            let (found, applied, said) =
                written(&folder, &["apply", "--edits", &edits, name], &format!("applied.{name}"));
            assert_eq!((found, &applied, said.as_str()), (0, &restored, ""), "{edits}");
        }
        // A record of metadata is as long as its header says.
        let annotated = String::from_utf8(folder.read(&format!("edits.{name}"))).unwrap();
        let mut changed: Vec<String> = Vec::new();
        for part in annotated.split_inclusive("\r\n\r\n") {
            let Ok(mut note) = serde_json::from_str::<Value>(part) else {
                changed.push(part.into());
                continue;
            };
            review(&mut note["unspin"]["edits"]);
            let header = changed.pop().unwrap();
            let [old, new] = [part.len() - 4, note.to_string().len()].map(|length| format!("Content-Length: {length}"));
            assert!(header.contains(&old));
            changed.extend([header.replace(&old, &new), format!("{note}\r\n\r\n")]);
        }
        folder.write("reviewed", changed.concat());
        let (found, applied, said) =
            written(&folder, &["apply", "--edits", "reviewed", name], &format!("applied.{name}"));
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap().replace("<b>White</b>", "White");
            let is_length = |line: &&str| !line.starts_with("Content-Length");
            text.lines().filter(is_length).collect::<Vec<_>>().join("\n")
        };
        assert_eq!((found, text(&applied)), (0, reviewed(&text(&restored))), "{said}");
    }
    // An annotation that stands behind another record than it refers to is no one's.
    let annotated = String::from_utf8(folder.read("edits.a.wet")).unwrap();
    folder.write("moved.wet", annotated.replace("WARC-Refers-To: <urn:uuid:2>", "WARC-Refers-To: <urn:uuid:9>"));
    let output = unspin(&folder, &["apply", "--edits", "moved.wet", "a.wet", "--quiet"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("record 3 stands not behind its record"), "{said}");
}

#[test]
fn edits_of_parquet_are_made_again() {
    let folder = Folder::new();
    let sorted = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clean/bad/parquet/sorted.parquet");
    std::fs::copy(sorted, folder.path().join("a.parquet")).unwrap();
    let applied = |edits: &str, more: &[&str]| {
        let call = [&["apply", "--edits", edits, "a.parquet"], more].concat();
        let (status, bytes, said) = written(&folder, &call, "applied.parquet");
        assert_eq!((status, said.as_str()), (0, ""), "{edits}");
        bytes
    };
    let (_, restored, _) = written(&folder, &["clean", "a.parquet"], "out.parquet");
    assert!(restored != folder.read("a.parquet"));
    written(&folder, &["clean", "a.parquet", "--annotate"], "edits.parquet");
    assert!(applied("edits.parquet", &[]) == restored);
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
texts = [SPUN[0], CLEAN[0], None, SPUN[0]] * 30
pq.write_table(pa.table({'id': range(120), 'text': texts, 'a': [{'lead': t} for t in texts]}), 'a.parquet', row_group_size=50)
";
    if script(&folder, "pyarrow", write).is_none() {
        return;
    }
    let fields = ["--field", "text", "--field", "a.lead"];
    let (_, restored, _) = written(&folder, &[&["clean", "a.parquet"], &fields[..]].concat(), "out.parquet");
    written(&folder, &[&["clean", "a.parquet", "--annotate"], &fields[..]].concat(), "edits.parquet");
    assert!(applied("edits.parquet", &fields) == restored);
    // Written anew by another tool, one edit of each text deleted, one rejected, one with another word.
    let change = "
import pyarrow as pa, pyarrow.parquet as pq
table = pq.read_table('edits.parquet')
notes = table['unspin'].to_pylist()
for note in notes:
    if note is None: continue
    note.pop('damage')
    note['edits'] = [e for e in note['edits'] if e['from'] != 'Home']
    for e in note['edits']:
        e['decision'] = 'reject' if e['from'] == 'stated' else 'accept'
        if e['from'] == 'assault': e['to'] = 'raid'
pq.write_table(pa.table({'unspin': notes, 'id': table['id']}), 'structs.parquet', row_group_size=7)
pq.write_table(pa.table({'unspin': [json.dumps(n) if n else None for n in notes]}), 'strings.parquet')
";
    script(&folder, "pyarrow", change).unwrap();
    for edits in ["structs.parquet", "strings.parquet"] {
        applied(edits, &fields);
        let read = "
import pyarrow.parquet as pq
names = ('out', 'applied')
print(json.dumps([[t for row in pq.read_table(n + '.parquet').to_pylist() for t in (row['text'], row['a']['lead']) if t] for n in names]))
";
        let out: Value = serde_json::from_str(&script(&folder, "pyarrow", read).unwrap()).unwrap();
        let expected: Vec<String> = out[0]
            .as_array()
            .unwrap()
            .iter()
            .map(|text| {
                let text = text.as_str().unwrap();
                if text == CLEAN[0] { text.to_string() } else { reviewed(text) }
            })
            .collect();
        assert_eq!(out[1], Value::from(expected), "{edits}");
    }
}

#[test]
fn what_holds_no_edits_is_refused_in_a_line() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n", serde_json::json!({ "text": TEXT })));
    let parquet = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clean/bad/parquet/sorted.parquet");
    std::fs::copy(parquet, folder.path().join("a.parquet")).unwrap();
    let bad_cell = "text,unspin_edits\nx,\"[{\"\"start\"\": 0}]\"\n";
    for (name, bytes, reason) in [
        ("a.csv", Some("id,text\n1,x\n"), "no column `unspin_edits` (there are: id, text)"),
        ("bad.csv", Some(bad_cell), "record 1: no edit: missing field `end`"),
        ("worse.csv", Some("text,unspin_edits\nx,oops\n"), "record 1: expected value"),
        ("a.parquet", None, "no column `unspin`"),
        ("torn.parquet", Some("PAR1...."), "torn.parquet: "),
        ("a.pdf", Some("%PDF-1.7"), "is PDF; edits are read from JSON and from what `clean --annotate` writes"),
        ("a.txt", Some("no edits at all"), "expected"),
    ] {
        if let Some(bytes) = bytes {
            folder.write(name, bytes);
        }
        let output = unspin(&folder, &["apply", "--edits", name, "a.jsonl"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{name}: {said}");
        assert!(said.contains(reason) && said.lines().count() == 1, "{name}: {said}");
    }
}
