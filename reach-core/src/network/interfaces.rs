//! Interfaces and their hosts (ENI-*).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Instance, Subnet};
use crate::Diagnostic;
use crate::index::{Arena, GroupIdx, InstanceIdx, InterfaceIdx, Patched, SubnetIdx, VpcIdx};
use crate::order;
use crate::packet::IpSet;
use crate::rules::{
    Attached, Host, Interface, InterfaceKind, PublicPairing, parse_addr, parse_net,
};
use crate::snapshot::NetworkInterface;

/// What an interface is compiled from besides itself.
pub(super) struct Surroundings<'a> {
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) subnet_ids: &'a FxHashMap<&'a str, SubnetIdx>,
    pub(super) instance_ids: &'a FxHashMap<&'a str, InstanceIdx>,
    pub(super) group_ids: &'a FxHashMap<&'a str, GroupIdx>,
    pub(super) subnets: &'a Arena<SubnetIdx, Subnet>,
    pub(super) instances: &'a dyn Fn(InstanceIdx) -> &'a Instance,
    /// Public and private addresses that other answers pair, by interface.
    pub(super) elastic: &'a FxHashMap<&'a str, Vec<(&'a str, &'a str)>>,
}

pub(super) fn compile(
    eni: &NetworkInterface,
    around: &Surroundings<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Interface {
    let id: Arc<str> = Arc::from(eni.network_interface_id.as_str());
    let mut warn = |code: &str, text: String| {
        diagnostics.push(Diagnostic::warning(code, text).resource(&*id));
    };
    let subnet = eni.subnet_id.as_deref().and_then(|subnet| {
        let found = around.subnet_ids.get(subnet).copied();
        if found.is_none() {
            warn("dangling_id", format!("its subnet `{subnet}` is not in the snapshot"));
        }
        found
    });
    let vpc = subnet
        .map(|subnet| around.subnets[subnet].vpc)
        .or_else(|| around.vpc_ids.get(eni.vpc_id.as_deref()?).copied());
    let kind = InterfaceKind::of(eni.interface_type.as_deref(), eni.description.as_deref());
    let (attached, host, instance) = host(eni, around, &mut warn);
    let (owned, mut pairings) = addresses(eni, &mut warn);
    pair_elastic(eni, around.elastic, &mut pairings, &mut warn);
    let internet_v6 = match (eni.deny_all_igw_traffic, subnet) {
        // ENI-04: no internet use when the interface or its subnet's block forbids it.
        (Some(true), _) | (_, None) => IpSet::empty(),
        (_, Some(subnet)) => owned.only_v6().intersection(&around.subnets[subnet].public_v6),
    };
    let mut groups = Vec::new();
    let mut groups_complete = true;
    for group in &eni.groups {
        match around.group_ids.get(group.group_id.as_str()) {
            Some(found) => groups.push(*found),
            None => {
                groups_complete = false;
                warn(
                    "dangling_id",
                    format!("its security group `{}` is not in the snapshot", group.group_id),
                );
            }
        }
    }
    if eni.groups.is_empty() && matches!(kind, InterfaceKind::Host | InterfaceKind::Lambda) {
        // AWS gives every such interface a group; a list without one was not visible to the caller.
        groups_complete = false;
        warn("missing_field", "it has no security group".to_owned());
    }
    order::sort(&mut groups);
    groups.dedup();
    Interface {
        vpc,
        subnet,
        instance,
        kind,
        attached,
        host,
        source_dest_check: eni.source_dest_check,
        owned,
        pairings,
        internet_v6,
        groups,
        group_ids: eni.groups.iter().map(|group| Arc::from(group.group_id.as_str())).collect(),
        groups_complete,
        id,
    }
}

fn host(
    eni: &NetworkInterface,
    around: &Surroundings<'_>,
    warn: &mut impl FnMut(&str, String),
) -> (Attached, Host, Option<InstanceIdx>) {
    let attachment = eni.attachment.as_ref();
    let status = eni.status.as_deref().unwrap_or("in-use");
    let attached = match attachment.and_then(|attachment| attachment.status.as_deref()) {
        // ENI-05: attaching and detaching count as not attached.
        Some(state) if state != "attached" => Attached::No(Arc::from(state)),
        // ENI-07, ENI-08.
        _ if status == "available" => Attached::No(Arc::from(status)),
        _ => Attached::Yes,
    };
    let Some(instance_id) = attachment
        .and_then(|attachment| attachment.instance_id.as_deref())
        .filter(|instance| !instance.is_empty())
    else {
        return (attached, Host::Up, None);
    };
    let Some(instance) = around.instance_ids.get(instance_id).copied() else {
        warn("dangling_id", format!("its instance `{instance_id}` is not in the snapshot"));
        return (attached, Host::Unknown { instance: Arc::from(instance_id) }, None);
    };
    let compiled = (around.instances)(instance);
    if let Host::Unknown { .. } = compiled.host {
        warn("unreadable_entry", format!("its instance has the state {:?}", compiled.state));
    }
    (attached, Host::Up, Some(instance))
}

/// ENI-02, ENI-03.
fn addresses(
    eni: &NetworkInterface,
    warn: &mut impl FnMut(&str, String),
) -> (IpSet, Vec<PublicPairing>) {
    let mut nets = Vec::new();
    let mut pairings = Vec::new();
    let mut unreadable =
        |text: &str| warn("unreadable_entry", format!("{text:?} is no address of it"));
    for address in &eni.private_ip_addresses {
        let text = address.private_ip_address.as_str();
        let Some(IpAddr::V4(private)) = parse_addr(text) else {
            unreadable(text);
            continue;
        };
        nets.push(IpAddr::V4(private).into());
        let association = address.association.as_ref();
        let public = association.and_then(|found| found.public_ip.as_deref());
        let carried = association.and_then(|found| found.carrier_ip.as_deref());
        for (text, carrier) in [(public, false), (carried, true)] {
            match text.map(|text| (text, parse_addr(text))) {
                None => {}
                Some((_, Some(IpAddr::V4(public)))) => {
                    pairings.push(PublicPairing { private, public, carrier });
                }
                Some((text, _)) => unreadable(text),
            }
        }
    }
    if let Some(text) = eni.private_ip_address.as_deref() {
        match parse_addr(text) {
            Some(IpAddr::V4(private)) => {
                nets.push(IpAddr::V4(private).into());
                // The API repeats the primary pairing here; some answers have it here only.
                if let Some(IpAddr::V4(public)) = eni
                    .association
                    .as_ref()
                    .and_then(|found| found.public_ip.as_deref())
                    .and_then(parse_addr)
                    && pairings.iter().all(|pair| pair.carrier || pair.private != private)
                {
                    pairings.push(PublicPairing { private, public, carrier: false });
                }
            }
            _ => unreadable(text),
        }
    }
    for text in eni.ipv6_addresses.iter().map(|address| address.ipv6_address.as_str()) {
        match parse_addr(text) {
            Some(address @ IpAddr::V6(_)) => nets.push(address.into()),
            _ => unreadable(text),
        }
    }
    let prefixes = eni.ipv4_prefixes.iter().map(|prefix| prefix.ipv4_prefix.as_str());
    for text in prefixes.chain(eni.ipv6_prefixes.iter().map(|prefix| prefix.ipv6_prefix.as_str())) {
        match parse_net(text) {
            Some(net) => nets.push(net),
            None => unreadable(text),
        }
    }
    (nets.into_iter().collect(), pairings)
}

/// `describe-addresses` and `describe-nat-gateways` name pairings too. What the interface itself
/// does not show is taken from there.
fn pair_elastic(
    eni: &NetworkInterface,
    elastic: &FxHashMap<&str, Vec<(&str, &str)>>,
    pairings: &mut Vec<PublicPairing>,
    warn: &mut impl FnMut(&str, String),
) {
    let paired = elastic.get(eni.network_interface_id.as_str());
    for (public, private) in paired.into_iter().flatten() {
        let (Some(IpAddr::V4(public)), Some(IpAddr::V4(private))) =
            (parse_addr(public), parse_addr(private))
        else {
            continue;
        };
        match pairings.iter().find(|pair| pair.private == private && !pair.carrier) {
            None => pairings.push(PublicPairing { private, public, carrier: false }),
            Some(pair) if pair.public == public => {}
            Some(pair) => warn(
                "contradiction",
                format!(
                    "its address {private} has the public address {} here and {public} elsewhere \
                     in the snapshot; the first is used",
                    pair.public
                ),
            ),
        }
    }
}

/// Who holds a public address. Two holders are a contradiction that only old or edited snapshots
/// have.
pub(super) fn public_addresses(
    interfaces: &Patched<InterfaceIdx, Interface>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Ipv4Addr, (InterfaceIdx, Ipv4Addr)> {
    let mut holders = BTreeMap::new();
    for (index, interface) in interfaces.iter() {
        for pair in &interface.pairings {
            if let Some((holder, _)) = holders.get(&pair.public) {
                let holder: &Interface = &interfaces[*holder];
                diagnostics.push(
                    Diagnostic::warning(
                        "contradiction",
                        format!(
                            "its public address {} belongs to `{}` too",
                            pair.public, holder.id
                        ),
                    )
                    .resource(&*interface.id),
                );
            } else {
                holders.insert(pair.public, (index, pair.private));
            }
        }
    }
    holders
}
