//! Networks as large accounts have them.

mod groups;
mod hosts;
mod vpcs;

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::document::Document;

const ACCOUNT: &str = "111111111111";

/// Interfaces that one VPC holds.
const VPC: usize = 2_000;

/// VPCs that one transit gateway joins.
const HUB: usize = 20;

/// Availability Zones.
const ZONES: usize = 3;

/// What the subnets of a VPC are for; each tier has one a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// With an internet gateway: load balancers, NAT gateways, bastions.
    Public,
    /// With a NAT gateway of its zone, and the transit gateway.
    App,
    /// With the transit gateway only.
    Data,
    /// For the attachments of transit gateways.
    Attachments,
}

const TIERS: [(Tier, &str); 4] = [
    (Tier::Public, "public"),
    (Tier::App, "app"),
    (Tier::Data, "data"),
    (Tier::Attachments, "attach"),
];

/// A document of this many interfaces, the same for the same seed: a VPC for every two thousand,
/// hubs of twenty VPCs around transit gateways, some peering connections; per VPC three zones with
/// public, application and data subnets, NAT gateways, a load balancer, network ACLs with denies,
/// some groups that most hosts have, many that one has; IPv6 in every fourth VPC; stopped hosts.
#[must_use]
pub fn cloud(seed: u64, interfaces: usize) -> String {
    let mut site = Site { dice: Dice::new(seed), out: Document::new() };
    let vpcs = interfaces.div_ceil(VPC).max(1);
    for number in 0..vpcs {
        // The first VPCs take what the division leaves over.
        let share = interfaces / vpcs + usize::from(number < interfaces % vpcs);
        let plan = Plan { number, vpcs };
        site.vpc(plan);
        site.groups(plan);
        let own = site.services(plan);
        site.hosts(plan, share.saturating_sub(own));
    }
    site.hubs(vpcs);
    site.prefix_list();
    site.out.finish()
}

struct Site {
    dice: Dice,
    out: Document,
}

/// One VPC.
#[derive(Debug, Clone, Copy)]
struct Plan {
    number: usize,
    /// Of all.
    vpcs: usize,
}

impl Plan {
    fn hub(self) -> usize {
        self.number / HUB
    }

    fn block(self) -> String {
        format!("10.{}.{}.0/18", self.number / 4, self.number % 4 * 64)
    }

    /// Four times three blocks of a thousand addresses.
    fn subnet_block(self, tier: usize, zone: usize) -> String {
        format!("{}/22", self.address(tier, zone, 0))
    }

    fn address(self, tier: usize, zone: usize, host: usize) -> String {
        let third = self.number % 4 * 64 + (tier * ZONES + zone) * 4 + host / 256;
        format!("10.{}.{third}.{}", self.number / 4, host % 256)
    }

    fn v6(self) -> bool {
        self.number.is_multiple_of(4)
    }

    fn subnet_v6(self, tier: usize, zone: usize, host: &str) -> String {
        format!("2600:1f14:{:x}:{:x}::{host}", self.number, tier * ZONES + zone)
    }

    /// Another VPC of the same hub, or the next hub's first, that it is peered with.
    fn peer(self) -> Option<Self> {
        let other = self.number + 1;
        let first = self.number.is_multiple_of(HUB) || self.number % HUB == HUB - 1;
        (first && other < self.vpcs).then_some(Self { number: other, ..self })
    }
}

fn tags(name: &str) -> Value {
    json!([{"Key": "Name", "Value": name}, {"Key": "Team", "Value": "platform"}])
}
