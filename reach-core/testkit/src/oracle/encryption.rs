//! VPC encryption controls (SC-03).

use reach_core::snapshot::{VpcEncryptionControl, VpcEncryptionControlExclusion};

use super::codes;
use super::model::every;
use super::route_table::Target;
use super::walk::{Go, Walk};

impl<'s> Walk<'_, 's> {
    /// SC-03: a VPC that enforces encryption may not let its traffic through a gateway that is not
    /// excluded.
    pub(super) fn encrypted(&mut self, vpc: &str, target: Target<'s>) -> Go<()> {
        let enforced = every!(self.model, vpc_encryption_controls)
            .filter(|found| found.vpc_id.as_deref() == Some(vpc))
            .find(|found| found.mode.as_deref() == Some("enforce"));
        let Some(control) = enforced else { return Ok(()) };
        let (id, spared) = match target {
            Target::Internet(id) => (id, excluded(control, |all| all.internet_gateway.as_ref())),
            Target::EgressOnly(id) => {
                (id, excluded(control, |all| all.egress_only_internet_gateway.as_ref()))
            }
            Target::Nat(id) => (id, excluded(control, |all| all.nat_gateway.as_ref())),
            Target::Virtual(id) => {
                (id, excluded(control, |all| all.virtual_private_gateway.as_ref()))
            }
            Target::Peering(id) => (id, excluded(control, |all| all.vpc_peering.as_ref())),
            Target::Transit(id) => (id, self.encrypting(id)),
            _ => return Ok(()),
        };
        if spared { Ok(()) } else { self.doubt(codes::ENCRYPTION_ENFORCE, id) }
    }

    fn encrypting(&self, id: &str) -> bool {
        every!(self.model, transit_gateways)
            .filter(|found| found.transit_gateway_id == id)
            .filter_map(|found| found.options.as_ref()?.encryption_support.as_ref())
            .any(|support| support.encryption_state.as_deref() == Some("enabled"))
    }
}

fn excluded(
    control: &VpcEncryptionControl,
    which: impl Fn(
        &reach_core::snapshot::VpcEncryptionControlExclusions,
    ) -> Option<&VpcEncryptionControlExclusion>,
) -> bool {
    let exclusions = control.resource_exclusions.as_ref();
    let state = exclusions.and_then(which).and_then(|found| found.state.as_deref());
    state == Some("enabled")
}
