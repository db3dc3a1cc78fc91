// Small kindnesses for every page of these apps, and for nothing of the site around them; pages work without.

function ours(selector) {
  return [...document.querySelectorAll(selector)].filter((found) => found.closest(".account-security"));
}

// Exact times in the reader's own time zone, on hover and for assistive technology.
const exact = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
function tellTimes() {
  for (const time of ours("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.title = exact.format(at);
  }
}
tellTimes();
// Part of the page came later.
document.addEventListener("filled", tellTimes);

// The account menu closes like a menu.
for (const menu of ours("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A second press of a button must not send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[method=post]") || !form.closest(".account-security")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of ours("form[data-sent]")) delete form.dataset.sent;
});

// The session ends soon: say so in time, where the page has been open for long.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
for (const box of ours("[data-session-ends]")) {
  const wait = (Number(box.dataset.sessionEnds) - Number(box.dataset.warn)) * 1000;
  if (box.hidden && wait <= LONGEST_TIMER_MS) setTimeout(() => { box.hidden = false; }, Math.max(0, wait));
}
