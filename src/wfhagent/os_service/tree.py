"""Lays the tree of a download out in a fixed place, so that the service is one plain program.

A download unpacks into the user's cache, which may be emptied, and runs as two processes.
"""

import contextlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from wfhagent.messages import _
from wfhagent.os_service.unit import STOP_SECONDS, ServiceError
from wfhagent.os_service.windowless_copy import ProgramError, write_windowless_copy
from wfhagent.system.compiled import BUNDLE, PROGRAM, WINDOWLESS_PROGRAM, Compiled
from wfhagent.system.probe import is_folder, may_be_there
from wfhagent.system.replace_file import replace

DROP_INS = "plugins"
POLL_SECONDS = 0.5
WAITS_SECONDS = (POLL_SECONDS,) * round(STOP_SECONDS / POLL_SECONDS)
"""How long an agent that was asked to stop may still hold its program on Windows."""


def drop_ins_of(source: Compiled) -> Path | None:
    """Return the folder of drop-ins next to the download; None where there is none."""
    folder = source.home / DROP_INS
    return folder if is_folder(folder) else None


def unpack(source: Compiled, target: Path) -> None:
    """Put the tree of *source* next to *target*, for `put_in_place`; the old one runs meanwhile.

    Drop-ins next to the download come along; without such a folder, those of the tree that is
    replaced stay.

    Raises:
        ServiceError: the files cannot be written.
    """
    fresh = _fresh(target)
    drop_ins = drop_ins_of(source) or target / DROP_INS
    try:
        for left in (fresh, _old(target)):
            _remove(left)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_program(source, fresh)
        if is_folder(drop_ins):
            shutil.copytree(drop_ins, fresh / DROP_INS)
    except (OSError, shutil.Error, ProgramError) as error:
        raise _failure(target, error) from error


def put_in_place(target: Path, *, replace: Callable[..., None] = replace) -> None:
    """Put what `unpack` made at *target*, whole or not at all.

    Raises:
        ServiceError: the old program is in use; it stays.
    """
    old = _old(target)
    waits = WAITS_SECONDS if sys.platform == "win32" else ()
    try:
        if may_be_there(target):
            replace(target, old, waits=waits)
        try:
            replace(_fresh(target), target)
        except OSError:
            if may_be_there(old):
                replace(old, target)
            raise
    except OSError as error:
        raise _failure(target, error) from error
    # Windows may still hold a file of it; the next update or `clear` removes it.
    with contextlib.suppress(OSError):
        _remove(old)


def _copy_program(source: Compiled, fresh: Path) -> None:
    if source.bundle is not None:
        # Unchanged: its signature seals every name in it. Drop-ins go next to it.
        shutil.copytree(source.bundle, fresh / BUNDLE, symlinks=True)
        return
    shutil.copytree(source.folder, fresh, symlinks=True)
    if source.program.name != PROGRAM:
        replace(fresh / source.program.name, fresh / PROGRAM)
    if sys.platform == "win32" and not may_be_there(fresh / WINDOWLESS_PROGRAM):
        write_windowless_copy(fresh / PROGRAM, fresh / WINDOWLESS_PROGRAM)


def clear(target: Path) -> None:
    """Remove what was put at *target*, drop-ins in it, and what an update left behind.

    Raises:
        ServiceError: something is still in use.
    """
    for folder in places(target):
        try:
            _remove(folder)
        except OSError as error:
            raise ServiceError(
                _("{folder} cannot be removed: {error}. Delete it yourself.").format(
                    folder=folder, error=error
                )
            ) from error


def places(target: Path) -> list[Path]:
    """Return every folder that may be there once something was put at *target*."""
    return [_old(target), _fresh(target), target]


def _fresh(target: Path) -> Path:
    return target.with_name(f"{target.name}.new")


def _old(target: Path) -> Path:
    return target.with_name(f"{target.name}.old")


def _failure(target: Path, error: Exception) -> ServiceError:
    return ServiceError(
        _(
            "The program cannot be copied to {folder}: {error}. Stop the agent (`wfhagent service "
            "stop`) and try again."
        ).format(folder=target, error=str(error).rstrip("."))
    )


def _remove(folder: Path) -> None:
    if may_be_there(folder):
        shutil.rmtree(folder)
