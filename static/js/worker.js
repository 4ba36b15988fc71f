// The service worker. It keeps the empty page with its files and shows it where a page cannot be fetched; pages with
// anything of anybody are never kept. `APP` and queue.js come before this file (placements/views/offline.py).
const NAME = `passerelle-${APP.version}`;
const DAY_FORM = /^\/(placements|hours)\/([0-9a-f-]{36})\/(log|change)\/$/;

// Fetched without cookies: the page is the same for everybody.
const fill = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll([APP.page, ...APP.files].map((url) => new Request(url, { credentials: "omit", cache: "no-cache" })));
};

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
  // Safe to take over at once: all that it ever serves is one page with its own files.
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("passerelle-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable();
  };
  event.waitUntil(drop());
});

// Signing out empties the cache; the next student's page asks to fill it again.
self.addEventListener("message", (event) => { if (event.data === "fill") event.waitUntil(fill()); });

const kept = (url) => caches.match(url, { cacheName: NAME, ignoreVary: true });

const page = async (event) => {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    const shell = await kept(APP.page);
    if (!shell) throw error;
    return shell;
  }
};

// A day that was typed on a page from the network, and sent when there was none.
const sent = async (request, [, , id, verb]) => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (error) {
    const user = await queue.user();
    if (!user || !(await kept(APP.page))) throw error;
    const form = await copy.formData();
    const fields = [...form.entries()].filter(([name]) => name !== "csrfmiddlewaretoken");
    const kind = verb === "log" ? "new" : "change";
    fields.push([kind === "new" ? "placement" : "entry", id]);
    const key = kind === "new" ? form.get("key") : id;
    await queue.put({ key, user, stamp: crypto.randomUUID(), kind, fields, state: "waits" });
    return Response.redirect(`/offline/?kept=${key}`, 303);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const day = request.method === "POST" && request.mode === "navigate" && DAY_FORM.exec(url.pathname);
  if (day) event.respondWith(sent(request, day));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(event));
  else if (APP.files.includes(url.pathname)) event.respondWith(kept(url.pathname).then((found) => found || fetch(request)));
});
