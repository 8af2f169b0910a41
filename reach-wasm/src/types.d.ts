// What goes in, and what is thrown; what comes out is in answers.d.ts.

/** A port range, both ends included. */
export type PortRange = [first: number, last: number];

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

export interface PathsOptions {
  /** What a trace of the same question would be asked with. */
  trace?: TraceOptions;
  /** Also ways on which certainly nothing gets through. */
  blocked?: boolean;
}

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
