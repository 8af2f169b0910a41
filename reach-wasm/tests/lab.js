// The lab's files and edits, as a page or a program would hold them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The root of the repository. */
export const ROOT = process.env.REACH_ROOT ?? new URL("../..", import.meta.url).pathname;

export const BASTION = "i-34a8b7a77a92db7ba";
export const TAGS = { SecurityScan: "true" };

const folder = join(ROOT, "docs/examples/lab");

/** @type {Record<string, Uint8Array>} */
export const FILES = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, readFileSync(join(folder, name))]),
);

/** @param {string} task */
export function edits(task) {
  return JSON.parse(readFileSync(join(ROOT, `docs/examples/lab-edits/${task}.json`), "utf8"));
}
