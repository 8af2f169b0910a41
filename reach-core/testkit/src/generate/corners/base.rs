//! What every network has: VPCs, subnets, tables, ACLs and open hosts.

use ipnet::Ipv4Net;
use reach_core::snapshot::{
    AssociationState, Attachment, CidrBlockState, GroupIdentifier, Instance,
    InstanceNetworkInterface, InstanceState, NetworkAcl, NetworkAclAssociation, NetworkAclEntry,
    NetworkInterface, PrivateIpAddress, Region, RouteTable, RouteTableAssociation, SecurityGroup,
    Subnet, Vpc, VpcCidrBlockAssociation,
};

use crate::generate::site::{ACCOUNT, HostPlan, REGIONS, Site, SubnetPlan, VpcPlan, nth_v4};
use crate::topology::{permission, route};

/// Two VPCs may share a block; one block is public space, one shared address space.
const BLOCKS: [&str; 8] = [
    "10.0.0.0/16",
    "10.0.0.0/16",
    "10.1.0.0/16",
    "10.1.0.0/16",
    "10.2.0.0/16",
    "172.16.0.0/20",
    "198.18.0.0/16",
    "100.64.0.0/16",
];

pub(super) fn build(site: &mut Site) {
    let regions = if site.dice.chance(25) { 2 } else { 1 };
    for name in REGIONS.iter().take(regions) {
        site.regions.push(Region {
            account: Some(ACCOUNT.to_owned()),
            name: Some((*name).to_owned()),
            ..Region::empty()
        });
    }
    let vpcs = site.dice.between(1, 4);
    for name in ('a'..).take(usize::try_from(vpcs).unwrap_or(1)) {
        let index = usize::try_from(site.dice.below(regions as u64)).unwrap_or(0);
        vpc(site, name, index);
    }
    let hosts = site.dice.between(2, 9);
    for _ in 0..hosts {
        if let Some(subnet) = site.subnet() {
            host(site, &subnet);
        }
    }
}

fn vpc(site: &mut Site, name: char, region: usize) {
    let id = format!("vpc-{name}");
    // The blocks are written above.
    let Ok(block) = site.dice.word(&BLOCKS).parse::<Ipv4Net>() else { return };
    let plan = VpcPlan { name, id, region, block, v6: None, gateway: None };
    let data = Vpc {
        vpc_id: plan.id.clone(),
        cidr_block: Some(block.to_string()),
        cidr_block_association_set: vec![VpcCidrBlockAssociation {
            cidr_block: block.to_string(),
            cidr_block_state: Some(CidrBlockState { state: "associated".to_owned() }),
        }],
        owner_id: Some(ACCOUNT.to_owned()),
        ..Vpc::default()
    };
    let main = format!("rtb-{name}-main");
    let default = group(&format!("sg-{name}-default"), &plan, "default");
    let table = table(&main, &plan, RouteTableAssociation { main: true, ..association() });
    let acl = open_acl(&format!("acl-{name}-default"), &plan, None);
    if let Some(region) = site.region(region) {
        region.vpcs.get_or_insert_default().push(data);
        region.route_tables.get_or_insert_default().push(table);
        region.network_acls.get_or_insert_default().push(acl);
        region.security_groups.get_or_insert_default().push(default);
    }
    let own = format!("sg-{name}-default");
    site.permit(&own, false, &[format!("-1 {own}")]);
    site.permit(&own, true, &["-1 0.0.0.0/0".to_owned()]);
    site.vpcs.push(plan.clone());
    let subnets = site.dice.between(1, 3);
    for _ in 0..subnets {
        subnet(site, &plan, &main);
    }
}

/// A subnet with or without a table and an ACL of its own.
pub(super) fn subnet(site: &mut Site, vpc: &VpcPlan, main: &str) -> Option<SubnetPlan> {
    let number = u32::try_from(site.subnets_of(vpc).count()).ok()? + 1;
    let id = format!("subnet-{}{number}", vpc.name);
    let block = Ipv4Net::new(nth_v4(vpc.block, number * 256), 24).ok()?;
    let zone = site.dice.word(&["a", "a", "b", "c"]);
    let region = site.region(vpc.region)?.name.clone().unwrap_or_default();
    let data = Subnet {
        subnet_id: id.clone(),
        vpc_id: vpc.id.clone(),
        cidr_block: Some(block.to_string()),
        availability_zone: Some(format!("{region}{zone}")),
        availability_zone_id: Some(format!("{}-{zone}", region.replace("west-", "w"))),
        owner_id: Some(ACCOUNT.to_owned()),
        ..Subnet::default()
    };
    let own_table = site.dice.chance(70).then(|| format!("rtb-{}{number}", vpc.name));
    let table = own_table.as_ref().map(|table_id| {
        let used = RouteTableAssociation { subnet_id: Some(id.clone()), ..association() };
        table(table_id, vpc, used)
    });
    let own_acl = site.dice.chance(70);
    let acl = own_acl.then(|| open_acl(&format!("acl-{}{number}", vpc.name), vpc, Some(&id)));
    let region = site.region(vpc.region)?;
    region.subnets.get_or_insert_default().push(data);
    region.route_tables.get_or_insert_default().extend(table);
    region.network_acls.get_or_insert_default().extend(acl);
    let table = own_table.unwrap_or_else(|| main.to_owned());
    let plan = SubnetPlan { id, vpc: vpc.clone(), block, v6: None, table };
    site.subnets.push(plan.clone());
    Some(plan)
}

/// A running instance with one interface and an open group, its own or its neighbour's.
pub(super) fn host(site: &mut Site, subnet: &SubnetPlan) -> Option<HostPlan> {
    let number = site.serial();
    let plan = interface(site, subnet)?;
    let instance = format!("i-{number}");
    let data = Instance {
        instance_id: instance.clone(),
        state: Some(InstanceState { name: "running".to_owned() }),
        vpc_id: Some(subnet.vpc.id.clone()),
        subnet_id: Some(subnet.id.clone()),
        owner_id: Some(ACCOUNT.to_owned()),
        network_interfaces: vec![InstanceNetworkInterface {
            network_interface_id: plan.id.clone(),
        }],
        ..Instance::default()
    };
    site.region(subnet.vpc.region)?.instances.get_or_insert_default().push(data);
    site.eni(&plan.id, |eni| {
        eni.attachment = Some(Attachment {
            attachment_id: Some(format!("eni-attach-{number}")),
            instance_id: Some(instance),
            instance_owner_id: Some(ACCOUNT.to_owned()),
            device_index: Some(0),
            status: Some("attached".to_owned()),
            ..Attachment::default()
        });
    });
    site.hosts.push(plan.clone());
    Some(plan)
}

/// An interface in use with an open group; nobody's host yet.
pub(super) fn interface(site: &mut Site, subnet: &SubnetPlan) -> Option<HostPlan> {
    let number = site.serial();
    let address = site.free_address(subnet, 4 + number);
    let id = format!("eni-{number}");
    let shared: Vec<String> = site
        .hosts
        .iter()
        .filter(|host| host.subnet.vpc.id == subnet.vpc.id)
        .map(|host| host.group.clone())
        .collect();
    let group_id = match site.dice.pick(&shared) {
        Some(shared) if site.dice.chance(30) => shared,
        _ => {
            let group_id = format!("sg-{number}");
            let data = group(&group_id, &subnet.vpc, &format!("group {number}"));
            site.region(subnet.vpc.region)?.security_groups.get_or_insert_default().push(data);
            let open = ["-1 0.0.0.0/0".to_owned(), "-1 ::/0".to_owned()];
            site.permit(&group_id, false, &open);
            site.permit(&group_id, true, &open);
            group_id
        }
    };
    let mut groups = vec![GroupIdentifier { group_id: group_id.clone(), group_name: None }];
    if let Some(second) = site.dice.pick(&shared).filter(|second| *second != group_id) {
        groups.push(GroupIdentifier { group_id: second, group_name: None });
    }
    groups.truncate(if site.dice.chance(20) { 2 } else { 1 });
    let data = NetworkInterface {
        network_interface_id: id.clone(),
        subnet_id: Some(subnet.id.clone()),
        vpc_id: Some(subnet.vpc.id.clone()),
        owner_id: Some(ACCOUNT.to_owned()),
        interface_type: Some("interface".to_owned()),
        groups,
        private_ip_address: Some(address.to_string()),
        private_ip_addresses: vec![PrivateIpAddress {
            private_ip_address: address.to_string(),
            primary: Some(true),
            association: None,
        }],
        source_dest_check: Some(true),
        status: Some("in-use".to_owned()),
        ..NetworkInterface::default()
    };
    site.region(subnet.vpc.region)?.network_interfaces.get_or_insert_default().push(data);
    Some(HostPlan { id, subnet: subnet.clone(), address, group: group_id })
}

fn group(id: &str, vpc: &VpcPlan, name: &str) -> SecurityGroup {
    SecurityGroup {
        group_id: id.to_owned(),
        group_name: Some(name.to_owned()),
        vpc_id: Some(vpc.id.clone()),
        owner_id: Some(ACCOUNT.to_owned()),
        ..SecurityGroup::default()
    }
}

fn table(id: &str, vpc: &VpcPlan, association: RouteTableAssociation) -> RouteTable {
    RouteTable {
        route_table_id: id.to_owned(),
        vpc_id: Some(vpc.id.clone()),
        associations: vec![association],
        routes: vec![route(&format!("{} local", vpc.block))],
        owner_id: Some(ACCOUNT.to_owned()),
        ..RouteTable::default()
    }
}

fn association() -> RouteTableAssociation {
    RouteTableAssociation {
        association_state: Some(AssociationState { state: "associated".to_owned() }),
        ..RouteTableAssociation::default()
    }
}

fn open_acl(id: &str, vpc: &VpcPlan, subnet: Option<&str>) -> NetworkAcl {
    let entry = |number: i32, allow: bool, egress: bool, v6: bool| NetworkAclEntry {
        rule_number: number,
        protocol: "-1".to_owned(),
        rule_action: if allow { "allow" } else { "deny" }.to_owned(),
        egress,
        cidr_block: (!v6).then(|| "0.0.0.0/0".to_owned()),
        ipv6_cidr_block: v6.then(|| "::/0".to_owned()),
        ..NetworkAclEntry::default()
    };
    let mut entries = Vec::new();
    for egress in [false, true] {
        entries.push(entry(100, true, egress, false));
        entries.push(entry(101, true, egress, true));
        entries.push(entry(32767, false, egress, false));
        entries.push(entry(32768, false, egress, true));
    }
    NetworkAcl {
        network_acl_id: id.to_owned(),
        vpc_id: Some(vpc.id.clone()),
        is_default: subnet.is_none(),
        entries,
        associations: subnet
            .map(|subnet| NetworkAclAssociation {
                network_acl_association_id: Some(format!("aclassoc-{subnet}")),
                subnet_id: subnet.to_owned(),
            })
            .into_iter()
            .collect(),
        owner_id: Some(ACCOUNT.to_owned()),
        ..NetworkAcl::default()
    }
}

/// Makes a permission list empty or closed to all but one rule.
pub(super) fn close(site: &mut Site, group: &str, egress: bool, rules: &[String]) {
    let rules: Vec<_> = rules.iter().map(|rule| permission(rule)).collect();
    site.group(group, |group| match egress {
        true => group.ip_permissions_egress = rules,
        false => group.ip_permissions = rules,
    });
}
