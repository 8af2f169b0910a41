//! Network ACLs (NA-*).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiler;
use crate::Diagnostic;
use crate::rules::{AclEntry, NetworkAcl};
use crate::snapshot;

impl Compiler<'_> {
    pub(super) fn acl(&mut self, acl: &snapshot::NetworkAcl) -> NetworkAcl {
        let mut directions: [BTreeMap<i32, Vec<AclEntry>>; 2] = Default::default();
        for entry in &acl.entries {
            let (compiled, problems) = AclEntry::compile(entry);
            for problem in problems {
                let text = format!("entry {} cannot be read: {problem}", entry.rule_number);
                self.warn("unreadable_entry", &acl.network_acl_id, text);
            }
            let [ingress, egress] = &mut directions;
            let direction = if entry.egress { egress } else { ingress };
            direction.entry(entry.rule_number).or_default().push(compiled);
        }
        let [ingress, egress] = directions.map(|entries| {
            entries
                .into_iter()
                .flat_map(|(number, same)| self.one_number(&acl.network_acl_id, number, same))
                .collect()
        });
        NetworkAcl { id: Arc::from(acl.network_acl_id.as_str()), ingress, egress }
    }

    /// NA-03 needs numbers to be unique. Entries that share one and differ decide nothing that
    /// anybody could know.
    fn one_number(&mut self, acl: &str, number: i32, mut same: Vec<AclEntry>) -> Vec<AclEntry> {
        if same.len() < 2 {
            return same;
        }
        same.dedup_by(|a, b| a.allow == b.allow && a.peer == b.peer && a.traffic == b.traffic);
        let text = format!("entry number {number} stands twice in one direction");
        if same.len() == 1 {
            let note = Diagnostic::note("duplicate_entry", format!("{text}, with one meaning"));
            self.diagnostics.push(note.resource(acl));
            return same;
        }
        self.warn("contradiction", acl, text);
        for entry in &mut same {
            entry.allow = None;
        }
        same
    }
}
