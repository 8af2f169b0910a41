// The network file by file, what there is in it, ways, and edits as commands.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Loader, Network } from "reach-wasm";

import { BASTION, FILES, TAGS, edits } from "./lab.js";

const lab = Network.fromFiles(FILES);

test("file by file, as all at once", () => {
  const loader = new Loader();
  for (const [name, bytes] of Object.entries(FILES).reverse()) {
    assert.ok(loader.wants(name));
    loader.add(name, bytes);
  }
  assert.ok(!loader.wants("README.md"));
  const network = loader.network();
  assert.deepEqual(network.scan({ tags: TAGS }).findings, lab.scan({ tags: TAGS }).findings);
  assert.ok(network.diagnostics.some(({ code, file }) => code === "file_skipped" && file === "README.md"));
  assert.throws(() => loader.network(), { code: "no_describe_answer" });
});

test("a file that fails is named, and the network is not made without it", () => {
  const loader = new Loader();
  assert.throws(() => loader.add("a.json", new TextEncoder().encode("{")), { code: "invalid_json" });
  assert.throws(() => loader.network(), { code: "incomplete" });
});

test("the inventory", () => {
  const { vpcs, subnets, instances, interfaces, gateways, security_groups } = lab.inventory();
  assert.deepEqual([vpcs, subnets, instances, interfaces].map((list) => list.length), [1, 2, 2, 3]);
  assert.deepEqual(gateways.map(({ kind, endpoint }) => [kind, endpoint]), [
    ["internet_gateway", true],
    ["nat_gateway", false],
  ]);
  const bastion = interfaces.find(({ instance }) => instance === BASTION);
  assert.deepEqual(bastion.addresses, ["10.0.1.10/32"]);
  assert.deepEqual(bastion.public_addresses, ["198.51.100.10/32"]);
  const group = security_groups.find(({ id }) => id === bastion.security_groups[0]);
  const telnet = group.rules.find(({ id }) => id === "sgr-8816b793ff66971e3");
  assert.deepEqual(telnet.permission, {
    IpProtocol: "tcp",
    FromPort: 23,
    ToPort: 23,
    IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "Telnet, no longer needed" }],
  });
  const revoke = { Action: "RevokeSecurityGroupIngress", GroupId: group.id, IpPermissions: [telnet.permission] };
  const ports = lab.withEdits(revoke).scan({ tags: TAGS }).findings.map(({ port }) => port);
  assert.deepEqual(ports, [22, undefined]);
});

test("paths are the trace without blocked ways", () => {
  const closed = lab.paths("internet", "AppServer", "any");
  assert.deepEqual([closed.verdict, closed.paths.length], ["not_reachable", 0]);
  assert.ok(lab.paths("internet", "AppServer", "any", { blocked: true }).paths.length > 0);
  const open = lab.paths("internet", BASTION, "any", { trace: { sourcePort: 40000 } });
  assert.match(open.passing[0].traffic, /^tcp 22-23 .*40000/);
});

test("edits as commands of the AWS command line", () => {
  const commands = lab.awsCommands([...edits("task4"), ...edits("task5")]);
  assert.equal(commands.length, 4);
  assert.match(commands[0], /^aws ec2 revoke-security-group-ingress .*--group-id sg-4bf8190b5fe06b8ed/);
  assert.match(commands[3], new RegExp(`^aws ec2 stop-instances .*--instance-ids ${BASTION}$`));
  assert.throws(() => lab.awsCommands({ Action: "Nonsense" }), { code: "invalid_edit" });
});
