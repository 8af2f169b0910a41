//! What edits change by itself: security groups and network ACLs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{acls, reports};
use crate::Diagnostic;
use crate::index::{Arena, DenseIndex};
use crate::network::prefix_lists::PrefixLists;
use crate::network::security_groups::Stale;
use crate::network::{Compiled, Network, Source, security_groups};
use crate::rules::{NetworkAcl, SecurityGroup};
use crate::snapshot::{self, SecurityGroupRule, Snapshot};

/// One kind of piece, and what compiling each noticed.
pub(super) struct Pieces<I, T> {
    pub(super) list: Arena<I, Arc<T>>,
    pub(super) noticed: BTreeMap<I, Vec<Diagnostic>>,
}

impl<I: DenseIndex + Ord, T> FromIterator<(T, Vec<Diagnostic>)> for Pieces<I, T> {
    fn from_iter<It: IntoIterator<Item = (T, Vec<Diagnostic>)>>(pieces: It) -> Self {
        let mut noticed = BTreeMap::new();
        let list = pieces.into_iter().enumerate().map(|(at, (piece, told))| {
            if !told.is_empty() {
                noticed.insert(I::from_usize(at), told);
            }
            Arc::new(piece)
        });
        Self { list: list.collect(), noticed }
    }
}

pub(super) fn group<'a>(
    group: &'a snapshot::SecurityGroup,
    with_ids: &[&'a SecurityGroupRule],
    around: (&PrefixLists<'_>, &Stale<'_>),
    known: impl Fn(&str) -> bool,
) -> (SecurityGroup, Vec<Diagnostic>) {
    let mut told = Vec::new();
    let compiled = security_groups::compile(group, with_ids, around, &mut told);
    reports::dangling_references(group, known, &mut told);
    (compiled, told)
}

pub(super) fn acl(acl: &snapshot::NetworkAcl) -> (NetworkAcl, Vec<Diagnostic>) {
    let mut told = Vec::new();
    let compiled = acls::compile(acl, &mut told);
    (compiled, told)
}

/// The only one that is meant; `None` where accounts have views of their own.
fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    found.next().filter(|_| found.next().is_none())
}

impl Network {
    /// The network with some groups and ACLs, named by id, as another snapshot has them, which
    /// need not have more; `None` where that cannot be told of them alone.
    pub(crate) fn with_pieces(
        &self,
        (group_ids, acl_ids): (&BTreeSet<&str>, &BTreeSet<&str>),
        pieces: &Snapshot,
        source: Source,
    ) -> Option<Self> {
        let before = self.compiled();
        let lists = PrefixLists::read(before.source.unedited(), &mut Vec::new());
        let stale = security_groups::stale(before.source.unedited());
        let with_ids = security_groups::rules_by_group(pieces);
        let known = |id: &str| before.groups.search(|group| (*group.id).cmp(id)).is_some();
        let Compiled { mut groups, mut acls, mut noticed, .. } = before.clone();
        for id in group_ids {
            let listed = pieces.regions.iter().flat_map(|it| it.security_groups.iter().flatten());
            let found = only(listed.filter(|group| group.group_id == *id))?;
            let rules = with_ids.get(id).map_or(&[][..], Vec::as_slice);
            let (compiled, told) = group(found, rules, (&lists, &stale), known);
            let index = groups.search(|group| (*group.id).cmp(id))?;
            *groups.get_mut(index)? = Arc::new(compiled);
            noticed.groups.insert(index, told);
        }
        for id in acl_ids {
            let listed = pieces.regions.iter().flat_map(|it| it.network_acls.iter().flatten());
            let found = only(listed.filter(|acl| acl.network_acl_id == *id))?;
            let (compiled, told) = acl(found);
            let index = acls.search(|acl| (*acl.id).cmp(id))?;
            *acls.get_mut(index)? = Arc::new(compiled);
            noticed.acls.insert(index, told);
        }
        noticed.groups.retain(|_, told| !told.is_empty());
        noticed.acls.retain(|_, told| !told.is_empty());
        let (diagnostics, frame) = (noticed.told(), Arc::clone(&before.frame));
        Some(Self {
            inner: Arc::new(Compiled { source, diagnostics, noticed, groups, acls, frame }),
        })
    }
}
