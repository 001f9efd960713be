//! Records with several texts: counted once, told apart by their fields, the same whatever the threads.

use serde_json::{Value, json};

use super::support::{CLEAN, Folder, SPUN, restored};

/// Records with a title, a body in an object, both or none of them spun.
fn records(count: usize) -> String {
    let line = |n: usize| {
        let (title, body) = ([SPUN[0], CLEAN[0]][n % 2], [SPUN[1], CLEAN[1], SPUN[2]][n % 3]);
        format!("{}\n", json!({"id": n, "title": title, "article": {"body": body, "text": SPUN[0]}}))
    };
    (0..count).map(line).collect()
}

const FIELDS: [&str; 4] = ["--field", "title", "--field", "article.body"];

#[test]
fn fields_are_restored_whatever_the_threads_and_records_counted_once() {
    let folder = Folder::new();
    folder.write("a.jsonl", records(1_200));
    let expected: String = records(1_200)
        .lines()
        .map(|line| {
            let mut record: Value = serde_json::from_str(line).unwrap();
            for field in ["/title", "/article/body"] {
                let text = record.pointer_mut(field).unwrap();
                *text = restored(text.as_str().unwrap()).into();
            }
            format!("{record}\n")
        })
        .collect();
    for threads in ["1", "3"] {
        let arguments = [&["a.jsonl", "--json", "--threads", threads][..], &FIELDS].concat();
        let run = folder.clean(&arguments).expect(0);
        assert!(run.out_text() == expected, "{threads} threads");
        let summary: Value = serde_json::from_str(run.err().lines().last().unwrap()).unwrap();
        // Of six records one is clean in both fields.
        for (key, value) in [("records", 1_200), ("texts", 2_400), ("spun", 1_000), ("restored", 1_000)] {
            assert_eq!(summary[key], value, "{key}");
        }
        assert_eq!(summary["spinners"]["folks"], 1_000);
    }
}

#[test]
fn each_text_has_its_verdict_and_each_record_one_annotation() {
    let folder = Folder::new();
    folder.write("a.jsonl", records(2));
    let run = folder.clean(&[&["a.jsonl", "--detect", "--quiet"][..], &FIELDS].concat()).expect(0);
    let lines: Vec<Value> = run.out_text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> =
        lines.iter().map(|line| (line["record"].as_u64().unwrap(), line["field"].as_str().unwrap())).collect();
    assert_eq!(told, [(1, "title"), (1, "article.body"), (2, "title"), (2, "article.body")]);
    assert!(lines[0]["spinner"] == "folks" && lines[2]["spinner"].is_null());
    let run = folder.clean(&[&["a.jsonl", "--annotate", "--quiet"][..], &FIELDS].concat()).expect(0);
    let record: Value = serde_json::from_str(run.out_text().lines().next().unwrap()).unwrap();
    let edits = record["unspin"]["edits"].as_array().unwrap();
    let mut groups = std::collections::BTreeMap::new();
    for edit in edits {
        let field = edit["field"].as_str().unwrap();
        let text = if field == "title" { SPUN[0] } else { SPUN[1] };
        let span = edit["start"].as_u64().unwrap() as usize..edit["end"].as_u64().unwrap() as usize;
        assert_eq!(edit["from"], text[span]);
        // A number is that of one group, whichever text it is in.
        if let Some(group) = edit["group"].as_u64() {
            let (known, count) = groups.entry(group).or_insert((field, 0));
            *count += 1;
            assert_eq!((*known, true), (field, *count <= edit["group_size"].as_u64().unwrap()));
        }
    }
    assert!(["title", "article.body"].iter().all(|field| edits.iter().any(|edit| edit["field"] == *field)));
    // A record has the verdict of its likeliest text; one field alone is not named.
    let run = folder.clean(&["a.jsonl", "--annotate", "--quiet", "--field", "title"]).expect(0);
    let alone: Value = serde_json::from_str(run.out_text().lines().next().unwrap()).unwrap();
    assert!(alone["unspin"]["edits"][0].get("field").is_none());
    assert!(record["unspin"]["spun"].as_f64() >= alone["unspin"]["spun"].as_f64());
}

#[test]
fn a_report_says_in_which_field_an_edit_stands() {
    let folder = Folder::new();
    folder.write("a.jsonl", records(6) + &records(6));
    let arguments = [&["a.jsonl", "-o", "b.jsonl", "--report", "r.html", "--quiet"][..], &FIELDS].concat();
    folder.clean(&arguments).expect(0);
    let page = String::from_utf8(folder.read("r.html")).unwrap();
    let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: Value = serde_json::from_str(data).unwrap();
    for article in data["articles"].as_array().unwrap() {
        let body = article["field"] == "article.body";
        assert!(body || article["field"] == "title", "{article}");
        let text = if body { [SPUN[1], SPUN[2]].concat() } else { SPUN[0].to_string() };
        assert!(article["edits"].as_array().unwrap().iter().all(|edit| text.contains(edit["from"].as_str().unwrap())));
    }
    assert!(page.contains("a.jsonl, record 1, title") && page.contains(", article.body"), "{page}");
}
