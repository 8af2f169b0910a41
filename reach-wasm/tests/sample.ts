// A program as a user would write it; compiled strictly, then run.
import { Network, type Finding, type ReachError, type Run, type Verdict } from "reach-wasm";

import { FILES, edits } from "./lab.js";

const network: Network = Network.fromFiles(FILES);
const before: Run = network.scan({ tags: { SecurityScan: "true" } });
const worst: Finding | undefined = before.findings[0];
console.log(worst?.severity, worst?.port, worst?.rules.map((rule) => rule.source).join());

const after = network.withEdits(edits("task4")).scan({ baseline: before });
console.log(after.resolved?.map((finding) => finding.title.length > 0));

const answer = network.trace("internet", "AppServer", "tcp/22", { forward: true, sourcePort: 5000 });
const verdict: Verdict = answer.verdict;
for (const path of answer.paths) {
  for (const hop of path.forward) {
    for (const evidence of hop.evidence ?? []) {
      if (evidence.type === "route") console.log(evidence.table, evidence.target);
    }
  }
}
console.log(verdict, answer.explanations[0]?.code);

function isReachError(error: unknown): error is ReachError {
  return error instanceof Error && error.name === "ReachError";
}

try {
  network.trace("internet", "nobody", "any");
} catch (error) {
  if (!isReachError(error)) throw error;
  console.log(error.code, error.details.candidates ?? []);
}

// @ts-expect-error A port is a number.
const wrong: string | undefined = worst?.port;
// @ts-expect-error There is no such option.
const misspelt = (): Run => network.scan({ tag: {} });
// @ts-expect-error Only the static method makes one.
const made = (): Network => new Network();
void [wrong, misspelt, made];
