//! What decided, as data.

use std::sync::Arc;

use serde::Serialize;

use super::ExplanationCode;

/// Which of a flow's two packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Direction {
    /// From source to destination.
    Forward,
    /// The reply.
    Return,
}

/// Kind of a [`Component`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ComponentKind {
    /// An address outside every VPC of the snapshot.
    Internet,
    /// A network behind a virtual private gateway.
    OnPremises,
    /// An EC2 instance.
    Instance,
    /// A network interface.
    NetworkInterface,
    /// A security group.
    SecurityGroup,
    /// A network ACL.
    NetworkAcl,
    /// A route table.
    RouteTable,
    /// A subnet.
    Subnet,
    /// A VPC.
    Vpc,
    /// An internet gateway.
    InternetGateway,
    /// A carrier gateway.
    CarrierGateway,
    /// A local gateway of an Outpost.
    LocalGateway,
    /// A Cloud WAN core network.
    CoreNetwork,
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway,
    /// A NAT gateway.
    NatGateway,
    /// A VPC peering connection.
    VpcPeeringConnection,
    /// A virtual private gateway.
    VpnGateway,
    /// A VPC endpoint.
    VpcEndpoint,
    /// An EC2 Instance Connect Endpoint.
    InstanceConnectEndpoint,
    /// A transit gateway.
    TransitGateway,
    /// A transit gateway attachment.
    TransitGatewayAttachment,
    /// A route table of a transit gateway.
    TransitGatewayRouteTable,
    /// A load balancer of any type.
    LoadBalancer,
    /// A target group.
    TargetGroup,
    /// An encryption control of a VPC.
    VpcEncryptionControl,
    /// An endpoint service.
    EndpointService,
    /// A prefix list.
    PrefixList,
    /// Amazon DNS, instance metadata, time: services that nothing filters.
    LinkLocalService,
    /// A firewall of Network Firewall, by its ARN.
    Firewall,
    /// Anything else that a route can lead to.
    Other,
}

/// One element of a network, by its AWS id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// Its AWS id; `internet` for the internet.
    pub id: Arc<str>,
    /// Its `Name` tag or group name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
}

impl Component {
    pub(crate) fn new(kind: ComponentKind, id: &Arc<str>) -> Self {
        Self { kind, id: Arc::clone(id), name: None }
    }

    pub(crate) fn named(kind: ComponentKind, id: &Arc<str>, name: Option<&Arc<str>>) -> Self {
        Self { kind, id: Arc::clone(id), name: name.cloned() }
    }

    pub(crate) fn internet() -> Self {
        Self { kind: ComponentKind::Internet, id: Arc::from("internet"), name: None }
    }
}

/// The rule that decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub enum Evidence {
    /// A security group rule that let a packet in or out.
    SecurityGroupRule {
        /// `sg-…`
        group: Arc<str>,
        /// `sgr-…`, where `describe-security-group-rules` was collected.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<Arc<str>>,
        /// Outbound rather than inbound.
        egress: bool,
        /// Protocol and ports, as in `tcp 22`.
        traffic: Arc<str>,
        /// CIDR block, prefix list or group that the rule is open to.
        peer: Arc<str>,
        /// What its author wrote about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<Arc<str>>,
    },
    /// A security group none of whose rules matches.
    SecurityGroup {
        /// `sg-…`
        group: Arc<str>,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Arc<str>>,
    },
    /// A network ACL entry, or the final deny.
    NetworkAclEntry {
        /// `acl-…`
        acl: Arc<str>,
        /// Its number; `None` for the final deny that every list ends with.
        #[cfg_attr(feature = "ts", ts(optional = false))]
        rule_number: Option<i32>,
        /// Outbound rather than inbound.
        egress: bool,
        /// Whether it allows.
        allow: bool,
    },
    /// The route that was selected.
    Route {
        /// `rtb-…`
        table: Arc<str>,
        /// CIDR block or prefix list.
        destination: Arc<str>,
        /// Id of what it leads to, or `local`.
        target: Arc<str>,
    },
    /// A rule of Network Firewall.
    FirewallRule {
        /// ARN of the policy.
        policy: Arc<str>,
        /// ARN of the rule group.
        group: Arc<str>,
        /// `priority 1`, `sid 1`, `domain list`.
        rule: Arc<str>,
        /// What it says is done.
        action: Arc<str>,
    },
    /// A field of a resource.
    Attribute {
        /// Id of the resource.
        resource: Arc<str>,
        /// Name of the field, as AWS spells it.
        attribute: Arc<str>,
        /// Its value.
        value: Arc<str>,
    },
}

impl Evidence {
    pub(crate) fn attribute(resource: &Arc<str>, attribute: &str, value: &str) -> Self {
        Self::Attribute {
            resource: Arc::clone(resource),
            attribute: Arc::from(attribute),
            value: Arc::from(value),
        }
    }
}

/// Why headers were dropped, or why nobody can tell whether they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Reason {
    /// AWS's name for it where AWS has one.
    pub code: ExplanationCode,
    /// The element that decided.
    pub component: Component,
    /// The rules of the specification that say so.
    pub rules: Vec<&'static str>,
    /// What it was decided by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub evidence: Vec<Evidence>,
}

impl Reason {
    pub(crate) fn new(code: ExplanationCode, component: Component, rules: &[&'static str]) -> Self {
        Self { code, component, rules: rules.to_vec(), evidence: Vec::new() }
    }

    /// The code in words, with the field that it is about where there is one.
    pub(crate) fn words(&self) -> String {
        let sentence = self.code.sentence();
        match self.evidence.first() {
            Some(Evidence::Attribute { attribute, value, .. }) => {
                format!("{sentence} ({attribute}: {value})")
            }
            _ => sentence.to_owned(),
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}

/// Something that an answer takes for granted because no configuration shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Assumption {
    /// `A-HOST`, `A-ONPREM` …, as section 16 of the specification names them.
    pub code: &'static str,
    /// What is taken for granted.
    pub text: &'static str,
}

/// Something about an answer that is worth knowing and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Note {
    /// Such as `ASYMMETRIC_STATELESS`.
    pub code: &'static str,
    /// What it means.
    pub text: &'static str,
}

impl Note {
    /// RP-04: the two directions take different private gateways, which keep no state.
    pub const ASYMMETRIC_STATELESS: Self = Self {
        code: "ASYMMETRIC_STATELESS",
        text: "request and reply cross different private gateways; group references hold for the request only",
    };
}

impl Assumption {
    /// A process listens and the host's own firewall lets it.
    pub const HOST: Self = Self {
        code: "A-HOST",
        text: "a process listens on the destination and the host's own firewall is open",
    };
    /// The customer's side of a VPN or Direct Connect.
    pub const ON_PREMISES: Self = Self {
        code: "A-ONPREM",
        text: "routers and firewalls on the customer's side let the traffic through",
    };
    /// What Network Firewall decides by the payload.
    pub const FIREWALL_LAYER_7: Self = Self {
        code: "A-NFW-L7",
        text: "the rules of Network Firewall that look into the payload let the traffic through",
    };
    /// An appliance's operating system and its own rules.
    pub const APPLIANCE_FORWARDS: Self = Self {
        code: "A-APPLIANCE-FORWARDS",
        text: "the appliance on the way forwards what reaches it",
    };
    /// The same for one that hides its clients behind its own address.
    pub const APPLIANCE_NAT: Self = Self {
        code: "A-APPLIANCE-NAT",
        text: "the instance on the way translates its clients' addresses to its own",
    };
    /// Appliances that see one side of a flow only.
    pub const ASYMMETRIC: Self = Self {
        code: "A-ASYMMETRIC",
        text: "appliances let pass what they see of a flow whose other side goes another way",
    };
    /// What the appliances behind a Gateway Load Balancer decide.
    pub const GWLB_PASSES: Self = Self {
        code: "A-GWLB-PASSES",
        text: "the appliances behind the Gateway Load Balancer let the traffic through",
    };
    /// EC2's default block of outbound mail.
    pub const PORT_25: Self = Self {
        code: "A-PORT25",
        text: "the account has no exemption from EC2's block of outbound TCP port 25",
    };
}
