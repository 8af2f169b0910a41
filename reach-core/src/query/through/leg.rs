//! The leg from a node to one target (LB-10 to LB-14).

use super::super::endpoint::Place;
use super::super::{Endpoint, path};
use super::packets::{Leg, preserving, re_sourced};
use super::{Chosen, Onward, Outcome, Stop, Through, joined, lacking_nodes};
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::path::{End, Explanation, Flow, Hop, establish};
use crate::rules::{
    BalancerKind, ComponentKind, Direction, Evidence, ExplanationCode, GroupTarget, Listener,
    LoadBalancer, Node, Reason, TargetGroup, TargetPlace,
};

/// A listener, and what it forwards to.
type Way<'n> = (&'n Listener, &'n TargetGroup, &'n GroupTarget);

impl<'n> Through<'n> {
    /// What becomes of the headers at a node that it sends to one target.
    pub(super) fn send(
        &mut self,
        balancer: &'n LoadBalancer,
        node: &Node,
        to: Way<'n>,
        part: &HeaderSet,
        ways: &mut Vec<Onward>,
    ) -> Outcome {
        let (_, group, target) = to;
        let Some(port) = target.port else { return self.lacking(group, target, part) };
        match target.place {
            TargetPlace::Instance(_, address) | TargetPlace::Address(address) => {
                let addresses = IpSet::from_addr(address);
                self.send_to(balancer, node, to, (&addresses, port), part, ways)
            }
            // An Application Load Balancer: any of its nodes may be chosen.
            TargetPlace::Balancer(index) if balancer.kind == BalancerKind::Network => {
                let next = &self.net.load_balancers[index];
                let mut outcomes = Vec::new();
                for at in &next.nodes {
                    // Such a group is of IPv4.
                    let addresses = self.net.interfaces[at.interface].owned.only_v4();
                    let outcome = self.send_to(balancer, node, to, (&addresses, port), part, ways);
                    outcomes.push((outcome, Chosen::Surely));
                }
                if next.nodes.is_empty() || !next.without_node.is_empty() {
                    self.doubt(lacking_nodes(next), part.clone());
                    outcomes.push((Outcome::perhaps(part.clone()), Chosen::Perhaps));
                }
                Outcome::of_choices(part, &outcomes)
            }
            TargetPlace::Function => Outcome::nothing(),
            TargetPlace::Balancer(_) | TargetPlace::Unaddressed(_) | TargetPlace::Missing => {
                self.lacking(group, target, part)
            }
        }
    }

    fn send_to(
        &mut self,
        balancer: &'n LoadBalancer,
        node: &Node,
        to: Way<'n>,
        (addresses, port): (&IpSet, u16),
        part: &HeaderSet,
        ways: &mut Vec<Onward>,
    ) -> Outcome {
        let (_, group, _) = to;
        let kept = match self.private_link {
            // EP-07: whatever the setting.
            true => Some(false),
            false => group.preserves(balancer.kind),
        };
        let own = &self.net.interfaces[node.interface].owned;
        let family = if addresses.only_v4().is_empty() { IpSet::all_v6() } else { IpSet::all_v4() };
        let same = part.restrict_destinations(&family);
        let other = part.difference(&same);
        let mut outcome = Outcome::nothing();
        for (part, preserves) in [(same, kept), (other, Some(false))] {
            if part.is_empty() {
                continue;
            }
            let leg = |preserves| {
                if preserves {
                    preserving(node.interface, &part, addresses, port)
                } else {
                    re_sourced(own, node.interface, &part, addresses, port)
                }
            };
            match preserves {
                Some(preserves) => {
                    let leg = leg(preserves);
                    outcome.add(&self.walk(balancer, to, &leg, ways));
                }
                // LB-13: what holds either way holds.
                None => {
                    let legs = [leg(true), leg(false)];
                    let before = ways.len();
                    let [one, two] = legs.map(|leg| self.walk(balancer, to, &leg, ways));
                    let passing = one.passing.intersection(&two.passing);
                    let any = one.any().union(&two.any());
                    let perhaps = any.union(&one.perhaps).union(&two.perhaps).difference(&passing);
                    let untold = Evidence::attribute(
                        &group.id,
                        "preserve_client_ip.enabled",
                        "not collected",
                    );
                    let code = ExplanationCode::UnknownResource;
                    let reason = Reason::new(code, group.component(), &["LB-13"]).with(untold);
                    ways.iter_mut().skip(before).for_each(|way| way.doubt(&passing, &reason));
                    self.doubt(reason, perhaps.clone());
                    outcome.add(&Outcome { passing, sometimes: HeaderSet::empty(), perhaps });
                }
            }
        }
        outcome
    }

    /// A target that the snapshot lacks, or its port.
    fn lacking(&mut self, group: &TargetGroup, target: &GroupTarget, part: &HeaderSet) -> Outcome {
        let code = ExplanationCode::UnknownResource;
        let reason = Reason::new(code, group.component(), &["LB-07"]).with(Evidence::attribute(
            &group.id,
            "Target.Id",
            &target.id,
        ));
        self.doubt(reason, part.clone());
        Outcome::perhaps(part.clone())
    }

    fn walk(
        &mut self,
        balancer: &'n LoadBalancer,
        to: Way<'n>,
        leg: &Leg,
        ways: &mut Vec<Onward>,
    ) -> Outcome {
        let (_, group, target) = to;
        if leg.headers.is_empty() {
            // PK-01: the node has no address of the target's family.
            let code = ExplanationCode::AddressFamilyMismatch;
            self.block(balancer.reason(code, "LB-10"), leg.part.clone());
            return Outcome::nothing();
        }
        if let Some(reason) = unusual_source(balancer, leg) {
            self.doubt(reason, leg.part.clone());
            return Outcome::perhaps(leg.part.clone());
        }
        let headers = self.no_hairpin(balancer, target, leg);
        let reached = self.reached(target);
        let flows = establish(self.net, leg.origin, &headers, self.terms, &reached);
        let hops = hops(balancer, to, leg);
        let mut sent = Vec::new();
        for mut flow in flows {
            if leg.preserves {
                self.limit(balancer, group, &headers, &mut flow);
            }
            let (outcome, further) = match target.place {
                TargetPlace::Balancer(index) => {
                    let next = &self.net.load_balancers[index];
                    let end = flow.forward.end;
                    let at = next.nodes.iter().find(|at| end == End::Interface(at.interface));
                    // A branch that ends nowhere is no more at one node than at another.
                    match at.or(next.nodes.first()) {
                        Some(at) => self.follow(&flow, &headers, Stop::Node(next, at)),
                        None => (Outcome::nothing(), Vec::new()),
                    }
                }
                _ => {
                    self.note(&flow.forward.trail.blocks, &flow.forward.trail.doubts);
                    for reply in &flow.replies {
                        self.note(&reply.trail.blocks, &reply.trail.doubts);
                    }
                    (flow_outcome(&flow), Vec::new())
                }
            };
            for path in path::of_flow(self.net, &flow) {
                for more in each_or_none(&further) {
                    ways.push(Onward {
                        forward: joined(&[&hops, &path.forward, &more.forward]),
                        reply: joined(&[&more.reply, &path.reply]),
                        explanations: joined(&[&path.explanations, &more.explanations]),
                        choices: joined(&[&path.choices, &more.choices]),
                        outcome: leg.back(&headers, &outcome),
                    });
                }
            }
            sent.push((flow.passing.clone(), outcome));
            self.flows.push(flow);
        }
        leg.back(&leg.headers, &Outcome::of_flows(&sent))
    }

    /// LB-14: a target that is its own client gets nothing back.
    fn no_hairpin(
        &mut self,
        balancer: &LoadBalancer,
        target: &GroupTarget,
        leg: &Leg,
    ) -> HeaderSet {
        if !leg.preserves {
            return leg.headers.clone();
        }
        let own = match target.place {
            TargetPlace::Instance(interface, _) => self.net.interfaces[interface].owned.clone(),
            TargetPlace::Address(address) => {
                let address = IpSet::from_addr(address);
                let all = balancer.vpc.map(|vpc| &self.net.residents[vpc]);
                let owners = all.map(|all| all.addresses.owners(&address)).unwrap_or_default();
                let own = owners.iter().map(|owner| &self.net.interfaces[*owner].owned);
                address.union(&IpSet::union_all(own))
            }
            _ => IpSet::empty(),
        };
        let back = leg.headers.restrict_sources(&own);
        self.block(balancer.reason(ExplanationCode::LbHairpin, "LB-14"), back.clone());
        leg.headers.difference(&back)
    }

    /// Whether an end is the target; and the one asked for, if one is.
    fn reached(&self, target: &GroupTarget) -> impl Fn(End) -> bool + use<'n> {
        let net = self.net;
        let goal = self.target;
        let place = target.place;
        let outside = match place {
            TargetPlace::Address(address) => {
                let end = Endpoint { place: Place::Address(address) };
                end.goal(net, &target.id).ok()
            }
            _ => None,
        };
        move |end| match place {
            TargetPlace::Instance(interface, _) => end == End::Interface(interface),
            TargetPlace::Address(_) => {
                let asked = goal.is_none_or(|goal| goal.reached(end));
                asked && outside.as_ref().is_some_and(|goal| goal.reached(end))
            }
            TargetPlace::Balancer(index) => {
                let nodes = &net.load_balancers[index].nodes;
                nodes.iter().any(|node| end == End::Interface(node.interface))
            }
            TargetPlace::Function | TargetPlace::Unaddressed(_) | TargetPlace::Missing => false,
        }
    }

    /// LB-13: a load balancer that keeps the client's address reaches targets of its own VPC, and
    /// of peered ones of its Region directly.
    fn limit(
        &self,
        balancer: &LoadBalancer,
        group: &TargetGroup,
        sent: &HeaderSet,
        flow: &mut Flow,
    ) {
        let trail = &flow.forward.trail;
        // Where the reply goes that a translation turns back, nobody says.
        if trail.translated() && !trail.blocked() {
            let code = ExplanationCode::Elbv2SourceAddressPreservation;
            let told = flow.forward.headers.clone();
            flow.perhaps = trail.undo(told.clone()).intersection(sent);
            (flow.passing, flow.sometimes) = (HeaderSet::empty(), HeaderSet::empty());
            let reason = balancer.reason(code, "LB-13");
            flow.forward.trail.doubts.push(Explanation::new(Direction::Forward, reason, told));
            return;
        }
        let direct = flow.forward.trail.gateways.iter().all(|gateway| match gateway.kind {
            ComponentKind::VpcPeeringConnection => self.near(&gateway.id),
            _ => false,
        });
        let open = flow.passing.union(&flow.sometimes).union(&flow.perhaps);
        if direct || open.is_empty() {
            return;
        }
        let code = ExplanationCode::Elbv2SourceAddressPreservation;
        let reason = balancer.reason(code, "LB-13");
        let told = flow.forward.headers.clone();
        // These may receive packets, but cannot answer them.
        let one_way = matches!(&*group.protocol, "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC");
        (flow.passing, flow.sometimes) = (HeaderSet::empty(), HeaderSet::empty());
        if one_way && self.terms.forward {
            flow.passing = open;
        } else if one_way {
            flow.perhaps = HeaderSet::empty();
            let block = Explanation::new(Direction::Return, reason, told);
            flow.forward.trail.blocks.push(block);
        } else {
            flow.perhaps = open;
            let doubt = Explanation::new(Direction::Forward, reason, told);
            flow.forward.trail.doubts.push(doubt);
        }
    }

    /// Whether both sides of a peering connection are in one Region.
    fn near(&self, id: &str) -> bool {
        let mut peerings = self.net.peerings.iter();
        peerings.any(|(_, peering)| &*peering.id == id && peering.same_region == Some(true))
    }
}

fn flow_outcome(flow: &Flow) -> Outcome {
    Outcome {
        passing: flow.passing.clone(),
        sometimes: flow.sometimes.difference(&flow.passing),
        perhaps: flow.perhaps.difference(&flow.passing).difference(&flow.sometimes),
    }
}

/// IPv6 UDP may come from a prefix of its own, which is not modelled.
fn unusual_source(balancer: &LoadBalancer, leg: &Leg) -> Option<Reason> {
    let v6 = leg.headers.restrict_destinations(&IpSet::all_v6());
    let affected = balancer.v6_source_prefix && !leg.preserves;
    (affected && !v6.restrict_traffic(&Traffic::all_udp()).is_empty())
        .then(|| balancer.reason(ExplanationCode::NotModelled, "LB-10"))
}

/// The load balancer and the target group, as elements of the path.
fn hops(balancer: &LoadBalancer, (listener, group, target): Way<'_>, leg: &Leg) -> [Hop; 2] {
    let address = |target: &GroupTarget| match target.place {
        TargetPlace::Instance(_, address) => format!("{} ({address})", target.id),
        _ => target.id.to_string(),
    };
    let hop = |component, inbound: &HeaderSet, outbound, evidence| Hop {
        component,
        inbound: inbound.clone(),
        outbound,
        evidence: vec![evidence],
    };
    [
        hop(balancer.component(), &leg.part, None, listener.evidence(balancer)),
        hop(
            group.component(),
            &leg.part,
            Some(leg.headers.clone()),
            Evidence::attribute(&group.id, "Target.Id", &address(target)),
        ),
    ]
}

/// The ways on; a way without hops where there are none.
fn each_or_none(ways: &[Onward]) -> Vec<Onward> {
    match ways {
        [] => vec![Onward::nothing_more(Outcome::nothing())],
        ways => ways.to_vec(),
    }
}
