//! Section 20.6: virtual private gateways and VPN; and 20.10 where it belongs here.

use reach_core::snapshot::VpnStaticRoute;
use reach_testkit::Lab;

use crate::ask::run;

const IN: &str = "192.168.1.5 > q1 tcp/443";
const OUT: &str = "q1 > 192.168.1.5 tcp/443";

fn tunnels_down(lab: Lab) -> Lab {
    lab.vpn("vpn-v", |vpn| {
        for tunnel in &mut vpn.vgw_telemetry {
            tunnel.status = "DOWN".into();
            tunnel.accepted_route_count = Some(0);
        }
    })
}

/// T3 as a static VPN that knows less than the table sends it.
fn static_vpn() -> Lab {
    Lab::t0()
        .vpn_gateway("v")
        .vpn("vpn-v", |vpn| {
            if let Some(options) = &mut vpn.options {
                options.static_routes_only = true;
            }
            vpn.routes = vec![VpnStaticRoute {
                destination_cidr_block: Some("192.168.0.0/24".into()),
                state: Some("available".into()),
            }];
        })
        .route("rtb-q", "192.168.0.0/16 vgw-v")
}

fn without_routes() -> Lab {
    Lab::t3().table("rtb-q", |table| {
        table.routes.retain(|route| route.gateway_id.as_deref() != Some("vgw-v"));
        table.propagating_vgws.clear();
    })
}

#[test]
fn vpn() {
    run(vec![
        ("C-136", Lab::t3(), IN, "ALLOW"),
        ("C-136 outbound", Lab::t3(), OUT, "ALLOW"),
        ("C-136 from the gateway", Lab::t3(), "vgw-v > q1 tcp/443", "ALLOW"),
        ("C-137", without_routes(), IN, "DENY R NO_ROUTE_TO_DESTINATION rtb-q"),
        ("C-138", tunnels_down(Lab::t3()), IN, "DENY BAD_STATE_VPN vgw-v"),
        (
            "C-138, the routes are gone too",
            tunnels_down(without_routes()),
            IN,
            "DENY BAD_STATE_VPN vgw-v",
        ),
        ("C-138 outbound", tunnels_down(Lab::t3()), OUT, "DENY BAD_STATE_VPN vgw-v"),
        (
            "C-139",
            Lab::t3(),
            "192.168.1.5 > X tcp/443",
            "DENY VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vgw-v",
        ),
        (
            "C-140",
            Lab::t1().vpn_gateway("v").propagate("rtb-q", "192.168.0.0/16 vgw-v"),
            "192.168.1.5 > w1 tcp/443",
            "DENY VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vgw-v",
        ),
        ("C-141", static_vpn(), "q1 > 192.168.50.9 tcp/443", "DENY VGW_PREFIX_NOT_KNOWN vgw-v"),
        ("HYB-02, a static prefix", static_vpn(), "q1 > 192.168.0.9 tcp/443", "ALLOW"),
        (
            "HYB-02, asked from a prefix that is not known",
            static_vpn(),
            "192.168.50.9 > q1 tcp/443",
            "DENY R VGW_PREFIX_NOT_KNOWN vgw-v",
        ),
        (
            "HYB-02, learned by BGP and shown nowhere",
            without_routes().route("rtb-q", "192.168.0.0/16 vgw-v"),
            OUT,
            "UNKNOWN UNKNOWN_RESOURCE vgw-v",
        ),
        (
            "C-219",
            Lab::t3().vgw("vgw-v", |vgw| vgw.vpc_attachments.clear()),
            OUT,
            "DENY BAD_STATE_ATTACHMENT vgw-v",
        ),
        (
            "HYB-04, an address of nobody",
            Lab::t3(),
            "192.168.1.5 > 10.0.2.99 tcp/443",
            "DENY VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vgw-v",
        ),
        (
            "HYB-04, an interface that is not attached (E9 step 2)",
            Lab::t3().interface("x1", "q", "10.0.2.30").ingress("sg-x1", &[]),
            "192.168.1.5 > eni-x1 tcp/443",
            "DENY BAD_STATE eni-x1",
        ),
        (
            "E9 step 4",
            Lab::t3().ingress("sg-q1", &["-1 10.0.0.0/8"]),
            IN,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        (
            "HYB-07, Direct Connect cannot be seen",
            Lab::t3().with(|region| region.vpn_connections = Some(Vec::new())),
            IN,
            "UNKNOWN NOT_MODELLED vgw-v",
        ),
        (
            "HYB-03, connections not collected",
            Lab::t3().with(|region| region.vpn_connections = None),
            IN,
            "UNKNOWN UNKNOWN_RESOURCE vgw-v",
        ),
        (
            "RT-06, a reply to the internet that on-premises routes take",
            Lab::t3().propagate("rtb-p", "203.0.113.0/24 vgw-v"),
            "X > 198.51.100.10 tcp/22",
            "DENY R ASYMMETRIC_RETURN_PATH vgw-v",
        ),
    ]);
}

#[test]
fn on_premises_is_assumed() {
    let network = reach_core::Network::compile(Lab::t3().snapshot());
    let answer = crate::ask::ask(&network, IN);
    assert!(answer.assumptions.iter().any(|assumption| assumption.code == "A-ONPREM"));
}
