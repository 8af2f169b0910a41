import { useState } from "preact/hooks";

import type { State } from "./app";
import { type Change, type NewRule, adding, applied, switched } from "./changes";
import { Completing, type Completion } from "./ends";
import type { Engine } from "./engine";
import { Export } from "./export";
import { plural } from "./text";

interface Props {
  changes: Change[];
  state: State;
  groups: Completion[];
  engine: Engine;
  onChanges: (changes: Change[]) => void;
  onAdd: (change: Change) => void;
}

export function ChangesPanel({ changes, state, groups, engine, onChanges, onAdd }: Props) {
  const [adds, setAdds] = useState(false);
  const { run } = state;
  const statuses = (wanted: string) => run.findings.filter(({ status }) => status === wanted).length;
  const on = applied(changes);
  return (
    <aside class="changes" aria-labelledby="what-if">
      <h2 id="what-if">What if</h2>
      {changes.length === 0 && (
        <p class="empty">
          Pick a finding and try a change: remove a rule, narrow it to your address, stop the host. The
          findings follow at once, and nothing changes in your account.
        </p>
      )}
      <ul class="switches">
        {changes.map((change) => (
          <li class={change.error ? "misfit" : ""}>
            <label>
              <input
                type="checkbox"
                role="switch"
                checked={change.on}
                onChange={(event) => {
                  const { checked } = event.currentTarget;
                  onChanges(
                    changes.map((each) => (each === change ? switched(each, checked) : each)),
                  );
                }}
              />
              <span>
                <bdi>{change.title}</bdi>
              </span>
            </label>
            <button
              type="button"
              class="icon"
              aria-label={`Forget: ${change.title}`}
              onClick={() => onChanges(changes.filter((each) => each !== change))}
            >
              ×
            </button>
            {change.error && (
              <p class="why" role="alert">
                It does not fit: <bdi>{change.error}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
      {on.length > 0 && (
        <p class="sum" role="status">
          <span class="status resolved">{run.resolved?.length ?? 0} resolved</span>{" "}
          <span class="status unchanged">{statuses("unchanged")} unchanged</span>{" "}
          <span class="status new">{statuses("new")} new</span>
        </p>
      )}
      {adds ? (
        <AddRule
          groups={groups}
          onAdd={(rule) => {
            onAdd(adding(state.groups, rule));
            setAdds(false);
          }}
          onCancel={() => setAdds(false)}
        />
      ) : (
        <button type="button" onClick={() => setAdds(true)}>
          Add a rule…
        </button>
      )}
      <Export changes={on} run={run} engine={engine} />
      <p class="dim small">
        {plural(run.instances.length, "instance")} assessed with {run.rules_package}
      </p>
    </aside>
  );
}

const PROTOCOLS = [
  ["tcp", "TCP"],
  ["udp", "UDP"],
  ["icmp", "ICMP"],
  ["icmpv6", "ICMPv6"],
  ["-1", "all traffic"],
] as const;

function AddRule(props: {
  groups: Completion[];
  onAdd: (rule: NewRule) => void;
  onCancel: () => void;
}) {
  const { groups } = props;
  const [rule, setRule] = useState<NewRule>({
    group: groups.length === 1 ? (groups[0]?.value ?? "") : "",
    egress: false,
    protocol: "tcp",
    ports: "",
    peer: "",
    description: "",
  });
  const set = (part: Partial<NewRule>) => setRule({ ...rule, ...part });
  const numbered = rule.protocol === "tcp" || rule.protocol === "udp";
  return (
    <form
      class="add-rule"
      aria-label="Add a rule"
      onSubmit={(event) => {
        event.preventDefault();
        const { group, ports, peer, description, ...rest } = rule;
        props.onAdd({
          ...rest,
          group: group.trim(),
          ports: numbered ? ports.trim() : "",
          peer: peer.trim(),
          description: description.trim(),
        });
      }}
    >
      <Completing
        label="Security group"
        value={rule.group}
        from={groups}
        placeholder="sg-…"
        onValue={(group) => set({ group })}
      />
      <div class="pair">
        <label class="field">
          <span>Direction</span>
          <select
            value={rule.egress ? "out" : "in"}
            onChange={(event) => set({ egress: event.currentTarget.value === "out" })}
          >
            <option value="in">inbound</option>
            <option value="out">outbound</option>
          </select>
        </label>
        <label class="field">
          <span>Protocol</span>
          <select
            value={rule.protocol}
            onChange={(event) => set({ protocol: event.currentTarget.value })}
          >
            {PROTOCOLS.map(([value, label]) => (
              <option value={value}>{label}</option>
            ))}
          </select>
        </label>
      </div>
      <div class="pair">
        {numbered && (
          <label class="field">
            <span>Ports</span>
            <input
              value={rule.ports}
              required
              pattern="\s*\d+(\s*(-|–)\s*\d+)?\s*"
              title="A port or a range, such as 443 or 8000-8080"
              placeholder="443"
              onInput={(event) => set({ ports: event.currentTarget.value })}
            />
          </label>
        )}
        <label class="field">
          <span>{rule.egress ? "To" : "From"}</span>
          <input
            value={rule.peer}
            required
            spellcheck={false}
            placeholder="0.0.0.0/0"
            onInput={(event) => set({ peer: event.currentTarget.value })}
          />
        </label>
      </div>
      <label class="field">
        <span>Description</span>
        <input
          value={rule.description}
          onInput={(event) => set({ description: event.currentTarget.value })}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="primary">
          Add
        </button>
        <button type="button" onClick={props.onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
