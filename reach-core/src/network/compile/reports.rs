//! What refers to something that is not there.

use rustc_hash::FxHashMap;

use super::Compiler;
use crate::Diagnostic;
use crate::index::GroupIdx;
use crate::snapshot;

impl Compiler<'_> {
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
}

/// SG-15: references to groups that are gone match nothing; say so where the owner's groups were
/// collected.
pub(super) fn dangling_references(
    group: &snapshot::SecurityGroup,
    known: impl Fn(&str) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let permissions = group.ip_permissions.iter().chain(&group.ip_permissions_egress);
    for pair in permissions.flat_map(|permission| &permission.user_id_group_pairs) {
        if let Some(id) = pair.group_id.as_deref().filter(|id| !known(id)) {
            let text = format!("a rule names group `{id}`, which is not in the snapshot");
            diagnostics.push(Diagnostic::warning("dangling_id", text).resource(&group.group_id));
        }
    }
}
