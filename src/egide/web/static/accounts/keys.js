// Asks the browser for a key, and hands its answer to the form around. Sends nothing anywhere by itself.
// A page without scripts or a browser without keys shows no button: codes and passwords remain.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function create({ publicKey: asked }, alone) {
  const selection = { ...asked.authenticatorSelection };
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: described(asked.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

async function get({ publicKey: asked }) {
  return navigator.credentials.get({
    publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: described(asked.allowCredentials) },
  });
}

function asJson(key) {
  const { response } = key;
  const told = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = toText(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({
    id: key.id, rawId: toText(key.rawId), type: key.type, response: told,
    authenticatorAttachment: key.authenticatorAttachment, clientExtensionResults: key.getClientExtensionResults(),
  });
}

async function options(part) {
  if (part.dataset.options) return JSON.parse(document.getElementById(part.dataset.options).textContent);
  const answer = await fetch(part.dataset.optionsFrom, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return answer.json();
}

function prepare(part) {
  const button = part.querySelector("[data-key-start]");
  const wait = part.querySelector("[data-key-wait]");
  const failed = part.querySelector("[data-key-failed]");
  const form = part.closest("form");
  part.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    failed.hidden = true;
    wait.hidden = false;
    try {
      const asked = await options(part);
      const alone = part.querySelector("[data-key-alone]")?.checked ?? false;
      const key = part.dataset.key === "create" ? await create(asked, alone) : await get(asked);
      part.querySelector("[name=egide-credential]").value = asJson(key);
      form.submit();
    } catch {
      failed.hidden = false;
      wait.hidden = true;
      button.disabled = false;
      button.focus();
    }
  });
}

if (globalThis.PublicKeyCredential) for (const part of document.querySelectorAll("[data-key]")) prepare(part);
