// Asks the built npm package what the native bench asks: `time.mjs SNAPSHOT PAIRS` prints seconds.
import { readFileSync } from "node:fs";

import { Network } from "../../reach-wasm/js/node.js";

const [snapshot, pairs] = process.argv.slice(2);
const network = Network.fromFiles({ "cloud.json": readFileSync(snapshot) });

/** Median processor seconds of some runs. */
function median(ask) {
  const times = [];
  for (let run = 0; run < 5; run++) {
    const start = process.cpuUsage();
    ask();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1e6);
  }
  return times.sort((a, b) => a - b)[2];
}

const traces = () => JSON.parse(pairs).forEach(([a, z]) => network.trace(a, z, "tcp/8000"));
console.log(JSON.stringify({ scan: median(() => network.scan()), trace: median(traces) }));
