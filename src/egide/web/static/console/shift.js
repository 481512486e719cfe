// The beginning and the end of a shift at this console: the sound is tried, a person says "I hear it", and from then on
// the server is told every ten seconds whether this console can be heard.

import * as ask from "egide/ask";
import { el, setText, t } from "egide/format";
import { often } from "egide/tick";

const BEAT_MS = 10_000;

export class Shift {
  constructor(sound, dialogs, store) {
    this.sound = sound;
    this.dialogs = dialogs;
    this.store = store;
    this.seat = null;
    this.toldAt = -Infinity;
    this.button = document.getElementById("shift");
    this.text = document.getElementById("shift-text");
    this.button.addEventListener("click", () => this.open());
    often(() => { if (this.seat !== null && performance.now() - this.toldAt >= BEAT_MS) this.#tell({}); });
    // A computer that goes mute says so at once, to whoever sits here and to the server.
    sound.addEventListener("change", () => { if (this.seat !== null) this.#tell({}); this.show(); });
    this.show();
  }

  get state() {
    if (this.seat === null) return "off";
    return this.sound.audible ? "on" : "mute";
  }

  show() {
    this.button.dataset.state = this.state;
    setText(this.text, { off: t("shift.off"), on: t("shift.on"), mute: t("shift.mute") }[this.state]);
  }

  async #tell(more) {
    this.toldAt = performance.now();
    try {
      const answer = await ask.post("shift", { seat: this.seat, audible: this.sound.audible, ...more });
      this.seat = answer.seat;
      this.sound.alone = answer.alone ?? true;
    } catch (error) { // the line says it when the server is away
      if (error.status === 401) this.store.tell("refused", { reason: error.reason });
    }
    this.show();
  }

  /** Who may take this incident over, freshly asked for; asking is not being on shift. */
  async others(incident) {
    try {
      return (await ask.post("shift", { ask: true, incident })).colleagues;
    } catch {
      return [];
    }
  }

  async open() {
    if (this.dialogs.isOpen) return;
    await this.sound.unlock();
    this.sound.test();
    const again = setInterval(() => this.sound.test(), 2000);
    const begun = this.seat !== null;
    const heard = el("p", {}, this.sound.audible ? t("shift.text") : t("shift.blocked"));
    const end = begun ? [el("button", { type: "button", "data-key": "end", onclick: () => { this.end(); this.dialogs.close(); } }, t("shift.end"))] : [];
    this.dialogs.open({
      title: t("shift.title"), body: [heard, ...end], yes: t("shift.heard"), key: "↵", focus: "submit",
      act: async () => { await this.#tell({ heard: this.sound.audible }); return null; },
      closed: () => clearInterval(again),
    });
  }

  async end() {
    await this.#tell({ end: true });
    this.seat = null;
    this.show();
  }
}
