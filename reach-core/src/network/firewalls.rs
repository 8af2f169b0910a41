//! Firewalls of Network Firewall: their endpoints, and the policy as each applies it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Vpc;
use super::prefix_lists::PrefixLists;
use super::resources::{Located, gather};
use crate::Diagnostic;
use crate::index::{Arena, DenseIndex, FirewallIdx, SubnetIdx, VpcIdx};
use crate::order;
use crate::rules::{Firewall, FirewallEndpoint, FirewallPolicy, PolicySource};
use crate::snapshot::{
    FirewallDescription, FirewallPolicyDescription, Region, RuleGroupDescription, Snapshot,
};

/// What firewalls are compiled from.
pub(super) struct Surroundings<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) vpc_ids: &'a FxHashMap<&'a str, VpcIdx>,
    pub(super) subnet_ids: &'a FxHashMap<&'a str, SubnetIdx>,
    pub(super) vpcs: &'a Arena<VpcIdx, Vpc>,
    pub(super) lists: &'a PrefixLists<'a>,
}

/// Every firewall, and where packets meet one.
#[derive(Debug)]
pub(super) struct Firewalls {
    pub(super) firewalls: Arena<FirewallIdx, Firewall>,
    /// By the id that routes name, `vpce-…`.
    pub(super) endpoints: FxHashMap<Arc<str>, FirewallEndpoint>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn compile(&self, diagnostics: &mut Vec<Diagnostic>) -> Firewalls {
        let list = gather(
            self.snapshot,
            |region: &Region| region.firewalls.as_ref(),
            |item| item.firewall.firewall_arn.as_str(),
            |_| None,
            PartialEq::eq,
            diagnostics,
        );
        let policies = gather(
            self.snapshot,
            |region: &Region| region.firewall_policies.as_ref(),
            |item| item.firewall_policy_response.firewall_policy_arn.as_str(),
            |_| None,
            PartialEq::eq,
            diagnostics,
        );
        let policies: BTreeMap<&str, &FirewallPolicyDescription> =
            order::tree(policies.into_iter().map(|Located { item, .. }| {
                (item.firewall_policy_response.firewall_policy_arn.as_str(), item)
            }));
        let groups = gather(
            self.snapshot,
            |region: &Region| region.firewall_rule_groups.as_ref(),
            |item| item.rule_group_response.rule_group_arn.as_str(),
            |_| None,
            PartialEq::eq,
            diagnostics,
        );
        let groups: BTreeMap<&str, &RuleGroupDescription> =
            order::tree(groups.into_iter().map(|Located { item, .. }| {
                (item.rule_group_response.rule_group_arn.as_str(), item)
            }));
        let mut endpoints = FxHashMap::default();
        let firewalls = list
            .iter()
            .enumerate()
            .map(|(position, located)| {
                let index = FirewallIdx::from_usize(position);
                self.endpoints(located.item, index, &mut endpoints, diagnostics);
                self.firewall(located.item, &policies, &groups, diagnostics)
            })
            .collect();
        Firewalls { firewalls, endpoints }
    }

    fn firewall(
        &self,
        description: &FirewallDescription,
        policies: &BTreeMap<&str, &'a FirewallPolicyDescription>,
        groups: &BTreeMap<&'a str, &'a RuleGroupDescription>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Firewall {
        let item = &description.firewall;
        let vpc = item.vpc_id.as_deref().and_then(|id| self.vpc_ids.get(id).copied());
        let mut firewall = Firewall {
            id: Arc::from(item.firewall_arn.as_str()),
            name: item.firewall_name.as_deref().map(Arc::from),
            policy: None,
        };
        let arn = item.firewall_policy_arn.as_deref();
        firewall.policy = arn.and_then(|arn| policies.get(arn)).and_then(|policy| {
            FirewallPolicy::compile(PolicySource {
                firewall: firewall.component(),
                description: policy,
                groups,
                prefix_list: &|id| {
                    let nets = self.lists.get(id)?.nets.as_ref()?;
                    Some(nets.iter().copied().collect())
                },
                home: vpc.map(|vpc| self.vpcs[vpc].ranges.iter().copied().collect()),
                warn: &mut |resource, text| {
                    let code = if text.contains("not in the snapshot") {
                        "dangling_id"
                    } else {
                        "unreadable_entry"
                    };
                    diagnostics.push(Diagnostic::warning(code, text).resource(resource));
                },
            })
        });
        if firewall.policy.is_none() {
            let text = format!("its policy `{}` is not in the snapshot", arn.unwrap_or("?"));
            diagnostics.push(
                Diagnostic::warning("dangling_id", text).resource(item.firewall_arn.as_str()),
            );
        }
        firewall
    }

    /// NFW-01: the endpoints, zone by zone. Of two claims on one neither counts.
    fn endpoints(
        &self,
        description: &FirewallDescription,
        firewall: FirewallIdx,
        endpoints: &mut FxHashMap<Arc<str>, FirewallEndpoint>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let states = description.firewall_status.iter().flat_map(|status| &status.sync_states);
        for attachment in states.filter_map(|(_, state)| state.attachment.as_ref()) {
            let Some(id) = attachment.endpoint_id.as_deref() else { continue };
            let subnet = attachment.subnet_id.as_deref();
            let endpoint = FirewallEndpoint {
                firewall,
                id: Arc::from(id),
                subnet: subnet.and_then(|id| self.subnet_ids.get(id).copied()),
                status: Arc::from(attachment.status.as_deref().unwrap_or("not told")),
            };
            if let Some(known) = endpoints.get_mut(id) {
                known.status = Arc::from("claimed twice");
                let text = "two firewalls claim it, so neither is used".to_owned();
                diagnostics.push(Diagnostic::warning("contradiction", text).resource(id));
            } else {
                endpoints.insert(Arc::from(id), endpoint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::packet::{HeaderSet, IpSet};
    use crate::rules::ExplanationCode;
    use crate::{Network, snapshot};

    fn network(status: &str) -> Network {
        let attachment = |id: &str, status: &str| {
            json!({ "Attachment": {
                "EndpointId": id, "SubnetId": "subnet-1", "Status": status,
            } })
        };
        let region: snapshot::Region = serde_json::from_value(json!({
            "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.200.0.0/16" }],
            "Subnets": [
                { "SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.200.1.0/24" },
            ],
            "Firewalls": [{
                "Firewall": {
                    "FirewallArn": "arn:firewall", "FirewallName": "inspect",
                    "FirewallPolicyArn": "arn:policy", "VpcId": "vpc-1",
                },
                "FirewallStatus": { "SyncStates": {
                    "eu-west-1a": attachment("vpce-1", status),
                    "eu-west-1b": attachment("vpce-2", "READY"),
                    "eu-west-1c": attachment("vpce-2", "READY"),
                } },
            }],
            "FirewallPolicies": [{
                "FirewallPolicyResponse": { "FirewallPolicyArn": "arn:policy" },
                "FirewallPolicy": {
                    "StatelessDefaultActions": ["aws:forward_to_sfe"],
                    "StatefulDefaultActions": ["aws:drop_strict"],
                    "StatefulEngineOptions": { "RuleOrder": "STRICT_ORDER" },
                    "StatefulRuleGroupReferences": [{ "ResourceArn": "arn:group", "Priority": 1 }],
                },
            }],
            "FirewallRuleGroups": [{
                "RuleGroupResponse": { "RuleGroupArn": "arn:group" },
                "RuleGroup": { "RulesSource": {
                    "RulesString": "pass tcp $HOME_NET any -> any 443 (sid:1;)\nnonsense (",
                } },
            }],
        }))
        .unwrap();
        Network::compile(snapshot::Snapshot { regions: vec![region] })
    }

    #[test]
    fn endpoints_lead_to_firewalls() {
        let network = network("READY");
        let compiled = network.compiled();
        let endpoint = &compiled.firewall_endpoints["vpce-1"];
        let firewall = &compiled.firewalls[endpoint.firewall];
        assert_eq!(&*firewall.id, "arn:firewall");
        assert!(endpoint.subnet.is_some());
        assert!(firewall.policy.is_some());
        let told: Vec<_> = network
            .diagnostics()
            .iter()
            .filter(|told| told.code != "kind_not_collected" && told.code != "kind_not_modelled")
            .map(|told| (told.code.as_str(), told.resource.as_deref().unwrap_or("")))
            .collect();
        let expected = [("contradiction", "vpce-2"), ("unreadable_entry", "arn:group")];
        for one in expected {
            assert!(told.contains(&one), "{told:?}");
        }
    }

    /// NFW-06, C-196: `HOME_NET` is the VPC of the firewall.
    #[test]
    fn home_is_the_vpc_of_the_firewall() {
        let network = network("READY");
        let compiled = network.compiled();
        let firewall = &compiled.firewalls[compiled.firewall_endpoints["vpce-1"].firewall];
        let from = |source: &str| {
            let source = IpSet::from_net(source.parse().unwrap());
            let web = "tcp/443".parse().unwrap();
            firewall.request(HeaderSet::product(&source, &IpSet::all_v4(), &web), false).split
        };
        assert!(!from("10.200.9.9/32").passed.is_empty());
        // The unreadable line may pass it.
        assert!(from("10.1.1.10/32").passed.is_empty());
        assert_eq!(from("10.1.1.10/32").unsure[0].1.code, ExplanationCode::UnreadableEntry);
    }

    /// NFW-01, C-226.
    #[test]
    fn an_endpoint_that_is_not_ready_is_not_sure() {
        for (status, endpoint, ready) in
            [("READY", "vpce-1", true), ("CREATING", "vpce-1", false), ("READY", "vpce-2", false)]
        {
            let network = network(status);
            let compiled = network.compiled();
            let endpoint = &compiled.firewall_endpoints[endpoint];
            let firewall = &compiled.firewalls[endpoint.firewall];
            let split = endpoint.serve(firewall.component(), HeaderSet::all());
            assert_eq!(split.passed.is_all(), ready, "{status}");
            assert_eq!(split.unsure.is_empty(), ready, "{status}");
        }
    }
}
