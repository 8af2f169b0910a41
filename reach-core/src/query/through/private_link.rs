//! Behind an interface endpoint: the provider's load balancer, as if through its node in the zone
//! of the endpoint (EP-07, EP-08).

use std::sync::Arc;

use super::{Chosen, Onward, Outcome, Through, lacking_nodes};
use crate::index::InterfaceIdx;
use crate::packet::{HeaderSet, IpSet};
use crate::path::{Hop, Walk};
use crate::rules::{EndpointService, Evidence, ExplanationCode, LoadBalancer, Node, Sender, Split};

impl<'n> Through<'n> {
    /// What becomes of headers that arrived at an interface of an endpoint.
    pub(super) fn behind_endpoint(
        &mut self,
        service: &'n EndpointService,
        interface: InterfaceIdx,
        arrived: &HeaderSet,
    ) -> (Outcome, Vec<Onward>) {
        let split = service.serve(arrived.clone());
        let served = self.take(split);
        if served.is_empty() {
            return (Outcome::nothing(), Vec::new());
        }
        let subnet = self.net.interfaces[interface].subnet;
        let zone = subnet.and_then(|subnet| self.net.subnets[subnet].zone.clone());
        let (mut outcomes, mut ways) = (Vec::new(), Vec::new());
        for (arn, balancer) in &service.balancers {
            let Some(balancer) = balancer else {
                let lacking = Evidence::attribute(&service.id, "NetworkLoadBalancerArns", arn);
                let reason = service.reason(ExplanationCode::UnknownResource).with(lacking);
                self.doubt(reason, served.clone());
                outcomes.push((Outcome::perhaps(served.clone()), Chosen::Perhaps));
                continue;
            };
            let balancer = &self.net.load_balancers[*balancer];
            let near = balancer.nodes.iter().filter(|node| node.zone == zone);
            let mut at_all = false;
            for node in near {
                at_all = true;
                let (outcome, on) = self.at_node(balancer, node, &served);
                outcomes.push((outcome, Chosen::Surely));
                ways.extend(on.into_iter().map(|way| through_service(service, arrived, way)));
            }
            if !at_all {
                outcomes.push(self.no_node(service, balancer, zone.as_ref(), &served));
            }
        }
        if service.balancers.is_empty() {
            let told = Evidence::attribute(&service.id, "NetworkLoadBalancerArns", "none");
            self.doubt(service.reason(ExplanationCode::UnknownResource).with(told), served.clone());
            outcomes.push((Outcome::perhaps(served.clone()), Chosen::Perhaps));
        }
        (Outcome::of_choices(&served, &outcomes), ways)
    }

    /// EP-07: the service must be there in the zone of the endpoint.
    fn no_node(
        &mut self,
        service: &EndpointService,
        balancer: &LoadBalancer,
        zone: Option<&Arc<str>>,
        served: &HeaderSet,
    ) -> (Outcome, Chosen) {
        let told = balancer.without_node.is_empty() && !balancer.nodes.is_empty();
        let installed = zone.and_then(|zone| service.installed_in(zone));
        if installed == Some(false) || told && installed.is_some() {
            let code = ExplanationCode::VpceServiceNotInstalledInAz;
            self.block(service.reason(code), served.clone());
            return (Outcome::nothing(), Chosen::Surely);
        }
        self.doubt(lacking_nodes(balancer), served.clone());
        (Outcome::perhaps(served.clone()), Chosen::Perhaps)
    }

    /// As the packets would arrive at a node, with the client's address.
    fn at_node(
        &mut self,
        balancer: &'n LoadBalancer,
        node: &Node,
        arrived: &HeaderSet,
    ) -> (Outcome, Vec<Onward>) {
        let own = &self.net.interfaces[node.interface].owned;
        let nets = own.nets();
        let at =
            HeaderSet::union_all(nets.iter().map(|net| arrived.with_destination(net.network())));
        let back = |headers: &HeaderSet| {
            let parts = headers
                .products()
                .into_iter()
                .map(|(sources, _, traffic)| HeaderSet::product(&sources, &IpSet::all(), &traffic));
            HeaderSet::union_all(parts).intersection(arrived)
        };
        self.block(
            balancer.reason(ExplanationCode::AddressFamilyMismatch, "EP-07"),
            arrived.difference(&back(&at)),
        );
        let split = self.guard(balancer, node, at);
        let sure = split.passed.clone();
        let admitted = self.take(split);
        let split = balancer.serve(admitted);
        let sure = sure.intersection(&split.passed);
        let heard = self.take(split);
        let (outcome, ways) = self.onward(balancer, node, &heard);
        let told = |outcome: &Outcome| Outcome {
            passing: back(&outcome.passing.intersection(&sure)),
            sometimes: back(&outcome.sometimes.intersection(&sure)),
            perhaps: back(&outcome.perhaps.union(&outcome.any().difference(&sure))),
        };
        let ways = ways.into_iter().map(|way| Onward { outcome: told(&way.outcome), ..way });
        (told(&outcome), ways.collect())
    }

    /// EP-08: whether the load balancer's groups are asked about the client's address.
    fn guard(&self, balancer: &LoadBalancer, node: &Node, at: HeaderSet) -> Split {
        if balancer.guards_endpoints == Some(false) {
            return Split::pass(at);
        }
        let walk = Walk::forward(self.net, self.terms);
        let mut split = walk.security_groups(node.interface, false, &at, &Sender::Lost);
        if balancer.guards_endpoints.is_none() {
            let field = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
            let reason = balancer.unknown("EP-08", field, "not told");
            for (headers, _) in std::mem::take(&mut split.dropped) {
                split.add_unsure(headers, reason.clone());
            }
        }
        split
    }

    /// Notes what a filter drops and doubts, and goes on with the rest.
    fn take(&mut self, split: Split) -> HeaderSet {
        for (headers, reason) in split.dropped {
            self.block(reason, headers);
        }
        let mut rest = split.passed;
        for (headers, reason) in split.unsure {
            rest = rest.union(&headers);
            self.doubt(reason, headers);
        }
        rest
    }
}

/// A way on, with the service itself as its first element.
fn through_service(service: &EndpointService, arrived: &HeaderSet, way: Onward) -> Onward {
    let hop = Hop {
        component: service.component(),
        inbound: arrived.clone(),
        outbound: None,
        evidence: Vec::new(),
    };
    Onward { forward: std::iter::once(hop).chain(way.forward).collect(), ..way }
}
