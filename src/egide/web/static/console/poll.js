// The line of a training shift: nothing real hangs on it, so it only looks once a second whether anything is new.

import * as ask from "egide/ask";

const EVERY_MS = 1000;

export class Poll extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.down = false;
    this.heardAt = Date.now();
  }

  start() {
    this.dispatchEvent(new CustomEvent("alive"));
    setInterval(() => this.again(), EVERY_MS);
  }

  async again() {
    try {
      const found = await ask.state();
      this.heardAt = Date.now();
      if (found.seq !== this.store.seq) await this.store.refetch();
      this.dispatchEvent(new CustomEvent("alive"));
    } catch (error) {
      if (error.status === 401) this.store.tell("refused", { reason: error.reason });
      this.dispatchEvent(new CustomEvent("lost"));
    }
  }
}
