// Keys for people who go through hundreds of cases: j and k along the list, Enter opens, x marks, / searches, ? explains.
const OFF = "aydyn-keys-off";

/** True where a letter is being typed, so that it is not a command. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === "checkbox"));
}

/** Mark the row `step` further on and put the focus on its link. */
function move(rows: HTMLElement[], step: number): void {
  const at = rows.findIndex((row) => row.classList.contains("ay-here"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  if (!next) return;
  for (const row of rows) row.classList.remove("ay-here");
  next.classList.add("ay-here");
  next.querySelector<HTMLElement>("a[href]")?.focus();
}

/** The dialog that lists the keys also turns them off (they may clash with speech input). */
function minding(dialog: HTMLDialogElement | null): void {
  const box = dialog?.querySelector<HTMLInputElement>("[data-keys-off]");
  if (!box) return;
  box.checked = localStorage.getItem(OFF) === "1";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "1" : "0"));
}

/** Go to what has the key: a link is followed, a step is unfolded and its first field gets the focus. */
function reach(key: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    const first = target.querySelector<HTMLElement>("select, textarea, input:not([type=hidden]), button:not(.ay-first)");
    (first ?? target.querySelector<HTMLElement>("summary"))?.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
  return true;
}

/** Listen for keys on pages that have a list or a case marked with `data-keys`. */
export function listenForKeys(): void {
  const list = document.querySelector<HTMLElement>("[data-keys]");
  if (!list) return;
  const dialog = document.querySelector<HTMLDialogElement>("dialog.ay-keys");
  minding(dialog);
  document.querySelector("[data-keys-help]")?.addEventListener("click", () => dialog?.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog?.open) return;
    if (event.key === "?") dialog?.showModal();
    if (localStorage.getItem(OFF) === "1") return;
    const rows = [...list.querySelectorAll<HTMLElement>("tbody tr")];
    if (event.key === "j") move(rows, 1);
    if (event.key === "k") move(rows, -1);
    if (event.key === "x") rows.find((row) => row.classList.contains("ay-here"))?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
    if (/^[a-z]$/.test(event.key) && reach(event.key)) event.preventDefault();
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector<HTMLElement>("input[type=search]")?.focus();
    }
  });
}
