"""Asking an account through a boto3 session, by read-only calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from reach._errors import LoadError
from reach._load import load_noting
from reach._reach import Network, visible

# Lists that one call answers whole, page by page: service, method, top-level key of the answer.
LISTS = (
    ("ec2", "describe_vpcs", "Vpcs"),
    ("ec2", "describe_subnets", "Subnets"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces"),
    ("ec2", "describe_instances", "Reservations"),
    ("ec2", "describe_security_groups", "SecurityGroups"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules"),
    ("ec2", "describe_network_acls", "NetworkAcls"),
    ("ec2", "describe_route_tables", "RouteTables"),
    ("ec2", "describe_internet_gateways", "InternetGateways"),
    ("ec2", "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"),
    ("ec2", "describe_nat_gateways", "NatGateways"),
    ("ec2", "describe_addresses", "Addresses"),
    ("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections"),
    ("ec2", "describe_vpn_gateways", "VpnGateways"),
    ("ec2", "describe_vpn_connections", "VpnConnections"),
    ("ec2", "describe_managed_prefix_lists", "PrefixLists"),
    ("ec2", "describe_security_group_vpc_associations", "SecurityGroupVpcAssociations"),
    ("ec2", "describe_vpc_block_public_access_exclusions", "VpcBlockPublicAccessExclusions"),
    ("ec2", "describe_vpc_encryption_controls", "VpcEncryptionControls"),
    ("ec2", "describe_carrier_gateways", "CarrierGateways"),
    ("ec2", "describe_local_gateways", "LocalGateways"),
    ("ec2", "describe_transit_gateways", "TransitGateways"),
    ("ec2", "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"),
    ("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments"),
    ("ec2", "describe_transit_gateway_peering_attachments", "TransitGatewayPeeringAttachments"),
    ("ec2", "describe_transit_gateway_connects", "TransitGatewayConnects"),
    ("ec2", "describe_transit_gateway_route_tables", "TransitGatewayRouteTables"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints"),
    ("ec2", "describe_vpc_endpoint_service_configurations", "ServiceConfigurations"),
    ("ec2", "describe_vpc_endpoint_connections", "VpcEndpointConnections"),
    ("ec2", "describe_instance_connect_endpoints", "InstanceConnectEndpoints"),
    ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ("elbv2", "describe_target_groups", "TargetGroups"),
    ("elb", "describe_load_balancers", "LoadBalancerDescriptions"),
    ("directconnect", "describe_virtual_interfaces", "virtualInterfaces"),
)

# Answers about one subject each, which are kept in a list together with the subject's id:
# service, method, key that they are kept under, argument that names the subject, and the list and
# the field that have the subjects' ids.
ABOUT = (
    ("ec2", "get_managed_prefix_list_entries", "ManagedPrefixListEntries",
     "PrefixListId", "PrefixLists", "PrefixListId"),
    ("ec2", "search_transit_gateway_routes", "TransitGatewayRoutes",
     "TransitGatewayRouteTableId", "TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    ("ec2", "get_transit_gateway_route_table_propagations", "TransitGatewayPropagations",
     "TransitGatewayRouteTableId", "TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    ("ec2", "get_transit_gateway_prefix_list_references", "TransitGatewayPrefixListReferences",
     "TransitGatewayRouteTableId", "TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    ("ec2", "describe_vpc_attribute", "VpcAttributes", "VpcId", "Vpcs", "VpcId"),
    ("elbv2", "describe_listeners", "LoadBalancerListeners",
     "LoadBalancerArn", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_rules", "Rules", "ListenerArn", "Listeners", "ListenerArn"),
    ("elbv2", "describe_load_balancer_attributes", "LoadBalancerAttributes",
     "LoadBalancerArn", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_group_attributes", "TargetGroupAttributes",
     "TargetGroupArn", "TargetGroups", "TargetGroupArn"),
    ("elbv2", "describe_target_health", "LoadBalancerTargetHealth",
     "TargetGroupArn", "TargetGroups", "TargetGroupArn"),
    ("elb", "describe_load_balancer_attributes", "ClassicLoadBalancerAttributes",
     "LoadBalancerName", "LoadBalancerDescriptions", "LoadBalancerName"),
    ("elb", "describe_instance_health", "ClassicLoadBalancerInstanceStates",
     "LoadBalancerName", "LoadBalancerDescriptions", "LoadBalancerName"),
)  # fmt: skip

# What some calls have to be told besides.
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "search_transit_gateway_routes": {
        "Filters": [{"Name": "state", "Values": ["active", "blackhole"]}]
    },
    "describe_vpc_attribute": {"Attribute": "enableDnsSupport"},
}

# Answers that count one by one: that of another subject is not needed to trust them.
SINGLE = {"get_managed_prefix_list_entries", "search_transit_gateway_routes"}

# Network Firewall: the key that answers are kept under, the call that lists what there is, the
# field that has its ARN, and the call that describes one.
FIREWALLS = (
    ("Firewalls", "list_firewalls", "FirewallArn", "describe_firewall", "FirewallArn"),
    ("FirewallPolicies", "list_firewall_policies", "Arn", "describe_firewall_policy",
     "FirewallPolicyArn"),
    ("RuleGroups", "list_rule_groups", "Arn", "describe_rule_group", "RuleGroupArn"),
)  # fmt: skip

# The same for Direct Connect gateways.
DIRECT_CONNECT = (
    ("directConnectGatewayAssociations", "describe_direct_connect_gateway_associations"),
    ("directConnectGatewayAttachments", "describe_direct_connect_gateway_attachments"),
)

# How a page names the next one, and how that is asked for.
_TOKENS = {"NextToken": "NextToken", "NextMarker": "Marker", "nextToken": "nextToken"}

_SERVICES = ("ec2", "elbv2", "elb", "network-firewall", "directconnect")


def from_boto3(session: Any = None, *, regions: str | Iterable[str] | None = None) -> Network:
    """Reads an account's configuration through a ``boto3.Session``, by read-only calls that page.

    ``session`` is the session to ask with; without one, boto3's default credentials are used.

    ``regions`` are Regions, or one, or ``"all"`` that the account has; the session's own where
    nothing is given.

    A call that is refused or that a Region does not have is told in ``Network.diagnostics``
    (``call_failed``), and answers that depend on it are unknown. No user data and no secret is
    asked for. docs/python.md lists the calls.

    Needs boto3: ``pip install reach-py[aws]``.

    Raises ``LoadError`` where no call of a Region is answered (``aws_unreachable``), and where no
    Region is given (``no_region``).
    """
    if session is None:
        import boto3

        session = boto3.Session()
    names = _regions(session, regions)
    clients = {
        name: {service: session.client(service, region_name=name) for service in _SERVICES}
        for name in names
    }
    with ThreadPoolExecutor(max_workers=8) as pool:
        collected = list(pool.map(lambda name: _Region(name, clients[name]).collect(), names))
    files = {
        f"{region.name}/{key}.json": {key: answer}
        for region in collected
        for key, answer in region.answers.items()
    }
    return load_noting(files, [it for region in collected for it in region.failed])


def _regions(session: Any, regions: str | Iterable[str] | None) -> list[str]:
    if regions is None:
        regions = session.region_name
        if regions is None:
            raise LoadError("the session has no Region, and none was given", code="no_region")
    if regions == "all":
        return _all_regions(session.client("ec2", region_name=session.region_name or "us-east-1"))
    return [regions] if isinstance(regions, str) else list(dict.fromkeys(regions))


def _all_regions(client: Any) -> list[str]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return sorted(it["RegionName"] for it in client.describe_regions()["Regions"])
    except (BotoCoreError, ClientError) as error:
        what = f"ec2 describe-regions: {visible(str(error), 300)}"
        raise LoadError(what, code="aws_unreachable") from error


class _Region:
    """One Region, and what it answered."""

    def __init__(self, name: str, clients: Mapping[str, Any]) -> None:
        self.name = name
        self.clients = clients
        # By top-level key.
        self.answers: dict[str, Any] = {}
        self.failed: list[str] = []
        self.cause: Exception | None = None

    def collect(self) -> _Region:
        for service, method, key in LISTS:
            self._keep(key, service, method, self._list, service, method, key)
        for service, method, key, argument, subjects, field in ABOUT:
            if (ids := self._subjects(subjects, field)) is not None:
                self._keep(key, service, method, self._about, service, method, argument, ids)
        key, method = "VpcBlockPublicAccessOptions", "describe_vpc_block_public_access_options"
        self._keep(key, "ec2", method, self._public_access, method)
        key, method = "StaleSecurityGroupSet", "describe_stale_security_groups"
        if (vpcs := self._subjects("Vpcs", "VpcId")) is not None:
            self._keep(key, "ec2", method, self._stale_groups, method, vpcs)
        for key, lister, field, method, argument in FIREWALLS:
            asked = (key, lister, field, method, argument)
            self._keep(key, "network-firewall", method, self._firewalls, *asked)
        for key, method in DIRECT_CONNECT:
            self._keep(key, "directconnect", method, self._direct, method, key)
        if not self.answers:
            raise LoadError(self.failed[0], code="aws_unreachable") from self.cause
        return self

    def _keep(
        self, key: str, service: str, method: str, ask: Callable[..., Any], *arguments: Any
    ) -> None:
        """Keeps an answer, or says why there is none: what was not collected is unknown."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            self.answers[key] = ask(*arguments)
        # The last is what a page of HTML comes to, which proxies answer with.
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            self._fail(service, method, error)

    def _fail(self, service: str, method: str, error: Exception) -> None:
        call = f"{service} {method.replace('_', '-')} in {self.name}"
        self.failed.append(f"{call}: {visible(str(error), 300)}")
        self.cause = self.cause or error

    def _pages(self, service: str, method: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        call = getattr(self.clients[service], method)
        arguments |= ARGUMENTS.get(method, {})
        while True:
            page = call(**arguments)
            page.pop("ResponseMetadata", None)
            tokens = {ask: page.pop(name, None) for name, ask in _TOKENS.items()}
            yield page
            following = {ask: token for ask, token in tokens.items() if token}
            if not following or following.items() <= arguments.items():
                return
            arguments |= following

    def _list(self, service: str, method: str, key: str, **arguments: Any) -> list[Any]:
        return [it for page in self._pages(service, method, **arguments) for it in page[key]]

    def _about(
        self, service: str, method: str, argument: str, ids: Iterable[str]
    ) -> list[dict[str, Any]]:
        from botocore.exceptions import ClientError

        answers = []
        for subject in ids:
            try:
                pages = list(self._pages(service, method, **{argument: subject}))
            except ClientError as error:
                if method not in SINGLE:
                    raise
                self._fail(service, f"{method} {subject}", error)
            else:
                answers += [{argument: subject, **page} for page in pages]
        return answers

    def _subjects(self, key: str, field: str) -> list[str] | None:
        """The ids of what there is of a kind, or nothing where the kind was not collected."""
        if key == "Listeners":
            answers = self.answers.get("LoadBalancerListeners")
            found = answers and [it for answer in answers for it in answer["Listeners"]]
        else:
            found = self.answers.get(key)
        return None if found is None else [it[field] for it in found]

    def _public_access(self, method: str) -> Any:
        (page,) = self._pages("ec2", method)
        return page["VpcBlockPublicAccessOptions"]

    def _stale_groups(self, method: str, vpcs: Iterable[str]) -> list[Any]:
        lists = (self._list("ec2", method, "StaleSecurityGroupSet", VpcId=vpc) for vpc in vpcs)
        return [group for groups in lists for group in groups]

    def _firewalls(
        self, key: str, lister: str, field: str, method: str, argument: str
    ) -> list[dict[str, Any]]:
        named = [it[field] for it in self._list("network-firewall", lister, key)]
        if key == "RuleGroups":
            # A policy can also use rule groups that AWS or another account manages.
            for policy in self.answers.get("FirewallPolicies", []):
                for state in ("Stateless", "Stateful"):
                    used = policy["FirewallPolicy"].get(f"{state}RuleGroupReferences", [])
                    named += [it["ResourceArn"] for it in used]
        return [
            page
            for arn in dict.fromkeys(named)
            for page in self._pages("network-firewall", method, **{argument: arn})
        ]

    def _direct(self, method: str, key: str) -> list[Any]:
        gateways = self._list(
            "directconnect", "describe_direct_connect_gateways", "directConnectGateways"
        )
        ids = [gateway["directConnectGatewayId"] for gateway in gateways]
        lists = (self._list("directconnect", method, key, directConnectGatewayId=it) for it in ids)
        return [it for page in lists for it in page]
