"""Fields of a profile, as somebody typed them, in the form in which they are stored. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from wfhserver.employees.countries import COUNTRIES
from wfhserver.errors import Code, Refusal
from wfhserver.models.directory import EmployeeStatus
from wfhserver.names import normalize_name, stored_name
from wfhserver.suggest import suggest

# A limit of SMTP.
_EMAIL_LIMIT: Final = 254
# Characters of what was typed that a sentence repeats.
_SHOWN: Final = 60
_FURTHER_LIMIT: Final = 20
_ATOM = r"[^\s@<>()\[\]\\,;:\"]"
_EMAIL = re.compile(rf"{_ATOM}+@{_ATOM}+\.{_ATOM}{{2,}}")
_REGION = re.compile(r"[A-Z0-9]{1,3}")


def read_fields(given: Mapping[str, str | None]) -> tuple[dict[str, Any], list[Refusal]]:
    """Return the values of the fields, and a Refusal for each one that cannot be stored.

    A field that is empty or None is cleared. Fields that no reader knows are left out.
    """
    values: dict[str, Any] = {}
    refusals = []
    for field, text in given.items():
        if field in _READERS:
            try:
                values[field] = _READERS[field](one_line(text or "", field))
            except Refusal as refusal:
                refusals.append(refusal)
    return values, refusals


def one_line(text: str, field: str) -> str:
    """Return *text* without spaces at its ends; Refusal for control characters such as CR or LF."""
    stripped = text.strip(" \t")
    if any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in stripped):
        raise _refusal(field, "Must be one line without control characters.")
    if "\N{REPLACEMENT CHARACTER}" in stripped:
        raise _refusal(field, "Has a character that could not be read. Save the file as UTF-8.")
    meant = _meant(stripped)
    if meant is not None:
        raise _refusal(
            field, f"“{stripped}” looks like “{meant}” in another encoding. Save it as UTF-8."
        )
    return stripped


def read_username(text: str, field: str = "username") -> str:
    """Return a username; Refusal when it cannot be one."""
    return stored_name(one_line(text, field), field=field)


def read_further(names: Iterable[str]) -> list[str]:
    """Return further usernames, each once, in their order; Refusal when one cannot be one."""
    field = "further_usernames"
    found = sorted({read_username(name, field) for name in names if name.strip()})
    if len(found) > _FURTHER_LIMIT:
        raise _refusal(field, f"An employee has at most {_FURTHER_LIMIT} further usernames.")
    return found


def _meant(text: str) -> str | None:
    """Return what UTF-8 that was read as Windows-1252 means; mostly None."""
    if text.isascii():
        return None
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return None


def _display_name(text: str) -> str | None:
    return stored_name(text, field="display_name") if text else None


def _email(text: str) -> str | None:
    if not text:
        return None
    if len(text) > _EMAIL_LIMIT or normalize_name(text) != text or not _EMAIL.fullmatch(text):
        raise _refusal("email", f"“{_short(text)}” is not an e-mail address.")
    return text


def _time_zone(text: str) -> str | None:
    if not text or text in _time_zones():
        return text or None
    raise _refusal(
        "time_zone",
        f"“{_short(text)}” is not a time zone."
        + _hint(text, _time_zones(), "Write it like Europe/Vienna."),
    )


def _country(text: str) -> str | None:
    code = text.upper()
    if not code or code in COUNTRIES:
        return code or None
    raise _refusal(
        "country",
        f"“{_short(text)}” is not a country code. Write two letters of ISO 3166, such as AT.",
    )


def _region(text: str) -> str | None:
    # Both `AT-9` and `9` are written.
    code = text.upper().rpartition("-")[2]
    if not text or _REGION.fullmatch(code):
        return code or None
    raise _refusal(
        "region",
        f"“{_short(text)}” is not a region code. Write that of ISO 3166-2, such as 9 or AT-9.",
    )


def _status(text: str) -> EmployeeStatus:
    value = re.sub(r"[\s-]+", "_", text.lower())
    if not value or value in _STATUSES:
        return EmployeeStatus(value or "active")
    raise _refusal(
        "status",
        f"“{_short(text)}” is not a status."
        + _hint(value, _STATUSES, "Write active, on_leave or left."),
    )


def _manager(text: str) -> str | None:
    return stored_name(text, field="manager") if text else None


def _hint(text: str, known: frozenset[str], otherwise: str) -> str:
    meant = suggest(text, known)
    return f" {otherwise}" if meant is None else f" Did you mean {meant}?"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


_STATUSES = frozenset(EmployeeStatus)
_READERS: dict[str, Callable[[str], Any]] = {
    "display_name": _display_name,
    "email": _email,
    "manager": _manager,
    "time_zone": _time_zone,
    "country": _country,
    "region": _region,
    "status": _status,
}
