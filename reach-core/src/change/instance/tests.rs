use serde_json::{Value, json};

use super::super::fixture::{make, refuse, refused, snapshot};
use crate::snapshot::Snapshot;

fn account() -> Snapshot {
    snapshot(json!({
        "Instances": [
            {"InstanceId": "i-run", "State": {"Name": "running"},
             "NetworkInterfaces": [{"NetworkInterfaceId": "eni-0"}, {"NetworkInterfaceId": "eni-1"},
                                   {"NetworkInterfaceId": "eni-2"}]},
            {"InstanceId": "i-stop", "State": {"Name": "stopped"}},
            {"InstanceId": "i-gone", "State": {"Name": "terminated"}},
            {"InstanceId": "i-going", "State": {"Name": "stopping"}},
            {"InstanceId": "i-new", "State": {"Name": "pending"}},
            {"InstanceId": "i-dark"},
        ],
        "NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-0", "Status": "in-use",
             "Attachment": {"InstanceId": "i-run", "Status": "attached", "DeleteOnTermination": true}},
            {"NetworkInterfaceId": "eni-1", "Status": "in-use",
             "Attachment": {"InstanceId": "i-run", "Status": "attached"}},
            {"NetworkInterfaceId": "eni-2", "Status": "in-use",
             "Attachment": {"InstanceId": "i-run", "Status": "attached", "DeleteOnTermination": false}},
            {"NetworkInterfaceId": "eni-3", "Status": "in-use",
             "Attachment": {"InstanceId": "i-stop", "Status": "attached"}},
        ],
        "Addresses": [
            {"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-0", "AssociationId": "eipassoc-0",
             "NetworkInterfaceId": "eni-0", "InstanceId": "i-run", "PrivateIpAddress": "10.0.0.10",
             "NetworkInterfaceOwnerId": "111122223333"},
            {"PublicIp": "198.51.100.2", "AllocationId": "eipalloc-2", "AssociationId": "eipassoc-2",
             "NetworkInterfaceId": "eni-2", "InstanceId": "i-run", "PrivateIpAddress": "10.0.0.12"},
        ],
        "RouteTables": [{"RouteTableId": "rtb-1", "Routes": [
            {"DestinationCidrBlock": "10.9.0.0/16", "NetworkInterfaceId": "eni-0",
             "InstanceId": "i-run", "State": "active", "Origin": "CreateRoute"},
            {"DestinationCidrBlock": "10.8.0.0/16", "NetworkInterfaceId": "eni-3",
             "State": "active", "Origin": "CreateRoute"},
        ]}],
    }))
}

fn state(snapshot: &Snapshot, id: &str) -> String {
    let instances = snapshot.regions[0].instances.as_ref().unwrap();
    let instance = instances.iter().find(|it| it.instance_id == id).unwrap();
    instance.state.clone().unwrap().name
}

fn ask(action: &str, ids: &[&str]) -> Value {
    json!({"Action": action, "InstanceIds": ids})
}

#[test]
fn stop_and_start() {
    let mut snapshot = account();
    make(&mut snapshot, ask("StopInstances", &["i-run", "i-new", "i-stop", "i-going", "i-dark"]));
    for id in ["i-run", "i-new", "i-stop", "i-going", "i-dark"] {
        assert_eq!(state(&snapshot, id), "stopped", "{id}");
    }
    assert_eq!(snapshot.regions[0].network_interfaces, account().regions[0].network_interfaces);
    make(&mut snapshot, ask("StartInstances", &["i-run", "i-run"]));
    assert_eq!(
        (state(&snapshot, "i-run"), state(&snapshot, "i-new")),
        ("running".into(), "stopped".into())
    );
    make(&mut snapshot, ask("StartInstances", &["i-run"]));
}

#[test]
fn terminate_takes_interfaces_and_frees_addresses() {
    let mut snapshot = account();
    make(&mut snapshot, ask("TerminateInstances", &["i-run", "i-gone"]));
    assert_eq!(state(&snapshot, "i-run"), "terminated");
    let region = &snapshot.regions[0];
    assert!(region.instances.as_ref().unwrap()[0].network_interfaces.is_empty());

    let interfaces = region.network_interfaces.as_ref().unwrap();
    let left: Vec<_> = interfaces.iter().map(|it| it.network_interface_id.as_str()).collect();
    assert_eq!(left, ["eni-2", "eni-3"]);
    assert_eq!(interfaces[0].status.as_deref(), Some("available"));
    assert_eq!(interfaces[0].attachment, None);
    assert!(interfaces[1].attachment.is_some());

    let addresses = serde_json::to_value(&region.addresses).unwrap();
    assert_eq!(
        addresses,
        json!([
            {"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-0"},
            {"PublicIp": "198.51.100.2", "AllocationId": "eipalloc-2", "AssociationId": "eipassoc-2",
             "NetworkInterfaceId": "eni-2", "PrivateIpAddress": "10.0.0.12"},
        ])
    );
    let routes = &region.route_tables.as_ref().unwrap()[0].routes;
    assert_eq!(routes[0].state.as_deref(), Some("blackhole"));
    assert_eq!(routes[1].state.as_deref(), Some("active"));
}

#[test]
fn what_does_not_fit() {
    let account = account();
    let not_found = ("InvalidInstanceID.NotFound", "i-none".to_owned());
    for action in ["StartInstances", "StopInstances", "TerminateInstances"] {
        assert_eq!(refused(&account, ask(action, &["i-dark", "i-none"])), not_found);
        assert_eq!(refused(&account, ask(action, &[])), ("MissingParameter", String::new()));
    }
    for (action, id) in
        [("StartInstances", "i-gone"), ("StartInstances", "i-going"), ("StopInstances", "i-gone")]
    {
        let state = ("IncorrectInstanceState", id.to_owned());
        assert_eq!(refused(&account, ask(action, &["i-dark", id])), state);
    }
    let blind = snapshot(json!({}));
    let error = refuse(&blind, ask("StopInstances", &["i-1"]));
    assert_eq!(
        error.to_string(),
        "`StopInstances`: `i-1` is not in the snapshot, which holds no answer of `describe-instances`"
    );
}

#[test]
fn every_copy_changes() {
    let mut snapshot = account();
    let again = snapshot.regions[0].clone();
    snapshot.regions.push(again);
    make(&mut snapshot, ask("TerminateInstances", &["i-run"]));
    assert_eq!(snapshot.regions[0], snapshot.regions[1]);
}
