//! Virtual private gateways, VPN and Direct Connect behind them (section 11).

use std::net::IpAddr;

use reach_core::snapshot::{Region, VpnConnection, VpnGateway};

use super::codes;
use super::edge_table::gateway_point;
use super::interface::{State, attached};
use super::model::{Owner, collected, every, inside};
use super::route_table::{self, Selected, Target};
use super::walk::{Came, End, Go, Next, Origin, Point, Sender, Walk};

impl<'s> Walk<'_, 's> {
    fn virtual_gateway(&self, id: &str) -> Option<&'s VpnGateway> {
        every!(self.model, vpn_gateways).find(|found| found.vpn_gateway_id == id)
    }

    /// HYB-01.
    fn is_available(&mut self, vgw: &'s VpnGateway) -> Go<()> {
        let id = vgw.vpn_gateway_id.as_str();
        match vgw.state.as_deref() {
            Some("available") => Ok(()),
            Some(_) => self.deny(codes::BAD_STATE, id),
            None => self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// Return steps of E9.
    pub(super) fn out_by_virtual_gateway(
        &mut self,
        point: &Point<'s>,
        id: &'s str,
    ) -> Go<Next<'s>> {
        let Some(vgw) = self.virtual_gateway(id) else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        if !vpc_of(vgw).contains(&point.vpc) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        self.is_available(vgw)?;
        self.leave_subnet(point)?;
        self.connected(vgw)?;
        self.knows(vgw, point.vpc)?;
        if let Some(way) = self.turns_round(id) {
            return self.lost(codes::NOT_MODELLED, way);
        }
        // PIPE-08, HYB-05.
        let owners = self.model.owners(point.vpc, self.packet.source);
        let up = owners.iter().any(|owner| match owner {
            Owner::Interface(eni) => !matches!(attached(eni), State::Down(_)),
            Owner::Nat(_) => true,
        });
        if !up {
            return self.deny(codes::VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS, id);
        }
        self.sender = Sender::Nobody;
        Ok(Next::End(End::OnPremises(id)))
    }

    pub(super) fn start_virtual_gateway(&mut self, id: &str) -> Go<Next<'s>> {
        let Some(vgw) = self.virtual_gateway(id) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        self.origin = Some(Origin::Virtual(vgw.vpn_gateway_id.as_str()));
        self.enter_by_virtual_gateway(vgw.vpn_gateway_id.as_str())
    }

    /// E9, steps 1 to 4.
    pub(super) fn enter_by_virtual_gateway(&mut self, id: &'s str) -> Go<Next<'s>> {
        let Some(vgw) = self.virtual_gateway(id) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        let Some(vpc) = vpc_of(vgw).into_iter().find(|vpc| self.model.vpc(vpc).is_some()) else {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        };
        self.is_available(vgw)?;
        self.encrypted(vpc, Target::Virtual(id))?;
        self.connected(vgw)?;
        // HYB-04: an address of an interface of this VPC.
        let destination = self.packet.destination;
        let owners = self.model.owners(vpc, destination);
        match owners.first() {
            Some(Owner::Interface(eni)) => self.is_attached(eni)?,
            Some(Owner::Nat(_)) => {}
            None if !self.interfaces_known(vpc) => {
                return self.lost(codes::UNKNOWN_RESOURCE, vpc);
            }
            None => return self.deny(codes::VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS, id),
        }
        self.sender = Sender::Nobody;
        self.came = Came::Otherwise;
        if !self.tables_known(vpc) {
            self.doubt(codes::UNKNOWN_RESOURCE, id)?;
        }
        // RT-14, RT-17: the gateway's own table.
        let Some(table) = route_table::of_gateway(self.model, id) else {
            return self.arrive(vpc, None);
        };
        let table_id = table.route_table_id.as_str();
        match route_table::select(self.model, table, destination) {
            Selected::To(Target::Local) => self.arrive(vpc, None),
            Selected::To(Target::Interface(eni)) if destination.is_ipv4() => {
                self.redirected = true;
                self.via_interface(&gateway_point(vpc, table), eni)
            }
            Selected::To(_) => self.deny(codes::VGW_ROUTE_TABLE_RESTRICTION, table_id),
            Selected::NoRoute => self.deny(codes::NO_ROUTE_TO_DESTINATION, table_id),
            Selected::Blackhole => self.deny(codes::BAD_STATE_ROUTE, table_id),
            Selected::Unknown(code, element) => self.lost(code, element),
        }
    }

    fn connections(&self, id: &str) -> Vec<&'s VpnConnection> {
        every!(self.model, vpn_connections)
            .filter(|found| found.vpn_gateway_id.as_deref() == Some(id))
            .collect()
    }

    /// HYB-07: the Direct Connect gateways that it is associated with.
    fn direct_connect_gateways(&self, id: &str) -> Vec<&'s str> {
        every!(self.model, direct_connect_gateway_associations)
            .filter(|found| found.association_state.as_deref() == Some("associated"))
            .filter(|found| {
                let other = found.associated_gateway.as_ref().and_then(|other| other.id.as_deref());
                other == Some(id) || found.virtual_gateway_id.as_deref() == Some(id)
            })
            .filter_map(|found| found.direct_connect_gateway_id.as_deref())
            .collect()
    }

    /// HYB-07: Direct Connect is up; none if nobody can tell.
    fn direct_connect_up(&self, id: &str) -> Option<bool> {
        let own = every!(self.model, virtual_interfaces)
            .filter(|found| found.virtual_gateway_id.as_deref() == Some(id))
            .any(|found| {
                found.bgp_peers.iter().any(|peer| peer.bgp_status.as_deref() == Some("up"))
            });
        let ways = self.direct_connect_gateways(id);
        let states: Vec<Option<bool>> = ways.iter().map(|way| self.interface_up(way)).collect();
        let known = collected!(self.model, direct_connect_gateway_associations)
            && collected!(self.model, virtual_interfaces);
        if own || states.contains(&Some(true)) {
            Some(true)
        } else if known && !states.contains(&None) {
            Some(false)
        } else {
            None
        }
    }

    /// Whether every VPN connection of a gateway is in the snapshot: they are listed where it is.
    fn tunnels_known(&self, id: &str) -> bool {
        let has = |region: &&Region| {
            region.vpn_gateways.iter().flatten().any(|found| found.vpn_gateway_id == id)
        };
        let region = self.model.snapshot.regions.iter().find(has);
        region.is_some_and(|region| region.vpn_connections.is_some())
    }

    /// HYB-03, HYB-06, HYB-07: something is up, and carries the family.
    fn connected(&mut self, vgw: &'s VpnGateway) -> Go<()> {
        let id = vgw.vpn_gateway_id.as_str();
        let direct = self.direct_connect_up(id);
        if direct == Some(true) {
            return Ok(());
        }
        let v6 = self.packet.destination.is_ipv6();
        let connections = self.connections(id);
        let tunnels = connections.iter().any(|vpn| usable(vpn));
        if tunnels && !v6 {
            return Ok(());
        }
        let untold = connections.iter().any(|vpn| vpn.state.is_none());
        if direct.is_none() || (!v6 && (untold || !self.tunnels_known(id))) {
            return self.doubt(codes::UNKNOWN_RESOURCE, id);
        }
        // HYB-06.
        self.deny(if v6 { codes::VGW_IPV6_NOT_SUPPORTED } else { codes::BAD_STATE_VPN }, id)
    }

    /// HYB-07: another VPC at the same Direct Connect gateway has the address.
    fn turns_round(&self, id: &str) -> Option<&'s str> {
        let ways = self.direct_connect_gateways(id);
        let others = every!(self.model, vpn_gateways).filter(|found| found.vpn_gateway_id != id);
        others
            .filter(|other| {
                vpc_of(other).iter().any(|vpc| self.model.in_vpc(vpc, self.packet.destination))
            })
            .flat_map(|other| self.direct_connect_gateways(&other.vpn_gateway_id))
            .find(|way| ways.contains(way))
    }

    /// HYB-02: what the gateway learned by BGP or knows as a VPN's static route.
    fn knows(&mut self, vgw: &'s VpnGateway, vpc: &'s str) -> Go<()> {
        let id = vgw.vpn_gateway_id.as_str();
        let destination = self.packet.destination;
        let connections: Vec<&VpnConnection> =
            self.connections(id).into_iter().filter(|vpn| usable(vpn)).collect();
        let dynamic = |vpn: &VpnConnection| {
            vpn.options.as_ref().is_none_or(|options| !options.static_routes_only)
        };
        let fixed = connections.iter().filter(|vpn| !dynamic(vpn)).any(|vpn| {
            vpn.routes.iter().any(|route| {
                let counts = route.state.as_deref().is_none_or(|state| state == "available");
                counts && covers(route.destination_cidr_block.as_deref(), destination)
            })
        });
        if fixed {
            return Ok(());
        }
        let learning = connections.iter().any(|vpn| dynamic(vpn) && learned(vpn));
        let direct = self.direct_connect_up(id);
        // What BGP brought is seen in the tables that it propagates to.
        let tables = || {
            every!(self.model, route_tables).filter(|table| table.vpc_id.as_deref() == Some(vpc))
        };
        let shown = tables().flat_map(|table| &table.routes).any(|route| {
            route.origin.as_deref() == Some("EnableVgwRoutePropagation")
                && route.gateway_id.as_deref() == Some(id)
                && (covers(route.destination_cidr_block.as_deref(), destination)
                    || covers(route.destination_ipv6_cidr_block.as_deref(), destination))
        });
        // From a static VPN, its routes are what is propagated.
        let fixed = connections.iter().any(|vpn| !dynamic(vpn));
        let collected = self.tunnels_known(id);
        if shown && (learning || fixed || direct != Some(false) || !collected) {
            return Ok(());
        }
        if !learning && collected && direct == Some(false) {
            return self.deny(codes::VGW_PREFIX_NOT_KNOWN, id);
        }
        let propagates =
            tables().any(|table| table.propagating_vgws.iter().any(|found| found.gateway_id == id));
        if propagates {
            return self.deny(codes::VGW_PREFIX_NOT_KNOWN, id);
        }
        self.doubt(codes::UNKNOWN_RESOURCE, id)
    }
}

fn vpc_of(vgw: &VpnGateway) -> Vec<&str> {
    let attached = vgw
        .vpc_attachments
        .iter()
        .filter(|found| found.state.as_deref().is_none_or(|state| state == "attached"));
    attached.map(|found| found.vpc_id.as_str()).collect()
}

fn covers(block: Option<&str>, address: IpAddr) -> bool {
    block.is_some_and(|block| inside(block, address))
}

/// HYB-03.
pub(super) fn usable(vpn: &VpnConnection) -> bool {
    vpn.state.as_deref() == Some("available")
        && vpn.vgw_telemetry.iter().any(|tunnel| tunnel.status == "UP")
}

/// HYB-03, edge: tunnels that are up and took no route know no prefix.
fn learned(vpn: &VpnConnection) -> bool {
    vpn.vgw_telemetry
        .iter()
        .any(|tunnel| tunnel.status == "UP" && tunnel.accepted_route_count != Some(0))
}
