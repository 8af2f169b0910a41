//! Larger networks of one VPC, to measure with.

use reach_core::snapshot::Snapshot;

use super::Dice;
use crate::Lab;

/// Interfaces that one subnet of a generated VPC holds.
const SUBNET: usize = 200;

/// A VPC with an internet gateway, a subnet for every 200 interfaces (every other one public), a
/// security group for every ten hosts with a few rules (blocks, references, wide and narrow), and
/// here and there a stricter network ACL.
#[must_use]
pub fn network(seed: u64, interfaces: usize) -> Snapshot {
    let mut dice = Dice::new(seed);
    let mut lab = Lab::empty().vpc_of("g", "10.0.0.0/8").internet_gateway("g");
    let subnets = interfaces.div_ceil(SUBNET).max(1);
    for subnet in 0..subnets {
        let block = format!("10.{}.{}.0/24", subnet / 256, subnet % 256);
        lab = lab.subnet_of(&subnet.to_string(), "g", &block);
        if subnet % 2 == 0 {
            lab = lab.route(&format!("rtb-{subnet}"), "0.0.0.0/0 igw-g");
        }
        if dice.below(4) == 0 {
            let strict = ["50 deny tcp/22 203.0.113.0/24", "100 allow -1 0.0.0.0/0"];
            lab = lab.acl_ingress(&format!("acl-{subnet}"), &strict);
        }
    }
    let groups = interfaces.div_ceil(10).max(1) as u64;
    for group in 0..groups {
        let rules: Vec<String> = (0..=dice.below(5)).map(|_| rule(&mut dice, groups)).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        lab = lab.security_group(&format!("sg-g{group}"), "g", &rules);
    }
    // One host at a time through the builder would look for each in a list that grows.
    let template = Lab::empty().host("x", "x", "10.0.0.1").snapshot();
    lab.with(|region| {
        let Some(model) = template.regions.into_iter().next() else { return };
        let eni = model.network_interfaces.into_iter().flatten().next().unwrap_or_default();
        let instance = model.instances.into_iter().flatten().next().unwrap_or_default();
        for number in 0..interfaces {
            let (subnet, place) = (number / SUBNET, number % SUBNET);
            let address = format!("10.{}.{}.{}", subnet / 256, subnet % 256, place + 10);
            let mut eni = eni.clone();
            let mut instance = instance.clone();
            eni.network_interface_id = format!("eni-g{number}");
            eni.subnet_id = Some(format!("subnet-{subnet}"));
            eni.vpc_id = Some("vpc-g".to_owned());
            eni.private_ip_address = Some(address.clone());
            for private in &mut eni.private_ip_addresses {
                private.private_ip_address.clone_from(&address);
                if subnet % 2 == 0 && dice.below(2) == 0 {
                    private.association = Some(reach_core::snapshot::Association {
                        public_ip: Some(format!("54.{}.{}.{}", subnet / 256, subnet % 256, place)),
                        ..reach_core::snapshot::Association::default()
                    });
                }
            }
            for group in &mut eni.groups {
                group.group_id = format!("sg-g{}", dice.below(groups));
            }
            if let Some(attachment) = &mut eni.attachment {
                attachment.instance_id = Some(format!("i-g{number}"));
            }
            instance.instance_id = format!("i-g{number}");
            for tag in &mut instance.tags {
                tag.value = format!("g{number}");
            }
            for attached in &mut instance.network_interfaces {
                attached.network_interface_id = format!("eni-g{number}");
            }
            region.network_interfaces.get_or_insert_default().push(eni);
            region.instances.get_or_insert_default().push(instance);
        }
    })
    .snapshot()
}

fn rule(dice: &mut Dice, groups: u64) -> String {
    let traffic = dice
        .pick(&["tcp/22", "tcp/80", "tcp/443", "tcp/3306", "tcp/1024-65535", "udp/53", "icmp/8/-1"])
        .unwrap_or("-1");
    let peer = match dice.below(6) {
        0 => "0.0.0.0/0".to_owned(),
        1 => format!("203.0.113.{}/32", dice.below(256)),
        2 => format!("10.{}.0.0/16", dice.below(4)),
        3 => format!("10.0.{}.0/24", dice.below(256)),
        _ => format!("sg-g{}", dice.below(groups)),
    };
    format!("{traffic} {peer}")
}
