/** Packets: a union of products of source addresses, destination addresses and traffic. */
export type HeaderSet = {
  /** CIDR blocks. */
  sources: string[];
  /** CIDR blocks. */
  destinations: string[];
  /** As in `tcp 22, 80-443; icmp echo-request`. */
  traffic: string;
}[];

/** A port range, both ends included. */
export type PortRange = [first: number, last: number];

export type Verdict = "reachable" | "partly_reachable" | "not_reachable" | "unknown";
export type Severity = "HIGH" | "MEDIUM" | "LOW" | "INFORMATIONAL";
export type Reachability = "Internet" | "PeeredVpc" | "VGW";
export type FindingType =
  | "RecognizedPortNoAgent"
  | "RecognizedPortWithListener"
  | "RecognizedPortNoListener"
  | "UnrecognizedPortWithListener"
  | "NetworkExposure";

/** What every method throws. */
export interface ReachError extends Error {
  name: "ReachError";
  /** Stable, such as `unknown_endpoint`; for an edit that does not fit, EC2's own error code. */
  code: string;
  details: {
    /** The file concerned. */
    file?: string;
    /** From 1. */
    line?: number;
    /** From 1. */
    column?: number;
    /** The way to the field, such as `SecurityGroups[0].IpPermissions[2].IpProtocol`. */
    field?: string;
    /** The AWS id concerned. */
    resourceId?: string;
    /** The action of the edit that does not fit. */
    action?: string;
    /** Which edit of the list it was, from 0. */
    index?: number;
    /** Everything that an ambiguous name can mean. */
    candidates?: string[];
  };
}

/** Something that reading or compiling a snapshot noticed. */
export interface Diagnostic {
  /** `warning`: answers may be unknown because of it. `note`: no answer changes. */
  level: "warning" | "note";
  /** Stable, for programs, such as `dangling_id`. */
  code: string;
  /** For people. */
  message: string;
  /** The AWS id concerned. */
  resource?: string;
  /** The file concerned. */
  file?: string;
}

/** One listening process, as an agent knows it. */
export interface Listener {
  protocol: "tcp" | "udp";
  port: number;
  process?: string | null;
  pid?: number | null;
  path?: string | null;
}

export interface ScanOptions {
  /** Assess the instances that carry any of these tags; every instance where there are none. */
  tags?: Record<string, string> | [key: string, value: string][];
  /**
   * Listening processes by instance id. An instance with an empty list has an agent and no
   * listener; one that is not listed has no agent.
   */
  listeners?: Record<string, Listener[]> | null;
  /** An earlier run to compare with. */
  baseline?: Run | null;
}

/** One assessment. */
export interface Run {
  /** `network-reachability-1.1`. */
  rules_package: string;
  /** What was assessed. */
  target: { tags: { key: string; value: string }[] };
  /** Ids of the instances assessed, sorted. */
  instances: string[];
  /** How many findings of each severity there are. */
  summary: Record<Severity, number>;
  /** The findings, the worst first. */
  findings: Finding[];
  /** Findings of the baseline that are gone. */
  resolved?: Finding[];
  /** What could not be told. */
  unknown?: UnknownExposure[];
  /** Regions of which nobody can tell what there is to assess. */
  unassessed?: { code: string; resource: string; message: string }[];
  /** What the run takes for granted because no configuration shows it. */
  assumptions?: { code: string; resource: string; message: string }[];
  /** What reading and compiling the snapshot noticed. */
  diagnostics?: Diagnostic[];
}

/** One result of a rules package. */
export interface Finding {
  /** Stays the same as long as the finding is about the same thing. */
  id: string;
  type: FindingType;
  severity: Severity;
  /** Against the baseline, where one was given. */
  status?: "new" | "unchanged" | "resolved";
  /** One sentence. */
  title: string;
  /** What is open, and by what. */
  description: string;
  /** What to do. */
  recommendation: string;
  account?: string;
  region?: string;
  instance_id: string;
  /** The instance's `Name` tag. */
  instance_name?: string;
  vpc_id?: string;
  subnet_id?: string;
  network_interface_id: string;
  /** Of the interface's subnet. */
  network_acl_id?: string;
  /** The group that lets it in. */
  security_group_id: string;
  security_group_name?: string;
  /** The rules of that group that let it in. */
  rules: { id?: string; traffic: string; source: string; description?: string }[];
  /** Where it is reachable from. */
  reachability: Reachability;
  /** The gateway that it comes in by. */
  gateway_id: string;
  /** The load balancer that forwards it. */
  load_balancer?: ForwardedBy;
  protocol: "TCP" | "UDP";
  /** None for `NetworkExposure`. */
  port?: number;
  /** The service that the port stands for. */
  service?: string;
  /** The process that listens, where an agent says so. */
  listener?: Listener;
  /** For `NetworkExposure`. */
  tcp_ports?: PortRange[];
  /** For `NetworkExposure`. */
  udp_ports?: PortRange[];
  /** The addresses that it is reachable at, as the source writes them: CIDR blocks. */
  destinations: string[];
  /** The addresses that it is reachable from, exactly: CIDR blocks. */
  sources: string[];
}

/** A load balancer between the internet and an instance. */
export interface ForwardedBy {
  /** ARN; the name of a Classic Load Balancer, which has none. */
  id: string;
  name: string;
  dns_name?: string;
  /** Ports of its listeners that clients reach it at. */
  listener_ports: PortRange[];
}

/** Ports of which nobody can tell whether they are reachable. */
export interface UnknownExposure {
  instance_id: string;
  instance_name?: string;
  network_interface_id?: string;
  reachability?: Reachability;
  gateway_id?: string;
  tcp_ports?: PortRange[];
  udp_ports?: PortRange[];
  /** What is missing. */
  reasons: { code: string; resource: string; message: string }[];
}

export interface TraceOptions {
  /** One-way delivery; the plain question is whether a flow can be established. */
  forward?: boolean;
  /** The client's port; the ephemeral ports 1024 to 65535 where it is not given. */
  sourcePort?: number | null;
  /**
   * The addresses and CIDR blocks that the source sends with, instead of all its own: one of
   * several, or somebody else's that it forwards or forges.
   */
  sourceAddresses?: string[] | null;
  /**
   * What the flow goes through on its way to the destination: a load balancer or one of its nodes,
   * whose listener the traffic is then sent to.
   */
  via?: string | null;
  /** Codes of assumptions that the asker vouches for, such as `"A-PORT25"`. */
  vouched?: string[];
}

/** The answer to a trace. */
export interface Trace {
  verdict: Verdict;
  from: string;
  to: string;
  /** What is sent, source ports included. */
  traffic: string;
  question: "establish" | "forward";
  /** Why not, the deciding element first; empty where everything gets through. */
  explanations: Explanation[];
  /** The packets that get through, as the source sends them. */
  passing: HeaderSet;
  /** The packets whose passing depends on a port or a way that AWS chooses. */
  sometimes?: HeaderSet;
  /** The packets for which it depends on something that is not known. */
  unknown?: HeaderSet;
  /** Every way that the packets take, those that get through first. */
  paths: Path[];
  /** What the answer takes for granted. */
  assumptions?: { code: string; text: string }[];
  /** What else is worth knowing. */
  notes?: { code: string; text: string }[];
}

/** Why some packets do not get through, or why nobody can tell whether they do. */
export interface Explanation {
  /** Which of the flow's two packets. */
  direction: "forward" | "return";
  /** AWS's own explanation code where AWS has one. */
  code: string;
  /** The element that decided. */
  component: Component;
  /** The rules of the specification that say so. */
  rules: string[];
  /** What it was decided by. */
  evidence?: Evidence[];
  /** The code in words. */
  message: string;
  /** The packets concerned, as they met the element. */
  headers: HeaderSet;
}

/** One way through the network, forward and return. */
export interface Path {
  verdict: Verdict;
  forward: Hop[];
  return: Hop[];
  /** The packets that get through this way, as the source sends them. */
  passing: HeaderSet;
  /** The packets for which that depends on something that is not known. */
  unknown?: HeaderSet;
  /** What stops the packets on this way, or what nobody knows, the deciding element first. */
  explanations?: Explanation[];
  /** Where AWS could have chosen another way: which of how many this is, from 0. */
  choices?: { component: Component; option: number; of: number }[];
}

/** One element of a path. */
export interface Hop {
  component: Component;
  /** What entered it. */
  inbound: HeaderSet;
  /** What left it, where that differs. */
  outbound?: HeaderSet;
  /** The rule or route that let it through. */
  evidence?: Evidence[];
}

/** One element of a network. */
export interface Component {
  /** As in `network_interface`. */
  kind: string;
  /** Its AWS id; `internet` for the internet. */
  id: string;
  /** Its `Name` tag or group name. */
  name?: string;
}

/** The rule that decided. */
export type Evidence =
  | {
      type: "security_group_rule";
      group: string;
      rule?: string;
      egress: boolean;
      traffic: string;
      peer: string;
      description?: string;
    }
  | { type: "security_group"; group: string; name?: string }
  | {
      type: "network_acl_entry";
      acl: string;
      /** `null` for the final deny. */
      rule_number: number | null;
      egress: boolean;
      allow: boolean;
    }
  | { type: "route"; table: string; destination: string; target: string }
  | { type: "firewall_rule"; policy: string; group: string; rule: string; action: string }
  | { type: "attribute"; resource: string; attribute: string; value: string };

/** A change, named after the EC2 action that makes it, with that action's parameters. */
export interface Edit {
  Action:
    | "AuthorizeSecurityGroupIngress"
    | "AuthorizeSecurityGroupEgress"
    | "RevokeSecurityGroupIngress"
    | "RevokeSecurityGroupEgress"
    | "ModifySecurityGroupRules"
    | "StartInstances"
    | "StopInstances"
    | "TerminateInstances"
    | "CreateNetworkAclEntry"
    | "ReplaceNetworkAclEntry"
    | "DeleteNetworkAclEntry"
    | "CreateRoute"
    | "ReplaceRoute"
    | "DeleteRoute"
    | "AssociateAddress"
    | "DisassociateAddress";
  [parameter: string]: unknown;
}

/** One edit, a list of them, or JSON text of either. */
export type Edits = Edit | Edit[] | { Edits: Edit[] } | string;

export interface PathsOptions {
  /** What a trace of the same question would be asked with. */
  trace?: TraceOptions;
  /** Also ways on which certainly nothing gets through. */
  blocked?: boolean;
}

/** What there is in a network, by AWS id, in the order of the snapshot. */
export interface Inventory {
  vpcs: InventoryVpc[];
  subnets: InventorySubnet[];
  instances: InventoryInstance[];
  interfaces: InventoryInterface[];
  /** What stands at the edge of a VPC or between VPCs. */
  gateways: InventoryGateway[];
  security_groups: InventoryGroup[];
}

export interface InventoryVpc {
  id: string;
  name?: string;
  account?: string;
  region?: string;
  /** CIDR blocks. */
  ranges: string[];
}

export interface InventorySubnet {
  id: string;
  name?: string;
  vpc: string;
  /** Availability Zone. */
  zone?: string;
  /** CIDR blocks. */
  ranges: string[];
}

export interface InventoryInstance {
  id: string;
  name?: string;
  /** Life-cycle state. */
  state: string;
}

export interface InventoryInterface {
  id: string;
  vpc?: string;
  subnet?: string;
  /** The instance that it is attached to. */
  instance?: string;
  /** CIDR blocks: every address that it owns. */
  addresses: string[];
  /** The addresses that the internet can reach it at, as far as its gateway goes. */
  public_addresses?: string[];
  security_groups: string[];
  /**
   * Interfaces of one class lie in the same subnet, are of one kind and in one state, have the same
   * groups, and a public address or none: the same rules decide about them.
   */
  class: number;
}

/** A gateway, peering connection, load balancer or endpoint. */
export interface InventoryGateway extends Component {
  /** The VPCs that it stands in or joins. */
  vpcs: string[];
  /** Whether a question can start or end there. */
  endpoint: boolean;
}

export interface InventoryGroup {
  id: string;
  name?: string;
  rules: GroupRule[];
}

/** A rule of a security group with its one peer. */
export interface GroupRule {
  /** `sgr-…`, where `describe-security-group-rules` was collected. */
  id?: string;
  /** Outbound rather than inbound. */
  egress: boolean;
  /** CIDR block, prefix list or group that it is open to. */
  peer: string;
  description?: string;
  /**
   * What `RevokeSecurityGroupIngress` or `…Egress` has to tell to remove it, and `Authorize…` to add
   * it again; none where it cannot be read.
   */
  permission?: IpPermission;
}

/** Protocol and ports of a rule and its peers, as the EC2 API has it. */
export interface IpPermission {
  IpProtocol: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges?: { CidrIp: string; Description?: string }[];
  Ipv6Ranges?: { CidrIpv6: string; Description?: string }[];
  PrefixListIds?: { PrefixListId: string; Description?: string }[];
  UserIdGroupPairs?: { GroupId?: string; Description?: string; [field: string]: unknown }[];
}
