/**
 * Claims: the person's roles, and what this session has proved with which method at what time.
 *
 * Bind it to Login / Post Login, last: it tells of the factors that the Actions before it have asked for by
 * challengeWith. What api.multifactor.enable asks for comes after all Actions, and is told the next time.
 */

// The same as AUTH0_ROLES_CLAIM of the site; empty for no roles.
const ROLES_CLAIM = "https://mfaproject.example/roles";
// The same as AUTH0_METHODS_CLAIM of the site; empty for none.
const METHODS_CLAIM = "https://mfaproject.example/methods";

exports.onExecutePostLogin = async (event, api) => {
  if (ROLES_CLAIM) tell(api, ROLES_CLAIM, event.authorization?.roles ?? []);

  // A refresh proves nothing, so it must not look like it.
  if (!METHODS_CLAIM || event.transaction?.protocol === "oauth2-refresh-token") return;
  const methods = event.authentication?.methods ?? [];
  tell(
    api,
    METHODS_CLAIM,
    methods.map(({ name, timestamp, type }) => (type ? { name, timestamp, type } : { name, timestamp })),
  );
};

function tell(api, name, value) {
  api.idToken.setCustomClaim(name, value);
  api.accessToken.setCustomClaim(name, value);
}
