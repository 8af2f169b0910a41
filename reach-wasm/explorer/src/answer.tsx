import type { Path, Trace, Verdict } from "reach-wasm";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { Drawing, room } from "./drawing";
import type { Engine } from "./engine";
import { EngineError, Stopped } from "./engine";
import { type Step, steps } from "./hops";
import type { Question } from "./messages";
import { blocks, componentWords, kindWords, plural, shown } from "./text";

type Asked = { trace: Trace } | { error: string } | undefined;

/** The answer to a question in a state of the network; asked again when either changes. */
export function useAnswer(engine: Engine, question: Question | undefined, version: number): Asked {
  const [answer, setAnswer] = useState<Asked>();
  useEffect(() => {
    if (!question) return setAnswer(undefined);
    let current = true;
    const give = (asked: Asked) => current && setAnswer(asked);
    engine.ask(question).then(
      (trace) => give({ trace }),
      (thrown: unknown) => {
        if (thrown instanceof Stopped) return give({ error: "Stopped." });
        const candidates =
          thrown instanceof EngineError ? (thrown.failure.details.candidates ?? []) : [];
        const told = thrown instanceof Error ? thrown.message : String(thrown);
        give({ error: candidates.length > 0 ? `${told}: name one by its id` : told });
      },
    );
    return () => {
      current = false;
    };
  }, [engine, question, version]);
  return answer;
}

const WORDS: Record<Verdict, string> = {
  reachable: "Reachable",
  partly_reachable: "Partly reachable",
  not_reachable: "Not reachable",
  unknown: "Unknown",
};

/** As many ways as anybody looks through. */
const MOST_WAYS = 50;

/** An answer; what is asked about stands above it where `named` says what its end is called. */
export function Answer({ answer, named }: { answer: Asked; named?: string }) {
  const [way, setWay] = useState(0);
  if (!answer) return <p class="empty">Following the packets…</p>;
  if ("error" in answer) {
    return (
      <p class="notice bad" role="alert">
        <bdi>{shown(answer.error, 400)}</bdi>
      </p>
    );
  }
  const { trace } = answer;
  const ways = trace.paths.slice(0, MOST_WAYS);
  const path = ways[Math.min(way, ways.length - 1)];
  return (
    <div class="answer" aria-live="polite">
      <p class={`verdict ${trace.verdict}`}>
        <strong>{WORDS[trace.verdict]}</strong>{" "}
        {named === undefined && (
          <span class="dim">
            <bdi>{shown(trace.from, 60)}</bdi> → <bdi>{shown(trace.to, 60)}</bdi>, {shown(trace.traffic)}
          </span>
        )}
      </p>
      {trace.verdict === "partly_reachable" && trace.passing.length > 0 && (
        <p class="passing">
          Gets through: {trace.passing.slice(0, 3).map((set) => (
            <span>
              {blocks(set.sources)} → {blocks(set.destinations)}, {set.traffic}{" "}
            </span>
          ))}
        </p>
      )}
      {trace.explanations.length > 0 && trace.verdict !== "partly_reachable" && (
        <ul class="reasons" aria-label="Why not">
          {trace.explanations.slice(0, 6).map((reason) => (
            <li>
              <code>{reason.code}</code> at <bdi>{componentWords(reason.component)}</bdi>
              {reason.direction === "return" && " on the way back"}: {shown(reason.message, 300)}{" "}
              <span class="dim">({reason.rules.join(", ")})</span>
            </li>
          ))}
        </ul>
      )}
      {ways.length > 1 && (
        <div class="ways" role="group" aria-label="Ways">
          {ways.map((each, index) => (
            <button
              type="button"
              aria-pressed={each === path}
              class={each.verdict}
              onClick={() => setWay(index)}
            >
              Way {index + 1}
            </button>
          ))}
          {trace.paths.length > ways.length && (
            <span class="dim">and {plural(trace.paths.length - ways.length, "more way")}</span>
          )}
        </div>
      )}
      {path && <Way path={path} from={shown(trace.from, 40)} to={shown(named ?? trace.to, 40)} />}
      {[...(trace.assumptions ?? []), ...(trace.notes ?? [])].map((note) => (
        <p class="assumed">
          <code>{note.code}</code> {shown(note.text, 300)}
        </p>
      ))}
    </div>
  );
}

function Way({ path, from, to }: { path: Path; from: string; to: string }) {
  const [forward, back] = useMemo(() => [steps(path, "forward"), steps(path, "return")], [path]);
  const frame = useRef<HTMLDivElement>(null);
  const [down, setDown] = useState(true);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const look = () => setDown(element.clientWidth < room(forward));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [forward]);
  return (
    <>
      <div class="way" ref={frame}>
        <div class={down ? "there down" : "there"}>
          <Drawing steps={forward} from={from} to={to} verdict={path.verdict} down={down} />
          <Hops title="There" steps={forward} />
        </div>
      </div>
      {back.length > 0 && (
        <details class="back" open={back.some((step) => step.stop)}>
          <summary>And back: {plural(back.length, "element")}</summary>
          <Hops title="Back" steps={back} />
        </details>
      )}
    </>
  );
}

function Hops({ title, steps: list }: { title: string; steps: Step[] }) {
  return (
    <ol class="hops" aria-label={title}>
      {list.map((step) => (
        <li class={step.stop ? `stop ${step.stop.kind}` : ""}>
          <p class="element">
            <span class="kind">{kindWords(step.component.kind)}</span>{" "}
            <bdi class="name">{shown(step.component.name, 60)}</bdi>{" "}
            {step.component.kind !== "internet" && (
              <code>
                <bdi>{shown(step.component.id)}</bdi>
              </code>
            )}
          </p>
          {step.evidence.map((line) => (
            <p class="by">
              <bdi>{line}</bdi>
            </p>
          ))}
          {step.change && <p class="change">{step.change}</p>}
          {step.stop && (
            <p class="why">
              <strong>{step.stop.word}</strong> <code>{step.stop.code}</code> {shown(step.stop.message, 300)}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
