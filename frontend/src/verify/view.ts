// Draws results. Everything goes in as text, never as markup.
import type { Json } from "./canonical.ts";
import { members } from "./canonical.ts";
import type { Judged, Reason, Result } from "./check.ts";
import { span } from "./entries.ts";
import type { Receipt } from "./receipts.ts";
import { ashgabat, fill, grouped, lasting, pieces, stated } from "./showing.ts";
import type { Words } from "./words/en.ts";

type Child = Node | string | null;

/** Make an element with classes, attributes and children. */
export function el(tag: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** Text that somebody else wrote, with unseen letters shown as escapes. */
function foreign(text: string): HTMLElement {
  const box = el("span", { class: "words", dir: "auto" });
  for (const piece of pieces(text)) box.append(piece.unseen ? el("mark", {}, piece.text) : piece.text);
  return box;
}

/** A JSON value for people: texts as they are, lists as lists, objects as rows. */
function shown(value: Json, words: Words): Node {
  if (value === null) return document.createTextNode("–");
  if (typeof value === "string") return foreign(value);
  if (typeof value === "boolean") return document.createTextNode(value ? words.yes : words.no);
  if (typeof value === "number") return document.createTextNode(String(value));
  if (Array.isArray(value)) return el("ul", {}, ...value.map((item) => el("li", {}, shown(item, words))));
  return rows([...(members(value) ?? [])].map(([name, item]) => [name, shown(item, words)]));
}

function rows(pairs: [string, Node | string][]): HTMLElement {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function list(title: string, sentences: string[]): HTMLElement {
  return el("section", {}, el("h4", {}, title), el("ul", {}, ...sentences.map((sentence) => el("li", {}, sentence))));
}

/** The best that the policies found: the fewest seals count, since every policy must hold. */
function weakest(judged: Judged[]): Judged | undefined {
  return judged.filter((one) => one.opened).sort((one, other) => (one.opened?.cosigned.size ?? 0) - (other.opened?.cosigned.size ?? 0))[0];
}

function firstSeal(judged: Judged[]): bigint | undefined {
  const times = judged.flatMap((one) => [...(one.opened?.cosigned.values() ?? [])]).filter((time) => time > 0n);
  return times.reduce<bigint | undefined>((least, time) => (least === undefined || time < least ? time : least), undefined);
}

function reasonLine(reason: Reason, words: Words): HTMLElement {
  const sentence = (words as unknown as Record<string, string>)[reason.code] ?? words.format;
  return el("p", {}, fill(sentence, { subject: reason.subject, detail: reason.detail }));
}

function summary(result: Result, words: Words): HTMLElement[] {
  if (result.verdict === "refuted") return [...result.reasons.map((reason) => reasonLine(reason, words)), el("p", {}, words.refutedSays)];
  if (result.verdict === "unchecked") return [...result.reasons.map((reason) => reasonLine(reason, words)), el("p", {}, words.uncheckedSays)];
  const opened = weakest(result.judged)?.opened;
  const values = {
    position: grouped(result.receipt?.index ?? 0n, words),
    origin: result.checkpoint?.origin ?? "",
    k: String(opened?.cosigned.size ?? 0),
    n: String(opened?.of ?? 0),
  };
  return [el("p", {}, fill(opened && opened.of > 0 ? words.verifiedSays : words.verifiedAlone, values))];
}

function seals(judged: Judged[], words: Words): Node | null {
  const lines = judged.flatMap((one) =>
    one.opened ? [...one.opened.cosigned].map(([name, time]) => el("li", {}, foreign(name), ` – ${fill(words.sealed, { time: ashgabat(time, words) })}`, one.policy && judged.length > 1 ? ` · ${one.policy}` : "")) : [],
  );
  return lines.length > 0 ? el("ul", { class: "seals" }, ...lines) : null;
}

function facts(result: Result, receipt: Receipt, words: Words): HTMLElement {
  const { entry } = receipt;
  const number = entry.facts.get("number");
  const by = entry.by === "person" ? words.person : entry.by === "node" ? words.node : entry.by.replace(/^office:/, "");
  const pairs: [string, Node | string][] = [];
  if (typeof number === "string") pairs.push([words.number, foreign(number)]);
  pairs.push([words.act, words.acts[entry.act] ? `${words.acts[entry.act]} (${entry.act})` : entry.act], [words.by, by], [words.at, stated(entry.at, words)]);
  if (result.checkpoint) {
    const place = { position: grouped(receipt.index, words), size: grouped(result.checkpoint.size, words) };
    pairs.push([words.position, fill(words.positionOf, place)], [words.ledger, foreign(result.checkpoint.origin)]);
  }
  const sealed = seals(result.judged, words);
  if (sealed) pairs.push([words.witnesses, sealed]);
  return rows(pairs);
}

/** Sentences about time that a reader should not miss. */
function warnings(result: Result, receipt: Receipt, words: Words): string[] {
  if (/\/demo$/.test(result.checkpoint?.origin ?? "")) return [words.demo];
  const first = firstSeal(result.judged);
  if (first === undefined) return [];
  const [earliest, latest] = span(receipt.entry);
  const gap = Number(first) - latest;
  if (gap > 60) return [fill(words.late, { span: lasting(gap, words) })];
  return earliest > Number(first) + 60 ? [words.early] : [];
}

function proved(result: Result, receipt: Receipt, words: Words): HTMLElement[] {
  const place = { origin: result.checkpoint?.origin ?? "", position: grouped(receipt.index, words) };
  const first = firstSeal(result.judged);
  const yes = [fill(words.provesPlace, place)];
  if (first !== undefined) yes.push(fill(words.provesTime, { time: ashgabat(first, words) }));
  if (receipt.opened.size > 0) yes.push(words.provesText);
  const hidden = [...receipt.parts.keys()].filter((name) => !receipt.opened.has(name));
  const no = [words.notTrue];
  if (receipt.opened.size === 0) no.push(words.notNothing);
  else if (hidden.length > 0) no.push(fill(words.notHidden, { names: hidden.map((name) => partName(name, words)).join(", ") }));
  no.push(words.notTime, words.notLater, words.notIndependent);
  return [list(words.proves, yes), list(words.not, no)];
}

function partName(name: string, words: Words): string {
  return Object.prototype.hasOwnProperty.call(words.parts, name) ? (words.parts[name] ?? name) : name;
}

function content(receipt: Receipt, words: Words): (Node | null)[] {
  const hidden = [...receipt.parts.keys()].filter((name) => !receipt.opened.has(name));
  const plainFirst = [...receipt.opened].sort(([, one], [, other]) => Number(typeof other.value === "string") - Number(typeof one.value === "string"));
  const opened = plainFirst.map(([name, opening]): [string, Node] => [partName(name, words), shown(opening.value, words)]);
  return [
    opened.length > 0 ? el("section", {}, el("h4", {}, words.shown), rows(opened)) : null,
    hidden.length > 0 ? el("section", {}, el("h4", {}, words.hidden), el("p", {}, hidden.map((name) => partName(name, words)).join(", "))) : null,
  ];
}

function closer(result: Result, receipt: Receipt | undefined, words: Words): HTMLElement {
  const box = el("details", {}, el("summary", {}, words.details));
  for (const reason of result.reasons) if (reason.detail) box.append(el("p", { lang: "en" }, el("code", {}, fill("{text}", { text: reason.detail }))));
  if (receipt) {
    box.append(el("h4", {}, words.facts), rows([...receipt.entry.facts].map(([name, value]) => [name, shown(value, words)])));
    box.append(el("pre", {}, fill("{text}", { text: new TextDecoder().decode(receipt.entryData) })));
  }
  return box;
}

/** Draw one receipt's result as a card. */
export function card(name: string, result: Result, words: Words): HTMLElement {
  const pending = result.verdict === "unchecked" && result.reasons.every((reason) => reason.code === "pending");
  const box = el("article", { class: `card ${result.verdict}` });
  box.append(el("h3", {}, el("span", { class: "mark", "aria-hidden": "true" }), pending ? words.pendingTitle : words[result.verdict]), el("p", { class: "file" }, foreign(name)));
  box.append(...summary(result, words));
  const receipt = result.receipt;
  if (receipt && result.verdict !== "refuted") {
    for (const warning of warnings(result, receipt, words)) box.append(el("p", { class: "warning" }, warning));
    box.append(facts(result, receipt, words));
    for (const piece of content(receipt, words)) if (piece) box.append(piece);
    if (result.verdict === "verified") box.append(...proved(result, receipt, words));
  }
  box.append(closer(result, receipt, words));
  return box;
}
