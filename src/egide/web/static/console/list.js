// The list at the left: one row an incident, fixed in height, in its place. Rows are kept and updated, never rebuilt,
// so that focus and reading position stay where they are. While a hand is at it nothing comes, goes or changes places:
// what arrived is counted in the strip above, an SOS with its shape, and rings as ever. Long lists have pages; the most
// urgent stand on the first.

import { clock, el, lasted, setText, shape, t } from "egide/format";

const PAGE = 40; // rows
const HAND_MS = 2500; // a pointer that has lain still for so long is nobody's hand: new rows must not wait for it

export class List {
  constructor(store, me) {
    this.store = store;
    this.me = me;
    this.list = document.getElementById("list");
    this.pane = this.list.closest(".list-pane");
    this.empty = document.getElementById("list-empty");
    this.title = document.getElementById("list-title");
    this.strip = document.getElementById("list-held");
    this.pager = document.getElementById("list-pages");
    this.rows = new Map();
    this.page = 0;
    this.waiting = new Set(); // arrived, and not among the rows that are shown
    this.hand = { over: false, at: -Infinity, x: NaN, y: NaN };
    this.later = null;
    store.addEventListener("list", (event) => this.draw(event.detail.arrived));
    store.addEventListener("heard", (event) => this.#fill(event.detail.id));
    store.addEventListener("live", (event) => this.#fill(event.detail.id));
    store.addEventListener("selected", () => this.#turnToSelected());
    for (const name of ["pointerenter", "pointermove", "pointerdown"]) this.pane.addEventListener(name, (event) => this.#touch(event));
    for (const name of ["wheel", "scroll"]) this.pane.addEventListener(name, () => { if (this.hand.over) this.hand.at = performance.now(); }, { passive: true });
    this.pane.addEventListener("pointerleave", () => {
      this.hand.over = false;
      if (this.later !== null) this.settle();
    });
    setInterval(() => this.drain(), 1000);
  }

  /** A row that moves under a pointer at rest is no hand: its place on the glass has to change. */
  #touch({ screenX: x, screenY: y }) {
    if (this.hand.over && x === this.hand.x && y === this.hand.y) return;
    this.hand = { over: true, at: performance.now(), x, y };
  }

  get held() {
    return this.hand.over && performance.now() - this.hand.at < HAND_MS;
  }

  get pages() {
    return Math.max(1, Math.ceil(this.store.incidents.size / PAGE));
  }

  draw(arrived = []) {
    for (const id of arrived) this.waiting.add(id);
    if (this.held) this.#hold();
    else this.settle();
  }

  /** Only what the rows say changes; what is closed says so in its place. */
  #hold() {
    for (const [id, { button, parts }] of this.rows) {
      if (this.store.incidents.has(id)) this.#fill(id);
      else {
        button.classList.add("gone");
        setText(parts.owner, t("list.closed"));
      }
    }
    this.#around();
    this.later ??= setTimeout(() => this.#look(), HAND_MS);
  }

  #look() {
    this.later = null;
    if (!this.held) this.settle();
    else this.later = setTimeout(() => this.#look(), Math.max(50, HAND_MS - (performance.now() - this.hand.at)));
  }

  /** The rows of this page, each in its place. */
  settle() {
    clearTimeout(this.later);
    this.later = null;
    this.page = Math.min(this.page, this.pages - 1);
    const wanted = this.store.rows().slice(this.page * PAGE, (this.page + 1) * PAGE);
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
      if (!this.rows.has(incident.id)) this.rows.set(incident.id, this.#make(incident.id, this.waiting.has(incident.id)));
      const { item } = this.rows.get(incident.id);
      const place = before === null ? this.list.firstElementChild : before.nextElementSibling;
      if (place !== item) this.list.insertBefore(item, place);
      before = item;
      this.#fill(incident.id);
    }
    this.#around();
  }

  /** What stands around the rows: how many, what waits, which page. */
  #around() {
    for (const id of this.waiting) if (this.rows.has(id) || !this.store.incidents.has(id)) this.waiting.delete(id);
    this.#count(this.store.incidents.size);
    this.#strip();
    this.#pager();
    this.drain();
    this.mark();
  }

  /** What arrived and is not among the rows: how many, and the most urgent by its shape; a click goes to it. */
  #strip() {
    const [first] = this.store.rows().filter((row) => this.waiting.has(row.id));
    if (first === undefined) {
      this.strip.replaceChildren();
      return;
    }
    const n = this.waiting.size;
    const words = `${first.word} · ${n === 1 ? t("list.new_one") : t("list.new", { n })}`;
    if (this.strip.textContent === words) return;
    this.strip.replaceChildren(el("button", { type: "button", class: "held", "data-shape": first.shape, onclick: () => this.#turnTo(first.id) }, shape(first.shape), el("span", {}, words)));
  }

  #pager() {
    this.pager.hidden = this.pages === 1;
    if (this.pager.hidden) return;
    const of = this.store.incidents.size;
    const turn = (by, key, mark) => {
      const at = this.page + by;
      return el("button", { type: "button", class: "quiet", "data-turn": by, "aria-label": t(key), disabled: at < 0 || at >= this.pages, onclick: () => this.turn(by) }, mark);
    };
    const focused = this.pager.contains(document.activeElement) ? document.activeElement.dataset.turn : null;
    const words = t("list.page", { from: this.page * PAGE + 1, to: Math.min(of, (this.page + 1) * PAGE), of });
    this.pager.replaceChildren(turn(-1, "list.before", "◀"), el("span", {}, words), turn(1, "list.after", "▶"));
    if (focused !== null) this.pager.querySelector(`[data-turn="${focused}"]:not([disabled])`)?.focus({ preventScroll: true });
  }

  /** Another page, from its top; what is selected stays selected. */
  turn(by) {
    const page = Math.min(this.pages - 1, Math.max(0, this.page + by));
    if (page === this.page) return;
    this.page = page;
    this.settle();
    this.pane.scrollTop = 0;
  }

  #turnTo(id) {
    const at = this.store.rows().findIndex((row) => row.id === id);
    if (at < 0) return;
    this.page = Math.floor(at / PAGE);
    this.settle();
    this.rows.get(id)?.button.scrollIntoView({ block: "nearest" });
  }

  /** Only whoever chooses moves the list. */
  #turnToSelected() {
    const row = this.rows.get(this.store.selected);
    if (row === undefined) this.#turnTo(this.store.selected);
    else row.button.scrollIntoView({ block: "nearest" });
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
    button.classList.remove("gone");
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
    const whose = incident.nameless ? "" : incident.owner === null ? t("list.free") : mine ? t("list.mine") : incident.owner.name;
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
    }
  }

  /** The neighbour of the selected row, or the first row. */
  step(by) {
    const ids = this.store.rows().map((row) => row.id);
    if (ids.length === 0) return;
    if (this.later !== null) this.settle(); // by keyboard: nothing lies under the pointer
    const at = ids.indexOf(this.store.selected);
    const next = at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + by))];
    this.#choose(next);
    if (this.list.contains(document.activeElement)) this.rows.get(next)?.button.focus();
  }
}
