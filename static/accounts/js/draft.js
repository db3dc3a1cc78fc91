// Puts back what somebody typed before a step-up interrupted them. Nothing is sent: they look it over and send it.

const draft = JSON.parse(document.getElementById("draft").textContent);

const asPath = (address) => new URL(address, location.href).pathname;
const form = [...document.querySelectorAll("form[method=post i]")].find(
  (candidate) => asPath(candidate.getAttribute("action") || location.href) === asPath(draft.action),
);

function refill(control, values) {
  if (control.type === "file" || control.type === "hidden" || control.type === "submit") return;
  if (control.type === "checkbox" || control.type === "radio") {
    control.checked = values.includes(control.value);
  } else if (control.multiple && control.options) {
    for (const option of control.options) option.selected = values.includes(option.value);
  } else {
    control.value = values.shift() ?? "";
  }
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

if (form) {
  for (const [name, values] of Object.entries(draft.fields)) {
    const left = [...values];
    for (const control of form.elements) if (control.name === name) refill(control, left);
  }
  // A box that was unticked is not among what was sent.
  for (const control of form.elements) {
    if (control.type === "checkbox" && !(control.name in draft.fields)) control.checked = false;
  }
}
