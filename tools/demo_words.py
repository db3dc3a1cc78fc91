"""What `make demo` tells the person at the terminal: where to go, and as whom."""

from typing import Any

from rich.console import Console
from rich.table import Table

ROLES = {"admin": "administrator", "support": "support staff"}
FACTORS = {
    "totp": "authenticator app",
    "phone": "phone",
    "passkey": "passkey",
    "recovery-code": "recovery code",
    "push": "push",
    "email": "e-mail",
}


def explain(console: Console, site: str, facts: dict[str, Any], files: list[str]) -> None:
    """Places, people, and how it ends; `files`: the folder of e-mails, the site's log and settings."""
    console.print(_places(site, facts["base_url"], files), "", _people(facts["users"]), sep="\n")
    console.print("\nCommands, such as this one once tess has signed in:")
    command = f"  ENV_FILE={files[2]} .venv/bin/python manage.py mfa_user list tess@example.test"
    console.print(command, soft_wrap=True)
    console.print()
    console.print("Every secret here is a public demo one. `make demo-reset` forgets all. Ctrl-C stops both.")


def _places(site: str, tenant: str, files: list[str]) -> Table:
    places = Table.grid(padding=(0, 2))
    for name, place, what in (
        ("Site", f"[bold]{site}/[/]", "start here, as tess@example.test"),
        ("Phone", f"[bold]{tenant}/dev/phone[/]", "codes, messages and push requests arrive here"),
        (
            "Actions",
            f"{tenant}/dev/actions",
            "who is asked for a second factor, and how risky a sign-in looks",
        ),
        ("Admin", f"{site}/admin/", "as ada@example.test or sol@example.test"),
        ("Tenant", f"{tenant}/", "the local stand-in for Auth0"),
        ("E-mails", files[0], "what the site sends, one file each"),
        ("Log", files[1], "what the site says"),
    ):
        places.add_row(name, place, what)
    return places


def _people(users: list[dict[str, Any]]) -> Table:
    people = Table(title="Who can sign in", title_justify="left", title_style="bold")
    for column in ("e-mail", "password", "second factor", "role"):
        people.add_column(column, overflow="fold")
    for user in users:
        people.add_row(
            user["email"], _password(user), _words(user["factors"], FACTORS), _words(user["roles"], ROLES)
        )
    return people


def _password(user: dict[str, Any]) -> str:
    return str(user["password"] or "(Continue with Google)")


def _words(names: list[str], known: dict[str, str]) -> str:
    return ", ".join(known.get(name, name) for name in names) or "none"
