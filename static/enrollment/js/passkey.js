// The ceremony of a new passkey: asks the browser, puts its answer into the form, sends it. What can go wrong is told
// in the page's own words; the sign-in service's question stays good, so trying again costs nothing.

const form = document.querySelector("[data-ceremony]");
const button = form.querySelector("[data-create]");
const problem = form.querySelector("[data-problem]");
const asking = form.querySelector("[data-asking]");
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("passkey-words");
// What the sign-in service did not look at comes back with the page, and is sent again as it is: to ask the device once
// more would leave a second passkey on it.
let answer = "kept" in form.dataset ? JSON.parse(form.elements.credential.value) : null;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function question() {
  const options = read("passkey-options");
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((known) => ({ ...known, id: toBytes(known.id) })),
  };
}

const told = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  response: {
    clientDataJSON: toText(credential.response.clientDataJSON),
    attestationObject: toText(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  },
});

function fail(name) {
  asking.hidden = true;
  button.disabled = false;
  problem.hidden = false;
  problem.querySelector("[data-text]").textContent = words[name] ?? words.other;
  button.focus();
}

function wait(name) {
  problem.hidden = true;
  asking.hidden = false;
  button.disabled = true;
  asking.querySelector("[data-text]").textContent = words[name];
}

function obstacle() {
  if (!isSecureContext) return "insecure";
  if (!globalThis.PublicKeyCredential || !navigator.credentials?.create) return "absent";
  return "";
}

async function create() {
  if (!answer) {
    if (!navigator.onLine) return fail("offline");
    wait("asking");
    try {
      answer = told(await navigator.credentials.create({ publicKey: question() }));
    } catch (error) {
      return fail(error?.name ?? "other");
    }
  }
  // The passkey exists on the device from here on: it must not get lost on its way to the site.
  if (!navigator.onLine) return fail("offline-after");
  wait("sending");
  form.elements.credential.value = JSON.stringify(answer);
  form.requestSubmit();
  return undefined;
}

button.addEventListener("click", create);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
const hindrance = obstacle();
if (hindrance) fail(hindrance);
// Not before there is somebody to hear it being pressed.
button.disabled = Boolean(hindrance);
