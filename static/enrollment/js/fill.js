// Loads what could not be loaded yet when its turn has come, and puts it in its place. The server says when and how
// often: a page that names no further time is the last. Without this script the page refreshes itself.

// Not all that wait are to come back in the same moment.
const SPREAD = 1000;
// Of a line that is down.
const MOST_FAILURES = 5;

const status = document.querySelector("[data-filled]");
const due = () => document.querySelector("[data-fill]");
let failures = 0;

// What is the same in both: by its address, or its words.
function twin(element, part) {
  const href = element.getAttribute("href");
  return [...part.querySelectorAll(element.localName)].find((other) =>
    href ? other.getAttribute("href") === href : other.textContent.trim() === element.textContent.trim());
}

function replace(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  for (const summary of part.querySelectorAll("details[open] > summary")) {
    twin(summary, fresh)?.parentElement.setAttribute("open", "");
  }
  part.replaceChildren(...fresh.childNodes);
  if (!focused) return;
  const next = twin(focused, part);
  if (next) next.focus();
  else lost = true;
}

let lost = false;

function show(page) {
  lost = false;
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) replace(part, fresh);
  }
  document.dispatchEvent(new Event("filled"));
  // What had the focus is gone: go on at what has come.
  if (lost) document.getElementById("factors").focus();
  if (due()) wait();
  else status.textContent = status.dataset.filled;
}

async function fill() {
  try {
    const response = await fetch(due().dataset.fill, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (response.redirected) {
      location.reload();
      return;
    }
    if (!response.ok) throw new Error(response.statusText);
    show(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    failures += 1;
    if (failures < MOST_FAILURES) wait();
  }
}

// Nobody looks at a hidden tab: it asks when it is seen.
function whenSeen() {
  if (!document.hidden) {
    fill();
    return;
  }
  document.addEventListener("visibilitychange", whenSeen, { once: true });
}

function wait() {
  setTimeout(whenSeen, 1000 * Number(due().dataset.after) + SPREAD * Math.random());
}

wait();
