use std::io::Write;
use std::time::Duration;

use anstyle::AnsiColor;
use indicatif::{ProgressBar, ProgressStyle};
use reach_aws::collect::{
    CollectOptions, OnProgress, collect_anonymized, iam_policy, planned_calls,
};
use reach_aws::{Gap, Loaded};

use crate::args::{AskArgs, CollectArgs, IamPolicyArgs};
use crate::error::Failure;
use crate::output;
use crate::{Outcome, anonymize};

pub(crate) fn run(args: &CollectArgs) -> Result<Outcome, Failure> {
    let Some(out) = args.out.as_deref().filter(|_| !args.dry_run) else {
        return dry_run();
    };
    let secret = anonymize::secret(&args.secret)?;
    let (bar, progress) = progress();
    let options = options(&args.ask);
    let collected = match args.anonymize {
        true => collect_anonymized(&options, out, &secret, progress),
        false => reach_aws::collect::collect(&options, out, progress),
    };
    bar.finish_and_clear();
    let gaps = collected?;
    tell(&gaps);
    Ok(match gaps.iter().all(Gap::not_offered) {
        true => Outcome::Fine,
        false => Outcome::Gaps,
    })
}

/// Asks AWS, and keeps the answers in memory.
pub(crate) fn live(ask: &AskArgs) -> Result<Loaded, Failure> {
    let (bar, progress) = progress();
    let loaded = reach_aws::collect::live(&options(ask), progress);
    bar.finish_and_clear();
    Ok(loaded?)
}

/// An option that means nothing to who reads a snapshot.
pub(crate) fn only_live(ask: &AskArgs) -> Option<&'static str> {
    let set = [
        (!ask.profile.is_empty(), "--profile"),
        (!ask.region.is_empty(), "--region"),
        (!ask.role_arn.is_empty(), "--role-arn"),
        (ask.org_role.is_some(), "--org-role"),
        (ask.no_tags, "--no-tags"),
    ];
    set.into_iter().find_map(|(set, name)| set.then_some(name))
}

pub(crate) fn policy(args: &IamPolicyArgs) -> Result<Outcome, Failure> {
    output::json(&iam_policy(args.org_role.as_deref()))?;
    Ok(Outcome::Fine)
}

fn options(ask: &AskArgs) -> CollectOptions {
    CollectOptions {
        profiles: ask.profile.clone(),
        regions: ask.region.clone(),
        role_arns: ask.role_arn.clone(),
        org_role: ask.org_role.clone(),
        tag_values: !ask.no_tags,
        concurrency: usize::from(ask.concurrency),
        timeout: Duration::from_secs(ask.timeout),
    }
}

fn dry_run() -> Result<Outcome, Failure> {
    let mut out = output::stdout();
    writeln!(out, "In each Region of each account, all pages of:\n")?;
    for call in planned_calls() {
        write!(out, "{} ({})", call.call, call.action)?;
        if let Some(per) = call.per {
            write!(out, ", for each answer of {per}")?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// A bar on a terminal, nothing elsewhere.
fn progress() -> (ProgressBar, OnProgress) {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} requests, {elapsed}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let tell = move |done: usize, planned: usize| {
        shown.set_length(u64::try_from(planned).unwrap_or_default());
        shown.set_position(u64::try_from(done).unwrap_or_default());
    };
    (bar, Box::new(tell))
}

fn tell(gaps: &[Gap]) {
    let style = output::colour(AnsiColor::Yellow);
    let mut err = anstream::AutoStream::auto(std::io::stderr().lock());
    for gap in gaps {
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(err, "{style}not collected{style:#}: {}", output::shown(&gap.to_string()));
    }
}
