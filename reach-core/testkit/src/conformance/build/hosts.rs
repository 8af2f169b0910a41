//! Instances, interfaces and security groups.

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{HostRow, InterfaceRow, Topology};

/// An address for what has none: taken away again.
const NOBODY: &str = "0.0.0.0";

pub(super) fn build(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.host {
        let host = &row.short;
        let ip = host.ip.as_deref().unwrap_or(NOBODY);
        draft.vpc_of_subnet(&host.subnet)?;
        draft.lab(|lab| lab.host(name, &host.subnet, ip));
        if let Some(state) = &host.state {
            draft.lab(|lab| lab.state(name, state));
        }
        for address in &host.secondary {
            draft.lab(|lab| lab.secondary(name, address));
        }
        let HostRow { ip, ipv6, eip, check, .. } = host;
        addresses(draft, name, &Addresses { ip, ipv6, eip, check: *check });
        draft.patch("NetworkInterfaces", "NetworkInterfaceId", format!("eni-{name}"), &row.api);
    }
    for (name, row) in &topology.instance {
        draft.patch("Instances", "InstanceId", format!("i-{name}"), &row.api);
    }
    for (name, row) in &topology.interface {
        interface(draft, name, &row.short)?;
        draft.patch("NetworkInterfaces", "NetworkInterfaceId", format!("eni-{name}"), &row.api);
    }
    Ok(())
}

/// A row of the interface table, for elements too that bring an interface with them.
pub(super) fn interface(draft: &mut Draft, name: &str, row: &InterfaceRow) -> Result<(), Problem> {
    let ip = row.ip.as_deref().unwrap_or(NOBODY);
    draft.vpc_of_subnet(&row.subnet)?;
    draft.lab(|lab| match (&row.r#type, &row.host) {
        (Some(kind), _) => lab.managed(name, kind, &row.subnet, ip),
        (None, Some(host)) => lab.second_interface(host, name, &row.subnet, ip),
        (None, None) => lab.interface(name, &row.subnet, ip),
    });
    let InterfaceRow { ip, ipv6, eip, check, .. } = row;
    addresses(draft, name, &Addresses { ip, ipv6, eip, check: *check });
    if row.groups.is_some() {
        // It is in others than the one that was made for it.
        let own = format!("sg-{name}");
        draft.region(|region| {
            region.security_groups.iter_mut().for_each(|g| g.retain(|g| g.group_id != own));
        });
        member(draft, name, row.groups.as_ref());
    }
    Ok(())
}

struct Addresses<'a> {
    ip: &'a Option<String>,
    ipv6: &'a Option<String>,
    eip: &'a Option<String>,
    check: Option<bool>,
}

fn addresses(draft: &mut Draft, name: &str, row: &Addresses<'_>) {
    if row.ip.is_none() {
        draft.lab(|lab| {
            lab.eni(&format!("eni-{name}"), |eni| {
                eni.private_ip_address = None;
                eni.private_ip_addresses.clear();
            })
        });
    }
    if let Some(address) = row.ipv6 {
        draft.lab(|lab| lab.host_ipv6(name, address));
    }
    if let Some(public) = row.eip {
        draft.lab(|lab| lab.eip(name, public));
    }
    if row.check == Some(false) {
        draft.lab(|lab| lab.no_check(name));
    }
}

fn member(draft: &mut Draft, name: &str, groups: Option<&Vec<String>>) {
    if let Some(groups) = groups {
        let groups: Vec<_> = groups.iter().map(String::as_str).collect();
        draft.lab(|lab| lab.groups(name, &groups));
    }
}

/// Security groups, when all that brings one of its own is there.
pub(super) fn groups(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.group {
        let id = format!("sg-{name}");
        if let Some(vpc) = &row.short.vpc {
            draft.lab(|lab| lab.security_group(&id, vpc, &["-1 0.0.0.0/0", "-1 ::/0"]));
        }
        let mut known = false;
        draft.region(|region| {
            known = region.security_groups.iter().flatten().any(|group| group.group_id == id);
        });
        if !known {
            return Err(format!("there is no {id}: it needs a `vpc`"));
        }
        if let Some(rules) = &row.short.r#in {
            let rules: Vec<_> = rules.iter().map(String::as_str).collect();
            draft.lab(|lab| lab.ingress(&id, &rules));
        }
        if let Some(rules) = &row.short.out {
            let rules: Vec<_> = rules.iter().map(String::as_str).collect();
            draft.lab(|lab| lab.egress(&id, &rules));
        }
        draft.patch("SecurityGroups", "GroupId", id, &row.api);
    }
    for (name, row) in &topology.host {
        member(draft, name, row.short.groups.as_ref());
    }
    Ok(())
}
