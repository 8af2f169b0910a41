//! Asks the engine and the oracle the same, and tells where they part.
//!
//! The engine is asked twice: about the one packet, as the oracle is, and once for all packets
//! between the two ends, where the packet's place in the answer's sets has to say the same. The
//! first compares the decisions, the second the sets.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;

use reach_core::packet::{Header, IpSet, L4, PortSet, Traffic};
use reach_core::snapshot::{NetworkInterface, Snapshot};
use reach_core::{Direction, Network, QueryError, TraceAnswer, TraceOptions};

use crate::Flow;
use crate::flows::Boundaries;
use crate::oracle::{Judgement, Oracle, Stage, Verdict};

/// The engine and the oracle on one snapshot.
#[derive(Debug)]
pub struct Differ<'s> {
    network: Network,
    oracle: Oracle<'s>,
    /// What the engine answered for all packets between two ends.
    whole: HashMap<Ends, Option<TraceAnswer>>,
    single: HashSet<String>,
    /// The interfaces and load balancers whose VPC or subnet is not in the snapshot.
    placeless: HashSet<String>,
    owners: HashMap<IpAddr, Vec<String>>,
    /// Instances by their interfaces.
    hosts: HashMap<String, String>,
    /// The nodes that something stands for that flows go through, with their addresses.
    nodes: HashMap<String, Vec<(String, Vec<IpAddr>)>>,
}

/// From, to, by way of, whether one way, vouched for: what one answer of sets is for.
type Ends = (String, String, Option<String>, bool, Vec<String>);

/// What came of asking both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The same, three times over.
    Agreed(Judgement),
    /// The engine does not take the question, such as one from an address that nobody owns.
    NotAsked,
    /// Not the same.
    Parted(Box<Disagreement>),
}

/// Two answers that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// What was compared.
    pub about: About,
    /// What the engine says.
    pub engine: Judgement,
    /// What the oracle says.
    pub oracle: Judgement,
}

/// What two answers differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// The verdict about the one packet.
    Verdict,
    /// The deciding element of the same verdict.
    Stage,
    /// The sets of the answer for all packets do not have the packet where its verdict belongs.
    Sets,
    /// The verdict without hops and reasons is another than with them.
    Bare,
}

impl Disagreement {
    /// Verdicts and codes without ids: two of one kind are most likely one mistake.
    pub fn kind(&self) -> String {
        let told = |judgement: &Judgement| match &judgement.stage {
            None => format!("{:?}", judgement.verdict),
            Some(Stage { code, reply, .. }) => {
                format!("{:?}{} {code}", judgement.verdict, if *reply { " R" } else { "" })
            }
        };
        format!("{:?}: engine {}, oracle {}", self.about, told(&self.engine), told(&self.oracle))
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: ", self.about)?;
        let told = [("engine", &self.engine), (", oracle", &self.oracle)];
        told.into_iter().try_for_each(|(who, judgement)| {
            write!(f, "{who} {:?}", judgement.verdict)?;
            match &judgement.stage {
                None => Ok(()),
                Some(stage) => {
                    let way = if stage.reply { " R" } else { "" };
                    write!(f, "{way} {} {}", stage.code, stage.component)
                }
            }
        })
    }
}

/// Codes of which each is as good as the other: both things are wrong, and the specification does
/// not say which is met first, or they are two names of one thing.
const EITHER: &[(&str, &str)] = &[
    // A closed group on an interface that takes nothing anyway.
    ("INTERFACE_TYPE_NO_INBOUND", "ENI_SG_RULES_MISMATCH"),
    ("INTERFACE_TYPE_NO_INBOUND", "SG_HAS_NO_RULES"),
    ("INTERFACE_TYPE_NO_INBOUND", "SG_REFERENCES_NOT_PRESERVED"),
    // A gateway or attachment that is not there in full; which of its parts is to blame.
    ("BAD_STATE_ATTACHMENT", "BAD_STATE_ATTACHMENT"),
    ("BAD_STATE_ATTACHMENT", "BAD_STATE"),
    // An IPv6 address that nobody has, or that cannot be used.
    ("IGW_IPV6_NOT_USABLE", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"),
    ("IGW_IPV6_NOT_USABLE", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"),
    // No rule matches, and one names a group that the sender has elsewhere.
    ("SG_REFERENCES_NOT_PRESERVED", "ENI_SG_RULES_MISMATCH"),
    // Nobody's source at a gateway that knows its VPC's interfaces.
    ("GATEWAY_REJECTS_SPOOFED_TRAFFIC", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"),
    // An overlapping block at a peering connection, and what is there on the other side.
    ("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", "NAT_GATEWAY_INBOUND"),
    ("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", "NO_POSSIBLE_DESTINATION"),
    // What an internet edge asks first.
    ("IGW_IPV6_NOT_USABLE", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"),
    ("IGW_IPV6_NOT_USABLE", "BAD_STATE"),
    ("EGRESS_ONLY_GATEWAY_RESTRICTION", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"),
    ("EGRESS_ONLY_GATEWAY_RESTRICTION", "BAD_STATE_ATTACHMENT"),
    // A NAT gateway that does not carry the protocol.
    ("SUBNET_ACL_RESTRICTION", "PROTOCOL_RESTRICTION"),
    // PIPE-05: which hop of a loop is its first nobody says.
    ("LOOP", "LOOP"),
    // An interface that is down, and would not take or start anything if it were up.
    ("BAD_STATE", "INTERFACE_TYPE_NO_INBOUND"),
    ("BAD_STATE", "INTERFACE_TYPE_NO_OUTBOUND"),
    // A gateway that does not work, behind an ACL that denies.
    ("SUBNET_ACL_RESTRICTION", "VGW_IPV6_NOT_SUPPORTED"),
    ("SUBNET_ACL_RESTRICTION", "BAD_STATE_VPN"),
    ("SUBNET_ACL_RESTRICTION", "BAD_STATE_ATTACHMENT"),
    ("SUBNET_ACL_RESTRICTION", "EGRESS_ONLY_GATEWAY_RESTRICTION"),
];

/// What a destination says that lets nobody in.
const CLOSED: &[&str] =
    &["ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", "SG_REFERENCES_NOT_PRESERVED"];

impl<'s> Differ<'s> {
    /// Both, for a snapshot.
    pub fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            network: Network::compile(snapshot.clone()),
            oracle: Oracle::new(snapshot),
            whole: HashMap::new(),
            single: single(snapshot),
            placeless: placeless(snapshot),
            owners: owners(snapshot),
            hosts: hosts(snapshot),
            nodes: nodes(snapshot),
        }
    }

    /// Asks both about a flow.
    pub fn ask(&mut self, flow: &Flow) -> Outcome {
        // What goes through a load balancer is sent to one of its nodes.
        if let Some(via) = &flow.via
            && !self.has_node(via, flow.packet.destination)
        {
            return Outcome::NotAsked;
        }
        let header = header(flow);
        let Ok(answer) = self.alone(flow, &header) else { return Outcome::NotAsked };
        let engine = judgement(&answer, &header);
        // LB-02: a node whose subnet the snapshot lacks is none to the engine, which tells that one
        // is missing, and that the answer as a whole hangs on it.
        if flow.via.as_ref().is_some_and(|via| self.lost_node(via, flow.packet.destination))
            && answer.explanations.iter().any(|it| it.reason.rules.contains(&"LB-02"))
        {
            return Outcome::NotAsked;
        }
        // Nothing comes out of a connection towards a VPC that it does not lead to.
        if flow.from.starts_with("pcx-") && answer.paths.is_empty() {
            return Outcome::NotAsked;
        }
        let oracle = self.oracle.judge(&self.addressed(flow));
        // An address that several interfaces have means any of them.
        let elsewhere = |it: &Judgement| {
            it.stage.as_ref().is_some_and(|stage| stage.code == "DESTINATION_ELSEWHERE")
        };
        if flow.to == "any" && elsewhere(&engine) && !elsewhere(&oracle) {
            return Outcome::NotAsked;
        }
        let certain = oracle.verdict == Verdict::Deny;
        // ENI-01, LB-02: nothing is walked to a destination, or through a load balancer, whose VPC or
        // subnet the snapshot lacks; what would certainly happen on the way stays untold.
        if engine.verdict == Verdict::Unknown
            && self.in_sets(flow, &header).is_none_or(|place| place == Verdict::Unknown)
            && answer.explanations.iter().any(|it| self.placeless(flow, &it.reason.component.id))
        {
            return Outcome::Agreed(oracle);
        }
        let about = if engine.verdict != oracle.verdict {
            About::Verdict
        } else if certain && !self.same_stage(flow, &engine, &oracle) {
            About::Stage
        } else if self.in_sets(flow, &header).is_some_and(|place| place != oracle.verdict) {
            About::Sets
        } else if self.bare(flow, &header).is_ok_and(|bare| bare != answer.verdict) {
            About::Bare
        } else {
            return Outcome::Agreed(oracle);
        };
        Outcome::Parted(Box::new(Disagreement { about, engine, oracle }))
    }

    /// An address that one interface has means that interface to the engine, wherever the packet
    /// goes; to the oracle `any` is whoever takes it.
    fn addressed(&self, flow: &Flow) -> Flow {
        let owners = self.owners.get(&flow.packet.destination);
        match owners.map(Vec::as_slice) {
            Some([owner]) if flow.to == "any" => Flow { to: owner.clone(), ..flow.clone() },
            _ => flow.clone(),
        }
    }

    /// Whether this is the destination or the load balancer on the way, and stands nowhere.
    fn placeless(&self, flow: &Flow, id: &str) -> bool {
        let meant = id == self.addressed(flow).to || flow.via.is_some() && id.starts_with("arn:");
        meant && self.placeless.contains(id)
    }

    /// The engine's answer about the one packet.
    fn alone(&self, flow: &Flow, header: &Header) -> Result<TraceAnswer, QueryError> {
        let (traffic, options) = question(flow, header);
        self.network.trace(&flow.from, &goal(flow), &traffic, &options)
    }

    fn bare(&self, flow: &Flow, header: &Header) -> Result<reach_core::Verdict, QueryError> {
        let (traffic, options) = question(flow, header);
        self.network.verdict(&flow.from, &goal(flow), &traffic, &options)
    }
    /// Where the engine's answer about all packets has this one.
    fn in_sets(&mut self, flow: &Flow, header: &Header) -> Option<Verdict> {
        let Flow { from, via, forward, vouched, .. } = flow;
        let ends = (from.clone(), goal(flow), via.clone(), *forward, vouched.clone());
        let network = &self.network;
        let whole =
            self.whole.entry(ends).or_insert_with_key(|(from, to, via, forward, vouched)| {
                let options = TraceOptions {
                    forward: *forward,
                    via: via.clone(),
                    vouched: vouched.clone(),
                    source_ports: Some(PortSet::all()),
                    source_addresses: Some(IpSet::all()),
                };
                network.trace(from, to, &Traffic::all(), &options).ok()
            });
        whole.as_ref().map(|answer| place(answer, header))
    }

    /// Whether the two decide by the same, or by two things that are both true where the
    /// specification gives no order ([`EITHER`]).
    fn same_stage(&self, flow: &Flow, engine: &Judgement, oracle: &Judgement) -> bool {
        let Some(one) = &engine.stage else { return false };
        // PIPE-07: where the network chooses, each way may end at another element.
        oracle.stage.iter().chain(&oracle.others).any(|other| self.alike(flow, one, other))
    }

    fn alike(&self, flow: &Flow, one: &Stage, other: &Stage) -> bool {
        // Over which gateway `internet` would have come in, had one taken it, is nobody's to say.
        let entry = |stage: &Stage| {
            !stage.reply
                && (stage.code.starts_with("IGW_")
                    || ["BAD_STATE_ATTACHMENT", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"]
                        .contains(&stage.code))
        };
        // A reply that leads to another gateway goes astray, and is dropped there, too.
        let astray = |stage: &Stage| stage.reply && stage.code == "ASYMMETRIC_RETURN_PATH";
        let either = |(first, second): &(&str, &str)| {
            (one.code == *first && other.code == *second)
                || (one.code == *second && other.code == *first)
        };
        // Behind what nobody can follow: a destination that is down and closed.
        let down_and_closed = |down: &Stage, closed: &Stage| {
            down.code == "BAD_STATE"
                && CLOSED.contains(&closed.code)
                && self.is_destination(flow, &closed.component)
                && (down.component == closed.component
                    || self.hosts.get(&closed.component) == Some(&down.component))
        };
        one == other
            || !one.reply && !other.reply && down_and_closed(one, other)
            || !one.reply && !other.reply && down_and_closed(other, one)
            || !self.one_destination(flow)
            || flow.from == "internet" && entry(one) && entry(other)
            || one.reply && other.reply && (astray(one) || astray(other))
            || one.reply == other.reply && EITHER.iter().any(either)
    }

    fn is_destination(&self, flow: &Flow, id: &str) -> bool {
        let owners = self.owners.get(&flow.packet.destination);
        flow.to == id || owners.is_some_and(|owners| owners.iter().any(|owner| owner == id))
    }

    /// Whether the engine is asked about one destination. Of several, each is decided about by
    /// another element, and the first explanation need not be this packet's.
    fn one_destination(&self, flow: &Flow) -> bool {
        match flow.via.as_ref().map(|via| self.nodes.get(via).map(Vec::as_slice)) {
            Some(Some([(node, _)])) => self.single.contains(node),
            Some(_) => false,
            None => flow.to == "any" || self.single.contains(&flow.to),
        }
    }

    fn has_node(&self, via: &str, address: IpAddr) -> bool {
        let nodes = self.nodes.get(via).into_iter().flatten();
        nodes.into_iter().any(|(_, addresses)| addresses.contains(&address))
    }

    fn lost_node(&self, via: &str, address: IpAddr) -> bool {
        let nodes = self.nodes.get(via).into_iter().flatten();
        nodes
            .into_iter()
            .any(|(node, addresses)| self.placeless.contains(node) && addresses.contains(&address))
    }
}

/// What the engine is asked about the one packet.
fn question(flow: &Flow, header: &Header) -> (Traffic, TraceOptions) {
    let ports = match header.l4 {
        L4::Tcp { source, .. } | L4::Udp { source, .. } => PortSet::single(source),
        _ => PortSet::all(),
    };
    let options = TraceOptions {
        forward: flow.forward,
        source_ports: Some(ports),
        source_addresses: Some(IpSet::from_addr(header.source)),
        via: flow.via.clone(),
        vouched: flow.vouched.clone(),
    };
    (Traffic::single(&header.l4), options)
}

/// `any` is whoever has the destination address.
fn goal(flow: &Flow) -> String {
    match flow.to.as_str() {
        "any" => flow.packet.destination.to_string(),
        to => to.to_owned(),
    }
}

fn header(flow: &Flow) -> Header {
    let packet = &flow.packet;
    // Types and codes are of one byte.
    let [_, kind] = packet.source_port.to_be_bytes();
    let [_, code] = packet.destination_port.to_be_bytes();
    let l4 = match packet.protocol {
        6 => L4::Tcp { source: packet.source_port, destination: packet.destination_port },
        17 => L4::Udp { source: packet.source_port, destination: packet.destination_port },
        1 => L4::Icmp { kind, code },
        58 => L4::Icmpv6 { kind, code },
        other => L4::Other(other),
    };
    Header { source: packet.source, destination: packet.destination, l4 }
}

fn place(answer: &TraceAnswer, header: &Header) -> Verdict {
    if answer.passing.contains(header) {
        Verdict::Allow
    } else if answer.sometimes.contains(header) {
        Verdict::Partial
    } else if answer.unknown.contains(header) {
        Verdict::Unknown
    } else {
        Verdict::Deny
    }
}

/// The engine's answer in the oracle's words.
fn judgement(answer: &TraceAnswer, header: &Header) -> Judgement {
    let verdict = place(answer, header);
    let first = answer.explanations.first().filter(|_| verdict != Verdict::Allow);
    let stage = first.map(|told| Stage {
        code: told.reason.code.as_str(),
        component: told.reason.component.id.to_string(),
        reply: told.direction == Direction::Return,
    });
    Judgement { verdict, stage, others: Vec::new() }
}

/// The interfaces that have one address and no more.
fn single(snapshot: &Snapshot) -> HashSet<String> {
    let interfaces = snapshot.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
    interfaces
        .filter(|eni| {
            eni.private_ip_addresses.len() == 1
                && eni.ipv6_addresses.is_empty()
                && eni.ipv4_prefixes.is_empty()
                && eni.ipv6_prefixes.is_empty()
        })
        .map(|eni| eni.network_interface_id.clone())
        .collect()
}

fn vpcs(snapshot: &Snapshot) -> HashSet<&str> {
    let vpcs = snapshot.regions.iter().flat_map(|it| it.vpcs.iter().flatten());
    vpcs.map(|vpc| vpc.vpc_id.as_str()).collect()
}

/// The interfaces and load balancers whose VPC or subnet is not in its list.
fn placeless(snapshot: &Snapshot) -> HashSet<String> {
    let regions = || snapshot.regions.iter();
    let vpcs = vpcs(snapshot);
    let subnets = regions().flat_map(|it| it.subnets.iter().flatten());
    let subnets: HashSet<&str> = subnets.map(|subnet| subnet.subnet_id.as_str()).collect();
    let lacks = |vpc: Option<&str>, subnet: Option<&str>| {
        vpc.is_none_or(|it| !vpcs.contains(it)) || subnet.is_none_or(|it| !subnets.contains(it))
    };
    let interfaces = regions().flat_map(|it| it.network_interfaces.iter().flatten());
    let interfaces = interfaces
        .filter(|eni| lacks(eni.vpc_id.as_deref(), eni.subnet_id.as_deref()))
        .map(|eni| eni.network_interface_id.clone());
    let balancers = regions().flat_map(|it| it.load_balancers.iter().flatten());
    let balancers = balancers
        .filter(|it| {
            let mut zones = it.availability_zones.iter();
            zones.any(|zone| lacks(it.vpc_id.as_deref(), zone.subnet_id.as_deref()))
        })
        .map(|it| it.load_balancer_arn.clone());
    interfaces.chain(balancers).collect()
}

/// Who has an address, private or public. A private one in a VPC that the snapshot lacks is
/// nobody's.
fn owners(snapshot: &Snapshot) -> HashMap<IpAddr, Vec<String>> {
    let vpcs = vpcs(snapshot);
    let interfaces = snapshot.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
    let lost: HashSet<&str> = interfaces
        .filter(|eni| eni.vpc_id.as_deref().is_none_or(|vpc| !vpcs.contains(vpc)))
        .map(|eni| eni.network_interface_id.as_str())
        .collect();
    let mut owners: HashMap<IpAddr, Vec<String>> = HashMap::new();
    for place in Boundaries::of(snapshot).interfaces {
        let owned = place.owned.into_iter().filter(|_| !lost.contains(place.id.as_str()));
        for address in owned.chain(place.public) {
            let known = owners.entry(address).or_default();
            if !known.contains(&place.id) {
                known.push(place.id.clone());
            }
        }
    }
    owners
}

fn hosts(snapshot: &Snapshot) -> HashMap<String, String> {
    let interfaces = snapshot.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
    let host = |eni: &NetworkInterface| {
        let instance = eni.attachment.as_ref()?.instance_id.clone()?;
        Some((eni.network_interface_id.clone(), instance))
    };
    interfaces.filter_map(host).collect()
}

/// Load balancers by name, and each node by itself.
fn nodes(snapshot: &Snapshot) -> HashMap<String, Vec<(String, Vec<IpAddr>)>> {
    let known = Boundaries::of(snapshot);
    let mut found: HashMap<String, Vec<(String, Vec<IpAddr>)>> = HashMap::new();
    for balancer in &known.balancers {
        for place in known.interfaces.iter().filter(|it| balancer.nodes.contains(&it.id)) {
            let addresses: Vec<IpAddr> = place.owned.iter().chain(&place.public).copied().collect();
            let node = (place.id.clone(), addresses);
            found.insert(place.id.clone(), vec![node.clone()]);
            found.entry(balancer.name.clone()).or_default().push(node);
        }
    }
    found
}
