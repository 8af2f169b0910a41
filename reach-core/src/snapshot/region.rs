use serde::Serialize;

use super::{
    Address, CarrierGateway, ClassicLoadBalancerAttributes, ClassicLoadBalancerInstanceStates,
    DirectConnectGatewayAssociation, DirectConnectGatewayAttachment, EgressOnlyInternetGateway,
    FirewallDescription, FirewallPolicyDescription, Instance, InstanceConnectEndpoint,
    InternetGateway, ListenerRule, LoadBalancer, LoadBalancerAttributes, LoadBalancerDescription,
    LoadBalancerListeners, LoadBalancerTargetHealth, LocalGateway, ManagedPrefixListEntries,
    NatGateway, NetworkAcl, NetworkInterface, PrefixList, RouteTable, RuleGroupDescription,
    SecurityGroup, SecurityGroupRule, SecurityGroupVpcAssociation, ServiceConfiguration,
    StaleSecurityGroup, Subnet, TargetGroup, TargetGroupAttributes, TransitGateway,
    TransitGatewayAttachment, TransitGatewayConnect, TransitGatewayPeeringAttachment,
    TransitGatewayPrefixListReferences, TransitGatewayPropagations, TransitGatewayRouteTable,
    TransitGatewayRoutes, TransitGatewayVpcAttachment, VirtualInterface, Vpc, VpcAttributes,
    VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions, VpcEncryptionControl, VpcEndpoint,
    VpcEndpointConnection, VpcPeeringConnection, VpnConnection, VpnGateway,
};
use crate::record::Record;

/// One moment's configuration of any number of accounts and Regions.
///
/// ```
/// use reach_core::snapshot::{Region, Snapshot, Vpc};
///
/// let region = Region {
///     vpcs: Some(vec![Vpc { vpc_id: "vpc-1".into(), ..Vpc::default() }]),
///     ..Region::default()
/// };
/// let snapshot = Snapshot { regions: vec![region] };
/// assert!(snapshot.regions[0].subnets.is_none(), "nobody asked for subnets");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Snapshot {
    /// What each account's Region answered.
    pub regions: Vec<Region>,
}

/// Lists every kind once: the field of [`Region`], its type, its top-level key in a describe
/// answer, the call that prints it (`ec2` where no service stands in front), and whether the walk
/// models it. Adding a kind starts here; modelling it makes a `held` kind a `modelled` one.
macro_rules! kinds {
    (@modelled) => { true };
    (@held) => { false };
    ($($(#[$doc:meta])* $field:ident: $resource:ident, $kind:ident, $key:literal, $call:literal, $how:ident;)*) => {
        /// What one account's Region answered, a list per describe call.
        ///
        /// `None` means that the call was not made: answers that depend on it are unknown.
        /// An empty list means that the account has none.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct Region {
            /// Account that was asked, where the input tells.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub account: Option<String>,
            /// Region that was asked, such as `eu-west-1`, where the input tells.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub name: Option<String>,
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<Vec<$resource>>,
            )*
        }

        /// A resource kind that a [`Region`] holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of [`Region`]'s fields.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// Its name here: the field of [`Region`], such as `security_groups`.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$kind => stringify!($field),)* }
            }

            /// The top-level key of the describe answer, such as `SecurityGroups`.
            pub const fn key(self) -> &'static str {
                match self { $(Kind::$kind => $key,)* }
            }

            /// The call of the AWS command line that prints it.
            pub const fn call(self) -> &'static str {
                match self { $(Kind::$kind => $call,)* }
            }

            /// Whether the walk follows it. What it does not follow is held for later versions,
            /// and answers that meet one are unknown.
            pub const fn modelled(self) -> bool {
                match self { $(Kind::$kind => kinds!(@$how),)* }
            }
        }

        impl Region {
            /// Every call was made, and the account has none of anything.
            pub fn empty() -> Self {
                Self { account: None, name: None, $($field: Some(Vec::new()),)* }
            }

            /// Whether the call for this kind was made.
            pub fn collected(&self, kind: Kind) -> bool {
                match kind { $(Kind::$kind => self.$field.is_some(),)* }
            }

            /// How many resources of this kind there are; 0 when the call was not made.
            pub fn count(&self, kind: Kind) -> usize {
                match kind { $(Kind::$kind => self.$field.as_ref().map_or(0, Vec::len),)* }
            }

            /// Takes over another answer of the same Region: lists are joined, kind by kind.
            pub fn extend(&mut self, other: Region) {
                $(if let Some(more) = other.$field {
                    self.$field.get_or_insert_default().extend(more);
                })*
            }
        }
    };
}

kinds! {
    /// VPCs.
    vpcs: Vpc, Vpcs, "Vpcs", "describe-vpcs", modelled;
    /// Subnets.
    subnets: Subnet, Subnets, "Subnets", "describe-subnets", modelled;
    /// Network interfaces.
    network_interfaces: NetworkInterface, NetworkInterfaces, "NetworkInterfaces", "describe-network-interfaces", modelled;
    /// Instances, taken out of their reservations.
    instances: Instance, Instances, "Reservations", "describe-instances", modelled;
    /// Security groups.
    security_groups: SecurityGroup, SecurityGroups, "SecurityGroups", "describe-security-groups", modelled;
    /// Security group rules: the same rules once more, with their ids.
    security_group_rules: SecurityGroupRule, SecurityGroupRules, "SecurityGroupRules", "describe-security-group-rules", modelled;
    /// Network ACLs.
    network_acls: NetworkAcl, NetworkAcls, "NetworkAcls", "describe-network-acls", modelled;
    /// Route tables.
    route_tables: RouteTable, RouteTables, "RouteTables", "describe-route-tables", modelled;
    /// Internet gateways.
    internet_gateways: InternetGateway, InternetGateways, "InternetGateways", "describe-internet-gateways", modelled;
    /// Egress-only internet gateways.
    egress_only_internet_gateways: EgressOnlyInternetGateway, EgressOnlyInternetGateways, "EgressOnlyInternetGateways", "describe-egress-only-internet-gateways", modelled;
    /// NAT gateways.
    nat_gateways: NatGateway, NatGateways, "NatGateways", "describe-nat-gateways", modelled;
    /// Elastic IP addresses.
    addresses: Address, Addresses, "Addresses", "describe-addresses", modelled;
    /// VPC peering connections.
    vpc_peering_connections: VpcPeeringConnection, VpcPeeringConnections, "VpcPeeringConnections", "describe-vpc-peering-connections", modelled;
    /// Virtual private gateways.
    vpn_gateways: VpnGateway, VpnGateways, "VpnGateways", "describe-vpn-gateways", modelled;
    /// Site-to-Site VPN connections.
    vpn_connections: VpnConnection, VpnConnections, "VpnConnections", "describe-vpn-connections", modelled;
    /// Prefix lists, customer-managed and AWS-managed.
    prefix_lists: PrefixList, PrefixLists, "PrefixLists", "describe-managed-prefix-lists", modelled;
    /// Contents of prefix lists.
    managed_prefix_list_entries: ManagedPrefixListEntries, ManagedPrefixListEntries, "ManagedPrefixListEntries", "get-managed-prefix-list-entries", modelled;

    /// Attributes of VPCs.
    vpc_attributes: VpcAttributes, VpcAttributes, "VpcAttributes", "describe-vpc-attribute", modelled;
    /// Security groups used in other VPCs than their own.
    security_group_vpc_associations: SecurityGroupVpcAssociation, SecurityGroupVpcAssociations, "SecurityGroupVpcAssociations", "describe-security-group-vpc-associations", modelled;
    /// Security groups with rules that name groups which are gone.
    stale_security_groups: StaleSecurityGroup, StaleSecurityGroups, "StaleSecurityGroupSet", "describe-stale-security-groups", modelled;
    /// Block Public Access: one a Region.
    vpc_block_public_access_options: VpcBlockPublicAccessOptions, VpcBlockPublicAccessOptions, "VpcBlockPublicAccessOptions", "describe-vpc-block-public-access-options", modelled;
    /// What Block Public Access spares.
    vpc_block_public_access_exclusions: VpcBlockPublicAccessExclusion, VpcBlockPublicAccessExclusions, "VpcBlockPublicAccessExclusions", "describe-vpc-block-public-access-exclusions", modelled;
    /// Which VPCs let only encrypted traffic pass.
    vpc_encryption_controls: VpcEncryptionControl, VpcEncryptionControls, "VpcEncryptionControls", "describe-vpc-encryption-controls", modelled;
    /// Carrier gateways.
    carrier_gateways: CarrierGateway, CarrierGateways, "CarrierGateways", "describe-carrier-gateways", modelled;
    /// Local gateways.
    local_gateways: LocalGateway, LocalGateways, "LocalGateways", "describe-local-gateways", modelled;

    /// Transit gateways.
    transit_gateways: TransitGateway, TransitGateways, "TransitGateways", "describe-transit-gateways", modelled;
    /// VPCs attached to transit gateways.
    transit_gateway_vpc_attachments: TransitGatewayVpcAttachment, TransitGatewayVpcAttachments, "TransitGatewayVpcAttachments", "describe-transit-gateway-vpc-attachments", modelled;
    /// Everything attached to transit gateways.
    transit_gateway_attachments: TransitGatewayAttachment, TransitGatewayAttachments, "TransitGatewayAttachments", "describe-transit-gateway-attachments", modelled;
    /// Transit gateways attached to each other.
    transit_gateway_peering_attachments: TransitGatewayPeeringAttachment, TransitGatewayPeeringAttachments, "TransitGatewayPeeringAttachments", "describe-transit-gateway-peering-attachments", modelled;
    /// Connect attachments.
    transit_gateway_connects: TransitGatewayConnect, TransitGatewayConnects, "TransitGatewayConnects", "describe-transit-gateway-connects", held;
    /// Route tables of transit gateways.
    transit_gateway_route_tables: TransitGatewayRouteTable, TransitGatewayRouteTables, "TransitGatewayRouteTables", "describe-transit-gateway-route-tables", modelled;
    /// Routes of those tables.
    transit_gateway_routes: TransitGatewayRoutes, TransitGatewayRoutes, "TransitGatewayRoutes", "search-transit-gateway-routes", modelled;
    /// Routes of those tables as older collections hold them: the static ones only.
    transit_gateway_static_routes: TransitGatewayRoutes, TransitGatewayStaticRoutes, "TransitGatewayStaticRoutes", "search-transit-gateway-routes, static ones", modelled;
    /// Who writes routes into those tables.
    transit_gateway_propagations: TransitGatewayPropagations, TransitGatewayPropagations, "TransitGatewayPropagations", "get-transit-gateway-route-table-propagations", modelled;
    /// Prefix lists in those tables.
    transit_gateway_prefix_list_references: TransitGatewayPrefixListReferences, TransitGatewayPrefixListReferences, "TransitGatewayPrefixListReferences", "get-transit-gateway-prefix-list-references", held;

    /// VPC endpoints.
    vpc_endpoints: VpcEndpoint, VpcEndpoints, "VpcEndpoints", "describe-vpc-endpoints", modelled;
    /// Endpoint services as their providers see them.
    service_configurations: ServiceConfiguration, ServiceConfigurations, "ServiceConfigurations", "describe-vpc-endpoint-service-configurations", modelled;
    /// Endpoints of those services.
    vpc_endpoint_connections: VpcEndpointConnection, VpcEndpointConnections, "VpcEndpointConnections", "describe-vpc-endpoint-connections", modelled;
    /// EC2 Instance Connect Endpoints.
    instance_connect_endpoints: InstanceConnectEndpoint, InstanceConnectEndpoints, "InstanceConnectEndpoints", "describe-instance-connect-endpoints", modelled;

    /// Application, Network and Gateway Load Balancers.
    load_balancers: LoadBalancer, LoadBalancers, "LoadBalancers", "elbv2 describe-load-balancers", modelled;
    /// Attributes of those load balancers.
    load_balancer_attributes: LoadBalancerAttributes, LoadBalancerAttributes, "LoadBalancerAttributes", "elbv2 describe-load-balancer-attributes", modelled;
    /// Listeners of those load balancers; an answer as printed has them under `Listeners`.
    load_balancer_listeners: LoadBalancerListeners, LoadBalancerListeners, "LoadBalancerListeners", "elbv2 describe-listeners", modelled;
    /// Rules of those listeners.
    listener_rules: ListenerRule, ListenerRules, "Rules", "elbv2 describe-rules", modelled;
    /// Target groups.
    target_groups: TargetGroup, TargetGroups, "TargetGroups", "elbv2 describe-target-groups", modelled;
    /// Attributes of target groups.
    target_group_attributes: TargetGroupAttributes, TargetGroupAttributes, "TargetGroupAttributes", "elbv2 describe-target-group-attributes", modelled;
    /// Targets of target groups.
    load_balancer_target_health: LoadBalancerTargetHealth, LoadBalancerTargetHealth, "LoadBalancerTargetHealth", "elbv2 describe-target-health", modelled;
    /// Classic Load Balancers.
    load_balancer_descriptions: LoadBalancerDescription, LoadBalancerDescriptions, "LoadBalancerDescriptions", "elb describe-load-balancers", modelled;
    /// Attributes of Classic Load Balancers.
    classic_load_balancer_attributes: ClassicLoadBalancerAttributes, ClassicLoadBalancerAttributes, "ClassicLoadBalancerAttributes", "elb describe-load-balancer-attributes", modelled;
    /// Targets of Classic Load Balancers.
    classic_load_balancer_instance_states: ClassicLoadBalancerInstanceStates, ClassicLoadBalancerInstanceStates, "ClassicLoadBalancerInstanceStates", "elb describe-instance-health", modelled;

    /// Firewalls of Network Firewall.
    firewalls: FirewallDescription, Firewalls, "Firewalls", "network-firewall describe-firewall", modelled;
    /// Policies of those firewalls.
    firewall_policies: FirewallPolicyDescription, FirewallPolicies, "FirewallPolicies", "network-firewall describe-firewall-policy", modelled;
    /// Rule groups of those policies.
    firewall_rule_groups: RuleGroupDescription, FirewallRuleGroups, "RuleGroups", "network-firewall describe-rule-group", modelled;

    /// Where Direct Connect gateways lead to in AWS.
    direct_connect_gateway_associations: DirectConnectGatewayAssociation, DirectConnectGatewayAssociations, "directConnectGatewayAssociations", "directconnect describe-direct-connect-gateway-associations", modelled;
    /// Where Direct Connect gateways lead to on-premises.
    direct_connect_gateway_attachments: DirectConnectGatewayAttachment, DirectConnectGatewayAttachments, "directConnectGatewayAttachments", "directconnect describe-direct-connect-gateway-attachments", modelled;
    /// Virtual interfaces of Direct Connect.
    virtual_interfaces: VirtualInterface, VirtualInterfaces, "virtualInterfaces", "directconnect describe-virtual-interfaces", modelled;
}
