//! Where the packets of a question set out.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::endpoint::{Goal, Place, internet_beyond, known_prefixes, peer_ranges};
use super::{Endpoint, QueryError};
use crate::index::{InterfaceIdx, TableIdx, VpcIdx};
use crate::network::{Compiled, Edge};
use crate::order;
use crate::packet::IpSet;
use crate::path::{Origin, Unfollowed};
use crate::rules::{AttachmentKind, ComponentKind, Target, UnmodelledTarget, internet};
use crate::snapshot::Kind;

/// Where packets set out, and with which sources.
pub(super) struct Start {
    pub(super) origin: Origin,
    pub(super) sources: IpSet,
}

impl Start {
    fn at(edge: Edge, sources: IpSet) -> Self {
        Self { origin: Origin::Edge(edge), sources }
    }
}

impl Endpoint {
    /// Where packets from this end set out; `towards` are the VPCs of the destination, which tell
    /// the gateways that matter, and `goal` their addresses.
    pub(super) fn starts(
        &self,
        net: &Compiled,
        text: &str,
        towards: &[VpcIdx],
        goal: &Goal,
    ) -> Result<Vec<Start>, QueryError> {
        let outside = Outside { net, towards, goal };
        Ok(match &self.place {
            Place::Interface(_)
            | Place::Instance(_)
            | Place::LoadBalancer(_)
            | Place::Endpoint(_)
            | Place::Subnet(_)
            | Place::Vpc(_) => self
                .interfaces(net, text)?
                .into_iter()
                .map(|index| match net.connect_endpoints.get(&index) {
                    // EP-10: whoever uses it, in their own name.
                    Some(endpoint) if endpoint.preserves => {
                        Start { origin: Origin::Preserving(index), sources: IpSet::all() }
                    }
                    _ => Start {
                        origin: Origin::Interface(index),
                        sources: net.interfaces[index].owned.clone(),
                    },
                })
                .collect(),
            Place::Internet => outside.internet(&internet_beyond(net)),
            Place::Edge(edge @ Edge::VpnGateway(gateway)) => {
                vec![Start::at(*edge, known_prefixes(net, *gateway))]
            }
            Place::Edge(edge) => vec![Start::at(*edge, internet_beyond(net))],
            Place::Peering(edges) => edges
                .iter()
                .filter(|edge| matches!(edge, Edge::Peering { into, .. } if towards.contains(into)))
                .filter_map(|edge| Some(Start::at(*edge, peer_ranges(net, *edge)?)))
                .collect(),
            Place::Address(address) => {
                let set = IpSet::from_addr(*address);
                let owners = self.interfaces(net, text)?;
                if owners.len() > 1 {
                    return Err(QueryError::AmbiguousEndpoint {
                        text: text.to_owned(),
                        candidates: owners
                            .iter()
                            .map(|index| net.interfaces[*index].id.to_string())
                            .collect(),
                    });
                }
                match owners.first() {
                    Some(index) => vec![Start {
                        origin: Origin::Interface(*index),
                        sources: private_addresses(net, *index, *address),
                    }],
                    None => outside.starts(text, &set)?,
                }
            }
            Place::Prefix(prefix) => {
                let set = IpSet::from_net(*prefix);
                let mut starts: Vec<Start> = self
                    .interfaces(net, text)?
                    .into_iter()
                    .map(|index| Start {
                        origin: Origin::Interface(index),
                        sources: net.interfaces[index].owned.intersection(&set),
                    })
                    .collect();
                if let Ok(outside) = outside.starts(text, &set) {
                    starts.extend(outside);
                }
                if starts.is_empty() {
                    return Err(QueryError::NoOwner { text: text.to_owned() });
                }
                starts
            }
        })
    }
}

/// Sources that no interface owns, on their way to some VPCs.
struct Outside<'a> {
    net: &'a Compiled,
    towards: &'a [VpcIdx],
    goal: &'a Goal,
}

impl Outside<'_> {
    /// From a network behind a gateway that knows the sources, a peer VPC that the snapshot lacks,
    /// or the internet. A private source that nothing knows may still come by a gateway that does
    /// not show what is behind it; only where there is none, an internet gateway refuses it
    /// (IG-04).
    fn starts(&self, text: &str, set: &IpSet) -> Result<Vec<Start>, QueryError> {
        let private = set.difference(internet());
        let public = set.intersection(internet());
        // Public addresses may also be somebody's own network, if that can be meant.
        let meant = if self.goal_is_private() { set } else { &private };
        let mut starts = self.known(meant);
        starts.extend(self.beyond(meant));
        let known = IpSet::union_all(starts.iter().map(|start| &start.sources));
        let rest = private.difference(&known);
        if !rest.is_empty() {
            if self.overlaps_a_vpc(&rest) {
                return Err(QueryError::NoOwner { text: text.to_owned() });
            }
            let before = starts.len();
            starts.extend(self.hidden(&rest));
            if starts.len() == before {
                starts.extend(self.elsewhere(&rest));
            }
            if starts.len() == before {
                starts.extend(self.internet(&rest));
            }
        }
        // Inside the VPC it is reached from networks that know its private address.
        let also_public = !self.goal_is_private() || self.goal.public.is_some();
        if starts.is_empty() || also_public {
            starts.extend(self.internet(&public));
        }
        Ok(starts)
    }

    /// Over each internet gateway, and over those that VPCs may have and nobody collected.
    fn internet(&self, sources: &IpSet) -> Vec<Start> {
        if sources.is_empty() {
            return Vec::new();
        }
        let gateway = |edge: &Edge| matches!(edge, Edge::InternetGateway(_));
        let unknown = self.towards.iter().filter(|vpc| {
            !self.net.vpcs[**vpc].collected(Kind::InternetGateways)
                && !self.net.topology.edges(**vpc).iter().any(gateway)
        });
        self.edges()
            .filter(gateway)
            .map(Origin::Edge)
            .chain(unknown.map(|vpc| Origin::Uncollected(*vpc)))
            .map(|origin| Start { origin, sources: sources.clone() })
            .collect()
    }

    /// Over each gateway or connection that knows some of the sources.
    fn known(&self, set: &IpSet) -> Vec<Start> {
        let net = self.net;
        self.edges()
            .map(|edge| {
                let sources = match edge {
                    Edge::VpnGateway(gateway) => net.vpn_gateways[gateway].prefixes.clone(),
                    Edge::Peering { index, into } => net.peerings[index]
                        .far_side(into)
                        .filter(|far| far.vpc.is_none())
                        .and_then(|_| peer_ranges(net, edge))
                        .unwrap_or_else(IpSet::empty),
                    _ => IpSet::empty(),
                };
                Start::at(edge, sources.intersection(set))
            })
            .filter(|start| !start.sources.is_empty())
            .collect()
    }

    /// Over the attachments of transit gateways that the sources are routed to (TGW-12).
    fn beyond(&self, set: &IpSet) -> Vec<Start> {
        let net = self.net;
        let attached = net.vpc_attachments.keys().filter(|(vpc, _)| self.towards.contains(vpc));
        let gateways: BTreeSet<_> = order::tree(attached.map(|(_, gateway)| *gateway));
        let outside = net.attachments.iter().filter(|(_, attachment)| {
            gateways.contains(&attachment.gateway)
                && matches!(attachment.kind, AttachmentKind::Vpn { .. } | AttachmentKind::Announced)
        });
        outside
            .map(|(index, _)| {
                let tables = net.transit_tables.iter().map(|(_, table)| table);
                let routed: Vec<IpSet> = tables.map(|table| table.leads_to(index)).collect();
                let sources = IpSet::union_all(&routed).intersection(set);
                Start { origin: Origin::Beyond(index), sources }
            })
            .filter(|start| !start.sources.is_empty())
            .collect()
    }

    /// Over each gateway that does not show what is behind it: a virtual private gateway takes in
    /// also what it has no route back to, and some gateways are not followed at all.
    fn hidden(&self, sources: &IpSet) -> Vec<Start> {
        let gateways = self
            .edges()
            .filter(|edge| matches!(edge, Edge::VpnGateway(_)))
            .map(|edge| Start::at(edge, sources.clone()));
        let ways = self.towards.iter().flat_map(|vpc| self.unfollowed(*vpc));
        let ways =
            ways.map(|way| Start { origin: Origin::Unfollowed(way), sources: sources.clone() });
        gateways.chain(ways).collect()
    }

    /// Private networks that the routes of a VPC lead to and nobody can follow, each once.
    fn unfollowed(&self, vpc: VpcIdx) -> Vec<Unfollowed> {
        let subnets = self.net.subnets.iter().filter(|(_, subnet)| subnet.vpc == vpc);
        let mut tables: Vec<TableIdx> = subnets.filter_map(|(_, subnet)| subnet.table).collect();
        order::sort(&mut tables);
        tables.dedup();
        let mut seen = Vec::new();
        let mut ways = Vec::new();
        for table in tables {
            for (position, route) in self.net.tables[table].routes().iter().enumerate() {
                let leads_on = matches!(
                    route.target,
                    Target::TransitGateway(_)
                        | Target::Unmodelled(
                            UnmodelledTarget::LocalGateway
                                | UnmodelledTarget::CoreNetwork
                                | UnmodelledTarget::OdbNetwork
                        )
                        | Target::Missing(
                            ComponentKind::TransitGateway
                                | ComponentKind::VpnGateway
                                | ComponentKind::VpcPeeringConnection
                        )
                );
                if leads_on && !seen.contains(&&route.target_id) {
                    seen.push(&route.target_id);
                    ways.push(Unfollowed { vpc, table, route: position });
                }
            }
        }
        ways
    }

    /// Over virtual private gateways of other VPCs that know the sources, so that the answer can
    /// say that they lead nowhere else (HYB-04).
    fn elsewhere(&self, sources: &IpSet) -> Vec<Start> {
        let gateways = self.net.vpn_gateways.iter();
        gateways
            .filter(|(_, gateway)| gateway.vpc.is_some())
            .map(|(index, gateway)| {
                Start::at(Edge::VpnGateway(index), gateway.prefixes.intersection(sources))
            })
            .filter(|start| !start.sources.is_empty())
            .collect()
    }

    fn edges(&self) -> impl Iterator<Item = Edge> {
        self.towards.iter().flat_map(|vpc| self.net.topology.edges(*vpc))
    }

    fn overlaps_a_vpc(&self, set: &IpSet) -> bool {
        let mut ranges = self.net.vpcs.iter().flat_map(|(_, vpc)| &vpc.ranges);
        ranges.any(|range| !IpSet::from_net(*range).is_disjoint(set))
    }

    fn goal_is_private(&self) -> bool {
        let mut ranges = self.towards.iter().flat_map(|vpc| &self.net.vpcs[*vpc].ranges);
        ranges.any(|range| !IpSet::from_net(*range).is_disjoint(&self.goal.addresses))
    }
}

/// The private address that stands for an address of an interface.
fn private_addresses(net: &Compiled, index: InterfaceIdx, address: IpAddr) -> IpSet {
    let interface = &net.interfaces[index];
    let paired = interface
        .pairings
        .iter()
        .find(|pair| IpAddr::V4(pair.public) == address && !interface.owned.contains(address));
    IpSet::from_addr(paired.map_or(address, |pair| IpAddr::V4(pair.private)))
}
