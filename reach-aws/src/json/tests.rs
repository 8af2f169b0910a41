use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Part {
    id: String,
    #[serde(default)]
    number: Option<i32>,
    #[serde(default)]
    share: Option<f64>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    parts: Vec<Part>,
}

const SAMPLE: &str = r#" {"id": "a\n\u00fc", "number": -7, "passed": [{"over": [1e3, null, "x"]}, {}],
  "parts" :[ {"id":"b","on":true, "number" : null},{"id": "c", "share": 1.5, "parts": []} ] } "#;

fn ours(text: &str) -> Result<Part, Fault> {
    let mut json = Json::new(text);
    let part = Part::deserialize(&mut json)?;
    json.end().map(|()| part)
}

/// What `serde_json` reads is read alike, and so is what it says of the rest.
fn compare(text: &str) {
    match (ours(text), serde_json::from_str::<Part>(text)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
        // It takes a list for the fields in their order, which no answer has.
        (Err(ours), _) if ours.message().starts_with("invalid type: sequence, expected struct") => {
        }
        // After a number, what follows it is looked at before the number is.
        (Err(ours), Err(_)) if ours.message() == "trailing characters" => {}
        (Err(ours), Err(theirs)) => {
            let (line, column) = ours.position(text);
            let told = format!("{} at line {line} column {column}", ours.message());
            assert_eq!(told, theirs.to_string(), "{text}");
            assert_eq!(ours.is_syntax(), !theirs.is_data(), "{text}: {theirs}");
        }
        (ours, theirs) => panic!("{text}: {ours:?}, {theirs:?}"),
    }
}

#[test]
fn sound_and_broken_text_is_read_as_serde_json_reads_it() {
    assert_eq!(ours(SAMPLE).unwrap().parts[1].share, Some(1.5));
    compare(SAMPLE);
    for at in 0..SAMPLE.len() {
        let (before, after) = SAMPLE.split_at(at);
        let replaced = after.get(1..).unwrap();
        compare(before);
        for other in
            ["", " ", "\"", "7", "-", "x", "null", "[", "]", "{", "}", ",", ":", "\\", "\n"]
        {
            compare(&format!("{before}{other}{after}"));
            compare(&format!("{before}{other}{replaced}"));
        }
    }
}

#[test]
fn values_of_other_types() {
    let values =
        ["null", "true", "7", "-7", "1.5", "1e999", "99999999999", "\"x\"", "[]", "{}", "oops"];
    for key in ["id", "number", "share", "on", "parts", "other"] {
        for value in values {
            compare(&format!("{{\"id\": \"x\",\n \"{key}\": {value} , \"number\": 1}}"));
            compare(&format!("{{\"id\": \"x\", \"parts\": [{{\"{key}\": {value}}}\n]}}"));
        }
    }
    for value in values {
        compare(value);
    }
}

#[test]
fn the_way_to_what_is_wrong() {
    for (text, field) in [
        (r#"{"id": "a", "parts": [{"id": "b"}, {"id": "c", "on": 3}]}"#, "parts[1].on"),
        (r#"{"id": "a", "parts": [{"id": "b"}, {}]}"#, "parts[1]"),
        (r#"{"id": "a", "p\u0061rts": {}}"#, "parts"),
        ("[]", "."),
    ] {
        assert_eq!(ours(text).unwrap_err().field(), field);
    }
}

#[test]
fn what_is_passed_over_may_be_deep() {
    let deep = format!(r#"{{"id": "a", "x": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(ours(&deep).is_ok());
}
