//! The SDK's clients of one account's Region, and what they came back with.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A client for each service.
pub(crate) struct Clients {
    pub(crate) direct_connect: aws_sdk_directconnect::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancing::Client,
    pub(crate) elbv2: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) firewall: aws_sdk_networkfirewall::Client,
}

impl Clients {
    pub(crate) fn new(account: &SdkConfig, region: &str) -> Self {
        let config = account.to_builder().region(Region::new(region.to_owned())).build();
        Self {
            direct_connect: aws_sdk_directconnect::Client::new(&config),
            ec2: aws_sdk_ec2::Client::new(&config),
            elb: aws_sdk_elasticloadbalancing::Client::new(&config),
            elbv2: aws_sdk_elasticloadbalancingv2::Client::new(&config),
            firewall: aws_sdk_networkfirewall::Client::new(&config),
        }
    }
}

/// The bytes of an answer.
pub(crate) type Answer = Result<Vec<u8>, Refusal>;

/// The code of answers that nobody can read.
const UNREADABLE: &str = "UnreadableAnswer";

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// As AWS calls it, or `Http…` and `NoAnswer` where AWS said nothing.
    pub(crate) code: String,
    pub(crate) message: String,
    /// Whether the credentials are at fault, and so every other call will fail, too.
    pub(crate) credentials: bool,
}

impl Refusal {
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let told = error.as_service_error().map(ProvideErrorMetadata::meta);
        let status = error.raw_response().map(|response| response.status().as_u16());
        let code = match (told.and_then(|told| told.code()), status) {
            (Some(code), _) => code.to_owned(),
            (None, Some(status @ 400..)) => format!("Http{status}"),
            (None, Some(_)) => UNREADABLE.to_owned(),
            (None, None) => "NoAnswer".to_owned(),
        };
        let message = match (told.and_then(|told| told.message()), status) {
            (Some(message), _) => message.to_owned(),
            // Who answers with an error and no reason is asked for none.
            (None, Some(400..)) => String::new(),
            (None, _) => innermost(error),
        };
        let expired =
            matches!(code.as_str(), "ExpiredToken" | "ExpiredTokenException" | "RequestExpired");
        Self { credentials: expired || has_credentials_error(error), code, message }
    }

    pub(crate) fn unreadable(message: String) -> Self {
        Self { code: UNREADABLE.to_owned(), message, credentials: false }
    }
}

/// What the innermost error says: the ones around it only name layers.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn has_credentials_error(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// Keeps the bytes of an answer as they came: the SDK's own types cannot be written as JSON, and
/// know fewer names than the command line prints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Option<Vec<u8>>>>);

impl Capture {
    pub(crate) fn answer<E>(&self, sent: Result<(), SdkError<E, HttpResponse>>) -> Answer
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        sent.map_err(|error| Refusal::of(&error))?;
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        bytes.ok_or_else(|| Refusal::unreadable("the answer has no body".to_owned()))
    }
}

impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let bytes = context.response().body().bytes().map(<[u8]>::to_vec);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
        Ok(())
    }
}
