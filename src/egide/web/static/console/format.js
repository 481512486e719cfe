// Words and figures in the reader's language. Holds no sentence: those come with the page, by key.

let words = {};
let language = "fr";
let zone = "Europe/Paris";
let clockFormat = null;
let dayFormat = null;

export function setUp(boot) {
  words = boot.words;
  language = boot.language;
  zone = boot.zone;
  clockFormat = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  dayFormat = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
}

/** The words of a key, with {name} filled in. An unknown key is shown as it is, so that it is noticed. */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** HH:MM:SS in the platform's zone; with the day in front when it is not that of `now`. */
export function clock(ms, now = ms) {
  const time = clockFormat.format(ms);
  if (dayFormat.format(ms) === dayFormat.format(now)) return time;
  const [, month, day] = dayFormat.format(ms).split("-");
  return `${day}/${month} ${time}`;
}

function number(value, digits) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** How long ago, in one unit. */
export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 2) return null;
  if (s < 120) return t("unit.s", { n: s });
  if (s < 7200) return t("unit.min", { n: Math.floor(s / 60) });
  return t("unit.h", { n: Math.floor(s / 3600) });
}

/** How long something has lasted, mm:ss or h:mm:ss. */
export function lasted(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const head = s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}` : `${Math.floor(s / 60)}`;
  return `${head}:${two(s % 60)}`;
}

/** A length: metres, then kilometres with at most one decimal. */
export function metres(m) {
  if (m < 995) return t("unit.m", { n: number(m < 100 ? Math.round(m) : Math.round(m / 10) * 10, 0) });
  const km = m / 1000;
  return t("unit.km", { n: number(km, Number.isInteger(km) || km >= 100 ? 0 : 1) });
}

/** An element with attributes and children; text is always text, never markup. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "onclick") node.addEventListener("click", value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** The drawn shape of a risk. */
export function shape(name) {
  return svg("svg", { class: "shape", "aria-hidden": "true", viewBox: "0 0 24 24" }, svg("use", { href: `#shape-${name}` }));
}

/** Sets a text only when it differs, so that nothing that did not change is announced or repainted. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A number that dials where the computer can; what is none stays text. */
export function dial(number, link = "") {
  if (!number) return t("incident.no_phone");
  const digits = number.replace(/[^+\d]/g, "");
  if (!link && (digits.length < 2 || !/^[+\d\s.]+$/.test(number))) return number;
  return el("a", { class: "dial", href: link || `tel:${digits}` }, number);
}
