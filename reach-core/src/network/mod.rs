//! Compile: a Snapshot becomes a Network, with ids turned into dense indices, routes into tables
//! that know which route is selected, groups and ACLs into header sets, and everything odd into a
//! [`Diagnostic`].

mod address_index;
mod balancer_answers;
mod balancer_nodes;
mod classic_load_balancers;
mod compile;
mod crossed;
mod direct_connect;
mod elements;
mod endpoint_services;
mod endpoints;
mod firewalls;
mod gateway_load_balancers;
mod gateways;
mod interfaces;
mod load_balancers;
mod population;
mod prefix_lists;
mod public_access;
mod resources;
mod route_tables;
mod security_groups;
mod source;
mod survey;
mod target_groups;
mod topology;
mod transit_gateways;
mod vpc_options;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use address_index::AddressIndex;
pub(crate) use compile::{MOVES_INTERFACES, PieceIds};
pub(crate) use crossed::Apart;
pub(crate) use elements::{EgressOnlyGateway, Instance, Subnet, Vpc};
pub(crate) use gateway_load_balancers::Appliances;
pub(crate) use population::{Population, Residents};
pub(crate) use source::Source;
pub(crate) use topology::{Edge, Topology};

use crate::Diagnostic;
use crate::index::{
    AclIdx, Arena, AttachmentIdx, EgressOnlyIdx, EndpointIdx, FirewallIdx, GroupIdx, InstanceIdx,
    InterfaceIdx, InternetGatewayIdx, LoadBalancerIdx, NatGatewayIdx, PeeringIdx, SubnetIdx,
    TableIdx, TransitGatewayIdx, TransitTableIdx, VpcIdx, VpnGatewayIdx,
};
use crate::order;
use crate::rules::{
    Attachment, ConnectEndpoint, EndpointService, Firewall, FirewallEndpoint, Host, Interface,
    InternetGateway, LoadBalancer, NatGateway, NetworkAcl, Peering, RouteTable, SecurityGroup,
    TransitGateway, TransitTable, VpcEndpoint, VpnGateway,
};
use crate::snapshot::{Kind, Snapshot};

/// A Snapshot compiled for questions: immutable, `Send + Sync`, cheap to clone.
///
/// Compiling never fails. What could not be read or is missing is told by
/// [`diagnostics`](Network::diagnostics), and answers that depend on it are unknown.
///
/// ```
/// use reach_core::{Network, snapshot::Snapshot};
///
/// let network = Network::compile(Snapshot::default());
/// assert!(network.diagnostics().is_empty());
/// ```
///
/// # Complexity
///
/// Compiling takes O(n log n) in the size of the snapshot.
#[derive(Debug, Clone)]
pub struct Network {
    inner: Arc<Compiled>,
}

/// What a Network holds: a frame, who lives in it, and what edits change inside of it, each piece by
/// itself.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) source: Source,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What compiling the pieces noticed, where it did.
    pub(crate) noticed: Noticed,
    pub(crate) groups: Arena<GroupIdx, Arc<SecurityGroup>>,
    pub(crate) acls: Arena<AclIdx, Arc<NetworkAcl>>,
    pub(crate) tables: Arena<TableIdx, Arc<RouteTable>>,
    pub(crate) instances: Arena<InstanceIdx, Arc<Instance>>,
    pub(crate) population: Arc<Population>,
    /// Found when first asked for, by [`Compiled::crossed`].
    crossed: Arc<OnceLock<FxHashSet<InterfaceIdx>>>,
}

/// Diagnostics by what they are about, so that those of an edited piece can be taken anew.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noticed {
    pub(crate) groups: BTreeMap<GroupIdx, Vec<Diagnostic>>,
    pub(crate) acls: BTreeMap<AclIdx, Vec<Diagnostic>>,
    pub(crate) tables: BTreeMap<TableIdx, Vec<Diagnostic>>,
    pub(crate) others: Arc<Vec<Diagnostic>>,
}

impl Noticed {
    /// All of them, in a fixed order.
    fn told(&self) -> Vec<Diagnostic> {
        let pieces = self.groups.values().chain(self.acls.values()).chain(self.tables.values());
        let pieces = pieces.flatten();
        let mut told: Vec<_> = self.others.iter().chain(pieces).cloned().collect();
        order::sort(&mut told);
        told.dedup();
        told
    }
}

/// What no rule of a group, no entry of an ACL, no route that somebody wrote, no host and no
/// interface has a part in, but for interfaces that belong to services. Networks that edits of all
/// those made out of each other share it. Routes that a gateway propagated have a part in what it
/// knows (HYB-02), and no edit touches them.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) notes: Vec<Diagnostic>,
    pub(crate) vpcs: Arena<VpcIdx, Vpc>,
    pub(crate) subnets: Arena<SubnetIdx, Subnet>,
    pub(crate) internet_gateways: Arena<InternetGatewayIdx, InternetGateway>,
    pub(crate) egress_only_gateways: Arena<EgressOnlyIdx, EgressOnlyGateway>,
    pub(crate) nat_gateways: Arena<NatGatewayIdx, NatGateway>,
    pub(crate) peerings: Arena<PeeringIdx, Peering>,
    pub(crate) vpn_gateways: Arena<VpnGatewayIdx, VpnGateway>,
    pub(crate) transit_gateways: Arena<TransitGatewayIdx, TransitGateway>,
    pub(crate) attachments: Arena<AttachmentIdx, Attachment>,
    pub(crate) transit_tables: Arena<TransitTableIdx, TransitTable>,
    /// The attachment of each VPC to each transit gateway.
    pub(crate) vpc_attachments: FxHashMap<(VpcIdx, TransitGatewayIdx), AttachmentIdx>,
    pub(crate) firewalls: Arena<FirewallIdx, Firewall>,
    /// Endpoints of firewalls, by the id that routes name (NFW-01).
    pub(crate) firewall_endpoints: FxHashMap<Arc<str>, FirewallEndpoint>,
    /// Whose node an interface is (LB-02).
    pub(crate) balancer_nodes: FxHashMap<InterfaceIdx, LoadBalancerIdx>,
    /// What is behind Gateway Load Balancer endpoints, by service name (MB-05).
    pub(crate) gateway_services: BTreeMap<Arc<str>, gateway_load_balancers::GatewayService>,
    pub(crate) endpoints: Arena<EndpointIdx, VpcEndpoint>,
    /// The endpoint that an interface belongs to.
    pub(crate) endpoint_of: FxHashMap<InterfaceIdx, EndpointIdx>,
    /// What lies behind an endpoint, where the snapshot has its provider (EP-07).
    pub(crate) endpoint_services: FxHashMap<EndpointIdx, EndpointService>,
    pub(crate) topology: Topology,
    /// Public addresses of regional NAT gateways, which no interface holds (NAT-12).
    pub(crate) regional_addresses: BTreeMap<Ipv4Addr, NatGatewayIdx>,
    /// The interfaces of EC2 Instance Connect Endpoints (EP-10).
    pub(crate) connect_endpoints: FxHashMap<InterfaceIdx, ConnectEndpoint>,
    /// Groups of the snapshot's VPCs that are used in no other, with their VPC: nobody elsewhere is
    /// a member (SG-16).
    pub(crate) at_home: FxHashMap<Arc<str>, VpcIdx>,
    /// Groups whose members in a VPC no rule means any more, as their association with it is not
    /// there (SG-15, SG-19).
    pub(crate) lapsed: FxHashSet<(VpcIdx, Arc<str>)>,
}

impl Deref for Compiled {
    type Target = Population;

    fn deref(&self) -> &Population {
        &self.population
    }
}

impl Compiled {
    /// Whether every VPC's interfaces were collected, so that an address that none of them has
    /// belongs to nobody here.
    pub(crate) fn interfaces_known(&self) -> bool {
        self.collected_everywhere(Kind::NetworkInterfaces)
            && self.vpcs.iter().all(|(_, vpc)| vpc.collected(Kind::NetworkInterfaces))
    }

    /// The same for instances: one that none of the Regions has does not exist.
    pub(crate) fn instances_known(&self) -> bool {
        self.collected_everywhere(Kind::Instances)
    }

    /// The load balancer that has this interface as a node.
    pub(crate) fn balancer_at(&self, interface: InterfaceIdx) -> Option<&LoadBalancer> {
        self.balancer_nodes.get(&interface).map(|index| &self.load_balancers[*index])
    }

    /// SG-10: whether a rule that names the group means the interface.
    pub(crate) fn member_of(&self, interface: &Interface, group: &Arc<str>) -> bool {
        let lapsed = |vpc| self.lapsed.contains(&(vpc, Arc::clone(group)));
        interface.group_ids.contains(group) && !interface.vpc.is_some_and(lapsed)
    }

    /// The host behind an interface (ENI-05).
    pub(crate) fn host<'n>(&'n self, interface: &'n Interface) -> &'n Host {
        match interface.instance {
            Some(instance) => &self.instances[instance].host,
            None => &interface.host,
        }
    }

    /// Whether every Region was asked for a kind.
    pub(crate) fn collected_everywhere(&self, kind: Kind) -> bool {
        let regions = &self.source.unedited().regions;
        !regions.is_empty() && regions.iter().all(|region| region.collected(kind))
    }
}

impl Network {
    /// Compiles a snapshot.
    pub fn compile(snapshot: Snapshot) -> Self {
        Self::compile_noting(snapshot, Vec::new())
    }

    /// Compiles a snapshot and keeps what reading it noticed beside what compiling it notices.
    pub fn compile_noting(snapshot: Snapshot, notes: Vec<Diagnostic>) -> Self {
        Self { inner: Arc::new(compile::compile(Arc::new(snapshot), notes)) }
    }

    /// What reading and compiling noticed, in a fixed order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.inner.diagnostics
    }

    /// The snapshot that this was compiled from.
    pub fn snapshot(&self) -> &Snapshot {
        self.inner.source.snapshot()
    }

    /// What reading the snapshot noticed.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.inner.notes
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.inner
    }
}
