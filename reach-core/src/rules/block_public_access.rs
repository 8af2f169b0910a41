//! VPC Block Public Access (semantics section 7, BPA-*): the account's mode and what it spares,
//! or, where those were not collected, what `describe-vpcs` and `describe-subnets` report for the
//! VPC and the subnet, exclusions counted in.

use super::{Component, Evidence, ExplanationCode, Reason, Split};
use crate::packet::HeaderSet;
use crate::snapshot::BlockPublicAccessStates;

/// What is blocked between a subnet and internet gateways (BPA-01, BPA-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BlockMode {
    /// No block.
    #[default]
    Off,
    /// Only flows that a NAT gateway or an egress-only gateway carries out.
    Ingress,
    /// Nothing either way.
    Bidirectional,
    /// Nothing either way, but the subnet is spared for flows that start inside.
    Egress,
    /// A mode that this version does not know.
    Unreadable,
}

/// What the subnet that exchanges packets with an internet gateway may do (BPA-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PublicAccess {
    pub(crate) mode: BlockMode,
    /// Another mode that may hold instead: something is being changed, or was not collected.
    pub(crate) perhaps: Option<BlockMode>,
    /// Read from the account's options and exclusions rather than from the resource itself.
    pub(crate) by_options: bool,
}

/// An exclusion that covers a subnet or VPC (BPA-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exclusion {
    pub(crate) lift: Lift,
    /// It is in force; otherwise it may be.
    pub(crate) certain: bool,
}

/// What an exclusion lifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lift {
    Bidirectional,
    Egress,
    Unreadable,
}

impl BlockMode {
    /// `None` where nobody told.
    pub(crate) fn read(text: Option<&str>) -> Option<Self> {
        Some(match text? {
            "off" => Self::Off,
            "block-ingress" => Self::Ingress,
            "block-bidirectional" => Self::Bidirectional,
            _ => Self::Unreadable,
        })
    }

    /// BPA-02: `allow-egress` means something in `block-bidirectional` only.
    fn lifted(self, lift: Lift) -> Self {
        match (self, lift) {
            (Self::Off, _)
            | (Self::Ingress | Self::Bidirectional | Self::Egress, Lift::Bidirectional) => {
                Self::Off
            }
            (Self::Bidirectional, Lift::Egress) => Self::Egress,
            (mode @ (Self::Ingress | Self::Egress), Lift::Egress) => mode,
            (Self::Unreadable, _) | (_, Lift::Unreadable) => Self::Unreadable,
        }
    }

    /// BPA-01, BPA-02: `None` where nobody can tell. An instance with a public address can neither
    /// be reached nor open flows, in both modes.
    fn passes(self, starts_inside: bool, outbound_gateway: bool) -> Option<bool> {
        match self {
            Self::Off => Some(true),
            Self::Ingress => Some(outbound_gateway),
            Self::Bidirectional => Some(false),
            Self::Egress => Some(starts_inside),
            Self::Unreadable => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ingress => "block-ingress",
            Self::Bidirectional => "block-bidirectional",
            Self::Egress => "block-bidirectional, allow-egress",
            Self::Unreadable => "unreadable",
        }
    }
}

impl PublicAccess {
    /// As the subnet reports it; as the VPC does where the subnet does not.
    pub(crate) fn reported(
        subnet: Option<&BlockPublicAccessStates>,
        vpc: Option<&BlockPublicAccessStates>,
    ) -> Option<Self> {
        let mode = |states: Option<&BlockPublicAccessStates>| {
            BlockMode::read(states?.internet_gateway_block_mode.as_deref())
        };
        let mode = mode(subnet).or_else(|| mode(vpc))?;
        Some(Self { mode, perhaps: None, by_options: false })
    }

    /// BPA-02: an account's mode with the exclusions that cover the subnet or VPC.
    pub(crate) fn spared(mode: BlockMode, exclusions: &[Exclusion]) -> Self {
        let lifted = |mode: BlockMode, certain: bool| {
            let some = exclusions.iter().filter(|exclusion| exclusion.certain == certain);
            some.fold(mode, |mode, exclusion| mode.lifted(exclusion.lift))
        };
        let mode = lifted(mode, true);
        let perhaps = Some(lifted(mode, false)).filter(|perhaps| *perhaps != mode);
        Self { mode, perhaps, by_options: true }
    }

    /// Whether both say the same, as far as a report tells: it has no word for a subnet that is
    /// spared one way.
    pub(crate) fn agrees(self, reported: Self) -> bool {
        let same = |mode: BlockMode| match mode {
            BlockMode::Egress => {
                matches!(reported.mode, BlockMode::Ingress | BlockMode::Bidirectional)
            }
            mode => mode == reported.mode,
        };
        same(self.mode) || self.perhaps.is_some_and(same)
    }

    /// What passes between the subnet and an internet gateway; `starts_inside`: of a flow that its
    /// own side began.
    pub(crate) fn at_internet_gateway(
        self,
        subnet: Component,
        starts_inside: bool,
        headers: HeaderSet,
    ) -> Split {
        self.filter(subnet, headers, |mode| mode.passes(starts_inside, false))
    }

    /// BPA-01: the flows of egress-only and NAT gateways start inside, so `block-ingress` does not
    /// concern them.
    pub(crate) fn at_outbound_gateway(self, subnet: Component, headers: HeaderSet) -> Split {
        self.filter(subnet, headers, |mode| mode.passes(true, true))
    }

    fn filter(
        self,
        subnet: Component,
        headers: HeaderSet,
        passes: impl Fn(BlockMode) -> Option<bool>,
    ) -> Split {
        let attribute = match self.by_options {
            true => "VpcBlockPublicAccessOptions.InternetGatewayBlockMode",
            false => "BlockPublicAccessStates.InternetGatewayBlockMode",
        };
        let evidence = Evidence::attribute(&subnet.id, attribute, self.mode.name());
        let rule = if self.by_options { "BPA-02" } else { "BPA-01" };
        let reason = |code| Reason::new(code, subnet, &[rule]).with(evidence);
        let first = passes(self.mode);
        // What is open does not matter where both give the same.
        let passes = first.filter(|_| self.perhaps.is_none_or(|mode| passes(mode) == first));
        match passes {
            Some(true) => Split::pass(headers),
            Some(false) => {
                Split::drop(headers, reason(ExplanationCode::VpcBlockPublicAccessEnabled))
            }
            None if self.perhaps.is_some() => {
                Split::unsure(headers, reason(ExplanationCode::UnknownResource))
            }
            None => Split::unsure(headers, reason(ExplanationCode::UnreadableEntry)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rules::ComponentKind;

    /// What becomes of a flow from outside, one from inside, and one of a NAT gateway.
    fn fates(access: PublicAccess) -> [&'static str; 3] {
        let subnet = || Component::new(ComponentKind::Subnet, &Arc::from("subnet-p"));
        let fate = |split: &Split| match (split.passed.is_all(), split.dropped.len()) {
            (true, 0) => "pass",
            (false, 1) => "drop",
            _ => "unsure",
        };
        let at =
            |starts_inside| access.at_internet_gateway(subnet(), starts_inside, HeaderSet::all());
        [
            fate(&at(false)),
            fate(&at(true)),
            fate(&access.at_outbound_gateway(subnet(), HeaderSet::all())),
        ]
    }

    #[test]
    fn modes_and_exclusions() {
        use BlockMode::{Bidirectional, Ingress, Off, Unreadable};
        const PASS: [&str; 3] = ["pass"; 3];
        const DROP: [&str; 3] = ["drop"; 3];
        const UNSURE: [&str; 3] = ["unsure"; 3];
        let now = |lift| Exclusion { lift, certain: true };
        let soon = |lift| Exclusion { lift, certain: false };
        let (both, egress, odd) = (Lift::Bidirectional, Lift::Egress, Lift::Unreadable);
        for (case, mode, exclusions, expected) in [
            ("off", Off, &[][..], PASS),
            ("C-181, C-182", Bidirectional, &[], DROP),
            ("C-183, C-184", Ingress, &[], ["drop", "drop", "pass"]),
            ("C-185, C-186", Bidirectional, &[now(egress)], ["drop", "pass", "pass"]),
            ("C-187", Bidirectional, &[now(both)], PASS),
            ("spared under block-ingress", Ingress, &[now(both)], PASS),
            ("allow-egress says nothing here", Ingress, &[now(egress)], ["drop", "drop", "pass"]),
            ("the VPC's and the subnet's", Bidirectional, &[now(egress), now(both)], PASS),
            ("being made", Bidirectional, &[soon(both)], UNSURE),
            ("being made, one way", Bidirectional, &[soon(egress)], ["drop", "unsure", "unsure"]),
            ("being made, of no use", Ingress, &[soon(egress)], ["drop", "drop", "pass"]),
            ("being made, spared already", Bidirectional, &[now(both), soon(both)], PASS),
            ("an exclusion of an odd kind", Bidirectional, &[now(odd)], UNSURE),
            ("nothing to be spared of", Off, &[now(odd)], PASS),
            ("an odd mode", Unreadable, &[now(both)], UNSURE),
        ] {
            assert_eq!(fates(PublicAccess::spared(mode, exclusions)), expected, "{case}");
        }
    }
}
