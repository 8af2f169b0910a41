//! Block Public Access as VPCs and subnets report it (BPA-01 to BPA-05).

use reach_core::snapshot::BlockPublicAccessStates;

use crate::generate::site::Site;

/// A mode for every VPC, and another for some subnets.
pub(in crate::generate) fn public_access(site: &mut Site) {
    let mode = |site: &mut Site| {
        let modes = ["off", "off", "block-bidirectional", "block-ingress", "block-ingress"];
        let mode = site.dice.word(&modes).to_owned();
        Some(BlockPublicAccessStates { internet_gateway_block_mode: Some(mode) })
    };
    for vpc in site.vpcs.clone() {
        let state = mode(site);
        site.vpc_data(&vpc.id, |vpc| vpc.block_public_access_states.clone_from(&state));
        for subnet in site.subnets_of(&vpc).collect::<Vec<_>>() {
            let own = if site.dice.chance(30) { mode(site) } else { state.clone() };
            site.subnet_data(&subnet.id, |subnet| subnet.block_public_access_states = own);
        }
    }
}
