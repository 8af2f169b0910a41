// The lab's story in a real browser, by mouse and by keyboard.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { PICTURES, open, serve, settled } from "./browser.js";

let server;
before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  server = await serve();
});
after(() => server.close());

const rows = (page) =>
  page.locator(".row").evaluateAll((list) =>
    list.map((row) => [
      row.querySelector(".severity").textContent,
      row.querySelector("strong").textContent,
      row.querySelector(".status")?.textContent,
    ]),
  );

const BEFORE = [
  ["High", "tcp 23 Telnet", undefined],
  ["Medium", "tcp 22 SSH", undefined],
  ["Info", "all open ports: tcp 22–23", undefined],
];
const TASK_4 = [
  ["High", "tcp 23 Telnet", "resolved"],
  ["Medium", "tcp 22 SSH", "unchanged"],
  ["Info", "all open ports: tcp 22", "unchanged"],
];
const TASK_5 = [
  ["High", "tcp 23 Telnet", "resolved"],
  ["Medium", "tcp 22 SSH", "resolved"],
  ["Info", "all open ports: tcp 22–23", "resolved"],
];

test("three clicks show the three states of the lab", async (t) => {
  const { page, faults } = await open(t, { url: server.url, width: 1040, height: 430 });
  // These are the pictures of the README: `make pictures`.
  const picture = (n) =>
    page.screenshot({ path: join(PICTURES, `lab-${n}.jpg`), type: "jpeg", quality: 72 });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  assert.deepEqual(await rows(page), BEFORE);
  await picture(1);
  await page.getByRole("switch", { name: /Task 4/ }).click();
  await page.locator(".row.resolved").first().waitFor();
  await settled(page);
  assert.deepEqual(await rows(page), TASK_4);
  await picture(2);
  await page.getByRole("switch", { name: /Task 5/ }).click();
  await page.locator(".row.resolved").nth(2).waitFor();
  await settled(page);
  await picture(3);
  assert.deepEqual(await rows(page), TASK_5);
  assert.equal(await page.locator(".sum").textContent(), "3 resolved 0 unchanged 0 new");
  assert.deepEqual(faults, []);
});

test("the story by mouse", async (t) => {
  const { page, faults, requests } = await open(t, { url: server.url });
  await page.screenshot({ path: join(PICTURES, "landing.png") });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  // The lab brings its own changes; this story makes them by hand.
  for (let n = 0; n < 2; n++) {
    await page.getByRole("button", { name: /^Forget/ }).first().click();
    await settled(page);
  }
  await page.getByRole("button", { name: /tcp 23 Telnet/ }).click();
  const finding = page.getByRole("article", { name: "Finding" });
  await finding.locator(".hops").first().waitFor();
  const text = await finding.locator(".hops").first().innerText();
  for (const part of [
    "internet gateway igw-da710154fb06d08f0",
    "acl-c66d01e339fa1b541: inbound entry 100 allow",
    "sgr-8816b793ff66971e3: inbound tcp 23 from 0.0.0.0/0 “Telnet, no longer needed”",
    "→ 10.0.1.10/32",
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  const drawing = finding.getByRole("img");
  assert.match(
    await drawing.getAttribute("aria-label"),
    /^from internet, then internet gateway .*, then network ACL .*, then to BastionServer$/,
  );
  await page.screenshot({ path: join(PICTURES, "finding.png") });
  await page.screenshot({ path: join(PICTURES, "finding-whole.png"), fullPage: true });

  await finding.getByRole("button", { name: "Remove this rule" }).click();
  await page.locator(".row.resolved").waitFor();
  await page.getByRole("button", { name: /tcp 22 SSH/ }).click();
  await finding.getByRole("button", { name: "Only my address…" }).click();
  await finding.getByLabel("My address").fill("203.0.113.7");
  await finding.getByRole("button", { name: "Narrow" }).click();
  await finding.getByText("203.0.113.7/32").first().waitFor();
  await settled(page);
  assert.deepEqual(await rows(page), TASK_4);
  await page.screenshot({ path: join(PICTURES, "task-4.png") });

  await finding.getByRole("button", { name: "Stop this host" }).click();
  await page.locator(".row.resolved").nth(2).waitFor();
  assert.deepEqual(await rows(page), TASK_5);
  // What is gone shows what stops it.
  await finding.locator(".stop").first().waitFor();
  await page.screenshot({ path: join(PICTURES, "task-5.png") });

  // Switching a change off brings the finding back.
  await page.getByRole("switch", { name: /Remove tcp 23/ }).click();
  await page.getByRole("switch", { name: /Stop BastionServer/ }).click();
  await settled(page);
  const [telnet] = await rows(page);
  assert.deepEqual(telnet, ["High", "tcp 23 Telnet", "unchanged"]);

  // A rule of one's own makes a new finding.
  await page.getByRole("button", { name: "Add a rule…" }).click();
  const form = page.getByRole("form", { name: "Add a rule" });
  await form.getByLabel("Security group").fill("sg-4bf8190b5fe06b8ed");
  await form.getByLabel("Ports").fill("3389");
  await form.getByLabel("From", { exact: true }).fill("0.0.0.0/0");
  await form.getByLabel("Description").fill("it's remote");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator(".row.new").first().waitFor();
  assert.ok((await rows(page)).some(([, what, status]) => /3389/.test(what) && status === "new"));

  // What is switched on can be taken away, as commands and as JSON.
  await page.getByRole("button", { name: "AWS CLI commands" }).click();
  const commands = (await page.locator("dialog[open] pre").innerText()).trim().split("\n");
  assert.equal(commands.length, 2);
  assert.match(commands[0], /^aws ec2 modify-security-group-rules .*--group-id sg-4bf8190b5fe06b8ed/);
  assert.match(commands[1], /^aws ec2 authorize-security-group-ingress .*it\\u0027s remote/);
  await page.screenshot({ path: join(PICTURES, "commands.png") });
  await page.getByRole("button", { name: "Close", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Run as JSON" }).click(),
  ]);
  const run = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.equal(run.rules_package, "network-reachability-1.1");
  assert.ok(run.findings.some(({ port, status }) => port === 3389 && status === "new"));

  assert.deepEqual(faults, []);
  const beyond = requests.filter((url) => !url.startsWith("blob:") && url !== server.url);
  assert.deepEqual(beyond, []);
});

/** Presses Tab until what is wanted has the focus. */
async function tabTo(page, wanted) {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press("Tab");
    const is = await wanted.evaluate((element) => element === document.activeElement);
    if (is) return;
  }
  assert.fail("Tab does not lead there");
}

test("the story by keyboard", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  await tabTo(page, page.getByRole("button", { name: "Try the lab" }));
  await page.keyboard.press("Enter");
  await settled(page);
  await tabTo(page, page.locator(".row").first());
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: /tcp 22 SSH/ }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.getByRole("heading", { name: /tcp 23 Telnet/ }).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Remove this rule" }));
  await page.keyboard.press("Enter");
  await page.locator(".row.resolved").waitFor();
  await page.locator(".row").nth(1).focus();
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Only my address…" }));
  await page.keyboard.press("Enter");
  await page.keyboard.type("203.0.113.7");
  await page.keyboard.press("Enter");
  await page.getByRole("switch", { name: /Only 203/ }).waitFor();
  await settled(page);
  assert.deepEqual(await rows(page), TASK_4);
  await tabTo(page, page.getByRole("switch", { name: /Task 5/ }));
  await page.keyboard.press("Space");
  await page.locator(".row.resolved").nth(2).waitFor();
  assert.deepEqual(await rows(page), TASK_5);

  // Tabs by arrow keys, the question by typing.
  await page.getByRole("tab", { name: /Findings/ }).focus();
  await page.keyboard.press("ArrowRight");
  await tabTo(page, page.getByLabel("From", { exact: true }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("AppServer");
  await tabTo(page, page.getByLabel("To", { exact: true }));
  await page.keyboard.type("internet");
  await tabTo(page, page.getByLabel("Port or protocol"));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("443");
  await page.keyboard.press("Enter");
  await page.locator(".verdict.reachable").waitFor();
  assert.match(await page.locator(".hops").first().innerText(), /NAT gateway nat-a376dd0aea4cc9f22/);
  await page.screenshot({ path: join(PICTURES, "ask.png"), fullPage: true });
  assert.deepEqual(faults, []);
});

test("the form completes ids, names and addresses", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  await page.getByRole("tab", { name: "Ask" }).click();
  const offered = async (typed) => {
    await page.getByLabel("To", { exact: true }).fill(typed);
    return page
      .locator(".field", { hasText: "To" })
      .first()
      .locator("option")
      .evaluateAll((list) => list.map((option) => option.value));
  };
  assert.deepEqual(await offered("appser"), ["i-f6886bd66fb827ff0", "eni-322377fa566387582"]);
  assert.deepEqual(await offered("198.51.100.10"), ["eni-44fa240122f9e7232"]);
  assert.deepEqual(await offered("igw-"), ["igw-da710154fb06d08f0"]);
  await offered("AppServer");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.locator(".verdict.not_reachable").waitFor();
  const why = await page.getByRole("list", { name: "Why not" }).innerText();
  assert.match(why, /IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS/);
  await page.screenshot({ path: join(PICTURES, "not-reachable.png"), fullPage: true });
  await page.getByLabel("To", { exact: true }).fill("nobody");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByText(/`nobody` is no instance/).waitFor();
  assert.deepEqual(faults, []);
});

test("what does not fit says so, and what is switched on later comes later", async (t) => {
  const { page, faults } = await open(t, { url: server.url });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  // Task 5 removes the rule that task 4 makes.
  await page.getByRole("switch", { name: /Task 5/ }).click();
  await page.getByText(/It does not fit/).waitFor();
  assert.equal(await page.getByRole("switch", { name: /Task 5/ }).isChecked(), false);
  assert.deepEqual(await rows(page), BEFORE);
  // Faster than the worker: the last state counts.
  await page.evaluate(() => {
    const [task4] = document.querySelectorAll('[role="switch"]');
    for (let n = 0; n < 5; n++) task4.click();
  });
  await page.locator(".row.resolved").first().waitFor();
  await settled(page);
  assert.deepEqual(await rows(page), TASK_4);
  await page.getByRole("switch", { name: /Task 5/ }).click();
  await page.locator(".row.resolved").nth(2).waitFor();
  assert.deepEqual(faults, []);
});

test("filters and search", async (t) => {
  const { page } = await open(t, { url: server.url });
  await page.getByRole("button", { name: "Try the lab" }).click();
  await settled(page);
  await page.getByRole("group", { name: "Filters" }).getByRole("button", { name: /^High/ }).click();
  assert.equal((await rows(page)).length, 2);
  await page.getByLabel("Search in findings").fill("ssh");
  assert.deepEqual((await rows(page)).map(([severity]) => severity), ["Medium"]);
  await page.getByLabel("Search in findings").fill("nothing like it");
  await page.getByText("No finding matches").waitFor();
  await page.getByLabel("Search in findings").fill("");
  await page.getByLabel("Only tagged").fill("SecurityScan=false");
  await page.keyboard.press("Enter");
  await page.getByText("No findings: 0 instances assessed.").waitFor();
});

test("the map, the dark page and a phone", async (t) => {
  for (const [name, options] of [
    ["dark", { dark: true }],
    ["phone", { width: 375, height: 780 }],
    ["phone-dark", { width: 375, height: 780, dark: true }],
  ]) {
    const { page, faults } = await open(t, { url: server.url, ...options });
    const wide = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await wide(), 0, `${name}: the page before anything is loaded`);
    await page.getByRole("button", { name: "Try the lab" }).click();
    await settled(page);
    await page.getByRole("switch", { name: /Task 4/ }).click();
    await settled(page);
    await page.locator(".row").nth(1).click();
    await page.locator(".hops").first().waitFor();
    assert.equal(await wide(), 0, `${name}: findings`);
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
    await page.getByRole("tab", { name: "Map" }).click();
    await page.locator(".class").first().waitFor();
    assert.equal(await wide(), 0, `${name}: the map`);
    await page.screenshot({ path: join(PICTURES, `${name}-map.png`), fullPage: true });
    await page.getByRole("tab", { name: "Ask" }).click();
    assert.equal(await wide(), 0, `${name}: the form`);
    assert.deepEqual(faults, []);
  }
});
