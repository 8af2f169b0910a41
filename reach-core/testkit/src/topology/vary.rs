//! The changes that cases make to a base topology.

use reach_core::snapshot::{
    Address, Association, Attachment, BlockPublicAccessStates, GroupIdentifier, Instance,
    InstanceNetworkInterface, InstanceState, Ipv6Address, ManagedPrefixListEntries, NatGateway,
    NatGatewayAddress, NetworkInterface, PrefixList, PrefixListEntry, PrivateIpAddress,
    RouteTableAssociation, SecurityGroup, Tag,
};

use super::{ACCOUNT, Lab, route, rule};

impl Lab {
    /// A running instance with one interface and a security group of its own that is open both
    /// ways.
    #[must_use]
    pub fn host(self, name: &str, subnet: &str, address: &str) -> Self {
        let instance = Instance {
            instance_id: format!("i-{name}"),
            state: Some(InstanceState { name: "running".to_owned() }),
            owner_id: Some(ACCOUNT.to_owned()),
            network_interfaces: vec![InstanceNetworkInterface {
                network_interface_id: format!("eni-{name}"),
            }],
            tags: vec![Tag { key: "Name".to_owned(), value: name.to_owned() }],
            ..Instance::default()
        };
        self.interface(name, subnet, address)
            .with(|region| region.instances.get_or_insert_default().push(instance))
            .eni(&format!("eni-{name}"), |eni| {
                eni.attachment = Some(attachment(name));
                eni.status = Some("in-use".to_owned());
            })
    }

    /// An interface that AWS runs for a service: in use, no instance, its own open group.
    #[must_use]
    pub fn managed(self, name: &str, kind: &str, subnet: &str, address: &str) -> Self {
        self.interface(name, subnet, address).eni(&format!("eni-{name}"), |eni| {
            eni.interface_type = Some(kind.to_owned());
            eni.requester_managed = Some(true);
            eni.status = Some("in-use".to_owned());
            eni.attachment =
                Some(Attachment { status: Some("attached".to_owned()), ..Attachment::default() });
        })
    }

    /// An interface of nobody's (`available`) with a security group of its own.
    #[must_use]
    pub fn interface(self, name: &str, subnet: &str, address: &str) -> Self {
        let subnet_id = format!("subnet-{subnet}");
        let all = ["-1 0.0.0.0/0", "-1 ::/0"];
        let group = format!("sg-{name}");
        self.with(|region| {
            let vpc_id = region
                .subnets
                .iter()
                .flatten()
                .find(|subnet| subnet.subnet_id == subnet_id)
                .map(|subnet| subnet.vpc_id.clone());
            region.security_groups.get_or_insert_default().push(SecurityGroup {
                group_id: group.clone(),
                group_name: Some(name.to_owned()),
                vpc_id: vpc_id.clone(),
                owner_id: Some(ACCOUNT.to_owned()),
                ..SecurityGroup::default()
            });
            region.network_interfaces.get_or_insert_default().push(NetworkInterface {
                network_interface_id: format!("eni-{name}"),
                subnet_id: Some(subnet_id),
                vpc_id,
                owner_id: Some(ACCOUNT.to_owned()),
                interface_type: Some("interface".to_owned()),
                groups: vec![GroupIdentifier { group_id: group.clone(), group_name: None }],
                private_ip_address: Some(address.to_owned()),
                private_ip_addresses: vec![PrivateIpAddress {
                    private_ip_address: address.to_owned(),
                    primary: Some(true),
                    association: None,
                }],
                source_dest_check: Some(true),
                status: Some("available".to_owned()),
                ..NetworkInterface::default()
            });
        })
        .ingress(&group, &all)
        .egress(&group, &all)
    }

    /// A further interface for a host, with a security group of its own.
    #[must_use]
    pub fn second_interface(self, host: &str, name: &str, subnet: &str, address: &str) -> Self {
        self.interface(name, subnet, address).eni(&format!("eni-{name}"), |eni| {
            eni.attachment = Some(attachment(host));
            eni.status = Some("in-use".to_owned());
        })
    }

    /// A secondary private address without a public one.
    #[must_use]
    pub fn secondary(self, host: &str, address: &str) -> Self {
        self.eni(&format!("eni-{host}"), |eni| {
            eni.private_ip_addresses.push(PrivateIpAddress {
                private_ip_address: address.to_owned(),
                primary: Some(false),
                association: None,
            });
        })
    }

    /// An IPv6 address for a host.
    #[must_use]
    pub fn host_ipv6(self, host: &str, address: &str) -> Self {
        self.eni(&format!("eni-{host}"), |eni| {
            eni.ipv6_addresses.push(Ipv6Address { ipv6_address: address.to_owned() });
        })
    }

    /// An Elastic IP on the primary address of a host.
    #[must_use]
    pub fn eip(self, host: &str, public: &str) -> Self {
        let id = format!("eni-{host}");
        let association = Association {
            public_ip: Some(public.to_owned()),
            allocation_id: Some(format!("eipalloc-{host}")),
            association_id: Some(format!("eipassoc-{host}")),
            ip_owner_id: Some(ACCOUNT.to_owned()),
            ..Association::default()
        };
        let mut address = Address {
            public_ip: association.public_ip.clone(),
            allocation_id: association.allocation_id.clone(),
            association_id: association.association_id.clone(),
            network_interface_id: Some(id.clone()),
            domain: Some("vpc".to_owned()),
            ..Address::default()
        };
        self.eni(&id, |eni| {
            address.private_ip_address.clone_from(&eni.private_ip_address);
            eni.association = Some(association.clone());
            if let Some(primary) = eni.private_ip_addresses.first_mut() {
                primary.association = Some(association);
            }
        })
        .with(|region| region.addresses.get_or_insert_default().push(address))
    }

    /// Takes a host's public address away.
    #[must_use]
    pub fn no_public_address(self, host: &str) -> Self {
        let id = format!("eni-{host}");
        self.eni(&id, |eni| {
            eni.association = None;
            for address in &mut eni.private_ip_addresses {
                address.association = None;
            }
        })
        .with(|region| {
            region
                .addresses
                .get_or_insert_default()
                .retain(|address| address.network_interface_id.as_ref() != Some(&id));
        })
    }

    /// Puts an instance into a life-cycle state.
    #[must_use]
    pub fn state(self, host: &str, state: &str) -> Self {
        self.instance(&format!("i-{host}"), |instance| {
            instance.state = Some(InstanceState { name: state.to_owned() });
        })
    }

    /// Switches a host's source/destination check off.
    #[must_use]
    pub fn no_check(self, host: &str) -> Self {
        self.eni(&format!("eni-{host}"), |eni| eni.source_dest_check = Some(false))
    }

    /// The security groups of a host, those that exist already instead of its own.
    #[must_use]
    pub fn groups(self, host: &str, groups: &[&str]) -> Self {
        self.eni(&format!("eni-{host}"), |eni| {
            eni.groups = groups
                .iter()
                .map(|id| GroupIdentifier { group_id: (*id).to_owned(), group_name: None })
                .collect();
        })
    }

    /// A further security group with these inbound rules; outbound everything.
    #[must_use]
    pub fn security_group(self, id: &str, vpc: &str, ingress: &[&str]) -> Self {
        let group = SecurityGroup {
            group_id: id.to_owned(),
            group_name: Some(id.to_owned()),
            vpc_id: Some(format!("vpc-{vpc}")),
            owner_id: Some(ACCOUNT.to_owned()),
            ..SecurityGroup::default()
        };
        self.with(|region| region.security_groups.get_or_insert_default().push(group))
            .ingress(id, ingress)
            .egress(id, &["-1 0.0.0.0/0", "-1 ::/0"])
    }

    /// The inbound rules of a security group, instead of those it has.
    #[must_use]
    pub fn ingress(self, group: &str, rules: &[&str]) -> Self {
        let rules = rules.iter().map(|text| rule::permission(text)).collect();
        self.group(group, |group| group.ip_permissions = rules)
    }

    /// The outbound rules of a security group, instead of those it has.
    #[must_use]
    pub fn egress(self, group: &str, rules: &[&str]) -> Self {
        let rules = rules.iter().map(|text| rule::permission(text)).collect();
        self.group(group, |group| group.ip_permissions_egress = rules)
    }

    /// The inbound entries of a network ACL, instead of those it has; the final denies follow.
    #[must_use]
    pub fn acl_ingress(self, acl: &str, entries: &[&str]) -> Self {
        self.entries(acl, entries, false)
    }

    /// The outbound entries of a network ACL, instead of those it has; the final denies follow.
    #[must_use]
    pub fn acl_egress(self, acl: &str, entries: &[&str]) -> Self {
        self.entries(acl, entries, true)
    }

    fn entries(self, acl: &str, entries: &[&str], egress: bool) -> Self {
        let last = ["32767 deny -1 0.0.0.0/0", "32768 deny -1 ::/0"];
        self.acl(acl, |acl| {
            acl.entries.retain(|entry| entry.egress != egress);
            acl.entries.extend(entries.iter().chain(&last).map(|text| rule::entry(text, egress)));
        })
    }

    /// A static route more, `DESTINATION TARGET`.
    #[must_use]
    pub fn route(self, table: &str, text: &str) -> Self {
        self.table(table, |table| table.routes.push(route(text)))
    }

    /// A route that leads to something deleted.
    #[must_use]
    pub fn blackhole(self, table: &str, text: &str) -> Self {
        let mut dead = route(text);
        dead.state = Some("blackhole".to_owned());
        self.table(table, |table| table.routes.push(dead))
    }

    /// Takes the routes to a destination away.
    #[must_use]
    pub fn no_route(self, table: &str, destination: &str) -> Self {
        self.table(table, |table| {
            table.routes.retain(|route| {
                route.destination_cidr_block.as_deref() != Some(destination)
                    && route.destination_ipv6_cidr_block.as_deref() != Some(destination)
            });
        })
    }

    /// Takes a subnet's route table association away, so that it uses the main table.
    #[must_use]
    pub fn use_main_table(self, subnet: &str) -> Self {
        self.table(&format!("rtb-{subnet}"), |table| table.associations.clear())
    }

    /// A gateway route table for an internet or virtual private gateway, `rtb-edge`.
    #[must_use]
    pub fn edge_table(self, gateway: &str, routes: &[&str]) -> Self {
        let routes = std::iter::once("10.0.0.0/16 local").chain(routes.iter().copied());
        let table = reach_core::snapshot::RouteTable {
            route_table_id: "rtb-edge".to_owned(),
            vpc_id: Some("vpc-v".to_owned()),
            associations: vec![RouteTableAssociation {
                gateway_id: Some(gateway.to_owned()),
                ..RouteTableAssociation::default()
            }],
            routes: routes.map(route).collect(),
            owner_id: Some(ACCOUNT.to_owned()),
            ..reach_core::snapshot::RouteTable::default()
        };
        self.with(|region| region.route_tables.get_or_insert_default().push(table))
    }

    /// A prefix list; without entries their contents are not in the snapshot.
    #[must_use]
    pub fn prefix_list(self, id: &str, family: &str, entries: Option<&[&str]>) -> Self {
        let list = PrefixList {
            prefix_list_id: id.to_owned(),
            prefix_list_name: Some(id.to_owned()),
            address_family: Some(family.to_owned()),
            ..PrefixList::default()
        };
        let entries = entries.map(|entries| ManagedPrefixListEntries {
            prefix_list_id: id.to_owned(),
            entries: entries
                .iter()
                .map(|cidr| PrefixListEntry { cidr: (*cidr).to_owned(), description: None })
                .collect(),
        });
        self.with(|region| {
            region.prefix_lists.get_or_insert_default().push(list);
            region.managed_prefix_list_entries.get_or_insert_default().extend(entries);
        })
    }

    /// Block Public Access as `describe-subnets` reports it for a subnet.
    #[must_use]
    pub fn block_public_access(self, subnet: &str, mode: &str) -> Self {
        self.subnet(&format!("subnet-{subnet}"), |subnet| {
            subnet.block_public_access_states = Some(BlockPublicAccessStates {
                internet_gateway_block_mode: Some(mode.to_owned()),
            });
        })
    }

    /// A public NAT gateway, `nat-n`, with the interface that AWS makes for it.
    #[must_use]
    pub fn nat_gateway(self, subnet: &str, private: &str, public: &str) -> Self {
        let nat = NatGateway {
            nat_gateway_id: "nat-n".to_owned(),
            vpc_id: Some("vpc-v".to_owned()),
            subnet_id: Some(format!("subnet-{subnet}")),
            state: Some("available".to_owned()),
            connectivity_type: Some("public".to_owned()),
            nat_gateway_addresses: vec![NatGatewayAddress {
                public_ip: Some(public.to_owned()),
                private_ip: Some(private.to_owned()),
                network_interface_id: Some("eni-n".to_owned()),
                is_primary: Some(true),
                ..NatGatewayAddress::default()
            }],
            ..NatGateway::default()
        };
        self.managed("n", "nat_gateway", subnet, private)
            .eip("n", public)
            .groups("n", &[])
            .no_check("n")
            .with(|region| region.nat_gateways.get_or_insert_default().push(nat))
    }

    /// Sets what a peering connection's state is.
    #[must_use]
    pub fn peering_status(self, id: &str, code: &str) -> Self {
        self.peering(id, |peering| {
            if let Some(status) = &mut peering.status {
                code.clone_into(&mut status.code);
            }
        })
    }
}

fn attachment(host: &str) -> Attachment {
    Attachment {
        attachment_id: Some(format!("eni-attach-{host}")),
        instance_id: Some(format!("i-{host}")),
        instance_owner_id: Some(ACCOUNT.to_owned()),
        device_index: Some(0),
        status: Some("attached".to_owned()),
        delete_on_termination: Some(true),
    }
}
