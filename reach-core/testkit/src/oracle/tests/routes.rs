//! Section 20.4: route tables.

use super::run;
use crate::Lab;

const OUT: &str = "eni-p1 10.0.1.10 > internet 203.0.113.5 tcp/443";
const P1_Q1: &str = "eni-p1 10.0.1.10 > eni-q1 10.0.2.10 tcp/22";

#[test]
fn selection() {
    run(vec![
        (
            "C-081",
            Lab::t0().use_main_table("p").route("rtb-main-v", "0.0.0.0/0 igw-v"),
            OUT,
            "ALLOW",
        ),
        ("C-083", Lab::t3().propagate("rtb-p", "10.0.2.0/25 vgw-v"), P1_Q1, "ALLOW"),
        (
            "C-091",
            Lab::t0().blackhole("rtb-p", "203.0.113.0/24 nat-gone"),
            OUT,
            "DENY BAD_STATE_ROUTE rtb-p",
        ),
        (
            "C-093",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", Some(&["203.0.113.0/28"]))
                .route("rtb-p", "pl-x pcx-pcx"),
            OUT,
            "DENY PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        (
            "RT-07: nobody knows the list, the network ACL is closed",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", None)
                .route("rtb-p", "pl-x pcx-pcx")
                .acl_egress("acl-p", &[]),
            OUT,
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "RT-07: two lists with one entry",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", Some(&["203.0.113.0/24"]))
                .prefix_list("pl-y", "IPv4", Some(&["203.0.113.0/24"]))
                .route("rtb-p", "pl-x pcx-pcx")
                .route("rtb-p", "pl-y igw-v"),
            OUT,
            "UNKNOWN UNREADABLE_ENTRY rtb-p",
        ),
        (
            "C-027",
            Lab::t0().route("rtb-p", "169.254.0.0/16 eni-q1"),
            "eni-p1 10.0.1.10 > any 169.254.169.254 tcp/80",
            "ALLOW",
        ),
        (
            "C-013",
            Lab::t0(),
            "eni-p1 10.0.1.10 > any 10.0.2.77 tcp/22",
            "DENY NO_POSSIBLE_DESTINATION vpc-v",
        ),
    ]);
}
