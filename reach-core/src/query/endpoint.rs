//! An end of a question: from the words that people use to a place in the network.

use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;

use crate::Visible;
use crate::index::{EndpointIdx, InstanceIdx, InterfaceIdx, LoadBalancerIdx, SubnetIdx, VpcIdx};
use crate::network::{Compiled, Edge, Network};
use crate::order;
use crate::packet::IpSet;
use crate::path::{End, Origin, Sought};
use crate::rules::{internet, nat64_embedded, parse_addr, parse_net};

/// An end of a question, found in a [`Network`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Internet,
    Interface(InterfaceIdx),
    Instance(InstanceIdx),
    Address(IpAddr),
    Prefix(IpNet),
    Edge(Edge),
    LoadBalancer(LoadBalancerIdx),
    Subnet(SubnetIdx),
    Vpc(VpcIdx),
    Endpoint(EndpointIdx),
    /// A peering connection: one edge for each of its VPCs that the snapshot has.
    Peering(Vec<Edge>),
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Nothing in the snapshot has this id, name or address.
    #[error(
        "`{}` is no instance, interface, subnet, VPC, address, gateway, load balancer or unique name of the snapshot",
        Visible::new(text).quotable()
    )]
    UnknownEndpoint {
        /// What was asked for.
        text: String,
    },
    /// More than one thing has it.
    #[error("`{}` is not unique: {}", Visible::new(text).quotable(), Visible::new(&candidates.join(", ")))]
    AmbiguousEndpoint {
        /// What was asked for.
        text: String,
        /// Ids of what it can mean, sorted.
        candidates: Vec<String>,
    },
    /// The instance, subnet or VPC has no interface in the snapshot.
    #[error("`{}` has no network interface in the snapshot", Visible::new(text).quotable())]
    NoInterface {
        /// What was asked for.
        text: String,
    },
    /// An address of a VPC that no interface owns cannot send.
    #[error("no interface owns `{}`, so nothing can be sent from there", Visible::new(text).quotable())]
    NoOwner {
        /// What was asked for.
        text: String,
    },
    /// This kind of end cannot stand on this side of a question.
    #[error("`{}` cannot be the {side} of a question", Visible::new(text).quotable())]
    WrongSide {
        /// What was asked for.
        text: String,
        /// `source` or `destination`.
        side: &'static str,
    },
    /// Nobody can vouch for this: it is no assumption whose code an answer would hang on.
    #[error(
        "`{}` cannot be vouched for; A-PORT25 and A-ASYMMETRIC can",
        Visible::new(text).quotable()
    )]
    UnknownAssumption {
        /// The code that was given.
        text: String,
    },
    /// No traffic was asked about.
    #[error("the traffic asked about is empty")]
    NoTraffic,
}

impl QueryError {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownEndpoint { .. } => "unknown_endpoint",
            Self::AmbiguousEndpoint { .. } => "ambiguous_endpoint",
            Self::NoInterface { .. } => "no_interface",
            Self::NoOwner { .. } => "no_owner",
            Self::WrongSide { .. } => "wrong_side",
            Self::UnknownAssumption { .. } => "unknown_assumption",
            Self::NoTraffic => "no_traffic",
        }
    }
}

/// Where packets are meant to go.
pub(super) struct Goal {
    /// From inside.
    pub(super) addresses: IpSet,
    /// Over an internet gateway, where that differs: public addresses of the same interfaces.
    pub(super) public: Option<IpSet>,
    pub(super) interfaces: Vec<InterfaceIdx>,
    /// Whether an end outside every interface counts.
    outside: Outside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outside {
    No,
    Internet,
    Edge(Edge),
    Anywhere,
}

impl Goal {
    /// The addresses that packets from this origin are sent to.
    pub(super) fn addresses_from(&self, origin: Origin) -> &IpSet {
        match (origin, &self.public) {
            (Origin::Edge(Edge::InternetGateway(_)), Some(public)) => public,
            _ => &self.addresses,
        }
    }

    pub(super) fn sought(&self) -> Sought {
        match self.outside {
            Outside::Internet | Outside::Edge(_) => Sought::Edge,
            Outside::No | Outside::Anywhere => Sought::Owner,
        }
    }

    pub(super) fn reached(&self, end: End) -> bool {
        match (end, self.outside) {
            (End::Interface(interface), _) => self.interfaces.contains(&interface),
            (End::Internet(_), Outside::Internet)
            | (
                End::Service
                | End::GatewayEndpoint(_)
                | End::Internet(_)
                | End::OnPremises(_)
                | End::Beyond(_)
                | End::Outpost(_),
                Outside::Anywhere,
            ) => true,
            (End::Internet(by), Outside::Edge(edge)) => by == edge,
            (End::OnPremises(gateway), Outside::Edge(edge)) => edge == Edge::VpnGateway(gateway),
            _ => false,
        }
    }
}

impl Network {
    /// Finds what people mean: `internet`, the id of an instance, interface or gateway, of a subnet
    /// or VPC for all interfaces in it, a private or public address, a CIDR block, or a `Name` tag
    /// that only one instance has.
    ///
    /// # Errors
    ///
    /// [`QueryError::UnknownEndpoint`] and [`QueryError::AmbiguousEndpoint`].
    ///
    /// # Complexity
    ///
    /// O(log n) for the id of an instance or interface, O(n) in the number of resources for others.
    pub fn endpoint(&self, text: &str) -> Result<Endpoint, QueryError> {
        let place = find(self.compiled(), text)?;
        Ok(Endpoint { place })
    }
}

fn find(net: &Compiled, text: &str) -> Result<Place, QueryError> {
    if text.eq_ignore_ascii_case("internet") {
        return Ok(Place::Internet);
    }
    if let Some(address) = parse_addr(text) {
        return Ok(Place::Address(address));
    }
    if let Some(net) = parse_net(text) {
        return Ok(Place::Prefix(net));
    }
    if let Some(place) = by_id(net, text) {
        return Ok(place);
    }
    let named = net.instances.iter().filter(|(_, it)| it.name.as_deref() == Some(text));
    let named = named.map(|(index, it)| (Place::Instance(index), it.id.to_string()));
    let balancers = net.load_balancers.iter().filter(|(_, it)| it.is_called(text));
    let balancers = balancers.map(|(index, it)| (Place::LoadBalancer(index), it.id.to_string()));
    let mut found: Vec<_> = named.chain(balancers).collect();
    match (found.pop(), found.as_slice()) {
        (None, _) => Err(QueryError::UnknownEndpoint { text: text.to_owned() }),
        (Some((place, _)), []) => Ok(place),
        (Some(last), others) => Err(QueryError::AmbiguousEndpoint {
            text: text.to_owned(),
            candidates: others.iter().chain([&last]).map(|(_, id)| id.clone()).collect(),
        }),
    }
}

fn by_id(net: &Compiled, id: &str) -> Option<Place> {
    if let Some(index) = net.instances.search(|instance| (*instance.id).cmp(id)) {
        return Some(Place::Instance(index));
    }
    if let Some(index) = net.interfaces.search(|interface| (*interface.id).cmp(id)) {
        return Some(Place::Interface(index));
    }
    let gateway = net.internet_gateways.iter().find(|(_, gateway)| &*gateway.id == id);
    if let Some((index, _)) = gateway {
        return Some(Place::Edge(Edge::InternetGateway(index)));
    }
    let gateway = net.vpn_gateways.iter().find(|(_, gateway)| &*gateway.id == id);
    if let Some((index, _)) = gateway {
        return Some(Place::Edge(Edge::VpnGateway(index)));
    }
    if let Some((index, _)) = net.subnets.iter().find(|(_, subnet)| &*subnet.id == id) {
        return Some(Place::Subnet(index));
    }
    if let Some((index, _)) = net.vpcs.iter().find(|(_, vpc)| &*vpc.id == id) {
        return Some(Place::Vpc(index));
    }
    let connect = net.connect_endpoints.iter().filter(|(_, endpoint)| &*endpoint.id == id);
    if let Some(index) = connect.map(|(index, _)| *index).min() {
        return Some(Place::Interface(index));
    }
    let endpoint = net.endpoints.iter().find(|(_, endpoint)| &*endpoint.id == id);
    if let Some((index, _)) = endpoint {
        return Some(Place::Endpoint(index));
    }
    let (index, peering) = net.peerings.iter().find(|(_, peering)| &*peering.id == id)?;
    let sides = [peering.requester.vpc, peering.accepter.vpc];
    let edges = sides.into_iter().flatten().map(|into| Edge::Peering { index, into }).collect();
    Some(Place::Peering(edges))
}

impl Endpoint {
    /// The interfaces that the end consists of, and the addresses that it is reached at from
    /// inside; everything for an end that consists of none.
    pub(super) fn goal(&self, net: &Compiled, text: &str) -> Result<Goal, QueryError> {
        let mut interfaces = self.interfaces(net, text)?;
        if let Place::Address(IpAddr::V6(address)) = self.place
            && let Some(stands_for) = nat64_embedded(address)
        {
            // NAT-11: who owns the address that it stands for.
            interfaces.extend(owners(net, IpAddr::V4(stands_for)));
        }
        let to_interfaces = |interfaces: Vec<InterfaceIdx>| {
            let owned = interfaces.iter().map(|index| &net.interfaces[*index].owned);
            let public: Vec<IpSet> =
                interfaces.iter().map(|index| internet_addresses(net, *index)).collect();
            let public = IpSet::union_all(&public);
            Goal {
                addresses: IpSet::union_all(owned),
                public: (!public.is_empty()).then_some(public),
                interfaces,
                outside: Outside::No,
            }
        };
        Ok(match &self.place {
            Place::Interface(_)
            | Place::Instance(_)
            | Place::LoadBalancer(_)
            | Place::Endpoint(_)
            | Place::Subnet(_)
            | Place::Vpc(_) => to_interfaces(interfaces),
            Place::Internet => Goal {
                addresses: internet_beyond(net).difference(&own_public(net)),
                public: None,
                interfaces: Vec::new(),
                outside: Outside::Internet,
            },
            Place::Edge(edge @ Edge::VpnGateway(gateway)) => Goal {
                addresses: known_prefixes(net, *gateway),
                public: None,
                interfaces: Vec::new(),
                outside: Outside::Edge(*edge),
            },
            Place::Edge(edge) => Goal {
                addresses: internet_beyond(net).difference(&own_public(net)),
                public: None,
                interfaces: Vec::new(),
                outside: Outside::Edge(*edge),
            },
            Place::Peering(_) => {
                return Err(QueryError::WrongSide { text: text.to_owned(), side: "destination" });
            }
            Place::Address(address) => Goal {
                addresses: IpSet::from_addr(*address),
                public: None,
                outside: if interfaces.is_empty() { Outside::Anywhere } else { Outside::No },
                interfaces,
            },
            Place::Prefix(prefix) => Goal {
                addresses: IpSet::from_net(*prefix),
                public: None,
                interfaces,
                outside: Outside::Anywhere,
            },
        })
    }

    /// The interfaces of this end.
    pub(super) fn interfaces(
        &self,
        net: &Compiled,
        text: &str,
    ) -> Result<Vec<InterfaceIdx>, QueryError> {
        Ok(match &self.place {
            Place::Interface(index) => vec![*index],
            Place::Endpoint(index) => {
                let interfaces = net.endpoints[*index].interfaces.clone();
                if interfaces.is_empty() {
                    return Err(QueryError::NoInterface { text: text.to_owned() });
                }
                interfaces
            }
            Place::LoadBalancer(index) => {
                net.load_balancers[*index].nodes.iter().map(|node| node.interface).collect()
            }
            Place::Instance(index) => some(net.instances[*index].interfaces.clone(), text)?,
            Place::Subnet(subnet) => {
                let inside = net.interfaces.iter().filter(|(_, it)| it.subnet == Some(*subnet));
                some(inside.map(|(index, _)| index).collect(), text)?
            }
            Place::Vpc(vpc) => {
                let inside = net.interfaces.iter().filter(|(_, it)| it.vpc == Some(*vpc));
                some(inside.map(|(index, _)| index).collect(), text)?
            }
            Place::Address(address) => owners(net, *address),
            Place::Prefix(prefix) => {
                let set = IpSet::from_net(*prefix);
                net.residents.iter().flat_map(|(_, all)| all.addresses.owners(&set)).collect()
            }
            Place::Internet | Place::Edge(_) | Place::Peering(_) => Vec::new(),
        })
    }

    /// The VPCs that this end stands in.
    pub(super) fn vpcs(&self, net: &Compiled, text: &str) -> Result<Vec<VpcIdx>, QueryError> {
        let mut vpcs: Vec<VpcIdx> = match &self.place {
            Place::Edge(Edge::InternetGateway(gateway)) => {
                net.internet_gateways[*gateway].vpc.into_iter().collect()
            }
            Place::Edge(Edge::VpnGateway(gateway)) => {
                net.vpn_gateways[*gateway].vpc.into_iter().collect()
            }
            Place::Address(address) if self.interfaces(net, text)?.is_empty() => net
                .vpcs
                .iter()
                .filter(|(_, vpc)| vpc.ranges.iter().any(|range| range.contains(address)))
                .map(|(index, _)| index)
                .collect(),
            _ => self
                .interfaces(net, text)?
                .into_iter()
                .filter_map(|index| net.interfaces[index].vpc)
                .collect(),
        };
        order::sort(&mut vpcs);
        vpcs.dedup();
        Ok(vpcs)
    }
}

fn some(interfaces: Vec<InterfaceIdx>, text: &str) -> Result<Vec<InterfaceIdx>, QueryError> {
    if interfaces.is_empty() {
        return Err(QueryError::NoInterface { text: text.to_owned() });
    }
    Ok(interfaces)
}

/// Who owns an address, private or public; several where VPCs overlap.
pub(super) fn owners(net: &Compiled, address: IpAddr) -> Vec<InterfaceIdx> {
    let private = net.residents.iter().filter_map(|(_, all)| all.addresses.owner(address));
    let public = match address {
        IpAddr::V4(address) => net.public_addresses.get(&address).map(|(holder, _)| *holder),
        IpAddr::V6(_) => None,
    };
    let mut found: Vec<_> = private.chain(public).collect();
    order::sort(&mut found);
    found.dedup();
    found
}

/// What the internet can address an interface by (IG-03, IG-05).
pub(crate) fn internet_addresses(net: &Compiled, index: InterfaceIdx) -> IpSet {
    let interface = &net.interfaces[index];
    interface
        .pairings
        .iter()
        .map(|pair| IpSet::from_addr(IpAddr::V4(pair.public)))
        .fold(interface.internet_v6.clone(), |set, address| set.union(&address))
}

/// The ranges of the VPC that a peering edge leads to; all addresses when nobody knows them.
pub(crate) fn peer_ranges(net: &Compiled, edge: Edge) -> Option<IpSet> {
    let Edge::Peering { index, into } = edge else { return None };
    let ranges = &net.peerings[index].far_side(into)?.ranges;
    Some(if ranges.is_empty() { IpSet::all() } else { ranges.clone() })
}

/// The prefixes behind a virtual private gateway; all IPv4 when there may be more than it shows.
pub(crate) fn known_prefixes(net: &Compiled, index: crate::index::VpnGatewayIdx) -> IpSet {
    let gateway = &net.vpn_gateways[index];
    if gateway.more_prefixes { IpSet::all_v4() } else { gateway.prefixes.clone() }
}

/// The internet as a network knows it: addresses of its own VPCs are not out there.
pub(crate) fn internet_beyond(net: &Compiled) -> IpSet {
    let ranges = net.vpcs.iter().flat_map(|(_, vpc)| &vpc.ranges);
    internet().difference(&ranges.copied().collect())
}

fn own_public(net: &Compiled) -> IpSet {
    let v4: Vec<IpSet> = net
        .public_addresses
        .keys()
        .chain(net.regional_addresses.keys())
        .map(|public| IpSet::from_addr(IpAddr::V4(*public)))
        .collect();
    let v6 = net.interfaces.iter().map(|(_, interface)| &interface.internet_v6);
    IpSet::union_all(v4.iter().chain(v6))
}
