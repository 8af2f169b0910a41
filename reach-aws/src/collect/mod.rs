//! Reads live accounts through the AWS SDK (feature `sdk`).
//!
//! [`collect`] writes a folder or a zip that [`load`](crate::load) and other tools read; [`live`]
//! keeps everything in memory and hands it to the loader. Either way the answers go through the
//! loader as the command line prints them: there is one road from an answer to a Snapshot.
//!
//! The SDK finds credentials, signs, retries and follows Regions' endpoints. Its own types are not
//! used: they cannot be written as JSON. The bytes of each answer are kept as they came, and turned
//! into what the command line prints by a table derived from the service models.

mod accounts;
mod calls;
mod clients;
mod error;
mod options;
mod policy;
mod region;
mod run;
mod shapes;
mod store;
mod wire;

use std::path::Path;

pub use error::CollectError;
pub use options::CollectOptions;
pub use policy::{iam_policy, planned_calls};
pub use run::OnProgress;

use crate::output::Pending;
use crate::{Gap, Loaded, Loader};
use store::Store;

/// Asks accounts and writes what they say to a folder, or to a zip where the name ends in `.zip`.
///
/// Returns the calls that were refused: what their answers decide is unknown, and the snapshot
/// says so. Until everything is there, it is in a folder beside that ends in `.partial`; an
/// interrupted run goes on from there.
///
/// ```no_run
/// use reach_aws::collect::{CollectOptions, collect};
///
/// let gaps = collect(&CollectOptions::default(), "snapshot.zip".as_ref(), Box::new(|_, _| {}))?;
/// for gap in gaps {
///     eprintln!("{gap}");
/// }
/// # Ok::<(), reach_aws::collect::CollectError>(())
/// ```
pub fn collect(
    options: &CollectOptions,
    out: &Path,
    progress: OnProgress,
) -> Result<Vec<Gap>, CollectError> {
    let pending = Pending::open(out, &options.signature())?;
    let run = run::run(options, Store::Folder(pending.folder().to_owned()), progress)?;
    pending.finish()?;
    Ok(run.gaps)
}

/// As [`collect`], with everything replaced that would tell whose it is: nothing else is written.
#[cfg(feature = "cli")]
pub fn collect_anonymized(
    options: &CollectOptions,
    out: &Path,
    secret: &[u8],
    progress: OnProgress,
) -> Result<Vec<Gap>, CollectError> {
    let pending = Pending::check(out)?;
    let run = run::run(options, Store::memory(), progress)?;
    let files = crate::anonymize::anonymize_files(run.store.files(), secret)?;
    pending.write(&files, crate::output::Form::Folder)?;
    Ok(run.gaps)
}

/// Asks accounts and reads what they say, without a file.
///
/// ```no_run
/// use reach_aws::collect::{CollectOptions, live};
///
/// let network = live(&CollectOptions::default(), Box::new(|_, _| {}))?.compile();
/// # Ok::<(), reach_aws::collect::CollectError>(())
/// ```
pub fn live(options: &CollectOptions, progress: OnProgress) -> Result<Loaded, CollectError> {
    let run = run::run(options, Store::memory(), progress)?;
    let mut loader = Loader::new();
    for (name, bytes) in run.store.files() {
        loader.add(&name, &bytes)?;
    }
    Ok(loader.finish()?)
}
