/**
 * First enrollment: before somebody without a second factor may add one, they read a code in their mailbox.
 *
 * Bind it to Login / Post Login where people sign in with Google and the like: for them, a fresh sign-in is no
 * more than a round trip. It needs "Customize MFA Factors using Actions" and the email factor.
 */

const TO_ADD = "create:me:authentication_methods";
const STAND_ALONE = ["otp", "push-notification", "phone", "webauthn-roaming"];

exports.onExecutePostLogin = async (event, api) => {
  // A refresh has no page on which to ask for anything.
  if (event.transaction?.protocol === "oauth2-refresh-token") return;
  if (!event.transaction?.requested_scopes?.includes(TO_ADD)) return;

  const types = (event.user.enrolledFactors ?? []).map((factor) => factor.type);
  // The site's own step-up asks these for the factor they have.
  if (STAND_ALONE.some((type) => types.includes(type))) return;

  if (types.includes("email")) api.authentication.challengeWith({ type: "email" });
  else api.accessToken.removeScope(TO_ADD);
};
