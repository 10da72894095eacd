/* The report with script: find groups in the heat map, go down its tree, and open every question at once. Nothing here is needed to read
   it, and nothing is fetched: what is filtered is what the page shows already. Words come from data attributes. */

const where = document.querySelector("#where .heat");
const words = document.querySelector("[data-report-words]")?.dataset;

const MANY = 8; // rows that are seen at once

/* Each group with groups in it becomes a button that shows them. Where there are many, only the first level is open.
   Returns what folds the tree again, or unfolds it while something is looked for. */
function foldTree(table) {
  const rows = [...table.tBodies[0].rows];
  const depths = rows.map((row) => Number(row.cells[0].className.replace("depth-", "")));
  const parents = rows.filter((_row, place) => depths[place + 1] > depths[place]);
  const open = new Set(rows.length > MANY ? [] : parents);

  function apply(looking = false) {
    const above = [];
    rows.forEach((row, place) => {
      above.length = depths[place];
      row.classList.toggle("folded", !looking && above.some((one) => one && !open.has(one)));
      above[depths[place]] = row;
    });
    for (const row of parents) row.querySelector("button").ariaExpanded = String(looking || open.has(row));
  }

  for (const row of parents) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold";
    button.append(...row.cells[0].childNodes);
    button.addEventListener("click", () => {
      if (!open.delete(row)) open.add(row);
      apply();
    });
    row.cells[0].append(button);
  }
  apply();
  return apply;
}

function filterGroups(table, fold) {
  const rows = [...table.tBodies[0].rows];
  const box = document.createElement("div");
  box.className = "filters unprinted";
  box.innerHTML = '<div class="wide"><label for="find-group"></label><input type="search" id="find-group" autocomplete="off"></div><label class="tick" for="only-clear"><input type="checkbox" id="only-clear"><span></span></label><p class="small quiet" role="status"></p>';
  const [find, clear] = box.querySelectorAll("input");
  box.querySelector("label").textContent = words.find;
  box.querySelector(".tick span").textContent = words.clear;
  const said = box.querySelector("p");

  function apply() {
    const wanted = find.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const row of rows) {
      const named = row.cells[0].textContent.toLocaleLowerCase().includes(wanted);
      const coloured = !clear.checked || row.querySelector("[class^='warm-'], [class^='cool-']") !== null;
      row.hidden = !(named && coloured);
      shown += row.hidden ? 0 : 1;
    }
    fold(wanted !== "" || clear.checked);
    said.textContent = wanted || clear.checked ? `${words.shown} ${shown}` : "";
  }

  find.addEventListener("input", apply);
  clear.addEventListener("change", apply);
  table.closest(".scroller").before(box);
}

function openAll(list) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain unprinted";
  button.textContent = words.open;
  button.addEventListener("click", () => {
    const closed = list.querySelectorAll("details:not([open])");
    for (const one of closed.length ? closed : list.querySelectorAll("details[open]")) one.open = closed.length > 0;
    button.textContent = closed.length ? words.close : words.open;
  });
  list.before(button);
}

/* A link to a question opens it. */
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

if (words) {
  if (where) {
    const fold = foldTree(where);
    if (where.tBodies[0].rows.length > MANY) filterGroups(where, fold);
  }
  document.querySelectorAll(".report section > .lines:has(details)").forEach(openAll);
}
addEventListener("hashchange", openTarget);
openTarget();
