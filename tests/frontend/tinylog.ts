// A log of a few entries with witnesses, made here with the same libraries that the page verifies with.
import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { join, sha256, toBase64, toHex, uint64, utf8 } from "../../frontend/src/verify/bytes.ts";
import { encode, type Json } from "../../frontend/src/verify/canonical.ts";
import { ED25519, keyId, ML_DSA_44, signedMessage } from "../../frontend/src/verify/keys.ts";
import { leafHash, nodeHash } from "../../frontend/src/verify/merkle.ts";

export const ORIGIN = "example.org/office";

export interface Signer {
  readonly name: string;
  readonly kind: number;
  readonly vkey: string;
  sign(text: Uint8Array, time: bigint): string;
}

/** A signer whose key comes from its name, so that tests are the same each time. */
export function signer(name: string, kind: number): Signer {
  const seed = sha256(utf8(`${name} ${kind}`));
  const pair = kind === ML_DSA_44 ? ml_dsa44.keygen(seed) : { secretKey: seed, publicKey: ed25519.getPublicKey(seed) };
  const id = keyId(name, kind, pair.publicKey);
  return {
    name,
    kind,
    vkey: `${name}+${toHex(id)}+${toBase64(join(Uint8Array.of(kind), pair.publicKey))}`,
    sign(text, time) {
      const message = signedMessage({ name, kind }, text, time);
      const raw = kind === ML_DSA_44 ? ml_dsa44.sign(message, pair.secretKey) : ed25519.sign(message, pair.secretKey);
      const blob = kind === ED25519 ? raw : join(uint64(time), raw);
      return `— ${name} ${toBase64(join(id, blob))}\n`;
    },
  };
}

function split(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** Root of the tree over leaf hashes, straight from the definition in RFC 6962. */
export function rootOf(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const half = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

/** Inclusion path of one leaf, from the definition. */
export function pathOf(leaves: Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const half = split(leaves.length);
  if (index < half) return [...pathOf(leaves.slice(0, half), index), rootOf(leaves.slice(half))];
  return [...pathOf(leaves.slice(half), index - half), rootOf(leaves.slice(0, half))];
}

export interface Made {
  extra: { [key: string]: Json };
  index: number;
  path: Uint8Array[];
  checkpoint: string;
}

export const SALT = "11".repeat(32);
export const WORDS = "Why has the polling station no ramp?\nÝaşulular üçin kyn.";

/** An entry with two parts: `question`, and `asker` that stays closed. */
export function filed(number: string): { entry: Json; parts: { [name: string]: Json }; open: Json } {
  const commit = (salt: string, value: Json): string => toHex(sha256(Buffer.from(salt, "hex"), encode(value)));
  const parts = { asker: commit("22".repeat(32), { name: "A. B." }), question: commit(SALT, WORDS) };
  const digest = `sha256:${toHex(sha256(encode(parts)))}`;
  const entry = { act: "case.filed", at: "2026-11-21", by: "person", digest, public: { number, office: "tm.cec" }, v: 1 };
  return { entry, parts, open: { question: { salt: SALT, value: WORDS } } };
}

/** The pieces of a receipt for entry `index` in a log of `size` entries, signed by `signers` at `time`. */
export function make(index: number, size: number, signers: Signer[], time = 1_795_253_400n): Made {
  const entries = Array.from({ length: size }, (_, at) => filed(`CEC-2026-${String(at).padStart(6, "0")}`));
  const leaves = entries.map(({ entry }) => leafHash(encode(entry)));
  const text = `${ORIGIN}\n${size}\n${toBase64(rootOf(leaves))}\n`;
  const { entry, parts, open } = entries[index] as ReturnType<typeof filed>;
  const lines = signers.map((one) => one.sign(utf8(text), time)).join("");
  return { extra: { entry, open, parts }, index, path: pathOf(leaves, index), checkpoint: `${text}\n${lines}` };
}

/** The receipt as a file. */
export function write(made: Made): string {
  const head = ["c2sp.org/tlog-proof@v1", `extra ${toBase64(encode(made.extra))}`, `index ${made.index}`, ...made.path.map(toBase64)];
  return `${head.join("\n")}\n\n${made.checkpoint}`;
}

/** A policy of one log and witnesses, all of which must have cosigned. */
export function policyOf(log: Signer, witnesses: Signer[], needed = "all"): string {
  const lines = [`log ${log.vkey}`, ...witnesses.map((one, at) => `witness w${at} ${one.vkey} https://w${at}.example.org/`)];
  const names = witnesses.map((_, at) => `w${at}`).join(" ");
  return [...lines, ...(witnesses.length > 0 ? [`group g ${needed} ${names}`, "quorum g"] : ["quorum none"])].join("\n") + "\n";
}
