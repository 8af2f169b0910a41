use std::fmt;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Serialize;

use super::error::{Fault, tick};
use super::lookup;
use super::request::{exactly_one, ipv4_net, ipv6_net};
use crate::record::Record;
use crate::snapshot::{Kind, Route, RouteTable, Snapshot};

/// The parameters of `CreateRoute` and `ReplaceRoute`: one destination and one target.
///
/// A target whose kind was collected must be in the snapshot. Host bits of a destination are cut
/// off, as EC2 does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRoute {
    /// `rtb-…`
    pub route_table_id: String,
    /// IPv4 destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_cidr_block: Option<String>,
    /// IPv6 destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_ipv6_cidr_block: Option<String>,
    /// Prefix list as the destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_prefix_list_id: Option<String>,
    /// `igw-…`, `vgw-…` or `vpce-…`; `local` puts the local route back as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_id: Option<String>,
    /// `vpce-…` of a Gateway Load Balancer endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_id: Option<String>,
    /// `nat-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nat_gateway_id: Option<String>,
    /// `eni-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// `i-…` of an instance with exactly one interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// `pcx-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_peering_connection_id: Option<String>,
    /// `tgw-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// `eigw-…`, for an IPv6 destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub egress_only_internet_gateway_id: Option<String>,
    /// `lgw-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_gateway_id: Option<String>,
    /// `cagw-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier_gateway_id: Option<String>,
    /// ARN of a Cloud WAN core network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core_network_arn: Option<String>,
    /// ARN of an Oracle Database@AWS network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odb_network_arn: Option<String>,
    /// `true` puts the local route back as it was; `ReplaceRoute` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_target: Option<bool>,
}

impl PutRoute {
    pub(super) fn create(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let route = self.new_route(snapshot).map_err(|fault| fault.on(&self.route_table_id))?;
        for table in tables_mut(snapshot, &self.route_table_id) {
            table.routes.push(route.clone());
        }
        Ok(())
    }

    fn new_route(&self, snapshot: &Snapshot) -> Result<Route, Fault> {
        let destination = self.destination()?;
        let target = self.target(snapshot, &destination)?;
        if target.is_local() {
            return Err(Fault::value("EC2 alone makes local routes"));
        }
        for route in tables(snapshot, &self.route_table_id)?.flat_map(|table| &table.routes) {
            if is_learned(route) {
                continue;
            }
            let other = Destination::of(route);
            if other == destination {
                let message = format!("there is a route to {destination} already");
                return Err(Fault::new("RouteAlreadyExists", message));
            }
            if is_local(route) && other.contains(&destination) && !target.may_be_in_vpc() {
                return Err(Fault::value(format!(
                    "{destination} is inside the local route to {other}, so its target is a \
                     network interface, a NAT gateway or a Gateway Load Balancer endpoint"
                )));
            }
        }
        let mut route = Route {
            state: Some("active".to_owned()),
            origin: Some("CreateRoute".to_owned()),
            ..Route::default()
        };
        destination.write_to(&mut route);
        target.write_to(&mut route);
        Ok(route)
    }

    pub(super) fn replace(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let (destination, target) =
            self.replacement(snapshot).map_err(|fault| fault.on(&self.route_table_id))?;
        for table in tables_mut(snapshot, &self.route_table_id) {
            for route in &mut table.routes {
                if is_written(route, &destination) {
                    target.write_to(route);
                    route.state = Some("active".to_owned());
                }
            }
        }
        Ok(())
    }

    fn replacement(&self, snapshot: &Snapshot) -> Result<(Destination, Target), Fault> {
        let destination = self.destination()?;
        let target = self.target(snapshot, &destination)?;
        for route in written(snapshot, &self.route_table_id, &destination)? {
            if is_local(route) && !target.is_local() && !target.may_be_in_vpc() {
                return Err(Fault::value(format!(
                    "the local route to {destination} goes to a network interface, a NAT gateway \
                     or a Gateway Load Balancer endpoint, or back to `local`"
                )));
            }
            if !is_local(route) && target.is_local() {
                return Err(Fault::value(format!("the route to {destination} is not local")));
            }
        }
        Ok((destination, target))
    }

    fn destination(&self) -> Result<Destination, Fault> {
        Destination::request(
            self.destination_cidr_block.as_deref(),
            self.destination_ipv6_cidr_block.as_deref(),
            self.destination_prefix_list_id.as_deref(),
        )
    }

    fn target(&self, snapshot: &Snapshot, destination: &Destination) -> Result<Target, Fault> {
        if let Destination::PrefixList(id) = destination {
            lookup::prefix_list(snapshot, id)?;
        }
        let (parameter, id) = exactly_one(&self.named())?;
        let target = Target::read(snapshot, parameter, id)?;
        if parameter == "EgressOnlyInternetGatewayId" && matches!(destination, Destination::Ipv4(_))
        {
            return Err(Fault::value(format!("{} carries IPv6 only", tick(id))));
        }
        Ok(target)
    }

    /// The ids that it leads to, where it fits: one.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.named().into_iter().filter_map(|(_, id)| id)
    }

    fn named(&self) -> [(&'static str, Option<&str>); 13] {
        [
            ("GatewayId", self.gateway_id.as_deref()),
            ("VpcEndpointId", self.vpc_endpoint_id.as_deref()),
            ("NatGatewayId", self.nat_gateway_id.as_deref()),
            ("NetworkInterfaceId", self.network_interface_id.as_deref()),
            ("InstanceId", self.instance_id.as_deref()),
            ("VpcPeeringConnectionId", self.vpc_peering_connection_id.as_deref()),
            ("TransitGatewayId", self.transit_gateway_id.as_deref()),
            ("EgressOnlyInternetGatewayId", self.egress_only_internet_gateway_id.as_deref()),
            ("LocalGatewayId", self.local_gateway_id.as_deref()),
            ("CarrierGatewayId", self.carrier_gateway_id.as_deref()),
            ("CoreNetworkArn", self.core_network_arn.as_deref()),
            ("OdbNetworkArn", self.odb_network_arn.as_deref()),
            ("LocalTarget", self.local_target.filter(|local| *local).map(|_| LOCAL)),
        ]
    }
}

/// The parameters of `DeleteRoute`: one destination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRoute {
    /// `rtb-…`
    pub route_table_id: String,
    /// IPv4 destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_cidr_block: Option<String>,
    /// IPv6 destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_ipv6_cidr_block: Option<String>,
    /// Prefix list as the destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_prefix_list_id: Option<String>,
}

impl DeleteRoute {
    pub(super) fn apply(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let destination =
            self.deletable(snapshot).map_err(|fault| fault.on(&self.route_table_id))?;
        for table in tables_mut(snapshot, &self.route_table_id) {
            table.routes.retain(|route| !is_written(route, &destination));
        }
        Ok(())
    }

    fn deletable(&self, snapshot: &Snapshot) -> Result<Destination, Fault> {
        let destination = Destination::request(
            self.destination_cidr_block.as_deref(),
            self.destination_ipv6_cidr_block.as_deref(),
            self.destination_prefix_list_id.as_deref(),
        )?;
        if written(snapshot, &self.route_table_id, &destination)?.into_iter().any(is_local) {
            return Err(Fault::value(format!(
                "the local route to {destination} cannot be deleted"
            )));
        }
        Ok(destination)
    }
}

const LOCAL: &str = "local";

/// Where a route leads to, equal however it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    PrefixList(String),
    /// Text in the snapshot that is no destination; no request is equal to it.
    Unreadable(String),
}

impl Destination {
    /// As a snapshot has it: never fails.
    fn of(route: &Route) -> Self {
        let unreadable = |text: &str| Self::Unreadable(text.to_owned());
        if let Some(text) = &route.destination_cidr_block {
            text.parse::<Ipv4Net>().map_or_else(|_| unreadable(text), |net| Self::Ipv4(net.trunc()))
        } else if let Some(text) = &route.destination_ipv6_cidr_block {
            text.parse::<Ipv6Net>().map_or_else(|_| unreadable(text), |net| Self::Ipv6(net.trunc()))
        } else if let Some(id) = &route.destination_prefix_list_id {
            Self::PrefixList(id.clone())
        } else {
            unreadable("")
        }
    }

    fn request(
        ipv4: Option<&str>,
        ipv6: Option<&str>,
        prefix_list: Option<&str>,
    ) -> Result<Self, Fault> {
        match exactly_one(&[
            ("DestinationCidrBlock", ipv4),
            ("DestinationIpv6CidrBlock", ipv6),
            ("DestinationPrefixListId", prefix_list),
        ])? {
            ("DestinationCidrBlock", text) => ipv4_net(text).map(Self::Ipv4),
            ("DestinationIpv6CidrBlock", text) => ipv6_net(text).map(Self::Ipv6),
            (_, id) => Ok(Self::PrefixList(id.to_owned())),
        }
    }

    /// Whether a block lies inside this one. What a prefix list holds is not looked at.
    fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ipv4(whole), Self::Ipv4(part)) => whole.contains(part),
            (Self::Ipv6(whole), Self::Ipv6(part)) => whole.contains(part),
            _ => false,
        }
    }

    fn write_to(&self, route: &mut Route) {
        match self {
            Self::Ipv4(net) => route.destination_cidr_block = Some(net.to_string()),
            Self::Ipv6(net) => route.destination_ipv6_cidr_block = Some(net.to_string()),
            Self::PrefixList(id) => route.destination_prefix_list_id = Some(id.clone()),
            Self::Unreadable(_) => {}
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipv4(net) => write!(f, "`{net}`"),
            Self::Ipv6(net) => write!(f, "`{net}`"),
            Self::PrefixList(text) | Self::Unreadable(text) => f.write_str(&tick(text)),
        }
    }
}

/// The target fields of a route; every other field is empty.
struct Target(Route);

impl Target {
    fn read(snapshot: &Snapshot, parameter: &str, id: &str) -> Result<Self, Fault> {
        let prefixes: &[&str] = match parameter {
            "GatewayId" | "LocalTarget" if id == LOCAL => &[LOCAL],
            "GatewayId" => &["igw-", "vgw-", "vpce-"],
            "VpcEndpointId" => &["vpce-"],
            "NatGatewayId" => &["nat-"],
            "NetworkInterfaceId" => &["eni-"],
            "InstanceId" => &["i-"],
            "VpcPeeringConnectionId" => &["pcx-"],
            "TransitGatewayId" => &["tgw-"],
            "EgressOnlyInternetGatewayId" => &["eigw-"],
            "LocalGatewayId" => &["lgw-"],
            "CarrierGatewayId" => &["cagw-"],
            _ => &["arn:"],
        };
        if !prefixes.iter().any(|prefix| id.starts_with(prefix)) {
            let expected = prefixes.join("…`, `");
            let message = format!("{} is no `{parameter}`: expected `{expected}…`", tick(id));
            return Err(Fault::value(message));
        }
        check_target(snapshot, id)?;

        let mut route = Route::default();
        let field = match parameter {
            "GatewayId" | "VpcEndpointId" | "LocalTarget" => &mut route.gateway_id,
            "NatGatewayId" => &mut route.nat_gateway_id,
            "NetworkInterfaceId" => &mut route.network_interface_id,
            "InstanceId" => &mut route.instance_id,
            "VpcPeeringConnectionId" => &mut route.vpc_peering_connection_id,
            "TransitGatewayId" => &mut route.transit_gateway_id,
            "EgressOnlyInternetGatewayId" => &mut route.egress_only_internet_gateway_id,
            "LocalGatewayId" => &mut route.local_gateway_id,
            "CarrierGatewayId" => &mut route.carrier_gateway_id,
            "CoreNetworkArn" => &mut route.core_network_arn,
            _ => &mut route.odb_network_arn,
        };
        *field = Some(id.to_owned());

        // `describe-route-tables` names an instance and its interface together.
        match parameter {
            "InstanceId" if snapshot.regions.iter().any(|it| it.collected(Kind::Instances)) => {
                route.network_interface_id = Some(lookup::only_interface(snapshot, id)?.to_owned());
            }
            "NetworkInterfaceId" => {
                let found = lookup::interfaces(snapshot).find(|it| it.network_interface_id == id);
                route.instance_id = found.and_then(lookup::instance_of).map(ToOwned::to_owned);
            }
            _ => {}
        }
        Ok(Self(route))
    }

    fn is_local(&self) -> bool {
        self.0.gateway_id.as_deref() == Some(LOCAL)
    }

    /// Whether traffic inside the VPC may be sent to it.
    fn may_be_in_vpc(&self) -> bool {
        self.0.nat_gateway_id.is_some()
            || self.0.network_interface_id.is_some()
            || self.0.instance_id.is_some()
            || self.0.gateway_id.as_ref().is_some_and(|id| id.starts_with("vpce-"))
    }

    fn write_to(&self, route: &mut Route) {
        *route = Route {
            destination_cidr_block: route.destination_cidr_block.take(),
            destination_ipv6_cidr_block: route.destination_ipv6_cidr_block.take(),
            destination_prefix_list_id: route.destination_prefix_list_id.take(),
            state: route.state.take(),
            origin: route.origin.take(),
            ..self.0.clone()
        };
    }
}

/// Whether a target exists, where its kind was collected.
fn check_target(snapshot: &Snapshot, id: &str) -> Result<(), Fault> {
    macro_rules! has {
        ($list:ident, $id:ident) => {
            snapshot.regions.iter().flat_map(|it| it.$list.iter().flatten()).any(|it| it.$id == id)
        };
    }
    let kind = id.split_once('-').map_or("", |(kind, _)| kind);
    let (kind, code, found) = match kind {
        "igw" => (
            Kind::InternetGateways,
            "InvalidGatewayID.NotFound",
            has!(internet_gateways, internet_gateway_id),
        ),
        "vgw" => {
            (Kind::VpnGateways, "InvalidGatewayID.NotFound", has!(vpn_gateways, vpn_gateway_id))
        }
        "nat" => {
            (Kind::NatGateways, "InvalidNatGatewayID.NotFound", has!(nat_gateways, nat_gateway_id))
        }
        "eni" => (
            Kind::NetworkInterfaces,
            "InvalidNetworkInterfaceID.NotFound",
            has!(network_interfaces, network_interface_id),
        ),
        "i" => (Kind::Instances, "InvalidInstanceID.NotFound", has!(instances, instance_id)),
        "pcx" => (
            Kind::VpcPeeringConnections,
            "InvalidVpcPeeringConnectionID.NotFound",
            has!(vpc_peering_connections, vpc_peering_connection_id),
        ),
        "eigw" => (
            Kind::EgressOnlyInternetGateways,
            "InvalidEgressOnlyInternetGatewayId.NotFound",
            has!(egress_only_internet_gateways, egress_only_internet_gateway_id),
        ),
        _ => return Ok(()),
    };
    if found || !lookup::collected(snapshot, kind) {
        return Ok(());
    }
    Err(Fault::not_found(code, snapshot, kind, id))
}

/// Whether EC2 made the route with the table, wherever it leads by now.
fn is_local(route: &Route) -> bool {
    route.gateway_id.as_deref() == Some(LOCAL)
        || route.origin.as_deref() == Some("CreateRouteTable")
}

/// Whether a gateway or a route server wrote the route: it stands beside written ones.
fn is_learned(route: &Route) -> bool {
    matches!(route.origin.as_deref(), Some("EnableVgwRoutePropagation" | "Advertisement"))
}

/// Whether people, or EC2 with the table, wrote the route to the destination.
fn is_written(route: &Route, destination: &Destination) -> bool {
    !is_learned(route) && Destination::of(route) == *destination
}

/// The written routes to the destination, at least one.
fn written<'a>(
    snapshot: &'a Snapshot,
    table: &str,
    destination: &Destination,
) -> Result<Vec<&'a Route>, Fault> {
    let routes: Vec<&Route> = tables(snapshot, table)?.flat_map(|table| &table.routes).collect();
    let found: Vec<&Route> =
        routes.iter().copied().filter(|route| is_written(route, destination)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let learned = routes.iter().any(|route| Destination::of(route) == *destination);
    let why = if learned { ": the one that there is was propagated" } else { "" };
    let message = format!("{} has no written route to {destination}{why}", tick(table));
    Err(Fault::new("InvalidRoute.NotFound", message))
}

fn tables<'a>(
    snapshot: &'a Snapshot,
    id: &str,
) -> Result<impl Iterator<Item = &'a RouteTable>, Fault> {
    let tables = snapshot.regions.iter().flat_map(|region| region.route_tables.iter().flatten());
    let mut tables = tables.filter(move |table| table.route_table_id == id).peekable();
    if tables.peek().is_none() {
        let code = "InvalidRouteTableID.NotFound";
        return Err(Fault::not_found(code, snapshot, Kind::RouteTables, id));
    }
    Ok(tables)
}

fn tables_mut<'a>(
    snapshot: &'a mut Snapshot,
    id: &str,
) -> impl Iterator<Item = &'a mut RouteTable> {
    let tables = snapshot.regions.iter_mut().flat_map(|region| region.route_tables.iter_mut());
    tables.flatten().filter(move |table| table.route_table_id == id)
}

#[cfg(test)]
mod tests;
