// Questions to our own server, and nowhere else. Every answer is JSON; a refusal is thrown with its status and body.

let boot = null;

export class Refused extends Error {
  constructor(status, body) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.reason = body?.reason ?? "";
  }
}

export function setUp(from) {
  boot = from;
}

async function answer(response) {
  let body = null;
  try { body = await response.json(); } catch { /* not JSON: the status says enough */ }
  if (!response.ok || body === null) throw new Refused(response.status, body);
  return body;
}

const plain = { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error", cache: "no-store" };

export async function state() {
  const found = await answer(await fetch(boot.urls.state, { ...plain, signal: AbortSignal.timeout(8000) }));
  boot.csrf = found.csrf; // whoever signed in again beside this page has another one
  return found;
}

/** `calls`: from which row its list of calls is wanted, where it has one. */
export async function incident(id, calls = 0) {
  return answer(await fetch(address("incident", id, calls), { ...plain, signal: AbortSignal.timeout(8000) }));
}

export function act(what, id, body, calls = 0) {
  return send(address(what, id, calls), body);
}

/** Something of the room as a whole. */
export function post(what, body) {
  return send(boot.urls[what], body);
}

/** Whoever signed in again beside this page has another token: then nothing was done yet, and it is asked once more. */
async function send(url, body) {
  try {
    return await posted(url, body);
  } catch (error) {
    if (error.status !== 403 || error.reason !== "forged") throw error;
    await state();
    return posted(url, body);
  }
}

async function posted(url, body) {
  const headers = { ...plain.headers, "Content-Type": "application/json", "X-CSRFToken": boot.csrf };
  return answer(await fetch(url, { ...plain, headers, method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(10000) }));
}

function address(name, id, calls = 0) {
  const url = boot.urls[name].replace(boot.somewhere, id);
  return calls > 0 ? `${url}?calls=${calls}` : url;
}
