// Runs the WebAuthn ceremony that a form describes, puts the answer into the form, and submits it.
"use strict";

(() => {
  const decode = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const decodeIds = (list) => (list || []).map((item) => ({ ...item, id: decode(item.id) }));

  const creation = (options) => ({
    ...options,
    challenge: decode(options.challenge),
    user: { ...options.user, id: decode(options.user.id) },
    excludeCredentials: decodeIds(options.excludeCredentials),
  });

  const request = (options) => ({
    ...options,
    challenge: decode(options.challenge),
    allowCredentials: decodeIds(options.allowCredentials),
  });

  const RESPONSE_PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const plain = (credential) => {
    const response = {};
    for (const part of RESPONSE_PARTS) {
      if (credential.response[part]) response[part] = encode(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id,
      rawId: encode(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const WORDS = {
    NotAllowedError: "Nothing was confirmed: it was cancelled, it took too long, or no fitting key was found.",
    InvalidStateError: "This key is set up on your account already.",
    NotSupportedError: "This browser or key cannot do what is needed.",
    SecurityError: "Keys work only where this page is opened at http://localhost.",
    AbortError: "The browser stopped asking.",
  };

  const ceremony = async (form) => {
    const options = JSON.parse(form.dataset.ceremony);
    if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
    return form.dataset.kind === "create"
      ? navigator.credentials.create({ publicKey: creation(options) })
      : navigator.credentials.get({ publicKey: request(options) });
  };

  const run = async (form) => {
    const status = form.querySelector("[data-status]");
    if (status) status.hidden = false;
    try {
      form.elements.credential.value = JSON.stringify(plain(await ceremony(form)));
    } catch (error) {
      form.elements.problem.value = WORDS[error.name] || `The browser reported: ${error.name}.`;
    }
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-ceremony]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const button of form.querySelectorAll("button")) button.disabled = true;
      run(form);
    });
  }
})();
