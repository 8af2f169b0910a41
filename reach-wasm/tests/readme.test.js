// The program of the README, as it stands there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ROOT } from "./lab.js";

test("the program of the README", () => {
  const readme = readFileSync(join(ROOT, "reach-wasm/README.md"), "utf8");
  const program = /```js\n(.*?)```/s.exec(readme)[1];
  const file = fileURLToPath(new URL("readme.out.js", import.meta.url));
  writeFileSync(file, program);
  const printed = execFileSync(process.execPath, [file], { cwd: ROOT, encoding: "utf8" });
  rmSync(file);
  const lines = printed.trim().split("\n");
  assert.match(lines[0], /^HIGH /);
  assert.equal(lines.at(-2), "not_reachable IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  assert.equal(lines.at(-1), "3 findings resolved");
});
