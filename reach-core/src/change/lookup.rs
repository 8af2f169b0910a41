//! Finding what an edit names in a snapshot.

use std::collections::BTreeSet;

use super::error::Fault;
use crate::snapshot::{Instance, Kind, NetworkInterface, Snapshot};

pub(super) fn interfaces(snapshot: &Snapshot) -> impl Iterator<Item = &NetworkInterface> {
    snapshot.regions.iter().flat_map(|region| region.network_interfaces.iter().flatten())
}

pub(super) fn interfaces_mut(
    snapshot: &mut Snapshot,
) -> impl Iterator<Item = &mut NetworkInterface> {
    snapshot.regions.iter_mut().flat_map(|region| region.network_interfaces.iter_mut().flatten())
}

pub(super) fn instances(snapshot: &Snapshot) -> impl Iterator<Item = &Instance> {
    snapshot.regions.iter().flat_map(|region| region.instances.iter().flatten())
}

pub(super) fn instances_mut(snapshot: &mut Snapshot) -> impl Iterator<Item = &mut Instance> {
    snapshot.regions.iter_mut().flat_map(|region| region.instances.iter_mut().flatten())
}

pub(super) fn interface<'a>(
    snapshot: &'a Snapshot,
    id: &str,
) -> Result<&'a NetworkInterface, Fault> {
    interfaces(snapshot).find(|it| it.network_interface_id == id).ok_or_else(|| {
        let code = "InvalidNetworkInterfaceID.NotFound";
        Fault::not_found(code, snapshot, Kind::NetworkInterfaces, id)
    })
}

pub(super) fn no_instance(snapshot: &Snapshot, id: &str) -> Fault {
    Fault::not_found("InvalidInstanceID.NotFound", snapshot, Kind::Instances, id)
}

/// The instance that an interface is attached to.
pub(super) fn instance_of(interface: &NetworkInterface) -> Option<&str> {
    interface.attachment.as_ref()?.instance_id.as_deref()
}

/// The interfaces attached to any of the instances, as either of the two says.
pub(super) fn interfaces_of<'a>(snapshot: &'a Snapshot, of: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let mut ids: BTreeSet<&str> = instances(snapshot)
        .filter(|instance| of.contains(instance.instance_id.as_str()))
        .flat_map(|instance| &instance.network_interfaces)
        .map(|interface| interface.network_interface_id.as_str())
        .collect();
    for interface in interfaces(snapshot) {
        let id = interface.network_interface_id.as_str();
        match instance_of(interface) {
            Some(instance) if of.contains(instance) => {
                ids.insert(id);
            }
            // The interface knows better than the instance.
            Some(_) => {
                ids.remove(id);
            }
            None if interface.status.as_deref() == Some("available") => {
                ids.remove(id);
            }
            None => {}
        }
    }
    ids
}

/// The interface that an instance has, where it has exactly one: what EC2 takes an instance for.
pub(super) fn only_interface<'a>(
    snapshot: &'a Snapshot,
    instance_id: &str,
) -> Result<&'a str, Fault> {
    if !instances(snapshot).any(|instance| instance.instance_id == instance_id) {
        return Err(no_instance(snapshot, instance_id));
    }
    let mut ids = interfaces_of(snapshot, &BTreeSet::from([instance_id])).into_iter();
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => Err("no network interface"),
        (Some(_), Some(_)) => Err("several network interfaces, name one instead"),
    }
    .map_err(|why| {
        let message = format!("{} has {why}", super::error::tick(instance_id));
        Fault::new("InvalidInstanceID", message).on(instance_id)
    })
}

/// Whether every Region was asked for the kind, so that what is not in the snapshot is nowhere.
pub(super) fn collected(snapshot: &Snapshot, kind: Kind) -> bool {
    snapshot.regions.iter().all(|region| region.collected(kind))
}

/// Whether a prefix list is there, as far as the snapshot can tell.
pub(super) fn prefix_list(snapshot: &Snapshot, id: &str) -> Result<(), Fault> {
    let kind = Kind::PrefixLists;
    let mut all = false;
    for list in snapshot.regions.iter().flat_map(|region| region.prefix_lists.iter().flatten()) {
        if list.prefix_list_id == id {
            return Ok(());
        }
        // `describe-prefix-lists` gives `cidrs` and lists only what AWS manages.
        all |= list.cidrs.is_none();
    }
    let mut entries =
        snapshot.regions.iter().flat_map(|region| region.managed_prefix_list_entries.iter());
    if !all
        || !collected(snapshot, kind)
        || entries.any(|it| it.iter().any(|it| it.prefix_list_id == id))
    {
        return Ok(());
    }
    Err(Fault::not_found("InvalidPrefixListID.NotFound", snapshot, kind, id))
}
