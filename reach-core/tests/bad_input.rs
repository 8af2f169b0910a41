//! Input that no account gives, or that its owner wrote to do harm: told about, never guessed at,
//! never a panic.

use reach_core::packet::{IpSet, Traffic};
use reach_core::snapshot::{
    Instance, IpRange, NetworkInterface, Region, RouteTableAssociation, SecurityGroupRule,
    Snapshot, Subnet, Tag, Vpc,
};
use reach_core::{Level, Network, TraceOptions, Verdict};
use reach_testkit::Lab;

use crate::ask::{ask, try_ask};

/// Lab, question, verdict in a word, and the code and resource of a diagnostic.
type Case = (&'static str, Lab, &'static str, &'static str, Option<(&'static str, &'static str)>);

fn run(cases: Vec<Case>) {
    for (name, lab, question, expected, noticed) in cases {
        let network = Network::compile(lab.snapshot());
        let answer = ask(&network, question);
        assert_eq!(answer.verdict.as_str(), expected, "{name}: {:?}", answer.explanations);
        let told: Vec<_> = network
            .diagnostics()
            .iter()
            .map(|told| (told.code.as_str(), told.resource.as_deref().unwrap_or_default()))
            .collect();
        match noticed {
            Some(noticed) => assert!(told.contains(&noticed), "{name}: {told:?}"),
            None => assert!(told.is_empty(), "{name}: {told:?}"),
        }
    }
}

const SSH: &str = "X > 198.51.100.10 tcp/22";

#[test]
fn the_labs_are_clean() {
    for lab in [Lab::t0(), Lab::t1(), Lab::t3(), Lab::t6()] {
        assert_eq!(Network::compile(lab.snapshot()).diagnostics(), []);
    }
}

#[test]
fn security_groups() {
    let p1 = Some(("unreadable_entry", "sg-p1"));
    run(vec![
        (
            "refers to itself",
            Lab::t0().ingress("sg-p1", &["tcp/22 sg-p1"]),
            SSH,
            "not_reachable",
            None,
        ),
        (
            "refers to a group that does not exist",
            Lab::t0().ingress("sg-q1", &["tcp/22 sg-gone"]),
            "p1 > q1 tcp/22",
            "not_reachable",
            Some(("dangling_id", "sg-q1")),
        ),
        (
            "overlapping blocks",
            Lab::t0().ingress(
                "sg-p1",
                &["tcp/22 203.0.113.0/24", "tcp/20-30 203.0.113.0/28", "-1 0.0.0.0/0"],
            ),
            SSH,
            "reachable",
            None,
        ),
        (
            "a prefix length with two zeros",
            Lab::t0().ingress("sg-p1", &["tcp/22 0.0.0.0/00"]),
            SSH,
            "unknown",
            p1,
        ),
        (
            "another rule decides all the same",
            Lab::t0().ingress("sg-p1", &["tcp/22 0.0.0.0/00", "tcp/22 203.0.113.5/32"]),
            SSH,
            "reachable",
            p1,
        ),
        (
            "a block of the other family",
            Lab::t0().ingress("sg-p1", &["tcp/22 0.0.0.0/0"]).group("sg-p1", |group| {
                for rule in &mut group.ip_permissions {
                    rule.ip_ranges = vec![IpRange { cidr_ip: "::/0".into(), description: None }];
                }
            }),
            SSH,
            "unknown",
            p1,
        ),
        (
            "host bits",
            Lab::t0().ingress("sg-p1", &["tcp/22 203.0.113.77/24"]),
            SSH,
            "reachable",
            None,
        ),
        (
            "ports the wrong way round",
            Lab::t0().ingress("sg-p1", &["tcp/30-20 0.0.0.0/0"]),
            SSH,
            "unknown",
            p1,
        ),
        (
            "ports the wrong way round, another protocol",
            Lab::t0().ingress("sg-p1", &["udp/30-20 0.0.0.0/0"]),
            SSH,
            "not_reachable",
            p1,
        ),
        (
            "ports that are none",
            Lab::t0().ingress("sg-p1", &["tcp/0-70000 0.0.0.0/0"]),
            SSH,
            "unknown",
            p1,
        ),
        (
            "a protocol that is none",
            Lab::t0().ingress("sg-p1", &["carrier-pigeon/1-2 0.0.0.0/0"]),
            SSH,
            "unknown",
            p1,
        ),
        ("no ports", Lab::t0().ingress("sg-p1", &["tcp 0.0.0.0/0"]), SSH, "unknown", p1),
        (
            "a rule without a peer",
            Lab::t0().ingress("sg-p1", &[]).with(|region| {
                region.security_group_rules = Some(vec![SecurityGroupRule {
                    security_group_rule_id: "sgr-1".into(),
                    group_id: "sg-p1".into(),
                    ip_protocol: "tcp".into(),
                    from_port: Some(22),
                    to_port: Some(22),
                    ..SecurityGroupRule::default()
                }]);
            }),
            SSH,
            "unknown",
            p1,
        ),
        (
            "a rule of a group that is not in the snapshot",
            Lab::t0().with(|region| {
                region.security_group_rules = Some(vec![SecurityGroupRule {
                    security_group_rule_id: "sgr-1".into(),
                    group_id: "sg-gone".into(),
                    ip_protocol: "-1".into(),
                    cidr_ipv4: Some("0.0.0.0/0".into()),
                    ..SecurityGroupRule::default()
                }]);
            }),
            SSH,
            "reachable",
            Some(("dangling_id", "sg-gone")),
        ),
        (
            "the interface has a group that is not in the snapshot",
            Lab::t0().groups("p1", &["sg-gone"]),
            SSH,
            "unknown",
            Some(("dangling_id", "eni-p1")),
        ),
        (
            "a prefix list with an entry that is none",
            Lab::t0()
                .prefix_list("pl-x", "IPv4", Some(&["192.0.2.0/24", "192.0.2.0/99"]))
                .ingress("sg-p1", &["tcp/22 pl-x"]),
            SSH,
            "unknown",
            Some(("unreadable_entry", "pl-x")),
        ),
    ]);
}

#[test]
fn network_acls() {
    let twice = Some(("contradiction", "acl-p"));
    run(vec![
        (
            "one number twice",
            Lab::t0().acl_ingress(
                "acl-p",
                &["100 allow tcp/22 0.0.0.0/0", "100 deny tcp/22 203.0.113.0/24"],
            ),
            SSH,
            "unknown",
            twice,
        ),
        (
            "one number twice, and an earlier entry decides",
            Lab::t0().acl_ingress(
                "acl-p",
                &["90 deny tcp/22 0.0.0.0/0", "100 allow -1 0.0.0.0/0", "100 deny -1 0.0.0.0/0"],
            ),
            SSH,
            "not_reachable",
            twice,
        ),
        (
            "one entry twice",
            Lab::t0().acl_ingress("acl-p", &["100 allow -1 0.0.0.0/0", "100 allow -1 0.0.0.0/0"]),
            SSH,
            "reachable",
            Some(("duplicate_entry", "acl-p")),
        ),
        (
            "one number in both directions",
            Lab::t0().acl_ingress("acl-p", &["101 allow -1 0.0.0.0/0"]),
            SSH,
            "reachable",
            None,
        ),
        (
            "an action that is none",
            Lab::t0().acl_ingress("acl-p", &["100 maybe -1 0.0.0.0/0"]),
            SSH,
            "unknown",
            Some(("unreadable_entry", "acl-p")),
        ),
        (
            "a block that is none",
            Lab::t0().acl_ingress("acl-p", &["90 deny -1 0.0.0.0/00", "100 allow -1 0.0.0.0/0"]),
            SSH,
            "unknown",
            Some(("unreadable_entry", "acl-p")),
        ),
        (
            "two claim one subnet",
            Lab::t0().acl("acl-q", |acl| {
                for association in &mut acl.associations {
                    association.subnet_id = "subnet-p".into();
                }
            }),
            SSH,
            "unknown",
            Some(("contradiction", "subnet-p")),
        ),
    ]);
}

#[test]
fn routes() {
    run(vec![
        (
            "a target that is not in the snapshot",
            Lab::t0().route("rtb-p", "203.0.113.0/24 igw-gone"),
            SSH,
            "unknown",
            Some(("dangling_id", "rtb-p")),
        ),
        (
            "a blackhole needs no target",
            Lab::t0().blackhole("rtb-p", "203.0.113.0/24 igw-gone"),
            SSH,
            "not_reachable",
            None,
        ),
        (
            "no target at all",
            Lab::t0().route("rtb-p", "203.0.113.0/24 ?"),
            SSH,
            "unknown",
            Some(("unreadable_entry", "rtb-p")),
        ),
        (
            "a destination that is none",
            Lab::t0().route("rtb-p", "203.0.113.0/024 pcx-x"),
            SSH,
            "unknown",
            Some(("unreadable_entry", "rtb-p")),
        ),
        (
            "one destination twice",
            Lab::t1().route("rtb-p", "0.0.0.0/0 pcx-pcx"),
            SSH,
            "unknown",
            None,
        ),
        (
            "two tables claim one subnet",
            Lab::t0().table("rtb-q", |table| {
                table.associations.push(RouteTableAssociation {
                    subnet_id: Some("subnet-p".into()),
                    ..RouteTableAssociation::default()
                });
            }),
            SSH,
            "unknown",
            Some(("contradiction", "subnet-p")),
        ),
        (
            "two main tables",
            Lab::t0().use_main_table("p").table("rtb-q", |table| {
                table.associations.iter_mut().for_each(|association| association.main = true);
            }),
            SSH,
            "unknown",
            Some(("contradiction", "vpc-v")),
        ),
        (
            "two tables claim one gateway",
            Lab::t0().edge_table("igw-v", &[]).edge_table("igw-v", &["10.0.1.0/24 eni-q1"]).with(
                |region| {
                    if let Some(table) = region.route_tables.iter_mut().flatten().next_back() {
                        table.route_table_id = "rtb-edge-2".into();
                    }
                },
            ),
            SSH,
            "unknown",
            Some(("contradiction", "igw-v")),
        ),
        (
            "two main tables, and the groups deny",
            Lab::t0().ingress("sg-p1", &[]).use_main_table("p").table("rtb-q", |table| {
                table.associations.iter_mut().for_each(|association| association.main = true);
            }),
            SSH,
            "not_reachable",
            Some(("contradiction", "vpc-v")),
        ),
    ]);
}

#[test]
fn dangling_ids() {
    run(vec![
        (
            "an interface without its subnet",
            Lab::t0().eni("eni-p1", |eni| eni.subnet_id = Some("subnet-gone".into())),
            "p2 > 10.0.1.10 tcp/22 forward",
            "unknown",
            Some(("dangling_id", "eni-p1")),
        ),
        (
            "an interface without its VPC",
            Lab::t0().eni("eni-p1", |eni| {
                eni.subnet_id = Some("subnet-gone".into());
                eni.vpc_id = Some("vpc-gone".into());
            }),
            "p2 > eni-p1 tcp/22",
            "unknown",
            Some(("dangling_id", "eni-p1")),
        ),
        (
            "an instance that is not in the snapshot",
            Lab::t0().with(|region| {
                let instances = region.instances.get_or_insert_default();
                instances.retain(|instance| instance.instance_id != "i-p1");
            }),
            SSH,
            "unknown",
            Some(("dangling_id", "eni-p1")),
        ),
        (
            "a subnet without its VPC",
            Lab::t0().with(|region| {
                region.subnets.get_or_insert_default().push(Subnet {
                    subnet_id: "subnet-x".into(),
                    vpc_id: "vpc-gone".into(),
                    ..Subnet::default()
                });
            }),
            SSH,
            "reachable",
            Some(("dangling_id", "subnet-x")),
        ),
        (
            "an address that is none",
            Lab::t0().eni("eni-p1", |eni| {
                for address in &mut eni.private_ip_addresses {
                    address.private_ip_address = "10.0.1.999".into();
                }
            }),
            "p2 > 10.0.1.10 tcp/22",
            "reachable",
            Some(("unreadable_entry", "eni-p1")),
        ),
        (
            "an address that two interfaces have",
            Lab::t0().secondary("p2", "10.0.1.10"),
            "p1 > p2 tcp/22",
            "partly_reachable",
            Some(("contradiction", "eni-p2")),
        ),
        (
            "a resource twice with different contents",
            Lab::t0().with(|region| {
                let instances = region.instances.get_or_insert_default();
                let mut again = instances.first().cloned().unwrap_or_default();
                again.tags.clear();
                instances.push(again);
            }),
            SSH,
            "reachable",
            Some(("duplicate_resource", "i-p1")),
        ),
    ]);
}

/// What was not collected is unknown, and only what depends on it.
#[test]
fn kinds_that_were_not_collected() {
    type Without = fn(&mut Region);
    let cases: Vec<(Without, &str, &str)> = vec![
        (|region| region.internet_gateways = None, SSH, "unknown"),
        (|region| region.internet_gateways = None, "p1 > q1 tcp/22", "reachable"),
        (|region| region.route_tables = None, SSH, "unknown"),
        (|region| region.route_tables = None, "p1 > p2 tcp/22", "reachable"),
        (|region| region.network_acls = None, SSH, "unknown"),
        (|region| region.network_acls = None, "p1 > p2 tcp/22", "reachable"),
        (|region| region.security_groups = None, SSH, "unknown"),
        (|region| region.instances = None, "X > eni-p1 tcp/22", "unknown"),
        (|region| region.instances = None, SSH, "unknown"),
        (|region| region.network_interfaces = None, SSH, "unknown"),
        (|region| region.subnets = None, SSH, "unknown"),
        (|region| region.vpcs = None, SSH, "unknown"),
    ];
    for (number, (without, question, expected)) in cases.into_iter().enumerate() {
        let network = Network::compile(Lab::t0().with(without).snapshot());
        assert_eq!(ask(&network, question).verdict.as_str(), expected, "case {number}: {question}");
        let warned = network
            .diagnostics()
            .iter()
            .any(|told| told.level == Level::Warning && told.code == "kind_not_collected");
        assert!(warned || number < 2, "case {number}");
    }
}

#[test]
fn nothing_at_all() {
    for snapshot in [
        Snapshot::default(),
        Snapshot { regions: vec![Region::default(), Region::default()] },
        Lab::empty().snapshot(),
    ] {
        let network = Network::compile(snapshot);
        assert_eq!(try_ask(&network, "X > i-1 tcp/22").unwrap_err().code(), "unknown_endpoint");
    }
    let network = Network::compile(Snapshot::default());
    assert_eq!(ask(&network, "internet > 198.51.100.1 tcp/22").verdict, Verdict::Unknown);
    let network = Network::compile(Lab::empty().snapshot());
    assert_eq!(ask(&network, "internet > 198.51.100.1 tcp/22").verdict, Verdict::NotReachable);
}

/// Resources whose every field is at its default.
#[test]
fn empty_resources() {
    let region = Region {
        vpcs: Some(vec![Vpc::default()]),
        subnets: Some(vec![Subnet::default()]),
        network_interfaces: Some(vec![NetworkInterface::default()]),
        instances: Some(vec![Instance::default()]),
        security_group_rules: Some(vec![SecurityGroupRule::default()]),
        ..Lab::t0().snapshot().regions.remove(0)
    };
    let network = Network::compile(Snapshot { regions: vec![region] });
    assert!(!network.diagnostics().is_empty());
}

/// Names are their owners' text: they end up in answers as data, and JSON escapes them.
#[test]
fn hostile_names() {
    let hostile = "\u{1b}[2J<script>alert(1)</script>\u{0}\u{202e}\" | `x`\r\n";
    let lab = Lab::t0()
        .instance("i-p1", |instance| {
            instance.tags = vec![Tag { key: "Name".into(), value: hostile.into() }];
        })
        .group("sg-p1", |group| {
            group.group_name = Some(hostile.into());
            for rule in &mut group.ip_permissions {
                for range in &mut rule.ip_ranges {
                    range.description = Some(hostile.into());
                }
            }
        })
        .eni("eni-q1", |eni| eni.subnet_id = Some(hostile.into()))
        .ingress("sg-q2", &[&format!("tcp/22 sg-{hostile}")]);
    let network = Network::compile(lab.snapshot());
    let options = TraceOptions::default();
    let answer = network.trace(hostile, "i-p2", &"tcp/22".parse().unwrap(), &options).unwrap();
    assert_eq!(answer.verdict, Verdict::Reachable);
    for json in [
        serde_json::to_string(&answer).unwrap(),
        serde_json::to_string(network.diagnostics()).unwrap(),
    ] {
        assert!(!json.contains(|c: char| c.is_control()), "{json}");
    }
    for told in network.diagnostics() {
        assert!(!told.to_string().contains(|c: char| c.is_control()), "{told}");
    }
    let error = network.trace("\u{1b}[2J", "i-p2", &"tcp/22".parse().unwrap(), &options);
    let error = error.unwrap_err().to_string();
    assert!(!error.contains(|c: char| c.is_control()), "{error:?}");
}

#[test]
fn many_rules() {
    let rules: Vec<String> =
        (0..5000).map(|n: u32| format!("tcp/{} 203.0.{}.{}/32", 1 + n, n / 250, n % 250)).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let network = Network::compile(Lab::t0().ingress("sg-p1", &rules).snapshot());
    let all = ask(&network, "internet > p1 tcp port=any");
    assert_eq!(all.verdict, Verdict::PartlyReachable);
    assert_eq!(ask(&network, "203.0.4.7 > 198.51.100.10 tcp/1008").verdict, Verdict::Reachable);
    assert_eq!(ask(&network, "203.0.4.7 > 198.51.100.10 tcp/1009").verdict, Verdict::NotReachable);
}

#[test]
fn a_long_prefix_list() {
    let entries: Vec<String> =
        (0..10_000).map(|n: u32| format!("203.{}.{}.0/25", n / 250, n % 250)).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let lab = Lab::t0()
        .prefix_list("pl-long", "IPv4", Some(&entries))
        .ingress("sg-p1", &["tcp/22 pl-long"])
        .no_route("rtb-p", "0.0.0.0/0")
        .route("rtb-p", "pl-long igw-v");
    let network = Network::compile(lab.snapshot());
    assert_eq!(ask(&network, "internet > p1 tcp/22").verdict, Verdict::PartlyReachable);
    assert_eq!(ask(&network, "203.1.2.3 > 198.51.100.10 tcp/22").verdict, Verdict::Reachable);
    assert_eq!(ask(&network, "203.1.2.203 > 198.51.100.10 tcp/22").verdict, Verdict::NotReachable);
}

#[test]
fn a_generated_network_is_clean() {
    let network = Network::compile(reach_testkit::generate::network(7, 500));
    assert_eq!(network.diagnostics(), []);
    let answer = ask(&network, "internet > i-g0 tcp port=any");
    assert_ne!(answer.verdict, Verdict::Unknown);
}

/// A list of 10,000 blocks in a rule and in a route, and 5,000 rules on one interface.
#[test]
fn as_much_as_anybody_can_write() {
    let blocks: Vec<String> =
        (0..10_000).map(|n| format!("172.{}.{}.0/26", 16 + n / 1024, n / 4 % 256)).collect();
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
    let rules: Vec<String> = (0..5_000)
        .map(|n| format!("tcp/{} 203.0.{}.{}/32", n + 1, n / 250 % 256, n % 250))
        .collect();
    let mut rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    rules.push("tcp/22 pl-long");
    let lab = Lab::t0()
        .prefix_list("pl-long", "IPv4", Some(&blocks))
        .route("rtb-p", "pl-long eni-gone")
        .ingress("sg-p1", &rules);
    let network = Network::compile(lab.snapshot());
    let open = ask(&network, "203.0.1.0 > 198.51.100.10 tcp/251");
    assert_eq!(open.verdict.as_str(), "reachable");
    let closed = ask(&network, "203.0.1.0 > 198.51.100.10 tcp/252");
    assert_eq!(closed.verdict.as_str(), "not_reachable");
}

/// Sources that a host may not have, behind a NAT gateway: a reply to its own address would go
/// round in it.
#[test]
fn a_reply_is_turned_back_once() {
    let lab = Lab::t0()
        .nat_gateway("p", "10.0.1.200", "198.51.100.200")
        .route("rtb-q", "0.0.0.0/0 nat-n")
        .no_check("q1");
    let options = TraceOptions { source_addresses: Some(IpSet::all()), ..TraceOptions::default() };
    let network = Network::compile(lab.snapshot());
    let answer = network.trace("i-q1", "internet", &Traffic::all(), &options).unwrap();
    assert_eq!(answer.verdict.as_str(), "partly_reachable");
    for path in &answer.paths {
        let turned = path.reply.iter().filter(|hop| &*hop.component.id == "nat-n").count();
        assert!(turned <= 1, "{:?}", path.reply);
    }
    assert!(answer.paths.len() < 100, "{}", answer.paths.len());
}
