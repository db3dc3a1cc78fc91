"""WebAuthn with the bytes of a software authenticator: what passes, and what cheating does not."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

Asked = Callable[[str], SecondFactor]


@pytest.fixture
def key(tenant: Tenant) -> SoftAuthenticator:
    return SoftAuthenticator(tenant.base_url)


@pytest.fixture
def nia(asked: Asked, everybody_asked: None, key: SoftAuthenticator) -> SecondFactor:
    """Somebody with `key` as their only factor, asked for it."""
    nia = asked("nia").sign_in().use("webauthn-roaming").touch(key)
    nia.save_recovery_code()
    return nia.sign_in()


def refused(who: SecondFactor) -> bool:
    return who.page.status == 400 and bool(who.problem)


def test_security_key_passes(nia: SecondFactor, key: SoftAuthenticator) -> None:
    assert nia.factor == "webauthn-roaming"
    assert nia.touch(key).claims["amr"] == ["mfa"]
    stored = nia.tenant.user(nia.account)["methods"][0]
    assert stored["sign_count"] == key.credentials[0].sign_count == 1
    assert stored["last_auth_at"] is not None


@pytest.mark.usefixtures("everybody_asked")
def test_device_biometrics_pass_and_need_the_user_verified(asked: Asked, key: SoftAuthenticator) -> None:
    nia = asked("nia").sign_in().use("webauthn-platform").touch(key)
    nia.save_recovery_code()
    key.verifies_user = False
    assert refused(nia.sign_in(prompt="login").touch(key))
    key.verifies_user = True
    assert nia.touch(key).claims["amr"] == ["mfa"]


@pytest.mark.usefixtures("everybody_asked")
def test_registration_without_verification_is_refused_for_biometrics(
    asked: Asked, key: SoftAuthenticator
) -> None:
    key.verifies_user = False
    assert refused(asked("nia").sign_in().use("webauthn-platform").touch(key))


def test_answer_made_for_another_origin_is_refused(nia: SecondFactor, key: SoftAuthenticator) -> None:
    key.origin = "http://localhost:8000"
    assert refused(nia.touch(key))


@pytest.mark.usefixtures("everybody_asked")
@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:8000"])
def test_registration_made_at_another_origin_is_refused(asked: Asked, origin: str) -> None:
    nia = asked("nia").sign_in().use("webauthn-roaming")
    assert refused(nia.touch(SoftAuthenticator(origin)))
    assert nia.tenant.user(nia.account)["methods"] == []


def test_answer_to_an_older_challenge_is_refused(nia: SecondFactor, key: SoftAuthenticator) -> None:
    credential = key.get(nia.ceremony())
    assert refused(nia.reload().send_credential(credential))


def test_challenge_is_good_for_one_answer(nia: SecondFactor, key: SoftAuthenticator) -> None:
    credential = key.get(nia.ceremony())
    spoiled = {**credential, "response": {**credential["response"], "signature": "AAAA"}}
    assert refused(nia.send_credential(spoiled))
    assert refused(nia.send_credential(credential))


def test_answer_cannot_be_sent_twice(nia: SecondFactor, key: SoftAuthenticator) -> None:
    credential = key.get(nia.ceremony())
    assert nia.send_credential(credential).answer["code"]
    assert refused(nia.sign_in().send_credential(credential))


def test_key_that_is_not_the_persons_is_refused(nia: SecondFactor) -> None:
    foreign = SoftAuthenticator(nia.tenant.base_url)
    options = nia.ceremony()
    foreign.create({"rp": {"id": "localhost"}, "user": {"id": "eA"}, "challenge": options["challenge"]})
    credential = foreign.get({**options, "allowCredentials": []})
    assert refused(nia.send_credential(credential))


def test_counter_that_went_back_is_refused(nia: SecondFactor, key: SoftAuthenticator) -> None:
    nia.touch(key)
    key.credentials[0].sign_count = 0
    assert refused(nia.sign_in().touch(key))


@pytest.mark.parametrize("sent", ["", "not json", "[]", "{}", '{"id": "x", "response": {}}'])
def test_answer_that_is_no_credential_is_refused(nia: SecondFactor, sent: str) -> None:
    nia.shown = nia.browser.submit(nia.page.form("credential"), credential=sent)
    assert refused(nia)


@pytest.mark.usefixtures("everybody_asked")
def test_registration_that_is_no_credential_is_refused(asked: Asked) -> None:
    nia = asked("nia").sign_in().use("webauthn-roaming")
    nia.shown = nia.browser.submit(nia.page.form("credential"), credential='{"id": "x", "response": {}}')
    assert refused(nia)


def test_key_that_is_registered_is_excluded_from_another_registration(
    nia: SecondFactor, key: SoftAuthenticator, apis: TenantApis
) -> None:
    made = apis.management().guardian.enrollments.create_ticket(
        user_id=nia.account.sub, factor="webauthn-roaming", allow_multiple_enrollments=True
    )
    nia.open(str(made.ticket_url))
    with pytest.raises(LookupError, match="already registered"):
        nia.touch(key)


def test_failure_in_the_browser_is_shown_in_words_and_logged(nia: SecondFactor, apis: TenantApis) -> None:
    nia.shown = nia.browser.submit(nia.page.form("problem"), problem="Nothing was confirmed.")
    assert nia.problem == "Nothing was confirmed."
    logged = {str(entry.type) for entry in apis.management().users.logs.list(nia.account.sub)}
    assert "gd_webauthn_challenge_failed" in logged


def test_two_keys_both_pass(nia: SecondFactor, key: SoftAuthenticator, apis: TenantApis) -> None:
    made = apis.management().guardian.enrollments.create_ticket(
        user_id=nia.account.sub, factor="webauthn-roaming", allow_multiple_enrollments=True
    )
    spare = SoftAuthenticator(nia.tenant.base_url)
    nia.open(str(made.ticket_url)).touch(spare)
    for each in (key, spare):
        assert nia.sign_in().touch(each).claims["amr"] == ["mfa"]


# Passkeys


def demo_passkey(tenant: Tenant) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in tenant.phone()["credentials"] if c["email"] == "pat@example.test")
    return found


@pytest.fixture
def phone_with_passkey(tenant: Tenant, key: SoftAuthenticator) -> SoftAuthenticator:
    known = demo_passkey(tenant)
    key.hold(**{name: known[name] for name in ("credential_id", "private_key", "rp_id", "user_handle")})
    return key


def at_passkey_page(asked: Asked, **parameters: str | None) -> SecondFactor:
    pat = asked("pat")
    page = pat.browser.open(pat.application.authorize_url(**parameters))
    return pat.open(getattr(page, "url", "").replace("/u/login", "/u/passkey"))


def test_passkey_signs_in_and_is_no_mfa(asked: Asked, phone_with_passkey: SoftAuthenticator) -> None:
    pat = at_passkey_page(asked)
    claims = pat.touch(phone_with_passkey).claims
    assert claims["sub"] == pat.account.sub
    assert "amr" not in claims


def test_passkey_of_an_unknown_key_is_refused(asked: Asked, key: SoftAuthenticator) -> None:
    pat = at_passkey_page(asked)
    options = pat.ceremony()
    key.create({"rp": {"id": "localhost"}, "user": {"id": "eA"}, "challenge": options["challenge"]})
    assert refused(pat.touch(key))
    assert "not known" in pat.problem


def test_security_key_signs_nobody_in(nia: SecondFactor, asked: Asked, key: SoftAuthenticator) -> None:
    assert refused(at_passkey_page(asked).touch(key))


def test_passkey_answer_is_good_once(asked: Asked, phone_with_passkey: SoftAuthenticator) -> None:
    pat = at_passkey_page(asked)
    credential = phone_with_passkey.get(pat.ceremony())
    assert pat.send_credential(credential).answer["code"]
    assert refused(at_passkey_page(asked).send_credential(credential))


@pytest.mark.usefixtures("everybody_asked")
def test_passkey_is_not_a_second_factor(asked: Asked, phone_with_passkey: SoftAuthenticator) -> None:
    pat = at_passkey_page(asked, acr_values="http://schemas.openid.net/pape/policies/2007/06/multi-factor")
    assert pat.touch(phone_with_passkey).page.path == "/u/mfa/enroll"
