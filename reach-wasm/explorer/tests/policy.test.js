// Nothing leaves the page, and everybody can use it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { PAGE, open, serve, settled } from "./browser.js";

let server;
before(async () => {
  server = await serve();
});
after(() => server.close());

test("the policy has no way out", () => {
  const page = readFileSync(PAGE, "utf8");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page);
  const rules = Object.fromEntries(
    policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]),
  );
  assert.deepEqual(rules["default-src"], ["'none'"]);
  assert.deepEqual(rules["base-uri"], ["'none'"]);
  assert.deepEqual(rules["form-action"], ["'none'"]);
  assert.deepEqual(rules["worker-src"], ["blob:"]);
  assert.deepEqual(rules["img-src"], ["data:"]);
  assert.equal(rules["connect-src"], undefined);
  const sources = [...rules["script-src"], ...rules["style-src"]];
  for (const source of sources) {
    assert.match(source, /^'(sha256-[\w+/=]+|wasm-unsafe-eval)'$/);
  }
  // It stands before whatever it is about.
  assert.ok(page.indexOf("Content-Security-Policy") < page.search(/<(script|style|link)/));
});

test("the page cannot ask for anything, and neither can its worker", async (t) => {
  const { page, requests } = await open(t, { url: server.url });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  const before = server.asked.length;
  const tried = await page.evaluate(async (url) => {
    const attempt = (work) => Promise.resolve().then(work).then(() => "went", () => "refused");
    const inWorker = new Promise((resolve) => {
      const code = `fetch(${JSON.stringify(url)}).then(() => postMessage("went"), () => postMessage("refused"))`;
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      worker.onmessage = ({ data }) => resolve(data);
    });
    const image = new Promise((resolve) => {
      const element = new Image();
      element.onload = () => resolve("went");
      element.onerror = () => resolve("refused");
      element.src = `${url}picture`;
    });
    const socket = new Promise((resolve) => {
      const it = new WebSocket(url.replace("http", "ws"));
      it.onopen = () => resolve("went");
      it.onerror = () => resolve("refused");
    });
    const script = new Promise((resolve) => {
      const element = document.createElement("script");
      element.textContent = "window.ran = true";
      document.body.append(element);
      resolve(window.ran ? "went" : "refused");
    });
    return {
      fetch: await attempt(() => fetch(url)),
      inWorker: await inWorker,
      image: await image,
      socket: await attempt(() => socket.then((so) => so === "refused" && Promise.reject())),
      script: await script,
      eval: await attempt(() => (0, eval)("1")),
    };
  }, server.url);
  assert.deepEqual(new Set(Object.values(tried)), new Set(["refused"]), JSON.stringify(tried));
  assert.equal(server.asked.length, before, "the server was asked for nothing");
  assert.equal(server.asked.filter((url) => url === "/").length >= 1, true);
  assert.ok(requests.some((url) => url.startsWith("blob:")), "there is a worker");
});

test("it opens as a file, too", async (t) => {
  const { page, faults } = await open(t, { url: pathToFileURL(PAGE).href });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  assert.equal(await page.locator(".row").count(), 3);
  assert.deepEqual(faults, []);
});

test("axe finds nothing to complain about", async (t) => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const dark of [false, true]) {
    const { page } = await open(t, { url: server.url, dark });
    const check = async (where) => {
      // By way of the debugger, which the policy does not bind.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const told = violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]);
      assert.deepEqual(told, [], `${where}${dark ? ", dark" : ""}`);
    };
    await check("landing");
    await page.getByRole("button", { name: "Try the lab" }).click();
    await settled(page);
    await page.getByRole("switch", { name: /Task 4/ }).click();
    await settled(page);
    await page.locator(".row").first().click();
    await page.locator(".hops").first().waitFor();
    await page.getByRole("button", { name: "Add a rule…" }).click();
    await check("findings");
    await page.getByRole("tab", { name: "Ask" }).click();
    await page.getByLabel("To", { exact: true }).fill("AppServer");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".verdict").waitFor();
    await check("ask");
    await page.getByRole("tab", { name: "Map" }).click();
    await page.locator(".class summary").first().click();
    await check("map");
  }
});
