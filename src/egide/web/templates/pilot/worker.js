// Keeps the page itself for when there is no network. What is sent is never kept, answered or delayed from here.
const SHELL = {{ shell|safe }};
const NAME = "page-" + SHELL.join("|").length + "-" + [...SHELL.join("|")].reduce((n, c) => (n * 31 + c.charCodeAt(0)) >>> 0, 7);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("page-") && name !== NAME).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !SHELL.includes(url.pathname)) return;
  event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
  if (event.request.mode === "navigate") {
    event.waitUntil(fetch(url.pathname).then((fresh) => fresh.ok && caches.open(NAME).then((cache) => cache.put(url.pathname, fresh))).catch(() => {}));
  }
});
