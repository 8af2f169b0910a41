//! Hosts, and the services that stand in a VPC.

use serde_json::{Value, json};

use super::groups::ROLES;
use super::vpcs::zone_letter;
use super::{ACCOUNT, Plan, Site, ZONES, tags};

/// An interface to be written.
struct Interface {
    id: String,
    tier: usize,
    zone: usize,
    host: usize,
    kind: &'static str,
    description: String,
    public: Option<String>,
    groups: Vec<String>,
    instance: Option<String>,
}

impl Site {
    /// NAT gateways and a load balancer with its listeners and targets; gives how many interfaces
    /// they have.
    pub(super) fn services(&mut self, plan: Plan) -> usize {
        let n = plan.number;
        for zone in 0..ZONES {
            let (eni, public) =
                (format!("eni-{n}-nat{zone}"), format!("34.{}.{}.{}", n / 256, n % 256, zone));
            self.out.push(
                "NatGateways",
                &json!({
                    "NatGatewayId": format!("nat-{n}-{zone}"), "State": "available",
                    "SubnetId": format!("subnet-{n}-public-{zone}"), "VpcId": format!("vpc-{n}"),
                    "ConnectivityType": "public", "NatGatewayAddresses": [{
                        "NetworkInterfaceId": eni, "PrivateIp": plan.address(0, zone, 8),
                        "PublicIp": public, "IsPrimary": true, "Status": "succeeded",
                    }],
                }),
            );
            self.interface(
                plan,
                Interface {
                    id: eni,
                    tier: 0,
                    zone,
                    host: 8,
                    kind: "nat_gateway",
                    public: Some(public),
                    description: format!("Interface for NAT Gateway nat-{n}-{zone}"),
                    groups: Vec::new(),
                    instance: None,
                },
            );
            self.interface(
                plan,
                Interface {
                    id: format!("eni-{n}-alb{zone}"),
                    tier: 0,
                    zone,
                    host: 9,
                    kind: "interface",
                    public: Some(format!("34.{}.{}.{}", 100 + n / 256, n % 256, zone)),
                    description: format!("ELB app/web-{n}/1"),
                    groups: vec![format!("sg-{n}-lb")],
                    instance: None,
                },
            );
        }
        self.balancer(plan);
        2 * ZONES
    }

    fn balancer(&mut self, plan: Plan) {
        let n = plan.number;
        let arn = |kind: &str| {
            format!("arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:{kind}/web-{n}/1")
        };
        let (balancer, targets) = (arn("loadbalancer/app"), arn("targetgroup"));
        let zones: Vec<Value> = (0..ZONES)
            .map(|zone| {
                json!({
                    "ZoneName": format!("eu-west-1{}", zone_letter(zone)),
                    "SubnetId": format!("subnet-{n}-public-{zone}"),
                })
            })
            .collect();
        self.out.push("LoadBalancers", &json!({
            "LoadBalancerArn": balancer, "LoadBalancerName": format!("web-{n}"), "Type": "application",
            "Scheme": "internet-facing", "VpcId": format!("vpc-{n}"), "State": {"Code": "active"},
            "AvailabilityZones": zones, "SecurityGroups": [format!("sg-{n}-lb")],
            "IpAddressType": "ipv4", "DNSName": format!("web-{n}.eu-west-1.elb.amazonaws.com"),
        }));
        self.out.push(
            "LoadBalancerAttributes",
            &json!({
                "LoadBalancerArn": balancer,
                "Attributes": [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
            }),
        );
        let listener = arn("listener/app");
        self.out.push("Listeners", &json!({
            "ListenerArn": listener, "LoadBalancerArn": balancer, "Port": 443, "Protocol": "HTTPS",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": targets}],
        }));
        self.out.push("TargetGroups", &json!({
            "TargetGroupArn": targets, "TargetGroupName": format!("web-{n}"), "Protocol": "HTTP",
            "Port": 8000, "VpcId": format!("vpc-{n}"), "TargetType": "instance",
            "LoadBalancerArns": [balancer], "IpAddressType": "ipv4",
        }));
        self.out.push(
            "TargetGroupAttributes",
            &json!({
                "TargetGroupArn": targets, "Attributes": [],
            }),
        );
        let health: Vec<Value> = (0..20)
            .map(|it| {
                json!({
                    "Target": {"Id": format!("i-{n}-{it}"), "Port": 8000},
                    "TargetHealth": {"State": "healthy"},
                })
            })
            .collect();
        self.out.push(
            "LoadBalancerTargetHealth",
            &json!({
                "TargetGroupArn": targets, "TargetHealthDescriptions": health,
            }),
        );
    }

    pub(super) fn hosts(&mut self, plan: Plan, count: usize) {
        let n = plan.number;
        for number in 0..count {
            // The first twenty are the load balancer's targets.
            let tier = match self.dice.below(20) {
                _ if number < 20 => 1,
                0..3 => 0,
                3..15 => 1,
                _ => 2,
            };
            let role = self.role();
            let mut groups = Vec::new();
            if self.dice.chance(70) {
                groups.push(format!("sg-{n}-base"));
            }
            groups.push(match (tier, number) {
                (0, _) if self.dice.chance(5) => format!("sg-{n}-bastion"),
                (0, _) if self.dice.chance(40) => format!("sg-{n}-lb"),
                (2, _) => format!("sg-{n}-db"),
                _ => format!("sg-{n}-role{role}"),
            });
            if number >= 20 && self.dice.chance(20) {
                let name = format!("own{number}");
                self.single(plan, &name);
                groups.push(format!("sg-{n}-{name}"));
            }
            let service = number >= 20 && self.dice.chance(8);
            let kind = if service && self.dice.chance(40) { "lambda" } else { "interface" };
            let instance = (!service).then(|| format!("i-{n}-{number}"));
            let public = (tier == 0 && self.dice.chance(50))
                .then(|| format!("52.{}.{}.{}", n / 32, n % 32 * 8 + number / 256, number % 256));
            if let Some(instance) = &instance {
                self.instance(plan, instance, number, tier);
            }
            self.interface(
                plan,
                Interface {
                    id: format!("eni-{n}-{number}"),
                    tier,
                    zone: number % ZONES,
                    host: 16 + number / ZONES,
                    kind,
                    public,
                    groups,
                    instance,
                    description: String::new(),
                },
            );
        }
    }

    /// The first roles are frequent, the last ones rare.
    fn role(&mut self) -> u64 {
        let roll = self.dice.below(1000);
        roll * roll * ROLES as u64 / 1_000_000
    }

    fn instance(&mut self, plan: Plan, id: &str, number: usize, tier: usize) {
        let n = plan.number;
        let (code, state) = if self.dice.chance(5) { (80, "stopped") } else { (16, "running") };
        let address = plan.address(tier, number % ZONES, 16 + number / ZONES);
        self.out.push("Reservations", &json!({
            "OwnerId": ACCOUNT, "ReservationId": format!("r-{id}"), "Groups": [],
            "Instances": [{
                "InstanceId": id, "State": {"Code": code, "Name": state},
                "ImageId": "ami-0123456789abcdef0", "InstanceType": "m7g.large",
                "PrivateIpAddress": address, "VpcId": format!("vpc-{n}"),
                "LaunchTime": "2025-03-04T05:06:07+00:00", "Architecture": "arm64",
                "EbsOptimized": true, "Monitoring": {"State": "disabled"},
                "MetadataOptions": {"State": "applied", "HttpTokens": "required", "HttpEndpoint": "enabled"},
                "NetworkInterfaces": [{"NetworkInterfaceId": format!("eni-{n}-{number}")}],
                "Tags": tags(&format!("host {n} {number}")),
            }],
        }));
    }

    fn interface(&mut self, plan: Plan, it: Interface) {
        let n = plan.number;
        let Some((_, name)) = super::TIERS.get(it.tier) else { return };
        let address = plan.address(it.tier, it.zone, it.host);
        let mut private = json!({"Primary": true, "PrivateIpAddress": address});
        if let Some(public) = it.public {
            private["Association"] = json!({"PublicIp": public, "IpOwnerId": "amazon"});
        }
        let groups: Vec<Value> =
            it.groups.iter().map(|id| json!({"GroupId": id, "GroupName": id})).collect();
        let mut eni = json!({
            "NetworkInterfaceId": it.id, "VpcId": format!("vpc-{n}"),
            "SubnetId": format!("subnet-{n}-{name}-{}", it.zone), "Status": "in-use",
            "AvailabilityZone": format!("eu-west-1{}", zone_letter(it.zone)),
            "InterfaceType": it.kind, "Description": it.description, "OwnerId": ACCOUNT,
            "RequesterManaged": it.instance.is_none(), "MacAddress": "0a:1b:2c:3d:4e:5f",
            "SourceDestCheck": it.kind != "nat_gateway", "PrivateIpAddress": address,
            "PrivateIpAddresses": [private], "Groups": groups, "TagSet": [],
        });
        if plan.v6() && it.kind == "interface" && it.description.is_empty() {
            let v6 = plan.subnet_v6(it.tier, it.zone, &format!("{:x}", it.host));
            eni["Ipv6Addresses"] = json!([{"Ipv6Address": v6, "IsPrimaryIpv6": false}]);
        }
        if let Some(instance) = it.instance {
            eni["Attachment"] = json!({
                "AttachmentId": format!("eni-attach-{}", it.id), "DeviceIndex": 0,
                "InstanceId": instance, "Status": "attached", "DeleteOnTermination": true,
            });
        }
        self.out.push("NetworkInterfaces", &eni);
    }
}
