// What the room hears: one pattern a rank of urgency, made here, played only after somebody has unlocked it. A page that
// cannot be heard says so to the server; the list rings for the eye all the same.

// Pairs of (frequency in hertz, seconds), by urgency; 0 is a pause.
const PATTERNS = {
  10: [[988, 0.14], [0, 0.06], [988, 0.14], [0, 0.06], [1319, 0.28]],
  20: [[784, 0.2], [0, 0.08], [784, 0.2]],
  30: [[587, 0.24]],
  40: [[440, 0.16]],
};
const LINE_DOWN = [[330, 0.35], [0, 0.1], [247, 0.5]];
const TEST = [[659, 0.18], [0, 0.06], [880, 0.24]];
const EVERY_MS = { 10: 2500, 20: 3500, 30: 8000, 40: 15000 };

export class Sound {
  constructor(store) {
    this.store = store;
    this.context = null;
    this.rungAt = -Infinity;
    this.lineDown = false;
    this.played = 0; // for tests: how often something was played
    setInterval(() => this.#look(), 500);
  }

  /** Must be called from a gesture. Says whether sound can be played now. */
  async unlock() {
    this.context ??= new AudioContext();
    try { await this.context.resume(); } catch { /* no output: `audible` says so */ }
    return this.audible;
  }

  get audible() {
    return this.context !== null && this.context.state === "running";
  }

  test() {
    this.#play(TEST);
  }

  #look() {
    if (this.lineDown) {
      this.#every(4000, LINE_DOWN);
      return;
    }
    const ringing = this.store.rows().filter((row) => row.rings > 0);
    if (ringing.length === 0) return;
    const rank = Math.min(40, ...ringing.map((row) => row.urgency));
    const level = rank <= 10 ? 10 : rank <= 20 ? 20 : rank <= 30 ? 30 : 40;
    this.#every(EVERY_MS[level], PATTERNS[level]);
  }

  #every(ms, pattern) {
    if (performance.now() - this.rungAt < ms) return;
    this.rungAt = performance.now();
    this.#play(pattern);
  }

  #play(pattern) {
    if (!this.audible) return;
    this.played += 1;
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
