use serde::{Deserialize, Serialize};

use super::{
    AssociateAddress, AuthorizeSecurityGroup, DeleteNetworkAclEntry, DeleteRoute,
    DisassociateAddress, EditError, InstanceIds, ModifySecurityGroupRules, PutNetworkAclEntry,
    PutRoute, RevokeSecurityGroup,
    instance::{start, stop, terminate},
};
use crate::snapshot::Snapshot;

/// One change to a [`Snapshot`], named after the EC2 API action that makes it.
///
/// In JSON, `Action` names the action and the other fields are its request parameters, spelled
/// as the EC2 API spells them. A parameter that reach does not know is refused, not ignored.
///
/// # Example: close Telnet
///
/// ```
/// use reach_core::change::Edit;
/// use reach_core::snapshot::{IpPermission, IpRange, Region, SecurityGroup, Snapshot};
///
/// let telnet = IpPermission {
///     ip_protocol: "tcp".into(),
///     from_port: Some(23),
///     to_port: Some(23),
///     ip_ranges: vec![IpRange { cidr_ip: "0.0.0.0/0".into(), description: None }],
///     ..IpPermission::default()
/// };
/// let group = SecurityGroup {
///     group_id: "sg-1".into(),
///     ip_permissions: vec![telnet],
///     ..SecurityGroup::default()
/// };
/// let region = Region { security_groups: Some(vec![group]), ..Region::default() };
/// let mut snapshot = Snapshot { regions: vec![region] };
///
/// let edit: Edit = serde_json::from_str(
///     r#"{"Action": "RevokeSecurityGroupIngress", "GroupId": "sg-1",
///         "IpProtocol": "tcp", "FromPort": 23, "ToPort": 23, "CidrIp": "0.0.0.0/0"}"#,
/// )?;
/// edit.apply(&mut snapshot)?;
/// assert!(snapshot.regions[0].security_groups.as_ref().unwrap()[0].ip_permissions.is_empty());
///
/// // The rule is gone: asking again does not fit any more.
/// let error = edit.apply(&mut snapshot).unwrap_err();
/// assert_eq!(error.code(), "InvalidPermission.NotFound");
/// assert_eq!(error.resource(), Some("sg-1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: in Rust
///
/// ```
/// use reach_core::change::{Edit, InstanceIds};
///
/// let edit = Edit::StopInstances(InstanceIds { instance_ids: vec!["i-1".into()] });
/// assert_eq!(
///     serde_json::to_string(&edit)?,
///     r#"{"Action":"StopInstances","InstanceIds":["i-1"]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Action")]
#[non_exhaustive]
pub enum Edit {
    /// Adds inbound rules to a security group.
    AuthorizeSecurityGroupIngress(AuthorizeSecurityGroup),
    /// Adds outbound rules to a security group.
    AuthorizeSecurityGroupEgress(AuthorizeSecurityGroup),
    /// Removes inbound rules from a security group.
    RevokeSecurityGroupIngress(RevokeSecurityGroup),
    /// Removes outbound rules from a security group.
    RevokeSecurityGroupEgress(RevokeSecurityGroup),
    /// Changes rules of a security group; they keep their ids.
    ModifySecurityGroupRules(ModifySecurityGroupRules),
    /// Starts stopped instances.
    StartInstances(InstanceIds),
    /// Stops instances. A public address that is not an Elastic IP stays where it is, although
    /// EC2 releases it and gives another at the next start: which one cannot be known, and an
    /// address lost here would hide what starting the instance again exposes.
    StopInstances(InstanceIds),
    /// Terminates instances. Their interfaces go with them, except those that say that they stay.
    TerminateInstances(InstanceIds),
    /// Adds an entry to a network ACL.
    CreateNetworkAclEntry(PutNetworkAclEntry),
    /// Replaces the entry of a network ACL that has the number and direction.
    ReplaceNetworkAclEntry(PutNetworkAclEntry),
    /// Removes an entry from a network ACL.
    DeleteNetworkAclEntry(DeleteNetworkAclEntry),
    /// Adds a route to a route table.
    CreateRoute(PutRoute),
    /// Gives the route with the destination another target.
    ReplaceRoute(PutRoute),
    /// Removes a route from a route table.
    DeleteRoute(DeleteRoute),
    /// Pairs an Elastic IP address with a private address.
    AssociateAddress(AssociateAddress),
    /// Takes an Elastic IP address off the private address that it is paired with.
    DisassociateAddress(DisassociateAddress),
}

impl Edit {
    /// The name of the EC2 API action.
    pub fn action(&self) -> &'static str {
        match self {
            Self::AuthorizeSecurityGroupIngress(_) => "AuthorizeSecurityGroupIngress",
            Self::AuthorizeSecurityGroupEgress(_) => "AuthorizeSecurityGroupEgress",
            Self::RevokeSecurityGroupIngress(_) => "RevokeSecurityGroupIngress",
            Self::RevokeSecurityGroupEgress(_) => "RevokeSecurityGroupEgress",
            Self::ModifySecurityGroupRules(_) => "ModifySecurityGroupRules",
            Self::StartInstances(_) => "StartInstances",
            Self::StopInstances(_) => "StopInstances",
            Self::TerminateInstances(_) => "TerminateInstances",
            Self::CreateNetworkAclEntry(_) => "CreateNetworkAclEntry",
            Self::ReplaceNetworkAclEntry(_) => "ReplaceNetworkAclEntry",
            Self::DeleteNetworkAclEntry(_) => "DeleteNetworkAclEntry",
            Self::CreateRoute(_) => "CreateRoute",
            Self::ReplaceRoute(_) => "ReplaceRoute",
            Self::DeleteRoute(_) => "DeleteRoute",
            Self::AssociateAddress(_) => "AssociateAddress",
            Self::DisassociateAddress(_) => "DisassociateAddress",
        }
    }

    /// Changes the snapshot, or leaves it as it was and says why.
    pub fn apply(&self, snapshot: &mut Snapshot) -> Result<(), EditError> {
        match self {
            Self::AuthorizeSecurityGroupIngress(it) => it.apply(snapshot, false),
            Self::AuthorizeSecurityGroupEgress(it) => it.apply(snapshot, true),
            Self::RevokeSecurityGroupIngress(it) => it.apply(snapshot, false),
            Self::RevokeSecurityGroupEgress(it) => it.apply(snapshot, true),
            Self::ModifySecurityGroupRules(it) => it.apply(snapshot),
            Self::StartInstances(it) => start(it, snapshot),
            Self::StopInstances(it) => stop(it, snapshot),
            Self::TerminateInstances(it) => terminate(it, snapshot),
            Self::CreateNetworkAclEntry(it) => it.create(snapshot),
            Self::ReplaceNetworkAclEntry(it) => it.replace(snapshot),
            Self::DeleteNetworkAclEntry(it) => it.apply(snapshot),
            Self::CreateRoute(it) => it.create(snapshot),
            Self::ReplaceRoute(it) => it.replace(snapshot),
            Self::DeleteRoute(it) => it.apply(snapshot),
            Self::AssociateAddress(it) => it.apply(snapshot),
            Self::DisassociateAddress(it) => it.apply(snapshot),
        }
        .map_err(|fault| EditError::new(self.action(), fault))
    }
}

/// A copy of the snapshot after the edits, made one after the other: all of them or none.
///
/// ```
/// use reach_core::change::{self, Edit, InstanceIds};
/// use reach_core::snapshot::{Instance, InstanceState, Region, Snapshot};
///
/// let web = Instance {
///     instance_id: "i-web".into(),
///     state: Some(InstanceState { name: "running".into() }),
///     ..Instance::default()
/// };
/// let region = Region { instances: Some(vec![web]), ..Region::default() };
/// let before = Snapshot { regions: vec![region] };
/// let stop = |id: &str| Edit::StopInstances(InstanceIds { instance_ids: vec![id.into()] });
///
/// let after = change::apply(&before, &[stop("i-web")])?;
/// assert_ne!(before, after);
///
/// let error = change::apply(&before, &[stop("i-web"), stop("i-gone")]).unwrap_err();
/// assert_eq!((error.index(), error.code()), (Some(1), "InvalidInstanceID.NotFound"));
/// # Ok::<(), change::EditError>(())
/// ```
pub fn apply(snapshot: &Snapshot, edits: &[Edit]) -> Result<Snapshot, EditError> {
    let mut changed = snapshot.clone();
    for (index, edit) in edits.iter().enumerate() {
        edit.apply(&mut changed).map_err(|error| error.at(index))?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests;
