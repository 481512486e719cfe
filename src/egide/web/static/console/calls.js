// Whom to call when a line is down: the protected persons first, then the wearers, each with what is said to them, a page
// at a time. What came of each call stays on the list.

import { clock, dial, el, t } from "egide/format";

const HEADS = { protected: "calls.protected", wearer: "calls.wearer" };
const ROLES = { protected: "calls.role_protected", wearer: "calls.role_wearer" };

/** The section of an incident that has such a list; nothing for any other. */
export function drawCalls(incident) {
  const { calls } = incident.detail;
  if (calls === null) return [];
  const parts = calls.groups.flatMap((group) => {
    const rows = calls.rows.filter((one) => one.role === group.role).map((one) => row(incident, one));
    const script = rows.length > 0 && group.script ? [el("p", { class: "script", lang: "fr" }, group.script)] : [];
    const list = rows.length > 0 ? [el("ol", { class: group.role }, ...rows)] : [];
    return [el("h3", { "data-role": group.role }, t(HEADS[group.role], { n: group.left, of: group.of })), ...script, ...list];
  });
  return [el("section", { class: "calls" }, ...parts, ...pages(incident, calls))];
}

function row(incident, one) {
  const reached = one.said?.outcome === "reached";
  const said = one.said === null ? "" : t(reached ? "calls.reached_at" : "calls.no_answer_at", { time: clock(one.said.at_ms, incident.store.now()), name: one.said.by });
  const act = (outcome, words) => el("button", { type: "button", "data-key": `${outcome}-${one.device}`, onclick: () => incident.act("do", { act: "called", device: one.device, outcome }) }, words);
  const acts = incident.mine && !reached && one.device !== "" ? [act("reached", t("calls.reached")), act("no_answer", t("calls.no_answer"))] : [];
  const who = el("span", {}, el("b", {}, one.initials), one.device === "" ? " · " : ` · ${one.number || one.label} · `, el("span", { class: "role" }, t(ROLES[one.role])));
  return el("li", { class: reached ? "done" : "" }, who, el("b", { class: "phone" }, one.device === "" ? "" : dial(one.phone)), el("span", { class: "acts" }, ...acts, said));
}

/** Which rows are shown, of how many, and the way to the others. */
function pages(incident, calls) {
  if (calls.of <= calls.page) return [];
  const turn = (first, key) => el("button", { type: "button", "data-key": key.slice(6), disabled: first < 0 || first >= calls.of, onclick: () => turnTo(incident, first) }, t(key));
  const last = Math.min(calls.of, calls.first + calls.page);
  return [el("p", { class: "pages" }, el("span", { role: "status" }, t("calls.shown", { from: calls.first + 1, to: last, of: calls.of })), " ", turn(calls.first - calls.page, "calls.before"), " ", turn(calls.first + calls.page, "calls.after"))];
}

function turnTo(incident, first) {
  incident.callsFrom = first;
  incident.load();
}
