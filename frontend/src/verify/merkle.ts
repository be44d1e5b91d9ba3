// The Merkle tree of RFC 6962 over SHA-256: leaf hash and inclusion proof.
import { same, sha256 } from "./bytes.ts";
import { CheckError } from "./errors.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** H(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(LEAF, entry);
}

/** H(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** Throw unless the leaf hash stands at `index` of the tree of `size` leaves under `root` (RFC 9162, 2.1.3.2). */
export function verifyInclusion(leaf: Uint8Array, index: bigint, size: bigint, root: Uint8Array, path: Uint8Array[]): void {
  if (index >= size) throw refuse(`position ${index} does not exist in a tree of ${size} entries`);
  if (path.length > 64) throw refuse("the inclusion proof is longer than any tree is high");
  let [node, last, running] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) throw refuse("the inclusion proof is longer than the tree is high");
    if (node & 1n || node === last) {
      running = nodeHash(sibling, running);
      while (node && !(node & 1n)) [node, last] = [node >> 1n, last >> 1n];
    } else {
      running = nodeHash(running, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n) throw refuse("the inclusion proof is shorter than the tree is high");
  if (!same(running, root)) throw refuse(`the inclusion proof does not lead from position ${index} to the root of ${size} entries`);
}

function refuse(detail: string): CheckError {
  return new CheckError("inclusion", "", detail);
}
