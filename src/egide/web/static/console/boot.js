// Puts the room together: reads what the page brought, starts the line, and tells each part what it needs to know.

import * as ask from "egide/ask";
import { Dialogs } from "egide/dialogs";
import * as format from "egide/format";
import { Incident } from "egide/incident";
import { setUpKeys } from "egide/keys";
import { List } from "egide/list";
import { canDraw, makeMap } from "egide/map";
import { confirmPainted } from "egide/painted";
import { Poll } from "egide/poll";
import { Session } from "egide/session";
import { Shift } from "egide/shift";
import { emptyMap, Sketch } from "egide/sketch";
import { Sound } from "egide/sound";
import { Store } from "egide/store";
import { Line } from "egide/stream";
import { Timeline } from "egide/timeline";
import * as tick from "egide/tick";

const { clock, el, setText, t } = format;
const boot = JSON.parse(document.getElementById("boot").textContent);
format.setUp(boot);
ask.setUp(boot);
tick.setUp(boot);

const room = document.getElementById("room");
const store = new Store();
const list = new List(store, boot.me);
const timeline = new Timeline();
const dialogs = new Dialogs();
const incident = new Incident(store, boot.me, timeline, dialogs);
const sound = new Sound(store, boot.me);
const shift = new Shift(sound, dialogs, store);
incident.acts.shift = shift;
incident.replay = boot.urls.replay;
incident.somewhere = boot.somewhere;
const line = boot.drill ? new Poll(store) : new Line(boot.urls.stream, () => store.seq);
if (!boot.drill) confirmPainted(store);
let map = null;

// The line, and what is said when it is down.

const banner = document.getElementById("banner");
const session = new Session(banner, boot);
const lineBox = document.getElementById("line");
const lineText = document.getElementById("line-text");

function lineState(state) {
  lineBox.dataset.state = state;
  setText(lineText, t(`line.${state}`));
}

function showDown() {
  lineState("down");
  if (session.over) return;
  const since = el("span", { class: "since", "aria-hidden": "true" });
  banner.className = "banner";
  banner.replaceChildren(el("strong", {}, t("line.banner", { time: clock(line.heardAt + store.offset, store.now()) })), since, t("line.safe"));
  banner.hidden = false;
}

session.addEventListener("over", () => lineState("down"));
session.addEventListener("again", () => {
  line.again();
  refetch().then(showUp);
});

let quiet = null;
function showUp() {
  banner.className = "banner again";
  banner.replaceChildren(t("line.again"));
  banner.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { if (banner.classList.contains("again")) banner.hidden = true; }, 6000);
}

// The line may live while nobody judges what comes in over it: that must not look like peace.

const SOUND_AFTER_MS = 11_000;
const MONITOR_DEAD_MS = 5000;
const monitorBanner = document.getElementById("monitor");
store.addEventListener("monitor", ({ detail: { silentMs } }) => {
  const dead = silentMs === null || silentMs > MONITOR_DEAD_MS;
  if (dead && monitorBanner.hidden) {
    const since = silentMs === null ? t("monitor.never") : t("monitor.down", { time: clock(store.now() - silentMs, store.now()) });
    monitorBanner.replaceChildren(el("strong", {}, since), t("monitor.safe"));
  }
  monitorBanner.hidden = !dead;
});

function refetch() {
  return store.refetch().catch((error) => {
    if (error.status === 401) session.ended(error.reason);
    else setTimeout(() => { if (!session.over) refetch(); }, 2000);
  });
}

line.addEventListener("hello", ({ detail }) => {
  store.tune(detail.now_ms);
  if (store.seq === null || detail.seq < store.seq) refetch();
});
line.addEventListener("change", ({ detail }) => store.change(detail));
line.addEventListener("position", ({ detail }) => store.live(detail));
line.addEventListener("heartbeat", ({ detail }) => store.heartbeat(detail));
line.addEventListener("reset", () => refetch());
line.addEventListener("alive", () => { if (!session.over) lineState("live"); });
line.addEventListener("lost", () => { if (!line.down && !session.over) lineState("connecting"); });
line.addEventListener("down", showDown);
line.addEventListener("still-down", ({ detail }) => {
  const since = banner.querySelector(".since");
  if (since !== null) setText(since, t("line.seconds", { n: Math.floor(detail / 1000) }));
  sound.lineDown = detail > SOUND_AFTER_MS; // also when the session is over: alarms may be missing all the same
});
line.addEventListener("up", () => { sound.lineDown = false; });
line.addEventListener("up", () => refetch().then(() => { if (!line.down && !session.over) showUp(); }));
line.addEventListener("doubt", () => session.look());
store.addEventListener("failed", () => refetch());
store.addEventListener("refused", ({ detail: { reason, message } }) => {
  if (reason === "confirm") session.confirm(message);
  else session.ended(reason);
});
store.addEventListener("acted", () => session.acted());

// New arrivals are said once, and never take the focus.

const polite = document.getElementById("polite");
const assertive = document.getElementById("assertive");
store.addEventListener("news", ({ detail: { row, again } }) => {
  const voice = row.urgency <= 20 ? assertive : polite;
  const what = `${[row.word, row.who, row.number].filter((x) => x).join(", ")}. ${row.sentence}`;
  voice.replaceChildren(el("p", {}, again ? t("list.again_said", { what }) : what));
});

// An empty centre shows the most urgent incident by itself; whatever somebody looks at is left alone.

store.addEventListener("list", () => {
  if (store.selected !== null && (store.incidents.has(store.selected) || incident.detail?.status === "closed")) return;
  const [first] = store.rows();
  if (first === undefined || store.selected !== null) return;
  store.selectedByItself = true;
  store.select(first.id);
});
for (const name of ["selected", "left"]) store.addEventListener(name, () => timeline.clear());

// Map, clock, theme, keys.

const mapBox = document.getElementById("map");
const mapNote = document.getElementById("map-note");
emptyMap(mapBox, t("map.empty"));

async function startMap() {
  if (canDraw()) {
    try {
      map = await makeMap(mapBox, boot);
    } catch {
      map = null; // drawn another way below, and said
    }
  }
  map ??= new Sketch(mapBox, mapNote);
  room.dataset.drawn = map instanceof Sketch ? "sketch" : "map";
  if (incident.detail !== null) map.show(incident.detail, store.now());
  else if (map instanceof Sketch) map.clear(t("map.empty"));
}

function mapWords(detail) {
  if (map instanceof Sketch) return;
  setText(mapNote, detail.parties.every((party) => party.place === null) ? t("map.unknown") : "");
}

for (const name of ["selected", "left"]) store.addEventListener(name, () => map?.clear(t("map.empty")));
store.addEventListener("detail", ({ detail: { detail } }) => { map?.show(detail, store.now()); mapWords(detail); });
store.addEventListener("moved", ({ detail: { detail } }) => { map?.move(detail, store.now()); mapWords(detail); });
setInterval(() => {
  setText(document.getElementById("clock"), clock(store.now()));
  if (incident.detail !== null && map !== null) map.draw(incident.detail, store.now());
}, 1000);

function toggleTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try { localStorage.setItem("egide-theme-room", next); } catch { /* this screen forgets it */ }
  map?.theme();
}
document.getElementById("theme").addEventListener("click", toggleTheme);

const enlarge = document.getElementById("enlarge");
function enlargeMap() {
  const large = room.dataset.map !== "large";
  room.dataset.map = large ? "large" : "small";
  enlarge.setAttribute("aria-pressed", String(large));
}
enlarge.addEventListener("click", enlargeMap);

function fitMap() {
  if (incident.detail !== null) map?.fit(incident.detail, store.now());
}
document.getElementById("fit").addEventListener("click", fitMap);
setUpKeys({ list, incident, shift, dialogs, drill: boot.drill, enlargeMap, toggleTheme, fitMap });

// For tests: counts and states, nothing about anybody.
room.dataset.ready = "";
globalThis.egide = { get fetches() { return store.fetches; }, get seq() { return store.seq; }, line, store, sound, shift, session };

refetch().then(() => {
  room.dataset.ready = "true";
  line.start();
  startMap();
});
