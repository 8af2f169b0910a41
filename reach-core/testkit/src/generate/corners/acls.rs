//! Network ACL entries: order, overlaps, ICMP, ports, protocols (NA-01 to NA-15).

use reach_core::snapshot::NetworkAclEntry;

use super::groups::TRAFFIC;
use crate::generate::site::Site;
use crate::topology::entry;

/// Entries before the open ones of some ACLs; a few lose the open ones.
pub(in crate::generate) fn acls(site: &mut Site) {
    let ids: Vec<String> = site
        .regions
        .iter()
        .flat_map(|region| region.network_acls.iter().flatten())
        .map(|acl| acl.network_acl_id.clone())
        .collect();
    for id in ids {
        if site.dice.chance(25) {
            continue;
        }
        for egress in [false, true] {
            let count = site.dice.below(5);
            let new: Vec<NetworkAclEntry> = (0..count).map(|_| one(site, egress)).collect();
            let shut = site.dice.chance(20);
            let stateless = shut.then(|| {
                let client = site.dice.word(&["1024-65535", "32768-60999", "49152-65535"]);
                entry(&format!("90 allow tcp/{client} 0.0.0.0/0"), egress)
            });
            site.acl(&id, |acl| {
                if shut {
                    acl.entries.retain(|old| old.egress != egress || old.rule_number > 32766);
                }
                let free = |entries: &[NetworkAclEntry], new: &NetworkAclEntry| {
                    !entries
                        .iter()
                        .any(|old| old.egress == new.egress && old.rule_number == new.rule_number)
                };
                for new in new.into_iter().chain(stateless) {
                    if free(&acl.entries, &new) {
                        // NA-03: their order in the answer means nothing.
                        acl.entries.insert(0, new);
                    }
                }
            });
        }
    }
}

fn one(site: &mut Site, egress: bool) -> NetworkAclEntry {
    let number = site.dice.word(&["1", "10", "20", "50", "99", "100", "101", "150", "32766"]);
    let action = site.dice.word(&["allow", "deny"]);
    let block = site.block();
    let traffic = site.dice.word(&TRAFFIC);
    let mut made = entry(&format!("{number} {action} {traffic} {block}"), egress);
    if made.protocol == "-1" && site.dice.chance(15) {
        // NA-08: ports beside -1 mean nothing.
        made.port_range = Some(reach_core::snapshot::PortRange { from: 22, to: 22 });
    }
    made
}
