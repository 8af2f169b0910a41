// The conformance cases of the Rust tests, asked in JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Network } from "reach-wasm";

// Written by `make vectors`.
const vectors = process.env.REACH_VECTORS;
const cases = vectors ? JSON.parse(readFileSync(vectors, "utf8")) : [];

/** Whether a word is an id, or a part of one that is an ARN. */
function named(word, id) {
  return word === id || (id.startsWith("arn:") && id.split("/").includes(word));
}

function check(network, question, expected) {
  const trace = network.trace(question.from, question.to, question.traffic, {
    forward: question.forward,
    sourcePort: question.source_port,
    sourceAddresses: question.source && [question.source],
    via: question.via,
    vouched: question.vouched,
  });
  assert.equal(trace.verdict, expected.verdict);
  if (expected.code === null) return;
  const [first] = trace.explanations;
  assert.deepEqual([first.code, first.direction], [expected.code, expected.direction]);
  if (expected.component !== null) {
    assert.ok(named(expected.component, first.component.id), first.component.id);
  }
}

test("there are cases", { skip: !vectors && "REACH_VECTORS names no file: make vectors" }, () => {
  assert.ok(cases.length >= 235);
});

for (const { id, files, asked } of cases) {
  test(id, () => {
    const texts = Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)]);
    const network = Network.fromFiles(Object.fromEntries(texts));
    for (const { question, expected } of asked) check(network, question, expected);
  });
}
