// Where script runs, the pass becomes a token that leads to nobody: see blind.js. Where anything fails, the form goes
// on with the plain pass, and the page says "confidential" as before.
import { blind, finalize, prepare, readKey, toToken } from "./blind.js";

const form = document.getElementById("begin");
const code = form.elements.code;
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const fromText = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

// Kept until the answer is sent, so that a lost reply or a closed page asks for the same signature again.
const digest = async (text) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
const place = async () => "latitude:" + (await digest(code.value));
const read = (name) => {
  const kept = JSON.parse(localStorage.getItem(name));
  return kept && { prepared: unhex(kept.prepared), blinded: unhex(kept.blinded), inverse: BigInt(kept.inverse) };
};
const keep = (name, { prepared, blinded, inverse }, token) =>
  localStorage.setItem(
    name,
    JSON.stringify({ prepared: hex(prepared), blinded: hex(blinded), inverse: inverse.toString(), token }),
  );

const token = async () => {
  const key = await readKey(form.dataset.key);
  const name = await place();
  let start = read(name);
  if (!start) keep(name, (start = await blind(key, prepare())));
  const reply = await fetch(form.dataset.sign, {
    method: "POST",
    body: new URLSearchParams({ code: code.value, blinded: toText(start.blinded) }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!reply.ok) throw new Error("not signed");
  const signature = await finalize(key, start, fromText((await reply.json()).signature));
  const made = toToken(key, start.prepared, signature);
  keep(name, start, await digest(made)); // so that it goes with this token's answers, and with no others
  return made;
};

const begin = async (event) => {
  if (event.submitter?.name === "language") return; // another language is not the start yet
  event.preventDefault();
  form.querySelector("button").disabled = true;
  try {
    code.value = await token();
    history.replaceState(null, "", form.action);
  } catch {
    // the plain pass goes on; a pass that was signed for another browser gets its kind page there
  }
  form.submit();
};

if (globalThis.crypto?.subtle && globalThis.localStorage) {
  document.getElementById("anonymous").hidden = false;
  document.getElementById("confidential").hidden = true;
  form.addEventListener("submit", begin);
}
