//! The service side of Gateway Load Balancer endpoints: which appliances may inspect (MB-05).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiled;
use super::resources::gather;
use crate::Diagnostic;
use crate::index::{Arena, EndpointIdx, InterfaceIdx, LoadBalancerIdx, TargetGroupIdx};
use crate::order;
use crate::rules::{
    BalancerKind, GroupTarget, Health, LoadBalancer, TargetGroup, TargetPlace, TargetZone,
};
use crate::snapshot::{Kind, Region, Snapshot};

/// What is behind the endpoints of one service.
#[derive(Debug, Default)]
pub(crate) struct GatewayService {
    /// Its load balancers, each with the target groups that it forwards to.
    behind: Vec<(LoadBalancerIdx, Vec<TargetGroupIdx>)>,
    /// The snapshot has all of it.
    whole: bool,
}

/// Who inspects what an endpoint takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Appliances {
    /// One of these; nobody at all, so that everything is dropped, where there is none.
    Of(Vec<InterfaceIdx>),
    /// One of these, or one that the snapshot lacks, or nobody.
    Perhaps(Vec<InterfaceIdx>),
}

/// Services by their names, as endpoints call them.
pub(super) fn compile(
    snapshot: &Snapshot,
    balancers: &Arena<LoadBalancerIdx, LoadBalancer>,
    groups: &Arena<TargetGroupIdx, TargetGroup>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Arc<str>, GatewayService> {
    let services = gather(
        snapshot,
        |region: &Region| region.service_configurations.as_ref(),
        |service| service.service_id.as_str(),
        |_| None,
        PartialEq::eq,
        diagnostics,
    );
    let mut found = BTreeMap::new();
    for located in services {
        let (service, region) = (located.item, located.region);
        let (Some(name), false) =
            (service.service_name.as_deref(), service.gateway_load_balancer_arns.is_empty())
        else {
            continue;
        };
        let mut compiled =
            GatewayService { whole: region.collected(Kind::TargetGroups), ..Default::default() };
        for arn in &service.gateway_load_balancer_arns {
            let mut same = balancers.iter().filter(|(_, balancer)| &*balancer.id == arn.as_str());
            let Some((index, _)) = same.find(|(_, it)| it.kind == BalancerKind::Gateway) else {
                let text = format!("its load balancer `{arn}` is not in the snapshot");
                let told = Diagnostic::warning("dangling_id", text);
                diagnostics.push(told.resource(service.service_id.as_str()));
                compiled.whole = false;
                continue;
            };
            let of_this = region
                .target_groups
                .iter()
                .flatten()
                .filter(|group| group.load_balancer_arns.contains(arn))
                .filter_map(|group| groups.iter().find(|(_, it)| *it.id == *group.target_group_arn))
                .map(|(index, _)| index);
            compiled.behind.push((index, of_this.collect()));
        }
        found.insert(Arc::from(name), compiled);
    }
    found
}

impl Compiled {
    /// MB-05: the appliances that may inspect what `endpoint` takes in, in its zone. A service of
    /// which the snapshot has nothing belongs to somebody else.
    pub(crate) fn appliances(&self, endpoint: EndpointIdx, zone: Option<&str>) -> Appliances {
        let service = self.gateway_services.get(&self.endpoints[endpoint].service);
        let Some(service) = service else { return Appliances::Perhaps(Vec::new()) };
        let mut found = Vec::new();
        let mut sure = service.whole;
        for (index, groups) in &service.behind {
            let balancer = &self.load_balancers[*index];
            // MB-05: a balancer that has no appliance in the zone drops what comes there.
            let mut served = false;
            for group in groups {
                let Some(targets) = &self.target_groups[*group].targets else {
                    sure = false;
                    continue;
                };
                for target in targets {
                    match (serves(target, balancer, zone), self.place(target, balancer)) {
                        (Some(false), _) => {}
                        (Some(true), Some(interface)) => {
                            served = true;
                            found.push(interface);
                        }
                        (_, interface) => {
                            sure = false;
                            found.extend(interface);
                        }
                    }
                }
            }
            sure &= served || service.behind.len() == 1;
        }
        order::sort(&mut found);
        found.dedup();
        if sure { Appliances::Of(found) } else { Appliances::Perhaps(found) }
    }

    /// Whoever is a target of a Gateway Load Balancer, whether it may inspect or not.
    pub(crate) fn inspectors(&self) -> impl Iterator<Item = InterfaceIdx> {
        let behind = self.gateway_services.values().flat_map(|service| &service.behind);
        behind.flat_map(|(balancer, groups)| {
            let targets = groups.iter().flat_map(|group| &self.target_groups[*group].targets);
            let targets = targets.flatten();
            targets.filter_map(|target| self.place(target, &self.load_balancers[*balancer]))
        })
    }

    fn place(&self, target: &GroupTarget, balancer: &LoadBalancer) -> Option<InterfaceIdx> {
        match target.place {
            TargetPlace::Instance(interface, _) => Some(interface),
            TargetPlace::Address(address) => self.residents[balancer.vpc?].addresses.owner(address),
            _ => None,
        }
    }
}

/// MB-05: healthy targets, of the zone unless cross-zone load balancing is on; `None` when nobody
/// knows.
fn serves(target: &GroupTarget, balancer: &LoadBalancer, zone: Option<&str>) -> Option<bool> {
    let healthy = match target.health {
        Health::Healthy => Some(true),
        Health::Unknown => None,
        Health::Unhealthy | Health::Draining | Health::Unused => return Some(false),
    };
    let here = match (&target.zone, zone) {
        (TargetZone::All, _) => Some(true),
        (TargetZone::In(own), Some(zone)) => Some(&**own == zone),
        _ => None,
    };
    let near = match (here, balancer.cross_zone) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => return Some(false),
        _ => None,
    };
    healthy.and(near)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Network;

    fn network(target: &Value, cross_zone: &str, service: bool) -> Network {
        let subnet = |id: &str, zone: &str, block: &str| {
            json!({
                "SubnetId": id, "VpcId": "vpc-1", "CidrBlock": block, "AvailabilityZoneId": zone,
            })
        };
        let services = json!([{
            "ServiceId": "vpce-svc-1", "ServiceName": "svc",
            "GatewayLoadBalancerArns": ["arn:gwlb"],
        }]);
        let region: Region = serde_json::from_value(json!({
            "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16" }],
            "Subnets": [
                subnet("subnet-a", "az1", "10.0.1.0/24"), subnet("subnet-b", "az2", "10.0.2.0/24"),
            ],
            "NetworkInterfaces": [{
                "NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-a",
                "PrivateIpAddress": "10.0.1.10",
                "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.1.10", "Primary": true }],
            }],
            "VpcEndpoints": [{
                "VpcEndpointId": "vpce-1", "VpcEndpointType": "GatewayLoadBalancer",
                "ServiceName": "svc", "VpcId": "vpc-1", "SubnetIds": ["subnet-a"],
            }],
            "ServiceConfigurations": if service { services } else { json!([]) },
            "LoadBalancers": [{
                "LoadBalancerArn": "arn:gwlb", "LoadBalancerName": "gwlb", "Type": "gateway",
                "VpcId": "vpc-1",
            }],
            "LoadBalancerAttributes": [{
                "LoadBalancerArn": "arn:gwlb",
                "Attributes": [
                    { "Key": "load_balancing.cross_zone.enabled", "Value": cross_zone },
                ],
            }],
            "TargetGroups": [{
                "TargetGroupArn": "arn:group", "TargetGroupName": "group", "Protocol": "GENEVE",
                "Port": 6081, "TargetType": "ip", "VpcId": "vpc-1",
                "LoadBalancerArns": ["arn:gwlb"],
            }],
            "LoadBalancerTargetHealth": [{
                "TargetGroupArn": "arn:group", "TargetHealthDescriptions": target,
            }],
        }))
        .unwrap();
        Network::compile(Snapshot { regions: vec![region] })
    }

    #[test]
    fn healthy_targets_of_the_zone_inspect() {
        let target = |state: &str| {
            json!([{
                "Target": { "Id": "10.0.1.10", "Port": 6081 }, "TargetHealth": { "State": state },
            }])
        };
        let (none, healthy) = (json!([]), target("healthy"));
        let stranger = json!([{
            "Target": { "Id": "10.0.1.99" }, "TargetHealth": { "State": "healthy" },
        }]);
        for (case, targets, cross_zone, zone, sure, count) in [
            ("C-189", &none, "false", Some("az1"), true, 0),
            ("in its zone", &healthy, "false", Some("az1"), true, 1),
            ("in another", &healthy, "false", Some("az2"), true, 0),
            ("in any", &healthy, "true", Some("az2"), true, 1),
            ("in an unknown one", &healthy, "false", None, false, 1),
            ("unhealthy", &target("unhealthy"), "true", Some("az1"), true, 0),
            ("not told", &target("unavailable"), "true", Some("az1"), false, 1),
            ("nobody's address", &stranger, "true", Some("az1"), false, 0),
        ] {
            let network = network(targets, cross_zone, true);
            let compiled = network.compiled();
            let endpoint = compiled.endpoints.iter().next().unwrap().0;
            let (found, of) = match compiled.appliances(endpoint, zone) {
                Appliances::Of(found) => (found, true),
                Appliances::Perhaps(found) => (found, false),
            };
            assert_eq!((of, found.len()), (sure, count), "{case}");
        }
    }

    #[test]
    fn a_service_of_somebody_else_is_unknown() {
        let network = network(&json!([]), "false", false);
        let endpoint = network.compiled().endpoints.iter().next().unwrap().0;
        let found = network.compiled().appliances(endpoint, Some("az1"));
        assert_eq!(found, Appliances::Perhaps(Vec::new()));
    }
}
