//! The service side of a Gateway Load Balancer endpoint (MB-05).

use reach_core::snapshot::{NetworkInterface, Subnet, TargetGroup, VpcEndpoint};

use super::codes;
use super::model::{every, zone};
use super::network_acl::Way;
use super::walk::{Go, Sender, Walk};
use crate::Packet;

impl<'s> Walk<'_, 's> {
    /// MB-05: there is an appliance in reach of the load balancer's node.
    pub(super) fn balancer_serves(&mut self, endpoint: &'s VpcEndpoint, at: &'s Subnet) -> Go<()> {
        let service = every!(self.model, service_configurations).find(|found| {
            found.service_name.is_some() && found.service_name == endpoint.service_name
        });
        // A service of somebody else: what it does is assumed (A-GWLB-PASSES).
        let Some(service) = service else { return Ok(()) };
        for arn in &service.gateway_load_balancer_arns {
            let mut balancers = every!(self.model, load_balancers);
            let Some(balancer) = balancers.find(|found| &found.load_balancer_arn == arn) else {
                continue;
            };
            let node = balancer.availability_zones.iter().find_map(|enabled| {
                let subnet = self.model.subnet(enabled.subnet_id.as_deref()?)?;
                (zone(subnet).is(zone(at)) == Some(true)).then_some(subnet)
            });
            let Some(node) = node else {
                return self
                    .deny(codes::VPCE_SERVICE_NOT_INSTALLED_IN_AZ, &endpoint.vpc_endpoint_id);
            };
            let groups: Vec<&'s TargetGroup> = every!(self.model, target_groups)
                .filter(|group| group.load_balancer_arns.contains(arn))
                .filter(|group| group.protocol.as_deref() == Some("GENEVE"))
                .collect();
            let cross =
                self.balancer_attribute(arn, "load_balancing.cross_zone.enabled") == Some("true");
            let mut targets: Vec<&'s NetworkInterface> = Vec::new();
            for group in &groups {
                for target in self.healthy(group) {
                    let subnet = self.model.subnet_of(target);
                    let near =
                        subnet.is_some_and(|subnet| zone(subnet).is(zone(node)) == Some(true));
                    if cross || near {
                        targets.push(target);
                    }
                }
            }
            if targets.is_empty() {
                return self.deny(codes::GWLB_NO_TARGET, arn);
            }
            let picked = self.choices.pick(targets.len());
            let Some(target) = targets.get(picked).copied() else { return Ok(()) };
            return self.geneve(arn, node, target);
        }
        Ok(())
    }

    pub(super) fn balancer_attribute(&self, arn: &str, key: &str) -> Option<&'s str> {
        every!(self.model, load_balancer_attributes)
            .filter(|found| found.load_balancer_arn == arn)
            .flat_map(|found| &found.attributes)
            .find(|attribute| attribute.key == key)
            .map(|attribute| attribute.value.as_str())
    }

    /// Registered and healthy targets, as interfaces.
    fn healthy(&self, group: &TargetGroup) -> Vec<&'s NetworkInterface> {
        every!(self.model, load_balancer_target_health)
            .filter(|found| found.target_group_arn == group.target_group_arn)
            .flat_map(|found| &found.target_health_descriptions)
            .filter(|found| {
                let state = found.target_health.as_ref().and_then(|health| health.state.as_deref());
                state == Some("healthy")
            })
            .filter_map(|found| {
                self.target_interface(&found.target.id, group.vpc_id.as_deref().unwrap_or_default())
            })
            .collect()
    }

    /// LB-07: an instance's primary interface, or whoever owns the address.
    pub(super) fn target_interface(&self, id: &str, vpc: &str) -> Option<&'s NetworkInterface> {
        if let Ok(address) = id.parse() {
            return match self.model.owners(vpc, address).first() {
                Some(super::model::Owner::Interface(eni)) => Some(eni),
                _ => None,
            };
        }
        every!(self.model, network_interfaces).find(|eni| {
            eni.attachment.as_ref().is_some_and(|attachment| {
                attachment.instance_id.as_deref() == Some(id)
                    && attachment.device_index.is_none_or(|index| index == 0)
            })
        })
    }

    /// UDP 6081 from the node to the appliance.
    fn geneve(&mut self, arn: &'s str, node: &'s Subnet, target: &'s NetworkInterface) -> Go<()> {
        let source = every!(self.model, network_interfaces)
            .filter(|eni| eni.subnet_id.as_deref() == Some(node.subnet_id.as_str()))
            .find(|eni| eni.interface_type.as_deref() == Some("gateway_load_balancer"))
            .and_then(|eni| eni.private_ip_address.as_deref());
        let text = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        let destination = text(target.private_ip_address.as_deref());
        let inside = (self.packet, self.sender);
        let Some(destination) = destination else {
            return self.doubt(codes::UNKNOWN_RESOURCE, &target.network_interface_id);
        };
        let Some(source) = text(source) else {
            // Nobody can tell which address the node has; a group that takes nothing on the port
            // from anybody is certain all the same.
            self.packet = Packet {
                source: destination,
                destination,
                protocol: 17,
                source_port: 6081,
                destination_port: 6081,
            };
            let closed = super::security_group::closed(self.model, target, &self.packet);
            self.packet = inside.0;
            return match closed {
                Some(code) => self.deny(code, &target.network_interface_id),
                None => self.doubt(codes::UNKNOWN_RESOURCE, arn),
            };
        };
        self.packet =
            Packet { source, destination, protocol: 17, source_port: 6081, destination_port: 6081 };
        self.sender = Sender::Nobody;
        let result = self.geneve_there(node, target);
        (self.packet, self.sender) = inside;
        result
    }

    fn geneve_there(&mut self, node: &'s Subnet, target: &'s NetworkInterface) -> Go<()> {
        let id = target.network_interface_id.as_str();
        let Some(subnet) = self.model.subnet_of(target) else {
            return self.doubt(codes::UNKNOWN_RESOURCE, id);
        };
        self.cross_to(Some(node), subnet)?;
        self.groups_pass(target, Way::In)?;
        self.host_up(target)?;
        // And back, on the same port.
        let there = self.packet;
        self.packet = Packet { source: there.destination, destination: there.source, ..there };
        self.cross_to(Some(subnet), node)
    }
}
