//! A change of a group's rules, made in both forms that a snapshot has them in.

use std::collections::{BTreeMap, BTreeSet};

use super::group::Group;
use crate::change::rule::{NewRule, Ports, Rule, n_peers, retain_peers};
use crate::order;
use crate::snapshot::{IpPermission, SecurityGroupRule, Snapshot};

/// What becomes of a group's rules, checked: making it cannot fail.
#[derive(Default)]
pub(super) struct Change {
    /// These go.
    pub(super) remove: BTreeSet<Rule>,
    /// These are there afterwards; one whose id a rule has already is that rule from now on.
    pub(super) put: BTreeMap<Rule, NewRule>,
}

impl Change {
    pub(super) fn commit(&self, snapshot: &mut Snapshot, of: &Group) {
        for region in &mut snapshot.regions {
            let mut here = false;
            for group in region.security_groups.iter_mut().flatten() {
                if group.group_id == of.id {
                    here = true;
                    self.commit_permissions(&mut group.ip_permissions, false);
                    self.commit_permissions(&mut group.ip_permissions_egress, true);
                }
            }
            if let Some(rules) = &mut region.security_group_rules {
                self.commit_rules(rules, of, here);
            }
        }
    }

    fn commit_permissions(&self, permissions: &mut Vec<IpPermission>, egress: bool) {
        let mut here = BTreeSet::new();
        permissions.retain_mut(|permission| {
            let before = n_peers(permission);
            retain_peers(permission, egress, |rule, description| match self.put.get(rule) {
                Some(new) => {
                    description.clone_from(&new.description);
                    here.insert(rule.clone());
                    true
                }
                None => !self.remove.contains(rule),
            });
            let after = n_peers(permission);
            after > 0 || before == after
        });
        let mut by_ports: BTreeMap<Ports, usize> = BTreeMap::new();
        for (index, permission) in permissions.iter().enumerate() {
            by_ports.entry(Ports::of(permission)).or_insert(index);
        }
        for (rule, new) in &self.put {
            if rule.egress != egress || here.contains(rule) {
                continue;
            }
            let index = *by_ports.entry(rule.ports.clone()).or_insert_with(|| {
                permissions.push(rule.ports.permission());
                permissions.len().saturating_sub(1)
            });
            if let Some(permission) = permissions.get_mut(index) {
                new.push_to(permission);
            }
        }
    }

    fn commit_rules(&self, rules: &mut Vec<SecurityGroupRule>, of: &Group, here: bool) {
        let mut new_by_id: BTreeMap<&str, &NewRule> =
            order::tree(self.put.values().map(|new| (new.id.as_str(), new)));
        rules.retain_mut(|rule| {
            if rule.group_id != of.id {
                return true;
            }
            if let Some(new) = new_by_id.remove(rule.security_group_rule_id.as_str()) {
                new.write_to(rule);
                return true;
            }
            !self.remove.contains(&Rule::of(rule))
        });
        if !here {
            return;
        }
        for (rule, new) in &self.put {
            if new_by_id.contains_key(new.id.as_str()) {
                let mut added = SecurityGroupRule {
                    security_group_rule_id: new.id.clone(),
                    group_id: of.id.clone(),
                    group_owner_id: of.owner_id.clone(),
                    is_egress: rule.egress,
                    ..SecurityGroupRule::default()
                };
                new.write_to(&mut added);
                rules.push(added);
            }
        }
    }
}
