mod commit;
mod group;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

use super::error::{Fault, tick};
use super::request::{exactly_one, ipv4_net, ipv6_net};
use super::rule::{NewRule, Peer, Ports, Rule, direction};
use crate::record::Record;
use crate::snapshot::{
    IpPermission, IpRange, Ipv6Range, SecurityGroupRule, Snapshot, UserIdGroupPair,
};
use commit::Change;
use group::{Group, NO_RULE_ID, RuleIds, rule_by_id};

/// The parameters of `AuthorizeSecurityGroupIngress` and `AuthorizeSecurityGroupEgress`.
///
/// The rules come in `ip_permissions`, or one rule comes in the flat fields. Host bits of a
/// block are cut off, as EC2 does.
///
/// ```
/// # use reach_core::change::Edit;
/// let ssh: Edit = serde_json::from_str(
///     r#"{"Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-1",
///         "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
///                            "IpRanges": [{"CidrIp": "203.0.113.7/32"}]}]}"#,
/// )?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AuthorizeSecurityGroup {
    /// `sg-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Name of the group instead of its id, when no other group of the snapshot has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The rules, each with at least one peer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_permissions: Vec<IpPermission>,
    /// Flat form: as in [`IpPermission::ip_protocol`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_protocol: Option<String>,
    /// Flat form: as in [`IpPermission::from_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// Flat form: as in [`IpPermission::to_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// Flat form: IPv4 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ip: Option<String>,
    /// Flat form: IPv6 peer. EC2 does not have it; it saves a nested `Ipv6Ranges`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<String>,
}

impl AuthorizeSecurityGroup {
    pub(super) fn apply(&self, snapshot: &mut Snapshot, egress: bool) -> Result<(), Fault> {
        let group = Group::find(snapshot, self.group_id.as_deref(), self.group_name.as_deref())?;
        let asked = self
            .requested()
            .permissions()
            .and_then(|permissions| group.requested(snapshot, &permissions, egress))
            .and_then(|asked| if asked.is_empty() { Err(no_rules()) } else { Ok(asked) })
            .map_err(|fault| fault.on(&group.id))?;

        let existing = group.rules(snapshot);
        let mut ids = RuleIds::of(snapshot);
        let mut change = Change::default();
        for (rule, mut pair) in asked {
            if existing.contains(&rule) {
                let message = format!("{} has the rule {rule} already", tick(&group.id));
                return Err(Fault::new("InvalidPermission.Duplicate", message).on(&group.id));
            }
            group.check_peer(snapshot, &rule.peer, &mut pair)?;
            let id = ids.next(&group.id, &rule);
            let description = pair.description.take();
            change.put.insert(rule.clone(), NewRule { rule, id, description, pair });
        }
        change.commit(snapshot, &group);
        Ok(())
    }

    fn requested(&self) -> Requested<'_> {
        Requested {
            permissions: &self.ip_permissions,
            protocol: self.ip_protocol.as_deref(),
            from: self.from_port,
            to: self.to_port,
            ipv4: self.cidr_ip.as_deref(),
            ipv6: self.cidr_ipv6.as_deref(),
        }
    }
}

/// The parameters of `RevokeSecurityGroupIngress` and `RevokeSecurityGroupEgress`.
///
/// The rules are named by id, or told in `ip_permissions`, or one is told in the flat fields. A
/// rule that is told must be there with exactly that protocol, those ports and that peer;
/// descriptions do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RevokeSecurityGroup {
    /// `sg-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Name of the group instead of its id, when no other group of the snapshot has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// `sgr-…`, each a rule of the group in this direction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_group_rule_ids: Vec<String>,
    /// The rules, each with at least one peer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_permissions: Vec<IpPermission>,
    /// Flat form: as in [`IpPermission::ip_protocol`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_protocol: Option<String>,
    /// Flat form: as in [`IpPermission::from_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// Flat form: as in [`IpPermission::to_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// Flat form: IPv4 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ip: Option<String>,
    /// Flat form: IPv6 peer. EC2 does not have it; it saves a nested `Ipv6Ranges`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<String>,
}

impl RevokeSecurityGroup {
    pub(super) fn apply(&self, snapshot: &mut Snapshot, egress: bool) -> Result<(), Fault> {
        let group = Group::find(snapshot, self.group_id.as_deref(), self.group_name.as_deref())?;
        let change = self.change(snapshot, &group, egress).map_err(|fault| fault.on(&group.id))?;
        change.commit(snapshot, &group);
        Ok(())
    }

    fn change(&self, snapshot: &Snapshot, group: &Group, egress: bool) -> Result<Change, Fault> {
        let told = self.requested().permissions()?;
        if !told.is_empty() && !self.security_group_rule_ids.is_empty() {
            return Err(Fault::combination(
                "`SecurityGroupRuleIds` and rules told otherwise exclude each other",
            ));
        }
        let mut change = Change::default();
        if !self.security_group_rule_ids.is_empty() {
            let index = group.rules_by_id(snapshot);
            for id in &self.security_group_rule_ids {
                let rule = rule_by_id(snapshot, &index, group, id)?;
                if rule.is_egress != egress {
                    let message = format!("{} is an {} rule", tick(id), direction(rule.is_egress));
                    return Err(Fault::new(NO_RULE_ID, message).on(id));
                }
                change.remove.insert(Rule::of(rule));
            }
            return Ok(change);
        }
        let asked = group.requested(snapshot, &told, egress)?;
        if asked.is_empty() {
            return Err(no_rules());
        }
        let existing = group.rules(snapshot);
        for (rule, _) in asked {
            if !existing.contains(&rule) {
                let message = format!("{} has no rule {rule}", tick(&group.id));
                return Err(Fault::new("InvalidPermission.NotFound", message));
            }
            change.remove.insert(rule);
        }
        Ok(change)
    }

    fn requested(&self) -> Requested<'_> {
        Requested {
            permissions: &self.ip_permissions,
            protocol: self.ip_protocol.as_deref(),
            from: self.from_port,
            to: self.to_port,
            ipv4: self.cidr_ip.as_deref(),
            ipv6: self.cidr_ipv6.as_deref(),
        }
    }
}

/// The parameters of `ModifySecurityGroupRules`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ModifySecurityGroupRules {
    /// `sg-…`
    pub group_id: String,
    /// The rules to change.
    pub security_group_rules: Vec<SecurityGroupRuleUpdate>,
}

/// What becomes of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecurityGroupRuleUpdate {
    /// `sgr-…`
    pub security_group_rule_id: String,
    /// What the rule says from now on.
    pub security_group_rule: SecurityGroupRuleRequest,
}

/// A whole rule: protocol, ports and exactly one peer. Its direction stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecurityGroupRuleRequest {
    /// As in [`IpPermission::ip_protocol`].
    pub ip_protocol: String,
    /// As in [`IpPermission::from_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// As in [`IpPermission::to_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// IPv4 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv4: Option<String>,
    /// IPv6 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<String>,
    /// Prefix list as the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_id: Option<String>,
    /// Security group as the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_group_id: Option<String>,
    /// What its author writes about it; absent keeps what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ModifySecurityGroupRules {
    pub(super) fn apply(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let group = Group::find(snapshot, Some(&self.group_id), None)?;
        let change = self.change(snapshot, &group).map_err(|fault| fault.on(&group.id))?;
        change.commit(snapshot, &group);
        Ok(())
    }

    fn change(&self, snapshot: &Snapshot, group: &Group) -> Result<Change, Fault> {
        if self.security_group_rules.is_empty() {
            return Err(Fault::missing("needs at least one element in `SecurityGroupRules`"));
        }
        let index = group.rules_by_id(snapshot);
        let mut left = group.rules(snapshot);
        let mut change = Change::default();
        let mut ids = BTreeSet::new();
        for update in &self.security_group_rules {
            let id = &update.security_group_rule_id;
            if !ids.insert(id) {
                return Err(Fault::value(format!("{} is listed twice", tick(id))).on(id));
            }
            let old = rule_by_id(snapshot, &index, group, id)?;
            let new = update
                .security_group_rule
                .rule(snapshot, group, old)
                .map_err(|fault| fault.on(id))?;
            let before = Rule::of(old);
            left.remove(&before);
            change.remove.insert(before);
            if let Some(other) = change.put.insert(new.rule.clone(), new) {
                let message = format!("{} and {} become the same rule", tick(&other.id), tick(id));
                return Err(Fault::new("InvalidPermission.Duplicate", message).on(id));
            }
        }
        if let Some((rule, new)) = change.put.iter().find(|(rule, _)| left.contains(rule)) {
            let message = format!("{} has the rule {rule} already", tick(&group.id));
            return Err(Fault::new("InvalidPermission.Duplicate", message).on(&new.id));
        }
        Ok(change)
    }
}

impl SecurityGroupRuleRequest {
    fn rule(
        &self,
        snapshot: &Snapshot,
        group: &Group,
        old: &SecurityGroupRule,
    ) -> Result<NewRule, Fault> {
        let ports = Ports::request(&self.ip_protocol, self.from_port, self.to_port)?;
        let (kind, text) = exactly_one(&[
            ("CidrIpv4", self.cidr_ipv4.as_deref()),
            ("CidrIpv6", self.cidr_ipv6.as_deref()),
            ("PrefixListId", self.prefix_list_id.as_deref()),
            ("ReferencedGroupId", self.referenced_group_id.as_deref()),
        ])?;
        let peer = match kind {
            "CidrIpv4" => Peer::Ipv4(ipv4_net(text)?),
            "CidrIpv6" => Peer::Ipv6(ipv6_net(text)?),
            "PrefixListId" => Peer::PrefixList(text.to_owned()),
            _ => Peer::Group(text.to_owned()),
        };
        let mut pair = UserIdGroupPair::default();
        let rule = Rule { egress: old.is_egress, ports, peer };
        match &old.referenced_group_info {
            // Still the same group, so what was known of it still holds.
            Some(info) if Rule::of(old).peer == rule.peer => {
                pair.user_id.clone_from(&info.user_id);
                pair.vpc_id.clone_from(&info.vpc_id);
                pair.vpc_peering_connection_id.clone_from(&info.vpc_peering_connection_id);
                pair.peering_status.clone_from(&info.peering_status);
            }
            _ => group.check_peer(snapshot, &rule.peer, &mut pair)?,
        }
        let description = self.description.clone().or_else(|| old.description.clone());
        Ok(NewRule { rule, id: old.security_group_rule_id.clone(), description, pair })
    }
}

fn no_rules() -> Fault {
    Fault::missing("names no rule: needs `IpPermissions`, or `IpProtocol` and a peer")
}

/// The rules as a request tells them, nested or flat.
struct Requested<'a> {
    permissions: &'a [IpPermission],
    protocol: Option<&'a str>,
    from: Option<i32>,
    to: Option<i32>,
    ipv4: Option<&'a str>,
    ipv6: Option<&'a str>,
}

impl Requested<'_> {
    fn permissions(&self) -> Result<Vec<IpPermission>, Fault> {
        let flat = self.protocol.is_some()
            || self.from.is_some()
            || self.to.is_some()
            || self.ipv4.is_some()
            || self.ipv6.is_some();
        if !flat {
            return Ok(self.permissions.to_vec());
        }
        if !self.permissions.is_empty() {
            return Err(Fault::combination(
                "`IpPermissions` and the flat `IpProtocol`, `FromPort`, `ToPort`, `CidrIp`, \
                 `CidrIpv6` exclude each other",
            ));
        }
        let Some(protocol) = self.protocol else {
            return Err(Fault::missing("needs `IpProtocol`"));
        };
        let ipv4 = self.ipv4.map(|cidr| IpRange { cidr_ip: cidr.to_owned(), description: None });
        let ipv6 =
            self.ipv6.map(|cidr| Ipv6Range { cidr_ipv6: cidr.to_owned(), description: None });
        Ok(vec![IpPermission {
            ip_protocol: protocol.to_owned(),
            from_port: self.from,
            to_port: self.to,
            ip_ranges: ipv4.into_iter().collect(),
            ipv6_ranges: ipv6.into_iter().collect(),
            ..IpPermission::default()
        }])
    }
}
