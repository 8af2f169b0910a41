//! Who is behind an id: ARN, name, and what it belongs to.

use std::collections::BTreeMap;

use super::shape::AnalysisComponent;
use crate::rules::Component;
use crate::snapshot::{Region, Snapshot, Tag, name_tag};

/// What the snapshot tells of a resource, by its id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'s> {
    pub(super) region: &'s Region,
    /// The resource's type as its ARN has it.
    kind: &'static str,
    owner: Option<&'s str>,
    name: Option<&'s str>,
    /// Where it says so itself.
    arn: Option<&'s str>,
    pub(super) vpc: Option<&'s str>,
    pub(super) subnet: Option<&'s str>,
    pub(super) instance: Option<&'s str>,
    pub(super) transit_gateway: Option<&'s str>,
}

impl<'s> Entry<'s> {
    fn of(region: &'s Region, kind: &'static str, tags: &'s [Tag]) -> Self {
        Self {
            region,
            kind,
            owner: None,
            name: name_tag(tags),
            arn: None,
            vpc: None,
            subnet: None,
            instance: None,
            transit_gateway: None,
        }
    }

    fn owned(self, owner: Option<&'s String>) -> Self {
        Self { owner: owner.map(String::as_str), ..self }
    }

    fn in_vpc(self, vpc: Option<&'s String>) -> Self {
        Self { vpc: vpc.map(String::as_str), ..self }
    }

    fn in_subnet(self, subnet: Option<&'s String>) -> Self {
        Self { subnet: subnet.map(String::as_str), ..self }
    }

    fn at_transit_gateway(self, gateway: Option<&'s String>) -> Self {
        Self { transit_gateway: gateway.map(String::as_str), ..self }
    }

    pub(super) fn account(&self) -> Option<&'s str> {
        self.owner.or(self.region.account.as_deref())
    }

    fn arn(&self, id: &str) -> Option<String> {
        if let Some(arn) = self.arn {
            return Some(arn.to_owned());
        }
        let (region, account) = (self.region.name.as_deref()?, self.account()?);
        let partition = match region {
            china if china.starts_with("cn-") => "aws-cn",
            government if government.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        // Prefix lists of AWS itself.
        let account = if account == "AWS" { "aws" } else { account };
        Some(format!("arn:{partition}:ec2:{region}:{account}:{}/{id}", self.kind))
    }
}

/// The resources of a snapshot by their ids.
pub(super) struct Directory<'s> {
    entries: BTreeMap<&'s str, Entry<'s>>,
}

/// One line a kind: list, id, type in the ARN, and what else is taken from it.
macro_rules! enter {
    ($entries:ident, $region:ident: $($list:ident, $id:ident, $kind:literal $(, $take:ident $($field:ident).+)*;)*) => {
        $(
            for resource in $region.$list.iter().flatten() {
                let entry = Entry::of($region, $kind, &resource.tags)
                    $(.$take(resource.$($field).+.as_ref()))*;
                $entries.entry(resource.$id.as_str()).or_insert(entry);
            }
        )*
    };
}

impl<'s> Directory<'s> {
    pub(super) fn of(snapshot: &'s Snapshot) -> Self {
        let mut entries = BTreeMap::new();
        for region in &snapshot.regions {
            enter! { entries, region:
                vpcs, vpc_id, "vpc", owned owner_id;
                subnets, subnet_id, "subnet", owned owner_id;
                instances, instance_id, "instance", owned owner_id, in_vpc vpc_id;
                security_groups, group_id, "security-group", owned owner_id, in_vpc vpc_id;
                network_acls, network_acl_id, "network-acl", owned owner_id, in_vpc vpc_id;
                route_tables, route_table_id, "route-table", owned owner_id, in_vpc vpc_id;
                internet_gateways, internet_gateway_id, "internet-gateway", owned owner_id;
                egress_only_internet_gateways, egress_only_internet_gateway_id, "egress-only-internet-gateway";
                nat_gateways, nat_gateway_id, "natgateway", in_vpc vpc_id, in_subnet subnet_id;
                vpc_peering_connections, vpc_peering_connection_id, "vpc-peering-connection";
                vpn_gateways, vpn_gateway_id, "vpn-gateway";
                vpn_connections, vpn_connection_id, "vpn-connection";
                prefix_lists, prefix_list_id, "prefix-list", owned owner_id;
                carrier_gateways, carrier_gateway_id, "carrier-gateway", owned owner_id, in_vpc vpc_id;
                local_gateways, local_gateway_id, "local-gateway", owned owner_id;
                transit_gateways, transit_gateway_id, "transit-gateway", owned owner_id;
                transit_gateway_vpc_attachments, transit_gateway_attachment_id, "transit-gateway-attachment", at_transit_gateway transit_gateway_id, in_vpc vpc_id;
                transit_gateway_attachments, transit_gateway_attachment_id, "transit-gateway-attachment", at_transit_gateway transit_gateway_id;
                transit_gateway_peering_attachments, transit_gateway_attachment_id, "transit-gateway-attachment";
                transit_gateway_route_tables, transit_gateway_route_table_id, "transit-gateway-route-table", at_transit_gateway transit_gateway_id;
                vpc_endpoints, vpc_endpoint_id, "vpc-endpoint", owned owner_id, in_vpc vpc_id;
                service_configurations, service_id, "vpc-endpoint-service";
            }
            interfaces(&mut entries, region);
            named_by_arn(&mut entries, region);
        }
        Self { entries }
    }

    pub(super) fn entry(&self, id: &str) -> Option<&Entry<'s>> {
        self.entries.get(id)
    }

    pub(super) fn component(&self, component: &Component) -> AnalysisComponent {
        let known = self.by_id(&component.id);
        let name = component.name.as_deref().map(str::to_owned).or(known.name);
        AnalysisComponent { name, ..known }
    }

    pub(super) fn by_id(&self, id: &str) -> AnalysisComponent {
        let entry = self.entries.get(id);
        AnalysisComponent {
            id: Some(id.to_owned()),
            arn: entry
                .and_then(|entry| entry.arn(id))
                .or_else(|| id.starts_with("arn:").then(|| id.to_owned())),
            name: entry.and_then(|entry| entry.name).map(str::to_owned),
        }
    }
}

fn interfaces<'s>(entries: &mut BTreeMap<&'s str, Entry<'s>>, region: &'s Region) {
    for interface in region.network_interfaces.iter().flatten() {
        let attachment = interface.attachment.as_ref();
        let entry = Entry {
            instance: attachment.and_then(|attachment| attachment.instance_id.as_deref()),
            ..Entry::of(region, "network-interface", &[])
                .owned(interface.owner_id.as_ref())
                .in_vpc(interface.vpc_id.as_ref())
                .in_subnet(interface.subnet_id.as_ref())
        };
        entries.entry(interface.network_interface_id.as_str()).or_insert(entry);
    }
    let groups = region.security_groups.iter().flatten();
    for group in groups.filter(|group| group.group_name.is_some()) {
        if let Some(entry) = entries.get_mut(group.group_id.as_str()) {
            entry.name = group.group_name.as_deref();
        }
    }
    for gateway in region.internet_gateways.iter().flatten() {
        if let Some(entry) = entries.get_mut(gateway.internet_gateway_id.as_str()) {
            entry.vpc = gateway.attachments.first().map(|it| it.vpc_id.as_str());
        }
    }
}

fn named_by_arn<'s>(entries: &mut BTreeMap<&'s str, Entry<'s>>, region: &'s Region) {
    let mut add = |arn: &'s str, name: Option<&'s str>, vpc: Option<&'s String>| {
        let entry = Entry { arn: Some(arn), name, ..Entry::of(region, "", &[]).in_vpc(vpc) };
        entries.entry(arn).or_insert(entry);
    };
    for it in region.load_balancers.iter().flatten() {
        add(&it.load_balancer_arn, it.load_balancer_name.as_deref(), it.vpc_id.as_ref());
    }
    for it in region.target_groups.iter().flatten() {
        add(&it.target_group_arn, it.target_group_name.as_deref(), it.vpc_id.as_ref());
    }
}
