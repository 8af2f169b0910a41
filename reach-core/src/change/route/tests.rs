use serde_json::{Value, json};

use super::super::fixture::{make, refuse, refused, snapshot};
use crate::snapshot::Snapshot;

fn account() -> Snapshot {
    snapshot(json!({
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active",
             "Origin": "CreateRouteTable"},
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active",
             "Origin": "CreateRoute"},
            {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-1", "State": "active",
             "Origin": "EnableVgwRoutePropagation"},
        ]}],
        "InternetGateways": [{"InternetGatewayId": "igw-1"}],
        "NatGateways": [{"NatGatewayId": "nat-1"}],
        "NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-1",
             "Attachment": {"InstanceId": "i-1", "Status": "attached"}},
            {"NetworkInterfaceId": "eni-2"},
        ],
        "Instances": [
            {"InstanceId": "i-1"},
            {"InstanceId": "i-2", "NetworkInterfaces": [{"NetworkInterfaceId": "eni-8"},
                                                        {"NetworkInterfaceId": "eni-9"}]},
            {"InstanceId": "i-3"},
        ],
        "PrefixLists": [{"PrefixListId": "pl-1"}],
        "VpcPeeringConnections": [],
        "VpnGateways": [],
        "EgressOnlyInternetGateways": [],
    }))
}

fn routes(snapshot: &Snapshot) -> Value {
    serde_json::to_value(&snapshot.regions[0].route_tables.as_ref().unwrap()[0].routes).unwrap()
}

fn ask(action: &str, fields: Value) -> Value {
    let mut asked = json!({"Action": action, "RouteTableId": "rtb-1"});
    let Value::Object(fields) = fields else { panic!("object") };
    asked.as_object_mut().unwrap().extend(fields);
    asked
}

#[test]
fn create_replace_delete() {
    let mut snapshot = account();
    let to = json!({"DestinationCidrBlock": "10.9.1.2/16", "NatGatewayId": "nat-1"});
    make(&mut snapshot, ask("CreateRoute", to));
    assert_eq!(
        routes(&snapshot)[3],
        json!({"DestinationCidrBlock": "10.9.0.0/16", "NatGatewayId": "nat-1", "State": "active",
               "Origin": "CreateRoute"})
    );
    let to = json!({"DestinationCidrBlock": "10.9.0.0/16", "InstanceId": "i-1"});
    make(&mut snapshot, ask("ReplaceRoute", to));
    assert_eq!(
        routes(&snapshot)[3],
        json!({"DestinationCidrBlock": "10.9.0.0/16", "NetworkInterfaceId": "eni-1",
               "InstanceId": "i-1", "State": "active", "Origin": "CreateRoute"})
    );
    make(&mut snapshot, ask("DeleteRoute", json!({"DestinationCidrBlock": "10.9.0.0/16"})));
    assert_eq!(snapshot, account());
}

#[test]
fn targets_and_destinations_of_every_kind() {
    for (target, field) in [
        (json!({"GatewayId": "igw-1"}), json!({"GatewayId": "igw-1"})),
        (json!({"GatewayId": "vpce-1"}), json!({"GatewayId": "vpce-1"})),
        (json!({"VpcEndpointId": "vpce-1"}), json!({"GatewayId": "vpce-1"})),
        (json!({"TransitGatewayId": "tgw-1"}), json!({"TransitGatewayId": "tgw-1"})),
        (json!({"LocalGatewayId": "lgw-1"}), json!({"LocalGatewayId": "lgw-1"})),
        (json!({"CarrierGatewayId": "cagw-1"}), json!({"CarrierGatewayId": "cagw-1"})),
        (json!({"CoreNetworkArn": "arn:aws:x"}), json!({"CoreNetworkArn": "arn:aws:x"})),
        (json!({"OdbNetworkArn": "arn:aws:y"}), json!({"OdbNetworkArn": "arn:aws:y"})),
        (
            json!({"NetworkInterfaceId": "eni-1"}),
            json!({"NetworkInterfaceId": "eni-1", "InstanceId": "i-1"}),
        ),
        (json!({"NetworkInterfaceId": "eni-2"}), json!({"NetworkInterfaceId": "eni-2"})),
    ] {
        for destination in [
            json!({"DestinationCidrBlock": "172.16.0.0/12"}),
            json!({"DestinationIpv6CidrBlock": "::/0"}),
            json!({"DestinationPrefixListId": "pl-1"}),
        ] {
            let mut asked = destination.clone();
            asked.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
            let mut snapshot = account();
            make(&mut snapshot, ask("CreateRoute", asked));
            let mut expected = json!({"State": "active", "Origin": "CreateRoute"});
            let fields = [&destination, &field].map(|it| it.as_object().unwrap().clone());
            expected.as_object_mut().unwrap().extend(fields.into_iter().flatten());
            assert_eq!(routes(&snapshot)[3], expected);
            make(&mut snapshot, ask("DeleteRoute", destination));
            assert_eq!(snapshot, account());
        }
    }
}

#[test]
fn a_written_route_stands_beside_a_propagated_one() {
    let mut snapshot = account();
    let to = json!({"DestinationCidrBlock": "192.168.0.0/16", "TransitGatewayId": "tgw-1"});
    let not_written = refuse(&snapshot, ask("ReplaceRoute", to.clone()));
    assert_eq!(not_written.code(), "InvalidRoute.NotFound");
    assert!(not_written.to_string().ends_with("was propagated"), "{not_written}");
    make(&mut snapshot, ask("CreateRoute", to.clone()));
    make(&mut snapshot, ask("ReplaceRoute", to));
    make(&mut snapshot, ask("DeleteRoute", json!({"DestinationCidrBlock": "192.168.0.0/16"})));
    assert_eq!(snapshot, account());
}

#[test]
fn the_local_route() {
    let local = "10.0.0.0/16";
    let mut snapshot = account();
    for target in [
        json!({"NetworkInterfaceId": "eni-2"}),
        json!({"NatGatewayId": "nat-1"}),
        json!({"VpcEndpointId": "vpce-1"}),
        json!({"GatewayId": "vpce-1"}),
    ] {
        let mut asked = target.clone();
        asked["DestinationCidrBlock"] = json!(local);
        make(&mut snapshot, ask("ReplaceRoute", asked));
        assert_eq!(routes(&snapshot)[0]["Origin"], "CreateRouteTable");
        // Wherever it leads, it stays the local route.
        let delete = ask("DeleteRoute", json!({"DestinationCidrBlock": local}));
        assert_eq!(refused(&snapshot, delete).0, "InvalidParameterValue");
    }
    for back in [json!({"LocalTarget": true}), json!({"GatewayId": "local"})] {
        let mut changed = snapshot.clone();
        let mut asked = back;
        asked["DestinationCidrBlock"] = json!(local);
        make(&mut changed, ask("ReplaceRoute", asked.clone()));
        assert_eq!(changed, account());
        asked["DestinationCidrBlock"] = json!("0.0.0.0/0");
        assert_eq!(
            refused(&changed, ask("ReplaceRoute", asked.clone())).0,
            "InvalidParameterValue"
        );
        asked["DestinationCidrBlock"] = json!("10.77.0.0/16");
        assert_eq!(refused(&changed, ask("CreateRoute", asked)).0, "InvalidParameterValue");
    }
    let igw = json!({"DestinationCidrBlock": local, "GatewayId": "igw-1"});
    assert_eq!(refused(&account(), ask("ReplaceRoute", igw.clone())).0, "InvalidParameterValue");
    assert_eq!(refused(&account(), ask("CreateRoute", igw)).0, "RouteAlreadyExists");

    // More specific than local: middleboxes only.
    let part = |target: &str, id: &str| {
        ask("CreateRoute", json!({"DestinationCidrBlock": "10.0.2.0/24", target: id}))
    };
    assert_eq!(refused(&account(), part("GatewayId", "igw-1")).0, "InvalidParameterValue");
    make(&mut account(), part("NetworkInterfaceId", "eni-1"));
}

#[test]
fn what_does_not_fit() {
    let account = account();
    let to = |target: &str, id: &str| json!({"DestinationCidrBlock": "172.16.0.0/12", target: id});
    for (target, id, code) in [
        ("GatewayId", "igw-9", "InvalidGatewayID.NotFound"),
        ("GatewayId", "vgw-9", "InvalidGatewayID.NotFound"),
        ("NatGatewayId", "nat-9", "InvalidNatGatewayID.NotFound"),
        ("NetworkInterfaceId", "eni-9", "InvalidNetworkInterfaceID.NotFound"),
        ("InstanceId", "i-9", "InvalidInstanceID.NotFound"),
        ("InstanceId", "i-2", "InvalidInstanceID"),
        ("InstanceId", "i-3", "InvalidInstanceID"),
        ("VpcPeeringConnectionId", "pcx-9", "InvalidVpcPeeringConnectionID.NotFound"),
        ("EgressOnlyInternetGatewayId", "eigw-9", "InvalidEgressOnlyInternetGatewayId.NotFound"),
    ] {
        let asked = ask("CreateRoute", to(target, id));
        assert_eq!(refused(&account, asked), (code, id.to_owned()), "{target} {id}");
    }
    let table = "rtb-1".to_owned();
    for (target, id) in [
        ("GatewayId", "nat-1"),
        ("GatewayId", ""),
        ("NatGatewayId", "igw-1"),
        ("TransitGatewayId", "\u{1b}]0;x\u{7}\ntgw-1"),
        ("CoreNetworkArn", "core"),
    ] {
        let asked = ask("CreateRoute", to(target, id));
        assert_eq!(refused(&account, asked), ("InvalidParameterValue", table.clone()), "{target}");
    }
    for (bad, code) in [
        (
            json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}),
            "RouteAlreadyExists",
        ),
        (
            json!({"DestinationCidrBlock": "nonsense", "NatGatewayId": "nat-1"}),
            "InvalidParameterValue",
        ),
        (json!({"NatGatewayId": "nat-1"}), "MissingParameter"),
        (json!({"DestinationCidrBlock": "10.9.0.0/16"}), "MissingParameter"),
        (json!({"DestinationCidrBlock": "10.9.0.0/16", "LocalTarget": false}), "MissingParameter"),
        (
            json!({"DestinationCidrBlock": "10.9.0.0/16", "NatGatewayId": "nat-1", "GatewayId": "igw-1"}),
            "InvalidParameterCombination",
        ),
        (
            json!({"DestinationCidrBlock": "10.9.0.0/16", "DestinationIpv6CidrBlock": "::/0",
                   "NatGatewayId": "nat-1"}),
            "InvalidParameterCombination",
        ),
    ] {
        assert_eq!(
            refused(&account, ask("CreateRoute", bad.clone())),
            (code, table.clone()),
            "{bad}"
        );
    }
    let list = json!({"DestinationPrefixListId": "pl-9", "NatGatewayId": "nat-1"});
    let no_list = ("InvalidPrefixListID.NotFound", "pl-9".to_owned());
    assert_eq!(refused(&account, ask("CreateRoute", list)), no_list);

    let none = json!({"DestinationCidrBlock": "10.9.0.0/16", "NatGatewayId": "nat-1"});
    let no_route = ("InvalidRoute.NotFound", table);
    assert_eq!(refused(&account, ask("ReplaceRoute", none)), no_route);
    let none = json!({"DestinationCidrBlock": "10.9.0.0/16"});
    assert_eq!(refused(&account, ask("DeleteRoute", none)), no_route);

    for action in ["CreateRoute", "ReplaceRoute", "DeleteRoute"] {
        let mut asked = json!({"Action": action, "RouteTableId": "rtb-9",
                               "DestinationCidrBlock": "0.0.0.0/0"});
        if action != "DeleteRoute" {
            asked["NatGatewayId"] = json!("nat-1");
        }
        let no_table = ("InvalidRouteTableID.NotFound", "rtb-9".to_owned());
        assert_eq!(refused(&account, asked), no_table);
    }
}

#[test]
fn kinds_that_nobody_collected_are_taken_on_trust() {
    let mut blind = snapshot(json!({"RouteTables": [{"RouteTableId": "rtb-1"}]}));
    for (index, (target, id)) in [
        ("GatewayId", "igw-9"),
        ("NatGatewayId", "nat-9"),
        ("InstanceId", "i-9"),
        ("VpcPeeringConnectionId", "pcx-9"),
    ]
    .into_iter()
    .enumerate()
    {
        let asked = json!({"DestinationCidrBlock": format!("10.{index}.0.0/16"), target: id});
        make(&mut blind, ask("CreateRoute", asked));
    }
    let eigw = |to: &str, block: &str| {
        ask("CreateRoute", json!({to: block, "EgressOnlyInternetGatewayId": "eigw-1"}))
    };
    make(&mut blind, eigw("DestinationIpv6CidrBlock", "::/0"));
    let ipv4 = refused(&blind, eigw("DestinationCidrBlock", "0.0.0.0/0"));
    assert_eq!(ipv4.0, "InvalidParameterValue");
}

#[test]
fn unreadable_routes_are_left_alone() {
    let mut odd = snapshot(json!({"RouteTables": [{"RouteTableId": "rtb-1", "Routes": [
        {"DestinationCidrBlock": "nonsense\n", "GatewayId": "igw-1"}, {},
    ]}]}));
    let before = odd.clone();
    let to = json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"});
    make(&mut odd, ask("CreateRoute", to));
    make(&mut odd, ask("DeleteRoute", json!({"DestinationCidrBlock": "0.0.0.0/0"})));
    assert_eq!(odd, before);
}
