use std::io;
use std::path::PathBuf;

use reach_aws::LoadError;
use reach_aws::anonymize::AnonymizeError;
use reach_core::QueryError;
use reach_core::change::EditError;
use thiserror::Error;

/// Why a command could not answer.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[cfg(feature = "sdk")]
    #[error(transparent)]
    Collect(#[from] reach_aws::collect::CollectError),
    #[cfg(feature = "sdk")]
    #[error("{0} asks AWS, and needs --live")]
    NotLive(&'static str),
    #[error(transparent)]
    Anonymize(#[from] AnonymizeError),
    #[error("the system gives no random bytes for a secret")]
    Random(#[source] getrandom::Error),
    #[error("{0} ({code})", code = .0.code())]
    Edit(EditError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("`{node}` is no node of `{balancer}`")]
    NoNode { node: String, balancer: String },
    #[error("{}: cannot be read", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: is no {what}", path.display())]
    Document { path: PathBuf, what: &'static str, source: serde_json::Error },
    #[error("the answer cannot be written")]
    Output(#[from] io::Error),
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[cfg(feature = "arrow")]
    #[error("the answer cannot be written as Arrow")]
    Arrow(#[from] reach_aws::arrow::ArrowError),
    #[cfg(feature = "arrow")]
    #[error("groups are not written as Arrow: take --format json or jsonl with --group-by")]
    NoArrowGroups,
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        Self::Edit(error)
    }
}
