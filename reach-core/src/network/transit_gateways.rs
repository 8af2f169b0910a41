//! Transit gateways, what is attached to them, and their route tables (TGW-*).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::FxHashMap;

use super::prefix_lists::PrefixLists;
use super::{Subnet, Vpc};
use crate::index::{
    Arena, AttachmentIdx, DenseIndex, SubnetIdx, TransitGatewayIdx, TransitTableIdx, VpcIdx,
};
use crate::order;
use crate::rules::{
    Associated, Attachment, AttachmentKind, TransitGateway, TransitPreference, TransitRoute,
    TransitRouteState, TransitTable, parse_net,
};
use crate::snapshot::{
    self, Region, Snapshot, TransitGatewayAttachment, TransitGatewayRoute,
    TransitGatewayVpcAttachment,
};

/// What transit gateways are compiled from besides themselves.
pub(super) struct Surroundings<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) subnet_ids: &'a FxHashMap<&'a str, SubnetIdx>,
    pub(super) vpcs: &'a Arena<VpcIdx, Vpc>,
    pub(super) subnets: &'a Arena<SubnetIdx, Subnet>,
    pub(super) lists: &'a PrefixLists<'a>,
}

/// Transit gateways, compiled.
pub(super) struct Transit<'a> {
    pub(super) ids: FxHashMap<&'a str, TransitGatewayIdx>,
    pub(super) gateways: Arena<TransitGatewayIdx, TransitGateway>,
    pub(super) attachments: Arena<AttachmentIdx, Attachment>,
    pub(super) tables: Arena<TransitTableIdx, TransitTable>,
    pub(super) vpc_attachments: FxHashMap<(VpcIdx, TransitGatewayIdx), AttachmentIdx>,
}

/// An attachment's id and its gateway's.
type Key<'a> = (&'a str, &'a str);

/// Where attachments ended up.
struct AttachmentIds<'a>(BTreeMap<Key<'a>, AttachmentIdx>);

impl<'a> AttachmentIds<'a> {
    fn of(views: &BTreeMap<Key<'a>, Views<'a>>) -> Self {
        let keys = views.keys().enumerate();
        Self(order::tree(keys.map(|(position, key)| (*key, AttachmentIdx::from_usize(position)))))
    }

    /// By id, under a gateway where it is known.
    fn find(&self, id: &str, gateway: Option<&str>) -> Option<AttachmentIdx> {
        match gateway {
            Some(gateway) => self.0.get(&(id, gateway)).copied(),
            None => {
                let mut found = self.0.range((id, "")..).take_while(|((of, _), _)| *of == id);
                found.next().map(|(_, index)| *index)
            }
        }
    }
}

/// The views of one attachment: both calls show it, to every account that it concerns.
#[derive(Default)]
struct Views<'a> {
    vpc: Option<&'a TransitGatewayVpcAttachment>,
    any: Vec<(&'a Region, &'a TransitGatewayAttachment)>,
}

impl<'a> Views<'a> {
    fn state(&self) -> &'a str {
        let any = self.any.iter().find_map(|(_, view)| view.state.as_deref());
        self.vpc.and_then(|view| view.state.as_deref()).or(any).unwrap_or("available")
    }

    fn resource(&self) -> (Option<&'a str>, Option<&'a str>) {
        let of = |field: fn(&'a TransitGatewayAttachment) -> Option<&'a str>| {
            self.any.iter().find_map(|(_, view)| field(view))
        };
        (of(|view| view.resource_type.as_deref()), of(|view| view.resource_id.as_deref()))
    }
}

impl<'a> Surroundings<'a> {
    pub(super) fn compile(&self) -> Transit<'a> {
        let views = self.views();
        let ids = self.gateway_ids(&views);
        let gateways = self.gateways(&ids);
        let attachment_ids = AttachmentIds::of(&views);
        let (table_ids, tables) = self.tables(&views, &attachment_ids);
        let attachments: Arena<AttachmentIdx, Attachment> = views
            .iter()
            .filter_map(|(key, views)| {
                self.attachment(*key, views, &ids, &table_ids, &attachment_ids)
            })
            .collect();
        let mut vpc_attachments: FxHashMap<_, AttachmentIdx> = FxHashMap::default();
        for (index, attachment) in attachments.iter() {
            if let AttachmentKind::Vpc { vpc: Some(vpc), .. } = attachment.kind {
                // A VPC attached anew has its deleted attachment listed for a while.
                let chosen = vpc_attachments.entry((vpc, attachment.gateway)).or_insert(index);
                if &*attachments[*chosen].state != "available" {
                    *chosen = index;
                }
            }
        }
        Transit { ids, gateways, attachments, tables, vpc_attachments }
    }

    /// Both ends of a peering attachment have one id, each under its own gateway.
    fn views(&self) -> BTreeMap<Key<'a>, Views<'a>> {
        let mut views: BTreeMap<Key<'a>, Views<'a>> = BTreeMap::new();
        for region in &self.snapshot.regions {
            for view in region.transit_gateway_vpc_attachments.iter().flatten() {
                let Some(gateway) = view.transit_gateway_id.as_deref() else { continue };
                let known = views.entry((&view.transit_gateway_attachment_id, gateway));
                known.or_default().vpc.get_or_insert(view);
            }
            for view in region.transit_gateway_attachments.iter().flatten() {
                let Some(gateway) = view.transit_gateway_id.as_deref() else { continue };
                let known = views.entry((&view.transit_gateway_attachment_id, gateway));
                known.or_default().any.push((region, view));
            }
        }
        views
    }

    /// Gateways that were described, and those that only an attachment names: somebody else's.
    fn gateway_ids(
        &self,
        views: &BTreeMap<Key<'a>, Views<'a>>,
    ) -> FxHashMap<&'a str, TransitGatewayIdx> {
        let described = self.snapshot.regions.iter().flat_map(|region| {
            region
                .transit_gateways
                .iter()
                .flatten()
                .map(|gateway| gateway.transit_gateway_id.as_str())
        });
        let ids: BTreeSet<&str> =
            described.chain(views.keys().map(|(_, gateway)| *gateway)).collect();
        ids.into_iter()
            .enumerate()
            .map(|(position, id)| (id, TransitGatewayIdx::from_usize(position)))
            .collect()
    }

    fn gateways(
        &self,
        ids: &FxHashMap<&'a str, TransitGatewayIdx>,
    ) -> Arena<TransitGatewayIdx, TransitGateway> {
        let mut ordered: Vec<(&str, TransitGatewayIdx)> =
            ids.iter().map(|(id, index)| (*id, *index)).collect();
        order::sort_by_key(&mut ordered, |(_, index)| *index);
        ordered
            .into_iter()
            .map(|(id, _)| {
                let regions = self.snapshot.regions.iter();
                let described = regions
                    .flat_map(|region| region.transit_gateways.iter().flatten())
                    .find(|gateway| gateway.transit_gateway_id == id);
                // SG-13: the default is to disable.
                let support = |gateway: &snapshot::TransitGateway| {
                    let options = gateway.options.as_ref();
                    options.and_then(|it| it.security_group_referencing_support.as_deref())
                        == Some("enable")
                };
                TransitGateway { id: Arc::from(id), referencing: described.map(support) }
            })
            .collect()
    }

    fn attachment(
        &self,
        (id, gateway): Key<'a>,
        views: &Views<'a>,
        gateways: &FxHashMap<&'a str, TransitGatewayIdx>,
        tables: &BTreeMap<&'a str, TransitTableIdx>,
        attachments: &AttachmentIds<'a>,
    ) -> Option<Attachment> {
        let at = *gateways.get(gateway)?;
        let options = views.vpc.and_then(|view| view.options.as_ref());
        Some(Attachment {
            id: Arc::from(id),
            gateway: at,
            state: Arc::from(views.state()),
            kind: self.kind((id, gateway), views, attachments),
            table: association(views, tables),
            // SG-13: the default is to enable; not in this zone.
            referencing: views.vpc.map(|view| {
                let mut subnets = view.subnet_ids.iter().filter_map(|id| self.subnet(id));
                options.and_then(|it| it.security_group_referencing_support.as_deref())
                    != Some("disable")
                    && !subnets.any(|subnet| subnet.zone.as_deref() == Some("use1-az3"))
            }),
            // TGW-10: the default is to disable.
            appliance_mode: options
                .is_some_and(|options| options.appliance_mode_support.as_deref() == Some("enable")),
        })
    }

    fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnet_ids.get(id).map(|index| &self.subnets[*index])
    }

    fn kind(
        &self,
        key: Key<'a>,
        views: &Views<'a>,
        attachments: &AttachmentIds<'a>,
    ) -> AttachmentKind {
        if let Some(view) = views.vpc {
            let mut subnets: Vec<SubnetIdx> = view
                .subnet_ids
                .iter()
                .filter_map(|id| self.subnet_ids.get(id.as_str()).copied())
                .collect();
            let complete = subnets.len() == view.subnet_ids.len();
            order::sort_by_key(&mut subnets, |subnet| self.subnets[*subnet].zone.clone());
            let vpc = view.vpc_id.as_deref().and_then(|id| self.vpc_ids.get(id).copied());
            return AttachmentKind::Vpc { vpc, subnets, complete };
        }
        match views.resource() {
            (Some("vpc"), id) => AttachmentKind::Vpc {
                vpc: id.and_then(|id| self.vpc_ids.get(id).copied()),
                subnets: Vec::new(),
                complete: false,
            },
            (Some("vpn"), id) => AttachmentKind::Vpn { up: id.and_then(|id| self.tunnel_up(id)) },
            (Some("peering"), peer) => {
                AttachmentKind::Peering { far: self.far_end(key, peer, attachments) }
            }
            (Some("direct-connect-gateway" | "connect"), _) => AttachmentKind::Announced,
            _ => AttachmentKind::Other,
        }
    }

    /// TGW-11: the other gateway's end, which the peering names, or the attachment's resource.
    fn far_end(
        &self,
        (id, gateway): Key<'a>,
        peer: Option<&'a str>,
        attachments: &AttachmentIds<'a>,
    ) -> Option<AttachmentIdx> {
        let mut regions = self.snapshot.regions.iter();
        let peering = regions.find_map(|region| {
            region.transit_gateway_peering_attachments.iter().flatten().find(|peering| {
                peering.transit_gateway_attachment_id == id
                    || peering.accepter_transit_gateway_attachment_id.as_deref() == Some(id)
            })
        });
        let Some(peering) = peering else { return attachments.find(id, Some(peer?)) };
        let of = |info: Option<&'a snapshot::PeeringTgwInfo>| info?.transit_gateway_id.as_deref();
        let requester = of(peering.requester_tgw_info.as_ref());
        let accepter = of(peering.accepter_tgw_info.as_ref());
        let far = if requester == Some(gateway) { accepter } else { requester };
        let ids = [
            Some(id),
            Some(peering.transit_gateway_attachment_id.as_str()),
            peering.accepter_transit_gateway_attachment_id.as_deref(),
        ];
        ids.into_iter().flatten().find_map(|id| attachments.find(id, Some(far?)))
    }

    /// TGW-12: whether a tunnel of a VPN connection is up.
    fn tunnel_up(&self, id: &str) -> Option<bool> {
        let regions = self.snapshot.regions.iter();
        let connection = regions
            .flat_map(|region| region.vpn_connections.iter().flatten())
            .find(|connection| connection.vpn_connection_id == id)?;
        let tunnels = &connection.vgw_telemetry;
        (!tunnels.is_empty()).then(|| tunnels.iter().any(|tunnel| tunnel.status == "UP"))
    }

    fn tables(
        &self,
        views: &BTreeMap<Key<'a>, Views<'a>>,
        attachments: &AttachmentIds<'a>,
    ) -> (BTreeMap<&'a str, TransitTableIdx>, Arena<TransitTableIdx, TransitTable>) {
        let ids: BTreeSet<&str> = self
            .snapshot
            .regions
            .iter()
            .flat_map(|region| {
                let tables = region.transit_gateway_route_tables.iter().flatten();
                let routes = region.transit_gateway_routes.iter().flatten();
                let statics = region.transit_gateway_static_routes.iter().flatten();
                tables.map(|table| table.transit_gateway_route_table_id.as_str()).chain(
                    routes.chain(statics).map(|of| of.transit_gateway_route_table_id.as_str()),
                )
            })
            .collect();
        let tables = ids.iter().map(|id| self.table(id, views, attachments)).collect();
        let ids = ids.into_iter().enumerate();
        (order::tree(ids.map(|(at, id)| (id, TransitTableIdx::from_usize(at)))), tables)
    }

    /// The routes that a search found; or static routes and what propagates, when that is what was
    /// collected (TGW-08 prefers the former).
    fn table(
        &self,
        id: &str,
        views: &BTreeMap<Key<'a>, Views<'a>>,
        attachments: &AttachmentIds<'a>,
    ) -> TransitTable {
        let find = |list: fn(&'a Region) -> Option<&'a Vec<snapshot::TransitGatewayRoutes>>| {
            let regions = self.snapshot.regions.iter();
            regions.filter_map(list).flatten().find(|of| of.transit_gateway_route_table_id == id)
        };
        let mut regions = self.snapshot.regions.iter();
        let described = regions.find_map(|region| {
            let mut tables = region.transit_gateway_route_tables.iter().flatten();
            tables
                .find(|table| table.transit_gateway_route_table_id == id)?
                .transit_gateway_id
                .as_deref()
        });
        // Or the gateway of an attachment that is associated with it.
        let associated = || {
            let mut keys = views.iter().filter(|(_, views)| {
                let mut associations =
                    views.any.iter().filter_map(|(_, it)| it.association.as_ref());
                associations.any(|it| it.transit_gateway_route_table_id.as_deref() == Some(id))
            });
            keys.next().map(|((_, gateway), _)| *gateway)
        };
        let gateway = described.or_else(associated);
        let find_attachment = |named: &str| attachments.find(named, gateway);
        let route = |route: &'a TransitGatewayRoute| self.route(route, &find_attachment);
        if let Some(found) = find(|region| region.transit_gateway_routes.as_ref()) {
            let whole = found.additional_routes_available != Some(true);
            let routes = whole.then(|| found.routes.iter().map(route).collect());
            return TransitTable::compile(Arc::from(id), routes, false);
        }
        let statics = find(|region| region.transit_gateway_static_routes.as_ref());
        let regions = self.snapshot.regions.iter();
        let propagations = regions
            .flat_map(|region| region.transit_gateway_propagations.iter().flatten())
            .find(|of| of.transit_gateway_route_table_id == id);
        let (Some(statics), Some(propagations)) = (statics, propagations) else {
            return TransitTable::compile(Arc::from(id), None, false);
        };
        let mut routes: Vec<TransitRoute> = statics.routes.iter().map(route).collect();
        let mut open = false;
        for propagation in &propagations.transit_gateway_route_table_propagations {
            let attachment = propagation.transit_gateway_attachment_id.as_deref().unwrap_or("?");
            let vpc = views
                .iter()
                .filter(|((id, _), _)| *id == attachment)
                .find_map(|(_, views)| views.vpc.and_then(|view| view.vpc_id.as_deref()))
                .or(propagation.resource_id.as_deref())
                .and_then(|vpc| self.vpc_ids.get(vpc));
            match vpc {
                Some(vpc) => {
                    let ranges = self.vpcs[*vpc].ranges.iter();
                    routes.extend(
                        ranges.map(|range| {
                            propagated(*range, attachment, find_attachment(attachment))
                        }),
                    );
                }
                None => open = true,
            }
        }
        TransitTable::compile(Arc::from(id), Some(routes), open)
    }

    fn route(
        &self,
        route: &TransitGatewayRoute,
        find: &dyn Fn(&str) -> Option<AttachmentIdx>,
    ) -> TransitRoute {
        let named: Vec<&str> = route
            .transit_gateway_attachments
            .iter()
            .filter_map(|named| named.transit_gateway_attachment_id.as_deref())
            .collect();
        let list = route.prefix_list_id.as_deref();
        let nets = match route.destination_cidr_block.as_deref() {
            Some(text) => parse_net(text).into_iter().collect(),
            None => list
                .and_then(|list| self.lists.get(list))
                .and_then(|list| list.nets.clone())
                .unwrap_or_default(),
        };
        let resource = route
            .transit_gateway_attachments
            .first()
            .and_then(|attachment| attachment.resource_type.as_deref());
        TransitRoute {
            nets,
            text: Arc::from(route.destination_cidr_block.as_deref().or(list).unwrap_or("?")),
            preference: match (route.r#type.as_deref(), list) {
                (Some("static"), None) => TransitPreference::Static,
                (_, Some(_)) => TransitPreference::PrefixList,
                _ => preference(resource),
            },
            state: match route.state.as_deref() {
                None | Some("active") => TransitRouteState::Active,
                Some("blackhole") => TransitRouteState::Blackhole,
                Some(_) => TransitRouteState::Changing,
            },
            attachments: named.iter().map(|id| find(id)).collect(),
            target: Arc::from(if named.is_empty() {
                "blackhole".to_owned()
            } else {
                named.join(", ")
            }),
        }
    }
}

/// TGW-05.
fn preference(resource: Option<&str>) -> TransitPreference {
    match resource {
        Some("vpc") => TransitPreference::Vpc,
        Some("direct-connect-gateway") => TransitPreference::DirectConnect,
        Some("connect") => TransitPreference::Connect,
        Some("vpn" | "vpn-concentrator") => TransitPreference::Vpn,
        Some("peering") => TransitPreference::Peering,
        _ => TransitPreference::Unknown,
    }
}

/// A VPC's block as its attachment propagates it.
fn propagated(range: IpNet, attachment: &str, index: Option<AttachmentIdx>) -> TransitRoute {
    TransitRoute {
        nets: vec![range],
        text: Arc::from(range.to_string()),
        preference: TransitPreference::Vpc,
        state: TransitRouteState::Active,
        attachments: vec![index],
        target: Arc::from(attachment),
    }
}

/// TGW-04: only the gateway's owner sees the association, so that its absence says nothing in
/// another account's view.
fn association(views: &Views<'_>, tables: &BTreeMap<&str, TransitTableIdx>) -> Associated {
    let found = views.any.iter().find_map(|(_, view)| view.association.as_ref());
    if let Some(association) = found {
        let table = association.transit_gateway_route_table_id.as_deref();
        return match association.state.as_deref() {
            None | Some("associated") => table
                .and_then(|id| tables.get(id))
                .map_or(Associated::Unknown, |table| Associated::Table(*table)),
            // Section 0: on the way there or away, so that either may hold.
            Some("associating" | "disassociating") => Associated::Unknown,
            Some(_) => Associated::None,
        };
    }
    let owners_view = views.any.iter().any(|(region, view)| {
        view.transit_gateway_owner_id.is_some() && view.transit_gateway_owner_id == region.account
    });
    if owners_view { Associated::None } else { Associated::Unknown }
}
