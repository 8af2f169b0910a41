//! Shapes around answers: the snapshot's wrapper, one where a list could be, parts that may be
//! missing.

use std::fmt;

use reach_core::record::{List, Record, Slot, Value};
use reach_core::snapshot::{
    Firewall, FirewallDescription, FirewallPolicy, FirewallPolicyDescription,
    FirewallPolicyResponse, FirewallStatus, Instance, Listener, ListenerAction, ListenerRule,
    RuleGroup, RuleGroupDescription, RuleGroupResponse, TransitGatewayPrefixListReference,
    TransitGatewayPrefixListReferences, TransitGatewayRouteAttachment,
};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use crate::arn::{self, Arn};

/// Whether there is another page: any token but an empty one.
#[derive(Debug, Default)]
pub(crate) struct Token(pub(crate) bool);

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token: Option<String> = Option::deserialize(deserializer)?;
        Ok(Self(token.is_some_and(|token| !token.is_empty())))
    }
}

/// Reads the value of an entry, of whatever type.
pub(crate) fn value<'de, V: Value + Default, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<V, A::Error> {
    let mut value = V::default();
    map.next_value_seed(value.slot())?;
    Ok(value)
}

/// Reads a list of maps, each of which may be in the snapshot's wrapper, and gives each away with
/// whether its wrapper has another page. What is refused is an error of the map, and not of what
/// it stands in.
pub(crate) fn each<'de, R: Record + Value + Default, A: MapAccess<'de>>(
    map: &mut A,
    take: impl FnMut(R, bool) -> Result<(), String>,
) -> Result<(), A::Error> {
    map.next_value_seed(Each(&mut Taking { record: R::default(), take }))
}

/// The maps of a list, one after the other.
pub(crate) trait Maps {
    /// Where the next one is read into.
    fn fresh(&mut self) -> Slot<'_>;

    /// It was read; `more` says that its wrapper has another page.
    fn take(&mut self, more: bool) -> Result<(), String>;
}

impl<R: Value + Default> Maps for Vec<R> {
    fn fresh(&mut self) -> Slot<'_> {
        List::push(self)
    }

    fn take(&mut self, _: bool) -> Result<(), String> {
        Ok(())
    }
}

struct Taking<R, F> {
    record: R,
    take: F,
}

impl<R: Value + Default, F: FnMut(R, bool) -> Result<(), String>> Maps for Taking<R, F> {
    fn fresh(&mut self) -> Slot<'_> {
        self.record.slot()
    }

    fn take(&mut self, more: bool) -> Result<(), String> {
        (self.take)(std::mem::take(&mut self.record), more)
    }
}

/// A list of maps.
pub(crate) struct Each<'m>(pub(crate) &'m mut dyn Maps);

impl<'de> DeserializeSeed<'de> for Each<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Next(self.0))?.is_some() {}
        Ok(())
    }
}

/// The next of a list.
struct Next<'m>(&'m mut dyn Maps);

impl<'de> DeserializeSeed<'de> for Next<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Next<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of an answer's fields and what it is about")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut more = false;
        self.0.fresh().read_map(Fields { map, more: &mut more })?;
        self.0.take(more).map_err(Error::custom)
    }
}

/// The fields of an answer without those that tell about its pages.
struct Fields<'m, A> {
    map: A,
    more: &'m mut bool,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.map.next_key::<String>()? {
            if matches!(key.as_str(), "NextToken" | "NextMarker") {
                *self.more |= self.map.next_value::<Token>()?.0;
            } else {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// A map, or a list of maps. Tells whether it was the one map.
pub(crate) struct OneOrMany<'m> {
    pub(crate) one: Slot<'m>,
    pub(crate) many: &'m mut dyn Maps,
}

impl<'de> DeserializeSeed<'de> for OneOrMany<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneOrMany<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        self.one.read_map(map).map(|()| true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<bool, A::Error> {
        Each(self.many).visit_seq(list).map(|()| false)
    }
}

/// What wraps instances.
#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Reservation {
    #[serde(default)]
    pub(crate) owner_id: Option<String>,
    pub(crate) instances: Vec<Instance>,
}

fn required<T>(value: Option<T>, field: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{field}`"))
}

/// A listener with its load balancer, or one of another service under the same key.
pub(crate) enum PrintedListener {
    Elb(String, Listener),
    Other,
}

impl TryFrom<Listener> for PrintedListener {
    type Error = String;

    fn try_from(mut listener: Listener) -> Result<Self, String> {
        let told = listener.load_balancer_arn.take();
        let balancer = told.or_else(|| arn::load_balancer_of_listener(&listener.listener_arn));
        if balancer.is_none()
            && Arn::parse(&listener.listener_arn)
                .is_some_and(|arn| arn.service != "elasticloadbalancing")
        {
            return Ok(Self::Other);
        }
        let balancer = required(balancer, "LoadBalancerArn")?;
        listener.load_balancer_arn = Some(balancer.clone());
        Ok(Self::Elb(balancer, listener))
    }
}

/// What both have.
#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleParts {
    rule_arn: Option<String>,
    listener_arn: Option<String>,
    rules: Option<Vec<ListenerRule>>,
    priority: Option<String>,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    actions: Vec<ListenerAction>,
}

/// A rule of a listener, or the snapshot's wrapper of those of one listener.
pub(crate) enum PrintedRule {
    Rule(ListenerRule),
    /// The listener and its rules.
    Rules(String, Vec<ListenerRule>),
}

impl TryFrom<RuleParts> for PrintedRule {
    type Error = String;

    fn try_from(parts: RuleParts) -> Result<Self, String> {
        Ok(match parts.rules {
            Some(mut rules) => {
                let listener = required(parts.listener_arn, "ListenerArn")?;
                for rule in &mut rules {
                    rule.listener_arn.get_or_insert_with(|| listener.clone());
                }
                Self::Rules(listener, rules)
            }
            None => {
                let rule_arn = required(parts.rule_arn, "RuleArn")?;
                Self::Rule(ListenerRule {
                    listener_arn: parts.listener_arn.or_else(|| arn::listener_of_rule(&rule_arn)),
                    rule_arn,
                    priority: parts.priority,
                    is_default: parts.is_default,
                    actions: parts.actions,
                })
            }
        })
    }
}

/// What both have.
#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReferenceParts {
    transit_gateway_route_table_id: Option<String>,
    transit_gateway_prefix_list_references: Option<Vec<TransitGatewayPrefixListReference>>,
    prefix_list_id: Option<String>,
    prefix_list_owner_id: Option<String>,
    state: Option<String>,
    blackhole: Option<bool>,
    transit_gateway_attachment: Option<TransitGatewayRouteAttachment>,
}

/// A prefix list in a route table, or the snapshot's wrapper of those of one table.
pub(crate) enum PrintedReference {
    Reference(TransitGatewayPrefixListReference),
    References(TransitGatewayPrefixListReferences),
}

impl TryFrom<ReferenceParts> for PrintedReference {
    type Error = String;

    fn try_from(parts: ReferenceParts) -> Result<Self, String> {
        let table = parts.transit_gateway_route_table_id;
        Ok(match parts.transit_gateway_prefix_list_references {
            Some(references) => Self::References(TransitGatewayPrefixListReferences {
                transit_gateway_route_table_id: required(table, "TransitGatewayRouteTableId")?,
                transit_gateway_prefix_list_references: references,
            }),
            None => Self::Reference(TransitGatewayPrefixListReference {
                transit_gateway_route_table_id: table,
                prefix_list_id: required(parts.prefix_list_id, "PrefixListId")?,
                prefix_list_owner_id: parts.prefix_list_owner_id,
                state: parts.state,
                blackhole: parts.blackhole,
                transit_gateway_attachment: parts.transit_gateway_attachment,
            }),
        })
    }
}

/// The parts of an answer that stand beside each other.
pub(crate) trait Parts: Record + Value + Default {
    type Whole;

    /// `None` where there are no parts.
    fn whole(self) -> Result<Option<Self::Whole>, String>;
}

#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FirewallParts {
    pub(crate) firewall: Option<Firewall>,
    pub(crate) firewall_status: Option<FirewallStatus>,
}

impl Parts for FirewallParts {
    type Whole = FirewallDescription;

    fn whole(self) -> Result<Option<FirewallDescription>, String> {
        if self.firewall.is_none() && self.firewall_status.is_none() {
            return Ok(None);
        }
        let firewall = required(self.firewall, "Firewall")?;
        Ok(Some(FirewallDescription { firewall, firewall_status: self.firewall_status }))
    }
}

#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FirewallPolicyParts {
    pub(crate) firewall_policy_response: Option<FirewallPolicyResponse>,
    pub(crate) firewall_policy: Option<FirewallPolicy>,
}

impl Parts for FirewallPolicyParts {
    type Whole = FirewallPolicyDescription;

    fn whole(self) -> Result<Option<FirewallPolicyDescription>, String> {
        if self.firewall_policy.is_none() && self.firewall_policy_response.is_none() {
            return Ok(None);
        }
        let response = required(self.firewall_policy_response, "FirewallPolicyResponse")?;
        Ok(Some(FirewallPolicyDescription {
            firewall_policy_response: response,
            firewall_policy: self.firewall_policy,
        }))
    }
}

#[derive(Debug, Default, Record)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleGroupParts {
    pub(crate) rule_group_response: Option<RuleGroupResponse>,
    pub(crate) rule_group: Option<RuleGroup>,
}

impl Parts for RuleGroupParts {
    type Whole = RuleGroupDescription;

    fn whole(self) -> Result<Option<RuleGroupDescription>, String> {
        if self.rule_group.is_none() && self.rule_group_response.is_none() {
            return Ok(None);
        }
        let response = required(self.rule_group_response, "RuleGroupResponse")?;
        Ok(Some(RuleGroupDescription {
            rule_group_response: response,
            rule_group: self.rule_group,
        }))
    }
}
