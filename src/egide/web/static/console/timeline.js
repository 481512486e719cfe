// The lines below the map: what happened, newest first. Drawn again only when something was added.

import { clock, el, t } from "egide/format";

/** The lines below the map: what happened, newest first. */
export class Timeline {
  constructor() {
    this.list = document.getElementById("timeline");
    this.drawn = null;
    this.clear();
  }

  clear() {
    this.drawn = null;
    this.list.replaceChildren(el("li", { class: "none" }, t("timeline.none")));
  }

  draw(detail, now) {
    const drawn = JSON.stringify(detail.timeline);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (detail.timeline.length === 0) {
      this.clear();
      return;
    }
    this.list.replaceChildren(...detail.timeline.map((line) =>
      el("li", {}, el("time", { datetime: new Date(line.at_ms).toISOString() }, clock(line.at_ms, now)), el("span", {}, line.text, line.by ? el("span", { class: "by" }, ` · ${line.by}`) : null))));
  }
}
