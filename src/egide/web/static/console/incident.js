// The centre: one incident, one sentence that says what is happening, and the next thing to do as the largest thing on
// the screen, with its outcomes as keys. What needs a second, different key opens a dialog (acts.js).

import * as ask from "egide/ask";
import { age, clock, dial, el, lasted, setText, shape, svg, t } from "egide/format";
import { Acts } from "egide/acts";
import { drawCalls } from "egide/calls";
import { drawContacts } from "egide/contacts";
import { drawOrder, ranOut } from "egide/order";
import { partyMark } from "egide/places";
import { policeBoxes } from "egide/police";

const MOMENT_MS = 1000;
const STEP_MS = 350; // as long as a double press of one key
const SETTLE_MS = 800; // after the selection changed by itself, Enter waits: nobody takes what they have not seen

export class Incident {
  constructor(store, me, timeline, dialogs) {
    this.store = store;
    this.me = me;
    this.timeline = timeline;
    this.pane = document.getElementById("incident");
    this.acts = new Acts(this, dialogs);
    this.task = null; // which of two tasks the digits act on
    this.stepSince = 0;
    this.detail = null;
    this.message = null;
    this.busy = false;
    this.callsFrom = 0;
    this.chosenAt = 0;
    this.asked = 0;
    this.nameless = null;
    store.addEventListener("selected", () => this.#chosen());
    store.addEventListener("changed", () => this.load());
    store.addEventListener("list", (event) => this.#besides(event.detail.arrived));
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
    this.task = null;
    this.callsFrom = 0; // the first row shown of a list of calls
    this.draw();
    this.load();
  }

  /** Another incident of the same measure opened: it is linked here too. */
  #besides(arrived) {
    const number = this.detail?.number;
    if (number && arrived.some((id) => id !== this.detail.id && this.store.incidents.get(id)?.number === number)) this.load();
  }

  async load() {
    const id = this.store.selected;
    if (id === null) return;
    const asked = ++this.asked;
    const row = this.store.incidents.get(id);
    if (row?.nameless || (row === undefined && this.nameless === id)) { // closed to whoever sits here: nothing to ask for
      this.nameless = id;
      this.#leave(row?.sentence ?? t("incident.gone"));
      return;
    }
    try {
      const detail = await ask.incident(id, this.callsFrom);
      if (asked !== this.asked || id !== this.store.selected) return;
      this.store.tune(detail.now_ms);
      this.show(detail);
    } catch (error) {
      if (asked !== this.asked) return;
      if (error.status === 401) this.store.tell("refused", { reason: error.reason });
      else if (error.status === 404) this.#leave(t("incident.gone"));
      else if (this.detail === null) {
        this.message = t("incident.failed");
        this.draw();
      }
    }
  }

  /** What was shown is not for this screen any more: nothing of it stays. */
  #leave(words) {
    this.detail = null;
    this.message = words;
    delete this.pane.dataset.shape;
    this.draw();
    this.store.tell("left");
  }

  show(detail) {
    const before = this.detail?.id === detail.id ? this.active?.step : null;
    this.detail = detail;
    if (this.active?.step !== before) this.stepSince = performance.now();
    this.loaded = performance.now();
    this.draw();
    this.timeline.draw(detail, this.store.now());
    this.store.tell("detail", { detail });
  }

  #live(news) {
    if (this.detail === null || this.detail.id !== news.id || news.version < this.detail.version) return;
    this.detail.sentence = news.sentence;
    this.detail.distance_words = news.distance_words;
    this.detail.next_zone = news.next_zone;
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
    const zone = this.pane.querySelector(".next-zone");
    if (zone !== null) setText(zone, news.next_zone);
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
    this.#leases();
    if (ranOut(d, this.store.now()) && performance.now() - this.loaded > 10000) this.load();
  }

  /** Is any of its tasks this person's, in time or not? */
  get mine() {
    return this.detail?.status === "open" && this.detail.steps.some((step) => this.#isMine(step));
  }

  #isMine(step) {
    return step.owner?.login === this.me.login;
  }

  #held(step) {
    return step.owner !== null && step.lease_ms !== null && this.store.now() < step.lease_ms;
  }

  /** What Enter does: take what is free, or go on with what rings again; null when everything is held. */
  get free() {
    const d = this.detail;
    return d !== null && d.status === "open" && (d.rings > 0 || d.steps.some((step) => step.owner === null));
  }

  get offered() {
    return this.detail?.status === "open" && this.detail.offered?.login === this.me.login;
  }

  /** The task the digits act on: the one chosen, else the first of this person's that asks for something. */
  get active() {
    const d = this.detail;
    if (d === null) return null;
    const mine = d.steps.filter((step) => this.#isMine(step));
    return mine.find((step) => step.task === this.task) ?? mine[0] ?? d.steps[0];
  }

  /** The other of two tasks. */
  switchTask() {
    const d = this.detail;
    if (d === null || d.steps.length < 2) return;
    const other = d.steps.find((step) => step.task !== this.active.task && this.#isMine(step));
    if (other === undefined) return;
    this.task = other.task;
    this.stepSince = performance.now();
    this.draw();
  }

  /** A digit: an outcome of the step that is shown. Not in the very moment in which the step changed by itself. */
  press(digit) {
    const step = this.active;
    if (step === null || this.busy || !this.#isMine(step) || this.detail.status !== "open") return;
    if (performance.now() - this.stepSince < STEP_MS) return;
    const key = step.keys.find((one) => one.key === digit);
    if (key !== undefined) this.acts.press(step, key);
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
      el("div", {}, el("h2", { class: "word" }, d.word), el("p", { class: "party" }, el("b", {}, d.who), ...(d.number ? [" · ", el("span", { class: "number" }, d.number)] : []))),
      el("p", { class: "since" }, el("b", {}, clock(d.since_ms, this.store.now())), el("span", { class: "muted lasting" }, lasted(this.store.now() - d.since_ms))));
    this.peopleBox = el("div", { class: "people" });
    const note = this.message === null ? [] : [el("p", { class: "conflict", role: "alert" }, this.message)];
    this.pane.replaceChildren(back, head, el("p", { class: "sentence" }, d.sentence), el("p", { class: "next-zone" }, d.next_zone), el("p", { class: "owner-line" }, this.#ownerLine()), ...note, ...this.#linked(), this.#next(), ...policeBoxes(d, this.mine, () => this.acts.unneeded()), ...drawCalls(this), ...drawOrder(d), ...drawContacts(d.contacts), this.peopleBox);
    this.peopleDrawn = null;
    this.#people();
    this.#leases();
    if (focused) this.pane.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  }

  #ownerLine() {
    const d = this.detail;
    if (d.closed !== null) return t("incident.closed", { name: d.closed.by?.name ?? "", time: d.closed.at, reason: d.closed.text ? `${d.closed.reason}. ${d.closed.text}` : d.closed.reason });
    if (d.owner === null) return t("incident.free");
    if (d.taken_ms === null) return t("incident.free");
    const time = clock(d.taken_ms, this.store.now());
    return d.owner.login === this.me.login ? t("incident.mine", { time }) : t("incident.has", { name: d.owner.name, time });
  }

  #next() {
    const d = this.detail;
    if (d.status !== "open") {
      if (!this.replay) return el("section", { class: "next", hidden: true });
      return el("section", { class: "next" }, el("a", { href: this.replay.replace(this.somewhere, d.id), target: "_blank" }, t("incident.replay")));
    }
    const rule = this.mine ? el("span", { class: "rule" }, t("incident.rule", { id: this.active.source })) : null;
    const box = el("section", { class: "next" }, el("h3", {}, t("incident.next"), rule));
    if (this.offered) {
      box.append(el("p", { class: "say" }, t("offer.to_me", { name: d.owner?.name ?? "" })));
      box.append(this.#take(t("offer.accept")), el("div", { class: "outcome" }, this.#button("decline", t("offer.decline"), "D", () => this.acts.answer("decline"))));
      return box;
    }
    if (this.free) box.append(this.#take(this.busy ? t("incident.taking") : this.#takeWords()));
    const shown = d.steps.filter((step) => step.owner !== null);
    if (shown.length === 0 || d.shelved_ms !== null) {
      if (d.shelved_ms !== null) box.append(el("p", { class: "say" }, t("shelf.until", { time: clock(d.shelved_ms, this.store.now()) })));
    } else if (d.steps.length === 1) {
      box.append(...this.#step(d.steps[0], true));
    } else {
      for (const step of d.steps) {
        const active = step === this.active && this.#isMine(step);
        const whose = step.owner === null ? t("list.free") : this.#isMine(step) ? t("list.mine") : step.owner.name;
        const head = el("h4", {}, step.task_title, " ", el("span", { class: "muted" }, `· ${whose}`), this.#isMine(step) && !active ? el("kbd", {}, "B") : null);
        box.append(el("div", { class: active ? "task active" : "task" }, head, ...this.#step(step, active)));
      }
    }
    box.append(this.#foot());
    return box;
  }

  #takeWords() {
    const d = this.detail;
    if (d.owner === null) return t("incident.take");
    return this.mine ? t("incident.keep") : t("incident.take_again");
  }

  #take(words) {
    return el("button", { type: "button", class: "primary take", "data-key": "take", onclick: () => this.take(), disabled: this.busy }, words, el("kbd", { "aria-hidden": "true" }, "↵"));
  }

  #button(key, words, shown, act) {
    return el("button", { type: "button", "data-key": key, onclick: act }, words, " ", el("kbd", { "aria-hidden": "true" }, shown));
  }

  /** One task: what to do, whom to call, what to say, and its outcomes; of the one not in hand only the first line. */
  #step(step, whole) {
    const mine = this.#isMine(step);
    const lines = [el("p", { class: whole ? "step" : "step small" }, step.who ? `${step.title}, ${step.who}` : step.title)];
    if (step.after && this.detail.rings === 0) lines.push(el("p", { class: "muted after", "data-at": step.after_ms }));
    if (!whole) return lines;
    if (step.call) lines.push(el("p", { class: "phone" }, step.no_call ? t("contact.do_not_call") : dial(step.phone)));
    const police = this.detail.call_police;
    if (step.step === "police" && police !== null) lines.push(el("p", { class: "phone" }, dial(police.number, police.sip || police.tel), " ", el("span", { class: "muted unit" }, police.unit)));
    if (this.detail.hears) lines.push(el("p", { class: "hears" }, el("b", {}, t("incident.hears")), " ", this.detail.hears));
    lines.push(el("p", { class: "say" }, step.say));
    if (step.speaks) lines.push(el("p", { class: "speaks" }, el("b", {}, step.speaks)));
    if (step.script) lines.push(el("p", { class: "script", lang: step.script_language }, step.script));
    if (step.script_beside) lines.push(el("p", { class: "script", lang: step.script_beside_language }, step.script_beside));
    if (mine) {
      const keys = step.keys.map((key) => el("li", {}, el("button", { type: "button", class: "outcome-key", "data-key": `k${key.key}`, "data-code": key.code, onclick: () => this.acts.press(step, key) }, el("kbd", { "aria-hidden": "true" }, key.key), key.says, this.detail.notes.includes(key.code) ? el("span", { class: "noted" }, " ✓") : null)));
      lines.push(el("ul", { class: "keys-of-step" }, ...keys), el("p", { class: "lease", "data-until": step.lease_ms ?? "", "data-of": step.lease_s }, el("span", {}), el("i", { "aria-hidden": "true" })));
    }
    return lines;
  }

  #foot() {
    const d = this.detail;
    const foot = el("div", { class: "outcome" });
    if (this.mine || d.owner === null) {
      if (d.intervention !== "requested") foot.append(el("button", { type: "button", class: d.intervention === "proposed" ? "primary" : "", "data-key": "police", onclick: () => this.acts.request() }, t("police.request"), " ", el("kbd", { "aria-hidden": "true" }, "P")));
    }
    if (this.mine) {
      if (d.shelve_s > 0) foot.append(this.#button("shelve", d.shelved_ms === null ? t("shelf.put") : t("shelf.back"), "S", () => this.acts.shelve()));
      // It can be reached by keyboard: otherwise nothing in this pane could be, and it may have to be scrolled.
      if (d.stands) foot.append(el("p", { class: "conflict stands", tabindex: "0", "data-key": "stands" }, t("close.stands")));
      else if (d.reasons.length > 0) foot.append(this.#button("close", t("incident.close"), "C", () => this.acts.close()));
    } else if (d.owner !== null) foot.append(this.#button("over", t("incident.over"), "R", () => this.acts.over()));
    return foot;
  }

  #leases() {
    for (const box of this.pane.querySelectorAll(".lease")) {
      const until = Number(box.dataset.until);
      const left = Math.max(0, until - this.store.now());
      setText(box.firstElementChild, until === 0 || left === 0 ? t("lease.over") : t("lease.left", { time: lasted(left + 999) }));
      box.classList.toggle("short", left < 10_000);
      box.lastElementChild.style.width = `${Math.min(100, (100 * left) / (1000 * Number(box.dataset.of)))}%`;
    }
    for (const line of this.pane.querySelectorAll(".after")) setText(line, t("lease.after", { time: lasted(Math.max(0, Number(line.dataset.at) - this.store.now() + 999)) }));
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
    const drawn = JSON.stringify(lines.map((line) => [line.unseen, line.party.role, line.party.no_call]));
    if (drawn !== this.peopleDrawn) {
      this.peopleDrawn = drawn;
      this.peopleBox.replaceChildren(el("h3", {}, t("incident.people")), ...lines.map(({ party, unseen }) =>
        el("div", { class: unseen ? "person unseen" : "person", "data-role": party.role },
          svg("svg", { viewBox: "-11 -11 22 22", "aria-hidden": "true" }, ...partyMark(party.role)),
          el("p", { class: "name" }, party.initials, " ", el("span", {}, party.role_word)),
          el("p", { class: "phone" }, party.no_call ? t("contact.do_not_call") : dial(party.phone)),
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
    if (this.offered) {
      await this.acts.answer("accept");
      return;
    }
    if (!this.free || this.busy) return;
    if (byKey && this.store.selectedByItself && performance.now() - this.chosenAt < SETTLE_MS) return;
    await this.act("take", { version: this.detail.version }, 1);
  }

  /** Asks the server; answers null when it is done or was refused in words, {field, message} when something is missing. */
  async act(what, body, tries = 1, id = this.detail.id) {
    this.busy = true;
    this.message = null;
    this.draw();
    try {
      const detail = await ask.act(what, id, body, this.callsFrom);
      this.#done(id, detail);
      this.store.tell("acted");
      return null;
    } catch (error) {
      if (error.status === 401) { // nothing was changed; a form stays open with what was typed
        this.store.tell("refused", { reason: error.reason, message: error.body?.message });
        return { again: true, message: t(error.reason === "confirm" ? "line.confirm" : "line.not_done") };
      }
      if (error.status === 409) {
        const { reason, message, incident } = error.body;
        // The last press is still on its way through the monitor: a second is enough. If it changed the incident,
        // the version says so and the form is answered with that.
        if (reason === "moment" && tries > 1) {
          await new Promise((resolve) => { setTimeout(resolve, MOMENT_MS); });
          return this.act(what, body, tries - 1, id);
        }
        this.message = message;
        this.#done(id, incident);
        return null;
      }
      if (error.status === 400) return error.body;
      if (error.status === 404) { await this.load(); return { message: this.message }; }
      this.message = t("incident.failed");
      return { message: this.message }; // a form stays open with what was typed: the police's reference is not asked for twice
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

  /** The other open incidents of the same pair, one click away, each by its kind. */
  #linked() {
    return this.detail.linked.map(({ id, title }, n) => el("p", { class: "linked" }, el("button", { type: "button", class: "quiet", "data-key": `linked-${n}`, onclick: () => this.store.select(id) }, t("incident.linked", { title }))));
  }
}
