"""Look the whole tenant over, and change what it demands and offers."""

from collections.abc import Callable, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.tenant import current_tenant, management_tenant, web_client
from accounts.conf import provider, roles
from accounts.identity import is_superuser
from accounts.step_up.gates import require
from accounts.step_up.requirement import Requirement
from enrollment import conf
from enrollment.account.removal import Refusal
from enrollment.account.settlement import Expected
from enrollment.account.tenant_switches import is_independent, policy_refusal, switch_refusal
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.doctor.application import Addresses, api, application, grant
from enrollment.doctor.findings import Finding
from enrollment.doctor.tenant import clock, credentials, discovery, factors, policy, scopes
from enrollment.flows.change import resolve_outcome
from enrollment.flows.tenant_actions import examine
from enrollment.gateways import tenant_policy
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.tenant_setup import SetupGateway, described
from enrollment.models.activity import Action

# What people say, and what Auth0's list of policies then holds (PUT /guardian/policies).
POLICIES: dict[str, tuple[str, ...]] = {
    "always": ("all-applications",),
    "adaptive": ("confidence-score",),
    "never": (),
}


def switch_plan(names: Sequence[str], *, enabled: bool) -> tuple[str, ...]:
    """Check all of several switches before the first is touched; return those to change, in a safe order.

    What stands alone is switched on first and off last, since other factors lean on it. Raises `Refused`.
    """
    gateway = ManagementGateway.current()
    switches, policies = gateway.list_factors(), gateway.get_policies()
    changes = [name for name in dict.fromkeys(names) if switches.get(name) is not enabled]
    ordered = sorted(changes, key=lambda name: is_independent(name) is not enabled)
    for name in ordered:
        _check_switch(name, enabled=enabled, switches=switches, policies=policies)
        switches[name] = enabled
    return tuple(ordered)


def set_factor_switch(actor: Actor, name: str, *, enabled: bool) -> None:
    """Switch one of Auth0's factors on or off for everybody; `name` is Auth0's, such as `otp`."""
    said = f"{name}: {'on' if enabled else 'off'}"
    with logged(Attempt(actor, None, Action.KIND_SWITCHED, factor_name=said)) as attempt:
        _permit(actor)
        gateway = ManagementGateway.current()
        policies = () if enabled else gateway.get_policies()
        _check_switch(name, enabled=enabled, switches=gateway.list_factors(), policies=policies)
        attempt.begin(Expected(switch=name, enabled=enabled))
        _settle(
            lambda: gateway.set_factor(name, enabled=enabled),
            lambda: gateway.list_factors().get(name) is enabled,
        )


def _check_switch(name: str, *, enabled: bool, switches: dict[str, bool], policies: Sequence[str]) -> None:
    if name not in switches:
        sentence = _("The sign-in service has no factor called %(name)s. It has: %(names)s.")
        raise Refused("no-such-switch", sentence % {"name": name, "names": ", ".join(sorted(switches))})
    _refuse(switch_refusal(name, enabled=enabled, switches=switches, policies=policies))


def _refuse(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal.code, refusal.sentence)


def set_policy(actor: Actor, policy: str) -> None:
    """Say when everybody is asked for a second factor: `always`, `adaptive` or `never`."""
    with logged(Attempt(actor, None, Action.POLICY_SET, factor_name=policy)) as attempt:
        _permit(actor)
        check_policy(policy)
        gateway, wanted = ManagementGateway.current(), POLICIES[policy]
        attempt.begin(Expected(policies=wanted))
        _settle(lambda: gateway.set_policies(wanted), lambda: gateway.get_policies() == wanted)


def check_policy(policy: str) -> None:
    """Raise `Refused` for a policy that does not exist, or that nobody could comply with."""
    if policy not in POLICIES:
        raise Refused("no-such-policy", _("There is no policy called %(name)s.") % {"name": policy})
    if POLICIES[policy]:
        _refuse(policy_refusal(ManagementGateway.current().list_factors()))


def _permit(actor: Actor) -> None:
    if actor.is_operator:
        return
    if actor.user is None or not (actor.user.is_active and is_superuser(actor.user)):
        raise Refused("not-allowed", _("Only an administrator may change this for everybody."))
    require(actor.proof, Requirement.mfa())


def _settle(change: Callable[[], None], is_done: Callable[[], bool]) -> None:
    try:
        with resolve_outcome(is_done):
            change()
    finally:
        tenant_policy.invalidate()


OURS = frozenset({Problem.CREDENTIALS, Problem.NOT_CONFIGURED})


def diagnose() -> Iterator[Finding]:
    """Yield what is found, in the order in which it is best mended.

    Raises `TenantError` where the tenant cannot be asked any more: what came before it stands.
    """
    seen, tenant = described(), current_tenant()
    yield discovery(seen.issuer, tenant.issuer)
    yield clock(seen.skew)
    gateway = SetupGateway.current()
    try:
        granted = gateway.granted()
    except TenantError as error:
        if error.code not in OURS:
            raise
        yield credentials(accepted=False)
        return
    yield credentials(accepted=True)
    yield scopes(granted, with_roles=bool(roles().claim))
    yield from _application(gateway, offers_backchannel=seen.offers_backchannel)
    yield from _my_account(gateway)
    policies = gateway.policies()
    yield from _factors(gateway, policies)
    yield from examine(policies)


def _application(gateway: SetupGateway, *, offers_backchannel: bool) -> list[Finding]:
    site, client = conf.site_url(), web_client()
    own = Addresses(
        callback=f"{site}{reverse('social:complete', args=[provider()])}" if site else "",
        after_logout=f"{site}/",
        backchannel=f"{site}{reverse('accounts:backchannel-logout')}",
        offers_backchannel=offers_backchannel,
    )
    found, has_key = gateway.application(client.client_id), bool(client.assertion_key)
    return application(found, client.client_id, own, has_key=has_key)


def _my_account(gateway: SetupGateway) -> Iterator[Finding]:
    audience, client_id = management_tenant().audience_my_account, web_client().client_id
    found = gateway.my_account(audience)
    yield api(found, audience)
    yield grant(gateway.grants(client_id, audience), client_id, found.policy if found else "")


def _factors(gateway: SetupGateway, policies: Sequence[str] | None) -> list[Finding]:
    switches = gateway.switches()
    return [*factors(switches), policy(policies, switches)]
