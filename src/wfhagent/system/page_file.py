"""Pages on the disk of the person at this machine, and the browser that shows them."""

import logging
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wfhagent.errors import DisplayError
from wfhagent.messages import _
from wfhagent.system.private import replace_private

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""A page is a copy of what the outbox holds, and must not outlive it."""


def write_page(file: Path, html: str) -> None:
    """Write *file* whole or not at all; nobody but its owner may read it.

    A device, such as /dev/null, takes the page and stays what it is.

    Raises:
        DisplayError: the disk is full, or the folder cannot be written.
    """
    try:
        if _is_device(file):
            file.write_text(html, encoding="utf-8")
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_private(file, html.encode(), durable=False)
    except OSError as error:
        raise DisplayError(
            _("{file} cannot be written: {error}. Choose another file with --out.").format(
                file=file, error=error
            )
        ) from error


def _is_device(file: Path) -> bool:
    """Tell whether *file* is something that a page must not replace."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def open_page(file: Path) -> bool:
    """Open *file* with the system's browser; false when there is none."""
    import webbrowser  # noqa: PLC0415 -- not for the agent that waits

    return webbrowser.open(file.absolute().as_uri())


def forget_pages(files: Iterable[Path], now: datetime) -> None:
    """Remove those of *files* that were written some time ago; logs what it cannot remove."""
    for file in files:
        try:
            if now - datetime.fromtimestamp(file.stat().st_mtime, UTC) > KEPT:
                file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("%s cannot be removed: %s", file, error)
