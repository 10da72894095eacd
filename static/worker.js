// The service worker of the respondent pages: what was answered without signal is sent when there is some, once.
// It knows the pages under /a/ only. A queued sheet lies encrypted with a key that no script can read out; the copy of
// the page goes when the answers are sent. That an answer counts once is the server's doing: a sheet sent again has the
// same number.
const PAGES = "latitude-pages"; // a survey's own goes when its answers are sent
const PARTS = "latitude-parts"; // style and script, the same for everybody
const STEPS = { questions: "/a/questions", check: "/a/check", send: "/a/send" };
const KIOSK = "/a/kiosk";
const AROUND = "/a/without-signal";
const PATIENCE = 20_000;
const QUEUE = "sheets", KEYS = "keys";

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("latitude", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(QUEUE);
      asked.result.createObjectStore(KEYS);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

const inStore = async (name, mode, act) => {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const asked = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
};

const sealingKey = async () => {
  const kept = await inStore(KEYS, "readonly", (store) => store.get("seal"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore(KEYS, "readwrite", (store) => store.put(made, "seal"));
  return made;
};

const queue = async (body) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(body);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealingKey(), text);
  const ballot = new URLSearchParams(body).get("ballot");
  await inStore(QUEUE, "readwrite", (store) => store.put({ iv, sealed }, ballot));
  await self.registration.sync?.register("send").catch(() => {});
};

const waiting = () => inStore(QUEUE, "readonly", (store) => store.getAllKeys());

const tell = async (message) => {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
};

const post = (body) =>
  fetch(STEPS.send, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(PATIENCE),
  });

// One at a time, so that nothing is sent twice at once. What the server refuses for good is not kept.
let sending = Promise.resolve();
const send = () => (sending = sending.then(sendAll, sendAll));
const sendAll = async () => {
  for (const ballot of await waiting()) {
    const { iv, sealed } = await inStore(QUEUE, "readonly", (store) => store.get(ballot));
    const body = new TextDecoder().decode(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await sealingKey(), sealed),
    );
    const reply = await post(body).catch(() => null);
    if (!reply || reply.status >= 500 || reply.status === 429) {
      await tell({ what: "waiting", left: (await waiting()).length });
      throw new Error("no signal yet");
    }
    await inStore(QUEUE, "readwrite", (store) => store.delete(ballot));
    await tell({ what: reply.ok ? "sent" : "refused", ballot, left: (await waiting()).length });
  }
  if (!(await waiting()).length) await inStore(KEYS, "readwrite", (store) => store.clear());
};

const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

// The page that says so, in the respondent's language, with the answers in its form.
const around = async (step, body) => {
  const fields = new URLSearchParams(body);
  const language = fields.get("language") ?? fields.get("kept_language") ?? "";
  const page =
    (await caches.match(`${AROUND}?step=${step}&language=${language}`)) ?? (await caches.match(`${AROUND}?step=${step}`));
  if (!page) return Response.error();
  if (!fields.get("ballot")) fields.set("ballot", crypto.randomUUID());
  const names = new Set([...fields].filter(([name, value]) => /^[ib]-/.test(name) && value).map(([name]) => name));
  const inputs = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const html = (await page.text()).replace("<!--fields-->", () => inputs.join("")).replace("<!--number-->", names.size);
  return new Response(html, { headers: page.headers });
};

const copyOf = (digest) => `${STEPS.questions}?of=${digest}`;
const forget = async (digest) => (await caches.open(PAGES)).delete(copyOf(digest));

const answering = async (request) => {
  const path = new URL(request.url).pathname;
  const body = await request.clone().text();
  const own = copyOf(await name(body));
  try {
    const reply = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (reply.status >= 502) throw new Error("nobody is there");
    if (path === STEPS.questions && reply.ok) await (await caches.open(PAGES)).put(own, reply.clone());
    return reply;
  } catch {
    if (path === STEPS.questions) return (await caches.match(own)) ?? Response.error();
    if (path === STEPS.check) return around("check", body);
    await queue(body);
    await forget(await name(body));
    return around("kept", body);
  }
};

const name = async (body) => {
  const code = new TextEncoder().encode(new URLSearchParams(body).get("code") ?? "");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", code));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

// Style and script: what was kept at once, and the newest for next time.
const part = async (request) => {
  const kept = await caches.match(request);
  const newest = fetch(request).then(async (reply) => {
    if (reply.ok) await (await caches.open(PARTS)).put(request, reply.clone());
    return reply;
  });
  if (!kept) return newest;
  newest.catch(() => {});
  return kept;
};

// A page that came before this worker did hands over a copy of itself, as it was before anything was answered.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";
const keepCopy = async ({ copy, code }) => {
  const own = copyOf(await name(new URLSearchParams({ code }).toString()));
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY };
  await (await caches.open(PAGES)).put(own, new Response(copy, { headers }));
};

const prepare = async ({ pages, parts, copy, code }) => {
  if (copy) await keepCopy({ copy, code });
  const store = await caches.open(PARTS);
  await Promise.all([...pages, ...parts].map((url) => store.add(url).catch(() => {})));
  await tell({ what: "ready" });
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => event.waitUntil(send()));
self.addEventListener("message", (event) => {
  const { what } = event.data;
  if (what === "prepare") event.waitUntil(prepare(event.data));
  if (what === "queue")
    event.waitUntil(queue(event.data.body).then(() => event.ports[0].postMessage("sealed")));
  if (what === "send") event.waitUntil(send().catch(() => {}));
  if (what === "done") event.waitUntil(forget(event.data.of));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && request.mode === "navigate" && Object.values(STEPS).includes(pathname))
    event.respondWith(answering(request));
  else if (request.method === "GET" && request.mode === "navigate" && pathname === KIOSK)
    event.respondWith(fetch(request).catch(async () => (await caches.match(KIOSK)) ?? Response.error()));
  else if (request.method === "GET" && pathname.startsWith("/static/")) event.respondWith(part(request));
});
