//! The folder or the zip that a run leaves: there whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::CollectError;
use super::store::Store;

/// Says what the answers beside it were asked for; hidden, so that the loader leaves it alone.
const OPTIONS_FILE: &str = ".options";

/// An output while it is incomplete.
pub(crate) struct Pending {
    out: PathBuf,
    partial: PathBuf,
}

impl Pending {
    /// Makes sure that the output can be written, and takes over what an interrupted run left.
    pub(crate) fn open(out: &Path, options: &str) -> Result<Self, CollectError> {
        if out.symlink_metadata().is_ok() {
            return Err(CollectError::Exists(out.to_owned()));
        }
        let mut partial = out.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let marker = partial.join(OPTIONS_FILE);
        if partial.symlink_metadata().is_ok() {
            if fs::read_to_string(&marker).ok().as_deref() != Some(options) {
                return Err(CollectError::OtherOptions(partial));
            }
        } else {
            fs::create_dir_all(&partial).map_err(|e| CollectError::io(&partial, e))?;
            fs::write(&marker, options).map_err(|e| CollectError::io(&marker, e))?;
        }
        Ok(Self { out: out.to_owned(), partial })
    }

    pub(crate) fn store(&self) -> Store {
        Store::Folder(self.partial.clone())
    }

    /// Gives the output its name.
    pub(crate) fn finish(self) -> Result<(), CollectError> {
        let Self { out, partial } = self;
        let failed = |error| CollectError::io(&out, error);
        let is_zip = out.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip"));
        if is_zip {
            let unfinished = partial.join(".zip");
            pack(&partial, &unfinished).map_err(failed)?;
            fs::rename(&unfinished, &out).map_err(failed)?;
            return fs::remove_dir_all(&partial).map_err(|e| CollectError::io(&partial, e));
        }
        let marker = partial.join(OPTIONS_FILE);
        fs::remove_file(&marker).map_err(|e| CollectError::io(&marker, e))?;
        fs::rename(&partial, &out).map_err(failed)
    }
}

/// Writes the files of a folder into an archive; the same files give the same bytes.
pub(crate) fn pack(folder: &Path, archive: &Path) -> io::Result<()> {
    let mut zip = ZipWriter::new(io::BufWriter::new(fs::File::create(archive)?));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, path) in files(folder)? {
        zip.start_file(name, options)?;
        zip.write_all(&fs::read(path)?)?;
    }
    zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
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
