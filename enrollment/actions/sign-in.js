/**
 * Sign-in: whoever has a second factor is asked for it, at every sign-in.
 *
 * Bind it to Login / Post Login. It needs none of the others.
 */

// May people have their browser remembered? Auth0 keeps that for 30 days, or for 7 without use.
const REMEMBER_BROWSERS = true;
// Whoever has one of these roles is asked every time.
const STAFF_ROLES = ["admin", "support"];

const STEP_UP = [
  "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
  "http://schemas.openid.net/pape/policies/2007/06/phishing-resistant",
];
// A verified address, this device's unlock and recovery codes work only beside one of these.
const STAND_ALONE = ["otp", "push-notification", "phone", "webauthn-roaming"];

exports.onExecutePostLogin = async (event, api) => {
  // A refresh has no page on which to ask for anything.
  if (event.transaction?.protocol === "oauth2-refresh-token") return;

  // Without a factor to show, people would be made to enroll one.
  const factors = event.user.enrolledFactors ?? [];
  if (!factors.some((factor) => STAND_ALONE.includes(factor.type))) return;
  if (isProved(event.authentication?.methods ?? [])) return;

  // A browser that is remembered proves nothing when a site asks for proof.
  const isStepUp = STEP_UP.some((value) => event.transaction?.acr_values?.includes(value));
  const isStaff = STAFF_ROLES.some((role) => event.authorization?.roles?.includes(role));
  api.multifactor.enable("any", { allowRememberBrowser: REMEMBER_BROWSERS && !isStepUp && !isStaff });
};

/**
 * Whether this sign-in has more than a password behind it. Methods gather over a whole session, so only their
 * times tell: a passkey must be the last first factor, and a second factor must have come after the last one.
 */
function isProved(methods) {
  const at = (method) => Date.parse(method.timestamp);
  const first = methods.filter((method) => method.name !== "mfa").sort((a, b) => at(a) - at(b));
  const last = first[first.length - 1];
  if (!last) return false;
  return last.name === "passkey" || methods.some((method) => method.name === "mfa" && at(method) >= at(last));
}
