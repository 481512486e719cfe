// Two comforts, neither needed: the theme button, and drafts that save themselves. Everything works without.
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    try { localStorage.setItem("egide-theme-file", theme); } catch { /* storage is refused: it holds for this page */ }
  });
}

// A form with data-autosave posts itself a moment after the last key. What it answers is one line: saved, or why not.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = form.querySelector(".saved");
  let timer = 0;
  let sent = "";
  const save = async () => {
    const body = new FormData(form);
    body.set("autosave", "1");
    const now = JSON.stringify([...body]);
    if (now === sent) return;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      line.textContent = said.words;
      if (!answer.ok) return;
      sent = now;
      for (const [name, value] of Object.entries(said.fields)) form.elements[name].value = value;
    } catch {
      line.textContent = form.dataset.unsaved;
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1500); });
  form.addEventListener("submit", () => clearTimeout(timer));
}

// What was typed is not thrown away by a slip: the browser asks before leaving a form that was changed.
for (const form of document.querySelectorAll("form.file-form")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed && !form.dataset.autosave) event.preventDefault(); });
}

// Whoever made a mistake is taken to what was said about it.
document.querySelector("[data-focus]")?.focus();
