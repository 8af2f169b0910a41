// What a page downloads for it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** In KiB, gzipped. The aim is 400; nothing may grow on the way there. */
const MOST = 651;

test("the module names no folder of who built it", () => {
  const module = readFileSync(fileURLToPath(import.meta.resolve("reach-wasm/reach_wasm_bg.wasm")), "latin1");
  assert.ok(module.includes("reach-core/src/"), "where a panic came from");
  assert.doesNotMatch(module, /[/\\](registry|toolchains)[/\\]/);
});

test(`module and glue take at most ${MOST} KiB`, (t) => {
  const folder = new URL("./", import.meta.resolve("reach-wasm/web"));
  const files = readdirSync(folder).filter((name) => /\.(wasm|js)$/.test(name));
  const sizes = files.map((name) => gzipSync(readFileSync(fileURLToPath(new URL(name, folder))), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  assert.equal(files.length, 2);
  t.diagnostic(`${Math.ceil(total)} KiB`);
  assert.ok(total <= MOST, `${Math.ceil(total)} KiB`);
});
