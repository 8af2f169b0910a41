//! Interfaces that AWS runs: databases, Lambda functions, kinds that start no flows or take none
//! (ENI-08 to ENI-10).

use super::base;
use crate::generate::site::Site;

/// One to three of them.
pub(in crate::generate) fn managed(site: &mut Site) {
    let count = site.dice.between(1, 3);
    for _ in 0..count {
        let Some(subnet) = site.subnet() else { return };
        let Some(host) = base::interface(site, &subnet) else { return };
        let (kind, text) = site
            .dice
            .pick(&[
                ("interface", "RDSNetworkInterface"),
                ("interface", "ElastiCache"),
                ("lambda", "AWS Lambda VPC ENI"),
                ("efa", ""),
                ("branch", "a task"),
                ("trunk", ""),
                ("quicksight", ""),
                ("api_gateway_managed", ""),
                ("ec2_instance_connect_endpoint", ""),
            ])
            .unwrap_or_default();
        let bare = site.dice.chance(10);
        site.eni(&host.id, |eni| {
            eni.interface_type = Some(kind.to_owned());
            eni.description = Some(text.to_owned());
            eni.requester_managed = Some(true);
            // SG-18: the host-like ones always have groups.
            if bare && matches!(kind, "quicksight" | "api_gateway_managed") {
                eni.groups.clear();
            }
        });
        site.hosts.push(host);
    }
}
