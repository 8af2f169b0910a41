// Snapshots of people who mean harm, and snapshots that are simply big or broken.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { zipSync } from "fflate";

import { PICTURES, give, json, open, serve, settled } from "./browser.js";
import { network } from "./network.js";

let server;
let folder;
before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "reach-hostile-"));
  server = await serve();
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const LAB = new URL("../../../docs/examples/lab/", import.meta.url).pathname;
const lab = Object.fromEntries(
  readdirSync(LAB).map((name) => [name, readFileSync(join(LAB, name), "utf8")]),
);

/** What the page says it cannot do. */
const refusal = (page) => page.locator(".notice.bad").innerText();

test("markup, script and bidirectional text stay text", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  const evil = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(2)</script>",
    "</script><svg onload=alert(3)>",
    "'\"><b id=injected>bold</b>",
    "\u202egnp.exe\u2066\u200b",
    "javascript:alert(4)",
    "{{constructor.constructor('alert(5)')()}}",
  ].join(" ");
  const quoted = JSON.stringify(evil).slice(1, -1);
  const files = Object.entries(lab).map(([name, text]) =>
    json(
      name,
      text
        .replaceAll("Telnet, no longer needed", quoted)
        .replaceAll('"BastionServer"', `"${quoted}"`)
        .replaceAll('"BastionServerSG"', `"${quoted}"`)
        .replaceAll('"LabVPC"', `"${quoted}"`)
        .replaceAll('"PublicSubnet"', `"${quoted}"`),
    ),
  );
  files.push(json(`${evil.replaceAll("/", "")}.json`, { Nonsense: [], [evil]: [] }));
  await give(page, files);
  await settled(page);
  const look = async () => {
    const text = await page.locator("body").innerText();
    assert.ok(text.includes("<img src=x onerror=alert(1)>"), text);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b]/u);
    assert.equal(await page.locator("#injected, img, body svg[onload]").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
  };
  await page.locator(".row").first().click();
  await page.locator(".hops").first().waitFor();
  await look();
  await page.screenshot({ path: join(PICTURES, "hostile.png"), fullPage: true });
  await page.getByRole("button", { name: "Remove this rule" }).click();
  await settled(page);
  await page.getByRole("button", { name: "AWS CLI commands" }).click();
  await page.locator("dialog[open] pre").waitFor();
  await look();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  for (const tab of ["Ask", "Map"]) {
    await page.getByRole("tab", { name: tab }).click();
    await look();
  }
  assert.deepEqual(faults, []);
});

test("a tag of a megabyte", async (t) => {
  const { page, faults } = await open(t, { url: server.url, width: 375 });
  const long = "W".repeat(2 ** 20);
  await give(page, Object.entries(lab).map(([name, text]) => json(name, text.replaceAll('"BastionServer"', `"${long}"`))));
  await settled(page);
  await page.locator(".row").first().click();
  await page.locator(".hops").first().waitFor();
  await page.getByRole("tab", { name: "Map" }).click();
  const size = await page.evaluate(() => document.getElementById("app").innerHTML.length);
  assert.ok(size < 200_000, `${size}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(wide, 375);
  assert.deepEqual(faults, []);
});

test("a broken file is named, with the place", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  await give(page, [json("vpcs.json", lab["describe-vpcs.json"]), json("groups.json", '{"SecurityGroups": [{"GroupId": 7}]}')]);
  assert.match(await refusal(page), /groups\.json:1:\d+: `SecurityGroups\[0\]\.GroupId`/);
  await give(page, [json("cut.json", '{"Vpcs": [')]);
  await page.getByText(/cut\.json:1:10: not readable as JSON/).waitFor();
  await give(page, [json("notes.txt", "nothing of the kind")]);
  await page.getByText(/notes\.txt/).waitFor();
  await page.screenshot({ path: join(PICTURES, "broken.png") });
  // The page works on.
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  assert.equal(await page.locator(".row").count(), 3);
  assert.deepEqual(faults, []);
});

test("what cannot be told is said first, and is not called closed", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  const some = Object.entries(lab).filter(([name]) => !/route-tables/.test(name));
  await give(page, some.map(([name, text]) => json(name, text)));
  await settled(page);
  const told = page.locator("details.diagnostics");
  assert.equal(await told.getAttribute("open"), "");
  assert.match(await told.innerText(), /1 warning, 1 unknown exposure[^]*`RouteTables` was not collected/);
  await page.getByText("No findings, but 1 exposure could not be told").waitFor();
  await page.screenshot({ path: join(PICTURES, "diagnostics.png") });
  assert.deepEqual(faults, []);
});

test("deep JSON", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  for (const deep of ["[".repeat(100_000), `{"Vpcs": ${"[".repeat(100_000)}`, `{"Vpcs": ${'{"a":'.repeat(100_000)}`]) {
    await give(page, [json("deep.json", deep)]);
    assert.match(await refusal(page), /deep\.json/);
    await page.getByRole("button", { name: "Dismiss" }).click();
  }
  assert.deepEqual(faults, []);
});

test("archives: a good one, a bomb, ways out of the folder", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  const zip = (name, files) => ({ name, mimeType: "application/zip", buffer: Buffer.from(zipSync(files)) });
  const text = (value) => new TextEncoder().encode(value);
  await give(page, [zip("lab.zip", Object.fromEntries(Object.entries(lab).map(([name, value]) => [name, text(value)])))]);
  await settled(page);
  assert.equal(await page.locator(".row").count(), 3);
  await page.getByRole("button", { name: "reach explorer: start over" }).click();

  const spaces = new Uint8Array(64 * 2 ** 20).fill(0x20);
  const bomb = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.json`, spaces]));
  await give(page, [zip("bomb.zip", bomb)]);
  assert.match(await refusal(page), /bomb\.zip/);

  await give(page, [zip("slip.zip", { "../../../etc/passwd.json": text(lab["describe-vpcs.json"]) })]);
  // A name is only a name: nothing is written anywhere.
  await Promise.race([settled(page), page.getByText(/slip\.zip/).waitFor()]);
  assert.deepEqual(faults, []);
});

test("a file of 2 GiB is refused before it is read", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  const path = join(folder, "huge.json");
  openSync(path, "w");
  truncateSync(path, 2 ** 31);
  const start = Date.now();
  await give(page, [path]);
  assert.match(await refusal(page), /huge\.json: 2\.0 GiB, and the explorer reads at most 0\.5 GiB/);
  assert.ok(Date.now() - start < 10_000);
  assert.deepEqual(faults, []);
});

test("50 MB, 5,000 interfaces: reading and scanning can be stopped, and it can be read", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  const files = network({ interfaces: 5000, bytes: 50e6 });
  const total = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  assert.ok(total > 49e6 && total < 60e6, `${total}`);
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  await give(page, paths);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Try the lab" }).waitFor();
  assert.ok(await page.getByRole("button", { name: "Try the lab" }).isEnabled());

  const start = Date.now();
  await give(page, paths);
  await page.locator(".progress:not(.idle)").waitFor();
  // The page answers while the worker works.
  await page.getByRole("button", { name: /Switch to/ }).click();
  await page.getByRole("button", { name: /Switch to/ }).click();
  await settled(page, 120_000);
  t.diagnostic(`50 MB read, compiled and scanned in ${Date.now() - start} ms`);
  assert.match(await page.locator(".counts").innerText(), /5,000 interfaces/);
  const inDocument = await page.locator(".row").count();
  const told = Number(await page.locator(".tabs .count").innerText());
  assert.ok(told > 500 && inDocument < 80, `${inDocument} of ${told}`);
  await page.screenshot({ path: join(PICTURES, "large.png") });

  await page.locator(".row").first().click();
  await page.locator(".hops").first().waitFor();
  const remove = page.getByRole("button", { name: "Remove this rule" }).first();
  await remove.click();
  await page.locator(".progress").getByText("Scanning…").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await settled(page);
  // The page is as it was, without the change.
  assert.equal(Number(await page.locator(".tabs .count").innerText()), told);
  assert.equal(await page.locator(".switches li").count(), 0);
  assert.equal(await page.locator(".notice.bad").count(), 0);

  // The worker was ended: the next one reads the snapshot again.
  const change = Date.now();
  await remove.click();
  await page.locator(".sum").waitFor({ timeout: 120_000 });
  await settled(page, 60_000);
  t.diagnostic(`read again, a rule removed and scanned in ${Date.now() - change} ms`);
  assert.doesNotMatch(await page.locator(".sum").innerText(), /^0 resolved/);

  await page.getByRole("tab", { name: "Map" }).click();
  await page.locator(".vpc summary").first().click();
  await page.locator(".class").first().waitFor();
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok(elements < 12_000, `${elements} elements`);
  await page.screenshot({ path: join(PICTURES, "large-map.png"), fullPage: true });
  assert.deepEqual(faults, []);
});
