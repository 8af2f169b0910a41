//! Networks for the benches: as large as asked, and the same every time.

use reach_core::snapshot::{
    Association, Attachment, GatewayAttachment, GroupIdentifier, Instance,
    InstanceNetworkInterface, InstanceState, InternetGateway, IpPermission, IpRange, NetworkAcl,
    NetworkAclAssociation, NetworkAclEntry, NetworkInterface, PrivateIpAddress, Region, Route,
    RouteTable, RouteTableAssociation, SecurityGroup, Snapshot, Subnet, UserIdGroupPair, Vpc,
    VpcCidrBlockAssociation,
};

/// Interfaces of one subnet.
const SUBNET: usize = 200;

/// A VPC with that many instances of one interface each: subnets of 200, every other one public, a
/// security group for every ten, open to the internet, to a block or to another group.
pub fn network(interfaces: usize) -> Snapshot {
    let vpc = Vpc {
        vpc_id: "vpc-1".into(),
        cidr_block: Some("10.0.0.0/8".into()),
        cidr_block_association_set: vec![VpcCidrBlockAssociation {
            cidr_block: "10.0.0.0/8".into(),
            ..VpcCidrBlockAssociation::default()
        }],
        ..Vpc::default()
    };
    let gateway = InternetGateway {
        internet_gateway_id: "igw-1".into(),
        attachments: vec![GatewayAttachment {
            vpc_id: "vpc-1".into(),
            state: Some("available".into()),
        }],
        ..InternetGateway::default()
    };
    let n_subnets = interfaces.div_ceil(SUBNET).max(1);
    let n_groups = interfaces.div_ceil(10).max(1);
    let region = Region {
        vpcs: Some(vec![vpc]),
        internet_gateways: Some(vec![gateway]),
        subnets: Some((0..n_subnets).map(subnet).collect()),
        route_tables: Some((0..n_subnets).map(table).collect()),
        security_groups: Some((0..n_groups).map(|group| security_group(group, n_groups)).collect()),
        network_acls: Some(vec![acl(n_subnets)]),
        network_interfaces: Some((0..interfaces).map(interface).collect()),
        instances: Some((0..interfaces).map(instance).collect()),
        ..Region::default()
    };
    Snapshot { regions: vec![region] }
}

fn block(subnet: usize) -> String {
    format!("10.{}.{}", subnet / 256, subnet % 256)
}

fn subnet(number: usize) -> Subnet {
    Subnet {
        subnet_id: format!("subnet-{number}"),
        vpc_id: "vpc-1".into(),
        cidr_block: Some(format!("{}.0/24", block(number))),
        ..Subnet::default()
    }
}

fn table(number: usize) -> RouteTable {
    let route = |to: &str, target: &str| Route {
        destination_cidr_block: Some(to.into()),
        gateway_id: Some(target.into()),
        state: Some("active".into()),
        ..Route::default()
    };
    let mut routes = vec![route("10.0.0.0/8", "local")];
    if number.is_multiple_of(2) {
        routes.push(route("0.0.0.0/0", "igw-1"));
    }
    RouteTable {
        route_table_id: format!("rtb-{number}"),
        vpc_id: Some("vpc-1".into()),
        associations: vec![RouteTableAssociation {
            subnet_id: Some(format!("subnet-{number}")),
            ..RouteTableAssociation::default()
        }],
        routes,
        ..RouteTable::default()
    }
}

fn acl(n_subnets: usize) -> NetworkAcl {
    let entry = |egress| NetworkAclEntry {
        rule_number: 100,
        protocol: "-1".into(),
        rule_action: "allow".into(),
        egress,
        cidr_block: Some("0.0.0.0/0".into()),
        ..NetworkAclEntry::default()
    };
    let association = |number| NetworkAclAssociation {
        subnet_id: format!("subnet-{number}"),
        ..NetworkAclAssociation::default()
    };
    NetworkAcl {
        network_acl_id: "acl-1".into(),
        vpc_id: Some("vpc-1".into()),
        is_default: true,
        entries: vec![entry(false), entry(true)],
        associations: (0..n_subnets).map(association).collect(),
        ..NetworkAcl::default()
    }
}

fn security_group(number: usize, n_groups: usize) -> SecurityGroup {
    let tcp = |port: i32| IpPermission {
        ip_protocol: "tcp".into(),
        from_port: Some(port),
        to_port: Some(port),
        ..IpPermission::default()
    };
    let cidr = |cidr_ip: String| vec![IpRange { cidr_ip, description: None }];
    let open = IpPermission { ip_ranges: cidr("0.0.0.0/0".into()), ..tcp(443) };
    let office =
        IpPermission { ip_ranges: cidr(format!("203.0.{}.0/24", number % 256)), ..tcp(22) };
    let neighbour = IpPermission {
        user_id_group_pairs: vec![UserIdGroupPair {
            group_id: Some(format!("sg-{}", (number + 1) % n_groups)),
            ..UserIdGroupPair::default()
        }],
        ..tcp(5432)
    };
    let anywhere = IpPermission {
        ip_protocol: "-1".into(),
        ip_ranges: cidr("0.0.0.0/0".into()),
        ..IpPermission::default()
    };
    let mut rules = vec![office, neighbour];
    if number.is_multiple_of(4) {
        rules.push(open);
    }
    SecurityGroup {
        group_id: format!("sg-{number}"),
        vpc_id: Some("vpc-1".into()),
        ip_permissions: rules,
        ip_permissions_egress: vec![anywhere],
        ..SecurityGroup::default()
    }
}

fn interface(number: usize) -> NetworkInterface {
    let (subnet, place) = (number / SUBNET, number % SUBNET);
    let address = format!("{}.{}", block(subnet), place + 10);
    let association = subnet.is_multiple_of(2).then(|| Association {
        public_ip: Some(format!("54.{}.{}.{place}", subnet / 256, subnet % 256)),
        ..Association::default()
    });
    NetworkInterface {
        network_interface_id: format!("eni-{number}"),
        subnet_id: Some(format!("subnet-{subnet}")),
        vpc_id: Some("vpc-1".into()),
        groups: vec![GroupIdentifier {
            group_id: format!("sg-{}", number / 10),
            ..GroupIdentifier::default()
        }],
        private_ip_address: Some(address.clone()),
        private_ip_addresses: vec![PrivateIpAddress {
            private_ip_address: address,
            primary: Some(true),
            association,
        }],
        status: Some("in-use".into()),
        attachment: Some(Attachment {
            instance_id: Some(format!("i-{number}")),
            status: Some("attached".into()),
            ..Attachment::default()
        }),
        ..NetworkInterface::default()
    }
}

fn instance(number: usize) -> Instance {
    Instance {
        instance_id: format!("i-{number}"),
        state: Some(InstanceState { name: "running".into() }),
        vpc_id: Some("vpc-1".into()),
        network_interfaces: vec![InstanceNetworkInterface {
            network_interface_id: format!("eni-{number}"),
        }],
        ..Instance::default()
    }
}
