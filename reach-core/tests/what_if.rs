//! What an edit makes of a network is what the edited snapshot makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_core::change::{self, Edit, EditFile};
use reach_core::snapshot::{NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Snapshot};
use reach_core::{
    Cell, Change, FindingChanges, Matrix, MatrixOptions, Network, Run, ScanOptions, UnknownExposure,
};
use reach_testkit::generate::{self, Dice, Features};
use serde_json::{Value, json};

/// Draws edits that most of the time fit a snapshot.
struct Editor<'s> {
    snapshot: &'s Snapshot,
    dice: Dice,
}

impl Editor<'_> {
    fn edits(&mut self) -> Vec<Edit> {
        let edits: Vec<Value> = (0..=self.dice.below(3)).filter_map(|_| self.edit()).collect();
        serde_json::from_value::<EditFile>(Value::Array(edits)).unwrap().into_edits()
    }

    fn edit(&mut self) -> Option<Value> {
        match self.dice.below(24) {
            18..20 => self.associate(),
            20..22 => self.disassociate(),
            22..24 => self.terminate(),
            0..4 => self.authorize(),
            4..7 => self.revoke(),
            7..9 => self.modify(),
            9 => self.put_entry(),
            10 => self.delete_entry(),
            11..14 => self.put_route(),
            14 => self.delete_route(),
            _ => self.power(),
        }
    }

    fn instance(&mut self) -> Option<String> {
        let regions = &self.snapshot.regions;
        let hosts: Vec<_> = regions.iter().flat_map(|it| it.instances.iter().flatten()).collect();
        self.dice.pick(&hosts).map(|host| host.instance_id.clone())
    }

    fn interface(&mut self) -> Option<NetworkInterface> {
        let regions = self.snapshot.regions.iter();
        let all: Vec<_> = regions.flat_map(|it| it.network_interfaces.iter().flatten()).collect();
        self.dice.pick(&all).map(|it| (*it).clone())
    }

    /// An Elastic IP address, as a parameter of an edit.
    fn address(&mut self) -> Option<(&'static str, String)> {
        let regions = self.snapshot.regions.iter();
        let all: Vec<_> = regions.flat_map(|it| it.addresses.iter().flatten()).collect();
        let address = (*self.dice.pick(&all)?).clone();
        match (self.dice.below(2), address.allocation_id) {
            (0, Some(allocation)) => Some(("AllocationId", allocation)),
            _ => Some(("PublicIp", address.public_ip?)),
        }
    }

    fn associate(&mut self) -> Option<Value> {
        let (parameter, address) = self.address()?;
        let mut edit =
            json!({"Action": "AssociateAddress", parameter: address, "AllowReassociation": true});
        if self.dice.below(2) == 0 {
            edit["InstanceId"] = json!(self.instance()?);
            return Some(edit);
        }
        let interface = self.interface()?;
        edit["NetworkInterfaceId"] = json!(interface.network_interface_id);
        if let Some(private) = self.dice.pick(&interface.private_ip_addresses)
            && self.dice.below(2) == 0
        {
            edit["PrivateIpAddress"] = json!(private.private_ip_address);
        }
        Some(edit)
    }

    /// An address that an interface has, by its association or by itself.
    fn disassociate(&mut self) -> Option<Value> {
        let interface = self.interface()?;
        let paired = interface.private_ip_addresses.iter().filter_map(|it| it.association.as_ref());
        let paired: Vec<_> = paired.chain(&interface.association).collect();
        let association = self.dice.pick(&paired)?;
        match (self.dice.below(2), &association.association_id) {
            (0, Some(id)) => Some(json!({"Action": "DisassociateAddress", "AssociationId": id})),
            _ => Some(json!({"Action": "DisassociateAddress", "PublicIp": association.public_ip})),
        }
    }

    fn terminate(&mut self) -> Option<Value> {
        Some(json!({"Action": "TerminateInstances", "InstanceIds": [self.instance()?]}))
    }

    fn group(&mut self) -> Option<SecurityGroup> {
        let regions = &self.snapshot.regions;
        let groups: Vec<_> =
            regions.iter().flat_map(|it| it.security_groups.iter().flatten()).collect();
        self.dice.pick(&groups).map(|group| (*group).clone())
    }

    fn acl(&mut self) -> Option<NetworkAcl> {
        let regions = &self.snapshot.regions;
        let acls: Vec<_> = regions.iter().flat_map(|it| it.network_acls.iter().flatten()).collect();
        self.dice.pick(&acls).map(|acl| (*acl).clone())
    }

    fn permission(&mut self) -> Option<Value> {
        let port = self.dice.pick(&[22, 80, 443, 3306, 8443])?;
        let mut permission = json!({"IpProtocol": self.dice.pick(&["tcp", "udp"])?, "FromPort": port, "ToPort": port});
        if self.dice.below(6) == 0 {
            permission = json!({"IpProtocol": "-1"});
        }
        let blocks = ["0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "10.0.0.0/26", "203.0.113.0/24"];
        let (field, peer) = match self.dice.below(8) {
            0 => ("Ipv6Ranges", json!({"CidrIpv6": self.dice.pick(&["::/0", "2001:db8::/48"])?})),
            1 => ("PrefixListIds", json!({"PrefixListId": self.list()})),
            2 | 3 => ("UserIdGroupPairs", json!({"GroupId": self.group()?.group_id})),
            _ => ("IpRanges", json!({"CidrIp": self.dice.pick(&blocks)?})),
        };
        permission[field] = json!([peer]);
        Some(permission)
    }

    fn list(&mut self) -> String {
        let regions = &self.snapshot.regions;
        let lists: Vec<_> =
            regions.iter().flat_map(|it| it.prefix_lists.iter().flatten()).collect();
        self.dice.pick(&lists).map_or("pl-nowhere".to_owned(), |it| it.prefix_list_id.clone())
    }

    fn side(&mut self) -> (&'static str, bool) {
        if self.dice.below(3) == 0 { ("Egress", true) } else { ("Ingress", false) }
    }

    fn authorize(&mut self) -> Option<Value> {
        let (side, _) = self.side();
        Some(json!({
            "Action": format!("AuthorizeSecurityGroup{side}"), "GroupId": self.group()?.group_id,
            "IpPermissions": [self.permission()?],
        }))
    }

    /// A rule that the group has; seldom one that it may lack.
    fn revoke(&mut self) -> Option<Value> {
        let ((side, egress), group) = (self.side(), self.group()?);
        let mut edit =
            json!({"Action": format!("RevokeSecurityGroup{side}"), "GroupId": group.group_id});
        let rules = self.rules_of(&group.group_id, Some(egress));
        if self.dice.below(2) == 0
            && let Some(rule) = self.dice.pick(&rules)
        {
            edit["SecurityGroupRuleIds"] = json!([rule]);
            return Some(edit);
        }
        let list = if egress { &group.ip_permissions_egress } else { &group.ip_permissions };
        let listed = self.dice.pick(list).map(|it| serde_json::to_value(it).unwrap());
        edit["IpPermissions"] = json!([listed.or_else(|| self.permission())?]);
        Some(edit)
    }

    fn rules_of(&self, group: &str, egress: Option<bool>) -> Vec<String> {
        let regions = self.snapshot.regions.iter();
        let rules = regions.flat_map(|it| it.security_group_rules.iter().flatten());
        let own =
            rules.filter(|it| it.group_id == group && egress.is_none_or(|e| it.is_egress == e));
        own.map(|it| it.security_group_rule_id.clone()).collect()
    }

    fn modify(&mut self) -> Option<Value> {
        let group = self.group()?.group_id;
        let rule = self.dice.pick(&self.rules_of(&group, None))?;
        let port = self.dice.below(60_000);
        let mut new = json!({"IpProtocol": "tcp", "FromPort": port, "ToPort": port});
        let (field, peer) = match self.dice.below(3) {
            0 => ("ReferencedGroupId", self.group()?.group_id),
            1 => ("PrefixListId", self.list()),
            _ => ("CidrIpv4", "10.0.0.0/16".to_owned()),
        };
        new[field] = json!(peer);
        Some(json!({
            "Action": "ModifySecurityGroupRules", "GroupId": group,
            "SecurityGroupRules": [{"SecurityGroupRuleId": rule, "SecurityGroupRule": new}],
        }))
    }

    fn put_entry(&mut self) -> Option<Value> {
        let acl = self.acl()?;
        let taken = self.dice.pick(&acl.entries).map(|it| (it.rule_number, it.egress));
        let action = self.dice.pick(&["CreateNetworkAclEntry", "ReplaceNetworkAclEntry"])?;
        let (number, egress) = match taken {
            Some(taken) if action.starts_with("Replace") => taken,
            _ => (i32::try_from(self.dice.below(300)).unwrap() + 1, self.dice.below(2) == 0),
        };
        Some(json!({
            "Action": action, "NetworkAclId": acl.network_acl_id, "RuleNumber": number,
            "Protocol": "tcp", "RuleAction": self.dice.pick(&["allow", "deny"])?, "Egress": egress,
            "CidrBlock": self.dice.pick(&["0.0.0.0/0", "10.0.0.0/25", "10.0.1.0/24"])?,
            "PortRange": {"From": 0, "To": self.dice.below(65_536)},
        }))
    }

    fn delete_entry(&mut self) -> Option<Value> {
        let acl = self.acl()?;
        let entry = self.dice.pick(&acl.entries)?;
        Some(json!({
            "Action": "DeleteNetworkAclEntry", "NetworkAclId": acl.network_acl_id,
            "RuleNumber": entry.rule_number, "Egress": entry.egress,
        }))
    }

    fn table(&mut self) -> Option<RouteTable> {
        let regions = self.snapshot.regions.iter();
        let tables: Vec<_> = regions.flat_map(|it| it.route_tables.iter().flatten()).collect();
        self.dice.pick(&tables).map(|table| (*table).clone())
    }

    /// A parameter of a route and an id for it, most of the time one that is there.
    fn target(&mut self) -> (&'static str, String) {
        macro_rules! ids {
            ($list:ident, $id:ident) => {{
                let regions = self.snapshot.regions.iter();
                regions.flat_map(|it| it.$list.iter().flatten()).map(|it| it.$id.clone()).collect()
            }};
        }
        let (parameter, ids): (_, Vec<String>) = match self.dice.below(8) {
            0 => ("GatewayId", ids!(internet_gateways, internet_gateway_id)),
            1 => ("GatewayId", ids!(vpn_gateways, vpn_gateway_id)),
            2 => ("NatGatewayId", ids!(nat_gateways, nat_gateway_id)),
            3 => ("NetworkInterfaceId", ids!(network_interfaces, network_interface_id)),
            4 => {
                ("VpcPeeringConnectionId", ids!(vpc_peering_connections, vpc_peering_connection_id))
            }
            5 => ("TransitGatewayId", ids!(transit_gateways, transit_gateway_id)),
            6 => ("VpcEndpointId", ids!(vpc_endpoints, vpc_endpoint_id)),
            _ => ("InstanceId", ids!(instances, instance_id)),
        };
        let nowhere = || "nat-nowhere".to_owned();
        (parameter, self.dice.pick(&ids).unwrap_or_else(nowhere))
    }

    /// A new route, or a route that the table has to somewhere else.
    fn put_route(&mut self) -> Option<Value> {
        let table = self.table()?;
        let (parameter, target) = self.target();
        let taken = self.dice.pick(&table.routes);
        let mut edit = json!({"RouteTableId": table.route_table_id, parameter: target});
        let blocks = ["0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "192.0.2.0/24", "10.1.0.7/32"];
        match taken.filter(|_| self.dice.below(2) == 0) {
            Some(route) => {
                edit["Action"] = json!("ReplaceRoute");
                let places = [
                    ("DestinationCidrBlock", route.destination_cidr_block),
                    ("DestinationIpv6CidrBlock", route.destination_ipv6_cidr_block),
                    ("DestinationPrefixListId", route.destination_prefix_list_id),
                ];
                for (place, text) in places {
                    if let Some(text) = text {
                        edit[place] = json!(text);
                    }
                }
            }
            None => {
                edit["Action"] = json!("CreateRoute");
                match self.dice.below(6) {
                    0 => edit["DestinationPrefixListId"] = json!(self.list()),
                    1 => edit["DestinationIpv6CidrBlock"] = json!("::/0"),
                    _ => edit["DestinationCidrBlock"] = json!(self.dice.pick(&blocks)?),
                }
            }
        }
        Some(edit)
    }

    fn delete_route(&mut self) -> Option<Value> {
        let table = self.table()?;
        let route = self.dice.pick(&table.routes)?;
        Some(json!({
            "Action": "DeleteRoute", "RouteTableId": table.route_table_id,
            "DestinationCidrBlock": route.destination_cidr_block.clone()?,
        }))
    }

    fn power(&mut self) -> Option<Value> {
        let action = self.dice.pick(&["StopInstances", "StopInstances", "StartInstances"])?;
        Some(json!({"Action": action, "InstanceIds": [self.instance()?]}))
    }
}

fn snapshot(seed: u64) -> Snapshot {
    let features = if seed.is_multiple_of(2) { Features::ALL } else { Features::default() };
    let mut snapshot = generate::corners_with(seed, features).snapshot;
    // Some interfaces stay when their instances are terminated.
    let interfaces = snapshot.regions.iter_mut().flat_map(|it| it.network_interfaces.iter_mut());
    for (turn, interface) in (seed..).zip(interfaces.flatten()) {
        if let Some(attachment) = &mut interface.attachment {
            attachment.delete_on_termination = match turn % 3 {
                0 => None,
                turn => Some(turn == 1),
            };
        }
    }
    snapshot
}

/// All that a network has, with interfaces by their ids instead of their numbers, in no order: an
/// interface that was taken out leaves a gap among the numbers.
fn leaves(network: &Network) -> Vec<String> {
    let text = format!("{network:?}");
    // What was asked before is remembered there.
    let (text, _) = text.rsplit_once("crossed: ").unwrap();
    let mut parts = text.split("InterfaceIdx(");
    let first = parts.next().unwrap_or_default();
    let parts: Vec<(&str, &str)> = parts.map(|part| part.split_once(')').unwrap()).collect();
    let ids: BTreeMap<&str, &str> = parts
        .iter()
        .filter_map(|(number, rest)| {
            let id = rest.strip_prefix(": Interface { id: \"")?;
            Some((*number, id.split_once('"')?.0))
        })
        .collect();
    let named = parts.iter().map(|(number, rest)| [ids.get(number).unwrap_or(number), *rest]);
    let whole: String = [first].into_iter().chain(named.flatten()).collect();
    let mut leaves: Vec<String> = whole
        .split(|it: char| it.is_whitespace() || "[](){},".contains(it))
        .filter(|it| !it.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    leaves.sort_unstable();
    leaves
}

fn assert_same(one: &Network, other: &Network, edits: &[Edit]) {
    assert_eq!(one.diagnostics(), other.diagnostics(), "{edits:?}");
    let (whole, anew) = (format!("{one:?}"), format!("{other:?}"));
    if whole == anew {
        return;
    }
    assert!(edits.iter().any(|it| matches!(it, Edit::TerminateInstances(_))), "{edits:?}");
    let (these, those) = (leaves(one), leaves(other));
    let parted = these.iter().zip(&those).find(|(one, other)| one != other);
    assert!(parted.is_none() && these.len() == those.len(), "{parted:?} {edits:?}");
    let run = |network: &Network| network.scan(&ScanOptions::default());
    assert_eq!(run(one), run(other), "{edits:?}");
    let matrix = |network: &Network| network.matrix(&MatrixOptions::default()).unwrap();
    let (one, other) = (matrix(one), matrix(other));
    assert!(one.changes(&other).is_empty(), "{:?} {edits:?}", one.changes(&other).first());
    let ends = |matrix: &Matrix| {
        let ends = matrix.sources().chain(matrix.destinations());
        ends.map(|end| end.id.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ends(&one), ends(&other), "{edits:?}");
}

/// Networks and edits of them that fit, with what is left of the dice.
fn edited(seeds: u64, mut check: impl FnMut(&Network, &[Edit])) {
    let mut fit = 0;
    for seed in 0..seeds {
        let network = Network::compile(snapshot(seed));
        let mut editor = Editor { snapshot: network.snapshot(), dice: Dice::new(seed) };
        for _ in 0..3 {
            let edits = editor.edits();
            if change::apply(network.snapshot(), &edits).is_ok() {
                fit += 1;
                check(&network, &edits);
            }
        }
    }
    assert!(fit > seeds, "{fit} of {seeds}");
}

#[test]
fn an_edited_network_is_that_of_the_edited_snapshot() {
    let mut actions: BTreeMap<String, usize> = BTreeMap::new();
    edited(if cfg!(debug_assertions) { 300 } else { 5000 }, |network, edits| {
        for edit in edits {
            let action = serde_json::to_value(edit).unwrap()["Action"].to_string();
            *actions.entry(action).or_default() += 1;
        }
        let anew = |snapshot: &Snapshot| {
            Network::compile_noting(snapshot.clone(), network.notes().to_vec())
        };
        let after = network.with(edits).unwrap();
        let snapshot = change::apply(network.snapshot(), edits).unwrap();
        assert_same(&after, &anew(&snapshot), edits);
        assert_eq!(*after.snapshot(), snapshot);
        // Edits after edits.
        let mut editor = Editor { snapshot: &snapshot, dice: Dice::new(edits.len() as u64) };
        let more = editor.edits();
        match change::apply(&snapshot, &more) {
            Ok(again) => {
                let network = after.with(&more).unwrap();
                assert_same(&network, &anew(&again), &[edits, &more].concat());
            }
            Err(error) => assert_eq!(after.with(&more).unwrap_err(), error),
        }
    });
    // Every kind of them, often enough.
    assert!(actions.len() == 16 && actions.values().all(|number| *number > 5), "{actions:?}");
}

/// Two hosts that are targets of a load balancer in one of their subnets.
fn behind_a_balancer() -> Value {
    let host = |number: u8, subnet: &str| {
        json!({
            "NetworkInterfaceId": format!("eni-{number}"), "SubnetId": subnet, "VpcId": "vpc-1",
            "PrivateIpAddress": format!("10.0.1.{number}"), "Groups": [{"GroupId": "sg-1"}],
            "Attachment": {"InstanceId": format!("i-{number}"), "DeviceIndex": 0},
        })
    };
    let all = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
    let entry = |egress: bool| {
        json!({
            "RuleNumber": 1, "Protocol": "-1", "RuleAction": "allow", "Egress": egress,
            "CidrBlock": "0.0.0.0/0",
        })
    };
    json!({
        "Account": "111111111111",
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [
            {"SubnetId": "subnet-a", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24",
             "AvailabilityZoneId": "az1"},
            {"SubnetId": "subnet-b", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24",
             "AvailabilityZoneId": "az2"},
        ],
        "SecurityGroups": [{
            "GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": all,
            "IpPermissionsEgress": all,
        }],
        "NetworkAcls": [{
            "NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true,
            "Entries": [entry(false), entry(true)],
        }],
        "RouteTables": [{
            "RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}],
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
            ],
        }],
        "InternetGateways": [{
            "InternetGatewayId": "igw-1",
            "Attachments": [{"VpcId": "vpc-1", "State": "available"}],
        }],
        "Instances": [
            {"InstanceId": "i-1", "State": {"Name": "running"}},
            {"InstanceId": "i-2", "State": {"Name": "running"}},
        ],
        "NetworkInterfaces": [
            host(1, "subnet-a"), host(2, "subnet-a"),
            {"NetworkInterfaceId": "eni-9", "SubnetId": "subnet-a", "VpcId": "vpc-1",
             "PrivateIpAddress": "10.0.1.90", "InterfaceType": "network_load_balancer",
             "Description": "ELB net/n/1", "Association": {"PublicIp": "198.51.100.9"}},
        ],
        "LoadBalancers": [{
            "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/n/1",
            "LoadBalancerName": "n", "Type": "network", "Scheme": "internet-facing",
            "VpcId": "vpc-1", "AvailabilityZones": [{"SubnetId": "subnet-a"}],
        }],
        "LoadBalancerListeners": [{
            "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/n/1",
            "Listeners": [{
                "ListenerArn": "arn:l", "Port": 80, "Protocol": "TCP",
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:tg"}],
            }],
        }],
        "TargetGroups": [{
            "TargetGroupArn": "arn:tg", "Protocol": "TCP", "Port": 80, "TargetType": "instance",
            "VpcId": "vpc-1",
        }],
        "LoadBalancerTargetHealth": [{"TargetGroupArn": "arn:tg", "TargetHealthDescriptions": [
            {"Target": {"Id": "i-1", "Port": 80}, "TargetHealth": {"State": "healthy"}},
            {"Target": {"Id": "i-2", "Port": 80}, "TargetHealth": {"State": "unhealthy"}},
        ]}],
    })
}

/// The first instance is terminated.
fn assert_ended(name: &str, regions: &[&Value]) {
    let snapshot: Snapshot = serde_json::from_value(json!({"Regions": regions})).unwrap();
    let id = snapshot.regions[0].instances.as_ref().unwrap()[0].instance_id.clone();
    let edits = json!([{"Action": "TerminateInstances", "InstanceIds": [id]}]);
    let edits = serde_json::from_value::<EditFile>(edits).unwrap().into_edits();
    let after = Network::compile(snapshot.clone()).with(&edits).unwrap();
    let anew = Network::compile(change::apply(&snapshot, &edits).unwrap());
    assert_eq!(leaves(&after), leaves(&anew), "{name}");
    assert_same(&after, &anew, &edits);
}

#[test]
fn what_the_generator_does_not_terminate() {
    let targets = |region: &mut Value| {
        let list = &mut region["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"];
        list.as_array_mut().unwrap().clone()
    };
    let plain = behind_a_balancer();
    assert_ended("a target", &[&plain]);
    let mut stays = plain.clone();
    stays["NetworkInterfaces"][0]["Attachment"]["DeleteOnTermination"] = json!(false);
    assert_ended("a target whose interface stays", &[&stays]);
    let mut everywhere = plain.clone();
    let mut list = targets(&mut everywhere);
    list[0]["Target"]["AvailabilityZone"] = json!("all");
    everywhere["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"] = json!(list);
    assert_ended("a target for all zones", &[&everywhere]);
    let mut nameless = plain.clone();
    nameless["Instances"][0]["InstanceId"] = json!("");
    nameless["NetworkInterfaces"][0]["Attachment"] =
        json!({"InstanceId": "", "DeviceIndex": 0, "DeleteOnTermination": false});
    nameless["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"][0]["Target"]["Id"] =
        json!("");
    assert_ended("no id", &[&nameless]);
    // Two accounts tell of one interface, and only the view of one goes.
    let mut owned = plain.clone();
    owned["NetworkInterfaces"][0]["OwnerId"] = json!("111111111111");
    let mut other = owned["NetworkInterfaces"][0].clone();
    other["SubnetId"] = json!("subnet-b");
    other["PrivateIpAddress"] = json!("10.0.2.77");
    other["Attachment"]["DeleteOnTermination"] = json!(false);
    let second = json!({"Account": "222222222222", "NetworkInterfaces": [other]});
    assert_ended("two views", &[&owned, &second]);
    // The view that counts tells of another instance.
    owned["NetworkInterfaces"][0]["Attachment"]["InstanceId"] = json!("i-2");
    assert_ended("two views of two instances", &[&owned, &second]);
}

#[test]
fn edits_that_do_not_fit_say_why() {
    let mut refused = 0;
    for seed in 0..300 {
        let network = Network::compile(snapshot(seed));
        let mut editor = Editor { snapshot: network.snapshot(), dice: Dice::new(seed) };
        let edits = editor.edits();
        let whole = change::apply(network.snapshot(), &edits);
        refused += usize::from(whole.is_err());
        assert_eq!(network.with(&edits).err(), whole.err(), "{edits:?}");
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn findings_change_where_two_scans_differ() {
    let mut changed = 0;
    edited(if cfg!(debug_assertions) { 400 } else { 8000 }, |network, edits| {
        let after = network.with(edits).unwrap();
        let options = ScanOptions {
            tags: match edits.len() {
                3 => vec![("Name".to_owned(), "a".to_owned())],
                _ => Vec::new(),
            },
            ..ScanOptions::default()
        };
        let (old, new) = (network.scan(&options), after.scan(&options));
        let difference = new.since(&old);
        let told = network.finding_changes(&after, &options);
        assert_eq!(told.new, difference.new, "{edits:?}");
        assert_eq!(told.resolved, difference.resolved, "{edits:?}");
        assert_eq!(told.untold, difference.untold, "{edits:?}");
        let only = |these: &Run, those: &Run| -> Vec<UnknownExposure> {
            these.unknown.iter().filter(|it| !those.unknown.contains(it)).cloned().collect()
        };
        assert_eq!(told.unknown, only(&new, &old), "{edits:?}");
        assert_eq!(told.settled, only(&old, &new), "{edits:?}");
        changed += usize::from(told != FindingChanges::default());
    });
    assert!(changed > 20, "{changed}");
}

/// What gets through before and after.
type Both = (Arc<Cell>, Arc<Cell>);

/// Pairs of ends with what got through before and what gets through now, each pair once.
fn pairs<'n>(changes: &[Change<'n>]) -> BTreeMap<(&'n str, &'n str), Both> {
    let mut pairs = BTreeMap::new();
    for change in changes {
        for from in &change.from {
            for to in change.to.iter().filter(|to| *to != from) {
                let cells = (Arc::clone(&change.before), Arc::clone(&change.after));
                assert_eq!(pairs.insert((*from, *to), cells), None, "{from} -> {to} twice");
            }
        }
    }
    pairs
}

#[test]
fn matrices_change_where_two_whole_ones_differ() {
    let mut changed = 0;
    edited(if cfg!(debug_assertions) { 120 } else { 4000 }, |network, edits| {
        let after = network.with(edits).unwrap();
        let options = MatrixOptions { forward: edits.len() == 2, ..MatrixOptions::default() };
        let (old, new) = (network.matrix(&options).unwrap(), after.matrix(&options).unwrap());
        let told = network.matrix_changes(&after, &options).unwrap();
        let whole = old.changes(&new);
        assert_eq!(pairs(&told), pairs(&whole), "{edits:?}");
        changed += usize::from(!told.is_empty());
    });
    assert!(changed > 40, "{changed}");
}
