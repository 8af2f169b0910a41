//! The resources as data: what `aws ec2 describe-*` and its like answered, one file per resource
//! kind, a folder where a service has many.
//!
//! A [`Snapshot`] has no behaviour and promises nothing: ids may dangle, text may be unreadable,
//! kinds may be missing. [`Network::compile`](crate::Network::compile) reads it and says what it
//! noticed. Fields are named and nested as the API names and nests them, so that serializing gives
//! the JSON that `aws ec2 describe-*` prints; only fields that some rule reads are kept.

mod address;
mod block_public_access;
mod direct_connect;
mod encryption_control;
mod endpoint;
mod gateway;
mod instance;
mod load_balancer;
mod nat_gateway;
mod network_acl;
mod network_firewall;
mod network_interface;
mod peering;
mod prefix_list;
mod region;
mod route_table;
mod security_group;
mod subnet;
mod transit_gateway;
mod vpc;
mod vpn;

pub use address::Address;
pub use block_public_access::{VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions};
pub use direct_connect::{
    AssociatedCoreNetwork, AssociatedGateway, BgpPeer, DirectConnectGatewayAssociation,
    DirectConnectGatewayAttachment, RouteFilterPrefix, VirtualInterface,
};
pub use encryption_control::{
    VpcEncryptionControl, VpcEncryptionControlExclusion, VpcEncryptionControlExclusions,
};
pub use endpoint::{
    InstanceConnectEndpoint, ServiceConfiguration, ServiceTypeDetail, SupportedRegionDetail,
    VpcEndpoint, VpcEndpointConnection,
};
pub use gateway::{
    CarrierGateway, EgressOnlyInternetGateway, GatewayAttachment, InternetGateway, LocalGateway,
};
pub use instance::{Instance, InstanceNetworkInterface, InstanceState, MetadataOptions};
pub use load_balancer::{
    Attribute, ClassicAttributes, ClassicLoadBalancerAttributes, ClassicLoadBalancerInstance,
    ClassicLoadBalancerInstanceState, ClassicLoadBalancerInstanceStates,
    ClassicLoadBalancerListener, CrossZoneLoadBalancing, ForwardConfig, Listener, ListenerAction,
    ListenerDescription, ListenerRule, LoadBalancer, LoadBalancerAddress, LoadBalancerAttributes,
    LoadBalancerDescription, LoadBalancerListeners, LoadBalancerState, LoadBalancerTargetHealth,
    LoadBalancerZone, SourceSecurityGroup, TargetDescription, TargetGroup, TargetGroupAttributes,
    TargetGroupTuple, TargetHealth, TargetHealthDescription,
};
pub use nat_gateway::{NatGateway, NatGatewayAddress};
pub use network_acl::{
    IcmpTypeCode, NetworkAcl, NetworkAclAssociation, NetworkAclEntry, PortRange,
};
pub use network_firewall::{
    AvailabilityZoneMapping, Firewall, FirewallAddress, FirewallAttachment, FirewallDescription,
    FirewallPolicy, FirewallPolicyDescription, FirewallPolicyResponse, FirewallPortRange,
    FirewallStatus, IpSetDefinition, IpSetReference, MatchAttributes, PolicyVariables,
    PortSetDefinition, ReferenceSets, RuleDefinition, RuleGroup, RuleGroupDescription,
    RuleGroupResponse, RuleHeader, RuleOption, RuleVariables, RulesSource, RulesSourceList,
    StatefulEngineOptions, StatefulRule, StatefulRuleGroupOverride, StatefulRuleGroupReference,
    StatefulRuleOptions, StatelessRule, StatelessRuleGroupReference,
    StatelessRulesAndCustomActions, SubnetMapping, SyncState, TcpFlagField,
    TransitGatewayAttachmentSyncState,
};
pub use network_interface::{
    Association, Attachment, GroupIdentifier, Ipv4Prefix, Ipv6Address, Ipv6Prefix,
    NetworkInterface, PrivateIpAddress,
};
pub use peering::{CidrBlock, Ipv6CidrBlock, PeeringStatus, PeeringVpcInfo, VpcPeeringConnection};
pub use prefix_list::{ManagedPrefixListEntries, PrefixList, PrefixListEntry};
pub use region::{Kind, Region, Snapshot};
pub use route_table::{AssociationState, PropagatingVgw, Route, RouteTable, RouteTableAssociation};
pub use security_group::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ReferencedGroupInfo, SecurityGroup,
    SecurityGroupRule, SecurityGroupVpcAssociation, StaleIpPermission, StaleSecurityGroup,
    UserIdGroupPair,
};
pub use subnet::Subnet;
pub use transit_gateway::{
    PeeringAttachmentStatus, PeeringTgwInfo, TransitGateway, TransitGatewayAttachment,
    TransitGatewayAttachmentAssociation, TransitGatewayConnect, TransitGatewayEncryptionSupport,
    TransitGatewayOptions, TransitGatewayPeeringAttachment, TransitGatewayPrefixListReference,
    TransitGatewayPrefixListReferences, TransitGatewayPropagations, TransitGatewayRoute,
    TransitGatewayRouteAttachment, TransitGatewayRouteTable, TransitGatewayRouteTablePropagation,
    TransitGatewayRoutes, TransitGatewayVpcAttachment, TransitGatewayVpcAttachmentOptions,
};
pub use vpc::{
    AttributeBooleanValue, BlockPublicAccessStates, CidrBlockState, Vpc, VpcAttributes,
    VpcCidrBlockAssociation, VpcIpv6CidrBlockAssociation,
};
pub use vpn::{VgwTelemetry, VpnConnection, VpnConnectionOptions, VpnGateway, VpnStaticRoute};

use serde::Serialize;

use crate::record::Record;

/// One tag of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    /// The key, case-sensitive.
    pub key: String,
    /// The value, case-sensitive.
    pub value: String,
}

/// The value of the tag `Name`, where there is one that is not empty.
pub(crate) fn name_tag(tags: &[Tag]) -> Option<&str> {
    tags.iter().find(|tag| tag.key == "Name" && !tag.value.is_empty()).map(|tag| tag.value.as_str())
}
