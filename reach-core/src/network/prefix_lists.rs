//! Prefix lists, by id: their blocks, or that nobody knows them (SG-09, RT-07).

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::Diagnostic;
use crate::packet::IpSet;
use crate::rules::parse_net;
use crate::snapshot::Snapshot;

/// Contents of the prefix lists that the snapshot knows.
#[derive(Debug, Default)]
pub(crate) struct PrefixLists<'a> {
    lists: BTreeMap<&'a str, PrefixList>,
}

/// One list.
#[derive(Debug, Default)]
pub(crate) struct PrefixList {
    /// Its entries; `None` when the snapshot lacks them or one cannot be read.
    pub(crate) nets: Option<Vec<IpNet>>,
    family: Option<Family>,
}

#[derive(Debug, Clone, Copy)]
enum Family {
    V4,
    V6,
}

impl PrefixList {
    /// The widest that unknown contents can be.
    pub(crate) fn widest(&self) -> IpSet {
        match self.family {
            Some(Family::V4) => IpSet::all_v4(),
            Some(Family::V6) => IpSet::all_v6(),
            None => IpSet::all(),
        }
    }
}

impl<'a> PrefixLists<'a> {
    pub(crate) fn read(snapshot: &'a Snapshot, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut lists: BTreeMap<&'a str, PrefixList> = BTreeMap::new();
        for region in &snapshot.regions {
            for list in region.prefix_lists.iter().flatten() {
                let known = lists.entry(&list.prefix_list_id).or_default();
                known.family = match list.address_family.as_deref() {
                    Some("IPv4") => Some(Family::V4),
                    Some("IPv6") => Some(Family::V6),
                    _ => known.family,
                };
                if let Some(cidrs) = &list.cidrs {
                    let texts = cidrs.iter().map(String::as_str);
                    known.nets = nets(&list.prefix_list_id, texts, diagnostics);
                }
            }
        }
        for region in &snapshot.regions {
            for list in region.managed_prefix_list_entries.iter().flatten() {
                let texts = list.entries.iter().map(|entry| entry.cidr.as_str());
                lists.entry(&list.prefix_list_id).or_default().nets =
                    nets(&list.prefix_list_id, texts, diagnostics);
            }
        }
        Self { lists }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&PrefixList> {
        self.lists.get(id)
    }
}

/// All entries, or nothing: a list with an entry that nobody can read has unknown contents.
fn nets<'a>(
    list: &str,
    texts: impl Iterator<Item = &'a str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<IpNet>> {
    let mut readable = true;
    let mut nets = Vec::new();
    for text in texts {
        if let Some(net) = parse_net(text) {
            nets.push(net);
        } else {
            readable = false;
            diagnostics.push(
                Diagnostic::warning(
                    "unreadable_entry",
                    format!("prefix list entry {text:?} is no address block"),
                )
                .resource(list),
            );
        }
    }
    readable.then_some(nets)
}
