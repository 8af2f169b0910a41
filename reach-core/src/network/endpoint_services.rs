//! Which endpoints lead to services of the snapshot's own load balancers (EP-07).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::{Arena, EndpointIdx, LoadBalancerIdx};
use crate::rules::{EndpointKind, EndpointService, LoadBalancer, VpcEndpoint};
use crate::snapshot::{ServiceConfiguration, Snapshot};

pub(super) fn compile(
    snapshot: &Snapshot,
    endpoints: &Arena<EndpointIdx, VpcEndpoint>,
    balancers: &Arena<LoadBalancerIdx, LoadBalancer>,
) -> FxHashMap<EndpointIdx, EndpointService> {
    let regions = || snapshot.regions.iter();
    let by_arn: FxHashMap<&str, LoadBalancerIdx> =
        balancers.iter().map(|(index, balancer)| (&*balancer.id, index)).collect();
    let mut services: FxHashMap<&str, &ServiceConfiguration> = FxHashMap::default();
    for service in regions().flat_map(|region| region.service_configurations.iter().flatten()) {
        if let Some(name) = service.service_name.as_deref() {
            services.entry(name).or_insert(service);
        }
    }
    let connection = |service: &str, endpoint: &str| {
        regions()
            .flat_map(|region| region.vpc_endpoint_connections.iter().flatten())
            .find(|of| of.service_id == service && of.vpc_endpoint_id == endpoint)
            .and_then(|of| of.vpc_endpoint_state.as_deref())
            .map(Arc::from)
    };
    endpoints
        .iter()
        .filter(|(_, endpoint)| endpoint.kind == EndpointKind::Interface)
        .filter_map(|(index, endpoint)| {
            let service = services.get(&*endpoint.service)?;
            let arns = service.network_load_balancer_arns.iter();
            let compiled = EndpointService {
                id: Arc::from(service.service_id.as_str()),
                state: Arc::from(service.service_state.as_deref().unwrap_or("Available")),
                connection: connection(&service.service_id, &endpoint.id),
                zones: service
                    .availability_zone_ids
                    .iter()
                    .map(|zone| Arc::from(zone.as_str()))
                    .collect(),
                balancers: arns
                    .map(|arn| (Arc::from(arn.as_str()), by_arn.get(arn.as_str()).copied()))
                    .collect(),
            };
            Some((index, compiled))
        })
        .collect()
}
