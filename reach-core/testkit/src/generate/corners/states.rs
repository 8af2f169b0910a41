//! Hosts that are down, checks that are off, and text that nobody expects (ENI-05 to ENI-07).

use crate::generate::site::Site;

/// Some hosts are stopped, some interfaces are not attached, some checks are off.
pub(in crate::generate) fn host_states(site: &mut Site) {
    for host in site.hosts.clone() {
        match site.dice.below(12) {
            0 => {
                let state = site.dice.word(&["stopped", "stopping", "pending", "shutting-down"]);
                let mut instance = None;
                site.eni(&host.id, |eni| {
                    instance = eni.attachment.as_ref().and_then(|it| it.instance_id.clone());
                });
                let all = site.regions.iter_mut().filter_map(|region| region.instances.as_mut());
                for found in all.flatten() {
                    if Some(&found.instance_id) == instance.as_ref()
                        && let Some(own) = &mut found.state
                    {
                        state.clone_into(&mut own.name);
                    }
                }
            }
            1 => site.eni(&host.id, |eni| {
                eni.attachment = None;
                eni.status = Some("available".to_owned());
            }),
            2 => {
                let state = site.dice.word(&["attaching", "detaching", "detached"]);
                site.eni(&host.id, |eni| {
                    if let Some(attachment) = &mut eni.attachment {
                        attachment.status = Some(state.to_owned());
                    }
                });
            }
            3 | 4 => site.eni(&host.id, |eni| eni.source_dest_check = Some(false)),
            _ => {}
        }
    }
}

/// Text that is nobody's: addresses, numbers and words that cannot be read, fields left out.
pub(in crate::generate) fn odd_text(site: &mut Site) {
    let count = site.dice.between(1, 3);
    for _ in 0..count {
        let Some(host) = site.host() else { return };
        match site.dice.below(8) {
            0 => site.group(&host.group, |group| {
                for range in group.ip_permissions.iter_mut().flat_map(|it| &mut it.ip_ranges) {
                    "10.0.0.0/33".clone_into(&mut range.cidr_ip);
                }
            }),
            1 => site.group(&host.group, |group| {
                if let Some(rule) = group.ip_permissions.first_mut() {
                    "tcpp".clone_into(&mut rule.ip_protocol);
                }
            }),
            2 => site.group(&host.group, |group| {
                if let Some(rule) = group.ip_permissions_egress.first_mut() {
                    rule.ip_ranges.iter_mut().for_each(|range| range.cidr_ip.clear());
                }
            }),
            3 => {
                let vpc = format!("acl-{}-default", host.subnet.vpc.name);
                site.acl(&vpc, |acl| {
                    if let Some(entry) = acl.entries.first_mut() {
                        "maybe".clone_into(&mut entry.rule_action);
                    }
                });
            }
            4 => {
                let vpc = format!("acl-{}-default", host.subnet.vpc.name);
                site.acl(&vpc, |acl| {
                    if let Some(entry) = acl.entries.first_mut() {
                        entry.cidr_block = Some("10.0.0.0.0/8".to_owned());
                        entry.ipv6_cidr_block = None;
                    }
                });
            }
            5 => site.table(&host.subnet.table, |table| {
                if let Some(route) = table.routes.last_mut() {
                    route.state = Some("sleeping".to_owned());
                }
            }),
            6 => site.table(&host.subnet.table, |table| {
                if let Some(route) = table.routes.last_mut() {
                    route.destination_cidr_block = Some("0.0.0.0".to_owned());
                    route.destination_ipv6_cidr_block = None;
                    route.destination_prefix_list_id = None;
                }
            }),
            _ => site.eni(&host.id, |eni| {
                eni.source_dest_check = None;
                eni.interface_type = None;
            }),
        }
    }
}
