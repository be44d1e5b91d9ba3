/** Say under each long field how many characters are used; the server counts again. */
export function countCharacters(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-count]")) {
    const line = document.getElementById(`${field.id}-count`);
    const most = Number(field.dataset["count"]);
    const words = line?.dataset["text"];
    if (!line || !words) continue;
    const show = (): void => {
      const used = [...field.value.replace(/\r\n?/g, "\n")].length;
      line.textContent = words.replace("{used}", String(used)).replace("{most}", String(most));
      line.classList.toggle("govuk-error-message", used > most);
      line.classList.toggle("govuk-hint", used <= most);
    };
    field.addEventListener("input", show);
    show();
  }
}
