// A tablet that many people answer on. This page never goes anywhere: what one person did is thrown away with the
// elements it stood in. A finished sheet goes to the service worker at once, which seals it and sends it when it can.
import { blind, finalize, prepare, readKey, toToken } from "./blind.js";

const WARN = 45, CLEAR = 60, THANKS = 20; // seconds without a touch
const POOL = 5; // tokens at hand, for people who come while there is no signal
const root = document.getElementById("kiosk");
const shell = root.innerHTML;
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const fromText = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const kept = (name, empty) => JSON.parse(localStorage.getItem("kiosk:" + name) ?? JSON.stringify(empty));
const keep = (name, value) => localStorage.setItem("kiosk:" + name, JSON.stringify(value));

if (location.hash.length > 1) {
  if (kept("secret", "") !== location.hash.slice(1)) for (const name of Object.keys(localStorage)) if (name.startsWith("kiosk:")) localStorage.removeItem(name);
  keep("secret", location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
const secret = kept("secret", "");
const say = {}; // the parts' elements, by name
let token = "", mine = "", language = "", idle = 0, left = 0, home = ""; // `mine`: where a code's token was begun

const post = (address, fields) =>
  fetch(address, {
    method: "POST",
    body: new URLSearchParams({ secret, ...fields }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });

// --- What is shown ---

const part = (name) => root.querySelector(`[data-part=${name}]`);
const tell = (name, number) => {
  for (const note of part("home").querySelectorAll("[data-say]:not([data-say=waiting])")) note.hidden = note.dataset.say !== name;
};
const show = (name) => {
  for (const section of root.querySelectorAll("section[data-part]")) section.hidden = section.dataset.part !== name;
  idle = 0;
  part("idle").close();
  scrollTo(0, 0);
  part(name).querySelector("h1")?.focus();
};

const sheet = async (wanted) => {
  const store = await caches.open("latitude-kiosk");
  const address = `${root.dataset.sheet}?language=${wanted}`;
  let reply = await post(root.dataset.sheet, { language: wanted }).catch(() => null);
  if (reply?.status === 404) return retire();
  if (reply?.ok) await store.put(address, reply.clone());
  else reply = (await store.match(address)) ?? (await store.match(`${root.dataset.sheet}?language=`));
  return reply && { html: await reply.text(), language: reply.headers.get("Content-Language") };
};

// The tablet's right was taken away: nothing of it stays.
const retire = async () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith("kiosk:")) localStorage.removeItem(name);
  await caches.delete("latitude-kiosk");
  root.innerHTML = shell;
};

const draw = async (wanted = "") => {
  const found = await sheet(wanted);
  if (!found) return;
  language = wanted;
  document.documentElement.lang = found.language;
  document.documentElement.dir = /^(ar|fa|he|ur)/.test(found.language) ? "rtl" : "ltr";
  home = found.html;
  renew();
};

// The next person gets elements that nobody has touched.
const renew = () => {
  root.innerHTML = home;
  for (const anonymous of root.querySelectorAll("#anonymous")) anonymous.hidden = false;
  for (const confidential of root.querySelectorAll("#confidential")) confidential.hidden = true;
  show("home");
  waiting();
};

// Nobody answered with the token yet. One of the tablet's own is for the next person; one that was signed for a code is
// made again when that code comes again, and for nobody else.
const clear = async () => {
  if (token && !mine) keep("tokens", [...kept("tokens", []), token]);
  token = mine = "";
  if (language) await draw();
  else renew();
  fill();
};

// --- Tokens ---

const start = async (name, key) => {
  const found = kept(name, null);
  if (found) return { prepared: unhex(found.prepared), blinded: unhex(found.blinded), inverse: BigInt(found.inverse) };
  const made = await blind(key, prepare());
  const { prepared, blinded, inverse } = made;
  keep(name, { prepared: hex(prepared), blinded: hex(blinded), inverse: inverse.toString() });
  return made;
};

const tidy = (code) => code.toLowerCase().replace(/[\s-]/g, "").replaceAll("o", "0").replace(/[il]/g, "1");
const placeOf = async (code) =>
  "code:" + hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(tidy(code)))));

// A lost reply is asked for again, so what was begun is kept until it is signed: of a code until it has answered.
const sign = async (code, name) => {
  const key = await readKey(part("home").dataset.key);
  const begun = await start(name, key);
  const reply = await post(root.dataset.sign, { blinded: toText(begun.blinded), code }).catch(() => null);
  if (!reply || reply.status >= 500) throw new Error("signal");
  const said = await reply.json();
  if (!reply.ok) {
    localStorage.removeItem("kiosk:" + name);
    if (reply.status === 404) await retire();
    throw new Error(said.why);
  }
  const made = toToken(key, begun.prepared, await finalize(key, begun, fromText(said.signature)));
  if (!code) localStorage.removeItem("kiosk:" + name);
  return made;
};

// One after the other, or two would begin the same one.
let asking = Promise.resolve();
const signInTurn = (code, name) => (asking = asking.catch(() => {}).then(() => sign(code, name)));

let filling = false;
const fill = async () => {
  if (filling || !part("home")?.querySelector("[data-do=begin]")) return;
  filling = true;
  try {
    while (kept("tokens", []).length < POOL) {
      const made = await signInTurn("", "next");
      keep("tokens", [...kept("tokens", []), made]);
    }
  } catch {
    // no signal, or nothing left to give out: whoever begins is told
  }
  filling = false;
  document.documentElement.dataset.tokens = kept("tokens", []).length;
};

const begin = async (code = "") => {
  tell("");
  try {
    const [first, ...rest] = code ? [] : kept("tokens", []);
    const name = code && (await placeOf(code));
    token = first ?? (await signInTurn(code, name || "next"));
    mine = name;
    if (first) keep("tokens", rest);
    show("promise");
  } catch (error) {
    tell(["code", "exhausted", "closed"].includes(error.message) ? error.message.replace("closed", "refused") : "signal");
  }
};

// --- Answers ---

const given = () => [...new FormData(root.querySelector("#sheet"))].filter(([name, value]) => /^[ib]-/.test(name) && value);
const words = (question) =>
  [...question.querySelectorAll("input:checked")].filter((field) => field.value).map((field) => field.closest("label").textContent.trim()).join(", ") ||
  (question.querySelector("textarea")?.value ?? "");

const check = () => {
  const list = part("check").querySelector("[data-given]");
  list.replaceChildren();
  for (const question of root.querySelectorAll("#sheet .q")) {
    const said = words(question);
    if (!said) continue;
    const row = document.createElement("div"), ask = document.createElement("dt"), answer = document.createElement("dd");
    ask.textContent = question.querySelector("legend, .ask").textContent.trim();
    answer.textContent = said;
    row.append(ask, answer);
    list.append(row);
  }
  part("check").querySelector("[data-number]").textContent = list.children.length;
  show("check");
};

const send = async () => {
  const fields = new URLSearchParams(given());
  fields.set("code", token);
  fields.set("kept_language", root.querySelector("[name=kept_language]").value);
  fields.set("ballot", crypto.randomUUID());
  const { active } = await navigator.serviceWorker.ready;
  await new Promise((resolve) => {
    const line = new MessageChannel();
    line.port1.onmessage = resolve; // sealed: from here on the answer cannot be lost
    active.postMessage({ what: "queue", body: fields.toString() }, [line.port2]);
  });
  if (mine) localStorage.removeItem("kiosk:" + mine);
  token = mine = "";
  for (const name of ["ask", "check"]) part(name).replaceChildren();
  show("done");
  active.postMessage({ what: "send" });
};

// --- Time, touch and the worker ---

const does = {
  begin: () => begin(),
  ask: () => show("ask"),
  back: () => show("ask"),
  stay: () => show.call(null, [...root.querySelectorAll("section[data-part]")].find((section) => !section.hidden).dataset.part),
  send,
  clear,
};
root.addEventListener("click", ({ target }) => {
  const act = target.closest("button")?.dataset ?? {};
  if (act.language !== undefined) draw(act.language);
  else does[act.do]?.();
});
root.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "sheet") check();
  else begin(root.querySelector("#kiosk-code").value);
});
for (const touch of ["pointerdown", "keydown", "scroll", "input"]) addEventListener(touch, () => part("idle")?.open || (idle = 0), { passive: true });
setInterval(() => {
  const busy = root.querySelector("section[data-part]:not([hidden])")?.dataset.part;
  if (!busy || (busy === "home" && !language && !root.querySelector("#kiosk-code")?.value)) return;
  idle += 1;
  const until = busy === "done" ? THANKS : CLEAR;
  if (idle >= until) clear();
  else if (idle >= WARN) {
    if (!part("idle").open) part("idle").showModal();
    part("idle").querySelector("[data-number]").textContent = until - idle;
  }
}, 1000);

const waiting = () => {
  const note = part("home")?.querySelector("[data-say=waiting]");
  if (!note) return;
  note.hidden = !left;
  note.querySelector("[data-number]").textContent = left;
};
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data.left === undefined) return;
  left = data.left;
  waiting();
  if (data.what === "refused") tell("refused");
});

const again = async () => {
  (await navigator.serviceWorker.ready).active.postMessage({ what: "send" });
  fill();
};
addEventListener("online", again);
setInterval(again, 30_000);

if (secret && navigator.serviceWorker) {
  await navigator.serviceWorker.register(root.dataset.worker, { scope: "/a/" });
  const { active } = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((it) => it.href || it.src);
  active.postMessage({ what: "prepare", pages: [root.dataset.sheet], parts: [...parts, new URL("blind.js", import.meta.url).href] });
  await draw();
  for (const button of root.querySelectorAll("[data-language]")) await sheet(button.dataset.language); // for when there is no signal
  await again();
}
