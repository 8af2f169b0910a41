import { useEffect, useId, useState } from "preact/hooks";

import type { State } from "./app";
import { Answer, useAnswer } from "./answer";
import { Completing, type Completions } from "./ends";
import type { Engine } from "./engine";
import type { Question } from "./messages";

interface Props {
  state: State;
  completions: Completions;
  engine: Engine;
  question: Question | undefined;
  onAsk: (question: Question) => void;
}

const USUAL = [
  ["tcp/22", "SSH"],
  ["tcp/443", "HTTPS"],
  ["tcp/80", "HTTP"],
  ["tcp/3389", "RDP"],
  ["tcp/5432", "PostgreSQL"],
  ["tcp/3306", "MySQL"],
  ["udp/53", "DNS"],
  ["icmp/echo-request", "ping"],
  ["any", "everything"],
] as const;

/** A lone number is a TCP port. */
const traffic = (text: string) => (/^\s*\d+(-\d+)?\s*$/.test(text) ? `tcp/${text.trim()}` : text.trim());

export function Ask({ state, completions, engine, question, onAsk }: Props) {
  const id = useId();
  const [from, setFrom] = useState(question?.from ?? "internet");
  const [to, setTo] = useState(question?.to ?? "");
  const [port, setPort] = useState(question?.traffic ?? "tcp/22");
  useEffect(() => {
    if (!question) return;
    setFrom(question.from);
    setTo(question.to);
    setPort(question.traffic);
  }, [question]);
  const answer = useAnswer(engine, question, state.version);
  return (
    <>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          onAsk({ from: from.trim(), to: to.trim(), traffic: traffic(port), open: false });
        }}
      >
        <Completing
          label="From"
          value={from}
          from={completions.ends}
          placeholder="id, name, address or internet"
          onValue={setFrom}
        />
        <Completing
          label="To"
          value={to}
          from={completions.ends}
          placeholder="id, name or address"
          onValue={setTo}
        />
        <div class="field port">
          <label for={`${id}-field`}>Port or protocol</label>
          <input
            id={`${id}-field`}
            aria-describedby={`${id}-hint`}
            value={port}
            list={id}
            required
            spellcheck={false}
            autocomplete="off"
            placeholder="tcp/22"
            onInput={(event) => setPort(event.currentTarget.value)}
          />
          <datalist id={id}>
            {USUAL.map(([value, label]) => (
              <option value={value} label={label} />
            ))}
          </datalist>
          <span class="hint" id={`${id}-hint`}>
            22, tcp/8000-8080, udp/53, icmp/echo-request, any
          </span>
        </div>
        <button type="submit" class="primary">
          Ask
        </button>
      </form>
      {question ? (
        <Answer answer={answer} />
      ) : (
        <p class="empty">
          Ask whether traffic gets from one end to another. The answer names every element on the way
          and the rule that lets it through, or stops it.
        </p>
      )}
    </>
  );
}
