//! What is worth trying: the edges of every block, range and number that a snapshot has.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use reach_core::snapshot::{NetworkInterface, Region, Snapshot};

/// An interface as an end of flows.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) owned: Vec<IpAddr>,
    pub(crate) public: Vec<IpAddr>,
}

/// A load balancer as something that flows go through.
#[derive(Debug)]
pub(crate) struct Balancer {
    pub(crate) name: String,
    pub(crate) nodes: Vec<String>,
    /// Ports of its listeners, and their neighbours.
    pub(super) ports: Vec<u16>,
}

/// The edges that a snapshot has.
#[derive(Debug, Default)]
pub(crate) struct Boundaries {
    pub(crate) interfaces: Vec<Place>,
    pub(super) internet_gateways: Vec<String>,
    pub(super) vpn_gateways: Vec<String>,
    pub(super) peerings: Vec<String>,
    pub(crate) balancers: Vec<Balancer>,
    pub(super) addresses: Vec<IpAddr>,
    /// The blocks of VPCs: whatever is in them is not the internet's.
    pub(super) vpcs: Vec<IpNet>,
    pub(super) ports: Vec<u16>,
    pub(super) icmp: Vec<(u8, u8)>,
    pub(super) protocols: Vec<u8>,
}

/// Clients, private networks, services that nothing filters, and addresses that nobody has.
const ALWAYS: [&str; 19] = [
    "203.0.113.5",
    "203.0.113.9",
    "192.0.2.9",
    "8.8.8.8",
    "198.51.100.250",
    "192.168.1.5",
    "192.168.0.9",
    "192.168.50.9",
    "10.9.1.1",
    "10.0.0.2",
    "100.64.9.9",
    "169.254.169.254",
    "169.254.169.253",
    "2001:db8:ffff::5",
    "2001:db8:0:1::99",
    "fd00:ec2::254",
    "64:ff9b::cb00:7105",
    "224.0.0.5",
    "255.255.255.255",
];

impl Boundaries {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut found = Self::default();
        found.addresses.extend(ALWAYS.iter().filter_map(|text| text.parse::<IpAddr>().ok()));
        found.ports.extend([0, 22, 25, 53, 80, 443, 1023, 1024, 32768, 50000, 65535]);
        found.icmp.extend([(8, 0), (0, 0), (3, 4), (128, 0), (129, 0), (255, 255)]);
        found.protocols.extend([0, 50, 47, 132, 255]);
        for region in &snapshot.regions {
            found.region(region);
        }
        found.tidy();
        found
    }

    fn region(&mut self, region: &Region) {
        let elastic = |eni: &NetworkInterface| -> Vec<IpAddr> {
            let told = eni.private_ip_addresses.iter().filter_map(|it| it.association.as_ref());
            let told = told.chain(&eni.association).filter_map(|it| it.public_ip.as_deref());
            let listed = region.addresses.iter().flatten();
            let listed = listed
                .filter(|it| it.network_interface_id.as_ref() == Some(&eni.network_interface_id))
                .filter_map(|it| it.public_ip.as_deref());
            told.chain(listed).filter_map(|text| text.parse().ok()).collect()
        };
        for eni in region.network_interfaces.iter().flatten() {
            let public = elastic(eni);
            let owned = self.owned(eni);
            let id = eni.network_interface_id.clone();
            self.interfaces.push(Place { id, owned, public });
        }
        let gateways = region.internet_gateways.iter().flatten();
        self.internet_gateways.extend(gateways.map(|it| it.internet_gateway_id.clone()));
        let gateways = region.vpn_gateways.iter().flatten();
        self.vpn_gateways.extend(gateways.map(|it| it.vpn_gateway_id.clone()));
        let peerings = region.vpc_peering_connections.iter().flatten();
        self.peerings.extend(peerings.map(|it| it.vpc_peering_connection_id.clone()));
        self.balancers(region);
        self.blocks(region);
        self.rules(region);
    }

    fn balancers(&mut self, region: &Region) {
        for balancer in region.load_balancers.iter().flatten() {
            let arn = &balancer.load_balancer_arn;
            let Some((_, path)) = arn.split_once("loadbalancer/") else { continue };
            let described = Some(format!("ELB {path}"));
            let interfaces = region.network_interfaces.iter().flatten();
            let nodes = interfaces.filter(|eni| eni.description == described);
            let listeners = region.load_balancer_listeners.iter().flatten();
            let listeners = listeners.filter(|found| &found.load_balancer_arn == arn);
            let ports = listeners.flat_map(|found| &found.listeners).filter_map(|it| it.port);
            let near = |port: i32| [port, port, port + 1];
            self.balancers.push(Balancer {
                name: balancer.load_balancer_name.clone().unwrap_or_else(|| arn.clone()),
                nodes: nodes.map(|eni| eni.network_interface_id.clone()).collect(),
                ports: ports.flat_map(near).filter_map(|it| u16::try_from(it).ok()).collect(),
            });
        }
        let groups = region.target_groups.iter().flatten().filter_map(|group| group.port);
        let health = region.load_balancer_target_health.iter().flatten();
        let targets = health.flat_map(|it| &it.target_health_descriptions);
        for port in groups.chain(targets.filter_map(|it| it.target.port)) {
            let near = [port - 1, port, port.saturating_add(1)];
            self.ports.extend(near.into_iter().filter_map(|it| u16::try_from(it).ok()));
        }
    }

    fn owned(&mut self, eni: &NetworkInterface) -> Vec<IpAddr> {
        let v4 = eni.private_ip_addresses.iter().map(|it| it.private_ip_address.as_str());
        let v6 = eni.ipv6_addresses.iter().map(|it| it.ipv6_address.as_str());
        let mut owned: Vec<IpAddr> = v4.chain(v6).filter_map(|text| text.parse().ok()).collect();
        let primary = eni.private_ip_address.as_deref().and_then(|text| text.parse().ok());
        owned.extend(primary.filter(|address| !owned.contains(address)));
        let v4 = eni.ipv4_prefixes.iter().map(|it| it.ipv4_prefix.as_str());
        let v6 = eni.ipv6_prefixes.iter().map(|it| it.ipv6_prefix.as_str());
        for text in v4.chain(v6) {
            self.block(text);
            let prefix: Option<IpNet> = text.parse().ok();
            owned.extend(prefix.map(|it| it.network()));
            owned.extend(prefix.map(|it| it.broadcast()));
        }
        owned
    }

    fn blocks(&mut self, region: &Region) {
        for vpc in region.vpcs.iter().flatten() {
            let v4 = vpc.cidr_block_association_set.iter().map(|it| it.cidr_block.as_str());
            let v6 = vpc.ipv6_cidr_block_association_set.iter();
            let v6 = v6.map(|it| it.ipv6_cidr_block.as_str());
            self.vpcs.extend(v4.chain(v6).filter_map(|text| text.parse::<IpNet>().ok()));
            vpc.cidr_block_association_set.iter().for_each(|it| self.block(&it.cidr_block));
            vpc.ipv6_cidr_block_association_set
                .iter()
                .for_each(|it| self.block(&it.ipv6_cidr_block));
            // The resolver at the base of the block plus two, and its neighbours.
            if let Some(Ok(IpNet::V4(block))) = vpc.cidr_block.as_deref().map(str::parse) {
                let base = block.network().to_bits();
                let near = (1..=3).map(|step| Ipv4Addr::from_bits(base + step));
                self.addresses.extend(near.map(IpAddr::V4));
            }
        }
        for subnet in region.subnets.iter().flatten() {
            subnet.cidr_block.iter().for_each(|it| self.block(it));
        }
        for route in region.route_tables.iter().flatten().flat_map(|table| &table.routes) {
            let v4 = route.destination_cidr_block.iter();
            v4.chain(&route.destination_ipv6_cidr_block).for_each(|it| self.block(it));
        }
        for route in region.transit_gateway_routes.iter().flatten().flat_map(|it| &it.routes) {
            route.destination_cidr_block.iter().for_each(|it| self.block(it));
        }
        for route in region.vpn_connections.iter().flatten().flat_map(|it| &it.routes) {
            route.destination_cidr_block.iter().for_each(|it| self.block(it));
        }
        for list in region.managed_prefix_list_entries.iter().flatten() {
            list.entries.iter().for_each(|it| self.block(&it.cidr));
        }
        for endpoint in region.vpc_peering_connections.iter().flatten() {
            for side in [&endpoint.requester_vpc_info, &endpoint.accepter_vpc_info] {
                side.cidr_block_set.iter().for_each(|it| self.block(&it.cidr_block));
            }
        }
    }

    fn rules(&mut self, region: &Region) {
        let groups = region.security_groups.iter().flatten();
        for rule in groups.flat_map(|it| it.ip_permissions.iter().chain(&it.ip_permissions_egress))
        {
            self.numbers(&rule.ip_protocol, rule.from_port, rule.to_port);
            rule.ip_ranges.iter().for_each(|it| self.block(&it.cidr_ip));
            rule.ipv6_ranges.iter().for_each(|it| self.block(&it.cidr_ipv6));
        }
        for entry in region.network_acls.iter().flatten().flat_map(|acl| &acl.entries) {
            let ports = entry.port_range.as_ref().map(|range| (range.from, range.to));
            let icmp = entry.icmp_type_code.as_ref().map(|icmp| (icmp.r#type, icmp.code));
            let (from, to) = icmp.or(ports).unzip();
            self.numbers(&entry.protocol, from, to);
            entry.cidr_block.iter().for_each(|it| self.block(it));
            entry.ipv6_cidr_block.iter().for_each(|it| self.block(it));
        }
    }

    /// Both edges of a rule's numbers, and what lies just outside.
    fn numbers(&mut self, protocol: &str, from: Option<i32>, to: Option<i32>) {
        match protocol {
            "icmp" | "icmpv6" | "1" | "58" => {
                let wild = |number: Option<i32>| u8::try_from(number.unwrap_or(-1)).unwrap_or(0);
                let (kind, code) = (wild(from), wild(to));
                self.icmp.extend([
                    (kind, code),
                    (kind, code.wrapping_add(1)),
                    (kind.wrapping_add(1), code),
                ]);
            }
            _ => {
                for port in [from, to].into_iter().flatten() {
                    let near = [port - 1, port, port.saturating_add(1)];
                    self.ports.extend(near.into_iter().filter_map(|it| u16::try_from(it).ok()));
                }
                self.protocols.extend(protocol.parse::<u8>());
            }
        }
    }

    /// Both edges of a block, and what lies just outside.
    fn block(&mut self, text: &str) {
        let Ok(block) = text.parse::<IpNet>() else { return };
        let (first, last) = (block.network(), block.broadcast());
        self.addresses.extend([first, last]);
        self.addresses.extend([step(first, false), step(last, true)]);
    }

    fn tidy(&mut self) {
        self.addresses.sort_unstable();
        self.addresses.dedup();
        self.ports.sort_unstable();
        self.ports.dedup();
        self.icmp.sort_unstable();
        self.icmp.dedup();
        self.protocols.sort_unstable();
        self.protocols.dedup();
        for ids in [&mut self.internet_gateways, &mut self.vpn_gateways, &mut self.peerings] {
            ids.sort_unstable();
            ids.dedup();
        }
    }
}

/// The next address, or the one before.
fn step(address: IpAddr, up: bool) -> IpAddr {
    match address {
        IpAddr::V4(v4) if up => Ipv4Addr::from_bits(v4.to_bits().wrapping_add(1)).into(),
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits().wrapping_sub(1)).into(),
        IpAddr::V6(v6) if up => Ipv6Addr::from_bits(v6.to_bits().wrapping_add(1)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits().wrapping_sub(1)).into(),
    }
}
