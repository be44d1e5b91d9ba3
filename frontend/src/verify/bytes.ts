// Strict readers of bytes: base64, decimals, hexadecimal, UTF-8. Two spellings of one thing are refused.
import { sha256 as hash } from "@noble/hashes/sha2.js";
import { malformed } from "./errors.ts";

export const MAX_64 = 2n ** 63n - 1n;

/** SHA-256; 32 bytes. */
export function sha256(...pieces: Uint8Array[]): Uint8Array {
  return hash(join(...pieces));
}

/** One array after the other. */
export function join(...pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether two arrays hold the same bytes (nothing here is secret). */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of UTF-8 bytes; a byte order mark stays what it is. Throws for bytes that are not UTF-8. */
export function fromUtf8(data: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw malformed(what, "not UTF-8");
  }
}

/** UTF-8 text without control characters other than newline. */
export function noteText(data: Uint8Array, what: string): string {
  const text = fromUtf8(data, what);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) throw malformed(what, `a control character stands at character ${at}`);
  }
  return text;
}

/** Lower-case hexadecimal. */
export function toHex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes of lower-case hexadecimal of exactly `length` bytes. */
export function fromHex(text: string, what: string, length: number): Uint8Array {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) {
    throw malformed(what, `not ${length} bytes in lower-case hexadecimal`);
  }
  return Uint8Array.from({ length }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

/** Standard base64 with padding. */
export function toBase64(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 0x6000) text += String.fromCharCode(...data.subarray(at, at + 0x6000));
  return btoa(text);
}

/** Bytes of standard base64, exactly as `toBase64` writes it. */
export function fromBase64(text: string, what: string, length?: number): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw malformed(what, "not base64");
  const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (toBase64(data) !== text) throw malformed(what, "not base64 as it is written");
  if (length !== undefined && data.length !== length) {
    throw malformed(what, `${data.length} bytes where ${length} are due`);
  }
  return data;
}

/** A decimal from 0 to 2^63 − 1 without sign or leading zeros. */
export function decimal(text: string, what: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) throw malformed(what, "not a decimal number");
  const value = BigInt(text);
  if (value > MAX_64) throw malformed(what, "larger than 2^63 − 1");
  return value;
}

/** Eight bytes, the most significant first. */
export function uint64(value: bigint): Uint8Array {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setBigUint64(0, value);
  return data;
}
