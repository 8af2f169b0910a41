use std::collections::BTreeSet;

use serde::Serialize;

use super::error::{Fault, tick};
use super::lookup;
use crate::order;
use crate::record::Record;
use crate::snapshot::{InstanceState, Snapshot};

/// The parameters of `StartInstances`, `StopInstances` and `TerminateInstances`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InstanceIds {
    /// `i-…`, at least one.
    pub instance_ids: Vec<String>,
}

const STOPPED: &str = "stopped";
const RUNNING: &str = "running";
const TERMINATED: &str = "terminated";

pub(super) fn start(request: &InstanceIds, snapshot: &mut Snapshot) -> Result<(), Fault> {
    let ids = checked(request, snapshot, &[STOPPED, RUNNING, "pending"], "started")?;
    set_state(snapshot, &ids, RUNNING);
    Ok(())
}

pub(super) fn stop(request: &InstanceIds, snapshot: &mut Snapshot) -> Result<(), Fault> {
    let ids = checked(request, snapshot, &[RUNNING, "pending", STOPPED, "stopping"], "stopped")?;
    set_state(snapshot, &ids, STOPPED);
    Ok(())
}

pub(super) fn terminate(request: &InstanceIds, snapshot: &mut Snapshot) -> Result<(), Fault> {
    let ids = checked(request, snapshot, &[], "terminated")?;
    let attached: BTreeSet<String> =
        order::tree(lookup::interfaces_of(snapshot, &ids).into_iter().map(ToOwned::to_owned));

    let mut gone = BTreeSet::new();
    for region in &mut snapshot.regions {
        if let Some(interfaces) = &mut region.network_interfaces {
            interfaces.retain_mut(|interface| {
                if !attached.contains(&interface.network_interface_id) {
                    return true;
                }
                let attachment = interface.attachment.take();
                if attachment.and_then(|it| it.delete_on_termination).unwrap_or(true) {
                    gone.insert(interface.network_interface_id.clone());
                    return false;
                }
                interface.status = Some("available".to_owned());
                true
            });
        }
    }
    for region in &mut snapshot.regions {
        for address in region.addresses.iter_mut().flatten() {
            let of_instance = address.instance_id.as_ref().is_some_and(|id| ids.contains(&**id));
            match &address.network_interface_id {
                Some(id) if gone.contains(id) => super::address::clear(address),
                None if of_instance => super::address::clear(address),
                Some(id) if attached.contains(id) => address.instance_id = None,
                _ => {}
            }
        }
        for route in region.route_tables.iter_mut().flatten().flat_map(|table| &mut table.routes) {
            let to_interface =
                route.network_interface_id.as_ref().is_some_and(|id| attached.contains(id));
            if to_interface || route.instance_id.as_ref().is_some_and(|id| ids.contains(&**id)) {
                route.state = Some("blackhole".to_owned());
            }
        }
    }
    for instance in lookup::instances_mut(snapshot) {
        if ids.contains(instance.instance_id.as_str()) {
            instance.network_interfaces.clear();
        }
    }
    set_state(snapshot, &ids, TERMINATED);
    Ok(())
}

/// The ids, when each is an instance in one of the states; no states mean any. A state that
/// the snapshot does not tell does not stand in the way.
fn checked<'a>(
    request: &'a InstanceIds,
    snapshot: &Snapshot,
    from: &[&str],
    done: &str,
) -> Result<BTreeSet<&'a str>, Fault> {
    if request.instance_ids.is_empty() {
        return Err(Fault::missing("needs at least one id in `InstanceIds`"));
    }
    let ids: BTreeSet<&str> = request.instance_ids.iter().map(String::as_str).collect();
    let mut unseen = ids.clone();
    for instance in lookup::instances(snapshot) {
        let id = instance.instance_id.as_str();
        if !ids.contains(id) {
            continue;
        }
        unseen.remove(id);
        if let Some(InstanceState { name }) = &instance.state
            && !from.is_empty()
            && !from.contains(&name.as_str())
        {
            let message = format!("{} is {} and cannot be {done}", tick(id), tick(name));
            return Err(Fault::new("IncorrectInstanceState", message).on(id));
        }
    }
    // In the order of the request, so that the same request always names the same id.
    match request.instance_ids.iter().find(|id| unseen.contains(id.as_str())) {
        Some(id) => Err(lookup::no_instance(snapshot, id)),
        None => Ok(ids),
    }
}

fn set_state(snapshot: &mut Snapshot, ids: &BTreeSet<&str>, name: &str) {
    for instance in lookup::instances_mut(snapshot) {
        if ids.contains(instance.instance_id.as_str()) {
            instance.state = Some(InstanceState { name: name.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests;
