//! Security group rules: narrow ones, references, and the list with ids (SG-01 to SG-22).

use reach_core::snapshot::{
    GroupIdentifier, ReferencedGroupInfo, SecurityGroupRule, SecurityGroupVpcAssociation,
    StaleIpPermission, StaleSecurityGroup, UserIdGroupPair,
};

use super::base;
use crate::generate::site::{ACCOUNT, Site};

/// What rules, entries and flows look at, as rules write it.
pub(super) const TRAFFIC: [&str; 24] = [
    "-1",
    "-1",
    "-1",
    "tcp/0-65535",
    "tcp/22",
    "tcp/80-443",
    "tcp/443",
    "tcp/443",
    "tcp/1024-65535",
    "tcp/0",
    "tcp/65535",
    "tcp/25",
    "tcp/8000-50000",
    "udp/53",
    "udp/0-1023",
    "udp/1024-65535",
    "icmp/-1/-1",
    "icmp/8/-1",
    "icmp/8/0",
    "icmp/3/4",
    "icmpv6/-1/-1",
    "icmpv6/128/0",
    "50",
    "6/22-23",
];

/// Some groups get a few narrow rules instead of open ones, or none.
pub(in crate::generate) fn rules(site: &mut Site) {
    for group in own_groups(site) {
        for egress in [false, true] {
            if site.dice.chance(if egress { 20 } else { 50 }) {
                let count = site.dice.below(6);
                let rules: Vec<String> = (0..count)
                    .map(|_| format!("{} {}", site.dice.word(&TRAFFIC), site.block()))
                    .collect();
                base::close(site, &group, egress, &rules);
            }
        }
    }
}

/// Some groups admit groups instead of addresses: themselves, their neighbours, those of other
/// VPCs, and some that are gone.
pub(in crate::generate) fn references(site: &mut Site) {
    let groups = own_groups(site);
    for group in &groups {
        if site.dice.chance(45) {
            continue;
        }
        let egress = site.dice.chance(20);
        let count = site.dice.between(1, 2);
        let mut rules = Vec::new();
        for _ in 0..count {
            let peer = match site.dice.below(10) {
                0 => Some(group.clone()),
                1 => Some("sg-gone".to_owned()),
                2 => site.vpc().map(|vpc| format!("sg-{}-default", vpc.name)),
                _ => site.dice.pick(&groups),
            };
            rules.extend(peer.map(|peer| format!("{} {peer}", site.dice.word(&TRAFFIC))));
        }
        if site.dice.chance(70) {
            base::close(site, group, egress, &rules);
        } else {
            site.permit(group, egress, &rules);
        }
    }
    for host in site.hosts.clone() {
        if site.dice.chance(10) {
            let default = format!("sg-{}-default", host.subnet.vpc.name);
            site.eni(&host.id, |eni| {
                for group in &mut eni.groups {
                    group.group_id.clone_from(&default);
                }
            });
        }
    }
    across(site);
    if site.dice.chance(30) {
        shared(site);
    }
    if site.dice.chance(20) {
        stale(site);
    }
}

/// SG-19: a group of another VPC, by an association in some state.
fn shared(site: &mut Site) {
    let (Some(member), Some(other)) = (site.host(), site.host()) else { return };
    let vpc = &member.subnet.vpc;
    if vpc.id == other.subnet.vpc.id || vpc.region != other.subnet.vpc.region {
        return;
    }
    site.eni(&member.id, |eni| {
        let group_id = other.group.clone();
        eni.groups.push(GroupIdentifier { group_id, ..GroupIdentifier::default() });
    });
    let states = ["associated", "associated", "disassociating", "association-failed"];
    let state = Some(site.dice.word(&states).to_owned());
    let association = SecurityGroupVpcAssociation {
        group_id: other.group,
        vpc_id: vpc.id.clone(),
        vpc_owner_id: Some(ACCOUNT.to_owned()),
        group_owner_id: Some(ACCOUNT.to_owned()),
        state,
    };
    if let Some(region) = site.region(vpc.region) {
        region.security_group_vpc_associations.get_or_insert_default().push(association);
    }
}

/// SG-15: a rule that AWS lists as stale, also where what it names seems to be there.
fn stale(site: &mut Site) {
    let Some(index) = site.vpc().map(|vpc| vpc.region) else { return };
    let Some(region) = site.region(index) else { return };
    let mut rules = Vec::new();
    for group in region.security_groups.iter().flatten() {
        for (egress, list) in [(false, &group.ip_permissions), (true, &group.ip_permissions_egress)]
        {
            let pairs = list.iter().flat_map(|rule| &rule.user_id_group_pairs);
            rules.extend(pairs.map(|pair| (group.group_id.clone(), egress, pair.clone())));
        }
    }
    let Some((group_id, egress, pair)) = site.dice.pick(&rules) else { return };
    let rule =
        StaleIpPermission { user_id_group_pairs: vec![pair], ..StaleIpPermission::default() };
    let mut stale = StaleSecurityGroup { group_id, ..StaleSecurityGroup::default() };
    let list = if egress {
        &mut stale.stale_ip_permissions_egress
    } else {
        &mut stale.stale_ip_permissions
    };
    list.push(rule);
    if let Some(region) = site.region(index) {
        region.stale_security_groups.get_or_insert_default().push(stale);
    }
}

/// What a reference across a peering connection says besides the group.
fn across(site: &mut Site) {
    let mut homes = Vec::new();
    for region in &site.regions {
        homes.extend(
            region
                .security_groups
                .iter()
                .flatten()
                .map(|group| (group.group_id.clone(), group.vpc_id.clone().unwrap_or_default())),
        );
    }
    let peerings: Vec<_> = site
        .regions
        .iter()
        .flat_map(|region| region.vpc_peering_connections.iter().flatten())
        .map(|pcx| {
            let ends = [&pcx.requester_vpc_info.vpc_id, &pcx.accepter_vpc_info.vpc_id];
            let ends = ends.map(|end| end.clone().unwrap_or_default());
            let state = pcx.status.as_ref().map(|status| status.code.clone());
            (pcx.vpc_peering_connection_id.clone(), ends, state)
        })
        .collect();
    let vpc_of = |id: &str| homes.iter().find(|(group, _)| group == id).map(|(_, vpc)| vpc.clone());
    for region in &mut site.regions {
        for group in region.security_groups.iter_mut().flatten() {
            let own = group.vpc_id.clone().unwrap_or_default();
            let lists = group.ip_permissions.iter_mut().chain(&mut group.ip_permissions_egress);
            for pair in lists.flat_map(|rule| &mut rule.user_id_group_pairs) {
                let Some(vpc) = pair.group_id.as_deref().and_then(vpc_of) else { continue };
                if vpc == own {
                    continue;
                }
                let by =
                    peerings.iter().find(|(_, ends, _)| ends.contains(&own) && ends.contains(&vpc));
                pair.vpc_id = Some(vpc);
                if let Some((id, _, state)) = by {
                    pair.vpc_peering_connection_id = Some(id.clone());
                    pair.peering_status.clone_from(state);
                }
            }
        }
    }
}

/// The same rules once more with ids, as `describe-security-group-rules` lists them (SG-22).
pub(in crate::generate) fn rule_ids(site: &mut Site) {
    let mut number = 0;
    for region in &mut site.regions {
        let mut rules = Vec::new();
        for group in region.security_groups.iter().flatten() {
            let both = [(false, &group.ip_permissions), (true, &group.ip_permissions_egress)];
            for (is_egress, permission) in
                both.iter().flat_map(|(egress, list)| list.iter().map(move |it| (*egress, it)))
            {
                let mut add = |fill: &dyn Fn(&mut SecurityGroupRule)| {
                    number += 1;
                    let mut rule = SecurityGroupRule {
                        security_group_rule_id: format!("sgr-{number}"),
                        group_id: group.group_id.clone(),
                        group_owner_id: Some(ACCOUNT.to_owned()),
                        is_egress,
                        ip_protocol: permission.ip_protocol.clone(),
                        from_port: permission.from_port.or(Some(-1)),
                        to_port: permission.to_port.or(Some(-1)),
                        ..SecurityGroupRule::default()
                    };
                    fill(&mut rule);
                    rules.push(rule);
                };
                for range in &permission.ip_ranges {
                    add(&|rule| rule.cidr_ipv4 = Some(range.cidr_ip.clone()));
                }
                for range in &permission.ipv6_ranges {
                    add(&|rule| rule.cidr_ipv6 = Some(range.cidr_ipv6.clone()));
                }
                for list in &permission.prefix_list_ids {
                    add(&|rule| rule.prefix_list_id = Some(list.prefix_list_id.clone()));
                }
                for pair in &permission.user_id_group_pairs {
                    add(&|rule| rule.referenced_group_info = Some(referenced(pair)));
                }
            }
        }
        region.security_group_rules = Some(rules);
    }
}

fn referenced(pair: &UserIdGroupPair) -> ReferencedGroupInfo {
    ReferencedGroupInfo {
        group_id: pair.group_id.clone(),
        user_id: pair.user_id.clone(),
        vpc_id: pair.vpc_id.clone(),
        vpc_peering_connection_id: pair.vpc_peering_connection_id.clone(),
        peering_status: pair.peering_status.clone(),
    }
}

/// The groups of hosts, each once.
fn own_groups(site: &Site) -> Vec<String> {
    let mut groups: Vec<String> = site.hosts.iter().map(|host| host.group.clone()).collect();
    groups.sort();
    groups.dedup();
    groups
}
