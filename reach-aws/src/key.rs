//! The top-level keys of describe answers.

use reach_core::snapshot::Kind;

/// What a top-level key says about the value that follows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A list of resources that a Region holds.
    Kind(Kind),
    /// Part of an answer that does not name its subject, or of one that is no list.
    Printed(Part),
    /// There is another page.
    NextToken,
    /// Which calls were refused while a snapshot was collected.
    Gaps,
    /// Beside the answer, not of it.
    Silent,
    /// Decides traffic, and the analyzer does not know it yet.
    NotModelled(&'static str),
    /// Decides no traffic.
    NotUsed(&'static str),
    /// A listener file that lies among the answers: its keys are instance ids.
    Listener,
    /// Anything else.
    Unknown(String),
}

impl Key {
    pub(crate) fn of(key: &str) -> Self {
        if let Some(kind) = Kind::ALL.iter().find(|kind| kind.key() == key) {
            return Self::Kind(*kind);
        }
        if let Some(part) = Part::of(key) {
            return Self::Printed(part);
        }
        if matches!(key, "NextToken" | "NextMarker" | "nextToken") {
            return Self::NextToken;
        }
        if key == GAPS {
            return Self::Gaps;
        }
        let among = |list: &[&'static str]| {
            list.binary_search(&key).ok().and_then(|at| list.get(at).copied())
        };
        if among(SILENT).is_some() {
            Self::Silent
        } else if let Some(key) = among(NOT_MODELLED) {
            Self::NotModelled(key)
        } else if let Some(key) = among(NOT_USED) {
            Self::NotUsed(key)
        } else if is_instance_id(key) {
            Self::Listener
        } else {
            Self::Unknown(crate::text::shown(key))
        }
    }
}

/// What an answer prints that is not the list of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Entries,
    Routes,
    AdditionalRoutesAvailable,
    Propagations,
    Listeners,
    TargetHealth,
    Attributes,
    InstanceStates,
    VpcId,
    EnableDnsSupport,
    Firewall,
    FirewallStatus,
    FirewallPolicy,
    FirewallPolicyResponse,
    RuleGroup,
    RuleGroupResponse,
}

impl Part {
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "Entries" => Self::Entries,
            "Routes" => Self::Routes,
            "AdditionalRoutesAvailable" => Self::AdditionalRoutesAvailable,
            "TransitGatewayRouteTablePropagations" => Self::Propagations,
            "Listeners" => Self::Listeners,
            "TargetHealthDescriptions" => Self::TargetHealth,
            "Attributes" => Self::Attributes,
            "InstanceStates" => Self::InstanceStates,
            "VpcId" => Self::VpcId,
            "EnableDnsSupport" => Self::EnableDnsSupport,
            "Firewall" => Self::Firewall,
            "FirewallStatus" => Self::FirewallStatus,
            "FirewallPolicy" => Self::FirewallPolicy,
            "FirewallPolicyResponse" => Self::FirewallPolicyResponse,
            "RuleGroup" => Self::RuleGroup,
            "RuleGroupResponse" => Self::RuleGroupResponse,
            _ => return None,
        })
    }
}

fn is_instance_id(key: &str) -> bool {
    key.strip_prefix("i-").is_some_and(|hex| {
        matches!(hex.len(), 8 | 17) && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Which calls were refused: `collect` writes it.
pub(crate) const GAPS: &str = "NotCollected";

/// What stands beside an answer, sorted.
const SILENT: &[&str] = &["Marker", "ResponseMetadata", "UpdateToken"];

/// What can decide traffic and is not even read, sorted. A kind that is read leaves this list.
const NOT_MODELLED: &[&str] = &[
    "Accelerators",
    "AuthorizationRules",
    "ClientVpnEndpoints",
    "ClientVpnTargetNetworks",
    "CoipPools",
    "CoreNetwork",
    "CoreNetworks",
    "EndpointGroups",
    "LocalGatewayRouteTableVpcAssociations",
    "LocalGatewayRouteTables",
    "LocalGatewayVirtualInterfaces",
    "RouteServerEndpoints",
    "RouteServerPeers",
    "RouteServers",
    "TransitGatewayConnectPeers",
    "TransitGatewayMulticastDomains",
    "TransitGatewayPolicyTables",
    "TransitGatewayRouteTableAssociations",
    "VerifiedAccessEndpoints",
    "VerifiedAccessInstances",
    "directConnectGateways",
];

/// What collections often contain and no traffic depends on, sorted.
const NOT_USED: &[&str] = &[
    "AccountAttributes",
    "Aliases",
    "AutoScalingGroups",
    "AutoScalingInstances",
    "AvailabilityZones",
    "Buckets",
    "CacheClusters",
    "CacheSubnetGroups",
    "CertificateSummaryList",
    "CustomerGateways",
    "DBClusters",
    "DBInstances",
    "DBSecurityGroups",
    "DBSubnetGroups",
    "DhcpOptions",
    "DomainNames",
    "DomainStatusList",
    "EnableDnsHostnames",
    "EnableNetworkAddressUsageMetrics",
    "FileSystems",
    "FlowLogs",
    "Functions",
    "HealthChecks",
    "HostReservationSet",
    "HostedZones",
    "Hosts",
    "Images",
    "InstanceInformationList",
    "InstanceProfiles",
    "InstanceStatuses",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "IpamPools",
    "Ipams",
    "Ipv6Pools",
    "KeyPairs",
    "LaunchConfigurations",
    "LaunchTemplateVersions",
    "LaunchTemplates",
    "MountTargets",
    "MovingAddressStatuses",
    "NetworkInsightsAccessScopeAnalyses",
    "NetworkInsightsAccessScopes",
    "NetworkInsightsAnalyses",
    "NetworkInsightsPaths",
    "PlacementGroups",
    "PublicIpv4Pools",
    "Regions",
    "ReplicationGroups",
    "ReservedInstances",
    "ResolverEndpoints",
    "ResolverRules",
    "ResourceRecordSets",
    "Roles",
    "ServiceDetails",
    "ServiceNames",
    "SnapshotTierStatuses",
    "Snapshots",
    "SpotFleetRequestConfigs",
    "SpotInstanceRequests",
    "SpotPriceHistory",
    "StackSummaries",
    "Stacks",
    "SubnetCidrReservations",
    "SubnetIpv4CidrReservations",
    "SubnetIpv6CidrReservations",
    "TagDescriptions",
    "Tags",
    "TrafficMirrorFilters",
    "TrafficMirrorSessions",
    "TrafficMirrorTargets",
    "Users",
    "VolumeStatuses",
    "Volumes",
    "VolumesModifications",
    "domainNames",
    "functions",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_apart() {
        for list in [SILENT, NOT_MODELLED, NOT_USED] {
            assert!(list.is_sorted_by(|a, b| a < b));
        }
        let mut all: Vec<&str> = [SILENT, NOT_MODELLED, NOT_USED].concat();
        all.extend(Kind::ALL.iter().map(|kind| kind.key()));
        let total = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(
            all.len(),
            total,
            "a key stands in two lists; a kind that is read leaves its list"
        );
        assert!(all.iter().all(|key| Part::of(key).is_none()));
    }

    #[test]
    fn keys() {
        assert_eq!(Key::of("Reservations"), Key::Kind(Kind::Instances));
        assert_eq!(Key::of("Rules"), Key::Kind(Kind::ListenerRules));
        assert_eq!(Key::of("Listeners"), Key::Printed(Part::Listeners));
        assert_eq!(Key::of("RouteServers"), Key::NotModelled("RouteServers"));
        assert_eq!(Key::of("KeyPairs"), Key::NotUsed("KeyPairs"));
        assert_eq!(Key::of("i-0123456789abcdef0"), Key::Listener);
        assert_eq!(Key::of("vpcs"), Key::Unknown("vpcs".to_owned()));
    }
}
