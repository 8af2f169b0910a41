use std::error::Error;
use std::io;
use std::path::PathBuf;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::clients::Refusal;
use crate::LoadError;
use crate::output::WriteError;
use crate::text::shown_message;

/// Why nothing was collected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// Nobody said who asks.
    #[error(
        "no AWS credentials: name a profile with --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
    )]
    NoCredentials,
    /// A profile is not there, or its credentials cannot be had.
    #[error("{}the credentials cannot be used: {}", .profile.as_ref().map(|it| format!("profile `{}`: ", shown_message(it))).unwrap_or_default(), shown_message(message))]
    Credentials {
        /// The profile, where one was named.
        profile: Option<String>,
        /// What is wrong.
        message: String,
    },
    /// The credentials ended before everything was asked.
    #[error(
        "the credentials are no longer valid ({}): renew them, and the same command goes on where it stopped",
        shown_message(code)
    )]
    Expired {
        /// As AWS calls it.
        code: String,
    },
    /// Nobody said which Region.
    #[error("no Region: name one with --region (or `--region all`), or set AWS_REGION")]
    NoRegion,
    /// AWS does not let the caller be that role.
    #[error("the role `{}` cannot be assumed: {}", shown_message(role), shown_message(message))]
    Role {
        /// Its ARN.
        role: String,
        /// What AWS says.
        message: String,
    },
    /// A call that everything else hangs on was refused.
    #[error("{action}: {} ({})", shown_message(message), shown_message(code))]
    Call {
        /// The action that the caller needs.
        action: String,
        /// As AWS calls it.
        code: String,
        /// What AWS says.
        message: String,
    },
    /// The snapshot cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What was collected cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A defect of this program.
    #[error("collecting stopped: {0}")]
    Stopped(String),
}

impl CollectError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Write(WriteError::io(path, source))
    }

    pub(crate) fn call<E>(action: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Refusal { code, message, .. } = Refusal::of(error);
        Self::Call { action: action.to_owned(), code, message }
    }
}
