use serde_json::{Value, json};

use super::super::fixture::{make, refuse, refused, snapshot};
use crate::snapshot::{NetworkInterface, Snapshot};

fn account() -> Snapshot {
    let fixed = json!({"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-1",
                       "AssociationId": "eipassoc-1", "IpOwnerId": "111122223333"});
    let automatic = json!({"PublicIp": "192.0.2.9", "IpOwnerId": "amazon"});
    snapshot(json!({
        "NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-1", "OwnerId": "111122223333",
             "Attachment": {"InstanceId": "i-1"}, "Association": fixed,
             "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.10", "Primary": true, "Association": fixed},
                {"PrivateIpAddress": "10.0.0.11", "Primary": false}]},
            {"NetworkInterfaceId": "eni-2", "OwnerId": "111122223333",
             "Attachment": {"InstanceId": "i-2"}, "Association": automatic,
             "PrivateIpAddress": "10.0.0.20",
             "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.20", "Primary": true, "Association": automatic}]},
            {"NetworkInterfaceId": "eni-nat", "InterfaceType": "nat_gateway",
             "PrivateIpAddress": "10.0.0.30"},
            {"NetworkInterfaceId": "eni-v6"},
        ],
        "Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}],
        "Addresses": [
            {"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-1", "Domain": "vpc",
             "AssociationId": "eipassoc-1", "NetworkInterfaceId": "eni-1", "InstanceId": "i-1",
             "PrivateIpAddress": "10.0.0.10", "NetworkInterfaceOwnerId": "111122223333"},
            {"PublicIp": "198.51.100.2", "AllocationId": "eipalloc-2", "Domain": "vpc"},
            {"PublicIp": "198.51.100.3", "AllocationId": "eipalloc-3", "AssociationId": "eipassoc-3",
             "NetworkInterfaceId": "eni-nat", "PrivateIpAddress": "10.0.0.30"},
        ],
        "NatGateways": [{"NatGatewayId": "nat-1", "State": "available", "NatGatewayAddresses": [
            {"PublicIp": "198.51.100.3", "AllocationId": "eipalloc-3"}]}],
    }))
}

fn associate(fields: Value) -> Value {
    ask("AssociateAddress", fields)
}

fn disassociate(fields: Value) -> Value {
    ask("DisassociateAddress", fields)
}

fn ask(action: &str, fields: Value) -> Value {
    let mut asked = fields;
    asked["Action"] = json!(action);
    asked
}

fn address(snapshot: &Snapshot, index: usize) -> Value {
    serde_json::to_value(&snapshot.regions[0].addresses.as_ref().unwrap()[index]).unwrap()
}

fn interface(snapshot: &Snapshot, index: usize) -> &NetworkInterface {
    &snapshot.regions[0].network_interfaces.as_ref().unwrap()[index]
}

/// Public address and association id: of the interface, then of each private address.
fn pairs(snapshot: &Snapshot, index: usize) -> Vec<Option<(String, Option<String>)>> {
    let interface = interface(snapshot, index);
    let private = interface.private_ip_addresses.iter().map(|it| it.association.as_ref());
    std::iter::once(interface.association.as_ref())
        .chain(private)
        .map(|it| it.map(|it| (it.public_ip.clone().unwrap(), it.association_id.clone())))
        .collect()
}

#[test]
fn associate_replaces_an_automatic_address() {
    for place in [json!({"InstanceId": "i-2"}), json!({"NetworkInterfaceId": "eni-2"})] {
        for what in [json!({"AllocationId": "eipalloc-2"}), json!({"PublicIp": "198.51.100.2"})] {
            let mut asked = place.clone();
            asked.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
            let mut snapshot = account();
            make(&mut snapshot, associate(asked.clone()));
            let entry = address(&snapshot, 1);
            let id = entry["AssociationId"].as_str().unwrap().to_owned();
            assert!(id.len() == 26 && id.starts_with("eipassoc-"), "{id}");
            assert_eq!(
                entry,
                json!({"PublicIp": "198.51.100.2", "AllocationId": "eipalloc-2", "Domain": "vpc",
                       "AssociationId": id, "NetworkInterfaceId": "eni-2", "InstanceId": "i-2",
                       "PrivateIpAddress": "10.0.0.20",
                       "NetworkInterfaceOwnerId": "111122223333"})
            );
            let pair = Some(("198.51.100.2".to_owned(), Some(id.clone())));
            assert_eq!(pairs(&snapshot, 1), [pair.clone(), pair]);
            let association = interface(&snapshot, 1).association.clone().unwrap();
            assert_eq!(association.allocation_id.as_deref(), Some("eipalloc-2"));
            assert_eq!(association.ip_owner_id.as_deref(), Some("111122223333"));

            // Once more is no different, and the same edit gives the same id.
            let once = snapshot.clone();
            make(&mut snapshot, associate(asked));
            assert_eq!(snapshot, once);

            make(&mut snapshot, disassociate(json!({"AssociationId": id})));
            assert_eq!(pairs(&snapshot, 1), [None, None]);
            assert_eq!(address(&snapshot, 1), address(&account(), 1));
        }
    }
}

#[test]
fn a_secondary_address_leaves_the_primary_one_alone() {
    let mut snapshot = account();
    let asked = json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-1",
                       "PrivateIpAddress": "10.0.0.11"});
    make(&mut snapshot, associate(asked));
    let before = pairs(&account(), 0);
    let after = pairs(&snapshot, 0);
    assert_eq!(after[..2], before[..2]);
    assert_eq!(after[2].as_ref().unwrap().0, "198.51.100.2");
}

#[test]
fn an_address_moves_only_when_allowed() {
    let asked = json!({"AllocationId": "eipalloc-1", "InstanceId": "i-2"});
    let already = ("Resource.AlreadyAssociated", "eipalloc-1".to_owned());
    assert_eq!(refused(&account(), associate(asked.clone())), already);
    let mut never = asked.clone();
    never["AllowReassociation"] = json!(false);
    assert_eq!(refused(&account(), associate(never)), already);
    // Another private address of the same interface is another place too.
    let within = json!({"AllocationId": "eipalloc-1", "NetworkInterfaceId": "eni-1",
                        "PrivateIpAddress": "10.0.0.11"});
    assert_eq!(refused(&account(), associate(within)), already);

    let mut allowed = asked;
    allowed["AllowReassociation"] = json!(true);
    let mut snapshot = account();
    make(&mut snapshot, associate(allowed));
    assert_eq!(pairs(&snapshot, 0), [None, None, None]);
    assert_eq!(pairs(&snapshot, 1)[1].as_ref().unwrap().0, "198.51.100.1");
    assert_eq!(address(&snapshot, 0)["NetworkInterfaceId"], "eni-2");
}

#[test]
fn another_elastic_address_is_freed() {
    let mut snapshot = account();
    let asked = json!({"AllocationId": "eipalloc-2", "InstanceId": "i-1"});
    make(&mut snapshot, associate(asked));
    let free = json!({"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-1", "Domain": "vpc"});
    assert_eq!(address(&snapshot, 0), free);
    assert_eq!(pairs(&snapshot, 0)[0].as_ref().unwrap().0, "198.51.100.2");
}

#[test]
fn disassociate_clears_both_sides() {
    for what in [json!({"AssociationId": "eipassoc-1"}), json!({"PublicIp": "198.51.100.1"})] {
        let mut snapshot = account();
        make(&mut snapshot, disassociate(what));
        assert_eq!(pairs(&snapshot, 0), [None, None, None]);
        let free =
            json!({"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-1", "Domain": "vpc"});
        assert_eq!(address(&snapshot, 0), free);
        assert_eq!(pairs(&snapshot, 1), pairs(&account(), 1));
    }
}

#[test]
fn an_address_that_only_an_interface_tells_of() {
    let mut snapshot = account();
    snapshot.regions[0].addresses = None;
    let mut moved = snapshot.clone();
    for what in [json!({"AllocationId": "eipalloc-1"}), json!({"PublicIp": "198.51.100.1"})] {
        let mut asked = json!({"InstanceId": "i-2", "AllowReassociation": true});
        asked.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        make(&mut moved, associate(asked));
        assert_eq!(moved.regions[0].addresses, None);
        assert_eq!(pairs(&moved, 1)[0].as_ref().unwrap().0, "198.51.100.1");
    }
    make(&mut snapshot, disassociate(json!({"PublicIp": "198.51.100.1"})));
    assert_eq!(pairs(&snapshot, 0), [None, None, None]);
}

#[test]
fn an_interface_without_a_list_of_addresses() {
    let mut snapshot = account();
    let region = &mut snapshot.regions[0];
    region.network_interfaces.as_mut().unwrap()[1].private_ip_addresses.clear();
    make(&mut snapshot, associate(json!({"AllocationId": "eipalloc-2", "InstanceId": "i-2"})));
    let listed = &interface(&snapshot, 1).private_ip_addresses;
    assert_eq!((listed.len(), listed[0].primary), (1, Some(true)));
    assert_eq!(listed[0].association, interface(&snapshot, 1).association);
}

#[test]
fn what_does_not_fit() {
    let account = account();
    for (bad, code, resource) in [
        (
            json!({"AllocationId": "eipalloc-9", "InstanceId": "i-1"}),
            "InvalidAllocationID.NotFound",
            "eipalloc-9",
        ),
        (
            json!({"PublicIp": "203.0.113.9", "InstanceId": "i-1"}),
            "InvalidAddress.NotFound",
            "203.0.113.9",
        ),
        (
            json!({"PublicIp": "192.0.2.9", "InstanceId": "i-1"}),
            "InvalidAddress.NotFound",
            "192.0.2.9",
        ),
        (json!({"PublicIp": "nonsense", "InstanceId": "i-1"}), "InvalidParameterValue", ""),
        (json!({"InstanceId": "i-1"}), "MissingParameter", ""),
        (json!({"AllocationId": "eipalloc-2"}), "MissingParameter", ""),
        (
            json!({"AllocationId": "eipalloc-2", "PublicIp": "198.51.100.2", "InstanceId": "i-1"}),
            "InvalidParameterCombination",
            "",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1"}),
            "InvalidParameterCombination",
            "",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "InstanceId": "i-9"}),
            "InvalidInstanceID.NotFound",
            "i-9",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-9"}),
            "InvalidNetworkInterfaceID.NotFound",
            "eni-9",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-v6"}),
            "InvalidParameterValue",
            "eni-v6",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.20"}),
            "InvalidParameterValue",
            "eni-1",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-1", "PrivateIpAddress": "\u{1b}\n"}),
            "InvalidParameterValue",
            "eni-1",
        ),
        (
            json!({"AllocationId": "eipalloc-2", "NetworkInterfaceId": "eni-nat"}),
            "OperationNotPermitted",
            "eni-nat",
        ),
        (
            json!({"AllocationId": "eipalloc-3", "InstanceId": "i-1", "AllowReassociation": true}),
            "OperationNotPermitted",
            "eipalloc-3",
        ),
    ] {
        assert_eq!(refused(&account, associate(bad.clone())), (code, resource.to_owned()), "{bad}");
    }
    for (bad, code, resource) in [
        (json!({"AssociationId": "eipassoc-9"}), "InvalidAssociationID.NotFound", "eipassoc-9"),
        (json!({"PublicIp": "198.51.100.2"}), "InvalidAssociationID.NotFound", "eipalloc-2"),
        (json!({"PublicIp": "203.0.113.9"}), "InvalidAddress.NotFound", "203.0.113.9"),
        (json!({"AssociationId": "eipassoc-3"}), "OperationNotPermitted", "eipalloc-3"),
        (json!({}), "MissingParameter", ""),
        (
            json!({"AssociationId": "eipassoc-1", "PublicIp": "198.51.100.1"}),
            "InvalidParameterCombination",
            "",
        ),
    ] {
        assert_eq!(
            refused(&account, disassociate(bad.clone())),
            (code, resource.to_owned()),
            "{bad}"
        );
    }
    let automatic = refuse(&account, disassociate(json!({"PublicIp": "192.0.2.9"})));
    assert_eq!(
        automatic.to_string(),
        "`DisassociateAddress`: `192.0.2.9` is no Elastic IP address"
    );
}
