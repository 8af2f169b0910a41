//! VPC endpoints, and which interface belongs to which.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::{InterfaceIdx, SubnetIdx, VpcIdx};
use crate::rules::{EndpointKind, VpcEndpoint};
use crate::snapshot;

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
