// The npm package as pages use it: as a plain ES module, through a bundler, in a Web Worker.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { build } from "vite";

import { open, serve } from "./browser.js";

const PACKAGE = new URL("../../", import.meta.url).pathname;
const LAB = new URL("../../../docs/examples/lab/", import.meta.url).pathname;
const files = Object.fromEntries(
  readdirSync(LAB).map((name) => [name, readFileSync(join(LAB, name), "utf8")]),
);

/** Scans the lab, and asks what cannot be asked. */
const program = (from) => `
  import { Network } from ${JSON.stringify(from)};
  export function answer(files) {
    const network = Network.fromFiles(files);
    const titles = network.scan({ tags: { SecurityScan: "true" } }).findings.map((it) => it.severity);
    try {
      network.trace("internet", "nobody", "any");
    } catch (error) {
      return [...titles, error instanceof Error, error.name, error.code];
    }
  }`;

const worker = (from) => `
  import { answer } from ${JSON.stringify(from)};
  onmessage = ({ data }) => postMessage(answer(data));
  postMessage("ready");`;

const main = (from, made) => `
  import { answer } from ${JSON.stringify(from)};
  window.answer = answer;
  window.inWorker = (files) => new Promise((resolve, reject) => {
    const worker = ${made};
    worker.onerror = reject;
    worker.onmessage = ({ data }) => (data === "ready" ? worker.postMessage(files) : resolve(data));
  });
  document.body.dataset.ready = "";`;

const EXPECTED = ["HIGH", "MEDIUM", "INFORMATIONAL", true, "ReachError", "unknown_endpoint"];

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "reach-package-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name, text) => writeFileSync(join(folder, name), text);

async function check(t, served) {
  const server = await serve(served);
  t.after(server.close);
  const { page, faults } = await open(t, { url: server.url });
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  assert.deepEqual(await page.evaluate((given) => window.answer(given), files), EXPECTED);
  assert.deepEqual(await page.evaluate((given) => window.inWorker(given), files), EXPECTED);
  assert.deepEqual(faults, []);
}

const PAGE = '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/main.js"></script>';

test("as a plain ES module, on the page and in a worker", async (t) => {
  write("plain.html", PAGE);
  write("program.js", program("/reach-wasm/js/browser.js"));
  write("worker.js", worker("/program.js"));
  write("main.js", main("/program.js", 'new Worker("/worker.js", { type: "module" })'));
  const served = { "/": join(folder, "plain.html") };
  for (const name of ["main.js", "program.js", "worker.js"]) served[`/${name}`] = join(folder, name);
  for (const name of ["js/browser.js", "pkg/reach_wasm.js", "pkg/reach_wasm_bg.wasm"]) {
    served[`/reach-wasm/${name}`] = join(PACKAGE, name);
  }
  await check(t, served);
});

test("through a bundler, on the page and in a worker", async (t) => {
  const root = join(folder, "bundled");
  mkdirSync(join(root, "node_modules"), { recursive: true });
  symlinkSync(PACKAGE, join(root, "node_modules/reach-wasm"));
  writeFileSync(join(root, "index.html"), PAGE);
  writeFileSync(join(root, "program.js"), program("reach-wasm"));
  writeFileSync(join(root, "worker.js"), worker("./program.js"));
  const made = 'new Worker(new URL("./worker.js", import.meta.url), { type: "module" })';
  writeFileSync(join(root, "main.js"), main("./program.js", made));
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: { target: "es2022" },
    worker: { format: "es" },
  });
  const assets = readdirSync(join(root, "dist/assets"));
  assert.ok(assets.some((name) => name.endsWith(".wasm")));
  const served = { "/": join(root, "dist/index.html") };
  for (const name of assets) served[`/assets/${name}`] = join(root, "dist/assets", name);
  await check(t, served);
});
