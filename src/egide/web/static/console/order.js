// The places of an order: where the wearer may be and where not. In words for everybody, and as circles on a map, where a
// forbidden place is a filled disc with a thick edge and an allowed one an empty ring of dots; out of its hours it is pale.

import { el, t } from "egide/format";
import { ring } from "egide/places";

/** The section of an incident that lists them; nothing where there are none. */
export function drawOrder(detail) {
  const rows = detail.order_places.map((one) => el("li", { class: one.holds ? one.kind : `${one.kind} idle` },
    sign(one), el("b", {}, `${kind(one)} · ${one.name}`), " ",
    el("span", { class: "muted" }, [one.when, one.radius_words].filter((x) => x).join(" · ")), " ",
    el("span", { class: "now" }, [one.entered_words, one.now_words].filter((x) => x).join(" · "))));
  if (rows.length === 0) return [];
  return [el("section", { class: "order-places" }, el("h3", {}, t("order.title")), el("ul", {}, ...rows))];
}

function kind(one) {
  return t(one.kind === "forbidden" ? "order.forbidden" : "order.allowed");
}

/** The sign of a kind, for the eye alone: the words say it too. */
function sign(one) {
  return el("i", { class: "sign", "aria-hidden": "true" }, mark(one));
}

function mark(one) {
  return one.kind === "forbidden" ? "✕" : "✓";
}

/** Has the answer of one of them run out, so that the server has to be asked again? */
export function ranOut(detail, now) {
  return detail.order_places.some((one) => one.until_ms !== null && now >= one.until_ms);
}

/** What a map draws: kind, whether it holds, its ring of [lon, lat] and its words. A replay has none. */
export function circles(detail) {
  return (detail.order_places ?? []).filter((one) => one.circle !== null).map((one) => ({
    kind: one.kind, holds: one.holds, centre: one.circle, radius: one.radius_m, line: ring(one.circle, one.radius_m, 96),
    words: `${mark(one)} ${one.name}`, // short, or it hides people: the list says the rest
  }));
}
