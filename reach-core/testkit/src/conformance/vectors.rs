//! The cases as JSON, for runners in other languages.

use std::collections::BTreeMap;

use reach_core::snapshot::{Kind, Region, Snapshot};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Case, Expected, Problem, Question, Suite};

/// A case as runners in other languages read it.
#[derive(Debug, Serialize)]
pub struct Vector<'c> {
    /// As in the files.
    pub id: &'c str,
    /// Files as `aws … describe-*` prints them, by name.
    pub files: BTreeMap<String, Value>,
    /// What is asked.
    pub asked: Vec<Answerable<'c>>,
}

/// A question with what is expected.
#[derive(Debug, Serialize)]
pub struct Answerable<'c> {
    /// What is asked.
    pub question: &'c Question,
    /// What is expected.
    pub expected: &'c Expected,
}

/// All cases.
///
/// # Errors
///
/// What the files have wrong.
pub fn vectors(suite: &Suite) -> Result<Vec<Vector<'_>>, Problem> {
    suite.cases.iter().map(|case| vector(suite, case)).collect()
}

fn vector<'s>(suite: &'s Suite, case: &'s Case) -> Result<Vector<'s>, Problem> {
    let asked = case.asked.iter();
    let asked = asked.map(|one| Answerable { question: &one.question, expected: &one.expected });
    Ok(Vector { id: &case.id, files: files(&suite.snapshot(&case.id)?)?, asked: asked.collect() })
}

/// A snapshot as files that the loader reads.
///
/// # Errors
///
/// If something is no JSON: never.
pub fn files(snapshot: &Snapshot) -> Result<BTreeMap<String, Value>, Problem> {
    let mut files = BTreeMap::new();
    for region in &snapshot.regions {
        let folders = region.account.iter().chain(&region.name);
        let folders: Vec<_> = folders.map(String::as_str).chain(["snapshot.json"]).collect();
        files.insert(folders.join("/"), document(region)?);
    }
    Ok(files)
}

fn document(region: &Region) -> Result<Value, Problem> {
    let json = serde_json::to_value(region).map_err(|e| e.to_string())?;
    let mut document = Map::new();
    for kind in Kind::ALL {
        // The fields of a Region are called as its kinds are.
        let Some(list) = json.get(format!("{kind:?}")) else { continue };
        let list = match (kind, list) {
            (Kind::Instances, Value::Array(list)) if !list.is_empty() => {
                json!([{ "Instances": list }])
            }
            _ => list.clone(),
        };
        document.insert(kind.key().to_owned(), list);
    }
    Ok(Value::Object(document))
}
