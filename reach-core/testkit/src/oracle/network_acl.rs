//! Network ACLs (section 5).

use std::net::IpAddr;

use reach_core::snapshot::{NetworkAcl, NetworkAclEntry, Subnet};

use super::codes;
use super::model::{block, every};
use super::walk::{Go, Walk};
use crate::Packet;

/// Which way a packet crosses the border of the subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

impl<'s> Walk<'_, 's> {
    /// NA-02: a packet crosses the border of a subnet.
    pub(super) fn cross(&mut self, subnet: &'s Subnet, way: Way) -> Go<()> {
        self.cross_as(subnet, way, codes::SUBNET_ACL_RESTRICTION)
    }

    /// The same, with another name for a refusal.
    pub(super) fn cross_as(
        &mut self,
        subnet: &'s Subnet,
        way: Way,
        refusal: &'static str,
    ) -> Go<()> {
        // NA-01: the one that names the subnet, else the VPC's default one.
        let id = subnet.subnet_id.as_str();
        let named = |acl: &&NetworkAcl| acl.associations.iter().any(|found| found.subnet_id == id);
        let default = |acl: &&NetworkAcl| {
            acl.is_default && acl.vpc_id.as_deref() == Some(subnet.vpc_id.as_str())
        };
        let mut acls: Vec<&'s NetworkAcl> =
            every!(self.model, network_acls).filter(named).collect();
        if acls.is_empty() {
            acls = every!(self.model, network_acls).filter(default).collect();
        }
        acls.dedup();
        match acls.as_slice() {
            [acl] => match decide(acl, way, &self.packet) {
                Some(true) => Ok(()),
                Some(false) => self.deny(refusal, acl.network_acl_id.as_str()),
                None => self.doubt(codes::UNREADABLE_ENTRY, acl.network_acl_id.as_str()),
            },
            [] => self.doubt(codes::UNKNOWN_RESOURCE, id),
            _ => self.doubt(codes::UNREADABLE_ENTRY, id),
        }
    }
}

/// NA-03: the first entry that matches, by number; NA-04: none is a deny. None when an entry that
/// nobody can read stands before it.
pub(super) fn decide(acl: &NetworkAcl, way: Way, packet: &Packet) -> Option<bool> {
    // NA-06: inbound entries test the source, outbound ones the destination.
    let peer = if way == Way::In { packet.source } else { packet.destination };
    let mut entries: Vec<&NetworkAclEntry> =
        acl.entries.iter().filter(|entry| entry.egress == (way == Way::Out)).collect();
    entries.sort_by_key(|entry| entry.rule_number);
    entries.dedup();
    for same in entries.chunk_by(|one, two| one.rule_number == two.rule_number) {
        let mut answers: Vec<Option<Option<bool>>> = same
            .iter()
            .map(|entry| {
                let matched = matches(entry, packet, peer)?;
                let allows = match entry.rule_action.to_ascii_lowercase().as_str() {
                    "allow" => Some(true),
                    "deny" => Some(false),
                    _ => None,
                };
                if matched { allows.map(Some) } else { Some(None) }
            })
            .collect();
        answers.dedup();
        match answers.as_slice() {
            // No match: on to the next number.
            [Some(None)] => {}
            [Some(Some(allow))] => return Some(*allow),
            // Unreadable, or one number with two meanings.
            _ => return None,
        }
    }
    Some(false)
}

/// NA-05 to NA-10. None for an entry that nobody can read, unless what can be read of it does not
/// match.
fn matches(entry: &NetworkAclEntry, packet: &Packet, peer: IpAddr) -> Option<bool> {
    match (covers(entry, peer), carries(entry, packet, peer)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// NA-06, NA-10: families are separate.
fn covers(entry: &NetworkAclEntry, peer: IpAddr) -> Option<bool> {
    match (entry.cidr_block.as_deref(), entry.ipv6_cidr_block.as_deref()) {
        (Some(_), None) if peer.is_ipv6() => Some(false),
        (None, Some(_)) if peer.is_ipv4() => Some(false),
        (Some(text), None) | (None, Some(text)) => Some(block(text)?.contains(&peer)),
        _ => None,
    }
}

/// NA-07 to NA-09.
fn carries(entry: &NetworkAclEntry, packet: &Packet, peer: IpAddr) -> Option<bool> {
    let protocol: i32 = entry.protocol.parse().ok()?;
    if protocol == -1 {
        return Some(true);
    }
    if !(0..=255).contains(&protocol) {
        return None;
    }
    if protocol != i32::from(packet.protocol) {
        return Some(false);
    }
    let (first, second) = (i32::from(packet.source_port), i32::from(packet.destination_port));
    match protocol {
        // NA-07: the destination port.
        6 | 17 => {
            let range = entry.port_range.as_ref()?;
            if range.from > range.to {
                return None;
            }
            Some((range.from..=range.to).contains(&second))
        }
        // NA-09: 58 with an IPv4 block is any type and code.
        58 if peer.is_ipv4() => Some(true),
        1 | 58 => {
            let icmp = entry.icmp_type_code.as_ref()?;
            Some(
                (icmp.r#type == -1 || icmp.r#type == first)
                    && (icmp.code == -1 || icmp.code == second),
            )
        }
        // NA-08: any other number, whatever else the entry says.
        _ => Some(true),
    }
}
