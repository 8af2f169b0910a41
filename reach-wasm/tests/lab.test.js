// The lab's story, from the first scan to no finding at all.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { Network } from "reach-wasm";

import { BASTION, FILES, ROOT, TAGS, edits } from "./lab.js";

const lab = Network.fromFiles(FILES);
const ports = (findings) => findings.map((finding) => [finding.severity, finding.port]);

test("the first scan finds Telnet and SSH", () => {
  const run = lab.scan({ tags: TAGS });
  assert.deepEqual(ports(run.findings), [
    ["HIGH", 23],
    ["MEDIUM", 22],
    ["INFORMATIONAL", undefined],
  ]);
  assert.deepEqual(run.summary, { HIGH: 1, MEDIUM: 1, LOW: 0, INFORMATIONAL: 1 });
  assert.deepEqual(run.instances, [BASTION]);
  assert.equal(run.findings[0].rules[0].id, "sgr-8816b793ff66971e3");
});

test("task 4 resolves Telnet and keeps SSH", () => {
  const baseline = lab.scan({ tags: TAGS });
  const run = lab.withEdits(edits("task4")).scan({ tags: TAGS, baseline });
  assert.deepEqual(ports(run.findings), [
    ["MEDIUM", 22],
    ["INFORMATIONAL", undefined],
  ]);
  assert.deepEqual(run.findings[0].sources, ["203.0.113.7/32"]);
  assert.equal(run.findings[0].status, "unchanged");
  assert.deepEqual(ports(run.resolved), [["HIGH", 23]]);
  assert.equal(run.resolved[0].id, baseline.findings[0].id);
});

test("task 5 leaves nothing", () => {
  const hardened = lab.withEdits([...edits("task4"), ...edits("task5")]);
  assert.deepEqual(hardened.scan({ tags: TAGS }).findings, []);
  assert.equal(lab.scan({ tags: TAGS }).findings.length, 3, "the first network is not changed");
});

test("traces say what lets through and what stops", () => {
  const open = lab.trace("internet", "BastionServer", "tcp/23");
  assert.equal(open.verdict, "reachable");
  const evidence = open.paths[0].forward.flatMap((hop) => hop.evidence ?? []);
  assert.ok(evidence.some((item) => item.rule === "sgr-8816b793ff66971e3"));

  const closed = lab.trace("internet", "AppServer", "tcp/22");
  assert.equal(closed.verdict, "not_reachable");
  assert.ok(closed.explanations[0].code);

  const oneWay = lab.trace("internet", "BastionServer", "tcp/22", {
    forward: true,
    sourcePort: 40000,
  });
  assert.equal(oneWay.question, "forward");
  assert.match(oneWay.traffic, /40000/);
});

test("tags as pairs, and listeners", () => {
  const both = lab.scan({
    tags: [
      ["SecurityScan", "true"],
      ["Name", "AppServer"],
    ],
  });
  assert.equal(both.instances.length, 2);
  const listeners = { [BASTION]: [{ protocol: "tcp", port: 22, process: "sshd" }] };
  const run = lab.scan({ tags: TAGS, listeners });
  const ssh = run.findings.find((finding) => finding.port === 22);
  assert.equal(ssh.type, "RecognizedPortWithListener");
  assert.equal(ssh.listener.process, "sshd");
});

test("the command prints the same bytes", { skip: !process.env.REACH_COMMAND }, () => {
  const command = (...args) =>
    execFileSync(process.env.REACH_COMMAND, [...args, "--format", "json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
  const print = (value) => `${JSON.stringify(value, null, 2)}\n`;
  const folder = join("docs", "examples", "lab");
  assert.equal(
    print(lab.scan({ tags: TAGS })),
    command("scan", folder, "--tag", "SecurityScan=true"),
  );
  for (const to of ["BastionServer", "AppServer"]) {
    const { diagnostics, ...printed } = JSON.parse(
      command("trace", folder, "internet", to, "tcp/22"),
    );
    assert.equal(print(lab.trace("internet", to, "tcp/22")), print(printed));
  }
});
