import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64, utf8 } from "../../frontend/src/verify/bytes.ts";
import { encode, type Json } from "../../frontend/src/verify/canonical.ts";
import { check, type Given, type Result } from "../../frontend/src/verify/check.ts";
import { ED25519, ED25519_COSIGNATURE, ML_DSA_44 } from "../../frontend/src/verify/keys.ts";
import { filed, make, ORIGIN, policyOf, SALT, signer, write, type Made } from "./tinylog.ts";

const log = signer(ORIGIN, ED25519);
const logPq = signer(ORIGIN, ML_DSA_44);
const witnesses = [signer("witness.example/one", ED25519_COSIGNATURE), signer("witness.example/two", ED25519_COSIGNATURE)];
const witnessesPq = [signer("witness.example/one", ML_DSA_44)];
const everyone = [log, logPq, ...witnesses, ...witnessesPq];
const classic = policyOf(log, witnesses);
const quantum = policyOf(logPq, witnessesPq);

const given = (...texts: string[]): Given[] => texts.map((text, at) => ({ name: `policy ${at}`, data: utf8(text) }));
const judge = (receipt: string, ...texts: string[]): Result => check(utf8(receipt), given(...texts));
const codes = (result: Result): string => result.reasons.map((reason) => reason.code).join();

function changed(change: (made: Made) => void): string {
  const made = make(5, 11, everyone);
  change(made);
  return write(made);
}

test("a good receipt is verified under each policy and under both", () => {
  for (const size of [1, 2, 3, 7, 8, 9, 64, 100]) {
    for (const index of new Set([0, size >> 1, size - 1])) {
      const result = judge(write(make(index, size, everyone)), classic, quantum);
      assert.equal(result.verdict, "verified", `${index} of ${size}: ${result.reasons[0]?.detail}`);
      assert.equal(result.receipt?.index, BigInt(index));
      assert.equal(result.judged[0]?.opened?.cosigned.size, 2);
    }
  }
});

test("without a policy the answer is that it could not be checked", () => {
  const result = judge(write(make(5, 11, everyone)));
  assert.equal(result.verdict, "unchecked");
  assert.equal(codes(result), "no-policy");
});

test("every policy must hold", () => {
  const noQuantum = write(make(5, 11, [log, ...witnesses]));
  assert.equal(judge(noQuantum, classic).verdict, "verified");
  const both = judge(noQuantum, classic, quantum);
  assert.equal(both.verdict, "refuted");
  assert.equal(codes(both), "log-unsigned");
});

test("too few witnesses is pending, and never a verdict", () => {
  const result = judge(write(make(5, 11, [log, witnesses[0] as (typeof witnesses)[0]])), classic);
  assert.equal(result.verdict, "unchecked");
  assert.equal(codes(result), "pending");
  assert.equal(result.judged[0]?.opened?.cosigned.size, 1);
  const any = policyOf(log, witnesses, "any");
  assert.equal(judge(write(make(5, 11, [log, witnesses[1] as (typeof witnesses)[0]])), any).verdict, "verified");
});

test("another ledger's policy cannot judge", () => {
  const other = policyOf(signer("example.org/other", ED25519), []);
  const result = judge(write(make(5, 11, everyone)), other);
  assert.equal(result.verdict, "unchecked");
  assert.equal(codes(result), "log-unknown");
});

test("what was not recorded is refuted", () => {
  const entry = (made: Made): { [key: string]: Json } => made.extra["entry"] as { [key: string]: Json };
  const cases: [string, (made: Made) => void, string][] = [
    ["text", (made) => (made.extra["open"] = { question: { salt: SALT, value: "Something else" } }), "content-part"],
    ["salt", (made) => (made.extra["open"] = { question: { salt: "12".repeat(32), value: "x" } }), "content-part"],
    ["unknown part", (made) => (made.extra["open"] = { answer: { salt: SALT, value: "x" } }), "content-part"],
    ["parts", (made) => (made.extra["parts"] = { question: "00".repeat(32) }), "content-foreign"],
    ["no parts", (made) => (made.extra["parts"] = {}), "content-unbound"],
    ["no digest", (made) => delete entry(made)["digest"], "content-unbound"],
    ["number", (made) => (entry(made)["public"] = { number: "CEC-2026-999999", office: "tm.cec" }), "inclusion"],
    ["date", (made) => (entry(made)["at"] = "2026-11-20"), "inclusion"],
    ["position", (made) => (made.index = 4), "inclusion"],
    ["beyond the end", (made) => (made.index = 11), "inclusion"],
    ["path shorter", (made) => made.path.pop(), "inclusion"],
    ["path longer", (made) => made.path.push(new Uint8Array(32)), "inclusion"],
    ["entry of another", (made) => (made.extra = { ...filed("CEC-2026-000001") }), "inclusion"],
    ["unknown key", (made) => (entry(made)["note"] = "x"), "format"],
    ["a day that is none", (made) => (entry(made)["at"] = "2026-02-30"), "format"],
    ["version", (made) => (entry(made)["v"] = 2), "format"],
    ["foreign key in extra", (made) => (made.extra["key"] = "x"), "format"],
  ];
  for (const [name, change, code] of cases) {
    const result = judge(changed(change), classic);
    assert.equal(result.verdict, "refuted", name);
    assert.equal(codes(result), code, name);
  }
});

test("a forged log or cosignature is refuted", () => {
  const text = write(make(5, 11, everyone));
  const last = text.indexOf("witness.example/two ") + 60;
  const forged = text.slice(0, last) + (text[last] === "A" ? "B" : "A") + text.slice(last + 1);
  assert.equal(codes(judge(forged, classic)), "signature");
  const unsigned = write(make(5, 11, [...witnesses, signer("example.org/other", ED25519)]));
  assert.equal(codes(judge(unsigned, classic)), "log-unsigned");
});

test("one changed byte never verifies something else", () => {
  const made = make(1, 3, [log, ...witnesses]);
  const bytes = utf8(write(made));
  const policies = given(classic);
  const facts = (result: Result): string => `${result.receipt?.index} ${JSON.stringify([...(result.receipt?.entry.facts ?? [])])} ${JSON.stringify([...(result.receipt?.opened.values() ?? [])].map((part) => part.value))}`;
  const truth = facts(check(bytes, policies));
  for (let at = 0; at < bytes.length; at++) {
    const copy = bytes.slice();
    copy[at] = (copy[at] as number) ^ (at % 2 ? 0x01 : 0x20);
    const result = check(copy, policies);
    if (result.verdict === "verified") assert.equal(facts(result), truth, `byte ${at}`);
  }
});

test("canonical JSON refuses every other spelling", () => {
  const good = new TextDecoder().decode(encode(make(0, 1, [log]).extra as Json));
  const spell = (json: string): string => `c2sp.org/tlog-proof@v1\nextra ${toBase64(utf8(json))}\nindex 0\n\n${make(0, 1, [log]).checkpoint}`;
  const policy = policyOf(log, []);
  assert.equal(judge(spell(good), policy).verdict, "verified");
  const others = [` ${good}`, good.replace('"v":1', '"v":1.0'), good.replace('"v":1', '"v":1e0'), good.replace('"v":1', '"v":1,"v":1'), good.replace("filed", "file\\u0064"), `\ufeff${good}`, good.replace('"office":"tm.cec"', '"office":1.5'), good.replace('"office":"tm.cec"', '"office":9007199254740993'), good.replace('"office":"tm.cec"', '"office":"\\ud800"'), good.replace('"office":"tm.cec"', `"office":${"[".repeat(40)}${"]".repeat(40)}`)];
  for (const json of others) assert.equal(judge(spell(json), policy).verdict, "refuted", json.slice(0, 60));
});

test("what is no receipt is named", () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "empty"],
    [new Uint8Array(1024 * 1024 + 1), "too-large"],
    [bytes("%PDF-1.7\n"), "pdf"],
    [bytes("\u0089PNG\r\n"), "image"],
    [bytes("PK\u0003\u0004"), "zip"],
    [bytes("\u0000\u0001\u0002"), "binary"],
    [utf8("Dear office, …"), "other"],
    [utf8(classic), "policy"],
  ];
  for (const [data, code] of cases) {
    const result = check(data, given(classic));
    assert.equal(result.verdict, "unchecked");
    assert.equal(codes(result), code);
  }
});

test("bare proofs, missing lines and foreign spellings are refused", () => {
  const good = write(make(5, 11, everyone));
  const broken = [good.replace(/extra .*\n/, ""), good.replace("index 5", "index 05"), good.replace("index 5", "index +5"), good.replace("index 5\n", ""), good.replace(/\n/g, "\r\n").replace("\r", ""), good.slice(0, -1), `${good}\n`, good.replace(/\n11\n/, "\n011\n"), good.replace("— ", "- ")];
  for (const text of broken) assert.equal(judge(text, classic).verdict, "refuted", text.slice(0, 90));
});
