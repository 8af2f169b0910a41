//! Answers as printed that do not name their subject, or that are no list: the file name tells
//! it, or a part that stands beside.

use std::collections::BTreeMap;

use reach_core::record::Value;
use reach_core::snapshot::{
    Attribute, AttributeBooleanValue, ClassicLoadBalancerInstanceState,
    ClassicLoadBalancerInstanceStates, Kind, Listener, LoadBalancerAttributes,
    LoadBalancerListeners, LoadBalancerTargetHealth, ManagedPrefixListEntries, PrefixListEntry,
    TargetGroupAttributes, TargetHealthDescription, TransitGatewayPropagations,
    TransitGatewayRoute, TransitGatewayRouteTablePropagation, TransitGatewayRoutes, VpcAttributes,
};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess};

use crate::key::Part;
use crate::reading::{Reading, not_modelled};
use crate::resource::{append, unwrapped_routes};
use crate::subject;
use crate::text::shown_name;
use crate::wrapped::{
    FirewallParts, FirewallPolicyParts, Parts, PrintedListener, RuleGroupParts, each, value,
};

/// Parts of answers that are printed beside each other, in any order.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    routes: Option<TransitGatewayRoutes>,
    additional_routes: Option<bool>,
    vpc: Option<String>,
    dns_support: Option<AttributeBooleanValue>,
    firewall: FirewallParts,
    policy: FirewallPolicyParts,
    rule_group: RuleGroupParts,
}

impl Printed {
    /// Reads one part.
    pub(crate) fn read<'de, A: MapAccess<'de>>(
        &mut self,
        part: Part,
        map: &mut A,
        reading: &mut Reading<'_>,
    ) -> Result<(), A::Error> {
        match part {
            Part::Entries => entries(map, reading),
            Part::Routes => self.routes(map, reading),
            Part::AdditionalRoutesAvailable => {
                let more: Option<bool> = map.next_value()?;
                self.additional_routes = self.additional_routes.max(more);
                Ok(())
            }
            Part::Propagations => propagations(map, reading),
            Part::Listeners => listeners(map, reading),
            Part::TargetHealth => target_health(map, reading),
            Part::Attributes => attributes(map, reading),
            Part::InstanceStates => instance_states(map, reading),
            Part::VpcId => once(&mut self.vpc, map, "VpcId"),
            Part::EnableDnsSupport => once(&mut self.dns_support, map, "EnableDnsSupport"),
            Part::Firewall => once(&mut self.firewall.firewall, map, "Firewall"),
            Part::FirewallStatus => once(&mut self.firewall.firewall_status, map, "FirewallStatus"),
            Part::FirewallPolicy => once(&mut self.policy.firewall_policy, map, "FirewallPolicy"),
            Part::FirewallPolicyResponse => {
                once(&mut self.policy.firewall_policy_response, map, "FirewallPolicyResponse")
            }
            Part::RuleGroup => once(&mut self.rule_group.rule_group, map, "RuleGroup"),
            Part::RuleGroupResponse => {
                once(&mut self.rule_group.rule_group_response, map, "RuleGroupResponse")
            }
        }
    }

    fn routes<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        reading: &mut Reading<'_>,
    ) -> Result<(), A::Error> {
        let Some(table) = of_table(map, reading, "Routes")? else { return Ok(()) };
        let routes: Vec<TransitGatewayRoute> = value(map)?;
        let found = self.routes.get_or_insert_with(|| TransitGatewayRoutes {
            transit_gateway_route_table_id: table,
            ..TransitGatewayRoutes::default()
        });
        found.routes.extend(routes);
        Ok(())
    }

    /// Puts the parts together.
    pub(crate) fn finish(self, reading: &mut Reading<'_>, more: bool) {
        if let Some(mut found) = self.routes {
            found.additional_routes_available = self.additional_routes;
            if let Some(diagnostic) = unwrapped_routes(&mut found, more) {
                let diagnostic = diagnostic.file(shown_name(reading.name));
                reading.document.diagnostics.push(diagnostic);
            }
            let table = found.transit_gateway_route_table_id.clone();
            reading.answer(Kind::TransitGatewayRoutes, Some(table));
            append(&mut reading.document.region.transit_gateway_routes, vec![found]);
        }
        if let Some(dns) = self.dns_support {
            match self.vpc.or_else(|| subject::id(reading.name, "vpc-")) {
                Some(vpc) => {
                    reading.answer(Kind::VpcAttributes, Some(vpc.clone()));
                    let attributes = VpcAttributes { vpc_id: vpc, enable_dns_support: Some(dns) };
                    append(&mut reading.document.region.vpc_attributes, vec![attributes]);
                }
                None => reading.subject_unknown("EnableDnsSupport", "VPC"),
            }
        }
        match self.firewall.whole() {
            Ok(None) => {}
            Ok(Some(firewall)) => {
                let subject = firewall.firewall.firewall_arn.clone();
                reading.answer(Kind::Firewalls, Some(subject));
                append(&mut reading.document.region.firewalls, vec![firewall]);
            }
            Err(_) => reading.subject_unknown("FirewallStatus", "firewall"),
        }
        match self.policy.whole() {
            Ok(None) => {}
            Ok(Some(policy)) => {
                let subject = policy.firewall_policy_response.firewall_policy_arn.clone();
                reading.answer(Kind::FirewallPolicies, Some(subject));
                append(&mut reading.document.region.firewall_policies, vec![policy]);
            }
            Err(_) => reading.subject_unknown("FirewallPolicy", "firewall policy"),
        }
        match self.rule_group.whole() {
            Ok(None) => {}
            Ok(Some(group)) => {
                let subject = group.rule_group_response.rule_group_arn.clone();
                reading.answer(Kind::FirewallRuleGroups, Some(subject));
                append(&mut reading.document.region.firewall_rule_groups, vec![group]);
            }
            Err(_) => reading.subject_unknown("RuleGroup", "rule group"),
        }
    }
}

/// Reads a part that an answer has once.
fn once<'de, V: Value + Default, A: MapAccess<'de>>(
    part: &mut Option<V>,
    map: &mut A,
    key: &'static str,
) -> Result<(), A::Error> {
    match part {
        Some(_) => map.next_value_seed(Refused(key)),
        None => map.next_value_seed(part.insert(V::default()).slot()),
    }
}

/// Reads nothing: the part stood there before.
struct Refused(&'static str);

impl<'de> DeserializeSeed<'de> for Refused {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
        Err(D::Error::duplicate_field(self.0))
    }
}

/// The transit gateway route table that the file name tells. Without one, the value is skipped.
fn of_table<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
    key: &str,
) -> Result<Option<String>, A::Error> {
    let table = subject::id(reading.name, "tgw-rtb-");
    if table.is_none() {
        skip(map, reading, key, "transit gateway route table")?;
    }
    Ok(table)
}

fn skip<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
    key: &str,
    what: &str,
) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>()?;
    reading.subject_unknown(key, what);
    Ok(())
}

fn entries<'de, A: MapAccess<'de>>(map: &mut A, reading: &mut Reading<'_>) -> Result<(), A::Error> {
    let Some(id) = subject::id(reading.name, "pl-") else {
        return skip(map, reading, "Entries", "prefix list");
    };
    let entries: Vec<PrefixListEntry> = value(map)?;
    reading.answer(Kind::ManagedPrefixListEntries, Some(id.clone()));
    let list = ManagedPrefixListEntries { prefix_list_id: id, entries };
    append(&mut reading.document.region.managed_prefix_list_entries, vec![list]);
    Ok(())
}

fn propagations<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
) -> Result<(), A::Error> {
    let key = "TransitGatewayRouteTablePropagations";
    let Some(table) = of_table(map, reading, key)? else { return Ok(()) };
    let list: Vec<TransitGatewayRouteTablePropagation> = value(map)?;
    reading.answer(Kind::TransitGatewayPropagations, Some(table.clone()));
    let propagations = TransitGatewayPropagations {
        transit_gateway_route_table_id: table,
        transit_gateway_route_table_propagations: list,
    };
    append(&mut reading.document.region.transit_gateway_propagations, vec![propagations]);
    Ok(())
}

/// Listeners name their load balancer; no listener at all does not.
fn listeners<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
) -> Result<(), A::Error> {
    let kind = Kind::LoadBalancerListeners;
    let mut by_balancer = BTreeMap::<String, Vec<Listener>>::new();
    let (mut none, mut other) = (true, false);
    each(map, |listener: Listener, _| {
        none = false;
        match PrintedListener::try_from(listener)? {
            PrintedListener::Elb(balancer, listener) => {
                by_balancer.entry(balancer).or_default().push(listener);
            }
            PrintedListener::Other => other = true,
        }
        Ok(())
    })?;
    if other {
        reading.tell("Listeners", not_modelled);
    }
    if none {
        match subject::load_balancer(reading.name) {
            Some(balancer) => {
                by_balancer.insert(balancer, Vec::new());
            }
            None => {
                reading.answer(kind, None);
                append(&mut reading.document.region.load_balancer_listeners, Vec::new());
            }
        }
    }
    for (balancer, listeners) in by_balancer {
        reading.answer(kind, Some(balancer.clone()));
        let listeners = LoadBalancerListeners { load_balancer_arn: balancer, listeners };
        append(&mut reading.document.region.load_balancer_listeners, vec![listeners]);
    }
    Ok(())
}

fn target_health<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
) -> Result<(), A::Error> {
    let Some(group) = subject::target_group(reading.name) else {
        return skip(map, reading, "TargetHealthDescriptions", "target group");
    };
    let list: Vec<TargetHealthDescription> = value(map)?;
    reading.answer(Kind::LoadBalancerTargetHealth, Some(group.clone()));
    let health =
        LoadBalancerTargetHealth { target_group_arn: group, target_health_descriptions: list };
    append(&mut reading.document.region.load_balancer_target_health, vec![health]);
    Ok(())
}

/// Two calls print `Attributes`: the ARN in the file name tells which.
fn attributes<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
) -> Result<(), A::Error> {
    if let Some(balancer) = subject::load_balancer(reading.name) {
        let attributes: Vec<Attribute> = value(map)?;
        reading.answer(Kind::LoadBalancerAttributes, Some(balancer.clone()));
        let attributes = LoadBalancerAttributes { load_balancer_arn: balancer, attributes };
        append(&mut reading.document.region.load_balancer_attributes, vec![attributes]);
    } else if let Some(group) = subject::target_group(reading.name) {
        let attributes: Vec<Attribute> = value(map)?;
        reading.answer(Kind::TargetGroupAttributes, Some(group.clone()));
        let attributes = TargetGroupAttributes { target_group_arn: group, attributes };
        append(&mut reading.document.region.target_group_attributes, vec![attributes]);
    } else {
        skip(map, reading, "Attributes", "load balancer or target group")?;
    }
    Ok(())
}

fn instance_states<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading<'_>,
) -> Result<(), A::Error> {
    let Some(name) = subject::classic_load_balancer(reading.name, "describe-instance-health")
    else {
        return skip(map, reading, "InstanceStates", "Classic Load Balancer");
    };
    let states: Vec<ClassicLoadBalancerInstanceState> = value(map)?;
    reading.answer(Kind::ClassicLoadBalancerInstanceStates, Some(name.clone()));
    let states =
        ClassicLoadBalancerInstanceStates { load_balancer_name: name, instance_states: states };
    append(&mut reading.document.region.classic_load_balancer_instance_states, vec![states]);
    Ok(())
}
