// The centre: one incident, one sentence that says what is happening, and the next thing to do as the largest thing on
// the screen. Also the two dialogs that need a second, different key: closing, and taking over from a colleague.

import * as ask from "egide/ask";
import { age, clock, el, lasted, setText, shape, svg, t } from "egide/format";
import { partyMark } from "egide/places";

const MOMENT_MS = 1000;
const SETTLE_MS = 800; // after the selection changed by itself, Enter waits: nobody takes what they have not seen

export class Incident {
  constructor(store, me, timeline) {
    this.store = store;
    this.me = me;
    this.timeline = timeline;
    this.pane = document.getElementById("incident");
    this.dialog = document.getElementById("dialog");
    this.detail = null;
    this.message = null;
    this.busy = false;
    this.chosenAt = 0;
    this.asked = 0;
    store.addEventListener("selected", () => this.#chosen());
    store.addEventListener("changed", () => this.load());
    store.addEventListener("live", (event) => this.#live(event.detail));
    // Whoever touches what is shown has turned to it.
    this.pane.addEventListener("pointerdown", () => store.hear(store.selected));
    setInterval(() => this.#second(), 1000);
    this.draw();
  }

  #chosen() {
    this.chosenAt = performance.now();
    this.detail = null;
    this.message = null;
    this.draw();
    this.load();
  }

  async load() {
    const id = this.store.selected;
    if (id === null) return;
    const asked = ++this.asked;
    try {
      const detail = await ask.incident(id);
      if (asked !== this.asked || id !== this.store.selected) return;
      this.store.tune(detail.now_ms);
      this.show(detail);
    } catch (error) {
      if (asked !== this.asked) return;
      if (error.status === 401) this.store.tell("signed-out");
      else if (this.detail === null) {
        this.message = t(error.status === 404 ? "incident.gone" : "incident.failed");
        this.draw();
      }
    }
  }

  show(detail) {
    this.detail = detail;
    this.loaded = performance.now();
    this.draw();
    this.timeline.draw(detail, this.store.now());
    this.store.tell("detail", { detail });
  }

  #live(news) {
    if (this.detail === null || this.detail.id !== news.id || news.version < this.detail.version) return;
    this.detail.sentence = news.sentence;
    this.detail.distance_words = news.distance_words;
    for (const party of this.detail.parties) {
      const place = news.places[party.role] ?? null; // absent: nobody may know it any more, or it is not known
      if (place === null) party.trail = [];
      else if (party.place === null || place.at_ms > party.place.at_ms) party.trail.push(place);
      party.place = place;
      party.words = news.words[party.role];
      party.held = news.held[party.role];
    }
    const sentence = this.pane.querySelector(".sentence");
    if (sentence !== null) setText(sentence, news.sentence);
    this.#people();
    this.store.tell("moved", { detail: this.detail });
    if (performance.now() - this.loaded > 10000) this.load();
  }

  #second() {
    const d = this.detail;
    if (d === null) return;
    const lasting = this.pane.querySelector(".lasting");
    if (lasting !== null) setText(lasting, lasted(this.store.now() - d.since_ms));
    this.#people();
  }

  get mine() {
    return this.detail?.owner?.login === this.me.login;
  }

  get free() {
    return this.detail !== null && this.detail.status === "open" && this.detail.owner === null;
  }

  draw() {
    const d = this.detail;
    const focused = this.pane.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const back = el("button", { type: "button", class: "back", "data-key": "back", onclick: () => this.#back() }, t("incident.back"));
    if (d === null) {
      const text = this.message ?? (this.store.selected === null ? t("incident.none") : "…");
      const hint = this.store.selected === null ? el("p", {}, t("incident.none_hint")) : null;
      this.pane.replaceChildren(back, el("div", { class: "nothing" }, el("p", {}, text), ...(hint ? [hint] : [])));
      return;
    }
    this.pane.dataset.shape = d.shape;
    const head = el("div", { class: "incident-head" }, shape(d.shape),
      el("div", {}, el("h2", { class: "word" }, d.word), el("p", { class: "party" }, el("b", {}, d.who), " · ", el("span", { class: "number" }, d.number))),
      el("p", { class: "since" }, el("b", {}, clock(d.since_ms, this.store.now())), el("span", { class: "muted lasting" }, lasted(this.store.now() - d.since_ms))));
    this.peopleBox = el("div", { class: "people" });
    const note = this.message === null ? [] : [el("p", { class: "conflict", role: "alert" }, this.message)];
    this.pane.replaceChildren(back, head, el("p", { class: "sentence" }, d.sentence), el("p", { class: "owner-line" }, this.#ownerLine()), ...note, this.#next(), this.peopleBox);
    this.peopleDrawn = null;
    this.#people();
    if (focused) this.pane.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  }

  #ownerLine() {
    const d = this.detail;
    if (d.closed !== null) return t("incident.closed", { name: d.closed.by?.name ?? "", time: d.closed.at, reason: d.closed.text ? `${d.closed.reason}. ${d.closed.text}` : d.closed.reason });
    if (d.owner === null) return t("incident.free");
    const time = clock(d.taken_ms, this.store.now());
    return this.mine ? t("incident.mine", { time }) : t("incident.has", { name: d.owner.name, time });
  }

  #next() {
    const d = this.detail;
    const box = el("section", { class: "next" }, el("h3", {}, t("incident.next")));
    if (d.status !== "open") return el("section", { class: "next", hidden: true });
    if (this.free) {
      box.append(el("button", { type: "button", class: "primary take", "data-key": "take", onclick: () => this.take(), disabled: this.busy },
        t(this.busy ? "incident.taking" : "incident.take"), el("kbd", { "aria-hidden": "true" }, "↵")));
      return box;
    }
    box.append(el("p", { class: "step" }, d.step.who ? `${d.step.title}, ${d.step.who}` : d.step.title));
    box.append(el("p", { class: "phone" }, d.step.phone || t("incident.no_phone")));
    box.append(el("p", { class: "say" }, d.step.say));
    const outcome = el("div", { class: "outcome" }, el("p", { class: "rule" }, t("incident.rule", { id: d.step.source })));
    // It can be reached by keyboard: otherwise nothing in this pane could be, and it may have to be scrolled.
    if (this.mine && d.stands) outcome.append(el("p", { class: "conflict stands", tabindex: "0", "data-key": "stands" }, t("close.stands")));
    else if (this.mine) outcome.append(el("button", { type: "button", "data-key": "close", onclick: () => this.askToClose() }, t("incident.close"), " ", el("kbd", { "aria-hidden": "true" }, "C")));
    else outcome.append(el("button", { type: "button", "data-key": "over", onclick: () => this.askToTakeOver() }, t("incident.over"), " ", el("kbd", { "aria-hidden": "true" }, "R")));
    box.append(outcome);
    return box;
  }

  #people() {
    const d = this.detail;
    if (d === null || !this.peopleBox) return;
    const now = this.store.now();
    const lines = d.parties.map((party) => {
      const unseen = party.place === null || now - party.place.at_ms > d.unseen_after_ms;
      const words = unseen && party.place !== null ? t("map.unknown_since", { time: clock(party.place.at_ms, now) }) : party.words;
      const old = party.place === null || unseen ? null : age(now - party.place.at_ms);
      const where = unseen || party.place === null ? words : `${words}, ${old === null ? t("map.now") : t("map.age", { age: old })}`;
      return { party, unseen, where: party.held ? `${where} · ${party.held}` : where };
    });
    const drawn = JSON.stringify(lines.map((line) => [line.unseen, line.party.role]));
    if (drawn !== this.peopleDrawn) {
      this.peopleDrawn = drawn;
      this.peopleBox.replaceChildren(el("h3", {}, t("incident.people")), ...lines.map(({ party, unseen }) =>
        el("div", { class: unseen ? "person unseen" : "person", "data-role": party.role },
          svg("svg", { viewBox: "-11 -11 22 22", "aria-hidden": "true" }, ...partyMark(party.role)),
          el("p", { class: "name" }, party.initials, " ", el("span", {}, party.role_word)),
          el("p", { class: "phone" }, party.phone || t("incident.no_phone")),
          el("p", { class: "where" }))));
    }
    for (const { party, where } of lines) setText(this.peopleBox.querySelector(`[data-role="${party.role}"] .where`), `${where} · ${party.device}`);
  }

  #back() {
    document.getElementById("room").dataset.view = "list";
  }

  /** By Enter or by the button. `byKey` waits a moment after the selection changed by itself. */
  async take(byKey = false) {
    this.store.hear(this.store.selected);
    if (!this.free || this.busy) return;
    if (byKey && this.store.selectedByItself && performance.now() - this.chosenAt < SETTLE_MS) return;
    await this.#act("take", { version: this.detail.version }, 1);
  }

  async #act(what, body, tries) {
    const id = this.detail.id;
    this.busy = true;
    this.message = null;
    this.draw();
    try {
      const detail = await ask.act(what, id, body);
      this.#done(id, detail);
      return null;
    } catch (error) {
      if (error.status === 401 || error.status === 403) this.store.tell("signed-out");
      if (error.status === 409) {
        const { reason, message, incident } = error.body;
        // The last press is still on its way through the monitor: a second is enough. If it changed the incident,
        // the version says so and the form is answered with that.
        if (reason === "moment" && tries > 1) {
          await new Promise((resolve) => { setTimeout(resolve, MOMENT_MS); });
          return this.#act(what, body, tries - 1);
        }
        this.message = message;
        this.#done(id, incident);
        return null;
      }
      if (error.status === 400) return error.body;
      this.message = t("incident.failed");
      return null;
    } finally {
      this.busy = false;
      this.draw();
    }
  }

  #done(id, detail) {
    this.busy = false;
    this.store.put(detail);
    if (this.store.selected === id) this.show(detail);
  }

  askToTakeOver() {
    const d = this.detail;
    if (d === null || d.owner === null || this.mine || d.status !== "open") return;
    const version = d.version;
    this.#open(t("over.title", { name: d.owner.name }), [el("p", {}, t("over.text"))], t("over.yes"), async () => {
      await this.#act("take", { version, over: true }, 1);
      return null;
    });
  }

  askToClose() {
    const d = this.detail;
    if (d === null || !this.mine || d.status !== "open" || d.stands) return;
    const choices = el("fieldset", { class: "choices" }, el("legend", {}, t("close.reason")));
    d.reasons.forEach((reason, i) => {
      choices.append(el("label", { class: "choice" }, el("input", { type: "radio", name: "reason", value: reason.code, "data-digit": i + 1 }), el("kbd", { "aria-hidden": "true" }, String(i + 1)), reason.words));
    });
    const needed = el("span", { class: "muted" });
    const text = el("textarea", { id: "close-text", rows: 2, maxlength: 2000 });
    const inside = d.still_inside ? [el("p", { class: "conflict" }, t("close.inside"))] : [];
    const body = [...inside, choices, el("label", { for: "close-text" }, t("close.text"), " ", needed), text];
    const version = () => this.detail?.version ?? d.version;
    choices.addEventListener("change", () => {
      const chosen = d.reasons.find((r) => r.code === choices.querySelector(":checked")?.value);
      const must = chosen?.needs_text ?? false;
      setText(needed, must ? `(${t("close.needed")})` : "");
      if (must) text.setAttribute("aria-required", "true");
      else text.removeAttribute("aria-required");
    });
    this.#open(t("close.title"), body, t("close.yes"), async () => {
      const reason = choices.querySelector(":checked")?.value ?? "";
      return this.#act("close", { version: version(), reason, text: text.value }, 2);
    });
  }

  /** A dialog with one act. `act` answers null when it is done, or {field, message} to say what is missing. */
  #open(title, body, yes, act) {
    if (this.dialog.open) return;
    const error = el("p", { class: "message bad dialog-error", role: "alert", hidden: true });
    const submit = el("button", { type: "submit", class: "primary" }, yes);
    const form = el("form", { novalidate: true }, el("h2", { id: "dialog-title" }, title), ...body, error,
      el("div", { class: "dialog-foot" }, el("button", { type: "button", onclick: () => this.dialog.close() }, t("dialog.no"), " ", el("kbd", { "aria-hidden": "true" }, "Esc")), submit));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (submit.disabled) return;
      submit.disabled = true;
      const missing = await act();
      submit.disabled = false;
      if (missing === null) {
        this.dialog.close();
        return;
      }
      error.hidden = false;
      error.textContent = missing?.message ?? t("incident.failed");
      (missing?.field === "text" ? form.querySelector("textarea") : form.querySelector("input"))?.focus();
    });
    form.addEventListener("keydown", (event) => {
      if (event.target.matches("textarea") || !/^[1-9]$/.test(event.key)) return;
      const choice = form.querySelector(`[data-digit="${event.key}"]`);
      if (choice === null) return;
      event.preventDefault();
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      choice.focus();
    });
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
    (form.querySelector("input, textarea") ?? form.querySelector(".dialog-foot button")).focus();
  }
}

/** The lines below the map: what happened, newest first. */
export class Timeline {
  constructor() {
    this.list = document.getElementById("timeline");
    this.drawn = null;
    this.clear();
  }

  clear() {
    this.drawn = null;
    this.list.replaceChildren(el("li", { class: "none" }, t("timeline.none")));
  }

  draw(detail, now) {
    const drawn = JSON.stringify(detail.timeline);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (detail.timeline.length === 0) {
      this.clear();
      return;
    }
    this.list.replaceChildren(...detail.timeline.map((line) =>
      el("li", {}, el("time", { datetime: new Date(line.at_ms).toISOString() }, clock(line.at_ms, now)), el("span", {}, line.text, line.by ? el("span", { class: "by" }, ` · ${line.by}`) : null))));
  }
}
