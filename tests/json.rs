//! The JSON of `docs/json.md`: what the library and the program write keeps `docs/schema.json`, and is read again.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use unspin::{Edit, Restoration, Unspin, Verdict};

const SPUN: &str =
    "“The White Home stated that Chinese language officers had been there,” in line with an 8.5 % staff.";
const CLEAN: &str = "It rained in Oslo.";

fn schema() -> Value {
    serde_json::from_str(include_str!("../docs/schema.json")).unwrap()
}

/// What breaks a schema of the few words that ours uses; none other is let pass.
fn faults(value: &Value, schema: &Value, root: &Value, at: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (word, wanted) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "$id" | "title" | "description" | "$defs" => {}
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                out.extend(faults(value, &root["$defs"][name], root, at));
            }
            "type" => {
                let is = |name: &Value| match name.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64(),
                    "null" => value.is_null(),
                    other => panic!("type {other}"),
                };
                let is_any = wanted.as_array().map_or_else(|| is(wanted), |names| names.iter().any(is));
                if !is_any {
                    out.push(format!("{at} is {value}, no {wanted}"));
                }
            }
            "minimum" if value.as_f64().is_some_and(|v| v < wanted.as_f64().unwrap()) => {
                out.push(format!("{at} < {wanted}"))
            }
            "maximum" if value.as_f64().is_some_and(|v| v > wanted.as_f64().unwrap()) => {
                out.push(format!("{at} > {wanted}"))
            }
            "minimum" | "maximum" => {}
            // What says more of objects says nothing of what may stand in their place.
            "required" if !value.is_object() => {}
            "required" => {
                let missing =
                    wanted.as_array().unwrap().iter().filter(|name| value.get(name.as_str().unwrap()).is_none());
                out.extend(missing.map(|name| format!("{at} lacks {name}")));
            }
            "additionalProperties" => assert_eq!(wanted, &Value::Bool(false)),
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(schema) => out.extend(faults(inner, schema, root, &format!("{at}.{name}"))),
                        None => out.push(format!("{at} has {name}")),
                    }
                }
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.for_each(|(n, item)| out.extend(faults(item, wanted, root, &format!("{at}[{n}]"))));
            }
            "anyOf" => {
                let options = wanted.as_array().unwrap();
                if !options.iter().any(|option| faults(value, option, root, at).is_empty()) {
                    out.push(format!("{at} is none of {wanted}"));
                }
            }
            other => panic!("the schema says {other}"),
        }
    }
    out
}

fn assert_valid(value: &Value, kind: &str) {
    let root = schema();
    assert_eq!(faults(value, &root["$defs"][kind], &root, kind), Vec::<String>::new(), "{value}");
}

/// What the batch cleaner writes for these records.
fn clean(arguments: &[&str], input: &str) -> Vec<Value> {
    let mut cleaner = std::path::PathBuf::from(env!("CARGO_BIN_EXE_unspin"));
    cleaner.set_extension(std::env::consts::EXE_EXTENSION);
    let mut run = Command::new(cleaner)
        .args(["clean", "--format", "jsonl", "--quiet"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = run.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn all_that_is_written_keeps_the_schema() {
    let unspin = Unspin::new();
    for text in [SPUN, CLEAN, ""] {
        let restored = unspin.restore(text);
        assert_valid(&serde_json::to_value(restored.annotation()).unwrap(), "annotation");
        assert_valid(&serde_json::to_value(restored.verdict()).unwrap(), "verdict");
        assert_valid(&serde_json::to_value(&restored).unwrap(), "restoration");
        restored.edits().iter().for_each(|edit| assert_valid(&serde_json::to_value(edit).unwrap(), "edit"));
    }
    let records = [SPUN, CLEAN].map(|text| format!("{}\n", serde_json::json!({"text": text}))).concat();
    let annotated = clean(&["--annotate"], &records);
    assert!(!annotated[0]["unspin"]["edits"].as_array().unwrap().is_empty());
    annotated.iter().for_each(|record| assert_valid(&record["unspin"], "annotation"));
    let detected = clean(&["--detect"], &records);
    assert_eq!(detected.len(), 2);
    detected.iter().for_each(|line| assert_valid(line, "detection"));
}

/// The library, `--annotate` and `--detect` say the same of the same text.
#[test]
fn it_is_the_same_everywhere() {
    let unspin = Unspin::new();
    let restored = unspin.restore(SPUN);
    let record = format!("{}\n", serde_json::json!({"text": SPUN}));
    let parsed = |json: String| -> Value { serde_json::from_str(&json).unwrap() };
    let annotation = parsed(serde_json::to_string(&restored.annotation()).unwrap());
    assert_eq!(clean(&["--annotate"], &record)[0]["unspin"], annotation);
    let mut detected = clean(&["--detect"], &record).remove(0);
    ["file", "record"].iter().for_each(|key| assert!(detected.as_object_mut().unwrap().remove(*key).is_some()));
    assert_eq!(detected, parsed(serde_json::to_string(restored.verdict()).unwrap()));
    let whole = parsed(serde_json::to_string(&restored).unwrap());
    for key in ["spun", "spinner", "version"] {
        assert_eq!(whole[key], annotation[key], "{key}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let unspin = Unspin::new();
    for text in [SPUN, CLEAN] {
        let restored = unspin.restore(text).into_owned();
        let again: Restoration = serde_json::from_str(&serde_json::to_string(&restored).unwrap()).unwrap();
        assert_eq!((again.text(), &again), (restored.text(), &restored));
        let verdict: Verdict = serde_json::from_str(&serde_json::to_string(restored.verdict()).unwrap()).unwrap();
        assert_eq!(&verdict, restored.verdict());
        // An annotation's edits are edits, and make the text.
        let annotation = serde_json::to_value(restored.annotation()).unwrap();
        let edits: Vec<Edit> = serde_json::from_value(annotation["edits"].clone()).unwrap();
        assert_eq!(unspin::apply(text, &edits).unwrap(), restored.text());
    }
}

/// What else may have stood at an edit: no more than a few, the likeliest first, none of them what stands or was made.
#[test]
fn alternatives_are_ranked() {
    let unspin = Unspin::new();
    let newsroom = include_str!("articles/newsroom.jsonl").lines().map(|line| {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        article["spun"].as_str().unwrap().to_string()
    });
    let (mut named, mut all) = (0, 0);
    for source in newsroom.chain([include_str!("articles/harbour.spun.txt").to_string()]) {
        let (own, edits) = alternatives(&unspin, &source);
        (named, all) = (named + own, all + edits);
    }
    assert!(named >= 20, "{named} edits of {all} have alternatives");
}

/// How many edits of a text have alternatives, each of which is what it should be, and how many there are.
fn alternatives(unspin: &Unspin, source: &str) -> (usize, usize) {
    let restored = unspin.restore(source);
    assert_valid(&serde_json::to_value(restored.annotation()).unwrap(), "annotation");
    let mut named = 0;
    for edit in restored.edits() {
        assert!(edit.alternatives.len() <= Edit::MAX_ALTERNATIVES);
        assert!(edit.alternatives.is_sorted_by(|a, b| a.probability >= b.probability), "{edit:?}");
        for alternative in &edit.alternatives {
            assert!((0.0..=1.0).contains(&alternative.probability), "{edit:?}");
            assert!(alternative.replacement != edit.replacement, "{edit:?}");
            assert_ne!(edit.replaced(source), Some(alternative.replacement.as_str()));
        }
        named += usize::from(!edit.alternatives.is_empty());
        let again: Edit = serde_json::from_str(&serde_json::to_string(edit).unwrap()).unwrap();
        assert_eq!(&again, edit);
    }
    (named, restored.edits().len())
}

#[test]
fn edits_that_do_not_fit_their_text_are_refused() {
    let restored = Unspin::new().restore(SPUN).into_owned();
    let mut json = serde_json::to_value(&restored).unwrap();
    json["source"] = "short".into();
    let error = serde_json::from_value::<Restoration>(json).unwrap_err();
    assert!(error.to_string().contains("does not fit the text"), "{error}");
}

#[test]
fn the_schema_refuses_what_it_should() {
    let root = schema();
    let restored = Unspin::new().restore(SPUN).into_owned();
    let good = serde_json::to_value(restored.annotation()).unwrap();
    for (path, bad) in [
        ("/spun", Value::from(1.5)),
        ("/spinner", Value::from(3)),
        ("/edits/0/start", Value::from(-1)),
        ("/edits/0/entry", Value::from("folks")),
        ("/version", Value::Null),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(path).unwrap() = bad;
        assert!(!faults(&value, &root["$defs"]["annotation"], &root, "annotation").is_empty(), "{path}");
    }
}
