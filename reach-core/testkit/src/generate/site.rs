//! A network under construction: what the features have put there so far, and how they add to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use reach_core::snapshot::{
    IpPermission, NetworkAcl, NetworkInterface, Region, Route, RouteTable, SecurityGroup, Snapshot,
    Subnet, Vpc,
};

use super::Dice;
use crate::topology::{permission, route};

/// Account of everything that is not said to be somebody else's.
pub(super) const ACCOUNT: &str = "111111111111";
/// The Regions that a generated network may spread over.
pub(super) const REGIONS: [&str; 2] = ["eu-west-1", "eu-central-1"];

/// A VPC and what the features have to know of it.
#[derive(Debug, Clone)]
pub(super) struct VpcPlan {
    pub(super) name: char,
    pub(super) id: String,
    pub(super) region: usize,
    pub(super) block: Ipv4Net,
    pub(super) v6: Option<Ipv6Net>,
    pub(super) gateway: Option<String>,
}

/// A subnet and what the features have to know of it.
#[derive(Debug, Clone)]
pub(super) struct SubnetPlan {
    pub(super) id: String,
    pub(super) vpc: VpcPlan,
    pub(super) block: Ipv4Net,
    pub(super) v6: Option<Ipv6Net>,
    /// The table that it uses, its own or the main one.
    pub(super) table: String,
}

/// An interface and what the features have to know of it.
#[derive(Debug, Clone)]
pub(super) struct HostPlan {
    pub(super) id: String,
    pub(super) subnet: SubnetPlan,
    pub(super) address: Ipv4Addr,
    pub(super) group: String,
}

/// The network under construction.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) dice: Dice,
    pub(super) regions: Vec<Region>,
    pub(super) vpcs: Vec<VpcPlan>,
    pub(super) subnets: Vec<SubnetPlan>,
    pub(super) hosts: Vec<HostPlan>,
    serial: u32,
}

impl Site {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            regions: Vec::new(),
            vpcs: Vec::new(),
            subnets: Vec::new(),
            hosts: Vec::new(),
            serial: 0,
        }
    }

    pub(super) fn snapshot(self) -> Snapshot {
        Snapshot { regions: self.regions }
    }

    /// A number that no other thing of this network has.
    pub(super) fn serial(&mut self) -> u32 {
        self.serial += 1;
        self.serial
    }

    /// The first address of a subnet from an offset on that no interface of its VPC has: AWS gives
    /// none twice.
    pub(super) fn free_address(&self, subnet: &SubnetPlan, offset: u32) -> Ipv4Addr {
        let enis = self.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
        let enis = enis.filter(|eni| eni.vpc_id.as_deref() == Some(&*subnet.vpc.id));
        let (mut taken, mut blocks): (Vec<Ipv4Addr>, Vec<Ipv4Net>) = (Vec::new(), Vec::new());
        for eni in enis {
            let further = eni.private_ip_addresses.iter().map(|it| it.private_ip_address.as_str());
            let all = eni.private_ip_address.as_deref().into_iter().chain(further);
            taken.extend(all.filter_map(|text| text.parse::<Ipv4Addr>().ok()));
            let prefixes = eni.ipv4_prefixes.iter();
            blocks.extend(prefixes.filter_map(|it| it.ipv4_prefix.parse::<Ipv4Net>().ok()));
        }
        let mut addresses = (offset..).map(|offset| nth_v4(subnet.block, offset));
        let free = |it: &Ipv4Addr| !taken.contains(it) && blocks.iter().all(|of| !of.contains(it));
        addresses.find(free).unwrap_or_else(|| nth_v4(subnet.block, offset))
    }

    /// A public address that nothing else of this network has.
    pub(super) fn public_address(&mut self) -> Ipv4Addr {
        Ipv4Addr::from_bits(u32::from_be_bytes([198, 51, 100, 10]) + self.serial())
    }

    pub(super) fn vpc(&mut self) -> Option<VpcPlan> {
        self.dice.pick(&self.vpcs)
    }

    pub(super) fn subnet(&mut self) -> Option<SubnetPlan> {
        self.dice.pick(&self.subnets)
    }

    pub(super) fn subnet_of(&mut self, vpc: &VpcPlan) -> Option<SubnetPlan> {
        let of: Vec<_> = self.subnets_of(vpc).collect();
        self.dice.pick(&of)
    }

    pub(super) fn subnets_of(&self, vpc: &VpcPlan) -> impl Iterator<Item = SubnetPlan> {
        self.subnets.iter().filter(|subnet| subnet.vpc.id == vpc.id).cloned()
    }

    pub(super) fn host(&mut self) -> Option<HostPlan> {
        self.dice.pick(&self.hosts)
    }

    pub(super) fn region(&mut self, index: usize) -> Option<&mut Region> {
        self.regions.get_mut(index)
    }

    /// Adds a route unless the table has one with this destination; AWS takes no second one.
    pub(super) fn route(&mut self, table: &str, text: &str) {
        self.push_route(table, route(text));
    }

    /// The same for a route that is ready.
    pub(super) fn push_route(&mut self, table: &str, new: Route) {
        let propagated =
            |route: &Route| route.origin.as_deref() == Some("EnableVgwRoutePropagation");
        self.table(table, |table| {
            let taken = table.routes.iter().any(|old| {
                old.destination_cidr_block == new.destination_cidr_block
                    && old.destination_ipv6_cidr_block == new.destination_ipv6_cidr_block
                    && old.destination_prefix_list_id == new.destination_prefix_list_id
                    && propagated(old) == propagated(&new)
            });
            if !taken {
                table.routes.push(new);
            }
        });
    }

    /// Adds permissions to a group, from `TRAFFIC PEER`.
    pub(super) fn permit(&mut self, group: &str, egress: bool, rules: &[String]) {
        let rules: Vec<IpPermission> = rules.iter().map(|rule| permission(rule)).collect();
        self.group(group, |group| match egress {
            true => group.ip_permissions_egress.extend(rules),
            false => group.ip_permissions.extend(rules),
        });
    }

    /// A block that some rule, entry or route may name: of a client, a VPC, a subnet or a host.
    pub(super) fn block(&mut self) -> String {
        let outside = [
            "0.0.0.0/0",
            "0.0.0.0/0",
            "0.0.0.0/0",
            "::/0",
            "::/0",
            "203.0.113.0/24",
            "203.0.113.5/32",
            "203.0.113.4/30",
            "198.51.100.0/24",
            "192.168.0.0/16",
            "192.168.1.0/24",
            "10.0.0.0/8",
            "128.0.0.0/1",
            "0.0.0.0/1",
            "2001:db8:ffff::/48",
            "2001:db8::/32",
            "2001:db8:ffff::5/128",
            "8000::/1",
            "64:ff9b::/96",
        ];
        match self.dice.below(6) {
            0 => self.vpc().map(|vpc| self.family(vpc.block, vpc.v6)),
            1 => self.subnet().map(|subnet| self.family(subnet.block, subnet.v6)),
            2 => self.host().map(|host| format!("{}/32", host.address)),
            _ => None,
        }
        .unwrap_or_else(|| self.dice.word(&outside).to_owned())
    }

    fn family(&mut self, v4: Ipv4Net, v6: Option<Ipv6Net>) -> String {
        match v6 {
            Some(v6) if self.dice.chance(40) => v6.to_string(),
            _ => v4.to_string(),
        }
    }

    /// An IPv4 or IPv6 destination that a route may have.
    pub(super) fn destination(&mut self) -> String {
        let block = self.block();
        if block == "::/0" || block == "0.0.0.0/0" || self.dice.chance(60) {
            return block;
        }
        self.dice.word(&["0.0.0.0/0", "::/0", "203.0.113.0/24", "192.168.0.0/16"]).to_owned()
    }
}

macro_rules! finders {
    ($($name:ident, $list:ident: $type:ty, $id:ident;)*) => {
        impl Site {
            $(
                /// Changes what has this id, if it is there.
                pub(super) fn $name(&mut self, id: &str, change: impl FnOnce(&mut $type)) {
                    let lists = self.regions.iter_mut().filter_map(|region| region.$list.as_mut());
                    if let Some(found) = lists.flatten().find(|item| item.$id == id) {
                        change(found);
                    }
                }
            )*
        }
    };
}

finders! {
    vpc_data, vpcs: Vpc, vpc_id;
    subnet_data, subnets: Subnet, subnet_id;
    eni, network_interfaces: NetworkInterface, network_interface_id;
    group, security_groups: SecurityGroup, group_id;
    acl, network_acls: NetworkAcl, network_acl_id;
    table, route_tables: RouteTable, route_table_id;
}

/// The address so far into a block.
pub(super) fn nth_v4(block: Ipv4Net, offset: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(block.network().to_bits().wrapping_add(offset))
}

/// The same for IPv6.
pub(super) fn nth_v6(block: Ipv6Net, offset: u128) -> Ipv6Addr {
    Ipv6Addr::from_bits(block.network().to_bits().wrapping_add(offset))
}

/// `10.0.0.1/32`, `2001:db8::1/128`.
pub(super) fn single(address: IpAddr) -> String {
    ipnet::IpNet::from(address).to_string()
}
