// The verify page: takes files and text in, judges them, shows the results. Remembers nothing, asks nobody.
import { check, type Given, type Result } from "./check.ts";
import { looksLikePolicy } from "./policies.ts";
import { looksLikeReceipt, MAX_BYTES } from "./receipts.ts";
import { fill } from "./showing.ts";
import { card, el } from "./view.ts";
import { en, type Words } from "./words/en.ts";
import { ru } from "./words/ru.ts";
import { tk } from "./words/tk.ts";

const LANGUAGES: Record<string, Words> = { tk, ru, en };

const policies: Given[] = [];
const receipts: Given[] = [];
let results: (Result | null)[] = [];
let language = pickLanguage();
let run = 0;

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page lacks #${id}`);
  return element;
}

/** The language asked for in the address (`#ru`), else the browser's, else English. */
function pickLanguage(): string {
  const wanted = [location.hash.slice(1), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => code in LANGUAGES) ?? "en";
}

function words(): Words {
  return LANGUAGES[language] ?? en;
}

/** Read no more of a file than tells that it is too large. */
async function read(file: File): Promise<Given> {
  return { name: file.name, data: new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer()) };
}

/** Sort what was given into policies and receipts, then check everything again. */
function take(given: Given[], asPolicy: boolean): void {
  for (const one of given) {
    const policy = asPolicy ? !looksLikeReceipt(one.data) : looksLikePolicy(one.data);
    (policy ? policies : receipts).push(one);
  }
  void judgeAll();
}

/** Check one receipt after the other, giving the page a breath between. */
async function judgeAll(): Promise<void> {
  run += 1;
  const mine = run;
  results = receipts.map(() => null);
  draw();
  for (const [at, receipt] of receipts.entries()) {
    await new Promise((done) => setTimeout(done));
    if (mine !== run) return;
    results[at] = check(receipt.data, policies);
    if (at % 25 === 24) draw();
  }
  draw();
}

function drawPolicies(text: Words): void {
  const rows = policies.map((policy, at) => {
    const remove = el("button", { type: "button", class: "quiet" }, text.remove, el("span", { class: "hidden" }, ` ${policy.name}`));
    remove.addEventListener("click", () => {
      policies.splice(at, 1);
      void judgeAll();
    });
    return el("li", {}, el("span", {}, fill("{name}", { name: policy.name })), remove);
  });
  byId("policy-list").replaceChildren(...rows);
  byId("no-policy").hidden = policies.length > 0;
}

function drawResults(text: Words): void {
  const done = results.filter((result) => result !== null);
  const count = (verdict: string): string => String(done.filter((result) => result.verdict === verdict).length);
  const counts = { verified: count("verified"), refuted: count("refuted"), unchecked: count("unchecked") };
  const state = results.length === 0 ? text.none : done.length < results.length ? text.working : fill(text.counts, counts);
  byId("state").textContent = state;
  byId("clear").hidden = receipts.length + policies.length === 0;
  const cards = results.flatMap((result, at) => (result ? [card(receipts[at]?.name ?? "", result, text)] : []));
  byId("cards").replaceChildren(...cards);
}

function draw(): void {
  const text = words();
  document.documentElement.lang = language;
  document.title = `${text.title} – Aýdyň`;
  for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) {
    const word = (text as unknown as Record<string, unknown>)[element.dataset["word"] ?? ""];
    element.textContent = typeof word === "string" ? word : "";
    if (element.dataset["word"] === "review") element.hidden = word === "";
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset["language"] === language));
  }
  drawPolicies(text);
  drawResults(text);
}

function listen(): void {
  (byId("save") as HTMLAnchorElement).href = location.href.replace(/#.*$/s, "");
  for (const [id, asPolicy] of [["receipt-files", false], ["policy-files", true]] as const) {
    const input = byId(id) as HTMLInputElement;
    input.addEventListener("change", () => {
      void Promise.all([...(input.files ?? [])].map(read)).then((given) => {
        input.value = "";
        take(given, asPolicy);
      });
    });
  }
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    void Promise.all([...(event.dataTransfer?.files ?? [])].map(read)).then((given) => take(given, false));
  });
  byId("paste-button").addEventListener("click", () => {
    const area = byId("paste") as HTMLTextAreaElement;
    const data = new TextEncoder().encode(area.value.replace(/\r\n?/g, "\n").replace(/\n*$/, "\n"));
    if (area.value.trim() !== "") take([{ name: "–", data }], false);
    area.value = "";
  });
  byId("clear").addEventListener("click", () => {
    policies.length = receipts.length = 0;
    void judgeAll();
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset["language"] ?? "en";
      draw();
    });
  }
}

byId("tool").hidden = false;
listen();
draw();
