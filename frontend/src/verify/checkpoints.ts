// Checkpoints (C2SP tlog-checkpoint): a log's name, its size and its root.
import { decimal, fromBase64, noteText, same, sha256, utf8 } from "./bytes.ts";
import { malformed } from "./errors.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Parse the text of a signed note as a checkpoint. */
export function parseCheckpoint(text: Uint8Array): Checkpoint {
  const lines = noteText(text, "checkpoint").split("\n");
  const [origin = "", size = "", root = "", ...rest] = lines;
  if (lines.length < 4 || rest[rest.length - 1] !== "") throw malformed("checkpoint", "needs three lines: origin, size, root");
  if (origin === "" || utf8(origin).length > 255) throw malformed("checkpoint", "the origin is empty or longer than 255 bytes");
  if (rest.slice(0, -1).includes("")) throw malformed("checkpoint", "an extension line is empty");
  const checkpoint = { origin, size: decimal(size, "checkpoint, size"), root: fromBase64(root, "checkpoint, root", 32) };
  if (checkpoint.size === 0n && !same(checkpoint.root, sha256())) {
    throw malformed("checkpoint", "the root of an empty log is SHA-256 of nothing");
  }
  return checkpoint;
}
