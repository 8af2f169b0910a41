//! Network ACLs (NA-*).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Diagnostic;
use crate::rules::{AclEntry, NetworkAcl};
use crate::snapshot;

pub(super) fn compile(acl: &snapshot::NetworkAcl, diagnostics: &mut Vec<Diagnostic>) -> NetworkAcl {
    let mut directions: [BTreeMap<i32, Vec<AclEntry>>; 2] = Default::default();
    for entry in &acl.entries {
        let (compiled, problems) = AclEntry::compile(entry);
        for problem in problems {
            let text = format!("entry {} cannot be read: {problem}", entry.rule_number);
            let told = Diagnostic::warning("unreadable_entry", text);
            diagnostics.push(told.resource(&acl.network_acl_id));
        }
        let [ingress, egress] = &mut directions;
        let direction = if entry.egress { egress } else { ingress };
        direction.entry(entry.rule_number).or_default().push(compiled);
    }
    let [ingress, egress] = directions.map(|entries| {
        entries
            .into_iter()
            .flat_map(|(number, same)| one_number(&acl.network_acl_id, number, same, diagnostics))
            .collect()
    });
    NetworkAcl { id: Arc::from(acl.network_acl_id.as_str()), ingress, egress }
}

/// NA-03 needs numbers to be unique. Entries that share one and differ decide nothing that anybody
/// could know.
fn one_number(
    acl: &str,
    number: i32,
    mut same: Vec<AclEntry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<AclEntry> {
    if same.len() < 2 {
        return same;
    }
    same.dedup_by(|a, b| a.allow == b.allow && a.peer == b.peer && a.traffic == b.traffic);
    let text = format!("entry number {number} stands twice in one direction");
    if same.len() == 1 {
        let note = Diagnostic::note("duplicate_entry", format!("{text}, with one meaning"));
        diagnostics.push(note.resource(acl));
        return same;
    }
    diagnostics.push(Diagnostic::warning("contradiction", text).resource(acl));
    for entry in &mut same {
        entry.allow = None;
    }
    same
}
