//! JSONL: only the bytes of the text change.

use super::support::{CLEAN, Folder, SPUN, jsonl, jsonl_restored, restored};

#[test]
fn only_the_text_changes_whatever_the_threads() {
    let folder = Folder::new();
    let input = jsonl(5_000);
    let expected = jsonl_restored(5_000);
    folder.write("news.jsonl", &input);
    for threads in ["1", "2", "5"] {
        let run = folder.clean(&["news.jsonl", "--threads", threads]).expect(0);
        assert!(run.out_text() == expected, "with {threads} threads");
    }
}

#[test]
fn every_other_byte_stays() {
    let text = SPUN[0];
    let new = restored(text);
    let cases = [
        ("{\"text\":\"TEXT\"}\n", "{\"text\":\"TEXT\"}\n"),
        (
            "  {\"b\" : 1e3 , \"text\" :\t\"TEXT\" , \"a\" : {\"text\": \"stated\"}}  \r\n",
            "  {\"b\" : 1e3 , \"text\" :\t\"TEXT\" , \"a\" : {\"text\": \"stated\"}}  \r\n",
        ),
        ("\u{feff}{\"text\":\"TEXT\"}", "\u{feff}{\"text\":\"TEXT\"}"),
        (r#"{"te\u0078t":"TEXT","s":"\u00e9\/"}"#, r#"{"te\u0078t":"TEXT","s":"\u00e9\/"}"#),
        // Of two fields of one name the last counts.
        (r#"{"text":"The White Home stated.","text":"TEXT"}"#, r#"{"text":"The White Home stated.","text":"TEXT"}"#),
        // Escapes that no edit touches stay as they are.
        (
            r#"{"text":"\u201cYes\u201d \ud83d\ude00 \/ \t TEXT \u00e9\n"}"#,
            r#"{"text":"\u201cYes\u201d \ud83d\ude00 \/ \t TEXT \u00e9\n"}"#,
        ),
        ("\n\n{\"text\":\"TEXT\"}\n \n", "\n\n{\"text\":\"TEXT\"}\n \n"),
    ];
    for (input, expected) in cases {
        let run = Folder::new().clean_from(&["--format", "jsonl", "--quiet"], input.replace("TEXT", text).as_bytes());
        assert_eq!(run.out_text(), expected.replace("TEXT", &new), "{}", run.err());
        assert_eq!((run.status(), run.err().as_str()), (0, ""));
    }
}

#[test]
fn another_field() {
    let input = format!("{{\"text\":\"{}\",\"body\":\"{}\"}}\n", SPUN[0], SPUN[1]);
    let run = Folder::new().clean_from(&["--format", "jsonl", "--field", "body"], input.as_bytes()).expect(0);
    assert_eq!(run.out_text(), format!("{{\"text\":\"{}\",\"body\":\"{}\"}}\n", SPUN[0], restored(SPUN[1])));
}

#[test]
fn unreadable_records_pass_and_are_named() {
    let good = format!("{{\"text\":\"{}\"}}\n", CLEAN[0]);
    let bad: [(&[u8], &str); 9] = [
        (b"{\"text\": \"broken\n", "invalid JSON"),
        (b"not json\n", "invalid JSON"),
        (b"{\"other\": 1}\n", "no field `text`"),
        (b"{\"text\": null}\n", "is null"),
        (b"{\"text\": [\"a\"]}\n", "is an array"),
        (b"[1, 2]\n", "expected an object"),
        (b"{\"text\": \"\xff\"}\n", "invalid UTF-8"),
        (b"{\"text\": \"\\ud800 alone\"}\n", "invalid JSON"),
        (b"{\"text\": \"a\"} {\"text\": \"b\"}\n", "trailing characters"),
    ];
    for (line, reason) in bad {
        let mut input = good.clone().into_bytes();
        input.extend_from_slice(line);
        input.extend_from_slice(good.as_bytes());
        let folder = Folder::new();
        folder.write("news.jsonl", &input);
        let run = folder.clean(&["news.jsonl", "--quiet"]).expect(1);
        assert_eq!(run.out(), input);
        let err = run.err();
        assert!(err.starts_with("news.jsonl: record 2: ") && err.contains(reason), "{err}");
    }
}

#[test]
fn annotations_tell_the_edits() {
    let folder = Folder::new();
    folder.write("news.jsonl", jsonl(5));
    let run = folder.clean(&["news.jsonl", "--annotate"]).expect(0);
    for (line, (plain, source)) in run.out_text().lines().zip(jsonl_restored(5).lines().zip(jsonl(5).lines())) {
        assert!(line.starts_with(&plain[..plain.len() - 1]), "{line}");
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let source: serde_json::Value = serde_json::from_str(source).unwrap();
        let text = source["text"].as_str().unwrap();
        let edits = record["unspin"]["edits"].as_array().unwrap();
        let (mut made, mut at) = (String::new(), 0);
        for edit in edits {
            let (start, end) = (edit["start"].as_u64().unwrap() as usize, edit["end"].as_u64().unwrap() as usize);
            assert_eq!(edit["from"], text[start..end]);
            assert_eq!(edit["channel"], "folks");
            assert!((0.5..=1.0).contains(&edit["confidence"].as_f64().unwrap()));
            made += &text[at..start];
            made += edit["to"].as_str().unwrap();
            at = end;
        }
        made += &text[at..];
        assert_eq!(record["text"], made);
        assert_eq!(record["unspin"]["spinner"].is_null(), edits.is_empty());
        assert!(record["unspin"]["spun"].is_number());
    }
    // Once more: the annotation is replaced, not doubled.
    let again = folder.clean_from(&["--format", "jsonl", "--annotate"], run.out()).expect(0);
    assert!(again.out_text().lines().all(|line| line.matches("\"unspin\"").count() == 1));
}

#[test]
fn verdicts_alone() {
    let folder = Folder::new();
    folder.write("news.jsonl", jsonl(5));
    let run = folder.clean(&["news.jsonl", "--detect"]).expect(0);
    let lines: Vec<serde_json::Value> = run.out_text().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let spun: Vec<bool> = lines.iter().map(|l| l["spun"].as_f64().unwrap() > 0.5).collect();
    assert_eq!(spun, [true, false, true, true, false]);
    assert_eq!(lines[3]["record"], 4);
    assert_eq!(lines[3]["spinner"], "folks");
    assert_eq!(lines[3]["version"], unspin::VERSION);
    let both = folder.clean(&["news.jsonl", "--detect", "--annotate"]).expect(0);
    assert!(both.out_text().lines().zip(jsonl(5).lines()).all(|(l, old)| l.starts_with(&old[..old.len() - 1])));
}

#[test]
fn thresholds_and_protected_phrases_hold() {
    let folder = Folder::new();
    folder.write("news.jsonl", jsonl(1));
    folder.write("keep.txt", "# names\nWhite Home\n\n");
    let kept = folder.clean(&["news.jsonl", "--protect", "keep.txt"]).expect(0);
    assert!(kept.out_text().contains("White Home said"), "{}", kept.out_text());
    let sure = folder.clean(&["news.jsonl", "--min-confidence", "1"]).expect(0);
    assert_eq!(sure.out_text(), jsonl(1));
}

#[test]
fn a_long_record_costs_no_more_than_short_ones() {
    let folder = Folder::new();
    // Numbered, so that no two sentences are the same to the engine.
    let text = |from: usize, to: usize| (from..to).map(|n| format!("{} {n}. ", SPUN[n % 3])).collect::<String>();
    let record = |text: String| format!("{{\"text\": {}}}\n", serde_json::Value::from(text));
    folder.write("long.jsonl", record(text(0, 12_000)));
    folder.write("short.jsonl", (0..120).map(|n| record(text(n * 100, n * 100 + 100))).collect::<String>());
    let seconds = |name: &str| {
        let start = std::time::Instant::now();
        folder.clean(&[name, "-o", "out.jsonl", "--threads", "1"]).expect(0);
        start.elapsed().as_secs_f64()
    };
    let (short, long) = (seconds("short.jsonl"), seconds("long.jsonl"));
    assert!(long < 2.0 * short + 0.5, "{long} s for one record, {short} s for its parts");
}
