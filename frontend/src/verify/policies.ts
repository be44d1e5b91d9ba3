// Trust policies (C2SP tlog-policy): which logs and witnesses count. Keys come from here and from nowhere else.
import { decimal, fromUtf8 } from "./bytes.ts";
import { parseCheckpoint, type Checkpoint } from "./checkpoints.ts";
import { CheckError, malformed } from "./errors.ts";
import { ED25519, ED25519_COSIGNATURE, ML_DSA_44, parseVkey, type VerifierKey } from "./keys.ts";
import { isBy, verifyNote, type SignedNote } from "./notes.ts";

const MAX_BYTES = 1024 * 1024;

export interface Group {
  readonly needed: number;
  readonly members: string[];
}

export interface Policy {
  readonly logs: VerifierKey[];
  readonly witnesses: Map<string, VerifierKey>;
  readonly groups: Map<string, Group>;
  readonly quorum: string;
}

/** A checkpoint that the log of a policy has signed; who of its witnesses cosigned (name → POSIX seconds), and whether that is enough. */
export interface Opened {
  readonly checkpoint: Checkpoint;
  readonly log: VerifierKey;
  readonly cosigned: Map<string, bigint>;
  readonly of: number;
  readonly final: boolean;
}

/** Whether bytes look like a policy file, so that a file can be dropped without saying what it is. */
export function looksLikePolicy(data: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(data.subarray(0, 65_536));
  return /(?:^|\n)[ \t]*(?:log|witness|quorum)[ \t]+\S/.test(start) && !start.startsWith("c2sp.org/");
}

/** Parse a policy file strictly. */
export function parsePolicy(data: Uint8Array): Policy {
  if (data.length > MAX_BYTES) throw malformed("policy", `larger than ${MAX_BYTES} bytes`);
  data.forEach((byte, at) => {
    if (byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a)) throw malformed("policy", `a control character stands at byte ${at}`);
  });
  const text = policyText(data);
  if (text !== "" && !text.endsWith("\n")) throw malformed("policy", "the last line has no newline");
  const reader = new Reader();
  text.split("\n").forEach((line, at) => reader.read(line, at + 1));
  return reader.done();
}

/** The specification allows any octet; those that are no UTF-8 keep apart from each other without a meaning. */
function policyText(data: Uint8Array): string {
  try {
    return fromUtf8(data, "policy");
  } catch {
    return new TextDecoder("latin1").decode(data);
  }
}

/** Open a signed checkpoint under a policy: the log must have signed, and no known signature may be bad. */
export function openCheckpoint(policy: Policy, note: SignedNote): Opened {
  const checkpoint = parseCheckpoint(note.text);
  const logs = policy.logs.filter((log) => log.name === checkpoint.origin);
  if (logs.length === 0) throw new CheckError("log-unknown", checkpoint.origin, `the policy does not name the log ${checkpoint.origin}`);
  const [log] = verifyNote(note, logs);
  const cosigned = new Map<string, bigint>();
  for (const [name, key] of policy.witnesses) {
    if (!note.signatures.some((line) => isBy(line, key))) continue;
    const [signed] = verifyNote(note, [key]);
    if (signed) cosigned.set(name, signed.time);
  }
  if (!log) throw new CheckError("log-unsigned", checkpoint.origin, "the log has not signed");
  return { checkpoint, log: log.key, cosigned, of: policy.witnesses.size, final: isMet(policy, cosigned) };
}

function isMet(policy: Policy, cosigned: Map<string, bigint>): boolean {
  const holds = (name: string): boolean => {
    const group = policy.groups.get(name);
    return group ? group.members.filter(holds).length >= group.needed : cosigned.has(name);
  };
  return policy.quorum === "none" || holds(policy.quorum);
}

function sameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.key.length === other.key.length && one.key.every((byte, at) => byte === other.key[at]);
}

class Reader {
  private readonly logs: VerifierKey[] = [];
  private readonly witnesses = new Map<string, VerifierKey>();
  private readonly groups = new Map<string, Group>();
  private readonly used = new Set<string>();
  private quorum = "";
  private line = 0;

  read(line: string, number: number): void {
    this.line = number;
    const [word, ...rest] = line.split(/[ \t]+/).filter((piece) => piece !== "");
    if (word === undefined || word.startsWith("#")) return;
    if (word === "log" && (rest.length === 1 || rest.length === 2)) this.addLog(rest);
    else if (word === "witness" && (rest.length === 2 || rest.length === 3)) this.addWitness(rest);
    else if (word === "group" && rest.length >= 3) this.addGroup(rest);
    else if (word === "quorum" && rest.length === 1) this.setQuorum(rest[0] ?? "");
    else throw this.wrong("is not a log, witness, group or quorum line");
  }

  done(): Policy {
    if (this.quorum === "") throw malformed("policy", "has no quorum line");
    return { logs: this.logs, witnesses: this.witnesses, groups: this.groups, quorum: this.quorum };
  }

  private addLog([vkey = ""]: string[]): void {
    const key = this.key(vkey, [ED25519, ML_DSA_44]);
    if (this.logs.some((log) => sameKey(log, key))) throw this.wrong("the same log key stands twice");
    this.logs.push(key);
  }

  private addWitness([name = "", vkey = ""]: string[]): void {
    this.mustBeFree(name);
    const key = this.key(vkey, [ED25519_COSIGNATURE, ML_DSA_44]);
    if ([...this.witnesses.values()].some((witness) => sameKey(witness, key))) throw this.wrong("the same witness key stands twice");
    this.witnesses.set(name, key);
  }

  private addGroup([name = "", needed = "", ...names]: string[]): void {
    this.mustBeFree(name);
    for (const member of names) {
      this.mustBeDefined(member);
      if (this.used.has(member)) throw this.wrong(`${member} is a member of a group already`);
      this.used.add(member);
    }
    const count = needed === "any" ? 1n : needed === "all" ? BigInt(names.length) : decimal(needed, `policy, line ${this.line}`);
    if (count < 1n || count > BigInt(names.length)) throw this.wrong(`${needed} of ${names.length} members cannot be needed`);
    this.groups.set(name, { needed: Number(count), members: names });
  }

  private setQuorum(name: string): void {
    if (this.quorum !== "") throw this.wrong("a second quorum line");
    if (name !== "none") this.mustBeDefined(name);
    this.quorum = name;
  }

  private mustBeFree(name: string): void {
    if (name === "none" || this.witnesses.has(name) || this.groups.has(name)) throw this.wrong(`the name ${name} is taken`);
  }

  private mustBeDefined(name: string): void {
    if (!this.witnesses.has(name) && !this.groups.has(name)) throw this.wrong(`${name} is not defined above`);
  }

  private key(vkey: string, kinds: number[]): VerifierKey {
    let key: VerifierKey;
    try {
      key = parseVkey(vkey);
    } catch (error) {
      throw this.wrong((error as Error).message);
    }
    if (!kinds.includes(key.kind)) throw this.wrong("a key of this type cannot be used here");
    return key;
  }

  private wrong(why: string): CheckError {
    return malformed("policy", `line ${this.line}: ${why}`);
  }
}
