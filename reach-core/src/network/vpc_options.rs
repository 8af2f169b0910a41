//! What is set for a whole VPC elsewhere than in `describe-vpcs` (SC-01, SC-03).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::rules::{EncryptionControl, WayOut};
use crate::snapshot::{Snapshot, VpcEncryptionControl, VpcEncryptionControlExclusion};

/// By VPC.
pub(super) struct VpcOptions<'a> {
    /// VPCs without Amazon DNS.
    silent: FxHashSet<&'a str>,
    encryption: FxHashMap<&'a str, &'a VpcEncryptionControl>,
}

impl<'a> VpcOptions<'a> {
    pub(super) fn read(snapshot: &'a Snapshot) -> Self {
        let regions = || snapshot.regions.iter();
        let attributes = regions().flat_map(|region| region.vpc_attributes.iter().flatten());
        let silent = attributes
            .filter(|of| of.enable_dns_support.as_ref().is_some_and(|support| !support.value))
            .map(|of| of.vpc_id.as_str())
            .collect();
        let controls = regions().flat_map(|region| region.vpc_encryption_controls.iter().flatten());
        let encryption = controls
            .filter(|control| enforced(control))
            .filter_map(|control| Some((control.vpc_id.as_deref()?, control)))
            .collect();
        Self { silent, encryption }
    }

    /// SC-01: `enableDnsSupport`, which is on by default.
    pub(super) fn dns_enabled(&self, vpc: &str) -> bool {
        !self.silent.contains(vpc)
    }

    /// SC-03.
    pub(super) fn encryption(&self, vpc: &str) -> Option<EncryptionControl> {
        self.encryption.get(vpc).map(|control| compile(control))
    }
}

/// In the mode `enforce`, or on its way there.
fn enforced(control: &VpcEncryptionControl) -> bool {
    control.mode.as_deref() == Some("enforce")
        && !matches!(control.state.as_deref(), Some("deleted" | "enforce-failed"))
}

fn compile(control: &VpcEncryptionControl) -> EncryptionControl {
    let exclusions = control.resource_exclusions.clone().unwrap_or_default();
    let on = |exclusion: &Option<VpcEncryptionControlExclusion>| {
        let state = exclusion.as_ref().and_then(|exclusion| exclusion.state.as_deref());
        state == Some("enabled")
    };
    let ways = [
        (WayOut::InternetGateway, &exclusions.internet_gateway),
        (WayOut::EgressOnlyGateway, &exclusions.egress_only_internet_gateway),
        (WayOut::NatGateway, &exclusions.nat_gateway),
        (WayOut::VpnGateway, &exclusions.virtual_private_gateway),
        (WayOut::Peering, &exclusions.vpc_peering),
    ];
    EncryptionControl {
        id: Arc::from(control.vpc_encryption_control_id.as_str()),
        excluded: ways.iter().filter(|(_, it)| on(it)).map(|(way, _)| *way).collect(),
    }
}
