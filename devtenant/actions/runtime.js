// What an Action finds around itself: `exports`, `module`, `console`, and an `api` that writes down what it is
// told. Only JSON goes in and out, so nothing of the tenant's can be reached from here.
var exports = {};
var module = { exports };
var __answer = null;

var require = (name) => {
  throw new Error(`Cannot find module '${name}': the local tenant has no packages`);
};

var console = (() => {
  const write = (level) => (...values) => {
    const text = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" ");
    __lines.push({ level, text: text.slice(0, 1000) });
  };
  return { log: write("log"), info: write("info"), warn: write("warn"), error: write("error"), debug: write("debug") };
})();
var __lines = [];

// The tenant's clock, which tests move.
function __setClock(ahead) {
  const Real = Date;
  Date = class extends Real {
    constructor(...values) {
      super(...(values.length > 0 ? values : [Real.now() + ahead]));
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}

function __api(commands) {
  const FACTORS = [
    "otp", "email", "push-notification", "phone", "webauthn-platform", "webauthn-roaming", "recovery-code",
  ];
  const PROVIDERS = ["any", "guardian", "google-authenticator", "duo", "none"];

  const checked = (factors, allowed) => {
    for (const factor of factors) {
      if (!allowed.includes(factor?.type)) throw new Error(`Unknown factor: ${factor?.type}`);
    }
    return factors.map((factor) => ({ type: factor.type, options: factor.options ?? {} }));
  };
  const asking = (kind, allowed) => (factors) => {
    commands.push({ kind, factors: checked(factors, allowed) });
  };
  const challenge = asking("challenge", FACTORS);
  const enroll = asking("enroll", FACTORS.filter((type) => type !== "email"));
  const claims = (kind) => (name, value) => {
    if (typeof name !== "string") throw new TypeError("The name of a claim must be a string");
    commands.push({ kind, name, value: value === undefined ? null : value });
  };

  const api = {
    access: { deny: (reason) => commands.push({ kind: "deny", reason: String(reason ?? "") }) },
    authentication: {
      challengeWith: (factor, options) => challenge([factor, ...(options?.additionalFactors ?? [])]),
      challengeWithAny: (factors) => challenge(factors),
      enrollWith: (factor, options) => enroll([factor, ...(options?.additionalFactors ?? [])]),
      enrollWithAny: (factors) => enroll(factors),
    },
    multifactor: {
      enable: (provider, options) => {
        if (!PROVIDERS.includes(provider)) throw new Error(`Unknown provider: ${provider}`);
        commands.push({ kind: "enable", provider, remember: options?.allowRememberBrowser === true });
      },
    },
    idToken: { setCustomClaim: claims("id-claim") },
    accessToken: {
      setCustomClaim: claims("access-claim"),
      addScope: (scope) => commands.push({ kind: "add-scope", scope: String(scope) }),
      removeScope: (scope) => commands.push({ kind: "remove-scope", scope: String(scope) }),
    },
  };
  // Auth0's calls can be chained.
  for (const part of Object.values(api)) {
    for (const [name, call] of Object.entries(part)) {
      part[name] = (...values) => {
        call(...values);
        return api;
      };
    }
  }
  return api;
}

function __run(event) {
  const commands = [];
  const handler = (module.exports ?? exports).onExecutePostLogin ?? exports.onExecutePostLogin;
  const end = (error) => {
    __answer = JSON.stringify({ commands, lines: __lines, error });
  };
  // The engine's own failure to find memory comes as null.
  const failed = (error) => end(String(error?.message ?? error ?? "The Action ran out of memory"));
  if (typeof handler !== "function") return failed("The Action exports no onExecutePostLogin");
  Promise.resolve()
    .then(() => handler(JSON.parse(event), __api(commands)))
    .then(() => end(null), failed);
}
