//! The findings of one group of an interface, behind one gateway.

use std::sync::Arc;

use super::{PACKAGE, origin, ranges, text};
use crate::assess::finding::Identity;
use crate::assess::{
    Finding, FindingType, ForwardedBy, Listener, OpeningRule, Reachability, ScanOptions, Service,
    Severity,
};
use crate::index::{GroupIdx, InterfaceIdx};
use crate::network::Edge;
use crate::network::{Compiled, Instance};
use crate::order;
use crate::packet::{HeaderSet, IpSet, PortSet, Protocol, Traffic};
use crate::rules::Evidence;

/// Everything that the findings of one group behind one gateway share.
pub(super) struct Opening<'n> {
    pub(super) instance: &'n Instance,
    pub(super) interface: InterfaceIdx,
    pub(super) group: GroupIdx,
    pub(super) edge: Edge,
    pub(super) load_balancer: Option<&'n ForwardedBy>,
    /// What the group lets in, rule by rule.
    pub(super) shares: Vec<Share>,
}

/// What one rule lets in.
pub(super) struct Share {
    /// As it arrives.
    pub(super) arrived: HeaderSet,
    /// Who sent it, where that is not the source that it arrives with.
    pub(super) clients: Option<IpSet>,
    /// Where it was sent to.
    pub(super) sent_to: IpSet,
    pub(super) rule: Evidence,
}

impl Opening<'_> {
    pub(super) fn findings(&self, net: &Compiled, options: &ScanOptions) -> Vec<Finding> {
        let traffic = self
            .shares
            .iter()
            .map(|share| share.arrived.traffic())
            .fold(Traffic::none(), |all, traffic| all.union(&traffic));
        let (tcp, udp) = (traffic.tcp_ports(), traffic.udp_ports());
        if tcp.is_empty() && udp.is_empty() {
            return Vec::new();
        }
        let listeners = options.listeners.as_ref().map(|known| known.get(&*self.instance.id));
        // No file: no agents at all. A file without this instance: no agent on it.
        let agent: Option<&[Listener]> = listeners.flatten().map(Vec::as_slice);
        let mut findings = Vec::new();
        for (protocol, ports) in [(Protocol::TCP, &tcp), (Protocol::UDP, &udp)] {
            findings.extend(self.recognized(net, protocol, ports, agent));
            findings.extend(self.unrecognized(net, protocol, ports, agent));
        }
        findings.push(self.aggregate(net, &tcp, &udp));
        findings
    }

    fn recognized(
        &self,
        net: &Compiled,
        protocol: Protocol,
        ports: &PortSet,
        agent: Option<&[Listener]>,
    ) -> Vec<Finding> {
        let mut recognized: Vec<u16> =
            Service::ALL.iter().flat_map(|service| service.ports(protocol)).copied().collect();
        order::sort(&mut recognized);
        recognized.dedup();
        let (reachability, _) = origin(net, self.edge);
        recognized
            .into_iter()
            .filter(|port| ports.contains(*port))
            .filter_map(|port| {
                let service = Service::recognize(protocol, port)?;
                let rated = match reachability {
                    Reachability::Internet => service.internet,
                    Reachability::PeeredVpc | Reachability::VGW => service.open,
                };
                let listener = agent.and_then(|list| listening(list, protocol, port));
                let (kind, severity) = match (agent, listener) {
                    (None, _) => (FindingType::RecognizedPortNoAgent, rated),
                    (_, Some(_)) => (FindingType::RecognizedPortWithListener, rated),
                    (Some(_), None) => {
                        (FindingType::RecognizedPortNoListener, Severity::Informational)
                    }
                };
                Some(self.port(net, kind, severity, (protocol, port), Some(service), listener))
            })
            .collect()
    }

    fn unrecognized(
        &self,
        net: &Compiled,
        protocol: Protocol,
        ports: &PortSet,
        agent: Option<&[Listener]>,
    ) -> Vec<Finding> {
        let (reachability, _) = origin(net, self.edge);
        let severity = match reachability {
            Reachability::Internet => Severity::Low,
            Reachability::PeeredVpc | Reachability::VGW => Severity::Informational,
        };
        let mut listeners: Vec<&Listener> = agent
            .unwrap_or_default()
            .iter()
            .filter(|listener| is(listener, protocol) && ports.contains(listener.port))
            .filter(|listener| Service::recognize(protocol, listener.port).is_none())
            .collect();
        order::sort_by_key(&mut listeners, |listener| listener.port);
        listeners.dedup_by_key(|listener| listener.port);
        let kind = FindingType::UnrecognizedPortWithListener;
        listeners
            .into_iter()
            .map(|found| self.port(net, kind, severity, (protocol, found.port), None, Some(found)))
            .collect()
    }

    fn port(
        &self,
        net: &Compiled,
        kind: FindingType,
        severity: Severity,
        (protocol, port): (Protocol, u16),
        service: Option<&Service>,
        listener: Option<&Listener>,
    ) -> Finding {
        let upper = protocol.to_string().to_uppercase();
        let wanted = PortSet::single(port);
        let traffic =
            if protocol == Protocol::TCP { Traffic::tcp(&wanted) } else { Traffic::udp(&wanted) };
        let mut finding = self.frame(net, kind, severity, &traffic, Some((&upper, port)));
        finding.service = service.map(|service| service.name.to_owned());
        finding.listener = listener.cloned();
        text::write(&mut finding);
        finding
    }

    fn aggregate(&self, net: &Compiled, tcp: &PortSet, udp: &PortSet) -> Finding {
        let kind = FindingType::NetworkExposure;
        let traffic = Traffic::tcp(tcp).union(&Traffic::udp(udp));
        let mut finding = self.frame(net, kind, Severity::Informational, &traffic, None);
        finding.tcp_ports = ranges(tcp);
        finding.udp_ports = ranges(udp);
        text::write(&mut finding);
        finding
    }

    /// All but the texts.
    fn frame(
        &self,
        net: &Compiled,
        kind: FindingType,
        severity: Severity,
        traffic: &Traffic,
        port: Option<(&str, u16)>,
    ) -> Finding {
        let interface = &net.interfaces[self.interface];
        let group = &net.groups[self.group];
        let (reachability, gateway) = origin(net, self.edge);
        let subnet = interface.subnet.map(|subnet| &net.subnets[subnet]);
        let vpc = interface.vpc.map(|vpc| &net.vpcs[vpc]);
        let mut rules = Vec::new();
        let (mut sources, mut destinations) = (IpSet::empty(), IpSet::empty());
        for share in &self.shares {
            let arrived = share.arrived.restrict_traffic(traffic);
            if !arrived.is_empty() {
                let clients = share.clients.clone().unwrap_or_else(|| arrived.sources());
                sources = sources.union(&clients);
                destinations = destinations.union(&share.sent_to);
                rules.extend(opening_rule(&share.rule));
            }
        }
        order::sort(&mut rules);
        rules.dedup();
        let identity = Identity {
            package: PACKAGE,
            kind,
            instance: &self.instance.id,
            interface: &interface.id,
            group: &group.id,
            gateway: &gateway,
            load_balancer: self.load_balancer.map(|by| by.id.as_str()),
            port,
        };
        let owned = |text: &Arc<str>| text.to_string();
        Finding {
            id: identity.id(),
            kind,
            severity,
            status: None,
            title: String::new(),
            description: String::new(),
            recommendation: String::new(),
            account: self
                .instance
                .owner
                .as_ref()
                .or(vpc.and_then(|vpc| vpc.owner.as_ref()))
                .map(owned),
            region: self
                .instance
                .region
                .as_ref()
                .or(vpc.and_then(|vpc| vpc.region.as_ref()))
                .map(owned),
            instance_id: owned(&self.instance.id),
            instance_name: self.instance.name.as_ref().map(owned),
            vpc_id: vpc.map(|vpc| owned(&vpc.id)),
            subnet_id: subnet.map(|subnet| owned(&subnet.id)),
            network_interface_id: owned(&interface.id),
            network_acl_id: subnet
                .and_then(|subnet| subnet.acl)
                .map(|acl| owned(&net.acls[acl].id)),
            security_group_id: owned(&group.id),
            security_group_name: group.name.as_ref().map(owned),
            rules,
            reachability,
            gateway_id: gateway.to_string(),
            load_balancer: self.load_balancer.cloned(),
            protocol: port.map_or("TCP", |(protocol, _)| protocol).to_owned(),
            port: port.map(|(_, port)| port),
            service: None,
            listener: None,
            tcp_ports: Vec::new(),
            udp_ports: Vec::new(),
            destinations,
            sources,
        }
    }
}

fn is(listener: &Listener, protocol: Protocol) -> bool {
    listener.protocol.eq_ignore_ascii_case(&protocol.to_string())
}

fn listening(list: &[Listener], protocol: Protocol, port: u16) -> Option<&Listener> {
    list.iter().find(|listener| is(listener, protocol) && listener.port == port)
}

fn opening_rule(evidence: &Evidence) -> Option<OpeningRule> {
    let Evidence::SecurityGroupRule { rule, traffic, peer, description, .. } = evidence else {
        return None;
    };
    Some(OpeningRule {
        id: rule.as_deref().map(str::to_owned),
        traffic: traffic.to_string(),
        source: peer.to_string(),
        description: description.as_deref().map(str::to_owned),
    })
}
