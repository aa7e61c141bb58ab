"""The IDs that the command line prints and takes: e1 (token), a1 (agent), b1 (block)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from wfhserver.errors import DeviceError, Refusal

TOKEN = "e"  # noqa: S105 -- a letter, not a secret
AGENT = "a"
BLOCK = "b"

_WORDS = {
    TOKEN: ("an enrollment token", "wfhserver tokens list"),
    AGENT: ("an agent", "wfhserver agents list"),
    BLOCK: ("a block", "wfhserver agents blocks"),
}
_FORM = re.compile(r"\A([eab])([1-9][0-9]{0,8})\Z")


def read_id(given: str, kind: str) -> int:
    """Return the number of an ID of *kind*; DeviceError names the command that lists them."""
    form = _FORM.match(given)
    if form is None or form[1] != kind:
        what, command = _WORDS[kind]
        raise DeviceError(
            f"{given!r} is not the ID of {what}. `{command}` shows them: {kind}1, {kind}2, ..."
        )
    return int(form[2])


def is_id(given: str, kind: str) -> bool:
    """Tell whether *given* is written as an ID of *kind*."""
    form = _FORM.match(given)
    return form is not None and form[1] == kind


@contextmanager
def naming_list(kind: str) -> Iterator[None]:
    """Add the command that lists what exists to a refusal; raises DeviceError."""
    try:
        yield
    except Refusal as refusal:
        raise DeviceError(f"{refusal.detail} See `{_WORDS[kind][1]}`.") from refusal


def optional_id(kind: str, number: int | None) -> str:
    """Return an ID, `-` for none."""
    return "-" if number is None else f"{kind}{number}"


def optional_day(moment: datetime | None) -> str:
    """Return the day of *moment*, `-` for none."""
    return "-" if moment is None else f"{moment:%Y-%m-%d}"
