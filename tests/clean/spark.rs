//! The Spark example, run for real. Slow: `UNSPIN_PYTHON=… cargo test --test clean -- --ignored spark`.

use std::process::Command;

use super::support::{Folder, cleaner, jsonl, jsonl_restored};
use super::tools::{python, skip};

fn spark(folder: &Folder, arguments: &[&str]) -> bool {
    if !Command::new(python())
        .args(["-c", "import pyspark, pyarrow, pandas"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        skip("no Python with pyspark, pyarrow and pandas");
        return false;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/spark.py");
    let mut command = Command::new(python());
    command.arg(script).args(arguments).current_dir(folder.path());
    command.env("UNSPIN_CLEAN", cleaner()).env("SPARK_LOCAL_IP", "127.0.0.1").env("PYSPARK_PYTHON", python());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
#[ignore = "needs pyspark and Java, and a minute"]
fn partitions_of_json_lines() {
    let folder = Folder::new();
    for part in 0..3 {
        folder.write(&format!("in/part-{part}.jsonl"), jsonl(50 + part));
    }
    if !spark(&folder, &["in", "out"]) {
        return;
    }
    let lines = |text: &str| text.lines().map(str::to_string).collect::<Vec<_>>();
    let mut out: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder.path().join("out")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("part-") {
            out.extend(lines(&std::fs::read_to_string(path).unwrap()));
        }
    }
    let mut expected: Vec<String> = (0..3).flat_map(|part| lines(&jsonl_restored(50 + part))).collect();
    out.sort();
    expected.sort();
    assert_eq!(out, expected);
}

#[test]
#[ignore = "needs pyspark and Java, and a minute"]
fn a_column_of_parquet() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(40));
    let write = "import pyarrow.json as j, pyarrow.parquet as p; p.write_table(j.read_json('a.jsonl').select(['id', 'text', 'rate']), 'in.parquet')";
    let is_written =
        Command::new(python()).args(["-c", write]).current_dir(folder.path()).status().is_ok_and(|s| s.success());
    if !is_written || !spark(&folder, &["in.parquet", "out.parquet"]) {
        return skip("no Python with pyspark, pyarrow and pandas");
    }
    let read = "import pyarrow.parquet as p, json; print(json.dumps(sorted(p.read_table('out.parquet').to_pylist(), key=lambda r: r['id'])))";
    let output = Command::new(python()).args(["-c", read]).current_dir(folder.path()).output().unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    for (row, line) in rows.iter().zip(jsonl_restored(40).lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&row["id"], &row["text"]), (&line["id"], &line["text"]));
    }
    assert_eq!(rows.len(), 40);
}
