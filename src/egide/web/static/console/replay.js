// Goes through the steps of a closed incident: by arrow keys, or at the pace at which they happened.

const steps = [...document.querySelectorAll("#steps li")];
const play = document.getElementById("play");
const speed = document.getElementById("speed");
const LONGEST_MS = 8000; // nobody waits longer for a step, whatever the pace
let at = 0;
let timer = null;

function go(to) {
  if (steps.length === 0) return;
  steps[at].tabIndex = -1;
  at = Math.min(steps.length - 1, Math.max(0, to));
  steps[at].tabIndex = 0;
  steps[at].focus();
  steps[at].scrollIntoView({ block: "nearest" });
}

function stop() {
  clearTimeout(timer);
  timer = null;
  play.textContent = play.dataset.play;
}

function next() {
  if (at >= steps.length - 1) { stop(); return; }
  const gap = Number(steps[at + 1].dataset.at) - Number(steps[at].dataset.at);
  timer = setTimeout(() => { go(at + 1); next(); }, Math.min(LONGEST_MS, Math.max(0, gap) / Number(speed.value)));
}

play.addEventListener("click", () => {
  if (timer !== null) { stop(); return; }
  play.textContent = play.dataset.stop;
  go(at >= steps.length - 1 ? 0 : at);
  next();
});
document.getElementById("steps").addEventListener("focusin", (event) => { at = Math.max(0, steps.indexOf(event.target.closest("li"))); });
document.addEventListener("keydown", (event) => {
  if (event.target.matches("select, input") || event.ctrlKey || event.altKey || event.metaKey) return;
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  stop();
  go(at + by);
});
