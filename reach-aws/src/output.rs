//! The folder, the zip or the file that is left: there whole, or not at all.

#[cfg(feature = "cli")]
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive;

/// Why an output was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// What is to be written is there.
    #[error("{}: exists already", .0.display())]
    Exists(PathBuf),
    /// What an interrupted run left was asked for something else.
    #[error("{}: left by a run with other options: remove it, or use those again", .0.display())]
    OtherOptions(PathBuf),
    /// The operating system does not take or give a file.
    #[error("{}: cannot be written", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl WriteError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

/// What is written where the name does not say that it is a zip.
#[cfg(feature = "cli")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Folder,
    File,
}

/// Says what the answers beside it were asked for; hidden, so that the loader leaves it alone.
const OPTIONS_FILE: &str = ".options";

/// An output while it is incomplete.
pub(crate) struct Pending {
    out: PathBuf,
    partial: PathBuf,
}

impl Pending {
    /// Makes sure that nothing is in the way.
    pub(crate) fn check(out: &Path) -> Result<Self, WriteError> {
        if out.symlink_metadata().is_ok() {
            return Err(WriteError::Exists(out.to_owned()));
        }
        let mut partial = out.as_os_str().to_owned();
        partial.push(".partial");
        Ok(Self { out: out.to_owned(), partial: PathBuf::from(partial) })
    }

    /// Makes room for what comes in, and takes over what an interrupted run left.
    pub(crate) fn open(out: &Path, options: &str) -> Result<Self, WriteError> {
        let pending = Self::check(out)?;
        let partial = &pending.partial;
        let marker = partial.join(OPTIONS_FILE);
        if partial.symlink_metadata().is_ok() {
            if fs::read_to_string(&marker).ok().as_deref() != Some(options) {
                return Err(WriteError::OtherOptions(partial.clone()));
            }
        } else {
            fs::create_dir_all(partial).map_err(|e| WriteError::io(partial, e))?;
            fs::write(&marker, options).map_err(|e| WriteError::io(&marker, e))?;
        }
        Ok(pending)
    }

    /// Writes all at once.
    #[cfg(feature = "cli")]
    pub(crate) fn write(
        self,
        files: &BTreeMap<String, Vec<u8>>,
        form: Form,
    ) -> Result<(), WriteError> {
        let pending = Self::open(&self.out, "written at once\n")?;
        for (name, bytes) in files {
            let path = pending.partial.join(name);
            let folder = path.parent().unwrap_or(&pending.partial);
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, bytes))
                .map_err(|e| WriteError::io(&path, e))?;
        }
        if let (Form::File, false, Some(name)) = (form, pending.is_zip(), files.keys().next()) {
            let Self { out, partial } = pending;
            fs::rename(partial.join(name), &out).map_err(|e| WriteError::io(&out, e))?;
            return fs::remove_dir_all(&partial).map_err(|e| WriteError::io(&partial, e));
        }
        pending.finish()
    }

    fn is_zip(&self) -> bool {
        self.out.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip"))
    }

    /// Where the files are until everything is there.
    #[cfg(feature = "sdk")]
    pub(crate) fn folder(&self) -> &Path {
        &self.partial
    }

    /// Gives the output its name.
    pub(crate) fn finish(self) -> Result<(), WriteError> {
        let is_zip = self.is_zip();
        let Self { out, partial } = self;
        let failed = |error| WriteError::io(&out, error);
        if is_zip {
            let unfinished = partial.join(".zip");
            pack(&partial, &unfinished).map_err(failed)?;
            fs::rename(&unfinished, &out).map_err(failed)?;
            return fs::remove_dir_all(&partial).map_err(|e| WriteError::io(&partial, e));
        }
        let marker = partial.join(OPTIONS_FILE);
        fs::remove_file(&marker).map_err(|e| WriteError::io(&marker, e))?;
        fs::rename(&partial, &out).map_err(failed)
    }
}

/// Writes the files of a folder into an archive.
fn pack(folder: &Path, to: &Path) -> io::Result<()> {
    let file = io::BufWriter::new(fs::File::create(to)?);
    let file = archive::write(files(folder)?, file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// The files in a folder and below, by name, without hidden ones.
fn files(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), root.to_owned())];
    while let Some((above, folder)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let last = entry.file_name().to_string_lossy().into_owned();
            if last.starts_with('.') {
                continue;
            }
            let name = if above.is_empty() { last } else { format!("{above}/{last}") };
            if entry.file_type()?.is_dir() {
                folders.push((name, entry.path()));
            } else {
                files.push((name, entry.path()));
            }
        }
    }
    files.sort();
    Ok(files)
}
