// What a question can start and end at, and the fields that complete it.
import type { Inventory } from "reach-wasm";
import { useId, useMemo, useState } from "preact/hooks";

import { kindWords, shown } from "./text";

/** Something that completes to a value. */
export interface Completion {
  value: string;
  /** What else it is called, for whoever looks for that. */
  label: string;
  search: string;
}

export interface Completions {
  ends: Completion[];
  groups: Completion[];
}

/** How many are offered at a time; typing narrows them. */
const MOST = 40;

export function completions(inventory: Inventory): Completions {
  const complete = (value: string, ...words: (string | undefined)[]): Completion => {
    const label = words.filter(Boolean).join(" · ");
    return { value, label, search: `${value} ${label}`.toLowerCase() };
  };
  const instances = new Map(inventory.instances.map((it) => [it.id, it]));
  const ends = [
    complete("internet", "everything beyond the gateways"),
    ...inventory.instances.map((it) =>
      complete(it.id, shown(it.name, 60), "instance", it.state === "running" ? "" : it.state),
    ),
    ...inventory.gateways
      .filter((it) => it.endpoint)
      .map((it) => complete(it.id, shown(it.name, 60), kindWords(it.kind))),
    ...inventory.interfaces.flatMap((it) => {
      const name = shown(instances.get(it.instance ?? "")?.name, 60);
      const addresses = [...it.addresses, ...(it.public_addresses ?? [])].map((block) =>
        block.replace(/\/(32|128)$/, ""),
      );
      return [complete(it.id, name, "network interface", ...addresses.slice(0, 4))];
    }),
    ...inventory.subnets.map((it) =>
      complete(it.id, shown(it.name, 60), "subnet", ...it.ranges.slice(0, 2)),
    ),
    ...inventory.vpcs.map((it) => complete(it.id, shown(it.name, 60), "VPC", ...it.ranges.slice(0, 2))),
  ];
  const groups = inventory.security_groups.map((it) => complete(it.id, shown(it.name, 60)));
  return { ends, groups };
}

interface Props {
  label: string;
  value: string;
  from: Completion[];
  placeholder?: string;
  onValue: (value: string) => void;
}

/** A text field that offers ids for what is typed: parts of ids, names and addresses. */
export function Completing({ label, value, from, placeholder, onValue }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const offered = useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    const found: Completion[] = [];
    for (const completion of from) {
      if (found.length === MOST) break;
      if (completion.search.includes(wanted)) found.push(completion);
    }
    return found;
  }, [typed, from]);
  const known = from.find((completion) => completion.value === value);
  return (
    <div class="field">
      <label for={`${id}-field`}>{label}</label>
      <input
        id={`${id}-field`}
        aria-describedby={`${id}-hint`}
        value={value}
        list={id}
        required
        spellcheck={false}
        autocomplete="off"
        placeholder={placeholder}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onValue(event.currentTarget.value);
        }}
      />
      <datalist id={id}>
        {offered.map((completion) => (
          <option value={completion.value} label={completion.label} />
        ))}
      </datalist>
      <span class="hint" id={`${id}-hint`}>
        <bdi>{known?.label ?? ""}</bdi>
      </span>
    </div>
  );
}
