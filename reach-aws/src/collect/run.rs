//! All Regions of all accounts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::accounts::{accounts, regions};
use super::clients::Clients;
use super::error::CollectError;
use super::options::CollectOptions;
use super::region::{GAPS_FILE, Target};
use super::store::Store;
use crate::gap::Gap;
use crate::key::GAPS as GAPS_KEY;

/// Told how many requests are answered, of how many that are known of by now.
pub type OnProgress = Box<dyn Fn(usize, usize) + Send + Sync>;

/// What all calls share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) permits: Semaphore,
    pub(crate) tag_values: bool,
    pub(crate) progress: Progress,
}

/// How far it got.
pub(crate) struct Progress {
    planned: AtomicUsize,
    done: AtomicUsize,
    tell: OnProgress,
}

impl Progress {
    pub(crate) fn plan(&self, calls: usize) {
        self.planned.fetch_add(calls, Ordering::Relaxed);
        self.told();
    }

    pub(crate) fn finish(&self, calls: usize) {
        self.done.fetch_add(calls, Ordering::Relaxed);
        self.told();
    }

    fn told(&self) {
        (self.tell)(self.done.load(Ordering::Relaxed), self.planned.load(Ordering::Relaxed));
    }
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) gaps: Vec<Gap>,
    pub(crate) store: Store,
}

/// Asks everything; blocks until it is answered.
pub(crate) fn run(
    options: &CollectOptions,
    store: Store,
    progress: OnProgress,
) -> Result<Run, CollectError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CollectError::Stopped(error.to_string()))?;
    runtime.block_on(ask_all(options, store, progress))
}

async fn ask_all(
    options: &CollectOptions,
    store: Store,
    progress: OnProgress,
) -> Result<Run, CollectError> {
    let (accounts, locked) = accounts(options).await?;
    let shared = Arc::new(Shared {
        store,
        permits: Semaphore::new(options.concurrency.max(1)),
        tag_values: options.tag_values,
        progress: Progress {
            planned: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            tell: progress,
        },
    });
    let mut tasks = JoinSet::new();
    for account in accounts {
        for region in regions(options, &account).await? {
            let clients = Clients::new(&account.config, &region);
            let account = account.id.clone();
            let shared = Arc::clone(&shared);
            tasks.spawn(Target { account, region, clients, shared }.collect());
        }
    }
    let mut gaps: Vec<Gap> = Vec::new();
    for locked in locked {
        let gap = Gap {
            account: locked.id,
            region: None,
            call: None,
            subject: Some(locked.role),
            action: Some("sts:AssumeRole".to_owned()),
            code: locked.refusal.code,
            message: locked.refusal.message,
        };
        let name = format!("{}/{GAPS_FILE}", gap.account);
        let file = format!("{:#}\n", json!({ GAPS_KEY: [&gap] }));
        let put = shared.store.put(&name, file.into_bytes());
        put.map_err(|source| CollectError::io(&name, source))?;
        gaps.push(gap);
    }
    while let Some(region) = tasks.join_next().await {
        gaps.extend(region.map_err(|error| CollectError::Stopped(error.to_string()))??);
    }
    gaps.sort_by(|a, b| {
        let order = |gap: &Gap| {
            (gap.account.clone(), gap.region.clone(), gap.call.clone(), gap.subject.clone())
        };
        order(a).cmp(&order(b))
    });
    // Every task has ended, so nobody else holds it.
    let shared = Arc::into_inner(shared)
        .ok_or_else(|| CollectError::Stopped("a task goes on".to_owned()))?;
    Ok(Run { gaps, store: shared.store })
}
