//! What the loader has to know of every resource kind: how its answer is read, its id, its owner.

use std::borrow::Cow;

use reach_core::Diagnostic;
use reach_core::record::Slot;
use reach_core::snapshot::{
    Address, CarrierGateway, ClassicLoadBalancerAttributes, ClassicLoadBalancerInstanceStates,
    DirectConnectGatewayAssociation, DirectConnectGatewayAttachment, EgressOnlyInternetGateway,
    FirewallDescription, FirewallPolicyDescription, Instance, InstanceConnectEndpoint,
    InternetGateway, Kind, Listener, ListenerRule, LoadBalancer, LoadBalancerAttributes,
    LoadBalancerDescription, LoadBalancerListeners, LoadBalancerTargetHealth, LocalGateway,
    ManagedPrefixListEntries, NatGateway, NetworkAcl, NetworkInterface, PrefixList, Region,
    RouteTable, RuleGroupDescription, SecurityGroup, SecurityGroupRule,
    SecurityGroupVpcAssociation, ServiceConfiguration, StaleSecurityGroup, Subnet, TargetGroup,
    TargetGroupAttributes, TransitGateway, TransitGatewayAttachment, TransitGatewayConnect,
    TransitGatewayPeeringAttachment, TransitGatewayPrefixListReference,
    TransitGatewayPrefixListReferences, TransitGatewayPropagations, TransitGatewayRouteTable,
    TransitGatewayRouteTablePropagation, TransitGatewayRoutes, TransitGatewayVpcAttachment,
    VirtualInterface, Vpc, VpcAttributes, VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions, VpcEncryptionControl, VpcEndpoint, VpcEndpointConnection,
    VpcPeeringConnection, VpnConnection, VpnGateway,
};
use serde::de::MapAccess;

use crate::arn::Arn;
use crate::document::{Answer, Document};
use crate::settle::{Places, Resource, settle_list, without_repetition};
use crate::text::{shown, shown_name};
use crate::wrapped::{Each, Maps};

/// Every kind: its field in [`Region`], its name in [`Kind`], its type, its id, its owner, and
/// what else is special about it.
///
/// The id is a field, one of a field's, two that make it together, or a function. The owner is nothing, a
/// field that names an account, or an ARN that does. What is `shared` is seen by other accounts
/// too, so that it does not tell whose answer it stands in.
///
/// The answer of a `plain` kind is a list of the resource, that of a `wrapped` one a list of the
/// snapshot's wrapper; the `other` ones are read in `reading.rs`.
macro_rules! resources {
    (
        plain { $($plain:ident $plain_kind:ident: $plain_type:ident, $plain_id:tt, $plain_owner:tt $({ $($plain_more:item)* })?;)* }
        wrapped { $($wrapped:ident $wrapped_kind:ident: $wrapped_type:ident, $wrapped_id:tt $({ $($wrapped_more:item)* })?;)* }
        wrapped as above { $($alike:ident $alike_kind:ident;)* }
        other { $($other:ident: $other_type:ident, $other_id:tt, $other_owner:tt $({ $($other_more:item)* })?;)* }
    ) => {
        $(resource!($plain_type, $plain_id, $plain_owner $({ $($plain_more)* })?);)*
        $(resource!($wrapped_type, $wrapped_id, [] $({ $($wrapped_more)* })?);)*
        $(resource!($other_type, $other_id, $other_owner $({ $($other_more)* })?);)*

        /// The list of a kind, which becomes one that was collected, and how its answer is read.
        /// `None` for a kind that is read elsewhere.
        fn list(region: &mut Region, kind: Kind) -> Option<(Form, &mut dyn Places)> {
            Some(match kind {
                $(Kind::$plain_kind => (Form::Plain, region.$plain.get_or_insert_default()),)*
                $(Kind::$wrapped_kind => (Form::Wrapped, region.$wrapped.get_or_insert_default()),)*
                $(Kind::$alike_kind => (Form::Wrapped, region.$alike.get_or_insert_default()),)*
                _ => return None,
            })
        }

        /// The account of each resource that tells whose answer it stands in.
        pub(crate) fn accounts(region: &Region) -> impl Iterator<Item = Cow<'_, str>> {
            let lists = [
                $(owned!(region.$plain, $plain_owner),)*
                $(owned!(region.$other, $other_owner),)*
            ];
            let lists = lists.into_iter().flatten();
            lists.flat_map(|list| (0..list.len()).filter_map(move |at| list.owner(at)))
        }

        /// Leaves one of each resource, and notes where answers about one contradict each other.
        pub(crate) fn settle(region: &mut Region, diagnostics: &mut Vec<Diagnostic>) {
            let account = region.account.take();
            let lists: Vec<Option<&mut dyn Places>> = vec![
                $(region.$plain.as_mut().map(|list| list as _),)*
                $(region.$wrapped.as_mut().map(|list| list as _),)*
                $(region.$alike.as_mut().map(|list| list as _),)*
                $(region.$other.as_mut().map(|list| list as _),)*
            ];
            for list in lists.into_iter().flatten() {
                settle_list(list, account.as_deref(), diagnostics);
            }
            region.account = account;
        }
    };
}

macro_rules! resource {
    ($type:ident, $id:tt, $owner:tt $({ $($more:item)* })?) => {
        impl Resource for $type {
            fn id(&self) -> Option<Cow<'_, str>> {
                id!(self, $id)
            }

            fn owner(&self) -> Option<Cow<'_, str>> {
                owner!(self, $owner)
            }

            $($($more)*)?
        }
    };
}

macro_rules! id {
    ($self:ident, ($one:ident, $other:ident)) => {
        Some(Cow::Owned(format!("{} {}", $self.$one, $self.$other)))
    };
    ($self:ident, ($outer:ident.$field:ident)) => {
        Some(Cow::Borrowed($self.$outer.$field.as_str()))
    };
    ($self:ident, [$function:ident]) => {
        $function($self)
    };
    ($self:ident, $field:ident) => {
        Some(Cow::Borrowed($self.$field.as_str()))
    };
}

macro_rules! owner {
    ($self:ident, []) => {
        None
    };
    ($self:ident, [arn $field:ident]) => {
        Arn::parse(&$self.$field).map(|arn| Cow::Borrowed(arn.account))
    };
    ($self:ident, [shared $field:ident]) => {
        $self.$field.as_deref().map(Cow::Borrowed)
    };
    ($self:ident, [$field:ident]) => {
        $self.$field.as_deref().map(Cow::Borrowed)
    };
}

macro_rules! owned {
    ($region:ident.$field:ident, []) => {
        None
    };
    ($region:ident.$field:ident, [shared $owner:ident]) => {
        None
    };
    ($region:ident.$field:ident, $owner:tt) => {
        $region.$field.as_ref().map(|list| list as &dyn Places)
    };
}

resources! {
    plain {
        vpcs Vpcs: Vpc, vpc_id, [owner_id];
        subnets Subnets: Subnet, subnet_id, [owner_id];
        network_interfaces NetworkInterfaces: NetworkInterface, network_interface_id, [owner_id];
        security_groups SecurityGroups: SecurityGroup, group_id, [owner_id];
        security_group_rules SecurityGroupRules: SecurityGroupRule, security_group_rule_id, [group_owner_id];
        security_group_vpc_associations SecurityGroupVpcAssociations: SecurityGroupVpcAssociation, (group_id, vpc_id), [shared group_owner_id];
        stale_security_groups StaleSecurityGroups: StaleSecurityGroup, group_id, [];
        network_acls NetworkAcls: NetworkAcl, network_acl_id, [owner_id];
        route_tables RouteTables: RouteTable, route_table_id, [owner_id];
        internet_gateways InternetGateways: InternetGateway, internet_gateway_id, [owner_id];
        egress_only_internet_gateways EgressOnlyInternetGateways: EgressOnlyInternetGateway, egress_only_internet_gateway_id, [];
        nat_gateways NatGateways: NatGateway, nat_gateway_id, [];
        addresses Addresses: Address, [address_id], [];
        vpc_peering_connections VpcPeeringConnections: VpcPeeringConnection, vpc_peering_connection_id, [];
        vpn_gateways VpnGateways: VpnGateway, vpn_gateway_id, [];
        vpn_connections VpnConnections: VpnConnection, vpn_connection_id, [];
        prefix_lists PrefixLists: PrefixList, prefix_list_id, [owner_id] {
            fn join(&mut self, other: &mut Self) -> bool {
                join_prefix_lists(self, other)
            }
        };
        vpc_block_public_access_exclusions VpcBlockPublicAccessExclusions: VpcBlockPublicAccessExclusion, exclusion_id, [];
        vpc_encryption_controls VpcEncryptionControls: VpcEncryptionControl, vpc_encryption_control_id, [];
        carrier_gateways CarrierGateways: CarrierGateway, carrier_gateway_id, [shared owner_id];
        local_gateways LocalGateways: LocalGateway, local_gateway_id, [shared owner_id];
        transit_gateways TransitGateways: TransitGateway, transit_gateway_id, [shared owner_id];
        transit_gateway_vpc_attachments TransitGatewayVpcAttachments: TransitGatewayVpcAttachment, transit_gateway_attachment_id, [shared vpc_owner_id];
        transit_gateway_attachments TransitGatewayAttachments: TransitGatewayAttachment, transit_gateway_attachment_id, [shared transit_gateway_owner_id];
        transit_gateway_peering_attachments TransitGatewayPeeringAttachments: TransitGatewayPeeringAttachment, transit_gateway_attachment_id, [];
        transit_gateway_connects TransitGatewayConnects: TransitGatewayConnect, transit_gateway_attachment_id, [];
        transit_gateway_route_tables TransitGatewayRouteTables: TransitGatewayRouteTable, transit_gateway_route_table_id, [];
        vpc_endpoints VpcEndpoints: VpcEndpoint, vpc_endpoint_id, [owner_id];
        service_configurations ServiceConfigurations: ServiceConfiguration, service_id, [];
        vpc_endpoint_connections VpcEndpointConnections: VpcEndpointConnection, (service_id, vpc_endpoint_id), [];
        instance_connect_endpoints InstanceConnectEndpoints: InstanceConnectEndpoint, instance_connect_endpoint_id, [owner_id];
        load_balancers LoadBalancers: LoadBalancer, load_balancer_arn, [arn load_balancer_arn];
        target_groups TargetGroups: TargetGroup, target_group_arn, [arn target_group_arn];
        load_balancer_descriptions LoadBalancerDescriptions: LoadBalancerDescription, load_balancer_name, [];
        direct_connect_gateway_associations DirectConnectGatewayAssociations: DirectConnectGatewayAssociation, [association_id], [];
        direct_connect_gateway_attachments DirectConnectGatewayAttachments: DirectConnectGatewayAttachment, [attachment_id], [];
        virtual_interfaces VirtualInterfaces: VirtualInterface, virtual_interface_id, [shared owner_account];
    }
    wrapped {
        managed_prefix_list_entries ManagedPrefixListEntries: ManagedPrefixListEntries, prefix_list_id {
            fn join(&mut self, other: &mut Self) -> bool {
                self.entries.append(&mut other.entries);
                true
            }

            fn settle_inside(&mut self, _: &mut Vec<Diagnostic>) {
                // A list holds a block once, whatever its description.
                without_repetition(&mut self.entries, |entry| &entry.cidr);
            }
        };
        transit_gateway_routes TransitGatewayRoutes: TransitGatewayRoutes, transit_gateway_route_table_id {
            fn unwrapped(&mut self, more: bool) -> Option<Diagnostic> {
                unwrapped_routes(self, more)
            }

            fn join(&mut self, other: &mut Self) -> bool {
                self.routes.append(&mut other.routes);
                let some_left = [self.additional_routes_available, other.additional_routes_available];
                self.additional_routes_available = some_left.into_iter().flatten().max();
                true
            }

            fn settle_inside(&mut self, _: &mut Vec<Diagnostic>) {
                without_repetition(&mut self.routes, |route| route);
            }
        };
        transit_gateway_propagations TransitGatewayPropagations: TransitGatewayPropagations, transit_gateway_route_table_id {
            fn join(&mut self, other: &mut Self) -> bool {
                let more = &mut other.transit_gateway_route_table_propagations;
                self.transit_gateway_route_table_propagations.append(more);
                true
            }

            fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
                let list = &mut self.transit_gateway_route_table_propagations;
                settle_list(list, None, diagnostics);
            }
        };
        load_balancer_listeners LoadBalancerListeners: LoadBalancerListeners, load_balancer_arn {
            fn unwrapped(&mut self, _: bool) -> Option<Diagnostic> {
                for listener in &mut self.listeners {
                    let balancer = &mut listener.load_balancer_arn;
                    balancer.get_or_insert_with(|| self.load_balancer_arn.clone());
                }
                None
            }

            fn join(&mut self, other: &mut Self) -> bool {
                self.listeners.append(&mut other.listeners);
                true
            }

            fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
                settle_list(&mut self.listeners, None, diagnostics);
            }
        };
        load_balancer_target_health LoadBalancerTargetHealth: LoadBalancerTargetHealth, target_group_arn;
        target_group_attributes TargetGroupAttributes: TargetGroupAttributes, target_group_arn;
        classic_load_balancer_attributes ClassicLoadBalancerAttributes: ClassicLoadBalancerAttributes, load_balancer_name;
        classic_load_balancer_instance_states ClassicLoadBalancerInstanceStates: ClassicLoadBalancerInstanceStates, load_balancer_name;
        vpc_attributes VpcAttributes: VpcAttributes, vpc_id {
            fn join(&mut self, other: &mut Self) -> bool {
                // The call tells one attribute at a time.
                let agree =
                    agrees(self.enable_dns_support.as_ref(), other.enable_dns_support.as_ref());
                if agree {
                    self.enable_dns_support = self.enable_dns_support.or(other.enable_dns_support);
                }
                agree
            }
        };
    }
    wrapped as above {
        transit_gateway_static_routes TransitGatewayStaticRoutes;
    }
    other {
        instances: Instance, instance_id, [owner_id];
        vpc_block_public_access_options: VpcBlockPublicAccessOptions, [options_id], [aws_account_id];
        transit_gateway_prefix_list_references: TransitGatewayPrefixListReferences, transit_gateway_route_table_id, [] {
            fn join(&mut self, other: &mut Self) -> bool {
                let more = &mut other.transit_gateway_prefix_list_references;
                self.transit_gateway_prefix_list_references.append(more);
                true
            }

            fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
                let list = &mut self.transit_gateway_prefix_list_references;
                settle_list(list, None, diagnostics);
            }
        };
        load_balancer_attributes: LoadBalancerAttributes, load_balancer_arn, [];
        listener_rules: ListenerRule, rule_arn, [];
        firewalls: FirewallDescription, (firewall.firewall_arn), [];
        firewall_policies: FirewallPolicyDescription, (firewall_policy_response.firewall_policy_arn), [];
        firewall_rule_groups: RuleGroupDescription, (rule_group_response.rule_group_arn), [];
    }
}

resource!(Listener, listener_arn, []);
resource!(TransitGatewayPrefixListReference, prefix_list_id, []);
resource!(TransitGatewayRouteTablePropagation, [propagation_id], []);

/// How the answer of a kind is read.
enum Form {
    /// As a list of the resource.
    Plain,
    /// As a list of the snapshot's wrapper.
    Wrapped,
}

/// Reads the value under a kind's key. Tells whether it could: the other kinds are read
/// elsewhere.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    kind: Kind,
    map: &mut A,
    document: &mut Document,
    file: &str,
) -> Result<bool, A::Error> {
    let Document { region, answers, diagnostics, .. } = document;
    match list(region, kind) {
        Some((Form::Plain, list)) => {
            map.next_value_seed(Slot::List(list))?;
            answers.push(Answer::whole(kind));
        }
        Some((Form::Wrapped, list)) => {
            let mut unwrapping = Unwrapping::new(kind, list, answers, diagnostics, file);
            map.next_value_seed(Each(&mut unwrapping))?;
            unwrapping.finish();
        }
        None => return Ok(false),
    }
    Ok(true)
}

/// Takes answers out of the snapshot's wrapper.
pub(crate) struct Unwrapping<'d> {
    kind: Kind,
    list: &'d mut dyn Places,
    answers: &'d mut Vec<Answer>,
    diagnostics: &'d mut Vec<Diagnostic>,
    file: &'d str,
    /// Whether there was no answer.
    none: bool,
}

impl<'d> Unwrapping<'d> {
    pub(crate) fn new(
        kind: Kind,
        list: &'d mut dyn Places,
        answers: &'d mut Vec<Answer>,
        diagnostics: &'d mut Vec<Diagnostic>,
        file: &'d str,
    ) -> Self {
        Self { kind, list, answers, diagnostics, file, none: true }
    }

    pub(crate) fn finish(self) {
        if self.none {
            self.answers.push(Answer::whole(self.kind));
        }
    }
}

impl Maps for Unwrapping<'_> {
    fn fresh(&mut self) -> Slot<'_> {
        self.list.push()
    }

    fn take(&mut self, more: bool) -> Result<(), String> {
        self.none = false;
        let place = self.list.len() - 1;
        let told = self.list.unwrapped(place, more);
        self.diagnostics.extend(told.map(|diagnostic| diagnostic.file(shown_name(self.file))));
        let subject = self.list.id(place).map(Cow::into_owned);
        self.answers.push(Answer { kind: self.kind, subject, more });
        Ok(())
    }
}

/// Adds to a list; the first time, the list becomes one that was collected.
pub(crate) fn append<T>(list: &mut Option<Vec<T>>, more: Vec<T>) {
    match list {
        Some(list) => list.extend(more),
        None => *list = Some(more),
    }
}

/// An allocation where there is one; an address of EC2-Classic or of a careless tool has none.
fn address_id(address: &Address) -> Option<Cow<'_, str>> {
    let given = |text: &'_ Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let id = [&address.allocation_id, &address.public_ip].into_iter().find(|text| given(text))?;
    id.as_deref().map(Cow::Borrowed)
}

fn options_id(options: &VpcBlockPublicAccessOptions) -> Option<Cow<'_, str>> {
    together(options.aws_account_id.as_deref(), options.aws_region.as_deref())
}

fn association_id(association: &DirectConnectGatewayAssociation) -> Option<Cow<'_, str>> {
    association.association_id.as_deref().map(Cow::Borrowed)
}

fn attachment_id(attachment: &DirectConnectGatewayAttachment) -> Option<Cow<'_, str>> {
    let gateway = attachment.direct_connect_gateway_id.as_deref();
    together(gateway, attachment.virtual_interface_id.as_deref())
}

fn propagation_id(propagation: &TransitGatewayRouteTablePropagation) -> Option<Cow<'_, str>> {
    propagation.transit_gateway_attachment_id.as_deref().map(Cow::Borrowed)
}

fn together<'a>(one: Option<&str>, other: Option<&str>) -> Option<Cow<'a, str>> {
    Some(Cow::Owned(format!("{} {}", one?, other?)))
}

/// A search that found more than it gives back says so, with a token for the next page or
/// without. Where there is a token, the last page decides.
pub(crate) fn unwrapped_routes(found: &mut TransitGatewayRoutes, more: bool) -> Option<Diagnostic> {
    if more {
        found.additional_routes_available = None;
    }
    (found.additional_routes_available == Some(true)).then(|| {
        let message = "the table has more routes than the search gave back";
        let table = shown(&found.transit_gateway_route_table_id);
        Diagnostic::warning("answer_truncated", message).resource(table)
    })
}

/// `describe-prefix-lists` knows the contents, `describe-managed-prefix-lists` everything else.
fn join_prefix_lists(list: &mut PrefixList, other: &mut PrefixList) -> bool {
    let agree = agrees(list.prefix_list_name.as_ref(), other.prefix_list_name.as_ref())
        && agrees(list.address_family.as_ref(), other.address_family.as_ref())
        && agrees(list.owner_id.as_ref(), other.owner_id.as_ref())
        && agrees(list.cidrs.as_ref(), other.cidrs.as_ref())
        && (list.tags.is_empty() || other.tags.is_empty() || list.tags == other.tags);
    if !agree {
        return false;
    }
    list.prefix_list_name = list.prefix_list_name.take().or(other.prefix_list_name.take());
    list.address_family = list.address_family.take().or(other.address_family.take());
    list.owner_id = list.owner_id.take().or(other.owner_id.take());
    list.cidrs = list.cidrs.take().or(other.cidrs.take());
    if list.tags.is_empty() {
        list.tags.append(&mut other.tags);
    }
    true
}

fn agrees<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vpc(id: &str, owner: Option<&str>, cidr: &str) -> Vpc {
        Vpc {
            vpc_id: id.to_owned(),
            owner_id: owner.map(str::to_owned),
            cidr_block: Some(cidr.to_owned()),
            ..Vpc::default()
        }
    }

    #[test]
    fn the_owners_view_wins() {
        let foreign = vpc("vpc-1", Some("444455556666"), "10.0.0.0/16");
        let own = vpc("vpc-1", Some("111122223333"), "10.1.0.0/16");
        let mut region = Region {
            account: Some("111122223333".to_owned()),
            vpcs: Some(vec![foreign.clone(), own.clone(), foreign.clone()]),
            ..Region::default()
        };
        let mut diagnostics = Vec::new();
        settle(&mut region, &mut diagnostics);
        assert_eq!(region.vpcs, Some(vec![own]));
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].code, "duplicate_resource");
        assert_eq!(diagnostics[0].resource.as_deref(), Some("vpc-1"));
    }

    #[test]
    fn otherwise_the_first_wins() {
        let (a, b) = (vpc("vpc-1", None, "10.0.0.0/16"), vpc("vpc-1", None, "10.1.0.0/16"));
        let mut region = Region { vpcs: Some(vec![a.clone(), b]), ..Region::default() };
        let mut diagnostics = Vec::new();
        settle(&mut region, &mut diagnostics);
        assert_eq!(region.vpcs, Some(vec![a]));
        assert_eq!(diagnostics.len(), 1);
    }

    #[test]
    fn addresses_without_an_id_are_all_kept() {
        let nameless = Address { allocation_id: Some(String::new()), ..Address::default() };
        let mut region =
            Region { addresses: Some(vec![nameless.clone(), nameless]), ..Region::default() };
        settle(&mut region, &mut Vec::new());
        assert_eq!(region.addresses.map(|list| list.len()), Some(2));
    }
}
