//! Target groups: which targets a node uses, and with which source address (LB-07 to LB-13).

use std::net::IpAddr;
use std::sync::Arc;

use super::{
    BalancerKind, Component, ComponentKind, Evidence, ExplanationCode, LoadBalancer, Reason,
};
use crate::index::{InterfaceIdx, LoadBalancerIdx};

/// A target group, compiled.
#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    /// ARN; the name of the load balancer for a Classic one, which has none.
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) protocol: Arc<str>,
    pub(crate) kind: TargetKind,
    /// `None` when nobody collected them.
    pub(crate) targets: Option<Vec<Target>>,
    /// What its attributes say; `None` for a group whose attributes nobody collected.
    pub(crate) attributes: Option<GroupAttributes>,
}

/// Attributes of a target group that decide something; AWS's defaults where one is not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GroupAttributes {
    /// `preserve_client_ip.enabled`, if set.
    pub(crate) preserve: Option<bool>,
    /// `load_balancing.cross_zone.enabled`, if it does not leave that to the load balancer.
    pub(crate) cross_zone: Option<bool>,
    /// Healthy targets that it needs, or uses all (LB-09).
    pub(crate) least_count: Option<usize>,
    /// The same in percent of the targets.
    pub(crate) least_percent: Option<usize>,
}

/// What the targets of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Instance,
    Address,
    Function,
    Balancer,
    Unknown,
}

/// A target, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// As it was registered.
    pub(crate) id: Arc<str>,
    pub(crate) place: TargetPlace,
    pub(crate) port: Option<u16>,
    pub(crate) zone: TargetZone,
    pub(crate) health: Health,
}

/// Where packets to a target go (LB-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetPlace {
    /// The primary address of an instance.
    Instance(InterfaceIdx, IpAddr),
    Address(IpAddr),
    /// An Application Load Balancer.
    Balancer(LoadBalancerIdx),
    /// A function gets no packets.
    Function,
    /// This interface, which has no address of the group's family that can be read.
    Unaddressed(InterfaceIdx),
    /// The snapshot lacks it.
    Missing,
}

/// The zone of a target (LB-08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetZone {
    /// Every node uses it: it is outside the VPC.
    All,
    In(Arc<str>),
    Unknown,
}

/// How a target does (LB-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Healthy,
    Unhealthy,
    Draining,
    Unused,
    Unknown,
}

impl Health {
    /// `TargetHealth.State`, or the state of a Classic Load Balancer's instance.
    pub(crate) fn of(state: Option<&str>) -> Self {
        match state {
            Some("healthy" | "InService") => Self::Healthy,
            Some("unhealthy" | "initial" | "OutOfService") => Self::Unhealthy,
            Some("draining" | "unhealthy.draining") => Self::Draining,
            Some("unused") => Self::Unused,
            _ => Self::Unknown,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Draining => "draining",
            Self::Unused => "unused",
            Self::Unknown => "not collected",
        }
    }
}

/// Whether a node sends new flows to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    Yes,
    Perhaps(Reason),
    No(Reason),
}

impl TargetGroup {
    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::TargetGroup, &self.id, self.name.as_ref())
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str, target: &Target) -> Reason {
        Reason::new(code, self.component(), &[rule]).with(Evidence::attribute(
            &self.id,
            "Target.Id",
            &target.id,
        ))
    }

    /// LB-08: a group's own setting goes before the load balancer's; `None` when nobody knows.
    fn cross_zone(&self, balancer: &LoadBalancer) -> Option<bool> {
        match &self.attributes {
            Some(attributes) => attributes.cross_zone.or(balancer.cross_zone),
            None => None,
        }
    }

    /// LB-08, LB-09: for each target whether a node in this zone uses it.
    pub(crate) fn uses(&self, balancer: &LoadBalancer, node: Option<&Arc<str>>) -> Vec<Use> {
        let targets = self.targets.as_deref().unwrap_or_default();
        let near: Vec<Use> =
            targets.iter().map(|target| self.near(balancer, node, target)).collect();
        // LB-09: the share that counts is that of the targets that the node may use. Those of which
        // nobody knows whether it may count either way.
        let count = |health: Health, sure: bool| {
            let both = targets.iter().zip(&near).filter(|(target, _)| target.health == health);
            both.filter(|(_, near)| match near {
                Use::Yes => sure,
                Use::Perhaps(_) => !sure,
                Use::No(_) => false,
            })
            .count()
        };
        let states = [Health::Healthy, Health::Unhealthy, Health::Unknown];
        let [healthy, unhealthy, unknown] = states.map(|health| count(health, true));
        let [more_healthy, more_unhealthy, more_unknown] =
            states.map(|health| count(health, false));
        let all = healthy + unhealthy + unknown;
        let least = self.least(all);
        let most = self.least(all + more_healthy + more_unhealthy + more_unknown);
        let perhaps_healthy = unknown + more_healthy + more_unknown;
        let fails_open = balancer.kind != BalancerKind::Classic;
        targets
            .iter()
            .zip(&near)
            .map(|(target, near)| {
                if let Use::No(_) = near {
                    return near.clone();
                }
                let code = ExplanationCode::LbTargetUnused;
                let state =
                    Evidence::attribute(&target.id, "TargetHealth.State", target.health.as_str());
                let told = |code| self.reason(code, "LB-09", target).with(state.clone());
                match target.health {
                    Health::Healthy => near.clone(),
                    Health::Unhealthy | Health::Unknown
                        if fails_open && healthy + perhaps_healthy < least =>
                    {
                        near.clone()
                    }
                    Health::Unhealthy if fails_open && healthy < most => {
                        Use::Perhaps(told(ExplanationCode::UnknownResource))
                    }
                    Health::Unknown => Use::Perhaps(told(ExplanationCode::UnknownResource)),
                    Health::Unhealthy | Health::Draining | Health::Unused => Use::No(told(code)),
                }
            })
            .collect()
    }

    /// LB-09: how many healthy targets keep the group from using all.
    fn least(&self, targets: usize) -> usize {
        let set = self.attributes.as_ref();
        let count = set.and_then(|set| set.least_count).unwrap_or(1);
        let percent = set.and_then(|set| set.least_percent).unwrap_or(0);
        count.max((targets * percent).div_ceil(100)).max(1)
    }

    /// LB-08.
    fn near(&self, balancer: &LoadBalancer, node: Option<&Arc<str>>, target: &Target) -> Use {
        let zone = match &target.zone {
            TargetZone::All => return Use::Yes,
            TargetZone::In(zone) => zone,
            TargetZone::Unknown => {
                let code = ExplanationCode::UnknownResource;
                return Use::Perhaps(self.reason(code, "LB-08", target));
            }
        };
        let told = |code| {
            balancer.reason(code, "LB-08").with(Evidence::attribute(
                &target.id,
                "AvailabilityZone",
                zone,
            ))
        };
        if !balancer.zones.contains(zone) {
            return Use::No(told(ExplanationCode::ElbInstalledAzRestriction));
        }
        if node == Some(zone) {
            return Use::Yes;
        }
        match self.cross_zone(balancer) {
            Some(true) => Use::Yes,
            Some(false) => Use::No(told(ExplanationCode::ElbNotCrosszone)),
            None => Use::Perhaps(told(ExplanationCode::UnknownResource)),
        }
    }

    /// LB-10, LB-13: whether a load balancer leaves the client's address in what it sends to
    /// targets of the client's family; `None` when nobody knows.
    pub(crate) fn preserves(&self, kind: BalancerKind) -> Option<bool> {
        if kind != BalancerKind::Network {
            return Some(false);
        }
        // It cannot be off for these.
        if matches!(&*self.protocol, "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC") {
            return Some(true);
        }
        let attributes = self.attributes.as_ref()?;
        attributes.preserve.or(match self.kind {
            TargetKind::Instance | TargetKind::Balancer => Some(true),
            TargetKind::Address => Some(false),
            TargetKind::Function | TargetKind::Unknown => None,
        })
    }
}

#[cfg(test)]
mod tests;
