// Receipts: a tlog-proof (C2SP tlog-proof@v1) whose extra line says what it proves. Nothing in that line is trusted.
import { decimal, fromBase64, fromHex, join, noteText, sha256, toHex, utf8 } from "./bytes.ts";
import { decode, encode, members, type Json } from "./canonical.ts";
import { parseEntry, PART_NAME, type Entry } from "./entries.ts";
import { CheckError, malformed } from "./errors.ts";
import { parseNote, type SignedNote } from "./notes.ts";

export const HEADER = "c2sp.org/tlog-proof@v1";
export const MAX_BYTES = 1024 * 1024;

export interface Opening {
  readonly salt: Uint8Array;
  readonly value: Json;
}

export interface Receipt {
  readonly index: bigint;
  readonly path: Uint8Array[];
  readonly checkpoint: SignedNote;
  readonly entryData: Uint8Array;
  readonly entry: Entry;
  readonly parts: Map<string, string>;
  readonly opened: Map<string, Opening>;
}

/** Parse a receipt strictly; nothing is verified yet. */
export function parseReceipt(data: Uint8Array): Receipt {
  const split = findEmptyLine(data);
  if (split < 0) throw malformed("proof", "no empty line stands before the checkpoint");
  const [header, ...lines] = noteText(data.subarray(0, split), "proof").split("\n");
  if (header !== HEADER) throw malformed("proof", `does not start with the line ${HEADER}`);
  const extra = lines[0]?.startsWith("extra ") ? fromBase64((lines.shift() ?? "").slice(6), "proof, extra line") : new Uint8Array();
  const first = lines.shift() ?? "";
  if (!first.startsWith("index ")) throw malformed("proof", "the index line is missing");
  const index = decimal(first.slice(6), "proof, index line");
  const path = lines.map((line) => fromBase64(line, "proof, hash line", 32));
  const checkpoint = parseNote(data.subarray(split + 2));
  if (extra.length === 0) throw malformed("receipt", "has no extra line that says what it proves");
  return { index, path, checkpoint, ...parseExtra(extra) };
}

function findEmptyLine(data: Uint8Array): number {
  for (let at = 0; at + 1 < data.length; at++) if (data[at] === 0x0a && data[at + 1] === 0x0a) return at;
  return -1;
}

function parseExtra(extra: Uint8Array): Pick<Receipt, "entryData" | "entry" | "parts" | "opened"> {
  const value = members(decode(extra, "receipt, extra line"));
  if (!value || [...value.keys()].join() !== "entry,open,parts") throw malformed("receipt, extra line", "has other keys than entry, open, parts");
  const entryValue = value.get("entry") ?? null;
  const entry = parseEntry(entryValue);
  return { entryData: encode(entryValue), entry, parts: parseParts(value.get("parts")), opened: parseOpened(value.get("open")) };
}

function parseParts(value: Json | undefined): Map<string, string> {
  const rows = members(value);
  if (!rows) throw malformed("receipt, parts", "is not a JSON object");
  const parts = new Map<string, string>();
  for (const [name, commitment] of rows) {
    if (!PART_NAME.test(name) || typeof commitment !== "string") throw malformed("receipt, parts", "is not a list of names and commitments");
    fromHex(commitment, `receipt, part ${name}`, 32);
    parts.set(name, commitment);
  }
  return parts;
}

function parseOpened(value: Json | undefined): Map<string, Opening> {
  const rows = members(value);
  if (!rows) throw malformed("receipt, open", "is not a JSON object");
  const opened = new Map<string, Opening>();
  for (const [name, row] of rows) {
    const fields = members(row);
    const salt = fields?.get("salt");
    if (!PART_NAME.test(name) || !fields || [...fields.keys()].join() !== "salt,value" || typeof salt !== "string") {
      throw malformed("receipt, open", `${name} has other keys than salt and value`);
    }
    opened.set(name, { salt: fromHex(salt, `receipt, salt of ${name}`, 32), value: fields.get("value") ?? null });
  }
  return opened;
}

/** Commitment to one part: hex(SHA-256(salt ‖ JCS(value))). */
export function commitPart(opening: Opening): string {
  return toHex(sha256(join(opening.salt, encode(opening.value))));
}

/** Throw unless parts and openings are those that the entry commits to. */
export function checkContent(receipt: Receipt): void {
  const { entry, parts, opened } = receipt;
  if (parts.size === 0) {
    if (opened.size > 0) throw new CheckError("content-unbound", "", "content is shown, but not the commitments that the entry's digest is made of");
    return;
  }
  if (entry.digest === undefined) throw new CheckError("content-unbound", "", "the entry commits to no content, but commitments are shown with it");
  const digest = toHex(sha256(encode(Object.fromEntries(parts))));
  if (`sha256:${digest}` !== entry.digest) throw new CheckError("content-foreign", "", "the commitments shown are not those that the entry commits to");
  for (const [name, opening] of opened) {
    if (parts.get(name) !== commitPart(opening)) throw new CheckError("content-part", name, `the part “${name}” shown here is not the one that was recorded`);
  }
}

/** Whether bytes begin like a receipt. */
export function looksLikeReceipt(data: Uint8Array): boolean {
  const start = utf8(`${HEADER}\n`);
  return start.every((byte, at) => data[at] === byte);
}
