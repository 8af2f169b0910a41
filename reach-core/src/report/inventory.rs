//! What there is in a network: for maps, for forms that complete ids and names, for editors.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Serialize;

use crate::change::{GroupRule, rules_by_group};
use crate::index::{GroupIdx, SubnetIdx, VpcIdx};
use crate::network::{Compiled, Network};
use crate::order;
use crate::packet::IpSet;
use crate::rules::{Attached, Component, Host, Interface, InterfaceKind};

/// What there is in a [`Network`], by AWS id: plain data, in the order of the snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Inventory {
    /// VPCs.
    pub vpcs: Vec<InventoryVpc>,
    /// Subnets.
    pub subnets: Vec<InventorySubnet>,
    /// Instances.
    pub instances: Vec<InventoryInstance>,
    /// Network interfaces.
    pub interfaces: Vec<InventoryInterface>,
    /// What stands at the edge of a VPC or between VPCs.
    pub gateways: Vec<InventoryGateway>,
    /// Security groups with their rules.
    pub security_groups: Vec<InventoryGroup>,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventoryVpc {
    /// `vpc-…`
    pub id: Arc<str>,
    /// Its `Name` tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// Account that owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Arc<str>>,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Arc<str>>,
    /// Its CIDR blocks.
    #[cfg_attr(feature = "ts", ts(type = "string[]"))]
    pub ranges: Vec<IpNet>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventorySubnet {
    /// `subnet-…`
    pub id: Arc<str>,
    /// Its `Name` tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// `vpc-…`
    pub vpc: Arc<str>,
    /// Availability Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Arc<str>>,
    /// Its CIDR blocks.
    pub ranges: IpSet,
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventoryInstance {
    /// `i-…`
    pub id: Arc<str>,
    /// Its `Name` tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// Life-cycle state.
    pub state: Arc<str>,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventoryInterface {
    /// `eni-…`
    pub id: Arc<str>,
    /// `vpc-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc: Option<Arc<str>>,
    /// `subnet-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<Arc<str>>,
    /// `i-…` that it is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<Arc<str>>,
    /// Every address that it owns.
    pub addresses: IpSet,
    /// The addresses that the internet can reach it at, as far as its gateway goes.
    #[serde(skip_serializing_if = "IpSet::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub public_addresses: IpSet,
    /// `sg-…` of its groups.
    pub security_groups: Vec<Arc<str>>,
    /// Interfaces of one class lie in the same subnet, are of one kind and in one state, have the
    /// same groups, and a public address or none: the same rules decide about them.
    pub class: usize,
}

/// A gateway, peering connection, load balancer or endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventoryGateway {
    /// What it is.
    #[serde(flatten)]
    pub component: Component,
    /// The VPCs that it stands in or joins, `vpc-…`.
    pub vpcs: Vec<Arc<str>>,
    /// Whether a question can start or end there.
    pub endpoint: bool,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct InventoryGroup {
    /// `sg-…`
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// Its rules.
    pub rules: Vec<GroupRule>,
}

impl Network {
    /// What there is to ask about and to change.
    ///
    /// # Complexity
    ///
    /// O(n log n) in the size of the snapshot.
    pub fn inventory(&self) -> Inventory {
        let net = self.compiled();
        let mut rules = rules_by_group(net.source.snapshot());
        let mut classes = Classes::default();
        Inventory {
            vpcs: net
                .vpcs
                .iter()
                .map(|(_, vpc)| InventoryVpc {
                    id: vpc.id.clone(),
                    name: vpc.name.clone(),
                    account: vpc.owner.clone(),
                    region: vpc.region.clone(),
                    ranges: vpc.ranges.clone(),
                })
                .collect(),
            subnets: net
                .subnets
                .iter()
                .map(|(_, subnet)| InventorySubnet {
                    id: subnet.id.clone(),
                    name: subnet.name.clone(),
                    vpc: net.vpcs[subnet.vpc].id.clone(),
                    zone: subnet.zone.clone(),
                    ranges: subnet.ranges.clone(),
                })
                .collect(),
            instances: net
                .instances
                .iter()
                .map(|(_, instance)| InventoryInstance {
                    id: instance.id.clone(),
                    name: instance.name.clone(),
                    state: instance.state.clone(),
                })
                .collect(),
            interfaces: net
                .interfaces
                .iter()
                .map(|(_, interface)| listed(net, interface, &mut classes))
                .collect(),
            gateways: gateways(net),
            security_groups: net
                .groups
                .iter()
                .map(|(_, group)| InventoryGroup {
                    id: group.id.to_string(),
                    name: group.name.clone(),
                    rules: rules.remove(&*group.id).unwrap_or_default(),
                })
                .collect(),
        }
    }
}

fn listed<'n>(
    net: &'n Compiled,
    interface: &'n Interface,
    classes: &mut Classes<'n>,
) -> InventoryInterface {
    let pairings = interface.pairings.iter().map(|pair| IpSet::from_addr(pair.public.into()));
    InventoryInterface {
        id: interface.id.clone(),
        vpc: interface.vpc.map(|vpc| net.vpcs[vpc].id.clone()),
        subnet: interface.subnet.map(|subnet| net.subnets[subnet].id.clone()),
        instance: interface.instance.map(|instance| net.instances[instance].id.clone()),
        addresses: interface.owned.clone(),
        public_addresses: pairings
            .fold(interface.internet_v6.clone(), |all, address| all.union(&address)),
        security_groups: interface.group_ids.clone(),
        class: classes.of(interface, net.host(interface)),
    }
}

/// What the interfaces of a class have in common.
type Likeness<'n> = (
    (Option<VpcIdx>, Option<SubnetIdx>, InterfaceKind),
    (Option<&'n str>, Option<&'n str>),
    (Option<bool>, bool, bool, bool),
    (&'n [GroupIdx], &'n [Arc<str>]),
);

#[derive(Default)]
struct Classes<'n>(BTreeMap<Likeness<'n>, usize>);

impl<'n> Classes<'n> {
    fn of(&mut self, interface: &'n Interface, host: &'n Host) -> usize {
        let attached = match &interface.attached {
            Attached::Yes => None,
            Attached::No(state) => Some(&**state),
        };
        let host = match host {
            Host::Up => None,
            Host::Down { state, .. } => Some(&**state),
            Host::Unknown { .. } => Some("unknown"),
        };
        let likeness = (
            (interface.vpc, interface.subnet, interface.kind),
            (attached, host),
            (
                interface.source_dest_check,
                interface.groups_complete,
                !interface.pairings.is_empty(),
                !interface.internet_v6.is_empty(),
            ),
            (interface.groups.as_slice(), interface.group_ids.as_slice()),
        );
        let next = self.0.len();
        *self.0.entry(likeness).or_insert(next)
    }
}

fn gateways(net: &Compiled) -> Vec<InventoryGateway> {
    let at = |component, vpc: Option<VpcIdx>, endpoint| InventoryGateway {
        component,
        vpcs: vpc.iter().map(|vpc| net.vpcs[*vpc].id.clone()).collect(),
        endpoint,
    };
    let internet = net.internet_gateways.iter().map(|(_, it)| at(it.component(), it.vpc, true));
    let egress_only =
        net.egress_only_gateways.iter().map(|(_, it)| at(it.component(), it.vpc, false));
    let nat = net.nat_gateways.iter().map(|(_, it)| {
        let home = it.primary.and_then(|(interface, _)| net.interfaces[interface].vpc);
        let regional = it.regional.as_ref().and_then(|regional| regional.vpc);
        at(it.component(), regional.or(home), false)
    });
    let vpn = net.vpn_gateways.iter().map(|(_, it)| at(it.component(), it.vpc, true));
    let peerings = net.peerings.iter().map(|(_, it)| InventoryGateway {
        component: it.component(),
        vpcs: vec![it.requester.vpc_id.clone(), it.accepter.vpc_id.clone()],
        endpoint: true,
    });
    let transit = net.transit_gateways.iter().map(|(index, it)| {
        let attached = net.vpc_attachments.keys().filter(|(_, gateway)| *gateway == index);
        let mut vpcs: Vec<VpcIdx> = attached.map(|(vpc, _)| *vpc).collect();
        order::sort(&mut vpcs);
        InventoryGateway {
            component: it.component(),
            vpcs: vpcs.into_iter().map(|vpc| net.vpcs[vpc].id.clone()).collect(),
            endpoint: false,
        }
    });
    let balancers = net.load_balancers.iter().map(|(_, it)| at(it.component(), it.vpc, true));
    let endpoints = net.endpoints.iter().map(|(_, it)| at(it.component(), it.vpc, true));
    internet
        .chain(egress_only)
        .chain(nat)
        .chain(vpn)
        .chain(peerings)
        .chain(transit)
        .chain(balancers)
        .chain(endpoints)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::snapshot::{Region, Snapshot};

    #[test]
    fn interfaces_that_the_same_rules_decide_about_are_one_class() {
        let eni = |id: &str, subnet: &str, group: &str, public: Option<&str>| {
            json!({"NetworkInterfaceId": id, "SubnetId": subnet, "VpcId": "vpc-1",
                   "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.9", "Primary": true,
                                           "Association": public.map(|ip| json!({"PublicIp": ip}))}],
                   "Groups": [{"GroupId": group}], "Status": "in-use"})
        };
        let region: Region = serde_json::from_value(json!({
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
            "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"},
                        {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}],
            "SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}],
            "NetworkInterfaces": [
                eni("eni-1", "subnet-1", "sg-1", None),
                eni("eni-2", "subnet-1", "sg-1", None),
                eni("eni-3", "subnet-2", "sg-1", None),
                eni("eni-4", "subnet-1", "sg-2", None),
                eni("eni-5", "subnet-1", "sg-1", Some("198.51.100.1")),
                eni("eni-6", "subnet-1", "sg-1", None),
            ],
            "InternetGateways": [{"InternetGatewayId": "igw-1",
                                  "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        }))
        .unwrap();
        let inventory = Network::compile(Snapshot { regions: vec![region] }).inventory();
        let classes: Vec<_> = inventory.interfaces.iter().map(|it| (&*it.id, it.class)).collect();
        assert_eq!(
            classes,
            [("eni-1", 0), ("eni-2", 0), ("eni-3", 1), ("eni-4", 2), ("eni-5", 3), ("eni-6", 0)]
        );
        let gateway = inventory.gateways.first().unwrap();
        assert_eq!((&*gateway.component.id, gateway.endpoint), ("igw-1", true));
        assert_eq!(gateway.vpcs, ["vpc-1".into()]);
    }
}
