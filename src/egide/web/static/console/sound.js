// What the room hears: one pattern a rank of urgency, made here, played only after somebody has unlocked it. A page that
// cannot be heard says so to the server; the list rings for the eye all the same.

import { often } from "egide/tick";

// Pairs of (frequency in hertz, seconds), by urgency; 0 is a pause.
const PATTERNS = {
  10: [[988, 0.14], [0, 0.06], [988, 0.14], [0, 0.06], [1319, 0.28]],
  20: [[784, 0.2], [0, 0.08], [784, 0.2]],
  30: [[587, 0.24]],
  40: [[440, 0.16]],
};
const SUPERVISOR = [[880, 0.12], [0, 0.05], [880, 0.12], [0, 0.05], [880, 0.12], [0, 0.12], [1175, 0.4]];
const LINE_DOWN = [[330, 0.35], [0, 0.1], [247, 0.5]];
const TEST = [[659, 0.18], [0, 0.06], [880, 0.24]];
const EVERY_MS = { 10: 2500, 20: 3500, 30: 8000, 40: 15000 };

export class Sound extends EventTarget {
  constructor(store, me) {
    super();
    this.store = store;
    this.me = me;
    this.alone = true; // can no other console be heard? So until the server says otherwise
    this.context = null;
    this.rungAt = -Infinity;
    this.lineDown = false;
    this.played = 0; // for tests: how often something was played, and what last
    this.last = "";
    often(() => this.#look());
  }

  /** Must be called from a gesture. Says whether sound can be played now. */
  async unlock() {
    if (this.context === null) {
      this.context = new AudioContext();
      this.context.addEventListener("statechange", () => this.dispatchEvent(new CustomEvent("change")));
    }
    try { await this.context.resume(); } catch { /* no output: `audible` says so */ }
    return this.audible;
  }

  get audible() {
    return this.context !== null && this.context.state === "running";
  }

  test() {
    this.#play("test", TEST);
  }

  /** A supervisor's console sounds for what nobody answered in time; for every ring while no other one can be heard. */
  rings(row) {
    return row.rings > (this.me.supervisor && !this.alone ? 1 : 0);
  }

  #look() {
    if (this.lineDown) {
      this.#every(4000, "down", LINE_DOWN);
      return;
    }
    const ringing = this.store.rows().filter((row) => this.rings(row));
    if (ringing.length === 0) return;
    if (this.me.supervisor && ringing.some((row) => row.rings > 1)) {
      this.#every(3000, "supervisor", SUPERVISOR);
      return;
    }
    const rank = Math.min(40, ...ringing.map((row) => row.urgency));
    const level = rank <= 10 ? 10 : rank <= 20 ? 20 : rank <= 30 ? 30 : 40;
    this.#every(EVERY_MS[level], String(level), PATTERNS[level]);
  }

  #every(ms, name, pattern) {
    if (performance.now() - this.rungAt < ms) return;
    this.rungAt = performance.now();
    this.#play(name, pattern);
  }

  #play(name, pattern) {
    if (!this.audible) return;
    this.played += 1;
    this.last = name;
    let at = this.context.currentTime + 0.02;
    for (const [hertz, seconds] of pattern) {
      if (hertz > 0) {
        const tone = this.context.createOscillator();
        const volume = this.context.createGain();
        tone.frequency.value = hertz;
        volume.gain.setValueAtTime(0, at);
        volume.gain.linearRampToValueAtTime(0.35, at + 0.015);
        volume.gain.linearRampToValueAtTime(0, at + seconds);
        tone.connect(volume).connect(this.context.destination);
        tone.start(at);
        tone.stop(at + seconds + 0.02);
      }
      at += seconds;
    }
  }
}
