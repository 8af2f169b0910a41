//! Folders, files and standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::archive::has_extension;
use crate::error::LoadError;
use crate::loader::{Loaded, Loader};

/// What messages call it.
const STANDARD_INPUT: &str = "standard input";

/// Reads a snapshot: a folder, a zip, one JSON file, or `-` for standard input.
///
/// ```no_run
/// let loaded = reach_aws::load("snapshot/")?;
/// for diagnostic in &loaded.diagnostics {
///     eprintln!("{diagnostic}");
/// }
/// # Ok::<(), reach_aws::LoadError>(())
/// ```
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, LoadError> {
    let mut loader = Loader::new();
    loader.add_path(path)?;
    loader.finish()
}

/// Reads a snapshot, JSON or zip, from anything that can be read; messages call it by the name.
///
/// ```
/// let json = br#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#;
/// let loaded = reach_aws::load_reader("answer", json.as_slice())?;
/// assert_eq!(loaded.snapshot.regions.len(), 1);
/// # Ok::<(), reach_aws::LoadError>(())
/// ```
pub fn load_reader(name: &str, reader: impl Read) -> Result<Loaded, LoadError> {
    let mut loader = Loader::new();
    loader.add_reader(name, reader)?;
    loader.finish()
}

/// Reads a snapshot, JSON or zip, from standard input.
pub fn load_stdin() -> Result<Loaded, LoadError> {
    load_reader(STANDARD_INPUT, io::stdin().lock())
}

impl Loader {
    /// Adds a folder with everything below it, a zip, a JSON file, or `-` for standard input.
    ///
    /// Links to folders are not followed. In a folder, what is neither JSON nor an archive by its
    /// name is noted and skipped.
    pub fn add_path(&mut self, path: impl AsRef<Path>) -> Result<(), LoadError> {
        let path = path.as_ref();
        if path == Path::new("-") {
            return self.add_reader(STANDARD_INPUT, io::stdin().lock());
        }
        let name = name_of(path);
        self.name_input(&name);
        self.attempt(&name, |loader| {
            let metadata = fs::metadata(path).map_err(|e| LoadError::io(&name, e))?;
            if metadata.is_dir() {
                loader.add_folder(path, &name)
            } else {
                loader.add_file(path, &name)
            }
        })
    }

    /// Adds JSON or a zip from anything that can be read.
    pub fn add_reader(&mut self, name: &str, reader: impl Read) -> Result<(), LoadError> {
        self.name_input(name);
        self.attempt(name, |loader| loader.add_all_of(name, reader))
    }

    fn add_file(&mut self, path: &Path, name: &str) -> Result<(), LoadError> {
        let file = fs::File::open(path).map_err(|e| LoadError::io(name, e))?;
        let metadata = file.metadata().map_err(|e| LoadError::io(name, e))?;
        // Refused before it fills the memory.
        if metadata.is_file() && metadata.len() > self.bytes_left() {
            return Err(self.too_many_bytes(name));
        }
        self.add_all_of(name, file)
    }

    fn add_all_of(&mut self, name: &str, reader: impl Read) -> Result<(), LoadError> {
        let most = self.bytes_left();
        let mut bytes = Vec::new();
        reader
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| LoadError::io(name, e))?;
        if u64::try_from(bytes.len()).is_ok_and(|size| size > most) {
            return Err(self.too_many_bytes(name));
        }
        self.add_bytes(name, &bytes)
    }

    fn add_folder(&mut self, root: &Path, root_name: &str) -> Result<(), LoadError> {
        let mut files: Vec<(String, PathBuf)> = Vec::new();
        let mut folders = vec![(root_name.to_owned(), root.to_owned(), 0)];
        while let Some((folder_name, folder, depth)) = folders.pop() {
            if depth > self.limits().depth {
                let most = self.limits().depth;
                let what = format!("more than {most} folders inside each other");
                return Err(LoadError::too_large(&folder_name, what));
            }
            for entry in fs::read_dir(&folder).map_err(|e| LoadError::io(&folder_name, e))? {
                let entry = entry.map_err(|e| LoadError::io(&folder_name, e))?;
                let last = entry.file_name().to_string_lossy().into_owned();
                let name = format!("{folder_name}/{last}");
                let path = entry.path();
                let kind = entry.file_type().map_err(|e| LoadError::io(&name, e))?;
                if last.starts_with('.') {
                    continue;
                }
                if kind.is_dir() {
                    folders.push((name, path, depth + 1));
                } else if kind.is_symlink() && path.is_dir() {
                    self.note_skipped(&name, "a link to a folder is not followed");
                } else if has_extension(&last, "zip") || self.wants_entry(&name, &last) {
                    let target = fs::metadata(&path).map_err(|e| LoadError::io(&name, e))?;
                    if target.is_file() {
                        files.push((name, path));
                    } else {
                        // Reading a pipe or a device may never end.
                        self.note_skipped(&name, "not a regular file");
                    }
                }
            }
        }
        files.sort();
        for (name, path) in files {
            self.add_file(&path, &name)?;
        }
        Ok(())
    }
}

/// A path as names are written here, with `/` between its parts and none at the end.
fn name_of(path: &Path) -> String {
    let name = path.to_string_lossy();
    match name.trim_end_matches(['/', '\\']) {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}
