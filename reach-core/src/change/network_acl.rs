use serde::Serialize;

use super::error::{Fault, tick};
use super::protocol::{Protocol, icmp_type_code, port_range};
use super::request::{exactly_one, ipv4_net, ipv6_net};
use super::rule::direction;
use crate::record::Record;
use crate::snapshot::{IcmpTypeCode, Kind, NetworkAcl, NetworkAclEntry, PortRange, Snapshot};

/// The parameters of `CreateNetworkAclEntry` and `ReplaceNetworkAclEntry`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutNetworkAclEntry {
    /// `acl-…`
    pub network_acl_id: String,
    /// 1 to 32766; lower is read first.
    pub rule_number: i32,
    /// Protocol number, or `-1` for every protocol; `tcp`, `udp`, `icmp` and `icmpv6` are taken
    /// too.
    pub protocol: String,
    /// `allow` or `deny`.
    pub rule_action: String,
    /// Outbound rather than inbound.
    pub egress: bool,
    /// IPv4 peer, or else `ipv6_cidr_block`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// IPv6 peer, or else `cidr_block`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_cidr_block: Option<String>,
    /// Destination ports: needed for TCP and UDP, passed over for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_range: Option<PortRange>,
    /// Type and code: needed for ICMP, and for ICMPv6 with an IPv6 block. Also read as `Icmp`,
    /// the parameter's name on the wire.
    #[serde(default, alias = "Icmp", skip_serializing_if = "Option::is_none")]
    pub icmp_type_code: Option<IcmpTypeCode>,
}

impl PutNetworkAclEntry {
    pub(super) fn create(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let entry = self.entry().map_err(|fault| fault.on(&self.network_acl_id))?;
        if find(snapshot, &self.network_acl_id, self.rule_number, self.egress)? {
            let name = name(&self.network_acl_id, self.rule_number, self.egress);
            let message = format!("there is {name} already");
            return Err(
                Fault::new("NetworkAclEntryAlreadyExists", message).on(&self.network_acl_id)
            );
        }
        for acl in acls(snapshot, &self.network_acl_id) {
            acl.entries.push(entry.clone());
        }
        Ok(())
    }

    pub(super) fn replace(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let entry = self.entry().map_err(|fault| fault.on(&self.network_acl_id))?;
        if !find(snapshot, &self.network_acl_id, self.rule_number, self.egress)? {
            return Err(no_entry(&self.network_acl_id, self.rule_number, self.egress));
        }
        for acl in acls(snapshot, &self.network_acl_id) {
            for old in &mut acl.entries {
                if is_entry(old, self.rule_number, self.egress) {
                    old.clone_from(&entry);
                }
            }
        }
        Ok(())
    }

    fn entry(&self) -> Result<NetworkAclEntry, Fault> {
        rule_number(self.rule_number)?;
        let protocol = Protocol::request(&self.protocol)?;
        if !matches!(self.rule_action.as_str(), "allow" | "deny") {
            let message =
                format!("`RuleAction` is `allow` or `deny`, not {}", tick(&self.rule_action));
            return Err(Fault::value(message));
        }
        exactly_one(&[
            ("CidrBlock", self.cidr_block.as_deref()),
            ("Ipv6CidrBlock", self.ipv6_cidr_block.as_deref()),
        ])?;
        let cidr_block = self.cidr_block.as_deref().map(ipv4_net).transpose()?;
        let ipv6_cidr_block = self.ipv6_cidr_block.as_deref().map(ipv6_net).transpose()?;

        let mut entry = NetworkAclEntry {
            rule_number: self.rule_number,
            protocol: protocol.number(),
            rule_action: self.rule_action.clone(),
            egress: self.egress,
            cidr_block: cidr_block.map(|net| net.to_string()),
            ipv6_cidr_block: ipv6_cidr_block.map(|net| net.to_string()),
            port_range: None,
            icmp_type_code: None,
        };
        if protocol.has_ports() {
            let range = self.port_range.ok_or_else(|| {
                Fault::missing(format!("protocol {} needs `PortRange`", protocol.number()))
            })?;
            port_range(range.from, range.to)?;
            entry.port_range = Some(range);
        } else if protocol == Protocol::ICMP
            || protocol == Protocol::ICMPV6 && ipv6_cidr_block.is_some()
        {
            let icmp = self.icmp_type_code.ok_or_else(|| {
                Fault::missing(format!("protocol {} needs `IcmpTypeCode`", protocol.number()))
            })?;
            icmp_type_code(icmp.r#type, icmp.code)?;
            entry.icmp_type_code = Some(icmp);
        }
        Ok(entry)
    }
}

/// The parameters of `DeleteNetworkAclEntry`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteNetworkAclEntry {
    /// `acl-…`
    pub network_acl_id: String,
    /// 1 to 32766.
    pub rule_number: i32,
    /// Outbound rather than inbound.
    pub egress: bool,
}

impl DeleteNetworkAclEntry {
    pub(super) fn apply(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        rule_number(self.rule_number).map_err(|fault| fault.on(&self.network_acl_id))?;
        if !find(snapshot, &self.network_acl_id, self.rule_number, self.egress)? {
            return Err(no_entry(&self.network_acl_id, self.rule_number, self.egress));
        }
        for acl in acls(snapshot, &self.network_acl_id) {
            acl.entries.retain(|entry| !is_entry(entry, self.rule_number, self.egress));
        }
        Ok(())
    }
}

fn rule_number(number: i32) -> Result<(), Fault> {
    if (1..=32766).contains(&number) {
        return Ok(());
    }
    Err(Fault::value(format!("`RuleNumber` {number} goes beyond 1 to 32766")))
}

fn is_entry(entry: &NetworkAclEntry, number: i32, egress: bool) -> bool {
    entry.rule_number == number && entry.egress == egress
}

fn name(acl: &str, number: i32, egress: bool) -> String {
    format!("an {} entry {number} of {}", direction(egress), tick(acl))
}

fn no_entry(acl: &str, number: i32, egress: bool) -> Fault {
    let message = format!("there is not {}", name(acl, number, egress));
    Fault::new("InvalidNetworkAclEntry.NotFound", message).on(acl)
}

fn acls<'a>(snapshot: &'a mut Snapshot, id: &str) -> impl Iterator<Item = &'a mut NetworkAcl> {
    let acls = snapshot.regions.iter_mut().flat_map(|region| region.network_acls.iter_mut());
    acls.flatten().filter(move |acl| acl.network_acl_id == id)
}

/// Whether the ACL, which must be there, has the entry.
fn find(snapshot: &Snapshot, id: &str, number: i32, egress: bool) -> Result<bool, Fault> {
    let acls = snapshot.regions.iter().flat_map(|region| region.network_acls.iter().flatten());
    let mut acls = acls.filter(|acl| acl.network_acl_id == id).peekable();
    if acls.peek().is_none() {
        let code = "InvalidNetworkAclID.NotFound";
        return Err(Fault::not_found(code, snapshot, Kind::NetworkAcls, id));
    }
    Ok(acls.any(|acl| acl.entries.iter().any(|entry| is_entry(entry, number, egress))))
}

#[cfg(test)]
mod tests;
