//! What must hold in every network: proptest varies the base topologies.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use reach_core::packet::{Header, HeaderSet, L4};
use reach_core::snapshot::{IpRange, Region, Snapshot};
use reach_core::{Network, TraceAnswer, Verdict};
use reach_testkit::Lab;

use crate::ask::{ask, try_ask};

const RULES: &[&str] = &[
    "-1 0.0.0.0/0",
    "-1 ::/0",
    "tcp/22 0.0.0.0/0",
    "tcp/22 203.0.113.0/24",
    "tcp/20-23 10.0.0.0/15",
    "tcp/443 203.0.112.0/22",
    "tcp/443 10.0.1.10/32",
    "tcp/443 sg-p1",
    "tcp/22 sg-q1",
    "tcp/1024-65535 sg-w1",
    "udp/53 0.0.0.0/0",
    "icmp/8/-1 0.0.0.0/0",
    "50 192.168.0.0/16",
    "tcp/22 pl-known",
    "tcp/22 pl-unknown",
    "tcp/443 192.168.0.0/00",
    "tcp/22 2001:db8::/32",
];

/// Entries without their numbers.
const ENTRIES: &[&str] = &[
    "allow -1 0.0.0.0/0",
    "allow -1 ::/0",
    "deny tcp/22 203.0.113.0/25",
    "deny tcp/443 10.0.1.0/24",
    "allow tcp/1024-65535 0.0.0.0/0",
    "allow tcp/443 0.0.0.0/0",
    "deny -1 192.168.0.0/16",
    "deny udp/1024-40000 0.0.0.0/0",
    "allow icmp/-1/-1 0.0.0.0/0",
    "deny -1 0.0.0.0/0",
];

const ROUTES: &[&str] = &[
    "203.0.113.0/24 pcx-pcx",
    "203.0.113.128/25 igw-v",
    "0.0.0.0/0 igw-v",
    "192.168.0.0/16 vgw-v",
    "10.1.0.0/16 tgw-t",
    "pl-known nat-n",
    "10.0.2.0/24 eni-p2",
    "::/0 igw-v",
];

const QUESTIONS: &[&str] = &[
    "internet > p1 tcp/22 port=any",
    "internet > p1 any port=any",
    "internet > q1 tcp/443 port=any",
    "p1 > q1 tcp/443 port=any",
    "q1 > p1 any port=any",
    "p1 > p2 tcp/22 port=any",
    "q1 > X tcp/443 port=any",
    "p1 > internet tcp port=any",
    "p1 > 198.51.100.11 tcp/22 port=any",
    "192.168.1.5 > q1 tcp/22 port=any",
    "p1 > 10.1.1.10 tcp/1024-65535 port=any",
    "10.1.1.10 > q1 tcp/443 port=any",
];

/// A lab that shows as what was changed in it.
#[derive(Clone)]
struct Varied {
    lab: Lab,
    words: String,
}

impl std::fmt::Debug for Varied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

/// A base topology with all that a question can be about.
fn base() -> impl Strategy<Value = (&'static str, Lab)> {
    let named = [("T0", Lab::t0()), ("T1", Lab::t1()), ("T3", Lab::t3()), ("T6", Lab::t6())];
    let labs: Vec<(&str, Lab)> = named
        .into_iter()
        .map(|(name, lab)| {
            let lab = lab
                .prefix_list("pl-known", "IPv4", Some(&["203.0.113.64/26", "10.0.2.0/24"]))
                .prefix_list("pl-unknown", "IPv4", None);
            (name, lab)
        })
        .collect();
    select(labs)
}

/// One of them with other rules, entries and routes.
fn lab() -> impl Strategy<Value = Varied> {
    let rules = || subsequence(RULES, 0..5);
    let entries = || subsequence(ENTRIES, 1..6).prop_shuffle();
    (
        base(),
        (rules(), rules(), rules()),
        (entries(), entries(), entries()),
        subsequence(ROUTES, 0..4),
    )
        .prop_map(|((name, lab), (p1, q1, out), (p_in, q_in, q_out), routes)| {
            let words = format!(
                "{name}, p1 in {p1:?}, q1 in {q1:?}, p1 out {out:?}, P in {p_in:?}, Q in {q_in:?}, \
                 Q out {q_out:?}, P routes {routes:?}"
            );
            let lab = lab
                .ingress("sg-p1", &p1)
                .ingress("sg-q1", &q1)
                .egress("sg-p1", &out)
                .acl_ingress("acl-p", &numbered(&p_in))
                .acl_ingress("acl-q", &numbered(&q_in))
                .acl_egress("acl-q", &numbered(&q_out));
            let lab = routes.into_iter().fold(lab, |lab, route| lab.route("rtb-p", route));
            Varied { lab, words }
        })
}

/// Entries 10, 20, 30 … in this order.
fn numbered(entries: &[&str]) -> Vec<&'static str> {
    let line = |(index, entry): (usize, &&str)| format!("{} {entry}", (index + 1) * 10);
    // Leaking keeps the strategies simple; a test run makes a few megabytes at most.
    entries.iter().enumerate().map(|it| &*line(it).leak()).collect()
}

fn compile(lab: &Lab) -> Network {
    Network::compile(lab.snapshot())
}

/// Nothing more for an answer whose ends a lab does not have.
fn trace(network: &Network, question: &str) -> Option<TraceAnswer> {
    try_ask(network, question).ok()
}

/// What gets through or may get through.
fn possible(answer: &TraceAnswer) -> HeaderSet {
    answer.passing.union(&answer.unknown)
}

fn shuffle<T>(list: &mut Option<Vec<T>>, order: &[Index]) {
    if let Some(list) = list {
        for (position, index) in (1..list.len()).zip(order.iter().cycle()) {
            list.swap(position, index.index(position + 1));
        }
    }
}

fn shuffle_region(region: &mut Region, order: &[Index]) {
    shuffle(&mut region.vpcs, order);
    shuffle(&mut region.subnets, order);
    shuffle(&mut region.network_interfaces, order);
    shuffle(&mut region.instances, order);
    shuffle(&mut region.security_groups, order);
    shuffle(&mut region.network_acls, order);
    shuffle(&mut region.route_tables, order);
    shuffle(&mut region.addresses, order);
    shuffle(&mut region.vpc_peering_connections, order);
    shuffle(&mut region.prefix_lists, order);
    shuffle(&mut region.managed_prefix_list_entries, order);
    for acl in region.network_acls.iter_mut().flatten() {
        let mut entries = Some(std::mem::take(&mut acl.entries));
        shuffle(&mut entries, order);
        acl.entries = entries.unwrap_or_default();
    }
    for table in region.route_tables.iter_mut().flatten() {
        let mut routes = Some(std::mem::take(&mut table.routes));
        shuffle(&mut routes, order);
        table.routes = routes.unwrap_or_default();
    }
    for group in region.security_groups.iter_mut().flatten() {
        let mut rules = Some(std::mem::take(&mut group.ip_permissions));
        shuffle(&mut rules, order);
        group.ip_permissions = rules.unwrap_or_default();
    }
}

/// The answer as bytes; empty when it has none.
fn json(network: &Network, question: &str) -> String {
    trace(network, question)
        .map(|answer| serde_json::to_string(&answer).unwrap())
        .unwrap_or_default()
}

/// Where two texts part.
fn difference(one: &str, other: &str) -> Option<String> {
    let at = one.bytes().zip(other.bytes()).position(|(a, b)| a != b);
    let at = at.or((one.len() != other.len()).then_some(one.len().min(other.len())))?;
    let around = |text: &str| {
        let bytes = text.as_bytes();
        let (from, to) = (at.saturating_sub(200), (at + 200).min(bytes.len()));
        String::from_utf8_lossy(&bytes[from..to]).into_owned()
    };
    Some(format!("{}\n{}", around(one), around(other)))
}

/// The two halves of a block; a single address has none.
fn halves(block: &str) -> Option<[String; 2]> {
    // `/00` is unreadable for reach and stays whole.
    let net: ipnet::Ipv4Net = block.parse().ok().filter(|_| !block.ends_with("/00"))?;
    let mut halves = net.subnets(net.prefix_len() + 1).ok()?;
    Some([halves.next()?.to_string(), halves.next()?.to_string()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_more_never_shrinks(Varied { lab, .. } in lab(), rule in select(RULES), group in select(&["sg-p1", "sg-q1"][..])) {
        let before = compile(&lab);
        let after = compile(&lab.clone().group(group, |group| {
            group.ip_permissions.push(reach_testkit::topology::permission(rule));
        }));
        for question in QUESTIONS {
            let (Some(before), Some(after)) = (trace(&before, question), trace(&after, question)) else { continue };
            prop_assert!(before.passing.is_subset(&after.passing), "{question}");
            prop_assert!(possible(&before).is_subset(&possible(&after)), "{question}");
        }
    }

    #[test]
    fn a_deny_more_never_grows(
        Varied { lab, .. } in lab(),
        number in 0_i32..7,
        block in select(&["0.0.0.0/0", "10.0.1.0/24", "203.0.113.0/24"][..]),
        egress in any::<bool>(),
    ) {
        let before = compile(&lab);
        let after = compile(&lab.clone().acl("acl-q", |acl| {
            acl.entries.push(reach_core::snapshot::NetworkAclEntry {
                rule_number: number * 10 + 5,
                protocol: "-1".into(),
                rule_action: "deny".into(),
                egress,
                cidr_block: Some(block.into()),
                ..reach_core::snapshot::NetworkAclEntry::default()
            });
        }));
        for question in QUESTIONS {
            let (Some(before), Some(after)) = (trace(&before, question), trace(&after, question)) else { continue };
            prop_assert!(after.passing.is_subset(&before.passing), "{question}");
            prop_assert!(possible(&after).is_subset(&possible(&before)), "{question}");
        }
    }

    #[test]
    fn order_means_nothing(Varied { lab, .. } in lab(), order in prop::collection::vec(any::<Index>(), 12)) {
        let network = compile(&lab);
        let mut snapshot = lab.snapshot();
        snapshot.regions.iter_mut().for_each(|region| shuffle_region(region, &order));
        let shuffled = Network::compile(snapshot);
        prop_assert_eq!(network.diagnostics(), shuffled.diagnostics());
        for question in QUESTIONS {
            let (one, other) = (json(&network, question), json(&shuffled, question));
            prop_assert_eq!(difference(&one, &other), None, "{}", question);
        }
    }

    #[test]
    fn a_flow_agrees_with_the_set(
        Varied { lab, .. } in lab(),
        last in select(&[0_u8, 5, 63, 64, 127, 128, 255][..]),
        port in select(&[1024_u16, 1025, 32767, 40000, 40001, 50000, 65535][..]),
        to in select(&[22_u16, 21, 443, 80][..]),
    ) {
        let network = compile(&lab);
        let source = format!("203.0.113.{last}");
        let pairs = [
            ("internet > p1 any port=any".to_owned(), format!("{source} > 198.51.100.10 tcp/{to} port={port}"), source.as_str(), "198.51.100.10"),
            ("p1 > q1 any port=any".to_owned(), format!("10.0.1.10 > 10.0.2.10 tcp/{to} port={port}"), "10.0.1.10", "10.0.2.10"),
            ("q1 > internet any port=any".to_owned(), format!("10.0.2.10 > {source} tcp/{to} port={port}"), "10.0.2.10", source.as_str()),
        ];
        for (set, flow, from, destination) in pairs {
            let (set, flow) = (ask(&network, &set), ask(&network, &flow));
            let header = Header {
                source: from.parse().unwrap(),
                destination: destination.parse().unwrap(),
                l4: L4::Tcp { source: port, destination: to },
            };
            let expected = if set.passing.contains(&header) {
                Verdict::Reachable
            } else if set.unknown.contains(&header) {
                Verdict::Unknown
            } else {
                Verdict::NotReachable
            };
            prop_assert_eq!(flow.verdict, expected, "{}", header);
        }
    }

    #[test]
    fn a_block_is_its_two_halves(Varied { lab, .. } in lab()) {
        let network = compile(&lab);
        let split = compile(&lab.clone().with(|region| {
            let groups = region.security_groups.iter_mut().flatten();
            let rules = groups.flat_map(|group| group.ip_permissions.iter_mut().chain(&mut group.ip_permissions_egress));
            for rule in rules {
                rule.ip_ranges = rule.ip_ranges.iter().flat_map(|range| match halves(&range.cidr_ip) {
                    Some(halves) => halves.map(|cidr_ip| IpRange { cidr_ip, description: None }).to_vec(),
                    None => vec![range.clone()],
                }).collect();
            }
        }));
        for question in QUESTIONS {
            let (Some(whole), Some(halves)) = (trace(&network, question), trace(&split, question)) else { continue };
            prop_assert_eq!(whole.verdict, halves.verdict, "{}", question);
            prop_assert_eq!(whole.passing, halves.passing, "{}", question);
            prop_assert_eq!(whole.unknown, halves.unknown, "{}", question);
        }
    }
}

/// Two accounts' Regions in one snapshot, in either order; each sees the peering connection.
#[test]
fn the_order_of_regions_means_nothing() {
    let mut ours = Lab::t1().snapshot().regions.remove(0);
    let mut theirs = Region { account: Some("222222222222".into()), ..Region::default() };
    theirs.vpc_peering_connections.clone_from(&ours.vpc_peering_connections);
    theirs.vpcs = ours.vpcs.as_mut().map(|vpcs| vpcs.split_off(1));
    theirs.network_interfaces = Some(Vec::new());
    theirs.route_tables = Some(Vec::new());
    let one = Network::compile(Snapshot { regions: vec![ours.clone(), theirs.clone()] });
    let other = Network::compile(Snapshot { regions: vec![theirs, ours] });
    assert_eq!(one.diagnostics(), other.diagnostics());
    for question in QUESTIONS {
        assert_eq!(json(&one, question), json(&other, question), "{question}");
    }
}
