// A link carries its code behind the #, which no browser sends to a server. Here it is taken out of the address, so that
// neither the bar nor the history shows it, and posted.
const form = document.querySelector(".code-entry");

const take = () => {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.code.value = code;
  form.submit();
};

addEventListener("hashchange", take); // the link was opened where this page was open already
take();
