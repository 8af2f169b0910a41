//! VPC endpoints, and which interface belongs to which.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Subnet;
use super::resources::Located;
use crate::index::{Arena, InterfaceIdx, SubnetIdx, VpcIdx};
use crate::order;
use crate::rules::{ConnectEndpoint, EndpointKind, FirewallEndpoint, VpcEndpoint};
use crate::snapshot::{self, Snapshot};

pub(super) fn compile(
    endpoint: &snapshot::VpcEndpoint,
    vpc_ids: &FxHashMap<&str, VpcIdx>,
    subnet_ids: &FxHashMap<&str, SubnetIdx>,
    interface_ids: &FxHashMap<&str, InterfaceIdx>,
) -> VpcEndpoint {
    let interfaces: Vec<InterfaceIdx> = endpoint
        .network_interface_ids
        .iter()
        .filter_map(|id| interface_ids.get(id.as_str()).copied())
        .collect();
    let subnets = endpoint.subnet_ids.iter();
    VpcEndpoint {
        id: Arc::from(endpoint.vpc_endpoint_id.as_str()),
        kind: EndpointKind::of(endpoint.vpc_endpoint_type.as_deref()),
        vpc: endpoint.vpc_id.as_deref().and_then(|id| vpc_ids.get(id).copied()),
        state: Arc::from(endpoint.state.as_deref().unwrap_or("available")),
        interfaces,
        subnets: subnets.filter_map(|id| subnet_ids.get(id.as_str()).copied()).collect(),
        service: Arc::from(endpoint.service_name.as_deref().unwrap_or("?")),
    }
}

/// NFW-01: endpoints that only their firewall names, in a fixed order.
pub(super) fn undescribed(
    described: &[Located<'_, snapshot::VpcEndpoint>],
    of_firewalls: &FxHashMap<Arc<str>, FirewallEndpoint>,
) -> Vec<FirewallEndpoint> {
    let known: FxHashSet<&str> =
        described.iter().map(|located| located.item.vpc_endpoint_id.as_str()).collect();
    let mut missing: Vec<FirewallEndpoint> =
        of_firewalls.values().filter(|it| !known.contains(&*it.id)).cloned().collect();
    order::sort_by(&mut missing, |a, b| a.id.cmp(&b.id));
    missing
}

/// Its firewall says whether it is ready.
pub(super) fn of_firewall(
    endpoint: &FirewallEndpoint,
    subnets: &Arena<SubnetIdx, Subnet>,
) -> VpcEndpoint {
    VpcEndpoint {
        id: Arc::clone(&endpoint.id),
        kind: EndpointKind::GatewayLoadBalancer,
        vpc: endpoint.subnet.map(|subnet| subnets[subnet].vpc),
        state: Arc::from("available"),
        interfaces: Vec::new(),
        subnets: endpoint.subnet.into_iter().collect(),
        service: Arc::from("?"),
    }
}

/// EP-10: the interfaces of EC2 Instance Connect Endpoints.
pub(super) fn connect_endpoints(
    snapshot: &Snapshot,
    interfaces: &FxHashMap<&str, InterfaceIdx>,
) -> FxHashMap<InterfaceIdx, ConnectEndpoint> {
    let regions = snapshot.regions.iter();
    let all = regions.flat_map(|region| region.instance_connect_endpoints.iter().flatten());
    let mut found = FxHashMap::default();
    for endpoint in all {
        let compiled = ConnectEndpoint {
            id: Arc::from(endpoint.instance_connect_endpoint_id.as_str()),
            state: Arc::from(endpoint.state.as_deref().unwrap_or("create-complete")),
            preserves: endpoint.preserve_client_ip == Some(true),
        };
        let ids = endpoint.network_interface_ids.iter();
        for interface in ids.filter_map(|id| interfaces.get(id.as_str())) {
            found.insert(*interface, compiled.clone());
        }
    }
    found
}
