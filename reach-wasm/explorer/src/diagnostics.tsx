import type { Diagnostic, Run } from "reach-wasm";

import { plural, shown } from "./text";
import { VirtualList } from "./virtual-list";

/** What reading noticed, first of all: an answer is as good as the snapshot. */
export function Diagnostics({ diagnostics, run }: { diagnostics: Diagnostic[]; run: Run }) {
  const unknown = run.unknown?.length ?? 0;
  const unassessed = run.unassessed?.length ?? 0;
  const warnings = diagnostics.filter(({ level }) => level === "warning");
  const notes = diagnostics.length - warnings.length;
  const sorted = [...warnings, ...diagnostics.filter(({ level }) => level !== "warning")];
  if (diagnostics.length + unknown + unassessed === 0) {
    return (
      <p class="diagnostics good">
        <Mark kind="good" /> Everything in the snapshot could be read, and nothing that matters is
        missing.
      </p>
    );
  }
  const bad = warnings.length + unknown + unassessed > 0;
  const parts = [
    warnings.length > 0 && plural(warnings.length, "warning"),
    notes > 0 && plural(notes, "note"),
    unknown > 0 && plural(unknown, "unknown exposure"),
    unassessed > 0 && `${plural(unassessed, "Region")} not assessed`,
  ].filter(Boolean);
  return (
    <details class={bad ? "diagnostics bad" : "diagnostics"} open={bad}>
      <summary>
        <Mark kind={bad ? "bad" : "note"} /> <strong>{parts.join(", ")}</strong>{" "}
        <span class="dim">
          {bad ? "some answers may be unknown because of this" : "no answer changes"}
        </span>
      </summary>
      <VirtualList
        items={sorted}
        label="Diagnostics"
        estimate={44}
        render={(diagnostic) => (
          <div class={`diagnostic ${diagnostic.level}`}>
            <span class="tag">{diagnostic.level}</span>
            <span>
              <code>{diagnostic.code}</code> <bdi>{shown(diagnostic.message, 300)}</bdi>{" "}
              {diagnostic.resource && (
                <code>
                  <bdi>{shown(diagnostic.resource)}</bdi>
                </code>
              )}{" "}
              {diagnostic.file && (
                <span class="dim">
                  <bdi>{shown(diagnostic.file)}</bdi>
                </span>
              )}
            </span>
          </div>
        )}
      />
      {unknown > 0 && (
        <VirtualList
          items={run.unknown ?? []}
          label="Unknown exposures"
          estimate={44}
          render={(exposure) => (
            <div class="diagnostic warning">
              <span class="tag">unknown</span>
              <span>
                <bdi>{shown(exposure.instance_name ?? exposure.instance_id)}</bdi>{" "}
                {exposure.reasons.map((reason) => (
                  <>
                    <code>{reason.code}</code> at <bdi>{shown(reason.resource)}</bdi>:{" "}
                    {shown(reason.message, 200)}{" "}
                  </>
                ))}
              </span>
            </div>
          )}
        />
      )}
      {(run.unassessed ?? []).map((region) => (
        <div class="diagnostic warning">
          <span class="tag">not assessed</span>
          <span>
            <code>{region.code}</code> <bdi>{shown(region.resource)}</bdi>: {shown(region.message, 200)}
          </span>
        </div>
      ))}
    </details>
  );
}

const Mark = ({ kind }: { kind: "good" | "bad" | "note" }) => (
  <span class={`mark ${kind}`} aria-hidden="true">
    {{ good: "✓", bad: "!", note: "i" }[kind]}
  </span>
);
