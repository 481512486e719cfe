// Marks and words above a drawn map, wherever the drawing comes from: each label takes the first free place beside its
// mark, so that a distance never hides a person. The same words stand in the list of people for those who cannot see.

import { el, svg } from "egide/format";
import { isOld, labelOf, partyMark, placed } from "egide/places";

const MARK = 24;
const GAP = 6;
const EDGE = 4;

export class Overlay {
  constructor(container) {
    this.container = container;
    this.box = el("div", { class: "overlay", "aria-hidden": "true" });
    container.append(this.box);
    this.parts = new Map();
  }

  clear() {
    this.box.replaceChildren();
    this.parts.clear();
  }

  /** `project` answers the pixel {x, y} of a {lat, lon}. */
  draw(detail, now, project) {
    const { parties, pair } = placed(detail, now);
    const spots = parties.map((party) => ({ party, at: project(party.place), old: isOld(detail, party.place, now) }));
    const used = new Set();
    const taken = this.#reserved();
    for (const { party, at, old } of spots) {
      this.#put(used, `mark ${party.role} ${old}`, () => mark(party.role, old), at.x - MARK / 2, at.y - MARK / 2);
      taken.push({ x: at.x - MARK / 2, y: at.y - MARK / 2, w: MARK, h: MARK });
    }
    for (const { party, at } of spots) {
      const other = spots.find((spot) => spot.party !== party);
      const below = other !== undefined && other.at.y < at.y;
      const node = this.#node(used, `label ${party.role}`, () => el("div", { class: "place-label" }, el("b"), el("span")));
      const [name, words] = labelOf(detail, party, now);
      if (node.firstChild.textContent !== name) node.firstChild.textContent = name;
      if (node.lastChild.textContent !== words) node.lastChild.textContent = words;
      const w = node.offsetWidth;
      const h = node.offsetHeight;
      const far = MARK / 2 + GAP;
      const up = { x: at.x - w / 2, y: at.y - far - h };
      const down = { x: at.x - w / 2, y: at.y + far };
      const beside = [{ x: at.x + far, y: at.y - h / 2 }, { x: at.x - far - w, y: at.y - h / 2 }];
      this.#place(node, w, h, below ? [down, ...beside, up] : [up, ...beside, down], taken);
    }
    if (pair !== null && detail.distance_words !== null) this.#apart(used, detail, pair.map((party) => project(party.place)), taken);
    for (const [key, node] of this.parts) {
      if (used.has(key)) continue;
      node.remove();
      this.parts.delete(key);
    }
  }

  #apart(used, detail, [a, b], taken) {
    const node = this.#node(used, "apart", () => el("div", { class: "apart" }));
    if (node.textContent !== detail.distance_words) node.textContent = detail.distance_words;
    const w = node.offsetWidth;
    const h = node.offsetHeight;
    const x = (a.x + b.x) / 2 - w / 2;
    const y = (a.y + b.y) / 2 - h / 2;
    const { clientWidth, clientHeight } = this.container;
    const tries = [[0, 0], [0, 30], [0, -30], [0, 60], [0, -60], [w * 0.6, 0], [-w * 0.6, 0], [0, 95], [0, -95]].map(([dx, dy]) => ({ x: x + dx, y: y + dy }));
    tries.push({ x: (clientWidth - w) / 2, y: EDGE }, { x: (clientWidth - w) / 2, y: clientHeight - h - 30 });
    this.#place(node, w, h, tries, taken);
  }

  /** The zoom buttons, the scale and the sources, which no label may cover. */
  #reserved() {
    const { clientWidth, clientHeight } = this.container;
    return [{ x: clientWidth - 48, y: 0, w: 48, h: 84 }, { x: 0, y: clientHeight - 24, w: clientWidth, h: 24 }, { x: 0, y: clientHeight - 58, w: 150, h: 58 }];
  }

  #place(node, w, h, tries, taken) {
    const { clientWidth, clientHeight } = this.container;
    let best = null;
    for (const { x, y } of tries) {
      const spot = { x: Math.min(Math.max(x, EDGE), clientWidth - w - EDGE), y: Math.min(Math.max(y, EDGE), clientHeight - h - EDGE), w, h };
      const covered = taken.reduce((sum, other) => sum + shared(spot, other), 0);
      if (best === null || covered < best.covered) best = { ...spot, covered };
      if (covered === 0) break;
    }
    taken.push(best);
    move(node, best.x, best.y);
  }

  #node(used, key, make) {
    used.add(key);
    if (!this.parts.has(key)) {
      const node = make();
      this.parts.set(key, node);
      this.box.append(node);
    }
    return this.parts.get(key);
  }

  #put(used, key, make, x, y) {
    move(this.#node(used, key, make), x, y);
  }
}

function move(node, x, y) {
  node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

function shared(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

/** The mark itself; of an old position only a hatched disc is left. */
function mark(role, old) {
  const parts = old ? [svg("circle", { r: 10, class: "stale" }), svg("path", { class: "stale", d: "M-6 6 6-6M-9 2 2-9M-2 9 9-2" })] : partyMark(role);
  return svg("svg", { class: "mark", viewBox: "-12 -12 24 24" }, ...parts);
}

