//! The members of `NetworkInsightsAnalysis` that an answer can fill, named and nested as the EC2
//! API has them.

use serde::Serialize;

/// A member that a shape leaves out when there is nothing to say.
trait Member {
    fn is_absent(&self) -> bool;
}

impl<T> Member for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Member for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

macro_rules! shapes {
    ($($name:ident { $($field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
            #[serde(rename_all = "PascalCase")]
            pub(super) struct $name {
                $(
                    #[serde(skip_serializing_if = "Member::is_absent")]
                    pub(super) $field: $type,
                )*
            }
        )*
    };
}

/// What AWS Reachability Analyzer's `describe-network-insights-analyses` has for one analysis.
///
/// It serializes to exactly that shape; `docs/reachability-analyzer.md` says how answers fill it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkInsightsAnalysis {
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) status_message: Option<String>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) warning_message: Option<String>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) network_path_found: Option<bool>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) forward_path_components: Vec<PathComponent>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) return_path_components: Vec<PathComponent>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) explanations: Vec<AnalysisExplanation>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) alternate_path_hints: Vec<AlternatePathHint>,
}

shapes! {
    PathComponent {
        sequence_number: Option<usize>,
        acl_rule: Option<AnalysisAclRule>,
        attached_to: Option<AnalysisComponent>,
        component: Option<AnalysisComponent>,
        outbound_header: Option<AnalysisPacketHeader>,
        inbound_header: Option<AnalysisPacketHeader>,
        route_table_route: Option<AnalysisRouteTableRoute>,
        security_group_rule: Option<AnalysisSecurityGroupRule>,
        subnet: Option<AnalysisComponent>,
        vpc: Option<AnalysisComponent>,
        additional_details: Vec<AdditionalDetail>,
        transit_gateway: Option<AnalysisComponent>,
        transit_gateway_route_table_route: Option<TransitGatewayRouteTableRoute>,
        explanations: Vec<AnalysisExplanation>,
        elastic_load_balancer_listener: Option<AnalysisComponent>,
        firewall_stateless_rule: Option<FirewallStatelessRule>,
        firewall_stateful_rule: Option<FirewallStatefulRule>,
    }

    AnalysisExplanation {
        acl: Option<AnalysisComponent>,
        acl_rule: Option<AnalysisAclRule>,
        attached_to: Option<AnalysisComponent>,
        component: Option<AnalysisComponent>,
        direction: Option<&'static str>,
        explanation_code: Option<&'static str>,
        internet_gateway: Option<AnalysisComponent>,
        load_balancer_arn: Option<String>,
        load_balancer_target_group: Option<AnalysisComponent>,
        missing_component: Option<String>,
        nat_gateway: Option<AnalysisComponent>,
        network_interface: Option<AnalysisComponent>,
        vpc_peering_connection: Option<AnalysisComponent>,
        prefix_list: Option<AnalysisComponent>,
        route_table_route: Option<AnalysisRouteTableRoute>,
        route_table: Option<AnalysisComponent>,
        security_groups: Vec<AnalysisComponent>,
        state: Option<String>,
        subnet: Option<AnalysisComponent>,
        vpc: Option<AnalysisComponent>,
        vpc_endpoint: Option<AnalysisComponent>,
        vpn_gateway: Option<AnalysisComponent>,
        transit_gateway: Option<AnalysisComponent>,
        transit_gateway_route_table: Option<AnalysisComponent>,
        transit_gateway_route_table_route: Option<TransitGatewayRouteTableRoute>,
        transit_gateway_attachment: Option<AnalysisComponent>,
        component_account: Option<String>,
        component_region: Option<String>,
        firewall_stateless_rule: Option<FirewallStatelessRule>,
        firewall_stateful_rule: Option<FirewallStatefulRule>,
    }

    AnalysisComponent {
        id: Option<String>,
        arn: Option<String>,
        name: Option<String>,
    }

    AnalysisPacketHeader {
        destination_addresses: Vec<String>,
        destination_port_ranges: Vec<PortRange>,
        protocol: Option<String>,
        source_addresses: Vec<String>,
        source_port_ranges: Vec<PortRange>,
    }

    PortRange {
        from: Option<i32>,
        to: Option<i32>,
    }

    AnalysisAclRule {
        cidr: Option<String>,
        egress: Option<bool>,
        port_range: Option<PortRange>,
        protocol: Option<String>,
        rule_action: Option<String>,
        rule_number: Option<i32>,
    }

    AnalysisSecurityGroupRule {
        cidr: Option<String>,
        direction: Option<&'static str>,
        security_group_id: Option<String>,
        port_range: Option<PortRange>,
        prefix_list_id: Option<String>,
        protocol: Option<String>,
    }

    AnalysisRouteTableRoute {
        destination_cidr: Option<String>,
        destination_prefix_list_id: Option<String>,
        egress_only_internet_gateway_id: Option<String>,
        gateway_id: Option<String>,
        instance_id: Option<String>,
        nat_gateway_id: Option<String>,
        network_interface_id: Option<String>,
        origin: Option<String>,
        transit_gateway_id: Option<String>,
        vpc_peering_connection_id: Option<String>,
        state: Option<String>,
        carrier_gateway_id: Option<String>,
        core_network_arn: Option<String>,
        local_gateway_id: Option<String>,
    }

    TransitGatewayRouteTableRoute {
        destination_cidr: Option<String>,
        state: Option<String>,
        route_origin: Option<String>,
        prefix_list_id: Option<String>,
        attachment_id: Option<String>,
        resource_id: Option<String>,
        resource_type: Option<String>,
    }

    FirewallStatelessRule {
        rule_group_arn: Option<String>,
        rule_action: Option<String>,
        priority: Option<i32>,
    }

    FirewallStatefulRule {
        rule_group_arn: Option<String>,
        rule_action: Option<String>,
    }

    AdditionalDetail {
        additional_detail_type: Option<&'static str>,
        component: Option<AnalysisComponent>,
    }

    AlternatePathHint {
        component_id: Option<String>,
        component_arn: Option<String>,
    }
}
