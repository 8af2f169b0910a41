//! From tables to a snapshot.
#![expect(clippy::indexing_slicing, reason = "on JSON objects made here it adds a field")]

mod endpoints;
mod firewalls;
mod gateways;
mod hosts;
mod load_balancers;
mod subnets;
mod transit;

use reach_core::snapshot::Snapshot;
use serde_json::Value;

use super::Problem;
use super::draft::Draft;
use super::table::Topology;
use crate::topology::REGION;

/// The snapshot that the tables describe.
pub(super) fn snapshot(tables: Value) -> Result<Snapshot, Problem> {
    let topology: Topology = serde_json::from_value(tables).map_err(|e| e.to_string())?;
    let world = World { topology: &topology };
    let mut regions = Vec::new();
    let elsewhere = topology.region.iter().map(|(name, topology)| (name.as_str(), topology));
    for (name, topology) in std::iter::once((REGION, &topology)).chain(elsewhere) {
        let mut draft = Draft::new(name);
        world.build(&mut draft, topology)?;
        let uncollected: Vec<_> = topology
            .not_collected
            .iter()
            .filter_map(|(kind, yes)| yes.then_some(kind.as_str()))
            .collect();
        if topology.unnamed {
            draft.region(|region| region.name = None);
        }
        regions.push(draft.finish(&uncollected)?);
    }
    Ok(Snapshot { regions })
}

/// All Regions, for what reaches across.
struct World<'t> {
    topology: &'t Topology,
}

impl<'t> World<'t> {
    /// The Region's name and tables, and the name of a resource, from `NAME` or `REGION/NAME`.
    fn place<'n>(
        &self,
        here: &'n str,
        text: &'n str,
    ) -> Result<(&'n str, &'t Topology, &'n str), Problem> {
        let (region, name) = text.split_once('/').unwrap_or((here, text));
        let topology = if region == REGION {
            self.topology
        } else {
            self.topology
                .region
                .get(region)
                .ok_or_else(|| format!("there is no Region {region}"))?
        };
        Ok((region, topology, name))
    }

    fn build(&self, draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
        subnets::build(draft, topology)?;
        hosts::build(draft, topology)?;
        gateways::build(self, draft, topology)?;
        transit::build(self, draft, topology)?;
        endpoints::build(draft, topology)?;
        load_balancers::build(draft, topology)?;
        firewalls::build(draft, topology)?;
        hosts::groups(draft, topology)?;
        subnets::block_public_access(draft, topology);
        for (kind, resources) in &topology.api {
            for resource in resources.values() {
                draft.push(kind, resource.clone());
            }
        }
        Ok(())
    }
}

/// What a row must say.
fn must<'a>(name: &str, field: &str, value: Option<&'a String>) -> Result<&'a str, Problem> {
    value.map(String::as_str).ok_or_else(|| format!("`{name}` has no `{field}`"))
}

/// Two words.
fn pair<'a>(text: &'a str, what: &str) -> Result<(&'a str, &'a str), Problem> {
    text.split_once(' ').ok_or_else(|| format!("{text:?} is no `{what}`"))
}
