// Signed notes (C2SP signed-note): a text, an empty line, signature lines.
import { fromBase64, noteText, same, utf8 } from "./bytes.ts";
import { CheckError, malformed } from "./errors.ts";
import { checkName, verifySignature, type VerifierKey } from "./keys.ts";

const MAX_BYTES = 256 * 1024;
const MAX_SIGNATURES = 64;

export interface Signature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  readonly text: Uint8Array;
  readonly signatures: Signature[];
}

export interface Signed {
  readonly key: VerifierKey;
  readonly time: bigint;
}

/** Parse a signed note strictly; nothing is verified yet. */
export function parseNote(data: Uint8Array): SignedNote {
  if (data.length > MAX_BYTES) throw malformed("signed note", `${data.length} bytes, at most ${MAX_BYTES} are read`);
  const whole = noteText(data, "signed note");
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) throw malformed("signed note", "no empty line stands between text and signatures");
  const tail = whole.slice(split + 2);
  if (!tail.endsWith("\n")) throw malformed("signed note", "no signature follows, or the last line has no newline");
  const lines = tail.slice(0, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw malformed("signed note", `more than ${MAX_SIGNATURES} signatures`);
  return { text: utf8(whole.slice(0, split + 1)), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const [, name, encoded] = /^— ([^ ]*) (.*)$/s.exec(line) ?? [];
  if (name === undefined || encoded === undefined) throw malformed("signature line", "is not a dash, a name and a signature");
  checkName(name, "signature line");
  const blob = fromBase64(encoded, "signature line");
  if (blob.length < 5) throw malformed("signature line", `the signature of ${name} is too short`);
  return { name, id: blob.slice(0, 4), signature: blob.slice(4) };
}

/** Whether a line claims to be by this key. */
export function isBy(line: Signature, key: VerifierKey): boolean {
  return line.name === key.name && same(line.id, key.id);
}

/** Check every line by one of `keys`, ignore all others; throw if one is bad or none is there. */
export function verifyNote(note: SignedNote, keys: VerifierKey[]): Signed[] {
  const found = new Map<VerifierKey, bigint>();
  for (const line of note.signatures) {
    const key = keys.find((candidate) => isBy(line, candidate));
    if (!key) continue;
    const time = verifySignature(key, note.text, line.signature);
    if (time > (found.get(key) ?? -1n)) found.set(key, time);
  }
  if (found.size === 0) throw new CheckError("log-unsigned", "", "no key that is trusted here has signed");
  return [...found].map(([key, time]) => ({ key, time }));
}
