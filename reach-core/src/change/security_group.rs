use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::{Fault, tick};
use super::request::{derived_id, exactly_one, ipv4_net, ipv6_net};
use super::rule::{NewRule, Peer, Ports, Rule, direction, n_peers, retain_peers};
use super::strict;
use crate::snapshot::{
    IpPermission, IpRange, Ipv6Range, Kind, SecurityGroup, SecurityGroupRule, Snapshot,
    UserIdGroupPair,
};

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AuthorizeSecurityGroup {
    /// `sg-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Name of the group instead of its id, when no other group of the snapshot has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The rules, each with at least one peer.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "strict::list::<_, strict::IpPermission, _>"
    )]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "strict::list::<_, strict::IpPermission, _>"
    )]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ModifySecurityGroupRules {
    /// `sg-…`
    pub group_id: String,
    /// The rules to change.
    pub security_group_rules: Vec<SecurityGroupRuleUpdate>,
}

/// What becomes of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecurityGroupRuleUpdate {
    /// `sgr-…`
    pub security_group_rule_id: String,
    /// What the rule says from now on.
    pub security_group_rule: SecurityGroupRuleRequest,
}

/// A whole rule: protocol, ports and exactly one peer. Its direction stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

const NO_RULE_ID: &str = "InvalidSecurityGroupRuleId.NotFound";
const NO_GROUP: &str = "InvalidGroup.NotFound";

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

/// The group that an edit is about.
struct Group {
    id: String,
    vpc_id: Option<String>,
    owner_id: Option<String>,
}

impl Group {
    fn find(snapshot: &Snapshot, id: Option<&str>, name: Option<&str>) -> Result<Self, Fault> {
        match exactly_one(&[("GroupId", id), ("GroupName", name)])? {
            ("GroupId", id) => groups(snapshot)
                .find(|group| group.group_id == id)
                .map(Self::of)
                .ok_or_else(|| Fault::not_found(NO_GROUP, snapshot, Kind::SecurityGroups, id)),
            (_, name) => {
                let named = |group: &&SecurityGroup| group.group_name.as_deref() == Some(name);
                let mut found = groups(snapshot).filter(named);
                let Some(first) = found.next() else {
                    return Err(Fault::not_found(NO_GROUP, snapshot, Kind::SecurityGroups, name));
                };
                match found.find(|other| other.group_id != first.group_id) {
                    None => Ok(Self::of(first)),
                    Some(other) => Err(Fault::value(format!(
                        "{} and {} are both named {}, name one by `GroupId`",
                        tick(&first.group_id),
                        tick(&other.group_id),
                        tick(name)
                    ))),
                }
            }
        }
    }

    fn of(group: &SecurityGroup) -> Self {
        Self {
            id: group.group_id.clone(),
            vpc_id: group.vpc_id.clone(),
            owner_id: group.owner_id.clone(),
        }
    }

    /// Every rule of the group, both directions, in whichever form it stands.
    fn rules(&self, snapshot: &Snapshot) -> BTreeSet<Rule> {
        let copies = groups(snapshot).filter(|group| group.group_id == self.id);
        let nested = copies.flat_map(|group| {
            let ingress = group.ip_permissions.iter().flat_map(|it| Rule::all(it, false));
            let egress = group.ip_permissions_egress.iter().flat_map(|it| Rule::all(it, true));
            ingress.chain(egress)
        });
        let single = rules(snapshot).filter(|rule| rule.group_id == self.id).map(Rule::of);
        nested.chain(single).collect()
    }

    fn rules_by_id<'a>(&self, snapshot: &'a Snapshot) -> BTreeMap<&'a str, &'a SecurityGroupRule> {
        rules(snapshot)
            .filter(|rule| rule.group_id == self.id)
            .map(|rule| (rule.security_group_rule_id.as_str(), rule))
            .collect()
    }

    /// The rules that a request tells, checked as EC2 checks them, with what else it says.
    fn requested(
        &self,
        snapshot: &Snapshot,
        permissions: &[IpPermission],
        egress: bool,
    ) -> Result<Vec<(Rule, UserIdGroupPair)>, Fault> {
        let mut asked = Vec::new();
        let mut seen = BTreeSet::new();
        for permission in permissions {
            let ports =
                Ports::request(&permission.ip_protocol, permission.from_port, permission.to_port)?;
            if n_peers(permission) == 0 {
                return Err(Fault::missing(format!("{ports} needs a peer, such as a block")));
            }
            for (peer, pair) in self.peers(snapshot, permission)? {
                let rule = Rule { egress, ports: ports.clone(), peer };
                if !seen.insert(rule.clone()) {
                    return Err(Fault::value(format!("the rule {rule} is told twice")));
                }
                asked.push((rule, pair));
            }
        }
        Ok(asked)
    }

    /// The peers of a permission. Their description, and what is told of a group, is in the pair.
    fn peers(
        &self,
        snapshot: &Snapshot,
        permission: &IpPermission,
    ) -> Result<Vec<(Peer, UserIdGroupPair)>, Fault> {
        let described = |description: &Option<String>| UserIdGroupPair {
            description: description.clone(),
            ..UserIdGroupPair::default()
        };
        let mut peers = Vec::new();
        for range in &permission.ip_ranges {
            peers.push((Peer::Ipv4(ipv4_net(&range.cidr_ip)?), described(&range.description)));
        }
        for range in &permission.ipv6_ranges {
            peers.push((Peer::Ipv6(ipv6_net(&range.cidr_ipv6)?), described(&range.description)));
        }
        for list in &permission.prefix_list_ids {
            let peer = Peer::PrefixList(list.prefix_list_id.clone());
            peers.push((peer, described(&list.description)));
        }
        for pair in &permission.user_id_group_pairs {
            peers.push((Peer::Group(self.peer_group(snapshot, pair)?), pair.clone()));
        }
        Ok(peers)
    }

    /// The id of a group that a request names, by id or by its name in the same VPC.
    fn peer_group(&self, snapshot: &Snapshot, pair: &UserIdGroupPair) -> Result<String, Fault> {
        match (&pair.group_id, &pair.group_name) {
            // `describe-security-groups` may print both, and the id decides.
            (Some(id), _) => Ok(id.clone()),
            (None, Some(name)) => groups(snapshot)
                .find(|it| it.group_name.as_ref() == Some(name) && it.vpc_id == self.vpc_id)
                .map(|it| it.group_id.clone())
                .ok_or_else(|| Fault::not_found(NO_GROUP, snapshot, Kind::SecurityGroups, name)),
            (None, None) => Err(Fault::missing("an element of `UserIdGroupPairs` needs `GroupId`")),
        }
    }

    /// Whether a peer to be added exists, as far as the snapshot can tell, and what is known of it.
    fn check_peer(
        &self,
        snapshot: &Snapshot,
        peer: &Peer,
        pair: &mut UserIdGroupPair,
    ) -> Result<(), Fault> {
        match peer {
            Peer::Group(id) => match groups(snapshot).find(|group| group.group_id == *id) {
                Some(group) => {
                    if pair.user_id.is_none() {
                        pair.user_id.clone_from(&group.owner_id);
                    }
                    Ok(())
                }
                // A group of another account is named with the account.
                None if pair
                    .user_id
                    .as_ref()
                    .is_some_and(|it| Some(it) != self.owner_id.as_ref()) =>
                {
                    Ok(())
                }
                None => Err(Fault::not_found(NO_GROUP, snapshot, Kind::SecurityGroups, id)),
            },
            Peer::PrefixList(id) => super::lookup::prefix_list(snapshot, id),
            Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::Unreadable(_) => Ok(()),
        }
    }
}

fn groups(snapshot: &Snapshot) -> impl Iterator<Item = &SecurityGroup> {
    snapshot.regions.iter().flat_map(|region| region.security_groups.iter().flatten())
}

fn rules(snapshot: &Snapshot) -> impl Iterator<Item = &SecurityGroupRule> {
    snapshot.regions.iter().flat_map(|region| region.security_group_rules.iter().flatten())
}

fn rule_by_id<'a>(
    snapshot: &Snapshot,
    index: &BTreeMap<&str, &'a SecurityGroupRule>,
    group: &Group,
    id: &str,
) -> Result<&'a SecurityGroupRule, Fault> {
    index.get(id).copied().ok_or_else(|| {
        match rules(snapshot).find(|rule| rule.security_group_rule_id == id) {
            Some(rule) => {
                let (id, of, not) = (tick(id), tick(&rule.group_id), tick(&group.id));
                Fault::new(NO_RULE_ID, format!("{id} is a rule of {of}, not of {not}"))
            }
            None => Fault::not_found(NO_RULE_ID, snapshot, Kind::SecurityGroupRules, id),
        }
        .on(id)
    })
}

/// Draws ids for new rules that no rule of the snapshot has.
struct RuleIds(BTreeSet<String>);

impl RuleIds {
    fn of(snapshot: &Snapshot) -> Self {
        Self(rules(snapshot).map(|rule| rule.security_group_rule_id.clone()).collect())
    }

    fn next(&mut self, group: &str, rule: &Rule) -> String {
        let [protocol, from, to] = rule.ports.parts();
        let peer = rule.peer.text();
        let mut id = String::new();
        // A rule that was modified keeps the id drawn for what it said before, so an id may be
        // taken. One more try than there are ids finds a free one.
        for attempt in 0..=self.0.len() {
            let attempt = attempt.to_string();
            id = derived_id(
                "sgr",
                &[group, rule.direction(), &protocol, &from, &to, &peer, &attempt],
            );
            if !self.0.contains(&id) {
                break;
            }
        }
        self.0.insert(id.clone());
        id
    }
}

/// What becomes of a group's rules, checked: making it cannot fail.
#[derive(Default)]
struct Change {
    /// These go.
    remove: BTreeSet<Rule>,
    /// These are there afterwards; one whose id a rule has already is that rule from now on.
    put: BTreeMap<Rule, NewRule>,
}

impl Change {
    fn commit(&self, snapshot: &mut Snapshot, of: &Group) {
        for region in &mut snapshot.regions {
            let mut here = false;
            for group in region.security_groups.iter_mut().flatten() {
                if group.group_id == of.id {
                    here = true;
                    self.commit_permissions(&mut group.ip_permissions, false);
                    self.commit_permissions(&mut group.ip_permissions_egress, true);
                }
            }
            if let Some(rules) = &mut region.security_group_rules {
                self.commit_rules(rules, of, here);
            }
        }
    }

    fn commit_permissions(&self, permissions: &mut Vec<IpPermission>, egress: bool) {
        let mut here = BTreeSet::new();
        permissions.retain_mut(|permission| {
            let before = n_peers(permission);
            retain_peers(permission, egress, |rule, description| match self.put.get(rule) {
                Some(new) => {
                    description.clone_from(&new.description);
                    here.insert(rule.clone());
                    true
                }
                None => !self.remove.contains(rule),
            });
            let after = n_peers(permission);
            after > 0 || before == after
        });
        let mut by_ports: BTreeMap<Ports, usize> = BTreeMap::new();
        for (index, permission) in permissions.iter().enumerate() {
            by_ports.entry(Ports::of(permission)).or_insert(index);
        }
        for (rule, new) in &self.put {
            if rule.egress != egress || here.contains(rule) {
                continue;
            }
            let index = *by_ports.entry(rule.ports.clone()).or_insert_with(|| {
                permissions.push(rule.ports.permission());
                permissions.len().saturating_sub(1)
            });
            if let Some(permission) = permissions.get_mut(index) {
                new.push_to(permission);
            }
        }
    }

    fn commit_rules(&self, rules: &mut Vec<SecurityGroupRule>, of: &Group, here: bool) {
        let mut new_by_id: BTreeMap<&str, &NewRule> =
            self.put.values().map(|new| (new.id.as_str(), new)).collect();
        rules.retain_mut(|rule| {
            if rule.group_id != of.id {
                return true;
            }
            if let Some(new) = new_by_id.remove(rule.security_group_rule_id.as_str()) {
                new.write_to(rule);
                return true;
            }
            !self.remove.contains(&Rule::of(rule))
        });
        if !here {
            return;
        }
        for (rule, new) in &self.put {
            if new_by_id.contains_key(new.id.as_str()) {
                let mut added = SecurityGroupRule {
                    security_group_rule_id: new.id.clone(),
                    group_id: of.id.clone(),
                    group_owner_id: of.owner_id.clone(),
                    is_egress: rule.egress,
                    ..SecurityGroupRule::default()
                };
                new.write_to(&mut added);
                rules.push(added);
            }
        }
    }
}

#[cfg(test)]
mod tests;
