//! What is joined to what: VPCs, their edges, and the networks outside.

use petgraph::graph::{NodeIndex, UnGraph};
use rustc_hash::FxHashMap;

use super::{EgressOnlyGateway, Vpc};
use crate::index::{Arena, EgressOnlyIdx, InternetGatewayIdx, PeeringIdx, VpcIdx, VpnGatewayIdx};
use crate::order;
use crate::rules::{InternetGateway, Peering, VpnGateway};

/// Something that joins a VPC to another network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Edge {
    InternetGateway(InternetGatewayIdx),
    EgressOnlyInternetGateway(EgressOnlyIdx),
    /// A peering connection, as it opens into one of its VPCs.
    Peering {
        index: PeeringIdx,
        into: VpcIdx,
    },
    VpnGateway(VpnGatewayIdx),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Vpc(VpcIdx),
    Edge(Edge),
}

/// The graph of VPCs and edges.
#[derive(Debug)]
pub(crate) struct Topology {
    graph: UnGraph<Node, ()>,
    vpcs: FxHashMap<VpcIdx, NodeIndex>,
}

impl Topology {
    pub(crate) fn build(
        vpcs: &Arena<VpcIdx, Vpc>,
        internet_gateways: &Arena<InternetGatewayIdx, InternetGateway>,
        egress_only_gateways: &Arena<EgressOnlyIdx, EgressOnlyGateway>,
        peerings: &Arena<PeeringIdx, Peering>,
        vpn_gateways: &Arena<VpnGatewayIdx, VpnGateway>,
    ) -> Self {
        let mut graph = UnGraph::new_undirected();
        let nodes = vpcs.iter().map(|(vpc, _)| (vpc, graph.add_node(Node::Vpc(vpc)))).collect();
        let mut topology = Self { graph, vpcs: nodes };
        for (index, gateway) in internet_gateways.iter() {
            topology.join(Edge::InternetGateway(index), gateway.vpc);
        }
        for (index, gateway) in egress_only_gateways.iter() {
            topology.join(Edge::EgressOnlyInternetGateway(index), gateway.vpc);
        }
        for (index, peering) in peerings.iter() {
            for into in [peering.requester.vpc, peering.accepter.vpc].into_iter().flatten() {
                topology.join(Edge::Peering { index, into }, Some(into));
            }
        }
        for (index, gateway) in vpn_gateways.iter() {
            topology.join(Edge::VpnGateway(index), gateway.vpc);
        }
        topology
    }

    fn join(&mut self, edge: Edge, vpc: Option<VpcIdx>) {
        if let Some(vpc) = vpc.and_then(|vpc| self.vpcs.get(&vpc)) {
            let node = self.graph.add_node(Node::Edge(edge));
            self.graph.add_edge(node, *vpc, ());
        }
    }

    /// The edges of a VPC, in a fixed order.
    pub(crate) fn edges(&self, vpc: VpcIdx) -> Vec<Edge> {
        let Some(node) = self.vpcs.get(&vpc) else { return Vec::new() };
        let mut edges: Vec<Edge> = self
            .graph
            .neighbors(*node)
            .filter_map(|node| match self.graph.node_weight(node) {
                Some(Node::Edge(edge)) => Some(*edge),
                _ => None,
            })
            .collect();
        order::sort(&mut edges);
        edges.dedup();
        edges
    }
}
