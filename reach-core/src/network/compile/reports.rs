//! What refers to something that is not there.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Compiler, Located};
use crate::index::GroupIdx;
use crate::snapshot;

impl<'a> Compiler<'a> {
    /// SG-22: rules of groups that the snapshot lacks decide nothing here.
    pub(super) fn report_stray_rules(
        &mut self,
        with_ids: &FxHashMap<&str, Vec<&snapshot::SecurityGroupRule>>,
        group_ids: &FxHashMap<&str, GroupIdx>,
    ) {
        for group in with_ids.keys().filter(|group| !group_ids.contains_key(**group)) {
            let text = "it has rules in the snapshot, but is not there itself".to_owned();
            self.warn("dangling_id", group, text);
        }
    }

    /// SG-15: references to groups that are gone match nothing; say so where the owner's groups
    /// were collected.
    pub(super) fn report_dangling_references(
        &mut self,
        list: &[Located<'a, snapshot::SecurityGroup>],
    ) {
        let known: FxHashSet<&str> =
            list.iter().map(|located| located.item.group_id.as_str()).collect();
        for located in list {
            let group = located.item;
            let permissions = group.ip_permissions.iter().chain(&group.ip_permissions_egress);
            for pair in permissions.flat_map(|permission| &permission.user_id_group_pairs) {
                if let Some(id) = pair.group_id.as_deref().filter(|id| !known.contains(id)) {
                    let text = format!("a rule names group `{id}`, which is not in the snapshot");
                    self.warn("dangling_id", &group.group_id, text);
                }
            }
        }
    }
}
