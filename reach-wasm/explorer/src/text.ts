// Words. Names, tags and descriptions are written by whoever owns the account.
import type { Component, Evidence, HeaderSet, PortRange, Severity } from "reach-wasm";

/** Characters that hide, join or reorder their neighbours, and those that only control. */
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Somebody else's text with what hides made visible, cut where it is long. */
export function shown(text: string | undefined, most = 120): string {
  if (!text) return "";
  // No character that is kept takes more than two units.
  const cut = text.length > 2 * most ? text.slice(0, 2 * most) : text;
  const characters = [...cut];
  const kept = characters.slice(0, most).join("");
  const rest = characters.length > most || cut.length < text.length;
  const escaped = kept.replace(
    INVISIBLE,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return rest ? `${escaped}…` : escaped;
}

export const SEVERITIES: Severity[] = ["HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];

export const severityWord: Record<Severity, string> = {
  HIGH: "High",
  MEDIUM: "Medium",
  LOW: "Low",
  INFORMATIONAL: "Info",
};

const KINDS: Record<string, string> = {
  internet: "internet",
  on_premises: "on-premises network",
  network_acl: "network ACL",
  vpc: "VPC",
  vpc_peering_connection: "VPC peering connection",
  vpn_gateway: "virtual private gateway",
  vpc_endpoint: "VPC endpoint",
  vpc_encryption_control: "VPC encryption control",
  nat_gateway: "NAT gateway",
  egress_only_internet_gateway: "egress-only internet gateway",
  instance_connect_endpoint: "EC2 Instance Connect Endpoint",
  link_local_service: "link-local service",
};

/** `network_interface` in words. */
export const kindWords = (kind: string) => KINDS[kind] ?? shown(kind.replaceAll("_", " "));

/** A name where there is one, else the id. */
export const nameOf = ({ id, name }: { id: string; name?: string | undefined }) =>
  shown(name ?? id, 60);

export function componentWords(component: Component): string {
  if (component.kind === "internet") return "the internet";
  const name = component.name ? ` ${shown(component.name, 60)}` : "";
  return `${kindWords(component.kind)}${name} ${shown(component.id)}`;
}

/** The rule that decided, in a line. */
export function evidenceWords(evidence: Evidence): string {
  switch (evidence.type) {
    case "security_group_rule": {
      const way = evidence.egress ? "outbound" : "inbound";
      const side = evidence.egress ? "to" : "from";
      const description = evidence.description ? ` “${shown(evidence.description)}”` : "";
      const rule = evidence.rule ? ` ${shown(evidence.rule)}` : "";
      return `${shown(evidence.group)}${rule}: ${way} ${evidence.traffic} ${side} ${shown(evidence.peer)}${description}`;
    }
    case "security_group":
      return `no matching rule in ${shown(evidence.group)}${evidence.name ? ` (${shown(evidence.name)})` : ""}`;
    case "network_acl_entry": {
      const way = evidence.egress ? "outbound" : "inbound";
      return `${shown(evidence.acl)}: ${way} entry ${evidence.rule_number ?? "*"} ${evidence.allow ? "allow" : "deny"}`;
    }
    case "route":
      return `${shown(evidence.table)}: ${shown(evidence.destination)} → ${shown(evidence.target)}`;
    case "firewall_rule":
      return `${shown(evidence.group)}: ${shown(evidence.rule)} ${shown(evidence.action)}`;
    case "attribute":
      return `${shown(evidence.resource)}: ${shown(evidence.attribute)} = ${shown(evidence.value)}`;
  }
}

/** The same in few words, for a drawing. */
export function evidenceShort(evidence: Evidence): string {
  switch (evidence.type) {
    case "security_group_rule":
      return `${evidence.traffic} ${evidence.egress ? "to" : "from"} ${shown(evidence.peer, 40)}`;
    case "security_group":
      return "no matching rule";
    case "network_acl_entry":
      return `${evidence.egress ? "out" : "in"} ${evidence.rule_number ?? "*"} ${evidence.allow ? "allow" : "deny"}`;
    case "route":
      return `${shown(evidence.destination, 20)} → ${shown(evidence.target, 24)}`;
    case "firewall_rule":
      return `${shown(evidence.rule, 20)} ${shown(evidence.action, 12)}`;
    case "attribute":
      return `${shown(evidence.attribute, 20)} = ${shown(evidence.value, 20)}`;
  }
}

/** Blocks in few words. */
export function blocks(list: string[], most = 3): string {
  if (list.length === 0) return "nobody";
  return list.length <= most ? list.join(", ") : `${list.length} blocks`;
}

const unique = (list: string[]) => [...new Set(list)];

export const sourcesOf = (set: HeaderSet) => unique(set.flatMap(({ sources }) => sources));
export const destinationsOf = (set: HeaderSet) =>
  unique(set.flatMap(({ destinations }) => destinations));

/** Whom packets come from and go to. */
const flow = (set: HeaderSet) => `${blocks(sourcesOf(set))} → ${blocks(destinationsOf(set))}`;

/** As what packets leave an element that changed their addresses or let only some of them pass. */
export function leaving(inbound: HeaderSet, outbound: HeaderSet | undefined): string {
  const out = outbound ? flow(outbound) : "";
  return out && out !== flow(inbound) ? `leaves as ${out}` : "";
}

export const ports = (ranges: PortRange[]) =>
  ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");

export const plural = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
