//! A file while its keys go by.

use std::collections::BTreeSet;
use std::fmt;

use reach_core::Diagnostic;
use reach_core::record::Value;
use reach_core::snapshot::{
    ClassicAttributes, ClassicLoadBalancerAttributes, Instance, Kind,
    TransitGatewayPrefixListReferences, VpcBlockPublicAccessOptions,
};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::document::{Answer, Document};
use crate::gap::Gap;
use crate::key::Key;
use crate::printed::Printed;
use crate::resource::{self, Unwrapping, append};
use crate::subject;
use crate::text::shown_name;
use crate::wrapped::{
    FirewallParts, FirewallPolicyParts, OneOrMany, Parts, PrintedReference, PrintedRule,
    ReferenceParts, Reservation, RuleGroupParts, RuleParts, Token, each, value,
};

/// How many keys of one file are named when nobody knows them.
pub(crate) const MOST_UNKNOWN_KEYS: usize = 20;

/// A file while its keys go by.
pub(crate) struct Reading<'n> {
    pub(crate) name: &'n str,
    pub(crate) document: Document,
    /// Parts of answers that are printed beside each other.
    printed: Printed,
    /// Whether the file as a whole has another page.
    more: bool,
    /// Whether there was a known key, told about or not.
    pub(crate) known: bool,
    /// The keys that were told about.
    told: BTreeSet<String>,
    unknown: usize,
}

impl<'n> Reading<'n> {
    pub(crate) fn new(name: &'n str) -> Self {
        Self {
            name,
            document: Document::default(),
            printed: Printed::default(),
            more: false,
            known: false,
            told: BTreeSet::new(),
            unknown: 0,
        }
    }

    pub(crate) fn read<'de, A: MapAccess<'de>>(
        &mut self,
        key: Key,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            Key::Kind(kind) => return self.read_kind(kind, map),
            Key::Printed(part) => {
                let mut printed = std::mem::take(&mut self.printed);
                let read = printed.read(part, map, self);
                self.printed = printed;
                return read;
            }
            Key::NextToken => {
                self.more |= map.next_value::<Token>()?.0;
                return Ok(());
            }
            Key::Gaps => {
                self.known = true;
                self.document.gaps = true;
                let gaps: Vec<Gap> = map.next_value()?;
                let file = shown_name(self.name);
                let told = gaps.into_iter().map(|gap| gap.diagnostic().file(file.clone()));
                self.document.diagnostics.extend(told);
                return Ok(());
            }
            Key::Silent => {}
            Key::NotModelled(key) => {
                // An account that has none of it loses nothing by our not modelling it.
                self.known = true;
                if !map.next_value::<Nothing>()?.0 {
                    self.tell(key, not_modelled);
                }
                return Ok(());
            }
            Key::NotUsed(key) => self.tell(key, |key| {
                Diagnostic::note("kind_not_used", format!("`{key}` decides no traffic"))
            }),
            Key::Listener => self.tell("listeners", |_| {
                let message = "a file of listeners, not a describe answer";
                Diagnostic::note("kind_not_used", message)
            }),
            Key::Unknown(key) => self.tell_unknown(&key),
        }
        map.next_value::<IgnoredAny>()?;
        Ok(())
    }

    fn read_kind<'de, A: MapAccess<'de>>(
        &mut self,
        kind: Kind,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if resource::read(kind, map, &mut self.document, self.name)? {
            return Ok(());
        }
        match kind {
            Kind::Instances => self.read_instances(map),
            Kind::VpcBlockPublicAccessOptions => {
                let (mut options, mut many) = (VpcBlockPublicAccessOptions::default(), Vec::new());
                if map.next_value_seed(OneOrMany { one: options.slot(), many: &mut many })? {
                    many.push(options);
                }
                append(&mut self.document.region.vpc_block_public_access_options, many);
                self.answer(kind, None);
                Ok(())
            }
            Kind::LoadBalancerAttributes => self.read_load_balancer_attributes(map),
            Kind::ListenerRules => self.read_rules(map),
            Kind::TransitGatewayPrefixListReferences => self.read_references(map),
            Kind::Firewalls => {
                if let Some(list) = self.described::<FirewallParts, A>(kind, map)? {
                    append(&mut self.document.region.firewalls, list);
                }
                Ok(())
            }
            Kind::FirewallPolicies => {
                if let Some(list) = self.described::<FirewallPolicyParts, A>(kind, map)? {
                    append(&mut self.document.region.firewall_policies, list);
                }
                Ok(())
            }
            Kind::FirewallRuleGroups => {
                if let Some(list) = self.described::<RuleGroupParts, A>(kind, map)? {
                    append(&mut self.document.region.firewall_rule_groups, list);
                }
                Ok(())
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
                self.tell(kind.key(), not_modelled);
                Ok(())
            }
        }
    }

    fn read_instances<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let reservations: Vec<Reservation> = value(map)?;
        let mut instances = Vec::with_capacity(reservations.len());
        for Reservation { owner_id, instances: reserved } in reservations {
            instances.extend(reserved.into_iter().map(|mut instance: Instance| {
                instance.owner_id = instance.owner_id.or_else(|| owner_id.clone());
                instance
            }));
        }
        append(&mut self.document.region.instances, instances);
        self.answer(Kind::Instances, None);
        Ok(())
    }

    /// `elb` prints a map under the key that the snapshot's wrapper of `elbv2` has, too.
    fn read_load_balancer_attributes<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let Document { answers, diagnostics, .. } = &mut self.document;
        let (mut classic, mut list) = (ClassicAttributes::default(), Vec::new());
        let kind = Kind::LoadBalancerAttributes;
        let mut many = Unwrapping::new(kind, &mut list, answers, diagnostics, self.name);
        if !map.next_value_seed(OneOrMany { one: classic.slot(), many: &mut many })? {
            many.finish();
            append(&mut self.document.region.load_balancer_attributes, list);
            return Ok(());
        }
        let call = "describe-load-balancer-attributes";
        let Some(name) = subject::classic_load_balancer(self.name, call) else {
            self.subject_unknown("LoadBalancerAttributes", "Classic Load Balancer");
            return Ok(());
        };
        self.answer(Kind::ClassicLoadBalancerAttributes, Some(name.clone()));
        let attributes = ClassicLoadBalancerAttributes {
            load_balancer_name: name,
            load_balancer_attributes: classic,
        };
        let list = &mut self.document.region.classic_load_balancer_attributes;
        append(list, vec![attributes]);
        Ok(())
    }

    fn read_rules<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let kind = Kind::ListenerRules;
        let (mut rules, mut listeners) = (Vec::new(), BTreeSet::new());
        let (answers, mut none) = (&mut self.document.answers, true);
        each(map, |parts: RuleParts, more| {
            none = false;
            match parts.try_into()? {
                PrintedRule::Rules(listener, wrapped) => {
                    answers.push(Answer { kind, subject: Some(listener), more });
                    rules.extend(wrapped);
                }
                PrintedRule::Rule(rule) => {
                    listeners.insert(rule.listener_arn.clone());
                    rules.push(rule);
                }
            }
            Ok(())
        })?;
        if none {
            self.answer(kind, None);
        }
        for listener in listeners {
            self.answer(kind, listener);
        }
        append(&mut self.document.region.listener_rules, rules);
        Ok(())
    }

    fn read_references<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let kind = Kind::TransitGatewayPrefixListReferences;
        let of_name = subject::id(self.name, "tgw-rtb-");
        let (mut lists, mut tables) = (Vec::new(), BTreeSet::new());
        let (mut none, mut unknown) = (true, false);
        let answers = &mut self.document.answers;
        each(map, |parts: ReferenceParts, more| {
            none = false;
            match parts.try_into()? {
                PrintedReference::References(wrapped) => {
                    let subject = Some(wrapped.transit_gateway_route_table_id.clone());
                    answers.push(Answer { kind, subject, more });
                    lists.push(wrapped);
                }
                PrintedReference::Reference(mut reference) => {
                    let table = reference.transit_gateway_route_table_id.take();
                    let Some(table) = table.or_else(|| of_name.clone()) else {
                        unknown = true;
                        return Ok(());
                    };
                    reference.transit_gateway_route_table_id = Some(table.clone());
                    tables.insert(table.clone());
                    lists.push(TransitGatewayPrefixListReferences {
                        transit_gateway_route_table_id: table,
                        transit_gateway_prefix_list_references: vec![reference],
                    });
                }
            }
            Ok(())
        })?;
        if none {
            self.answer(kind, of_name.clone());
            lists.extend(of_name.map(|table| TransitGatewayPrefixListReferences {
                transit_gateway_route_table_id: table,
                transit_gateway_prefix_list_references: Vec::new(),
            }));
        }
        if unknown {
            self.subject_unknown(kind.key(), "transit gateway route table");
        }
        for table in tables {
            self.answer(kind, Some(table));
        }
        append(&mut self.document.region.transit_gateway_prefix_list_references, lists);
        Ok(())
    }

    /// What the describe calls printed. The list calls have the same keys and tell only names;
    /// where there is nothing else, nobody asked for more.
    fn described<'de, P: Parts, A: MapAccess<'de>>(
        &mut self,
        kind: Kind,
        map: &mut A,
    ) -> Result<Option<Vec<P::Whole>>, A::Error> {
        self.known = true;
        let (mut total, mut list) = (0, Vec::new());
        each(map, |parts: P, _| {
            total += 1;
            list.extend(parts.whole()?);
            Ok(())
        })?;
        if list.len() < total {
            self.tell(kind.key(), |key| {
                let message = format!("`{key}` only names them: `{}` describes them", kind.call());
                Diagnostic::note("kind_not_used", message)
            });
        }
        if total > 0 && list.is_empty() {
            return Ok(None);
        }
        self.answer(kind, None);
        Ok(Some(list))
    }

    /// An answer was read; whether it has another page is told by the file as a whole.
    pub(crate) fn answer(&mut self, kind: Kind, subject: Option<String>) {
        self.document.answers.push(Answer { kind, subject, more: false });
    }

    pub(crate) fn subject_unknown(&mut self, key: &str, what: &str) {
        self.tell(key, |key| {
            let message = format!("`{key}` names no {what}, and neither does the file name");
            Diagnostic::warning("subject_unknown", message)
        });
    }

    /// Notes a key, once for the file.
    pub(crate) fn tell(&mut self, key: &str, diagnostic: impl FnOnce(&str) -> Diagnostic) {
        if !self.told.contains(key) {
            self.told.insert(key.to_owned());
            self.document.diagnostics.push(diagnostic(key).file(shown_name(self.name)));
        }
    }

    fn tell_unknown(&mut self, key: &str) {
        if self.unknown >= MOST_UNKNOWN_KEYS {
            self.tell("", |_| Diagnostic::warning("unknown_kind", "more unknown keys follow"));
        } else if !self.told.contains(key) {
            self.unknown += 1;
            self.tell(key, |key| {
                let message = format!("`{key}` is the key of no describe answer that is known");
                Diagnostic::warning("unknown_kind", message)
            });
        }
    }

    /// `None` where nothing was worth a word.
    pub(crate) fn finish(mut self) -> Option<Document> {
        let printed = std::mem::take(&mut self.printed);
        let more = self.more;
        printed.finish(&mut self, more);
        let read = !self.document.answers.is_empty() || !self.document.diagnostics.is_empty();
        if !read && !self.known {
            return None;
        }
        for answer in &mut self.document.answers {
            answer.more |= more;
        }
        Some(self.document)
    }
}

/// Whether a value is an empty list.
struct Nothing(bool);

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;

        impl<'de> Visitor<'de> for Seen {
            type Value = Nothing;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nothing, A::Error> {
                let mut empty = true;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    empty = false;
                }
                Ok(Nothing(empty))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Nothing, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Nothing(false))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_str<E>(self, _: &str) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_unit<E>(self) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }
        }

        deserializer.deserialize_any(Seen)
    }
}

pub(crate) fn not_modelled(key: &str) -> Diagnostic {
    let message = format!("`{key}` is not modelled: answers that meet one are unknown");
    Diagnostic::note("kind_not_modelled", message)
}
