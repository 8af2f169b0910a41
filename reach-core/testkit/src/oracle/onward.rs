//! Inside a VPC: leaving an interface, being routed, arriving at one (section 2).

use std::net::IpAddr;

use reach_core::snapshot::{NatGateway, NetworkInterface, Subnet};

use super::codes;
use super::interface::{Kind, kind};
use super::model::{Owner, every, in_subnet, owns, zone};
use super::network_acl::Way;
use super::route_table::{self, Selected, Target};
use super::walk::{Came, Crossing, End, Go, Kept, Next, Origin, Point, Scope, Sender, Walk};

impl<'s> Walk<'_, 's> {
    /// PIPE-01, steps 1 to 3.
    pub(super) fn leave(&mut self, eni: &'s NetworkInterface) -> Go<Next<'s>> {
        let id = eni.network_interface_id.as_str();
        let asked = self.passed.contains(&id);
        if !asked {
            self.host_up(eni)?;
            self.may_originate(eni)?;
            self.passed.push(id);
        }
        let destination = self.packet.destination;
        // ENI-11: a host talking to itself.
        if owns(eni, destination) {
            return Ok(Next::End(End::Interface(eni)));
        }
        let Some(subnet) = self.model.subnet_of(eni) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        // SG-17, NA-14, SC-01: services that nothing filters.
        if let Some(end) = self.service(eni, subnet)? {
            return Ok(Next::End(end));
        }
        let point = self.point(subnet, Some(id));
        if !asked {
            // PIPE-06: the packet carries the groups of its sender.
            self.sender = Sender::Interface(eni, Kept::Yes);
            self.scope = self.look_ahead(&point);
            self.groups_pass(eni, Way::Out)?;
        }
        self.came = Came::Here;
        // EP-10: an endpoint that preserves it sends with the client's address.
        if !self.preserves(eni) {
            self.check(eni, self.packet.source)?;
        }
        if self.reply
            && let Some(next) = self.steered(subnet)?
        {
            return Ok(next);
        }
        Ok(Next::Route(point))
    }

    /// PIPE-04: a packet leaving something in a subnet uses that subnet's table.
    pub(super) fn point(&self, subnet: &'s Subnet, hop: Option<&'s str>) -> Point<'s> {
        Point {
            vpc: subnet.vpc_id.as_str(),
            subnet: Some(subnet),
            table: route_table::of_subnet(self.model, subnet),
            zone: zone(subnet),
            hop,
            direct: true,
        }
    }

    /// SG-10, SG-12, SG-13, SG-14: how far outbound group references reach on the way that the
    /// packet is going to take.
    pub(super) fn look_ahead(&self, point: &Point<'s>) -> Scope<'s> {
        let destination = self.packet.destination;
        if point.subnet.is_some_and(|subnet| in_subnet(subnet, destination)) {
            return Scope::Vpc(point.vpc);
        }
        let Some(table) = point.table else { return Scope::Unknown(point.vpc) };
        match route_table::select(self.model, table, destination) {
            Selected::To(Target::Local) => Scope::Vpc(point.vpc),
            Selected::To(Target::Peering(id)) => self.peering_scope(id, point.vpc),
            // RT-04: the destination itself as the target.
            Selected::To(Target::Interface(id))
                if self.model.interface(id).is_some_and(|eni| owns(eni, destination)) =>
            {
                Scope::Vpc(point.vpc)
            }
            Selected::Unknown(..) => Scope::Unknown(point.vpc),
            // No way decides: the address alone does.
            Selected::NoRoute | Selected::Blackhole => Scope::Nowhere(point.vpc),
            Selected::To(_) => Scope::None,
        }
    }

    /// PIPE-01, steps 4 to 6.
    pub(super) fn route(&mut self, point: Point<'s>) -> Go<Next<'s>> {
        let destination = self.packet.destination;
        // PK-07.
        if destination == IpAddr::from([255, 255, 255, 255]) {
            return self.deny(codes::NO_POSSIBLE_DESTINATION, point.vpc);
        }
        if destination.is_multicast() {
            return self.lost(codes::NOT_MODELLED, point.vpc);
        }
        // RT-13.
        if point.direct && point.subnet.is_some_and(|subnet| in_subnet(subnet, destination)) {
            return self.arrive(point.vpc, point.subnet);
        }
        let Some(table) = point.table else {
            let element = point.subnet.map_or(point.vpc, |subnet| subnet.subnet_id.as_str());
            self.leave_subnet(&point)?;
            return self.lost(codes::UNKNOWN_RESOURCE, element);
        };
        let id = table.route_table_id.as_str();
        match route_table::select(self.model, table, destination) {
            Selected::NoRoute => self.deny(codes::NO_ROUTE_TO_DESTINATION, id),
            Selected::Blackhole => self.deny(codes::BAD_STATE_ROUTE, id),
            Selected::Unknown(code, element) => {
                self.leave_subnet(&point)?;
                self.lost(code, element)
            }
            Selected::To(target) => self.follow(&point, target),
        }
    }

    /// RT-09, RT-10: to the target of the route.
    fn follow(&mut self, point: &Point<'s>, target: Target<'s>) -> Go<Next<'s>> {
        let inward = self.inward();
        self.encrypted(point.vpc, target)?;
        if self.source_is_not_told() && !matches!(target, Target::Internet(_)) {
            return self.lost(codes::NOT_MODELLED, point.hop.unwrap_or(point.vpc));
        }
        match target {
            Target::Local => self.arrive(point.vpc, point.subnet),
            Target::Internet(id) => self.out_by_internet_gateway(point, id),
            Target::EgressOnly(id) => self.out_by_egress_only(point, id),
            Target::Peering(id) => self.out_by_peering(point, id),
            // RP-02: a reply that a NAT gateway has no state of.
            Target::Nat(id) if self.reply => self.deny(codes::ASYMMETRIC_RETURN_PATH, id),
            Target::Nat(id) => self.through_nat(point, id),
            Target::Transit(id) | Target::Virtual(id) if inward => {
                self.deny(codes::ASYMMETRIC_RETURN_PATH, id)
            }
            Target::Transit(id) => self.out_by_transit_gateway(point, id),
            Target::Virtual(id) => self.out_by_virtual_gateway(point, id),
            Target::Interface(id) => self.via_interface(point, id),
            Target::Instance(id) => {
                let mut enis = every!(self.model, network_interfaces).filter(|eni| {
                    let attached = eni.attachment.as_ref();
                    attached.and_then(|found| found.instance_id.as_deref()) == Some(id)
                });
                match (enis.next(), enis.next()) {
                    (Some(eni), None) => {
                        self.via_interface(point, eni.network_interface_id.as_str())
                    }
                    _ => self.not_followed(point, codes::UNKNOWN_RESOURCE, id),
                }
            }
            Target::Endpoint(id) => self.via_endpoint(point, id),
            Target::Carrier(id) => self.out_by_carrier(point, id),
            Target::LocalGateway(id) => self.out_by_local_gateway(point, id),
            // HYB-09, RT-10.
            Target::Opaque(id) => self.not_followed(point, codes::NOT_MODELLED, id),
        }
    }

    /// IG-08: a reply to a flow that came in by the internet gateway goes out by it.
    fn inward(&self) -> bool {
        self.reply && matches!(self.last(), Some(Crossing::Entered(_)))
    }

    /// A gateway that the snapshot lacks. Whatever it is, it is not the internet gateway that the
    /// request came in by (IG-08).
    pub(super) fn not_there(&mut self, point: &Point<'s>, id: &str) -> Go<Next<'s>> {
        if self.inward() {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
        }
        self.not_followed(point, codes::UNKNOWN_RESOURCE, id)
    }

    /// The packet leaves its subnet for something that nobody can follow.
    pub(super) fn not_followed(
        &mut self,
        point: &Point<'s>,
        code: &'static str,
        element: &str,
    ) -> Go<Next<'s>> {
        self.leave_subnet(point)?;
        self.lost(code, element)
    }

    /// PIPE-01 step 6: the network ACL of the subnet that the packet leaves.
    pub(super) fn leave_subnet(&mut self, point: &Point<'s>) -> Go<()> {
        point.subnet.map_or(Ok(()), |subnet| self.cross(subnet, Way::Out))
    }

    /// NA-02: from one subnet, or a gateway without one, into another.
    pub(super) fn cross_to(&mut self, from: Option<&'s Subnet>, to: &'s Subnet) -> Go<()> {
        if from.is_some_and(|from| from.subnet_id == to.subnet_id) {
            return Ok(());
        }
        if let Some(from) = from {
            self.cross(from, Way::Out)?;
        }
        self.cross(to, Way::In)
    }

    /// RT-03: local delivery to whoever owns the address.
    pub(super) fn arrive(&mut self, vpc: &'s str, from: Option<&'s Subnet>) -> Go<Next<'s>> {
        let destination = self.packet.destination;
        let mut owners = self.model.owners(vpc, destination);
        owners.dedup_by_key(|owner| match owner {
            Owner::Interface(eni) => eni.network_interface_id.as_str(),
            Owner::Nat(nat) => nat.nat_gateway_id.as_str(),
        });
        let leaves = from.filter(|subnet| !in_subnet(subnet, destination));
        match owners.as_slice() {
            [Owner::Interface(eni)] => self.arrive_at(eni, from),
            [Owner::Nat(nat)] => self.arrive_at_nat(nat, None, from),
            // PK-06, ENI-02: nobody owns the address.
            [] => {
                leaves.map_or(Ok(()), |subnet| self.cross(subnet, Way::Out))?;
                if self.interfaces_known(vpc) {
                    self.deny(codes::NO_POSSIBLE_DESTINATION, vpc)
                } else {
                    self.lost(codes::UNKNOWN_RESOURCE, vpc)
                }
            }
            _ => {
                leaves.map_or(Ok(()), |subnet| self.cross(subnet, Way::Out))?;
                self.lost(codes::UNREADABLE_ENTRY, vpc)
            }
        }
    }

    /// PIPE-02.
    fn arrive_at(&mut self, eni: &'s NetworkInterface, from: Option<&'s Subnet>) -> Go<Next<'s>> {
        let id = eni.network_interface_id.as_str();
        if kind(eni) == Kind::Nat
            && let Some(nat) = self.model.nat_of(eni)
        {
            return self.arrive_at_nat(nat, Some(eni), from);
        }
        match self.model.subnet_of(eni) {
            Some(subnet) => self.cross_to(from, subnet)?,
            None => {
                from.map_or(Ok(()), |from| self.cross(from, Way::Out))?;
                self.doubt(codes::UNKNOWN_RESOURCE, id)?;
            }
        }
        if self.reply {
            // NAT-14: the reply to what an appliance translated.
            if matches!(self.last(), Some(Crossing::Translated { by, .. }) if *by == id)
                && let Some(subnet) = self.model.subnet_of(eni)
            {
                self.turn_back(id)?;
                return Ok(Next::Route(self.point(subnet, Some(id))));
            }
            if matches!(self.last(), Some(Crossing::Proxied { node, .. })
                if node.network_interface_id == eni.network_interface_id)
            {
                return self.back_at_node();
            }
            return Ok(Next::End(End::Interface(eni)));
        }
        self.check(eni, self.packet.destination)?;
        self.groups_pass(eni, Way::In)?;
        match kind(eni) {
            Kind::Balancer => return self.at_node(eni),
            Kind::Endpoint => return self.at_endpoint(eni),
            _ => {}
        }
        self.may_receive(eni)?;
        self.host_up(eni)?;
        self.passed.push(id);
        Ok(Next::End(End::Interface(eni)))
    }

    /// A packet for a NAT gateway's own address: the reply to what it translated, or nothing
    /// (NAT-01).
    fn arrive_at_nat(
        &mut self,
        nat: &'s NatGateway,
        eni: Option<&'s NetworkInterface>,
        from: Option<&'s Subnet>,
    ) -> Go<Next<'s>> {
        let subnet = nat.subnet_id.as_deref().and_then(|id| self.model.subnet(id));
        if let Some(subnet) = subnet {
            self.cross_to(from, subnet)?;
        } else if let Some(from) = from {
            self.cross(from, Way::Out)?;
        }
        if self.reply {
            return self.untranslate(nat, subnet);
        }
        let id = eni.map_or(nat.nat_gateway_id.as_str(), |eni| eni.network_interface_id.as_str());
        self.deny(codes::NAT_GATEWAY_INBOUND, id)
    }

    /// SC-01: link-local services and the Amazon DNS server of the own VPC.
    pub(super) fn service(
        &mut self,
        eni: &'s NetworkInterface,
        subnet: &'s Subnet,
    ) -> Go<Option<End<'s>>> {
        let destination = self.packet.destination;
        let is = |text: &str| text.parse() == Ok(destination);
        let vpc = subnet.vpc_id.as_str();
        let base = self.model.vpc(vpc).and_then(|vpc| vpc.cidr_block.as_deref());
        let plus_two = base.and_then(super::model::block).is_some_and(|block| {
            match (block.network(), destination) {
                (IpAddr::V4(base), IpAddr::V4(asked)) => {
                    u32::from(base).checked_add(2) == Some(u32::from(asked))
                }
                _ => false,
            }
        });
        if plus_two || is("169.254.169.253") || is("fd00:ec2::253") {
            let mut attributes = every!(self.model, vpc_attributes);
            let support = attributes
                .find(|found| found.vpc_id == vpc && found.enable_dns_support.is_some())
                .and_then(|found| found.enable_dns_support.as_ref());
            if support.is_some_and(|support| !support.value) {
                return self.deny(codes::SERVICE_DISABLED, vpc);
            }
            return Ok(Some(End::Service));
        }
        if is("169.254.169.254") || is("fd00:ec2::254") {
            let instance = eni.attachment.as_ref().and_then(|found| found.instance_id.as_deref());
            let options = instance
                .and_then(|id| self.model.instance(id))
                .and_then(|instance| instance.metadata_options.as_ref());
            if let (Some(id), Some("disabled")) =
                (instance, options.and_then(|options| options.http_endpoint.as_deref()))
            {
                return self.deny(codes::SERVICE_DISABLED, id);
            }
            return Ok(Some(End::Service));
        }
        Ok((is("169.254.169.123") || is("fd00:ec2::123")).then_some(End::Service))
    }

    /// Whether the reply is for a flow that this VPC's interface started.
    pub(super) fn asked_by_peer(&self, vpc: &str) -> bool {
        matches!(self.origin, Some(Origin::Peering(Some(peer))) if peer == vpc)
    }
}
