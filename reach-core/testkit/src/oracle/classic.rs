//! Targets of Classic Load Balancers (section 13).

use reach_core::snapshot::{LoadBalancerDescription, NetworkInterface, Subnet};

use super::balancer::Picked;
use super::codes;
use super::model::{every, zone};
use super::walk::{Go, Walk};

impl<'s> Walk<'_, 's> {
    /// LB-09, LB-19.
    pub(super) fn targets_of_classic(
        &mut self,
        found: &'s LoadBalancerDescription,
        node: &'s Subnet,
        to: Option<&'s NetworkInterface>,
    ) -> Go<Vec<Picked>> {
        let id = found.load_balancer_name.as_str();
        let asked = i32::from(self.packet.destination_port);
        let mut listeners = found.listener_descriptions.iter().map(|described| &described.listener);
        let port = listeners
            .find(|listener| listener.load_balancer_port == asked)
            .and_then(|listener| listener.instance_port)
            .and_then(|port| u16::try_from(port).ok());
        let Some(port) = port else { return self.deny(codes::ELB_LISTENERS_MISMATCH, id) };
        let cross = every!(self.model, classic_load_balancer_attributes)
            .filter(|attributes| attributes.load_balancer_name == id)
            .filter_map(|found| found.load_balancer_attributes.cross_zone_load_balancing.as_ref())
            .any(|cross| cross.enabled);
        let states: Vec<_> = every!(self.model, classic_load_balancer_instance_states)
            .filter(|states| states.load_balancer_name == id)
            .flat_map(|states| &states.instance_states)
            .collect();
        let mut picked = Vec::new();
        let mut reason = codes::TARGET_ADDRESS_RESTRICTION;
        for instance in &found.instances {
            let Some(eni) = self.target_interface(&instance.instance_id, "") else { continue };
            if to.is_some_and(|to| to.network_interface_id != eni.network_interface_id) {
                continue;
            }
            let state = states.iter().find(|state| state.instance_id == instance.instance_id);
            let Some(subnet) = self.model.subnet_of(eni) else { continue };
            let enabled = found.subnets.iter().filter_map(|id| self.model.subnet(id));
            if state.is_some_and(|state| state.state.as_deref() != Some("InService")) {
                reason = codes::LB_TARGET_UNUSED;
            } else if !enabled.clone().any(|at| zone(at).is(zone(subnet)) == Some(true)) {
                reason = codes::ELB_INSTALLED_AZ_RESTRICTION;
            } else if !cross && zone(node).is(zone(subnet)) != Some(true) {
                reason = codes::ELB_NOT_CROSSZONE;
            } else if let Some(address) =
                eni.private_ip_address.as_deref().and_then(|text| text.parse().ok())
            {
                picked.push(Picked { address, port, preserved: false, datagram_by_address: false });
            }
        }
        if picked.is_empty() { self.deny(reason, id) } else { Ok(picked) }
    }
}
