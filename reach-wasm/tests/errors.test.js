// Errors carry what a program needs, and no input is too bad for one.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Network } from "reach-wasm";

import { BASTION, FILES } from "./lab.js";

const lab = Network.fromFiles(FILES);

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

test("an unreadable file is named, with the place", () => {
  const error = thrown(() =>
    Network.fromFiles({ "groups.json": '{"SecurityGroups": [\n  {"GroupId": 7}]}' }),
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, "ReachError");
  assert.equal(error.code, "invalid_field");
  assert.equal(error.details.file, "groups.json");
  assert.equal(error.details.line, 2);
  assert.equal(error.details.field, "SecurityGroups[0].GroupId");
});

test("questions that cannot be asked", () => {
  assert.equal(thrown(() => lab.trace("internet", "nobody", "tcp/22")).code, "unknown_endpoint");
  assert.equal(thrown(() => lab.trace("internet", BASTION, "tcp/ssh")).code, "invalid_traffic");

  const twins = ["i-2", "i-1"].map((id) => ({
    InstanceId: id,
    VpcId: "vpc-1",
    Tags: [{ Key: "Name", Value: "web" }],
  }));
  const network = Network.fromFiles({
    "i.json": JSON.stringify({ Reservations: [{ Instances: twins }] }),
  });
  const error = thrown(() => network.trace("internet", "web", "any"));
  assert.equal(error.code, "ambiguous_endpoint");
  assert.deepEqual(error.details.candidates, ["i-1", "i-2"]);
});

test("edits that do not fit", () => {
  const stop = (id) => ({ Action: "StopInstances", InstanceIds: [id] });
  const error = thrown(() => lab.withEdits([stop(BASTION), stop("i-gone")]));
  assert.equal(error.code, "InvalidInstanceID.NotFound");
  assert.deepEqual(error.details, { resourceId: "i-gone", action: "StopInstances", index: 1 });
});

test("diagnostics", () => {
  const network = Network.fromFiles({
    "odd.json": '{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-gone"}], "Nonsense": []}',
  });
  assert.ok(network.diagnostics.some((diagnostic) => diagnostic.file === "odd.json"));
  assert.deepEqual(network.scan().diagnostics, network.diagnostics);
});

test("hostile input", () => {
  const circle = {};
  circle.circle = circle;
  let deep = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const getter = {
    get Action() {
      throw new Error("a getter that throws");
    },
  };
  const calls = [
    () => Network.fromFiles({}),
    () => Network.fromFiles(null),
    () => Network.fromFiles(undefined),
    () => Network.fromFiles(7),
    () => Network.fromFiles({ "a.json": 7 }),
    () => Network.fromFiles({ "a.json": "" }),
    () => Network.fromFiles({ "a.json": new Uint8Array([0xff, 0xfe, 0]) }),
    () => Network.fromFiles({ "a.json": "[".repeat(100_000) }),
    () => Network.fromFiles({ "a.json": `{"Vpcs": ${"[".repeat(100_000)}` }),
    () => Network.fromFiles({ "a.zip": new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]) }),
    () => lab.withEdits(undefined),
    () => lab.withEdits(null),
    () => lab.withEdits("{"),
    () => lab.withEdits("[".repeat(100_000)),
    () => lab.withEdits(Symbol("edit")),
    () => lab.withEdits({ Action: 1n }),
    () => lab.withEdits(getter),
    () => lab.withEdits({}),
    () => lab.withEdits(circle),
    () => lab.withEdits(deep),
    () => lab.withEdits([[]]),
    () => lab.withEdits({ Action: "Nonsense" }),
    () => lab.withEdits({ Action: "StopInstances", InstanceIds: deep }),
    () => lab.scan(7),
    () => lab.scan({ tag: {} }),
    () => lab.scan({ tags: 7 }),
    () => lab.scan({ tags: { a: 1 } }),
    () => lab.scan({ tags: deep }),
    () => lab.scan({ listeners: { "i-1": 7 } }),
    () => lab.scan({ baseline: {} }),
    () => lab.scan({ baseline: circle }),
    () => lab.trace("internet", BASTION, "any", { sourcePort: 65536 }),
    () => lab.trace("internet", BASTION, "any", { sourcePort: -1 }),
    () => lab.trace("internet", BASTION, "any", { sourcePort: 1.5 }),
    () => lab.trace("internet", BASTION, "any", { forwards: true }),
    () => lab.trace("internet", BASTION, "any", { sourceAddresses: ["nowhere"] }),
    () => lab.trace("internet", "\ud800", "any"),
  ];
  for (const [number, call] of calls.entries()) {
    const error = thrown(call);
    assert.equal(error.name, "ReachError", `${number}: ${error.stack}`);
    assert.ok(error.code, `${number}`);
  }
  assert.equal(lab.scan().instances.length, 2, "the module lives on");
});

test("messages are one line", () => {
  const error = thrown(() =>
    Network.fromFiles({ "evil\n\u001b[31m.json": '{"Vpcs": [{"VpcId": {"\\u001b[2J\\n": 1}}]}' }),
  );
  for (const text of [error.message, error.details.file, error.details.field ?? ""]) {
    assert.doesNotMatch(text, /\p{Cc}/u);
  }
});
