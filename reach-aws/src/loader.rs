use std::collections::BTreeMap;

use reach_core::snapshot::Snapshot;
use reach_core::{Diagnostic, Network};

use crate::archive;
use crate::config;
use crate::document::Document;
use crate::error::LoadError;
use crate::merge::{Piece, merge};
use crate::text::shown_name;

/// A snapshot, and what reading it noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The resources.
    pub snapshot: Snapshot,
    /// What was not read or does not fit together, by file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// The network of the snapshot, with everything that reading and compiling noticed.
    pub fn compile(self) -> Network {
        Network::compile_noting(self.snapshot, self.diagnostics)
    }
}

/// How much input is read before it is refused: snapshots may come from people who mean harm.
///
/// ```
/// use reach_aws::{Limits, Loader};
///
/// let mut loader = Loader::with_limits(Limits::default().bytes(10));
/// let error = loader.add("vpcs.json", br#"{"Vpcs": []}"#).unwrap_err();
/// assert_eq!(error.code(), "too_large");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub(crate) bytes: u64,
    pub(crate) entries: usize,
    pub(crate) depth: usize,
}

impl Default for Limits {
    /// 1 GiB of JSON, 65,536 entries in an archive, 32 folders inside each other.
    fn default() -> Self {
        Self { bytes: 1 << 30, entries: 65_536, depth: 32 }
    }
}

impl Limits {
    /// The most bytes of JSON in all, counted after unpacking.
    #[must_use]
    pub fn bytes(mut self, most: u64) -> Self {
        self.bytes = most;
        self
    }

    /// The most entries of one archive.
    #[must_use]
    pub fn entries(mut self, most: usize) -> Self {
        self.entries = most;
        self
    }

    /// The most folders inside each other.
    #[must_use]
    pub fn depth(mut self, most: usize) -> Self {
        self.depth = most;
        self
    }
}

/// Collects describe answers from anywhere, and makes one Snapshot of them.
///
/// The order in which files are added does not matter: their names decide.
///
/// ```
/// use reach_aws::Loader;
///
/// let mut loader = Loader::new();
/// for (name, text) in [
///     ("111122223333/eu-west-1/a.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}], "Subnets": []}"#),
///     ("444455556666/eu-west-1/b.json", r#"{"Vpcs": []}"#),
/// ] {
///     loader.add(name, text.as_bytes())?;
/// }
/// let regions = loader.finish()?.snapshot.regions;
/// assert_eq!(regions[0].account.as_deref(), Some("111122223333"));
/// assert_eq!(regions[1].account.as_deref(), Some("444455556666"));
/// # Ok::<(), reach_aws::LoadError>(())
/// ```
#[derive(Debug, Default)]
pub struct Loader {
    limits: Limits,
    /// Bytes of JSON so far.
    bytes: u64,
    pieces: Vec<Piece>,
    /// The files as they are, where nobody wants to know what they say.
    raw: Option<BTreeMap<String, Vec<u8>>>,
    diagnostics: Vec<Diagnostic>,
    /// What the caller named: files, folders, archives.
    inputs: Vec<String>,
    /// The first file that could not be read.
    failed: Option<String>,
}

impl Loader {
    /// A loader with the default [`Limits`].
    pub fn new() -> Self {
        Self::default()
    }

    /// A loader with limits of one's own.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a file: JSON, or a zip of JSON files.
    ///
    /// Only the folders in the name mean anything (`ACCOUNT/REGION/…`), and for some answers the
    /// id in it.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
        self.inputs.push(name.to_owned());
        self.attempt(name, |loader| loader.add_bytes(name, bytes))
    }

    /// Whether a file met in a folder is one to [`add`](Self::add). Notes it where it is not.
    ///
    /// A file that is named outright is always to add; a folder may hold other things too.
    ///
    /// ```
    /// let mut loader = reach_aws::Loader::new();
    /// assert!(loader.wants("folder/vpcs.json"));
    /// assert!(!loader.wants("folder/README.md"));
    /// ```
    pub fn wants(&mut self, name: &str) -> bool {
        archive::has_extension(name, "zip") && !is_hidden(name) || self.wants_entry(name, name)
    }

    /// Makes the Snapshot of everything that was added.
    ///
    /// Fails where nothing of it was a describe answer, and where a file had failed: nothing is
    /// ever returned in part.
    pub fn finish(self) -> Result<Loaded, LoadError> {
        if let Some(file) = self.failed {
            return Err(LoadError::Incomplete { file });
        }
        let files = self.pieces.len();
        let mut diagnostics = self.diagnostics;
        let snapshot = merge(self.pieces, &mut diagnostics);
        diagnostics.sort_by(|a, b| (a.file.is_none(), &a.file).cmp(&(b.file.is_none(), &b.file)));
        if snapshot.regions.is_empty() {
            return Err(nothing(&self.inputs, files, &diagnostics));
        }
        Ok(Loaded { snapshot, diagnostics })
    }

    /// The files of a folder or a zip, or the one file, by their names in it.
    #[cfg(feature = "cli")]
    pub(crate) fn files_of(path: &std::path::Path) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
        let mut loader = Self { raw: Some(BTreeMap::new()), ..Self::default() };
        loader.add_path(path)?;
        let inputs = loader.inputs;
        let inside = |name: &str| {
            let root = inputs.first().map_or("", String::as_str);
            let below = name.strip_prefix(root).and_then(|below| below.strip_prefix('/'));
            let last = || name.rsplit(['/', '\\']).next().unwrap_or(name);
            below.unwrap_or_else(last).to_owned()
        };
        let files = loader.raw.unwrap_or_default();
        Ok(files.into_iter().map(|(name, bytes)| (inside(&name), bytes)).collect())
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn bytes_left(&self) -> u64 {
        self.limits.bytes.saturating_sub(self.bytes)
    }

    pub(crate) fn too_many_bytes(&self, name: &str) -> LoadError {
        let most = self.limits.bytes;
        LoadError::too_large(name, format!("more than {most} bytes in all, the most that is read"))
    }

    pub(crate) fn name_input(&mut self, name: &str) {
        self.inputs.push(name.to_owned());
    }

    /// Runs something that adds, and remembers where it failed.
    pub(crate) fn attempt(
        &mut self,
        name: &str,
        add: impl FnOnce(&mut Self) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        add(self).inspect_err(|error| {
            let file = error.file().map_or_else(|| shown_name(name), str::to_owned);
            self.failed.get_or_insert(file);
        })
    }

    pub(crate) fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
        if archive::is_zip(bytes) {
            archive::add(self, name, bytes)
        } else if archive::has_extension(name, "zip") {
            Err(LoadError::archive(name, "not a zip archive"))
        } else {
            self.add_json(name, bytes)
        }
    }

    pub(crate) fn add_json(&mut self, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > self.bytes_left() {
            return Err(self.too_many_bytes(name));
        }
        self.bytes += size;
        if let Some(raw) = &mut self.raw {
            raw.insert(name.to_owned(), bytes.to_vec());
            return Ok(());
        }
        if let Some(recorded) = config::read(name, bytes) {
            self.diagnostics.extend(recorded.diagnostics);
            for (name, bytes) in recorded.files {
                let document = Document::parse(&name, &bytes)?;
                self.pieces.push(Piece { name, document });
            }
            return Ok(());
        }
        let document = Document::parse(name, bytes)?;
        self.pieces.push(Piece { name: name.to_owned(), document });
        Ok(())
    }

    /// Whether a file is JSON by its name. What decides is the name below the folder or archive
    /// that the caller named; messages carry the whole of it.
    pub(crate) fn wants_entry(&mut self, name: &str, below: &str) -> bool {
        if is_hidden(below) {
            return false;
        }
        let wanted = archive::has_extension(below, "json");
        if !wanted {
            self.note_skipped(name, "neither JSON nor an archive by its name");
        }
        wanted
    }

    pub(crate) fn note_skipped(&mut self, name: &str, why: &str) {
        let note = Diagnostic::note("file_skipped", format!("skipped: {why}"));
        self.diagnostics.push(note.file(shown_name(name)));
    }
}

/// Whether a file, or a folder above it, is hidden.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part.starts_with('.') && !matches!(part, "." | ".."))
}

/// Why there is no snapshot.
fn nothing(inputs: &[String], files: usize, diagnostics: &[Diagnostic]) -> LoadError {
    let file = match inputs {
        [input] => Some(shown_name(input)),
        _ => None,
    };
    let telling = diagnostics.iter().find(|d| d.code != "file_skipped");
    let what = match (files, telling) {
        (0, _) => "there is no JSON file".to_owned(),
        (1, Some(diagnostic)) if diagnostic.file == file => diagnostic.message.clone(),
        (_, Some(diagnostic)) => diagnostic.to_string(),
        (_, None) => "there is nothing in it".to_owned(),
    };
    LoadError::Nothing { file, what }
}
