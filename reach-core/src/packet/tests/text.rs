use super::super::{Header, HeaderSet, IcmpSet, IpSet, L4, PortSet, Protocol, Traffic};
use super::{addr, net};

fn parse(text: &str) -> Traffic {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn traffic_reads_and_prints() {
    let cases = [
        ("any", "all traffic"),
        ("tcp", "tcp"),
        ("tcp/22", "tcp 22"),
        ("TCP/22", "tcp 22"),
        ("tcp/80-443", "tcp 80-443"),
        ("tcp/0-65535", "tcp"),
        ("udp/53", "udp 53"),
        ("udp/53-53", "udp 53"),
        ("icmp", "icmp"),
        ("icmp/8", "icmp echo-request"),
        ("icmp/8/0", "icmp echo-request/0"),
        ("icmp/echo-request", "icmp echo-request"),
        ("icmp/destination-unreachable/4", "icmp destination-unreachable/4"),
        ("icmp/200", "icmp 200"),
        ("icmpv6", "icmpv6"),
        ("icmpv6/128/0", "icmpv6 echo-request/0"),
        ("icmpv6/echo-request", "icmpv6 echo-request"),
        ("icmpv6/8", "icmpv6 8"),
        ("proto/50", "esp"),
        ("esp", "esp"),
        ("proto/253", "proto/253"),
        ("proto/6", "tcp"),
        ("proto/17", "udp"),
        ("proto/1", "icmp"),
        ("proto/58", "icmpv6"),
    ];
    for (text, printed) in cases {
        assert_eq!(parse(text).to_string(), printed, "{text}");
    }
    assert_eq!(parse("proto/6"), Traffic::all_tcp());
    assert_eq!(parse("icmp/3/4"), Traffic::icmp(&IcmpSet::of_type_code(3, 4)));
}

#[test]
fn what_is_wrong_with_traffic() {
    let cases = [
        ("", "no protocol"),
        ("tpc/22", "unknown protocol `tpc`"),
        ("tcp/", "port `` is not a number from 0 to 65535"),
        ("tcp/65536", "port `65536` is not a number from 0 to 65535"),
        ("tcp/+22", "port `+22` is not a number from 0 to 65535"),
        ("tcp/22/", "port `22/` is not a number from 0 to 65535"),
        ("tcp/443-80", "the range starts at 443 and ends before it, at 80"),
        ("tcp/-80", "port `` is not a number from 0 to 65535"),
        ("icmp/256", "type `256` is not a number from 0 to 255"),
        ("icmp/8/256", "code `256` is not a number from 0 to 255"),
        ("icmp/8/0/0", "code `0/0` is not a number from 0 to 255"),
        ("icmp/packet-too-big", "icmp has no type called `packet-too-big`"),
        ("proto", "no protocol number"),
        ("proto/256", "protocol `256` is not a number from 0 to 255"),
        ("esp/1", "`esp` has no ports or types"),
        ("any/1", "`any` has no ports or types"),
        (" tcp", "unknown protocol ` tcp`"),
        ("\u{1b}[31m", "unknown protocol `\\u{1b}[31m`"),
    ];
    for (text, reason) in cases {
        let error = text.parse::<Traffic>().unwrap_err();
        assert_eq!(error.reason(), reason, "{text}");
        assert_eq!(error.text(), text);
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("`{}`: {reason}; expected `any`", text.escape_debug()))
        );
        assert!(!message.contains(|c: char| c.is_control()));
    }
}

#[test]
fn traffic_for_people() {
    let web = Traffic::tcp(&PortSet::from_ranges([(22, 22), (80, 443)]));
    let mixed = web.union(&parse("icmp/echo-request"));
    assert_eq!(mixed.to_string(), "tcp 22, 80-443; icmp echo-request");
    assert_eq!(serde_json::to_string(&mixed).unwrap(), r#""tcp 22, 80-443; icmp echo-request""#);
    assert_eq!(Traffic::none().to_string(), "none");
    let client = parse("tcp/22").from_source_ports(&PortSet::ephemeral());
    assert_eq!(client.to_string(), "tcp 22 (source ports 1024-65535)");
    assert_eq!(client.reply().to_string(), "tcp 1024-65535 (source ports 22)");
    assert_eq!(
        client.union(&parse("tcp/80")).to_string(),
        "tcp 80 (source ports 0-1023); tcp 22, 80 (source ports 1024-65535)"
    );
    assert_eq!(parse("udp/53").reply().to_string(), "udp (source ports 53)");
    assert_eq!(parse("tcp").complement().to_string(), "udp; icmp; icmpv6; other protocols");
    let some = Traffic::union_all([47, 50, 51, 253, 254].map(|n| Traffic::protocol(Protocol(n))));
    assert_eq!(some.to_string(), "gre, esp, ah, proto/253-254");
}

#[test]
fn ports_for_people() {
    assert_eq!(PortSet::all().to_string(), "0-65535");
    assert_eq!(PortSet::empty().to_string(), "none");
    assert_eq!(PortSet::from_ranges([(80, 443), (22, 22)]).to_string(), "22, 80-443");
    assert_eq!(PortSet::ephemeral().to_string(), "1024-65535");
    assert!(PortSet::range(2, 1).is_empty());
}

#[test]
fn messages_for_people() {
    let v4 = |set: &IcmpSet| set.display(Protocol::ICMP).to_string();
    let v6 = |set: &IcmpSet| set.display(Protocol::ICMPV6).to_string();
    assert_eq!(v4(&IcmpSet::of_type(8)), "echo-request");
    assert_eq!(v6(&IcmpSet::of_type(128)), "echo-request");
    assert_eq!(v4(&IcmpSet::of_type_code(3, 4)), "destination-unreachable/4");
    assert_eq!(v4(&IcmpSet::all()), "all");
    assert_eq!(v4(&IcmpSet::empty()), "none");
    assert_eq!(v4(&IcmpSet::of_type(8).complement()), "0-7, 9-255");
    assert_eq!(
        v4(&IcmpSet::of_type_code(3, 4).complement()),
        "0-2, destination-unreachable/0-3, destination-unreachable/5-255, 4-255"
    );
    let echoes = IcmpSet::of_type(128).union(&IcmpSet::of_type(129));
    assert_eq!(v6(&echoes), "echo-request, echo-reply");
    assert_eq!(v4(&echoes), "128-129");
    let across = IcmpSet::of_type_code(7, 255).union(&IcmpSet::of_type_code(8, 0));
    assert_eq!(v4(&across), "7/255, echo-request/0");
    assert_eq!(across.to_string(), "7/255, 8/0");
}

#[test]
fn protocols_have_names_both_ways() {
    for number in 0..=u8::MAX {
        let protocol = Protocol(number);
        assert_eq!(protocol.number(), number);
        match protocol.name() {
            Some(name) => {
                assert_eq!(Protocol::from_name(name), Some(protocol));
                assert_eq!(parse(name), Traffic::protocol(protocol));
            }
            None => assert_eq!(protocol.to_string(), format!("proto/{number}")),
        }
    }
}

#[test]
fn headers_for_people() {
    let header = |source: &str, destination: &str, l4| {
        let (source, destination) = (addr(source), addr(destination));
        Header { source, destination, l4 }.to_string()
    };
    let ssh = L4::Tcp { source: 40000, destination: 22 };
    assert_eq!(header("10.0.0.1", "10.0.0.2", ssh), "tcp 10.0.0.1:40000 -> 10.0.0.2:22");
    assert_eq!(header("::1", "::2", ssh), "tcp [::1]:40000 -> [::2]:22");
    let ping = L4::Icmpv6 { kind: 128, code: 0 };
    assert_eq!(header("::1", "::2", ping), "icmpv6 ::1 -> ::2 echo-request/0");
    assert_eq!(header("10.0.0.1", "10.0.0.2", L4::Other(50)), "esp 10.0.0.1 -> 10.0.0.2");
    assert_eq!(ping.to_string(), "icmpv6 echo-request/0");
    assert_eq!(L4::Other(253).to_string(), "proto/253");
}

#[test]
fn header_sets_for_people_and_programs() {
    assert_eq!(HeaderSet::empty().to_string(), "none");
    assert_eq!(HeaderSet::all().to_string(), "0.0.0.0/0, ::/0 -> 0.0.0.0/0, ::/0: all traffic");
    let host = IpSet::from_addr(addr("10.1.2.3"));
    let office = IpSet::from_net(net("203.0.113.0/24"));
    let set = HeaderSet::product(&IpSet::all_v4(), &host, &parse("tcp/443"))
        .union(&HeaderSet::product(&office, &host, &parse("tcp/22")));
    assert_eq!(
        set.restrict_sources(&office).to_string(),
        "203.0.113.0/24 -> 10.1.2.3: tcp 22, 443"
    );
    let json = serde_json::to_value(set.restrict_sources(&office)).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{
            "sources": ["203.0.113.0/24"],
            "destinations": ["10.1.2.3/32"],
            "traffic": "tcp 22, 443",
        }])
    );
    assert_eq!(serde_json::to_string(&HeaderSet::empty()).unwrap(), "[]");
}
