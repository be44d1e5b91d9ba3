// Small improvements over pages that work without them. Nothing here talks to anyone but the page's own address.
import { countCharacters } from "./counting.ts";
import { listenForKeys } from "./keys.ts";
import { keepFresh } from "./refresh.ts";

/** Move to the error summary, and from its links to the field with its label in view. */
function leadToErrors(): void {
  const summary = document.querySelector<HTMLElement>(".govuk-error-summary");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest("a");
    const field = link?.hash ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    if (!field) return;
    event.preventDefault();
    const label = field.closest("fieldset")?.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    (label ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

/** Buttons that need a script are hidden in the page and appear here. */
function wakeButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-print],[data-copy]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-print],[data-copy],[data-exit]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    if (button.dataset["copy"]) void copyFrom(button);
    if (button instanceof HTMLAnchorElement && button.hasAttribute("data-exit")) {
      event.preventDefault();
      document.body.hidden = true;
      window.location.replace(button.href);
    }
  });
}

/** Copy the text of another element and say so on the button itself. */
async function copyFrom(button: HTMLElement): Promise<void> {
  const source = document.querySelector(button.dataset["copy"] ?? "");
  if (!source) return;
  await navigator.clipboard.writeText((source.textContent ?? "").trim());
  button.textContent = button.dataset["copied"] ?? button.textContent;
}

leadToErrors();
wakeButtons();
countCharacters();
listenForKeys();
keepFresh();
