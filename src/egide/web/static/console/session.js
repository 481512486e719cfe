// What the server answers when it is no longer sure who sits here: the session is over, a second factor or a password is
// missing, or one act asks for a confirmation. What is open stays in sight; the way back in opens beside this page.

import * as ask from "egide/ask";
import { el, t } from "egide/format";

const EVERY_MS = 2000;
const WORDS = { signed_out: () => t("line.signed_out"), second_factor: () => t("line.second_factor"), password: () => t("line.password") };

export class Session extends EventTarget {
  constructor(banner, boot) {
    super();
    this.banner = banner;
    this.urls = boot.urls;
    this.login = boot.me.login;
    this.timer = null;
    this.reason = null;
    this.asking = false;
  }

  /** Is nobody known here at this moment? */
  get over() {
    return this.reason !== null;
  }

  /** Says it, once; from then on this page looks every two seconds whether somebody is in again. */
  ended(reason) {
    const known = reason in WORDS ? reason : "signed_out";
    if (known !== this.reason) {
      this.reason = known;
      const where = known === "signed_out" ? `${this.urls.signIn}?next=${encodeURIComponent(this.urls.back)}` : this.urls.back;
      this.#show(WORDS[known](), where, t("line.sign_in"), t("line.signed_in_beside"));
      this.dispatchEvent(new CustomEvent("over"));
    }
    this.timer ??= setInterval(() => this.look(), EVERY_MS);
  }

  /** One act asks who sits here: nothing was changed, and what was typed is kept. */
  confirm(message) {
    this.asking = true;
    this.#show(message || t("line.confirm"), this.urls.confirm, t("line.confirm_link"), t("line.confirm_then"));
  }

  /** An act came through: nothing is asked any more. */
  acted() {
    if (this.asking && !this.over) this.banner.hidden = true;
    this.asking = false;
  }

  async look() {
    let found = null;
    try {
      found = await ask.state();
    } catch (error) {
      if (error.status === 401) this.ended(error.reason);
      return;
    }
    if (!this.over) return;
    clearInterval(this.timer);
    this.timer = null;
    this.reason = null;
    if (found.me !== this.login) location.reload(); // somebody else sits here now, with a shift of their own
    else this.dispatchEvent(new CustomEvent("again"));
  }

  #show(strong, href, link, rest) {
    this.banner.className = "banner";
    this.banner.replaceChildren(el("strong", {}, strong), el("a", { href, target: "_blank", rel: "opener" }, link), " ", rest);
    this.banner.hidden = false;
  }
}
