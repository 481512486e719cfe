// The list at the left: one row an incident, fixed in height, in its place. Rows are kept and updated, never rebuilt,
// so that focus and reading position stay where they are.

import { clock, el, lasted, setText, shape, t } from "egide/format";

export class List {
  constructor(store, me) {
    this.store = store;
    this.me = me;
    this.list = document.getElementById("list");
    this.empty = document.getElementById("list-empty");
    this.title = document.getElementById("list-title");
    this.rows = new Map();
    store.addEventListener("list", (event) => this.draw(new Set(event.detail.arrived)));
    store.addEventListener("heard", (event) => this.#fill(event.detail.id));
    store.addEventListener("live", (event) => this.#fill(event.detail.id));
    store.addEventListener("selected", () => this.mark());
    setInterval(() => this.drain(), 1000);
  }

  draw(arrived = new Set()) {
    const wanted = this.store.rows();
    const ids = new Set(wanted.map((row) => row.id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      const hadFocus = row.item.contains(document.activeElement);
      const near = row.item.nextElementSibling ?? row.item.previousElementSibling;
      row.item.remove();
      this.rows.delete(id);
      if (hadFocus) (near?.querySelector("button") ?? document.getElementById("incident")).focus({ preventScroll: true });
    }
    let before = null;
    for (const incident of wanted) {
      if (!this.rows.has(incident.id)) this.rows.set(incident.id, this.#make(incident.id, arrived.has(incident.id)));
      const { item } = this.rows.get(incident.id);
      const place = before === null ? this.list.firstElementChild : before.nextElementSibling;
      if (place !== item) this.list.insertBefore(item, place);
      before = item;
      this.#fill(incident.id);
    }
    this.#count(wanted.length);
    this.drain();
    this.mark();
  }

  #count(shown) {
    setText(this.title, shown === 1 ? t("list.one") : t("list.many", { n: shown }));
    const hidden = this.store.hidden;
    this.empty.hidden = shown > 0 && hidden <= 0;
    if (shown === 0) this.empty.replaceChildren(el("strong", {}, t("list.none")), t("list.none_hint"));
    else if (hidden > 0) this.empty.replaceChildren(t("list.hidden", { n: hidden }));
  }

  #make(id, isNew) {
    const parts = { word: el("span", { class: "word" }), since: el("time", { class: "since" }), party: el("span", { class: "party" }), what: el("span", { class: "what" }), owner: el("span", { class: "owner" }), bar: el("i", { class: "bar", "aria-hidden": "true" }) };
    const button = el("button", { type: "button", class: isNew ? "row new" : "row", onclick: () => this.#choose(id) });
    const item = el("li", {}, button);
    return { item, button, parts, drawn: null };
  }

  #choose(id) {
    this.store.selectedByItself = false;
    this.store.select(id);
    this.store.hear(id);
    document.getElementById("room").dataset.view = "incident";
  }

  #fill(id) {
    const row = this.rows.get(id);
    const incident = this.store.incidents.get(id);
    if (row === undefined || incident === undefined) return;
    const { button, parts } = row;
    if (row.drawn !== incident.shape) {
      row.drawn = incident.shape;
      button.dataset.shape = incident.shape;
      button.dataset.id = id;
      button.replaceChildren(shape(incident.shape), parts.word, parts.since, parts.party, parts.what, parts.owner, parts.bar);
    }
    setText(parts.word, incident.word);
    if (parts.party.dataset.for !== `${incident.who}|${incident.number}`) {
      parts.party.dataset.for = `${incident.who}|${incident.number}`;
      parts.party.replaceChildren(el("b", {}, incident.who), incident.number ? ` · ${incident.number}` : "");
    }
    setText(parts.what, incident.what);
    const mine = incident.owner !== null && incident.owner.login === this.me.login;
    const again = this.store.unheard.has(id);
    button.classList.toggle("again", again);
    const whose = incident.owner === null ? t("list.free") : mine ? t("list.mine") : incident.owner.name;
    const rings = incident.rings > 1 ? t("list.supervisor") : again || (incident.rings > 0 && incident.owner !== null) ? t("list.again") : "";
    const aside = incident.shelved_ms !== null ? t("list.aside") : incident.offered?.login === this.me.login ? t("list.offered") : "";
    // A row is narrow: what rings for the supervisor and is nobody's says only that; it is to be taken, as everything that rings.
    setText(parts.owner, (incident.rings > 1 && incident.owner === null ? [rings] : [rings || aside, whose]).filter((x) => x).join(" · "));
    button.classList.toggle("rings", incident.rings > 0);
    button.classList.toggle("aside", incident.shelved_ms !== null);
    parts.owner.classList.toggle("free", incident.owner === null);
    parts.since.dateTime = new Date(incident.since_ms).toISOString();
    this.#age(incident, parts);
  }

  /** How long whoever has it may still be silent: the bar drains. */
  drain() {
    const now = this.store.now();
    for (const [id, { parts }] of this.rows) {
      const held = (this.store.incidents.get(id)?.tasks ?? []).filter((task) => task.lease_ms !== null && task.owner !== null);
      const parted = held.map((task) => Math.max(0, task.lease_ms - now) / (1000 * task.lease_s));
      parts.bar.style.width = `${100 * Math.min(1, ...(parted.length > 0 ? parted : [0]))}%`;
    }
  }

  #age(incident, parts) {
    setText(parts.since, `${clock(incident.since_ms, this.store.now())}`);
    parts.since.title = lasted(this.store.now() - incident.since_ms);
  }

  mark() {
    for (const [id, { button }] of this.rows) {
      const current = id === this.store.selected;
      if (current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (current) button.scrollIntoView({ block: "nearest" });
    }
  }

  /** The neighbour of the selected row, or the first row. */
  step(by) {
    const ids = this.store.rows().map((row) => row.id);
    if (ids.length === 0) return;
    const at = ids.indexOf(this.store.selected);
    const next = at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + by))];
    this.#choose(next);
    if (this.list.contains(document.activeElement)) this.rows.get(next)?.button.focus();
  }
}
