"""When files were changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from wfhagent.plugin import AbsentError


def newest(files: Iterable[Path], *, otherwise: str) -> datetime:
    """Return when the newest of *files* was changed, in whole seconds.

    Raises:
        AbsentError: none of them is there; *otherwise* is the reason.
    """
    found = [seconds for file in files if (seconds := _changed(file)) is not None]
    if not found:
        raise AbsentError(otherwise)
    return datetime.fromtimestamp(int(max(found)), UTC)


def _changed(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None
