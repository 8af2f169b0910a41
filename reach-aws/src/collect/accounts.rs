//! Who is asked: profiles, the roles that they assume, the accounts of their organisation.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use super::clients::{Refusal, innermost};
use super::error::CollectError;
use super::options::CollectOptions;

/// An account, with credentials for it.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) config: SdkConfig,
}

/// An account of the organisation that lets nobody in.
pub(crate) struct Locked {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) refusal: Refusal,
}

/// Where there are no Regions of that name, the ones of the profile are asked for.
const ALL_REGIONS: &str = "all";
/// Asked which Regions there are when nobody names one to ask.
const FIRST_REGION: &str = "us-east-1";
/// Credentials that end sooner are fetched anew.
const SOON: Duration = Duration::from_secs(300);

/// Every account that is asked, once.
pub(crate) async fn accounts(
    options: &CollectOptions,
) -> Result<(Vec<Account>, Vec<Locked>), CollectError> {
    let (mut accounts, mut locked) = (Vec::new(), Vec::new());
    let profiles: Vec<Option<&str>> = match options.profiles.as_slice() {
        [] => vec![None],
        named => named.iter().map(|profile| Some(profile.as_str())).collect(),
    };
    for profile in profiles {
        let base = base(options, profile).await?;
        if let Some(role) = &options.org_role {
            organization(base, role, &mut accounts, &mut locked).await?;
        } else if options.role_arns.is_empty() {
            accounts.push(Account { id: caller(&base).await?.0, config: base });
        } else {
            for role in &options.role_arns {
                let config = assume(&base, role).await.map_err(|why| refused(role, &why))?;
                accounts.push(Account { id: caller(&config).await?.0, config });
            }
        }
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts.dedup_by(|a, b| a.id == b.id);
    match (accounts.is_empty(), locked.first()) {
        (true, Some(locked)) => Err(refused(&locked.role, &locked.refusal.message)),
        _ => Ok((accounts, locked)),
    }
}

fn refused(role: &str, why: &str) -> CollectError {
    CollectError::Role { role: role.to_owned(), message: why.to_owned() }
}

/// The Regions that are asked for, of the ones that the account may use.
pub(crate) async fn regions(
    options: &CollectOptions,
    account: &Account,
) -> Result<Vec<String>, CollectError> {
    let mut names = options.regions.clone();
    if names.iter().any(|name| name == ALL_REGIONS) {
        names = enabled(account).await?;
    }
    if names.is_empty() {
        let region = account.config.region().ok_or(CollectError::NoRegion)?;
        names.push(region.to_string());
    }
    names.sort();
    names.dedup();
    Ok(names)
}

async fn enabled(account: &Account) -> Result<Vec<String>, CollectError> {
    let config = with_region(&account.config);
    let sent = aws_sdk_ec2::Client::new(&config).describe_regions().send().await;
    let answer = sent.map_err(|error| CollectError::call("ec2:DescribeRegions", &error))?;
    Ok(answer.regions().iter().filter_map(|it| it.region_name()).map(str::to_owned).collect())
}

async fn base(options: &CollectOptions, profile: Option<&str>) -> Result<SdkConfig, CollectError> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10).min(options.timeout))
        .operation_attempt_timeout(options.timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
    if let Some(profile) = profile {
        // The usual chain would prefer the environment to what was named.
        let named = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(named);
    }
    let config = loader.load().await;
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let provider = config.credentials_provider().ok_or(CollectError::NoCredentials)?;
    let provider = Cached::around(provider);
    provider.current().await.map_err(|error| credentials(profile, &error))?;
    let config = config
        .to_builder()
        .retry_config(retries.with_retry_mode(RetryMode::Adaptive))
        .credentials_provider(SharedCredentialsProvider::new(provider));
    Ok(config.build())
}

fn credentials(profile: Option<&str>, error: &CredentialsError) -> CollectError {
    match (error, profile) {
        (CredentialsError::CredentialsNotLoaded(_), None) => CollectError::NoCredentials,
        (_, profile) => CollectError::Credentials {
            profile: profile.map(str::to_owned),
            message: innermost(error),
        },
    }
}

/// Whose credentials they are: the account, and its partition.
async fn caller(config: &SdkConfig) -> Result<(String, String), CollectError> {
    let client = aws_sdk_sts::Client::new(&with_region(config));
    let sent = client.get_caller_identity().send().await;
    let answer = sent.map_err(|error| CollectError::call("sts:GetCallerIdentity", &error))?;
    let partition = answer.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    match answer.account() {
        Some(account) => Ok((account.to_owned(), partition.to_owned())),
        None => Err(CollectError::Call {
            action: "sts:GetCallerIdentity".to_owned(),
            code: "UnreadableAnswer".to_owned(),
            message: "the answer names no account".to_owned(),
        }),
    }
}

async fn assume(base: &SdkConfig, role: &str) -> Result<SdkConfig, String> {
    let provider = AssumeRoleProvider::builder(role)
        .session_name("reach-collect")
        .configure(&with_region(base))
        .build()
        .await;
    let provider = Cached::around(SharedCredentialsProvider::new(provider));
    provider.current().await.map_err(|error| innermost(&error))?;
    let provider = SharedCredentialsProvider::new(provider);
    Ok(base.to_builder().credentials_provider(provider).build())
}

async fn organization(
    base: SdkConfig,
    role: &str,
    accounts: &mut Vec<Account>,
    locked: &mut Vec<Locked>,
) -> Result<(), CollectError> {
    let (own, partition) = caller(&base).await?;
    let client = aws_sdk_organizations::Client::new(&with_region(&base));
    let mut pages = client.list_accounts().into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page =
            page.map_err(|error| CollectError::call("organizations:ListAccounts", &error))?;
        // A suspended account lets nobody in.
        let active = page
            .accounts()
            .iter()
            .filter(|it| it.state().is_none_or(|state| state.as_str() == "ACTIVE"));
        found.extend(active.filter_map(|account| account.id()).map(str::to_owned));
    }
    for id in found {
        if id == own {
            accounts.push(Account { id, config: base.clone() });
            continue;
        }
        let role = format!("arn:{partition}:iam::{id}:role/{role}");
        match assume(&base, &role).await {
            Ok(config) => accounts.push(Account { id, config }),
            Err(message) => {
                let code = "RoleNotAssumed".to_owned();
                let refusal = Refusal { code, message, credentials: false };
                locked.push(Locked { id, role, refusal });
            }
        }
    }
    Ok(())
}

/// Some services answer the same in every Region, and want one named all the same.
fn with_region(config: &SdkConfig) -> SdkConfig {
    match config.region() {
        Some(_) => config.clone(),
        None => config.to_builder().region(Region::from_static(FIRST_REGION)).build(),
    }
}

/// Credentials for all clients, fetched once: each client would fetch its own.
#[derive(Debug)]
struct Cached {
    inner: SharedCredentialsProvider,
    latest: Arc<Mutex<Option<Credentials>>>,
}

impl Cached {
    fn around(inner: SharedCredentialsProvider) -> Self {
        Self { inner, latest: Arc::default() }
    }

    async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut latest = self.latest.lock().await;
        let soon = SystemTime::now() + SOON;
        let lasting = |it: &Credentials| it.expiry().is_none_or(|expiry| expiry > soon);
        match latest.as_ref().filter(|it| lasting(it)) {
            Some(credentials) => Ok(credentials.clone()),
            None => {
                let fresh = self.inner.provide_credentials().await?;
                *latest = Some(fresh.clone());
                Ok(fresh)
            }
        }
    }
}

impl ProvideCredentials for Cached {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}
