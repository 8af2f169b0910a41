//! The order in which things are compiled: each step uses the ids of the ones before.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::direct_connect::DirectConnect;
use super::prefix_lists::PrefixLists;
use super::public_access::Guarded;
use super::resources::{Located, gather};
use super::survey::{Membership, pairings_by_interface, propagated, zones_by_vpc};
use super::vpc_options::VpcOptions;
use super::{
    AddressIndex, Compiled, Instance, Subnet, Topology, Vpc, endpoint_services, endpoints,
    firewalls, gateway_load_balancers, gateways, interfaces, load_balancers, route_tables,
    security_groups, transit_gateways,
};
use crate::Diagnostic;
use crate::index::{
    AclIdx, Arena, DenseIndex, EndpointIdx, GroupIdx, InstanceIdx, InterfaceIdx,
    InternetGatewayIdx, SubnetIdx, TableIdx, VpcIdx,
};
use crate::packet::IpSet;
use crate::rules::{AclEntry, Interface, NetworkAcl, VpcEndpoint, parse_net};
use crate::snapshot::{self, Kind, Region, Snapshot, VpcPeeringConnection};

pub(super) fn compile(snapshot: Snapshot, notes: Vec<Diagnostic>) -> Compiled {
    let mut diagnostics = notes.clone();
    report_missing_kinds(&snapshot, &mut diagnostics);
    report_held_kinds(&snapshot, &mut diagnostics);
    let compiled = Compiler { snapshot: &snapshot, diagnostics }.run();
    let Parts { mut diagnostics, build } = compiled;
    diagnostics.sort();
    diagnostics.dedup();
    build(snapshot, notes, diagnostics)
}

type Build = Box<dyn FnOnce(Snapshot, Vec<Diagnostic>, Vec<Diagnostic>) -> Compiled>;

/// Everything but the snapshot itself, which the parts borrow until they are done.
struct Parts {
    diagnostics: Vec<Diagnostic>,
    build: Build,
}

/// A kind that some call would have printed and that is nowhere: "not collected", which is not
/// "none".
fn report_missing_kinds(snapshot: &Snapshot, diagnostics: &mut Vec<Diagnostic>) {
    for region in &snapshot.regions {
        for kind in Kind::ALL {
            if region.collected(*kind) || !kind.modelled() || seldom(*kind) {
                continue;
            }
            let place = place(region);
            let text = format!("{place}: `{}` was not collected ({})", kind.key(), kind.call());
            diagnostics.push(if essential(*kind) {
                Diagnostic::warning("kind_not_collected", text)
            } else {
                Diagnostic::note("kind_not_collected", text)
            });
        }
    }
}

/// A kind that the snapshot has some of and the walk does not follow: where a packet meets one,
/// nobody can tell.
fn report_held_kinds(snapshot: &Snapshot, diagnostics: &mut Vec<Diagnostic>) {
    for region in &snapshot.regions {
        let held = Kind::ALL.iter().filter(|kind| !kind.modelled() && region.count(**kind) > 0);
        diagnostics.extend(held.map(|kind| {
            let place = place(region);
            let text = format!(
                "{place}: `{}` is not modelled: answers that meet one are unknown",
                kind.key()
            );
            Diagnostic::note("kind_not_modelled", text)
        }));
    }
}

/// Most accounts have none of these, and nothing to collect of them. A route that leads to one is
/// told about by itself, and so is an interface of a load balancer.
fn seldom(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TransitGateways
            | Kind::TransitGatewayVpcAttachments
            | Kind::TransitGatewayAttachments
            | Kind::TransitGatewayRouteTables
            | Kind::TransitGatewayRoutes
            | Kind::TransitGatewayStaticRoutes
            | Kind::TransitGatewayPropagations
            | Kind::LoadBalancers
            | Kind::LoadBalancerAttributes
            | Kind::LoadBalancerListeners
            | Kind::ListenerRules
            | Kind::TargetGroups
            | Kind::TargetGroupAttributes
            | Kind::LoadBalancerTargetHealth
            | Kind::LoadBalancerDescriptions
            | Kind::ClassicLoadBalancerAttributes
            | Kind::ClassicLoadBalancerInstanceStates
            | Kind::VpcEndpoints
            | Kind::DirectConnectGatewayAssociations
            | Kind::DirectConnectGatewayAttachments
            | Kind::VirtualInterfaces
            | Kind::CarrierGateways
            | Kind::VpcBlockPublicAccessOptions
            | Kind::VpcBlockPublicAccessExclusions
            | Kind::Firewalls
            | Kind::FirewallPolicies
            | Kind::FirewallRuleGroups
            | Kind::LocalGateways
            | Kind::VpcEncryptionControls
            | Kind::VpcAttributes
            | Kind::ServiceConfigurations
            | Kind::VpcEndpointConnections
            | Kind::TransitGatewayPeeringAttachments
    )
}

/// Kinds that every VPC has some of. Whatever names a resource of another kind that the snapshot
/// lacks is told about by itself.
fn essential(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Vpcs
            | Kind::Subnets
            | Kind::NetworkInterfaces
            | Kind::Instances
            | Kind::SecurityGroups
            | Kind::NetworkAcls
            | Kind::RouteTables
    )
}

fn place(region: &Region) -> String {
    match (region.account.as_deref(), region.name.as_deref()) {
        (Some(account), Some(name)) => format!("account {account}, Region {name}"),
        (Some(account), None) => format!("account {account}"),
        (None, Some(name)) => format!("Region {name}"),
        (None, None) => "the snapshot".to_owned(),
    }
}

struct Compiler<'a> {
    snapshot: &'a Snapshot,
    diagnostics: Vec<Diagnostic>,
}

fn ids<'a, T, I: DenseIndex>(
    list: &[Located<'a, T>],
    id: impl Fn(&'a T) -> &'a str,
) -> FxHashMap<&'a str, I> {
    list.iter()
        .enumerate()
        .map(|(position, located)| (id(located.item), I::from_usize(position)))
        .collect()
}

macro_rules! gather_kind {
    ($self:ident, $field:ident, $id:ident, $owner:expr) => {
        gather(
            $self.snapshot,
            |region: &Region| region.$field.as_ref(),
            |item| item.$id.as_str(),
            $owner,
            PartialEq::eq,
            &mut $self.diagnostics,
        )
    };
}

impl<'a> Compiler<'a> {
    #[expect(
        clippy::too_many_lines,
        reason = "one line a step, in the order that they need each other"
    )]
    fn run(mut self) -> Parts {
        let vpc_list = gather_kind!(self, vpcs, vpc_id, |vpc| vpc.owner_id.as_deref());
        let subnet_list =
            gather_kind!(self, subnets, subnet_id, |subnet| subnet.owner_id.as_deref());
        let instance_list =
            gather_kind!(self, instances, instance_id, |instance| instance.owner_id.as_deref());
        let eni_list = gather_kind!(self, network_interfaces, network_interface_id, |eni| {
            eni.owner_id.as_deref()
        });
        let group_list =
            gather_kind!(self, security_groups, group_id, |group| group.owner_id.as_deref());
        let acl_list =
            gather_kind!(self, network_acls, network_acl_id, |acl| acl.owner_id.as_deref());
        let table_list =
            gather_kind!(self, route_tables, route_table_id, |table| table.owner_id.as_deref());
        let igw_list = gather_kind!(self, internet_gateways, internet_gateway_id, |gateway| {
            gateway.owner_id.as_deref()
        });
        let cagw_list = gather_kind!(self, carrier_gateways, carrier_gateway_id, |gateway| {
            gateway.owner_id.as_deref()
        });
        let eigw_list = gather_kind!(
            self,
            egress_only_internet_gateways,
            egress_only_internet_gateway_id,
            |_| None
        );
        let nat_list = gather_kind!(self, nat_gateways, nat_gateway_id, |_| None);
        let pcx_list = gather(
            self.snapshot,
            |region: &Region| region.vpc_peering_connections.as_ref(),
            |pcx| pcx.vpc_peering_connection_id.as_str(),
            |pcx| pcx.accepter_vpc_info.owner_id.as_deref(),
            same_connection,
            &mut self.diagnostics,
        );
        let endpoint_list = gather_kind!(self, vpc_endpoints, vpc_endpoint_id, |endpoint| {
            endpoint.owner_id.as_deref()
        });
        let vgw_list = gather_kind!(self, vpn_gateways, vpn_gateway_id, |_| None);
        let vpn_list = gather_kind!(self, vpn_connections, vpn_connection_id, |_| None);

        let vpc_ids: FxHashMap<_, VpcIdx> = ids(&vpc_list, |vpc| vpc.vpc_id.as_str());
        let subnet_ids: FxHashMap<_, SubnetIdx> = self.subnet_ids(&subnet_list, &vpc_ids);
        let group_ids = ids(&group_list, |group| group.group_id.as_str());
        let instance_ids: FxHashMap<_, InstanceIdx> =
            ids(&instance_list, |instance| instance.instance_id.as_str());

        let lists = PrefixLists::read(self.snapshot, &mut self.diagnostics);
        let zones = zones_by_vpc(&subnet_list);
        let options = VpcOptions::read(self.snapshot);
        let mut vpcs: Arena<VpcIdx, Vpc> =
            vpc_list.iter().map(|located| self.vpc(located, &zones, &options)).collect();
        let acl_of = self.acl_associations(&acl_list);
        let table_of = self.table_associations(&table_list);
        let subnets: Arena<SubnetIdx, Subnet> = subnet_list
            .iter()
            .filter_map(|located| {
                let vpc: VpcIdx = *vpc_ids.get(located.item.vpc_id.as_str())?;
                let owner = vpc_list.get(vpc.to_usize())?.item;
                Some(self.subnet(located, (vpc, owner), &acl_of, &table_of))
            })
            .collect();
        let mut instances: Arena<InstanceIdx, Instance> =
            instance_list.iter().map(instance).collect();
        let elastic = pairings_by_interface(self.snapshot);
        let mut interfaces: Arena<InterfaceIdx, Interface> = {
            let around = interfaces::Surroundings {
                vpc_ids: &vpc_ids,
                subnet_ids: &subnet_ids,
                instance_ids: &instance_ids,
                group_ids: &group_ids,
                subnets: &subnets,
                instances: &instances,
                elastic: &elastic,
            };
            eni_list
                .iter()
                .map(|located| interfaces::compile(located, &around, &mut self.diagnostics))
                .collect()
        };
        let load_balancers::Balancers { list: balancers, groups: target_groups, nodes } =
            load_balancers::Surroundings {
                snapshot: self.snapshot,
                vpc_ids: &vpc_ids,
                subnet_ids: &subnet_ids,
                group_ids: &group_ids,
                instance_ids: &instance_ids,
                subnets: &subnets,
                enis: &eni_list,
            }
            .compile(&mut interfaces, &mut self.diagnostics);
        let gateway_services = gateway_load_balancers::compile(
            self.snapshot,
            &balancers,
            &target_groups,
            &mut self.diagnostics,
        );
        for (index, interface) in interfaces.iter() {
            if let Some(instance) = interface.instance.and_then(|found| instances.get_mut(found)) {
                instance.interfaces.push(index);
            }
        }
        self.index_addresses(&mut vpcs, &interfaces);
        let public_addresses = interfaces::public_addresses(&interfaces, &mut self.diagnostics);

        let with_ids = security_groups::rules_by_group(self.snapshot);
        let groups = group_list
            .iter()
            .map(|located| {
                let rules = with_ids.get(located.item.group_id.as_str());
                let rules = rules.map_or(&[][..], Vec::as_slice);
                security_groups::compile(located.item, rules, &lists, &mut self.diagnostics)
            })
            .collect();
        let group_homes = group_list
            .iter()
            .map(|located| {
                let home = located.item.vpc_id.as_deref().and_then(|id| vpc_ids.get(id).copied());
                (Arc::from(located.item.group_id.as_str()), home)
            })
            .collect();
        let Membership { members, ungrouped } = Membership::of(&interfaces);
        self.report_dangling_references(&group_list);
        self.report_stray_rules(&with_ids, &group_ids);

        let acls = acl_list.iter().map(|located| self.acl(located.item)).collect();
        let peerings = pcx_list
            .iter()
            .map(|located| gateways::peering(located.item, &vpc_ids, &vpcs, &mut self.diagnostics))
            .collect();
        let transit = transit_gateways::Surroundings {
            snapshot: self.snapshot,
            vpc_ids: &vpc_ids,
            subnet_ids: &subnet_ids,
            vpcs: &vpcs,
            subnets: &subnets,
            lists: &lists,
        }
        .compile();
        let firewalls::Firewalls { firewalls, endpoints: firewall_endpoints } =
            firewalls::Surroundings {
                snapshot: self.snapshot,
                vpc_ids: &vpc_ids,
                subnet_ids: &subnet_ids,
                vpcs: &vpcs,
                lists: &lists,
            }
            .compile(&mut self.diagnostics);
        let of_firewalls = endpoints::undescribed(&endpoint_list, &firewall_endpoints);
        let targets = route_tables::Targets {
            transit_gateways: transit.ids.clone(),
            internet_gateways: igw_list
                .iter()
                .map(|located| located.item.internet_gateway_id.as_str())
                .chain(cagw_list.iter().map(|located| located.item.carrier_gateway_id.as_str()))
                .enumerate()
                .map(|(at, id)| (id, InternetGatewayIdx::from_usize(at)))
                .collect(),
            egress_only_gateways: ids(&eigw_list, |gateway| {
                gateway.egress_only_internet_gateway_id.as_str()
            }),
            nat_gateways: ids(&nat_list, |gateway| gateway.nat_gateway_id.as_str()),
            vpn_gateways: ids(&vgw_list, |gateway| gateway.vpn_gateway_id.as_str()),
            peerings: ids(&pcx_list, |pcx| pcx.vpc_peering_connection_id.as_str()),
            interfaces: ids(&eni_list, |eni| eni.network_interface_id.as_str()),
            endpoints: endpoint_list
                .iter()
                .map(|located| located.item.vpc_endpoint_id.as_str())
                .chain(of_firewalls.iter().map(|endpoint| &*endpoint.id))
                .enumerate()
                .map(|(at, id)| (id, EndpointIdx::from_usize(at)))
                .collect(),
        };
        let endpoints: Arena<EndpointIdx, VpcEndpoint> = endpoint_list
            .iter()
            .map(|located| {
                endpoints::compile(located.item, &vpc_ids, &subnet_ids, &targets.interfaces)
            })
            .chain(of_firewalls.iter().map(|endpoint| endpoints::of_firewall(endpoint, &subnets)))
            .collect();
        let endpoint_services = endpoint_services::compile(self.snapshot, &endpoints, &balancers);
        let endpoint_of = endpoints
            .iter()
            .flat_map(|(index, it)| it.interfaces.iter().map(move |interface| (*interface, index)))
            .collect();
        let tables = table_list
            .iter()
            .map(|located| {
                let vpc = located.item.vpc_id.as_deref().and_then(|id| vpc_ids.get(id));
                let ranges = vpc.map_or(&[][..], |vpc| vpcs[*vpc].ranges.as_slice());
                let table = located.item;
                route_tables::compile(table, ranges, &targets, &lists, &mut self.diagnostics)
            })
            .collect();
        let internet_gateways = igw_list
            .iter()
            .map(|located| gateways::internet_gateway(located.item, &vpc_ids, &table_of.gateways))
            .chain(
                cagw_list.iter().map(|located| gateways::carrier_gateway(located.item, &vpc_ids)),
            )
            .collect();
        let egress_only_gateways = eigw_list
            .iter()
            .map(|located| gateways::egress_only_gateway(located.item, &vpc_ids))
            .collect();
        let table_ids = ids(&table_list, |table| table.route_table_id.as_str());
        let nat_gateways = nat_list
            .iter()
            .map(|located| {
                gateways::nat_gateway(located.item, &targets.interfaces, &vpc_ids, &table_ids)
            })
            .collect();
        let mut connections: FxHashMap<&str, Vec<&snapshot::VpnConnection>> = FxHashMap::default();
        for located in &vpn_list {
            if let Some(gateway) = located.item.vpn_gateway_id.as_deref() {
                connections.entry(gateway).or_default().push(located.item);
            }
        }
        let direct_connect = DirectConnect::read(self.snapshot);
        let (propagated, propagates) = propagated(&table_list);
        let around = gateways::VpnSurroundings {
            vpc_ids: &vpc_ids,
            edge_tables: &table_of.gateways,
            connections: &connections,
            propagated: &propagated,
            direct: &direct_connect,
            propagates: &|gateway| propagates.contains(gateway),
        };
        let vpn_gateways =
            vgw_list.iter().map(|located| gateways::vpn_gateway(located, &around)).collect();
        let topology = Topology::build(
            &vpcs,
            &internet_gateways,
            &egress_only_gateways,
            &peerings,
            &vpn_gateways,
        );
        let transit_gateways::Transit {
            gateways: transit_gateways,
            attachments,
            tables: transit_tables,
            vpc_attachments,
            ..
        } = transit;
        Parts {
            diagnostics: self.diagnostics,
            build: Box::new(move |snapshot, notes, diagnostics| Compiled {
                snapshot,
                notes,
                diagnostics,
                vpcs,
                subnets,
                instances,
                interfaces,
                groups,
                acls,
                tables,
                internet_gateways,
                egress_only_gateways,
                nat_gateways,
                peerings,
                vpn_gateways,
                transit_gateways,
                attachments,
                transit_tables,
                vpc_attachments,
                firewalls,
                firewall_endpoints,
                load_balancers: balancers,
                target_groups,
                balancer_nodes: nodes,
                endpoints,
                endpoint_of,
                gateway_services,
                endpoint_services,
                topology,
                members,
                ungrouped,
                public_addresses,
                group_homes,
            }),
        }
    }

    fn warn(&mut self, code: &str, resource: &str, text: String) {
        self.diagnostics.push(Diagnostic::warning(code, text).resource(resource));
    }

    /// A subnet of a VPC that the snapshot lacks is left out, with a word about it.
    fn subnet_ids(
        &mut self,
        list: &[Located<'a, snapshot::Subnet>],
        vpc_ids: &FxHashMap<&str, VpcIdx>,
    ) -> FxHashMap<&'a str, SubnetIdx> {
        let mut found = FxHashMap::default();
        for located in list {
            let subnet = located.item;
            if vpc_ids.contains_key(subnet.vpc_id.as_str()) {
                found.insert(subnet.subnet_id.as_str(), SubnetIdx::from_usize(found.len()));
            } else {
                let text = format!("its VPC `{}` is not in the snapshot", subnet.vpc_id);
                self.warn("dangling_id", &subnet.subnet_id, text);
            }
        }
        found
    }

    fn vpc(
        &mut self,
        located: &Located<'_, snapshot::Vpc>,
        zones: &FxHashMap<&str, &str>,
        options: &VpcOptions<'_>,
    ) -> Vpc {
        let vpc = located.item;
        // RT-03: only blocks that are associated count.
        let v4 = vpc
            .cidr_block_association_set
            .iter()
            .filter(|block| in_force(block.cidr_block_state.as_ref()))
            .map(|block| block.cidr_block.as_str());
        let v6 = vpc
            .ipv6_cidr_block_association_set
            .iter()
            .filter(|block| in_force(block.ipv6_cidr_block_state.as_ref()))
            .map(|block| block.ipv6_cidr_block.as_str());
        let mut texts: Vec<&str> = v4.chain(v6).collect();
        if vpc.cidr_block_association_set.is_empty() {
            texts.extend(vpc.cidr_block.as_deref());
        }
        let ranges = self.blocks(&vpc.vpc_id, texts.into_iter());
        let primary = vpc.cidr_block.as_deref().and_then(parse_net);
        Vpc {
            id: Arc::from(vpc.vpc_id.as_str()),
            name: snapshot::name_tag(&vpc.tags).map(Arc::from),
            owner: vpc.owner_id.as_deref().or(located.region.account.as_deref()).map(Arc::from),
            region: located
                .region
                .name
                .as_deref()
                .or_else(|| zones.get(vpc.vpc_id.as_str()).copied())
                .map(Arc::from),
            dns: match primary.or_else(|| ranges.first().copied()) {
                Some(IpNet::V4(net)) => u32::from(net.network()).checked_add(2).map(Into::into),
                _ => None,
            },
            ranges,
            dns_enabled: options.dns_enabled(&vpc.vpc_id),
            encryption: options.encryption(&vpc.vpc_id),
            addresses: AddressIndex::default(),
            block: Guarded {
                region: located.region,
                owner: vpc.owner_id.as_deref(),
                ids: &[&vpc.vpc_id],
                subnet: None,
                vpc: vpc.block_public_access_states.as_ref(),
            }
            .access(self.snapshot, &mut self.diagnostics),
            collected: Kind::ALL
                .iter()
                .copied()
                .filter(|kind| located.region.collected(*kind))
                .collect(),
        }
    }

    fn blocks<'t>(&mut self, resource: &str, texts: impl Iterator<Item = &'t str>) -> Vec<IpNet> {
        let mut nets = Vec::new();
        for text in texts {
            match parse_net(text) {
                Some(net) => nets.push(net),
                None => {
                    let text = format!("{text:?} is no address block");
                    self.warn("unreadable_entry", resource, text);
                }
            }
        }
        nets.sort_unstable();
        nets.dedup();
        nets
    }

    fn subnet(
        &mut self,
        located: &Located<'_, snapshot::Subnet>,
        (vpc, owner): (VpcIdx, &snapshot::Vpc),
        acl_of: &AclAssociations<'_>,
        table_of: &TableAssociations<'_>,
    ) -> Subnet {
        let subnet = located.item;
        let id = subnet.subnet_id.as_str();
        let v6 = || {
            subnet
                .ipv6_cidr_block_association_set
                .iter()
                .filter(|block| in_force(block.ipv6_cidr_block_state.as_ref()))
        };
        let texts = subnet
            .cidr_block
            .as_deref()
            .into_iter()
            .chain(v6().map(|block| block.ipv6_cidr_block.as_str()));
        let ranges = self.blocks(id, texts).into_iter().collect();
        let public_v6 = v6()
            .filter(|block| {
                matches!(block.ipv6_address_attribute.as_deref(), None | Some("public"))
            })
            .filter_map(|block| parse_net(&block.ipv6_cidr_block))
            .collect();
        // NA-01, RT-01.
        let acl = acl_of.subnets.get(id).or_else(|| acl_of.defaults.get(subnet.vpc_id.as_str()));
        let table = table_of.subnets.get(id).or_else(|| table_of.mains.get(subnet.vpc_id.as_str()));
        for (found, kind, what) in [
            (acl.is_some(), Kind::NetworkAcls, "network ACL"),
            (table.is_some(), Kind::RouteTables, "route table"),
        ] {
            if !found && located.region.collected(kind) {
                self.warn("dangling_id", id, format!("its {what} is not in the snapshot"));
            }
        }
        Subnet {
            id: Arc::from(id),
            name: snapshot::name_tag(&subnet.tags).map(Arc::from),
            vpc,
            zone: subnet
                .availability_zone_id
                .as_deref()
                .or(subnet.availability_zone.as_deref())
                .map(Arc::from),
            ranges,
            public_v6,
            // Two claims contradict each other: neither is used.
            acl: acl.copied().flatten(),
            table: table.copied().flatten(),
            block: Guarded {
                region: located.region,
                owner: subnet.owner_id.as_deref().or(owner.owner_id.as_deref()),
                ids: &[id, &owner.vpc_id],
                subnet: subnet.block_public_access_states.as_ref(),
                vpc: owner.block_public_access_states.as_ref(),
            }
            .access(self.snapshot, &mut self.diagnostics),
        }
    }

    /// Notes what something uses; of two claims neither counts.
    fn claim<I: DenseIndex + PartialEq>(
        &mut self,
        claims: &mut FxHashMap<&'a str, Option<I>>,
        user: &'a str,
        index: I,
        what: &str,
    ) {
        let claimed = claims.entry(user).or_insert(Some(index));
        if *claimed != Some(index) {
            *claimed = None;
            self.warn("contradiction", user, format!("two {what} claim it, so neither is used"));
        }
    }

    /// NA-01: who uses which ACL.
    fn acl_associations(
        &mut self,
        list: &[Located<'a, snapshot::NetworkAcl>],
    ) -> AclAssociations<'a> {
        let mut found = AclAssociations::default();
        for (position, located) in list.iter().enumerate() {
            let (acl, index) = (located.item, AclIdx::from_usize(position));
            for association in &acl.associations {
                self.claim(&mut found.subnets, &association.subnet_id, index, "network ACLs");
            }
            if let Some(vpc) = acl.vpc_id.as_deref().filter(|_| acl.is_default) {
                self.claim(&mut found.defaults, vpc, index, "default network ACLs");
            }
        }
        found
    }

    /// RT-01, RT-14: who uses which route table.
    fn table_associations(
        &mut self,
        list: &[Located<'a, snapshot::RouteTable>],
    ) -> TableAssociations<'a> {
        let mut found = TableAssociations::default();
        for (position, located) in list.iter().enumerate() {
            let (table, index) = (located.item, TableIdx::from_usize(position));
            for association in &table.associations {
                let state = association.association_state.as_ref();
                if state.is_some_and(|state| state.state != "associated") {
                    continue;
                }
                if let Some(subnet) = association.subnet_id.as_deref() {
                    self.claim(&mut found.subnets, subnet, index, "route tables");
                }
                if let Some(gateway) = association.gateway_id.as_deref() {
                    self.claim(&mut found.gateways, gateway, index, "route tables");
                }
                if let Some(vpc) = table.vpc_id.as_deref().filter(|_| association.main) {
                    self.claim(&mut found.mains, vpc, index, "main route tables");
                }
            }
        }
        found
    }

    fn acl(&mut self, acl: &snapshot::NetworkAcl) -> NetworkAcl {
        let mut directions: [BTreeMap<i32, Vec<AclEntry>>; 2] = Default::default();
        for entry in &acl.entries {
            let (compiled, problems) = AclEntry::compile(entry);
            for problem in problems {
                let text = format!("entry {} cannot be read: {problem}", entry.rule_number);
                self.warn("unreadable_entry", &acl.network_acl_id, text);
            }
            let [ingress, egress] = &mut directions;
            let direction = if entry.egress { egress } else { ingress };
            direction.entry(entry.rule_number).or_default().push(compiled);
        }
        let [ingress, egress] = directions.map(|entries| {
            entries
                .into_iter()
                .flat_map(|(number, same)| self.one_number(&acl.network_acl_id, number, same))
                .collect()
        });
        NetworkAcl { id: Arc::from(acl.network_acl_id.as_str()), ingress, egress }
    }

    /// NA-03 needs numbers to be unique. Entries that share one and differ decide nothing that
    /// anybody could know.
    fn one_number(&mut self, acl: &str, number: i32, mut same: Vec<AclEntry>) -> Vec<AclEntry> {
        if same.len() < 2 {
            return same;
        }
        same.dedup_by(|a, b| a.allow == b.allow && a.peer == b.peer && a.traffic == b.traffic);
        let text = format!("entry number {number} stands twice in one direction");
        if same.len() == 1 {
            let note = Diagnostic::note("duplicate_entry", format!("{text}, with one meaning"));
            self.diagnostics.push(note.resource(acl));
            return same;
        }
        self.warn("contradiction", acl, text);
        for entry in &mut same {
            entry.allow = None;
        }
        same
    }

    fn index_addresses(
        &mut self,
        vpcs: &mut Arena<VpcIdx, Vpc>,
        interfaces: &Arena<InterfaceIdx, Interface>,
    ) {
        let mut owned: BTreeMap<VpcIdx, Vec<(InterfaceIdx, &IpSet)>> = BTreeMap::new();
        for (index, interface) in interfaces.iter() {
            if let Some(vpc) = interface.vpc {
                owned.entry(vpc).or_default().push((index, &interface.owned));
            }
        }
        for (vpc, owned) in owned {
            let (index, clashes) = AddressIndex::build(&owned);
            for clash in clashes {
                let text = format!(
                    "its address {} belongs to `{}` too, which keeps it",
                    clash.address, interfaces[clash.first].id
                );
                self.warn("contradiction", &interfaces[clash.second].id, text);
            }
            if let Some(vpc) = vpcs.get_mut(vpc) {
                vpc.addresses = index;
            }
        }
    }

    /// SG-22: rules of groups that the snapshot lacks decide nothing here.
    fn report_stray_rules(
        &mut self,
        with_ids: &FxHashMap<&str, Vec<&snapshot::SecurityGroupRule>>,
        group_ids: &FxHashMap<&str, GroupIdx>,
    ) {
        for group in with_ids.keys().filter(|group| !group_ids.contains_key(**group)) {
            let text = "it has rules in the snapshot, but is not there itself".to_owned();
            self.warn("dangling_id", group, text);
        }
    }

    /// SG-15: references to groups that are gone match nothing; say so where the owner's groups
    /// were collected.
    fn report_dangling_references(&mut self, list: &[Located<'a, snapshot::SecurityGroup>]) {
        let known: FxHashSet<&str> =
            list.iter().map(|located| located.item.group_id.as_str()).collect();
        for located in list {
            let group = located.item;
            let permissions = group.ip_permissions.iter().chain(&group.ip_permissions_egress);
            for pair in permissions.flat_map(|permission| &permission.user_id_group_pairs) {
                if let Some(id) = pair.group_id.as_deref().filter(|id| !known.contains(id)) {
                    let text = format!("a rule names group `{id}`, which is not in the snapshot");
                    self.warn("dangling_id", &group.group_id, text);
                }
            }
        }
    }
}

/// Both sides see a peering connection, each with its own tags.
fn same_connection(a: &VpcPeeringConnection, b: &VpcPeeringConnection) -> bool {
    let code = |pcx: &VpcPeeringConnection| pcx.status.as_ref().map(|status| status.code.clone());
    code(a) == code(b)
        && a.requester_vpc_info == b.requester_vpc_info
        && a.accepter_vpc_info == b.accepter_vpc_info
}

#[derive(Default)]
struct AclAssociations<'a> {
    subnets: FxHashMap<&'a str, Option<AclIdx>>,
    defaults: FxHashMap<&'a str, Option<AclIdx>>,
}

#[derive(Default)]
struct TableAssociations<'a> {
    subnets: FxHashMap<&'a str, Option<TableIdx>>,
    mains: FxHashMap<&'a str, Option<TableIdx>>,
    gateways: FxHashMap<&'a str, Option<TableIdx>>,
}

fn in_force(state: Option<&snapshot::CidrBlockState>) -> bool {
    state.is_none_or(|state| state.state == "associated")
}

fn instance(located: &Located<'_, snapshot::Instance>) -> Instance {
    let instance = located.item;
    Instance {
        id: Arc::from(instance.instance_id.as_str()),
        name: instance.name().map(Arc::from),
        state: Arc::from(instance.state.as_ref().map_or("", |state| state.name.as_str())),
        owner: instance.owner_id.as_deref().or(located.region.account.as_deref()).map(Arc::from),
        region: located.region.name.as_deref().map(Arc::from),
        tags: instance
            .tags
            .iter()
            .map(|tag| (Arc::from(tag.key.as_str()), Arc::from(tag.value.as_str())))
            .collect(),
        interfaces: Vec::new(),
        metadata: instance
            .metadata_options
            .as_ref()
            .is_none_or(|options| options.http_endpoint.as_deref() != Some("disabled")),
    }
}
