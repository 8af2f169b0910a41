//! From a node to the targets that it may choose.

use super::{Chosen, Onward, Outcome, Through};
use crate::packet::{HeaderSet, Traffic};
use crate::rules::{
    BalancerKind, Evidence, ExplanationCode, Forward, GroupTarget, Listener, LoadBalancer, Node,
    Reason, TargetGroup, TargetPlace, Use,
};

/// A target that a node may choose.
struct Choice<'n> {
    group: &'n TargetGroup,
    target: &'n GroupTarget,
    /// Why it is not certain that the node uses it.
    doubt: Option<Reason>,
}

/// What a listener has for a question.
struct Choices<'n> {
    usable: Vec<Choice<'n>>,
    /// Why others are not used.
    refused: Vec<Reason>,
    /// Why there may be more.
    open: Option<Reason>,
}

impl<'n> Through<'n> {
    /// What becomes of headers at a node, and by which ways.
    pub(super) fn onward(
        &mut self,
        balancer: &'n LoadBalancer,
        node: &Node,
        arrived: &HeaderSet,
    ) -> (Outcome, Vec<Onward>) {
        // A node that ends the client's connection answers by itself.
        let ends_here = match self.target {
            None => balancer.kind != BalancerKind::Network,
            Some(goal) => goal.interfaces.contains(&node.interface),
        };
        if ends_here {
            return (Outcome::passing(arrived.clone()), vec![whole(arrived)]);
        }
        let Some(listeners) = &balancer.listeners else {
            return (Outcome::perhaps(arrived.clone()), Vec::new());
        };
        let (mut outcome, mut ways) = (Outcome::nothing(), Vec::new());
        let mut rest = arrived.clone();
        for listener in listeners {
            let heard = rest.restrict_traffic(&listener.traffic);
            rest = rest.difference(&heard);
            for protocol in [Traffic::all_tcp(), Traffic::all_udp()] {
                let part = heard.restrict_traffic(&protocol);
                if !part.is_empty() {
                    outcome.add(&self.forward(balancer, node, listener, &part, &mut ways));
                }
            }
        }
        // LB-18: a node may answer a ping, but no target gets it.
        let code = match balancer.kind {
            BalancerKind::Classic => ExplanationCode::ElbListenersMismatch,
            _ => ExplanationCode::Elbv2ListenersMismatch,
        };
        self.block(balancer.reason(code, "LB-18"), rest);
        (outcome, ways)
    }

    /// PIPE-07: the node may choose any of its targets, so all of them have to work.
    fn forward(
        &mut self,
        balancer: &'n LoadBalancer,
        node: &Node,
        listener: &'n Listener,
        part: &HeaderSet,
        ways: &mut Vec<Onward>,
    ) -> Outcome {
        let Choices { usable, refused, open } = self.choices(balancer, node, listener);
        if usable.is_empty() && open.is_none() {
            for reason in refused {
                self.block(reason.with(listener.evidence(balancer)), part.clone());
            }
            return Outcome::nothing();
        }
        let mut outcomes = Vec::new();
        if let Some(reason) = open {
            self.doubt(reason.with(listener.evidence(balancer)), part.clone());
            outcomes.push((Outcome::perhaps(part.clone()), Chosen::Perhaps));
        }
        for Choice { group, target, doubt } in usable {
            let to = (listener, group, target);
            let before = ways.len();
            let outcome = self.send(balancer, node, to, part, ways);
            let chosen = if doubt.is_some() { Chosen::Perhaps } else { Chosen::Surely };
            if let Some(reason) = doubt {
                let nothing = HeaderSet::empty();
                ways.iter_mut().skip(before).for_each(|way| way.doubt(&nothing, &reason));
                self.doubt(reason, part.clone());
            }
            outcomes.push((outcome, chosen));
        }
        Outcome::of_choices(part, &outcomes)
    }

    /// LB-06 to LB-09: the targets of a listener that a node may use; only those asked for, if the
    /// question asks for one.
    fn choices(
        &self,
        balancer: &'n LoadBalancer,
        node: &Node,
        listener: &'n Listener,
    ) -> Choices<'n> {
        let mut found = Choices { usable: Vec::new(), refused: Vec::new(), open: None };
        if !listener.complete {
            found.open = Some(balancer.unknown("LB-06", "Rules", "not collected"));
        }
        let mut groups = 0_usize;
        for forward in &listener.forwards {
            let group = match forward {
                Forward::Group(group) => &self.net.target_groups[*group],
                Forward::Missing(arn) => {
                    found.open = Some(balancer.unknown("LB-06", "TargetGroupArn", arn));
                    continue;
                }
            };
            groups += 1;
            let Some(registered) = &group.targets else {
                let code = ExplanationCode::UnknownResource;
                found.open = Some(Reason::new(code, group.component(), &["LB-07"]).with(
                    Evidence::attribute(&group.id, "TargetHealthDescriptions", "not collected"),
                ));
                continue;
            };
            for (target, usage) in registered.iter().zip(group.uses(balancer, node.zone.as_ref())) {
                if !self.asked_for(target) {
                    continue;
                }
                let doubt = match usage {
                    Use::Yes => None,
                    Use::Perhaps(reason) => Some(reason),
                    Use::No(reason) => {
                        found.refused.push(reason);
                        continue;
                    }
                };
                found.usable.push(Choice { group, target, doubt });
            }
        }
        // A target that is certainly asked for does not hang on what else there may be.
        if self.target.is_some() && !found.usable.is_empty() {
            found.open = None;
        }
        if found.usable.is_empty() && found.refused.is_empty() {
            let code = match groups {
                0 => ExplanationCode::Elbv2ListenerHasNoTg,
                _ => ExplanationCode::TargetAddressRestriction,
            };
            found.refused.push(balancer.reason(code, "LB-06"));
        }
        found
    }

    /// Whether a target is, leads to, or may be the one asked for.
    fn asked_for(&self, target: &GroupTarget) -> bool {
        let Some(goal) = self.target else { return true };
        match target.place {
            TargetPlace::Instance(interface, _) | TargetPlace::Unaddressed(interface) => {
                goal.interfaces.contains(&interface)
            }
            TargetPlace::Address(address) => goal.addresses.contains(address),
            TargetPlace::Balancer(_) => true,
            TargetPlace::Function => false,
            // An instance whose primary interface the snapshot lacks: it is none of these.
            TargetPlace::Missing => !target.id.starts_with("i-"),
        }
    }
}

/// Headers that stay at the node.
fn whole(arrived: &HeaderSet) -> Onward {
    Onward::nothing_more(Outcome::passing(arrived.clone()))
}
