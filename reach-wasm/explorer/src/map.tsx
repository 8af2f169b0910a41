import type {
  Finding,
  Inventory,
  InventoryGateway,
  InventoryInterface,
  InventorySubnet,
  InventoryVpc,
  Run,
  Severity,
} from "reach-wasm";
import { useMemo, useState } from "preact/hooks";

import type { Question } from "./messages";
import { SEVERITIES, blocks, kindWords, nameOf, plural, severityWord, shown } from "./text";
import { VirtualList } from "./virtual-list";

interface Props {
  inventory: Inventory;
  run: Run;
  onAsk: (question: Question) => void;
}

interface ClassOf {
  class: number;
  members: InventoryInterface[];
  worst: Severity | undefined;
}

interface SubnetOf {
  subnet: InventorySubnet | undefined;
  classes: ClassOf[];
  interfaces: number;
  worst: Severity | undefined;
}

interface VpcOf {
  vpc: InventoryVpc | undefined;
  subnets: SubnetOf[];
  gateways: InventoryGateway[];
  interfaces: number;
  worst: Severity | undefined;
}

const worse = (a: Severity | undefined, b: Severity | undefined) => {
  if (!a || !b) return a ?? b;
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;
};

const worstOf = (list: { worst: Severity | undefined }[]) =>
  list.reduce<Severity | undefined>((worst, each) => worse(worst, each.worst), undefined);

function arrange(inventory: Inventory, run: Run): VpcOf[] {
  const worst = new Map<string, Severity>();
  for (const { network_interface_id: id, severity } of run.findings as Finding[]) {
    const now = worse(worst.get(id), severity);
    if (now) worst.set(id, now);
  }
  const by = <Item, Key>(items: Item[], key: (item: Item) => Key) => Map.groupBy(items, key);
  const interfaces = by(inventory.interfaces, (it) => it.subnet);
  const classesOf = (members: InventoryInterface[]): ClassOf[] =>
    [...by(members, (it) => it.class)].map(([number, alike]) => ({
      class: number,
      members: alike,
      worst: alike.reduce<Severity | undefined>((so, it) => worse(so, worst.get(it.id)), undefined),
    }));
  const subnetOf = (subnet: InventorySubnet | undefined, members: InventoryInterface[]): SubnetOf => {
    const classes = classesOf(members);
    return { subnet, classes, interfaces: members.length, worst: worstOf(classes) };
  };
  const subnets = by(inventory.subnets, (it) => it.vpc);
  const vpcs = inventory.vpcs.map((vpc): VpcOf => {
    const inside = (subnets.get(vpc.id) ?? []).map((it) => subnetOf(it, interfaces.get(it.id) ?? []));
    return {
      vpc,
      subnets: inside,
      gateways: inventory.gateways.filter(({ vpcs }) => vpcs.includes(vpc.id)),
      interfaces: inside.reduce((sum, it) => sum + it.interfaces, 0),
      worst: worstOf(inside),
    };
  });
  const homeless = interfaces.get(undefined) ?? [];
  if (homeless.length > 0) {
    const lost = subnetOf(undefined, homeless);
    const { worst } = lost;
    vpcs.push({ vpc: undefined, subnets: [lost], gateways: [], interfaces: homeless.length, worst });
  }
  return vpcs;
}

/** More VPCs than this start closed. */
const FEW = 4;

/** VPC › subnet › class: however many interfaces there are, what is alike is one line. */
export function NetworkMap({ inventory, run, onAsk }: Props) {
  const vpcs = useMemo(() => arrange(inventory, run), [inventory, run]);
  return (
    <div class="map">
      <p class="dim small legend">
        VPC › subnet › class. A class is the interfaces of a subnet that the same rules decide about.
        Colour marks the worst finding in it.
      </p>
      {vpcs.map((each) => (
        <details class={`vpc ${each.worst ?? ""}`} open={vpcs.length <= FEW}>
          <summary>
            <span class="name">
              <bdi>{each.vpc ? nameOf(each.vpc) : "Outside every subnet of the snapshot"}</bdi>
            </span>
            <span class="dim">
              {each.vpc?.name && <code>{shown(each.vpc.id)}</code>} {blocks(each.vpc?.ranges ?? [], 2)}
            </span>
            <Worst severity={each.worst} />
            <span class="dim sums">
              {plural(each.subnets.length, "subnet")}, {plural(each.interfaces, "interface")}
            </span>
          </summary>
          {each.gateways.length > 0 && (
            <ul class="gateways" aria-label="Gateways">
              {each.gateways.map((gateway) => (
                <li>
                  <span class="kind">{kindWords(gateway.kind)}</span>{" "}
                  <bdi>{nameOf(gateway)}</bdi>
                </li>
              ))}
            </ul>
          )}
          <div class="subnets">
            {each.subnets.map((subnet) => (
              <Subnet {...subnet} inventory={inventory} onAsk={onAsk} />
            ))}
          </div>
        </details>
      ))}
    </div>
  );
}

const Worst = ({ severity }: { severity: Severity | undefined }) =>
  severity ? <span class={`severity ${severity}`}>{severityWord[severity]}</span> : null;

/** More classes than this are folded away. */
const MANY = 8;

function Subnet(props: SubnetOf & Pick<Props, "inventory" | "onAsk">) {
  const { subnet, classes, interfaces, inventory, onAsk } = props;
  const [all, setAll] = useState(false);
  const rank = ({ worst }: ClassOf) => (worst ? SEVERITIES.indexOf(worst) : SEVERITIES.length);
  const sorted = classes.toSorted((a, b) => rank(a) - rank(b) || b.members.length - a.members.length);
  const listed = all ? sorted : sorted.slice(0, MANY);
  return (
    <section class="subnet" aria-label={`Subnet ${subnet ? nameOf(subnet) : ""}`}>
      <h2>
        <bdi>{subnet ? nameOf(subnet) : "No subnet"}</bdi>
      </h2>
      <p class="dim small">
        {subnet && blocks(subnet.ranges, 1)} {shown(subnet?.zone, 20)} · {plural(interfaces, "interface")}
      </p>
      <ul class="classes">
        {listed.map((each) => (
          <li>
            <Class {...each} inventory={inventory} onAsk={onAsk} />
          </li>
        ))}
      </ul>
      {sorted.length > listed.length && (
        <button type="button" class="more" onClick={() => setAll(true)}>
          {plural(sorted.length - listed.length, "more class", "more classes")}
        </button>
      )}
    </section>
  );
}

function Class(props: ClassOf & Pick<Props, "inventory" | "onAsk">) {
  const { members, worst, inventory, onAsk } = props;
  const [open, setOpen] = useState(false);
  const names = useMemo(
    () => new Map(inventory.instances.map((it) => [it.id, it])),
    [inventory.instances],
  );
  const groups = useMemo(
    () => new Map(inventory.security_groups.map((it) => [it.id, it])),
    [inventory.security_groups],
  );
  const [first] = members;
  if (!first) return null;
  const host = names.get(first.instance ?? "");
  const called = host ? nameOf(host) : shown(first.id);
  const guards = first.security_groups.map((id) => nameOf(groups.get(id) ?? { id })).join(", ");
  const ask = (it: InventoryInterface) =>
    onAsk({ from: "internet", to: it.id, traffic: "any", open: false });
  return (
    <details
      class={`class ${worst ?? ""}`}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span class="n">{members.length}</span>
        <span class="name">
          <bdi>{members.length === 1 ? called : guards || kindWords("network_interface")}</bdi>
        </span>
        {first.public_addresses && <span class="tag">public</span>}
        {host && host.state !== "running" && <span class="tag">{shown(host.state, 20)}</span>}
        <Worst severity={worst} />
      </summary>
      {open && (
        <>
          <p class="dim small">
            <bdi>{guards || "no security group"}</bdi>
          </p>
          <VirtualList
            items={members}
            label="Interfaces"
            estimate={44}
            render={(it) => {
              const instance = names.get(it.instance ?? "");
              return (
                <div class="member">
                  <span>
                    <bdi>{instance ? nameOf(instance) : shown(it.id)}</bdi>{" "}
                    <span class="dim">
                      {blocks([...it.addresses, ...(it.public_addresses ?? [])], 2).replaceAll(/\/(32|128)\b/g, "")}
                    </span>
                  </span>
                  <button type="button" onClick={() => ask(it)} aria-label={`What reaches it? ${shown(it.id)}`}>
                    What reaches it?
                  </button>
                </div>
              );
            }}
          />
        </>
      )}
    </details>
  );
}
