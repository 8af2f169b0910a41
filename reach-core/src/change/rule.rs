//! The one matcher between the two forms of a security group's rules: a peer of an
//! [`IpPermission`] and a [`SecurityGroupRule`] that say the same become equal [`Rule`]s.

use std::fmt;

use ipnet::{Ipv4Net, Ipv6Net};

use super::error::{Fault, tick};
use super::protocol::{Protocol, icmp_type_code, port_range};
use crate::snapshot::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ReferencedGroupInfo, SecurityGroupRule,
    UserIdGroupPair,
};

/// What EC2 tells two rules of one group apart by. Descriptions and tags do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    pub(super) egress: bool,
    pub(super) ports: Ports,
    pub(super) peer: Peer,
}

impl Rule {
    pub(super) fn of(rule: &SecurityGroupRule) -> Self {
        Self {
            egress: rule.is_egress,
            ports: Ports::read(&rule.ip_protocol, rule.from_port, rule.to_port),
            peer: Peer::of(rule),
        }
    }

    /// One rule per peer of the permission.
    pub(super) fn all(permission: &IpPermission, egress: bool) -> impl Iterator<Item = Self> {
        let ports = Ports::of(permission);
        let ipv4 = permission.ip_ranges.iter().map(Peer::ipv4);
        let ipv6 = permission.ipv6_ranges.iter().map(Peer::ipv6);
        let lists = permission.prefix_list_ids.iter().map(Peer::prefix_list);
        let groups = permission.user_id_group_pairs.iter().map(Peer::group);
        let peers = ipv4.chain(ipv6).chain(lists).chain(groups);
        peers.map(move |peer| Self { egress, ports: ports.clone(), peer })
    }

    pub(super) fn direction(&self) -> &'static str {
        direction(self.egress)
    }
}

pub(super) fn direction(egress: bool) -> &'static str {
    if egress { "egress" } else { "ingress" }
}

/// Such as "ingress tcp 22 for `0.0.0.0/0`".
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} for {}", self.direction(), self.ports, tick(self.peer.text().as_str()))
    }
}

/// Keeps the peers of a permission for which `keep` says so; it may change their descriptions.
pub(super) fn retain_peers(
    permission: &mut IpPermission,
    egress: bool,
    mut keep: impl FnMut(&Rule, &mut Option<String>) -> bool,
) {
    let ports = Ports::of(permission);
    let mut keep = |peer: Peer, description: &mut Option<String>| {
        keep(&Rule { egress, ports: ports.clone(), peer }, description)
    };
    permission.ip_ranges.retain_mut(|it| keep(Peer::ipv4(it), &mut it.description));
    permission.ipv6_ranges.retain_mut(|it| keep(Peer::ipv6(it), &mut it.description));
    permission.prefix_list_ids.retain_mut(|it| keep(Peer::prefix_list(it), &mut it.description));
    permission.user_id_group_pairs.retain_mut(|it| keep(Peer::group(it), &mut it.description));
}

/// How many peers a permission has.
pub(super) fn n_peers(permission: &IpPermission) -> usize {
    [
        permission.ip_ranges.len(),
        permission.ipv6_ranges.len(),
        permission.prefix_list_ids.len(),
        permission.user_id_group_pairs.len(),
    ]
    .iter()
    .sum()
}

/// Protocol and ports, or ICMP type and code, equal however they were written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ports {
    protocol: Protocol,
    from: Option<i32>,
    to: Option<i32>,
}

impl Ports {
    pub(super) fn of(permission: &IpPermission) -> Self {
        Self::read(&permission.ip_protocol, permission.from_port, permission.to_port)
    }

    /// As a snapshot has it: never fails.
    fn read(protocol: &str, from: Option<i32>, to: Option<i32>) -> Self {
        let protocol = Protocol::read(protocol);
        let (from, to) = if protocol.has_ports() {
            (from, to)
        } else if protocol.is_icmp() {
            match from {
                None | Some(-1) => (Some(-1), Some(-1)),
                _ => (from, Some(to.unwrap_or(-1))),
            }
        } else {
            (None, None)
        };
        Self { protocol, from, to }
    }

    /// As a request has it: what EC2 would not take is refused.
    pub(super) fn request(
        protocol: &str,
        from: Option<i32>,
        to: Option<i32>,
    ) -> Result<Self, Fault> {
        let read = Protocol::request(protocol)?;
        if read.has_ports() {
            let (Some(from), Some(to)) = (from, to) else {
                let message = format!("{read} needs both `FromPort` and `ToPort`");
                return Err(Fault::value(message));
            };
            port_range(from, to)?;
        } else if read.is_icmp() {
            match (from, to) {
                (Some(r#type), Some(code)) => icmp_type_code(r#type, code)?,
                (None, None) if read == Protocol::ICMPV6 => {}
                _ => {
                    return Err(Fault::value(format!(
                        "{read} needs a type in `FromPort` and a code in `ToPort`"
                    )));
                }
            }
        }
        Ok(Self::read(protocol, from, to))
    }

    /// The texts that an id is derived from.
    pub(super) fn parts(&self) -> [String; 3] {
        let text = |port: Option<i32>| port.map_or_else(String::new, |port| port.to_string());
        [self.protocol.to_string(), text(self.from), text(self.to)]
    }

    /// As `describe-security-groups` prints it, without peers.
    pub(super) fn permission(&self) -> IpPermission {
        IpPermission {
            ip_protocol: self.protocol.to_string(),
            from_port: self.from,
            to_port: self.to,
            ..IpPermission::default()
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.protocol {
            Protocol::All => f.write_str("all protocols")?,
            Protocol::Unreadable(text) => f.write_str(&tick(text))?,
            Protocol::Number(_) if self.from.is_none() && self.to.is_none() => {
                write!(f, "protocol {}", self.protocol)?;
            }
            Protocol::Number(_) => write!(f, "{}", self.protocol)?,
        }
        match (self.from, self.to) {
            (Some(r#type), Some(code)) if self.protocol.is_icmp() => {
                write!(f, " type {type} code {code}")
            }
            (Some(from), Some(to)) if from == to => write!(f, " {from}"),
            (Some(from), Some(to)) => write!(f, " {from}-{to}"),
            (Some(port), None) | (None, Some(port)) => write!(f, " {port}"),
            (None, None) => Ok(()),
        }
    }
}

/// The other side of a rule, equal however it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Peer {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    PrefixList(String),
    Group(String),
    /// Text in the snapshot that is no peer; equal to itself only.
    Unreadable(String),
}

impl Peer {
    fn ipv4(range: &IpRange) -> Self {
        Self::read_ipv4(&range.cidr_ip)
    }

    fn ipv6(range: &Ipv6Range) -> Self {
        Self::read_ipv6(&range.cidr_ipv6)
    }

    fn prefix_list(list: &PrefixListId) -> Self {
        Self::PrefixList(list.prefix_list_id.clone())
    }

    fn group(pair: &UserIdGroupPair) -> Self {
        match (&pair.group_id, &pair.group_name) {
            (Some(id), _) => Self::Group(id.clone()),
            (None, name) => Self::Unreadable(name.clone().unwrap_or_default()),
        }
    }

    fn of(rule: &SecurityGroupRule) -> Self {
        if let Some(cidr) = &rule.cidr_ipv4 {
            Self::read_ipv4(cidr)
        } else if let Some(cidr) = &rule.cidr_ipv6 {
            Self::read_ipv6(cidr)
        } else if let Some(id) = &rule.prefix_list_id {
            Self::PrefixList(id.clone())
        } else if let Some(id) =
            rule.referenced_group_info.as_ref().and_then(|it| it.group_id.as_ref())
        {
            Self::Group(id.clone())
        } else {
            Self::Unreadable(String::new())
        }
    }

    fn read_ipv4(text: &str) -> Self {
        text.parse::<Ipv4Net>()
            .map_or_else(|_| Self::Unreadable(text.to_owned()), |net| Self::Ipv4(net.trunc()))
    }

    fn read_ipv6(text: &str) -> Self {
        text.parse::<Ipv6Net>()
            .map_or_else(|_| Self::Unreadable(text.to_owned()), |net| Self::Ipv6(net.trunc()))
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Ipv4(net) => net.to_string(),
            Self::Ipv6(net) => net.to_string(),
            Self::PrefixList(text) | Self::Group(text) | Self::Unreadable(text) => text.clone(),
        }
    }
}

/// A rule to write, with what does not tell it apart from others.
#[derive(Debug, Clone)]
pub(super) struct NewRule {
    pub(super) rule: Rule,
    pub(super) id: String,
    pub(super) description: Option<String>,
    /// What is known of the group that the rule refers to.
    pub(super) pair: UserIdGroupPair,
}

impl NewRule {
    /// Adds the rule's peer to a permission that has its protocol and ports.
    pub(super) fn push_to(&self, permission: &mut IpPermission) {
        let description = self.description.clone();
        match &self.rule.peer {
            Peer::Ipv4(net) => {
                permission.ip_ranges.push(IpRange { cidr_ip: net.to_string(), description });
            }
            Peer::Ipv6(net) => {
                permission.ipv6_ranges.push(Ipv6Range { cidr_ipv6: net.to_string(), description });
            }
            Peer::PrefixList(id) => permission
                .prefix_list_ids
                .push(PrefixListId { prefix_list_id: id.clone(), description }),
            Peer::Group(id) => permission.user_id_group_pairs.push(UserIdGroupPair {
                group_id: Some(id.clone()),
                description,
                ..self.pair.clone()
            }),
            Peer::Unreadable(_) => {}
        }
    }

    /// Makes a rule of the other form say the same; id, group and tags stay.
    pub(super) fn write_to(&self, rule: &mut SecurityGroupRule) {
        let permission = self.rule.ports.permission();
        rule.is_egress = self.rule.egress;
        rule.ip_protocol = permission.ip_protocol;
        // `describe-security-group-rules` prints −1 where `describe-security-groups` prints nothing.
        rule.from_port = permission.from_port.or(Some(-1));
        rule.to_port = permission.to_port.or(Some(-1));
        rule.cidr_ipv4 = None;
        rule.cidr_ipv6 = None;
        rule.prefix_list_id = None;
        rule.referenced_group_info = None;
        match &self.rule.peer {
            Peer::Ipv4(net) => rule.cidr_ipv4 = Some(net.to_string()),
            Peer::Ipv6(net) => rule.cidr_ipv6 = Some(net.to_string()),
            Peer::PrefixList(id) => rule.prefix_list_id = Some(id.clone()),
            Peer::Group(id) => {
                rule.referenced_group_info = Some(ReferencedGroupInfo {
                    group_id: Some(id.clone()),
                    user_id: self.pair.user_id.clone(),
                    vpc_id: self.pair.vpc_id.clone(),
                    vpc_peering_connection_id: self.pair.vpc_peering_connection_id.clone(),
                    peering_status: self.pair.peering_status.clone(),
                });
            }
            Peer::Unreadable(_) => {}
        }
        rule.description.clone_from(&self.description);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(protocol: &str, from: Option<i32>, to: Option<i32>) -> Ports {
        Ports::read(protocol, from, to)
    }

    #[test]
    fn ports_are_equal_however_written() {
        assert_eq!(ports("tcp", Some(22), Some(22)), ports("6", Some(22), Some(22)));
        assert_eq!(ports("-1", None, None), ports("-1", Some(-1), Some(-1)));
        assert_eq!(ports("50", Some(0), Some(0)), ports("50", None, None));
        assert_eq!(ports("icmpv6", None, None), ports("58", Some(-1), Some(-1)));
        assert_eq!(ports("icmp", Some(8), None), ports("icmp", Some(8), Some(-1)));
        assert_ne!(ports("icmp", Some(8), Some(0)), ports("icmp", Some(8), Some(-1)));
        assert_ne!(ports("tcp", Some(0), Some(0)), ports("tcp", Some(0), Some(65535)));
    }

    #[test]
    fn peers_are_equal_however_written() {
        assert_eq!(Peer::read_ipv4("203.0.113.7/24"), Peer::read_ipv4("203.0.113.0/24"));
        assert_eq!(Peer::read_ipv6("2001:DB8:0::/48"), Peer::read_ipv6("2001:db8::/48"));
        assert_eq!(Peer::read_ipv4("nonsense"), Peer::Unreadable("nonsense".into()));
    }

    #[test]
    fn what_ec2_refuses() {
        for (protocol, from, to) in [
            ("tcp", None, None),
            ("udp", Some(53), None),
            ("tcp", Some(23), Some(22)),
            ("tcp", Some(-1), Some(-1)),
            ("icmp", None, None),
            ("icmp", Some(-1), Some(0)),
            ("icmpv6", Some(128), None),
            ("nonsense", None, None),
        ] {
            assert!(Ports::request(protocol, from, to).is_err(), "{protocol} {from:?} {to:?}");
        }
        for (protocol, from, to) in [
            ("tcp", Some(0), Some(65535)),
            ("icmp", Some(8), Some(-1)),
            ("icmpv6", None, None),
            ("-1", None, None),
            ("50", Some(7), Some(3)),
        ] {
            assert!(Ports::request(protocol, from, to).is_ok(), "{protocol} {from:?} {to:?}");
        }
    }

    #[test]
    fn rules_read_well() {
        let rule = |protocol, from, to| {
            let ports = ports(protocol, from, to);
            Rule { egress: false, ports, peer: Peer::read_ipv4("0.0.0.0/0") }.to_string()
        };
        assert_eq!(rule("6", Some(22), Some(22)), "ingress tcp 22 for `0.0.0.0/0`");
        assert_eq!(rule("udp", Some(1), Some(9)), "ingress udp 1-9 for `0.0.0.0/0`");
        assert_eq!(rule("-1", None, None), "ingress all protocols for `0.0.0.0/0`");
        assert_eq!(rule("50", None, None), "ingress protocol 50 for `0.0.0.0/0`");
        assert_eq!(rule("1", Some(8), Some(-1)), "ingress icmp type 8 code -1 for `0.0.0.0/0`");
    }
}
