use std::fmt;

use serde::Serialize;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $sentence:literal;)*) => {
        /// Why not. AWS's own code wherever AWS has one, ours in the same form elsewhere;
        /// `docs/explanation-codes.md` has them all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
        #[non_exhaustive]
        pub enum ExplanationCode {
            $($(#[$doc])* $variant,)*
        }

        impl ExplanationCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code itself, such as `ENI_SG_RULES_MISMATCH`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// One sentence on what it says.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

codes! {
    /// A host, connection or gateway is not in a state that carries traffic.
    BadState = "BAD_STATE", "it is not in a state that carries traffic";
    /// A gateway is not attached to the VPC.
    BadStateAttachment = "BAD_STATE_ATTACHMENT", "it is not attached to this VPC";
    /// The selected route is a blackhole.
    BadStateRoute = "BAD_STATE_ROUTE", "the selected route is a blackhole";
    /// No VPN tunnel is up.
    BadStateVpn = "BAD_STATE_VPN", "no VPN tunnel is up";
    /// No tunnel of a transit gateway's VPN is up.
    TgwBadStateVpn = "TGW_BAD_STATE_VPN", "no tunnel of the VPN is up";
    /// A Classic Load Balancer's network ACL denies what it sends, also within its subnet.
    ElbAclRestriction = "ELB_ACL_RESTRICTION", "the network ACL denies it, which counts for a Classic Load Balancer in its own subnet too";
    /// A service that AWS runs can bring outsiders in here.
    PossibleManagedEntry = "POSSIBLE_MANAGED_ENTRY", "a service that AWS runs may bring traffic in here, and what it lets in no call shows";
    /// No rule of any group of the interface lets the packet through.
    EniSgRulesMismatch = "ENI_SG_RULES_MISMATCH", "no security group rule matches";
    /// The groups of the interface have no rule at all in this direction.
    SgHasNoRules = "SG_HAS_NO_RULES", "the security groups have no rule in this direction";
    /// A rule names the sender's group, but the packet no longer carries the sender's identity.
    SgReferencesNotPreserved = "SG_REFERENCES_NOT_PRESERVED", "a rule names the sender's group, but the way the packet took does not keep group identity";
    /// Members of a referenced group are not in the snapshot.
    UnknownPeeredSgs = "UNKNOWN_PEERED_SGS", "the members of a referenced security group are not in the snapshot";
    /// A network ACL denies.
    SubnetAclRestriction = "SUBNET_ACL_RESTRICTION", "the network ACL denies it";
    /// The interface drops packets that are not its own.
    EniSourceDestCheckRestriction = "ENI_SOURCE_DEST_CHECK_RESTRICTION", "the source/destination check drops packets that are not the interface's own";
    /// Nothing owns the destination address.
    NoPossibleDestination = "NO_POSSIBLE_DESTINATION", "no network interface owns the destination address";
    /// The address belongs to another interface where the packet arrives than the one asked for.
    DestinationElsewhere = "DESTINATION_ELSEWHERE", "the address leads somewhere else than to the destination asked for";
    /// One end has only IPv4 addresses, the other only IPv6 ones.
    AddressFamilyMismatch = "ADDRESS_FAMILY_MISMATCH", "the two ends have no address family in common";
    /// No route matches.
    NoRouteToDestination = "NO_ROUTE_TO_DESTINATION", "no route matches the destination";
    /// An internet gateway passes only sources that have a public address.
    IgwPublicIpAssociationForEgress = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", "the source has no public IPv4 address";
    /// An internet gateway delivers only to public addresses of attached interfaces.
    IgwPrivateIpAssociationForIngress = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", "the destination is not the public address of an attached interface of the VPC";
    /// An internet gateway passes nothing to private ranges.
    IgwDestinationAddressNotInRfc1918Egress = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS", "an internet gateway sends nothing to private ranges";
    /// An internet gateway passes nothing to shared address space.
    IgwDestinationAddressNotInRfc6598Egress = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS", "an internet gateway sends nothing to shared address space";
    /// An internet gateway takes nothing from private ranges.
    IgwSourceAddressNotInRfc1918Ingress = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS", "an internet gateway takes nothing from private ranges";
    /// An internet gateway takes nothing from shared address space.
    IgwSourceAddressNotInRfc6598Ingress = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS", "an internet gateway takes nothing from shared address space";
    /// An IPv6 address that the internet cannot use.
    IgwIpv6NotUsable = "IGW_IPV6_NOT_USABLE", "the IPv6 address cannot be used over an internet gateway";
    /// An egress-only internet gateway takes no new flows from outside, and no IPv4.
    EgressOnlyGatewayRestriction = "EGRESS_ONLY_GATEWAY_RESTRICTION", "an egress-only internet gateway carries IPv6 flows that start inside, and nothing else";
    /// EC2's default block of outbound mail.
    Port25Restriction = "PORT_25_RESTRICTION", "EC2 blocks outbound TCP port 25 to public addresses by default";
    /// VPC Block Public Access is on.
    VpcBlockPublicAccessEnabled = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED", "VPC Block Public Access is on";
    /// A gateway route table leads to a middlebox that has no public address.
    IngressRtbNoPublicIp = "INGRESS_RTB_NO_PUBLIC_IP", "the gateway route table leads to an interface without a public address";
    /// A subnet whose inbound traffic is redirected cannot use its direct internet gateway route.
    IngressRtbTrafficRedirection = "INGRESS_RTB_TRAFFIC_REDIRECTION", "the gateway route table redirects this subnet, so it cannot use the internet gateway directly";
    /// A peering connection carries only what goes from one VPC's ranges to the other's.
    PcxRequiresAddressInVpcCidr = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR", "a peering connection carries only traffic between the address ranges of its two VPCs";
    /// A virtual private gateway passes only sources that an attached interface owns.
    VgwPrivateIpAssociationForEgress = "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", "the source is not the private address of an attached interface of the VPC";
    /// A virtual private gateway delivers only to attached interfaces.
    VgwPrivateIpAssociationForIngress = "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", "the destination is not the private address of an attached interface of the VPC";
    /// A virtual private gateway does not know the prefix.
    VgwPrefixNotKnown = "VGW_PREFIX_NOT_KNOWN", "the virtual private gateway knows no such on-premises prefix";
    /// A VPN on a virtual private gateway carries no IPv6.
    VgwIpv6NotSupported = "VGW_IPV6_NOT_SUPPORTED", "a VPN on a virtual private gateway carries no IPv6";
    /// A virtual private gateway's route table cannot lead to an endpoint, and redirects no IPv6.
    VgwRouteTableRestriction = "VGW_ROUTE_TABLE_RESTRICTION", "a virtual private gateway's route table cannot lead there";
    /// A gateway drops packets that no interface of the VPC sends.
    GatewayRejectsSpoofedTraffic = "GATEWAY_REJECTS_SPOOFED_TRAFFIC", "the source is not an interface of this VPC";
    /// A transit gateway attachment has no subnet in the Availability Zone of the sender.
    TgwRouteAzRestriction = "TGW_ROUTE_AZ_RESTRICTION", "the attachment has no subnet in the Availability Zone of the sender";
    /// A transit gateway attachment is associated with no route table.
    TgwAttachMissingTgwRtbAssociation = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", "the attachment is associated with no route table";
    /// A transit gateway's route table has no route for the destination.
    TgwRtbNoRouteToTgwAttachment = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", "no route of the transit gateway's table matches";
    /// A transit gateway route is a blackhole, or is being made or deleted.
    TgwRtbBadStateRoute = "TGW_RTB_BAD_STATE_ROUTE", "the transit gateway's route is not active";
    /// The routes of a transit gateway are not in the snapshot.
    TgwRtbRoutesAreUnknown = "TGW_RTB_ROUTES_ARE_UNKNOWN", "the transit gateway's routes are not in the snapshot";
    /// A NAT gateway takes no flows from outside.
    NatGatewayInbound = "NAT_GATEWAY_INBOUND", "a NAT gateway carries only flows that start inside, and their replies";
    /// A regional NAT gateway in manual mode has no address in the client's zone.
    RegionalNgwRouteAzRestriction = "REGIONAL_NGW_ROUTE_AZ_RESTRICTION", "the regional NAT gateway has no address in this Availability Zone";
    /// A NAT gateway carries TCP, UDP and ICMP, and of IPv6 only what stands for IPv4.
    ProtocolRestriction = "PROTOCOL_RESTRICTION", "it does not carry this protocol";
    /// This kind of interface takes no new flows.
    InterfaceTypeNoInbound = "INTERFACE_TYPE_NO_INBOUND", "this type of interface takes no inbound flows";
    /// This kind of interface starts no flows.
    InterfaceTypeNoOutbound = "INTERFACE_TYPE_NO_OUTBOUND", "this type of interface starts no flows";
    /// A Classic Load Balancer has no listener for it.
    ElbListenersMismatch = "ELB_LISTENERS_MISMATCH", "the load balancer has no listener for this traffic";
    /// A load balancer has no listener for it.
    Elbv2ListenersMismatch = "ELBV2_LISTENERS_MISMATCH", "the load balancer has no listener for this traffic";
    /// Nothing that the listener does forwards to a target group.
    Elbv2ListenerHasNoTg = "ELBV2_LISTENER_HAS_NO_TG", "the listener forwards to no target group";
    /// The destination is not among the targets of the listener.
    TargetAddressRestriction = "TARGET_ADDRESS_RESTRICTION", "the listener has no such target";
    /// The target's zone is not enabled for the load balancer.
    ElbInstalledAzRestriction = "ELB_INSTALLED_AZ_RESTRICTION", "the load balancer is not enabled in the target's Availability Zone";
    /// A node uses only targets of its own zone, and this one is in another.
    ElbNotCrosszone = "ELB_NOT_CROSSZONE", "cross-zone load balancing is off, and the target is in another Availability Zone";
    /// The target gets no new flows: it is not in use, not healthy or on its way out.
    LbTargetUnused = "LB_TARGET_UNUSED", "the target gets no new flows";
    /// An internal load balancer cannot be reached from the internet.
    LbInternal = "LB_INTERNAL", "an internal load balancer cannot be reached from the internet";
    /// A target cannot reach itself through a load balancer that keeps its address.
    LbHairpin = "LB_HAIRPIN", "a target cannot reach itself through a load balancer that keeps the client's address";
    /// An endpoint service is not available in the endpoint's zone.
    VpceServiceNotInstalledInAz = "VPCE_SERVICE_NOT_INSTALLED_IN_AZ", "the service is not available in the endpoint's Availability Zone";
    /// A load balancer keeps the client's address, which does not work with a target over there.
    Elbv2SourceAddressPreservation = "ELBV2_SOURCE_ADDRESS_PRESERVATION", "the load balancer keeps the client's address, which is not supported on the way to this target";
    /// A gateway endpoint carries TCP and ICMP echo.
    VpceGatewayProtocolRestriction = "VPCE_GATEWAY_PROTOCOL_RESTRICTION", "a gateway endpoint carries TCP and ICMP echo only";
    /// A gateway endpoint serves hosts of its own VPC.
    VpceGatewaySourceRestriction = "VPCE_GATEWAY_SOURCE_RESTRICTION", "a gateway endpoint serves interfaces of its own VPC only";
    /// An Instance Connect Endpoint that keeps the client's address serves its own VPC.
    EiceTargetOutsideVpc = "EICE_TARGET_OUTSIDE_VPC", "an Instance Connect Endpoint that keeps the client's address reaches targets of its own VPC only";
    /// An appliance sees only one side of the flow.
    AsymmetricAppliance = "ASYMMETRIC_APPLIANCE", "the appliance sees only one direction of the flow, and whether it lets that pass depends on it";
    /// A reply reaches a Gateway Load Balancer that never saw the request.
    GwlbAsymmetric = "GWLB_ASYMMETRIC", "the reply passes a Gateway Load Balancer that the request did not pass";
    /// A firewall sees only one side of the flow.
    NfwAsymmetric = "NFW_ASYMMETRIC", "only one direction of the flow passes the firewall, which drops what it knows no flow of";
    /// The two sides of a flow pass one firewall in different zones.
    TgwAsymmetricAz = "TGW_ASYMMETRIC_AZ", "request and reply pass the firewall in different Availability Zones; the attachment is not in appliance mode";
    /// Nobody inspects behind a Gateway Load Balancer endpoint.
    GwlbNoTarget = "GWLB_NO_TARGET", "the Gateway Load Balancer has no healthy appliance for this zone";
    /// A VPC's encryption control is enforced and does not exclude this way out.
    EncryptionEnforce = "ENCRYPTION_ENFORCE", "the VPC enforces encryption, and this way out is not excluded from that";
    /// A service beside the host is switched off.
    ServiceDisabled = "SERVICE_DISABLED", "the service is switched off";
    /// The reply takes another way than the one that the request came by.
    AsymmetricReturnPath = "ASYMMETRIC_RETURN_PATH", "the reply does not return to the client by a way that it accepts";
    /// The packet passes the same element twice.
    Loop = "LOOP", "the packet comes back to an element that it has already passed";
    /// Something was not collected or does not exist in the snapshot.
    UnknownResource = "UNKNOWN_RESOURCE", "it, or something that it needs, is not in the snapshot";
    /// Something that this version does not model.
    NotModelled = "NOT_MODELLED", "this version does not model it";
    /// A rule or default action of Network Firewall drops it.
    FirewallRulesRestriction = "FIREWALL_RULES_RESTRICTION", "a rule or default action of the firewall drops it";
    /// A rule of Network Firewall looks at more than addresses, protocol and ports.
    FirewallUnsupportedRuleOptions = "FIREWALL_UNSUPPORTED_RULE_OPTIONS", "a rule of the firewall looks at more than the header tells";
    /// Contents of a prefix list are not in the snapshot.
    UnknownPrefixList = "UNKNOWN_PREFIX_LIST", "the contents of the prefix list are not in the snapshot";
    /// A field whose text nobody can read, or two that contradict each other.
    UnreadableEntry = "UNREADABLE_ENTRY", "an entry cannot be read";
}

impl fmt::Display for ExplanationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ExplanationCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ExplanationCode;

    #[test]
    fn every_code_is_documented() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/explanation-codes.md");
        let page = std::fs::read_to_string(page).unwrap();
        for code in ExplanationCode::ALL {
            assert!(page.contains(&format!("| `{code}` |")), "{code}");
        }
    }
}
