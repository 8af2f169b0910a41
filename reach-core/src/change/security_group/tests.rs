use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::Edit;
use super::super::fixture::{edit, make, refuse, refused, snapshot};
use super::group::{NO_GROUP, groups, rules};
use super::*;

/// The lab: Telnet and SSH open, SSH also to two more peers; everything open outwards.
fn account() -> Snapshot {
    snapshot(json!({
        "SecurityGroups": [
            {"GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1", "OwnerId": "111122223333",
             "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 23, "ToPort": 23,
                 "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "old"}]},
                {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                 "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "203.0.113.7/32"}],
                 "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "111122223333"}]}],
             "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
            {"GroupId": "sg-2", "GroupName": "db", "VpcId": "vpc-1", "OwnerId": "111122223333"},
            {"GroupId": "sg-3", "GroupName": "db", "VpcId": "vpc-2"},
        ],
        "SecurityGroupRules": [
            rule("sgr-23", false, "tcp", 23, json!({"CidrIpv4": "0.0.0.0/0", "Description": "old"})),
            rule("sgr-22", false, "tcp", 22, json!({"CidrIpv4": "0.0.0.0/0"})),
            rule("sgr-22a", false, "tcp", 22, json!({"CidrIpv4": "203.0.113.7/32"})),
            rule("sgr-22b", false, "tcp", 22, json!({
                "ReferencedGroupInfo": {"GroupId": "sg-2", "UserId": "111122223333"}})),
            rule("sgr-out", true, "-1", -1, json!({"CidrIpv4": "0.0.0.0/0"})),
        ],
    }))
}

fn rule(id: &str, egress: bool, protocol: &str, port: i32, peer: Value) -> Value {
    let mut rule = peer;
    let fields = json!({"SecurityGroupRuleId": id, "GroupId": "sg-1",
                        "GroupOwnerId": "111122223333", "IsEgress": egress,
                        "IpProtocol": protocol, "FromPort": port, "ToPort": port});
    rule.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    rule
}

/// The same account when nobody asked for the rules one by one.
fn nested_only() -> Snapshot {
    let mut snapshot = account();
    snapshot.regions[0].security_group_rules = None;
    snapshot
}

fn ask(action: &str, fields: Value) -> Value {
    let mut asked = json!({"Action": action, "GroupId": "sg-1"});
    let Value::Object(fields) = fields else { panic!("object") };
    asked.as_object_mut().unwrap().extend(fields);
    asked
}

fn authorize(fields: Value) -> Value {
    ask("AuthorizeSecurityGroupIngress", fields)
}

fn revoke(fields: Value) -> Value {
    ask("RevokeSecurityGroupIngress", fields)
}

fn ingress(snapshot: &Snapshot) -> Value {
    let group = &snapshot.regions[0].security_groups.as_ref().unwrap()[0];
    serde_json::to_value(&group.ip_permissions).unwrap()
}

fn rule_ids(snapshot: &Snapshot) -> Vec<String> {
    rules(snapshot).map(|rule| rule.security_group_rule_id.clone()).collect()
}

/// The rules as each form tells them, which must agree; both, as text.
fn agreed(snapshot: &Snapshot) -> BTreeSet<Rule> {
    let group = groups(snapshot).next().unwrap();
    let nested: Vec<Rule> = group
        .ip_permissions
        .iter()
        .flat_map(|it| Rule::all(it, false))
        .chain(group.ip_permissions_egress.iter().flat_map(|it| Rule::all(it, true)))
        .collect();
    let set: BTreeSet<Rule> = nested.iter().cloned().collect();
    assert_eq!(nested.len(), set.len(), "a rule stands twice");
    if snapshot.regions[0].security_group_rules.is_some() {
        let single: Vec<Rule> = rules(snapshot).map(Rule::of).collect();
        assert_eq!(single.len(), set.len());
        assert_eq!(single.into_iter().collect::<BTreeSet<_>>(), set);
        let ids = rule_ids(snapshot);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    }
    set
}

#[test]
fn authorize_adds_to_both_forms() {
    let asked = authorize(json!({"IpPermissions": [
        {"IpProtocol": "6", "FromPort": 22, "ToPort": 22,
         "IpRanges": [{"CidrIp": "198.51.100.9/24", "Description": "office"}]},
        {"IpProtocol": "-1", "FromPort": 5, "ToPort": 3,
         "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::1/32"}]},
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1,
         "PrefixListIds": [{"PrefixListId": "pl-1"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
         "UserIdGroupPairs": [{"GroupName": "db", "Description": "db"}]},
    ]}));
    let mut nested = nested_only();
    make(&mut nested, asked.clone());
    assert_eq!(nested.regions[0].security_group_rules, None);

    let mut snapshot = account();
    make(&mut snapshot, asked.clone());
    assert_eq!(agreed(&snapshot), agreed(&nested));
    assert_eq!(agreed(&snapshot).len(), 9);
    let permissions = ingress(&snapshot);
    assert_eq!(ingress(&nested), permissions);
    assert_eq!(
        permissions[1]["IpRanges"][2],
        json!({"CidrIp": "198.51.100.0/24", "Description": "office"}),
        "joins the permission with the same ports"
    );
    let added: BTreeSet<String> =
        permissions.as_array().unwrap()[2..].iter().map(ToString::to_string).collect();
    let expected = [
        json!({"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}),
        json!({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1,
               "PrefixListIds": [{"PrefixListId": "pl-1"}]}),
        json!({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
               "UserIdGroupPairs": [{"GroupId": "sg-2", "GroupName": "db",
                                     "UserId": "111122223333", "Description": "db"}]}),
    ];
    assert_eq!(added, expected.iter().map(ToString::to_string).collect());

    let rules = serde_json::to_value(&snapshot.regions[0].security_group_rules).unwrap();
    let all: Vec<_> =
        rules.as_array().unwrap().iter().filter(|it| it["IpProtocol"] == "-1").collect();
    let id = all[1]["SecurityGroupRuleId"].as_str().unwrap();
    assert!(id.len() == 21 && id.starts_with("sgr-"), "{id}");
    let mut expected = rule(id, false, "-1", -1, json!({"CidrIpv6": "2001:db8::/32"}));
    expected["IsEgress"] = json!(false);
    assert_eq!(*all[1], expected);

    let mut again = account();
    make(&mut again, asked);
    assert_eq!(again, snapshot, "ids are derived, not drawn");
}

#[test]
fn the_flat_form_and_egress() {
    let mut snapshot = account();
    let flat = json!({"GroupId": null, "GroupName": "web", "IpProtocol": "udp", "FromPort": 53,
                      "ToPort": 53, "CidrIp": "10.0.0.2/32", "CidrIpv6": "::/0"});
    make(&mut snapshot, ask("AuthorizeSecurityGroupEgress", flat.clone()));
    let group = groups(&snapshot).next().unwrap();
    assert_eq!(
        serde_json::to_value(&group.ip_permissions_egress).unwrap()[1],
        json!({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53,
               "IpRanges": [{"CidrIp": "10.0.0.2/32"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
    );
    assert_eq!(agreed(&snapshot).len(), 7);
    // Inbound there is no such rule.
    assert_eq!(refused(&snapshot, revoke(flat.clone())).0, "InvalidPermission.NotFound");
    make(&mut snapshot, ask("RevokeSecurityGroupEgress", flat));
    assert_eq!(snapshot, account());
}

#[test]
fn revoke_by_id_and_by_what_the_rule_says() {
    let by_id = json!({"SecurityGroupRuleIds": ["sgr-22", "sgr-22b"]});
    let told = json!({"IpPermissions": [{
        "IpProtocol": "6", "FromPort": 22, "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "whatever"}],
        "UserIdGroupPairs": [{"GroupId": "sg-2"}]}]});
    let mut one = account();
    make(&mut one, revoke(by_id));
    let mut other = account();
    make(&mut other, revoke(told.clone()));
    assert_eq!(one, other);
    assert_eq!(rule_ids(&one), ["sgr-23", "sgr-22a", "sgr-out"]);
    assert_eq!(
        ingress(&one)[1],
        json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
               "IpRanges": [{"CidrIp": "203.0.113.7/32"}]})
    );
    agreed(&one);
    let mut nested = nested_only();
    make(&mut nested, revoke(told));
    assert_eq!(ingress(&nested), ingress(&one));

    // The last peer takes the permission with it.
    make(
        &mut one,
        revoke(json!({"IpProtocol": "tcp", "FromPort": 23, "ToPort": 23,
                                 "CidrIp": "0.0.0.0/0"})),
    );
    assert_eq!(ingress(&one).as_array().unwrap().len(), 1);
    make(&mut one, revoke(json!({"SecurityGroupRuleIds": ["sgr-22a"]})));
    assert_eq!(ingress(&one), json!([]));
    make(&mut one, ask("RevokeSecurityGroupEgress", json!({"SecurityGroupRuleIds": ["sgr-out"]})));
    assert_eq!(agreed(&one).len(), 0);
}

#[test]
fn revoke_needs_an_exact_match() {
    let not_found = ("InvalidPermission.NotFound", "sg-1".to_owned());
    for fields in [
        json!({"IpProtocol": "udp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}),
        json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 23, "CidrIp": "0.0.0.0/0"}),
        json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "203.0.113.0/24"}),
        json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"}),
        json!({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}),
        // One that is there does not save one that is not.
        json!({"IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 23, "ToPort": 23, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "tcp", "FromPort": 24, "ToPort": 24, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}),
    ] {
        assert_eq!(refused(&account(), revoke(fields.clone())), not_found, "{fields}");
    }
    let error = refuse(
        &account(),
        revoke(json!({"IpProtocol": "6", "FromPort": 80, "ToPort": 90, "CidrIp": "10.0.0.1/8"})),
    );
    assert_eq!(
        error.to_string(),
        "`RevokeSecurityGroupIngress`: `sg-1` has no rule ingress tcp 80-90 for `10.0.0.0/8`"
    );
}

#[test]
fn rule_ids_must_be_the_groups_own() {
    let by_id = |id: &str| revoke(json!({"SecurityGroupRuleIds": ["sgr-23", id]}));
    let mut account = account();
    let mut foreign = account.regions[0].security_group_rules.as_ref().unwrap()[0].clone();
    foreign.security_group_rule_id = "sgr-far".into();
    foreign.group_id = "sg-2".into();
    account.regions[0].security_group_rules.as_mut().unwrap().push(foreign);
    for (id, why) in [
        ("sgr-out", "`sgr-out` is an egress rule"),
        ("sgr-far", "`sgr-far` is a rule of `sg-2`, not of `sg-1`"),
        ("sgr-none", "`sgr-none` is not in the snapshot"),
    ] {
        let error = refuse(&account, by_id(id));
        assert_eq!((error.code(), error.resource()), (NO_RULE_ID, Some(id)));
        assert_eq!(error.to_string(), format!("`RevokeSecurityGroupIngress`: {why}"));
    }
    let error = refuse(&nested_only(), by_id("sgr-22"));
    assert!(error.to_string().ends_with("holds no answer of `describe-security-group-rules`"));
}

fn modify(updates: &[(&str, Value)]) -> Value {
    let updates: Vec<Value> = updates
        .iter()
        .map(|(id, rule)| json!({"SecurityGroupRuleId": id, "SecurityGroupRule": rule}))
        .collect();
    ask("ModifySecurityGroupRules", json!({"SecurityGroupRules": updates}))
}

#[test]
fn modify_changes_both_forms_and_keeps_the_id() {
    let ssh = |peer: Value| {
        let mut rule = json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22});
        rule.as_object_mut().unwrap().extend(peer.as_object().unwrap().clone());
        rule
    };
    let mut snapshot = account();
    make(
        &mut snapshot,
        modify(&[
            ("sgr-22", ssh(json!({"CidrIpv4": "198.51.100.7/32"}))),
            ("sgr-23", json!({"IpProtocol": "icmpv6", "CidrIpv6": "::/0"})),
            (
                "sgr-out",
                json!({"IpProtocol": "6", "FromPort": 443, "ToPort": 443,
                               "PrefixListId": "pl-1", "Description": "s3"}),
            ),
        ]),
    );
    assert_eq!(rule_ids(&snapshot), rule_ids(&account()));
    assert_eq!(agreed(&snapshot).len(), 5);
    let rules = serde_json::to_value(&snapshot.regions[0].security_group_rules).unwrap();
    assert_eq!(
        rules[0],
        rule("sgr-23", false, "icmpv6", -1, json!({"CidrIpv6": "::/0", "Description": "old"})),
        "a description that is not given stays"
    );
    assert_eq!(rules[1], rule("sgr-22", false, "tcp", 22, json!({"CidrIpv4": "198.51.100.7/32"})));
    assert_eq!(
        rules[4],
        rule("sgr-out", true, "tcp", 443, json!({"PrefixListId": "pl-1", "Description": "s3"}))
    );
    let group = groups(&snapshot).next().unwrap();
    assert_eq!(
        serde_json::to_value(&group.ip_permissions_egress).unwrap(),
        json!([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                "PrefixListIds": [{"PrefixListId": "pl-1", "Description": "s3"}]}])
    );

    // What is known of a referenced group stays with it.
    make(
        &mut snapshot,
        modify(&[("sgr-22b", json!({"IpProtocol": "-1", "ReferencedGroupId": "sg-2"}))]),
    );
    let info = rules_of(&snapshot, "sgr-22b").referenced_group_info.clone().unwrap();
    assert_eq!(info.user_id.as_deref(), Some("111122223333"));
    agreed(&snapshot);
}

fn rules_of<'a>(snapshot: &'a Snapshot, id: &str) -> &'a SecurityGroupRule {
    rules(snapshot).find(|rule| rule.security_group_rule_id == id).unwrap()
}

#[test]
fn modify_may_swap_and_describe() {
    let tcp = |port: i32, text: &str| {
        json!({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": "0.0.0.0/0",
               "Description": text})
    };
    let mut snapshot = account();
    make(&mut snapshot, modify(&[("sgr-22", tcp(23, "a")), ("sgr-23", tcp(22, "b"))]));
    assert_eq!(agreed(&snapshot), agreed(&account()));
    assert_eq!(rules_of(&snapshot, "sgr-22").from_port, Some(23));
    let permissions = ingress(&snapshot);
    assert_eq!(permissions[0]["IpRanges"][0], json!({"CidrIp": "0.0.0.0/0", "Description": "a"}));
    assert_eq!(permissions[1]["IpRanges"][0], json!({"CidrIp": "0.0.0.0/0", "Description": "b"}));

    // The id of a modified rule stays taken: the same rule authorized again gets another.
    let open =
        authorize(json!({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "0.0.0.0/0"}));
    make(&mut snapshot, open.clone());
    let id = rule_ids(&snapshot).pop().unwrap();
    make(&mut snapshot, modify(&[(&id, tcp(2, "moved"))]));
    make(&mut snapshot, open);
    assert_eq!(agreed(&snapshot).len(), 7);
}

#[test]
fn what_modify_refuses() {
    let account = account();
    let duplicate = "InvalidPermission.Duplicate";
    let tcp = |port: i32| json!({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": "0.0.0.0/0"});
    for (updates, code, resource) in [
        (vec![], "MissingParameter", "sg-1"),
        (vec![("sgr-22", tcp(23))], duplicate, "sgr-22"),
        (vec![("sgr-22", tcp(9)), ("sgr-23", tcp(9))], duplicate, "sgr-23"),
        (vec![("sgr-22", tcp(9)), ("sgr-22", tcp(10))], "InvalidParameterValue", "sgr-22"),
        (vec![("sgr-none", tcp(9))], NO_RULE_ID, "sgr-none"),
        (vec![("sgr-22", tcp(-1))], "InvalidParameterValue", "sgr-22"),
        (vec![("sgr-22", json!({"IpProtocol": "-1"}))], "MissingParameter", "sgr-22"),
        (
            vec![(
                "sgr-22",
                json!({"IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0", "CidrIpv6": "::/0"}),
            )],
            "InvalidParameterCombination",
            "sgr-22",
        ),
        (
            vec![("sgr-22", json!({"IpProtocol": "-1", "ReferencedGroupId": "sg-9"}))],
            NO_GROUP,
            "sg-9",
        ),
    ] {
        let refused = refused(&account, modify(&updates));
        assert_eq!(refused, (code, resource.to_owned()), "{updates:?}");
    }
}

#[test]
fn what_authorize_refuses() {
    let account = account();
    let open = json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"});
    let error = refuse(&account, authorize(open.clone()));
    assert_eq!(error.code(), "InvalidPermission.Duplicate");
    assert_eq!(
        error.to_string(),
        "`AuthorizeSecurityGroupIngress`: `sg-1` has the rule ingress tcp 22 for `0.0.0.0/0` already"
    );
    let peer = |peer: Value| {
        let mut permission = json!({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2});
        permission.as_object_mut().unwrap().extend(peer.as_object().unwrap().clone());
        json!({"IpPermissions": [permission]})
    };
    for (fields, code, resource) in [
        (json!({}), "MissingParameter", "sg-1"),
        (json!({"FromPort": 1}), "MissingParameter", "sg-1"),
        (json!({"CidrIp": "0.0.0.0/0"}), "MissingParameter", "sg-1"),
        (json!({"IpProtocol": "-1"}), "MissingParameter", "sg-1"),
        (peer(json!({})), "MissingParameter", "sg-1"),
        (peer(json!({"UserIdGroupPairs": [{}]})), "MissingParameter", "sg-1"),
        (peer(json!({"UserIdGroupPairs": [{"GroupId": "sg-9"}]})), NO_GROUP, "sg-9"),
        (
            peer(json!({"UserIdGroupPairs": [{"GroupId": "sg-9", "UserId": "111122223333"}]})),
            NO_GROUP,
            "sg-9",
        ),
        (peer(json!({"UserIdGroupPairs": [{"GroupName": "nobody"}]})), NO_GROUP, "nobody"),
        (
            peer(json!({"IpRanges": [{"CidrIp": "10.0.0.1/8"}, {"CidrIp": "10.9.9.9/8"}]})),
            "InvalidParameterValue",
            "sg-1",
        ),
        (peer(json!({"IpRanges": [{"CidrIp": "::/0"}]})), "InvalidParameterValue", "sg-1"),
        (peer(json!({"IpRanges": [{"CidrIp": "10.0.0.1"}]})), "InvalidParameterValue", "sg-1"),
        (peer(json!({"Ipv6Ranges": [{"CidrIpv6": "0.0.0.0/0"}]})), "InvalidParameterValue", "sg-1"),
        (
            json!({"IpProtocol": "tcp", "FromPort": 23, "ToPort": 22, "CidrIp": "0.0.0.0/0"}),
            "InvalidParameterValue",
            "sg-1",
        ),
        (json!({"IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"}), "InvalidParameterValue", "sg-1"),
        (
            json!({"IpProtocol": "tcp\u{1b}[31m\n", "FromPort": 1, "ToPort": 1, "CidrIp": "0.0.0.0/0"}),
            "InvalidParameterValue",
            "sg-1",
        ),
        (
            json!({"IpProtocol": "x".repeat(100_000), "CidrIp": "0.0.0.0/0"}),
            "InvalidParameterValue",
            "sg-1",
        ),
        (
            json!({"IpProtocol": "icmp", "FromPort": i32::MIN, "ToPort": i32::MAX, "CidrIp": "0.0.0.0/0"}),
            "InvalidParameterValue",
            "sg-1",
        ),
        (
            json!({"IpProtocol": "-1", "IpPermissions": [{"IpProtocol": "-1"}]}),
            "InvalidParameterCombination",
            "sg-1",
        ),
        (json!({"GroupName": "web"}), "InvalidParameterCombination", ""),
        (json!({"GroupId": null}), "MissingParameter", ""),
        (json!({"GroupId": "sg-9"}), NO_GROUP, "sg-9"),
        (json!({"GroupId": null, "GroupName": "nobody"}), NO_GROUP, "nobody"),
        (json!({"GroupId": null, "GroupName": "db"}), "InvalidParameterValue", ""),
    ] {
        let refused = refused(&account, authorize(fields.clone()));
        assert_eq!(refused, (code, resource.to_owned()), "{fields}");
    }
    // Another account's group cannot be looked up, so it is taken on trust.
    let far = peer(json!({"UserIdGroupPairs": [{"GroupId": "sg-9", "UserId": "444455556666"}]}));
    make(&mut account.clone(), authorize(far));
    let both = revoke(json!({"IpProtocol": "-1", "SecurityGroupRuleIds": ["sgr-22"]}));
    assert_eq!(refused(&account, both).0, "InvalidParameterCombination");
    assert_eq!(refused(&account, revoke(json!({}))).0, "MissingParameter");

    let list = peer(json!({"PrefixListIds": [{"PrefixListId": "pl-9"}]}));
    let mut listed = account.clone();
    listed.regions[0].prefix_lists = Some(vec![crate::snapshot::PrefixList::default()]);
    let no_list = ("InvalidPrefixListID.NotFound", "pl-9".to_owned());
    assert_eq!(refused(&listed, authorize(list)), no_list);
}

#[test]
fn odd_rules_of_the_snapshot_neither_match_nor_get_lost() {
    let mut odd = account();
    let group = &mut odd.regions[0].security_groups.as_mut().unwrap()[0];
    for cidr in ["nonsense\u{1b}", "", "010.0.0.0/8", "0.0.0.0/0"] {
        group.ip_permissions.push(IpPermission {
            ip_protocol: "tc\np".into(),
            from_port: Some(i32::MAX),
            to_port: Some(i32::MIN),
            ip_ranges: vec![IpRange { cidr_ip: cidr.into(), description: None }],
            ..IpPermission::default()
        });
    }
    group.ip_permissions.push(IpPermission::default());
    let odd_rule = SecurityGroupRule {
        security_group_rule_id: "sgr-odd".into(),
        group_id: "sg-1".into(),
        ip_protocol: "\u{202e}".into(),
        ..SecurityGroupRule::default()
    };
    odd.regions[0].security_group_rules.as_mut().unwrap().push(odd_rule);
    let before = odd.clone();
    let open = json!({"IpProtocol": "tcp", "FromPort": 7, "ToPort": 7, "CidrIp": "0.0.0.0/0"});
    make(&mut odd, authorize(open.clone()));
    make(&mut odd, revoke(open));
    assert_eq!(odd, before);
    make(&mut odd, revoke(json!({"SecurityGroupRuleIds": ["sgr-odd"]})));
    assert_eq!(rule_ids(&odd), rule_ids(&account()));
    make(&mut odd, modify(&[("sgr-22", json!({"IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0"}))]));
}

#[test]
fn every_copy_changes() {
    let mut snapshot = account();
    let again = snapshot.regions[0].clone();
    snapshot.regions.push(again);
    make(&mut snapshot, revoke(json!({"SecurityGroupRuleIds": ["sgr-22"]})));
    make(&mut snapshot, authorize(json!({"IpProtocol": "50", "CidrIp": "10.0.0.0/8"})));
    make(&mut snapshot, modify(&[("sgr-23", json!({"IpProtocol": "50", "CidrIpv6": "::/0"}))]));
    assert_eq!(snapshot.regions[0], snapshot.regions[1]);
}

#[test]
fn a_rule_that_only_one_form_has_is_removed_all_the_same() {
    let telnet = json!({"IpProtocol": "tcp", "FromPort": 23, "ToPort": 23, "CidrIp": "0.0.0.0/0"});
    let mut snapshot = account();
    snapshot.regions[0].security_group_rules.as_mut().unwrap().remove(0);
    make(&mut snapshot, revoke(telnet.clone()));
    let mut other = account();
    other.regions[0].security_groups.as_mut().unwrap()[0].ip_permissions.remove(0);
    make(&mut other, revoke(telnet));
    assert_eq!(snapshot, other);
}

#[test]
fn a_large_group_is_no_burden() {
    let range = |n: usize| json!({"CidrIp": format!("10.{}.{}.0/24", n / 256, n % 256)});
    let ranges: Vec<Value> = (0..20_000).map(range).collect();
    let fields = json!({"IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges}]});
    let mut snapshot = account();
    make(&mut snapshot, authorize(fields.clone()));
    assert_eq!(agreed(&snapshot).len(), 20_005);
    make(&mut snapshot, revoke(fields));
    assert_eq!(snapshot, account());
}

/// An edit of a small universe, so that a random sequence often fits.
fn any_edit() -> impl Strategy<Value = Edit> {
    let port = 0..3_i32;
    let cidr = prop_oneof![Just("0.0.0.0/0"), Just("10.0.0.0/8"), Just("10.9.9.9/8")];
    let protocol = prop_oneof![Just("tcp"), Just("6"), Just("-1"), Just("udp"), Just("50")];
    (0..5_u8, port.clone(), port, cidr, protocol, 0..8_usize).prop_map(
        |(action, from, to, cidr, protocol, nth)| {
            let flat =
                json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to, "CidrIp": cidr});
            let single =
                json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to, "CidrIpv4": cidr});
            edit(match action {
                0 => authorize(flat),
                1 => revoke(flat),
                2 => ask("AuthorizeSecurityGroupEgress", flat),
                // Stand-ins: the test puts an id of the snapshot there.
                3 => revoke(json!({"SecurityGroupRuleIds": [nth.to_string()]})),
                _ => modify(&[(&nth.to_string(), single)]),
            })
        },
    )
}

proptest! {
    #[test]
    fn the_two_forms_always_agree(edits in prop::collection::vec(any_edit(), 1..40)) {
        let mut both = account();
        let mut nested = nested_only();
        for mut edit in edits {
            let ids = rule_ids(&both);
            let by_id = match &mut edit {
                Edit::RevokeSecurityGroupIngress(it) => it.security_group_rule_ids.first_mut(),
                Edit::ModifySecurityGroupRules(it) => {
                    it.security_group_rules.first_mut().map(|it| &mut it.security_group_rule_id)
                }
                _ => None,
            };
            let is_by_id = by_id.is_some();
            if let Some(id) = by_id {
                let nth: usize = id.parse().unwrap();
                *id = ids.get(nth % ids.len().max(1)).cloned().unwrap_or_default();
            }
            let before = both.clone();
            let fits = edit.apply(&mut both);
            if fits.is_err() {
                prop_assert_eq!(&both, &before);
            }
            if is_by_id {
                nested = both.clone();
                nested.regions[0].security_group_rules = None;
            } else {
                prop_assert_eq!(edit.apply(&mut nested), fits);
            }
            prop_assert_eq!(agreed(&both), agreed(&nested));
        }
    }
}
