//! VPCs, subnets, their route tables and network ACLs.

use reach_core::snapshot::{
    BlockPublicAccessStates, CidrBlockState, NetworkAclAssociation, Region, Route, RouteTable,
    RouteTableAssociation, VpcCidrBlockAssociation,
};
use serde_json::json;

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{Routes, SubnetRow, Topology};
use crate::topology::{ACCOUNT, route};

pub(super) fn build(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.vpc {
        let blocks = row.short.cidr.list();
        let Some((first, more)) = blocks.split_first() else {
            return Err(format!("VPC {name} has no block"));
        };
        draft.lab(|lab| lab.vpc_of(name, first));
        for block in more {
            second_block(draft, name, block);
        }
        draft.patch("Vpcs", "VpcId", format!("vpc-{name}"), &row.api);
    }
    for (name, row) in &topology.subnet {
        let subnet = &row.short;
        draft.lab(|lab| lab.subnet_of(name, &subnet.vpc, &subnet.cidr));
        let zone = format!("{}{}", draft.name, subnet.az.as_deref().unwrap_or("a"));
        draft.lab(|lab| {
            lab.subnet(&format!("subnet-{name}"), |subnet| subnet.availability_zone = Some(zone))
        });
        if let Some(block) = &subnet.ipv6 {
            draft.lab(|lab| lab.subnet_ipv6(name, block));
        }
        draft.patch("Subnets", "SubnetId", format!("subnet-{name}"), &row.api);
    }
    for (name, row) in &topology.subnet {
        share(draft, name, &row.short);
    }
    for (name, row) in &topology.vpc {
        if let Some(block) = &row.short.ipv6 {
            draft.lab(|lab| lab.ipv6(name, block));
        }
        routes(draft, &format!("rtb-main-{name}"), &row.short.routes, "CreateRoute")?;
    }
    for (name, row) in &topology.subnet {
        let table = format!("rtb-{name}");
        routes(draft, &table, &row.short.routes, "CreateRoute")?;
        routes(draft, &table, &row.short.advertised, "Advertisement")?;
        for (destination, target) in &row.short.propagated {
            draft.lab(|lab| lab.propagate(&table, &format!("{destination} {target}")));
        }
    }
    for (name, row) in &topology.acl {
        let id = format!("acl-{name}");
        let lines = |lines: &Vec<String>| lines.clone();
        if let Some(entries) = row.short.r#in.as_ref().map(lines) {
            let entries: Vec<_> = entries.iter().map(String::as_str).collect();
            draft.lab(|lab| lab.acl_ingress(&id, &entries));
        }
        if let Some(entries) = row.short.out.as_ref().map(lines) {
            let entries: Vec<_> = entries.iter().map(String::as_str).collect();
            draft.lab(|lab| lab.acl_egress(&id, &entries));
        }
        draft.patch("NetworkAcls", "NetworkAclId", id, &row.api);
    }
    Ok(())
}

/// A further IPv4 block of a VPC, with its local route.
fn second_block(draft: &mut Draft, vpc: &str, block: &str) {
    let association = VpcCidrBlockAssociation {
        cidr_block: block.to_owned(),
        cidr_block_state: Some(CidrBlockState { state: "associated".to_owned() }),
    };
    draft.lab(|lab| {
        lab.vpc(&format!("vpc-{vpc}"), |vpc| vpc.cidr_block_association_set.push(association))
            .route(&format!("rtb-main-{vpc}"), &format!("{block} local"))
    });
}

/// Gives a subnet another's route table or network ACL instead of its own.
fn share(draft: &mut Draft, name: &str, row: &SubnetRow) {
    let subnet = format!("subnet-{name}");
    if let Some(other) = &row.table {
        draft.region(|region| {
            let tables = region.route_tables.get_or_insert_default();
            tables.retain(|table| table.route_table_id != format!("rtb-{name}"));
            for table in tables.iter_mut().filter(|t| t.route_table_id == format!("rtb-{other}")) {
                table.associations.push(RouteTableAssociation {
                    subnet_id: Some(subnet.clone()),
                    ..RouteTableAssociation::default()
                });
            }
        });
    }
    if let Some(other) = &row.acl {
        draft.region(|region| {
            let acls = region.network_acls.get_or_insert_default();
            acls.retain(|acl| acl.network_acl_id != format!("acl-{name}"));
            for acl in acls.iter_mut().filter(|acl| acl.network_acl_id == format!("acl-{other}")) {
                acl.associations.push(NetworkAclAssociation {
                    network_acl_association_id: Some(format!("aclassoc-{name}")),
                    subnet_id: subnet.clone(),
                });
            }
        });
    }
}

/// Routes of a table: one for a destination that is local replaces the local one.
pub(super) fn routes(
    draft: &mut Draft,
    id: &str,
    routes: &Routes,
    origin: &str,
) -> Result<(), Problem> {
    for (destination, target) in routes {
        let route = route_of(destination, target, origin);
        let mut found = false;
        draft.region(|region| {
            let tables = region.route_tables.iter_mut().flatten();
            for table in tables.filter(|table| table.route_table_id == id) {
                found = true;
                if origin == "CreateRoute" {
                    table.routes.retain(|other| !same_destination(other, &route));
                }
                table.routes.push(route.clone());
            }
        });
        if !found {
            return Err(format!("there is no table {id}"));
        }
    }
    Ok(())
}

fn route_of(destination: &str, target: &str, origin: &str) -> Route {
    let (target, state) = target.split_once(' ').unwrap_or((target, "active"));
    let mut route = route(&format!("{destination} {target}"));
    route.state = Some(state.to_owned());
    if target != "local" {
        route.origin = Some(origin.to_owned());
    }
    route
}

fn same_destination(one: &Route, other: &Route) -> bool {
    one.destination_cidr_block == other.destination_cidr_block
        && one.destination_ipv6_cidr_block == other.destination_ipv6_cidr_block
        && one.destination_prefix_list_id == other.destination_prefix_list_id
}

/// A route table of its own for something that is no subnet, with the local routes of the VPC.
pub(super) fn table(
    draft: &mut Draft,
    id: &str,
    vpc: &str,
    association: Option<RouteTableAssociation>,
    more: &Routes,
) -> Result<(), Problem> {
    let vpc_id = format!("vpc-{vpc}");
    draft.region(|region| {
        let local = local_routes(region, &vpc_id);
        region.route_tables.get_or_insert_default().push(RouteTable {
            route_table_id: id.to_owned(),
            vpc_id: Some(vpc_id),
            associations: association.into_iter().collect(),
            routes: local,
            owner_id: Some(ACCOUNT.to_owned()),
            ..RouteTable::default()
        });
    });
    routes(draft, id, more, "CreateRoute")
}

fn local_routes(region: &Region, vpc_id: &str) -> Vec<Route> {
    let vpc = region.vpcs.iter().flatten().find(|vpc| vpc.vpc_id == vpc_id);
    let Some(vpc) = vpc else { return Vec::new() };
    let v4 = vpc.cidr_block_association_set.iter().map(|block| &block.cidr_block);
    let v6 = vpc.ipv6_cidr_block_association_set.iter().map(|block| &block.ipv6_cidr_block);
    v4.chain(v6).map(|block| route(&format!("{block} local"))).collect()
}

/// Block Public Access as all the calls that show it report it.
pub(super) fn block_public_access(draft: &mut Draft, topology: &Topology) {
    let Some(row) = &topology.bpa else { return };
    let (mode, exclusions) = (&row.mode, &row.exclusions);
    draft.push(
        "VpcBlockPublicAccessOptions",
        json!({
            "AwsAccountId": ACCOUNT, "AwsRegion": draft.name, "State": "default-state",
            "InternetGatewayBlockMode": mode,
        }),
    );
    for (id, exclusion) in exclusions {
        let kind = if id.starts_with("vpc-") { "vpc" } else { "subnet" };
        draft.push(
            "VpcBlockPublicAccessExclusions",
            json!({
                "ExclusionId": format!("vpcbpa-exclude-{id}"), "State": "create-complete",
                "InternetGatewayExclusionMode": exclusion,
                "ResourceArn": format!("arn:aws:ec2:{}:{ACCOUNT}:{kind}/{id}", draft.name),
            }),
        );
    }
    // An exclusion shows as the mode that is left for what it is for.
    let left = |ids: &[&str]| {
        let excluded = ids.iter().find_map(|id| exclusions.get(*id)).map(String::as_str);
        let mode = match (mode.as_str(), excluded) {
            (_, Some("allow-bidirectional")) => "off",
            ("block-bidirectional", Some(_)) => "block-ingress",
            (mode, _) => mode,
        };
        Some(BlockPublicAccessStates { internet_gateway_block_mode: Some(mode.to_owned()) })
    };
    draft.region(|region| {
        for vpc in region.vpcs.iter_mut().flatten() {
            vpc.block_public_access_states = left(&[&vpc.vpc_id]);
        }
        for subnet in region.subnets.iter_mut().flatten() {
            subnet.block_public_access_states = left(&[&subnet.subnet_id, &subnet.vpc_id]);
        }
    });
}
