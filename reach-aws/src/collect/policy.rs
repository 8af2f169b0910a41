//! What collecting needs, told from the table that it runs on.

use serde_json::{Value, json};

use super::calls::{CALLS, Call, Per};

/// The least policy for [`collect`](super::collect): every action is read-only.
///
/// With the name of a role, it also allows to walk the accounts of an organisation with it.
///
/// ```
/// let policy = reach_aws::collect::iam_policy(None);
/// let actions = policy["Statement"][0]["Action"].as_array().unwrap();
/// assert!(actions.contains(&"ec2:DescribeVpcs".into()));
/// ```
pub fn iam_policy(org_role: Option<&str>) -> Value {
    let mut actions: Vec<String> = CALLS.iter().map(Call::action).collect();
    // For `--region all`.
    actions.push("ec2:DescribeRegions".to_owned());
    actions.sort();
    actions.dedup();
    let mut statements = vec![json!({
        "Sid": "Collect", "Effect": "Allow", "Action": actions, "Resource": "*"
    })];
    if let Some(role) = org_role {
        statements.push(json!({
            "Sid": "ListAccounts", "Effect": "Allow",
            "Action": "organizations:ListAccounts", "Resource": "*"
        }));
        statements.push(json!({
            "Sid": "AssumeRole", "Effect": "Allow",
            "Action": "sts:AssumeRole", "Resource": format!("arn:*:iam::*:role/{role}")
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A call that collecting makes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PlannedCall {
    /// As the command line calls it: `ec2 describe-vpcs`.
    pub call: String,
    /// As policies call it: `ec2:DescribeVpcs`.
    pub action: String,
    /// The call whose answers name what this one is about, once each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// The file in the folder of its account and Region; none where nothing of it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// Every call that collecting makes in a Region.
pub fn planned_calls() -> Vec<PlannedCall> {
    let planned = CALLS.iter().map(|call| PlannedCall {
        call: call.name(),
        action: call.action(),
        per: match call.per {
            Per::Region => None,
            Per::Each { of, .. } => CALLS.iter().find(|call| call.is(of)).map(Call::name),
        },
        file: call.kind.map(|_| call.file()),
    });
    planned.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use reach_core::snapshot::Kind;

    use super::*;
    use crate::collect::calls::Output;
    use crate::collect::shapes::SHAPES;

    #[test]
    fn every_kind_that_the_loader_knows_is_collected_once() {
        let collected: Vec<Kind> = CALLS.iter().filter_map(|call| call.kind).collect();
        for kind in Kind::ALL {
            // The older form of `TransitGatewayRoutes`.
            let wanted = usize::from(*kind != Kind::TransitGatewayStaticRoutes);
            let times = collected.iter().filter(|it| *it == kind).count();
            assert_eq!(times, wanted, "{}", kind.key());
        }
    }

    #[test]
    fn names_are_those_of_the_core() {
        for call in CALLS {
            if let Some(kind) = call.kind {
                let name = call.name();
                assert_eq!(kind.call(), name.strip_prefix("ec2 ").unwrap_or(&name));
            }
        }
        let files: BTreeSet<String> = CALLS.iter().map(Call::file).collect();
        assert_eq!(files.len(), CALLS.len());
    }

    #[test]
    fn every_call_can_be_read() {
        for call in CALLS.iter().filter(|call| call.service.speaks_xml()) {
            let output = &SHAPES[call.service.name()].operations[call.operation];
            let members = &SHAPES[call.service.name()].structures[output.shape];
            let printed: Vec<&str> = members.values().map(|member| member.printed).collect();
            let lists = printed.contains(&call.key);
            let names_nothing = matches!(call.output, Output::Wrapped(_)) && !lists;
            assert!(lists || names_nothing, "{}: {} of {printed:?}", call.name(), call.key);
        }
    }

    #[test]
    fn calls_that_others_hang_on_come_first() {
        for (place, call) in CALLS.iter().enumerate() {
            if let Per::Each { of, .. } = call.per {
                assert!(CALLS[..place].iter().any(|call| call.is(of)), "{}", call.name());
            }
        }
    }

    /// Python's tests hold the same table to what `from_boto3` calls.
    #[test]
    fn python_makes_the_same_calls() {
        let guide = include_str!("../../../docs/python.md");
        let rows = guide.lines().filter_map(|line| line.strip_prefix("| "));
        let told: BTreeSet<String> = rows
            .filter_map(|row| {
                let mut cells = row.split(" | ");
                let (service, call) = (cells.next()?, cells.next()?);
                let call = call.strip_prefix('`')?.strip_suffix('`')?;
                Some(format!("{service} {}", call.replace('_', "-")))
            })
            .collect();
        let made: BTreeSet<String> = CALLS.iter().map(Call::name).collect();
        let lacking: Vec<_> = made.difference(&told).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
        // Which Regions there are the command asks another way; and it reads only the policies and
        // rule groups that a firewall uses.
        let more = ["describe-regions", "list-firewall-policies", "list-rule-groups"];
        let others: Vec<_> = told
            .difference(&made)
            .filter(|call| !more.iter().any(|name| call.ends_with(name)))
            .collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn the_policy_only_reads() {
        let policy = iam_policy(None);
        let actions = policy["Statement"][0]["Action"].as_array().unwrap();
        for action in actions {
            let (_, verb) = action.as_str().unwrap().split_once(':').unwrap();
            let reads = ["Describe", "Get", "List", "Search"];
            assert!(reads.iter().any(|word| verb.starts_with(word)), "{action}");
        }
        for call in planned_calls() {
            assert!(actions.contains(&call.action.as_str().into()), "{}", call.action);
        }
        assert_eq!(iam_policy(Some("audit"))["Statement"].as_array().unwrap().len(), 3);
    }
}
