// The same receipts that the Python verifier is tested with, where they are in the tree.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "../../frontend/src/verify/bytes.ts";
import { check } from "../../frontend/src/verify/check.ts";

declare const ROOT: string;

interface Vector {
  readonly name: string;
  readonly receipt: string;
  readonly policies: string[];
  readonly verdict: string;
}

const file = join(ROOT, "tests", "vectors", "receipts", "cases.json");

test("both verifiers agree on the shared receipts", { skip: !existsSync(file) }, () => {
  for (const vector of JSON.parse(readFileSync(file, "utf8")) as Vector[]) {
    const policies = vector.policies.map((text, at) => ({ name: `policy ${at + 1}`, data: utf8(text) }));
    const result = check(utf8(vector.receipt), policies);
    assert.equal(result.verdict, vector.verdict, `${vector.name}: ${JSON.stringify(result.reasons)}`);
  }
});
