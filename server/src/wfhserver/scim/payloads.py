"""What identity providers send, in the one form that the resources have. Pure.

Microsoft Entra ID and Okta send texts for booleans, several addresses of which one counts, changes
without a path, and managers as bare identifiers. What is not understood here stays as it is: the
resources refuse it.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from wfhserver.employees.countries import COUNTRIES
from wfhserver.scim.resources import WORK, EnterpriseUser, Group, User

Payload = dict[str, Any]

_ENTERPRISE: Final = str(EnterpriseUser.__schema__)
_SCHEMAS: Final = {
    str(User.__schema__).lower(): "",
    str(Group.__schema__).lower(): "",
    _ENTERPRISE.lower(): f"{_ENTERPRISE}:",
}
# Set by the server; some providers send them back.
_OWN: Final = ("id", "meta", "schemas")
_PATH: Final = re.compile(
    r"(?:(?P<schema>urn:[^\s\[\]]+):)?(?P<attribute>[A-Za-z][\w$-]*)"
    r"(?:\[(?P<filter>[^\]]*)\])?(?:\.(?P<sub>[\w$-]+))?"
)
_TYPE: Final = re.compile(r'type\s+eq\s+"([^"]*)"', re.IGNORECASE)
_REGION: Final = re.compile(r"[A-Z0-9]{1,3}")
_PLAIN: Final = ("displayname", "externalid", "timezone")


def user_payload(given: Payload) -> Payload:
    """Return an employee as a whole; the name in parts is the display name if there is none."""
    payload = {key.lower(): value for key, value in given.items()}
    if not payload.get("displayname"):
        name = _full_name(payload.get("name"))
        if name is not None:
            payload["displayname"] = name
    for key, in_one_form in (("active", _truth), ("emails", _emails), ("addresses", _addresses)):
        if key in payload:
            payload[key] = in_one_form(payload[key])
    company = payload.pop(_ENTERPRISE.lower(), None)
    if isinstance(company, dict):
        of_company = {key.lower(): value for key, value in company.items()}
        if "manager" in of_company:
            payload[_ENTERPRISE] = {"manager": _manager(of_company["manager"])}
    return payload


def user_changes(given: Payload, username: str) -> Payload:
    """Return a change of the employee *username*, without what the directory does not have."""
    found = (_user_operation(each, username) for each in _operations(given))
    return _with_operations(given, [each for each in found if each is not None])


def group_changes(given: Payload) -> Payload:
    """Return a change of a team, without what teams do not have."""
    known = (*_PLAIN, "members")
    kept = [each for each in _operations(given) if _attribute(each) in (None, *known)]
    return _with_operations(given, kept)


def has_operations(given: Payload) -> bool:
    """Tell whether there is any operation in a change."""
    return given.get("Operations") != []


def _with_operations(given: Payload, operations: list[Any]) -> Payload:
    rest = {key: value for key, value in given.items() if key.lower() != "operations"}
    sent = _folded(given).get("operations")
    return {**rest, "Operations": operations if isinstance(sent, list) and sent else None}


def _operations(given: Payload) -> Iterator[Any]:
    """Yield the operations, one for each attribute."""
    sent = _folded(given).get("operations")
    for each in sent if isinstance(sent, list) else []:
        if not isinstance(each, dict):
            yield each
            continue
        operation = _folded(each)
        path, value = operation.get("path") or "", operation.get("value")
        schema = path.lower() if isinstance(path, str) else None
        if isinstance(value, dict) and (schema == "" or schema in _SCHEMAS):
            prefix = _SCHEMAS.get(schema or "", "")
            yield from _one_by_one(operation, prefix, value)
        else:
            yield operation


def _one_by_one(operation: Payload, prefix: str, value: Payload) -> Iterator[Payload]:
    for key, item in value.items():
        inner = _SCHEMAS.get(key.lower())
        if inner is not None and isinstance(item, dict):
            yield from _one_by_one(operation, inner, item)
        elif key.lower() not in _OWN:
            yield {**operation, "path": f"{prefix}{key}", "value": item}


def _attribute(operation: Any) -> str | None:
    """Return the attribute in lower case; None when the resources have to say what is wrong."""
    path = operation.get("path") if isinstance(operation, dict) else None
    found = _PATH.fullmatch(path) if isinstance(path, str) else None
    return None if found is None else found["attribute"].lower()


def _user_operation(operation: Any, username: str) -> Any:
    """Return *operation* in one form; None when there is nothing to do."""
    attribute = _attribute(operation)
    if attribute is None or attribute in _PLAIN:
        return operation
    path: str = operation["path"]
    if path.lower() == _ENTERPRISE.lower():
        path = f"{path}:manager"
    found = _PATH.fullmatch(path)
    if found is None:
        return operation
    attribute = found["attribute"].lower()
    if attribute == "active":
        return {**operation, "value": _truth(operation.get("value"))}
    if attribute == "username":
        value = operation.get("value")
        is_same = isinstance(value, str) and value.casefold() == username.casefold()
        return None if is_same else operation
    change = {"emails": _email_change, "addresses": _address_change, "manager": _manager_change}
    return change[attribute](operation, found) if attribute in change else None


def _email_change(operation: Payload, found: re.Match[str]) -> Payload | None:
    if _is_other(found) or (found["sub"] or "value").lower() != "value":
        return None
    if _is_removal(operation):
        of_type = found["filter"] is None or _TYPE.search(found["filter"])
        return {"op": "remove", "path": "emails"} if of_type else operation
    return _assigned(operation, "emails", _emails(operation.get("value")))


def _address_change(operation: Payload, found: re.Match[str]) -> Payload | None:
    sub = (found["sub"] or "").lower()
    if _is_other(found) or sub not in ("", "country", "region"):
        return None
    if not sub:
        return _assigned(operation, "addresses", _addresses(operation.get("value")))
    in_one_form = _country if sub == "country" else _region
    path = f'addresses[type eq "{WORK}"].{sub}'
    return _assigned(operation, path, in_one_form(operation.get("value")))


def _manager_change(operation: Payload, found: re.Match[str]) -> Payload | None:
    if (found["sub"] or "value").lower() != "value":
        return None
    return _assigned(operation, f"{_ENTERPRISE}:manager", _manager(operation.get("value")))


def _assigned(operation: Payload, path: str, value: Any) -> Payload:
    """Return the operation that leaves *value* at *path*, or nothing there."""
    if _is_removal(operation) or not value:
        return {"op": "remove", "path": path}
    return {"op": "replace", "path": path, "value": value}


def _is_removal(operation: Payload) -> bool:
    return str(operation.get("op")).lower() == "remove"


def _is_other(found: re.Match[str]) -> bool:
    """Tell whether the path names another address than that at work, such as that at home."""
    kind = _TYPE.search(found["filter"] or "")
    return kind is not None and kind[1].lower() != WORK


def _full_name(name: Any) -> str | None:
    if not isinstance(name, dict):
        return None
    parts = {key.lower(): value for key, value in name.items() if isinstance(value, str)}
    whole = f"{parts.get('givenname', '')} {parts.get('familyname', '')}"
    return parts.get("formatted", "").strip() or whole.strip() or None


def _truth(value: Any) -> Any:
    texts = {"true": True, "false": False}
    return texts.get(value.lower(), value) if isinstance(value, str) else value


def _emails(value: Any) -> Any:
    """Return a list with the one address that counts, or none."""
    if isinstance(value, str):
        value = [{"value": value}]
    chosen = _chosen(value)
    if chosen is None:
        return value
    address = chosen.get("value")
    return [{"value": address, "type": WORK}] if address else []


def _addresses(value: Any) -> Any:
    """Return a list with the country and region of the one address that counts, or none."""
    chosen = _chosen(value)
    if chosen is None:
        return value
    country, region = _country(chosen.get("country")), _region(chosen.get("region"))
    return [{"type": WORK, "country": country, "region": region}] if country else []


def _chosen(value: Any) -> Payload | None:
    """Return the primary value of a list, else that of work, else the first."""
    values = [value] if isinstance(value, dict) else value
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        return None
    folded = [_folded(each) for each in values]
    primary = [each for each in folded if _truth(each.get("primary")) is True]
    at_work = [each for each in folded if str(each.get("type")).lower() == WORK]
    return next(iter((*primary, *at_work, *folded)), None)


def _country(value: Any) -> str | None:
    """Return a code of a country; None for its name, which many providers send."""
    code = value.strip().upper() if isinstance(value, str) else ""
    return code if code in COUNTRIES else None


def _region(value: Any) -> str | None:
    """Return a code of a region; None for its name."""
    code = value.strip().upper().rpartition("-")[2] if isinstance(value, str) else ""
    return code if _REGION.fullmatch(code) else None


def _manager(value: Any) -> Any:
    """Return the manager as an object; None for nobody."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        value = {"value": value}
    if isinstance(value, dict):
        value = {"value": _folded(value).get("value")}
        return value if value["value"] else None
    return value


def _folded(given: Payload) -> Payload:
    return {key.lower(): value for key, value in given.items()}
