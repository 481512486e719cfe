// Goes through a closed incident: by arrow keys from step to step, by the slider from second to second, or at the pace at
// which it happened. The map shows who was where at that moment, as far as it is still known.

import * as format from "egide/format";
import { canDraw, makeMap } from "egide/map";
import { labelOf } from "egide/places";
import { Sketch } from "egide/sketch";

const { clock, el, setText } = format;
const boot = JSON.parse(document.getElementById("boot").textContent);
const track = JSON.parse(document.getElementById("track").textContent);
format.setUp(boot);

const steps = [...document.querySelectorAll("#steps li")];
const play = document.getElementById("play");
const speed = document.getElementById("speed");
const slider = document.getElementById("at");
const LONGEST_MS = 8000; // nobody waits longer for a step, whatever the pace
const TRAIL_MS = 10 * 60_000;
const FRAME_MS = 200;
let at = 0;
let timer = null;
let map = null;
let fitted = false;

const when = (step) => Number(step.dataset.at);

/** Everybody's place at a moment: the last one that was known by then. */
function momentOf(ms) {
  const parties = track.parties.map((party) => {
    const before = party.points.filter((one) => one.at_ms <= ms);
    return { ...party, place: before.at(-1) ?? null, trail: before.filter((one) => ms - one.at_ms <= TRAIL_MS) };
  });
  return { ...track, parties, distance_words: null };
}

function show(ms) {
  if (slider === null) return;
  slider.value = ms;
  const words = clock(ms, track.until_ms);
  setText(document.getElementById("at-clock"), words);
  slider.setAttribute("aria-valuetext", words);
  const moment = momentOf(ms);
  const said = moment.parties.map((party) => (party.place === null ? `${party.initials} · ${party.role_word} · ${format.t("map.unknown")}` : labelOf(moment, party, ms).join(" · ")));
  document.getElementById("where-words").replaceChildren(...said.map((one) => el("li", {}, one)));
  map?.move(moment, ms);
  if (map !== null && !fitted && moment.parties.some((party) => party.place !== null)) {
    map.fit(moment, ms);
    fitted = true;
  }
}

function go(to) {
  if (steps.length === 0) return;
  steps[at].tabIndex = -1;
  at = Math.min(steps.length - 1, Math.max(0, to));
  steps[at].tabIndex = 0;
  steps[at].focus({ preventScroll: true });
  steps[at].scrollIntoView({ block: "nearest" });
  show(when(steps[at]));
}

function stop() {
  clearTimeout(timer);
  timer = null;
  play.textContent = play.dataset.play;
}

/** Time runs evenly from a step to the next; the slider moves along. */
function next() {
  if (at >= steps.length - 1) { stop(); return; }
  const from = when(steps[at]);
  const gap = Math.max(0, when(steps[at + 1]) - from);
  const wait = Math.min(LONGEST_MS, gap / Number(speed.value));
  const began = performance.now();
  const frame = () => {
    const part = wait > 0 ? (performance.now() - began) / wait : 1;
    if (part >= 1) { go(at + 1); next(); return; }
    show(Math.round(from + gap * part));
    timer = setTimeout(frame, Math.min(FRAME_MS, wait));
  };
  timer = setTimeout(frame, Math.min(FRAME_MS, wait));
}

play.addEventListener("click", () => {
  if (timer !== null) { stop(); return; }
  play.textContent = play.dataset.stop;
  go(at >= steps.length - 1 ? 0 : at);
  next();
});
document.getElementById("steps").addEventListener("focusin", (event) => { at = Math.max(0, steps.indexOf(event.target.closest("li"))); });
document.getElementById("steps").addEventListener("click", (event) => { const step = event.target.closest("li"); if (step !== null) { stop(); go(steps.indexOf(step)); } });
document.addEventListener("keydown", (event) => {
  if (event.target.matches("select, input") || event.target.closest(".maplibregl-canvas-container") || event.ctrlKey || event.altKey || event.metaKey) return;
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  stop();
  go(at + by);
});

if (slider !== null && steps.length > 0) {
  const first = Math.min(when(steps[0]), ...track.parties.flatMap((party) => party.points.slice(0, 1).map((one) => one.at_ms)));
  slider.min = first;
  slider.max = Math.max(when(steps.at(-1)), track.until_ms);
  slider.addEventListener("input", () => {
    stop();
    const ms = Number(slider.value);
    steps[at].tabIndex = -1;
    at = Math.max(0, steps.findLastIndex((step) => when(step) <= ms));
    steps[at].tabIndex = 0;
    for (const step of steps) step.toggleAttribute("aria-current", step === steps[at]);
    steps[at].scrollIntoView({ block: "nearest" });
    show(ms);
  });
  const box = document.getElementById("map");
  const note = document.getElementById("map-note");
  const draw = async () => {
    if (canDraw()) try { return await makeMap(box, boot); } catch { /* drawn another way below, and said */ }
    return new Sketch(box, note);
  };
  show(when(steps[0]));
  draw().then((made) => { map = made; show(Number(slider.value)); });
}
