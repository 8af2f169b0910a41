mod part;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use super::{Edit, EditError, apply, lookup};
use crate::Network;
use crate::network::{MOVES_INTERFACES, PieceIds, Source};
use crate::snapshot::{IpPermission, Snapshot};

impl Network {
    /// What the network would be after these edits, in order, all or none.
    ///
    /// What the edits do not touch is shared with this network, and the edited
    /// [`snapshot`](Network::snapshot) is made when it is first asked for.
    ///
    /// # Errors
    ///
    /// [`EditError`] names the first edit that does not fit, and says why.
    ///
    /// # Complexity
    ///
    /// O(n) in the size of the snapshot with a small factor, to find what the edits name, and what it
    /// takes to compile that: groups, ACLs, route tables, interfaces that lose or get an address; with
    /// interfaces that go with their instances, the addresses of their VPCs and who is in which
    /// group.
    ///
    /// As [`Network::compile`] of the edited snapshot where these pieces alone do not tell what an
    /// edit means: a route to an instance, a group named by its name, a state that nobody can read, a
    /// resource that two accounts describe, an interface that belongs to a service or of which
    /// something contradicts; on wasm32, where the module is to be small, addresses and instances
    /// that are terminated too.
    pub fn with(&self, edits: &[Edit]) -> Result<Self, EditError> {
        let whole = self.compiled().source.snapshot();
        if let Some(edited) = Touched::by(edits, whole).and_then(|it| it.network(self, edits)) {
            return Ok(edited);
        }
        let edited = apply(whole, edits)?;
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
    /// Elastic IP addresses, by any name that they have.
    addresses: BTreeSet<&'e str>,
    /// Those of them that are addresses.
    ips: Vec<Ipv4Addr>,
    /// Instances whose interfaces are meant.
    hosts: BTreeSet<&'e str>,
    /// Those of them that come to an end.
    ended: BTreeSet<&'e str>,
}

impl<'e> Touched<'e> {
    fn by(edits: &'e [Edit], whole: &'e Snapshot) -> Option<Self> {
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
                | Edit::DisassociateAddress(_)
                    if !MOVES_INTERFACES =>
                {
                    return None;
                }
                Edit::TerminateInstances(it) => {
                    let ids = || it.instance_ids.iter().map(String::as_str);
                    touched.pieces.instances.extend(ids());
                    touched.hosts.extend(ids());
                    touched.ended.extend(ids());
                }
                Edit::AssociateAddress(it) => {
                    touched.addresses.extend(it.allocation_id.as_deref());
                    touched.addresses.extend(it.public_ip.as_deref());
                    touched.hosts.extend(it.instance_id.as_deref());
                    touched.pieces.interfaces.extend(it.network_interface_id.as_deref());
                }
                Edit::DisassociateAddress(it) => {
                    touched.addresses.extend(it.association_id.as_deref());
                    touched.addresses.extend(it.public_ip.as_deref());
                }
            }
        }
        if MOVES_INTERFACES {
            touched.follow(whole);
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
        if draws_taken_ids(&before, &after, whole) || several_views(&before) {
            return None;
        }
        let edits = edits.to_vec();
        let make = move |whole: &Snapshot| {
            let edited = apply(whole, &edits);
            debug_assert!(edited.is_ok(), "they fit the part and not the whole");
            edited.unwrap_or_else(|_| whole.clone())
        };
        let source = Source::edited(Arc::clone(whole), make);
        network.with_pieces(&self.pieces, &after, source)
    }
}

/// Whether accounts have views of their own of an interface.
fn several_views(part: &Snapshot) -> bool {
    let mut seen = BTreeSet::new();
    lookup::interfaces(part).any(|it| !seen.insert(it.network_interface_id.as_str()))
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
    fn edits_leave_the_rest_where_it_is() {
        let network = Network::compile(snapshot(json!({
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
            "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}],
            "SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1"}, {"GroupId": "sg-2"}],
            "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1"}],
            "Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}],
            "NetworkInterfaces": [{
                "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
                "PrivateIpAddress": "10.0.0.10", "Groups": [{"GroupId": "sg-2"}],
                "Attachment": {"InstanceId": "i-1"},
            }],
            "Addresses": [{"PublicIp": "198.51.100.1", "AllocationId": "eipalloc-1"}],
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
        let addressed = edit(json!({
            "Action": "AssociateAddress", "AllocationId": "eipalloc-1", "InstanceId": "i-1",
        }));
        let ended = edit(json!({"Action": "TerminateInstances", "InstanceIds": ["i-1"]}));
        // What edits leave: everything but the pieces, who lives where, and groups.
        let shares = |edits: &[_]| {
            let (before, after) = (network.compiled(), network.with(edits).unwrap());
            let after = after.compiled();
            let groups = before.groups.iter().zip(after.groups.iter());
            let groups = groups.map(|((_, one), (_, other))| Arc::ptr_eq(one, other));
            let frame = Arc::ptr_eq(&before.frame, &after.frame);
            (frame, Arc::ptr_eq(&before.population, &after.population), groups.collect::<Vec<_>>())
        };
        assert_eq!(shares(std::slice::from_ref(&opened)), (true, true, vec![false, true]));
        assert_eq!(shares(&[opened.clone(), denied]), (true, true, vec![false, true]));
        assert_eq!(shares(&[opened, stopped, routed]), (true, true, vec![false, true]));
        assert_eq!(shares(std::slice::from_ref(&addressed)), (true, false, vec![true, true]));
        assert_eq!(shares(&[addressed, ended]), (true, false, vec![true, true]));
    }
}
