// Prints answers as TypeScript, so that the compiler compares the types with what really comes out:
// a literal may lack no field and have none too many.
import { Network } from "reach-wasm";

import { BASTION, FILES, TAGS, edits } from "./lab.js";

const lab = Network.fromFiles(FILES);
const listeners = { [BASTION]: [{ protocol: "tcp", port: 22, process: "sshd", pid: 812 }] };
const baseline = lab.scan({ tags: TAGS, listeners });
const blind = Object.fromEntries(
  Object.entries(FILES).filter(([name]) => !/route-tables|internet-gateways/.test(name)),
);
const less = Network.fromFiles({ ...blind, "odd.json": '{"Nonsense": []}' });
const questions = [
  ["internet", "BastionServer", "tcp/23"],
  ["internet", "BastionServer", "any"],
  ["internet", "AppServer", "tcp/22"],
  ["BastionServer", "AppServer", "tcp/22"],
  ["AppServer", "internet", "tcp/443"],
];
const answers = {
  Run: [baseline, lab.withEdits(edits("task4")).scan({ tags: TAGS, baseline }), less.scan()],
  Trace: [lab, less].flatMap((network) => questions.map((question) => network.trace(...question))),
  Diagnostic: less.diagnostics,
  Inventory: [lab.inventory(), less.inventory()],
};
for (const [type, values] of Object.entries(answers)) {
  if (values.length === 0) throw new Error(`no ${type}`);
  console.log(`import type { ${type} } from "reach-wasm";`);
  console.log(`export const all${type}: ${type}[] = ${JSON.stringify(values, null, 1)};`);
}
