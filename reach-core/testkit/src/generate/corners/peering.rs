//! Peering connections: states, one-sided routes, other Regions, VPCs nobody has (PCX-01 to PCX-08).

use reach_core::snapshot::{
    CidrBlock, Ipv6CidrBlock, PeeringStatus, PeeringVpcInfo, Vpc, VpcPeeringConnection,
};

use crate::generate::site::{ACCOUNT, REGIONS, Site, VpcPlan};

/// One to three connections between VPCs that are there, and now and then one to another.
pub(in crate::generate) fn peering(site: &mut Site) {
    let mut gone = Vec::new();
    let mut joined = Vec::new();
    let count = site.dice.between(1, 3);
    for number in 0..count {
        let (Some(near), Some(far)) = (site.vpc(), site.vpc()) else { return };
        if near.id == far.id || site.dice.chance(10) {
            // Two VPCs have one connection at most that carries anything.
            if !gone.contains(&near.id) {
                away(site, &near, number);
                gone.push(near.id);
            }
        } else if !joined.contains(&(far.id.clone(), near.id.clone()))
            && !joined.contains(&(near.id.clone(), far.id.clone()))
        {
            between(site, &near, &far, number);
            joined.push((near.id, far.id));
        }
    }
}

fn between(site: &mut Site, near: &VpcPlan, far: &VpcPlan, number: u64) {
    let id = format!("pcx-{}{}{number}", near.name, far.name);
    // PCX-06: what overlaps cannot be active, except in a snapshot that somebody made up.
    let overlap = near.block == far.block;
    let state = match overlap && site.dice.chance(90) {
        true => "failed",
        false => site.dice.word(&[
            "active",
            "active",
            "active",
            "active",
            "active",
            "active",
            "pending-acceptance",
            "provisioning",
            "expired",
            "deleted",
            "rejected",
        ]),
    };
    let (requester, accepter) = (info(site, near), info(site, far));
    let data = connection(&id, state, requester, accepter);
    for region in [near.region, far.region] {
        let list = site.region(region).map(|it| it.vpc_peering_connections.get_or_insert_default());
        if let Some(list) = list.filter(|list| list.last() != Some(&data)) {
            list.push(data.clone());
        }
    }
    for (from, to) in [(near, far), (far, near)] {
        let wide = site.dice.chance(15);
        for subnet in site.subnets_of(from).collect::<Vec<_>>() {
            // One side without a route: PCX-02.
            if site.dice.chance(15) {
                continue;
            }
            site.route(&subnet.table, &format!("{} {id}", to.block));
            if let Some(v6) = to.v6.filter(|_| site.dice.chance(80)) {
                site.route(&subnet.table, &format!("{v6} {id}"));
            }
            if wide {
                site.route(&subnet.table, &format!("0.0.0.0/0 {id}"));
            }
        }
    }
}

/// To a VPC that the snapshot lacks.
fn away(site: &mut Site, near: &VpcPlan, number: u64) {
    let id = format!("pcx-{}x{number}", near.name);
    let far = PeeringVpcInfo {
        vpc_id: Some("vpc-x".to_owned()),
        owner_id: Some("222222222222".to_owned()),
        region: REGIONS.first().map(|name| (*name).to_owned()),
        cidr_block: Some("10.9.0.0/16".to_owned()),
        cidr_block_set: vec![CidrBlock { cidr_block: "10.9.0.0/16".to_owned() }],
        ipv6_cidr_block_set: Vec::new(),
    };
    let state = site.dice.word(&["active", "active", "pending-acceptance"]);
    let known = info(site, near);
    let data = match site.dice.chance(50) {
        true => connection(&id, state, known, far),
        false => connection(&id, state, far, known),
    };
    if let Some(region) = site.region(near.region) {
        region.vpc_peering_connections.get_or_insert_default().push(data);
    }
    for subnet in site.subnets_of(near).collect::<Vec<_>>() {
        if site.dice.chance(80) {
            let block = site.dice.word(&["10.9.0.0/16", "10.9.1.0/24", "10.0.0.0/8"]);
            site.route(&subnet.table, &format!("{block} {id}"));
        }
    }
}

fn connection(
    id: &str,
    state: &str,
    requester: PeeringVpcInfo,
    accepter: PeeringVpcInfo,
) -> VpcPeeringConnection {
    VpcPeeringConnection {
        vpc_peering_connection_id: id.to_owned(),
        status: Some(PeeringStatus { code: state.to_owned(), message: None }),
        requester_vpc_info: requester,
        accepter_vpc_info: accepter,
        tags: Vec::new(),
    }
}

/// What the connection says of a VPC: every block of it.
fn info(site: &mut Site, vpc: &VpcPlan) -> PeeringVpcInfo {
    let mut data = Vpc::default();
    site.vpc_data(&vpc.id, |found| data = found.clone());
    PeeringVpcInfo {
        vpc_id: Some(vpc.id.clone()),
        owner_id: Some(ACCOUNT.to_owned()),
        region: REGIONS.get(vpc.region).map(|name| (*name).to_owned()),
        cidr_block: data.cidr_block,
        cidr_block_set: data
            .cidr_block_association_set
            .into_iter()
            .map(|block| CidrBlock { cidr_block: block.cidr_block })
            .collect(),
        ipv6_cidr_block_set: data
            .ipv6_cidr_block_association_set
            .into_iter()
            .map(|block| Ipv6CidrBlock { ipv6_cidr_block: block.ipv6_cidr_block })
            .collect(),
    }
}
