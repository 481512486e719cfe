// The police's side of an incident: each request with its copy, what the unit has said since, and the end of a need.

import { el, t } from "egide/format";

/** One box a request, the newest first; nothing where nobody was called. */
export function policeBoxes(detail, mine, unneeded) {
  if (detail.police.length === 0) return [];
  const boxes = detail.police.map((one) =>
    el("div", { class: one.open ? "request" : "request over", "data-request": one.id },
      el("p", { class: one.late ? "state late" : "state" }, el("b", {}, one.unit), " · ", one.state),
      el("p", { class: "muted" }, `${one.person} · ${one.reference} · ${one.copy}`),
      el("ol", {}, ...one.steps.map((step) => el("li", {}, el("time", {}, step.at), " ", [step.what, step.who, step.words].filter((x) => x).join(" · "))))));
  const standing = mine && detail.status === "open" && detail.police.some((one) => one.open);
  const end = standing ? [el("button", { type: "button", "data-key": "unneeded", onclick: unneeded }, t("police.unneeded"), " ", el("kbd", { "aria-hidden": "true" }, "X"))] : [];
  return [el("section", { class: "told-police" }, el("h3", {}, t("police.told")), ...boxes, ...end)];
}
