// What can be wrong with a receipt or a policy. `kind` says which check refused it; `detail` says where.

export type Kind =
  | "format"
  | "content-foreign"
  | "content-part"
  | "content-unbound"
  | "inclusion"
  | "log-unknown"
  | "log-unsigned"
  | "signature";

/** A check that did not hold. `subject` is the part, key or piece concerned. */
export class CheckError extends Error {
  readonly kind: Kind;
  readonly subject: string;

  constructor(kind: Kind, subject: string, detail: string) {
    super(detail);
    this.kind = kind;
    this.subject = subject;
  }
}

/** Bytes that are not what the specification says; `what` names the piece. */
export function malformed(what: string, why: string): CheckError {
  return new CheckError("format", what, `${what}: ${why}`);
}
