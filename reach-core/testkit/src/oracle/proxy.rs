//! The second leg of a flow through a load balancer or an endpoint service (E7, E8, E11).

use reach_core::snapshot::{NetworkInterface, Subnet, VpcEndpoint};

use super::balancer::{Balancer, Picked, balancer_named, balancer_of};
use super::codes;
use super::model::{Owner, every, in_subnet, owns, zone};
use super::network_acl::Way;
use super::walk::{Came, Crossing, End, Go, Kept, Next, Scope, Sender, Walk};

impl<'s> Walk<'_, 's> {
    /// LB-02: the internet does not come to an internal load balancer.
    pub(super) fn internal_balancer(&self) -> Go<()> {
        let via = self.flow.via.as_deref().and_then(|via| balancer_named(self.model, via));
        match via {
            Some(balancer) if balancer.internal() => self.deny(codes::LB_INTERNAL, balancer.id()),
            _ => Ok(()),
        }
    }

    /// A packet for a node of a load balancer, past the node's groups.
    pub(super) fn at_node(&mut self, node: &'s NetworkInterface) -> Go<Next<'s>> {
        let id = node.network_interface_id.as_str();
        let Some(balancer) = balancer_of(self.model, node) else {
            return self.lost(codes::NOT_MODELLED, id);
        };
        self.host_up(node)?;
        self.passed.push(id);
        let here = End::Interface(node);
        self.serves(balancer)?;
        let asked_for = self.flow.via.is_none() || self.flow.to == id;
        if asked_for && self.pinged(balancer) {
            return Ok(Next::End(here));
        }
        self.listener(balancer)?;
        let Some(via) = self.flow.via.as_deref() else { return Ok(Next::End(here)) };
        if self.flow.to == id {
            return Ok(Next::End(here));
        }
        // PIPE-07: the query may fix the node; what a load balancer passes on is past that.
        let passed_on =
            self.crossings.iter().any(|crossing| matches!(crossing, Crossing::Proxied { .. }));
        let fits = passed_on
            || match self.model.interface(via) {
                Some(_) => via == id,
                None => balancer_named(self.model, via).map(Balancer::id) == Some(balancer.id()),
            };
        if !fits {
            return self.deny(codes::DESTINATION_ELSEWHERE, id);
        }
        let Some(subnet) = self.model.subnet_of(node) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        let to = self.model.interface(&self.flow.to);
        let targets = self.targets(balancer, subnet, to)?;
        let picked = self.choices.pick(targets.len());
        let Some(target) = targets.get(picked).copied() else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        self.second_leg(balancer, node, subnet, target, node)
    }

    /// LB-10, LB-11: from the node to the target. `home` is where the reply to the client sets out
    /// from: the node, or the endpoint that the client came by.
    fn second_leg(
        &mut self,
        balancer: Balancer<'s>,
        node: &'s NetworkInterface,
        subnet: &'s Subnet,
        target: Picked,
        home: &'s NetworkInterface,
    ) -> Go<Next<'s>> {
        let id = node.network_interface_id.as_str();
        let before = self.packet;
        let same_family = before.source.is_ipv4() == target.address.is_ipv4();
        let by_endpoint = home.network_interface_id != node.network_interface_id;
        let preserved = target.preserved && same_family && !by_endpoint;
        if preserved {
            // LB-14: by whichever of its addresses.
            let owners = self.model.owners(subnet.vpc_id.as_str(), target.address);
            let mut owners = owners.iter().filter_map(|owner| match owner {
                Owner::Interface(eni) => Some(eni),
                Owner::Nat(_) => None,
            });
            if before.source == target.address || owners.any(|eni| owns(eni, before.source)) {
                return self.deny(codes::LB_HAIRPIN, balancer.id());
            }
            self.preservation(balancer, subnet, target)?;
        } else {
            let own = if target.address.is_ipv4() {
                node.private_ip_address.as_deref()
            } else {
                node.ipv6_addresses.first().map(|address| address.ipv6_address.as_str())
            };
            let Some(own) = own.and_then(|text| text.parse().ok()) else {
                return self.lost(codes::UNKNOWN_RESOURCE, id);
            };
            self.packet.source = own;
            // PK-05.
            self.pick_port();
        }
        self.packet.destination = target.address;
        self.packet.destination_port = target.port;
        // PIPE-06: the load balancer's groups, or none.
        self.sender = Sender::Balancer(node, Kept::Yes);
        let point = self.point(subnet, Some(id));
        self.scope = self.look_ahead(&point);
        self.groups_pass(node, Way::Out)?;
        let after = self.packet;
        self.crossings.push(Crossing::Proxied { node, home, before, after, steered: preserved });
        self.came = Came::Here;
        // NA-02, LB-15: a CLB's own subnet's ACL counts even inside the subnet.
        if matches!(balancer, Balancer::Classic(_)) && in_subnet(subnet, self.packet.destination) {
            self.cross_as(subnet, Way::Out, codes::ELB_ACL_RESTRICTION)?;
        }
        Ok(Next::Route(point))
    }

    /// LB-13: where the client's address may stay.
    fn preservation(
        &mut self,
        balancer: Balancer<'s>,
        subnet: &'s Subnet,
        target: Picked,
    ) -> Go<()> {
        let vpc = subnet.vpc_id.as_str();
        if self.model.in_vpc(vpc, target.address) {
            return Ok(());
        }
        // It may get there, but it cannot answer.
        if target.datagram_by_address {
            self.unanswered = Some(balancer.id());
            return Ok(());
        }
        let peered = every!(self.model, vpc_peering_connections).any(|pcx| {
            let scope = self.peering_scope(&pcx.vpc_peering_connection_id, vpc);
            matches!(scope, Scope::Vpc(other) if self.model.in_vpc(other, target.address))
        });
        if peered {
            return Ok(());
        }
        self.doubt(codes::ELBV2_SOURCE_ADDRESS_PRESERVATION, balancer.id())
    }

    /// LB-12, RP-01: the reply is back at the node; on to the client.
    pub(super) fn back_at_node(&mut self) -> Go<Next<'s>> {
        let Some(Crossing::Proxied { node, home, before, after, .. }) = self.crossings.pop() else {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, "");
        };
        let id = node.network_interface_id.as_str();
        if self.packet.source != after.destination || self.packet.destination != after.source {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
        }
        self.packet.source = before.destination;
        self.packet.destination = before.source;
        self.packet.source_port = before.destination_port;
        self.packet.destination_port = before.source_port;
        let home_id = home.network_interface_id.as_str();
        let Some(subnet) = self.model.subnet_of(home) else {
            return self.lost(codes::UNKNOWN_RESOURCE, home_id);
        };
        // A load balancer behind a load balancer.
        if let Some(next) = self.steered(subnet)? {
            return Ok(next);
        }
        // SC-01: a client with the address of a service of the VPC.
        if let Some(end) = self.service(home, subnet)? {
            return Ok(Next::End(end));
        }
        Ok(Next::Route(self.point(subnet, Some(home_id))))
    }

    /// LB-12: the node that left the client's address in the packet, and whether something
    /// translated it afterwards.
    fn steering(&self) -> Option<(&'s NetworkInterface, bool)> {
        let translation =
            |crossing: &&Crossing<'s>| matches!(crossing, Crossing::Translated { .. });
        let mut before = self.crossings.iter().rev().skip_while(translation);
        match before.next() {
            Some(Crossing::Proxied { node, steered: true, .. }) => {
                Some((node, self.last().as_ref().is_some_and(translation)))
            }
            _ => None,
        }
    }

    /// LB-13: a target behind a translation is not reached directly.
    pub(super) fn reached_directly(&mut self) -> Go<()> {
        match self.steering().and_then(|(node, _)| balancer_of(self.model, node)) {
            Some(balancer) => self.doubt(codes::ELBV2_SOURCE_ADDRESS_PRESERVATION, balancer.id()),
            None => Ok(()),
        }
    }

    /// LB-12: the network takes a target's reply to the node, whatever the routes say.
    pub(super) fn steered(&mut self, target: &'s Subnet) -> Go<Option<Next<'s>>> {
        let Some((node, translated)) = self.steering() else { return Ok(None) };
        if translated && let Some(balancer) = balancer_of(self.model, node) {
            return self.lost(codes::ELBV2_SOURCE_ADDRESS_PRESERVATION, balancer.id());
        }
        let id = node.network_interface_id.as_str();
        if let Some(balancer) = self.unanswered {
            return self.deny(codes::ELBV2_SOURCE_ADDRESS_PRESERVATION, balancer);
        }
        match self.model.subnet_of(node) {
            Some(subnet) => self.cross_to(Some(target), subnet)?,
            None => self.doubt(codes::UNKNOWN_RESOURCE, id)?,
        }
        self.back_at_node().map(Some)
    }

    /// EP-05, EP-07, EP-08: at an interface endpoint, and behind it where the provider's side is
    /// in the snapshot.
    pub(super) fn at_endpoint(&mut self, eni: &'s NetworkInterface) -> Go<Next<'s>> {
        let id = eni.network_interface_id.as_str();
        self.passed.push(id);
        let here = Next::End(End::Interface(eni));
        let endpoint: Option<&'s VpcEndpoint> = every!(self.model, vpc_endpoints)
            .find(|found| found.network_interface_ids.iter().any(|found| found == id));
        if let Some(endpoint) = endpoint {
            self.is_open(endpoint)?;
        }
        self.host_up(eni)?;
        let Some(endpoint) = endpoint else { return Ok(here) };
        // EP-09: what lies behind these is not to be seen.
        if !matches!(endpoint.vpc_endpoint_type.as_deref(), None | Some("Interface")) {
            self.doubt(codes::NOT_MODELLED, &endpoint.vpc_endpoint_id)?;
            return Ok(here);
        }
        let service = every!(self.model, service_configurations).find(|found| {
            found.service_name.is_some() && found.service_name == endpoint.service_name
        });
        let Some(service) = service else { return Ok(here) };
        let Some(at) = self.model.subnet_of(eni) else { return Ok(here) };
        for arn in &service.network_load_balancer_arns {
            let mut found = every!(self.model, load_balancers);
            let Some(found) = found.find(|found| &found.load_balancer_arn == arn) else { continue };
            let balancer = Balancer::V2(found);
            let node = every!(self.model, network_interfaces).find(|node| {
                let mine = balancer_of(self.model, node).map(Balancer::id) == Some(balancer.id());
                let there = self.model.subnet_of(node);
                mine && there.is_some_and(|subnet| zone(subnet).is(zone(at)) == Some(true))
            });
            let Some(node) = node else {
                return self
                    .deny(codes::VPCE_SERVICE_NOT_INSTALLED_IN_AZ, &endpoint.vpc_endpoint_id);
            };
            // EP-08: asked with the client's own address, or not at all.
            let enforced =
                found.enforce_security_group_inbound_rules_on_private_link_traffic.as_deref()
                    != Some("off");
            self.sender = Sender::Nobody;
            if enforced {
                self.groups_pass(node, Way::In)?;
            }
            self.serves(balancer)?;
            self.listener(balancer)?;
            let Some(subnet) = self.model.subnet_of(node) else { return Ok(here) };
            let targets = self.targets(balancer, subnet, None)?;
            let picked = self.choices.pick(targets.len());
            let Some(target) = targets.get(picked).copied() else { return Ok(here) };
            return self.second_leg(balancer, node, subnet, target, eni);
        }
        Ok(here)
    }
}
