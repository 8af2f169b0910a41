//! Load balancers: their nodes, their listeners, and what those forward to (LB-02 to LB-08).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Subnet;
use super::balancer_answers::Answers;
use super::balancer_nodes::Site;
use super::resources::{Located, gather};
use super::target_groups::{Targets, port, primaries};
use crate::Diagnostic;
use crate::index::{
    Arena, DenseIndex, GroupIdx, InterfaceIdx, LoadBalancerIdx, SubnetIdx, TargetGroupIdx, VpcIdx,
};
use crate::order;
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::rules::{
    BalancerKind, Forward, Interface, Listener, LoadBalancer, Scheme, TargetGroup, TargetPlace,
    parse_addr,
};
use crate::snapshot::{self, Kind, ListenerAction, NetworkInterface, Snapshot};

/// What load balancers are compiled from besides themselves.
pub(super) struct Surroundings<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) subnet_ids: &'a FxHashMap<&'a str, SubnetIdx>,
    pub(super) group_ids: &'a FxHashMap<&'a str, GroupIdx>,
    pub(super) subnets: &'a Arena<SubnetIdx, Subnet>,
    pub(super) enis: &'a [Located<'a, NetworkInterface>],
}

/// Load balancers, compiled.
pub(super) struct Balancers {
    pub(super) list: Arena<LoadBalancerIdx, LoadBalancer>,
    pub(super) groups: Arena<TargetGroupIdx, TargetGroup>,
    /// Whose node an interface is.
    pub(super) nodes: FxHashMap<InterfaceIdx, LoadBalancerIdx>,
}

impl<'a> Surroundings<'a> {
    /// Compiles them, and makes nodes of their interfaces.
    pub(super) fn compile(
        &self,
        interfaces: &mut Arena<InterfaceIdx, Interface>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Balancers {
        let described = gather(
            self.snapshot,
            |region| region.load_balancers.as_ref(),
            |balancer| balancer.load_balancer_arn.as_str(),
            |_| None,
            PartialEq::eq,
            diagnostics,
        );
        let classic = self.classic();
        let balancer_ids: FxHashMap<&str, (LoadBalancerIdx, BalancerKind)> = described
            .iter()
            .enumerate()
            .map(|(position, located)| {
                let index = LoadBalancerIdx::from_usize(position);
                (located.item.load_balancer_arn.as_str(), (index, kind(located.item)))
            })
            .collect();
        let answers = Answers::of(self.snapshot);
        let targets = Targets {
            snapshot: self.snapshot,
            answers: &answers,
            primaries: primaries(self.enis),
            vpc_ids: self.vpc_ids,
            subnets: self.subnets,
            enis: self.enis,
            balancer_ids: &balancer_ids,
        };
        let labels = self.labels();
        let (ids, mut groups) = targets.groups(interfaces, diagnostics);
        let mut balancers = Vec::new();
        for located in &described {
            balancers.push(self.balancer(located, &labels, &answers, &ids, interfaces));
        }
        for located in &classic {
            balancers.push(self.classic_balancer(
                located,
                &labels,
                &targets,
                &mut groups,
                interfaces,
            ));
        }
        let groups: Arena<TargetGroupIdx, TargetGroup> = groups.into_iter().collect();
        let mut nodes = FxHashMap::default();
        for (position, balancer) in balancers.iter().enumerate() {
            for node in &balancer.nodes {
                nodes.insert(node.interface, LoadBalancerIdx::from_usize(position));
            }
        }
        let outbound: Vec<(HeaderSet, bool)> = balancers
            .iter()
            .map(|balancer| {
                let next = |index: LoadBalancerIdx| balancers.get(index.to_usize());
                outbound(balancer, &next, &|group| &groups[group], &|node| &interfaces[node].owned)
            })
            .collect();
        for (balancer, (outbound, complete)) in balancers.iter_mut().zip(outbound) {
            (balancer.outbound, balancer.outbound_complete) = (outbound, complete);
        }
        Balancers { list: balancers.into_iter().collect(), groups, nodes }
    }

    fn balancer(
        &self,
        located: &Located<'a, snapshot::LoadBalancer>,
        labels: &FxHashMap<&'a str, Vec<InterfaceIdx>>,
        answers: &Answers<'a>,
        groups: &FxHashMap<&'a str, TargetGroupIdx>,
        interfaces: &mut Arena<InterfaceIdx, Interface>,
    ) -> LoadBalancer {
        let (item, arn) = (located.item, located.item.load_balancer_arn.as_str());
        let kind = kind(item);
        let vpc = item.vpc_id.as_deref().and_then(|id| self.vpc_ids.get(id).copied());
        let subnets = item.availability_zones.iter().filter_map(|zone| {
            let addresses = zone.load_balancer_addresses.iter();
            let private = addresses.filter_map(|it| it.private_ipv4_address.as_deref());
            Some((zone.subnet_id.as_deref()?, private.filter_map(parse_addr).collect()))
        });
        let site = Site {
            label: arn.split_once("loadbalancer/").map_or("", |(_, label)| label),
            kind,
            vpc,
            subnets: subnets.collect(),
            security_groups: &item.security_groups,
        };
        let (nodes, without_node) = self.nodes(&site, labels, interfaces);
        let mut zones: Vec<Arc<str>> = item
            .availability_zones
            .iter()
            .filter_map(|zone| {
                let subnet = zone.subnet_id.as_deref().and_then(|id| self.subnet_ids.get(id));
                let known = subnet.and_then(|subnet| self.subnets[*subnet].zone.clone());
                let named = zone.zone_name.as_deref();
                known.or_else(|| named.map(|name| answers.zone(located.region, name)))
            })
            .collect();
        order::sort(&mut zones);
        zones.dedup();
        let attributes = answers.attributes.get(arn);
        let attribute = |key: &str| {
            attributes.and_then(|all| all.iter().find(|a| a.key == key)).map(|a| a.value.as_str())
        };
        let told = attributes.is_some() || located.region.collected(Kind::LoadBalancerAttributes);
        let name = item.load_balancer_name.as_deref().unwrap_or_else(|| name_of(arn));
        LoadBalancer {
            id: Arc::from(arn),
            name: Arc::from(name),
            dns_name: item.dns_name.as_deref().map(Arc::from),
            kind,
            vpc,
            scheme: match (item.scheme.as_deref(), attribute("ipv6.deny_all_igw_traffic")) {
                (Some("internal"), Some("false")) => Scheme::InternalButV6,
                (Some("internal"), _) => Scheme::Internal,
                _ => Scheme::InternetFacing,
            },
            state: Arc::from(
                item.state.as_ref().and_then(|state| state.code.as_deref()).unwrap_or("active"),
            ),
            zones,
            nodes,
            without_node,
            listeners: Self::listeners(located, kind, answers, groups),
            // LB-08: always on for an Application Load Balancer as a whole.
            cross_zone: match kind {
                BalancerKind::Application => Some(true),
                _ => told.then(|| attribute("load_balancing.cross_zone.enabled") == Some("true")),
            },
            guards_endpoints: match item
                .enforce_security_group_inbound_rules_on_private_link_traffic
                .as_deref()
            {
                Some("on") => Some(true),
                Some("off") => Some(false),
                _ => None,
            },
            v6_source_prefix: item.enable_prefix_for_ipv6_source_nat.as_deref() == Some("on"),
            outbound: HeaderSet::empty(),
            outbound_complete: false,
        }
    }

    fn listeners(
        located: &Located<'a, snapshot::LoadBalancer>,
        kind: BalancerKind,
        answers: &Answers<'a>,
        groups: &FxHashMap<&'a str, TargetGroupIdx>,
    ) -> Option<Vec<Listener>> {
        let answer = answers.listeners.get(located.item.load_balancer_arn.as_str())?;
        // Only an Application Load Balancer's listeners have rules.
        let complete =
            kind != BalancerKind::Application || located.region.collected(Kind::ListenerRules);
        let mut listeners = Vec::new();
        for listener in *answer {
            let rules = answers.rules.get(listener.listener_arn.as_str()).into_iter().flatten();
            let actions =
                listener.default_actions.iter().chain(rules.flat_map(|rule| &rule.actions));
            let protocol = listener.protocol.as_deref().unwrap_or("?");
            let number = listener.port.and_then(port);
            // A listener that nobody can read may be on any port: the list is not whole.
            let number = number?;
            listeners.push(Listener {
                port: number,
                protocol: Arc::from(protocol),
                traffic: Listener::traffic(protocol, number)?,
                forwards: forwards(actions, groups),
                complete,
            });
        }
        Some(listeners)
    }
}

fn kind(item: &snapshot::LoadBalancer) -> BalancerKind {
    let arn = item.load_balancer_arn.as_str();
    match item.r#type.as_deref() {
        Some("application") => BalancerKind::Application,
        Some("gateway") => BalancerKind::Gateway,
        None if arn.contains("loadbalancer/app/") => BalancerKind::Application,
        None if arn.contains("loadbalancer/gwy/") => BalancerKind::Gateway,
        _ => BalancerKind::Network,
    }
}

/// `…:loadbalancer/app/NAME/ID`.
fn name_of(arn: &str) -> &str {
    arn.rsplit('/').nth(1).unwrap_or(arn)
}

/// LB-06: the groups that some action forwards to with a positive weight, each once.
fn forwards<'a>(
    actions: impl Iterator<Item = &'a ListenerAction>,
    groups: &FxHashMap<&'a str, TargetGroupIdx>,
) -> Vec<Forward> {
    let mut found = Vec::new();
    for action in actions.filter(|action| action.r#type.as_deref() == Some("forward")) {
        let weighted = action.forward_config.as_ref().map_or(&[][..], |to| &to.target_groups);
        let arns: Vec<&str> = if weighted.is_empty() {
            action.target_group_arn.as_deref().into_iter().collect()
        } else {
            let used = weighted.iter().filter(|tuple| tuple.weight.unwrap_or(1) > 0);
            used.filter_map(|tuple| tuple.target_group_arn.as_deref()).collect()
        };
        for arn in arns {
            let forward = match groups.get(arn) {
                Some(group) => Forward::Group(*group),
                None => Forward::Missing(Arc::from(arn)),
            };
            if !found.contains(&forward) {
                found.push(forward);
            }
        }
    }
    found
}

/// The addresses and ports that a load balancer sends to, and whether those are all.
pub(super) fn outbound<'n>(
    balancer: &LoadBalancer,
    balancer_at: &dyn Fn(LoadBalancerIdx) -> Option<&'n LoadBalancer>,
    group_at: &dyn Fn(TargetGroupIdx) -> &'n TargetGroup,
    owned_by: &dyn Fn(InterfaceIdx) -> &'n IpSet,
) -> (HeaderSet, bool) {
    let (mut sets, mut complete) = (Vec::new(), balancer.listeners.is_some());
    let listeners = balancer.listeners.as_deref().unwrap_or_default();
    for forward in listeners.iter().flat_map(|listener| &listener.forwards) {
        let targets = match forward {
            Forward::Group(group) => group_at(*group).targets.as_ref(),
            Forward::Missing(_) => None,
        };
        complete &= targets.is_some();
        for target in targets.into_iter().flatten() {
            let addresses = match target.place {
                TargetPlace::Instance(_, address) | TargetPlace::Address(address) => {
                    Some(IpSet::from_addr(address))
                }
                TargetPlace::Balancer(index) => balancer_at(index).map(|next| {
                    complete &= next.without_node.is_empty();
                    let nodes = next.nodes.iter();
                    IpSet::union_all(nodes.map(|node| owned_by(node.interface)))
                }),
                TargetPlace::Function => Some(IpSet::empty()),
                TargetPlace::Unaddressed(_) | TargetPlace::Missing => None,
            };
            let (Some(addresses), Some(port)) = (addresses, target.port) else {
                complete = false;
                continue;
            };
            let ports = PortSet::single(port);
            let traffic = Traffic::tcp(&ports).union(&Traffic::udp(&ports));
            sets.push(HeaderSet::product(&IpSet::all(), &addresses, &traffic));
        }
    }
    complete &= listeners.iter().all(|listener| listener.complete);
    (HeaderSet::union_all(sets), complete)
}
