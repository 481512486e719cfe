// Keeps the list up to date without a reload: asks every three seconds, changes it only when something changed.
// The link that has the focus keeps it. A page that no longer hears says so.

const rows = document.getElementById("rows");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
const EVERY_MS = 3000;
const LOST_MS = 12000;
let heardAt = Date.now();

const stamp = (root) => root.querySelector("[data-stamp]")?.dataset.stamp;

async function refresh() {
  try {
    const answer = await fetch(rows.dataset.url, { headers: { Accept: "text/html" }, redirect: "error", signal: AbortSignal.timeout(EVERY_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const next = document.createElement("template");
    next.innerHTML = await answer.text();
    if (stamp(next.content) === undefined) throw new Error("another page");
    heardAt = Date.now();
    if (stamp(next.content) === stamp(rows)) return;
    const focus = rows.contains(document.activeElement) ? document.activeElement.id : "";
    rows.replaceChildren(next.content);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    said.textContent = said.dataset.new;
  } catch {
    // said below, once it has lasted
  } finally {
    lost.hidden = Date.now() - heardAt < LOST_MS;
  }
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
