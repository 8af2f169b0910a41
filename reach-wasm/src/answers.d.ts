// Made by `make types` from the types in Rust. Do not edit.

/** Something that an answer takes for granted because no configuration shows it. */
export type Assumption = {
  /** `A-HOST`, `A-ONPREM` …, as section 16 of the specification names them. */
  code: string,
  /** What is taken for granted. */
  text: string,
};

/** One element of a network, by its AWS id. */
export type Component = {
  /** What it is. */
  kind: ComponentKind,
  /** Its AWS id; `internet` for the internet. */
  id: string,
  /** Its `Name` tag or group name, where it has one. */
  name?: string,
};

/** Kind of a `Component`. */
export type ComponentKind = "internet" | "on_premises" | "instance" | "network_interface" | "security_group" | "network_acl" | "route_table" | "subnet" | "vpc" | "internet_gateway" | "carrier_gateway" | "local_gateway" | "core_network" | "egress_only_internet_gateway" | "nat_gateway" | "vpc_peering_connection" | "vpn_gateway" | "vpc_endpoint" | "instance_connect_endpoint" | "transit_gateway" | "transit_gateway_attachment" | "transit_gateway_route_table" | "load_balancer" | "target_group" | "vpc_encryption_control" | "endpoint_service" | "prefix_list" | "link_local_service" | "firewall" | "other";

/**
 * What reading or compiling a snapshot noticed: a dangling id, a kind that was not collected, an
 * entry that nobody can read. The rest of the snapshot is used; what the noticed thing decides is
 * unknown.
 */
export type Diagnostic = {
  /** How much it matters. */
  level: Level,
  /** Stable, for programs: `kind_not_collected`, `dangling_id`, `unreadable_entry` … */
  code: string,
  /** For people: lower case, ids in backticks, no full stop. */
  message: string,
  /** The resource concerned, where there is one. */
  resource?: string,
  /** The file concerned, where there is one. */
  file?: string,
};

/** Which of a flow's two packets. */
export type Direction = "forward" | "return";

/** The rule that decided. */
export type Evidence = {
  "type": "security_group_rule",
  /** `sg-…` */
  group: string,
  /** `sgr-…`, where `describe-security-group-rules` was collected. */
  rule?: string,
  /** Outbound rather than inbound. */
  egress: boolean,
  /** Protocol and ports, as in `tcp 22`. */
  traffic: string,
  /** CIDR block, prefix list or group that the rule is open to. */
  peer: string,
  /** What its author wrote about it. */
  description?: string,
} | {
  "type": "security_group",
  /** `sg-…` */
  group: string,
  /** Its name. */
  name?: string,
} | {
  "type": "network_acl_entry",
  /** `acl-…` */
  acl: string,
  /** Its number; `None` for the final deny that every list ends with. */
  rule_number: number | null,
  /** Outbound rather than inbound. */
  egress: boolean,
  /** Whether it allows. */
  allow: boolean,
} | {
  "type": "route",
  /** `rtb-…` */
  table: string,
  /** CIDR block or prefix list. */
  destination: string,
  /** Id of what it leads to, or `local`. */
  target: string,
} | {
  "type": "firewall_rule",
  /** ARN of the policy. */
  policy: string,
  /** ARN of the rule group. */
  group: string,
  /** `priority 1`, `sid 1`, `domain list`. */
  rule: string,
  /** What it says is done. */
  action: string,
} | {
  "type": "attribute",
  /** Id of the resource. */
  resource: string,
  /** Name of the field, as AWS spells it. */
  attribute: string,
  /** Its value. */
  value: string,
};

/** Why some headers do not get through, or why nobody can tell whether they do. */
export type Explanation = {
  /** Which of the flow's two packets. */
  direction: Direction,
  /** The code in words. */
  message: string,
  /** The headers concerned, as they met the element. */
  headers: HeaderSet,
  /** AWS's name for it where AWS has one. */
  code: ExplanationCode,
  /** The element that decided. */
  component: Component,
  /** The rules of the specification that say so. */
  rules: Array<string>,
  /** What it was decided by. */
  evidence?: Array<Evidence>,
};

/**
 * Why not. AWS's own code wherever AWS has one, ours in the same form elsewhere;
 * `docs/explanation-codes.md` has them all.
 */
export type ExplanationCode = string;

/** One result of a rules package. */
export type Finding = {
  /**
   * 32 hexadecimal digits that stay the same as long as the finding is about the same instance,
   * interface, group, gateway, load balancer, protocol and port, whatever else changes.
   */
  id: string,
  /** Kind of finding. */
  type: FindingType,
  /** How bad it is. */
  severity: Severity,
  /** Against the baseline, where one was given. */
  status?: Status,
  /** One sentence. */
  title: string,
  /** What is open, and by what. */
  description: string,
  /** What to do. */
  recommendation: string,
  /** Account of the instance. */
  account?: string,
  /** Region of the instance. */
  region?: string,
  /** `i-…` */
  instance_id: string,
  /** Its `Name` tag. */
  instance_name?: string,
  /** `vpc-…` */
  vpc_id?: string,
  /** `subnet-…` */
  subnet_id?: string,
  /** `eni-…` */
  network_interface_id: string,
  /** `acl-…` of the interface's subnet. */
  network_acl_id?: string,
  /** `sg-…` that lets it in. */
  security_group_id: string,
  /** Its name. */
  security_group_name?: string,
  /** The rules of that group that let it in. */
  rules: Array<OpeningRule>,
  /** Where it is reachable from. */
  reachability: Reachability,
  /** `igw-…`, `pcx-…` or `vgw-…` that it comes in by. */
  gateway_id: string,
  /** The load balancer that forwards it (LB-17). */
  load_balancer?: ForwardedBy,
  /** `TCP` or `UDP`; the aggregate says `TCP` although it has both, as Inspector's does. */
  protocol: "TCP" | "UDP",
  /** The port; none for the aggregate. */
  port?: number,
  /** The service that the port stands for. */
  service?: string,
  /** The process that listens, where an agent says so. */
  listener?: Listener,
  /** For the aggregate: TCP port ranges, both ends included. */
  tcp_ports?: Array<[number, number]>,
  /** For the aggregate: UDP port ranges, both ends included. */
  udp_ports?: Array<[number, number]>,
  /** The addresses that it is reachable at, as the source writes them. */
  destinations: IpSet,
  /** The addresses that it is reachable from, exactly. */
  sources: IpSet,
};

/** Kinds of finding of the package. */
export type FindingType = "RecognizedPortNoAgent" | "RecognizedPortWithListener" | "RecognizedPortNoListener" | "UnrecognizedPortWithListener" | "NetworkExposure";

/** A load balancer between the internet and an instance. */
export type ForwardedBy = {
  /** ARN; the name of a Classic Load Balancer, which has none. */
  id: string,
  /** Its name. */
  name: string,
  /** The name that clients know it by. */
  dns_name?: string,
  /** Ports of its listeners that clients reach it at, as ranges with both ends included. */
  listener_ports: Array<[number, number]>,
};

/** A rule of a security group with its one peer. */
export type GroupRule = {
  /** `sgr-…`, where `describe-security-group-rules` was collected. */
  id?: string,
  /** Outbound rather than inbound. */
  egress: boolean,
  /** CIDR block, prefix list or group that it is open to. */
  peer: string,
  /** What its author wrote about it. */
  description?: string,
  /**
   * What `RevokeSecurityGroupIngress` or `…Egress` has to tell to remove it, and `Authorize…` to
   * add it again; none where it cannot be read.
   */
  permission?: IpPermission,
};

/** An exact set of whole headers: source address, destination address and `Traffic`. */
export type HeaderSet = { sources: string[], destinations: string[], traffic: string }[];

/** One element of a path, with the headers that entered and left it. */
export type Hop = {
  /** The element. */
  component: Component,
  /** What entered it. */
  inbound: HeaderSet,
  /** What left it, where that differs: an address was rewritten, or a part was let through. */
  outbound?: HeaderSet,
  /** The rule or route that let it through. */
  evidence?: Array<Evidence>,
};

/** What there is in a `Network`, by AWS id: plain data, in the order of the snapshot. */
export type Inventory = {
  /** VPCs. */
  vpcs: Array<InventoryVpc>,
  /** Subnets. */
  subnets: Array<InventorySubnet>,
  /** Instances. */
  instances: Array<InventoryInstance>,
  /** Network interfaces. */
  interfaces: Array<InventoryInterface>,
  /** What stands at the edge of a VPC or between VPCs. */
  gateways: Array<InventoryGateway>,
  /** Security groups with their rules. */
  security_groups: Array<InventoryGroup>,
};

/** A gateway, peering connection, load balancer or endpoint. */
export type InventoryGateway = {
  /** The VPCs that it stands in or joins, `vpc-…`. */
  vpcs: Array<string>,
  /** Whether a question can start or end there. */
  endpoint: boolean,
  /** What it is. */
  kind: ComponentKind,
  /** Its AWS id; `internet` for the internet. */
  id: string,
  /** Its `Name` tag or group name, where it has one. */
  name?: string,
};

/** A security group. */
export type InventoryGroup = {
  /** `sg-…` */
  id: string,
  /** Its name. */
  name?: string,
  /** Its rules. */
  rules: Array<GroupRule>,
};

/** An instance. */
export type InventoryInstance = {
  /** `i-…` */
  id: string,
  /** Its `Name` tag. */
  name?: string,
  /** Life-cycle state. */
  state: string,
};

/** A network interface. */
export type InventoryInterface = {
  /** `eni-…` */
  id: string,
  /** `vpc-…` */
  vpc?: string,
  /** `subnet-…` */
  subnet?: string,
  /** `i-…` that it is attached to. */
  instance?: string,
  /** Every address that it owns. */
  addresses: IpSet,
  /** The addresses that the internet can reach it at, as far as its gateway goes. */
  public_addresses?: IpSet,
  /** `sg-…` of its groups. */
  security_groups: Array<string>,
  /**
   * Interfaces of one class lie in the same subnet, are of one kind and in one state, have the
   * same groups, and a public address or none: the same rules decide about them.
   */
  class: number,
};

/** A subnet. */
export type InventorySubnet = {
  /** `subnet-…` */
  id: string,
  /** Its `Name` tag. */
  name?: string,
  /** `vpc-…` */
  vpc: string,
  /** Availability Zone. */
  zone?: string,
  /** Its CIDR blocks. */
  ranges: IpSet,
};

/** A VPC. */
export type InventoryVpc = {
  /** `vpc-…` */
  id: string,
  /** Its `Name` tag. */
  name?: string,
  /** Account that owns it. */
  account?: string,
  /** Its Region. */
  region?: string,
  /** Its CIDR blocks. */
  ranges: string[],
};

/** One protocol and port range with every peer that it is open to. */
export type IpPermission = {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for every protocol. */
  IpProtocol: string,
  /** First port, or the ICMP type; −1 is the wildcard. */
  FromPort?: number,
  /** Last port, or the ICMP code; −1 is the wildcard. */
  ToPort?: number,
  /** IPv4 peers. */
  IpRanges?: Array<IpRange>,
  /** IPv6 peers. */
  Ipv6Ranges?: Array<Ipv6Range>,
  /** Prefix lists as peers. */
  PrefixListIds?: Array<PrefixListId>,
  /** Security groups as peers. */
  UserIdGroupPairs?: Array<UserIdGroupPair>,
};

/** An IPv4 peer of a permission. */
export type IpRange = {
  /** The block. */
  CidrIp: string,
  /** What its author wrote about it. */
  Description?: string,
};

/**
 * A set of IPv4 and IPv6 addresses. The families are apart: an IPv4-mapped IPv6 address is an
 * IPv6 address.
 */
export type IpSet = string[];

/** An IPv6 peer of a permission. */
export type Ipv6Range = {
  /** The block. */
  CidrIpv6: string,
  /** What its author wrote about it. */
  Description?: string,
};

/** How much a `Diagnostic` matters. */
export type Level = "warning" | "note";

/** One listening process. */
export type Listener = {
  /** `tcp` or `udp`, in either case; anything else is not read. */
  protocol: "tcp" | "udp",
  /** The port that it listens on. */
  port: number,
  /** Name of the process. */
  process?: string | null,
  /** Its process id. */
  pid?: number | null,
  /** Path of its binary. */
  path?: string | null,
};

/** Something about an answer that is worth knowing and changes nothing. */
export type Note = {
  /** Such as `ASYMMETRIC_STATELESS`. */
  code: string,
  /** What it means. */
  text: string,
};

/** A security group rule that lets traffic in. */
export type OpeningRule = {
  /** `sgr-…`, where `describe-security-group-rules` was collected. */
  id?: string,
  /** Protocol and ports, as in `tcp 22`. */
  traffic: string,
  /** CIDR block, prefix list or group that it is open to. */
  source: string,
  /** What its author wrote about it. */
  description?: string,
};

/** One way through the network, forward and return. */
export type Path = {
  /** What becomes of the packets that take it. */
  verdict: Verdict,
  /** From source to destination, or to where it ends. */
  forward: Array<Hop>,
  /** And back; empty when nothing comes back or one-way delivery was asked. */
  return: Array<Hop>,
  /** The packets that get through this way, as the source sends them. */
  passing: HeaderSet,
  /** The packets for which that depends on something that is not known. */
  unknown?: HeaderSet,
  /**
   * What stops the packets on this way, or what nobody knows, the deciding element first; the
   * headers are those that met the element.
   */
  explanations?: Array<Explanation>,
  /** Where AWS could have chosen another way (PIPE-07). */
  choices?: Array<PathChoice>,
};

/** One of several ways that AWS chooses from. */
export type PathChoice = {
  /** Where it chooses. */
  component: Component,
  /** Which way this is, from 0. */
  option: number,
  /** How many there are. */
  of: number,
};

/** A prefix list as the peer of a permission. */
export type PrefixListId = {
  /** `pl-…` */
  PrefixListId: string,
  /** What its author wrote about it. */
  Description?: string,
};

/** Where from, as the attribute `REACHABILITY_TYPE` has it. */
export type Reachability = "Internet" | "PeeredVpc" | "VGW";

/** One assessment: a plain document. */
export type Run = {
  /** `network-reachability-1.1`. */
  rules_package: string,
  /** What was assessed. */
  target: Target,
  /** Ids of the instances assessed, sorted. */
  instances: Array<string>,
  /** How many findings of each severity there are. */
  summary: Record<Severity, number>,
  /** The findings, the worst first. */
  findings: Array<Finding>,
  /** Findings of the baseline that are gone. */
  resolved?: Array<Finding>,
  /** What could not be told. */
  unknown?: Array<UnknownExposure>,
  /** Regions of which nobody can tell what there is to assess. */
  unassessed?: Array<UnknownReason>,
  /** What the run takes for granted. */
  assumptions?: Array<RunAssumption>,
  /** What reading and compiling the snapshot noticed. */
  diagnostics?: Array<Diagnostic>,
};

/** Something that a run takes for granted because no configuration shows it. */
export type RunAssumption = {
  /** Stable, for programs. */
  code: string,
  /** Id of the element. */
  resource: string,
  /** What is taken for granted. */
  message: string,
};

/** How bad a finding is, as Inspector rates it; the order is from mild to bad. */
export type Severity = "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH";

/** A finding against the baseline. */
export type Status = "new" | "unchanged" | "resolved";

/** A tag that an instance has to carry, key and value exactly. */
export type TagPair = {
  /** The key. */
  key: string,
  /** The value. */
  value: string,
};

/** What is assessed: every instance, or those that carry one of these tags. */
export type Target = {
  /** Several pairs are OR-ed; none means every instance. */
  tags: Array<TagPair>,
};

/** The answer to a trace: plain data. */
export type Trace = {
  /** The answer in a word. */
  verdict: Verdict,
  /** Why not, the deciding element first; empty for `Verdict::Reachable`. */
  explanations: Array<Explanation>,
  /** The packets that get through, as the source sends them. */
  passing: HeaderSet,
  /**
   * The packets whose passing depends on a port that a NAT gateway chooses: some of the ports
   * that it may choose pass, others do not (PK-05).
   */
  sometimes?: HeaderSet,
  /** The packets for which it depends on something that is not known, as the source sends them. */
  unknown?: HeaderSet,
  /** Every way that the packets take, those that get through first. */
  paths: Array<Path>,
  /** What the answer takes for granted. */
  assumptions?: Array<Assumption>,
  /** What else is worth knowing. */
  notes?: Array<Note>,
  /** The source. */
  from: string,
  /** The destination. */
  to: string,
  /** What is sent, source ports included. */
  traffic: Traffic,
  /** `establish` or `forward`. */
  question: "establish" | "forward",
};

/**
 * An exact set of layer-4 headers: TCP and UDP by source and destination port, ICMP and ICMPv6 by
 * type and code, the other protocols by number.
 */
export type Traffic = string;

/** Ports of which nobody can tell whether they are reachable. */
export type UnknownExposure = {
  /** `i-…` */
  instance_id: string,
  /** Its `Name` tag. */
  instance_name?: string,
  /** `eni-…`, where the snapshot has it. */
  network_interface_id?: string,
  /** Where from. */
  reachability?: Reachability,
  /** The gateway that it would come in by. */
  gateway_id?: string,
  /** TCP port ranges, both ends included. */
  tcp_ports?: Array<[number, number]>,
  /** UDP port ranges, both ends included. */
  udp_ports?: Array<[number, number]>,
  /** What is missing. */
  reasons: Array<UnknownReason>,
};

/** Something whose absence makes an answer unknown. */
export type UnknownReason = {
  /** Explanation code. */
  code: string,
  /** Id of the element. */
  resource: string,
  /** The code in words. */
  message: string,
};

/** A security group as the peer of a permission. */
export type UserIdGroupPair = {
  /** `sg-…` */
  GroupId?: string,
  /** Name of the group, where the API gives it. */
  GroupName?: string,
  /** Account that owns the group. */
  UserId?: string,
  /** VPC of the group, for a group across a peering connection. */
  VpcId?: string,
  /** The peering connection that the reference goes over. */
  VpcPeeringConnectionId?: string,
  /** State of that peering connection as the rule remembers it. */
  PeeringStatus?: string,
  /** What its author wrote about it. */
  Description?: string,
};

/** The answer in a word: ALLOW, PARTIAL, DENY and UNKNOWN of the specification. */
export type Verdict = "reachable" | "partly_reachable" | "not_reachable" | "unknown";
