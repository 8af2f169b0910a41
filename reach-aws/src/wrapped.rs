//! Shapes around answers: the snapshot's wrapper, one where a list could be, parts that may be
//! missing.

use std::fmt;
use std::marker::PhantomData;

use reach_core::snapshot::{
    Firewall, FirewallDescription, FirewallPolicy, FirewallPolicyDescription,
    FirewallPolicyResponse, FirewallStatus, Instance, Listener, ListenerAction, ListenerRule,
    RuleGroup, RuleGroupDescription, RuleGroupResponse, TransitGatewayPrefixListReference,
    TransitGatewayPrefixListReferences, TransitGatewayRouteAttachment,
};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
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

/// An answer within the snapshot's wrapper, which has its subject among its fields.
#[derive(Debug)]
pub(crate) struct Wrapped<T> {
    pub(crate) answer: T,
    /// Whether there is another page.
    pub(crate) more: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wrapped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WrappedVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for WrappedVisitor<T> {
            type Value = Wrapped<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of an answer's fields and what it is about")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wrapped<T>, A::Error> {
                let mut more = false;
                let fields = Fields { map, more: &mut more };
                let answer = T::deserialize(MapAccessDeserializer::new(fields))?;
                Ok(Wrapped { answer, more })
            }
        }

        deserializer.deserialize_map(WrappedVisitor(PhantomData))
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

/// A map, or a list of something else.
#[derive(Debug)]
pub(crate) enum OneOrMany<A, B> {
    One(A),
    Many(Vec<B>),
}

impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Deserialize<'de> for OneOrMany<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<A, B>(PhantomData<(A, B)>);

        impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Visitor<'de> for Either<A, B> {
            type Value = OneOrMany<A, B>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map or a list")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                A::deserialize(MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }

            fn visit_seq<S: SeqAccess<'de>>(self, list: S) -> Result<Self::Value, S::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// What wraps instances.
#[derive(serde::Deserialize)]
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
#[derive(serde::Deserialize)]
#[serde(try_from = "Listener")]
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

/// A rule of a listener, or the snapshot's wrapper of those of one listener.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleParts {
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
#[derive(serde::Deserialize)]
#[serde(try_from = "RuleParts")]
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

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReferenceParts {
    transit_gateway_route_table_id: Option<String>,
    transit_gateway_prefix_list_references: Option<Vec<TransitGatewayPrefixListReference>>,
    prefix_list_id: Option<String>,
    prefix_list_owner_id: Option<String>,
    state: Option<String>,
    blackhole: Option<bool>,
    transit_gateway_attachment: Option<TransitGatewayRouteAttachment>,
}

/// A prefix list in a route table, or the snapshot's wrapper of those of one table.
#[derive(serde::Deserialize)]
#[serde(try_from = "ReferenceParts")]
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

/// What a list of Network Firewall holds: what the describe call prints, or only a name, as the
/// list call prints it.
pub(crate) struct Described<P: Parts>(pub(crate) Option<P::Whole>);

impl<'de, P: Parts + Deserialize<'de>> Deserialize<'de> for Described<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DescribedVisitor<P>(PhantomData<P>);

        // Parts that do not fit together are an error of the map, and not of what it stands in.
        impl<'de, P: Parts + Deserialize<'de>> Visitor<'de> for DescribedVisitor<P> {
            type Value = Described<P>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of the parts of an answer")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Described<P>, A::Error> {
                let parts = P::deserialize(MapAccessDeserializer::new(map))?;
                parts.whole().map(Described).map_err(serde::de::Error::custom)
            }
        }

        deserializer.deserialize_map(DescribedVisitor(PhantomData))
    }
}

/// The parts of an answer that stand beside each other.
pub(crate) trait Parts {
    type Whole;

    /// `None` where there are no parts.
    fn whole(self) -> Result<Option<Self::Whole>, String>;
}

#[derive(Debug, Default, serde::Deserialize)]
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

#[derive(Debug, Default, serde::Deserialize)]
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

#[derive(Debug, Default, serde::Deserialize)]
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
