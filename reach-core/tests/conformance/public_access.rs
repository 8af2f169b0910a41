//! Section 20.9: Block Public Access as `describe-vpcs` and `describe-subnets` report it.

use reach_core::snapshot::BlockPublicAccessStates;
use reach_testkit::Lab;

use crate::ask::run;

const EIP: &str = "X > 198.51.100.10 tcp/22";
const BLOCKED: &str = "DENY VPC_BLOCK_PUBLIC_ACCESS_ENABLED subnet-p";

fn blocked(mode: &str) -> Lab {
    Lab::t0().block_public_access("p", mode)
}

fn egress_only(mode: &str) -> Lab {
    Lab::t6().egress_only_gateway("v").route("rtb-q", "::/0 eigw-v").block_public_access("q", mode)
}

#[test]
fn block_public_access() {
    const V6_OUT: &str = "2001:db8:1:2::10 > X6 tcp/443";
    run(vec![
        ("C-181", blocked("block-bidirectional"), EIP, BLOCKED),
        ("C-184", blocked("block-ingress"), "p1 > X tcp/443", BLOCKED),
        ("C-184 inbound", blocked("block-ingress"), EIP, BLOCKED),
        // An exclusion shows as the state that is left for the subnet.
        ("C-186", blocked("block-ingress"), EIP, BLOCKED),
        ("C-187", blocked("off"), EIP, "ALLOW"),
        (
            "C-188",
            Lab::t1().block_public_access("p", "block-bidirectional"),
            "p1 > w1 tcp/443",
            "ALLOW",
        ),
        (
            "C-209",
            blocked("block-bidirectional")
                .eni("eni-p1", |eni| eni.owner_id = Some("222222222222".into())),
            EIP,
            BLOCKED,
        ),
        (
            "the VPC's state, when the subnet has none",
            Lab::t0().vpc("vpc-v", |vpc| {
                vpc.block_public_access_states = Some(BlockPublicAccessStates {
                    internet_gateway_block_mode: Some("block-bidirectional".into()),
                });
            }),
            EIP,
            BLOCKED,
        ),
        ("BPA-01, egress-only", egress_only("block-ingress"), V6_OUT, "ALLOW"),
        (
            "BPA-01, egress-only both ways",
            egress_only("block-bidirectional"),
            V6_OUT,
            "DENY VPC_BLOCK_PUBLIC_ACCESS_ENABLED subnet-q",
        ),
        (
            "a mode that nobody knows",
            blocked("block-sideways"),
            EIP,
            "UNKNOWN UNREADABLE_ENTRY subnet-p",
        ),
        (
            "a mode that nobody knows, egress-only",
            egress_only("block-sideways"),
            V6_OUT,
            "UNKNOWN UNREADABLE_ENTRY subnet-q",
        ),
    ]);
}
