// Counts down what the page says in words, then says that it is over. Without this script the words are true as of
// the moment the page was loaded, and the server decides anyway.

// In the words of the page itself (`wait_of` in enrollment/wording.py), so that nothing moves as it counts.
const SECONDS_IN_WORDS = 90;
// Long enough to start over in peace (WCAG 2.2, 2.2.1, asks for twenty seconds).
const WARNED_SECONDS = 120;
const words = (unit) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" });
const inSeconds = words("second");
const inMinutes = words("minute");
const left = (seconds) =>
  seconds <= SECONDS_IN_WORDS ? inSeconds.format(seconds) : inMinutes.format(Math.ceil(seconds / 60));

function hold(place, isHeld) {
  for (const button of place.closest("form")?.querySelectorAll("[data-held]") ?? []) button.disabled = isHeld;
}

// Said aloud, once: whoever does not see the figures would be surprised by the end.
function warn(place) {
  const warning = place.parentElement.querySelector("[data-warning]");
  if (warning && !warning.textContent.trim()) warning.textContent = warning.dataset.warning;
}

function ended(place) {
  if ("reload" in place.dataset) {
    location.reload();
    return;
  }
  hold(place, false);
  place.setAttribute("role", "status");
  (place.querySelector("[data-text]") ?? place).textContent = place.dataset.done;
}

for (const place of document.querySelectorAll("[data-countdown]")) {
  const shown = place.querySelector("[data-seconds]");
  const end = performance.now() + 1000 * Number(shown.dataset.seconds);
  hold(place, true);
  const tick = () => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= 0) {
      clearInterval(timer);
      ended(place);
    } else {
      shown.textContent = left(seconds);
      if ("reload" in place.dataset && seconds < WARNED_SECONDS) warn(place);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// For browsers that cannot tell their style sheets that scripts run.
for (const note of document.querySelectorAll(".without-script")) note.hidden = true;

// Whoever sent a form that has to be corrected goes on where the fault is.
document.querySelector("[aria-invalid=true]")?.focus();
