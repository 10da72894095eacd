// Answers that are not sent yet stay on this device: kept while they are given, put back when the page comes again,
// gone once they are sent. And a service worker sends what was answered without signal.
const form = document.getElementById("sheet");
const notice = document.getElementById("kept-here");
const copy = notice && "<!DOCTYPE html>" + document.documentElement.outerHTML;
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const own = async () =>
  hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(form.elements.code.value))));
const asked = (name) => /^[ib]-/.test(name);
const given = () => [...new FormData(form)].filter(([name, value]) => asked(name) && value);

const putBack = (answers) => {
  for (const field of form.elements) {
    if (!asked(field.name)) continue;
    const values = answers.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(field.type)) field.checked = field.value && values.includes(field.value);
    else field.value = values[0] ?? "";
  }
};

const keepHere = async () => {
  const name = "latitude:draft:" + (await own());
  const kept = JSON.parse(localStorage.getItem(name) ?? "null");
  if (kept && !given().length) putBack(kept);
  const keep = () => localStorage.setItem(name, JSON.stringify(given()));
  if (given().length) keep();
  form.addEventListener("input", keep);
  notice.hidden = false;
  notice.querySelector("button").addEventListener("click", () => {
    form.reset();
    putBack([]);
    localStorage.removeItem(name);
  });
};

// For sent.js, which has no form to see whose answers went.
const note = async () => {
  const mine = await own();
  form.addEventListener("submit", () => sessionStorage.setItem("latitude:sending", mine));
};

const serve = async () => {
  const script = document.querySelector("[data-worker]");
  const registration = await navigator.serviceWorker.register(script.dataset.worker, { scope: "/a/" });
  const ready = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  ready.active.postMessage({
    what: "prepare",
    copy,
    code: form.elements.code.value,
    pages: script.dataset.pages.split(" "),
    parts: [...parts.map((part) => part.href || part.src), ...script.dataset.parts.split(" ")],
  });
  return registration;
};

if (globalThis.crypto?.subtle && globalThis.localStorage) {
  if (notice) keepHere();
  note();
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data.what === "ready") document.documentElement.dataset.ready = "";
  });
  navigator.serviceWorker && serve().catch(() => {}); // without one the page works as long as there is signal
}
