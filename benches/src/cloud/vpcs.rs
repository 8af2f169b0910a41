//! VPCs with their subnets, tables and ACLs, and what joins them.

use serde_json::{Value, json};

use super::{ACCOUNT, HUB, Plan, Site, TIERS, Tier, ZONES, tags};

impl Site {
    pub(super) fn vpc(&mut self, plan: Plan) {
        let (n, block) = (plan.number, plan.block());
        let mut vpc = json!({
            "VpcId": format!("vpc-{n}"), "CidrBlock": block, "OwnerId": ACCOUNT,
            "State": "available", "IsDefault": false, "Tags": tags(&format!("vpc {n}")),
            "CidrBlockAssociationSet": [
                {"CidrBlock": block, "CidrBlockState": {"State": "associated"}}
            ],
        });
        if plan.v6() {
            vpc["Ipv6CidrBlockAssociationSet"] = json!([{
                "Ipv6CidrBlock": format!("2600:1f14:{n:x}::/56"), "NetworkBorderGroup": "eu-west-1",
                "Ipv6CidrBlockState": {"State": "associated"},
            }]);
            self.out.push(
                "EgressOnlyInternetGateways",
                &json!({
                    "EgressOnlyInternetGatewayId": format!("eigw-{n}"),
                    "Attachments": [{"State": "attached", "VpcId": format!("vpc-{n}")}],
                }),
            );
        }
        self.out.push("Vpcs", &vpc);
        self.out.push(
            "InternetGateways",
            &json!({
                "InternetGatewayId": format!("igw-{n}"), "OwnerId": ACCOUNT,
                "Attachments": [{"State": "available", "VpcId": format!("vpc-{n}")}],
            }),
        );
        self.table(plan, "main", Vec::new(), None);
        for (tier, (kind, name)) in TIERS.iter().enumerate() {
            let mut members = Vec::new();
            for zone in 0..ZONES {
                members.push(format!("subnet-{n}-{name}-{zone}"));
                self.subnet(plan, tier, zone);
                let subnet = members.last().cloned();
                self.table(plan, &format!("{name}-{zone}"), routes(plan, *kind, zone), subnet);
            }
            self.acl(plan, name, *kind, &members);
        }
    }

    fn subnet(&mut self, plan: Plan, tier: usize, zone: usize) {
        let n = plan.number;
        let Some((kind, name)) = TIERS.get(tier) else { return };
        let mut subnet = json!({
            "SubnetId": format!("subnet-{n}-{name}-{zone}"), "VpcId": format!("vpc-{n}"),
            "CidrBlock": plan.subnet_block(tier, zone), "State": "available", "OwnerId": ACCOUNT,
            "AvailabilityZone": format!("eu-west-1{}", zone_letter(zone)),
            "AvailabilityZoneId": format!("euw1-az{}", zone + 1),
            "MapPublicIpOnLaunch": *kind == Tier::Public, "Tags": tags(&format!("{name} {zone}")),
        });
        if plan.v6() {
            subnet["Ipv6CidrBlockAssociationSet"] = json!([{
                "Ipv6CidrBlock": format!("{}/64", plan.subnet_v6(tier, zone, "")),
                "Ipv6CidrBlockState": {"State": "associated"},
            }]);
        }
        self.out.push("Subnets", &subnet);
    }

    fn table(&mut self, plan: Plan, name: &str, mut routes: Vec<Value>, subnet: Option<String>) {
        let (n, id) = (plan.number, format!("rtb-{}-{name}", plan.number));
        routes.push(json!({
            "DestinationCidrBlock": plan.block(), "GatewayId": "local", "State": "active",
            "Origin": "CreateRouteTable",
        }));
        if plan.v6() {
            routes.push(json!({
                "DestinationIpv6CidrBlock": format!("2600:1f14:{n:x}::/56"), "GatewayId": "local",
                "State": "active", "Origin": "CreateRouteTable",
            }));
        }
        let mut used = json!({
            "Main": subnet.is_none(), "RouteTableId": id,
            "AssociationState": {"State": "associated"},
        });
        if let Some(subnet) = subnet {
            used["SubnetId"] = json!(subnet);
        }
        self.out.push(
            "RouteTables",
            &json!({
                "RouteTableId": id, "VpcId": format!("vpc-{n}"), "OwnerId": ACCOUNT,
                "Associations": [used], "Routes": routes, "PropagatingVgws": [], "Tags": [],
            }),
        );
    }

    fn acl(&mut self, plan: Plan, name: &str, tier: Tier, subnets: &[String]) {
        let used: Vec<Value> = subnets
            .iter()
            .map(|subnet| {
                json!({
                    "NetworkAclAssociationId": format!("aclassoc-{subnet}"), "SubnetId": subnet,
                })
            })
            .collect();
        let mut entries = vec![entry(100, "allow", "-1", "0.0.0.0/0", None, true)];
        match tier {
            Tier::Public | Tier::Attachments => {
                entries.push(entry(50, "deny", "-1", "198.51.100.0/24", None, false));
                entries.push(entry(60, "deny", "6", "0.0.0.0/0", Some((23, 23)), false));
                entries.push(entry(100, "allow", "-1", "0.0.0.0/0", None, false));
            }
            Tier::App => {
                entries.push(entry(60, "deny", "6", "10.0.0.0/8", Some((135, 139)), false));
                entries.push(entry(100, "allow", "-1", "10.0.0.0/8", None, false));
                entries.push(entry(110, "allow", "6", "0.0.0.0/0", Some((1024, 65535)), false));
                entries.push(entry(120, "allow", "17", "0.0.0.0/0", Some((1024, 65535)), false));
            }
            Tier::Data => {
                entries.push(entry(90, "deny", "6", "10.0.0.0/8", Some((22, 22)), false));
                entries.push(entry(100, "allow", "-1", "10.0.0.0/8", None, false));
            }
        }
        for egress in [false, true] {
            entries.push(entry(32767, "deny", "-1", "0.0.0.0/0", None, egress));
            let mut v6 = entry(101, "allow", "-1", "0.0.0.0/0", None, egress);
            if let Some(fields) = v6.as_object_mut() {
                fields.remove("CidrBlock");
                fields.insert("Ipv6CidrBlock".to_owned(), json!("::/0"));
            }
            entries.push(v6);
        }
        self.out.push(
            "NetworkAcls",
            &json!({
                "NetworkAclId": format!("acl-{}-{name}", plan.number), "IsDefault": false,
                "VpcId": format!("vpc-{}", plan.number), "OwnerId": ACCOUNT,
                "Associations": used, "Entries": entries, "Tags": [],
            }),
        );
    }

    /// Transit gateways and their tables, and peering connections.
    pub(super) fn hubs(&mut self, vpcs: usize) {
        for hub in 0..vpcs.div_ceil(HUB) {
            let members =
                (hub * HUB..vpcs.min((hub + 1) * HUB)).map(|number| Plan { number, vpcs });
            self.out.push("TransitGateways", &json!({
                "TransitGatewayId": format!("tgw-{hub}"), "State": "available", "OwnerId": ACCOUNT,
                "Options": {"SecurityGroupReferencingSupport": "disable"},
            }));
            self.out.push(
                "TransitGatewayRouteTables",
                &json!({
                    "TransitGatewayRouteTableId": format!("tgw-rtb-{hub}"),
                    "TransitGatewayId": format!("tgw-{hub}"), "State": "available",
                }),
            );
            let routes: Vec<Value> = members.map(|plan| self.attach(plan)).collect();
            self.out.push(
                "TransitGatewayRoutes",
                &json!({
                    "TransitGatewayRouteTableId": format!("tgw-rtb-{hub}"), "Routes": routes,
                    "AdditionalRoutesAvailable": false,
                }),
            );
        }
        for plan in (0..vpcs).map(|number| Plan { number, vpcs }) {
            let Some(peer) = plan.peer() else { continue };
            let side = |plan: Plan| {
                json!({
                    "VpcId": format!("vpc-{}", plan.number), "OwnerId": ACCOUNT, "Region": "eu-west-1",
                    "CidrBlock": plan.block(), "CidrBlockSet": [{"CidrBlock": plan.block()}],
                })
            };
            self.out.push(
                "VpcPeeringConnections",
                &json!({
                    "VpcPeeringConnectionId": format!("pcx-{}", plan.number),
                    "RequesterVpcInfo": side(plan), "AccepterVpcInfo": side(peer),
                    "Status": {"Code": "active", "Message": "Active"},
                }),
            );
        }
    }

    /// Attaches a VPC, and gives the route to it.
    fn attach(&mut self, plan: Plan) -> Value {
        let (n, hub) = (plan.number, plan.hub());
        let subnets: Vec<String> =
            (0..ZONES).map(|zone| format!("subnet-{n}-attach-{zone}")).collect();
        self.out.push(
            "TransitGatewayVpcAttachments",
            &json!({
                "TransitGatewayAttachmentId": format!("tgw-attach-{n}"),
                "TransitGatewayId": format!("tgw-{hub}"), "VpcId": format!("vpc-{n}"),
                "VpcOwnerId": ACCOUNT, "State": "available", "SubnetIds": subnets,
                "Options": {"DnsSupport": "enable", "ApplianceModeSupport": "disable"},
            }),
        );
        self.out.push(
            "TransitGatewayAttachments",
            &json!({
                "TransitGatewayAttachmentId": format!("tgw-attach-{n}"),
                "TransitGatewayId": format!("tgw-{hub}"), "TransitGatewayOwnerId": ACCOUNT,
                "ResourceOwnerId": ACCOUNT, "ResourceType": "vpc", "ResourceId": format!("vpc-{n}"),
                "State": "available", "Association": {
                    "TransitGatewayRouteTableId": format!("tgw-rtb-{hub}"), "State": "associated",
                },
            }),
        );
        json!({
            "DestinationCidrBlock": plan.block(), "Type": "propagated", "State": "active",
            "TransitGatewayAttachments": [{
                "ResourceId": format!("vpc-{n}"), "ResourceType": "vpc",
                "TransitGatewayAttachmentId": format!("tgw-attach-{n}"),
            }],
        })
    }

    pub(super) fn prefix_list(&mut self) {
        self.out.push(
            "PrefixLists",
            &json!({
                "PrefixListId": "pl-offices", "AddressFamily": "IPv4", "State": "create-complete",
                "PrefixListArn": "arn:aws:ec2:eu-west-1:111111111111:prefix-list/pl-offices",
                "PrefixListName": "offices", "MaxEntries": 40, "Version": 1, "OwnerId": ACCOUNT,
            }),
        );
        let entries: Vec<Value> = (0..20)
            .map(|it| json!({"Cidr": format!("203.0.{}.0/24", 40 + it), "Description": "office"}))
            .collect();
        self.out.push(
            "ManagedPrefixListEntries",
            &json!({
                "PrefixListId": "pl-offices", "Entries": entries,
            }),
        );
    }
}

fn routes(plan: Plan, tier: Tier, zone: usize) -> Vec<Value> {
    let n = plan.number;
    let route = |field: &str, destination: &str, target: &str, id: String| json!({field: destination, target: id, "State": "active", "Origin": "CreateRoute"});
    let v4 = "DestinationCidrBlock";
    let v6 = "DestinationIpv6CidrBlock";
    let hub = || route(v4, "10.0.0.0/8", "TransitGatewayId", format!("tgw-{}", plan.hub()));
    let mut routes = match tier {
        Tier::Public => vec![route(v4, "0.0.0.0/0", "GatewayId", format!("igw-{n}"))],
        Tier::App => {
            let mut routes =
                vec![hub(), route(v4, "0.0.0.0/0", "NatGatewayId", format!("nat-{n}-{zone}"))];
            let peers = plan.peer().map(|peer| (n, peer)).into_iter();
            let before = n.checked_sub(1).map(|number| Plan { number, ..plan });
            let back = before.filter(|before| before.peer().is_some()).map(|it| (it.number, it));
            routes.extend(peers.chain(back).map(|(pcx, peer)| {
                route(v4, &peer.block(), "VpcPeeringConnectionId", format!("pcx-{pcx}"))
            }));
            routes
        }
        Tier::Data => vec![hub()],
        Tier::Attachments => Vec::new(),
    };
    match tier {
        Tier::Public if plan.v6() => {
            routes.push(route(v6, "::/0", "GatewayId", format!("igw-{n}")));
        }
        Tier::App if plan.v6() => {
            let gateway = format!("eigw-{n}");
            routes.push(route(v6, "::/0", "EgressOnlyInternetGatewayId", gateway));
        }
        _ => {}
    }
    routes
}

fn entry(
    number: u32,
    action: &str,
    protocol: &str,
    block: &str,
    ports: Option<(u16, u16)>,
    egress: bool,
) -> Value {
    let mut entry = json!({
        "RuleNumber": number, "RuleAction": action, "Protocol": protocol, "CidrBlock": block,
        "Egress": egress,
    });
    if let Some((from, to)) = ports {
        entry["PortRange"] = json!({"From": from, "To": to});
    }
    entry
}

pub(super) fn zone_letter(zone: usize) -> char {
    ['a', 'b', 'c'].get(zone).copied().unwrap_or('a')
}
