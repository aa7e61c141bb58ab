"""What no type says of a setting; whatever is wrong is an error that says where it is."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wfhagent.errors import SettingsError
from wfhagent.settings.tables import DetailedLogSettings, NoticeSettings


def check_token(token: str, where: str) -> None:
    """Refuse what cannot stand in a header."""
    if not re.fullmatch(r"[!-~]*", token):
        raise SettingsError(
            f"{where} auth_token: no token holds a space, a line break or a letter of another "
            "alphabet; copy it anew."
        )


def check_url(url: str, where: str) -> None:
    """Refuse user and password in the server's address, which status, log and pages show."""
    if "@" in url.partition("://")[2]:
        raise SettingsError(
            f"{where} url: a user and a password have no place in it; remove them and the @."
        )


def full_path(path: str, where: str, start: Path) -> str:
    """Return *path* as a service and a command, which start in other folders, both find it."""
    if controls := re.findall(r"[\x01-\x1f]", path):
        raise SettingsError(
            f"{where}: {path!r} holds {controls[0]!r}: in double quotes a backslash begins an "
            r"escape. Write the path in single quotes ('C:\temp') or with slashes (C:/temp)."
        )
    try:
        if "\0" not in path:
            return str(start / Path(path).expanduser())
    except RuntimeError:
        pass  # ~nobody/data
    raise SettingsError(f"{where}: {path!r} is no path on this machine.")


def check_notice(notice: NoticeSettings, where: str) -> None:
    """Refuse a notice that is to be read and says nothing."""
    if notice.required and not (notice.text or notice.purpose):
        raise SettingsError(f"{where} required: there is nothing to read; fill in text or purpose.")


def check_window(window: DetailedLogSettings, where: str) -> None:
    """Refuse a window that no day has, and a zone that nobody knows."""
    if window.end <= window.start:
        raise SettingsError(
            f"{where} end must be later than start; windows over midnight are not supported."
        )
    if window.time_zone:
        try:
            ZoneInfo(window.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingsError(
                f"{where} time_zone: {window.time_zone!r} is no IANA name such as Europe/Vienna."
            ) from error
