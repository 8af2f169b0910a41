//! Gateways and connections at the edge of a VPC.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::direct_connect::DirectConnect;
use super::resources::Located;
use super::{EgressOnlyGateway, Vpc};
use crate::Diagnostic;
use crate::index::{Arena, InterfaceIdx, NatGatewayIdx, TableIdx, VpcIdx};
use crate::order;
use crate::packet::IpSet;
use crate::rules::{
    Direct, EdgeTable, InternetGateway, Link, NatGateway, Peering, PeeringSide, Regional,
    VpnGateway, parse_addr, parse_net,
};
use crate::snapshot::{self, GatewayAttachment, PeeringVpcInfo, VpcPeeringConnection};

/// Gateway route tables by gateway; `None` for one that two tables claim.
type EdgeTables<'a> = FxHashMap<&'a str, Option<TableIdx>>;

fn edge_table(tables: &EdgeTables<'_>, gateway: &str, collected: bool) -> EdgeTable {
    match tables.get(gateway) {
        None if !collected => EdgeTable::Unclear,
        None => EdgeTable::None,
        Some(Some(table)) => EdgeTable::One(*table),
        Some(None) => EdgeTable::Unclear,
    }
}

/// IG-01, HYB-01: the VPC of an attachment that works.
fn attached_vpc(
    attachments: &[GatewayAttachment],
    vpc_ids: &FxHashMap<&str, VpcIdx>,
) -> Option<VpcIdx> {
    attachments
        .iter()
        .filter(|attachment| {
            matches!(attachment.state.as_deref(), None | Some("available" | "attached"))
        })
        .find_map(|attachment| vpc_ids.get(attachment.vpc_id.as_str()).copied())
}

pub(super) fn internet_gateway(
    located: &Located<'_, snapshot::InternetGateway>,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
    edge_tables: &EdgeTables<'_>,
) -> InternetGateway {
    let gateway = located.item;
    let collected = located.region.route_tables.is_some();
    InternetGateway {
        id: Arc::from(gateway.internet_gateway_id.as_str()),
        vpc: attached_vpc(&gateway.attachments, vpc_ids),
        table: edge_table(edge_tables, &gateway.internet_gateway_id, collected),
        carrier: false,
    }
}

/// HYB-10: a carrier gateway belongs to one VPC, without attachments.
pub(super) fn carrier_gateway(
    gateway: &snapshot::CarrierGateway,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
) -> InternetGateway {
    let works = matches!(gateway.state.as_deref(), None | Some("available"));
    let vpc = gateway.vpc_id.as_deref().filter(|_| works);
    InternetGateway {
        id: Arc::from(gateway.carrier_gateway_id.as_str()),
        vpc: vpc.and_then(|vpc| vpc_ids.get(vpc).copied()),
        table: EdgeTable::None,
        carrier: true,
    }
}

pub(super) fn egress_only_gateway(
    gateway: &snapshot::EgressOnlyInternetGateway,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
) -> EgressOnlyGateway {
    EgressOnlyGateway {
        id: Arc::from(gateway.egress_only_internet_gateway_id.as_str()),
        vpc: attached_vpc(&gateway.attachments, vpc_ids),
    }
}

/// NAT-04: the primary address is the one that packets get.
pub(super) fn nat_gateway(
    gateway: &snapshot::NatGateway,
    interfaces: &FxHashMap<&str, InterfaceIdx>,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
    tables: &FxHashMap<&str, TableIdx>,
) -> NatGateway {
    let addresses = &gateway.nat_gateway_addresses;
    let primary = addresses
        .iter()
        .find(|address| address.is_primary == Some(true))
        .or_else(|| addresses.first());
    let primary = primary.and_then(|address| {
        let interface = interfaces.get(address.network_interface_id.as_deref()?)?;
        match parse_addr(address.private_ip.as_deref()?)? {
            IpAddr::V4(private) => Some((*interface, private)),
            IpAddr::V6(_) => None,
        }
    });
    NatGateway {
        id: Arc::from(gateway.nat_gateway_id.as_str()),
        state: Arc::from(gateway.state.as_deref().unwrap_or("available")),
        regional: (gateway.availability_mode.as_deref() == Some("regional"))
            .then(|| regional(gateway, vpc_ids, tables)),
        primary,
    }
}

/// NAT-12: who has the public addresses that no interface holds.
pub(super) fn regional_addresses(
    gateways: &Arena<NatGatewayIdx, NatGateway>,
) -> BTreeMap<Ipv4Addr, NatGatewayIdx> {
    let addresses = |(index, gateway): (NatGatewayIdx, &NatGateway)| {
        let regional = gateway.regional.as_ref();
        let addresses: Vec<Ipv4Addr> =
            regional.iter().flat_map(|it| &it.addresses).map(|(_, address)| *address).collect();
        addresses.into_iter().map(move |address| (address, index))
    };
    order::tree(gateways.iter().flat_map(addresses))
}

/// NAT-12.
fn regional(
    gateway: &snapshot::NatGateway,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
    tables: &FxHashMap<&str, TableIdx>,
) -> Regional {
    let address = |address: &snapshot::NatGatewayAddress| {
        let IpAddr::V4(public) = parse_addr(address.public_ip.as_deref()?)? else { return None };
        let zones = [&address.availability_zone_id, &address.availability_zone];
        Some((zones.into_iter().flatten().map(|zone| Arc::from(zone.as_str())).collect(), public))
    };
    Regional {
        vpc: gateway.vpc_id.as_deref().and_then(|id| vpc_ids.get(id).copied()),
        table: gateway.route_table_id.as_deref().and_then(|id| tables.get(id).copied()),
        automatic: gateway.auto_provision_zones.as_deref() == Some("enabled"),
        addresses: gateway.nat_gateway_addresses.iter().filter_map(address).collect(),
    }
}

pub(super) fn peering(
    connection: &VpcPeeringConnection,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
    vpcs: &Arena<VpcIdx, Vpc>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Peering {
    let id: Arc<str> = Arc::from(connection.vpc_peering_connection_id.as_str());
    let mut side = |info: &PeeringVpcInfo| {
        let vpc = info.vpc_id.as_deref().and_then(|vpc| vpc_ids.get(vpc).copied());
        // The VPC itself knows its blocks best; the connection tells those of a VPC that the
        // snapshot lacks.
        let ranges = match vpc {
            Some(vpc) => vpcs[vpc].ranges.iter().copied().collect(),
            None => told_ranges(info, &id, diagnostics),
        };
        PeeringSide { vpc_id: Arc::from(info.vpc_id.as_deref().unwrap_or("?")), vpc, ranges }
    };
    let requester = side(&connection.requester_vpc_info);
    let accepter = side(&connection.accepter_vpc_info);
    let region = |info: &PeeringVpcInfo, side: &PeeringSide| {
        info.region
            .as_deref()
            .map(Arc::from)
            .or_else(|| side.vpc.and_then(|vpc| vpcs[vpc].region.clone()))
    };
    let same_region = region(&connection.requester_vpc_info, &requester)
        .zip(region(&connection.accepter_vpc_info, &accepter))
        .map(|(one, other): (Arc<str>, Arc<str>)| one == other);
    Peering {
        status: Arc::from(
            connection.status.as_ref().map_or("unknown", |status| status.code.as_str()),
        ),
        requester,
        accepter,
        same_region,
        id,
    }
}

fn told_ranges(info: &PeeringVpcInfo, id: &str, diagnostics: &mut Vec<Diagnostic>) -> IpSet {
    let blocks = info.cidr_block.iter().map(String::as_str);
    let v4 = info.cidr_block_set.iter().map(|block| block.cidr_block.as_str());
    let v6 = info.ipv6_cidr_block_set.iter().map(|block| block.ipv6_cidr_block.as_str());
    blocks
        .chain(v4)
        .chain(v6)
        .filter_map(|text| {
            let net = parse_net(text);
            if net.is_none() {
                diagnostics.push(
                    Diagnostic::warning(
                        "unreadable_entry",
                        format!("{text:?} is no address block"),
                    )
                    .resource(id),
                );
            }
            net
        })
        .collect()
}

/// What a virtual private gateway is compiled from besides itself.
pub(super) struct VpnSurroundings<'a> {
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) edge_tables: &'a EdgeTables<'a>,
    /// VPN connections by virtual private gateway.
    pub(super) connections: &'a FxHashMap<&'a str, Vec<&'a snapshot::VpnConnection>>,
    /// Blocks that route tables learned from each gateway (HYB-02).
    pub(super) propagated: &'a FxHashMap<&'a str, IpSet>,
    pub(super) direct: &'a DirectConnect<'a>,
    /// Gateways that some route table takes routes from.
    pub(super) propagates: &'a dyn Fn(&str) -> bool,
}

pub(super) fn vpn_gateway(
    located: &Located<'_, snapshot::VpnGateway>,
    around: &VpnSurroundings<'_>,
) -> VpnGateway {
    let gateway = located.item;
    let id = gateway.vpn_gateway_id.as_str();
    let none = Vec::new();
    let connections: Vec<&&snapshot::VpnConnection> = around
        .connections
        .get(id)
        .unwrap_or(&none)
        .iter()
        .filter(|connection| matches!(connection.state.as_deref(), None | Some("available")))
        .collect();
    // HYB-03: a connection works with one tunnel up.
    let up: Vec<_> = connections
        .iter()
        .filter(|connection| connection.vgw_telemetry.iter().any(|tunnel| tunnel.status == "UP"))
        .collect();
    let statics = up
        .iter()
        .flat_map(|connection| &connection.routes)
        .filter(|route| matches!(route.state.as_deref(), None | Some("available")));
    let mut prefixes: IpSet =
        statics.filter_map(|route| parse_net(route.destination_cidr_block.as_deref()?)).collect();
    // HYB-02: BGP routes show only where a route table takes them in.
    let learns = up.iter().any(|connection| {
        let by_bgp = connection.options.as_ref().is_none_or(|options| !options.static_routes_only);
        by_bgp
            && connection
                .vgw_telemetry
                .iter()
                .any(|tunnel| tunnel.status == "UP" && tunnel.accepted_route_count != Some(0))
    });
    let told = connections.iter().all(|connection| !connection.vgw_telemetry.is_empty());
    let link = match (&located.region.vpn_connections, up.is_empty()) {
        (Some(_), false) => Link::Up,
        (Some(_), true) if connections.is_empty() => Link::NoVpn,
        (Some(_), true) if told => Link::Down,
        (None, _) | (Some(_), true) => Link::NotCollected,
    };
    // HYB-03: tunnels that took no route brought none, whatever a route table still shows.
    let fixed = up.iter().any(|connection| {
        connection.options.as_ref().is_some_and(|options| options.static_routes_only)
    });
    let direct = around.direct.to(id);
    let brought = learns || fixed || direct != Direct::None || link == Link::NotCollected;
    if let Some(learned) = around.propagated.get(id).filter(|_| brought) {
        prefixes = prefixes.union(learned);
    }
    let usable = matches!(gateway.state.as_deref(), None | Some("available"));
    let untold =
        matches!((link, direct), (Link::NotCollected, _) | (Link::NoVpn, Direct::NotCollected));
    VpnGateway {
        id: Arc::from(id),
        vpc: usable.then(|| attached_vpc(&gateway.vpc_attachments, around.vpc_ids)).flatten(),
        table: edge_table(around.edge_tables, id, located.region.route_tables.is_some()),
        link,
        prefixes,
        direct,
        more_prefixes: (learns || direct == Direct::Up || untold) && !(around.propagates)(id),
    }
}
