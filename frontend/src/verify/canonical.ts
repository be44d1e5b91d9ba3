// Canonical JSON (RFC 8785) as far as entries use it: integers within ±(2^53 − 1), no fractions.
import { fromUtf8, same, utf8 } from "./bytes.ts";
import { malformed } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const MAX_DEPTH = 32;

/** The one encoding of a value. Throws for what entries may not hold. */
export function encode(value: Json): Uint8Array {
  return utf8(write(value, 0));
}

/** Parse, and refuse every encoding but the one that `encode` gives (so also keys that stand twice). */
export function decode(data: Uint8Array, what: string): Json {
  const text = fromUtf8(data, what);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw malformed(what, "not JSON");
  }
  if (!same(encode(value), data)) throw malformed(what, "not in canonical form (RFC 8785)");
  return value;
}

/** The members of an object, or nothing if the value is none. */
export function members(value: Json | undefined): Map<string, Json> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

function write(value: Json, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw malformed("JSON", `the number ${value} is no integer within ±(2^53 − 1)`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") return writeText(value);
  if (depth >= MAX_DEPTH) throw malformed("JSON", `nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  const rows = Object.keys(value)
    .sort()
    .map((key) => `${writeKey(key)}:${write(value[key] as Json, depth + 1)}`);
  return `{${rows.join(",")}}`;
}

function writeKey(key: string): string {
  if (/[\ud800-\uffff]/.test(key)) throw malformed("JSON", "a key holds letters beyond U+D7FF");
  return JSON.stringify(key);
}

function writeText(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw malformed("JSON", "text holds half of a surrogate pair");
  return JSON.stringify(text);
}
