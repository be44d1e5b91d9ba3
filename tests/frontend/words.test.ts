import assert from "node:assert/strict";
import { test } from "node:test";
import { ashgabat, fill, grouped, lasting, pieces, stated } from "../../frontend/src/verify/showing.ts";
import { en } from "../../frontend/src/verify/words/en.ts";
import { ru } from "../../frontend/src/verify/words/ru.ts";
import { tk } from "../../frontend/src/verify/words/tk.ts";

const blanks = (sentence: string): string => [...sentence.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort().join();

test("every language has every word with the same blanks", () => {
  for (const other of [ru, tk]) {
    for (const [key, sentence] of Object.entries(en)) {
      const theirs = (other as unknown as Record<string, unknown>)[key];
      if (typeof sentence === "string") assert.equal(blanks(String(theirs)), blanks(sentence), `${other.name}: ${key}`);
      if (typeof sentence === "string" && sentence !== "") assert.notEqual(theirs, "", `${other.name}: ${key}`);
    }
    assert.deepEqual(Object.keys(other.acts), Object.keys(en.acts));
    assert.deepEqual(Object.keys(other.parts), Object.keys(en.parts));
    assert.equal(other.months.split(" ").length, 12);
  }
  assert.notEqual(tk.review, "");
});

test("times are told in Ashgabat's time, days as days", () => {
  assert.equal(ashgabat(Date.parse("2026-11-21T20:30:00Z") / 1000, en), "22 November 2026, 01:30 (Ashgabat, UTC+5)");
  assert.equal(stated("2026-11-21", ru), "21 ноября 2026");
  assert.equal(lasting(7200, en), "2 h");
  assert.equal(grouped(1234567n, en), "1,234,567");
});

test("letters that cannot be seen are shown as what they are", () => {
  const shown = pieces("a\u202eb\u0007c\n\u200fd").map((piece) => piece.text).join("");
  assert.equal(shown, "a[U+202E]b[U+0007]c\n[U+200F]d");
  assert.equal(fill("«{name}»", { name: "x\u2066" }), "«x[U+2066]»");
});
