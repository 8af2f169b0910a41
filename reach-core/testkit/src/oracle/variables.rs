//! Addresses and ports as firewall rules write them, with the names that stand for them (NFW-06).

use std::net::IpAddr;

use reach_core::snapshot::{PolicyVariables, RuleGroup};

use super::model::{Model, inside};

/// What names in rules stand for.
pub(super) struct Variables<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) policy: Option<&'a PolicyVariables>,
    pub(super) group: &'a RuleGroup,
    /// The VPC of the firewall.
    pub(super) vpc: &'a str,
}

/// Names inside names that are followed.
const DEEPEST: u8 = 8;

/// A list in brackets, or one item.
fn items(text: &str) -> Vec<String> {
    let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return vec![text.to_owned()];
    };
    let (mut items, mut item, mut depth) = (Vec::new(), String::new(), 0_u32);
    for letter in inner.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(std::mem::take(&mut item).trim().to_owned());
                continue;
            }
            _ => {}
        }
        item.push(letter);
    }
    items.push(item.trim().to_owned());
    items
}

/// Something of a list, and nothing of what it excludes.
fn any_of(texts: &[String], one: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
    let excluded: Vec<Option<bool>> = texts
        .iter()
        .filter_map(|text| text.strip_prefix('!'))
        .map(|text| one(text.trim()))
        .collect();
    let included: Vec<Option<bool>> =
        texts.iter().filter(|text| !text.starts_with('!')).map(|text| one(text)).collect();
    let inside = included.is_empty() || included.contains(&Some(true));
    if excluded.contains(&Some(true)) || (!inside && !included.contains(&None)) {
        return Some(false);
    }
    (inside && !excluded.contains(&None)).then_some(true)
}

impl Variables<'_> {
    pub(super) fn address(&self, text: &str, address: IpAddr, depth: u8) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        let one = |text: &str| -> Option<bool> {
            if text.starts_with('[') || text.starts_with('!') {
                return self.address(text, address, depth + 1);
            }
            if text.eq_ignore_ascii_case("any") {
                return Some(true);
            }
            if let Some(name) = text.strip_prefix('$') {
                return self.named(name, address, depth + 1);
            }
            if let Some(name) = text.strip_prefix('@') {
                return self.referenced(name, address);
            }
            if let Ok(single) = text.parse::<IpAddr>() {
                return Some(single == address);
            }
            super::model::block(text).map(|_| inside(text, address))
        };
        any_of(&items(text.trim()), &one)
    }

    /// NFW-06: the policy's own, else the group's, else what `HOME_NET` is by default.
    fn named(&self, name: &str, address: IpAddr, depth: u8) -> Option<bool> {
        let policy = self.policy.and_then(|found| found.rule_variables.get(name));
        let group = self.group.rule_variables.as_ref().and_then(|found| found.ip_sets.get(name));
        match policy.or(group) {
            Some(set) => any_of(&set.definition, &|text| self.address(text, address, depth)),
            None if name == "HOME_NET" && self.model.vpc(self.vpc).is_some() => {
                Some(self.model.in_vpc(self.vpc, address))
            }
            None => None,
        }
    }

    fn referenced(&self, name: &str, address: IpAddr) -> Option<bool> {
        let sets = &self.group.reference_sets.as_ref()?.ip_set_references;
        let arn = sets.get(name)?.reference_arn.as_deref()?;
        let list = arn.rsplit('/').next()?;
        let entries = self.model.prefix_list(list)?;
        Some(entries.iter().any(|entry| inside(entry, address)))
    }

    pub(super) fn port(&self, text: &str, port: u16, depth: u8) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        let one = |text: &str| -> Option<bool> {
            if text.starts_with('[') || text.starts_with('!') {
                return self.port(text, port, depth + 1);
            }
            if text.eq_ignore_ascii_case("any") {
                return Some(true);
            }
            if let Some(name) = text.strip_prefix('$') {
                let sets = &self.group.rule_variables.as_ref()?.port_sets;
                let set = sets.get(name)?;
                return any_of(&set.definition, &|text| self.port(text, port, depth + 1));
            }
            let (from, to) = text.split_once(':').unwrap_or((text, text));
            let from: u16 = if from.is_empty() { 0 } else { from.trim().parse().ok()? };
            let to: u16 = if to.is_empty() { u16::MAX } else { to.trim().parse().ok()? };
            Some((from..=to).contains(&port))
        };
        any_of(&items(text.trim()), &one)
    }
}
