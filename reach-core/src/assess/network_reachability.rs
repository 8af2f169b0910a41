//! Rules package `network-reachability-1.1`: what Inspector's package finds, without its agent.
//!
//! Peering counts one-sided: a peered VPC is a source at the edge, whatever its own routes say.
//! The internet has no private sources. A virtual private gateway without a working connection
//! behind it exposes nothing. There are no second hops but
//! those of load balancers (LB-17).

mod changes;
mod opening;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Finding, FindingType, ForwardedBy, Reachability, Run, RunAssumption, RunDifference,
    ScanOptions, Severity, UnknownExposure, UnknownReason,
};
use crate::index::{GroupIdx, InstanceIdx, InterfaceIdx};
use crate::network::{Compiled, Edge, Instance, Network};
use crate::order;
use crate::packet::{IpSet, PortSet, Traffic};
use crate::parallel;
use crate::query::{
    Arrivals, BehindBalancer, BlindBalancer, Entries, Exposure, Part, Served, Uncertain, admitted,
    behind_balancers, blind_balancers, blind_spots, exposures, internet_beyond,
};
use crate::rules::{ComponentKind, Host};
use crate::snapshot::Kind;
pub use changes::FindingChanges;
use opening::{Opening, Share};

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
        let target = options.target();
        let ground = Ground::of(net, options);
        let assessed: Vec<InstanceIdx> = net
            .instances
            .iter()
            .filter(|(_, instance)| target.covers(instance))
            .map(|(index, _)| index)
            .collect();
        let unseen = unseen_instances(net);
        let instances = assessed.iter().map(|index| &*net.instances[*index]).chain(&unseen);
        let instances: Vec<&Instance> = instances.collect();
        let told = parallel::map(
            &instances,
            || Scan::of(&ground),
            |scan, instance| {
                scan.instance(instance);
                scan.told()
            },
        );
        let (findings, unknown) = sorted(told);
        let mut summary: BTreeMap<Severity, usize> =
            order::tree(Severity::ALL.into_iter().map(|severity| (severity, 0)));
        for finding in &findings {
            *summary.entry(finding.severity).or_default() += 1;
        }
        let mut run = Run {
            rules_package: PACKAGE.to_owned(),
            instances: assessed.iter().map(|index| net.instances[*index].id.to_string()).collect(),
            summary,
            assumptions: assumptions(net, &assessed),
            target,
            findings,
            resolved: Vec::new(),
            unknown,
            unassessed: unassessed(net),
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
        finding.load_balancer.as_ref().map(|by| &by.id),
        &finding.security_group_id,
    )
}

/// What a scan of any interface needs.
struct Ground<'n> {
    net: &'n Compiled,
    options: &'n ScanOptions,
    internet: IpSet,
    served: Served,
}

impl<'n> Ground<'n> {
    fn of(net: &'n Compiled, options: &'n ScanOptions) -> Self {
        Self { net, options, internet: internet_beyond(net), served: Served::of(net) }
    }
}

/// What was found, and what cannot be told.
type Told = (Vec<Finding>, Vec<UnknownExposure>);

/// All of it in order.
fn sorted(told: Vec<Told>) -> Told {
    let (mut findings, mut unknown) = (Vec::new(), Vec::new());
    for (found, open) in told {
        findings.extend(found);
        unknown.extend(open);
    }
    order::sort_by(&mut findings, |a, b| order(a).cmp(&order(b)));
    order::sort(&mut unknown);
    (findings, unknown)
}

struct Scan<'n> {
    net: &'n Compiled,
    ground: &'n Ground<'n>,
    entries: Entries,
    arrivals: Arrivals,
    findings: Vec<Finding>,
    unknown: Vec<UnknownExposure>,
}

impl<'n> Scan<'n> {
    fn of(ground: &'n Ground<'n>) -> Self {
        Self {
            net: ground.net,
            ground,
            entries: Entries::default(),
            arrivals: Arrivals::default(),
            findings: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// What was found since it was last asked.
    fn told(&mut self) -> Told {
        (std::mem::take(&mut self.findings), std::mem::take(&mut self.unknown))
    }

    fn instance(&mut self, instance: &Instance) {
        if instance.interfaces.is_empty() && &*instance.state != "terminated" {
            let reason = UnknownReason {
                code: "UNKNOWN_RESOURCE".to_owned(),
                resource: instance.id.to_string(),
                message: "its network interfaces are not in the snapshot".to_owned(),
            };
            self.unknown.push(unknown(instance, vec![reason]));
        }
        for interface in &instance.interfaces {
            self.interface(instance, *interface);
        }
    }

    fn interface(&mut self, instance: &Instance, interface: InterfaceIdx) {
        let net = self.net;
        for exposure in exposures(net, &mut self.entries, interface, &self.ground.internet) {
            if !bare_gateway(net, exposure.edge) {
                self.exposure(instance, interface, &exposure);
            }
        }
        let (served, arrivals) = (&self.ground.served, &mut self.arrivals);
        for behind in behind_balancers(net, served, arrivals, interface, &self.ground.internet) {
            self.behind_balancer(instance, interface, &behind);
        }
        for spot in blind_spots(net, interface) {
            let reason = UnknownReason {
                code: spot.reason.code.to_string(),
                resource: spot.reason.component.id.to_string(),
                message: spot.reason.words(),
            };
            self.unknown.push(UnknownExposure {
                network_interface_id: Some(net.interfaces[interface].id.to_string()),
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

    fn exposure(&mut self, instance: &Instance, interface: InterfaceIdx, exposure: &Exposure) {
        let Exposure { edge, parts, uncertain } = exposure;
        let edge = *edge;
        for group in &self.net.interfaces[interface].groups {
            let shares =
                parts.iter().flat_map(|part| shares(self.net, *group, part, None)).collect();
            let (group, load_balancer) = (*group, None);
            let opening = Opening { instance, interface, group, edge, load_balancer, shares };
            self.findings.extend(opening.findings(self.net, self.ground.options));
        }
        if let Some(uncertain) = uncertain {
            let certain = parts
                .iter()
                .map(|part| part.sent.traffic())
                .fold(Traffic::none(), |all, traffic| all.union(&traffic));
            self.uncertain(instance, interface, edge, &certain, uncertain);
        }
    }

    /// LB-17: as if the load balancer were the source.
    fn behind_balancer(
        &mut self,
        instance: &Instance,
        interface: InterfaceIdx,
        behind: &BehindBalancer,
    ) {
        let BehindBalancer { balancer, edge, sent, parts, uncertain } = behind;
        let balancer = &self.net.load_balancers[*balancer];
        let traffic = sent.traffic();
        let by = ForwardedBy {
            id: balancer.id.to_string(),
            name: balancer.name.to_string(),
            dns_name: balancer.dns_name.as_deref().map(str::to_owned),
            listener_ports: ranges(&traffic.tcp_ports().union(&traffic.udp_ports())),
        };
        let clients = sent.sources();
        for group in &self.net.interfaces[interface].groups {
            let admitted = |part| shares(self.net, *group, part, Some(&clients));
            let shares = parts.iter().flat_map(admitted).collect();
            let (group, edge, load_balancer) = (*group, *edge, Some(&by));
            let opening = Opening { instance, interface, group, edge, load_balancer, shares };
            self.findings.extend(opening.findings(self.net, self.ground.options));
        }
        if let Some(uncertain) = uncertain {
            let arrived = parts.iter().map(|part| part.arrived.traffic());
            let certain = arrived.fold(Traffic::none(), |all, traffic| all.union(&traffic));
            self.uncertain(instance, interface, *edge, &certain, uncertain);
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
        order::sort(&mut reasons);
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

/// Of whom nobody can tell what there is to assess: Regions, and load balancers that the internet
/// may reach.
fn unassessed(net: &Compiled) -> Vec<UnknownReason> {
    let unknown = |resource: &str, message: &str| UnknownReason {
        code: "UNKNOWN_RESOURCE".to_owned(),
        resource: resource.to_owned(),
        message: message.to_owned(),
    };
    let kinds = [Kind::Instances, Kind::NetworkInterfaces];
    let regions = net.source.unedited().regions.iter();
    let regions = regions.filter(|region| kinds.iter().all(|kind| !region.collected(*kind)));
    let mut found: Vec<UnknownReason> = regions
        .map(|region| {
            let place = [region.account.as_deref(), region.name.as_deref()];
            let place: Vec<&str> = place.into_iter().flatten().collect();
            unknown(&place.join("/"), "its instances are not in the snapshot")
        })
        .collect();
    found.extend(blind_balancers(net).into_iter().map(|blind| match blind {
        BlindBalancer::Listeners(balancer) => {
            unknown(&balancer, "its listeners are not in the snapshot: what it exposes is unknown")
        }
        BlindBalancer::Targets(group) => {
            unknown(&group, "its targets are not in the snapshot: which are exposed is unknown")
        }
        BlindBalancer::Node(interface) => unknown(
            &interface,
            "the load balancer that it belongs to is not in the snapshot: what it exposes is \
             unknown",
        ),
    }));
    order::sort(&mut found);
    found.dedup();
    found
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
    unseen.into_iter().map(|(id, interfaces)| stand_in(id, interfaces)).collect()
}

fn stand_in(id: &Arc<str>, interfaces: Vec<InterfaceIdx>) -> Instance {
    Instance {
        metadata: true,
        id: Arc::clone(id),
        name: None,
        state: Arc::default(),
        host: Host::Unknown { instance: Arc::clone(id) },
        owner: None,
        region: None,
        tags: Vec::new(),
        interfaces,
    }
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

fn shares(net: &Compiled, group: GroupIdx, part: &Part, clients: Option<&IpSet>) -> Vec<Share> {
    let sent_to = part.sent.destinations();
    let share = |(arrived, rule)| Share {
        arrived,
        clients: clients.cloned(),
        sent_to: sent_to.clone(),
        rule,
    };
    admitted(net, group, part).into_iter().map(share).collect()
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

/// A virtual private gateway without a VPN connection exposes nothing here; that it has no Direct
/// Connect either is an assumption of the run.
fn bare_gateway(net: &Compiled, edge: Edge) -> bool {
    matches!(edge, Edge::VpnGateway(index) if net.vpn_gateways[index].untold())
}

/// A virtual private gateway can also have Direct Connect behind it, which no kind of this
/// version's snapshot shows.
fn assumptions(net: &Compiled, assessed: &[InstanceIdx]) -> Vec<RunAssumption> {
    let interfaces = assessed.iter().flat_map(|index| &net.instances[*index].interfaces);
    let mut vpcs: Vec<_> =
        interfaces.filter_map(|interface| net.interfaces[*interface].vpc).collect();
    order::sort(&mut vpcs);
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
