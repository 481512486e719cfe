// The wall reads its figures again every five seconds, and says so when it cannot.

const box = document.getElementById("figures");
const stale = document.getElementById("stale");
try { document.documentElement.dataset.theme = localStorage.getItem("egide-theme-room") ?? "dark"; } catch { /* dark */ }

setInterval(async () => {
  try {
    const answer = await fetch(box.dataset.url, { credentials: "same-origin", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    box.replaceChildren(...parsed.body.childNodes);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}, 5000);
