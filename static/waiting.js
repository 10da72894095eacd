// The page that waits for signal (the answers lie sealed with the worker now): it asks the worker to send, and says what became of the answers.
const ballot = document.querySelector("[name=ballot]").value;
const ask = () => navigator.serviceWorker.ready.then((registration) => registration.active.postMessage({ what: "send" }));
navigator.serviceWorker.addEventListener("message", ({ data }) => {
  if (data.ballot !== ballot) return;
  if (data.what === "sent") location.replace(document.body.querySelector("[data-thanks]").dataset.thanks);
  if (data.what === "refused") {
    document.getElementById("waiting").hidden = true;
    document.getElementById("refused").hidden = false;
  }
});
addEventListener("online", ask);
document.getElementById("try").addEventListener("click", ask);
setInterval(ask, 15_000);
ask();
