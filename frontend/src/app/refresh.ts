// A receipt that is not final yet asks its own page again until it is.
const SOON = 1500;
const LATER = 10_000;
const PATIENCE = 20;

/** Ask the page (or the fragment it names) once and put the newer piece in place. */
async function renew(piece: HTMLElement): Promise<HTMLElement> {
  const answer = await fetch(piece.dataset["refresh"] || window.location.href, { headers: { "X-Fragment": piece.id }, credentials: "same-origin" });
  if (!answer.ok) return piece;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(piece.id);
  if (!fresh) return piece;
  const before = piece.querySelectorAll(".ay-seal--set").length;
  [...fresh.querySelectorAll(".ay-seal--set")].slice(before).forEach((seal) => seal.classList.add("ay-seal--new"));
  if (fresh.textContent === piece.textContent && fresh.hasAttribute("data-refresh")) return piece;
  const live = document.getElementById("ay-live");
  if (live) live.textContent = fresh.dataset["state"] ?? "";
  for (const button of fresh.querySelectorAll<HTMLElement>("[data-print],[data-copy]")) button.hidden = false;
  piece.replaceWith(fresh);
  return fresh;
}

/** Keep every element with `data-refresh` fresh: quickly at first, then patiently, never while the page is hidden. */
export function keepFresh(): void {
  for (const start of document.querySelectorAll<HTMLElement>("[data-refresh][id]")) {
    let piece = start;
    let rounds = 0;
    const round = async (): Promise<void> => {
      rounds += 1;
      if (!document.hidden) piece = await renew(piece).catch(() => piece);
      if (piece.hasAttribute("data-refresh")) window.setTimeout(() => void round(), rounds < PATIENCE ? SOON : LATER);
    };
    window.setTimeout(() => void round(), SOON);
  }
}
