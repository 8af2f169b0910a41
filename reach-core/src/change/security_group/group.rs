//! The group that an edit is about, and what a request says about its rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::error::{Fault, tick};
use crate::change::lookup::prefix_list;
use crate::change::request::{derived_id, exactly_one, ipv4_net, ipv6_net};
use crate::change::rule::{Peer, Ports, Rule, n_peers};
use crate::order;
use crate::snapshot::{
    IpPermission, Kind, SecurityGroup, SecurityGroupRule, Snapshot, UserIdGroupPair,
};

pub(super) const NO_RULE_ID: &str = "InvalidSecurityGroupRuleId.NotFound";
pub(super) const NO_GROUP: &str = "InvalidGroup.NotFound";

/// The group that an edit is about.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) vpc_id: Option<String>,
    pub(super) owner_id: Option<String>,
}

impl Group {
    pub(super) fn find(
        snapshot: &Snapshot,
        id: Option<&str>,
        name: Option<&str>,
    ) -> Result<Self, Fault> {
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
    pub(super) fn rules(&self, snapshot: &Snapshot) -> BTreeSet<Rule> {
        let copies = groups(snapshot).filter(|group| group.group_id == self.id);
        let nested = copies.flat_map(|group| {
            let ingress = group.ip_permissions.iter().flat_map(|it| Rule::all(it, false));
            let egress = group.ip_permissions_egress.iter().flat_map(|it| Rule::all(it, true));
            ingress.chain(egress)
        });
        let single = rules(snapshot).filter(|rule| rule.group_id == self.id).map(Rule::of);
        order::tree(nested.chain(single))
    }

    pub(super) fn rules_by_id<'a>(
        &self,
        snapshot: &'a Snapshot,
    ) -> BTreeMap<&'a str, &'a SecurityGroupRule> {
        let own = rules(snapshot).filter(|rule| rule.group_id == self.id);
        order::tree(own.map(|rule| (rule.security_group_rule_id.as_str(), rule)))
    }

    /// The rules that a request tells, checked as EC2 checks them, with what else it says.
    pub(super) fn requested(
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
    pub(super) fn check_peer(
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
            Peer::PrefixList(id) => prefix_list(snapshot, id),
            Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::Unreadable(_) => Ok(()),
        }
    }
}

pub(super) fn groups(snapshot: &Snapshot) -> impl Iterator<Item = &SecurityGroup> {
    snapshot.regions.iter().flat_map(|region| region.security_groups.iter().flatten())
}

pub(super) fn rules(snapshot: &Snapshot) -> impl Iterator<Item = &SecurityGroupRule> {
    snapshot.regions.iter().flat_map(|region| region.security_group_rules.iter().flatten())
}

pub(super) fn rule_by_id<'a>(
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
pub(super) struct RuleIds(BTreeSet<String>);

impl RuleIds {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self(order::tree(rules(snapshot).map(|rule| rule.security_group_rule_id.clone())))
    }

    pub(super) fn next(&mut self, group: &str, rule: &Rule) -> String {
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
