use serde::Serialize;

use super::{GroupIdentifier, Tag};
use crate::record::Record;

/// A VPC endpoint, from `describe-vpc-endpoints`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcEndpoint {
    /// `vpce-…`
    pub vpc_endpoint_id: String,
    /// `Gateway`, `Interface`, `GatewayLoadBalancer`, `Resource`, `ServiceNetwork`, `Tunnel`; absent
    /// means gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_type: Option<String>,
    /// The VPC that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Such as `com.amazonaws.eu-west-1.s3` or `com.amazonaws.vpce.eu-west-1.vpce-svc-…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Region of the service, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_region: Option<String>,
    /// `PendingAcceptance`, `Pending`, `Available`, `Deleting`, `Deleted`, `Rejected`, `Failed`,
    /// `Expired`, `Partial`; the capitals differ between answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The tables that a gateway endpoint writes its routes into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route_table_ids: Vec<String>,
    /// The subnets that hold its interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// Its interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_interface_ids: Vec<String>,
    /// Security groups of its interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupIdentifier>,
    /// `ipv4`, `dualstack` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// Whether an AWS service made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_managed: Option<bool>,
    /// What lies behind an endpoint of type `Resource`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_configuration_arn: Option<String>,
    /// What lies behind an endpoint of type `ServiceNetwork`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_network_arn: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// An endpoint service as its provider sees it, from
/// `describe-vpc-endpoint-service-configurations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceConfiguration {
    /// `vpce-svc-…`
    pub service_id: String,
    /// Such as `com.amazonaws.vpce.eu-west-1.vpce-svc-…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// What kind of endpoint reaches it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_type: Vec<ServiceTypeDetail>,
    /// `Pending`, `Available`, `Deleting`, `Deleted`, `Failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_state: Option<String>,
    /// Zones that it is available in, such as `euw1-az1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub availability_zone_ids: Vec<String>,
    /// The same as names; not comparable across accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub availability_zones: Vec<String>,
    /// The Network Load Balancers behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_load_balancer_arns: Vec<String>,
    /// The Gateway Load Balancers behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gateway_load_balancer_arns: Vec<String>,
    /// `ipv4`, `ipv6`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supported_ip_address_types: Vec<String>,
    /// Other Regions that it can be reached from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supported_regions: Vec<SupportedRegionDetail>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A kind of endpoint that reaches a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ServiceTypeDetail {
    /// `Interface`, `Gateway` or `GatewayLoadBalancer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<String>,
}

/// A Region that an endpoint service can be reached from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct SupportedRegionDetail {
    /// The Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// State of the service there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_state: Option<String>,
}

/// An endpoint of a service as its provider sees it, from `describe-vpc-endpoint-connections`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcEndpointConnection {
    /// `vpce-svc-…`
    pub service_id: String,
    /// `vpce-…`
    pub vpc_endpoint_id: String,
    /// Account of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_owner: Option<String>,
    /// As in [`VpcEndpoint::state`]; only `Available` was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_state: Option<String>,
    /// Region of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_region: Option<String>,
    /// The Network Load Balancers behind the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_load_balancer_arns: Vec<String>,
    /// The Gateway Load Balancers behind the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gateway_load_balancer_arns: Vec<String>,
    /// `ipv4`, `dualstack` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
}

/// An EC2 Instance Connect Endpoint, from `describe-instance-connect-endpoints`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct InstanceConnectEndpoint {
    /// `eice-…`
    pub instance_connect_endpoint_id: String,
    /// ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_connect_endpoint_arn: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// `create-complete` and `update-complete` work; `create-in-progress`, `create-failed`,
    /// `update-in-progress`, `update-failed`, `delete-in-progress`, `delete-complete`, `delete-failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The VPC that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The subnet that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Zone of that subnet; not comparable across accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The same as an id, such as `euw1-az1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone_id: Option<String>,
    /// Its interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_interface_ids: Vec<String>,
    /// Security groups; only their outbound rules count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_group_ids: Vec<String>,
    /// Whether targets see the client's address instead of the endpoint's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preserve_client_ip: Option<bool>,
    /// `ipv4`, `dualstack` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
