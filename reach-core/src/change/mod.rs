//! Edits: changes to a [`Snapshot`], named after the EC2 API actions that make them.
//!
//! An [`Edit`] is what somebody would ask of EC2, with EC2's parameter names, so that a script
//! that changes an account and a file of edits that asks "what if" read the same. [`Edit::apply`]
//! changes a snapshot in place, [`apply`] gives a changed copy after a list of edits, and an
//! [`EditFile`] reads such a list. An edit that does not fit the snapshot changes nothing and
//! says why in an [`EditError`], with EC2's own error code.
//!
//! A resource that several [`Region`](crate::snapshot::Region)s hold, as when the owner of a
//! shared VPC and a participant were both asked, is changed wherever it stands.

mod address;
mod edit;
mod error;
mod file;
mod instance;
mod listing;
mod lookup;
mod network_acl;
mod protocol;
mod request;
mod route;
mod rule;
mod security_group;
mod what_if;

#[cfg(test)]
mod fixture;

pub use address::{AssociateAddress, DisassociateAddress};
pub use edit::{Edit, apply};
pub use error::EditError;
pub use file::EditFile;
pub use instance::InstanceIds;
pub use listing::GroupRule;
pub(crate) use listing::rules_by_group;
pub use network_acl::{DeleteNetworkAclEntry, PutNetworkAclEntry};
pub use route::{DeleteRoute, PutRoute};
pub use security_group::{
    AuthorizeSecurityGroup, ModifySecurityGroupRules, RevokeSecurityGroup,
    SecurityGroupRuleRequest, SecurityGroupRuleUpdate,
};

#[cfg(doc)]
use crate::snapshot::Snapshot;
