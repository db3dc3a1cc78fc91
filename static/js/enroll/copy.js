// Copies a key that is too long to type. Without a clipboard it is selected, one key press away.

for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.querySelector("[data-label]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    const before = label.textContent;
    label.textContent = button.dataset.done;
    button.parentElement.querySelector("[data-said]").textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
}
