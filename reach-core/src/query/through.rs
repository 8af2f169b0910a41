//! Traffic through a load balancer: a flow to each node, and from there flows to targets (LB-01,
//! E7, E8).
//!
//! Each leg is a complete flow of its own. What the legs after it make of what arrives at a node
//! is told of the packets as they arrived there, and carried back to the packets as they set out.

mod exposure;
mod leg;
mod onward;
mod outcome;
mod packets;
mod private_link;
mod targets;

pub(crate) use exposure::{
    Arrivals, BehindBalancer, BlindBalancer, Served, behind_balancers, blind_balancers,
};

use super::endpoint::{Goal, Place};
use super::start::Start;
use onward::{Onward, join, joined};
use outcome::{Chosen, Outcome, compose};

use super::path;
use super::trace::{self, TraceAnswer, Tracer};
use super::{Endpoint, Path, QueryError, Verdict};
use crate::index::{EndpointIdx, InterfaceIdx, LoadBalancerIdx};
use crate::network::{Compiled, Edge, Network};
use crate::packet::{HeaderSet, IpSet};
use crate::path::{End, Explanation, Flow, Origin, Terms, establish};
use crate::rules::{
    BalancerKind, Direction, EndpointService, ExplanationCode, InterfaceKind, LoadBalancer, Node,
    Reason, Scheme,
};

/// What a trace goes through.
#[derive(Debug)]
pub(super) enum Via {
    Balancer {
        balancer: LoadBalancerIdx,
        /// The only node, if one was asked for.
        node: Option<InterfaceIdx>,
    },
    /// Interfaces of an endpoint whose service's provider the snapshot has (EP-07).
    Endpoint { interfaces: Vec<InterfaceIdx>, endpoint: EndpointIdx },
    /// An interface by which a service of AWS may let clients in that EC2 does not show (LB-20).
    Managed(InterfaceIdx),
}

/// Where the first leg ends.
#[derive(Debug, Clone, Copy)]
enum Stop<'n> {
    Node(&'n LoadBalancer, &'n Node),
    Endpoint(&'n EndpointService, InterfaceIdx),
}

impl Stop<'_> {
    fn interface(self) -> InterfaceIdx {
        match self {
            Self::Node(_, node) => node.interface,
            Self::Endpoint(_, interface) => interface,
        }
    }
}

impl Via {
    /// Whether the end is this very thing.
    pub(super) fn is(&self, net: &Compiled, end: &Endpoint) -> bool {
        match self {
            Self::Balancer { balancer, .. } => end.place == Place::LoadBalancer(*balancer),
            Self::Endpoint { interfaces, .. } => {
                end.interfaces(net, "").is_ok_and(|found| found == *interfaces)
            }
            Self::Managed(_) => false,
        }
    }

    /// What a trace that names nothing on its way goes through to get to its destination.
    pub(super) fn implied(net: &Compiled, end: &Endpoint) -> Option<Self> {
        match end.place {
            Place::LoadBalancer(balancer) => Some(Self::Balancer { balancer, node: None }),
            Place::Interface(_) | Place::Address(_) | Place::Endpoint(_) => {
                Self::endpoint(net, end.interfaces(net, "").ok()?)
            }
            _ => None,
        }
    }

    fn endpoint(net: &Compiled, interfaces: Vec<InterfaceIdx>) -> Option<Self> {
        let endpoint = *net.endpoint_of.get(interfaces.first()?)?;
        let one = interfaces.iter().all(|it| net.endpoint_of.get(it) == Some(&endpoint));
        let known = one && net.endpoint_services.contains_key(&endpoint);
        known.then_some(Self::Endpoint { interfaces, endpoint })
    }

    /// A load balancer, one of its nodes, or an endpoint in front of one.
    pub(super) fn find(net: &Compiled, end: &Endpoint, text: &str) -> Result<Self, QueryError> {
        if let Place::LoadBalancer(balancer) = end.place {
            return Ok(Self::Balancer { balancer, node: None });
        }
        let interfaces = end.interfaces(net, text)?;
        let node = match interfaces.as_slice() {
            [node] => Some(*node),
            _ => None,
        };
        let balancer = node.and_then(|node| net.balancer_nodes.get(&node).copied());
        let managed =
            |node: &InterfaceIdx| net.interfaces[*node].kind == InterfaceKind::OutboundOnly;
        if let Some(node) = node.filter(managed) {
            return Ok(Self::Managed(node));
        }
        let endpoint = Self::endpoint(net, interfaces);
        match (balancer, endpoint) {
            (Some(balancer), _) => Ok(Self::Balancer { balancer, node }),
            (None, Some(endpoint)) => Ok(endpoint),
            (None, None) => Err(QueryError::WrongSide { text: text.to_owned(), side: "way" }),
        }
    }
}

/// A question on its way through load balancers, with what was found so far.
pub(super) struct Through<'n> {
    net: &'n Compiled,
    terms: Terms,
    /// The target asked for; `None` where the load balancer itself is the destination.
    target: Option<&'n Goal>,
    /// Whether the clients come by an endpoint (EP-07).
    private_link: bool,
    blocks: Vec<Explanation>,
    doubts: Vec<Explanation>,
    /// Flows of all legs.
    flows: Vec<Flow>,
}

impl Tracer<'_> {
    /// `target` is `None` where the load balancer itself is the destination.
    pub(super) fn through(
        self,
        source: &Endpoint,
        via: &Via,
        target: Option<&Endpoint>,
    ) -> Result<TraceAnswer, QueryError> {
        let net = self.net;
        let goal = target.map(|target| target.goal(net, &self.question.to)).transpose()?;
        let (stops, missing) = stops(net, via);
        if let (true, Some(missing)) = (stops.is_empty(), &missing) {
            // Where its nodes are nobody knows.
            let sources = self.sources.clone().unwrap_or_else(IpSet::all);
            let unknown = HeaderSet::product(&sources, &IpSet::all(), &self.question.traffic);
            let answer = self.without_walk(Verdict::Unknown, missing.clone());
            return Ok(TraceAnswer { unknown, ..answer });
        }
        let mut through = Through {
            net,
            terms: self.terms,
            target: goal.as_ref(),
            private_link: matches!(via, Via::Endpoint { .. }),
            blocks: Vec::new(),
            doubts: Vec::new(),
            flows: Vec::new(),
        };
        let (mut asked, mut outcome) = (HeaderSet::empty(), Outcome::nothing());
        let (mut paths, mut first, mut towards) = (Vec::new(), None, Vec::new());
        let mut outside = HeaderSet::empty();
        for stop in stops {
            let end = Endpoint { place: Place::Interface(stop.interface()) };
            let text = &net.interfaces[stop.interface()].id;
            let (vpcs, goal) = (end.vpcs(net, text)?, end.goal(net, text)?);
            for start in source.starts(net, &self.question.from, &vpcs, &goal)? {
                let headers = self.headers(&start, &goal);
                asked = asked.union(&headers);
                let headers = match stop {
                    Stop::Node(balancer, _) => through.keep_out(balancer, &start, headers),
                    Stop::Endpoint(..) => headers,
                };
                outcome.add(&through.first_leg(&start, &headers, stop, &mut paths));
                first = first.or(Some(start));
            }
            outside = outside.union(&self.entering(&goal));
            towards.extend(vpcs);
        }
        let Some(first) = first else { return Ok(self.no_way_in(&towards, outside)) };
        if asked.is_empty() {
            return Ok(self.no_packets(&first));
        }
        let whole = missing.is_none();
        if let Some(missing) = missing {
            // LB-02: which addresses they have nobody told.
            let elsewhere = IpSet::all().difference(&asked.destinations());
            let unknown = HeaderSet::product(&asked.sources(), &elsewhere, &self.question.traffic);
            outcome.perhaps = outcome.perhaps.union(&unknown);
            let doubt = Explanation::new(Direction::Forward, missing, unknown.clone());
            through.doubts.push(doubt.clone());
            paths.push(Path::unseen(unknown, doubt));
        }
        Ok(through.answer(self, &asked, outcome, paths, whole))
    }
}

impl Network {
    /// Whether one end is a node of the other, which is a load balancer (LB-02).
    pub fn is_node_of(&self, node: &Endpoint, balancer: &Endpoint) -> bool {
        match (&node.place, &balancer.place) {
            (Place::Interface(node), Place::LoadBalancer(balancer)) => {
                self.compiled().balancer_nodes.get(node) == Some(balancer)
            }
            _ => false,
        }
    }
}

/// Where first legs end, and why there may be more of them.
fn stops<'n>(net: &'n Compiled, via: &Via) -> (Vec<Stop<'n>>, Option<Reason>) {
    match via {
        Via::Managed(interface) => {
            let code = ExplanationCode::PossibleManagedEntry;
            let component = net.interfaces[*interface].component();
            (Vec::new(), Some(Reason::new(code, component, &["LB-20"])))
        }
        Via::Endpoint { interfaces, endpoint } => {
            let service = net.endpoint_services.get(endpoint);
            let stops = service.into_iter().flat_map(|service| {
                interfaces.iter().map(move |interface| Stop::Endpoint(service, *interface))
            });
            (stops.collect(), None)
        }
        Via::Balancer { balancer, node } => {
            let balancer = &net.load_balancers[*balancer];
            if balancer.kind == BalancerKind::Gateway {
                let code = ExplanationCode::NotModelled;
                return (Vec::new(), Some(balancer.reason(code, "MB-05")));
            }
            let nodes = balancer.nodes.iter();
            let nodes: Vec<Stop<'n>> = nodes
                .filter(|it| node.is_none_or(|only| only == it.interface))
                .map(|it| Stop::Node(balancer, it))
                .collect();
            let missing = nodes.is_empty() || node.is_none() && !balancer.without_node.is_empty();
            (nodes, missing.then(|| lacking_nodes(balancer)))
        }
    }
}

/// LB-02: nodes that the snapshot lacks.
fn lacking_nodes(balancer: &LoadBalancer) -> Reason {
    let subnets = balancer.without_node.join(", ");
    balancer.unknown("LB-02", "NetworkInterfaces", &format!("none in {subnets}"))
}

impl<'n> Through<'n> {
    fn answer(
        self,
        tracer: Tracer<'_>,
        asked: &HeaderSet,
        outcome: Outcome,
        mut paths: Vec<Path>,
        whole: bool,
    ) -> TraceAnswer {
        let Outcome { passing, sometimes, perhaps } = outcome;
        let verdict = match trace::verdict(asked, &passing, &sometimes, &perhaps) {
            // What the missing nodes do is not known.
            Verdict::Reachable if !whole => Verdict::PartlyReachable,
            verdict => verdict,
        };
        let doubts = if perhaps.is_empty() { Vec::new() } else { self.doubts };
        let explanations = match verdict {
            Verdict::Reachable => Vec::new(),
            Verdict::Unknown => trace::each_once(&doubts, &self.blocks),
            Verdict::PartlyReachable | Verdict::NotReachable => {
                trace::each_once(&self.blocks, &doubts)
            }
        };
        path::sort(&mut paths);
        TraceAnswer {
            verdict,
            question: tracer.question,
            explanations,
            assumptions: trace::assumptions(&passing, &self.flows),
            notes: trace::notes(&self.flows),
            passing,
            sometimes,
            unknown: perhaps,
            paths,
        }
    }

    /// LB-02: nothing from the internet gets to an internal load balancer.
    fn keep_out(
        &mut self,
        balancer: &LoadBalancer,
        start: &Start,
        headers: HeaderSet,
    ) -> HeaderSet {
        let from_internet =
            matches!(start.origin, Origin::Edge(Edge::InternetGateway(_)) | Origin::Uncollected(_));
        let open = match balancer.scheme {
            Scheme::InternetFacing => return headers,
            _ if !from_internet => return headers,
            Scheme::Internal => IpSet::empty(),
            Scheme::InternalButV6 => IpSet::all_v6(),
        };
        let kept = headers.restrict_destinations(&open);
        self.block(
            balancer.reason(ExplanationCode::LbInternal, "LB-02"),
            headers.difference(&kept),
        );
        kept
    }

    /// LB-01: from the client to a node, and on.
    fn first_leg(
        &mut self,
        start: &Start,
        headers: &HeaderSet,
        stop: Stop<'n>,
        paths: &mut Vec<Path>,
    ) -> Outcome {
        let flows = self.establish(start, headers, stop);
        let mut outcomes = Vec::new();
        for flow in flows {
            let (outcome, ways) = self.follow(&flow, headers, stop);
            join(self.net, (&flow, &outcome), headers, &ways, paths);
            outcomes.push((flow.passing.clone(), outcome));
            self.flows.push(flow);
        }
        Outcome::of_flows(&outcomes)
    }

    fn establish(&self, start: &Start, headers: &HeaderSet, stop: Stop<'n>) -> Vec<Flow> {
        let reached = |end| end == End::Interface(stop.interface());
        establish(self.net, start.origin, headers, self.terms, &reached)
    }

    /// What becomes of a flow to a node: told of the headers as they set out.
    fn follow(&mut self, flow: &Flow, asked: &HeaderSet, stop: Stop<'n>) -> (Outcome, Vec<Onward>) {
        self.note(&flow.forward.trail.blocks, &flow.forward.trail.doubts);
        let arrived = flow.forward.end == End::Interface(stop.interface());
        let headers = &flow.forward.headers;
        let (onward, ways) = match stop {
            // Where nobody can follow them further, nobody knows whether they get there.
            _ if flow.forward.end == End::Nowhere && !flow.forward.trail.blocked() => {
                (Outcome::perhaps(headers.clone()), Vec::new())
            }
            _ if !arrived || flow.forward.trail.blocked() => (Outcome::nothing(), Vec::new()),
            Stop::Node(balancer, node) => self.onward(balancer, node, headers),
            Stop::Endpoint(service, interface) => self.behind_endpoint(service, interface, headers),
        };
        for reply in &flow.replies {
            self.note(&reply.trail.blocks, &reply.trail.doubts);
        }
        (compose(flow, asked, &onward), ways)
    }

    fn note(&mut self, blocks: &[Explanation], doubts: &[Explanation]) {
        self.blocks.extend(blocks.iter().cloned());
        self.doubts.extend(doubts.iter().cloned());
    }

    fn block(&mut self, reason: Reason, headers: HeaderSet) {
        if !headers.is_empty() {
            self.blocks.push(Explanation::new(Direction::Forward, reason, headers));
        }
    }

    fn doubt(&mut self, reason: Reason, headers: HeaderSet) {
        if !headers.is_empty() {
            self.doubts.push(Explanation::new(Direction::Forward, reason, headers));
        }
    }
}
