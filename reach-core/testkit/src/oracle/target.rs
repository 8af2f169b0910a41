//! One target of a target group: where it is, and what reaches it (section 13).

use reach_core::snapshot::{LoadBalancer, TargetDescription, TargetGroup};

use super::balancer::{Balancer, Picked, balancer_of};
use super::model::{Zone, every, zone};
use super::walk::Walk;

impl<'s> Walk<'_, 's> {
    pub(super) fn group_attribute(&self, arn: &str, key: &str) -> Option<&'s str> {
        every!(self.model, target_group_attributes)
            .filter(|found| found.target_group_arn == arn)
            .flat_map(|found| &found.attributes)
            .find(|attribute| attribute.key == key)
            .map(|attribute| attribute.value.as_str())
    }

    pub(super) fn enabled(&self, balancer: &'s LoadBalancer, place: Zone<'_>) -> bool {
        balancer.availability_zones.iter().any(|enabled| {
            let subnet = enabled.subnet_id.as_deref().and_then(|id| self.model.subnet(id));
            let named = Zone { id: None, name: enabled.zone_name.as_deref() };
            subnet.map_or(named, zone).is(place) == Some(true)
        })
    }

    /// The zone of a target; none for one that every node uses.
    pub(super) fn zone_of_target(
        &self,
        target: &'s TargetDescription,
        group: &'s TargetGroup,
    ) -> Option<Zone<'s>> {
        if target.availability_zone.as_deref() == Some("all") {
            return None;
        }
        let vpc = group.vpc_id.as_deref().unwrap_or_default();
        let eni = self.target_interface(&target.id, vpc);
        let subnet = eni.and_then(|eni| self.model.subnet_of(eni)).map(zone);
        subnet
            .or(target.availability_zone.as_deref().map(|name| Zone { id: None, name: Some(name) }))
    }

    /// Whether it is in a subnet that nobody told.
    pub(super) fn nowhere(&self, target: &'s TargetDescription, group: &'s TargetGroup) -> bool {
        let eni = self.target_interface(&target.id, group.vpc_id.as_deref().unwrap_or_default());
        target.availability_zone.is_none()
            && eni.is_some_and(|eni| self.model.subnet_of(eni).is_none())
    }

    /// LB-07: the nodes of an ALB that is a target.
    pub(super) fn nodes_behind(
        &self,
        group: &'s TargetGroup,
        target: &'s TargetDescription,
    ) -> Vec<Picked> {
        let port = target.port.or(group.port).and_then(|port| u16::try_from(port).ok());
        let attribute = self.group_attribute(&group.target_group_arn, "preserve_client_ip.enabled");
        every!(self.model, network_interfaces)
            .filter(|node| {
                balancer_of(self.model, node).map(Balancer::id) == Some(target.id.as_str())
            })
            .filter_map(|node| {
                Some(Picked {
                    address: node.private_ip_address.as_deref()?.parse().ok()?,
                    port: port?,
                    preserved: attribute != Some("false"),
                    datagram_by_address: false,
                })
            })
            .collect()
    }

    /// LB-07, LB-13: a target's address and port, and whether the client's address stays.
    pub(super) fn target(
        &self,
        group: &'s TargetGroup,
        target: &'s TargetDescription,
    ) -> Option<Picked> {
        let port = u16::try_from(target.port.or(group.port)?).ok()?;
        let protocol = group.protocol.as_deref().unwrap_or_default();
        let datagrams = matches!(protocol, "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC");
        let network = datagrams || matches!(protocol, "TCP" | "TLS");
        let kind = group.target_type.as_deref().unwrap_or("instance");
        let vpc = group.vpc_id.as_deref().unwrap_or_default();
        let address = match kind {
            "ip" => target.id.parse().ok()?,
            "instance" => {
                let eni = self.target_interface(&target.id, vpc)?;
                if group.ip_address_type.as_deref() == Some("ipv6") {
                    eni.ipv6_addresses.first()?.ipv6_address.parse().ok()?
                } else {
                    eni.private_ip_address.as_deref()?.parse().ok()?
                }
            }
            _ => return None,
        };
        let attribute = self.group_attribute(&group.target_group_arn, "preserve_client_ip.enabled");
        let preserved = match (kind, attribute) {
            ("ip", _) if datagrams => true,
            (_, Some(value)) => value == "true",
            ("instance", None) => true,
            _ => false,
        };
        Some(Picked {
            address,
            port,
            preserved: preserved && network,
            datagram_by_address: datagrams && kind == "ip",
        })
    }
}
