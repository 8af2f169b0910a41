use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Edit, EditError, apply};
use crate::Network;
use crate::network::{PieceIds, Source};
use crate::snapshot::{IpPermission, Region, Snapshot};

impl Network {
    /// What the network would be after these edits, in order, all or none.
    ///
    /// Edits of security groups, network ACLs and routes, and hosts that start and stop, leave
    /// everything else to be shared with this network, and the edited
    /// [`snapshot`](Network::snapshot) is made when it is first asked for.
    ///
    /// # Errors
    ///
    /// [`EditError`] names the first edit that does not fit, and says why.
    ///
    /// # Complexity
    ///
    /// For rules of groups, entries of ACLs, routes, and hosts that start and stop O(n) in the
    /// number of groups, ACLs, route tables and instances, with a small factor, and what it takes to
    /// compile the edited ones. As [`Network::compile`] of the edited snapshot for addresses, for
    /// instances that are terminated, which take interfaces with them, and where the pieces alone do
    /// not tell what an edit means: a route to an instance, a group named by its name, a state that
    /// nobody can read, a resource that two accounts describe.
    pub fn with(&self, edits: &[Edit]) -> Result<Self, EditError> {
        if let Some(edited) = Touched::by(edits).and_then(|it| it.network(self, edits)) {
            return Ok(edited);
        }
        let edited = apply(self.snapshot(), edits)?;
        Ok(Self::compile_noting(edited, self.notes().to_vec()))
    }
}

/// What edits write, where that is pieces alone, and what they read besides.
#[derive(Debug, Default)]
struct Touched<'e> {
    pieces: PieceIds<'e>,
    /// Groups that rules name, and targets that routes name.
    named: BTreeSet<&'e str>,
    /// Whether rules or routes name prefix lists.
    lists: bool,
}

impl<'e> Touched<'e> {
    fn by(edits: &'e [Edit]) -> Option<Self> {
        let mut touched = Self::default();
        for edit in edits {
            match edit {
                Edit::AuthorizeSecurityGroupIngress(it)
                | Edit::AuthorizeSecurityGroupEgress(it) => {
                    touched.pieces.groups.insert(it.group_id.as_deref()?);
                    touched.permissions(&it.ip_permissions)?;
                }
                Edit::RevokeSecurityGroupIngress(it) | Edit::RevokeSecurityGroupEgress(it) => {
                    touched.pieces.groups.insert(it.group_id.as_deref()?);
                    touched.permissions(&it.ip_permissions)?;
                }
                Edit::ModifySecurityGroupRules(it) => {
                    touched.pieces.groups.insert(&it.group_id);
                    for update in &it.security_group_rules {
                        let rule = &update.security_group_rule;
                        touched.named.extend(rule.referenced_group_id.as_deref());
                        touched.lists |= rule.prefix_list_id.is_some();
                    }
                }
                Edit::CreateNetworkAclEntry(it) | Edit::ReplaceNetworkAclEntry(it) => {
                    touched.pieces.acls.insert(&it.network_acl_id);
                }
                Edit::DeleteNetworkAclEntry(it) => {
                    touched.pieces.acls.insert(&it.network_acl_id);
                }
                Edit::CreateRoute(it) | Edit::ReplaceRoute(it) => {
                    touched.pieces.tables.insert(&it.route_table_id);
                    touched.named.extend(it.targets());
                    touched.lists |= it.destination_prefix_list_id.is_some();
                    // Its interface is to be found first.
                    if it.instance_id.is_some() {
                        return None;
                    }
                }
                Edit::DeleteRoute(it) => {
                    touched.pieces.tables.insert(&it.route_table_id);
                }
                Edit::StartInstances(it) | Edit::StopInstances(it) => {
                    touched.pieces.instances.extend(it.instance_ids.iter().map(String::as_str));
                }
                Edit::TerminateInstances(_)
                | Edit::AssociateAddress(_)
                | Edit::DisassociateAddress(_) => return None,
            }
        }
        Some(touched)
    }

    /// `None` where a group is named by its name, which any group may have.
    fn permissions(&mut self, permissions: &'e [IpPermission]) -> Option<()> {
        for permission in permissions {
            for pair in &permission.user_id_group_pairs {
                self.named.insert(pair.group_id.as_deref()?);
            }
            self.lists |= !permission.prefix_list_ids.is_empty();
        }
        Some(())
    }

    /// The network after the edits; `None` where they do not fit, or may mean more than this.
    fn network(&self, network: &Network, edits: &[Edit]) -> Option<Network> {
        let whole = network.compiled().source.snapshot();
        let before = self.part_of(whole);
        let after = apply(&before, edits).ok()?;
        if draws_taken_ids(&before, &after, whole) {
            return None;
        }
        let edits = edits.to_vec();
        // They fit the part, so they fit the whole.
        let make = move |whole: &Snapshot| apply(whole, &edits).unwrap_or_else(|_| whole.clone());
        let source = Source::edited(Arc::clone(whole), make);
        network.with_pieces(&self.pieces, &after, source)
    }

    /// What of a snapshot the edits look at.
    fn part_of(&self, whole: &Snapshot) -> Snapshot {
        let lists = |region: &Region| match self.lists {
            true => (region.prefix_lists.clone(), region.managed_prefix_list_entries.clone()),
            false => (None, None),
        };
        let PieceIds { groups, acls, tables, instances } = &self.pieces;
        let named = |id: &str| self.named.contains(id);
        let regions = whole.regions.iter().map(|region| {
            let (prefix_lists, managed_prefix_list_entries) = lists(region);
            Region {
                account: region.account.clone(),
                name: region.name.clone(),
                security_groups: some(region.security_groups.as_ref(), |it| {
                    groups.contains(it.group_id.as_str()) || named(&it.group_id)
                }),
                security_group_rules: some(region.security_group_rules.as_ref(), |it| {
                    groups.contains(it.group_id.as_str())
                }),
                network_acls: some(region.network_acls.as_ref(), |it| {
                    acls.contains(it.network_acl_id.as_str())
                }),
                route_tables: some(region.route_tables.as_ref(), |it| {
                    tables.contains(it.route_table_id.as_str())
                }),
                instances: some(region.instances.as_ref(), |it| {
                    instances.contains(it.instance_id.as_str())
                }),
                network_interfaces: some(region.network_interfaces.as_ref(), |it| {
                    named(&it.network_interface_id)
                }),
                internet_gateways: some(region.internet_gateways.as_ref(), |it| {
                    named(&it.internet_gateway_id)
                }),
                egress_only_internet_gateways: some(
                    region.egress_only_internet_gateways.as_ref(),
                    |it| named(&it.egress_only_internet_gateway_id),
                ),
                nat_gateways: some(region.nat_gateways.as_ref(), |it| named(&it.nat_gateway_id)),
                vpn_gateways: some(region.vpn_gateways.as_ref(), |it| named(&it.vpn_gateway_id)),
                vpc_peering_connections: some(region.vpc_peering_connections.as_ref(), |it| {
                    named(&it.vpc_peering_connection_id)
                }),
                prefix_lists,
                managed_prefix_list_entries,
                ..Region::default()
            }
        });
        Snapshot { regions: regions.collect() }
    }
}

/// Those of a list that count.
fn some<T: Clone>(list: Option<&Vec<T>>, counts: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    list.map(|list| list.iter().filter(|it| counts(it)).cloned().collect())
}

/// Whether a new rule has the id of a rule that the part of the snapshot does not show.
fn draws_taken_ids(before: &Snapshot, after: &Snapshot, whole: &Snapshot) -> bool {
    fn ids(of: &Snapshot) -> impl Iterator<Item = &str> {
        let rules = of.regions.iter().flat_map(|it| it.security_group_rules.iter().flatten());
        rules.map(|rule| rule.security_group_rule_id.as_str())
    }
    let old: BTreeSet<&str> = ids(before).collect();
    let new: BTreeSet<&str> = ids(after).filter(|id| !old.contains(id)).collect();
    !new.is_empty() && ids(whole).any(|id| new.contains(id))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use crate::Network;
    use crate::change::fixture::{edit, snapshot};

    #[test]
    fn rules_and_entries_leave_the_rest_where_it_is() {
        let network = Network::compile(snapshot(json!({
            "SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1"}, {"GroupId": "sg-2"}],
            "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1"}],
            "Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}],
            "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1"}],
            "InternetGateways": [{"InternetGatewayId": "igw-1"}],
        })));
        let opened = edit(json!({
            "Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-1", "IpProtocol": "tcp",
            "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0",
        }));
        let denied = edit(json!({
            "Action": "CreateNetworkAclEntry", "NetworkAclId": "acl-1", "RuleNumber": 1,
            "Protocol": "-1", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0",
        }));
        let stopped = edit(json!({"Action": "StopInstances", "InstanceIds": ["i-1"]}));
        let routed = edit(json!({
            "Action": "CreateRoute", "RouteTableId": "rtb-1", "GatewayId": "igw-1",
            "DestinationCidrBlock": "0.0.0.0/0",
        }));
        let ended = edit(json!({"Action": "TerminateInstances", "InstanceIds": ["i-1"]}));
        let shares = |edits: &[_]| {
            let (before, after) = (network.compiled(), network.with(edits).unwrap());
            let same = |(one, other)| Arc::ptr_eq(one, other);
            let groups = before.groups.iter().zip(after.compiled().groups.iter());
            let groups =
                groups.map(|((_, one), (_, other))| same((one, other))).collect::<Vec<_>>();
            (Arc::ptr_eq(&before.frame, &after.compiled().frame), groups)
        };
        assert_eq!(shares(std::slice::from_ref(&opened)), (true, vec![false, true]));
        assert_eq!(shares(&[opened.clone(), denied]), (true, vec![false, true]));
        assert_eq!(shares(&[opened, stopped, routed]), (true, vec![false, true]));
        assert!(!shares(&[ended]).0);
    }
}
