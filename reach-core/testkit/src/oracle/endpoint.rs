//! VPC endpoints that a route leads to: gateway endpoints (section 12), Gateway Load Balancer and
//! Network Firewall endpoints (section 14).

use reach_core::snapshot::{FirewallAttachment, FirewallDescription, Subnet, VpcEndpoint};

use super::codes;
use super::firewall::{Step, stateful, stateless};
use super::model::{Owner, every};
use super::walk::{Came, End, Go, Inspected, Kept, Next, Point, Walk};

impl<'s> Walk<'_, 's> {
    /// `vpce-…` as the target of a route.
    pub(super) fn via_endpoint(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        if point.hop == Some(id) {
            return self.deny(codes::LOOP, id);
        }
        // NFW-01.
        if let Some((firewall, attachment)) = self.firewall_endpoint(id) {
            return self.through_firewall(point, id, firewall, attachment);
        }
        let endpoint = every!(self.model, vpc_endpoints).find(|found| found.vpc_endpoint_id == id);
        let Some(endpoint) = endpoint else {
            // RP-02: whatever it is, the request did not pass it.
            if self.reply && !self.inspected.iter().any(|found| found.endpoint == id) {
                return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
            }
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        match endpoint.vpc_endpoint_type.as_deref() {
            Some("Gateway") => self.via_gateway_endpoint(point, endpoint),
            Some("GatewayLoadBalancer") => self.through_balancer_endpoint(point, endpoint),
            _ => self.not_followed(point, codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// E10.
    fn via_gateway_endpoint(
        &mut self,
        point: &Point<'s>,
        endpoint: &'s VpcEndpoint,
    ) -> Go<Next<'s>> {
        let id = endpoint.vpc_endpoint_id.as_str();
        if self.reply {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
        }
        self.leave_subnet(point)?;
        self.is_open(endpoint)?;
        // EP-02: TCP and ICMP echo, for hosts of the VPC.
        let packet = self.packet;
        let echo = matches!((packet.protocol, packet.source_port), (1, 8) | (58, 128));
        if packet.protocol != 6 && !echo {
            return self.deny(codes::VPCE_GATEWAY_PROTOCOL_RESTRICTION, id);
        }
        let owned = matches!(
            self.model.owners(point.vpc, packet.source).first(),
            Some(Owner::Interface(_) | Owner::Nat(_))
        );
        if self.came != Came::Here || !owned {
            return self.deny(codes::VPCE_GATEWAY_SOURCE_RESTRICTION, id);
        }
        Ok(Next::End(End::Gateway(id, point.vpc)))
    }

    /// EP-05.
    pub(super) fn is_open(&mut self, endpoint: &'s VpcEndpoint) -> Go<()> {
        let id = endpoint.vpc_endpoint_id.as_str();
        let state = endpoint.state.as_deref().map(str::to_ascii_lowercase);
        match state.as_deref() {
            Some("available") => Ok(()),
            // EP-05: only the working zones, which are not told.
            None | Some("partial") => self.doubt(codes::UNKNOWN_RESOURCE, id),
            Some(_) => self.deny(codes::BAD_STATE, id),
        }
    }

    /// MB-04: inspected unchanged, and routed by the table of the endpoint's subnet.
    fn through_balancer_endpoint(
        &mut self,
        point: &Point<'s>,
        endpoint: &'s VpcEndpoint,
    ) -> Go<Next<'s>> {
        let id = endpoint.vpc_endpoint_id.as_str();
        self.is_open(endpoint)?;
        let subnet = endpoint.subnet_ids.first().and_then(|id| self.model.subnet(id));
        let Some(subnet) = subnet else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        self.cross_to(point.subnet, subnet)?;
        self.visit(id)?;
        if self.reply {
            // MB-06: not if the first packet went another way.
            if !self.inspected.iter().any(|found| found.endpoint == id) {
                return self.deny(codes::GWLB_ASYMMETRIC, id);
            }
            self.inspected_back.push(id);
        } else {
            self.balancer_serves(endpoint, subnet)?;
            self.inspected.push(Inspected { endpoint: id, firewall: None, stateful: false });
        }
        Ok(self.out_of_endpoint(subnet, id))
    }

    fn out_of_endpoint(&mut self, subnet: &'s Subnet, id: &'s str) -> Next<'s> {
        // PIPE-06: identity is lost.
        self.sender = self.sender.with(Kept::No);
        Next::Route(self.point(subnet, Some(id)))
    }

    pub(super) fn firewall_endpoint(
        &self,
        id: &str,
    ) -> Option<(&'s FirewallDescription, &'s FirewallAttachment)> {
        every!(self.model, firewalls).find_map(|firewall| {
            let status = firewall.firewall_status.as_ref()?;
            let mut attachments =
                status.sync_states.values().filter_map(|state| state.attachment.as_ref());
            let attachment = attachments.find(|found| found.endpoint_id.as_deref() == Some(id))?;
            Some((firewall, attachment))
        })
    }

    /// NFW-01, NFW-07, TGW-10.
    fn through_firewall(
        &mut self,
        point: &Point<'s>,
        id: &'s str,
        firewall: &'s FirewallDescription,
        attachment: &'s FirewallAttachment,
    ) -> Go<Next<'s>> {
        if attachment.status.as_deref() != Some("READY") {
            self.doubt(codes::UNKNOWN_RESOURCE, id)?;
        }
        let subnet = attachment.subnet_id.as_deref().and_then(|id| self.model.subnet(id));
        let Some(subnet) = subnet else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        self.cross_to(point.subnet, subnet)?;
        self.visit(id)?;
        let arn = firewall.firewall.firewall_arn.as_str();
        if self.reply {
            let before = self.inspected.iter().find(|found| found.endpoint == id).copied();
            let Some(before) = before else { return self.other_endpoint(id, arn) };
            self.inspected_back.push(id);
            self.firewall_reply(firewall, before)?;
        } else {
            let stateful = self.firewall_request(firewall)?;
            self.inspected.push(Inspected { endpoint: id, firewall: Some(arn), stateful });
        }
        Ok(self.out_of_endpoint(subnet, id))
    }

    /// NFW-02 and then NFW-03 to NFW-06; whether the stateful engine saw it.
    pub(super) fn firewall_request(&mut self, firewall: &'s FirewallDescription) -> Go<bool> {
        let arn = firewall.firewall.firewall_arn.as_str();
        let first = stateless(self.model, firewall, &self.packet);
        match first {
            Step::Pass => return Ok(false),
            Step::Drop => return self.deny(codes::FIREWALL_RULES_RESTRICTION, arn),
            Step::Unknown => self.doubt(codes::FIREWALL_UNSUPPORTED_RULE_OPTIONS, arn)?,
            Step::Forward => {}
        }
        match stateful(self.model, firewall, &self.packet) {
            // What the stateless engine may pass never comes here.
            Step::Drop if first == Step::Forward => {
                self.deny(codes::FIREWALL_RULES_RESTRICTION, arn)
            }
            Step::Drop | Step::Pass | Step::Forward => Ok(true),
            Step::Unknown => {
                self.doubt(codes::FIREWALL_UNSUPPORTED_RULE_OPTIONS, arn)?;
                Ok(true)
            }
        }
    }

    /// NFW-02 for the reply by itself; NFW-05: the stateful engine follows what it decided for the
    /// flow; NFW-07: what it sees from the middle.
    pub(super) fn firewall_reply(
        &mut self,
        firewall: &'s FirewallDescription,
        before: Inspected<'s>,
    ) -> Go<()> {
        let arn = firewall.firewall.firewall_arn.as_str();
        match stateless(self.model, firewall, &self.packet) {
            Step::Pass => Ok(()),
            Step::Drop => self.deny(codes::FIREWALL_RULES_RESTRICTION, arn),
            Step::Unknown => self.doubt(codes::FIREWALL_UNSUPPORTED_RULE_OPTIONS, arn),
            Step::Forward if before.stateful => Ok(()),
            // A TCP reply without its request is from the middle; others start a flow.
            Step::Forward if self.packet.protocol == 6 => {
                match super::firewall::stream_exception(self.model, firewall) {
                    Some("CONTINUE") => self.firewall_request(firewall).map(|_| ()),
                    Some("DROP" | "REJECT") => self.deny(codes::FIREWALL_RULES_RESTRICTION, arn),
                    _ => self.doubt(codes::FIREWALL_UNSUPPORTED_RULE_OPTIONS, arn),
                }
            }
            Step::Forward => self.firewall_request(firewall).map(|_| ()),
        }
    }

    /// NFW-07, TGW-10: the reply comes to an endpoint that the request did not pass.
    fn other_endpoint<T>(&self, id: &str, firewall: &str) -> Go<T> {
        let same = self.inspected.iter().any(|found| found.firewall == Some(firewall));
        if same && self.transited {
            return self.deny(codes::TGW_ASYMMETRIC_AZ, id);
        }
        self.deny(codes::NFW_ASYMMETRIC, id)
    }

    /// NFW-07 at the end: a firewall that the reply did not pass. MB-06: a Gateway Load Balancer
    /// may be left out.
    pub(super) fn inspected_both_ways(&mut self) -> Go<()> {
        let missed = self.inspected.iter().find(|found| {
            found.firewall.is_some() && !self.inspected_back.contains(&found.endpoint)
        });
        match missed {
            Some(found) => self.deny(codes::NFW_ASYMMETRIC, found.endpoint),
            None => Ok(()),
        }
    }
}
