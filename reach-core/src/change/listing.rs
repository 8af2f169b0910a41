//! The rules of security groups one by one, as edits tell them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rule::{NewRule, Peer, Rule, retain_peers};
use crate::snapshot::{IpPermission, Snapshot, UserIdGroupPair};

/// A rule of a security group with its one peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct GroupRule {
    /// `sgr-…`, where `describe-security-group-rules` was collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Outbound rather than inbound.
    pub egress: bool,
    /// CIDR block, prefix list or group that it is open to.
    pub peer: String,
    /// What its author wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What `RevokeSecurityGroupIngress` or `…Egress` has to tell to remove it, and `Authorize…` to
    /// add it again; none where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<IpPermission>,
}

/// Every rule of every group, by group.
pub(crate) fn rules_by_group(snapshot: &Snapshot) -> BTreeMap<&str, Vec<GroupRule>> {
    let mut ids: BTreeMap<&str, BTreeMap<Rule, &str>> = BTreeMap::new();
    let told = snapshot.regions.iter().flat_map(|region| region.security_group_rules.iter());
    for rule in told.flatten() {
        let of_group = ids.entry(&rule.group_id).or_default();
        of_group.entry(Rule::of(rule)).or_insert(&rule.security_group_rule_id);
    }
    let mut by_group = BTreeMap::new();
    let groups = snapshot.regions.iter().flat_map(|region| region.security_groups.iter().flatten());
    for group in groups {
        by_group.entry(group.group_id.as_str()).or_insert_with(|| {
            let ids = ids.get(group.group_id.as_str());
            let mut rules = Vec::new();
            for (permissions, egress) in
                [(&group.ip_permissions, false), (&group.ip_permissions_egress, true)]
            {
                for permission in permissions {
                    single(permission, egress, |rule, description| {
                        let id = ids.and_then(|ids| ids.get(&rule)).map(|id| (*id).to_owned());
                        rules.push(listed(&rule, id, description));
                    });
                }
            }
            rules
        });
    }
    by_group
}

/// Takes a permission apart.
fn single(permission: &IpPermission, egress: bool, mut take: impl FnMut(Rule, Option<String>)) {
    // What would be kept does not matter: the copy is thrown away.
    retain_peers(&mut permission.clone(), egress, |rule, description| {
        take(rule.clone(), description.clone());
        true
    });
}

fn listed(rule: &Rule, id: Option<String>, description: Option<String>) -> GroupRule {
    let peer = rule.peer.text();
    let readable = !matches!(rule.peer, Peer::Unreadable(_));
    let permission = readable.then(|| {
        let mut permission = rule.ports.permission();
        let new = NewRule {
            rule: rule.clone(),
            id: String::new(),
            description: description.clone(),
            pair: UserIdGroupPair::default(),
        };
        new.push_to(&mut permission);
        permission
    });
    GroupRule { id, egress: rule.egress, peer, description, permission }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::change::fixture::{make, refuse};

    fn group() -> Snapshot {
        crate::change::fixture::snapshot(json!({
            "SecurityGroups": [{
                "GroupId": "sg-1",
                "IpPermissions": [
                    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 23,
                     "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "everybody"},
                                  {"CidrIp": "10.0.0.1/8"}],
                     "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
                    {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]},
                    {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1,
                     "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
                    {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53,
                     "IpRanges": [{"CidrIp": "nonsense"}]},
                ],
                "IpPermissionsEgress": [
                    {"IpProtocol": "50", "PrefixListIds": [{"PrefixListId": "pl-1"}]},
                ],
            }],
            "SecurityGroupRules": [
                {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": false,
                 "IpProtocol": "6", "FromPort": 22, "ToPort": 23, "CidrIpv4": "10.0.0.0/8"},
            ],
        }))
    }

    #[test]
    fn every_rule_can_be_revoked_and_authorized_as_it_is_listed() {
        let mut snapshot = group();
        let listed = rules_by_group(&group()).remove("sg-1").unwrap();
        for rule in listed.iter().filter(|rule| rule.permission.is_some()) {
            let way = if rule.egress { "Egress" } else { "Ingress" };
            let edit = |verb: &str| {
                json!({"Action": format!("{verb}SecurityGroup{way}"), "GroupId": "sg-1",
                       "IpPermissions": [rule.permission]})
            };
            make(&mut snapshot, edit("Revoke"));
            refuse(&snapshot, edit("Revoke"));
            make(&mut snapshot, edit("Authorize"));
        }
        let texts: Vec<_> = listed.iter().map(|rule| rule.peer.as_str()).collect();
        assert_eq!(
            texts,
            ["0.0.0.0/0", "10.0.0.0/8", "::/0", "sg-1", "0.0.0.0/0", "nonsense", "pl-1"]
        );
        assert_eq!(listed.iter().filter(|rule| rule.permission.is_none()).count(), 1);
        assert_eq!(listed.first().unwrap().description.as_deref(), Some("everybody"));
    }

    #[test]
    fn a_rule_has_the_id_that_the_other_form_gives_it() {
        let ids: Vec<_> = rules_by_group(&group())
            .into_values()
            .flatten()
            .filter_map(|rule| Some((rule.id?, rule.peer)))
            .collect();
        assert_eq!(ids, [("sgr-1".to_owned(), "10.0.0.0/8".to_owned())]);
    }
}
