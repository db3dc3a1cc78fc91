// Copy, download and print the code; warn before leaving until it is said to be saved. The code stays in this page:
// it is in no URL, no storage and no request. Without this script the code can be selected and written down.

const sheet = document.querySelector("[data-recovery-code]");
const code = sheet.querySelector("[data-code]").textContent.trim();
const copy = sheet.querySelector("[data-copy]");
let isSaved = false;
const text = (name) => sheet.querySelector(name).textContent.replace(/\s+/g, " ").trim();

function select() {
  getSelection().selectAllChildren(sheet.querySelector("[data-code]"));
}

const label = copy.querySelector("[data-label]");
const idle = label.textContent;

function say(words) {
  label.textContent = words;
  sheet.querySelector("[data-said]").textContent = words;
  setTimeout(() => { label.textContent = idle; }, 2500);
}

copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(code);
    say(copy.dataset.done);
  } catch {
    select(); // no clipboard on this browser or page: it is one key press away
    say(copy.dataset.selected);
  }
});

sheet.querySelector("[data-download]").addEventListener("click", (event) => {
  const lines = [text("[data-code-heading]"), "", code, "", text("[data-code-footing]"), ""];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/plain" }));
  link.download = event.currentTarget.dataset.download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

sheet.querySelector("[data-print]").addEventListener("click", () => print());

sheet.querySelector("[data-saves]").addEventListener("submit", () => { isSaved = true; });
addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
