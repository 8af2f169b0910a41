//! VPC endpoints: of gateways, of interfaces, of EC2 Instance Connect (EP-01 to EP-06, EP-10).

use reach_core::snapshot::{
    InstanceConnectEndpoint, ManagedPrefixListEntries, PrefixList, PrefixListEntry, VpcEndpoint,
};

use super::base;
use crate::generate::site::{Site, VpcPlan};

/// The prefix list of the service that gateway endpoints lead to.
const SERVICE: &str = "pl-s3";

/// A gateway endpoint for some VPCs, with its routes.
pub(in crate::generate) fn gateway_endpoints(site: &mut Site) {
    let told = site.dice.chance(90);
    for region in &mut site.regions {
        region.prefix_lists.get_or_insert_default().push(PrefixList {
            prefix_list_id: SERVICE.to_owned(),
            prefix_list_name: Some("com.amazonaws.eu-west-1.s3".to_owned()),
            address_family: Some("IPv4".to_owned()),
            owner_id: Some("AWS".to_owned()),
            ..PrefixList::default()
        });
        let entry = |cidr: &str| PrefixListEntry { cidr: cidr.to_owned(), description: None };
        if told {
            region.managed_prefix_list_entries.get_or_insert_default().push(
                ManagedPrefixListEntries {
                    prefix_list_id: SERVICE.to_owned(),
                    entries: vec![entry("52.216.0.0/15"), entry("3.5.0.0/19")],
                },
            );
        }
    }
    for vpc in site.vpcs.clone() {
        let id = format!("vpce-s3{}", vpc.name);
        let mut tables: Vec<String> = site.subnets_of(&vpc).map(|subnet| subnet.table).collect();
        tables.dedup();
        tables.retain(|_| site.dice.chance(70));
        let state = site.dice.word(&["available", "available", "available", "deleting"]);
        for table in &tables {
            site.route(table, &format!("{SERVICE} {id}"));
        }
        let data = VpcEndpoint {
            vpc_endpoint_id: id,
            vpc_endpoint_type: Some("Gateway".to_owned()),
            vpc_id: Some(vpc.id.clone()),
            service_name: Some("com.amazonaws.eu-west-1.s3".to_owned()),
            state: Some(state.to_owned()),
            route_table_ids: tables,
            ..VpcEndpoint::default()
        };
        if let Some(region) = site.region(vpc.region) {
            region.vpc_endpoints.get_or_insert_default().push(data);
        }
    }
}

/// An interface endpoint or an EC2 Instance Connect endpoint for some VPCs.
pub(in crate::generate) fn interface_endpoints(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        match site.dice.below(4) {
            0 | 1 => interface(site, &vpc),
            2 => connect(site, &vpc),
            _ => None,
        };
    }
}

fn interface(site: &mut Site, vpc: &VpcPlan) -> Option<()> {
    let subnet = site.subnet_of(vpc)?;
    let eni = base::interface(site, &subnet)?;
    let id = format!("vpce-i{}", vpc.name);
    site.eni(&eni.id, |eni| {
        eni.interface_type = Some("vpc_endpoint".to_owned());
        eni.description = Some(format!("VPC Endpoint Interface {id}"));
        eni.requester_managed = Some(true);
    });
    let states =
        ["available", "Available", "available", "pendingAcceptance", "Rejected", "partial"];
    let kind = site.dice.word(&["Interface", "Interface", "Interface", "Resource"]);
    let data = VpcEndpoint {
        vpc_endpoint_id: id,
        vpc_endpoint_type: Some(kind.to_owned()),
        vpc_id: Some(vpc.id.clone()),
        service_name: Some("com.amazonaws.eu-west-1.ssm".to_owned()),
        state: Some(site.dice.word(&states).to_owned()),
        subnet_ids: vec![subnet.id],
        network_interface_ids: vec![eni.id.clone()],
        ..VpcEndpoint::default()
    };
    site.region(vpc.region)?.vpc_endpoints.get_or_insert_default().push(data);
    site.hosts.push(eni);
    Some(())
}

fn connect(site: &mut Site, vpc: &VpcPlan) -> Option<()> {
    let subnet = site.subnet_of(vpc)?;
    let eni = base::interface(site, &subnet)?;
    site.eni(&eni.id, |eni| {
        eni.interface_type = Some("ec2_instance_connect_endpoint".to_owned());
        eni.requester_managed = Some(true);
    });
    let states = ["create-complete", "create-complete", "update-complete", "create-failed"];
    let data = InstanceConnectEndpoint {
        instance_connect_endpoint_id: format!("eice-{}", vpc.name),
        state: Some(site.dice.word(&states).to_owned()),
        vpc_id: Some(vpc.id.clone()),
        subnet_id: Some(subnet.id),
        network_interface_ids: vec![eni.id.clone()],
        security_group_ids: vec![eni.group.clone()],
        preserve_client_ip: Some(false),
        ..InstanceConnectEndpoint::default()
    };
    site.region(vpc.region)?.instance_connect_endpoints.get_or_insert_default().push(data);
    site.hosts.push(eni);
    Some(())
}

/// EP-10: Instance Connect Endpoints that keep the address of whoever uses them.
pub(in crate::generate) fn preserving_endpoints(site: &mut Site) {
    for region in &mut site.regions {
        for endpoint in region.instance_connect_endpoints.iter_mut().flatten() {
            endpoint.preserve_client_ip = Some(true);
        }
    }
}
