//! Section 20.6: peering and virtual private gateways.

use super::run;
use crate::Lab;

const P1_W1: &str = "eni-p1 10.0.1.10 > eni-w1 10.1.1.10 tcp/443";
const O1_Q1: &str = "vgw-v 192.168.1.5 > eni-q1 10.0.2.10 tcp/443";

#[test]
fn peering() {
    run(vec![
        ("C-117", Lab::t1(), P1_W1, "ALLOW"),
        (
            "C-118",
            Lab::t1().no_route("rtb-w", "10.0.0.0/16"),
            P1_W1,
            "DENY R NO_ROUTE_TO_DESTINATION rtb-w",
        ),
        (
            "C-119",
            Lab::t1().peering_status("pcx-pcx", "pending-acceptance"),
            P1_W1,
            "DENY BAD_STATE pcx-pcx",
        ),
        (
            "from the peering connection",
            Lab::t1(),
            "pcx-pcx 10.1.1.10 > eni-q1 10.0.2.10 tcp/443",
            "ALLOW",
        ),
        (
            "the peer is not in the snapshot, and p1's group is closed",
            Lab::t1()
                .egress("sg-p1", &[])
                .with(|region| region.vpcs.iter_mut().for_each(|vpcs| vpcs.truncate(1))),
            P1_W1,
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
    ]);
}

#[test]
fn virtual_private_gateways() {
    let down = |lab: Lab| {
        lab.vpn("vpn-v", |vpn| {
            for tunnel in &mut vpn.vgw_telemetry {
                tunnel.status = "DOWN".into();
            }
        })
    };
    run(vec![
        ("C-136", Lab::t3(), O1_Q1, "ALLOW"),
        ("C-138", down(Lab::t3()), O1_Q1, "DENY BAD_STATE_VPN vgw-v"),
        (
            "C-137",
            Lab::t3().no_route("rtb-q", "192.168.0.0/16"),
            O1_Q1,
            "DENY R NO_ROUTE_TO_DESTINATION rtb-q",
        ),
        (
            "C-139",
            Lab::t3(),
            "vgw-v 192.168.1.5 > any 203.0.113.5 tcp/443",
            "DENY VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vgw-v",
        ),
        (
            "HYB-02",
            Lab::t3().route("rtb-q", "172.16.0.0/12 vgw-v"),
            "eni-q1 10.0.2.10 > vgw-v 172.16.1.1 tcp/443",
            "DENY VGW_PREFIX_NOT_KNOWN vgw-v",
        ),
        (
            "C-142",
            Lab::t6().vpn_gateway("v").route("rtb-q", "fd12::/16 vgw-v"),
            "eni-q1 2001:db8:1:2::10 > vgw-v fd12::5 tcp/443",
            "DENY VGW_IPV6_NOT_SUPPORTED vgw-v",
        ),
        (
            "C-098",
            Lab::t3().edge_table("vgw-v", &["10.0.2.0/24 vpce-g"]),
            O1_Q1,
            "DENY VGW_ROUTE_TABLE_RESTRICTION rtb-edge",
        ),
    ]);
}
