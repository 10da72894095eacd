// The answer is sent, or sealed: of this survey nothing stays on this device. What keep.js noted says which it was;
// another survey that waits here for its answers is left as it is.
const sent = sessionStorage.getItem("latitude:sending");
const isOf = (kept) => JSON.parse(kept ?? "null")?.token === sent;

if (sent) {
  for (const name of [`latitude:${sent}`, `latitude:draft:${sent}`]) localStorage.removeItem(name);
  for (const name of Object.keys(localStorage))
    if (name.startsWith("latitude:") && isOf(localStorage.getItem(name))) localStorage.removeItem(name);
  sessionStorage.removeItem("latitude:sending");
  navigator.serviceWorker
    ?.getRegistration("/a/")
    .then((found) => found?.active?.postMessage({ what: "done", of: sent }));
}
