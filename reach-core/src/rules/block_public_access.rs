//! VPC Block Public Access (semantics section 7, BPA-*), as `describe-vpcs` and `describe-subnets`
//! report it for the VPC and the subnet, exclusions counted in.

use super::{Component, Evidence, ExplanationCode, Reason, Split};
use crate::packet::HeaderSet;
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
    /// The subnet's own state counts; the VPC's where the subnet's was not reported.
    pub(crate) fn of(
        subnet: Option<&BlockPublicAccessStates>,
        vpc: Option<&BlockPublicAccessStates>,
    ) -> Self {
        let mode = |states: Option<&'_ BlockPublicAccessStates>| {
            states.and_then(|states| states.internet_gateway_block_mode.clone())
        };
        match mode(subnet).or_else(|| mode(vpc)).as_deref() {
            None | Some("off") => Self::Off,
            Some("block-ingress") => Self::Ingress,
            Some("block-bidirectional") => Self::Bidirectional,
            Some(_) => Self::Unreadable,
        }
    }

    /// BPA-01: what passes between a subnet with this mode and an internet gateway. An instance
    /// with a public address can neither be reached nor open flows, in both modes.
    pub(crate) fn at_internet_gateway(self, subnet: Component, headers: HeaderSet) -> Split {
        let evidence = Evidence::attribute(
            &subnet.id,
            "BlockPublicAccessStates.InternetGatewayBlockMode",
            self.name(),
        );
        let reason = |code| Reason::new(code, subnet, &["BPA-01"]).with(evidence);
        match self {
            Self::Off => Split::pass(headers),
            Self::Ingress | Self::Bidirectional => {
                Split::drop(headers, reason(ExplanationCode::VpcBlockPublicAccessEnabled))
            }
            Self::Unreadable => Split::unsure(headers, reason(ExplanationCode::UnreadableEntry)),
        }
    }

    /// BPA-01: the flows of egress-only and NAT gateways start inside, so `block-ingress` does not
    /// concern them.
    pub(crate) fn at_outbound_gateway(self, subnet: Component, headers: HeaderSet) -> Split {
        match self {
            Self::Ingress => Split::pass(headers),
            _ => self.at_internet_gateway(subnet, headers),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ingress => "block-ingress",
            Self::Bidirectional => "block-bidirectional",
            Self::Unreadable => "unreadable",
        }
    }
}
