//! What the internet reaches of an interface as a target of load balancers (LB-17).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::endpoint::{Goal, Place, internet_addresses, owners};
use super::super::exposure::{Part, Uncertain};
use super::super::start::Start;
use super::{Endpoint, Outcome, Stop, Through};
use crate::index::{InterfaceIdx, LoadBalancerIdx};
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::path::{End, Flow, Origin, Terms};
use crate::rules::{BalancerKind, Forward, LoadBalancer, Node, Scheme, TargetPlace};

/// Traffic of the internet that a load balancer forwards to an interface.
#[derive(Debug)]
pub(crate) struct BehindBalancer {
    pub(crate) balancer: LoadBalancerIdx,
    /// The internet gateway that it comes in by.
    pub(crate) edge: Edge,
    /// As clients send it to the load balancer.
    pub(crate) sent: HeaderSet,
    /// As it arrives at the interface.
    pub(crate) parts: Vec<Part>,
    /// As it arrives at the interface, or as clients send it where nobody knows how it would.
    pub(crate) uncertain: Option<Uncertain>,
}

/// The load balancers that the internet may reach and that have an interface among their targets,
/// for each interface.
#[derive(Debug, Default)]
pub(crate) struct Served(BTreeMap<InterfaceIdx, BTreeSet<LoadBalancerIdx>>);

impl Served {
    /// One look at every target.
    pub(crate) fn of(net: &Compiled) -> Self {
        let mut served = Self::default();
        for (index, balancer) in net.load_balancers.iter() {
            if faces_internet(balancer) {
                served.add(net, index, balancer, true);
            }
        }
        served
    }

    /// The targets of its listeners; those of another load balancer count as its own, and that is
    /// an Application Load Balancer, with none behind it.
    fn add(&mut self, net: &Compiled, by: LoadBalancerIdx, to: &LoadBalancer, deeper: bool) {
        let forwards = to.listeners.iter().flatten().flat_map(|listener| &listener.forwards);
        for forward in forwards {
            let Forward::Group(group) = forward else { continue };
            for target in net.target_groups[*group].targets.iter().flatten() {
                let interfaces = match target.place {
                    TargetPlace::Instance(interface, _) => vec![interface],
                    TargetPlace::Address(address) => owners(net, address),
                    TargetPlace::Balancer(next) if deeper => {
                        self.add(net, by, &net.load_balancers[next], false);
                        continue;
                    }
                    TargetPlace::Balancer(_)
                    | TargetPlace::Function
                    | TargetPlace::Unaddressed(_)
                    | TargetPlace::Missing => continue,
                };
                for interface in interfaces {
                    self.0.entry(interface).or_default().insert(by);
                }
            }
        }
    }
}

/// What the internet may reach behind a load balancer, and the snapshot lacks.
#[derive(Debug)]
pub(crate) enum BlindBalancer {
    /// A load balancer whose listeners nobody collected.
    Listeners(Arc<str>),
    /// A target group that is not there, or whose targets nobody collected.
    Targets(Arc<str>),
    /// An interface with a public address of a load balancer that is not there.
    Node(Arc<str>),
}

/// Where exposures by load balancers may be missed.
pub(crate) fn blind_balancers(net: &Compiled) -> Vec<BlindBalancer> {
    let mut blind = Vec::new();
    for (_, balancer) in net.load_balancers.iter().filter(|(_, it)| faces_internet(it)) {
        let Some(listeners) = &balancer.listeners else {
            blind.push(BlindBalancer::Listeners(Arc::clone(&balancer.id)));
            continue;
        };
        for forward in listeners.iter().flat_map(|listener| &listener.forwards) {
            match forward {
                Forward::Missing(arn) => blind.push(BlindBalancer::Targets(Arc::clone(arn))),
                Forward::Group(group) if net.target_groups[*group].targets.is_none() => {
                    blind.push(BlindBalancer::Targets(Arc::clone(&net.target_groups[*group].id)));
                }
                Forward::Group(_) => {}
            }
        }
    }
    let told =
        net.source.unedited().regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
    let nodes: BTreeSet<&str> = told
        .filter(|told| {
            told.interface_type.as_deref() == Some("network_load_balancer")
                || told.description.as_deref().is_some_and(|text| text.starts_with("ELB "))
        })
        .map(|told| &*told.network_interface_id)
        .collect();
    for (index, interface) in net.interfaces.iter() {
        let astray = nodes.contains(&*interface.id) && !net.balancer_nodes.contains_key(&index);
        if astray && !internet_addresses(net, index).is_empty() {
            blind.push(BlindBalancer::Node(Arc::clone(&interface.id)));
        }
    }
    blind
}

/// LB-02.
fn faces_internet(balancer: &LoadBalancer) -> bool {
    balancer.scheme != Scheme::Internal && balancer.kind != BalancerKind::Gateway
}

/// What comes from the internet to a node of a load balancer, whatever becomes of it there.
#[derive(Debug)]
struct Arrival {
    asked: HeaderSet,
    flows: Vec<Flow>,
}

/// What comes to each node of load balancers by a gateway, walked once for all targets.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(BTreeMap<(LoadBalancerIdx, Edge), Vec<Arrival>>);

/// What the internet reaches of an interface by way of load balancers: one walk for each of their
/// nodes, unless it is among `arrivals`, and one for each target port.
pub(crate) fn behind_balancers(
    net: &Compiled,
    served: &Served,
    arrivals: &mut Arrivals,
    interface: InterfaceIdx,
    internet: &IpSet,
) -> Vec<BehindBalancer> {
    let mut found = Vec::new();
    for index in served.0.get(&interface).into_iter().flatten() {
        let mut nodes = net.load_balancers[*index].nodes.iter();
        let Some(vpc) = nodes.find_map(|node| net.interfaces[node.interface].vpc) else {
            continue;
        };
        for edge in net.topology.edges(vpc) {
            if matches!(edge, Edge::InternetGateway(_)) {
                let known = arrivals.0.entry((*index, edge));
                let arrivals = known.or_insert_with(|| arriving(net, *index, edge, internet));
                found.extend(by_edge(net, (*index, edge), arrivals, interface));
            }
        }
    }
    found
}

fn through<'n>(net: &'n Compiled, target: Option<&'n Goal>) -> Through<'n> {
    Through {
        net,
        terms: Terms::default(),
        target,
        private_link: false,
        blocks: Vec::new(),
        doubts: Vec::new(),
        flows: Vec::new(),
    }
}

/// From the internet to the nodes of a load balancer, each in its turn.
fn arriving(net: &Compiled, index: LoadBalancerIdx, edge: Edge, internet: &IpSet) -> Vec<Arrival> {
    let balancer = &net.load_balancers[index];
    let traffic = Traffic::all().from_source_ports(&PortSet::ephemeral());
    let start = Start { origin: Origin::Edge(edge), sources: internet.clone() };
    let mut through = through(net, None);
    let arrival = |node: &Node| {
        let addresses = internet_addresses(net, node.interface);
        let asked = HeaderSet::product(internet, &addresses, &traffic);
        let asked = through.keep_out(balancer, &start, asked);
        let flows = through.establish(&start, &asked, Stop::Node(balancer, node));
        Arrival { asked, flows }
    };
    balancer.nodes.iter().map(arrival).collect()
}

fn by_edge(
    net: &Compiled,
    (index, edge): (LoadBalancerIdx, Edge),
    arrivals: &[Arrival],
    interface: InterfaceIdx,
) -> Option<BehindBalancer> {
    let balancer = &net.load_balancers[index];
    let end = Endpoint { place: Place::Interface(interface) };
    let goal = end.goal(net, &net.interfaces[interface].id).ok()?;
    let mut through = through(net, Some(&goal));
    let mut outcome = Outcome::nothing();
    for (node, Arrival { asked, flows }) in balancer.nodes.iter().zip(arrivals) {
        let stop = Stop::Node(balancer, node);
        let mut outcomes = Vec::new();
        for flow in flows {
            let (onward, _) = through.follow(flow, asked, stop);
            outcomes.push((flow.passing.clone(), onward));
            // A node may be a target as well.
            if flow.forward.end == End::Interface(interface) {
                through.flows.push(flow.clone());
            }
        }
        outcome.add(&Outcome::of_flows(&outcomes));
    }
    let sent = outcome.any();
    let (mut parts, mut open) = (Vec::new(), Vec::new());
    for flow in &through.flows {
        if flow.forward.end != End::Interface(interface) {
            continue;
        }
        let certain = flow.passing.union(&flow.sometimes);
        if !flow.perhaps.is_empty() {
            open.push(flow.forward.trail.redo(flow.perhaps.clone()));
        }
        if !certain.is_empty() && !sent.is_empty() {
            parts.push(Part {
                sent: sent.clone(),
                arrived: flow.forward.trail.redo(certain),
                sender: flow.forward.sender.clone(),
            });
        } else if !certain.is_empty() {
            // What arrives for certain may still not be answered.
            open.push(flow.forward.trail.redo(certain));
        }
    }
    if open.is_empty() {
        open.push(outcome.perhaps.clone());
    }
    let doubtful = !outcome.perhaps.is_empty();
    let uncertain =
        doubtful.then(|| Uncertain { sent: HeaderSet::union_all(open), doubts: through.doubts });
    let exposed = !parts.is_empty() || uncertain.is_some();
    exposed.then_some(BehindBalancer { balancer: index, edge, sent, parts, uncertain })
}
