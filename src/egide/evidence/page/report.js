// Shows one event on map and chart, and turns the page from one language into the other. It asks nobody for anything.
"use strict";
const data = JSON.parse(document.getElementById("moments").textContent);
const by = (id) => document.getElementById(id);
const rows = [...document.querySelectorAll("tr[data-event]")];
let shown = -1;

function circle(id, place, r) {
  const one = by(id);
  one.toggleAttribute("hidden", !place);
  if (!place) return;
  one.setAttribute("cx", place[0]);
  one.setAttribute("cy", place[1]);
  if (r !== undefined) one.setAttribute("r", r);
}

function show(index, scroll) {
  const one = data.moments[index];
  if (!one) return;
  shown = index;
  by("now").removeAttribute("hidden");
  circle("zone-pre", one.protected, data.pre);
  circle("zone-alert", one.protected, data.alert);
  circle("dot-protected", one.protected);
  circle("dot-wearer", one.wearer);
  const between = by("between");
  between.toggleAttribute("hidden", !(one.protected && one.wearer));
  if (one.protected && one.wearer) {
    ["x1", "y1", "x2", "y2"].forEach((name, i) => between.setAttribute(name, [...one.protected, ...one.wearer][i]));
  }
  const cursor = by("cursor");
  cursor.removeAttribute("hidden");
  cursor.setAttribute("x1", one.x);
  cursor.setAttribute("x2", one.x);
  rows.forEach((row, i) => (i === index ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")));
  const box = rows[index].closest(".scroll");
  if (scroll && box.scrollHeight > box.clientHeight) box.scrollTop = rows[index].offsetTop - box.clientHeight / 2;
  tell();
}

function tell() {
  const out = by("told");
  const parts = [...rows[shown].cells].flatMap((cell) => {
    const part = cell.cloneNode(true);
    const words = document.createElement("span");
    words.append(...(part.querySelector("button") || part).childNodes);
    return [words, " · "];
  });
  out.replaceChildren(...parts.slice(0, -1));
}

rows.forEach((row, i) => row.querySelector("button").addEventListener("click", () => show(i, false)));
by("before").addEventListener("click", () => show(Math.max(0, shown - 1), true));
by("after").addEventListener("click", () => show(Math.min(rows.length - 1, shown + 1), true));
by("language").addEventListener("click", () => {
  const root = document.documentElement;
  root.lang = root.lang === "fr" ? "en" : "fr";
  document.title = data.titles[root.lang];
});
if (rows.length) show(data.first, true);
else document.querySelector(".steps").hidden = true;
