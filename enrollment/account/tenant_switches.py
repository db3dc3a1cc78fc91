"""Auth0's switches for the whole tenant: which factors stand alone, and what that forbids; pure.

Auth0 calls email, device biometrics and recovery codes dependent: each works only beside another factor
(https://auth0.com/docs/secure/multi-factor-authentication/multi-factor-authentication-factors). A person may
well keep device biometrics as the only factor; the tenant may not offer it as the only one.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from enrollment.account.removal import Refusal
from enrollment.kinds.registry import advised, kinds


def suggested() -> str:
    """Name the switches of what is advised and stands alone, best first."""
    switches = (kind.switch for kind in advised() if kind.switch and not kind.dependent_switch)
    return ", ".join(dict.fromkeys(switches))


def is_independent(name: str) -> bool:
    """Whether it stands alone; a first factor never counts as the second step."""
    return not is_dependent(name) and not any(kind.first_factor and kind.value == name for kind in kinds())


def is_dependent(name: str) -> bool:
    return any(kind.dependent_switch and kind.switch == name for kind in kinds())


def independent_switches(switches: Mapping[str, bool]) -> set[str]:
    """The factors that are on and stand alone."""
    return {name for name, on in switches.items() if on and is_independent(name)}


def switch_refusal(
    name: str, *, enabled: bool, switches: Mapping[str, bool], policies: Sequence[str]
) -> Refusal | None:
    """Say why a factor must not be switched like that, if so."""
    if enabled:
        return _enabling(name, switches)
    if independent_switches(switches) != {name}:
        return None
    if policies:
        return Refusal(
            "last-that-stands-alone",
            _(
                "%(name)s is the last factor that stands alone, and the policy asks people for one. "
                "Switch another one on, or set the policy to never first."
            )
            % {"name": name},
        )
    return _leaving(name, switches)


def policy_refusal(switches: Mapping[str, bool]) -> Refusal | None:
    """Say why people must not be asked for a second factor, if so: there is none that they could add."""
    if independent_switches(switches):
        return None
    sentence = _("No factor that stands alone is on, so nobody could comply. Switch one on first: %(names)s.")
    return Refusal("no-factor-stands-alone", sentence % {"names": suggested()})


def _enabling(name: str, switches: Mapping[str, bool]) -> Refusal | None:
    if not is_dependent(name) or independent_switches(switches):
        return None
    sentence = _("%(name)s works only beside a factor that stands alone. Switch one on first: %(names)s.")
    return Refusal("dependent-factor", sentence % {"name": name, "names": suggested()})


def _leaving(name: str, switches: Mapping[str, bool]) -> Refusal | None:
    """Dependent factors that are on need this one."""
    needing = sorted(other for other, on in switches.items() if on and is_dependent(other))
    if not needing:
        return None
    sentence = _("%(others)s would be left, and work only beside %(name)s. Switch them off first.")
    return Refusal("needed-by-others", sentence % {"others": ", ".join(needing), "name": name})
