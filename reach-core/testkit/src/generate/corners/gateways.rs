//! Internet gateways and egress-only ones (IG-01 to IG-11).

use reach_core::snapshot::{
    Address, Association, EgressOnlyInternetGateway, GatewayAttachment, InternetGateway,
};

use crate::generate::site::{ACCOUNT, Site, VpcPlan};

/// A gateway for most VPCs, routes to it of several widths, and public addresses.
pub(in crate::generate) fn internet_gateway(site: &mut Site) {
    for (index, vpc) in site.vpcs.clone().into_iter().enumerate() {
        if site.dice.chance(92) {
            let id = gateway(site, &vpc);
            for subnet in site.subnets_of(&vpc).collect::<Vec<_>>() {
                default_routes(site, &subnet.table, &id);
            }
            if let Some(plan) = site.vpcs.get_mut(index) {
                plan.gateway = Some(id);
            }
        }
    }
    for host in site.hosts.clone() {
        if site.dice.chance(65) {
            elastic(site, &host.id, &host.address.to_string());
        }
    }
}

fn gateway(site: &mut Site, vpc: &VpcPlan) -> String {
    let id = format!("igw-{}", vpc.name);
    let state = match site.dice.below(12) {
        0 => "detaching",
        1..4 => "attached",
        _ => "available",
    };
    // A gateway of another VPC, or of none, that routes still lead to.
    let other = "vpc-elsewhere".to_owned();
    let attachments = match site.dice.below(20) {
        0 => Vec::new(),
        1 => vec![GatewayAttachment { vpc_id: other, state: Some(state.to_owned()) }],
        _ => vec![GatewayAttachment { vpc_id: vpc.id.clone(), state: Some(state.to_owned()) }],
    };
    let data = InternetGateway {
        internet_gateway_id: id.clone(),
        attachments,
        owner_id: Some(ACCOUNT.to_owned()),
        ..InternetGateway::default()
    };
    if let Some(region) = site.region(vpc.region) {
        region.internet_gateways.get_or_insert_default().push(data);
    }
    id
}

fn default_routes(site: &mut Site, table: &str, target: &str) {
    match site.dice.below(11) {
        0..8 => {
            site.route(table, &format!("0.0.0.0/0 {target}"));
            if site.dice.chance(80) {
                site.route(table, &format!("::/0 {target}"));
            }
        }
        8 => site.route(table, &format!("203.0.113.0/24 {target}")),
        9 => site.route(table, &format!("2001:db8:ffff::/48 {target}")),
        _ => {}
    }
}

/// A public address on a private one, told by the interface, by `describe-addresses` or by both.
pub(super) fn elastic(site: &mut Site, eni: &str, private: &str) {
    let public = site.public_address().to_string();
    let told = site.dice.below(6);
    let number = site.serial();
    if told != 0 {
        site.eni(eni, |eni| {
            let association = Association {
                public_ip: Some(public.clone()),
                allocation_id: (told > 2).then(|| format!("eipalloc-{number}")),
                ip_owner_id: Some(if told > 2 { ACCOUNT } else { "amazon" }.to_owned()),
                ..Association::default()
            };
            for address in &mut eni.private_ip_addresses {
                if address.private_ip_address == private && address.association.is_none() {
                    address.association = Some(association.clone());
                }
            }
            if told == 3 {
                eni.association = Some(association);
            }
        });
    }
    let mut taken = false;
    site.eni(eni, |eni| {
        taken = eni.private_ip_addresses.iter().any(|address| {
            address.private_ip_address == private
                && address
                    .association
                    .as_ref()
                    .is_some_and(|it| it.public_ip.as_ref() != Some(&public))
        });
    });
    if taken || (told != 0 && told <= 2) {
        return;
    }
    let data = Address {
        public_ip: Some(public),
        allocation_id: Some(format!("eipalloc-{number}")),
        association_id: Some(format!("eipassoc-{number}")),
        private_ip_address: Some(private.to_owned()),
        network_interface_id: Some(eni.to_owned()),
        domain: Some("vpc".to_owned()),
        ..Address::default()
    };
    let holder = site.regions.iter_mut().find(|region| {
        region.network_interfaces.iter().flatten().any(|it| it.network_interface_id == eni)
    });
    if let Some(region) = holder {
        region.addresses.get_or_insert_default().push(data);
    }
}

/// An egress-only gateway that some tables use for IPv6.
pub(in crate::generate) fn egress_only(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        if site.dice.chance(30) {
            continue;
        }
        let id = format!("eigw-{}", vpc.name);
        let state = site.dice.word(&["attached", "attached", "attached", "detached"]);
        let data = EgressOnlyInternetGateway {
            egress_only_internet_gateway_id: id.clone(),
            attachments: vec![GatewayAttachment {
                vpc_id: vpc.id.clone(),
                state: Some(state.to_owned()),
            }],
            ..EgressOnlyInternetGateway::default()
        };
        if let Some(region) = site.region(vpc.region) {
            region.egress_only_internet_gateways.get_or_insert_default().push(data);
        }
        for subnet in site.subnets_of(&vpc).collect::<Vec<_>>() {
            match site.dice.below(4) {
                0 => replace_default(site, &subnet.table, &id),
                1 => site.route(&subnet.table, &format!("::/0 {id}")),
                2 => site.route(&subnet.table, &format!("2001:db8:ffff::/48 {id}")),
                _ => {}
            }
        }
    }
}

fn replace_default(site: &mut Site, table: &str, target: &str) {
    site.table(table, |table| {
        table.routes.retain(|route| route.destination_ipv6_cidr_block.as_deref() != Some("::/0"));
    });
    site.route(table, &format!("::/0 {target}"));
}
