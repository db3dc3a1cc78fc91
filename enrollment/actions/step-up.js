/**
 * Step-up: a site that asks for a second factor, in `acr_values`, gets a fresh one.
 *
 * Bind it to Login / Post Login. It needs none of the others; without it Auth0 ignores what the site asks for.
 */

const MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";
const PHISHING_RESISTANT = "http://schemas.openid.net/pape/policies/2007/06/phishing-resistant";
// A verified address, this device's unlock and recovery codes work only beside one of these.
const STAND_ALONE = ["otp", "push-notification", "phone", "webauthn-roaming"];
const KEYS = ["webauthn-roaming", "webauthn-platform"];
// A passkey shown for this very sign-in; an older one is what the session began with.
const FRESH_SECONDS = 300;

exports.onExecutePostLogin = async (event, api) => {
  // A refresh has no page on which to ask for anything.
  if (event.transaction?.protocol === "oauth2-refresh-token") return;

  const asked = event.transaction?.acr_values ?? [];
  const types = (event.user.enrolledFactors ?? []).map((factor) => factor.type);

  if (asked.includes(PHISHING_RESISTANT)) {
    // Where both are asked for, the site takes no passkey for a second factor.
    const isShown = hasFreshPasskey(event.authentication?.methods ?? []);
    if (isShown && !asked.includes(MULTI_FACTOR)) return;
    const keys = KEYS.filter((type) => types.includes(type));
    // Needs "Customize MFA Factors using Actions". Whoever has no key goes back as they came: the site refuses.
    if (keys.length > 0) api.authentication.challengeWithAny(keys.map((type) => ({ type })));
    if (keys.length > 0) return;
  }
  // Somebody with a stolen password must not pass a step-up by enrolling a factor of their own.
  if (asked.includes(MULTI_FACTOR) && STAND_ALONE.some((type) => types.includes(type))) {
    api.multifactor.enable("any", { allowRememberBrowser: false });
  }
};

function hasFreshPasskey(methods) {
  const oldest = Date.now() - FRESH_SECONDS * 1000;
  return methods.some((method) => method.name === "passkey" && Date.parse(method.timestamp) >= oldest);
}
