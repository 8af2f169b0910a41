//! The small networks that `semantics.md` section 20 is written for, and the changes that its cases
//! make to them.
//!
//! Ids say what they are: host `p1` is the instance `i-p1` with the interface `eni-p1` and a
//! security group of its own, `sg-p1`; its subnet is `subnet-p` with `rtb-p` and `acl-p`, in
//! `vpc-v`.

mod base;
mod rule;
mod vary;

use reach_core::snapshot::{
    GatewayAttachment, Instance, IpPermission, NetworkAcl, NetworkAclEntry, NetworkInterface,
    Region, Route, RouteTable, SecurityGroup, Snapshot, Subnet, Vpc, VpcPeeringConnection,
    VpnConnection, VpnGateway,
};

/// Account of everything in a [`Lab`].
pub const ACCOUNT: &str = "111111111111";
/// Region of everything in a [`Lab`].
pub const REGION: &str = "eu-west-1";

/// A snapshot under construction: one account, one Region, what the real API answers.
///
/// ```
/// use reach_core::{Network, TraceOptions, Verdict};
/// use reach_testkit::Lab;
///
/// let lab = Lab::t0().ingress("sg-p1", &["tcp/22 203.0.113.0/24"]);
/// let network = Network::compile(lab.snapshot());
/// let ssh = "tcp/22".parse()?;
/// let answer = network.trace("203.0.113.5", "p1", &ssh, &TraceOptions::default())?;
/// assert_eq!(answer.verdict, Verdict::Reachable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lab {
    region: Region,
}

impl Lab {
    /// The snapshot as built so far.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { regions: vec![self.region.clone()] }
    }

    /// Any change that no method has a word for.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Region)) -> Self {
        change(&mut self.region);
        self
    }
}

macro_rules! finders {
    ($($(#[$doc:meta])* $name:ident, $list:ident: $type:ty, $id:ident;)*) => {
        impl Lab {
            $(
                $(#[$doc])*
                ///
                /// # Panics
                ///
                /// If there is none: a mistake in a test.
                #[must_use]
                pub fn $name(mut self, id: &str, change: impl FnOnce(&mut $type)) -> Self {
                    let found = self.region.$list.iter_mut().flatten().find(|item| item.$id == id);
                    match found {
                        Some(item) => change(item),
                        None => panic!("the lab has no `{id}`"),
                    }
                    self
                }
            )*
        }
    };
}

finders! {
    /// Changes a VPC.
    vpc, vpcs: Vpc, vpc_id;
    /// Changes a subnet.
    subnet, subnets: Subnet, subnet_id;
    /// Changes an interface.
    eni, network_interfaces: NetworkInterface, network_interface_id;
    /// Changes an instance.
    instance, instances: Instance, instance_id;
    /// Changes a security group.
    group, security_groups: SecurityGroup, group_id;
    /// Changes a network ACL.
    acl, network_acls: NetworkAcl, network_acl_id;
    /// Changes a route table.
    table, route_tables: RouteTable, route_table_id;
    /// Changes a peering connection.
    peering, vpc_peering_connections: VpcPeeringConnection, vpc_peering_connection_id;
    /// Changes a VPN connection.
    vpn, vpn_connections: VpnConnection, vpn_connection_id;
    /// Changes a virtual private gateway.
    vgw, vpn_gateways: VpnGateway, vpn_gateway_id;
}

/// A route as the API prints it; the form of destination and target tells which fields they fill.
///
/// # Panics
///
/// If the text is not `DESTINATION TARGET`.
#[must_use]
#[expect(clippy::panic, reason = "a test with an unreadable route is wrong")]
pub fn route(text: &str) -> Route {
    let Some((destination, target)) = text.split_once(' ') else {
        panic!("{text:?} is no `DESTINATION TARGET`");
    };
    let some = || Some(target.to_owned());
    let mut route = Route {
        state: Some("active".to_owned()),
        origin: Some("CreateRoute".to_owned()),
        ..Route::default()
    };
    let to = Some(destination.to_owned());
    if destination.starts_with("pl-") {
        route.destination_prefix_list_id = to;
    } else if destination.contains(':') {
        route.destination_ipv6_cidr_block = to;
    } else {
        route.destination_cidr_block = to;
    }
    match target.split('-').next().unwrap_or_default() {
        "nat" => route.nat_gateway_id = some(),
        "eni" => route.network_interface_id = some(),
        "pcx" => route.vpc_peering_connection_id = some(),
        "tgw" => route.transit_gateway_id = some(),
        "eigw" => route.egress_only_internet_gateway_id = some(),
        "lgw" => route.local_gateway_id = some(),
        "cagw" => route.carrier_gateway_id = some(),
        _ if target.starts_with("arn:") => route.core_network_arn = some(),
        _ => route.gateway_id = some(),
    }
    if target == "local" {
        route.origin = Some("CreateRouteTable".to_owned());
    }
    route
}

/// A security group permission as the API prints it, from `TRAFFIC PEER`: `tcp/22 10.0.0.0/8`,
/// `tcp/8080-8090 sg-a`, `icmp/8/-1 0.0.0.0/0`, `50/0-0 pl-list`, `-1 ::/0`.
#[must_use]
pub fn permission(text: &str) -> IpPermission {
    rule::permission(text)
}

/// A network ACL entry as the API prints it, from `NUMBER ACTION TRAFFIC BLOCK`: `100 allow tcp/22
/// 10.0.0.0/8`.
#[must_use]
pub fn entry(text: &str, egress: bool) -> NetworkAclEntry {
    rule::entry(text, egress)
}

fn attached_to(vpc: &str, state: &str) -> Vec<GatewayAttachment> {
    vec![GatewayAttachment { vpc_id: vpc.to_owned(), state: Some(state.to_owned()) }]
}
