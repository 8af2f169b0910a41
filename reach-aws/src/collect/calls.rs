//! The calls that collecting makes: one table, on which `collect`, its `--dry-run` and the policy
//! of `iam-policy` all run.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_ec2::types::{Filter, VpcAttributeName};
use reach_core::snapshot::Kind;
use serde_json::Value;

use super::clients::{Answer, Capture, Clients};
use super::wire::Printed;

/// Whom a call goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    DirectConnect,
    Ec2,
    /// Classic Load Balancers.
    Elb,
    Elbv2,
    NetworkFirewall,
}

impl Service {
    /// As the command line calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DirectConnect => "directconnect",
            Self::Ec2 => "ec2",
            Self::Elb => "elb",
            Self::Elbv2 => "elbv2",
            Self::NetworkFirewall => "network-firewall",
        }
    }

    /// As policies call it.
    const fn prefix(self) -> &'static str {
        match self {
            Self::DirectConnect => "directconnect",
            Self::Ec2 => "ec2",
            Self::Elb | Self::Elbv2 => "elasticloadbalancing",
            Self::NetworkFirewall => "network-firewall",
        }
    }

    /// The others speak JSON.
    pub(crate) const fn speaks_xml(self) -> bool {
        matches!(self, Self::Ec2 | Self::Elb | Self::Elbv2)
    }
}

/// What becomes of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Nothing is kept: they only name what further calls are about.
    Names,
    /// A list under the key, as printed.
    List,
    /// One map under the key, as printed.
    One,
    /// A list of answers that do not name their subject, which is put in front as this field.
    Wrapped(&'static str),
    /// A list of whole answers.
    Described,
}

/// What a call is made for.
#[derive(Clone, Copy)]
pub(crate) enum Per {
    /// Once a Region.
    Region,
    /// Once for each subject that the answer of another call names.
    Each { of: (Service, &'static str), subjects: fn(&Value) -> Vec<&str> },
}

/// The page that is asked for, of what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ask {
    pub(crate) subject: Option<String>,
    pub(crate) token: Option<String>,
}

type Sent<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// A call.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
    /// The kind of the snapshot that its answers become.
    pub(crate) kind: Option<Kind>,
    /// Where the list is in an answer.
    pub(crate) key: &'static str,
    pub(crate) output: Output,
    pub(crate) per: Per,
    /// Whether a subject without an answer is read as one that nobody knows. Where it would be
    /// read as one that has nothing, all subjects are left out when one is refused.
    pub(crate) spares: bool,
    /// Sends the request through the SDK.
    pub(crate) send: for<'a> fn(&'a Clients, Ask) -> Sent<'a>,
}

impl Call {
    /// As the command line calls it: `ec2 describe-vpcs`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.service.name(), self.verb())
    }

    /// As policies call it: `ec2:DescribeVpcs`.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service.prefix(), self.operation)
    }

    /// The file in the folder of its Region.
    pub(crate) fn file(&self) -> String {
        format!("{}-{}.json", self.service.name(), self.verb())
    }

    fn verb(&self) -> String {
        let mut verb = String::with_capacity(self.operation.len() + 8);
        for letter in self.operation.chars() {
            if letter.is_ascii_uppercase() && !verb.is_empty() {
                verb.push('-');
            }
            verb.push(letter.to_ascii_lowercase());
        }
        verb
    }

    pub(crate) fn is(&self, (service, operation): (Service, &str)) -> bool {
        self.service == service && self.operation == operation
    }

    /// What an answer says is on its next page.
    pub(crate) fn next_token(answer: &mut Printed) -> Option<String> {
        let tokens = ["NextToken", "NextMarker", "nextToken"].map(|key| answer.remove(key));
        tokens.into_iter().flatten().find_map(|token| match token {
            Value::String(text) if !text.is_empty() => Some(text),
            _ => None,
        })
    }
}

/// A request: the client, the operation, and what is set on it; `subject` and `token` are the
/// ask's.
macro_rules! send {
    ($client:ident.$operation:ident $(.$set:ident($value:expr))*) => {
        send!(@ |_ask| $client.$operation $(.$set($value))*)
    };
    (|$ask:ident| $client:ident.$operation:ident $(.$set:ident($value:expr))*) => {
        send!(@ |$ask| $client.$operation $(.$set($value))*)
    };
    (@ |$ask:ident| $client:ident.$operation:ident $(.$set:ident($value:expr))*) => {
        |clients, $ask| Box::pin(async move {
            let capture = Capture::default();
            let request = clients.$client.$operation() $(.$set($value))*;
            let sent = request.customize().interceptor(capture.clone()).send().await;
            capture.answer(sent.map(drop))
        })
    };
}

/// Once a Region: the answer's list as it is.
const fn list(
    service: Service,
    operation: &'static str,
    kind: Kind,
    send: for<'a> fn(&'a Clients, Ask) -> Sent<'a>,
) -> Call {
    let (key, output) = (kind.key(), List);
    Call {
        service,
        operation,
        kind: Some(kind),
        key,
        output,
        per: Per::Region,
        spares: false,
        send,
    }
}

/// Once for each subject.
const fn each(
    of: (Service, &'static str),
    subjects: fn(&Value) -> Vec<&str>,
    output: Output,
    call: Call,
) -> Call {
    Call { output, per: Per::Each { of, subjects }, ..call }
}

const fn names(call: Call) -> Call {
    Call { kind: None, output: Output::Names, ..call }
}

const fn under(key: &'static str, call: Call) -> Call {
    Call { key, ..call }
}

const fn sparing(call: Call) -> Call {
    Call { spares: true, ..call }
}

use Output::{Described, List, One, Wrapped};
use Service::{DirectConnect, Ec2, Elb, Elbv2, NetworkFirewall};

const VPCS: (Service, &str) = (Ec2, "DescribeVpcs");
const PREFIX_LISTS: (Service, &str) = (Ec2, "DescribeManagedPrefixLists");
const TRANSIT_TABLES: (Service, &str) = (Ec2, "DescribeTransitGatewayRouteTables");
const BALANCERS: (Service, &str) = (Elbv2, "DescribeLoadBalancers");
const TARGET_GROUPS: (Service, &str) = (Elbv2, "DescribeTargetGroups");
const CLASSIC: (Service, &str) = (Elb, "DescribeLoadBalancers");
const DIRECT: (Service, &str) = (DirectConnect, "DescribeDirectConnectGateways");

/// Page sizes are the largest that the service takes.
#[rustfmt::skip]
pub(crate) static CALLS: &[Call] = &[
    list(Ec2, "DescribeVpcs", Kind::Vpcs, send!(|ask| ec2.describe_vpcs.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeSubnets", Kind::Subnets, send!(|ask| ec2.describe_subnets.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeNetworkInterfaces", Kind::NetworkInterfaces, send!(|ask| ec2.describe_network_interfaces.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeInstances", Kind::Instances, send!(|ask| ec2.describe_instances.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeSecurityGroups", Kind::SecurityGroups, send!(|ask| ec2.describe_security_groups.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeSecurityGroupRules", Kind::SecurityGroupRules, send!(|ask| ec2.describe_security_group_rules.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeNetworkAcls", Kind::NetworkAcls, send!(|ask| ec2.describe_network_acls.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeRouteTables", Kind::RouteTables, send!(|ask| ec2.describe_route_tables.max_results(100).set_next_token(ask.token))),
    list(Ec2, "DescribeInternetGateways", Kind::InternetGateways, send!(|ask| ec2.describe_internet_gateways.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeEgressOnlyInternetGateways", Kind::EgressOnlyInternetGateways, send!(|ask| ec2.describe_egress_only_internet_gateways.max_results(255).set_next_token(ask.token))),
    list(Ec2, "DescribeNatGateways", Kind::NatGateways, send!(|ask| ec2.describe_nat_gateways.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeAddresses", Kind::Addresses, send!(ec2.describe_addresses)),
    list(Ec2, "DescribeVpcPeeringConnections", Kind::VpcPeeringConnections, send!(|ask| ec2.describe_vpc_peering_connections.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeVpnGateways", Kind::VpnGateways, send!(ec2.describe_vpn_gateways)),
    list(Ec2, "DescribeVpnConnections", Kind::VpnConnections, send!(ec2.describe_vpn_connections)),
    list(Ec2, "DescribeManagedPrefixLists", Kind::PrefixLists, send!(|ask| ec2.describe_managed_prefix_lists.max_results(100).set_next_token(ask.token))),
    sparing(each(PREFIX_LISTS, |list| field(list, "PrefixListId"), Wrapped("PrefixListId"),
        under("Entries", list(Ec2, "GetManagedPrefixListEntries", Kind::ManagedPrefixListEntries, send!(|ask| ec2.get_managed_prefix_list_entries.set_prefix_list_id(ask.subject).max_results(100).set_next_token(ask.token)))))),
    each(VPCS, |vpc| field(vpc, "VpcId"), Wrapped("VpcId"),
        list(Ec2, "DescribeVpcAttribute", Kind::VpcAttributes, send!(|ask| ec2.describe_vpc_attribute.set_vpc_id(ask.subject).attribute(VpcAttributeName::EnableDnsSupport)))),
    list(Ec2, "DescribeSecurityGroupVpcAssociations", Kind::SecurityGroupVpcAssociations, send!(|ask| ec2.describe_security_group_vpc_associations.max_results(1000).set_next_token(ask.token))),
    each(VPCS, |vpc| field(vpc, "VpcId"), List,
        list(Ec2, "DescribeStaleSecurityGroups", Kind::StaleSecurityGroups, send!(|ask| ec2.describe_stale_security_groups.set_vpc_id(ask.subject).max_results(255).set_next_token(ask.token)))),
    Call { output: One, ..list(Ec2, "DescribeVpcBlockPublicAccessOptions", Kind::VpcBlockPublicAccessOptions, send!(ec2.describe_vpc_block_public_access_options)) },
    list(Ec2, "DescribeVpcBlockPublicAccessExclusions", Kind::VpcBlockPublicAccessExclusions, send!(|ask| ec2.describe_vpc_block_public_access_exclusions.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeVpcEncryptionControls", Kind::VpcEncryptionControls, send!(|ask| ec2.describe_vpc_encryption_controls.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeCarrierGateways", Kind::CarrierGateways, send!(|ask| ec2.describe_carrier_gateways.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeLocalGateways", Kind::LocalGateways, send!(|ask| ec2.describe_local_gateways.max_results(1000).set_next_token(ask.token))),

    list(Ec2, "DescribeTransitGateways", Kind::TransitGateways, send!(|ask| ec2.describe_transit_gateways.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeTransitGatewayVpcAttachments", Kind::TransitGatewayVpcAttachments, send!(|ask| ec2.describe_transit_gateway_vpc_attachments.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeTransitGatewayAttachments", Kind::TransitGatewayAttachments, send!(|ask| ec2.describe_transit_gateway_attachments.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeTransitGatewayPeeringAttachments", Kind::TransitGatewayPeeringAttachments, send!(|ask| ec2.describe_transit_gateway_peering_attachments.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeTransitGatewayConnects", Kind::TransitGatewayConnects, send!(|ask| ec2.describe_transit_gateway_connects.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeTransitGatewayRouteTables", Kind::TransitGatewayRouteTables, send!(|ask| ec2.describe_transit_gateway_route_tables.max_results(1000).set_next_token(ask.token))),
    sparing(each(TRANSIT_TABLES, |table| field(table, "TransitGatewayRouteTableId"), Wrapped("TransitGatewayRouteTableId"),
        under("Routes", list(Ec2, "SearchTransitGatewayRoutes", Kind::TransitGatewayRoutes, send!(|ask| ec2.search_transit_gateway_routes.set_transit_gateway_route_table_id(ask.subject).filters(any_state()).set_next_token(ask.token)))))),
    each(TRANSIT_TABLES, |table| field(table, "TransitGatewayRouteTableId"), Wrapped("TransitGatewayRouteTableId"),
        under("TransitGatewayRouteTablePropagations", list(Ec2, "GetTransitGatewayRouteTablePropagations", Kind::TransitGatewayPropagations, send!(|ask| ec2.get_transit_gateway_route_table_propagations.set_transit_gateway_route_table_id(ask.subject).max_results(1000).set_next_token(ask.token))))),
    each(TRANSIT_TABLES, |table| field(table, "TransitGatewayRouteTableId"), Wrapped("TransitGatewayRouteTableId"),
        list(Ec2, "GetTransitGatewayPrefixListReferences", Kind::TransitGatewayPrefixListReferences, send!(|ask| ec2.get_transit_gateway_prefix_list_references.set_transit_gateway_route_table_id(ask.subject).max_results(1000).set_next_token(ask.token)))),

    list(Ec2, "DescribeVpcEndpoints", Kind::VpcEndpoints, send!(|ask| ec2.describe_vpc_endpoints.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeVpcEndpointServiceConfigurations", Kind::ServiceConfigurations, send!(|ask| ec2.describe_vpc_endpoint_service_configurations.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeVpcEndpointConnections", Kind::VpcEndpointConnections, send!(|ask| ec2.describe_vpc_endpoint_connections.max_results(1000).set_next_token(ask.token))),
    list(Ec2, "DescribeInstanceConnectEndpoints", Kind::InstanceConnectEndpoints, send!(|ask| ec2.describe_instance_connect_endpoints.max_results(50).set_next_token(ask.token))),

    list(Elbv2, "DescribeLoadBalancers", Kind::LoadBalancers, send!(|ask| elbv2.describe_load_balancers.page_size(400).set_marker(ask.token))),
    each(BALANCERS, |balancer| field(balancer, "LoadBalancerArn"), Wrapped("LoadBalancerArn"),
        under("Attributes", list(Elbv2, "DescribeLoadBalancerAttributes", Kind::LoadBalancerAttributes, send!(|ask| elbv2.describe_load_balancer_attributes.set_load_balancer_arn(ask.subject))))),
    each(BALANCERS, |balancer| field(balancer, "LoadBalancerArn"), Wrapped("LoadBalancerArn"),
        under("Listeners", list(Elbv2, "DescribeListeners", Kind::LoadBalancerListeners, send!(|ask| elbv2.describe_listeners.set_load_balancer_arn(ask.subject).page_size(400).set_marker(ask.token))))),
    each((Elbv2, "DescribeListeners"), |balancer| each_field(balancer, "Listeners", "ListenerArn"), List,
        list(Elbv2, "DescribeRules", Kind::ListenerRules, send!(|ask| elbv2.describe_rules.set_listener_arn(ask.subject).page_size(400).set_marker(ask.token)))),
    list(Elbv2, "DescribeTargetGroups", Kind::TargetGroups, send!(|ask| elbv2.describe_target_groups.page_size(400).set_marker(ask.token))),
    each(TARGET_GROUPS, |group| field(group, "TargetGroupArn"), Wrapped("TargetGroupArn"),
        under("Attributes", list(Elbv2, "DescribeTargetGroupAttributes", Kind::TargetGroupAttributes, send!(|ask| elbv2.describe_target_group_attributes.set_target_group_arn(ask.subject))))),
    each(TARGET_GROUPS, |group| field(group, "TargetGroupArn"), Wrapped("TargetGroupArn"),
        under("TargetHealthDescriptions", list(Elbv2, "DescribeTargetHealth", Kind::LoadBalancerTargetHealth, send!(|ask| elbv2.describe_target_health.set_target_group_arn(ask.subject))))),
    list(Elb, "DescribeLoadBalancers", Kind::LoadBalancerDescriptions, send!(|ask| elb.describe_load_balancers.page_size(400).set_marker(ask.token))),
    each(CLASSIC, |balancer| field(balancer, "LoadBalancerName"), Wrapped("LoadBalancerName"),
        under("LoadBalancerAttributes", list(Elb, "DescribeLoadBalancerAttributes", Kind::ClassicLoadBalancerAttributes, send!(|ask| elb.describe_load_balancer_attributes.set_load_balancer_name(ask.subject))))),
    each(CLASSIC, |balancer| field(balancer, "LoadBalancerName"), Wrapped("LoadBalancerName"),
        under("InstanceStates", list(Elb, "DescribeInstanceHealth", Kind::ClassicLoadBalancerInstanceStates, send!(|ask| elb.describe_instance_health.set_load_balancer_name(ask.subject))))),

    names(list(NetworkFirewall, "ListFirewalls", Kind::Firewalls, send!(|ask| firewall.list_firewalls.max_results(100).set_next_token(ask.token)))),
    each((NetworkFirewall, "ListFirewalls"), |firewall| field(firewall, "FirewallArn"), Described,
        list(NetworkFirewall, "DescribeFirewall", Kind::Firewalls, send!(|ask| firewall.describe_firewall.set_firewall_arn(ask.subject)))),
    sparing(each((NetworkFirewall, "DescribeFirewall"), firewall_policy, Described,
        list(NetworkFirewall, "DescribeFirewallPolicy", Kind::FirewallPolicies, send!(|ask| firewall.describe_firewall_policy.set_firewall_policy_arn(ask.subject))))),
    sparing(each((NetworkFirewall, "DescribeFirewallPolicy"), rule_groups, Described,
        list(NetworkFirewall, "DescribeRuleGroup", Kind::FirewallRuleGroups, send!(|ask| firewall.describe_rule_group.set_rule_group_arn(ask.subject))))),

    names(under("directConnectGateways", list(DirectConnect, "DescribeDirectConnectGateways", Kind::DirectConnectGatewayAssociations, send!(|ask| direct_connect.describe_direct_connect_gateways.max_results(100).set_next_token(ask.token))))),
    each(DIRECT, |gateway| field(gateway, "directConnectGatewayId"), List,
        list(DirectConnect, "DescribeDirectConnectGatewayAssociations", Kind::DirectConnectGatewayAssociations, send!(|ask| direct_connect.describe_direct_connect_gateway_associations.set_direct_connect_gateway_id(ask.subject).max_results(100).set_next_token(ask.token)))),
    each(DIRECT, |gateway| field(gateway, "directConnectGatewayId"), List,
        list(DirectConnect, "DescribeDirectConnectGatewayAttachments", Kind::DirectConnectGatewayAttachments, send!(|ask| direct_connect.describe_direct_connect_gateway_attachments.set_direct_connect_gateway_id(ask.subject).max_results(100).set_next_token(ask.token)))),
    list(DirectConnect, "DescribeVirtualInterfaces", Kind::VirtualInterfaces, send!(|ask| direct_connect.describe_virtual_interfaces.max_results(100).set_next_token(ask.token))),
];

/// The search wants a filter: a route has one of these states.
fn any_state() -> Filter {
    Filter::builder().name("state").values("active").values("blackhole").build()
}

fn field<'a>(item: &'a Value, name: &str) -> Vec<&'a str> {
    item.get(name).and_then(Value::as_str).into_iter().collect()
}

fn each_field<'a>(item: &'a Value, list: &str, name: &str) -> Vec<&'a str> {
    let items = item.get(list).and_then(Value::as_array).into_iter().flatten();
    items.flat_map(|item| field(item, name)).collect()
}

fn firewall_policy(firewall: &Value) -> Vec<&str> {
    firewall.get("Firewall").map(|it| field(it, "FirewallPolicyArn")).unwrap_or_default()
}

fn rule_groups(policy: &Value) -> Vec<&str> {
    let Some(policy) = policy.get("FirewallPolicy") else { return Vec::new() };
    let lists = ["StatelessRuleGroupReferences", "StatefulRuleGroupReferences"];
    lists.into_iter().flat_map(|list| each_field(policy, list, "ResourceArn")).collect()
}
