// Copies a key that is too long to type. Without a clipboard it is selected, one key press away.

for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.querySelector("[data-label]");
  const idle = label.textContent;
  const say = (words) => {
    label.textContent = words;
    button.parentElement.querySelector("[data-said]").textContent = words;
    setTimeout(() => { label.textContent = idle; }, 2500);
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      say(button.dataset.done);
    } catch {
      getSelection().selectAllChildren(source);
      say(button.dataset.selected);
    }
  });
}
