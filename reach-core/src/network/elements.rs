//! What has no rule of its own: the frame that the ruled elements hang in.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::index::{AclIdx, InterfaceIdx, TableIdx, VpcIdx};
use crate::packet::IpSet;
use crate::rules::{Component, ComponentKind, EncryptionControl, Host, PublicAccess};
use crate::snapshot::Kind;

/// A VPC, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) region: Option<Arc<str>>,
    /// Blocks in force (RT-03).
    pub(crate) ranges: Vec<IpNet>,
    /// Amazon DNS: base of the primary block plus two (SC-01).
    pub(crate) dns: Option<Ipv4Addr>,
    /// Whether Amazon DNS answers (SC-01); it does unless told otherwise.
    pub(crate) dns_enabled: bool,
    /// Its encryption control, where it is enforced (SC-03).
    pub(crate) encryption: Option<EncryptionControl>,
    /// BPA-04: what counts for a regional NAT gateway, which has no subnet.
    pub(crate) block: PublicAccess,
    /// The kinds that its owner's calls answered in its Region (SC-02).
    pub(crate) collected: Vec<Kind>,
}

impl Vpc {
    /// Whether this kind was collected, so that what is not in the snapshot does not exist.
    pub(crate) fn collected(&self, kind: Kind) -> bool {
        self.collected.contains(&kind)
    }

    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::Vpc, &self.id, self.name.as_ref())
    }
}

/// A subnet, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) vpc: VpcIdx,
    /// Availability Zone, by its id where the snapshot has it.
    pub(crate) zone: Option<Arc<str>>,
    pub(crate) ranges: IpSet,
    /// IPv6 blocks that an internet gateway passes (ENI-04).
    pub(crate) public_v6: IpSet,
    /// NA-01: its network ACL; `None` when the snapshot lacks it.
    pub(crate) acl: Option<AclIdx>,
    /// RT-01: its route table; `None` when the snapshot lacks it.
    pub(crate) table: Option<TableIdx>,
    pub(crate) block: PublicAccess,
}

impl Subnet {
    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::Subnet, &self.id, self.name.as_ref())
    }
}

/// An instance, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) state: Arc<str>,
    /// What the state means for its interfaces.
    pub(crate) host: Host,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) region: Option<Arc<str>>,
    pub(crate) tags: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) interfaces: Vec<InterfaceIdx>,
    /// Whether the metadata service answers (SC-01); it does unless told otherwise.
    pub(crate) metadata: bool,
}

/// An egress-only internet gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct EgressOnlyGateway {
    pub(crate) id: Arc<str>,
    /// The VPC that it is attached to, when the attachment works.
    pub(crate) vpc: Option<VpcIdx>,
}

impl EgressOnlyGateway {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::EgressOnlyInternetGateway, &self.id)
    }
}
