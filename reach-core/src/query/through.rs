//! Traffic through a load balancer: a flow to each node, and from there flows to targets (LB-01,
//! E7, E8).
//!
//! Each leg is a complete flow of its own. What the legs after it make of what arrives at a node
//! is told of the packets as they arrived there, and carried back to the packets as they set out.

mod leg;
mod targets;

use super::endpoint::{Goal, Place};
use super::start::Start;
use super::trace::{self, Path, TraceAnswer, Tracer};
use super::{Endpoint, QueryError, Verdict};
use crate::index::{InterfaceIdx, LoadBalancerIdx};
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet};
use crate::path::{End, Explanation, Flow, Hop, Origin, Terms, establish};
use crate::rules::{BalancerKind, Direction, ExplanationCode, LoadBalancer, Node, Reason, Scheme};

/// What a trace goes through.
#[derive(Debug)]
pub(super) struct Via {
    balancer: LoadBalancerIdx,
    /// The only node, if one was asked for.
    node: Option<InterfaceIdx>,
}

impl Via {
    /// Whether the end is this very load balancer.
    pub(super) fn is(&self, end: &Endpoint) -> bool {
        end.place == Place::LoadBalancer(self.balancer)
    }

    /// A load balancer, or one of its nodes.
    pub(super) fn find(net: &Compiled, end: &Endpoint, text: &str) -> Result<Self, QueryError> {
        if let Place::LoadBalancer(balancer) = end.place {
            return Ok(Self { balancer, node: None });
        }
        let node = match end.interfaces(net, text)?.as_slice() {
            [node] => Some(*node),
            _ => None,
        };
        let balancer = node.and_then(|node| net.balancer_nodes.get(&node).copied());
        match balancer {
            Some(balancer) => Ok(Self { balancer, node }),
            None => Err(QueryError::WrongSide { text: text.to_owned(), side: "way" }),
        }
    }
}

/// What becomes of headers: disjoint parts of them, the rest does not get through.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) passing: HeaderSet,
    /// For some of the choices that a load balancer has, and not for others (PIPE-07).
    pub(super) sometimes: HeaderSet,
    pub(super) perhaps: HeaderSet,
}

impl Outcome {
    pub(super) fn nothing() -> Self {
        let none = HeaderSet::empty();
        Self { passing: none.clone(), sometimes: none.clone(), perhaps: none }
    }

    pub(super) fn passing(headers: HeaderSet) -> Self {
        Self { passing: headers, ..Self::nothing() }
    }

    pub(super) fn perhaps(headers: HeaderSet) -> Self {
        Self { perhaps: headers, ..Self::nothing() }
    }

    pub(super) fn any(&self) -> HeaderSet {
        self.passing.union(&self.sometimes)
    }

    /// Outcomes of different headers.
    pub(super) fn add(&mut self, other: &Self) {
        self.passing = self.passing.union(&other.passing);
        self.sometimes = self.sometimes.union(&other.sometimes).difference(&self.passing);
        self.perhaps = self
            .perhaps
            .union(&other.perhaps)
            .difference(&self.passing)
            .difference(&self.sometimes);
    }

    /// PIPE-07: any of these may be chosen, some perhaps not at all; only what passes with every
    /// choice passes.
    pub(super) fn of_choices(part: &HeaderSet, choices: &[(Self, Chosen)]) -> Self {
        let (mut all, mut any) = (part.clone(), HeaderSet::empty());
        let mut perhaps = HeaderSet::empty();
        for (outcome, chosen) in choices {
            all = all.intersection(&outcome.passing);
            perhaps = perhaps.union(&outcome.perhaps);
            match chosen {
                Chosen::Surely => any = any.union(&outcome.any()),
                Chosen::Perhaps => perhaps = perhaps.union(&outcome.any()),
            }
        }
        let passing = all.intersection(&any);
        let sometimes = any.difference(&passing);
        Self { passing, sometimes, perhaps: perhaps.difference(&any) }
    }

    fn verdict(&self) -> Verdict {
        match () {
            () if !self.sometimes.is_empty() => Verdict::PartlyReachable,
            () if !self.passing.is_empty() => Verdict::Reachable,
            () if !self.perhaps.is_empty() => Verdict::Unknown,
            () => Verdict::NotReachable,
        }
    }
}

/// Whether a load balancer may choose something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    Surely,
    Perhaps,
}

/// One way on from a node: the load balancer's own hops and the hops of the next leg, there and
/// back, with what of the headers at the node takes it.
#[derive(Debug, Clone)]
pub(super) struct Onward {
    forward: Vec<Hop>,
    reply: Vec<Hop>,
    outcome: Outcome,
}

/// A question on its way through load balancers, with what was found so far.
pub(super) struct Through<'n> {
    net: &'n Compiled,
    terms: Terms,
    /// The target asked for; `None` where the load balancer itself is the destination.
    target: Option<&'n Goal>,
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
        let balancer = &net.load_balancers[via.balancer];
        let goal = target.map(|target| target.goal(net, &self.question.to)).transpose()?;
        let nodes: Vec<&Node> = balancer
            .nodes
            .iter()
            .filter(|node| via.node.is_none_or(|only| only == node.interface))
            .collect();
        if balancer.kind == BalancerKind::Gateway {
            let code = ExplanationCode::NotModelled;
            return Ok(self.without_walk(Verdict::Unknown, balancer.reason(code, "MB-05")));
        }
        let missing = lacking_nodes(balancer);
        if nodes.is_empty() {
            return Ok(self.without_walk(Verdict::Unknown, missing));
        }
        let mut through = Through {
            net,
            terms: self.terms,
            target: goal.as_ref(),
            blocks: Vec::new(),
            doubts: Vec::new(),
            flows: Vec::new(),
        };
        let (mut asked, mut outcome) = (HeaderSet::empty(), Outcome::nothing());
        let (mut paths, mut first, mut towards) = (Vec::new(), None, Vec::new());
        for node in nodes {
            let end = Endpoint { place: Place::Interface(node.interface) };
            let text = &net.interfaces[node.interface].id;
            let (vpcs, goal) = (end.vpcs(net, text)?, end.goal(net, text)?);
            for start in source.starts(net, &self.question.from, &vpcs, &goal)? {
                let headers = self.headers(&start, &goal);
                asked = asked.union(&headers);
                let headers = through.keep_out(balancer, &start, headers);
                outcome.add(&through.first_leg(&start, &headers, balancer, node, &mut paths));
                first = first.or(Some(start));
            }
            towards.extend(vpcs);
        }
        let Some(first) = first else { return Ok(self.no_way_in(&towards)) };
        if asked.is_empty() {
            return Ok(self.no_packets(&first));
        }
        let whole = via.node.is_some() || balancer.without_node.is_empty();
        if !whole {
            through.doubts.push(Explanation::new(Direction::Forward, missing, HeaderSet::empty()));
        }
        Ok(through.answer(self, &asked, outcome, paths, whole))
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
            Verdict::NotReachable if !whole => Verdict::Unknown,
            verdict => verdict,
        };
        let doubts = if perhaps.is_empty() && whole { Vec::new() } else { self.doubts };
        let explanations = match verdict {
            Verdict::Reachable => Vec::new(),
            Verdict::Unknown => trace::each_once(&doubts, &self.blocks),
            Verdict::PartlyReachable | Verdict::NotReachable => {
                trace::each_once(&self.blocks, &doubts)
            }
        };
        trace::sort(&mut paths);
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
        let from_internet = matches!(start.origin, Origin::Edge(Edge::InternetGateway(_)));
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
        balancer: &'n LoadBalancer,
        node: &Node,
        paths: &mut Vec<Path>,
    ) -> Outcome {
        let reached = |end| end == End::Interface(node.interface);
        let flows = establish(self.net, start.origin, headers, self.terms, &reached);
        let mut outcome = Outcome::nothing();
        for flow in flows {
            let (part, ways) = self.follow(&flow, headers, balancer, node);
            outcome.add(&part);
            join(&flow, headers, &ways, paths);
            self.flows.push(flow);
        }
        outcome
    }

    /// What becomes of a flow to a node: told of the headers as they set out.
    fn follow(
        &mut self,
        flow: &Flow,
        asked: &HeaderSet,
        balancer: &'n LoadBalancer,
        node: &Node,
    ) -> (Outcome, Vec<Onward>) {
        self.note(&flow.forward.trail.blocks, &flow.forward.trail.doubts);
        let at_node = flow.forward.end == End::Interface(node.interface);
        let (onward, ways) = if at_node && !flow.forward.trail.blocked() {
            self.onward(balancer, node, &flow.forward.headers)
        } else {
            (Outcome::nothing(), Vec::new())
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

/// The outcome of a flow whose end is a node, given what becomes of its headers from there on.
fn compose(flow: &Flow, asked: &HeaderSet, onward: &Outcome) -> Outcome {
    let back = |headers: &HeaderSet| flow.forward.trail.undo(headers.clone()).intersection(asked);
    let any = back(&onward.any());
    let perhaps = back(&onward.perhaps);
    let arrived = &flow.forward.headers;
    let lost = back(&arrived.difference(&onward.any()).difference(&onward.perhaps));
    // Behind a NAT gateway several packets are one: what is not lost for any of them is certain.
    let certain = back(&onward.passing)
        .difference(&lost)
        .difference(&perhaps)
        .difference(&back(&onward.sometimes));
    let reach = flow.passing.union(&flow.sometimes);
    let passing = flow.passing.intersection(&certain);
    let sometimes = reach.intersection(&any).difference(&passing);
    let perhaps = reach
        .union(&flow.perhaps)
        .intersection(&any.union(&perhaps))
        .difference(&passing)
        .difference(&sometimes);
    Outcome { passing, sometimes, perhaps }
}

/// Paths of a flow to a node, each joined with every way on from there.
fn join(flow: &Flow, asked: &HeaderSet, ways: &[Onward], paths: &mut Vec<Path>) {
    for path in trace::path(flow) {
        if ways.is_empty() {
            let verdict = compose(flow, asked, &Outcome::nothing()).verdict();
            paths.push(Path { verdict, passing: HeaderSet::empty(), ..path });
            continue;
        }
        for way in ways {
            let outcome = compose(flow, asked, &way.outcome);
            let passing = outcome.passing.intersection(&path.passing);
            let verdict = match path.verdict {
                Verdict::NotReachable => Verdict::NotReachable,
                _ => outcome.verdict(),
            };
            paths.push(Path {
                verdict,
                forward: path.forward.iter().chain(&way.forward).cloned().collect(),
                reply: way.reply.iter().chain(&path.reply).cloned().collect(),
                passing,
            });
        }
    }
}
