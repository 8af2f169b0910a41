import type { Diagnostic, Inventory, InventoryGroup, Run } from "reach-wasm";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";

import { Ask } from "./ask";
import { type Change, applied, switched } from "./changes";
import { ChangesPanel } from "./changes-panel";
import { Diagnostics } from "./diagnostics";
import { type Completions, completions } from "./ends";
import { Engine, EngineError, Stopped } from "./engine";
import { Findings } from "./findings";
import { labChanges, labSources } from "./lab";
import { Landing } from "./landing";
import { NetworkMap } from "./map";
import type { Progress, Question, Source } from "./messages";
import { plural, shown } from "./text";
import { ThemeButton } from "./theme";

export interface Snapshot {
  label: string;
  inventory: Inventory;
  diagnostics: Diagnostic[];
  completions: Completions;
}

export interface State {
  run: Run;
  groups: InventoryGroup[];
  /** Counts the states: what was asked of an earlier one has to be asked again. */
  version: number;
}

const TABS = ["Findings", "Ask", "Map"] as const;
type Tab = (typeof TABS)[number];

export function App() {
  const [progress, setProgress] = useState<Progress>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const [state, setState] = useState<State>();
  const [changes, setChanges] = useState<Change[]>([]);
  const [tags, setTags] = useState<[string, string][]>([]);
  const [tab, setTab] = useState<Tab>("Findings");
  const [question, setQuestion] = useState<Question>();
  const engine = useMemo(() => new Engine(setProgress), []);
  const version = useRef(0);
  /** Counts what was begun: only what was begun last may change the page. */
  const tickets = useRef(0);

  /** Does something that takes its time; whoever stops it gets the page back as it was. */
  const run = useCallback(async (work: (superseded: () => boolean) => Promise<void>) => {
    const ticket = ++tickets.current;
    const superseded = () => ticket !== tickets.current;
    setBusy(true);
    setError(undefined);
    try {
      await work(superseded);
    } catch (thrown) {
      if (thrown instanceof Stopped || superseded()) return;
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      if (!superseded()) setBusy(false);
    }
  }, []);

  const open = (label: string, sources: Source[], ready: Change[]) =>
    run(async (superseded) => {
      const { inventory, diagnostics } = await engine.load(sources);
      const scanned = await engine.scan([], []);
      if (superseded()) return;
      setSnapshot({ label, inventory, diagnostics, completions: completions(inventory) });
      setState({ ...scanned, version: ++version.current });
      setChanges(ready);
      setTags([]);
      setQuestion(undefined);
      setTab("Findings");
    });

  const close = () => {
    tickets.current++;
    engine.stop();
    setBusy(false);
    setSnapshot(undefined);
    setState(undefined);
    setError(undefined);
  };

  /** Scans with other changes or tags. A change that does not fit is switched off and says why. */
  const rescan = (next: Change[], tagsNow = tags) =>
    run(async (superseded) => {
      const before = { changes, tags };
      setChanges(next);
      setTags(tagsNow);
      let fitting = next;
      for (;;) {
        const on = applied(fitting);
        const owner = on.flatMap((change) => change.edits.map(() => change));
        try {
          const scanned = await engine.scan(on.flatMap((change) => change.edits), tagsNow);
          if (superseded()) return;
          setChanges(fitting);
          setState({ ...scanned, version: ++version.current });
          return;
        } catch (thrown) {
          if (superseded()) return;
          const index = thrown instanceof EngineError ? thrown.failure.details.index : undefined;
          const misfit = owner[index ?? (on.length === 1 ? 0 : -1)];
          if (!misfit || !(thrown instanceof EngineError)) {
            setChanges(before.changes);
            setTags(before.tags);
            throw thrown;
          }
          const why = shown(thrown.message, 300);
          fitting = fitting.map((change) =>
            change === misfit ? { ...change, on: false, error: why } : change,
          );
          setChanges(fitting);
        }
      }
    });

  const add = (change: Change) => {
    const others = changes.filter(({ key }) => key !== change.key);
    return rescan([...others, switched(change, true)]);
  };

  const ask = (asked: Question) => {
    setQuestion(asked);
    setTab("Ask");
  };

  return (
    <>
      <header class="bar">
        <button type="button" class="brand" onClick={close} aria-label="reach explorer: start over">
          <Logo /> reach <span>explorer</span>
        </button>
        {snapshot && (
          <div class="what">
            <h1>
              <bdi>{shown(snapshot.label, 40)}</bdi>
            </h1>
            <span class="counts">
              {plural(snapshot.inventory.vpcs.length, "VPC")} ·{" "}
              {plural(snapshot.inventory.instances.length, "instance")} ·{" "}
              {plural(snapshot.inventory.interfaces.length, "interface")}
            </span>
          </div>
        )}
        <span class="private" title="The page's policy forbids every request">
          nothing leaves this page
        </span>
        <ThemeButton />
      </header>
      <ProgressBar progress={progress} onStop={() => engine.stop()} />
      {error && (
        <div class="notice bad" role="alert">
          <p>
            <bdi>{shown(error, 400)}</bdi>
          </p>
          <button type="button" onClick={() => setError(undefined)}>
            Dismiss
          </button>
        </div>
      )}
      {snapshot && state ? (
        <main class="workbench" aria-busy={busy}>
          <Diagnostics diagnostics={snapshot.diagnostics} run={state.run} />
          <div class="columns">
            <section class="answers">
              <div class="tabs" role="tablist" aria-label="Views">
                {TABS.map((name) => (
                  <button
                    type="button"
                    role="tab"
                    id={`tab-${name}`}
                    aria-controls="view"
                    aria-selected={tab === name}
                    tabIndex={tab === name ? 0 : -1}
                    onClick={() => setTab(name)}
                    onKeyDown={(event) => {
                      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                      if (!step) return;
                      const to = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
                      if (!to) return;
                      setTab(to);
                      document.getElementById(`tab-${to}`)?.focus();
                    }}
                  >
                    {name}
                    {name === "Findings" && <span class="count">{state.run.findings.length}</span>}
                  </button>
                ))}
              </div>
              <div id="view" role="tabpanel" aria-labelledby={`tab-${tab}`}>
                {tab === "Findings" && (
                  <Findings
                    state={state}
                    snapshot={snapshot}
                    engine={engine}
                    tags={tags}
                    onTags={(wanted) => rescan(changes, wanted)}
                    onChange={add}
                  />
                )}
                {tab === "Ask" && (
                  <Ask
                    state={state}
                    completions={snapshot.completions}
                    engine={engine}
                    question={question}
                    onAsk={setQuestion}
                  />
                )}
                {tab === "Map" && (
                  <NetworkMap inventory={snapshot.inventory} run={state.run} onAsk={ask} />
                )}
              </div>
            </section>
            <ChangesPanel
              changes={changes}
              state={state}
              groups={snapshot.completions.groups}
              engine={engine}
              onChanges={rescan}
              onAdd={add}
            />
          </div>
        </main>
      ) : (
        <Landing
          busy={busy}
          onSources={(label, sources) => open(label, sources, [])}
          onLab={() => open("the lab", labSources, labChanges)}
          onError={setError}
        />
      )}
    </>
  );
}

function ProgressBar(props: { progress: Progress | undefined; onStop: () => void }) {
  const { progress } = props;
  return (
    <div class={progress ? "progress" : "progress idle"} role="status">
      {progress && (
        <>
          <span>{progress.stage}…</span>
          <progress
            aria-label={progress.stage}
            {...(progress.part === undefined ? {} : { value: progress.part })}
          />
          <button type="button" onClick={props.onStop}>
            Stop
          </button>
        </>
      )}
    </div>
  );
}

const Logo = () => (
  <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" class="logo">
    <path d="M5 12h9" />
    <path d="m11 7 5 5-5 5" />
    <circle cx="5" cy="12" r="2.2" />
    <path d="M20 4v16" />
  </svg>
);
