use serde::{Deserialize, Serialize};

use super::{
    Address, EgressOnlyInternetGateway, Instance, InternetGateway, ManagedPrefixListEntries,
    NatGateway, NetworkAcl, NetworkInterface, PrefixList, RouteTable, SecurityGroup,
    SecurityGroupRule, Subnet, Vpc, VpcPeeringConnection, VpnConnection, VpnGateway,
};

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Snapshot {
    /// What each account's Region answered.
    pub regions: Vec<Region>,
}

/// Lists every kind once: the field of [`Region`], its type, its top-level key in a describe
/// answer and the call that prints it. Adding a kind starts here.
macro_rules! kinds {
    ($($(#[$doc:meta])* $field:ident: $resource:ident, $kind:ident, $key:literal, $call:literal;)*) => {
        /// What one account's Region answered, a list per describe call.
        ///
        /// `None` means that the call was not made: answers that depend on it are unknown.
        /// An empty list means that the account has none.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

            /// The top-level key of the describe answer, such as `SecurityGroups`.
            pub const fn key(self) -> &'static str {
                match self { $(Kind::$kind => $key,)* }
            }

            /// The call of the AWS command line that prints it.
            pub const fn call(self) -> &'static str {
                match self { $(Kind::$kind => $call,)* }
            }
        }

        impl Region {
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
    vpcs: Vpc, Vpcs, "Vpcs", "describe-vpcs";
    /// Subnets.
    subnets: Subnet, Subnets, "Subnets", "describe-subnets";
    /// Network interfaces.
    network_interfaces: NetworkInterface, NetworkInterfaces, "NetworkInterfaces", "describe-network-interfaces";
    /// Instances, taken out of their reservations.
    instances: Instance, Instances, "Reservations", "describe-instances";
    /// Security groups.
    security_groups: SecurityGroup, SecurityGroups, "SecurityGroups", "describe-security-groups";
    /// Security group rules: the same rules once more, with their ids.
    security_group_rules: SecurityGroupRule, SecurityGroupRules, "SecurityGroupRules", "describe-security-group-rules";
    /// Network ACLs.
    network_acls: NetworkAcl, NetworkAcls, "NetworkAcls", "describe-network-acls";
    /// Route tables.
    route_tables: RouteTable, RouteTables, "RouteTables", "describe-route-tables";
    /// Internet gateways.
    internet_gateways: InternetGateway, InternetGateways, "InternetGateways", "describe-internet-gateways";
    /// Egress-only internet gateways.
    egress_only_internet_gateways: EgressOnlyInternetGateway, EgressOnlyInternetGateways, "EgressOnlyInternetGateways", "describe-egress-only-internet-gateways";
    /// NAT gateways.
    nat_gateways: NatGateway, NatGateways, "NatGateways", "describe-nat-gateways";
    /// Elastic IP addresses.
    addresses: Address, Addresses, "Addresses", "describe-addresses";
    /// VPC peering connections.
    vpc_peering_connections: VpcPeeringConnection, VpcPeeringConnections, "VpcPeeringConnections", "describe-vpc-peering-connections";
    /// Virtual private gateways.
    vpn_gateways: VpnGateway, VpnGateways, "VpnGateways", "describe-vpn-gateways";
    /// Site-to-Site VPN connections.
    vpn_connections: VpnConnection, VpnConnections, "VpnConnections", "describe-vpn-connections";
    /// Prefix lists, customer-managed and AWS-managed.
    prefix_lists: PrefixList, PrefixLists, "PrefixLists", "describe-managed-prefix-lists";
    /// Contents of prefix lists.
    managed_prefix_list_entries: ManagedPrefixListEntries, ManagedPrefixListEntries, "ManagedPrefixListEntries", "get-managed-prefix-list-entries";
}
