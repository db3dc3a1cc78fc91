"""Actions as a tenant keeps them: a draft, the version that is deployed, and the bindings of post-login."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ActionVersion:
    """What runs: the code and the secrets as they were when it was deployed."""

    id: str
    number: int
    code: str
    created_at: float
    secrets: dict[str, str] = field(default_factory=dict)


@dataclass
class Action:
    """The draft; a change of it does nothing before it is deployed."""

    id: str
    name: str
    created_at: float
    updated_at: float
    code: str = "module.exports = () => {}"
    runtime: str = "node22"
    trigger: str = "post-login"
    trigger_version: str = "v3"
    secrets: dict[str, str] = field(default_factory=dict)
    is_built: bool = False
    versions: int = 0
    deployed: ActionVersion | None = None

    @property
    def is_current(self) -> bool:
        """Nothing of the draft waits to be deployed."""
        version = self.deployed
        return version is not None and (version.code, version.secrets) == (self.code, self.secrets)


@dataclass
class Binding:
    """An Action's place in the post-login flow."""

    id: str
    action_id: str
    display_name: str
    created_at: float


@dataclass
class Risk:
    """What Adaptive MFA says of a sign-in: a confidence, and a code and a confidence of each assessor."""

    confidence: str
    assessments: dict[str, dict[str, str]] = field(default_factory=dict)
