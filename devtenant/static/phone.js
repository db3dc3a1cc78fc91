// Keeps the phone's page fresh, and leaves it alone while a button of it has the focus.
"use strict";

(() => {
  const contents = document.getElementById("contents");
  let shown = contents.innerHTML.trim();

  const refresh = async () => {
    if (document.hidden || contents.contains(document.activeElement)) return;
    const answer = await fetch(contents.dataset.source).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = (await answer.text()).trim();
    if (fresh === shown) return;
    shown = fresh;
    contents.innerHTML = fresh;
  };

  setInterval(refresh, 1000);
  document.addEventListener("visibilitychange", refresh);
})();
