"""Somebody else's site takes the apps from the wheel, and stays its own."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.support.existing_site import SITE, ExistingSite
from tests.support.forms import links_in
from tests.support.http_client import HttpClient
from tests.support.person import Person
from tests.support.tenant import Tenant

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
MARK = "# Account security\n"
SECURITY, ADD_APP = "/account/security/", "/account/security/add/totp/"
PASSWORD = "the password of the tea house"
# What the stock backend left behind: the account that tess has had here, with what came with it then.
BEFORE = """
from members.models import Member
from social_django.models import UserSocialAuth
for email, sub, staff in {people!r}:
    member = Member.objects.create_user(email, {password!r}, is_staff=staff, is_superuser=staff)
    kept = {{"access_token": "old-access-token", "refresh_token": "old-refresh-token", "picture": "p.png"}}
    UserSocialAuth.objects.create(user=member, provider="auth0", uid=sub, extra_data=kept)
Member.objects.create_user("pat@teahouse.example", {password!r})
"""
KEPT = """
from social_django.models import UserSocialAuth
print(*{str(row.extra_data) for row in UserSocialAuth.objects.all()})
"""
PK_OF = "from members.models import Member; print(Member.objects.get(email={!r}).pk)"
PASSWORD_OF = "from members.models import Member; print(Member.objects.get(email={!r}).password)"
CLEARING = r'manage\.py shell -c "(.+)"'


class Visitor(Person):
    """A person at the tea house, who signs in from its own page."""

    client: Any

    def __init__(self, site: ExistingSite, nick: str) -> None:
        super().__init__(site.tenant, site.tenant[nick])
        self.client = HttpClient(site.address)

    def sign_in_from_the_site(self, to: str) -> Any:
        page = self.client.get("/login/", {"next": to})
        return self.follow(self.come_back(self.submit(page, to_path="/auth/login/auth0/")))

    def kinds(self) -> list[str]:
        return [method["type"] for method in self.tenant.user(self.account)["methods"] if method["confirmed"]]

    def app_code(self) -> str:
        (secret,) = [m["secret"] for m in self.tenant.user(self.account)["methods"] if not m["confirmed"]]
        return pyotp.TOTP(secret).now()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, tenant_process: Tenant) -> Iterator[ExistingSite]:
    """The site with its members of before, migrated and served."""
    tenant_process.reset()
    tenant_process.set_settings(rate_limits=False)
    site = ExistingSite(tmp_path_factory.mktemp("existing"), tenant_process)
    site.manage("migrate", "--verbosity", "0")
    people = [
        (tenant_process[nick].email, tenant_process[nick].sub, nick == "ada")
        for nick in ("tess", "ada", "nia")
    ]
    site.shell(BEFORE.format(people=people, password=PASSWORD))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def visitor(site: ExistingSite) -> Callable[[str], Visitor]:
    return lambda nick: Visitor(site, nick)


def block_of(path: Path) -> str:
    """What the site adds to a file of its own."""
    return path.read_text().split(MARK)[1]


def test_site_adds_fifteen_lines_of_settings_and_two_of_urls_at_most() -> None:
    settings = [line for line in block_of(SITE / "teahouse/settings.py").splitlines() if line]
    urls = block_of(SITE / "teahouse/urls.py").splitlines()
    assert 0 < len(settings) <= 15
    assert 0 < len(urls) <= 2


def test_apps_templates_and_static_files_come_from_the_wheel(site: ExistingSite) -> None:
    found = site.shell(
        "import accounts, enrollment; from django.template.loader import get_template; "
        "from django.contrib.staticfiles import finders; "
        "print(accounts.__file__, enrollment.__file__, get_template('accounts/page.html').origin.name, "
        "finders.find('accounts/account-security.css'))"
    ).split()
    environment = str(site.folder.parent / "environment")
    assert [path for path in found if not path.startswith(environment)] == []
    assert len(found) == 4
    site.run("-c", "import mfaproject", fails=True)
    assert ".account-security {" in HttpClient(site.address).get("/static/accounts/account-security.css").text


def test_checks_find_no_error_and_the_tokens_of_before(site: ExistingSite) -> None:
    """The line that the hint gives clears them, and leaves the rest of the row."""
    said = site.check()
    assert "accounts.W024" in said
    assert "old-access-token" not in said
    (line,) = re.findall(CLEARING, said)
    site.shell(line)
    assert "accounts.W024" not in site.check()
    assert site.shell(KEPT) == "{'picture': 'p.png'}"


def test_person_of_before_signs_in_adds_and_removes_in_the_sites_own_pages(
    site: ExistingSite, visitor: Callable[[str], Visitor]
) -> None:
    tess = visitor("tess")
    page = tess.sign_in_from_the_site(SECURITY)
    assert page.status_code == 200, site.last_words()
    assert 'id="tea-house"' in page.text
    assert f"Welcome back, {tess.account.email}" in page.text
    assert "Phone app" in page.text

    nia = visitor("nia")
    nia.sign_in_from_the_site(SECURITY)
    begun = nia.follow(nia.submit(nia.open(ADD_APP), to_path=ADD_APP))
    saved = nia.press(begun, "Add this app", code=nia.app_code())
    assert nia.kinds().count("totp") == 1, saved.text

    link = next(link for link in links_in(page.text) if re.search(r"totp.*/remove/$", link))
    assert "/step-up/" in tess.client.get(link)["Location"]
    removed = tess.follow(tess.press(tess.open(link), "Remove it"))
    assert removed.status_code == 200
    assert "totp" not in tess.kinds()

    members = site.shell("from members.models import Member; print(*Member.objects.order_by('pk'))").split()
    assert len(members) == 4


def test_staff_of_the_site_help_in_its_own_back_office(
    site: ExistingSite, visitor: Callable[[str], Visitor]
) -> None:
    ada = visitor("ada")
    nia = site.shell(PK_OF.format(site.tenant["nia"].email))
    link = f"/backoffice/members/member/{nia}/security/"
    office = ada.sign_in_from_the_site("/backoffice/members/member/")
    assert link in links_in(office.text)

    page = ada.open(f"{link}invite/")
    assert "Tea House back office" in page.text
    sent = ada.follow(ada.submit(page, to_path=f"{link}invite/", reason="She called"))
    assert "A link is on its way to nia@" in sent.text, sent.text
    assert site.tenant.messages(site.tenant["nia"].email)

    trail = ada.open("/backoffice/enrollment/activityevent/?q=nia")
    assert (trail.status_code, "She called" in trail.text) == (200, True)


def test_command_lists_the_factors_of_a_member(site: ExistingSite) -> None:
    said = json.loads(site.manage("mfa_user", "list", site.tenant["ada"].email, "--json"))
    (person,) = said["users"]
    assert person["sub"] == site.tenant["ada"].sub
    assert person["factors"]


def test_passwords_of_the_site_stay_good_and_untouched(
    site: ExistingSite, visitor: Callable[[str], Visitor]
) -> None:
    """Whoever says "This wasn't me" is signed out everywhere, whatever they had signed in with."""
    address = site.tenant["nia"].email
    before = site.shell(PASSWORD_OF.format(address))
    elsewhere, nia = visitor("nia"), visitor("nia")
    sign_in_by_password(elsewhere, address)
    assert f"Welcome back, {address}" in elsewhere.client.get("/").text
    assert elsewhere.client.get("/cellar/").status_code == 302

    nia.sign_in_from_the_site(SECURITY)
    page = nia.open(f"{SECURITY}not-me/")
    nia.submit(page, to_path=f"{SECURITY}not-me/")

    assert "Welcome back" not in elsewhere.client.get("/").text
    assert site.shell(PASSWORD_OF.format(address)) == before
    sign_in_by_password(elsewhere, address)
    assert f"Welcome back, {address}" in elsewhere.client.get("/").text


def sign_in_by_password(who: Visitor, address: str) -> None:
    page = who.client.get("/login/")
    assert who.submit(page, username=address, password=PASSWORD).status_code == 302


def test_member_without_an_identity_is_told_so(site: ExistingSite, visitor: Callable[[str], Visitor]) -> None:
    pat = visitor("tess")
    sign_in_by_password(pat, "pat@teahouse.example")
    page = pat.client.get(SECURITY)
    assert (page.status_code, 'id="tea-house"' in page.text) == (409, True)


def test_tests_of_the_site_open_its_gates(site: ExistingSite) -> None:
    """By the fixture that the wheel brings, with the site's own user model."""
    done = site.run("-m", "pytest", "-q", "--ds=teahouse.settings", "members/tests.py")
    assert "2 passed" in done.stdout
