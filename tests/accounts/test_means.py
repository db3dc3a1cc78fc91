"""What somebody has to meet a requirement with, in every combination."""

from itertools import product

import pytest
from pytest_django import Settings

from accounts.auth0.claims import HadFactor
from accounts.step_up.means import Means, Obstacle, asks_first_factor, may_switch, obstacle, shows_passkey
from accounts.step_up.requirement import Requirement

YES, NO, UNKNOWN = HadFactor.YES, HadFactor.NO, HadFactor.UNKNOWN
ALL = [Means(*each) for each in product(HadFactor, repeat=3)]
CLAIM = "https://site.example/methods"


@pytest.fixture(params=[True, False], ids=["counts", "does-not-count"])
def passkey_is_mfa(request: pytest.FixtureRequest, settings: Settings) -> bool:
    settings.AUTH0_METHODS_CLAIM = CLAIM
    settings.STEP_UP_PASSKEY_IS_MFA = request.param
    return bool(request.param)


@pytest.mark.parametrize("means", ALL)
def test_nobody_who_may_have_what_it_takes_is_turned_away(means: Means, passkey_is_mfa: bool) -> None:
    may_mfa = means.second_factor is not NO or (passkey_is_mfa and means.passkey is not NO)
    assert (obstacle(Requirement.mfa(), means) is None) == may_mfa
    may_resist = means.passkey is not NO or means.security_key is not NO
    assert (obstacle(Requirement.phishing_resistant(), means) is None) == may_resist
    assert obstacle(Requirement.fresh_login(), means) is None


@pytest.mark.parametrize("means", ALL)
def test_passkey_is_asked_for_where_nothing_else_is_known_to_do(
    means: Means,
    passkey_is_mfa: bool,
) -> None:
    asks = asks_first_factor(Requirement.phishing_resistant(), means)
    assert asks == (means.security_key is not YES)
    by_passkey_alone = passkey_is_mfa and means.second_factor is NO and means.passkey is not NO
    assert asks_first_factor(Requirement.mfa(), means) == by_passkey_alone
    assert not asks_first_factor(Requirement.fresh_login(), means)


@pytest.mark.parametrize("means", ALL)
def test_passkey_is_named_alone_only_where_it_is_all_there_is(
    means: Means,
    passkey_is_mfa: bool,
) -> None:
    asked = Requirement.phishing_resistant()
    assert shows_passkey(asked, means) == (means.passkey is YES and means.security_key is NO)
    assert may_switch(asked, means) == (means.passkey is means.security_key is YES)
    assert not may_switch(Requirement.mfa(), means)


@pytest.mark.parametrize("means", ALL)
def test_without_the_claim_a_passkey_is_no_use(means: Means, settings: Settings) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    assert obstacle(Requirement.phishing_resistant(), means) is Obstacle.CANNOT_TELL
    assert (obstacle(Requirement.mfa(), means) is None) == (means.second_factor is not NO)
    assert not asks_first_factor(Requirement.mfa(), means)
