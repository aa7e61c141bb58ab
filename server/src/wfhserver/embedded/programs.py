"""Runs PostgreSQL's programs as its user."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wfhserver.embedded.layout import Layout
from wfhserver.errors import EmbeddedError
from wfhserver.files import PRIVATE_UMASK, open_private

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_COMMAND_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Programs:
    """The programs in *binaries*; they work in the layout's base folder.

    A path relative to it has no character that pg_ctl's shell could take for something else.
    """

    layout: Layout
    binaries: Path

    def run(self, program: str, *arguments: str, seconds: float | None = _COMMAND_SECONDS) -> None:
        """Run one to its end; EmbeddedError names it and where its words are."""
        journal = self.layout.base / "commands.log"
        try:
            # Not through a pipe: PostgreSQL would inherit it, and reading it would not end.
            with os.fdopen(open_private(journal, os.O_WRONLY | os.O_TRUNC), "wb") as output:
                subprocess.run(  # noqa: S603 -- our own program, no shell
                    [self.binaries / program, *arguments],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=self.layout.base,
                    # Ctrl-C in the terminal is for the server, which then stops PostgreSQL.
                    start_new_session=True,
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                    timeout=seconds,
                    umask=PRIVATE_UMASK,
                    **self._who(),
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedError(
                f"{program} of the embedded PostgreSQL failed ({_short(error)}):"
                f" {_last_line(journal)}. See {self.layout.journal}."
            ) from error

    def _who(self) -> dict[str, Any]:
        account = self.layout.account
        if account is None:
            return {}
        return {"user": account.uid, "group": account.gid, "extra_groups": []}


def major_version(program: Path) -> int | None:
    """Return the major version of a *program* of PostgreSQL; None when it does not run."""
    try:
        output = subprocess.run(  # noqa: S603 -- a program of PostgreSQL, no shell
            [program, "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_COMMAND_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(output)
    return None if found is None else int(found[1])


def _last_line(journal: Path) -> str:
    """Return the last line that a program wrote; the next one begins the file again."""
    try:
        lines = journal.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")


def _short(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"it ended with {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {error.timeout:g} s"
    return str(error)
