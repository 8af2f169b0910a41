//! Every kind: what AWS prints, the snapshot's wrappers, pages, duplicates and broken fields.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod samples;

use std::path::Path;

use reach_aws::{LoadError, Loaded, Loader, load};
use reach_core::snapshot::{Kind, Region};
use reach_core::{Level, Network};
use samples::{NOT_READ, SAMPLES};
use serde_json::{Value, json};

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0a1b";
const LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0a1b/2c3d";
const RULE: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/0a1b/2c3d/4e5f";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b";

fn try_load(files: &[(&str, &str)]) -> Result<Loaded, LoadError> {
    let mut loader = Loader::new();
    for (name, text) in files {
        loader.add(name, text.as_bytes())?;
    }
    loader.finish()
}

fn region_of(files: &[(&str, &str)]) -> Region {
    let mut loaded = try_load(files).unwrap_or_else(|error| panic!("{error}"));
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    assert_eq!(loaded.snapshot.regions.len(), 1);
    loaded.snapshot.regions.remove(0)
}

/// What a Region holds, as JSON: the field of its only kind, and the list.
fn only_list(region: &Region) -> Value {
    let Value::Object(mut fields) = serde_json::to_value(region).unwrap() else { panic!() };
    fields.remove("Account");
    fields.remove("Name");
    assert_eq!(fields.len(), 1, "{fields:?}");
    fields.into_iter().next().unwrap().1
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|d| d.code.as_str()).collect()
}

// What AWS prints.

#[test]
fn every_kind_has_a_sample() {
    for kind in Kind::ALL {
        let samples = SAMPLES.iter().filter(|(of, _)| of == kind).count();
        assert_eq!(samples, 1, "{}", kind.key());
    }
}

/// Takes away what nothing reads. What is left has to come back.
fn without_unread(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !NOT_READ.contains(&name.as_str()));
            fields.values_mut().for_each(without_unread);
        }
        Value::Array(items) => items.iter_mut().for_each(without_unread),
        _ => {}
    }
}

#[test]
fn every_field_of_the_samples_is_read() {
    for (kind, text) in SAMPLES {
        let region = region_of(&[("x.json", text)]);
        assert_eq!(region.count(*kind), 1, "{}", kind.key());
        let mut expected: Value = serde_json::from_str(text).unwrap();
        without_unread(&mut expected);
        let expected = match kind {
            Kind::Instances => expected["Reservations"][0]["Instances"].take(),
            Kind::VpcBlockPublicAccessOptions => json!([expected[kind.key()].take()]),
            Kind::Firewalls | Kind::FirewallPolicies | Kind::FirewallRuleGroups => {
                json!([expected])
            }
            _ => expected[kind.key()].take(),
        };
        // An empty list that is always printed is no field that the sample lacks.
        let mut read = only_list(&region);
        without_empty_lists(&mut read);
        assert_eq!(read, expected, "{}", kind.key());
    }
}

fn without_empty_lists(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| *field != json!([]));
            fields.values_mut().for_each(without_empty_lists);
        }
        Value::Array(items) => items.iter_mut().for_each(without_empty_lists),
        _ => {}
    }
}

#[test]
fn the_same_sample_twice_is_one() {
    for (kind, text) in SAMPLES {
        let region = region_of(&[("a.json", text), ("b.json", text)]);
        assert_eq!(region, region_of(&[("a.json", text)]), "{}", kind.key());
    }
}

#[test]
fn secrets_are_not_kept() {
    for (_, text) in SAMPLES {
        let region = region_of(&[("x.json", text)]);
        assert!(!serde_json::to_string(&region).unwrap().contains("secret"));
    }
}

#[test]
fn network_firewall_wrapped() {
    for (kind, text) in SAMPLES {
        if matches!(kind, Kind::Firewalls | Kind::FirewallPolicies | Kind::FirewallRuleGroups) {
            let wrapped = format!(r#"{{"{}": [{text}]}}"#, kind.key());
            let printed = region_of(&[("x.json", text)]);
            assert_eq!(region_of(&[("x.json", &wrapped)]), printed, "{}", kind.key());
        }
    }
}

#[test]
fn network_firewall_by_name_only() {
    let names = r#"{"Vpcs": [], "Firewalls": [{"FirewallName": "fw", "FirewallArn": "arn:fw"}],
        "FirewallPolicies": [{"Name": "p", "Arn": "arn:p"}], "RuleGroups": [{"Name": "g", "Arn": "arn:g"}]}"#;
    let loaded = try_load(&[("x.json", names)]).unwrap();
    assert_eq!(codes(&loaded), ["kind_not_used"; 3]);
    assert!(loaded.diagnostics[0].message.contains("network-firewall describe-firewall"));
    let region = &loaded.snapshot.regions[0];
    assert_eq!(region.firewalls, None, "nobody asked what they are");
    let none = region_of(&[("x.json", r#"{"Firewalls": []}"#)]);
    assert_eq!(none.firewalls, Some(vec![]), "the account has none");
}

// Subjects.

#[test]
fn a_listener_tells_its_load_balancer() {
    let with = |field: &str| {
        format!(r#"{{"Listeners": [{{"ListenerArn": "{LISTENER}", {field} "Port": 443}}]}}"#)
    };
    let named = with(&format!(r#""LoadBalancerArn": "{BALANCER}","#));
    let region = region_of(&[("x.json", &named)]);
    assert_eq!(region_of(&[("x.json", &with(""))]), region, "read off its ARN");
    let wrapped = format!(
        r#"{{"LoadBalancerListeners": [{{"LoadBalancerArn": "{BALANCER}",
            "Listeners": [{{"ListenerArn": "{LISTENER}", "Port": 443}}]}}]}}"#
    );
    assert_eq!(region_of(&[("x.json", &wrapped)]), region);
    let lists = region.load_balancer_listeners.unwrap();
    assert_eq!(lists[0].load_balancer_arn, BALANCER);
    assert_eq!(lists[0].listeners[0].load_balancer_arn.as_deref(), Some(BALANCER));
}

#[test]
fn listeners_of_another_service_are_left() {
    let arn = "arn:aws:globalaccelerator::111122223333:accelerator/1/listener/2";
    let text = format!(r#"{{"Vpcs": [], "Listeners": [{{"ListenerArn": "{arn}"}}]}}"#);
    let loaded = try_load(&[("x.json", &text)]).unwrap();
    assert_eq!(codes(&loaded), ["kind_not_modelled"]);
    assert_eq!(loaded.snapshot.regions[0].load_balancer_listeners, None);
}

#[test]
fn a_rule_tells_its_listener() {
    let printed = format!(r#"{{"Rules": [{{"RuleArn": "{RULE}", "Priority": "default"}}]}}"#);
    let wrapped = format!(
        r#"{{"Rules": [{{"ListenerArn": "{LISTENER}", "Rules": [{{"RuleArn": "{RULE}", "Priority": "default"}}]}}]}}"#
    );
    let region = region_of(&[("x.json", &printed)]);
    assert_eq!(region_of(&[("x.json", &wrapped)]), region);
    let rules = region.listener_rules.unwrap();
    assert_eq!(rules[0].listener_arn.as_deref(), Some(LISTENER));
}

#[test]
fn file_names_tell_subjects() {
    let (balancer, group) = (BALANCER.replace([':', '/'], "_"), GROUP.replace(['/'], "_"));
    let printed: &[(Kind, String, &str, Value)] = &[
        (
            Kind::ManagedPrefixListEntries,
            "get-managed-prefix-list-entries-pl-0a.json".to_owned(),
            r#"{"Entries": [{"Cidr": "10.0.0.0/8"}]}"#,
            json!([{"PrefixListId": "pl-0a", "Entries": [{"Cidr": "10.0.0.0/8"}]}]),
        ),
        (
            Kind::TransitGatewayRoutes,
            "search-transit-gateway-routes-tgw-rtb-0a.json".to_owned(),
            r#"{"AdditionalRoutesAvailable": false, "Routes": [{"Type": "static"}]}"#,
            json!([{"TransitGatewayRouteTableId": "tgw-rtb-0a", "Routes": [{"Type": "static"}],
                "AdditionalRoutesAvailable": false}]),
        ),
        (
            Kind::TransitGatewayPropagations,
            "get-transit-gateway-route-table-propagations-tgw-rtb-0a.json".to_owned(),
            r#"{"TransitGatewayRouteTablePropagations": [{"State": "enabled"}]}"#,
            json!([{"TransitGatewayRouteTableId": "tgw-rtb-0a",
                "TransitGatewayRouteTablePropagations": [{"State": "enabled"}]}]),
        ),
        (
            Kind::TransitGatewayPrefixListReferences,
            "get-transit-gateway-prefix-list-references-tgw-rtb-0a.json".to_owned(),
            r#"{"TransitGatewayPrefixListReferences": []}"#,
            json!([{"TransitGatewayRouteTableId": "tgw-rtb-0a", "TransitGatewayPrefixListReferences": []}]),
        ),
        (
            Kind::LoadBalancerListeners,
            format!("describe-listeners-{balancer}.json"),
            r#"{"Listeners": []}"#,
            json!([{"LoadBalancerArn": BALANCER, "Listeners": []}]),
        ),
        (
            Kind::LoadBalancerAttributes,
            format!("describe-load-balancer-attributes-{balancer}.json"),
            r#"{"Attributes": [{"Key": "a", "Value": "b"}]}"#,
            json!([{"LoadBalancerArn": BALANCER, "Attributes": [{"Key": "a", "Value": "b"}]}]),
        ),
        (
            Kind::TargetGroupAttributes,
            format!("describe-target-group-attributes-{group}.json"),
            r#"{"Attributes": [{"Key": "a", "Value": "b"}]}"#,
            json!([{"TargetGroupArn": GROUP, "Attributes": [{"Key": "a", "Value": "b"}]}]),
        ),
        (
            Kind::LoadBalancerTargetHealth,
            format!("x/describe-target-health-{GROUP}.json"),
            r#"{"TargetHealthDescriptions": [{"Target": {"Id": "10.0.1.10"}}]}"#,
            json!([{"TargetGroupArn": GROUP, "TargetHealthDescriptions": [{"Target": {"Id": "10.0.1.10"}}]}]),
        ),
        (
            Kind::ClassicLoadBalancerAttributes,
            "describe-load-balancer-attributes-my-lb.json".to_owned(),
            r#"{"LoadBalancerAttributes": {"CrossZoneLoadBalancing": {"Enabled": true}}}"#,
            json!([{"LoadBalancerName": "my-lb", "LoadBalancerAttributes": {"CrossZoneLoadBalancing": {"Enabled": true}}}]),
        ),
        (
            Kind::ClassicLoadBalancerInstanceStates,
            "describe-instance-health-my-lb.json".to_owned(),
            r#"{"InstanceStates": [{"InstanceId": "i-1", "State": "InService"}]}"#,
            json!([{"LoadBalancerName": "my-lb", "InstanceStates": [{"InstanceId": "i-1", "State": "InService"}]}]),
        ),
        (
            Kind::VpcAttributes,
            "describe-vpc-attribute-vpc-0a.json".to_owned(),
            r#"{"EnableDnsSupport": {"Value": false}}"#,
            json!([{"VpcId": "vpc-0a", "EnableDnsSupport": {"Value": false}}]),
        ),
        (
            Kind::VpcAttributes,
            "any.json".to_owned(),
            r#"{"EnableDnsSupport": {"Value": true}, "VpcId": "vpc-1"}"#,
            json!([{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}]),
        ),
    ];
    for (kind, name, text, expected) in printed {
        let region = region_of(&[(name, text)]);
        assert_eq!(region.count(*kind), 1, "{name}");
        assert_eq!(only_list(&region), *expected, "{name}");
    }
}

#[test]
fn an_answer_without_a_subject_is_told() {
    for text in [
        r#"{"Entries": []}"#,
        r#"{"Routes": []}"#,
        r#"{"TransitGatewayRouteTablePropagations": []}"#,
        r#"{"TransitGatewayPrefixListReferences": [{"PrefixListId": "pl-1"}]}"#,
        r#"{"TargetHealthDescriptions": [3]}"#,
        r#"{"Attributes": {"QueueArn": "arn:aws:sqs:…"}}"#,
        r#"{"InstanceStates": []}"#,
        r#"{"LoadBalancerAttributes": {}}"#,
        r#"{"EnableDnsSupport": {"Value": true}}"#,
        r#"{"FirewallStatus": {"Status": "READY"}}"#,
        r#"{"FirewallPolicy": {}}"#,
        r#"{"RuleGroup": {"RulesSource": {}}}"#,
    ] {
        let loaded = try_load(&[("a.json", r#"{"Vpcs": []}"#), ("b.json", text)]).unwrap();
        assert_eq!(codes(&loaded), ["subject_unknown"], "{text}");
        assert_eq!(loaded.diagnostics[0].file.as_deref(), Some("b.json"));
    }
}

#[test]
fn parts_stand_in_any_order() {
    let forward = region_of(&[(
        "tgw-rtb-1.json",
        r#"{"Routes": [{"Type": "static"}], "AdditionalRoutesAvailable": false}"#,
    )]);
    let backward = region_of(&[(
        "tgw-rtb-1.json",
        r#"{"AdditionalRoutesAvailable": false, "Routes": [{"Type": "static"}]}"#,
    )]);
    assert_eq!(forward, backward);
}

#[test]
fn references_as_printed_name_their_table() {
    let region = region_of(&[(
        "x.json",
        r#"{"TransitGatewayPrefixListReferences": [
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "PrefixListId": "pl-1", "Blackhole": true},
            {"TransitGatewayRouteTableId": "tgw-rtb-2", "PrefixListId": "pl-1"},
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "PrefixListId": "pl-2"}]}"#,
    )]);
    let told: Vec<_> = region
        .transit_gateway_prefix_list_references
        .iter()
        .flatten()
        .map(|table| {
            let lists = table.transit_gateway_prefix_list_references.iter();
            let lists: Vec<_> = lists.map(|one| one.prefix_list_id.as_str()).collect();
            (table.transit_gateway_route_table_id.as_str(), lists)
        })
        .collect();
    assert_eq!(told, [("tgw-rtb-1", vec!["pl-1", "pl-2"]), ("tgw-rtb-2", vec!["pl-1"])]);
}

// Pages.

#[test]
fn pages_of_a_table_merge() {
    let page = |cidr: &str, rest: &str| {
        format!(
            r#"{{"TransitGatewayRoutes": [{{"TransitGatewayRouteTableId": "tgw-rtb-1",
                "Routes": [{{"DestinationCidrBlock": "{cidr}"}}]{rest}}}]}}"#
        )
    };
    let first = page("10.0.0.0/16", r#", "AdditionalRoutesAvailable": true, "NextToken": "n""#);
    let last = page("10.1.0.0/16", r#", "AdditionalRoutesAvailable": false"#);
    let region = region_of(&[("a.json", &first), ("b.json", &last), ("c.json", &last)]);
    let tables = region.transit_gateway_routes.unwrap();
    assert_eq!((tables.len(), tables[0].routes.len()), (1, 2));
    assert_eq!(tables[0].additional_routes_available, Some(false));

    let loaded = try_load(&[("a.json", &first)]).unwrap();
    assert_eq!(codes(&loaded), ["answer_truncated"]);
    assert_eq!(loaded.diagnostics[0].resource.as_deref(), Some("tgw-rtb-1"));
}

#[test]
fn a_search_that_was_cut_is_told() {
    let whole = r#"{"TransitGatewayRoutes": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "Routes": [],
        "AdditionalRoutesAvailable": false}]}"#;
    let cut = r#"{"Routes": [], "AdditionalRoutesAvailable": true}"#;
    let loaded = try_load(&[("a.json", whole), ("tgw-rtb-1.json", cut)]).unwrap();
    assert_eq!(codes(&loaded), ["answer_truncated"]);
    let warning = &loaded.diagnostics[0];
    assert_eq!((warning.level, warning.resource.as_deref()), (Level::Warning, Some("tgw-rtb-1")));
    let tables = loaded.snapshot.regions[0].transit_gateway_routes.as_deref().unwrap();
    assert_eq!(tables[0].additional_routes_available, Some(true), "the walk has to know");
}

#[test]
fn markers_tell_of_pages_too() {
    for (key, token) in [
        ("LoadBalancers", "NextMarker"),
        ("LoadBalancerDescriptions", "NextMarker"),
        ("virtualInterfaces", "nextToken"),
    ] {
        let text = format!(r#"{{"{key}": [], "{token}": "more"}}"#);
        let loaded = try_load(&[("x.json", &text)]).unwrap();
        assert_eq!(codes(&loaded), ["answer_truncated"], "{key}");
    }
    let wrapped = r#"{"LoadBalancerListeners": [{"LoadBalancerArn": "arn:alb", "NextMarker": "more", "Listeners": []}]}"#;
    let loaded = try_load(&[("x.json", wrapped)]).unwrap();
    assert_eq!(loaded.diagnostics[0].resource.as_deref(), Some("arn:alb"));
}

// Duplicates.

#[test]
fn answers_that_differ_are_told() {
    let state = |state: &str| {
        format!(
            r#"{{"LoadBalancerTargetHealth": [{{"TargetGroupArn": "arn:group", "TargetHealthDescriptions":
                [{{"Target": {{"Id": "i-1"}}, "TargetHealth": {{"State": "{state}"}}}}]}}]}}"#
        )
    };
    let port = |port: u16| {
        format!(
            r#"{{"Listeners": [{{"ListenerArn": "{LISTENER}", "Port": {port}}}, {{"ListenerArn": "{LISTENER}0", "Port": 1}}]}}"#
        )
    };
    let dns =
        |value: bool| format!(r#"{{"VpcId": "vpc-1", "EnableDnsSupport": {{"Value": {value}}}}}"#);
    for (one, other, resource) in [
        (state("healthy"), state("unused"), "arn:group"),
        (port(80), port(443), LISTENER),
        (dns(true), dns(false), "vpc-1"),
    ] {
        let loaded = try_load(&[("a.json", &one), ("b.json", &other)]).unwrap();
        assert_eq!(codes(&loaded), ["duplicate_resource"], "{one}");
        let told = loaded.diagnostics[0].resource.as_deref().unwrap();
        assert!(resource.starts_with(told.trim_end_matches('…')), "{told}");
        let turned = try_load(&[("a.json", &other), ("b.json", &one)]).unwrap();
        assert_eq!(loaded.snapshot, turned.snapshot, "whatever the order");
    }
}

#[test]
fn many_pages_take_little_time() {
    let listeners: Vec<String> = (0..20_000)
        .map(|n| format!(r#"{{"LoadBalancerArn": "b", "Listeners": [{{"ListenerArn": "{n}"}}]}}"#))
        .collect();
    let routes: Vec<String> = (0..20_000)
        .map(|n| {
            format!(
                r#"{{"TransitGatewayRouteTableId": "t", "Routes": [{{"PrefixListId": "{n}"}}]}}"#
            )
        })
        .collect();
    let region = region_of(&[(
        "x.json",
        &format!(
            r#"{{"LoadBalancerListeners": [{}], "TransitGatewayRoutes": [{}]}}"#,
            listeners.join(","),
            routes.join(",")
        ),
    )]);
    assert_eq!(region.load_balancer_listeners.unwrap()[0].listeners.len(), 20_000);
    assert_eq!(region.transit_gateway_routes.unwrap()[0].routes.len(), 20_000);
}

// Broken fields.

#[test]
fn broken_fields_name_their_place() {
    for (name, text, field) in [
        ("x.json", r#"{"TransitGateways": [{"State": "available"}]}"#, "TransitGateways[0]"),
        ("x.json", r#"{"TransitGateways": {}}"#, "TransitGateways"),
        (
            "x.json",
            r#"{"TransitGatewayRoutes": [{"TransitGatewayRouteTableId": "t"}]}"#,
            "TransitGatewayRoutes[0]",
        ),
        ("x.json", r#"{"TransitGatewayRoutes": [[]]}"#, "TransitGatewayRoutes[0]"),
        (
            "x.json",
            r#"{"TransitGatewayRoutes": [{"Routes": [{"State": 3}], "TransitGatewayRouteTableId": "t"}]}"#,
            "TransitGatewayRoutes[0].Routes[0].State",
        ),
        (
            "x.json",
            r#"{"TransitGatewayRoutes": [{"NextToken": 3, "Routes": [], "TransitGatewayRouteTableId": "t"}]}"#,
            "TransitGatewayRoutes[0].NextToken",
        ),
        ("tgw-rtb-1.json", r#"{"Routes": [{"Type": []}]}"#, "Routes[0].Type"),
        ("x.json", r#"{"AdditionalRoutesAvailable": "no"}"#, "AdditionalRoutesAvailable"),
        ("x.json", r#"{"Listeners": [{"ListenerArn": "x"}]}"#, "Listeners[0]"),
        ("x.json", r#"{"Listeners": [{"ListenerArn": "x", "Port": "443"}]}"#, "Listeners[0].Port"),
        (
            "x.json",
            r#"{"LoadBalancerListeners": [{"LoadBalancerArn": "b", "Listeners": [{"ListenerArn": "x", "Port": "443"}]}]}"#,
            "LoadBalancerListeners[0].Listeners[0].Port",
        ),
        ("x.json", r#"{"Rules": [{"Priority": "1"}]}"#, "Rules[0]"),
        ("x.json", r#"{"Rules": [{"Rules": []}]}"#, "Rules[0]"),
        (
            "x.json",
            r#"{"Rules": [{"ListenerArn": "x", "Rules": [{"RuleArn": "y", "Actions": 3}]}]}"#,
            "Rules[0].Rules[0].Actions",
        ),
        ("x.json", r#"{"LoadBalancerAttributes": "x"}"#, "LoadBalancerAttributes"),
        (
            "x.json",
            r#"{"LoadBalancerAttributes": [{"LoadBalancerArn": "x", "Attributes": [{"Value": "x"}]}]}"#,
            "LoadBalancerAttributes[0].Attributes[0]",
        ),
        (
            "x.json",
            r#"{"VpcBlockPublicAccessOptions": {"State": 3}}"#,
            "VpcBlockPublicAccessOptions.State",
        ),
        ("x.json", r#"{"Firewall": {"FirewallName": "x"}}"#, "Firewall"),
        ("x.json", r#"{"Firewall": {"FirewallArn": "x"}, "Firewall": {}}"#, "Firewall"),
        ("x.json", r#"{"Firewalls": [{"FirewallStatus": {}}]}"#, "Firewalls[0]"),
        ("x.json", r#"{"FirewallPolicies": [{"FirewallPolicy": {}}]}"#, "FirewallPolicies[0]"),
        (
            "x.json",
            r#"{"RuleGroups": [{"RuleGroupResponse": {"RuleGroupArn": "x"}, "RuleGroup": {"RulesSource": {"StatefulRules": [{}]}}}]}"#,
            "RuleGroups[0].RuleGroup.RulesSource.StatefulRules[0]",
        ),
        (
            "x.json",
            r#"{"virtualInterfaces": [{"virtualInterfaceId": "x", "bgpPeers": [{"bgpStatus": 1}]}]}"#,
            "virtualInterfaces[0].bgpPeers[0].bgpStatus",
        ),
        ("x.json", r#"{"EnableDnsSupport": {"Value": "true"}}"#, "EnableDnsSupport.Value"),
        (
            "x.json",
            r#"{"TransitGatewayPrefixListReferences": [{"State": "available"}]}"#,
            "TransitGatewayPrefixListReferences[0]",
        ),
    ] {
        let text = format!("\n{text}");
        let error = try_load(&[(name, &text)]).unwrap_err();
        assert_eq!(error.code(), "invalid_field", "{text}: {error}");
        assert_eq!((error.file(), error.line()), (Some(name), Some(2)), "{text}: {error}");
        assert_eq!(error.field(), Some(field), "{text}: {error}");
        assert!(!error.to_string().contains("struct"), "{error}");
    }
}

// Places.

#[test]
fn arns_and_options_tell_the_place() {
    for kind in [Kind::LoadBalancers, Kind::TargetGroups, Kind::VpcBlockPublicAccessOptions] {
        let (_, text) = SAMPLES.iter().find(|(of, _)| *of == kind).unwrap();
        let region = region_of(&[("x.json", text)]);
        let told = (region.account.as_deref(), region.name.as_deref());
        assert_eq!(told, (Some("111122223333"), Some("eu-west-1")), "{}", kind.key());
    }
}

#[test]
fn what_others_share_tells_no_account() {
    let text = r#"{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}], "TransitGateways": [{"TransitGatewayId": "tgw-1",
        "OwnerId": "444455556666", "TransitGatewayArn": "arn:aws:ec2:eu-west-1:444455556666:transit-gateway/tgw-1"}]}"#;
    let region = region_of(&[("x.json", text)]);
    assert_eq!(region.account.as_deref(), Some("111122223333"));
    assert_eq!(region.name.as_deref(), Some("eu-west-1"));
}

// What the walk does not follow.

/// What every account has some of, or would have collected to say that it has none. Nobody is told
/// that there is nothing of the rest.
const USUAL: &[Kind] = &[
    Kind::Vpcs,
    Kind::Subnets,
    Kind::NetworkInterfaces,
    Kind::Instances,
    Kind::SecurityGroups,
    Kind::SecurityGroupRules,
    Kind::NetworkAcls,
    Kind::RouteTables,
    Kind::InternetGateways,
    Kind::EgressOnlyInternetGateways,
    Kind::NatGateways,
    Kind::Addresses,
    Kind::VpcPeeringConnections,
    Kind::VpnGateways,
    Kind::VpnConnections,
    Kind::PrefixLists,
    Kind::ManagedPrefixListEntries,
];

#[test]
fn held_kinds_are_noted_where_there_are_some() {
    let about = |network: &Network, code: &str| -> Vec<String> {
        let of_code = network.diagnostics().iter().filter(|d| d.code == code);
        of_code.map(|d| d.message.clone()).collect()
    };
    for (kind, text) in SAMPLES {
        let network = try_load(&[("x.json", text)]).unwrap().compile();
        let told = about(&network, "kind_not_modelled");
        assert_eq!(told.is_empty(), kind.modelled(), "{}: {told:?}", kind.key());
        assert!(told.iter().all(|text| text.contains(&format!("`{}`", kind.key()))));
        let missing = about(&network, "kind_not_collected");
        for other in Kind::ALL {
            let named = missing.iter().any(|text| text.contains(&format!("`{}`", other.key())));
            assert_eq!(named, USUAL.contains(other) && other != kind, "{}", other.key());
        }
    }
    let empty = try_load(&[("x.json", r#"{"Vpcs": [], "TransitGateways": []}"#)]).unwrap();
    assert_eq!(about(&empty.compile(), "kind_not_modelled"), [""; 0]);
}

// Snapshots of real accounts, where they stand beside the checkout.

#[test]
fn real_snapshots_have_what_they_have() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/real"));
    if !data.is_dir() {
        eprintln!("shared data not present: suite not run");
        return;
    }
    let count = |name: &str, kind: Kind| -> usize {
        let loaded = load(data.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        loaded.snapshot.regions.iter().map(|region| region.count(kind)).sum()
    };
    for (kind, expected) in [
        (Kind::Vpcs, 2),
        (Kind::Subnets, 4),
        (Kind::NetworkInterfaces, 4),
        (Kind::Instances, 4),
        (Kind::SecurityGroups, 4),
        (Kind::RouteTables, 4),
        (Kind::TransitGateways, 2),
        (Kind::TransitGatewayVpcAttachments, 3),
        (Kind::TransitGatewayAttachments, 3),
        (Kind::TransitGatewayRouteTables, 1),
        (Kind::TransitGatewayStaticRoutes, 1),
        (Kind::TransitGatewayPropagations, 1),
        (Kind::TransitGatewayRoutes, 0),
    ] {
        assert_eq!(count("transit-gateway-multi-account", kind), expected, "{}", kind.key());
    }
    for (kind, expected) in [
        (Kind::Vpcs, 1),
        (Kind::Subnets, 2),
        (Kind::Instances, 2),
        (Kind::SecurityGroups, 2),
        (Kind::NetworkAcls, 2),
        (Kind::RouteTables, 3),
        (Kind::PrefixLists, 2),
        (Kind::VpcEndpoints, 1),
        (Kind::LoadBalancers, 0),
        (Kind::LoadBalancerListeners, 0),
    ] {
        assert_eq!(count("vpc-endpoint-gateway", kind), expected, "{}", kind.key());
    }
    let loaded = load(data.join("vpc-endpoint-gateway")).unwrap();
    let region = &loaded.snapshot.regions[0];
    assert!(region.collected(Kind::LoadBalancerListeners), "asked for, and none there");
    assert!(!region.collected(Kind::ListenerRules), "not asked for");
}
