// One button, held two seconds. "Received" is said only after the server said so; after ten seconds without, numbers
// that need no internet fill the screen, and the sending goes on. The position is asked for by a press alone, and only
// when its owner has agreed.

const HOLD_MS = 2000;
const LOST_MS = 10000;
const AGAIN_MS = 2000;
const TRY_MS = 6000;
const WHERE_MS = 15000;
const WHERE_TRIES = 5;

const $ = (id) => document.getElementById(id);
const press = $("press");
const state = $("state");
const kept = {
  get: (name) => { try { return localStorage.getItem(`carnet-${name}`) ?? ""; } catch { return ""; } },
  set: (name, text) => { try { localStorage.setItem(`carnet-${name}`, text); } catch { /* a private window forgets */ } },
};
const WORDS = {
  fr: {
    unknown: "Ce téléphone n’est pas enregistré. Ouvrez Réglages.", sending: "Envoi…", received: (at) => `Reçu par la plateforme à ${at}.`,
    refused: "Refusé : l’identifiant ou la clé ne convient pas.", short: "Maintenez plus longtemps.", saved: "Enregistré.", erased: "Tout est effacé.",
    still: "Pas encore reçu. L’envoi continue.",
  },
  en: {
    unknown: "This phone is not registered. Open Settings.", sending: "Sending…", received: (at) => `Received by the platform at ${at}.`,
    refused: "Refused: identifier or key is wrong.", short: "Hold longer.", saved: "Saved.", erased: "Everything is erased.",
    still: "Not received yet. Sending goes on.",
  },
};
let language = kept.get("language") || "fr";
let sending = false;

function say(word, tone = "", at = "") {
  const text = word && WORDS[language][word];
  state.textContent = typeof text === "function" ? text(at) : text || "";
  state.dataset.tone = tone;
}

function speak(code) {
  language = code;
  kept.set("language", code);
  document.documentElement.lang = code;
  for (const one of document.querySelectorAll("[data-fr]")) one.textContent = one.dataset[code];
  const other = code === "fr" ? "en" : "fr";
  Object.assign($("language"), { textContent: other.toUpperCase(), lang: other });
  $("language").setAttribute("aria-label", other === "en" ? "English" : "Français");
}

function setUp() {
  const given = new URLSearchParams(location.hash.slice(1)); // a fragment never leaves the phone
  if (given.get("id") && given.get("key")) {
    kept.set("device", given.get("id"));
    kept.set("key", given.get("key"));
    history.replaceState(null, "", location.pathname);
  }
  const known = Boolean(kept.get("device") && kept.get("key"));
  press.disabled = !known;
  $("known").hidden = !known;
  $("device").value = kept.get("device");
  $("key").value = "";
  $("where").checked = kept.get("where") === "yes";
  if (!known) { say("unknown"); $("options").open = true; }
}

// Sending

function place() {
  if (kept.get("where") !== "yes" || !navigator.geolocation) return Promise.resolve(null);
  return new Promise((done) => navigator.geolocation.getCurrentPosition(
    ({ coords, timestamp }) => done({ timestamp: new Date(timestamp).toISOString(), coords: { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy } }),
    () => done(null), { enableHighAccuracy: true, timeout: WHERE_MS, maximumAge: 0 }));
}

/** One attempt: "received", "refused", or "again". Only the server's own word counts: a hotel's login page is no answer. */
async function post(location) {
  try {
    const answer = await fetch(document.body.dataset.send, {
      method: "POST", body: JSON.stringify({ device_id: kept.get("device"), location }), cache: "no-store", redirect: "error", credentials: "omit",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${kept.get("key")}` }, signal: AbortSignal.timeout(TRY_MS),
    });
    if (answer.status === 401 || answer.status === 400) return "refused";
    return answer.ok && (await answer.json()).received === true ? "received" : "again";
  } catch {
    return "again";
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function alarm() {
  if (sending) return;
  sending = true;
  $("goes-on").hidden = false;
  say("sending");
  const sos = { timestamp: new Date().toISOString(), extras: { alarm: "sos" } }; // the same at every attempt
  const where = place();
  const lost = setTimeout(() => { say("still", "bad"); if (!$("lost").open) $("lost").showModal(); }, LOST_MS);
  let said = "again";
  while (said !== "received") {
    said = await post(sos);
    if (said === "refused") { say("refused", "bad"); $("goes-on").hidden = true; if (!$("lost").open) $("lost").showModal(); }
    if (said !== "received") await pause(AGAIN_MS);
    if (said === "refused") break;
  }
  clearTimeout(lost);
  sending = false;
  if (said !== "received") return;
  if ($("lost").open) $("lost").close();
  say("received", "", new Date().toLocaleTimeString(language === "fr" ? "fr-FR" : "en-GB"));
  navigator.vibrate?.(200);
  where.then((at) => { if (at !== null) follow(at); });
}

/** The position after its press: tried a few times, each time later, then left. The press has arrived already. */
async function follow(at) {
  for (let n = 0; n < WHERE_TRIES; n += 1) {
    if (await post(at) !== "again") return;
    await pause(AGAIN_MS * 2 ** n);
  }
}

// Holding, by finger, mouse or key

let held = null;
function begin() {
  if (press.disabled || held !== null) return;
  say("");
  press.dataset.held = "";
  held = setTimeout(() => { stop(true); alarm(); }, HOLD_MS);
}
function stop(done = false) {
  if (held === null) return;
  clearTimeout(held);
  held = null;
  delete press.dataset.held;
  if (!done && !sending) say("short");
}
press.addEventListener("pointerdown", (event) => { if (event.button === 0) { press.setPointerCapture(event.pointerId); begin(); } });
for (const name of ["pointerup", "pointercancel"]) press.addEventListener(name, () => stop());
press.addEventListener("contextmenu", (event) => event.preventDefault());
press.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") { event.preventDefault(); begin(); } });
press.addEventListener("keyup", (event) => { if (event.key === " " || event.key === "Enter") stop(); });
press.addEventListener("blur", () => stop());

// Leaving, settings, language

const leave = () => { document.body.hidden = true; location.replace($("leave").href); };
$("leave").addEventListener("click", (event) => { event.preventDefault(); leave(); });
let escapes = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  escapes = [...escapes, Date.now()].filter((at) => Date.now() - at < 3000);
  if (escapes.length >= 3) leave();
});
$("back").addEventListener("click", () => $("lost").close());
$("language").addEventListener("click", () => speak(language === "fr" ? "en" : "fr"));
$("where").addEventListener("change", () => kept.set("where", $("where").checked ? "yes" : "no"));
$("setup").addEventListener("submit", (event) => {
  event.preventDefault();
  kept.set("device", $("device").value.trim());
  if ($("key").value.trim()) kept.set("key", $("key").value.trim());
  setUp();
  if (!press.disabled) { say("saved"); $("options").open = false; }
});
$("forget").addEventListener("click", () => {
  try { for (const name of ["device", "key", "where", "language"]) localStorage.removeItem(`carnet-${name}`); } catch { /* nothing is there */ }
  setUp();
  say("erased");
});

speak(language);
setUp();
navigator.serviceWorker?.register(document.body.dataset.worker).catch(() => {});
