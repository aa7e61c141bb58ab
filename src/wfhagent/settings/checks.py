"""Checks of settings beyond their types; each error says where the mistake is."""

import re
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wfhagent.errors import SettingsError
from wfhagent.messages import _
from wfhagent.settings.tables import DetailedLogSettings, NoticeSettings


def check_token(token: str, where: str) -> None:
    """Refuse what cannot stand in a header."""
    if not re.fullmatch(r"[!-~]*", token):
        text = _(
            "{where} auth_token: a token contains no space, line break or non-ASCII letter. Copy "
            "it again."
        )
        raise SettingsError(text.format(where=where))


def check_url(url: str, where: str) -> None:
    """Refuse user and password in the server's address, which status, log and pages show."""
    if "@" in url.partition("://")[2]:
        text = _("{where} url: remove user, password and @ from it.")
        raise SettingsError(text.format(where=where))


def full_path(path: str, where: str, start: Path) -> str:
    """Return *path* as a service and a command, which start in other folders, both find it."""
    if controls := re.findall(r"[\x01-\x1f]", path):
        text = _(
            "{where}: {path!r} contains {character!r}: in double quotes a backslash begins an "
            "escape. Write the path in single quotes ('C:\\temp') or with slashes (C:/temp)."
        )
        raise SettingsError(text.format(where=where, path=path, character=controls[0]))
    try:
        if "\0" not in path:
            return str(start / Path(path).expanduser())
    except RuntimeError:
        pass  # ~nobody/data
    text = _("{where}: {path!r} is not a path on this device.")
    raise SettingsError(text.format(where=where, path=path))


def check_notice(notice: NoticeSettings, where: str) -> None:
    """Refuse a notice that is to be read and says nothing."""
    if notice.required and not (notice.text or notice.purpose):
        text = _("{where} required: there is nothing to read. Fill in text or purpose.")
        raise SettingsError(text.format(where=where))


def check_window(window: DetailedLogSettings, where: str) -> None:
    """Refuse a window that no day has, and a zone that nobody knows."""
    if window.end <= window.start:
        text = _("{where} end must be later than start. It cannot be on the next day.")
        raise SettingsError(text.format(where=where))
    if window.time_zone:
        try:
            ZoneInfo(window.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            text = _("{where} time_zone: {zone!r} is not an IANA name such as Europe/Vienna.")
            raise SettingsError(text.format(where=where, zone=window.time_zone)) from error


def check_trusted_keys(keys: Sequence[str], where: str) -> None:
    """Refuse what is no public key: whatever it was meant to sign would be refused for ever."""
    if not keys:
        return
    # Most agents have none, and wait without it.
    from wfhagent.plugins.minisign import read_public_key  # noqa: PLC0415

    for key in keys:
        try:
            read_public_key(key)
        except ValueError as error:
            text = _(
                "{where} trusted_keys: {key!r} is {reason}. `wfhagent plugin keygen` prints the "
                "line of a key."
            )
            raise SettingsError(text.format(where=where, key=key, reason=error)) from error
