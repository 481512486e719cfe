// What a person does beyond taking: outcomes, the police, notes, putting aside, handing over, taking over, closing. Each
// is one question to the server; what needs words or a choice asks for them in a dialog first.

import { choices, field, values } from "egide/dialogs";
import { el, setText, t } from "egide/format";

export class Acts {
  constructor(incident, dialogs) {
    this.incident = incident;
    this.dialogs = dialogs;
    this.shift = null; // knows who is there
  }

  get #d() {
    return this.incident.detail;
  }

  #do(body, tries = 1) {
    return this.incident.act("do", body, tries);
  }

  press(step, key) {
    const body = { act: "press", task: step.task, step: step.step, code: key.code };
    if (key.police) this.#police(body);
    else if (key.text) this.#words(key.says, body);
    else this.#do(body);
  }

  #words(title, body) {
    this.dialogs.open({ title, body: field("text", t("act.words"), { rows: 3 }), yes: t("act.yes"), act: (form) => this.#do({ ...body, ...values(form) }) });
  }

  /** The voice call first: who took it, and under which reference. One number a press: sent twice, it is one request. */
  #police(body) {
    const key = crypto.randomUUID();
    const unit = this.#d.call_police?.unit ?? "";
    const fields = [...field("unit", t("police.unit"), { value: unit }), ...field("person", t("police.person")), ...field("reference", t("police.reference")), ...field("text", t("police.note"), { rows: 2 })];
    this.dialogs.open({ title: t("police.title"), body: fields, yes: t("police.yes"), act: (form) => this.#do({ ...body, key, ...values(form) }) });
  }

  request() {
    const d = this.#d;
    if (d === null || d.status !== "open" || d.intervention === "requested" || this.incident.busy) return;
    if (!this.incident.mine && !this.incident.free) return;
    this.#do({ act: "request" });
  }

  /** A unit need not come: who there was told by voice, and why. The alarm itself stays open. */
  unneeded() {
    const d = this.#d;
    if (d === null || !this.incident.mine || d.status !== "open" || this.incident.busy) return;
    const open = d.police.filter((one) => one.open);
    if (open.length === 0) return;
    const which = open.length > 1 ? [choices("request", t("police.unneeded_which"), open.map((one) => ({ value: one.id, words: `${one.unit} · ${one.reference}` })), open[0].id)] : [];
    const fields = [el("p", {}, t("police.unneeded_text")), ...which, ...field("told", t("police.unneeded_told")), ...field("text", t("police.unneeded_why"), { rows: 2 })];
    this.dialogs.open({
      title: t("police.unneeded_title"), body: fields, yes: t("police.unneeded_yes"),
      act: (form) => this.#do({ act: "unneeded", request: open[0].id, ...values(form) }),
    });
  }

  note() {
    if (this.#d === null || this.#d.status !== "open") return;
    this.#words(t("note.title"), { act: "note" });
  }

  answer(act) {
    if (this.incident.offered) return this.#do({ act });
    return null;
  }

  shelve() {
    const d = this.#d;
    if (d === null || !this.incident.mine || d.status !== "open" || d.shelve_s === 0) return;
    if (d.shelved_ms !== null) {
      this.#do({ act: "unshelve" });
      return;
    }
    const most = d.shelve_s / 60;
    const rows = [5, 10, 30, 120, 720, 1440].filter((n) => n <= most).map((n) => ({ value: String(n), words: n < 60 ? t("unit.min", { n }) : t("unit.h", { n: n / 60 }) }));
    this.dialogs.open({
      title: t("shelf.title"), body: [el("p", {}, t("shelf.text")), choices("minutes", t("shelf.minutes"), rows), ...field("text", t("shelf.why"), { rows: 2 })], yes: t("shelf.yes"),
      act: (form) => { const { minutes, text } = values(form); return this.#do({ act: "shelve", minutes: Number(minutes), text }); },
    });
  }

  /** The end of a shift: this incident or all of one's own, offered one by one; each stays until it is accepted. */
  async handOver() {
    const d = this.#d;
    if (d === null || !this.incident.mine || d.status !== "open" || this.dialogs.isOpen) return;
    if (d.offered !== null) {
      this.#do({ act: "offer", to: null });
      return;
    }
    const others = await this.shift.others(d.id);
    if (this.dialogs.isOpen || this.#d?.id !== d.id) return;
    const { store, me } = this.incident;
    const mine = store.rows().filter((row) => row.owner?.login === me.login);
    const rows = others.slice(0, 7).map((one) => ({ value: one.login, words: `${one.name} · ${one.audible ? t("hand.audible") : one.on_shift ? t("hand.there") : t("hand.away")}` }));
    const scope = mine.length > 1 ? [choices("scope", t("hand.scope"), [{ value: "one", words: t("hand.one") }, { value: "all", words: t("hand.all", { n: mine.length }) }], "one")] : [];
    if (scope.length > 0) for (const input of scope[0].querySelectorAll("input")) delete input.dataset.digit;
    this.dialogs.open({
      title: t("hand.title"), body: [el("p", {}, t("hand.text")), choices("to", t("hand.to"), rows), ...scope], yes: t("hand.yes"),
      act: async (form) => {
        const { to = "", scope: wide } = values(form);
        let missing = await this.#do({ act: "offer", to });
        for (const row of wide === "all" && missing === null ? mine : []) {
          if (row.id !== d.id) missing = (await this.incident.act("do", { act: "offer", to }, 1, row.id)) ?? missing;
        }
        return missing;
      },
    });
  }

  over() {
    const d = this.#d;
    if (d === null || d.owner === null || d.status !== "open") return;
    const others = d.steps.filter((step) => step.owner !== null && step.owner.login !== this.incident.me.login);
    if (others.length === 0 || (this.incident.mine && d.steps.length === 1)) return;
    const { version } = d;
    const rows = d.steps.length > 1 ? [choices("task", t("over.task"), others.map((step) => ({ value: step.task, words: step.task_title })), others.at(-1).task)] : [];
    this.dialogs.open({
      title: t("over.title", { name: others[0].owner.name }), body: [el("p", {}, rows.length > 0 ? t("over.two") : t("over.text")), ...rows], yes: t("over.yes"), focus: rows.length > 0 ? "first" : "submit",
      act: (form) => this.incident.act("take", { version, over: true, task: values(form).task ?? "" }),
    });
  }

  close() {
    const d = this.#d;
    if (d === null || !this.incident.mine || d.status !== "open" || d.stands || d.reasons.length === 0) return;
    const box = choices("reason", t("close.reason"), d.reasons.map((reason) => ({ value: reason.code, words: reason.words })));
    const needed = el("span", { class: "muted" });
    const [label, text] = field("text", t("close.text"), { rows: 2, id: "close-text" });
    label.append(" ", needed);
    const inside = d.still_inside ? [el("p", { class: "conflict" }, t("close.inside"))] : [];
    box.addEventListener("change", () => {
      const must = d.reasons.find((r) => r.code === box.querySelector(":checked")?.value)?.needs_text ?? false;
      setText(needed, must ? `(${t("close.needed")})` : "");
      if (must) text.setAttribute("aria-required", "true");
      else text.removeAttribute("aria-required");
    });
    this.dialogs.open({
      title: t("close.title"), body: [...inside, box, label, text], yes: t("close.yes"),
      act: (form) => { const { reason = "", text: words } = values(form); return this.incident.act("close", { version: this.#d?.version ?? d.version, reason, text: words }, 2); },
    });
  }
}
