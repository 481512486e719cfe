// Tells the server what this screen has painted, and how long ago: the last step of an alarm's way, which nobody else can
// measure. A tab out of sight paints nothing, and says nothing.

import * as ask from "egide/ask";
import { often } from "egide/tick";

const EVERY_MS = 1000;

export function confirmPainted(store) {
  const done = []; // [number, when]
  let toldAt = -Infinity;
  store.addEventListener("applied", ({ detail: { seq, change } }) => {
    if (document.hidden || (change !== "opened" && change !== "ring")) return;
    // The first frame draws what the change has altered; when the second one begins, it is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => { if (!document.hidden) done.push([seq, performance.now()]); }));
  });
  often(() => {
    const now = performance.now();
    if (done.length === 0 || now - toldAt < EVERY_MS) return;
    toldAt = now;
    const painted = done.splice(0, 500).map(([seq, at]) => [seq, Math.round(now - at)]);
    ask.post("painted", { painted }).catch(() => { /* a figure less; the line says when the server is away */ });
  });
}
