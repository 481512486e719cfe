// Every key of the room, in one table: what it does here and what the help says of it.

import { el, t } from "egide/format";
import { openByHand } from "egide/opening";

export function setUpKeys({ list, incident, shift, dialogs, drill, enlargeMap, toggleTheme, fitMap }) {
  const dialog = document.getElementById("dialog");
  const help = () => {
    if (dialog.open) return;
    const rows = TABLE.flatMap(({ shown, words }) => [el("dt", {}, ...shown.flatMap((key) => [el("kbd", {}, key), " "])), el("dd", {}, t(words))]);
    const done = el("button", { type: "button", onclick: () => dialog.close() }, t("keys.done"), " ", el("kbd", { "aria-hidden": "true" }, "Esc"));
    dialog.replaceChildren(el("h2", { id: "dialog-title" }, t("keys.title")), el("dl", { class: "keys" }, ...rows), el("div", { class: "dialog-foot" }, done));
    dialog.showModal();
    done.focus();
  };
  const acts = {
    ArrowDown: () => list.step(1),
    ArrowUp: () => list.step(-1),
    PageDown: () => list.turn(1),
    PageUp: () => list.turn(-1),
    Enter: () => incident.take(true),
    c: () => incident.acts.close(),
    r: () => incident.acts.over(),
    p: () => incident.acts.request(),
    x: () => incident.acts.unneeded(),
    n: () => incident.acts.note(),
    s: () => incident.acts.shelve(),
    h: () => incident.acts.handOver(),
    d: () => incident.acts.answer("decline"),
    b: () => incident.switchTask(),
    o: () => { if (!drill) openByHand(dialogs, list.store); },
    g: () => shift.open(),
    ...Object.fromEntries([..."123456789"].map((digit) => [digit, () => incident.press(digit)])),
    m: enlargeMap,
    0: fitMap,
    t: toggleTheme,
    "?": help,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && !event.key.startsWith("Arrow") || dialog.open) return;
    // A dialog that has just closed may hold the focus for a moment more: its keys are the room's already.
    const inDialog = !(event.target instanceof Element) || dialog.contains(event.target);
    const target = inDialog ? document.body : event.target;
    if (target.matches("input, textarea, select") || target.closest(".maplibregl-canvas-container") && event.key.startsWith("Arrow")) return;
    if (target.closest("#timeline-pane, .timeline-pane") && event.key.startsWith("Arrow")) return;
    // Where another pane has the focus, or there is one page, these keys scroll as everywhere.
    if (event.key.startsWith("Page") && (list.pages === 1 || target.closest("#incident, .side"))) return;
    // Enter on a button or link presses it, as everywhere; on a row of the list, already selected, it takes.
    if (event.key === "Enter" && target.closest("button, a") && !(target.closest(".row")?.getAttribute("aria-current") === "true")) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  document.getElementById("help").addEventListener("click", help);
}

const TABLE = [
  { shown: ["↑", "↓"], words: "keys.arrows" },
  { shown: ["Page ↑", "Page ↓"], words: "keys.pages" },
  { shown: ["↵"], words: "keys.enter" },
  { shown: ["1–9"], words: "keys.outcome" },
  { shown: ["P"], words: "keys.police" },
  { shown: ["X"], words: "keys.unneeded" },
  { shown: ["C"], words: "keys.close" },
  { shown: ["B"], words: "keys.task" },
  { shown: ["N"], words: "keys.note" },
  { shown: ["S"], words: "keys.shelve" },
  { shown: ["H", "D"], words: "keys.hand" },
  { shown: ["R"], words: "keys.over" },
  { shown: ["O"], words: "keys.open" },
  { shown: ["M"], words: "keys.map" },
  { shown: ["0"], words: "keys.fit" },
  { shown: ["G"], words: "keys.shift" },
  { shown: ["T"], words: "keys.theme" },
  { shown: ["?"], words: "keys.help" },
  { shown: ["Ctrl", "↵"], words: "keys.send" },
  { shown: ["Esc"], words: "keys.escape" },
];
