// A clock that a hidden tab does not slow down. After five minutes out of sight browsers wake a page's own timers once a
// minute; a worker's they leave alone. What must be noticed or heard within seconds hangs on this one.

const BEAT_MS = 500;
const waiting = [];

function beat() {
  for (const look of waiting) look();
}

export function setUp(boot) {
  setInterval(beat, BEAT_MS); // where no worker can be had
  try {
    const worker = new Worker(boot.urls.ticker);
    worker.addEventListener("message", beat);
  } catch { /* the interval above goes on */ }
}

/** Calls `look` about twice a second; it must not mind being called more often. */
export function often(look) {
  waiting.push(look);
}
