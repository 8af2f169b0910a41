//! Further addresses: IPv6, secondary ones, prefixes, second interfaces (ENI-02, ENI-04).

use ipnet::Ipv6Net;
use reach_core::snapshot::{
    Association, Attachment, CidrBlockState, Ipv4Prefix, Ipv6Address, Ipv6Prefix, PrivateIpAddress,
    VpcCidrBlockAssociation, VpcIpv6CidrBlockAssociation,
};

use super::base;
use crate::generate::site::{Site, VpcPlan, nth_v4, nth_v6};

/// IPv6 for most VPCs and for most of what is in them.
pub(in crate::generate) fn ipv6(site: &mut Site) {
    for (index, vpc) in site.vpcs.clone().into_iter().enumerate() {
        if site.dice.chance(80) {
            vpc_ipv6(site, index, &vpc);
        }
    }
    for host in site.hosts.clone() {
        let subnet = site.subnets.iter().find(|subnet| subnet.id == host.subnet.id).cloned();
        let Some(v6) = subnet.and_then(|subnet| subnet.v6) else { continue };
        if site.dice.chance(85) {
            let offset = 0x10 + u128::from(site.serial());
            let deny = site.dice.chance(10);
            site.eni(&host.id, |eni| {
                let ipv6_address = nth_v6(v6, offset).to_string();
                eni.ipv6_addresses.push(Ipv6Address { ipv6_address });
                eni.deny_all_igw_traffic = deny.then_some(true);
            });
        }
    }
}

fn vpc_ipv6(site: &mut Site, index: usize, vpc: &VpcPlan) -> Option<()> {
    let number = u16::try_from(index).ok()? + 1;
    let attribute = site.dice.word(&["public", "public", "public", "private", ""]);
    // A private block is of the unique local kind or of the owner's public space.
    let text = match attribute {
        "private" if site.dice.chance(50) => format!("fd12:{number:x}::/56"),
        _ => format!("2001:db8:{number:x}::/56"),
    };
    let block: Ipv6Net = text.parse().ok()?;
    let data = |block: Ipv6Net| VpcIpv6CidrBlockAssociation {
        ipv6_cidr_block: block.to_string(),
        ipv6_cidr_block_state: Some(CidrBlockState { state: "associated".to_owned() }),
        ipv6_address_attribute: Some(attribute.to_owned()).filter(|it| !it.is_empty()),
    };
    site.vpc_data(&vpc.id, |vpc| vpc.ipv6_cidr_block_association_set.push(data(block)));
    site.vpcs.get_mut(index)?.v6 = Some(block);
    for (number, subnet) in site.subnets_of(vpc).enumerate().collect::<Vec<_>>() {
        site.route(&subnet.table, &format!("{block} local"));
        if site.dice.chance(15) {
            continue;
        }
        let own = Ipv6Net::new(nth_v6(block, (number as u128 + 1) << 64), 64).ok()?;
        site.subnet_data(&subnet.id, |it| it.ipv6_cidr_block_association_set.push(data(own)));
        if let Some(plan) = site.subnets.iter_mut().find(|plan| plan.id == subnet.id) {
            plan.v6 = Some(own);
            plan.vpc.v6 = Some(block);
        }
    }
    site.route(&format!("rtb-{}-main", vpc.name), &format!("{block} local"));
    Some(())
}

/// Secondary blocks and addresses, prefixes, and instances with two interfaces.
pub(in crate::generate) fn addresses(site: &mut Site) {
    let mut prefixes = Vec::new();
    for host in site.hosts.clone() {
        match site.dice.below(8) {
            choice @ (0 | 1) => {
                let offset = 64 + site.serial() % 64;
                let address = site.free_address(&host.subnet, offset).to_string();
                secondary(site, &host.id, &address, choice == 0);
            }
            2 => {
                // One block of 16 for each of the first few.
                let number = site.serial();
                if number < 120 {
                    let prefix = nth_v4(host.subnet.block, 128 + number / 16 * 16);
                    if !prefixes.contains(&prefix) {
                        prefixes.push(prefix);
                        let ipv4_prefix = format!("{prefix}/28");
                        site.eni(&host.id, |eni| {
                            eni.ipv4_prefixes.push(Ipv4Prefix { ipv4_prefix });
                        });
                    }
                }
            }
            3 => {
                if let Some(v6) = host.subnet.v6 {
                    let number = u128::from(site.serial());
                    let ipv6_prefix = format!("{}/80", nth_v6(v6, number << 48));
                    site.eni(&host.id, |eni| eni.ipv6_prefixes.push(Ipv6Prefix { ipv6_prefix }));
                }
            }
            4 => second_interface(site, &host),
            _ => {}
        }
    }
    for vpc in site.vpcs.clone() {
        if site.dice.chance(30) {
            secondary_block(site, &vpc);
        }
    }
}

fn secondary(site: &mut Site, id: &str, address: &str, public: bool) {
    let public_ip = public.then(|| site.public_address().to_string());
    site.eni(id, |eni| {
        if eni.private_ip_addresses.iter().any(|old| old.private_ip_address == address) {
            return;
        }
        eni.private_ip_addresses.push(PrivateIpAddress {
            private_ip_address: address.to_owned(),
            primary: Some(false),
            association: public_ip.map(|public_ip| Association {
                public_ip: Some(public_ip),
                ..Association::default()
            }),
        });
    });
}

fn second_interface(site: &mut Site, host: &crate::generate::site::HostPlan) {
    let Some(subnet) = site.subnet_of(&host.subnet.vpc) else { return };
    let mut attachment = None;
    site.eni(&host.id, |eni| attachment.clone_from(&eni.attachment));
    if let Some(second) = base::interface(site, &subnet) {
        // LB-07: an instance has one primary interface.
        let attachment = attachment.map(|it| Attachment { device_index: Some(1), ..it });
        site.eni(&second.id, |eni| eni.attachment = attachment);
        site.hosts.push(second);
    }
}

/// A second IPv4 block with a subnet and a host, sometimes not in force (RT-03).
fn secondary_block(site: &mut Site, vpc: &VpcPlan) {
    let second = site.dice.word(&["10.200.0.0/16", "10.201.0.0/20", "172.31.0.0/16"]);
    let state = site.dice.word(&["associated", "associated", "disassociating", "failed"]);
    site.vpc_data(&vpc.id, |vpc| {
        vpc.cidr_block_association_set.push(VpcCidrBlockAssociation {
            cidr_block: second.to_owned(),
            cidr_block_state: Some(CidrBlockState { state: state.to_owned() }),
        });
    });
    let main = format!("rtb-{}-main", vpc.name);
    if state == "associated" {
        let tables: Vec<_> = site.subnets_of(vpc).map(|subnet| subnet.table).collect();
        for table in tables.iter().chain([&main]) {
            site.route(table, &format!("{second} local"));
        }
        let Ok(block) = second.parse() else { return };
        if let Some(subnet) = base::subnet(site, &VpcPlan { block, ..vpc.clone() }, &main) {
            if subnet.table != main {
                site.route(&subnet.table, &format!("{} local", vpc.block));
            }
            base::host(site, &subnet);
        }
    }
}
