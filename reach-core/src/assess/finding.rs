use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Listener, Severity};
use crate::packet::IpSet;

/// One result of a rules package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Finding {
    /// 32 hexadecimal digits that stay the same as long as the finding is about the same instance,
    /// interface, group, gateway, load balancer, protocol and port, whatever else changes.
    pub id: String,
    /// Kind of finding.
    #[serde(rename = "type")]
    pub kind: FindingType,
    /// How bad it is.
    pub severity: Severity,
    /// Against the baseline, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// One sentence.
    pub title: String,
    /// What is open, and by what.
    pub description: String,
    /// What to do.
    pub recommendation: String,
    /// Account of the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Region of the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// `i-…`
    pub instance_id: String,
    /// Its `Name` tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// `vpc-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `subnet-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// `eni-…`
    pub network_interface_id: String,
    /// `acl-…` of the interface's subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_acl_id: Option<String>,
    /// `sg-…` that lets it in.
    pub security_group_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_group_name: Option<String>,
    /// The rules of that group that let it in.
    pub rules: Vec<OpeningRule>,
    /// Where it is reachable from.
    pub reachability: Reachability,
    /// `igw-…`, `pcx-…` or `vgw-…` that it comes in by.
    pub gateway_id: String,
    /// The load balancer that forwards it (LB-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<ForwardedBy>,
    /// `TCP` or `UDP`; the aggregate says `TCP` although it has both, as Inspector's does.
    #[cfg_attr(feature = "ts", ts(type = "\"TCP\" | \"UDP\""))]
    pub protocol: String,
    /// The port; none for the aggregate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The service that the port stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The process that listens, where an agent says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listener: Option<Listener>,
    /// For the aggregate: TCP port ranges, both ends included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub tcp_ports: Vec<(u16, u16)>,
    /// For the aggregate: UDP port ranges, both ends included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub udp_ports: Vec<(u16, u16)>,
    /// The addresses that it is reachable at, as the source writes them.
    pub destinations: IpSet,
    /// The addresses that it is reachable from, exactly.
    pub sources: IpSet,
}

/// A load balancer between the internet and an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct ForwardedBy {
    /// ARN; the name of a Classic Load Balancer, which has none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name that clients know it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
    /// Ports of its listeners that clients reach it at, as ranges with both ends included.
    pub listener_ports: Vec<(u16, u16)>,
}

/// Kinds of finding of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FindingType {
    /// A recognized port is reachable; whether anything listens is not known.
    RecognizedPortNoAgent,
    /// A recognized port is reachable and a process listens.
    RecognizedPortWithListener,
    /// A recognized port is reachable and nothing listens.
    RecognizedPortNoListener,
    /// A port that is no known service's is reachable and a process listens.
    UnrecognizedPortWithListener,
    /// Every port that is reachable, in one.
    NetworkExposure,
}

impl FindingType {
    /// As Inspector writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecognizedPortNoAgent => "RecognizedPortNoAgent",
            Self::RecognizedPortWithListener => "RecognizedPortWithListener",
            Self::RecognizedPortNoListener => "RecognizedPortNoListener",
            Self::UnrecognizedPortWithListener => "UnrecognizedPortWithListener",
            Self::NetworkExposure => "NetworkExposure",
        }
    }
}

/// Where from, as the attribute `REACHABILITY_TYPE` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Reachability {
    /// Over an internet gateway.
    Internet,
    /// Over a VPC peering connection.
    PeeredVpc,
    /// Over a virtual private gateway.
    VGW,
}

impl Reachability {
    /// As it stands in titles.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Internet => "the internet",
            Self::PeeredVpc => "a Peered VPC",
            Self::VGW => "a Virtual Private Gateway",
        }
    }

    /// The component that it comes in by, as descriptions have it.
    pub const fn gateway(self) -> &'static str {
        match self {
            Self::Internet => "Internet Gateway",
            Self::PeeredVpc => "VPC Peering Connection",
            Self::VGW => "Virtual Private Gateway",
        }
    }
}

/// A finding against the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Status {
    /// Not in the baseline.
    New,
    /// In the baseline too.
    Unchanged,
    /// Only in the baseline.
    Resolved,
}

/// A security group rule that lets traffic in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct OpeningRule {
    /// `sgr-…`, where `describe-security-group-rules` was collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Protocol and ports, as in `tcp 22`.
    pub traffic: String,
    /// CIDR block, prefix list or group that it is open to.
    pub source: String,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What makes a finding the same one in two runs.
pub(super) struct Identity<'a> {
    pub(super) package: &'a str,
    pub(super) kind: FindingType,
    pub(super) instance: &'a str,
    pub(super) interface: &'a str,
    pub(super) group: &'a str,
    pub(super) gateway: &'a str,
    pub(super) load_balancer: Option<&'a str>,
    pub(super) port: Option<(&'a str, u16)>,
}

impl Identity<'_> {
    /// A port keeps its id when an agent appears or a process starts to listen: what is open is
    /// the same.
    pub(super) fn id(&self) -> String {
        let what = match (self.kind, self.port) {
            (FindingType::NetworkExposure, _) | (_, None) => "exposure".to_owned(),
            (_, Some((protocol, port))) => format!("{protocol} {port}"),
        };
        let mut hash = Sha256::new();
        let parts = [self.package, self.instance, self.interface, self.group, self.gateway, &what];
        for part in parts.into_iter().chain(self.load_balancer) {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(16).fold(String::new(), |mut id, byte| {
            // Writing into a String cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }
}
