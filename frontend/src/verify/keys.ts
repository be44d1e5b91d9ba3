// Public keys (vkeys) of types 0x01, 0x04 and 0x06, and the messages that they sign (C2SP signed-note, tlog-cosignature).
import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { fromBase64, fromHex, join, MAX_64, same, sha256, uint64, utf8 } from "./bytes.ts";
import { parseCheckpoint } from "./checkpoints.ts";
import { CheckError, malformed } from "./errors.ts";

export const ED25519 = 0x01;
export const ED25519_COSIGNATURE = 0x04;
export const ML_DSA_44 = 0x06;

const PUBLIC_BYTES = new Map([[ED25519, 32], [ED25519_COSIGNATURE, 32], [ML_DSA_44, 1312]]);
const SIGNATURE_BYTES = new Map([[ED25519, 64], [ED25519_COSIGNATURE, 72], [ML_DSA_44, 2428]]);

export interface VerifierKey {
  readonly name: string;
  readonly kind: number;
  readonly key: Uint8Array;
  readonly id: Uint8Array;
}

/** Refuse what may not name a key: nothing, spaces, a plus sign, control characters, more than 255 bytes. */
export function checkName(name: string, what: string): void {
  if (name === "" || utf8(name).length > 255) throw malformed(what, "a name is empty or longer than 255 bytes");
  if (/[\p{White_Space}\p{Surrogate}+\u0000-\u001f]/u.test(name)) throw malformed(what, "a name holds a space, a plus sign or a control character");
}

/** The four bytes that, with the name, say which key signed. */
export function keyId(name: string, kind: number, key: Uint8Array): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(kind), key).slice(0, 4);
}

/** Parse `name+hex(id)+base64(type ‖ key)`. */
export function parseVkey(vkey: string): VerifierKey {
  const [, name, id, material] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(vkey) ?? [];
  if (name === undefined || id === undefined || material === undefined) throw malformed("vkey", "is not name+id+key");
  checkName(name, "vkey");
  const data = fromBase64(material, "vkey");
  const kind = data[0] ?? 0;
  const key = data.slice(1);
  if (!PUBLIC_BYTES.has(kind)) throw malformed("vkey", `signature type of ${name} is not 0x01, 0x04 or 0x06`);
  if (key.length !== PUBLIC_BYTES.get(kind)) throw malformed("vkey", `public key of ${name} has a wrong length`);
  if (!same(keyId(name, kind, key), fromHex(id, "vkey", 4))) throw malformed("vkey", `key ID of ${name} does not fit its key`);
  return { name, kind, key, id: fromHex(id, "vkey", 4) };
}

/** Throw unless this is the key's signature over the note text. Returns the POSIX seconds that it states, 0 for none. */
export function verifySignature(key: VerifierKey, text: Uint8Array, signature: Uint8Array): bigint {
  if (signature.length !== SIGNATURE_BYTES.get(key.kind)) throw bad(key.name, "has a wrong length");
  const timed = key.kind !== ED25519;
  const time = timed ? new DataView(signature.buffer, signature.byteOffset).getBigUint64(0) : 0n;
  if (time > MAX_64) throw bad(key.name, "bears an impossible time");
  if (!holds(key, signedMessage(key, text, time), timed ? signature.slice(8) : signature)) throw bad(key.name, "does not verify");
  return time;
}

function holds(key: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (key.kind === ML_DSA_44) return ml_dsa44.verify(signature, message, key.key);
    return ed25519.verify(signature, message, key.key, { zip215: false });
  } catch {
    return false;
  }
}

function bad(name: string, why: string): CheckError {
  return new CheckError("signature", name, `the signature of ${name} ${why}`);
}

/** The bytes that a key of this type signs. */
export function signedMessage(key: Pick<VerifierKey, "kind" | "name">, text: Uint8Array, time: bigint): Uint8Array {
  if (key.kind === ED25519) return text;
  if (key.kind === ED25519_COSIGNATURE) return join(utf8(`cosignature/v1\ntime ${time}\n`), text);
  const { origin, size, root } = parseCheckpoint(text);
  return join(utf8("subtree/v1\n\0"), short(key.name), uint64(time), short(origin), uint64(0n), uint64(size), root);
}

function short(text: string): Uint8Array {
  const data = utf8(text);
  return join(Uint8Array.of(data.length), data);
}
