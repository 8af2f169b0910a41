// Changes that somebody plays with: each a few edits and a switch.
import type { Edit, Finding, GroupRule, InventoryGroup, IpPermission } from "reach-wasm";

import { nameOf, shown } from "./text";

export interface Change {
  key: string;
  title: string;
  edits: Edit[];
  on: boolean;
  /** Counts up: what was switched on first is applied first. */
  since?: number;
  /** Why it does not fit. */
  error?: string | undefined;
}

let last = 0;

export const switched = (change: Change, on: boolean): Change => ({
  ...change,
  on,
  since: ++last,
  error: undefined,
});

/** Those that are on, in the order in which they are applied. */
export const applied = (changes: Change[]) =>
  changes.filter(({ on }) => on).sort((a, b) => (a.since ?? 0) - (b.since ?? 0));

type Opening = Finding["rules"][number];

/** The rule of a group that a finding names, as it is listed now. */
export function listed(groups: InventoryGroup[], group: string, opening: Opening) {
  const rules = groups.find(({ id }) => id === group)?.rules ?? [];
  const inbound = rules.filter((rule) => !rule.egress);
  if (opening.id) return inbound.find((rule) => rule.id === opening.id);
  const alike = inbound.filter(
    (rule) => rule.peer === opening.source && ruleTraffic(rule) === opening.traffic,
  );
  return alike.length === 1 ? alike[0] : undefined;
}

/** Protocol and ports as findings write them, for the rules that findings are about. */
export function ruleTraffic({ permission }: GroupRule): string {
  if (!permission) return "";
  const { IpProtocol: protocol, FromPort: from, ToPort: to } = permission;
  if (protocol === "-1") return "all traffic";
  if (from === undefined || to === undefined) return protocol;
  if (from === 0 && to === 65535) return protocol;
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

/** The request that tells a rule: its id where it has one, else what it says. */
function naming(group: string, rule: GroupRule) {
  return rule.id
    ? { GroupId: group, SecurityGroupRuleIds: [rule.id] }
    : { GroupId: group, IpPermissions: [rule.permission] };
}

export function removal(group: InventoryGroup, rule: GroupRule): Change {
  const way = rule.egress ? "Egress" : "Ingress";
  return {
    key: `remove ${group.id} ${rule.id ?? JSON.stringify([rule.egress, rule.permission])}`,
    title: `Remove ${ruleTraffic(rule)} ${rule.egress ? "to" : "from"} ${shown(rule.peer, 50)} in ${nameOf(group)}`,
    edits: [{ Action: `RevokeSecurityGroup${way}`, ...naming(group.id, rule) }],
    on: true,
  };
}

export function narrowing(group: InventoryGroup, rule: GroupRule, address: string): Change {
  const { permission } = rule;
  if (!permission) throw new Error("a rule that cannot be read cannot be narrowed");
  const { IpProtocol, FromPort, ToPort } = permission;
  const whole = address.includes("/") ? address : `${address}/${address.includes(":") ? 128 : 32}`;
  const v6 = whole.includes(":");
  const protocol = {
    IpProtocol,
    ...(FromPort === undefined ? {} : { FromPort }),
    ...(ToPort === undefined ? {} : { ToPort }),
  };
  const edits: Edit[] = rule.id
    ? [
        {
          Action: "ModifySecurityGroupRules",
          GroupId: group.id,
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: rule.id,
              SecurityGroupRule: { ...protocol, [v6 ? "CidrIpv6" : "CidrIpv4"]: whole },
            },
          ],
        },
      ]
    : [
        { Action: "RevokeSecurityGroupIngress", ...naming(group.id, rule) },
        addition(group.id, false, { ...protocol, ...peer(whole) }),
      ];
  return {
    key: `narrow ${group.id} ${rule.id ?? JSON.stringify(permission)} ${whole}`,
    title: `Only ${shown(whole, 50)} for ${ruleTraffic(rule)} in ${nameOf(group)}`,
    edits,
    on: true,
  };
}

export function stopping(id: string, name: string | undefined): Change {
  return {
    key: `stop ${id}`,
    title: `Stop ${nameOf({ id, name })}`,
    edits: [{ Action: "StopInstances", InstanceIds: [id] }],
    on: true,
  };
}

export interface NewRule {
  group: string;
  egress: boolean;
  protocol: string;
  /** `22`, `8000-8080`, or nothing for a protocol without ports. */
  ports: string;
  peer: string;
  description: string;
}

export function adding(groups: InventoryGroup[], rule: NewRule): Change {
  const group = groups.find(({ id, name }) => id === rule.group || name === rule.group);
  const [from, to = from] = rule.ports.split(/\s*[-–]\s*/);
  const numbers = ["tcp", "udp"].includes(rule.protocol)
    ? { FromPort: Number(from), ToPort: Number(to) }
    : ["icmp", "icmpv6"].includes(rule.protocol)
      ? { FromPort: -1, ToPort: -1 }
      : {};
  const permission: IpPermission = {
    IpProtocol: rule.protocol,
    ...numbers,
    ...peer(rule.peer, rule.description),
  };
  const id = group?.id ?? rule.group;
  const what = rule.protocol === "-1" ? "all traffic" : `${rule.protocol} ${rule.ports}`.trim();
  return {
    key: `add ${id} ${JSON.stringify([rule.egress, permission])}`,
    title: `Add ${shown(what, 30)} ${rule.egress ? "to" : "from"} ${shown(rule.peer, 50)} in ${nameOf(group ?? { id })}`,
    edits: [addition(id, rule.egress, permission)],
    on: true,
  };
}

function addition(group: string, egress: boolean, permission: IpPermission): Edit {
  return {
    Action: egress ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress",
    GroupId: group,
    IpPermissions: [permission],
  };
}

function peer(text: string, description?: string): Partial<IpPermission> {
  const told = description ? { Description: description } : {};
  if (text.startsWith("sg-")) return { UserIdGroupPairs: [{ GroupId: text, ...told }] };
  if (text.startsWith("pl-")) return { PrefixListIds: [{ PrefixListId: text, ...told }] };
  if (text.includes(":")) return { Ipv6Ranges: [{ CidrIpv6: text, ...told }] };
  return { IpRanges: [{ CidrIp: text.includes("/") ? text : `${text}/32`, ...told }] };
}
