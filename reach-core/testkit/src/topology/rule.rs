//! Rules from one line of text.

use reach_core::snapshot::{
    IcmpTypeCode, IpPermission, IpRange, Ipv6Range, NetworkAclEntry, PortRange, PrefixListId,
    UserIdGroupPair,
};

/// Protocol and the two numbers after it: ports, or ICMP type and code.
struct Matched {
    protocol: String,
    numbers: Option<(i32, i32)>,
}

/// `tcp/22`, `tcp/80-90`, `icmp/8/-1`, `50`, `-1`.
#[expect(clippy::panic, reason = "a test with an unreadable rule is wrong")]
fn matched(text: &str) -> Matched {
    let number = |text: &str| -> i32 {
        text.parse().unwrap_or_else(|_| panic!("{text:?} is no number of a rule"))
    };
    let (protocol, rest) = match text.split_once('/') {
        Some((protocol, rest)) => (protocol, Some(rest)),
        None => (text, None),
    };
    let numbers = rest.map(|rest| {
        let pair = if protocol.starts_with("icmp") || matches!(protocol, "1" | "58") {
            rest.split_once('/').unwrap_or((rest, "-1"))
        } else {
            rest.split_once('-').unwrap_or((rest, rest))
        };
        (number(pair.0), number(pair.1))
    });
    Matched { protocol: protocol.to_owned(), numbers }
}

#[expect(clippy::panic, reason = "a test with an unreadable rule is wrong")]
pub(super) fn permission(text: &str) -> IpPermission {
    let Some((traffic, peer)) = text.split_once(' ') else {
        panic!("{text:?} is no `TRAFFIC PEER`");
    };
    let Matched { protocol, numbers } = matched(traffic);
    let mut permission = IpPermission {
        ip_protocol: protocol,
        from_port: numbers.map(|(from, _)| from),
        to_port: numbers.map(|(_, to)| to),
        ..IpPermission::default()
    };
    if peer.starts_with("sg-") {
        let pair = UserIdGroupPair {
            group_id: Some(peer.to_owned()),
            user_id: Some(super::ACCOUNT.to_owned()),
            ..UserIdGroupPair::default()
        };
        permission.user_id_group_pairs = vec![pair];
    } else if peer.starts_with("pl-") {
        let list = PrefixListId { prefix_list_id: peer.to_owned(), description: None };
        permission.prefix_list_ids = vec![list];
    } else if peer.contains(':') {
        permission.ipv6_ranges = vec![Ipv6Range { cidr_ipv6: peer.to_owned(), description: None }];
    } else if peer != "nobody" {
        permission.ip_ranges = vec![IpRange { cidr_ip: peer.to_owned(), description: None }];
    }
    permission
}

/// `100 allow tcp/22 10.0.0.0/8`.
#[expect(clippy::panic, reason = "a test with an unreadable entry is wrong")]
pub(super) fn entry(text: &str, egress: bool) -> NetworkAclEntry {
    let words: Vec<&str> = text.split(' ').collect();
    let [number, action, traffic, block] = words.as_slice() else {
        panic!("{text:?} is no `NUMBER ACTION TRAFFIC BLOCK`");
    };
    let Matched { protocol, numbers } = matched(traffic);
    // The API prints numbers, never names.
    let protocol = match protocol.as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        _ => protocol,
    };
    let icmp = matches!(protocol.as_str(), "1" | "58");
    let v6 = block.contains(':');
    NetworkAclEntry {
        rule_number: number.parse().unwrap_or_else(|_| panic!("{number:?} is no rule number")),
        port_range: numbers.filter(|_| !icmp).map(|(from, to)| PortRange { from, to }),
        icmp_type_code: numbers
            .filter(|_| icmp)
            .map(|(kind, code)| IcmpTypeCode { r#type: kind, code }),
        protocol,
        rule_action: (*action).to_owned(),
        egress,
        cidr_block: (!v6).then(|| (*block).to_owned()),
        ipv6_cidr_block: v6.then(|| (*block).to_owned()),
    }
}
