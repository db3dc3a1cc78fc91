"""What the site says of an account, beside what a new browser meets that signs in at the local tenant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.identity import subject_of
from enrollment.account.methods import Factor
from enrollment.account.way_in import after_adding
from enrollment.actions.files import BY_KEY
from enrollment.flows.methods import removal_plan
from enrollment.gateways import factor_cache, sign_in, tenant_policy
from enrollment.gateways.sign_in import sign_in_of
from mfaproject.users.models import User
from tests.enrollment.reading import SECURITY, text_of
from tests.enrollment.test_shipped_actions import by_passkey, with_passkey
from tests.support.actions import install_actions
from tests.support.application import Application
from tests.support.crowd import visitor_of
from tests.support.second_factor import SecondFactor
from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import Page, TenantBrowser
from tests.support.users import make_user

# What a new browser meets after the first factor.
ASKED, ENROLLS, LET_IN = "asked", "enrolls", "let in"
# What is said, and what then has to be met.
CLAIMS = {
    r"Sign-in asks for a second factor[ ,.]": ASKED,
    r"From now on, sign-in asks for a second factor": ASKED,
    r"and after that": ASKED,
    r"next sign-in asks to set": ENROLLS,
    r"then asks to set up a second factor": ENROLLS,
    r"alone opens this account": LET_IN,
    r"whoever knows it gets in": LET_IN,
    r"Nothing but the usual sign-in": LET_IN,
    r"nothing more": LET_IN,
    r"Sign-in does not ask for": LET_IN,
    r"afterwards the password is enough": LET_IN,
}
THEIRS = "exports.onExecutePostLogin = async () => {};"
POLICIES = {"never": [], "always": ["all-applications"], "adaptive": ["confidence-score"]}
FLOWS = {
    "no Action": (),
    "step-up": ("step-up", "claims"),
    "recommended": ("sign-in", "step-up", "claims"),
    "recommended, in another order": ("claims", "step-up", "sign-in"),
    "risk": ("risk", "step-up"),
    "all": tuple(BY_KEY),
    "unknown first": ("theirs", "sign-in", "step-up"),
    "unknown last": ("sign-in", "step-up", "theirs"),
}
MIXES: tuple[tuple[str, ...], ...] = (
    (),
    ("totp",),
    ("phone",),
    ("email",),
    ("webauthn-platform",),
    ("recovery-code",),
    ("push", "webauthn-platform"),
    ("totp", "phone", "recovery-code"),
    ("webauthn-roaming", "phone"),
    ("webauthn-platform", "email", "recovery-code"),
)
SWITCHES = dict.fromkeys(("sms", "otp", "recovery-code", "email", "push-notification"), True)
PASSWORD, SOCIAL = "auth0", "google-oauth2"
# A few with what the tenant does not offer any more, and people without a password.
OTHERS: tuple[tuple[str, tuple[str, ...], dict[str, bool]], ...] = (
    (PASSWORD, ("phone",), {"sms": False}),
    (PASSWORD, ("totp", "phone"), {"otp": False}),
    (PASSWORD, ("webauthn-platform", "totp"), {"otp": False}),
    (PASSWORD, ("totp", "recovery-code"), {"recovery-code": False}),
    (SOCIAL, (), {}),
    (SOCIAL, ("totp",), {}),
    (SOCIAL, ("webauthn-platform", "email"), {}),
)


@dataclass
class World:
    """A tenant with a policy and a flow, and one person whose factors change."""

    tenant: Tenant
    seen: set[str] = field(default_factory=set)

    def person(self, connection: str, mix: Sequence[str]) -> User:
        factors = [_factor(kind, number) for number, kind in enumerate(mix)]
        of = {} if connection == PASSWORD else {"connection": connection}
        account = self.tenant.add_user(email=f"{connection}@example.test", factors=factors, **of)
        user = make_user(account.sub, email=account.email)
        self.forget(user)
        return user

    def without(self, user: User, factor: Factor) -> Account:
        left = [m for m in self.methods(user) if m["id"] not in factor.method_ids]
        return self.tenant.add_user(sub=subject_of(user), email=user.email, factors=left)

    def methods(self, user: User) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tenant.user(Account(user.email, None, subject_of(user)))["methods"]
        return found

    def forget(self, user: User) -> None:
        tenant_policy.invalidate()
        sign_in.invalidate()
        factor_cache.invalidate(subject_of(user))

    def meets(self, user: User) -> str:
        """Sign in from a new browser, by the password where there is one."""
        application, browser = Application(self.tenant), TenantBrowser(self.tenant.base_url)
        page = browser.open(application.authorize_url(acr_values=None))
        assert isinstance(page, Page)
        if subject_of(user).startswith(PASSWORD):
            found = browser.submit(page.form("password"), email=user.email, password="demo-Passw0rd!")
        else:
            state = parse_qs(urlsplit(page.url).query)["state"][0]
            choice = browser.open(f"/u/google?state={state}")
            assert isinstance(choice, Page)
            form = next(form for form in choice.forms if form.button(subject_of(user)))
            found = browser.submit(form, subject_of(user))
        return _met(found)

    def check(self, said: str, met: str, about: object) -> None:
        for words, meant in CLAIMS.items():
            if re.search(words, said):
                self.seen.add(words)
                assert met == meant, f"{about}: “{said}”, but a new browser is {met}"


def _met(found: Any) -> str:
    if not isinstance(found, Page) or found.path == "/u/consent":
        return LET_IN
    kind = found.path.removeprefix("/u/mfa/").split("/")[0]
    return {"challenge": ASKED, "enroll": ENROLLS}[kind]


def _factor(kind: str, number: int) -> dict[str, Any]:
    more = {"phone": {"phone_number": "+15555550188"}, "email": {"email": "spare@example.test"}}
    return {"type": kind, "id": f"{kind}|dev_{number}", "confirmed": True, **more.get(kind, {})}


def people(number: int, flow: str) -> tuple[tuple[str, tuple[str, ...], dict[str, bool]], ...]:
    """Return everybody at the recommended flow, a quarter at each other one: all of them took minutes."""
    everybody = (*((PASSWORD, mix, {}) for mix in MIXES), *OTHERS)
    return everybody if flow == "recommended" else everybody[number % 4 :: 4]


def said_of(user: User) -> list[str]:
    """All that is said of signing in as it is now: the page, and what it said as each factor was added."""
    page = text_of(visitor_of(user).client.get(SECURITY))
    factors = factor_cache.factors_of(subject_of(user)).factors or ()
    added = [after_adding(factor, factors, sign_in_of(subject_of(user))) for factor in factors]
    # What is left of the page is about other things than signing in.
    return [page.partition("Your ways to prove")[0], *added]


def said_after_removals(user: User) -> Iterator[tuple[Factor, str]]:
    factors = factor_cache.factors_of(subject_of(user)).factors or ()
    for factor in factors:
        plan = removal_plan(user, factor.id)
        if factor.is_second_factor and plan.allowed:
            yield factor, " ".join([plan.warning, *plan.remaining])


@pytest.mark.django_db
@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_is_said_that_a_new_browser_disproves(tenant: Tenant, policy: str) -> None:
    install_actions(tenant, *BY_KEY)
    tenant.control("actions", {"name": "account-security-theirs", "code": THEIRS, "bindings": []})
    world = World(tenant)
    for number, (name, flow) in enumerate(FLOWS.items()):
        tenant.bind(*(f"account-security-{key}" for key in flow))
        for connection, mix, switches in people(number, name):
            tenant.set_settings(policies=POLICIES[policy], factors=SWITCHES | switches)
            about = (policy, name, connection, mix, switches)
            compare(world, world.person(connection, mix), about, is_known="theirs" not in flow)
    assert world.seen >= EXPECTED[policy]


def compare(world: World, user: User, about: Sequence[object], *, is_known: bool) -> None:
    """Hold what is said of an account as it is, and of it without each factor, against sign-ins."""
    said, afterwards = said_of(user), list(said_after_removals(user))
    if not is_known:
        assert not _claims([*said, *(text for _factor, text in afterwards)]), about
    met, methods = world.meets(user), world.methods(user)
    for text in said:
        world.check(text, met, about)
    for factor, text in afterwards:
        world.without(user, factor)
        world.check(text, world.meets(user), (*about, "without", factor.title))
        world.tenant.add_user(sub=subject_of(user), email=user.email, factors=methods)


def _claims(said: Sequence[str]) -> list[str]:
    return [words for words in CLAIMS for text in said if re.search(words, text)]


NOBODY_ASKED = {r"alone opens this account", r"whoever knows it gets in", r"nothing more"}
EXPECTED = {
    "never": {r"Sign-in asks for a second factor[ ,.]", r"and after that", *NOBODY_ASKED},
    "always": {r"Sign-in asks for a second factor[ ,.]", r"next sign-in asks to set", r"and after that"},
    "adaptive": {r"Sign-in asks for a second factor[ ,.]", r"and after that", r"whoever knows it gets in"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("factors", [(), ("totp",), ("totp", "phone")])
@pytest.mark.parametrize("policy", ["never", "always"])
def test_what_is_said_of_a_passkey_is_what_a_sign_in_with_it_meets(
    tenant: Tenant, policy: str, factors: tuple[str, ...]
) -> None:
    key = with_passkey(tenant, *factors)
    install_actions(tenant, "sign-in")
    tenant.set_settings(policies=POLICIES[policy])
    world, pat = World(tenant), make_user(tenant["pat"].sub, email="pat@example.test")
    said = " ".join([*said_of(pat), *(text for _factor, text in said_after_removals(pat))])
    browser = SecondFactor(Application(tenant), TenantBrowser(tenant.base_url), "pat")

    met = _met(by_passkey(browser, key, acr_values=None).shown)

    assert bool(re.search(r"takes the passkey “.*” alone|unless you use a passkey", said)) is (
        met == LET_IN and bool(factors)
    )
    assert world.meets(pat) == (ASKED if factors else {"never": LET_IN, "always": ENROLLS}[policy])
