// What this screen knows: the open incidents, the number of the last change, and which one is selected.
// Changes must come one by one; a hole in the numbers or another hash means that everything is fetched again.

import * as ask from "egide/ask";

const RISING = ["", "clear", "pre_alert", "alert"];

/** The server's hash of the open incidents: FNV-1a over "id:version" lines in order of id. */
export function hashOf(rows) {
  const text = rows.map((row) => `${row.id}:${row.version}`).sort().join("\n");
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}

export class Store extends EventTarget {
  constructor() {
    super();
    this.incidents = new Map();
    this.seq = null;
    this.hidden = 0; // open incidents beyond what the server lists
    this.selected = null;
    this.unheard = new Set(); // what rang again and nobody at this screen has looked at since
    this.offset = 0;
    this.fetches = 0;
    this.waiting = null;
    this.fetching = false;
    this.held = [];
  }

  /** The server's clock, in milliseconds. */
  now() {
    return Date.now() + this.offset;
  }

  tune(nowMs) {
    this.offset = nowMs - Date.now();
  }

  /** Most urgent first, the oldest first among equals: a new one never moves an older one of its rank. */
  rows() {
    return [...this.incidents.values()].sort((a, b) => a.urgency - b.urgency || a.since_ms - b.since_ms || (a.id < b.id ? -1 : 1));
  }

  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Fetches everything. Changes that arrive meanwhile are held and applied after it. */
  refetch() {
    this.fetching = true;
    this.waiting ??= this.#fetch().finally(() => {
      this.waiting = null;
      this.fetching = false;
    });
    return this.waiting;
  }

  async #fetch() {
    this.fetches += 1;
    const first = this.seq === null;
    const state = await ask.state();
    this.tune(state.now_ms);
    this.hidden = state.open - state.incidents.length;
    const before = this.incidents;
    this.incidents = new Map(state.incidents.map((row) => [row.id, row]));
    this.seq = state.seq;
    this.fetching = false;
    const held = this.held.splice(0).filter((change) => change.seq > state.seq);
    for (const id of this.unheard) if (!this.incidents.has(id)) this.unheard.delete(id);
    if (!first) for (const row of this.rows()) this.#announceIfNews(before.get(row.id), row, row.rung > before.get(row.id)?.rung);
    this.tell("list", { arrived: first ? [] : [...this.incidents.keys()].filter((id) => !before.has(id)) });
    for (const change of held) this.change(change);
    if (this.selected !== null) this.tell("changed", { id: this.selected });
  }

  /** One change from the line. */
  change({ seq, change, incident }) {
    if (this.seq === null || this.fetching) {
      this.held.push({ seq, change, incident });
      if (this.held.length > 2000) this.held.splice(0, 1000);
      return;
    }
    if (seq <= this.seq) return;
    if (seq !== this.seq + 1) {
      this.refetch().catch(() => this.tell("failed"));
      return;
    }
    this.seq = seq;
    this.tell("applied", { seq, change });
    if (incident !== null) this.put(incident, change === "ring");
  }

  /** A row of the list, newer than what we have or not at all. `rang`: its cause was said again, whatever the version. */
  put(row, rang = false) {
    const known = this.incidents.get(row.id);
    if (known !== undefined && known.version > row.version) {
      if (rang) this.#ring(known);
      return;
    }
    const arrived = known === undefined && row.status === "open" ? [row.id] : [];
    if (row.status === "open") this.incidents.set(row.id, row);
    else {
      this.incidents.delete(row.id);
      this.unheard.delete(row.id);
    }
    if (row.status === "open") this.#announceIfNews(known, row, rang);
    this.tell("list", { arrived });
    if (row.id === this.selected) this.tell("changed", { id: row.id });
  }

  /** Rings again: said aloud, and marked until somebody at this screen turns to it. */
  #ring(row) {
    this.unheard.add(row.id);
    this.tell("news", { row, again: true });
    this.tell("heard", { id: row.id });
  }

  /** Somebody at this screen turned to an incident that rang again. */
  hear(id) {
    if (this.unheard.delete(id)) this.tell("heard", { id });
  }

  #announceIfNews(known, row, rang) {
    if (known !== undefined && rang) this.#ring(row);
    else if (known === undefined || RISING.indexOf(row.level) > RISING.indexOf(known.level) || row.urgency < known.urgency) {
      this.tell("news", { row });
    }
  }

  /** The server's number and hash of this instant. */
  heartbeat({ seq, hash, now_ms: nowMs, monitor_ms: monitorMs }) {
    this.tune(nowMs);
    this.tell("monitor", { silentMs: monitorMs });
    if (this.seq === null || this.fetching) return;
    if (seq !== this.seq || this.hidden > 0 || hash !== hashOf(this.rows())) {
      this.refetch().catch(() => this.tell("failed"));
    }
  }

  /** Words and places of this second. */
  live({ incidents, now_ms: nowMs }) {
    this.tune(nowMs);
    for (const news of incidents) {
      const row = this.incidents.get(news.id);
      if (row === undefined || row.version > news.version) continue;
      row.what = news.what;
      row.sentence = news.sentence;
      this.tell("live", news);
    }
  }

  select(id) {
    if (id === this.selected) return;
    this.selected = id;
    this.tell("selected", { id });
  }
}
