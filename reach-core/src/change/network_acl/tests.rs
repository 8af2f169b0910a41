use serde_json::{Value, json};

use super::super::Edit;
use super::super::fixture::{edit, make, refuse, refused, snapshot};
use crate::snapshot::Snapshot;

fn account() -> Snapshot {
    snapshot(json!({"NetworkAcls": [
        {"NetworkAclId": "acl-1", "Entries": [
            {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false,
             "CidrBlock": "0.0.0.0/0"},
            {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": false,
             "CidrBlock": "0.0.0.0/0"},
        ]},
        {"NetworkAclId": "acl-2"},
    ]}))
}

fn entries(snapshot: &Snapshot) -> Value {
    serde_json::to_value(&snapshot.regions[0].network_acls.as_ref().unwrap()[0].entries).unwrap()
}

/// A good entry with some fields changed.
fn ask(action: &str, fields: Value) -> Value {
    let mut asked = json!({
        "Action": action, "NetworkAclId": "acl-1", "RuleNumber": 90, "Protocol": "6",
        "RuleAction": "deny", "Egress": false, "CidrBlock": "203.0.113.7/24",
        "PortRange": {"From": 22, "To": 23},
    });
    let Value::Object(fields) = fields else { panic!("object") };
    asked.as_object_mut().unwrap().extend(fields);
    asked
}

#[test]
fn create_replace_delete() {
    let mut snapshot = account();
    make(&mut snapshot, ask("CreateNetworkAclEntry", json!({"Protocol": "tcp"})));
    assert_eq!(
        entries(&snapshot)[2],
        json!({"RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Egress": false,
               "CidrBlock": "203.0.113.0/24", "PortRange": {"From": 22, "To": 23}})
    );
    // The other direction has numbers of its own.
    make(&mut snapshot, ask("CreateNetworkAclEntry", json!({"Egress": true})));
    make(
        &mut snapshot,
        ask(
            "ReplaceNetworkAclEntry",
            json!({"RuleAction": "allow", "Protocol": "1", "Icmp": {"Type": 8, "Code": -1}}),
        ),
    );
    assert_eq!(
        entries(&snapshot)[2],
        json!({"RuleNumber": 90, "Protocol": "1", "RuleAction": "allow", "Egress": false,
               "CidrBlock": "203.0.113.0/24", "IcmpTypeCode": {"Type": 8, "Code": -1}})
    );
    for egress in [false, true] {
        make(
            &mut snapshot,
            json!({"Action": "DeleteNetworkAclEntry", "NetworkAclId": "acl-1", "RuleNumber": 90,
                   "Egress": egress}),
        );
    }
    assert_eq!(snapshot, account());
}

#[test]
fn only_what_the_protocol_reads_is_kept() {
    let mut snapshot = account();
    let ports = json!({"Protocol": "50", "IcmpTypeCode": {"Type": 1, "Code": 2}});
    make(&mut snapshot, ask("CreateNetworkAclEntry", ports));
    let v6 = json!({"RuleNumber": 91, "Protocol": "58", "CidrBlock": null,
                    "Ipv6CidrBlock": "2001:db8::1/32", "IcmpTypeCode": {"Type": 128, "Code": 0}});
    make(&mut snapshot, ask("CreateNetworkAclEntry", v6));
    make(&mut snapshot, ask("CreateNetworkAclEntry", json!({"RuleNumber": 92, "Protocol": "58"})));
    let entries = entries(&snapshot);
    let keys = |index: usize| {
        let entry = entries[index].as_object().unwrap();
        (entry.contains_key("PortRange"), entry.contains_key("IcmpTypeCode"))
    };
    assert_eq!([keys(2), keys(3), keys(4)], [(false, false), (false, true), (false, false)]);
    assert_eq!(entries[3]["Ipv6CidrBlock"], "2001:db8::/32");
}

#[test]
fn what_does_not_fit() {
    let account = account();
    let value = ("InvalidParameterValue", "acl-1".to_owned());
    let missing = ("MissingParameter", "acl-1".to_owned());
    for action in ["CreateNetworkAclEntry", "ReplaceNetworkAclEntry"] {
        for bad in [
            json!({"RuleNumber": 0}),
            json!({"RuleNumber": 32767}),
            json!({"RuleNumber": i32::MIN}),
            json!({"Protocol": "256"}),
            json!({"Protocol": "all"}),
            json!({"RuleAction": "Allow"}),
            json!({"RuleAction": "pass\u{1b}[2J\n"}),
            json!({"CidrBlock": "10.0.0.0/40"}),
            json!({"CidrBlock": "::/0"}),
            json!({"PortRange": {"From": 23, "To": 22}}),
            json!({"PortRange": {"From": -1, "To": -1}}),
            json!({"Protocol": "1", "IcmpTypeCode": {"Type": -1, "Code": 3}}),
        ] {
            assert_eq!(refused(&account, ask(action, bad.clone())), value, "{bad}");
        }
        for bad in [
            json!({"PortRange": null}),
            json!({"Protocol": "1"}),
            json!({"Protocol": "58", "CidrBlock": null, "Ipv6CidrBlock": "::/0"}),
            json!({"CidrBlock": null}),
        ] {
            assert_eq!(refused(&account, ask(action, bad.clone())), missing, "{bad}");
        }
        let both = refused(&account, ask(action, json!({"Ipv6CidrBlock": "::/0"})));
        assert_eq!(both, ("InvalidParameterCombination", "acl-1".to_owned()));
        let none = refused(&account, ask(action, json!({"NetworkAclId": "acl-9"})));
        assert_eq!(none, ("InvalidNetworkAclID.NotFound", "acl-9".to_owned()));
    }
    let taken = refuse(&account, ask("CreateNetworkAclEntry", json!({"RuleNumber": 100})));
    assert_eq!(taken.code(), "NetworkAclEntryAlreadyExists");
    assert_eq!(
        taken.to_string(),
        "`CreateNetworkAclEntry`: there is an ingress entry 100 of `acl-1` already"
    );
    let no_entry = ("InvalidNetworkAclEntry.NotFound", "acl-1".to_owned());
    assert_eq!(refused(&account, ask("ReplaceNetworkAclEntry", json!({}))), no_entry);
    for (number, egress, expected) in
        [(100, true, no_entry.clone()), (99, false, no_entry), (32767, false, value)]
    {
        let asked = json!({"Action": "DeleteNetworkAclEntry", "NetworkAclId": "acl-1",
                           "RuleNumber": number, "Egress": egress});
        assert_eq!(refused(&account, asked), expected);
    }
}

#[test]
fn misspelt_parameters_are_refused() {
    for (bad, name) in [
        (json!({"DryRun": true}), "DryRun"),
        (json!({"PortRange": {"From": 1, "To": 2, "Till": 3}}), "Till"),
        (json!({"IcmpTypeCode": {"Type": 1, "Code": 2, "Kind": 3}}), "Kind"),
        (json!({"IcmpTypeCode": {"Type": 1}}), "Code"),
    ] {
        let asked = ask("CreateNetworkAclEntry", bad);
        let error = serde_json::from_value::<Edit>(asked).unwrap_err().to_string();
        assert!(error.contains(&format!("field `{name}`")), "{error}");
    }
    let asked = ask("CreateNetworkAclEntry", json!({"Unknown": 1}));
    let error = serde_json::from_value::<Edit>(asked).unwrap_err().to_string();
    assert!(error.contains("`PortRange`") && error.contains("`Icmp`"), "what it may be: {error}");
    let icmp = json!({"Protocol": "1", "Icmp": {"Type": 8, "Code": 0}});
    let edit = edit(ask("CreateNetworkAclEntry", icmp));
    let text = serde_json::to_string(&edit).unwrap();
    assert!(text.contains(r#""IcmpTypeCode":{"Type":8,"Code":0}"#), "{text}");
}
