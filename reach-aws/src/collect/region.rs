//! All calls of one account's Region.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::calls::{Ask, CALLS, Call, Output, Per};
use super::clients::{Clients, Refusal};
use super::error::CollectError;
use super::run::Shared;
use super::wire::{self, Printed};
use crate::gap::Gap;
use crate::key::GAPS as GAPS_KEY;

/// What says which calls were refused; the loader reads it.
pub(crate) const GAPS_FILE: &str = "not-collected.json";
/// One account's Region while it is asked.
pub(crate) struct Target {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) clients: Clients,
    pub(crate) shared: Arc<Shared>,
}

/// What became of a call.
struct Done {
    call: &'static Call,
    /// What further calls may be about; `None` where the call was refused.
    items: Option<Vec<Value>>,
    /// What is not in the file of the call.
    gaps: Vec<Gap>,
    /// The file, where it lacks something and may only be written once that is on record.
    late: Option<Vec<u8>>,
}

impl Target {
    /// Makes every call, and says which were refused.
    pub(crate) async fn collect(self) -> Result<Vec<Gap>, CollectError> {
        self.forget_gaps()?;
        let target = Arc::new(self);
        let mut tasks = JoinSet::new();
        for call in CALLS.iter().filter(|call| matches!(call.per, Per::Region)) {
            tasks.spawn(Arc::clone(&target).make(call, vec![Ask::default()], false));
        }
        let (mut gaps, mut late) = (Vec::new(), Vec::new());
        let mut answered = false;
        while let Some(done) = tasks.join_next().await {
            let done = done.map_err(|error| CollectError::Stopped(error.to_string()))??;
            let whole = done.gaps.is_empty();
            answered |= done.items.is_some();
            gaps.extend(done.gaps);
            late.extend(done.late.map(|bytes| (done.call.file(), bytes)));
            let Some(items) = done.items else { continue };
            for call in CALLS {
                let Per::Each { of, subjects } = call.per else { continue };
                if !done.call.is(of) {
                    continue;
                }
                let subjects: BTreeSet<&str> = items.iter().flat_map(subjects).collect();
                let asks = subjects
                    .into_iter()
                    .map(|subject| Ask { subject: Some(subject.to_owned()), token: None });
                tasks.spawn(Arc::clone(&target).make(call, asks.collect(), !whole));
            }
        }
        gaps.sort_by(|a, b| (&a.call, &a.subject).cmp(&(&b.call, &b.subject)));
        if !answered {
            // A Region that is not enabled refuses everything: that is one thing to tell.
            fold(&mut gaps);
        }
        if !gaps.is_empty() {
            target.put(GAPS_FILE, bytes(&json!({ GAPS_KEY: gaps })))?;
        }
        for (file, bytes) in late {
            target.put(&file, bytes)?;
        }
        Ok(gaps)
    }

    /// What an interrupted run was refused is asked again, with all that hangs on it.
    fn forget_gaps(&self) -> Result<(), CollectError> {
        let Some(bytes) = self.get(GAPS_FILE)? else { return Ok(()) };
        let file: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let gaps = file.get(GAPS_KEY).and_then(Value::as_array).into_iter().flatten();
        let named: Vec<&str> = gaps.filter_map(|gap| gap.get("Call")?.as_str()).collect();
        let mut forgotten: Vec<&Call> = Vec::new();
        for call in CALLS {
            let hangs = match call.per {
                Per::Region => false,
                Per::Each { of, .. } => forgotten.iter().any(|call| call.is(of)),
            };
            if hangs || named.contains(&call.name().as_str()) {
                self.remove(&call.file())?;
                forgotten.push(call);
            }
        }
        self.remove(GAPS_FILE)
    }

    /// Makes one call, for each thing that it is asked about, and writes its file.
    async fn make(
        self: Arc<Self>,
        call: &'static Call,
        asks: Vec<Ask>,
        incomplete: bool,
    ) -> Result<Done, CollectError> {
        let progress = &self.shared.progress;
        let total = asks.len();
        progress.plan(total);
        let key = call.kind.map(reach_core::snapshot::Kind::key);
        if let (Some(key), Some(bytes)) = (key, self.get(&call.file())?) {
            progress.finish(total);
            let items = items_of(&bytes, key);
            return Ok(Done { call, items: Some(items), gaps: Vec::new(), late: None });
        }
        let mut tasks = JoinSet::new();
        for (place, ask) in asks.into_iter().enumerate() {
            let target = Arc::clone(&self);
            tasks.spawn(async move { (place, ask.subject.clone(), target.pages(call, ask).await) });
        }
        let mut answers = Vec::with_capacity(total);
        let mut gaps = Vec::new();
        while let Some(task) = tasks.join_next().await {
            let (place, subject, answer) =
                task.map_err(|error| CollectError::Stopped(error.to_string()))?;
            progress.finish(1);
            match answer {
                Ok(answer) => answers.push((place, subject, answer)),
                Err(refusal) if refusal.credentials => {
                    return Err(CollectError::Expired { code: refusal.code });
                }
                Err(refusal) => gaps.push(self.gap(call, subject, refusal)),
            }
        }
        if !gaps.is_empty() && !call.spares {
            return Ok(Done { call, items: None, gaps, late: None });
        }
        answers.sort_by_key(|(place, ..)| *place);
        let (items, file) = assemble(call, answers);
        let Some(key) = key else {
            return Ok(Done { call, items: Some(items), gaps, late: None });
        };
        let content = bytes(&json!({ key: file.unwrap_or_else(|| Value::Array(items.clone())) }));
        let late = if gaps.is_empty() && !incomplete {
            self.put(&call.file(), content)?;
            None
        } else {
            Some(content)
        };
        Ok(Done { call, items: Some(items), gaps, late })
    }

    /// All pages of one answer, as one.
    async fn pages(&self, call: &Call, mut ask: Ask) -> Result<Printed, Refusal> {
        let mut whole: Option<Printed> = None;
        let mut seen = BTreeSet::new();
        loop {
            let bytes = {
                // Never closed; who holds none would only ask sooner.
                let _permit = self.shared.permits.acquire().await;
                (call.send)(&self.clients, ask.clone()).await?
            };
            let read = if call.service.speaks_xml() {
                wire::xml(call.service.name(), call.operation, &bytes)
            } else {
                wire::json(&bytes)
            };
            let mut answer = read.map_err(Refusal::unreadable)?;
            if !self.shared.tag_values {
                wire::without_tag_values(&mut answer);
            }
            let next = Call::next_token(&mut answer);
            whole = Some(match whole {
                None => answer,
                Some(whole) => joined(whole, answer, call.key),
            });
            match next {
                None => return Ok(whole.unwrap_or_default()),
                Some(token) if !seen.insert(token.clone()) => {
                    return Err(Refusal::unreadable("the pages go round in a circle".to_owned()));
                }
                Some(token) => ask.token = Some(token),
            }
        }
    }

    fn gap(&self, call: &Call, subject: Option<String>, refusal: Refusal) -> Gap {
        Gap {
            account: self.account.clone(),
            region: Some(self.region.clone()),
            call: Some(call.name()),
            subject,
            action: Some(call.action()),
            code: refusal.code,
            message: refusal.message,
        }
    }

    fn name(&self, file: &str) -> String {
        format!("{}/{}/{file}", self.account, self.region)
    }

    fn get(&self, file: &str) -> Result<Option<Vec<u8>>, CollectError> {
        let name = self.name(file);
        self.shared.store.get(&name).map_err(|source| CollectError::io(&name, source))
    }

    fn put(&self, file: &str, bytes: Vec<u8>) -> Result<(), CollectError> {
        let name = self.name(file);
        self.shared.store.put(&name, bytes).map_err(|source| CollectError::io(&name, source))
    }

    fn remove(&self, file: &str) -> Result<(), CollectError> {
        let name = self.name(file);
        self.shared.store.remove(&name).map_err(|source| CollectError::io(&name, source))
    }
}

/// Where every call was refused for one reason, that is said once.
fn fold(gaps: &mut Vec<Gap>) {
    let Some(first) = gaps.first() else { return };
    if gaps.iter().any(|gap| gap.code != first.code) {
        return;
    }
    let telling = gaps.iter().position(|gap| !gap.message.is_empty()).unwrap_or_default();
    gaps.swap(0, telling);
    gaps.truncate(1);
    for gap in gaps {
        (gap.call, gap.subject, gap.action) = (None, None, None);
    }
}

/// The next page, behind the ones before it.
fn joined(mut whole: Printed, next: Printed, list: &str) -> Printed {
    for (key, value) in next {
        match (whole.get_mut(&key), value) {
            (Some(Value::Array(items)), Value::Array(more)) if key == list => items.extend(more),
            (_, value) => {
                whole.insert(key, value);
            }
        }
    }
    whole
}

/// What further calls may be about, and the value in the file where it is not just the list of
/// that.
fn assemble(
    call: &Call,
    answers: Vec<(usize, Option<String>, Printed)>,
) -> (Vec<Value>, Option<Value>) {
    let mut items = Vec::new();
    let mut one = None;
    for (_, subject, mut answer) in answers {
        match call.output {
            Output::Names | Output::List => match answer.remove(call.key) {
                Some(Value::Array(list)) => items.extend(list),
                Some(other) => items.push(other),
                // An empty list may be left out.
                None => {}
            },
            Output::One => one = answer.remove(call.key),
            Output::Wrapped(field) => {
                let mut wrapped = Map::new();
                wrapped.insert(field.to_owned(), subject.unwrap_or_default().into());
                wrapped.extend(answer);
                items.push(Value::Object(wrapped));
            }
            Output::Described => items.push(Value::Object(answer)),
        }
    }
    (items, one)
}

fn items_of(file: &[u8], key: &str) -> Vec<Value> {
    let file: Value = serde_json::from_slice(file).unwrap_or_default();
    match file.get(key) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut text = format!("{value:#}").into_bytes();
    text.push(b'\n');
    text
}
