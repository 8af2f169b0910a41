//! Rules package `network-reachability-1.1`: what Inspector's package finds, without its agent.
//!
//! Peering counts one-sided: a peered VPC is a source at the edge, whatever its own routes say.
//! The internet has no private sources. A virtual private gateway without a working connection
//! behind it exposes nothing. There are no second hops.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::Identity;
use super::{
    Finding, FindingType, Listener, OpeningRule, Reachability, Run, RunAssumption, ScanOptions,
    Service, Severity, TagPair, Target, UnknownExposure, UnknownReason,
};
use crate::index::{GroupIdx, InstanceIdx, InterfaceIdx};
use crate::network::{Compiled, Edge, Instance, Network};
use crate::packet::{HeaderSet, IpSet, PortSet, Protocol, Traffic};
use crate::query::{Exposure, Part, Uncertain, admitted, blind_spots, exposures, internet_beyond};
use crate::rules::{ComponentKind, Evidence, Host, Link};

const PACKAGE: &str = "network-reachability-1.1";

impl Network {
    /// Assesses instances with the rules package `network-reachability-1.1`.
    ///
    /// ```
    /// use reach_core::{Network, ScanOptions, snapshot::Snapshot};
    ///
    /// let run = Network::compile(Snapshot::default()).scan(&ScanOptions::default());
    /// assert!(run.findings.is_empty() && run.unknown.is_empty());
    /// ```
    ///
    /// # Complexity
    ///
    /// One walk for each edge of an assessed interface's VPC.
    pub fn scan(&self, options: &ScanOptions) -> Run {
        let net = self.compiled();
        let mut tags: Vec<TagPair> = options
            .tags
            .iter()
            .map(|(key, value)| TagPair { key: key.clone(), value: value.clone() })
            .collect();
        tags.sort();
        tags.dedup();
        let target = Target { tags };
        let internet = internet_beyond(net);
        let mut scan = Scan { net, options, internet, findings: Vec::new(), unknown: Vec::new() };
        let assessed: Vec<InstanceIdx> = net
            .instances
            .iter()
            .filter(|(_, instance)| target.covers(instance))
            .map(|(index, _)| index)
            .collect();
        for index in &assessed {
            scan.instance(&net.instances[*index]);
        }
        for stand_in in unseen_instances(net) {
            scan.instance(&stand_in);
        }
        scan.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        scan.unknown.sort();
        let mut summary: BTreeMap<Severity, usize> =
            Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
        for finding in &scan.findings {
            *summary.entry(finding.severity).or_default() += 1;
        }
        let mut run = Run {
            rules_package: PACKAGE.to_owned(),
            instances: assessed.iter().map(|index| net.instances[*index].id.to_string()).collect(),
            summary,
            assumptions: assumptions(net, &assessed),
            target,
            findings: scan.findings,
            resolved: Vec::new(),
            unknown: scan.unknown,
            diagnostics: net.diagnostics.clone(),
        };
        if let Some(baseline) = &options.baseline {
            let exists = |id: &str| net.instances.iter().any(|(_, instance)| &*instance.id == id);
            let gone = |id: &str| net.instances_known() && !exists(id);
            let assessed = run.instances.clone();
            run.compare(baseline, |id| {
                assessed.binary_search_by(|known| known.as_str().cmp(id)).is_ok() || gone(id)
            });
        }
        run
    }
}

/// Worst first, then by instance, then the ports in order and the aggregate last.
fn order(finding: &Finding) -> impl Ord + '_ {
    (
        std::cmp::Reverse(finding.severity),
        finding.kind == FindingType::NetworkExposure,
        &finding.instance_id,
        finding.port,
        &finding.protocol,
        &finding.network_interface_id,
        &finding.gateway_id,
        &finding.security_group_id,
    )
}

struct Scan<'n> {
    net: &'n Compiled,
    options: &'n ScanOptions,
    internet: IpSet,
    findings: Vec<Finding>,
    unknown: Vec<UnknownExposure>,
}

/// Everything that the findings of one group behind one gateway share.
struct Opening<'n> {
    instance: &'n Instance,
    interface: InterfaceIdx,
    group: GroupIdx,
    edge: Edge,
    /// What the group lets in, rule by rule: as it arrives, as it was sent, and by what.
    shares: Vec<(HeaderSet, IpSet, Evidence)>,
}

impl Scan<'_> {
    fn instance(&mut self, instance: &Instance) {
        let net = self.net;
        if instance.interfaces.is_empty() && &*instance.state != "terminated" {
            let reason = UnknownReason {
                code: "UNKNOWN_RESOURCE".to_owned(),
                resource: instance.id.to_string(),
                message: "its network interfaces are not in the snapshot".to_owned(),
            };
            self.unknown.push(unknown(instance, vec![reason]));
        }
        for interface in &instance.interfaces {
            for exposure in exposures(net, *interface, &self.internet) {
                if !bare_gateway(net, exposure.edge) {
                    self.exposure(instance, *interface, &exposure);
                }
            }
            for spot in blind_spots(net, *interface) {
                let reason = UnknownReason {
                    code: spot.reason.code.to_string(),
                    resource: spot.reason.component.id.to_string(),
                    message: spot.reason.words(),
                };
                self.unknown.push(UnknownExposure {
                    network_interface_id: Some(net.interfaces[*interface].id.to_string()),
                    reachability: match spot.reason.component.kind {
                        ComponentKind::InternetGateway => Some(Reachability::Internet),
                        ComponentKind::VpcPeeringConnection => Some(Reachability::PeeredVpc),
                        ComponentKind::VpnGateway => Some(Reachability::VGW),
                        _ => None,
                    },
                    gateway_id: Some(spot.reason.component.id.to_string()),
                    tcp_ports: ranges(&spot.traffic.tcp_ports()),
                    udp_ports: ranges(&spot.traffic.udp_ports()),
                    ..unknown(instance, vec![reason])
                });
            }
        }
    }

    fn exposure(&mut self, instance: &Instance, interface: InterfaceIdx, exposure: &Exposure) {
        let Exposure { edge, parts, uncertain } = exposure;
        let edge = *edge;
        for group in &self.net.interfaces[interface].groups {
            let shares = parts.iter().flat_map(|part| shares(self.net, *group, part)).collect();
            let opening = Opening { instance, interface, group: *group, edge, shares };
            self.findings.extend(opening.findings(self.net, self.options));
        }
        if let Some(uncertain) = uncertain {
            let certain = parts
                .iter()
                .map(|part| part.sent.traffic())
                .fold(Traffic::none(), |all, traffic| all.union(&traffic));
            self.uncertain(instance, interface, edge, &certain, uncertain);
        }
    }

    /// Doubt about who may come counts only for ports that nobody can certainly reach.
    fn uncertain(
        &mut self,
        instance: &Instance,
        interface: InterfaceIdx,
        edge: Edge,
        certain: &Traffic,
        uncertain: &Uncertain,
    ) {
        let open = uncertain.sent.traffic();
        let tcp = open.tcp_ports().difference(&certain.tcp_ports());
        let udp = open.udp_ports().difference(&certain.udp_ports());
        if tcp.is_empty() && udp.is_empty() {
            return;
        }
        let mut reasons: Vec<UnknownReason> = uncertain
            .doubts
            .iter()
            .map(|doubt| UnknownReason {
                code: doubt.reason.code.to_string(),
                resource: doubt.reason.component.id.to_string(),
                message: doubt.reason.words(),
            })
            .collect();
        reasons.sort();
        reasons.dedup();
        let (reachability, gateway) = origin(self.net, edge);
        self.unknown.push(UnknownExposure {
            network_interface_id: Some(self.net.interfaces[interface].id.to_string()),
            reachability: Some(reachability),
            gateway_id: Some(gateway.to_string()),
            tcp_ports: ranges(&tcp),
            udp_ports: ranges(&udp),
            ..unknown(instance, reasons)
        });
    }
}

/// Instances that only interfaces tell of. Nobody knows their tags, so no target leaves them out,
/// nor whether they run, so whatever their groups let in is unknown.
fn unseen_instances(net: &Compiled) -> Vec<Instance> {
    let mut unseen: BTreeMap<&Arc<str>, Vec<InterfaceIdx>> = BTreeMap::new();
    for (index, interface) in net.interfaces.iter() {
        if let (None, Host::Unknown { instance }) = (interface.instance, &interface.host) {
            unseen.entry(instance).or_default().push(index);
        }
    }
    unseen
        .into_iter()
        .map(|(id, interfaces)| Instance {
            id: Arc::clone(id),
            name: None,
            state: Arc::default(),
            owner: None,
            region: None,
            tags: Vec::new(),
            interfaces,
        })
        .collect()
}

fn unknown(instance: &Instance, reasons: Vec<UnknownReason>) -> UnknownExposure {
    UnknownExposure {
        instance_id: instance.id.to_string(),
        instance_name: instance.name.as_deref().map(str::to_owned),
        network_interface_id: None,
        reachability: None,
        gateway_id: None,
        tcp_ports: Vec::new(),
        udp_ports: Vec::new(),
        reasons,
    }
}

fn shares(net: &Compiled, group: GroupIdx, part: &Part) -> Vec<(HeaderSet, IpSet, Evidence)> {
    let sent_to = part.sent.destinations();
    admitted(net, group, part)
        .into_iter()
        .map(|(headers, evidence)| (headers, sent_to.clone(), evidence))
        .collect()
}

fn origin(net: &Compiled, edge: Edge) -> (Reachability, Arc<str>) {
    match edge {
        Edge::InternetGateway(index) => {
            (Reachability::Internet, Arc::clone(&net.internet_gateways[index].id))
        }
        Edge::EgressOnlyInternetGateway(index) => {
            (Reachability::Internet, Arc::clone(&net.egress_only_gateways[index].id))
        }
        Edge::Peering { index, .. } => {
            (Reachability::PeeredVpc, Arc::clone(&net.peerings[index].id))
        }
        Edge::VpnGateway(index) => (Reachability::VGW, Arc::clone(&net.vpn_gateways[index].id)),
    }
}

fn ranges(ports: &PortSet) -> Vec<(u16, u16)> {
    ports.ranges().collect()
}

impl Opening<'_> {
    fn findings(&self, net: &Compiled, options: &ScanOptions) -> Vec<Finding> {
        let traffic = self
            .shares
            .iter()
            .map(|(headers, _, _)| headers.traffic())
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
        recognized.sort_unstable();
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
        listeners.sort_by_key(|listener| listener.port);
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
        let from = finding.reachability.phrase();
        let associated =
            service.map(|service| format!(" which is associated with '{}'", service.name));
        let associated = associated.as_deref().unwrap_or_default();
        let id = &self.instance.id;
        finding.title = match listener {
            None => format!(
                "On instance {id}, {upper} port {port}{associated} is reachable from {from}"
            ),
            Some(listener) => {
                let process = listener.process.as_deref().unwrap_or("unknown");
                let and = if associated.is_empty() { " which" } else { " and" };
                format!(
                    "On instance {id}, process '{process}' is listening on {upper} port \
                     {port}{associated}{and} is reachable from {from}"
                )
            }
        };
        let state = match (kind, listener) {
            (_, Some(listener)) => listening_text(listener),
            (FindingType::RecognizedPortNoListener, None) => {
                "An agent reports that no process listens on it.".to_owned()
            }
            _ => "No agent tells whether a process listens on it; give a listeners file to know."
                .to_owned(),
        };
        finding.description = format!(
            "{upper} port {port}{associated} is reachable from {from} on instance {}. {state} {}",
            self.instance_text(),
            self.way(net, &finding),
        );
        finding.recommendation = format!(
            "You can edit the Security Group {} to remove access from {from} on port {port}{}",
            finding.security_group_id,
            revoke(&finding.rules),
        );
        finding.service = service.map(|service| service.name.to_owned());
        finding.listener = listener.cloned();
        finding
    }

    fn aggregate(&self, net: &Compiled, tcp: &PortSet, udp: &PortSet) -> Finding {
        let kind = FindingType::NetworkExposure;
        let traffic = Traffic::tcp(tcp).union(&Traffic::udp(udp));
        let mut finding = self.frame(net, kind, Severity::Informational, &traffic, None);
        let from = finding.reachability.phrase();
        finding.tcp_ports = ranges(tcp);
        finding.udp_ports = ranges(udp);
        finding.title = format!(
            "Aggregate network exposure: On instance {}, ports are reachable from {from} through \
             ENI {} and security group {}",
            self.instance.id, finding.network_interface_id, finding.security_group_id,
        );
        finding.description = format!(
            "On instance {}, tcp ports {} and udp ports {} are reachable from {from}. {}",
            self.instance_text(),
            range_text(&finding.tcp_ports),
            range_text(&finding.udp_ports),
            self.way(net, &finding),
        );
        finding.recommendation = format!(
            "You can edit the Security Group {} to remove access from {from}{}",
            finding.security_group_id,
            revoke(&finding.rules),
        );
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
        for (headers, sent_to, evidence) in &self.shares {
            let share = headers.restrict_traffic(traffic);
            if !share.is_empty() {
                sources = sources.union(&share.sources());
                destinations = destinations.union(sent_to);
                rules.extend(opening_rule(evidence));
            }
        }
        rules.sort();
        rules.dedup();
        let identity = Identity {
            package: PACKAGE,
            kind,
            instance: &self.instance.id,
            interface: &interface.id,
            group: &group.id,
            gateway: &gateway,
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

    fn instance_text(&self) -> String {
        match &self.instance.name {
            Some(name) => format!("{} ({name})", self.instance.id),
            None => self.instance.id.to_string(),
        }
    }

    /// The way in, element by element.
    fn way(&self, net: &Compiled, finding: &Finding) -> String {
        let acl = finding.network_acl_id.as_deref().unwrap_or("unknown");
        let vpc = finding.vpc_id.as_deref().unwrap_or("unknown");
        let group = match &net.groups[self.group].name {
            Some(name) => format!("{} ({name})", finding.security_group_id),
            None => finding.security_group_id.clone(),
        };
        let rules: Vec<String> = finding.rules.iter().map(rule_text).collect();
        format!(
            "It comes in through {} {}, passes network ACL {acl} and reaches network interface {} \
             in VPC {vpc}, because security group {group} allows {}.",
            finding.reachability.gateway(),
            finding.gateway_id,
            finding.network_interface_id,
            rules.join("; "),
        )
    }
}

fn is(listener: &Listener, protocol: Protocol) -> bool {
    listener.protocol.eq_ignore_ascii_case(&protocol.to_string())
}

fn listening(list: &[Listener], protocol: Protocol, port: u16) -> Option<&Listener> {
    list.iter().find(|listener| is(listener, protocol) && listener.port == port)
}

fn listening_text(listener: &Listener) -> String {
    let process = listener.process.as_deref().unwrap_or("unknown");
    let pid = listener.pid.map(|pid| format!(", process id {pid}")).unwrap_or_default();
    let path = listener.path.as_deref().map(|path| format!(", {path}")).unwrap_or_default();
    format!("Process '{process}'{pid}{path} listens on it.")
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

fn rule_text(rule: &OpeningRule) -> String {
    let description =
        rule.description.as_deref().map(|text| format!(", \"{text}\"")).unwrap_or_default();
    let id = rule.id.as_deref().map(|id| format!(" by rule {id}")).unwrap_or_default();
    format!("{} from {}{id}{description}", rule.traffic, rule.source)
}

fn revoke(rules: &[OpeningRule]) -> String {
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule.id.as_deref()).collect();
    match ids.as_slice() {
        [] => String::new(),
        [one] => format!(": revoke or narrow rule {one}"),
        many => format!(": revoke or narrow rules {}", many.join(", ")),
    }
}

fn range_text(ranges: &[(u16, u16)]) -> String {
    let ranges: Vec<String> = ranges.iter().map(|(from, to)| format!("[{from} - {to}]")).collect();
    format!("[{}]", ranges.join(", "))
}

/// A virtual private gateway without a VPN connection exposes nothing here; that it has no Direct
/// Connect either is an assumption of the run.
fn bare_gateway(net: &Compiled, edge: Edge) -> bool {
    matches!(edge, Edge::VpnGateway(index) if net.vpn_gateways[index].link == Link::NoVpn)
}

/// A virtual private gateway can also have Direct Connect behind it, which no kind of this
/// version's snapshot shows.
fn assumptions(net: &Compiled, assessed: &[InstanceIdx]) -> Vec<RunAssumption> {
    let interfaces = assessed.iter().flat_map(|index| &net.instances[*index].interfaces);
    let mut vpcs: Vec<_> =
        interfaces.filter_map(|interface| net.interfaces[*interface].vpc).collect();
    vpcs.sort_unstable();
    vpcs.dedup();
    vpcs.into_iter()
        .flat_map(|vpc| net.topology.edges(vpc))
        .filter_map(|edge| match edge {
            Edge::VpnGateway(index) => Some(&net.vpn_gateways[index]),
            _ => None,
        })
        .map(|gateway| RunAssumption {
            code: "A-NO-DIRECT-CONNECT".to_owned(),
            resource: gateway.id.to_string(),
            message: "no Direct Connect leads to this gateway; the snapshot cannot show it"
                .to_owned(),
        })
        .collect()
}
