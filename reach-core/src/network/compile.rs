//! The order in which things are compiled: each step uses the ids of the ones before.

mod acls;
mod associations;
mod collected;
mod moved;
mod pieces;
mod reports;
mod vpcs;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::collected::{report_held_kinds, report_missing_kinds};
use self::pieces::Pieces;
pub(crate) use self::pieces::{MOVES_INTERFACES, PieceIds};
use super::direct_connect::DirectConnect;
use super::prefix_lists::PrefixLists;
use super::resources::{Located, gather};
use super::survey::{Associations, Membership, pairings_by_interface, propagated, zones_by_vpc};
use super::vpc_options::VpcOptions;
use super::{
    Compiled, Frame, Instance, Noticed, Population, Residents, Source, Subnet, Topology, Vpc,
    endpoint_services, endpoints, firewalls, gateway_load_balancers, gateways, interfaces,
    load_balancers, route_tables, security_groups, transit_gateways,
};
use crate::Diagnostic;
use crate::index::{
    AclIdx, Arena, DenseIndex, EndpointIdx, GroupIdx, InstanceIdx, InterfaceIdx,
    InternetGatewayIdx, NatGatewayIdx, Patched, SubnetIdx, TableIdx, VpcIdx,
};
use crate::rules::{
    Host, Interface, NatGateway, NetworkAcl, RouteTable, SecurityGroup, VpcEndpoint,
};
use crate::snapshot::{self, Region, Snapshot, VpcPeeringConnection};

pub(super) fn compile(snapshot: Arc<Snapshot>, notes: Vec<Diagnostic>) -> Compiled {
    let mut diagnostics = notes.clone();
    report_missing_kinds(&snapshot, &mut diagnostics);
    report_held_kinds(&snapshot, &mut diagnostics);
    let Parts { population, groups, acls, tables, instances, noticed } =
        Compiler { snapshot: &snapshot, diagnostics }.run(notes);
    Compiled {
        source: Source::of(snapshot),
        diagnostics: noticed.told(),
        noticed,
        groups,
        acls,
        tables,
        instances,
        population,
        crossed: Arc::default(),
    }
}

/// Everything but the snapshot itself, which the compiler borrows.
struct Parts {
    population: Arc<Population>,
    groups: Arena<GroupIdx, Arc<SecurityGroup>>,
    acls: Arena<AclIdx, Arc<NetworkAcl>>,
    tables: Arena<TableIdx, Arc<RouteTable>>,
    instances: Arena<InstanceIdx, Arc<Instance>>,
    noticed: Noticed,
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

impl Compiler<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "one line a step, in the order that they need each other"
    )]
    fn run(mut self, notes: Vec<Diagnostic>) -> Parts {
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
        let vpcs: Arena<VpcIdx, Vpc> =
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
                instances: &|instance| &instances[instance],
                elastic: &elastic,
            };
            eni_list
                .iter()
                .map(|located| interfaces::compile(located.item, &around, &mut self.diagnostics))
                .collect()
        };
        let load_balancers::Balancers { list: balancers, groups: target_groups, nodes } =
            load_balancers::Surroundings {
                snapshot: self.snapshot,
                vpc_ids: &vpc_ids,
                subnet_ids: &subnet_ids,
                group_ids: &group_ids,
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
        let interfaces = Patched::from(interfaces);
        let residents = Residents::of(&mut vpcs.iter(), &interfaces, &mut self.diagnostics);
        let residents: Arena<VpcIdx, Residents> = residents.into_iter().map(|(_, it)| it).collect();
        let public_addresses = interfaces::public_addresses(&interfaces, &mut self.diagnostics);

        let with_ids = security_groups::rules_by_group(self.snapshot);
        let stale = security_groups::stale(self.snapshot);
        let groups: Pieces<GroupIdx, SecurityGroup> = group_list
            .iter()
            .map(|located| {
                let rules = with_ids.get(located.item.group_id.as_str());
                let rules = rules.map_or(&[][..], Vec::as_slice);
                pieces::group(located.item, rules, (&lists, &stale), |id| {
                    group_ids.contains_key(id)
                })
            })
            .collect();
        let Associations { shared, lapsed } = Associations::read(self.snapshot, &vpc_ids);
        let at_home = group_list.iter().map(|located| located.item).filter_map(|group| {
            let vpc = vpc_ids.get(group.vpc_id.as_deref()?)?;
            let id = group.group_id.as_str();
            (!shared.contains(id)).then(|| (Arc::from(id), *vpc))
        });
        let at_home = at_home.collect();
        let Membership { members, ungrouped } = Membership::of(&interfaces, &lapsed);
        self.report_stray_rules(&with_ids, &group_ids);

        let acls: Pieces<AclIdx, NetworkAcl> =
            acl_list.iter().map(|located| pieces::acl(located.item)).collect();
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
        let tables: Pieces<TableIdx, RouteTable> = table_list
            .iter()
            .map(|located| {
                let vpc = located.item.vpc_id.as_deref().and_then(|id| vpc_ids.get(id));
                let ranges = vpc.map_or(&[][..], |vpc| vpcs[*vpc].ranges.as_slice());
                let table = located.item;
                pieces::table(table, ranges, &targets, &lists)
            })
            .collect();
        let internet_gateways = igw_list
            .iter()
            .map(|located| gateways::internet_gateway(located, &vpc_ids, &table_of.gateways))
            .chain(
                cagw_list.iter().map(|located| gateways::carrier_gateway(located.item, &vpc_ids)),
            )
            .collect();
        let egress_only_gateways = eigw_list
            .iter()
            .map(|located| gateways::egress_only_gateway(located.item, &vpc_ids))
            .collect();
        let table_ids = ids(&table_list, |table| table.route_table_id.as_str());
        let nat_gateways: Arena<NatGatewayIdx, NatGateway> = nat_list
            .iter()
            .map(|located| {
                gateways::nat_gateway(located.item, &targets.interfaces, &vpc_ids, &table_ids)
            })
            .collect();
        let regional_addresses = gateways::regional_addresses(&nat_gateways);
        let connect_endpoints = endpoints::connect_endpoints(self.snapshot, &targets.interfaces);
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
        let frame = Frame {
            notes,
            vpcs,
            subnets,
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
            balancer_nodes: nodes,
            endpoints,
            endpoint_of,
            gateway_services,
            endpoint_services,
            topology,
            regional_addresses,
            connect_endpoints,
            at_home,
            lapsed,
        };
        let noticed = Noticed {
            groups: groups.noticed,
            acls: acls.noticed,
            tables: tables.noticed,
            others: Arc::new(self.diagnostics),
        };
        let population = Population {
            interfaces,
            residents: residents.into(),
            members: Arc::new(members),
            ungrouped,
            public_addresses: Arc::new(public_addresses),
            load_balancers: balancers.into(),
            target_groups: target_groups.into(),
            frame: Arc::new(frame),
        };
        Parts {
            population: Arc::new(population),
            groups: groups.list,
            acls: acls.list,
            tables: tables.list,
            instances: instances.map(Arc::new),
            noticed,
        }
    }

    fn warn(&mut self, code: &str, resource: &str, text: String) {
        self.diagnostics.push(Diagnostic::warning(code, text).resource(resource));
    }
}

/// Both sides see a peering connection, each with its own tags.
fn same_connection(a: &VpcPeeringConnection, b: &VpcPeeringConnection) -> bool {
    let code = |pcx: &VpcPeeringConnection| pcx.status.as_ref().map(|status| status.code.clone());
    code(a) == code(b)
        && a.requester_vpc_info == b.requester_vpc_info
        && a.accepter_vpc_info == b.accepter_vpc_info
}

fn instance(located: &Located<'_, snapshot::Instance>) -> Instance {
    let instance = located.item;
    let id: Arc<str> = Arc::from(instance.instance_id.as_str());
    let state: Arc<str> =
        Arc::from(instance.state.as_ref().map_or("", |state| state.name.as_str()));
    Instance {
        host: Host::of(&id, &state),
        id,
        name: instance.name().map(Arc::from),
        state,
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
