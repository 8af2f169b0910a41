import type { Finding } from "reach-wasm";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { Answer, useAnswer } from "./answer";
import type { Snapshot, State } from "./app";
import { type Change, listed, narrowing, removal, stopping } from "./changes";
import type { Engine } from "./engine";
import { openWords, whence } from "./findings";
import type { Question } from "./messages";
import { blocks, severityWord, shown } from "./text";

interface Props {
  finding: Finding;
  state: State;
  snapshot: Snapshot;
  engine: Engine;
  onChange: (change: Change) => void;
  onClose: () => void;
}

/** What to ask for the way of a finding. */
function questionOf(finding: Finding): Question {
  const { port, protocol, reachability, gateway_id, network_interface_id, status } = finding;
  const by = finding.load_balancer;
  // Clients know the listener's port, not the target's.
  const [listeners, ...others] = by?.listener_ports ?? [];
  const listener = listeners && others.length === 0 ? listeners.join("-") : undefined;
  const ports = by ? listener : port;
  return {
    from: reachability === "Internet" ? "internet" : gateway_id,
    to: network_interface_id,
    traffic: ports === undefined ? "any" : `${protocol.toLowerCase()}/${ports}`,
    via: by?.id ?? null,
    // Of one that is gone, what stops it is the answer.
    open: status !== "resolved",
  };
}

export function FindingView({ finding, state, snapshot, engine, onChange, onClose }: Props) {
  const question = useMemo(() => questionOf(finding), [finding.id, finding.status]);
  const answer = useAnswer(engine, question, state.version);
  const group = state.groups.find(({ id }) => id === finding.security_group_id);
  const instance = snapshot.inventory.instances.find(({ id }) => id === finding.instance_id);
  const gone = finding.status === "resolved";
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    // Below the list, where there is no room beside it.
    if (matchMedia("(width < 800px)").matches) article.current?.scrollIntoView();
  }, []);
  return (
    <article class="finding" aria-label="Finding" ref={article}>
      <header>
        <span class={`severity ${finding.severity}`}>{severityWord[finding.severity]}</span>
        <h2>
          {openWords(finding)} from {whence(finding)}
        </h2>
        {finding.status && <span class={`status ${finding.status}`}>{finding.status}</span>}
        <button type="button" class="icon" aria-label="Close the finding" onClick={onClose}>
          ×
        </button>
      </header>
      <p class="open-to">
        <bdi>{shown(finding.instance_name ?? finding.instance_id, 60)}</bdi> {gone ? "was" : "is"}{" "}
        reachable at {blocks(finding.destinations.map((it) => it.replace(/\/(32|128)$/, "")))} from{" "}
        {finding.sources.length > 3 ? "the internet" : blocks(finding.sources)}.
      </p>
      <h3>{gone ? "It was opened by" : "Opened by"}</h3>
      <ul class="rules">
        {finding.rules.map((opening) => {
          const rule = group && listed(state.groups, group.id, opening);
          return (
            <li>
              <p>
                <strong>{opening.traffic}</strong> from <bdi>{shown(opening.source, 60)}</bdi>{" "}
                {opening.description && <q dir="auto">{shown(opening.description)}</q>}
              </p>
              <p class="dim">
                <bdi>{shown(finding.security_group_name, 60)}</bdi>{" "}
                <code>
                  <bdi>{shown(opening.id ?? finding.security_group_id)}</bdi>
                </code>
              </p>
              {group && rule?.permission && !gone && (
                <div class="buttons">
                  <button type="button" onClick={() => onChange(removal(group, rule))}>
                    Remove this rule
                  </button>
                  <Narrow onAddress={(address) => onChange(narrowing(group, rule, address))} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {!gone && (
        <button
          type="button"
          class="stop-host"
          onClick={() => onChange(stopping(finding.instance_id, instance?.name))}
        >
          Stop this host
        </button>
      )}
      <h3>{gone ? "What stops it now" : "The way in"}</h3>
      <Answer answer={answer} named={finding.instance_name ?? finding.instance_id} />
      <details class="ids">
        <summary>Ids</summary>
        <dl>
          {(
            [
              ["Instance", finding.instance_id],
              ["Interface", finding.network_interface_id],
              ["Security group", finding.security_group_id],
              ["Network ACL", finding.network_acl_id],
              ["Subnet", finding.subnet_id],
              ["VPC", finding.vpc_id],
              ["Gateway", finding.gateway_id],
              ["Load balancer", finding.load_balancer?.name],
              ["Account", finding.account],
              ["Region", finding.region],
            ] as const
          ).map(
            ([word, id]) =>
              id && (
                <>
                  <dt>{word}</dt>
                  <dd>
                    <code>
                      <bdi>{shown(id)}</bdi>
                    </code>
                  </dd>
                </>
              ),
          )}
        </dl>
      </details>
    </article>
  );
}

function Narrow({ onAddress }: { onAddress: (address: string) => void }) {
  const [open, setOpen] = useState(false);
  const [address, setAddress] = useState("");
  if (!open) {
    return (
      <button type="button" onClick={() => setOpen(true)}>
        Only my address…
      </button>
    );
  }
  return (
    <form
      class="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        onAddress(address.trim());
      }}
    >
      <input
        ref={(input) => input?.focus()}
        aria-label="My address"
        required
        pattern="\s*[0-9a-fA-F.:]+(/[0-9]+)?\s*"
        title="An address or a CIDR block, such as 203.0.113.7"
        placeholder="203.0.113.7"
        value={address}
        onInput={(event) => setAddress(event.currentTarget.value)}
      />
      <button type="submit">Narrow</button>
    </form>
  );
}
