//! What the calls of the load balancing services answered, by what it is about.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::snapshot::{
    Attribute, Listener, ListenerRule, Region, Snapshot, TargetHealthDescription,
};

/// Answers by ARN. Of two answers about one thing the first counts.
#[derive(Default)]
pub(super) struct Answers<'a> {
    pub(super) attributes: FxHashMap<&'a str, &'a [Attribute]>,
    pub(super) listeners: FxHashMap<&'a str, &'a [Listener]>,
    /// By listener.
    pub(super) rules: FxHashMap<&'a str, Vec<&'a ListenerRule>>,
    pub(super) group_attributes: FxHashMap<&'a str, &'a [Attribute]>,
    pub(super) health: FxHashMap<&'a str, &'a [TargetHealthDescription]>,
    /// Ids of Availability Zones by account and name, which are each account's own.
    zones: FxHashMap<(Option<&'a str>, &'a str), &'a str>,
}

impl<'a> Answers<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut found = Self::default();
        for region in &snapshot.regions {
            let account = region.account.as_deref();
            for subnet in region.subnets.iter().flatten() {
                let (name, id) = (&subnet.availability_zone, &subnet.availability_zone_id);
                if let (Some(name), Some(id)) = (name.as_deref(), id.as_deref()) {
                    found.zones.entry((account, name)).or_insert(id);
                }
            }
            for of in region.load_balancer_attributes.iter().flatten() {
                found.attributes.entry(&of.load_balancer_arn).or_insert(&of.attributes);
            }
            for of in region.load_balancer_listeners.iter().flatten() {
                found.listeners.entry(&of.load_balancer_arn).or_insert(&of.listeners);
            }
            for rule in region.listener_rules.iter().flatten() {
                let listener = rule.listener_arn.as_deref().unwrap_or_default();
                found.rules.entry(listener).or_default().push(rule);
            }
            for of in region.target_group_attributes.iter().flatten() {
                found.group_attributes.entry(&of.target_group_arn).or_insert(&of.attributes);
            }
            for of in region.load_balancer_target_health.iter().flatten() {
                let targets = of.target_health_descriptions.as_slice();
                found.health.entry(&of.target_group_arn).or_insert(targets);
            }
        }
        found
    }

    /// A zone as subnets spell theirs: by id where the snapshot tells it.
    pub(super) fn zone(&self, region: &'a Region, name: &'a str) -> Arc<str> {
        Arc::from(*self.zones.get(&(region.account.as_deref(), name)).unwrap_or(&name))
    }
}
