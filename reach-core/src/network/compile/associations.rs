//! Which route table and which network ACL belong to what.

use rustc_hash::FxHashMap;

use super::{Compiler, Located};
use crate::index::{AclIdx, DenseIndex, TableIdx};
use crate::snapshot;

impl<'a> Compiler<'a> {
    /// Notes what something uses; of two claims neither counts.
    fn claim<I: DenseIndex + PartialEq>(
        &mut self,
        claims: &mut FxHashMap<&'a str, Option<I>>,
        user: &'a str,
        index: I,
        what: &str,
    ) {
        let claimed = claims.entry(user).or_insert(Some(index));
        if *claimed != Some(index) {
            *claimed = None;
            self.warn("contradiction", user, format!("two {what} claim it, so neither is used"));
        }
    }

    /// NA-01: who uses which ACL.
    pub(super) fn acl_associations(
        &mut self,
        list: &[Located<'a, snapshot::NetworkAcl>],
    ) -> AclAssociations<'a> {
        let mut found = AclAssociations::default();
        for (position, located) in list.iter().enumerate() {
            let (acl, index) = (located.item, AclIdx::from_usize(position));
            for association in &acl.associations {
                self.claim(&mut found.subnets, &association.subnet_id, index, "network ACLs");
            }
            if let Some(vpc) = acl.vpc_id.as_deref().filter(|_| acl.is_default) {
                self.claim(&mut found.defaults, vpc, index, "default network ACLs");
            }
        }
        found
    }

    /// RT-01, RT-14: who uses which route table.
    pub(super) fn table_associations(
        &mut self,
        list: &[Located<'a, snapshot::RouteTable>],
    ) -> TableAssociations<'a> {
        let mut found = TableAssociations::default();
        for (position, located) in list.iter().enumerate() {
            let (table, index) = (located.item, TableIdx::from_usize(position));
            for association in &table.associations {
                let state = association.association_state.as_ref();
                if state.is_some_and(|state| state.state != "associated") {
                    continue;
                }
                if let Some(subnet) = association.subnet_id.as_deref() {
                    self.claim(&mut found.subnets, subnet, index, "route tables");
                }
                if let Some(gateway) = association.gateway_id.as_deref() {
                    self.claim(&mut found.gateways, gateway, index, "route tables");
                }
                if let Some(vpc) = table.vpc_id.as_deref().filter(|_| association.main) {
                    self.claim(&mut found.mains, vpc, index, "main route tables");
                }
            }
        }
        found
    }
}

#[derive(Default)]
pub(super) struct AclAssociations<'a> {
    pub(super) subnets: FxHashMap<&'a str, Option<AclIdx>>,
    pub(super) defaults: FxHashMap<&'a str, Option<AclIdx>>,
}

#[derive(Default)]
pub(super) struct TableAssociations<'a> {
    pub(super) subnets: FxHashMap<&'a str, Option<TableIdx>>,
    pub(super) mains: FxHashMap<&'a str, Option<TableIdx>>,
    pub(super) gateways: FxHashMap<&'a str, Option<TableIdx>>,
}
