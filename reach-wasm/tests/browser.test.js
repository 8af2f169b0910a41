// The entry for browsers, with a server's part played by the file system.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { FILES, TAGS } from "./lab.js";

const web = import.meta.resolve("reach-wasm/web");

test("the entry for browsers fetches its module by itself", async () => {
  const fetched = [];
  globalThis.fetch = async (url) => {
    fetched.push(new URL(url).pathname.split("/").at(-1));
    const body = readFileSync(fileURLToPath(url));
    return new Response(body, { headers: { "content-type": "application/wasm" } });
  };
  const { Network } = await import(new URL("../js/browser.js", web));
  assert.deepEqual(fetched, ["reach_wasm_bg.wasm"]);
  assert.equal(Network.fromFiles(FILES).scan({ tags: TAGS }).findings.length, 3);
});

test("both entries give the same names", async () => {
  const entries = ["node.js", "browser.js"];
  const modules = await Promise.all(
    entries.map((name) => import(new URL(`../js/${name}`, web))),
  );
  assert.deepEqual(Object.keys(modules[0]), Object.keys(modules[1]));
});
