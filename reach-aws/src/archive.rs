//! Zip archives: their entries are read into memory one by one, and their names are only names.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::LoadError;
use crate::loader::Loader;

/// Whether the bytes begin as a zip does, an empty one included.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Adds every entry that is a snapshot's file.
pub(crate) fn add(loader: &mut Loader, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| failed(name, e))?;
    let most = loader.limits().entries;
    if archive.len() > most {
        return Err(LoadError::too_large(name, format!("more than {most} entries")));
    }
    if archive.has_duplicate_names() {
        // Only one of them could be read, and tools differ on which.
        return Err(LoadError::archive(name, "several entries have the same name"));
    }
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|e| failed(name, e))?;
        let inner = entry.name().map_err(|e| failed(name, e))?.into_owned();
        if entry.is_dir() {
            continue;
        }
        let path = format!("{name}/{inner}");
        if entry.is_symlink() {
            loader.note_skipped(&path, "a symbolic link is not followed");
        } else if has_extension(&inner, "zip") {
            loader.note_skipped(&path, "an archive inside an archive is not opened");
        } else if loader.wants_entry(&path, &inner) {
            entries.push((path, index));
        }
    }
    // The order of the archive is its maker's business; which error is met first is not.
    entries.sort();

    let mut content = Vec::new();
    for (path, index) in entries {
        let entry = archive.by_index(index).map_err(|e| failed(&path, e))?;
        // The size that an entry declares is its maker's claim: count what comes out.
        let most = loader.bytes_left();
        content.clear();
        entry
            .take(most.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|e| failed(&path, ZipError::Io(e)))?;
        loader.add_json(&path, &content)?;
    }
    Ok(())
}

pub(crate) fn has_extension(name: &str, wanted: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case(wanted))
}

#[expect(clippy::needless_pass_by_value, reason = "stands in `map_err`")]
fn failed(name: &str, error: ZipError) -> LoadError {
    LoadError::archive(name, &error.to_string())
}
