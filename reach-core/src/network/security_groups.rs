//! Security groups: the two output forms become one list of rules (SG-22).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::prefix_lists::{PrefixList, PrefixLists};
use crate::Diagnostic;
use crate::order;
use crate::packet::IpSet;
use crate::rules::{GroupReference, Peer, Rule, SecurityGroup, parse_net, sg_traffic};
use crate::snapshot::{self, IpPermission, SecurityGroupRule, Snapshot, UserIdGroupPair};

/// `describe-security-group-rules`, by group.
pub(super) fn rules_by_group(snapshot: &Snapshot) -> FxHashMap<&str, Vec<&SecurityGroupRule>> {
    let mut by_group: FxHashMap<&str, Vec<&SecurityGroupRule>> = FxHashMap::default();
    for region in &snapshot.regions {
        for rule in region.security_group_rules.iter().flatten() {
            let rules = by_group.entry(rule.group_id.as_str()).or_default();
            rules.push(rule);
        }
    }
    for rules in by_group.values_mut() {
        order::sort_by_key(rules, |rule| rule.security_group_rule_id.as_str());
        rules.dedup_by_key(|rule| rule.security_group_rule_id.as_str());
    }
    by_group
}

/// SG-15: references that AWS calls stale: the group of the rule, whether outbound, and the group
/// that it names.
pub(super) type Stale<'a> = FxHashSet<(&'a str, bool, &'a str)>;

/// `describe-stale-security-groups`.
pub(super) fn stale(snapshot: &Snapshot) -> Stale<'_> {
    let groups = snapshot.regions.iter().flat_map(|it| it.stale_security_groups.iter().flatten());
    let rules = groups.flat_map(|group| {
        let both =
            [(false, &group.stale_ip_permissions), (true, &group.stale_ip_permissions_egress)];
        both.into_iter().flat_map(move |(egress, rules)| {
            rules.iter().map(move |rule| (group.group_id.as_str(), egress, rule))
        })
    });
    let named = rules.flat_map(|(group, egress, rule)| {
        let pairs = rule.user_id_group_pairs.iter();
        pairs.filter_map(move |pair| Some((group, egress, pair.group_id.as_deref()?)))
    });
    named.collect()
}

pub(super) fn compile<'a>(
    group: &'a snapshot::SecurityGroup,
    with_ids: &[&'a SecurityGroupRule],
    (lists, stale): (&PrefixLists<'_>, &Stale<'_>),
    diagnostics: &mut Vec<Diagnostic>,
) -> SecurityGroup {
    let mut compiler = Compiler { group: &group.group_id, lists, stale, diagnostics };
    let mut ids = Ids::new(with_ids);
    let ingress = compiler.direction(&group.ip_permissions, false, &mut ids);
    let egress = compiler.direction(&group.ip_permissions_egress, true, &mut ids);
    SecurityGroup {
        id: Arc::from(group.group_id.as_str()),
        name: group.group_name.as_deref().map(Arc::from),
        ingress,
        egress,
    }
}

/// A rule with one peer, out of either form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PlainRule<'a> {
    protocol: &'a str,
    from: Option<i32>,
    to: Option<i32>,
    peer: PlainPeer<'a>,
    description: Option<&'a str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum PlainPeer<'a> {
    V4(&'a str),
    V6(&'a str),
    List(&'a str),
    Group {
        id: Option<&'a str>,
        peering_status: Option<&'a str>,
    },
    /// The rule names none.
    None,
}

/// What makes two rules the same one.
type Key<'a> = (bool, String, Option<i32>, Option<i32>, char, &'a str);

impl<'a> PlainRule<'a> {
    fn of(permission: &'a IpPermission) -> impl Iterator<Item = Self> {
        let v4 = permission
            .ip_ranges
            .iter()
            .map(|range| (PlainPeer::V4(&range.cidr_ip), range.description.as_deref()));
        let v6 = permission
            .ipv6_ranges
            .iter()
            .map(|range| (PlainPeer::V6(&range.cidr_ipv6), range.description.as_deref()));
        let lists = permission
            .prefix_list_ids
            .iter()
            .map(|list| (PlainPeer::List(&list.prefix_list_id), list.description.as_deref()));
        let groups = permission
            .user_id_group_pairs
            .iter()
            .map(|pair| (PlainPeer::of_pair(pair), pair.description.as_deref()));
        v4.chain(v6).chain(lists).chain(groups).map(|(peer, description)| PlainRule {
            protocol: &permission.ip_protocol,
            from: permission.from_port,
            to: permission.to_port,
            peer,
            description,
        })
    }

    fn of_rule(rule: &'a SecurityGroupRule) -> Self {
        let peer = if let Some(cidr) = &rule.cidr_ipv4 {
            PlainPeer::V4(cidr)
        } else if let Some(cidr) = &rule.cidr_ipv6 {
            PlainPeer::V6(cidr)
        } else if let Some(list) = &rule.prefix_list_id {
            PlainPeer::List(list)
        } else if let Some(group) = &rule.referenced_group_info {
            PlainPeer::Group {
                id: group.group_id.as_deref(),
                peering_status: group.peering_status.as_deref(),
            }
        } else {
            PlainPeer::None
        };
        Self {
            protocol: &rule.ip_protocol,
            from: rule.from_port,
            to: rule.to_port,
            peer,
            description: rule.description.as_deref(),
        }
    }

    /// The two forms write "every port" differently: absent in one, −1 in the other; ports of a
    /// protocol that has none do not count (SG-05).
    fn key(&self, egress: bool) -> Key<'a> {
        let protocol = match crate::rules::protocol_number(self.protocol) {
            Some(number) => number.to_string(),
            None => self.protocol.to_owned(),
        };
        let counts = matches!(protocol.as_str(), "6" | "17" | "1" | "58");
        let port = |port: Option<i32>| port.filter(|port| counts && *port != -1);
        let (kind, text) = match &self.peer {
            PlainPeer::V4(text) => ('4', *text),
            PlainPeer::V6(text) => ('6', *text),
            PlainPeer::List(text) => ('l', *text),
            PlainPeer::Group { id, .. } => ('g', id.unwrap_or_default()),
            PlainPeer::None => ('-', ""),
        };
        (egress, protocol, port(self.from), port(self.to), kind, text)
    }
}

impl<'a> PlainPeer<'a> {
    fn of_pair(pair: &'a UserIdGroupPair) -> Self {
        Self::Group { id: pair.group_id.as_deref(), peering_status: pair.peering_status.as_deref() }
    }
}

/// Rules with ids that wait for their permission.
struct Ids<'a> {
    by_key: FxHashMap<Key<'a>, Vec<&'a SecurityGroupRule>>,
    order: Vec<&'a SecurityGroupRule>,
}

impl<'a> Ids<'a> {
    fn new(rules: &[&'a SecurityGroupRule]) -> Self {
        let mut by_key: FxHashMap<Key<'a>, Vec<&'a SecurityGroupRule>> = FxHashMap::default();
        // The lists are popped from the back: the smallest id goes first.
        for rule in rules.iter().rev() {
            let key = PlainRule::of_rule(rule).key(rule.is_egress);
            by_key.entry(key).or_default().push(rule);
        }
        Self { by_key, order: rules.to_vec() }
    }

    fn take(&mut self, egress: bool, plain: &PlainRule<'a>) -> Option<&'a SecurityGroupRule> {
        self.by_key.get_mut(&plain.key(egress))?.pop()
    }

    fn left(&self, egress: bool) -> Vec<&'a SecurityGroupRule> {
        self.order
            .iter()
            .filter(|rule| rule.is_egress == egress)
            .filter(|rule| {
                let waiting = self.by_key.get(&PlainRule::of_rule(rule).key(egress));
                let waiting = waiting.map_or(&[][..], Vec::as_slice);
                waiting.iter().any(|other| std::ptr::eq(*other, **rule))
            })
            .copied()
            .collect()
    }
}

struct Compiler<'a, 'd> {
    group: &'a str,
    lists: &'a PrefixLists<'a>,
    stale: &'a Stale<'a>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Compiler<'_, '_> {
    fn warn(&mut self, code: &str, text: String) {
        self.diagnostics.push(Diagnostic::warning(code, text).resource(self.group));
    }

    fn direction<'p>(
        &mut self,
        permissions: &'p [IpPermission],
        egress: bool,
        ids: &mut Ids<'p>,
    ) -> Vec<Rule> {
        let mut rules = Vec::new();
        for plain in permissions.iter().flat_map(PlainRule::of) {
            let with_id = ids.take(egress, &plain);
            rules.push(self.rule(&plain, egress, with_id));
        }
        // Rules that only `describe-security-group-rules` shows: the two calls were made at two
        // moments. Both are kept, because leaving one out could hide an opening.
        for extra in ids.left(egress) {
            let id = &extra.security_group_rule_id;
            let text = format!("rule `{id}` is not in `IpPermissions`; it is used");
            self.warn("contradiction", text);
            rules.push(self.rule(&PlainRule::of_rule(extra), egress, Some(extra)));
        }
        // The order of an answer must not follow the order of the snapshot.
        order::sort_by_cached_key(&mut rules, |rule| {
            let texts = (rule.traffic.to_string(), Arc::clone(&rule.peer_text));
            (texts, rule.id.clone(), rule.description.clone())
        });
        rules
    }

    fn rule(
        &mut self,
        plain: &PlainRule<'_>,
        egress: bool,
        with_id: Option<&SecurityGroupRule>,
    ) -> Rule {
        let (traffic, readable) = match sg_traffic(plain.protocol, plain.from, plain.to) {
            Ok(traffic) => (traffic, true),
            Err((widest, problem)) => {
                self.warn("unreadable_entry", format!("a rule cannot be read: {problem}"));
                (widest, false)
            }
        };
        let (peer, text) = self.peer(&plain.peer, egress);
        Rule {
            id: with_id.map(|rule| Arc::from(rule.security_group_rule_id.as_str())),
            description: plain
                .description
                .or_else(|| with_id.and_then(|rule| rule.description.as_deref()))
                .map(Arc::from),
            peer,
            peer_text: Arc::from(text),
            traffic,
            readable,
        }
    }

    fn peer<'p>(&mut self, peer: &PlainPeer<'p>, egress: bool) -> (Peer, &'p str) {
        match peer {
            PlainPeer::V4(text) => (self.block(text, IpSet::all_v4()), text),
            PlainPeer::V6(text) => (self.block(text, IpSet::all_v6()), text),
            PlainPeer::List(id) => {
                let list = self.lists.get(id);
                match list.and_then(|list| list.nets.as_ref()) {
                    Some(nets) => (Peer::Addresses(nets.iter().copied().collect()), id),
                    None => {
                        self.warn(
                            "unknown_prefix_list",
                            format!("a rule names `{id}`, whose entries are not in the snapshot"),
                        );
                        let widest = list.map_or_else(IpSet::all, PrefixList::widest);
                        (Peer::UnknownList { id: Arc::from(*id), widest }, id)
                    }
                }
            }
            PlainPeer::Group { id: Some(id), peering_status } => {
                // SG-12, SG-15: a reference over a peering that is not active matches nothing.
                let stale = peering_status.is_some_and(|status| status != "active")
                    || self.stale.contains(&(self.group, egress, *id));
                (Peer::Group(GroupReference { id: Arc::from(*id), stale }), id)
            }
            PlainPeer::Group { id: None, .. } => {
                self.warn("unreadable_entry", "a rule names a group without an id".to_owned());
                (Peer::Unreadable(IpSet::all()), "?")
            }
            PlainPeer::None => {
                self.warn("unreadable_entry", "a rule names no other end".to_owned());
                (Peer::Unreadable(IpSet::all()), "?")
            }
        }
    }

    fn block(&mut self, text: &str, family: IpSet) -> Peer {
        match parse_net(text).map(IpSet::from_net).filter(|set| set.is_subset(&family)) {
            Some(set) => Peer::Addresses(set),
            None => {
                self.warn(
                    "unreadable_entry",
                    format!("a rule names {text:?}, which is no address block"),
                );
                Peer::Unreadable(family)
            }
        }
    }
}
