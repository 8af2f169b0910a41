//! One text to another: the text alone decides, so that the same name is replaced by the same
//! wherever it stands.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::IpNet;

use super::address::Addresses;
use super::key::Key;
use crate::place::{is_account, is_region, region_of_zone};

/// Words of AWS's own that answers consist of, and no one's names.
static VOCABULARY: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let generated = include_str!("../../shapes/vocabulary.txt").lines();
    generated.filter(|line| !line.starts_with('#')).chain(WORDS.iter().copied()).collect()
});

/// Words of answers that the service models have as plain text, sorted.
const WORDS: &[&str] = &[
    "AWS",
    "Name",
    "VpcLattice",
    "all",
    "amazon-aws",
    "amazon-elb",
    "aws-managed",
    "dualstack",
    "icmp",
    "icmpv6",
    "local",
    "none",
    "off",
    "on",
    "peering",
    "propagated",
    "public",
    "self",
    "ssl",
    "true",
    "false",
    "tcp",
    "udp",
    "use_load_balancer_configuration",
    "vpc",
    "vpn",
    "classic",
    "internal",
    "internet-facing",
    "HTTP",
    "HTTPS",
    "InService",
    "OutOfService",
    "Unknown",
    "SSL",
    "ANY",
    "forward",
    "private",
    "transit",
    "block-bidirectional",
    "block-ingress",
    "provisioning",
    "active",
    "expired",
    "failed",
    "rejected",
    "deleted",
    "pending-acceptance",
    "interface",
    "natGateway",
    "nat_gateway",
    "lambda",
    "trunk",
    "quicksight",
    "amazon-rds",
    "ENABLED",
    "DISABLED",
    "ipv4",
    "ipv6",
    "IPv4",
    "IPv6",
    "N/A",
    "ELB",
];

/// What ids begin with, longest first where one begins with another.
const ID_PREFIXES: &[&str] = &[
    "subnet-cidr-assoc",
    "vpc-cidr-assoc",
    "vpce-svc-perm",
    "vpc-bpa-excl",
    "transit-gateway-attachment",
    "tgw-attach",
    "tgw-rtb",
    "eni-attach",
    "ela-attach",
    "eipassoc",
    "eipalloc",
    "rtbassoc",
    "aclassoc",
    "vpce-svc",
    "vpce",
    "vpcec",
    "vpcbpa",
    "bpa",
    "subnet",
    "fleet",
    "cagw",
    "dxgw",
    "dxvif",
    "dxcon",
    "dxpeer",
    "dxlag",
    "lgw-rtb",
    "lgw",
    "eigw",
    "igw",
    "nat",
    "pcx",
    "vgw",
    "vpn",
    "cgw",
    "tgw",
    "pl",
    "sgr",
    "sg",
    "acl",
    "rtb",
    "eni",
    "eice",
    "vpc",
    "ami",
    "aki",
    "ari",
    "lt",
    "vol",
    "snap",
    "dopt",
    "op",
    "rm",
    "key",
    "ipam-pool",
    "ipam",
    "r",
    "i",
];

/// Stands for every time.
const MOMENT: &str = "2000-01-01T00:00:00.000Z";

/// The replacement of a text.
pub(crate) fn word(key: &Key, addresses: &Addresses, text: &str) -> String {
    let number = text.strip_prefix('-').unwrap_or(text);
    if is_account(text) {
        return account(key, text);
    }
    if number.len() < 12
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'*')
        && number.parse::<IpAddr>().is_err()
        || VOCABULARY.contains(text)
        || text.starts_with("aws:")
        || is_region(text)
        || region_of_zone(text).is_some()
    {
        return text.to_owned();
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return addresses.address(key, address).to_string();
    }
    if let Ok(net) = text.parse::<IpNet>() {
        return addresses.net(key, net).to_string();
    }
    if is_time(text) {
        return MOMENT.to_owned();
    }
    if text.starts_with("arn:") {
        return arn(key, addresses, text);
    }
    if let Some(id) = id(key, text) {
        return id;
    }
    if let Some(rest) = text.strip_prefix("ELB ") {
        return format!("ELB {}", balancer_label(key, addresses, rest));
    }
    if text.starts_with("app/") || text.starts_with("net/") || text.starts_with("gwy/") {
        return balancer_label(key, addresses, text);
    }
    if text.starts_with("com.amazonaws.") || text.starts_with("cn.com.amazonaws.") {
        let parts = text.split('.').map(|part| id(key, part).unwrap_or_else(|| part.to_owned()));
        return parts.collect::<Vec<_>>().join(".");
    }
    if let Some(rest) = text.strip_prefix("dualstack.") {
        return format!("dualstack.{}", name(key, rest));
    }
    if is_uuid(text) {
        let hex = key.hex("uuid", text, 32);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
        return parts.join("-");
    }
    name(key, text)
}

/// A name that says nothing.
pub(crate) fn name(key: &Key, text: &str) -> String {
    format!("x{}", key.hex("name", text, 12))
}

fn account(key: &Key, text: &str) -> String {
    let hash = key.hash("account", &[text.as_bytes()]);
    hash.iter().take(12).map(|byte| char::from(b'0' + byte % 10)).collect()
}

/// What begins as an id does keeps that, and its length where that is an id's.
pub(crate) fn id(key: &Key, text: &str) -> Option<String> {
    let tail = |prefix: &&&str| text.strip_prefix(**prefix)?.strip_prefix('-');
    let prefix = ID_PREFIXES.iter().find(|prefix| {
        tail(prefix).is_some_and(|tail| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            !tail.is_empty() && tail.bytes().all(fits)
        })
    })?;
    let tail = tail(&prefix)?;
    let real = matches!(tail.len(), 8 | 17) && tail.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = if real { tail.len() } else { 17 };
    Some(format!("{prefix}-{}", key.hex("id", text, digits)))
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`; the first word of the resource is its type.
fn arn(key: &Key, addresses: &Addresses, text: &str) -> String {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else {
        return name(key, text);
    };
    if *account == "aws-managed" || *account == "aws" {
        return text.to_owned();
    }
    let account = if is_account(account) { self::account(key, account) } else { String::new() };
    let resource = match (*service, resource.split_once('/')) {
        ("elasticloadbalancing", Some((kind, rest))) => {
            format!("{kind}/{}", balancer_label(key, addresses, rest))
        }
        _ => {
            let mut first = true;
            let mut out = String::new();
            for part in resource.split_inclusive(['/', ':']) {
                let end = part.trim_end_matches(['/', ':']);
                let separator = part.get(end.len()..).unwrap_or_default();
                if std::mem::take(&mut first) && !separator.is_empty() {
                    out.push_str(end);
                } else {
                    out.push_str(&word(key, addresses, end));
                }
                out.push_str(separator);
            }
            out
        }
    };
    format!("{arn}:{partition}:{service}:{region}:{account}:{resource}")
}

/// What stands in an ARN of Elastic Load Balancing behind the type: `app/NAME/HEX…`, `NAME/HEX` or,
/// of a Classic Load Balancer, `NAME`.
fn balancer_label(key: &Key, addresses: &Addresses, text: &str) -> String {
    let mut parts = text.split('/').peekable();
    let mut out = Vec::new();
    if let Some(kind) = parts.next_if(|part| matches!(*part, "app" | "net" | "gwy")) {
        out.push(kind.to_owned());
    }
    out.extend(parts.next().map(|it| word(key, addresses, it)));
    out.extend(parts.map(|hex| key.hex("hex", hex, hex.len().clamp(16, 64))));
    out.join("/")
}

fn is_time(text: &str) -> bool {
    let shape = text.bytes().take(11).map(|b| if b.is_ascii_digit() { b'0' } else { b });
    shape.eq(*b"0000-00-00T")
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> String {
        word(&Key::of(b"k"), &Addresses::new(), text)
    }

    #[test]
    fn words_of_aws_stay() {
        for text in [
            "running",
            "tcp",
            "-1",
            "443",
            "local",
            "eu-west-1",
            "us-west-2-lax-1a",
            "default",
            "com.amazonaws.eu-west-1.s3",
            "aws:pass",
            "amazon",
            "internet-facing",
            "",
            "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/BotNet",
        ] {
            assert_eq!(replaced(text), text);
        }
    }

    #[test]
    fn names_go_and_keep_their_kind() {
        let id = replaced("vpc-0123456789abcdef0");
        assert!(id.starts_with("vpc-") && id.len() == 21 && id != "vpc-0123456789abcdef0");
        assert!(replaced("tgw-rtb-12345678").starts_with("tgw-rtb-"));
        assert_eq!(replaced("i-1").len(), "i-".len() + 17);
        assert_eq!(replaced("111122223333").len(), 12);
        assert!(is_account(&replaced("111122223333")));
        assert!(replaced("payroll").starts_with('x'));
        assert_eq!(replaced("2026-01-01T10:00:00+00:00"), MOMENT);
        assert!(replaced("com.amazonaws.vpce.eu-west-1.vpce-svc-0123").contains("vpce-svc-"));
        assert!(is_uuid(&replaced("5f294f92-bafb-4011-916d-9b0bec4ac3d4")));
    }

    #[test]
    fn arns_are_made_of_the_same_parts() {
        let account = replaced("111122223333");
        let of = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
        let balancer = replaced(&format!("{of}:loadbalancer/app/web/50dc6c495c0c9188"));
        let name = replaced("web");
        let start = format!("arn:aws:elasticloadbalancing:eu-west-1:{account}");
        assert!(balancer.starts_with(&format!("{start}:loadbalancer/app/{name}/")));
        let listener =
            replaced(&format!("{of}:listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65"));
        let tail = balancer.rsplit(':').next().unwrap().replace("loadbalancer", "listener");
        assert!(listener.starts_with(&format!("{start}:{tail}/")), "{listener}");
        let label = replaced("ELB app/web/50dc6c495c0c9188");
        assert!(balancer.ends_with(label.strip_prefix("ELB ").unwrap()));
        assert_eq!(replaced("ELB web"), format!("ELB {name}"));
        let vpc = replaced("vpc-0123456789abcdef0");
        let arn = replaced("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0123456789abcdef0");
        assert_eq!(arn, format!("arn:aws:ec2:eu-west-1:{account}:vpc/{vpc}"));
    }
}
