//! Zip archives: their entries are read into memory one by one, and their names are only names.

use std::collections::BTreeSet;

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use rawzip::{CompressionMethod, ZipArchive, ZipSliceEntry, ZipVerification};

use crate::error::LoadError;
use crate::loader::Loader;

/// With a table of a kilobyte: faster ones are more than they gain to those who download it.
const CHECKSUM: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// Whether the bytes begin as a zip does, an empty one included.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Adds every entry that is a snapshot's file.
pub(crate) fn add(loader: &mut Loader, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
    let archive = ZipArchive::from_slice(bytes).map_err(|error| failed(name, &error))?;
    let most = loader.limits().entries;
    let declared = archive.entries_hint();
    let (mut names, mut entries) = (BTreeSet::new(), Vec::new());
    for record in archive.entries() {
        let record = record.map_err(|error| failed(name, &error))?;
        if names.len() == most {
            return Err(LoadError::too_large(name, format!("more than {most} entries")));
        }
        // A name only tells an account, a Region and what an answer is about, all in ASCII.
        let inner = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
        if !names.insert(inner.clone()) {
            // Only one of them could be read, and tools differ on which.
            return Err(LoadError::archive(name, "several entries have the same name"));
        }
        if inner.ends_with(['/', '\\']) {
            continue;
        }
        let path = format!("{name}/{inner}");
        if record.mode().is_symlink() {
            loader.note_skipped(&path, "a symbolic link is not followed");
        } else if has_extension(&inner, "zip") {
            loader.note_skipped(&path, "an archive inside an archive is not opened");
        } else if loader.wants_entry(&path, &inner) {
            if record.flags().is_encrypted() {
                return Err(LoadError::archive(&path, "it is encrypted"));
            }
            entries.push((path, record.compression_method(), record.wayfinder()));
        }
    }
    if u64::try_from(names.len()) != Ok(declared) {
        return Err(LoadError::archive(name, "it has another number of entries than it declares"));
    }
    // The order of the archive is its maker's business; which error is met first is not.
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    for (path, method, place) in entries {
        let entry = archive.get_entry(place).map_err(|error| failed(&path, &error))?;
        match method {
            CompressionMethod::STORE => add_sound(loader, &path, &entry, entry.data())?,
            CompressionMethod::DEFLATE => {
                let content = inflate(loader, &path, entry.data())?;
                add_sound(loader, &path, &entry, &content)?;
            }
            _ => return Err(LoadError::archive(&path, "it is compressed in an unusual way")),
        }
    }
    Ok(())
}

/// The size that an entry declares is its maker's claim: what comes out is counted.
fn inflate(loader: &Loader, path: &str, compressed: &[u8]) -> Result<Vec<u8>, LoadError> {
    let most = usize::try_from(loader.bytes_left()).unwrap_or(usize::MAX);
    decompress_to_vec_with_limit(compressed, most).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => loader.too_many_bytes(path),
        _ => LoadError::archive(path, "what it holds cannot be unpacked"),
    })
}

/// Adds what came out, if it is what the archive says.
fn add_sound(
    loader: &mut Loader,
    path: &str,
    entry: &ZipSliceEntry<'_>,
    content: &[u8],
) -> Result<(), LoadError> {
    let crc = CHECKSUM.checksum(content);
    let uncompressed_size = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let found = ZipVerification { crc, uncompressed_size };
    entry.claim_verifier().valid(found).map_err(|error| failed(path, &error))?;
    loader.add_json(path, content)
}

pub(crate) fn has_extension(name: &str, wanted: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case(wanted))
}

fn failed(name: &str, error: &rawzip::Error) -> LoadError {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    LoadError::archive(name, &text)
}

/// Writes files into an archive; the same files give the same bytes.
#[cfg(any(feature = "cli", feature = "sdk"))]
pub(crate) fn write<W: std::io::Write>(
    files: impl IntoIterator<Item = (String, std::path::PathBuf)>,
    to: W,
) -> std::io::Result<W> {
    use std::io::{Error, Write};

    use rawzip::time::UtcDateTime;

    const LEVEL: u8 = 6;
    const EVERYONE_READS: u32 = 0o644;

    // The first that an archive can tell.
    let written = UtcDateTime::from_components(1980, 1, 1, 0, 0, 0, 0)
        .ok_or_else(|| Error::other("no such time"))?;
    let mut archive = rawzip::ZipArchiveWriter::new(to);
    for (name, path) in files {
        let content = std::fs::read(path)?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let described = rawzip::DataDescriptorOutput::new(CHECKSUM.checksum(&content), size);
        let file = archive
            .new_file(&name)
            .compression_method(CompressionMethod::DEFLATE)
            .last_modified(written)
            .unix_permissions(EVERYONE_READS);
        let (mut entry, _) = file.start().map_err(Error::other)?;
        entry.write_all(&miniz_oxide::deflate::compress_to_vec(&content, LEVEL))?;
        entry.finish(described).map_err(Error::other)?;
    }
    archive.finish().map_err(Error::other)
}
