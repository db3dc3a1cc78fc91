// Asks how an enrollment stands, less and less often, and goes on when it has moved. Without this script the page's
// button does the same. Asking costs none of the few steps a minute that the sign-in service grants a person.

const place = document.querySelector("[data-waits]");
const text = place.querySelector("[data-text]");
const FIRST = 3000;
const SLOWEST = 15000;
const SLOWER = 1.3;
const LONG = 60000;

let pause = FIRST;
let timer = 0;
let isOver = false;
const started = performance.now();

function say(words) {
  if (words && text.textContent !== words) text.textContent = words;
}

function goOn(state) {
  isOver = true;
  if (state === "confirmed" && place.matches("form")) {
    say(text.dataset.found);
    place.requestSubmit();
  } else {
    location.reload();
  }
}

async function look() {
  clearTimeout(timer);
  if (isOver) return;
  try {
    const response = await fetch(place.dataset.waits, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (response.redirected) {
      goOn("signed-out");
      return;
    }
    const { state, waits } = await response.json();
    if (!waits) {
      goOn(state);
      return;
    }
    if (performance.now() - started > LONG) say(text.dataset.slow);
  } catch {
    if (!navigator.onLine) say(text.dataset.offline);
  }
  timer = setTimeout(look, pause);
  pause = Math.min(pause * SLOWER, SLOWEST);
}

// Whoever comes back from the phone to this page wants to see it now.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  pause = FIRST;
  look();
});
addEventListener("online", look);
addEventListener("pagehide", () => { isOver = true; });
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  isOver = false;
  look();
});
timer = setTimeout(look, pause);
