//! What edits change by itself: security groups, network ACLs, route tables and states of hosts;
//! interfaces and addresses in `moved.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ipnet::IpNet;

use super::{acls, reports};
use crate::Diagnostic;
use crate::index::{Arena, DenseIndex};
use crate::network::prefix_lists::PrefixLists;
use crate::network::route_tables::{self, Targets};
use crate::network::security_groups::Stale;
use crate::network::{Compiled, Instance, Network, Source, security_groups};
use crate::rules::{Host, NetworkAcl, RouteTable, SecurityGroup};
use crate::snapshot::{self, Region, SecurityGroupRule, Snapshot};

/// Whether interfaces that edits change are compiled by themselves. In a module for browsers the
/// download counts for more than the time that the whole takes.
pub(crate) const MOVES_INTERFACES: bool = !cfg!(target_family = "wasm");

/// The pieces that edits change, by id.
#[derive(Debug, Default)]
pub(crate) struct PieceIds<'e> {
    pub(crate) groups: BTreeSet<&'e str>,
    pub(crate) acls: BTreeSet<&'e str>,
    pub(crate) tables: BTreeSet<&'e str>,
    pub(crate) instances: BTreeSet<&'e str>,
    /// Interfaces that may be paired anew, detached, or gone.
    pub(crate) interfaces: BTreeSet<&'e str>,
}

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

pub(super) fn table(
    table: &snapshot::RouteTable,
    ranges: &[IpNet],
    targets: &Targets<'_>,
    lists: &PrefixLists<'_>,
) -> (RouteTable, Vec<Diagnostic>) {
    let mut told = Vec::new();
    let compiled = route_tables::compile(table, ranges, targets, lists, &mut told);
    (compiled, told)
}

pub(super) fn acl(acl: &snapshot::NetworkAcl) -> (NetworkAcl, Vec<Diagnostic>) {
    let mut told = Vec::new();
    let compiled = acls::compile(acl, &mut told);
    (compiled, told)
}

/// The only one of its id; `None` where accounts have views of their own.
fn only<'s, T>(
    pieces: &'s Snapshot,
    list: impl Fn(&'s Region) -> Option<&'s Vec<T>>,
    is_it: impl Fn(&T) -> bool,
) -> Option<&'s T> {
    let all = pieces.regions.iter().filter_map(list).flatten();
    let mut found = all.filter(|item| is_it(item));
    found.next().filter(|_| found.next().is_none())
}

impl Network {
    /// The network with some pieces as another snapshot has them, which need not have more; `None`
    /// where that cannot be told of them alone.
    pub(crate) fn with_pieces(
        &self,
        ids: &PieceIds<'_>,
        pieces: &Snapshot,
        source: Source,
    ) -> Option<Self> {
        let mut after = Compiled { source, ..self.compiled().clone() };
        let Compiled { groups, acls, noticed, .. } = &mut after;
        let unedited = self.compiled().source.unedited();
        let lists = PrefixLists::read(unedited, &mut Vec::new());
        let stale = security_groups::stale(unedited);
        let with_ids = security_groups::rules_by_group(pieces);
        let known = |id: &str| self.compiled().groups.search(|group| (*group.id).cmp(id)).is_some();
        for id in &ids.groups {
            let found = only(pieces, |it| it.security_groups.as_ref(), |it| it.group_id == *id)?;
            let rules = with_ids.get(id).map_or(&[][..], Vec::as_slice);
            let (compiled, told) = group(found, rules, (&lists, &stale), known);
            let index = groups.search(|group| (*group.id).cmp(id))?;
            *groups.get_mut(index)? = Arc::new(compiled);
            noticed.groups.insert(index, told);
        }
        for id in &ids.acls {
            let found = only(pieces, |it| it.network_acls.as_ref(), |it| it.network_acl_id == *id)?;
            let (compiled, told) = acl(found);
            let index = acls.search(|acl| (*acl.id).cmp(id))?;
            *acls.get_mut(index)? = Arc::new(compiled);
            noticed.acls.insert(index, told);
        }
        for id in &ids.instances {
            let found = only(pieces, |it| it.instances.as_ref(), |it| it.instance_id == *id)?;
            after.put_state(found)?;
        }
        if MOVES_INTERFACES && !ids.interfaces.is_empty() {
            after.put_interfaces(&ids.interfaces, pieces)?;
        }
        // Their routes name interfaces.
        for id in &ids.tables {
            let found = only(pieces, |it| it.route_tables.as_ref(), |it| it.route_table_id == *id)?;
            after.put_table(found, &lists)?;
        }
        let Compiled { noticed, .. } = &mut after;
        noticed.groups.retain(|_, told| !told.is_empty());
        noticed.acls.retain(|_, told| !told.is_empty());
        noticed.tables.retain(|_, told| !told.is_empty());
        after.diagnostics = noticed.told();
        Some(Self { inner: Arc::new(after) })
    }
}

impl Compiled {
    fn put_table(&mut self, edited: &snapshot::RouteTable, lists: &PrefixLists<'_>) -> Option<()> {
        let vpc = edited.vpc_id.as_deref();
        let vpc = vpc.and_then(|id| self.vpcs.search(|vpc| (*vpc.id).cmp(id)));
        let ranges = vpc.map_or(&[][..], |vpc| self.vpcs[vpc].ranges.as_slice());
        let targets = Targets::of_network(self, edited);
        let (compiled, told) = table(edited, ranges, &targets, lists);
        let index = self.tables.search(|table| (*table.id).cmp(&edited.route_table_id))?;
        *self.tables.get_mut(index)? = Arc::new(compiled);
        self.noticed.tables.insert(index, told);
        // Routes name interfaces.
        self.crossed = Arc::default();
        Some(())
    }

    /// A state that nobody can read is told of each of the interfaces, which stay as they are.
    fn put_state(&mut self, edited: &snapshot::Instance) -> Option<()> {
        let id = edited.instance_id.as_str();
        let index = self.instances.search(|instance| (*instance.id).cmp(id))?;
        let before = self.instances.get_mut(index)?;
        let state: Arc<str> = Arc::from(edited.state.as_ref()?.name.as_str());
        let host = Host::of(&before.id, &state);
        if [&before.host, &host].into_iter().any(|host| matches!(host, Host::Unknown { .. })) {
            return None;
        }
        *before = Arc::new(Instance { state, host, ..Instance::clone(before) });
        Some(())
    }
}
