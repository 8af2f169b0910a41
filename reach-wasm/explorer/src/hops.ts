// A way through the network, element by element.
import type { Component, Path } from "reach-wasm";

import { evidenceShort, evidenceWords, leaving } from "./text";

export interface Step {
  component: Component;
  /** The rules that let it through, in full and in few words. */
  evidence: string[];
  short: string;
  /** What became of the addresses. */
  change: string;
  /** What stops the packets here, or leaves them in doubt. */
  stop?: { kind: "stopped" | "doubt"; word: string; code: string; message: string };
}

export function steps(path: Path, direction: "forward" | "return"): Step[] {
  const list: Step[] = path[direction].map((hop) => {
    const evidence = hop.evidence ?? [];
    const [first] = evidence;
    const more = evidence.length > 1 ? ` +${evidence.length - 1}` : "";
    return {
      component: hop.component,
      evidence: evidence.map(evidenceWords),
      short: first ? `${evidenceShort(first)}${more}` : "",
      change: leaving(hop.inbound, hop.outbound),
    };
  });
  const reasons = path.explanations ?? [];
  for (const reason of reasons.filter((each) => each.direction === direction)) {
    const stopped = path.verdict === "not_reachable";
    const word = !stopped ? "Unknown" : reason === reasons[0] ? "Stopped" : "Would stop it too";
    const { code, message } = reason;
    const stop = { kind: stopped ? "stopped" : "doubt", word, code, message } as const;
    const at = list.findLast(
      ({ component }) =>
        component.id === reason.component.id && component.kind === reason.component.kind,
    );
    if (at && !at.stop) at.stop = stop;
    else {
      // An element that is no hop of its own, such as the VPC of a host.
      list.push({ component: reason.component, evidence: [], short: "", change: "", stop });
    }
  }
  return list;
}
