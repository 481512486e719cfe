// The map of a computer that cannot draw one: the same people, discs, zones, places of the order and distance, as plain SVG, north up, with
// a scale bar. It says that it is a sketch.

import { el, metres, svg, t } from "egide/format";
import { circles } from "egide/order";
import { Overlay } from "egide/overlay";
import { bounds, discRadius, isOld, labelOf, placed, tail } from "egide/places";

const M_PER_DEGREE = 111195;

export class Sketch {
  constructor(container, note) {
    this.container = container;
    this.picture = svg("svg", { class: "sketch", role: "img" });
    container.replaceChildren(this.picture);
    this.overlay = new Overlay(container);
    note.textContent = t("map.sketch");
    this.last = null;
    new ResizeObserver(() => this.last && this.draw(...this.last)).observe(container);
  }

  clear(text) {
    this.last = null;
    this.overlay.clear();
    this.picture.replaceChildren(svg("text", { x: "50%", y: "50%", "text-anchor": "middle", fill: "var(--muted)" }, text));
    this.picture.setAttribute("aria-label", text);
  }

  show(detail, now) {
    this.draw(detail, now);
  }

  move(detail, now) {
    this.draw(detail, now);
  }

  fit() {}

  theme() {}

  draw(detail, now) {
    this.last = [detail, now];
    const box = bounds(detail, now);
    if (box === null) {
      this.clear(t("map.unknown"));
      return;
    }
    const { clientWidth: width, clientHeight: height } = this.container;
    const midLat = (box[1] + box[3]) / 2;
    const squeeze = Math.cos((midLat * Math.PI) / 180);
    const wide = (box[2] - box[0]) * M_PER_DEGREE * squeeze;
    const high = (box[3] - box[1]) * M_PER_DEGREE;
    const perMetre = Math.min(width / wide, height / high) * 0.82;
    const x = (p) => width / 2 + (p.lon - (box[0] + box[2]) / 2) * M_PER_DEGREE * squeeze * perMetre;
    const y = (p) => height / 2 - (p.lat - midLat) * M_PER_DEGREE * perMetre;
    const { parties, pair, protectedParty } = placed(detail, now);
    const parts = [hatch()];
    for (const one of circles(detail)) {
      const look = one.kind === "forbidden" ? { fill: "var(--alert)", "fill-opacity": one.holds ? 0.16 : 0, stroke: "var(--alert)", "stroke-width": 3.4 } : { fill: "none", stroke: "var(--text)", "stroke-width": 2.6, "stroke-dasharray": "2 5" };
      const r = one.radius * perMetre;
      parts.push(svg("circle", { cx: x(one.centre), cy: y(one.centre), r, "stroke-opacity": one.holds ? 1 : 0.45, class: `order ${one.kind}`, ...look }), text(x(one.centre), y(one.centre) - r - 6, one.words, "middle"));
    }
    if (protectedParty !== null && detail.radii !== null) {
      const centre = { cx: x(protectedParty.place), cy: y(protectedParty.place), fill: "none", stroke: "var(--muted)" };
      parts.push(svg("circle", { ...centre, r: detail.radii.alert_m * perMetre }), svg("circle", { ...centre, r: detail.radii.pre_alert_m * perMetre, "stroke-dasharray": "6 6" }));
    }
    for (const party of parties) {
      const old = isOld(detail, party.place, now);
      parts.push(svg("circle", { cx: x(party.place), cy: y(party.place), r: Math.max(4, discRadius(party.place) * perMetre), fill: old ? "url(#hatch)" : "var(--accent)", "fill-opacity": old ? 1 : 0.18, stroke: "var(--accent)", "stroke-opacity": 0.5 }));
      for (const s of tail(party)) parts.push(svg("line", { x1: x(s.from), y1: y(s.from), x2: x(s.to), y2: y(s.to), stroke: "var(--text)", "stroke-width": 2, "stroke-opacity": s.opacity }));
    }
    if (pair !== null) {
      const [a, b] = pair.map((party) => party.place);
      parts.push(svg("line", { x1: x(a), y1: y(a), x2: x(b), y2: y(b), stroke: "var(--text)", "stroke-dasharray": "3 5" }));
    }
    parts.push(...scale(perMetre, height));
    this.picture.replaceChildren(...parts);
    this.overlay.draw(detail, now, (place) => ({ x: x(place), y: y(place) }));
    this.picture.setAttribute("aria-label", [...parties.map((party) => labelOf(detail, party, now).join(", ")), detail.distance_words ?? ""].join(". "));
  }
}

function text(x, y, content, anchor) {
  return svg("text", { x, y, "text-anchor": anchor, fill: "var(--text)", "font-size": 14, "paint-order": "stroke", stroke: "var(--sea)", "stroke-width": 4, "stroke-linejoin": "round" }, content);
}

function hatch() {
  return svg("defs", {}, svg("pattern", { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("line", { x1: 0, y1: 0, x2: 0, y2: 8, stroke: "var(--accent)", "stroke-width": 2 })));
}

function scale(perMetre, height) {
  const target = 110 / perMetre;
  const power = 10 ** Math.floor(Math.log10(target));
  const length = [5, 2, 1].map((n) => n * power).find((n) => n <= target) ?? power;
  const y = height - 14;
  return [svg("path", { d: `M14 ${y - 6}v6h${length * perMetre}v-6`, fill: "none", stroke: "var(--text)", "stroke-width": 2 }), text(14, y - 10, metres(length), "start")];
}

/** Says in the map's place that there is nothing to draw yet. */
export function emptyMap(container, words) {
  container.replaceChildren(el("p", { class: "empty" }, words));
}
