//! What stands at the rim: regional NAT gateways, VPN and Direct Connect at transit gateways,
//! encryption controls, carrier gateways.

use reach_core::snapshot::{
    CarrierGateway, NatGateway, NatGatewayAddress, VpcEncryptionControl,
    VpcEncryptionControlExclusion, VpcEncryptionControlExclusions,
};

use super::run;
use super::transit::{t2, to_attachment};
use crate::Lab;

const NAT: &str = "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/443";

/// C-113: a regional NAT gateway with an address in one zone, and no subnet.
fn regional(provisioning: &str, zone: &str) -> Lab {
    let some = |text: &str| Some(text.to_owned());
    let nat = NatGateway {
        nat_gateway_id: "nat-r".to_owned(),
        vpc_id: some("vpc-v"),
        state: some("available"),
        availability_mode: some("regional"),
        auto_provision_zones: some(provisioning),
        route_table_id: some("rtb-main-v"),
        nat_gateway_addresses: vec![NatGatewayAddress {
            public_ip: some("198.51.100.201"),
            availability_zone: some(zone),
            ..NatGatewayAddress::default()
        }],
        ..NatGateway::default()
    };
    Lab::t0()
        .no_route("rtb-p", "0.0.0.0/0")
        .route("rtb-q", "0.0.0.0/0 nat-r")
        .route("rtb-main-v", "0.0.0.0/0 igw-v")
        .with(|region| region.nat_gateways.get_or_insert_default().push(nat))
}

#[test]
fn regional_nat_gateways() {
    run(vec![
        ("C-113", regional("enabled", "eu-west-1b"), NAT, "ALLOW"),
        (
            "C-114",
            regional("disabled", "eu-west-1b"),
            NAT,
            "DENY REGIONAL_NGW_ROUTE_AZ_RESTRICTION nat-r",
        ),
        ("NAT-13", regional("disabled", "eu-west-1a"), NAT, "ALLOW"),
        (
            "NAT-01",
            regional("enabled", "eu-west-1a"),
            "internet 203.0.113.5 > any 198.51.100.201 tcp/443",
            "DENY NAT_GATEWAY_INBOUND nat-r",
        ),
    ]);
}

#[test]
fn transit_gateway_vpn() {
    let ask = "eni-q1 10.0.2.10 > any 192.168.1.5 tcp/443";
    let lab = |status: &'static str| {
        to_attachment(t2(), "192.168.0.0/16", "vpn", "vpn-v")
            .vpn_gateway("v")
            .vpn("vpn-v", |vpn| {
                vpn.vpn_gateway_id = None;
                vpn.transit_gateway_id = Some("tgw-t".to_owned());
                vpn.vgw_telemetry.iter_mut().for_each(|tunnel| tunnel.status = status.to_owned());
            })
            .route("rtb-q", "192.168.0.0/16 tgw-t")
    };
    run(vec![
        ("C-135", lab("DOWN"), ask, "DENY TGW_BAD_STATE_VPN vpn-v"),
        ("TGW-12", lab("UP"), ask, "ALLOW"),
        (
            "TGW-12: who attaches it is not told",
            to_attachment(t2(), "192.168.0.0/16", "client-vpn", "cvpn")
                .route("rtb-q", "192.168.0.0/16 tgw-t"),
            ask,
            "UNKNOWN NOT_MODELLED tgw-attach-vpn",
        ),
    ]);
}

#[test]
fn encryption_controls() {
    let ask = "eni-p1 10.0.1.10 > internet 203.0.113.5 tcp/443";
    let enforced = |state: Option<&str>| {
        let gateway =
            state.map(|state| VpcEncryptionControlExclusion { state: Some(state.to_owned()) });
        let control = VpcEncryptionControl {
            vpc_encryption_control_id: "vpcec".to_owned(),
            vpc_id: Some("vpc-v".to_owned()),
            mode: Some("enforce".to_owned()),
            resource_exclusions: Some(VpcEncryptionControlExclusions {
                internet_gateway: gateway,
                ..VpcEncryptionControlExclusions::default()
            }),
            ..VpcEncryptionControl::default()
        };
        Lab::t0().with(|region| region.vpc_encryption_controls = Some(vec![control]))
    };
    run(vec![
        ("C-229", enforced(None), ask, "UNKNOWN ENCRYPTION_ENFORCE igw-v"),
        ("SC-03", enforced(Some("enabled")), ask, "ALLOW"),
    ]);
}

#[test]
fn carrier_gateways() {
    let lab = Lab::t0()
        .route("rtb-q", "0.0.0.0/0 cagw-1")
        .eip("q1", "198.51.100.60")
        .eni("eni-q1", |eni| {
            for association in
                eni.private_ip_addresses.iter_mut().filter_map(|found| found.association.as_mut())
            {
                association.carrier_ip = association.public_ip.take();
            }
        })
        .with(|region| {
            region.carrier_gateways = Some(vec![CarrierGateway {
                carrier_gateway_id: "cagw-1".to_owned(),
                vpc_id: Some("vpc-v".to_owned()),
                state: Some("available".to_owned()),
                ..CarrierGateway::default()
            }]);
        });
    run(vec![
        ("C-221", lab.clone(), NAT, "ALLOW"),
        (
            "NA-05, the reply by the carrier gateway",
            lab.acl_ingress("acl-q", &["100 allow -1 10.0.0.0/8"]),
            NAT,
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
    ]);
}
