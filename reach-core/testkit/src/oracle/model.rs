//! The snapshot with its lists laid end to end, and who owns what in it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use reach_core::snapshot::{
    Instance, NatGateway, NetworkInterface, Region, Snapshot, Subnet, TransitGatewayVpcAttachment,
    Vpc,
};

/// A snapshot to look things up in.
#[derive(Debug)]
pub(super) struct Model<'s> {
    pub(super) snapshot: &'s Snapshot,
    /// PK-05: one port out of each stretch of 1024-65535 in which no filter changes its mind.
    pub(super) ports: Vec<u16>,
}

/// Everything of one kind, over all Regions.
macro_rules! every {
    ($model:expr, $list:ident) => {
        $model.snapshot.regions.iter().flat_map(|region| region.$list.iter().flatten())
    };
}
pub(super) use every;

/// Whether a kind was collected everywhere, so that what is not there does not exist.
macro_rules! collected {
    ($model:expr, $list:ident) => {
        $model.snapshot.regions.iter().all(|region| region.$list.is_some())
    };
}
pub(super) use collected;

/// Who owns an address inside a VPC.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'s> {
    Interface(&'s NetworkInterface),
    /// A NAT gateway whose interface is not in the snapshot, or that has none (regional).
    Nat(&'s NatGateway),
}

/// An Availability Zone, by id and by name; names mean something in one account only.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Zone<'s> {
    pub(super) id: Option<&'s str>,
    pub(super) name: Option<&'s str>,
}

impl Zone<'_> {
    /// Whether two are the same (TGW-02: ids before names); none if nobody can tell.
    pub(super) fn is(self, other: Zone<'_>) -> Option<bool> {
        match (self.id, other.id, self.name, other.name) {
            (Some(one), Some(two), _, _) | (_, _, Some(one), Some(two)) => Some(one == two),
            _ => None,
        }
    }
}

/// Reads a block as AWS prints it.
pub(super) fn block(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok()
}

pub(super) fn inside(text: &str, address: IpAddr) -> bool {
    block(text).is_some_and(|block| block.contains(&address))
}

fn same(text: &str, address: IpAddr) -> bool {
    text.parse() == Ok(address)
}

impl<'s> Model<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, ports: ports(snapshot) }
    }

    pub(super) fn vpc(&self, id: &str) -> Option<&'s Vpc> {
        every!(self, vpcs).find(|vpc| vpc.vpc_id == id)
    }

    /// The Region that a VPC was collected in.
    pub(super) fn region_of(&self, vpc: &str) -> Option<&'s Region> {
        let has = |region: &&Region| region.vpcs.iter().flatten().any(|found| found.vpc_id == vpc);
        self.snapshot.regions.iter().find(has)
    }

    /// SC-02: the Region whose calls answered for all that is in a VPC: its owner's.
    pub(super) fn answers_for(&self, vpc: &str) -> Option<&'s Region> {
        self.snapshot.regions.iter().find(|region| {
            region.vpcs.iter().flatten().any(|found| {
                let (owner, asked) = (found.owner_id.as_ref(), region.account.as_ref());
                found.vpc_id == vpc && (owner.is_none() || asked.is_none() || owner == asked)
            })
        })
    }

    /// ENI-01: what is known of a subnet whose VPC the snapshot lacks is not enough to tell what
    /// happens in it.
    pub(super) fn subnet(&self, id: &str) -> Option<&'s Subnet> {
        every!(self, subnets)
            .find(|subnet| subnet.subnet_id == id && self.vpc(&subnet.vpc_id).is_some())
    }

    pub(super) fn interface(&self, id: &str) -> Option<&'s NetworkInterface> {
        every!(self, network_interfaces).find(|eni| eni.network_interface_id == id)
    }

    pub(super) fn instance(&self, id: &str) -> Option<&'s Instance> {
        every!(self, instances).find(|instance| instance.instance_id == id)
    }

    pub(super) fn nat(&self, id: &str) -> Option<&'s NatGateway> {
        every!(self, nat_gateways).find(|nat| nat.nat_gateway_id == id)
    }

    pub(super) fn attachment(&self, id: &str) -> Option<&'s TransitGatewayVpcAttachment> {
        every!(self, transit_gateway_vpc_attachments)
            .find(|attachment| attachment.transit_gateway_attachment_id == id)
    }

    pub(super) fn subnet_of(&self, eni: &NetworkInterface) -> Option<&'s Subnet> {
        eni.subnet_id.as_deref().and_then(|id| self.subnet(id))
    }

    pub(super) fn vpc_of(&self, eni: &'s NetworkInterface) -> Option<&'s str> {
        let by_subnet = || self.subnet_of(eni).map(|subnet| subnet.vpc_id.as_str());
        eni.vpc_id.as_deref().or_else(by_subnet)
    }

    /// RT-03: the VPC's blocks that count.
    pub(super) fn blocks(&self, vpc: &str) -> Vec<IpNet> {
        let Some(vpc) = self.vpc(vpc) else { return Vec::new() };
        let counts = |state: Option<&str>| state.is_none_or(|state| state == "associated");
        let v4 = vpc.cidr_block_association_set.iter().filter(|found| {
            counts(found.cidr_block_state.as_ref().map(|state| state.state.as_str()))
        });
        let v6 = vpc.ipv6_cidr_block_association_set.iter().filter(|found| {
            counts(found.ipv6_cidr_block_state.as_ref().map(|state| state.state.as_str()))
        });
        // The primary block stands alone when the associations are not told.
        let alone = vpc.cidr_block_association_set.is_empty();
        let primary = vpc.cidr_block.as_deref().filter(|_| alone);
        v4.map(|found| found.cidr_block.as_str())
            .chain(primary)
            .chain(v6.map(|found| found.ipv6_cidr_block.as_str()))
            .filter_map(block)
            .collect()
    }

    pub(super) fn in_vpc(&self, vpc: &str, address: IpAddr) -> bool {
        self.blocks(vpc).iter().any(|block| block.contains(&address))
    }

    /// ENI-02: who owns a private (or IPv6) address in a VPC.
    pub(super) fn owners(&self, vpc: &str, address: IpAddr) -> Vec<Owner<'s>> {
        let enis: Vec<Owner<'s>> = every!(self, network_interfaces)
            .filter(|eni| self.vpc_of(eni) == Some(vpc) && owns(eni, address))
            .map(Owner::Interface)
            .collect();
        if !enis.is_empty() {
            return enis;
        }
        let has = |nat: &&NatGateway| {
            // NAT-12: a regional one may have its public address only.
            let mut privates = nat
                .nat_gateway_addresses
                .iter()
                .filter_map(|found| found.private_ip.as_deref().or(found.public_ip.as_deref()));
            nat.vpc_id.as_deref() == Some(vpc) && privates.any(|text| same(text, address))
        };
        every!(self, nat_gateways).filter(has).map(Owner::Nat).collect()
    }

    /// The NAT gateway that an interface belongs to.
    pub(super) fn nat_of(&self, eni: &NetworkInterface) -> Option<&'s NatGateway> {
        let id = eni.network_interface_id.as_str();
        every!(self, nat_gateways).find(|nat| {
            nat.nat_gateway_addresses.iter().any(|address| {
                let by_address = eni.private_ip_address.is_some()
                    && address.private_ip == eni.private_ip_address
                    && nat.vpc_id == eni.vpc_id;
                address.network_interface_id.as_deref() == Some(id) || by_address
            })
        })
    }

    /// ENI-03: the public IPv4 of each private one, in one VPC: (private, public, owner).
    pub(super) fn public_pairs(&self, vpc: &str) -> Vec<(IpAddr, IpAddr, Owner<'s>)> {
        let mut pairs = Vec::new();
        for eni in every!(self, network_interfaces).filter(|eni| self.vpc_of(eni) == Some(vpc)) {
            for address in &eni.private_ip_addresses {
                let public =
                    address.association.as_ref().and_then(|found| found.public_ip.as_deref());
                pairs.push((address.private_ip_address.as_str(), public, Owner::Interface(eni)));
            }
            // The primary address once more, for input that has it at the interface only.
            let public = eni.association.as_ref().and_then(|found| found.public_ip.as_deref());
            if let Some(private) = eni.private_ip_address.as_deref() {
                pairs.push((private, public, Owner::Interface(eni)));
            }
            let id = Some(eni.network_interface_id.as_str());
            for address in every!(self, addresses) {
                if address.network_interface_id.as_deref() == id {
                    let private = address.private_ip_address.as_deref().unwrap_or_default();
                    pairs.push((private, address.public_ip.as_deref(), Owner::Interface(eni)));
                }
            }
        }
        for nat in every!(self, nat_gateways).filter(|nat| nat.vpc_id.as_deref() == Some(vpc)) {
            for address in &nat.nat_gateway_addresses {
                let public = address.public_ip.as_deref();
                // NAT-12: a regional one may have no private address; its public one stands for it.
                let private = address.private_ip.as_deref().or(public).unwrap_or_default();
                pairs.push((private, public, Owner::Nat(nat)));
            }
        }
        let read = |(private, public, owner): (&str, Option<&str>, Owner<'s>)| {
            Some((private.parse().ok()?, public?.parse().ok()?, owner))
        };
        pairs.into_iter().filter_map(read).collect()
    }

    /// SG-15: whether a reference of a group is known to be stale.
    pub(super) fn is_stale(&self, group: &str, named: &str, inbound: bool) -> bool {
        every!(self, stale_security_groups)
            .filter(|found| found.group_id == group)
            .flat_map(|found| {
                if inbound {
                    &found.stale_ip_permissions
                } else {
                    &found.stale_ip_permissions_egress
                }
            })
            .flat_map(|rule| &rule.user_id_group_pairs)
            .any(|pair| pair.group_id.as_deref() == Some(named))
    }

    /// The VPCs of the snapshot, each once.
    pub(super) fn vpc_ids(&self) -> BTreeSet<&'s str> {
        every!(self, vpcs).map(|vpc| vpc.vpc_id.as_str()).collect()
    }

    /// Current entries of a prefix list; none if they are not in the snapshot (SG-09).
    pub(super) fn prefix_list(&self, id: &str) -> Option<Vec<&'s str>> {
        let mut lists = every!(self, managed_prefix_list_entries);
        if let Some(list) = lists.find(|list| list.prefix_list_id == id) {
            return Some(list.entries.iter().map(|entry| entry.cidr.as_str()).collect());
        }
        every!(self, prefix_lists)
            .filter(|list| list.prefix_list_id == id)
            .find_map(|list| list.cidrs.as_ref())
            .map(|cidrs| cidrs.iter().map(String::as_str).collect())
    }

    /// SG-09: whether a list is of the family of an address; a list that does not tell may be.
    pub(super) fn list_of_family(&self, id: &str, address: IpAddr) -> bool {
        let family = every!(self, prefix_lists)
            .find(|list| list.prefix_list_id == id)
            .and_then(|list| list.address_family.as_deref());
        match family {
            Some("IPv4") => address.is_ipv4(),
            Some("IPv6") => address.is_ipv6(),
            _ => true,
        }
    }
}

pub(super) fn zone(subnet: &Subnet) -> Zone<'_> {
    Zone { id: subnet.availability_zone_id.as_deref(), name: subnet.availability_zone.as_deref() }
}

/// Whether an address is one of a subnet's own.
pub(super) fn in_subnet(subnet: &Subnet, address: IpAddr) -> bool {
    let v6 = subnet.ipv6_cidr_block_association_set.iter().filter(|found| {
        found.ipv6_cidr_block_state.as_ref().is_none_or(|state| state.state == "associated")
    });
    subnet
        .cidr_block
        .as_deref()
        .into_iter()
        .chain(v6.map(|found| found.ipv6_cidr_block.as_str()))
        .any(|text| inside(text, address))
}

pub(super) fn in_subnet_of(subnet: Option<&Subnet>, address: IpAddr) -> bool {
    subnet.is_some_and(|subnet| in_subnet(subnet, address))
}

/// ENI-02: primary, secondary, IPv6 and every address of a delegated prefix.
pub(super) fn owns(eni: &NetworkInterface, address: IpAddr) -> bool {
    let v4 = eni.private_ip_addresses.iter().map(|found| found.private_ip_address.as_str());
    let v6 = eni.ipv6_addresses.iter().map(|found| found.ipv6_address.as_str());
    let v4_prefixes = eni.ipv4_prefixes.iter().map(|found| found.ipv4_prefix.as_str());
    let v6_prefixes = eni.ipv6_prefixes.iter().map(|found| found.ipv6_prefix.as_str());
    v4.chain(v6).chain(eni.private_ip_address.as_deref()).any(|text| same(text, address))
        || v4_prefixes.chain(v6_prefixes).any(|text| inside(text, address))
}

/// Boundaries of all port ranges of ACL entries, group rules and stateless firewall rules.
fn ports(snapshot: &Snapshot) -> Vec<u16> {
    let mut starts = BTreeSet::from([1024_i32]);
    for region in &snapshot.regions {
        for entry in region.network_acls.iter().flatten().flat_map(|acl| &acl.entries) {
            if let Some(range) = &entry.port_range {
                starts.extend([range.from, range.to.saturating_add(1)]);
            }
        }
        for group in region.security_groups.iter().flatten() {
            for rule in group.ip_permissions.iter().chain(&group.ip_permissions_egress) {
                starts.extend(rule.from_port);
                starts.extend(rule.to_port.map(|port| port.saturating_add(1)));
            }
        }
        let sources = region.firewall_rule_groups.iter().flatten().filter_map(|described| {
            let source = &described.rule_group.as_ref()?.rules_source;
            source.stateless_rules_and_custom_actions.as_ref()
        });
        for rule in sources.flat_map(|source| &source.stateless_rules) {
            let attributes = &rule.rule_definition.match_attributes;
            for range in attributes.source_ports.iter().chain(&attributes.destination_ports) {
                starts.extend([range.from_port, range.to_port.saturating_add(1)]);
            }
        }
        for rule in region.security_group_rules.iter().flatten() {
            starts.extend(rule.from_port);
            starts.extend(rule.to_port.map(|port| port.saturating_add(1)));
        }
    }
    starts
        .into_iter()
        .filter(|port| *port >= 1024)
        .filter_map(|port| port.try_into().ok())
        .collect()
}

/// RFC 1918.
pub(super) fn private_use(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.is_private())
}

/// RFC 6598: 100.64.0.0/10.
pub(super) fn shared_space(address: IpAddr) -> bool {
    let shared = |address: Ipv4Addr| {
        let [first, second, ..] = address.octets();
        first == 100 && second & 0b1100_0000 == 64
    };
    matches!(address, IpAddr::V4(address) if shared(address))
}
