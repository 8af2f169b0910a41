//! The base topologies.

use reach_core::snapshot::{
    AssociationState, CidrBlock, CidrBlockState, EgressOnlyInternetGateway, InternetGateway,
    Ipv6CidrBlock, NetworkAcl, NetworkAclAssociation, PeeringStatus, PeeringVpcInfo,
    PropagatingVgw, Region, RouteTable, RouteTableAssociation, SecurityGroup, Subnet, VgwTelemetry,
    Vpc, VpcCidrBlockAssociation, VpcIpv6CidrBlockAssociation, VpcPeeringConnection, VpnConnection,
    VpnConnectionOptions, VpnGateway,
};

use super::{ACCOUNT, Lab, REGION, attached_to, route, rule};

impl Lab {
    /// An account whose every call answered "none".
    #[must_use]
    pub fn empty() -> Self {
        Self {
            region: Region {
                account: Some(ACCOUNT.to_owned()),
                name: Some(REGION.to_owned()),
                ..Region::empty()
            },
        }
    }

    /// T0: VPC V with an internet gateway, public subnet P (p1, p2) and private subnet Q (q1, q2).
    #[must_use]
    pub fn t0() -> Self {
        Self::empty()
            .vpc_of("v", "10.0.0.0/16")
            .internet_gateway("v")
            .subnet_of("p", "v", "10.0.1.0/24")
            .subnet_of("q", "v", "10.0.2.0/24")
            .route("rtb-p", "0.0.0.0/0 igw-v")
            .host("p1", "p", "10.0.1.10")
            .host("p2", "p", "10.0.1.11")
            .host("q1", "q", "10.0.2.10")
            .host("q2", "q", "10.0.2.11")
            .eip("p1", "198.51.100.10")
            .eip("p2", "198.51.100.11")
    }

    /// T1: T0, and VPC W with host w1 behind an active peering connection that P, Q and W have
    /// routes to.
    #[must_use]
    pub fn t1() -> Self {
        Self::t0()
            .vpc_of("w", "10.1.0.0/16")
            .subnet_of("w", "w", "10.1.1.0/24")
            .host("w1", "w", "10.1.1.10")
            .peer("pcx", "v", "w")
            .route("rtb-p", "10.1.0.0/16 pcx-pcx")
            .route("rtb-q", "10.1.0.0/16 pcx-pcx")
            .route("rtb-w", "10.0.0.0/16 pcx-pcx")
    }

    /// T3: T0, and a virtual private gateway with a VPN (BGP, one tunnel up) that announces
    /// 192.168.0.0/16, propagated to Q.
    #[must_use]
    pub fn t3() -> Self {
        Self::t0().vpn_gateway("v").propagate("rtb-q", "192.168.0.0/16 vgw-v")
    }

    /// T6: T0 with IPv6: p1 and q1 have addresses, P has a default route.
    #[must_use]
    pub fn t6() -> Self {
        Self::t0()
            .ipv6("v", "2001:db8:1::/56")
            .subnet_ipv6("p", "2001:db8:1:1::/64")
            .subnet_ipv6("q", "2001:db8:1:2::/64")
            .host_ipv6("p1", "2001:db8:1:1::10")
            .host_ipv6("q1", "2001:db8:1:2::10")
            .route("rtb-p", "::/0 igw-v")
    }

    /// A VPC as AWS makes it: a main route table and a default network ACL that allows all.
    #[must_use]
    pub fn vpc_of(self, name: &str, block: &str) -> Self {
        let id = format!("vpc-{name}");
        let vpc = Vpc {
            vpc_id: id.clone(),
            cidr_block: Some(block.to_owned()),
            cidr_block_association_set: vec![v4_block(block)],
            owner_id: Some(ACCOUNT.to_owned()),
            ..Vpc::default()
        };
        let main = RouteTable {
            route_table_id: format!("rtb-main-{name}"),
            vpc_id: Some(id.clone()),
            associations: vec![RouteTableAssociation { main: true, ..association() }],
            routes: vec![route(&format!("{block} local"))],
            owner_id: Some(ACCOUNT.to_owned()),
            ..RouteTable::default()
        };
        let acl = NetworkAcl {
            network_acl_id: format!("acl-default-{name}"),
            vpc_id: Some(id.clone()),
            is_default: true,
            owner_id: Some(ACCOUNT.to_owned()),
            ..NetworkAcl::default()
        };
        let default = SecurityGroup {
            group_id: format!("sg-default-{name}"),
            group_name: Some("default".to_owned()),
            vpc_id: Some(id),
            owner_id: Some(ACCOUNT.to_owned()),
            ip_permissions: vec![rule::permission(&format!("-1 sg-default-{name}"))],
            ip_permissions_egress: vec![rule::permission("-1 0.0.0.0/0")],
            ..SecurityGroup::default()
        };
        self.with(|region| {
            region.vpcs.get_or_insert_default().push(vpc);
            region.route_tables.get_or_insert_default().push(main);
            region.network_acls.get_or_insert_default().push(acl);
            region.security_groups.get_or_insert_default().push(default);
        })
        .acl_ingress(&format!("acl-default-{name}"), &["100 allow -1 0.0.0.0/0"])
        .acl_egress(&format!("acl-default-{name}"), &["100 allow -1 0.0.0.0/0"])
    }

    /// A subnet with a route table and a network ACL of its own; the ACL allows all.
    #[must_use]
    pub fn subnet_of(self, name: &str, vpc: &str, block: &str) -> Self {
        let (id, vpc_id) = (format!("subnet-{name}"), format!("vpc-{vpc}"));
        let subnet = Subnet {
            subnet_id: id.clone(),
            vpc_id: vpc_id.clone(),
            cidr_block: Some(block.to_owned()),
            availability_zone: Some(format!("{REGION}a")),
            owner_id: Some(ACCOUNT.to_owned()),
            ..Subnet::default()
        };
        let acl = NetworkAcl {
            network_acl_id: format!("acl-{name}"),
            vpc_id: Some(vpc_id.clone()),
            associations: vec![NetworkAclAssociation {
                network_acl_association_id: Some(format!("aclassoc-{name}")),
                subnet_id: id.clone(),
            }],
            owner_id: Some(ACCOUNT.to_owned()),
            ..NetworkAcl::default()
        };
        let all = ["100 allow -1 0.0.0.0/0", "101 allow -1 ::/0"];
        self.with(|region| {
            let local: Vec<_> = region
                .vpcs
                .iter()
                .flatten()
                .filter(|vpc| vpc.vpc_id == vpc_id)
                .flat_map(|vpc| &vpc.cidr_block_association_set)
                .map(|block| route(&format!("{} local", block.cidr_block)))
                .collect();
            let table = RouteTable {
                route_table_id: format!("rtb-{name}"),
                vpc_id: Some(vpc_id.clone()),
                associations: vec![RouteTableAssociation {
                    subnet_id: Some(id.clone()),
                    ..association()
                }],
                routes: local,
                owner_id: Some(ACCOUNT.to_owned()),
                ..RouteTable::default()
            };
            region.subnets.get_or_insert_default().push(subnet);
            region.route_tables.get_or_insert_default().push(table);
            region.network_acls.get_or_insert_default().push(acl);
        })
        .acl_ingress(&format!("acl-{name}"), &all)
        .acl_egress(&format!("acl-{name}"), &all)
    }

    /// An internet gateway attached to a VPC.
    #[must_use]
    pub fn internet_gateway(self, vpc: &str) -> Self {
        let gateway = InternetGateway {
            internet_gateway_id: format!("igw-{vpc}"),
            attachments: attached_to(&format!("vpc-{vpc}"), "available"),
            owner_id: Some(ACCOUNT.to_owned()),
            ..InternetGateway::default()
        };
        self.with(|region| region.internet_gateways.get_or_insert_default().push(gateway))
    }

    /// An egress-only internet gateway attached to a VPC.
    #[must_use]
    pub fn egress_only_gateway(self, vpc: &str) -> Self {
        let gateway = EgressOnlyInternetGateway {
            egress_only_internet_gateway_id: format!("eigw-{vpc}"),
            attachments: attached_to(&format!("vpc-{vpc}"), "attached"),
            ..EgressOnlyInternetGateway::default()
        };
        self.with(|region| {
            region.egress_only_internet_gateways.get_or_insert_default().push(gateway);
        })
    }

    /// A virtual private gateway attached to a VPC, with a BGP VPN connection that has one of its
    /// two tunnels up.
    #[must_use]
    pub fn vpn_gateway(self, vpc: &str) -> Self {
        let gateway = VpnGateway {
            vpn_gateway_id: format!("vgw-{vpc}"),
            state: Some("available".to_owned()),
            vpc_attachments: attached_to(&format!("vpc-{vpc}"), "attached"),
            ..VpnGateway::default()
        };
        let tunnel = |address: &str, status: &str, routes| VgwTelemetry {
            outside_ip_address: Some(address.to_owned()),
            status: status.to_owned(),
            accepted_route_count: Some(routes),
        };
        let connection = VpnConnection {
            vpn_connection_id: format!("vpn-{vpc}"),
            state: Some("available".to_owned()),
            vpn_gateway_id: Some(format!("vgw-{vpc}")),
            options: Some(VpnConnectionOptions {
                static_routes_only: false,
                tunnel_inside_ip_version: Some("ipv4".to_owned()),
                ..VpnConnectionOptions::default()
            }),
            vgw_telemetry: vec![
                tunnel("203.0.113.201", "UP", 1),
                tunnel("203.0.113.202", "DOWN", 0),
            ],
            ..VpnConnection::default()
        };
        self.with(|region| {
            region.vpn_gateways.get_or_insert_default().push(gateway);
            region.vpn_connections.get_or_insert_default().push(connection);
        })
    }

    /// A route that a virtual private gateway propagated into a table.
    #[must_use]
    pub fn propagate(self, table: &str, text: &str) -> Self {
        let mut propagated = route(text);
        propagated.origin = Some("EnableVgwRoutePropagation".to_owned());
        let gateway = propagated.gateway_id.clone().unwrap_or_default();
        self.table(table, |table| {
            table.routes.push(propagated);
            table.propagating_vgws = vec![PropagatingVgw { gateway_id: gateway }];
        })
    }

    /// An active peering connection of two VPCs of the lab, `pcx-NAME`.
    #[must_use]
    pub fn peer(self, name: &str, requester: &str, accepter: &str) -> Self {
        self.with(|region| {
            let info = |name: &str| {
                let id = format!("vpc-{name}");
                let mut vpcs = region.vpcs.iter().flatten();
                let vpc = vpcs.find(|vpc| vpc.vpc_id == id).cloned().unwrap_or_default();
                PeeringVpcInfo {
                    vpc_id: Some(id),
                    owner_id: Some(ACCOUNT.to_owned()),
                    region: Some(REGION.to_owned()),
                    cidr_block: vpc.cidr_block,
                    cidr_block_set: vpc
                        .cidr_block_association_set
                        .into_iter()
                        .map(|block| CidrBlock { cidr_block: block.cidr_block })
                        .collect(),
                    ipv6_cidr_block_set: vpc
                        .ipv6_cidr_block_association_set
                        .into_iter()
                        .map(|block| Ipv6CidrBlock { ipv6_cidr_block: block.ipv6_cidr_block })
                        .collect(),
                }
            };
            let connection = VpcPeeringConnection {
                vpc_peering_connection_id: format!("pcx-{name}"),
                status: Some(PeeringStatus { code: "active".to_owned(), message: None }),
                requester_vpc_info: info(requester),
                accepter_vpc_info: info(accepter),
                tags: Vec::new(),
            };
            region.vpc_peering_connections.get_or_insert_default().push(connection);
        })
    }

    /// An IPv6 block for a VPC: every table of the VPC gets a local route for it.
    #[must_use]
    pub fn ipv6(self, vpc: &str, block: &str) -> Self {
        let id = format!("vpc-{vpc}");
        self.with(|region| {
            for vpc in region.vpcs.iter_mut().flatten().filter(|vpc| vpc.vpc_id == id) {
                vpc.ipv6_cidr_block_association_set.push(v6_block(block));
            }
            for table in region.route_tables.iter_mut().flatten() {
                if table.vpc_id.as_deref() == Some(&id) {
                    table.routes.push(route(&format!("{block} local")));
                }
            }
        })
    }

    /// An IPv6 block for a subnet.
    #[must_use]
    pub fn subnet_ipv6(self, subnet: &str, block: &str) -> Self {
        self.subnet(&format!("subnet-{subnet}"), |subnet| {
            subnet.ipv6_cidr_block_association_set.push(v6_block(block));
        })
    }
}

fn association() -> RouteTableAssociation {
    RouteTableAssociation {
        association_state: Some(AssociationState { state: "associated".to_owned() }),
        ..RouteTableAssociation::default()
    }
}

fn associated() -> CidrBlockState {
    CidrBlockState { state: "associated".to_owned() }
}

fn v4_block(block: &str) -> VpcCidrBlockAssociation {
    VpcCidrBlockAssociation { cidr_block: block.to_owned(), cidr_block_state: Some(associated()) }
}

fn v6_block(block: &str) -> VpcIpv6CidrBlockAssociation {
    VpcIpv6CidrBlockAssociation {
        ipv6_cidr_block: block.to_owned(),
        ipv6_cidr_block_state: Some(associated()),
        ipv6_address_attribute: Some("public".to_owned()),
    }
}
