//! Target groups and where their targets are (LB-07).

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Subnet;
use super::balancer_answers::Answers;
use super::resources::{Located, gather};
use crate::Diagnostic;
use crate::index::{
    Arena, DenseIndex, InterfaceIdx, LoadBalancerIdx, SubnetIdx, TargetGroupIdx, VpcIdx,
};
use crate::rules::{
    BalancerKind, GroupAttributes, GroupTarget, Health, Interface, TargetGroup, TargetKind,
    TargetPlace, TargetZone, parse_addr,
};
use crate::snapshot::{
    self, ClassicLoadBalancerListener, Kind, LoadBalancerDescription, NetworkInterface, Snapshot,
    TargetHealthDescription,
};

/// What target groups are compiled from besides themselves.
pub(super) struct Targets<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) answers: &'a Answers<'a>,
    /// Position of the primary interface of each instance.
    pub(super) primaries: FxHashMap<&'a str, usize>,
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) subnets: &'a Arena<SubnetIdx, Subnet>,
    pub(super) enis: &'a [Located<'a, NetworkInterface>],
    pub(super) balancer_ids: &'a FxHashMap<&'a str, (LoadBalancerIdx, BalancerKind)>,
}

impl<'a> Targets<'a> {
    pub(super) fn groups(
        &self,
        interfaces: &Arena<InterfaceIdx, Interface>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (FxHashMap<&'a str, TargetGroupIdx>, Vec<TargetGroup>) {
        let described = gather(
            self.snapshot,
            |region| region.target_groups.as_ref(),
            |group| group.target_group_arn.as_str(),
            |_| None,
            PartialEq::eq,
            diagnostics,
        );
        let ids = described.iter().enumerate().map(|(position, located)| {
            (located.item.target_group_arn.as_str(), TargetGroupIdx::from_usize(position))
        });
        let groups = described.iter().map(|located| self.group(located, interfaces, diagnostics));
        (ids.collect(), groups.collect())
    }

    fn group(
        &self,
        located: &Located<'a, snapshot::TargetGroup>,
        interfaces: &Arena<InterfaceIdx, Interface>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> TargetGroup {
        let item = located.item;
        let kind = match item.target_type.as_deref() {
            None | Some("instance") => TargetKind::Instance,
            Some("ip") => TargetKind::Address,
            Some("lambda") => TargetKind::Function,
            Some("alb") => TargetKind::Balancer,
            Some(_) => TargetKind::Unknown,
        };
        let arn = item.target_group_arn.as_str();
        let targets = self.answers.health.get(arn).map(|registered| {
            let registered = registered.iter();
            registered.map(|target| self.target(located, kind, target, interfaces)).collect()
        });
        let attributes = match self.answers.group_attributes.get(arn) {
            Some(list) => Some(attributes_of(list)),
            None if located.region.collected(Kind::TargetGroupAttributes) => {
                let text = "its attributes are not in the snapshot: AWS's defaults are taken";
                let warning = Diagnostic::warning("missing_field", text.to_owned());
                diagnostics.push(warning.resource(&item.target_group_arn));
                Some(GroupAttributes::default())
            }
            None => None,
        };
        TargetGroup {
            id: Arc::from(item.target_group_arn.as_str()),
            name: item.target_group_name.as_deref().map(Arc::from),
            protocol: Arc::from(item.protocol.as_deref().unwrap_or("?").to_ascii_uppercase()),
            kind,
            targets,
            attributes,
        }
    }

    fn target(
        &self,
        group: &Located<'a, snapshot::TargetGroup>,
        kind: TargetKind,
        described: &TargetHealthDescription,
        interfaces: &Arena<InterfaceIdx, Interface>,
    ) -> GroupTarget {
        let target = &described.target;
        let v6 = group.item.ip_address_type.as_deref() == Some("ipv6");
        let place = match kind {
            TargetKind::Instance => self.instance(&target.id, v6),
            TargetKind::Address => {
                parse_addr(&target.id).map_or(TargetPlace::Missing, TargetPlace::Address)
            }
            TargetKind::Function => TargetPlace::Function,
            // Only an Application Load Balancer can be a target, and it forwards to none itself.
            TargetKind::Balancer => match self.balancer_ids.get(target.id.as_str()) {
                Some((index, BalancerKind::Application)) => TargetPlace::Balancer(*index),
                _ => TargetPlace::Missing,
            },
            TargetKind::Unknown => TargetPlace::Missing,
        };
        let told = target.availability_zone.as_deref();
        let vpc = group.item.vpc_id.as_deref().and_then(|id| self.vpc_ids.get(id).copied());
        let zone = match (place, told) {
            (TargetPlace::Balancer(_) | TargetPlace::Function, _) | (_, Some("all")) => {
                TargetZone::All
            }
            (TargetPlace::Instance(interface, _), _) => self.zone_of(interfaces[interface].subnet),
            (TargetPlace::Address(address), _) => match (self.subnet_with(vpc, address), told) {
                (Some(subnet), _) => self.zone_of(Some(subnet)),
                (None, Some(name)) => TargetZone::In(self.answers.zone(group.region, name)),
                // An address outside the VPC can only be registered for all zones.
                (None, None) => TargetZone::All,
            },
            (TargetPlace::Unaddressed(_) | TargetPlace::Missing, _) => TargetZone::Unknown,
        };
        let state = described.target_health.as_ref().and_then(|health| health.state.as_deref());
        GroupTarget {
            id: Arc::from(target.id.as_str()),
            place,
            port: target.port.or(group.item.port).and_then(port),
            zone,
            health: Health::of(state),
        }
    }

    /// LB-07: the primary address of the primary interface.
    fn instance(&self, id: &str, v6: bool) -> TargetPlace {
        // The interface tells whose it is, also where its instance is not in the snapshot.
        let Some((position, located)) =
            self.primaries.get(id).and_then(|at| Some((*at, self.enis.get(*at)?)))
        else {
            return TargetPlace::Missing;
        };
        let (interface, eni) = (InterfaceIdx::from_usize(position), located.item);
        let address = if v6 {
            eni.ipv6_addresses.first().map(|it| it.ipv6_address.as_str())
        } else {
            let listed = &eni.private_ip_addresses;
            let marked = listed.iter().find(|it| it.primary == Some(true));
            let listed = marked.or(listed.first()).map(|it| it.private_ip_address.as_str());
            eni.private_ip_address.as_deref().or(listed)
        };
        match address.and_then(parse_addr) {
            Some(address) => TargetPlace::Instance(interface, address),
            None => TargetPlace::Unaddressed(interface),
        }
    }

    /// LB-19: the targets of a Classic Load Balancer, as a listener sends to them.
    pub(super) fn classic_group(
        &self,
        located: &Located<'a, LoadBalancerDescription>,
        listener: &ClassicLoadBalancerListener,
        interfaces: &Arena<InterfaceIdx, Interface>,
    ) -> TargetGroup {
        let item = located.item;
        let states: Vec<_> = located
            .region
            .classic_load_balancer_instance_states
            .iter()
            .flatten()
            .filter(|of| of.load_balancer_name == item.load_balancer_name)
            .flat_map(|of| &of.instance_states)
            .collect();
        let targets = item.instances.iter().map(|instance| {
            let id = instance.instance_id.as_str();
            let place = self.instance(id, false);
            let state = states.iter().find(|state| state.instance_id == id);
            GroupTarget {
                id: Arc::from(id),
                place,
                port: listener.instance_port.and_then(port),
                zone: match place {
                    TargetPlace::Instance(interface, _) => {
                        self.zone_of(interfaces[interface].subnet)
                    }
                    _ => TargetZone::Unknown,
                },
                health: Health::of(state.and_then(|state| state.state.as_deref())),
            }
        });
        let protocol = listener.instance_protocol.as_deref().or(listener.protocol.as_deref());
        TargetGroup {
            id: Arc::from(item.load_balancer_name.as_str()),
            name: None,
            protocol: Arc::from(protocol.unwrap_or("?").to_ascii_uppercase()),
            kind: TargetKind::Instance,
            targets: Some(targets.collect()),
            attributes: Some(GroupAttributes::default()),
        }
    }

    fn zone_of(&self, subnet: Option<SubnetIdx>) -> TargetZone {
        let zone = subnet.and_then(|subnet| self.subnets[subnet].zone.clone());
        zone.map_or(TargetZone::Unknown, TargetZone::In)
    }

    fn subnet_with(&self, vpc: Option<VpcIdx>, address: IpAddr) -> Option<SubnetIdx> {
        let vpc = vpc?;
        let mut subnets = self.subnets.iter();
        subnets
            .find(|(_, subnet)| subnet.vpc == vpc && subnet.ranges.contains(address))
            .map(|(index, _)| index)
    }
}

fn attributes_of(list: &[snapshot::Attribute]) -> GroupAttributes {
    let value = |key: &str| {
        list.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value.as_str())
    };
    let switch = |key: &str| match value(key) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    let least = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";
    GroupAttributes {
        preserve: switch("preserve_client_ip.enabled"),
        cross_zone: switch("load_balancing.cross_zone.enabled"),
        least_count: value(&format!("{least}.count")).and_then(|text| text.parse().ok()),
        least_percent: value(&format!("{least}.percentage"))
            .and_then(|text| text.parse().ok())
            .map(|percent: usize| percent.min(100)),
    }
}

pub(super) fn port(number: i32) -> Option<u16> {
    u16::try_from(number).ok().filter(|port| *port > 0)
}

/// Position of the primary interface of each instance.
pub(super) fn primaries<'a>(enis: &[Located<'a, NetworkInterface>]) -> FxHashMap<&'a str, usize> {
    let mut found = FxHashMap::default();
    for (position, located) in enis.iter().enumerate() {
        let attachment = located.item.attachment.as_ref();
        let first = attachment.filter(|it| it.device_index.unwrap_or(0) == 0);
        let instance = first.and_then(|it| it.instance_id.as_deref());
        if let Some(instance) = instance.filter(|id| !id.is_empty()) {
            found.entry(instance).or_insert(position);
        }
    }
    found
}
