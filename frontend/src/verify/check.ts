// The judgement on one receipt: verified, refuted, or could not be checked; with everything that was found.
import { type Checkpoint, parseCheckpoint } from "./checkpoints.ts";
import { CheckError } from "./errors.ts";
import { leafHash, verifyInclusion } from "./merkle.ts";
import { looksLikePolicy, openCheckpoint, parsePolicy, type Opened, type Policy } from "./policies.ts";
import { checkContent, looksLikeReceipt, MAX_BYTES, parseReceipt, type Receipt } from "./receipts.ts";

export type Verdict = "verified" | "refuted" | "unchecked";

/** Why a receipt was refuted or could not be checked; `subject` and `detail` fill the sentence. */
export interface Reason {
  readonly code: string;
  readonly subject: string;
  readonly detail: string;
}

/** What one policy said. `opened` is there if the log's signature and all known cosignatures hold. */
export interface Judged {
  readonly policy: string;
  readonly verdict: Verdict;
  readonly opened?: Opened;
  readonly reason?: Reason;
}

export interface Result {
  readonly verdict: Verdict;
  readonly reasons: Reason[];
  readonly receipt?: Receipt;
  readonly checkpoint?: Checkpoint;
  readonly judged: Judged[];
}

/** A policy as a person gave it. */
export interface Given {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What a file is instead of a receipt, or nothing if it begins like one. */
export function notReceipt(data: Uint8Array): Reason | null {
  const is = (...bytes: number[]): boolean => bytes.every((byte, at) => data[at] === byte);
  const code = ((): string => {
    if (data.length === 0) return "empty";
    if (data.length > MAX_BYTES) return "too-large";
    if (looksLikeReceipt(data)) return "";
    if (is(0x25, 0x50, 0x44, 0x46)) return "pdf";
    if (is(0x89, 0x50, 0x4e, 0x47) || is(0xff, 0xd8, 0xff) || is(0x47, 0x49, 0x46, 0x38)) return "image";
    if (is(0x50, 0x4b, 0x03, 0x04)) return "zip";
    if (looksLikePolicy(data)) return "policy";
    return data.includes(0) ? "binary" : "other";
  })();
  return code === "" ? null : { code, subject: "", detail: `${data.length} bytes` };
}

/** Judge a receipt: every policy given must hold; without one the answer is “could not be checked”. */
export function check(data: Uint8Array, policies: Given[]): Result {
  const strange = notReceipt(data);
  if (strange) return { verdict: "unchecked", reasons: [strange], judged: [] };
  let receipt: Receipt | undefined;
  try {
    receipt = parseReceipt(data);
    checkContent(receipt);
    const checkpoint = parseCheckpoint(receipt.checkpoint.text);
    verifyInclusion(leafHash(receipt.entryData), receipt.index, checkpoint.size, checkpoint.root, receipt.path);
    return weigh(receipt, checkpoint, policies);
  } catch (error) {
    return { verdict: "refuted", reasons: [reason(error)], judged: [], ...(receipt ? { receipt } : {}) };
  }
}

function weigh(receipt: Receipt, checkpoint: Checkpoint, policies: Given[]): Result {
  const judged = policies.map((given) => judge(receipt, given));
  const reasons = judged.flatMap((one) => (one.reason ? [one.reason] : []));
  if (policies.length === 0) reasons.push({ code: "no-policy", subject: "", detail: "" });
  const has = (verdict: Verdict): boolean => judged.some((one) => one.verdict === verdict);
  const verdict = has("refuted") ? "refuted" : reasons.length > 0 ? "unchecked" : "verified";
  return { verdict, reasons, receipt, checkpoint, judged };
}

function judge(receipt: Receipt, given: Given): Judged {
  let policy: Policy;
  try {
    policy = parsePolicy(given.data);
  } catch (error) {
    return { policy: given.name, verdict: "unchecked", reason: { code: "bad-policy", subject: given.name, detail: (error as Error).message } };
  }
  try {
    const opened = openCheckpoint(policy, receipt.checkpoint);
    if (opened.final) return { policy: given.name, verdict: "verified", opened };
    const why = { code: "pending", subject: given.name, detail: `${opened.cosigned.size} of ${opened.of}` };
    return { policy: given.name, verdict: "unchecked", opened, reason: why };
  } catch (error) {
    const why = reason(error);
    return { policy: given.name, verdict: why.code === "log-unknown" ? "unchecked" : "refuted", reason: why };
  }
}

function reason(error: unknown): Reason {
  if (error instanceof CheckError) return { code: error.kind, subject: error.subject, detail: error.message };
  return { code: "format", subject: "receipt", detail: String(error) };
}
