//! VPC Block Public Access (section 7).

use reach_core::snapshot::{BlockPublicAccessStates, Subnet};

use super::codes;
use super::model::every;
use super::walk::{Crossing, Go, Walk};

/// What exchanges packets with the gateway (BPA-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flowing {
    Inbound,
    Outbound,
    /// Of a NAT gateway or an egress-only gateway: outbound only by nature.
    OutboundOnly,
}

fn told(states: Option<&BlockPublicAccessStates>) -> Option<&str> {
    states.and_then(|states| states.internet_gateway_block_mode.as_deref())
}

impl<'s> Walk<'_, 's> {
    /// BPA-03: asked of the subnet that exchanges packets with the gateway, or of the VPC where
    /// there is none (BPA-04: a regional NAT gateway).
    pub(super) fn public_access(
        &mut self,
        vpc: &'s str,
        subnet: Option<&'s Subnet>,
        flowing: Flowing,
    ) -> Go<()> {
        // E1, E2: asked once a flow; but a reply that goes astray opens nothing.
        let answers = matches!(self.last(), Some(Crossing::Entered(_) | Crossing::Left(_)));
        if self.reply && answers {
            return Ok(());
        }
        let element = subnet.map_or(vpc, |subnet| subnet.subnet_id.as_str());
        // BPA-04: exclusions of a firewall endpoint's subnet do not count.
        let firewall = subnet.is_some_and(|subnet| self.has_firewall(subnet));
        // What describe-subnets reports has the exclusions in it already.
        let own = subnet.and_then(|subnet| told(subnet.block_public_access_states.as_ref()));
        let of_vpc = self.model.vpc(vpc);
        let states = of_vpc.and_then(|vpc| vpc.block_public_access_states.as_ref());
        let wider = || told(states).or_else(|| self.option(vpc, subnet));
        let (mode, excludable) = match own {
            own if firewall => (wider().or(own), false),
            Some(mode) => (Some(mode), false),
            None => (wider(), true),
        };
        let excluded = if excludable { self.exclusion(vpc, subnet) } else { None };
        let blocked = match mode {
            None | Some("off") => false,
            Some("block-bidirectional") => true,
            // BPA-01: NAT gateways and egress-only gateways are spared.
            Some("block-ingress") => flowing != Flowing::OutboundOnly,
            Some(_) => return self.doubt(codes::UNREADABLE_ENTRY, element),
        };
        if !blocked {
            return Ok(());
        }
        match excluded {
            // BPA-02: transitional states.
            Some((_, false)) => return self.doubt(codes::UNKNOWN_RESOURCE, element),
            Some(("allow-bidirectional", true)) => return Ok(()),
            Some(("allow-egress", true))
                if mode == Some("block-bidirectional") && flowing != Flowing::Inbound =>
            {
                return Ok(());
            }
            _ => {}
        }
        self.deny(codes::VPC_BLOCK_PUBLIC_ACCESS_ENABLED, element)
    }

    fn has_firewall(&self, subnet: &Subnet) -> bool {
        every!(self.model, firewalls)
            .filter_map(|firewall| firewall.firewall_status.as_ref())
            .flat_map(|status| status.sync_states.values())
            .filter_map(|state| state.attachment.as_ref())
            .any(|found| found.subnet_id.as_deref() == Some(subnet.subnet_id.as_str()))
    }

    /// BPA-01, BPA-05: the mode of the account that owns the subnet, in the VPC's Region.
    fn option(&self, vpc: &str, subnet: Option<&'s Subnet>) -> Option<&'s str> {
        let region = self.model.region_of(vpc);
        let name = region.and_then(|region| region.name.as_deref());
        let owner = subnet
            .and_then(|subnet| subnet.owner_id.as_deref())
            .or_else(|| self.model.vpc(vpc).and_then(|vpc| vpc.owner_id.as_deref()));
        let fits = |told: Option<&str>, wanted: Option<&str>| match (told, wanted) {
            (Some(told), Some(wanted)) => told == wanted,
            _ => true,
        };
        for region in &self.model.snapshot.regions {
            for options in region.vpc_block_public_access_options.iter().flatten() {
                let account = options.aws_account_id.as_deref().or(region.account.as_deref());
                let place = options.aws_region.as_deref().or(region.name.as_deref());
                if fits(account, owner) && fits(place, name) {
                    return options.internet_gateway_block_mode.as_deref();
                }
            }
        }
        None
    }

    /// BPA-02: the widest exclusion of the subnet or its VPC, and whether its state counts.
    fn exclusion(&self, vpc: &str, subnet: Option<&'s Subnet>) -> Option<(&'s str, bool)> {
        let ends = |arn: &str, kind: &str, id: &str| arn.ends_with(&format!(":{kind}/{id}"));
        let mut found: Vec<(&str, bool)> = every!(self.model, vpc_block_public_access_exclusions)
            .filter(|exclusion| {
                let arn = exclusion.resource_arn.as_deref().unwrap_or_default();
                let subnet = subnet.map(|subnet| subnet.subnet_id.as_str());
                ends(arn, "vpc", vpc) || subnet.is_some_and(|id| ends(arn, "subnet", id))
            })
            .filter_map(|exclusion| {
                let mode = exclusion.internet_gateway_exclusion_mode.as_deref()?;
                match exclusion.state.as_deref() {
                    Some("create-complete" | "update-complete") => Some((mode, true)),
                    Some(state) if state.ends_with("-in-progress") => Some((mode, false)),
                    None => Some((mode, false)),
                    Some(_) => None,
                }
            })
            .collect();
        // `allow-bidirectional` before `allow-egress`, what counts before what may.
        found.sort_by_key(|(mode, counts)| (!counts, *mode != "allow-bidirectional"));
        found.first().copied()
    }
}
