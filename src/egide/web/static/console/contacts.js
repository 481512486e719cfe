// How to reach the protected person without putting the person in danger.

import { dial, el, t } from "egide/format";

/** The section of an incident about somebody who may have to be reached; nothing for any other. */
export function drawContacts(c) {
  if (c === null) return [];
  const facts = [
    c.no_call_back ? t("contact.no_call_back") : "",
    c.duress_word ? t("contact.duress", { word: c.duress_word }) : "",
    c.opening_phrase ? t("contact.opening", { phrase: c.opening_phrase.replace(/[.]$/, "") }) : "",
    c.interpreter ? t("contact.interpreter", { language: c.interpreter }) : "",
    c.expression_difficulty ? t("contact.expression") : "",
  ].filter((fact) => fact !== "");
  const lines = [
    ...c.channels.map((one) => [one.value, [one.hours ? t("contact.hours", { hours: one.hours }) : t("contact.no_hours"), one.no_message ? t("contact.no_message") : "", one.note].filter((x) => x).join(" · ")]),
    ...c.relatives.map((one) => [one.phone, [one.name, one.name.toLowerCase().includes(one.link.toLowerCase()) ? "" : one.link].filter((x) => x).join(", ")]),
  ];
  if (facts.length === 0 && lines.length === 0) return [];
  return [el("section", { class: "contacts" }, el("h3", {}, t("contact.title")), ...facts.map((fact) => el("p", { class: "fact" }, fact)),
    ...lines.map(([value, words]) => el("p", {}, el("b", {}, dial(value)), " ", el("span", { class: "muted" }, words))))];
}
