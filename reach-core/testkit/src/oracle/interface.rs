//! Interfaces: kinds, state, source/destination check (section 3).

use reach_core::snapshot::{InstanceConnectEndpoint, NetworkInterface};

use super::codes;
use super::model::{Model, collected, every, owns};
use super::walk::{Go, Walk};

/// What an interface is, by ENI-09's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// interface, efa, trunk, branch: sends and takes.
    Host,
    Nat,
    /// A node of a load balancer.
    Balancer,
    /// `vpc_endpoint`: answers only.
    Endpoint,
    /// Sends only: lambda, EC2 Instance Connect Endpoint, managed services.
    Sender,
    /// Neither: transit gateway, GWLB and its endpoints, efa-only.
    Neither,
    /// A type that the table does not have.
    Strange,
}

pub(super) fn kind(eni: &NetworkInterface) -> Kind {
    // ENI-09: both spellings that AWS uses, `nat_gateway` and `natGateway`.
    let text = eni.interface_type.as_deref().unwrap_or("interface");
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let description = eni.description.as_deref().unwrap_or_default();
    match plain.to_ascii_lowercase().as_str() {
        "interface" if description.starts_with("ELB ") => Kind::Balancer,
        "interface" | "efa" | "trunk" | "branch" => Kind::Host,
        "natgateway" => Kind::Nat,
        "networkloadbalancer" | "loadbalancer" => Kind::Balancer,
        "vpcendpoint" => Kind::Endpoint,
        "lambda"
        | "ec2instanceconnectendpoint"
        | "globalacceleratormanaged"
        | "apigatewaymanaged"
        | "iotrulesmanaged"
        | "quicksight"
        | "awscodestarconnectionsmanaged" => Kind::Sender,
        "transitgateway" | "gatewayloadbalancer" | "gatewayloadbalancerendpoint" | "efaonly" => {
            Kind::Neither
        }
        _ => Kind::Strange,
    }
}

/// Whether an interface can take part at all: attached, and its host running (ENI-05, ENI-07).
#[derive(Debug)]
pub(super) enum State<'s> {
    Up,
    /// Down, with what is.
    Down(&'s str),
    /// Nobody can tell, because of what.
    Unknown(&'s str),
}

/// ENI-07 alone: whether it is attached (IG-02, IG-03, HYB-04).
pub(super) fn attached(eni: &NetworkInterface) -> State<'_> {
    let id = eni.network_interface_id.as_str();
    let attachment = eni.attachment.as_ref().and_then(|found| found.status.as_deref());
    match (eni.status.as_deref(), attachment) {
        (Some("available"), _) => State::Down(id),
        (_, Some("attached")) | (Some("in-use" | "associated"), None) => State::Up,
        (None, None) if eni.attachment.is_some() => State::Up,
        (None, None) => State::Unknown(id),
        _ => State::Down(id),
    }
}

/// ENI-05, ENI-07, ENI-08.
pub(super) fn state<'s>(model: &Model<'s>, eni: &'s NetworkInterface) -> State<'s> {
    match attached(eni) {
        State::Up => {}
        other => return other,
    }
    // ENI-08: without an instance the host is assumed up.
    let instance = eni.attachment.as_ref().and_then(|found| found.instance_id.as_deref());
    let Some(id) = instance else { return State::Up };
    let found = model.instance(id).and_then(|instance| instance.state.as_ref());
    match found.map(|state| state.name.as_str()) {
        Some("running") => State::Up,
        Some("pending" | "stopping" | "stopped" | "shutting-down" | "terminated") => {
            State::Down(id)
        }
        _ => State::Unknown(id),
    }
}

impl<'s> Walk<'_, 's> {
    /// ENI-05: the host is able to send or to receive.
    pub(super) fn host_up(&mut self, eni: &'s NetworkInterface) -> Go<()> {
        match state(self.model, eni) {
            State::Up => Ok(()),
            State::Down(id) => self.deny(codes::BAD_STATE, id),
            State::Unknown(id) => self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// IG-02, IG-03, HYB-04: a gateway knows attached interfaces only.
    pub(super) fn is_attached(&mut self, eni: &'s NetworkInterface) -> Go<()> {
        match attached(eni) {
            State::Up => Ok(()),
            State::Down(id) => self.deny(codes::BAD_STATE, id),
            State::Unknown(id) => self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// ENI-09: what may start a flow.
    pub(super) fn may_originate(&mut self, eni: &'s NetworkInterface) -> Go<()> {
        let id = eni.network_interface_id.as_str();
        match kind(eni) {
            Kind::Host | Kind::Sender => self.connect_endpoint(eni),
            Kind::Endpoint | Kind::Nat | Kind::Neither => {
                self.deny(codes::INTERFACE_TYPE_NO_OUTBOUND, id)
            }
            Kind::Balancer | Kind::Strange => self.doubt(codes::NOT_MODELLED, id),
        }
    }

    fn endpoint_of(&self, eni: &NetworkInterface) -> Option<&'s InstanceConnectEndpoint> {
        every!(self.model, instance_connect_endpoints)
            .find(|found| found.network_interface_ids.contains(&eni.network_interface_id))
    }

    /// EP-10: whether targets see the address of whoever uses the endpoint.
    pub(super) fn preserves(&self, eni: &NetworkInterface) -> bool {
        self.endpoint_of(eni).is_some_and(|endpoint| endpoint.preserve_client_ip == Some(true))
    }

    /// EP-10: an EC2 Instance Connect Endpoint that is there.
    fn connect_endpoint(&mut self, eni: &'s NetworkInterface) -> Go<()> {
        let Some(endpoint) = self.endpoint_of(eni) else { return Ok(()) };
        let id = endpoint.instance_connect_endpoint_id.as_str();
        match endpoint.state.as_deref() {
            Some("create-complete" | "update-complete") | None => {}
            Some(state) if state.ends_with("-in-progress") => {
                self.doubt(codes::UNKNOWN_RESOURCE, id)?;
            }
            Some(_) => return self.deny(codes::BAD_STATE, id),
        }
        let here = |vpc| self.model.in_vpc(vpc, self.packet.destination);
        if self.preserves(eni) && !self.model.vpc_of(eni).is_some_and(here) {
            return self.deny(codes::EICE_TARGET_OUTSIDE_VPC, id);
        }
        Ok(())
    }

    /// ENI-09: what may be a destination.
    pub(super) fn may_receive(&mut self, eni: &'s NetworkInterface) -> Go<()> {
        let id = eni.network_interface_id.as_str();
        match kind(eni) {
            Kind::Host | Kind::Endpoint => Ok(()),
            Kind::Nat => self.deny(codes::NAT_GATEWAY_INBOUND, id),
            Kind::Sender | Kind::Neither => self.deny(codes::INTERFACE_TYPE_NO_INBOUND, id),
            Kind::Balancer | Kind::Strange => self.doubt(codes::NOT_MODELLED, id),
        }
    }

    /// ENI-06: the address must be the interface's own unless the check is off.
    pub(super) fn check(&mut self, eni: &'s NetworkInterface, address: std::net::IpAddr) -> Go<()> {
        if owns(eni, address) {
            return Ok(());
        }
        let id = eni.network_interface_id.as_str();
        match eni.source_dest_check {
            Some(false) => Ok(()),
            Some(true) => self.deny(codes::ENI_SOURCE_DEST_CHECK_RESTRICTION, id),
            None => self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// Whether the route tables of a VPC are all in the snapshot.
    pub(super) fn tables_known(&self, vpc: &str) -> bool {
        self.model.region_of(vpc).is_some_and(|region| region.route_tables.is_some())
    }

    /// Whether an internet gateway of a VPC would be in the snapshot.
    pub(super) fn gateways_known(&self, vpc: &str) -> bool {
        match self.model.answers_for(vpc) {
            Some(region) => region.internet_gateways.is_some(),
            // ENI-01 says all there is to say of a VPC that is not in the snapshot.
            None => self.model.vpc(vpc).is_none() && collected!(self.model, internet_gateways),
        }
    }

    pub(super) fn all_interfaces_known(&self) -> bool {
        collected!(self.model, network_interfaces)
            && self.model.vpc_ids().into_iter().all(|vpc| self.interfaces_known(vpc))
    }

    /// Whether the interfaces of a VPC are all in the snapshot.
    pub(super) fn interfaces_known(&self, vpc: &str) -> bool {
        self.model.answers_for(vpc).is_some_and(|region| region.network_interfaces.is_some())
    }
}
