// Turning values into text that can be shown safely, and times and numbers into the reader's language.
import type { Words } from "./words/en.ts";

// Direction controls, other controls, invisible marks: shown as what they are, since they can make a text read differently.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

export interface Piece {
  readonly text: string;
  readonly unseen: boolean;
}

/** Split a text into what can be shown and the escapes of what cannot be seen. */
export function pieces(text: string): Piece[] {
  return text
    .split(new RegExp(`(${UNSEEN.source})`, "u"))
    .filter((piece) => piece !== "")
    .map((piece) => (UNSEEN.test(piece) ? { text: escape(piece), unseen: true } : { text: piece, unseen: false }));
}

function escape(letter: string): string {
  return `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** Fill `{names}` of a sentence; what is filled in has its unseen letters escaped. */
export function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : pieces(value).map((piece) => piece.text).join("");
  });
}

/** A whole number with the grouping of the language. */
export function grouped(value: bigint | number, words: Words): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, words.group);
}

/** A day as the language writes it. */
export function day(moment: Date, words: Words): string {
  return `${moment.getUTCDate()} ${words.months.split(" ")[moment.getUTCMonth()] ?? ""} ${moment.getUTCFullYear()}`;
}

/** A POSIX second in Ashgabat's time, which is five hours ahead of UTC the whole year. */
export function ashgabat(seconds: number | bigint, words: Words): string {
  const moment = new Date((Number(seconds) + 5 * 3600) * 1000);
  if (Number.isNaN(moment.getTime())) return String(seconds);
  const clock = moment.toISOString().slice(11, 16);
  return fill(words.ashgabat, { time: `${day(moment, words)}, ${clock}` });
}

/** The time stated in an entry: a bare day stays one. */
export function stated(at: string, words: Words): string {
  return at.length === 10 ? day(new Date(`${at}T00:00:00Z`), words) : ashgabat(Date.parse(at) / 1000, words);
}

/** A length of time, roughly. */
export function lasting(seconds: number, words: Words): string {
  const [unit, size] = seconds >= 172_800 ? [words.days, 86_400] : seconds >= 7200 ? [words.hours, 3600] : [words.minutes, 60];
  return fill(unit, { n: String(Math.round(seconds / size)) });
}
