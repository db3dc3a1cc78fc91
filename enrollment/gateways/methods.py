"""Auth0's authentication methods as neutral ones; numbers and addresses are masked here and go no further."""

from datetime import UTC, datetime

from auth0.management.types import UserAuthenticationMethod

from enrollment.factors.grouping import Method
from enrollment.factors.masking import mask_email, mask_name, mask_phone
from enrollment.gateways.lines import line


def neutral(method: UserAuthenticationMethod) -> Method:
    """Leave out keys and handles, mask what identifies a person elsewhere."""
    return Method(
        id=method.id,
        type=str(method.type),
        name=line(mask_name(method.name or "", method.phone_number, method.email)),
        confirmed=method.confirmed,
        created_at=_moment(method.created_at),
        enrolled_at=_moment(method.enrolled_at),
        last_auth_at=_moment(method.last_auth_at),
        link_id=method.link_id,
        nested=tuple((str(way.type), way.id or "") for way in method.authentication_methods or ()),
        preferred=method.preferred_authentication_method,
        phone=mask_phone(method.phone_number) if method.phone_number else "",
        email=mask_email(method.email) if method.email else "",
        backed_up=method.credential_backed_up,
        aaguid=method.aaguid,
        user_agent=line(method.user_agent),
    )


def _moment(moment: datetime | None) -> datetime | None:
    """In UTC, as Auth0 means it, also where the offset is left out."""
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
