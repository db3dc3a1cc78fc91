"""Which changes the tenant's Actions need, and where in its flow ours go. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.actions.files import BY_KEY, SHIPPED, shipped
from enrollment.actions.plan import Binding, Comparison, State, TenantAction, compared, with_bound, without

NAMES = {action.key: action.name for action in SHIPPED}


def comparison(key: str, found: TenantAction | None = None) -> Comparison:
    action = BY_KEY[key]
    return compared([action], {}, [found] if found else [], [])[0]


def at_tenant(
    key: str, code: str | None = None, deployed: str | None = None, *, current: bool = True
) -> TenantAction:
    return TenantAction(f"id-{key}", NAMES[key], code or BY_KEY[key].code({}), deployed, is_current=current)


def flow(*names: str) -> list[Binding]:
    return [Binding(f"id-{name}", NAMES.get(name, name), id=f"bound-{name}") for name in names]


def names_of(bindings: list[Binding]) -> list[str]:
    keys = {name: key for key, name in NAMES.items()}
    return [keys.get(binding.name, binding.name) for binding in bindings]


def wanted(*keys: str) -> list[Comparison]:
    return [comparison(action.key, at_tenant(action.key)) for action in shipped(keys)]


def test_state_tells_what_deploying_would_do() -> None:
    code = BY_KEY["claims"].code({})
    assert comparison("claims").state is State.MISSING
    assert comparison("claims", at_tenant("claims", "old", "old")).state is State.DIFFERENT
    assert comparison("claims", at_tenant("claims", code, None, current=False)).state is State.NOT_DEPLOYED
    assert comparison("claims", at_tenant("claims", code, "old", current=False)).state is State.NOT_DEPLOYED
    assert comparison("claims", at_tenant("claims", code, code)).state is State.CURRENT


def test_diff_is_against_what_runs() -> None:
    diff = comparison("claims", at_tenant("claims", None, "old line")).diff
    assert "-old line" in diff
    assert "+exports.onExecutePostLogin" in diff
    assert comparison("claims", at_tenant("claims", None, BY_KEY["claims"].code({}))).diff == ""


@pytest.mark.parametrize(
    ("there", "new", "after"),
    [
        ((), ("claims", "sign-in"), ["sign-in", "claims"]),
        (("own",), ("sign-in", "step-up"), ["own", "sign-in", "step-up"]),
        (("claims", "own"), ("sign-in",), ["sign-in", "claims", "own"]),
        (("sign-in", "own", "claims"), ("step-up",), ["sign-in", "step-up", "own", "claims"]),
        (("claims", "sign-in"), ("sign-in", "claims"), ["claims", "sign-in"]),
    ],
)
def test_new_binding_goes_where_it_runs_in_order(
    there: tuple[str, ...], new: tuple[str, ...], after: list[str]
) -> None:
    assert names_of(with_bound(flow(*there), wanted(*new))) == after


@given(
    there=st.lists(st.sampled_from(["a", "b", "c", *NAMES]), unique=True),
    new=st.sets(st.sampled_from(list(NAMES))),
)
def test_what_is_bound_keeps_its_place_and_its_order(there: list[str], new: set[str]) -> None:
    before = flow(*there)
    after = with_bound(before, wanted(*new))
    assert [binding for binding in after if binding in before] == before
    assert set(names_of(after)) == {*there, *new}
    assert with_bound(after, wanted(*new)) == after


def test_unbinding_leaves_the_others() -> None:
    assert names_of(without(flow("own", "claims", "sign-in"), [NAMES["claims"]])) == ["own", "sign-in"]


def test_constants_of_the_site_are_written_into_the_file() -> None:
    code = BY_KEY["sign-in"].code({"STAFF_ROLES": ["root"], "REMEMBER_BROWSERS": False, "OTHER": 1})
    assert 'const STAFF_ROLES = ["root"];' in code
    assert "const REMEMBER_BROWSERS = false;" in code
    assert "OTHER" not in code
    assert 'const ROLES_CLAIM = "a\\"; b";' in BY_KEY["claims"].code({"ROLES_CLAIM": 'a"; b'})
