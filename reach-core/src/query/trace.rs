use std::collections::BTreeSet;

use serde::Serialize;

use super::endpoint::{Goal, internet_beyond};
use super::start::Start;
use super::through::Via;
use super::{Endpoint, Path, QueryError, Verdict, path};
use crate::index::VpcIdx;
use crate::network::{Compiled, Network};
use crate::order;
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::path::{Explanation, Flow, Origin, Terms, Vouched, establish};
use crate::rules::{Assumption, Component, Direction, ExplanationCode, Note, Reason};

/// How a trace is asked.
#[derive(Debug, Clone, Default)]
pub struct TraceOptions {
    /// One-way delivery instead of a flow that completes (PK-03).
    pub forward: bool,
    /// The client's source ports; ephemeral ports 1024-65535 when not given (PK-04).
    pub source_ports: Option<PortSet>,
    /// The addresses that the source sends with, instead of all its own: one of several, or
    /// somebody else's that it forwards or forges (PIPE-08).
    pub source_addresses: Option<IpSet>,
    /// What the flow goes through on its way to the destination: a load balancer or one of its
    /// nodes, whose listener `traffic` is then sent to (LB-17).
    pub via: Option<String>,
    /// Codes of assumptions that the asker vouches for, such as `A-PORT25` for an account that AWS
    /// exempted from its mail restriction (IG-11).
    pub vouched: Vec<String>,
}

/// What was asked, in the words of the asker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct TraceQuestion {
    /// The source.
    pub from: String,
    /// The destination.
    pub to: String,
    /// What is sent, source ports included.
    pub traffic: Traffic,
    /// `establish` or `forward`.
    #[cfg_attr(feature = "ts", ts(type = "\"establish\" | \"forward\""))]
    pub question: &'static str,
}

/// The answer to a trace: plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields, rename = "Trace"))]
pub struct TraceAnswer {
    /// The answer in a word.
    pub verdict: Verdict,
    /// What was asked.
    #[serde(flatten)]
    pub question: TraceQuestion,
    /// Why not, the deciding element first; empty for [`Verdict::Reachable`].
    pub explanations: Vec<Explanation>,
    /// The packets that get through, as the source sends them.
    pub passing: HeaderSet,
    /// The packets whose passing depends on a port that a NAT gateway chooses: some of the ports
    /// that it may choose pass, others do not (PK-05).
    #[serde(skip_serializing_if = "HeaderSet::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub sometimes: HeaderSet,
    /// The packets for which it depends on something that is not known, as the source sends them.
    #[serde(skip_serializing_if = "HeaderSet::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub unknown: HeaderSet,
    /// Every way that the packets take, those that get through first.
    pub paths: Vec<Path>,
    /// What the answer takes for granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub assumptions: Vec<Assumption>,
    /// What else is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub notes: Vec<Note>,
}

impl Network {
    /// Follows traffic from one end to another, reply included, and says what gets through, by
    /// which hops, and what stops the rest.
    ///
    /// `from` and `to` are what [`Network::endpoint`] reads.
    ///
    /// ```
    /// use reach_core::{Network, TraceOptions, Verdict, snapshot::Snapshot};
    ///
    /// let network = Network::compile(Snapshot::default());
    /// let nobody = network.trace("internet", "i-1", &"tcp/22".parse()?, &TraceOptions::default());
    /// assert_eq!(nobody.unwrap_err().code(), "unknown_endpoint");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`QueryError`] when an end cannot be found or cannot stand on its side.
    pub fn trace(
        &self,
        from: &str,
        to: &str,
        traffic: &Traffic,
        options: &TraceOptions,
    ) -> Result<TraceAnswer, QueryError> {
        self.follow(from, to, traffic, options, true)
    }

    /// [`trace`](Self::trace) without the hops and the reasons: only what gets through. Cheaper
    /// where nobody looks at more; for many pairs of interfaces [`matrix`](Self::matrix) is cheaper
    /// still.
    ///
    /// # Errors
    ///
    /// As [`trace`](Self::trace).
    pub fn verdict(
        &self,
        from: &str,
        to: &str,
        traffic: &Traffic,
        options: &TraceOptions,
    ) -> Result<Verdict, QueryError> {
        Ok(self.follow(from, to, traffic, options, false)?.verdict)
    }

    fn follow(
        &self,
        from: &str,
        to: &str,
        traffic: &Traffic,
        options: &TraceOptions,
        detail: bool,
    ) -> Result<TraceAnswer, QueryError> {
        let net = self.compiled();
        let source = self.endpoint(from)?;
        let destination = self.endpoint(to)?;
        let ports = options.source_ports.clone().unwrap_or_else(PortSet::ephemeral);
        let traffic = traffic.from_source_ports(&ports);
        if traffic.is_empty() {
            return Err(QueryError::NoTraffic);
        }
        let vouched = vouched(&options.vouched)?;
        let terms = Terms { forward: options.forward, detail, vouched, ..Terms::default() };
        let question = TraceQuestion {
            from: from.to_owned(),
            to: to.to_owned(),
            traffic,
            question: if options.forward { "forward" } else { "establish" },
        };
        let sources = options.source_addresses.clone();
        let tracer = Tracer { net, question, terms, sources };
        let via = match options.via.as_deref() {
            Some(text) => Some(Via::find(net, &self.endpoint(text)?, text)?),
            None => Via::implied(net, &destination),
        };
        tracer.ask(&source, &destination, via)
    }
}

pub(super) struct Tracer<'n> {
    pub(super) net: &'n Compiled,
    pub(super) question: TraceQuestion,
    pub(super) terms: Terms,
    pub(super) sources: Option<IpSet>,
}

impl<'n> Tracer<'n> {
    /// For questions whose ends need no words.
    pub(super) fn plain(net: &'n Compiled, traffic: Traffic, terms: Terms) -> Self {
        let question = TraceQuestion {
            from: String::new(),
            to: String::new(),
            traffic,
            question: if terms.forward { "forward" } else { "establish" },
        };
        Self { net, question, terms, sources: None }
    }

    pub(super) fn ask(
        self,
        source: &Endpoint,
        destination: &Endpoint,
        via: Option<Via>,
    ) -> Result<TraceAnswer, QueryError> {
        let Some(via) = via else { return self.answer(source, destination) };
        let target = (!via.is(self.net, destination)).then_some(destination);
        self.through(source, &via, target)
    }

    fn answer(self, source: &Endpoint, destination: &Endpoint) -> Result<TraceAnswer, QueryError> {
        let net = self.net;
        let towards = destination.vpcs(net, &self.question.to)?;
        let goal = destination.goal(net, &self.question.to)?;
        if let Some(homeless) = goal.interfaces.iter().find(|i| net.interfaces[**i].vpc.is_none()) {
            let component = net.interfaces[*homeless].component();
            let reason = Reason::new(ExplanationCode::UnknownResource, component, &["ENI-01"]);
            let starts = source.starts(net, &self.question.from, &towards, &goal);
            let asked = starts.unwrap_or_default();
            let mut asked = HeaderSet::union_all(asked.iter().map(|it| self.headers(it, &goal)));
            if asked.is_empty() {
                asked = self.entering(&goal);
            }
            let answer = self.without_walk(Verdict::Unknown, reason);
            return Ok(TraceAnswer { unknown: asked, ..answer });
        }
        let starts = source.starts(net, &self.question.from, &towards, &goal)?;
        let mut asked = HeaderSet::empty();
        let mut flows = Vec::new();
        let terms = Terms { sought: goal.sought(), ..self.terms };
        for start in &starts {
            let headers = self.headers(start, &goal);
            asked = asked.union(&headers);
            let reached = |end| goal.reached(end);
            flows.extend(establish(net, start.origin, &headers, terms, &reached));
        }
        if let (true, Some(start)) = (asked.is_empty(), starts.first()) {
            return Ok(self.no_packets(start));
        }
        if starts.is_empty() {
            let asked = self.entering(&goal);
            return Ok(self.no_way_in(&towards, asked));
        }
        Ok(self.sum_up(&asked, &flows))
    }

    /// PK-01: the ends have addresses, but none of one family.
    pub(super) fn no_packets(self, start: &Start) -> TraceAnswer {
        let component = match start.origin {
            Origin::Interface(interface) | Origin::Preserving(interface) => {
                self.net.interfaces[interface].component()
            }
            Origin::Edge(_)
            | Origin::Beyond(_)
            | Origin::Unfollowed(_)
            | Origin::Uncollected(_) => Component::internet(),
        };
        let code = ExplanationCode::AddressFamilyMismatch;
        self.without_walk(Verdict::NotReachable, Reason::new(code, component, &["PK-01"]))
    }

    pub(super) fn headers(&self, start: &Start, goal: &Goal) -> HeaderSet {
        HeaderSet::product(
            self.sources.as_ref().unwrap_or(&start.sources),
            goal.addresses_from(start.origin),
            &self.question.traffic,
        )
    }

    /// What would come in over an internet gateway, if there were one.
    pub(super) fn entering(&self, goal: &Goal) -> HeaderSet {
        let internet = internet_beyond(self.net);
        let sources = self.sources.as_ref().unwrap_or(&internet);
        let addresses = goal.public.as_ref().unwrap_or(&goal.addresses);
        HeaderSet::product(sources, addresses, &self.question.traffic)
    }

    /// No edge leads from the source to the destination's VPC.
    pub(super) fn no_way_in(self, towards: &[VpcIdx], asked: HeaderSet) -> TraceAnswer {
        let (verdict, reason) = match towards.first() {
            Some(vpc) => {
                let component = self.net.vpcs[*vpc].component();
                let code = ExplanationCode::BadStateAttachment;
                (Verdict::NotReachable, Reason::new(code, component, &["IG-01"]))
            }
            None if !self.net.interfaces_known() => {
                let code = ExplanationCode::UnknownResource;
                let reason = Reason::new(code, Component::internet(), &["IG-03"]);
                (Verdict::Unknown, reason)
            }
            None => {
                let code = ExplanationCode::IgwPrivateIpAssociationForIngress;
                let reason = Reason::new(code, Component::internet(), &["IG-03"]);
                (Verdict::NotReachable, reason)
            }
        };
        let mut answer = self.without_walk(verdict, reason);
        if verdict == Verdict::Unknown {
            answer.unknown = asked;
        }
        answer
    }

    pub(super) fn without_walk(self, verdict: Verdict, reason: Reason) -> TraceAnswer {
        let explanation = Explanation::new(Direction::Forward, reason, HeaderSet::empty());
        TraceAnswer {
            verdict,
            question: self.question,
            explanations: vec![explanation],
            passing: HeaderSet::empty(),
            sometimes: HeaderSet::empty(),
            unknown: HeaderSet::empty(),
            paths: Vec::new(),
            assumptions: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn sum_up(self, asked: &HeaderSet, flows: &[Flow]) -> TraceAnswer {
        let passing = HeaderSet::union_all(flows.iter().map(|flow| flow.passing.clone()));
        let sometimes = HeaderSet::union_all(flows.iter().map(|flow| flow.sometimes.clone()))
            .difference(&passing);
        let unknown = HeaderSet::union_all(flows.iter().map(|flow| flow.perhaps.clone()))
            .difference(&passing)
            .difference(&sometimes);
        let verdict = verdict(asked, &passing, &sometimes, &unknown);
        let explanations =
            if verdict == Verdict::Reachable { Vec::new() } else { explanations(verdict, flows) };
        let mut paths: Vec<Path> =
            flows.iter().flat_map(|flow| path::of_flow(self.net, flow)).collect();
        path::sort(&mut paths);
        TraceAnswer {
            verdict,
            question: self.question,
            explanations,
            assumptions: assumptions(&passing, flows),
            notes: notes(flows),
            passing,
            sometimes,
            unknown,
            paths,
        }
    }
}

/// The assumptions that a question may take for settled.
fn vouched(codes: &[String]) -> Result<Vouched, QueryError> {
    let mut vouched = Vouched::default();
    for code in codes {
        match code.as_str() {
            "A-PORT25" => vouched.mail = true,
            "A-ASYMMETRIC" => vouched.asymmetric = true,
            _ => return Err(QueryError::UnknownAssumption { text: code.clone() }),
        }
    }
    Ok(vouched)
}

pub(super) fn verdict(
    asked: &HeaderSet,
    passing: &HeaderSet,
    sometimes: &HeaderSet,
    unknown: &HeaderSet,
) -> Verdict {
    match (passing.is_empty(), unknown.is_empty()) {
        _ if !sometimes.is_empty() => Verdict::PartlyReachable,
        (true, true) => Verdict::NotReachable,
        (true, false) => Verdict::Unknown,
        (false, _) if passing == asked => Verdict::Reachable,
        (false, _) => Verdict::PartlyReachable,
    }
}

/// The blocks and doubts of all flows: what decides first, each element once.
fn explanations(verdict: Verdict, flows: &[Flow]) -> Vec<Explanation> {
    let mut blocks: Vec<Explanation> = Vec::new();
    let mut doubts: Vec<Explanation> = Vec::new();
    for flow in flows {
        let trails = std::iter::once(&flow.forward.trail)
            .chain(flow.replies.iter().map(|reply| &reply.trail));
        for trail in trails {
            trail.blocks.iter().for_each(|block| merge(&mut blocks, block));
            if !flow.perhaps.is_empty() {
                trail.doubts.iter().for_each(|doubt| merge(&mut doubts, doubt));
            }
        }
    }
    let (mut first, second) =
        if verdict == Verdict::Unknown { (doubts, blocks) } else { (blocks, doubts) };
    first.extend(second);
    first
}

/// Explanations in this order, each element once.
pub(super) fn each_once(first: &[Explanation], second: &[Explanation]) -> Vec<Explanation> {
    let of = |all: &[Explanation]| {
        let mut list = Vec::new();
        for new in all {
            merge(&mut list, new);
        }
        list
    };
    let mut list = of(first);
    list.extend(of(second));
    list
}

/// A host that is down stops the request and would stop the reply: that is one reason.
fn merge(list: &mut Vec<Explanation>, new: &Explanation) {
    let same = |old: &&mut Explanation| {
        old.reason.code == new.reason.code
            && old.reason.component == new.reason.component
            && (old.direction == new.direction || old.direction == Direction::Forward)
    };
    match list.iter_mut().find(same) {
        Some(old) if old.direction == new.direction => {
            old.headers = old.headers.union(&new.headers);
        }
        Some(_) if !needs_both_directions(new.reason.code) => {}
        _ => list.push(new.clone()),
    }
}

/// An ACL decides each direction by other entries.
fn needs_both_directions(code: ExplanationCode) -> bool {
    matches!(code, ExplanationCode::SubnetAclRestriction | ExplanationCode::NoRouteToDestination)
}

/// RP-04: request and reply by different private gateways.
pub(super) fn notes(flows: &[Flow]) -> Vec<Note> {
    let crossed = |components: &[Component]| -> BTreeSet<Component> {
        order::tree(components.iter().cloned())
    };
    let asymmetric = flows.iter().any(|flow| {
        let there = crossed(&flow.forward.trail.private);
        flow.replies.iter().any(|reply| {
            let back = crossed(&reply.trail.private);
            let through = !flow.forward.trail.blocked() && !reply.trail.blocked();
            through && !there.is_empty() && !back.is_empty() && there != back
        })
    });
    if asymmetric { vec![Note::ASYMMETRIC_STATELESS] } else { Vec::new() }
}

pub(super) fn assumptions(passing: &HeaderSet, flows: &[Flow]) -> Vec<Assumption> {
    let mut found: Vec<Assumption> = flows
        .iter()
        .filter(|flow| !flow.passing.is_empty() || !flow.perhaps.is_empty())
        .flat_map(|flow| {
            let replies = flow.replies.iter().flat_map(|reply| &reply.trail.assumptions);
            flow.forward.trail.assumptions.iter().chain(replies)
        })
        .cloned()
        .collect();
    if !passing.is_empty() {
        found.push(Assumption::HOST);
    }
    let mail = flows.iter().any(|flow| {
        flow.forward
            .trail
            .blocks
            .iter()
            .any(|block| block.reason.code == ExplanationCode::Port25Restriction)
    });
    if mail {
        found.push(Assumption::PORT_25);
    }
    order::sort(&mut found);
    found.dedup();
    found
}
