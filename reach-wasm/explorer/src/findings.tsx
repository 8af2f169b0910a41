import type { Finding, Run, Severity } from "reach-wasm";
import { useMemo, useRef, useState } from "preact/hooks";

import type { Snapshot, State } from "./app";
import type { Change } from "./changes";
import type { Engine } from "./engine";
import { FindingView } from "./finding";
import { SEVERITIES, plural, ports, severityWord, shown } from "./text";
import { VirtualList } from "./virtual-list";

interface Props {
  state: State;
  snapshot: Snapshot;
  engine: Engine;
  tags: [string, string][];
  onTags: (tags: [string, string][]) => void;
  onChange: (change: Change) => void;
}

type Status = NonNullable<Finding["status"]>;
const STATUSES: Status[] = ["new", "unchanged", "resolved"];

/** Nothing was found; where something could not be told, that is no good news. */
function none(run: Run): string {
  const unknown = run.unknown?.length ?? 0;
  const unassessed = run.unassessed?.length ?? 0;
  const assessed = `${plural(run.instances.length, "instance")} assessed`;
  if (unknown + unassessed === 0) return `No findings: ${assessed}.`;
  const open = [
    unknown > 0 && plural(unknown, "exposure"),
    unassessed > 0 && plural(unassessed, "Region"),
  ].filter(Boolean);
  return `No findings, but ${open.join(" and ")} could not be told: see above. ${assessed}.`;
}

/** What is open, in a few words. */
export function openWords(finding: Finding): string {
  if (finding.port !== undefined) {
    const service = finding.service ? ` ${shown(finding.service, 30)}` : "";
    return `${finding.protocol.toLowerCase()} ${finding.port}${service}`;
  }
  const all = [
    finding.tcp_ports && `tcp ${ports(finding.tcp_ports)}`,
    finding.udp_ports && `udp ${ports(finding.udp_ports)}`,
  ];
  return `all open ports: ${shown(all.filter(Boolean).join("; "), 60)}`;
}

const WHENCE: Record<Finding["reachability"], string> = {
  Internet: "the internet",
  PeeredVpc: "a peered VPC",
  VGW: "a virtual private gateway",
};

export const whence = (finding: Finding) => WHENCE[finding.reachability];

export function Findings({ state, snapshot, engine, tags, onTags, onChange }: Props) {
  const [off, setOff] = useState<Set<string>>(new Set());
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<string>();
  const frame = useRef<HTMLDivElement>(null);
  const { run } = state;
  const all = useMemo(() => {
    const every = [...run.findings, ...(run.resolved ?? [])];
    const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
    // The worst first, whether it is still there or not.
    return every.sort((a, b) => rank(a) - rank(b));
  }, [run]);
  const compared = all.some((finding) => finding.status);
  const wanted = words.trim().toLowerCase();
  const found = useMemo(
    () =>
      all.filter(
        (finding) =>
          !off.has(finding.severity) &&
          !(finding.status && off.has(finding.status)) &&
          (!wanted || haystack(finding).includes(wanted)),
      ),
    [all, off, wanted],
  );
  const selected = found.find(({ id }) => id === chosen);
  const toggle = (name: string) => {
    const next = new Set(off);
    if (!next.delete(name)) next.add(name);
    setOff(next);
  };
  const count = (of: (finding: Finding) => boolean) => all.filter(of).length;

  /** Arrow keys go from row to row. */
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !(event.target instanceof HTMLElement) || !event.target.matches(".row")) return;
    const row = event.target.closest("li");
    const next = step > 0 ? row?.nextElementSibling : row?.previousElementSibling;
    const button = next?.querySelector<HTMLElement>(".row");
    if (!button) return;
    event.preventDefault();
    button.focus();
    button.click();
  };

  return (
    <div class={selected ? "findings picked" : "findings"} ref={frame}>
      <div class="filters" role="group" aria-label="Filters">
        {SEVERITIES.map((severity: Severity) => (
          <button
            type="button"
            class={`chip ${severity}`}
            aria-pressed={!off.has(severity)}
            onClick={() => toggle(severity)}
          >
            {severityWord[severity]} <b>{count((it) => it.severity === severity && it.status !== "resolved")}</b>
          </button>
        ))}
        {compared &&
          STATUSES.map((status) => (
            <button
              type="button"
              class={`chip ${status}`}
              aria-pressed={!off.has(status)}
              onClick={() => toggle(status)}
            >
              {status} <b>{count((it) => it.status === status)}</b>
            </button>
          ))}
        <input
          type="search"
          aria-label="Search in findings"
          placeholder="Search"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <Tags tags={tags} onTags={onTags} />
      </div>
      <div class="two">
        <div class="rows" onKeyDown={move}>
          {found.length > 0 ? (
            <VirtualList
              items={found}
              label="Findings"
              estimate={66}
              render={(finding) => (
                <Row finding={finding} chosen={finding === selected} onChoose={() => setChosen(finding.id)} />
              )}
            />
          ) : (
            <p class="empty">
              {all.length > 0
                ? "No finding matches the filters."
                : none(run)}
            </p>
          )}
        </div>
        {selected && (
          <FindingView
            key={selected.id}
            finding={selected}
            state={state}
            snapshot={snapshot}
            engine={engine}
            onChange={onChange}
            onClose={() => {
              setChosen(undefined);
              frame.current?.querySelector<HTMLElement>(".row")?.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}

function Row(props: { finding: Finding; chosen: boolean; onChoose: () => void }) {
  const { finding, chosen, onChoose } = props;
  return (
    <button
      type="button"
      class={`row ${finding.status ?? ""}`}
      aria-current={chosen ? "true" : undefined}
      onClick={onChoose}
    >
      <span class={`severity ${finding.severity}`}>{severityWord[finding.severity]}</span>
      <span class="about">
        <strong>{openWords(finding)}</strong> from {whence(finding)}
        <span class="where">
          <bdi>{shown(finding.instance_name ?? finding.instance_id, 60)}</bdi> at{" "}
          {shown(finding.destinations.slice(0, 2).map((it) => it.replace(/\/(32|128)$/, "")).join(", "), 60)}
        </span>
      </span>
      {finding.status && <span class={`status ${finding.status}`}>{finding.status}</span>}
    </button>
  );
}

function haystack(finding: Finding): string {
  const { instance_id, instance_name, network_interface_id, security_group_id } = finding;
  const { security_group_name, vpc_id, subnet_id, gateway_id, service, port } = finding;
  const parts = [instance_id, shown(instance_name), network_interface_id, security_group_id];
  const more = [shown(security_group_name), vpc_id, subnet_id, gateway_id, service, port];
  return [...parts, ...more, ...finding.destinations].join(" ").toLowerCase();
}

/** Which instances are assessed: those with a tag, or all. */
function Tags({ tags, onTags }: Pick<Props, "tags" | "onTags">) {
  const now = tags.map(([key, value]) => `${key}=${value}`).join(", ");
  const [text, setText] = useState(now);
  return (
    <form
      class="tags"
      onSubmit={(event) => {
        event.preventDefault();
        const pairs = text.split(",").map((pair) => pair.trim()).filter(Boolean);
        onTags(
          pairs.map((pair) => {
            const at = pair.indexOf("=");
            return at < 0 ? [pair, ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
          }),
        );
      }}
    >
      <label>
        <span>Only tagged</span>
        <input
          value={text}
          placeholder="Key=value"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {text.trim() !== now && <button type="submit">Scan</button>}
    </form>
  );
}
