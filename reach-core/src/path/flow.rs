//! A flow: what arrives, and what of it gets an answer (semantics section 16).

use super::choice::{Outcome, always};
use super::middlebox::miss;
use super::{Branch, End, Explanation, Origin, Walk};
use crate::network::{Compiled, Edge};
use crate::packet::HeaderSet;
use crate::rules::{Component, Direction, ExplanationCode, Reason};

/// How a flow is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    /// One-way delivery (PK-03), instead of a flow that completes (RP-01).
    pub(crate) forward: bool,
    /// Whether hops, evidence and blocked branches are kept.
    pub(crate) detail: bool,
    /// Whether security groups are left out, those of the ends and those on the way, and what load
    /// balancers and endpoints ask at their own interfaces: [`Guard`](super::Guard) asks it apart
    /// from the way.
    pub(crate) open: bool,
    pub(crate) sought: Sought,
    pub(crate) vouched: Vouched,
}

/// What the packets are to reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sought {
    /// Whoever has the address that they are sent to, who has a say by whichever way they come.
    #[default]
    Owner,
    /// A gateway, or the internet: the owner of the address has no say.
    Edge,
}

/// Assumptions that the asker vouches for: what hangs on them passes, and says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Vouched {
    /// `A-PORT25`: the account may send mail (IG-11).
    pub(crate) mail: bool,
    /// `A-ASYMMETRIC`: appliances let pass what they see of a flow that they saw one side of
    /// (MB-03).
    pub(crate) asymmetric: bool,
}

/// One forward branch with the branches of its reply.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) forward: Branch,
    pub(crate) replies: Vec<Branch>,
    /// What certainly gets through, as it set out.
    pub(crate) passing: HeaderSet,
    /// What gets through for some ports or ways that AWS may choose, and not for others.
    pub(crate) sometimes: HeaderSet,
    /// What may get through, as it set out.
    pub(crate) perhaps: HeaderSet,
    /// What gets through or may, by the choices that it hangs on.
    outcomes: Vec<Outcome>,
}

impl Flow {
    /// Whether what gets through hangs on a choice of AWS (PIPE-07).
    pub(crate) fn chosen(&self) -> bool {
        self.outcomes.iter().any(|outcome| !outcome.choices.is_empty())
    }
}

/// Walks headers from `origin`, and the replies back to it. `reached` tells whether an end is the
/// destination asked for.
pub(crate) fn establish(
    net: &Compiled,
    origin: Origin,
    headers: &HeaderSet,
    terms: Terms,
    reached: &dyn Fn(End) -> bool,
) -> Vec<Flow> {
    let branches = Walk::forward(net, terms).run(origin, headers.clone());
    let mut flows: Vec<Flow> = branches
        .into_iter()
        .filter_map(|mut forward| {
            if forward.end != End::Nowhere && !reached(forward.end) {
                if !terms.detail {
                    return None;
                }
                elsewhere(net, &mut forward);
            }
            Some(complete(net, origin, headers, terms, forward))
        })
        .collect();
    weigh_choices(&mut flows);
    flows
}

/// PIPE-07: what passes by some of the ways that AWS may choose, and not by all, passes sometimes;
/// where it may pass by all the others, nobody can tell.
fn weigh_choices(flows: &mut [Flow]) {
    if flows.iter().all(|flow| flow.outcomes.iter().all(|outcome| outcome.choices.is_empty())) {
        return;
    }
    let outcomes: Vec<Outcome> =
        flows.iter().flat_map(|flow| flow.outcomes.iter().cloned()).collect();
    let passing = always(outcomes.iter().filter(|outcome| outcome.sure));
    let perhaps = always(&outcomes);
    for flow in flows {
        let lost = flow.passing.difference(&passing);
        flow.passing = flow.passing.intersection(&passing);
        flow.perhaps = flow.perhaps.union(&lost.intersection(&perhaps));
        flow.sometimes = flow.sometimes.union(&lost.difference(&perhaps));
    }
}

/// The packet ends at somebody else.
fn elsewhere(net: &Compiled, branch: &mut Branch) {
    let code = ExplanationCode::DestinationElsewhere;
    let reason = Reason::new(code, component(net, branch.end), &["PK-06"]);
    let headers = branch.headers.clone();
    branch.trail.blocks.push(Explanation::new(Direction::Forward, reason, headers));
}

fn component(net: &Compiled, end: End) -> Component {
    match end {
        End::Interface(interface) => net.interfaces[interface].component(),
        End::OnPremises(gateway) => net.vpn_gateways[gateway].component(),
        End::Outpost(vpc) => net.vpcs[vpc].component(),
        End::Beyond(attachment) => net.attachments[attachment].component(),
        End::GatewayEndpoint(endpoint) => net.endpoints[endpoint].component(),
        End::Internet(_) | End::Edge(_) | End::Service | End::Nowhere => Component::internet(),
    }
}

fn complete(
    net: &Compiled,
    origin: Origin,
    asked: &HeaderSet,
    terms: Terms,
    forward: Branch,
) -> Flow {
    let mut sometimes = HeaderSet::empty();
    let mut replies = Vec::new();
    let mut outcomes = Vec::new();
    let set_out = |headers: HeaderSet| forward.trail.undo(headers).intersection(asked);
    // Without a reply: one-way delivery, a service beside the host, an end that nobody knows, or a
    // packet that never left its host (ENI-11).
    let itself = matches!(origin, Origin::Interface(from) if forward.end == End::Interface(from))
        && !forward.trail.left;
    if terms.forward || itself || matches!(forward.end, End::Service | End::Nowhere) {
        outcomes.extend(place(&forward, set_out(forward.headers.clone())));
    } else {
        // RP-05: what has no reply needs none.
        outcomes.extend(place(&forward, set_out(forward.headers.unanswered())));
        let walk = Walk::reply(net, terms, origin, forward.trail.clone());
        for mut reply in walk.run_reply(forward.end, forward.headers.reply()) {
            let home = match origin {
                Origin::Interface(interface) | Origin::Preserving(interface) => {
                    reply.end == End::Interface(interface)
                }
                // RP-03: any way is good that leads to the VPC that asked.
                Origin::Edge(Edge::Peering { index, into }) => {
                    let asked = net.peerings[index].far_side(into).and_then(|far| far.vpc);
                    match reply.end {
                        End::Interface(interface) => {
                            asked.is_some() && net.interfaces[interface].vpc == asked
                        }
                        end => end == End::Edge(Edge::Peering { index, into }),
                    }
                }
                Origin::Edge(edge) => reply.end == End::Edge(edge),
                // HYB-08: which of its links the customer's network takes it by is its own matter.
                Origin::Beyond(_) => matches!(reply.end, End::Beyond(_)),
                // Where it leads back to, nobody can say.
                Origin::Unfollowed(_) | Origin::Uncollected(_) => false,
            };
            if !home && both_on_premises(origin, reply.end) {
                let code = ExplanationCode::NotModelled;
                let reason = Reason::new(code, component(net, reply.end), &["RP-03", "HYB-08"]);
                let headers = reply.headers.clone();
                reply.trail.doubts.push(Explanation::new(Direction::Return, reason, headers));
            } else if !home && reply.end != End::Nowhere {
                if !terms.detail {
                    continue;
                }
                let code = ExplanationCode::AsymmetricReturnPath;
                let reason = Reason::new(code, component(net, reply.end), &["RP-03"]);
                let headers = reply.headers.clone();
                reply.trail.blocks.push(Explanation::new(Direction::Return, reason, headers));
            }
            if home {
                miss(net, terms.vouched, &forward.trail, &mut reply);
            }
            if home && terms.detail {
                replies.extend(strayed(net, asked, &mut reply));
                if reply.headers.is_empty() {
                    continue;
                }
            }
            // A reply carries its addresses back to what they were: the request as it set out.
            let answered = if reply.end == End::Nowhere && !reply.trail.turned_back() {
                set_out(reply.trail.undo(reply.headers.clone()).request())
            } else {
                reply.headers.request().intersection(asked)
            };
            if !forward.trail.blocked() && !reply.trail.blocked() {
                let sure = !forward.trail.doubtful() && !reply.trail.doubtful();
                if sure && reply.trail.by_chance {
                    sometimes = sometimes.union(&answered);
                } else {
                    let made = forward.trail.choices.iter().chain(&reply.trail.choices);
                    let choices = made.copied().collect();
                    outcomes.push(Outcome { choices, headers: answered, sure });
                }
            }
            replies.push(reply);
        }
    }
    let all = |sure| {
        let told = outcomes.iter().filter(|outcome| outcome.sure == sure);
        HeaderSet::union_all(told.map(|outcome| outcome.headers.clone()))
    };
    let (passing, perhaps) = (all(true), all(false));
    Flow { forward, replies, passing, sometimes, perhaps, outcomes }
}

/// What comes home as an answer to nothing that was asked: a translation on the way there was not
/// undone on the way back (RP-02).
fn strayed(net: &Compiled, asked: &HeaderSet, reply: &mut Branch) -> Option<Branch> {
    let headers = reply.headers.request().difference(asked).reply();
    if headers.is_empty() {
        return None;
    }
    reply.headers = reply.headers.difference(&headers);
    let mut lost = Branch { headers: headers.clone(), ..reply.clone() };
    let code = ExplanationCode::AsymmetricReturnPath;
    let reason = Reason::new(code, component(net, reply.end), &["RP-02"]);
    lost.trail.blocks.push(Explanation::new(Direction::Return, reason, headers));
    Some(lost)
}

/// A virtual private gateway and a transit gateway's VPN: whether both lead to one network of the
/// customer nobody can tell.
fn both_on_premises(origin: Origin, end: End) -> bool {
    matches!(
        (origin, end),
        (Origin::Edge(Edge::VpnGateway(_)), End::Beyond(_))
            | (Origin::Beyond(_), End::OnPremises(_))
    )
}

/// What becomes of headers that nobody answers; nothing where they are blocked.
fn place(branch: &Branch, headers: HeaderSet) -> Option<Outcome> {
    let sure = !branch.trail.doubtful() && branch.end != End::Nowhere;
    let choices = branch.trail.choices.clone();
    (!branch.trail.blocked()).then_some(Outcome { choices, headers, sure })
}
