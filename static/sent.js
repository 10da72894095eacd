// The answer is sent: nothing of it stays on this device.
for (const name of Object.keys(localStorage)) if (name.startsWith("latitude:")) localStorage.removeItem(name);
navigator.serviceWorker?.getRegistration("/a/").then((found) => found?.active?.postMessage({ what: "done" }));
