"""Members of groups, and changes of them. Pure.

Providers send thousands of members one by one: they are changed as numbers, and only the other
attributes by the library, which copies and compares a whole resource for each operation.
"""

import re
from typing import Any, Final

from scim2_models import Context, InvalidPathException, InvalidValueException, PatchOp, Reference

from wfhserver.models.scim import ScimGroup
from wfhserver.scim.payloads import Payload, group_changes, has_operations
from wfhserver.scim.resources import POLICY, Group, GroupMember
from wfhserver.scim.user_fields import number_of

_SELECTED: Final = re.compile(r'members\[\s*value\s+eq\s+"([^"]*)"\s*\]', re.IGNORECASE)
_MEMBERS: Final = re.compile(r"members\b", re.IGNORECASE)
_USER: Final = "user"


def group_of(row: ScimGroup, base: str) -> Group:
    """Return the resource of a team."""
    members = [
        GroupMember(value=str(number), ref=_reference(base, number), type="User")
        for number in row.members
    ]
    return Group(
        id=str(row.team_id),
        external_id=row.external_id,
        display_name=row.name,
        members=members or None,
    )


def member_numbers(members: list[GroupMember]) -> list[int]:
    """Return the numbers of *members*; InvalidValueException for one that is no user."""
    return [_number(each.value, each.type) for each in members]


def patched(before: ScimGroup, given: Payload) -> tuple[Group, list[int] | None]:
    """Return the attributes that a PATCH changes, and the members if it changes these."""
    changes = group_changes(given)
    members: list[int] | None = None
    others = []
    if not has_operations(changes):
        return Group(), None
    # All of them are checked first, and the others carried out together.
    for each in changes["Operations"] or []:
        if _is_of_members(each):
            members = _changed(before.members if members is None else members, each)
        else:
            others.append(each)
    if not others and members is not None:
        return Group(), members
    patch = PatchOp[Group].model_validate(
        {**changes, "Operations": others or None},
        scim_ctx=Context.RESOURCE_PATCH_REQUEST,
        scim_policy=POLICY,
    )
    wanted = Group(external_id=before.external_id, display_name=before.name)
    patch.patch(wanted, scim_policy=POLICY)
    stored = {"external_id": before.external_id, "display_name": before.name}
    changed = {name: getattr(wanted, name) for name in stored}
    return Group(
        **{name: changed[name] for name in stored if changed[name] != stored[name]}
    ), members


def _is_of_members(operation: Any) -> bool:
    path = operation.get("path") if isinstance(operation, dict) else None
    return isinstance(path, str) and _MEMBERS.match(_short(path)) is not None


def _changed(members: list[int], operation: Payload) -> list[int]:
    """Return *members* after one operation."""
    kind, path = str(operation.get("op")).lower(), _short(operation["path"])
    value = operation.get("value")
    selected = _SELECTED.fullmatch(path)
    if kind == "remove" and selected is not None:
        return [number for number in members if str(number) != selected[1]]
    if path.lower() != "members":
        detail = 'Members are removed by the path members[value eq "3"], and added by members.'
        raise InvalidPathException(path=path, detail=detail)
    if kind == "remove":
        # Without a value it is all of them.
        removed = {*members} if value is None else {*_values(value)}
        return [number for number in members if number not in removed]
    if kind not in ("add", "replace"):
        raise InvalidValueException(detail=f"“{kind}” is no operation: add, remove or replace.")
    if kind == "replace":
        return list(dict.fromkeys(_values([] if value is None else value)))
    return list(dict.fromkeys([*members, *_values(value)]))


def _values(value: Any) -> list[int]:
    values = [value] if isinstance(value, dict) else value
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise InvalidValueException(detail='members: must be a list such as [{"value": "3"}].')
    folded = [{key.lower(): item for key, item in each.items()} for each in values]
    return [_number(each.get("value"), each.get("type")) for each in folded]


def _number(value: Any, kind: Any) -> int:
    number = number_of(value) if isinstance(value, str) else None
    if number is None or (isinstance(kind, str) and kind.lower() != _USER):
        raise InvalidValueException(
            detail="members: a member is a user, with its id as the value; not a group."
        )
    return number


def _short(path: str) -> str:
    """Return *path* without the schema of groups."""
    schema = f"{Group.__schema__}:"
    return path[len(schema) :] if path.lower().startswith(schema.lower()) else path


def _reference(base: str, number: int) -> Any:
    return Reference(f"{base}/Users/{number}")
