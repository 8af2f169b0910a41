//! A Region under construction: what the lab has words for, and JSON for the rest.

use std::collections::BTreeMap;

use reach_core::snapshot::Region;
use serde_json::{Map, Value};

use super::Problem;
use super::merge;
use crate::Lab;

/// Fields of one resource that a file gives as the API prints them.
struct Patch {
    kind: &'static str,
    id_field: &'static str,
    id: String,
    fields: Map<String, Value>,
}

/// A Region under construction.
pub(super) struct Draft {
    pub(super) name: String,
    lab: Lab,
    more: BTreeMap<String, Vec<Value>>,
    patches: Vec<Patch>,
}

impl Draft {
    pub(super) fn new(name: &str) -> Self {
        let lab = Lab::empty().with(|region| region.name = Some(name.to_owned()));
        Self { name: name.to_owned(), lab, more: BTreeMap::new(), patches: Vec::new() }
    }

    /// Changes what is built in the lab.
    pub(super) fn lab(&mut self, change: impl FnOnce(Lab) -> Lab) {
        let lab = std::mem::replace(&mut self.lab, Lab::empty());
        self.lab = change(lab);
    }

    /// Changes the Region itself.
    pub(super) fn region(&mut self, change: impl FnOnce(&mut Region)) {
        self.lab(|lab| lab.with(change));
    }

    /// Adds a resource as the API prints it.
    pub(super) fn push(&mut self, kind: &str, resource: Value) {
        self.more.entry(kind.to_owned()).or_default().push(resource);
    }

    /// Fields to set on a resource at the end.
    pub(super) fn patch(
        &mut self,
        kind: &'static str,
        id_field: &'static str,
        id: String,
        fields: &Map<String, Value>,
    ) {
        if !fields.is_empty() {
            self.patches.push(Patch { kind, id_field, id, fields: fields.clone() });
        }
    }

    /// Adds a resource, with fields of it as the file gives them.
    pub(super) fn push_with(&mut self, kind: &str, resource: Value, fields: &Map<String, Value>) {
        let mut resource = resource;
        merge::deep(&mut resource, &Value::Object(fields.clone()));
        self.push(kind, resource);
    }

    pub(super) fn vpc_of_subnet(&mut self, subnet: &str) -> Result<String, Problem> {
        let id = format!("subnet-{subnet}");
        let mut found = None;
        self.region(|region| {
            let mut subnets = region.subnets.iter().flatten();
            found = subnets.find(|subnet| subnet.subnet_id == id).map(|s| s.vpc_id.clone());
        });
        found.ok_or_else(|| format!("there is no {id}"))
    }

    pub(super) fn zone_of_subnet(&mut self, subnet: &str) -> Result<String, Problem> {
        let id = format!("subnet-{subnet}");
        let mut found = None;
        self.region(|region| {
            let mut subnets = region.subnets.iter().flatten();
            found = subnets
                .find(|subnet| subnet.subnet_id == id)
                .and_then(|subnet| subnet.availability_zone.clone());
        });
        found.ok_or_else(|| format!("{id} has no zone"))
    }

    /// The Region, as typed data. A field that the types do not know is a mistake of the file.
    pub(super) fn finish(self, not_collected: &[&str]) -> Result<Region, Problem> {
        let [region] = self.lab.snapshot().regions.try_into().map_err(|_| "one Region")?;
        let mut json = serde_json::to_value(&region).map_err(|e| e.to_string())?;
        for (kind, resources) in self.more {
            let Some(Value::Array(list)) = json.get_mut(&kind) else {
                return Err(format!("there is no kind `{kind}`"));
            };
            list.extend(resources);
        }
        for patch in self.patches {
            let list = json.get_mut(patch.kind).and_then(Value::as_array_mut);
            let found = list
                .into_iter()
                .flatten()
                .find(|item| item.get(patch.id_field).and_then(Value::as_str) == Some(&patch.id));
            let Some(found) = found else {
                return Err(format!("there is no `{}` in {}", patch.id, patch.kind));
            };
            merge::deep(found, &Value::Object(patch.fields));
        }
        for kind in not_collected {
            let fields = json.as_object_mut().ok_or("a Region is an object")?;
            if fields.remove(*kind).is_none() {
                return Err(format!("there is no kind `{kind}`"));
            }
        }
        let typed: Region = serde_json::from_value(json.clone()).map_err(|e| e.to_string())?;
        let again = serde_json::to_value(&typed).map_err(|e| e.to_string())?;
        merge::lost(&json, &again).map_or(Ok(typed), |path| Err(format!("`{path}` is no field")))
    }
}
