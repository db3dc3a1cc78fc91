/**
 * Risk: what to do when a sign-in looks unlike the person's others.
 *
 * Bind it to Login / Post Login, first. It needs Adaptive MFA and "Customize MFA Factors using Actions", and
 * does nothing on a plan that assesses no risk.
 */

// What is done for each code of each assessor; what is not named here is let through.
//   "ask"     a second factor, or a code by email from whoever has none
//   "deny"    the sign-in ends
//   "notify"  the ID token says so, under RISK_CLAIM
const ANSWERS = {
  NewDevice: { no_match: "ask", unknown_device: "notify", partial_match: "notify" },
  ImpossibleTravel: { impossible_travel_from_last_login: "ask", anonymous_proxy: "notify" },
  UntrustedIP: { found_on_deny_list: "deny" },
};
const RISK_CLAIM = "https://mfaproject.example/risk";
const DENIED = "This sign-in was blocked, because it looks unsafe. Try again from another network.";
const STAND_ALONE = ["otp", "push-notification", "phone", "webauthn-roaming"];

exports.onExecutePostLogin = async (event, api) => {
  // A refresh has no page on which to ask for anything.
  if (event.transaction?.protocol === "oauth2-refresh-token") return;

  const assessments = event.authentication?.riskAssessment?.assessments ?? {};
  const found = Object.keys(ANSWERS).filter((name) => ANSWERS[name][assessments[name]?.code]);
  if (found.length === 0) return;

  const answers = found.map((name) => ANSWERS[name][assessments[name].code]);
  if (answers.includes("deny")) {
    api.access.deny(DENIED);
    return;
  }
  api.idToken.setCustomClaim(RISK_CLAIM, found);
  if (answers.includes("ask")) ask(event, api);
};

/** A remembered browser does not get round this: `challengeWithAny` knows none. */
function ask(event, api) {
  const types = (event.user.enrolledFactors ?? []).map((factor) => factor.type);
  const strong = STAND_ALONE.filter((type) => types.includes(type));
  const usable = strong.length > 0 ? strong : types.filter((type) => type === "email");
  if (usable.length > 0) api.authentication.challengeWithAny(usable.map((type) => ({ type })));
}
