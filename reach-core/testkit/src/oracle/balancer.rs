//! Load balancers: which one a node belongs to, and which targets it may pick (section 13).

use std::net::IpAddr;

use reach_core::snapshot::{
    ListenerAction, LoadBalancer, LoadBalancerDescription, NetworkInterface, Subnet, TargetGroup,
};

use super::codes;
use super::model::{Model, every, owns, zone};
use super::walk::{Go, Walk};
use crate::Packet;

/// A load balancer of either API.
#[derive(Debug, Clone, Copy)]
pub(super) enum Balancer<'s> {
    V2(&'s LoadBalancer),
    Classic(&'s LoadBalancerDescription),
}

/// A target that a node may pick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picked {
    pub(super) address: IpAddr,
    pub(super) port: u16,
    /// LB-13: whether the client's address stays.
    pub(super) preserved: bool,
    /// LB-13: a target by address over UDP or QUIC.
    pub(super) datagram_by_address: bool,
}

impl<'s> Balancer<'s> {
    pub(super) fn id(self) -> &'s str {
        match self {
            Balancer::V2(found) => &found.load_balancer_arn,
            Balancer::Classic(found) => &found.load_balancer_name,
        }
    }

    pub(super) fn internal(self) -> bool {
        let scheme = match self {
            Balancer::V2(found) => found.scheme.as_deref(),
            Balancer::Classic(found) => found.scheme.as_deref(),
        };
        scheme == Some("internal")
    }

    fn network(self) -> bool {
        matches!(self, Balancer::V2(found) if found.r#type.as_deref() == Some("network"))
    }

    /// The name after `ELB ` in the description of a node.
    fn described(self) -> &'s str {
        match self {
            Balancer::V2(found) => {
                found.load_balancer_arn.split_once("loadbalancer/").map_or("", |(_, name)| name)
            }
            Balancer::Classic(found) => &found.load_balancer_name,
        }
    }

    fn is(self, via: &str) -> bool {
        match self {
            Balancer::V2(found) => {
                found.load_balancer_arn == via || found.load_balancer_name.as_deref() == Some(via)
            }
            Balancer::Classic(found) => found.load_balancer_name == via,
        }
    }
}

pub(super) fn balancers<'s>(model: &Model<'s>) -> Vec<Balancer<'s>> {
    let modern = every!(model, load_balancers).map(Balancer::V2);
    modern.chain(every!(model, load_balancer_descriptions).map(Balancer::Classic)).collect()
}

/// The load balancer of a node.
pub(super) fn balancer_of<'s>(model: &Model<'s>, node: &NetworkInterface) -> Option<Balancer<'s>> {
    let name = node.description.as_deref()?.strip_prefix("ELB ")?;
    balancers(model).into_iter().find(|found| !name.is_empty() && found.described() == name)
}

/// What `via` names: a load balancer, by name, ARN or one of its nodes.
pub(super) fn balancer_named<'s>(model: &Model<'s>, via: &str) -> Option<Balancer<'s>> {
    let by_node = || model.interface(via).and_then(|node| balancer_of(model, node));
    balancers(model).into_iter().find(|found| found.is(via)).or_else(by_node)
}

fn forwards(action: &ListenerAction) -> Vec<&str> {
    // LB-06: only `forward`, only a positive weight.
    if action.r#type.as_deref() != Some("forward") {
        return Vec::new();
    }
    let weighted = action.forward_config.iter().flat_map(|config| &config.target_groups);
    let mut groups: Vec<&str> = weighted
        .clone()
        .filter(|group| group.weight.is_none_or(|weight| weight > 0))
        .filter_map(|group| group.target_group_arn.as_deref())
        .collect();
    if weighted.count() == 0 {
        groups.extend(action.target_group_arn.as_deref());
    }
    groups
}

/// LB-05.
fn listens(listener: Option<&str>, protocol: u8) -> bool {
    match listener {
        Some("HTTP" | "HTTPS" | "TCP" | "TLS" | "SSL") => protocol == 6,
        Some("UDP" | "QUIC") => protocol == 17,
        Some("TCP_UDP" | "TCP_QUIC") => matches!(protocol, 6 | 17),
        _ => false,
    }
}

impl<'s> Walk<'_, 's> {
    /// LB-04: the load balancer serves.
    pub(super) fn serves(&mut self, balancer: Balancer<'s>) -> Go<()> {
        let Balancer::V2(found) = balancer else { return Ok(()) };
        match found.state.as_ref().and_then(|state| state.code.as_deref()) {
            Some("active" | "active_impaired") => Ok(()),
            Some(_) => self.deny(codes::BAD_STATE, balancer.id()),
            None => self.doubt(codes::UNKNOWN_RESOURCE, balancer.id()),
        }
    }

    /// LB-05, LB-18: it has a listener for the packet.
    pub(super) fn listener(&mut self, balancer: Balancer<'s>) -> Go<()> {
        let id = balancer.id();
        let packet = self.packet;
        match balancer {
            Balancer::V2(found) => {
                if self.groups_of(found, &packet).is_none() {
                    return self.deny(codes::ELBV2_LISTENERS_MISMATCH, id);
                }
            }
            Balancer::Classic(found) => {
                let port = i32::from(packet.destination_port);
                let listening = found.listener_descriptions.iter().any(|described| {
                    let listener = &described.listener;
                    let protocol = listener.protocol.as_deref().map(str::to_ascii_uppercase);
                    listener.load_balancer_port == port
                        && listens(protocol.as_deref(), packet.protocol)
                });
                if !listening {
                    return self.deny(codes::ELB_LISTENERS_MISMATCH, id);
                }
            }
        }
        Ok(())
    }

    /// LB-05, LB-06: the target groups that the listener for a packet forwards to; none without a
    /// listener.
    fn groups_of(&self, balancer: &LoadBalancer, packet: &Packet) -> Option<Vec<&'s TargetGroup>> {
        let arn = &balancer.load_balancer_arn;
        let listener = every!(self.model, load_balancer_listeners)
            .filter(|found| &found.load_balancer_arn == arn)
            .flat_map(|found| &found.listeners)
            .find(|listener| {
                listener.port == Some(i32::from(packet.destination_port))
                    && listens(listener.protocol.as_deref(), packet.protocol)
            })?;
        let rules = every!(self.model, listener_rules).filter(|rule| {
            rule.listener_arn.as_deref() == Some(listener.listener_arn.as_str()) && !rule.is_default
        });
        let mut arns: Vec<&str> = listener
            .default_actions
            .iter()
            .chain(rules.flat_map(|rule| &rule.actions))
            .flat_map(forwards)
            .collect();
        arns.sort_unstable();
        arns.dedup();
        let groups = every!(self.model, target_groups);
        Some(groups.filter(|group| arns.contains(&group.target_group_arn.as_str())).collect())
    }

    /// LB-06 to LB-09: the targets that a node may pick for the packet; with `to`, those that are
    /// this interface.
    pub(super) fn targets(
        &mut self,
        balancer: Balancer<'s>,
        node: &'s Subnet,
        to: Option<&'s NetworkInterface>,
    ) -> Go<Vec<Picked>> {
        match balancer {
            Balancer::V2(found) => self.targets_of_groups(balancer, found, node, to),
            Balancer::Classic(found) => self.targets_of_classic(found, node, to),
        }
    }

    fn targets_of_groups(
        &mut self,
        balancer: Balancer<'s>,
        found: &'s LoadBalancer,
        node: &'s Subnet,
        to: Option<&'s NetworkInterface>,
    ) -> Go<Vec<Picked>> {
        let id = balancer.id();
        let groups = self.groups_of(found, &self.packet.clone()).unwrap_or_default();
        if groups.is_empty() {
            return self.deny(codes::ELBV2_LISTENER_HAS_NO_TG, id);
        }
        let mut picked = Vec::new();
        // What keeps the wanted target out, if anything does.
        let mut reason = (codes::TARGET_ADDRESS_RESTRICTION, id);
        let mut untold = None;
        for group in groups {
            let arn = group.target_group_arn.as_str();
            let told: Vec<_> = every!(self.model, load_balancer_target_health)
                .filter(|health| health.target_group_arn == arn)
                .collect();
            if told.is_empty() {
                untold = Some(arn);
            }
            let registered = told.iter().flat_map(|health| &health.target_health_descriptions);
            let cross = self.cross_zone(found, group);
            let unused = (codes::LB_TARGET_UNUSED, arn);
            // LB-08, LB-09: usable at all, in an enabled zone, in reach of this node.
            let mut reach = Vec::new();
            let mut strays = false;
            for described in registered {
                let health = described.target_health.as_ref();
                let state = health.and_then(|health| health.state.as_deref());
                // LB-07: the nodes of another load balancer, which picks in its turn.
                if group.target_type.as_deref() == Some("alb") {
                    let nodes = self.nodes_behind(group, &described.target);
                    reach.extend(nodes.into_iter().map(|target| (target, true, state, true)));
                    continue;
                }
                let Some(target) = self.target(group, &described.target) else {
                    strays |= state == Some("healthy");
                    continue;
                };
                let wanted = to.is_none_or(|eni| owns(eni, target.address));
                let place = self.zone_of_target(&described.target, group);
                let missed = match place {
                    Some(place) if !self.enabled(found, place) => {
                        Some((codes::ELB_INSTALLED_AZ_RESTRICTION, id))
                    }
                    Some(place) if !cross && zone(node).is(place) != Some(true) => {
                        Some((codes::ELB_NOT_CROSSZONE, id))
                    }
                    // New flows go to neither, however the others do.
                    _ if matches!(state, Some("unused" | "draining")) => Some(unused),
                    _ => None,
                };
                match missed {
                    Some(missed) if wanted => reason = missed,
                    Some(_) => {}
                    None => {
                        let sure = !self.nowhere(&described.target, group);
                        reach.push((target, wanted, state, sure));
                    }
                }
            }
            // LB-09: healthy ones; without any, all of them.
            let healthy = |sure: bool| {
                reach.iter().any(|(_, _, state, near)| *state == Some("healthy") && *near == sure)
            };
            // One of which nobody knows whether it is in reach.
            let unclear = !healthy(true) && (strays || healthy(false));
            let open = !healthy(true) && !unclear;
            for (target, wanted, state, _) in reach {
                if wanted && unclear && state != Some("healthy") {
                    self.doubt(codes::UNKNOWN_RESOURCE, arn)?;
                    picked.push(target);
                } else if wanted && (open || state == Some("healthy")) {
                    picked.push(target);
                } else if wanted {
                    reason = unused;
                }
            }
        }
        match untold {
            // LB-07: which targets there are nobody told.
            Some(arn) if picked.is_empty() || to.is_none() => {
                self.lost(codes::UNKNOWN_RESOURCE, arn)
            }
            None if picked.is_empty() => {
                let (code, element) = reason;
                self.deny(code, element)
            }
            _ => Ok(picked),
        }
    }

    /// LB-08: on for an ALB, off for an NLB; the group's attribute before the load balancer's.
    fn cross_zone(&self, balancer: &'s LoadBalancer, group: &'s TargetGroup) -> bool {
        let key = "load_balancing.cross_zone.enabled";
        match self.group_attribute(&group.target_group_arn, key) {
            Some("true") => return true,
            Some("false") => return false,
            _ => {}
        }
        if balancer.r#type.as_deref() == Some("application") {
            return true;
        }
        self.balancer_attribute(&balancer.load_balancer_arn, key) == Some("true")
    }

    /// LB-18: a node of an ALB or CLB may answer a ping by itself.
    pub(super) fn pinged(&self, balancer: Balancer<'s>) -> bool {
        let echo = matches!((self.packet.protocol, self.packet.source_port), (1, 8) | (58, 128));
        echo && !balancer.network()
    }
}
