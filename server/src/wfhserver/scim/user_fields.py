"""Attributes of SCIM's users as fields of a profile."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError
from scim2_models import InvalidValueException

from wfhserver.employees.profiles import ProfileChange
from wfhserver.models.directory import EmployeeStatus
from wfhserver.scim.resources import EnterpriseUser
from wfhserver.storage.postgres import scim
from wfhserver.storage.postgres.connection import AnyConnection

_COMPANY: Final = EnterpriseUser.__name__
_LIMIT: Final = 255
# Attributes as the resource has them, but for the user name, which does not change.
NAMES: Final = (
    *("external_id", "display_name", "active", "timezone", "emails", "addresses"),
    _COMPANY,
)
# What the fields of a profile are called in SCIM.
ATTRIBUTES: Final = {
    "username": "userName",
    "user_name": "userName",
    "display_name": "displayName",
    "email": "emails",
    "time_zone": "timezone",
    "country": "addresses.country",
    "region": "addresses.region",
    "status": "active",
    "name": "displayName",
}


async def profile_change(
    connection: AnyConnection, wanted: Any, status: EmployeeStatus
) -> ProfileChange:
    """Return what of a profile the attributes that *wanted* names change.

    InvalidValueException for one that cannot be stored, or a manager who does not exist.
    """
    given, fields = wanted.model_fields_set, dict[str, Any]()
    if "display_name" in given:
        fields["display_name"] = wanted.display_name
    if "timezone" in given:
        fields["time_zone"] = wanted.timezone
    if "emails" in given:
        fields["email"] = wanted.emails[-1].value if wanted.emails else None
    if "addresses" in given:
        address = wanted.addresses[-1] if wanted.addresses else None
        fields["country"] = address and address.country
        fields["region"] = address and address.country and address.region
    if "active" in given and wanted.active is not None:
        fields["status"] = _status(is_active=wanted.active, before=status)
    if _COMPANY in given:
        fields["manager"] = await _manager(connection, wanted)
    try:
        return ProfileChange(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        detail = f"{ATTRIBUTES.get(name, name)}: {first['msg']}."
        raise InvalidValueException(detail=detail) from None


def external_id(wanted: Any) -> str | None:
    """Return what the provider calls a resource; InvalidValueException when it is no line."""
    found: str | None = wanted.external_id
    if found is not None and not (len(found) <= _LIMIT and found.isprintable()):
        detail = f"externalId: must be one line of at most {_LIMIT} characters."
        raise InvalidValueException(detail=detail)
    return found or None


def _status(*, is_active: bool, before: EmployeeStatus) -> EmployeeStatus:
    if not is_active:
        return EmployeeStatus.LEFT
    # Somebody on leave is active for the provider as well.
    return EmployeeStatus.ACTIVE if before is EmployeeStatus.LEFT else before


async def _manager(connection: AnyConnection, wanted: Any) -> str | None:
    company = wanted[EnterpriseUser]
    if company is None or company.manager is None or not company.manager.value:
        return None
    given: str = company.manager.value
    number = number_of(given)
    found = {} if number is None else await scim.usernames(connection, [number])
    if number not in found:
        raise InvalidValueException(detail=f"manager: there is no user with the id “{given}”.")
    return found[number]


async def known_usernames(connection: AnyConnection, numbers: Sequence[int]) -> list[str]:
    """Return the usernames of members; InvalidValueException when one of them does not exist."""
    found = await scim.usernames(connection, numbers)
    missing = next((number for number in numbers if number not in found), None)
    if missing is not None:
        raise InvalidValueException(detail=f"members: there is no user with the id “{missing}”.")
    return list(found.values())


def number_of(text: str) -> int | None:
    """Return the number of an employee or team; None for what can be none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(2**31))
    number = int(text) if is_number else 0
    return number if 0 < number < 2**31 else None
