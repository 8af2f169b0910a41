//! VPC Block Public Access (semantics section 7, BPA-*), as `describe-vpcs` and `describe-subnets`
//! report it for the VPC and the subnet, exclusions counted in.

use crate::snapshot::BlockPublicAccessStates;

/// What the subnet that exchanges packets with an internet gateway may do (BPA-01, BPA-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BlockMode {
    /// No block.
    #[default]
    Off,
    /// Only flows that a NAT gateway or an egress-only gateway carries out.
    Ingress,
    /// Nothing either way.
    Bidirectional,
    /// A mode that this version does not know.
    Unreadable,
}

impl BlockMode {
    pub(crate) fn of(states: Option<&BlockPublicAccessStates>) -> Self {
        match states.and_then(|states| states.internet_gateway_block_mode.as_deref()) {
            None | Some("off") => Self::Off,
            Some("block-ingress") => Self::Ingress,
            Some("block-bidirectional") => Self::Bidirectional,
            Some(_) => Self::Unreadable,
        }
    }

    /// BPA-01: whether an instance's own traffic over an internet gateway is blocked. An instance
    /// with a public address can neither be reached nor open flows, in both modes.
    pub(crate) fn blocks_internet_gateway(self) -> bool {
        matches!(self, Self::Ingress | Self::Bidirectional)
    }

    /// BPA-01: an egress-only gateway's flows start inside, so only the bidirectional mode stops
    /// them.
    pub(crate) fn blocks_egress_only_gateway(self) -> bool {
        self == Self::Bidirectional
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ingress => "block-ingress",
            Self::Bidirectional => "block-bidirectional",
            Self::Unreadable => "unreadable",
        }
    }
}
