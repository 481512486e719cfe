// The line to the server. It reconnects by itself with the number of the last change, and says so in red when nothing
// has been heard for eight seconds: the server's heart beats every three.

import { often } from "egide/tick";

const DEAD_MS = 8000;
const STEPS_MS = [500, 1000, 2000, 3000];

export class Line extends EventTarget {
  constructor(url, after) {
    super();
    this.url = url;
    this.after = after;
    this.source = null;
    this.heard = performance.now();
    this.heardAt = Date.now();
    this.failures = 0;
    this.down = false;
    this.timer = null;
  }

  start() {
    this.heard = performance.now();
    this.#connect();
    often(() => this.#watch());
    document.addEventListener("visibilitychange", () => this.#watch());
    addEventListener("online", () => this.again());
  }

  /** Connects now, whatever was planned. */
  again() {
    clearTimeout(this.timer);
    this.timer = null;
    this.source?.close();
    this.#connect();
  }

  #connect() {
    const after = this.after();
    const source = new EventSource(after === null ? this.url : `${this.url}?after=${after}`);
    this.source = source;
    this.opened = performance.now();
    for (const kind of ["hello", "change", "position", "heartbeat", "reset"]) {
      source.addEventListener(kind, (event) => {
        if (source !== this.source) return;
        this.#alive();
        this.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(event.data) }));
      });
    }
    source.addEventListener("error", () => {
      if (source !== this.source) return;
      this.dispatchEvent(new CustomEvent("lost"));
      this.#retry();
    });
  }

  #alive() {
    this.heard = performance.now();
    this.heardAt = Date.now();
    this.failures = 0;
    if (this.down) {
      this.down = false;
      this.dispatchEvent(new CustomEvent("up"));
    }
    this.dispatchEvent(new CustomEvent("alive"));
  }

  #retry() {
    this.source?.close();
    this.source = null;
    if (this.timer !== null) return;
    const base = STEPS_MS[Math.min(this.failures, STEPS_MS.length - 1)];
    this.failures += 1;
    if (this.failures % 4 === 2) this.dispatchEvent(new CustomEvent("doubt"));
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#connect();
    }, base * (0.75 + Math.random() / 2));
  }

  #watch() {
    const silent = performance.now() - this.heard;
    if (silent <= DEAD_MS) return;
    if (!this.down) {
      this.down = true;
      this.dispatchEvent(new CustomEvent("down"));
    }
    if (this.source !== null && performance.now() - this.opened > DEAD_MS) this.#retry();
    this.dispatchEvent(new CustomEvent("still-down", { detail: silent }));
  }
}
