import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../frontend/src/verify/bytes.ts";
import { ED25519, ED25519_COSIGNATURE, parseVkey } from "../../frontend/src/verify/keys.ts";
import { looksLikePolicy, parsePolicy } from "../../frontend/src/verify/policies.ts";
import { policyOf, signer } from "./tinylog.ts";

const log = signer("example.org/office", ED25519);
const one = signer("witness.example/one", ED25519_COSIGNATURE);
const two = signer("witness.example/two", ED25519_COSIGNATURE);

test("a policy is read with comments, tabs, addresses and groups in groups", () => {
  const policy = parsePolicy(utf8(`# ours\n\nlog ${log.vkey}\thttps://example.org/\nwitness a ${one.vkey}\nwitness b ${two.vkey} https://b.example/\ngroup x any a\ngroup y all x b\nquorum y\n`));
  assert.deepEqual([...policy.witnesses.keys()], ["a", "b"]);
  assert.equal(policy.groups.get("y")?.needed, 2);
});

test("a policy with anything out of place is refused", () => {
  const good = policyOf(log, [one, two]);
  const broken = [
    "",
    good.slice(0, -1),
    good.replace("quorum g", "quorum h"),
    `${good}quorum g\n`,
    good.replace("group g all", "group g 3"),
    good.replace("group g all", "group g 0"),
    good.replace("group g all w0 w1", "group g all w0 w0"),
    good.replace("witness w1", "witness w0"),
    good.replace("witness w1", "witness none"),
    good.replace(two.vkey, one.vkey),
    good.replace(`log ${log.vkey}`, `log ${one.vkey}`),
    good.replace("witness w0", "observer w0"),
    good.replace("quorum g", "quorum g g"),
    good.replace("\n", "\r\n"),
    good.replace(log.vkey, log.vkey.replace("+", "+0")),
  ];
  for (const text of broken) assert.throws(() => parsePolicy(utf8(text)), Error, text.slice(0, 200));
});

test("a file is told from a receipt by its lines", () => {
  assert.ok(looksLikePolicy(utf8(`# a comment\nlog ${log.vkey}\nquorum none\n`)));
  assert.ok(!looksLikePolicy(utf8("c2sp.org/tlog-proof@v1\nindex 0\n\nlog x\n")));
  assert.ok(!looksLikePolicy(utf8("Dear office")));
});

test("the example key of the signed-note specification is accepted", () => {
  const key = parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  assert.equal(key.name, "example.com/foo");
  assert.equal(key.kind, ED25519);
});
