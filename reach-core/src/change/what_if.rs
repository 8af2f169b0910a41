use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Edit, EditError, apply};
use crate::Network;
use crate::network::Source;
use crate::snapshot::{IpPermission, Region, Snapshot};

impl Network {
    /// What the network would be after these edits, in order, all or none.
    ///
    /// Edits of security groups and network ACLs share everything else with this network, and the
    /// edited [`snapshot`](Network::snapshot) is made when it is first asked for.
    ///
    /// # Errors
    ///
    /// [`EditError`] names the first edit that does not fit, and says why.
    ///
    /// # Complexity
    ///
    /// For rules of groups and entries of ACLs O(n) in the number of groups and ACLs, with a small
    /// factor, and what it takes to compile those. As [`Network::compile`] of the edited snapshot
    /// for other edits.
    pub fn with(&self, edits: &[Edit]) -> Result<Self, EditError> {
        if let Some(edited) = Touched::by(edits).and_then(|it| it.network(self, edits)) {
            return Ok(edited);
        }
        let edited = apply(self.snapshot(), edits)?;
        Ok(Self::compile_noting(edited, self.notes().to_vec()))
    }
}

/// What edits read and write, where that is nothing but some groups, ACLs and prefix lists.
#[derive(Debug, Default)]
struct Touched<'e> {
    groups: BTreeSet<&'e str>,
    acls: BTreeSet<&'e str>,
    /// Groups that rules name.
    named: BTreeSet<&'e str>,
    /// Whether rules name prefix lists.
    lists: bool,
}

impl<'e> Touched<'e> {
    fn by(edits: &'e [Edit]) -> Option<Self> {
        let mut touched = Self::default();
        for edit in edits {
            match edit {
                Edit::AuthorizeSecurityGroupIngress(it)
                | Edit::AuthorizeSecurityGroupEgress(it) => {
                    touched.groups.insert(it.group_id.as_deref()?);
                    touched.permissions(&it.ip_permissions)?;
                }
                Edit::RevokeSecurityGroupIngress(it) | Edit::RevokeSecurityGroupEgress(it) => {
                    touched.groups.insert(it.group_id.as_deref()?);
                    touched.permissions(&it.ip_permissions)?;
                }
                Edit::ModifySecurityGroupRules(it) => {
                    touched.groups.insert(&it.group_id);
                    for update in &it.security_group_rules {
                        let rule = &update.security_group_rule;
                        touched.named.extend(rule.referenced_group_id.as_deref());
                        touched.lists |= rule.prefix_list_id.is_some();
                    }
                }
                Edit::CreateNetworkAclEntry(it) | Edit::ReplaceNetworkAclEntry(it) => {
                    touched.acls.insert(&it.network_acl_id);
                }
                Edit::DeleteNetworkAclEntry(it) => {
                    touched.acls.insert(&it.network_acl_id);
                }
                _ => return None,
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
        network.with_pieces((&self.groups, &self.acls), &after, source)
    }

    /// What of a snapshot the edits look at.
    fn part_of(&self, whole: &Snapshot) -> Snapshot {
        let lists = |region: &Region| match self.lists {
            true => (region.prefix_lists.clone(), region.managed_prefix_list_entries.clone()),
            false => (None, None),
        };
        let regions = whole.regions.iter().map(|region| {
            let (prefix_lists, managed_prefix_list_entries) = lists(region);
            Region {
                account: region.account.clone(),
                name: region.name.clone(),
                security_groups: some(region.security_groups.as_ref(), |it| {
                    let id = it.group_id.as_str();
                    self.groups.contains(id) || self.named.contains(id)
                }),
                security_group_rules: some(region.security_group_rules.as_ref(), |it| {
                    self.groups.contains(it.group_id.as_str())
                }),
                network_acls: some(region.network_acls.as_ref(), |it| {
                    self.acls.contains(it.network_acl_id.as_str())
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
        assert!(!shares(&[opened, stopped]).0);
    }
}
