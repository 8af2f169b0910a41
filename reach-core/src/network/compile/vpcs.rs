//! VPCs and their subnets.

use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::FxHashMap;

use super::associations::{AclAssociations, TableAssociations};
use super::{Compiler, Located};
use crate::Diagnostic;
use crate::index::{DenseIndex, SubnetIdx, VpcIdx};
use crate::network::public_access::Guarded;
use crate::network::vpc_options::VpcOptions;
use crate::network::{Subnet, Vpc};
use crate::order;
use crate::rules::parse_net;
use crate::snapshot::{self, Kind};

impl<'a> Compiler<'a> {
    /// A subnet of a VPC that the snapshot lacks is left out, with a word about it.
    pub(super) fn subnet_ids(
        &mut self,
        list: &[Located<'a, snapshot::Subnet>],
        vpc_ids: &FxHashMap<&str, VpcIdx>,
    ) -> FxHashMap<&'a str, SubnetIdx> {
        let mut found = FxHashMap::default();
        for located in list {
            let subnet = located.item;
            if vpc_ids.contains_key(subnet.vpc_id.as_str()) {
                found.insert(subnet.subnet_id.as_str(), SubnetIdx::from_usize(found.len()));
            } else {
                let text = format!("its VPC `{}` is not in the snapshot", subnet.vpc_id);
                self.warn("dangling_id", &subnet.subnet_id, text);
            }
        }
        found
    }

    pub(super) fn vpc(
        &mut self,
        located: &Located<'_, snapshot::Vpc>,
        zones: &FxHashMap<&str, &str>,
        options: &VpcOptions<'_>,
    ) -> Vpc {
        let vpc = located.item;
        // RT-03: only blocks that are associated count.
        let v4 = vpc
            .cidr_block_association_set
            .iter()
            .filter(|block| in_force(block.cidr_block_state.as_ref()))
            .map(|block| block.cidr_block.as_str());
        let v6 = vpc
            .ipv6_cidr_block_association_set
            .iter()
            .filter(|block| in_force(block.ipv6_cidr_block_state.as_ref()))
            .map(|block| block.ipv6_cidr_block.as_str());
        let mut texts: Vec<&str> = v4.chain(v6).collect();
        if vpc.cidr_block_association_set.is_empty() {
            texts.extend(vpc.cidr_block.as_deref());
        }
        let ranges = self.blocks(&vpc.vpc_id, texts.into_iter());
        let primary = vpc.cidr_block.as_deref().and_then(parse_net);
        let shared = self.shared_with(located);
        Vpc {
            id: Arc::from(vpc.vpc_id.as_str()),
            name: snapshot::name_tag(&vpc.tags).map(Arc::from),
            owner: vpc.owner_id.as_deref().or(located.region.account.as_deref()).map(Arc::from),
            region: located
                .region
                .name
                .as_deref()
                .or_else(|| zones.get(vpc.vpc_id.as_str()).copied())
                .map(Arc::from),
            dns: match primary.or_else(|| ranges.first().copied()) {
                Some(IpNet::V4(net)) => u32::from(net.network()).checked_add(2).map(Into::into),
                _ => None,
            },
            ranges,
            dns_enabled: options.dns_enabled(&vpc.vpc_id),
            encryption: options.encryption(&vpc.vpc_id),
            block: Guarded {
                region: located.region,
                owner: vpc.owner_id.as_deref(),
                ids: &[&vpc.vpc_id],
                subnet: None,
                vpc: vpc.block_public_access_states.as_ref(),
            }
            .access(self.snapshot, &mut self.diagnostics),
            collected: Kind::ALL
                .iter()
                .copied()
                .filter(|kind| !shared && located.region.collected(*kind))
                .collect(),
        }
    }

    /// SC-02: only a participant's view of it is there. A participant sees neither the owner's
    /// interfaces and gateways nor those of other participants.
    fn shared_with(&mut self, located: &Located<'_, snapshot::Vpc>) -> bool {
        let vpc = located.item;
        let (Some(owner), Some(account)) = (&vpc.owner_id, &located.region.account) else {
            return false;
        };
        if owner != account {
            let text = format!(
                "account {owner} shares it and is not in the snapshot: what account {account} \
                 does not see of it is unknown"
            );
            self.diagnostics.push(Diagnostic::note("shared_vpc", text).resource(&vpc.vpc_id));
        }
        owner != account
    }

    pub(super) fn blocks<'t>(
        &mut self,
        resource: &str,
        texts: impl Iterator<Item = &'t str>,
    ) -> Vec<IpNet> {
        let mut nets = Vec::new();
        for text in texts {
            match parse_net(text) {
                Some(net) => nets.push(net),
                None => {
                    let text = format!("{text:?} is no address block");
                    self.warn("unreadable_entry", resource, text);
                }
            }
        }
        order::sort(&mut nets);
        nets.dedup();
        nets
    }

    pub(super) fn subnet(
        &mut self,
        located: &Located<'_, snapshot::Subnet>,
        (vpc, owner): (VpcIdx, &snapshot::Vpc),
        acl_of: &AclAssociations<'_>,
        table_of: &TableAssociations<'_>,
    ) -> Subnet {
        let subnet = located.item;
        let id = subnet.subnet_id.as_str();
        let v6 = || {
            subnet
                .ipv6_cidr_block_association_set
                .iter()
                .filter(|block| in_force(block.ipv6_cidr_block_state.as_ref()))
        };
        let texts = subnet
            .cidr_block
            .as_deref()
            .into_iter()
            .chain(v6().map(|block| block.ipv6_cidr_block.as_str()));
        let ranges = self.blocks(id, texts).into_iter().collect();
        let public_v6 = v6()
            .filter(|block| {
                matches!(block.ipv6_address_attribute.as_deref(), None | Some("public"))
            })
            .filter_map(|block| parse_net(&block.ipv6_cidr_block))
            .collect();
        // NA-01, RT-01.
        let acl = acl_of.subnets.get(id).or_else(|| acl_of.defaults.get(subnet.vpc_id.as_str()));
        let table = table_of.subnets.get(id).or_else(|| table_of.mains.get(subnet.vpc_id.as_str()));
        for (found, kind, what) in [
            (acl.is_some(), Kind::NetworkAcls, "network ACL"),
            (table.is_some(), Kind::RouteTables, "route table"),
        ] {
            if !found && located.region.collected(kind) {
                self.warn("dangling_id", id, format!("its {what} is not in the snapshot"));
            }
        }
        Subnet {
            id: Arc::from(id),
            name: snapshot::name_tag(&subnet.tags).map(Arc::from),
            vpc,
            zone: subnet
                .availability_zone_id
                .as_deref()
                .or(subnet.availability_zone.as_deref())
                .map(Arc::from),
            ranges,
            public_v6,
            // Two claims contradict each other: neither is used.
            acl: acl.copied().flatten(),
            table: table.copied().flatten(),
            block: Guarded {
                region: located.region,
                owner: subnet.owner_id.as_deref().or(owner.owner_id.as_deref()),
                ids: &[id, &owner.vpc_id],
                subnet: subnet.block_public_access_states.as_ref(),
                vpc: owner.block_public_access_states.as_ref(),
            }
            .access(self.snapshot, &mut self.diagnostics),
        }
    }
}

fn in_force(state: Option<&snapshot::CidrBlockState>) -> bool {
    state.is_none_or(|state| state.state == "associated")
}
