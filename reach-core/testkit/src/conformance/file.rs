//! The files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reach_core::snapshot::Snapshot;
use serde::Deserialize;
use serde_json::Value;

use super::question::Asked;
use super::table::OneOrMany;
use super::{Problem, build, merge};

/// Where the files are.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// Everything that the files say.
#[derive(Debug)]
pub struct Suite {
    topologies: BTreeMap<String, Layer>,
    /// The cases, file by file.
    pub cases: Vec<Case>,
}

/// A network and questions about it.
#[derive(Debug, Clone)]
pub struct Case {
    /// `C-nnn` for those of the specification, free text for others; no two are alike.
    pub id: String,
    /// The file, by its name without the ending.
    pub file: String,
    /// The rules of the specification that it is about.
    pub rules: Vec<String>,
    /// The scenario in words; empty where the id says it.
    pub text: String,
    /// What is asked, and what the answer has to say.
    pub asked: Vec<Asked>,
}

/// Tables over those of something else.
#[derive(Debug, Clone)]
struct Layer {
    base: Vec<String>,
    tables: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<CaseText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    id: String,
    rules: Vec<String>,
    #[serde(default)]
    text: String,
    base: OneOrMany,
    #[serde(default)]
    with: Value,
    ask: String,
    expect: String,
    #[serde(default)]
    also: Vec<(String, String)>,
}

impl Suite {
    /// Reads all files.
    ///
    /// # Errors
    ///
    /// What cannot be read, and where.
    pub fn read() -> Result<Self, Problem> {
        let folder = folder();
        let mut suite = Self { topologies: BTreeMap::new(), cases: Vec::new() };
        let text = read(&folder.join("topologies.toml"))?;
        let topologies: BTreeMap<String, Value> =
            toml::from_str(&text).map_err(|e| format!("topologies.toml: {e}"))?;
        for (name, mut tables) in topologies {
            let base = tables.as_object_mut().and_then(|tables| tables.remove("based_on"));
            let base = match base {
                Some(base) => serde_json::from_value(base).map_err(|e| format!("{name}: {e}"))?,
                None => OneOrMany::default(),
            };
            suite.add(&name, &base, tables)?;
        }
        for path in case_files(&folder)? {
            suite.read_cases(&path)?;
        }
        Ok(suite)
    }

    fn read_cases(&mut self, path: &Path) -> Result<(), Problem> {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(path)?;
        let read: CaseFile = toml::from_str(&text).map_err(|e| format!("{file}: {e}"))?;
        for case in read.case {
            let wrong = |problem| format!("{}: {problem}", case.id);
            let first = (case.ask, case.expect);
            let asked = std::iter::once(first).chain(case.also);
            let asked = asked.map(|(ask, expect)| Asked::parse(&ask, &expect));
            let asked = asked.collect::<Result<_, _>>().map_err(wrong)?;
            self.add(&case.id, &case.base, case.with)?;
            let CaseText { id, rules, text, .. } = case;
            self.cases.push(Case { id, file: file.clone(), rules, text, asked });
        }
        Ok(())
    }

    fn add(&mut self, name: &str, base: &OneOrMany, tables: Value) -> Result<(), Problem> {
        let base = base.list().into_iter().map(str::to_owned).collect();
        match self.topologies.insert(name.to_owned(), Layer { base, tables }) {
            Some(_) => Err(format!("`{name}` is there twice")),
            None => Ok(()),
        }
    }

    /// The snapshot of a case or topology.
    ///
    /// # Errors
    ///
    /// What its tables, or those that it is based on, have wrong.
    pub fn snapshot(&self, name: &str) -> Result<Snapshot, Problem> {
        let mut tables = Value::Object(serde_json::Map::new());
        self.lay(&mut tables, name, 0)?;
        build::snapshot(tables).map_err(|problem| format!("{name}: {problem}"))
    }

    fn lay(&self, tables: &mut Value, name: &str, depth: usize) -> Result<(), Problem> {
        if depth > 16 {
            return Err(format!("`{name}` is based on itself"));
        }
        let layer = self.topologies.get(name).ok_or_else(|| format!("there is no `{name}`"))?;
        for base in &layer.base {
            self.lay(tables, base, depth + 1)?;
        }
        if layer.tables.is_object() {
            merge::deep(tables, &layer.tables);
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The files with cases: those of the sections, then what goes beyond.
fn case_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for folder in [folder.to_owned(), folder.join("more")] {
        let entries =
            std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut found: Vec<_> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
            .filter(|path| !path.ends_with("topologies.toml") && !path.ends_with("rules.toml"))
            .collect();
        found.sort();
        files.extend(found);
    }
    Ok(files)
}
