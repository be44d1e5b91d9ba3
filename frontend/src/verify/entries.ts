// Entries: what an act leaves on the ledger. Codes, numbers, dates and digests only.
import { encode, members, type Json } from "./canonical.ts";
import { malformed } from "./errors.ts";

export const PART_NAME = /^[a-z][a-z0-9_]{0,63}$/;

const KEYS = new Set(["v", "act", "at", "by", "mandate", "cause", "digest", "public"]);
const ACT = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)+$/;
const BY = /^(?:person|node|office:[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*)$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
const OPTIONAL: [string, RegExp][] = [
  ["digest", /^sha256:[0-9a-f]{64}$/],
  ["cause", /^[0-9a-f]{64}$/],
  ["mandate", /^[0-9a-z]{8,40}$/],
];
const MAX_BYTES = 65_535;

export interface Entry {
  readonly act: string;
  readonly at: string;
  readonly by: string;
  readonly facts: Map<string, Json>;
  readonly digest?: string;
}

/** Check keys and shapes of an entry. */
export function parseEntry(value: Json): Entry {
  const fields = members(value);
  if (!fields) throw malformed("entry", "is not a JSON object");
  for (const key of fields.keys()) if (!KEYS.has(key)) throw malformed("entry", `has the unknown key ${key}`);
  if (encode(value).length > MAX_BYTES) throw malformed("entry", `longer than ${MAX_BYTES} bytes`);
  if (fields.get("v") !== 1) throw malformed("entry", "its version is not 1");
  const act = text(fields, "act", ACT);
  const by = text(fields, "by", BY);
  const at = text(fields, "at", by === "person" ? DATE : MOMENT);
  if (!exists(at)) throw malformed("entry", "at is a day that does not exist");
  for (const [key, shape] of OPTIONAL) if (fields.has(key)) text(fields, key, shape);
  const facts = members(fields.get("public"));
  if (!facts) throw malformed("entry", "public is not a JSON object");
  for (const name of facts.keys()) if (!PART_NAME.test(name)) throw malformed("entry", "public has a name that is not in lower case");
  const digest = fields.get("digest");
  return { act, at, by, facts, ...(typeof digest === "string" ? { digest } : {}) };
}

/** First and last POSIX second at which the act can have been done. */
export function span(entry: Entry): [number, number] {
  const start = Date.parse(entry.at.length === 10 ? `${entry.at}T00:00:00Z` : entry.at) / 1000;
  return [start, entry.at.length === 10 ? start + 86_399 : start];
}

function text(fields: Map<string, Json>, key: string, shape: RegExp): string {
  const value = fields.get(key);
  if (typeof value !== "string" || !shape.test(value)) throw malformed("entry", `${key} has a wrong shape`);
  return value;
}

function exists(at: string): boolean {
  const moment = new Date(at.length === 10 ? `${at}T00:00:00Z` : at);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(at.slice(0, 19)) && Number(at.slice(0, 4)) > 0;
}
