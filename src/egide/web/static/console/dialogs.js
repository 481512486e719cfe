// One dialog at a time, with one act. What is missing is said in it, and the text that was typed stays.

import { el, t } from "egide/format";

export class Dialogs {
  constructor() {
    this.dialog = document.getElementById("dialog");
    this.closed = null;
    this.dialog.addEventListener("close", () => { this.closed?.(); this.closed = null; });
  }

  get isOpen() {
    return this.dialog.open;
  }

  close() {
    this.dialog.close();
  }

  /** `act` answers null when it is done, or {field, message} to say what is missing. */
  open({ title, body, yes, act, key = null, focus = "first", closed = null }) {
    if (this.dialog.open) return;
    this.closed = closed;
    const error = el("p", { class: "message bad dialog-error", role: "alert", hidden: true });
    const submit = el("button", { type: "submit", class: "primary" }, yes, " ", el("kbd", { "aria-hidden": "true" }, key ?? "Ctrl ↵"));
    const form = el("form", { novalidate: true }, el("h2", { id: "dialog-title" }, title), ...body, error,
      el("div", { class: "dialog-foot" }, el("button", { type: "button", onclick: () => this.dialog.close() }, t("dialog.no"), " ", el("kbd", { "aria-hidden": "true" }, "Esc")), submit));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (submit.disabled) return;
      submit.disabled = true;
      error.hidden = true;
      const missing = await act(form);
      submit.disabled = false;
      if (missing === null) {
        this.dialog.close();
        return;
      }
      error.hidden = false;
      error.textContent = missing?.message ?? t("incident.failed");
      // Behind an open dialog the banner cannot be reached: its way back in stands here too.
      const link = missing?.again ? document.querySelector("#banner a") : null;
      if (link !== null) error.append(" ", link.cloneNode(true));
      (form.querySelector(`[name="${missing?.field}"]`) ?? form.querySelector("input, textarea"))?.focus();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
        return;
      }
      if (event.target.matches("textarea, input:not([type=radio])") || !/^[1-9]$/.test(event.key)) return;
      const choice = form.querySelector(`[data-digit="${event.key}"]`);
      if (choice === null) return;
      event.preventDefault();
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      choice.focus();
    });
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
    const first = focus === "submit" ? submit : form.querySelector("input:checked") ?? form.querySelector("input, textarea") ?? submit;
    first.focus();
  }
}

/** Choices with a digit each. */
export function choices(name, legend, rows, checked = null) {
  const box = el("fieldset", { class: "choices" }, el("legend", {}, legend));
  rows.forEach(({ value, words }, i) => {
    const input = el("input", { type: "radio", name, value, "data-digit": i + 1 });
    if (value === checked) input.checked = true;
    box.append(el("label", { class: "choice" }, input, el("kbd", { "aria-hidden": "true" }, String(i + 1)), words));
  });
  return box;
}

/** A line or a text to fill in. */
export function field(name, words, { rows = 1, value = "", id = `field-${name}` } = {}) {
  const input = rows > 1 ? el("textarea", { id, name, rows, maxlength: 2000 }) : el("input", { id, name, type: "text", maxlength: 200, autocomplete: "off" });
  input.value = value;
  return [el("label", { for: id }, words), input];
}

/** What is chosen and typed in a form. */
export function values(form) {
  return Object.fromEntries(new FormData(form).entries());
}

