//! Where answers are kept while they come in.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files by name, `ACCOUNT/REGION/…`.
#[derive(Debug)]
pub(crate) enum Store {
    Folder(PathBuf),
    Memory(Mutex<BTreeMap<String, Vec<u8>>>),
}

impl Store {
    pub(crate) fn memory() -> Self {
        Self::Memory(Mutex::default())
    }

    pub(crate) fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Folder(root) => match fs::read(root.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            Self::Memory(files) => Ok(held(files).get(name).cloned()),
        }
    }

    /// A file is there whole or not at all.
    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Folder(root) => {
                let path = root.join(name);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                let unfinished = path.with_extension("unfinished");
                fs::write(&unfinished, bytes)?;
                fs::rename(unfinished, path)
            }
            Self::Memory(files) => {
                held(files).insert(name.to_owned(), bytes);
                Ok(())
            }
        }
    }

    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        match self {
            Self::Folder(root) => match fs::remove_file(root.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                removed => removed,
            },
            Self::Memory(files) => {
                held(files).remove(name);
                Ok(())
            }
        }
    }

    /// What a memory holds.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        match self {
            Self::Folder(_) => BTreeMap::new(),
            Self::Memory(files) => held(files).clone(),
        }
    }
}

fn held(files: &Mutex<BTreeMap<String, Vec<u8>>>) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}
