//! Gateway route tables: what a gateway's own table leads to (section 6).

use reach_core::snapshot::RouteTable;

use super::codes;
use super::model::{Owner, Zone, every, owns};
use super::route_table::{self, Selected, Target};
use super::walk::{Go, Next, Point, Walk};

/// A gateway with a table of its own, and no subnet.
pub(super) fn gateway_point<'s>(vpc: &'s str, table: &'s RouteTable) -> Point<'s> {
    Point { vpc, subnet: None, table: Some(table), zone: Zone::default(), hop: None, direct: false }
}

impl<'s> Walk<'_, 's> {
    /// RT-16: the gateway's own table, if it leads the traffic of the sending subnet to a
    /// middlebox in another one.
    pub(super) fn redirects(&self, gateway: &str, point: &Point<'s>) -> Option<&'s str> {
        let table = route_table::of_gateway(self.model, gateway)?;
        let subnet = point.subnet?;
        let mut v6 = subnet.ipv6_cidr_block_association_set.iter();
        let address = if self.packet.source.is_ipv4() {
            subnet.cidr_block.as_deref().and_then(super::model::block)?.network()
        } else {
            v6.find_map(|block| super::model::block(&block.ipv6_cidr_block))?.network()
        };
        let Selected::To(middlebox @ (Target::Interface(_) | Target::Endpoint(_))) =
            route_table::select(self.model, table, address)
        else {
            return None;
        };
        let own = self.subnets_of(middlebox);
        let here = own.contains(&subnet.subnet_id.as_str());
        (!here).then_some(table.route_table_id.as_str())
    }

    /// The subnets that a middlebox is in.
    pub(super) fn subnets_of(&self, middlebox: Target<'s>) -> Vec<&'s str> {
        match middlebox {
            Target::Interface(id) => self
                .model
                .interface(id)
                .and_then(|eni| eni.subnet_id.as_deref())
                .into_iter()
                .collect(),
            Target::Endpoint(id) if self.firewall_endpoint(id).is_some() => self
                .firewall_endpoint(id)
                .and_then(|(_, attachment)| attachment.subnet_id.as_deref())
                .into_iter()
                .collect(),
            Target::Endpoint(id) => every!(self.model, vpc_endpoints)
                .filter(|endpoint| endpoint.vpc_endpoint_id == id)
                .flat_map(|endpoint| endpoint.subnet_ids.iter().map(String::as_str))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// RT-14, RT-15: a gateway route table leads to a middlebox.
    pub(super) fn redirected(
        &mut self,
        vpc: &'s str,
        table: &'s RouteTable,
        target: Target<'s>,
    ) -> Go<Next<'s>> {
        match target {
            Target::Interface(id) => {
                let Some(eni) = self.model.interface(id) else {
                    return self.lost(codes::UNKNOWN_RESOURCE, id);
                };
                // RT-04: the destination itself.
                if owns(eni, self.packet.destination) {
                    return self.arrive(vpc, None);
                }
                // RT-15: it runs, and it has a public address.
                self.host_up(eni)?;
                let public = self.model.public_pairs(vpc).iter().any(|(_, _, owner)| {
                    matches!(owner, Owner::Interface(found)
                        if found.network_interface_id == eni.network_interface_id)
                });
                if !public {
                    return self.deny(codes::INGRESS_RTB_NO_PUBLIC_IP, id);
                }
                self.redirected = true;
                self.through_appliance(&gateway_point(vpc, table), eni)
            }
            Target::Endpoint(id) => {
                self.redirected = true;
                self.via_endpoint(&gateway_point(vpc, table), id)
            }
            // RT-14: nothing else can be there.
            _ => self.lost(codes::UNREADABLE_ENTRY, table.route_table_id.as_str()),
        }
    }
}
