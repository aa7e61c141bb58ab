"""Lays the tree of a download out in a fixed place, so that the service is one plain program.

A download unpacks into the user's cache, which may be emptied, and runs as two processes.
"""

import shutil
from pathlib import Path

from wfhagent.compiled import BUNDLE, PROGRAM, Compiled
from wfhagent.host.trust import check_trust
from wfhagent.probe import is_folder, may_be_there
from wfhagent.service.unit import ServiceError

DROP_INS = "plugins"


def check_drop_ins(source: Compiled) -> None:
    """Refuse the drop-ins beside the download that others may write: a copy would be trusted.

    Raises:
        PluginError: names the file, and what to do.
    """
    beside = source.home / DROP_INS
    if is_folder(beside):
        check_trust(beside, {})


def lay_out(source: Compiled, target: Path) -> None:
    """Put the tree of *source* at *target*, whole or not at all.

    Drop-ins beside the download come along; without such a folder, those of the tree that is
    replaced stay.

    Raises:
        ServiceError: the files cannot be written, or the old ones are in use.
    """
    fresh, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    beside = source.home / DROP_INS
    drop_ins = beside if is_folder(beside) else target / DROP_INS
    try:
        for left in (fresh, old):
            _remove(left)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_program(source, fresh)
        if is_folder(drop_ins):
            shutil.copytree(drop_ins, fresh / DROP_INS)
        if may_be_there(target):
            target.rename(old)
        fresh.rename(target)
        _remove(old)
    except (OSError, shutil.Error) as error:
        raise ServiceError(
            f"The program cannot be laid out as {target}: {error}. "
            "Stop the agent (`wfhagent service stop`) and try again."
        ) from error


def _copy_program(source: Compiled, fresh: Path) -> None:
    if source.bundle is not None:
        # As it is: its signature seals every name in it. Drop-ins lie beside it.
        shutil.copytree(source.bundle, fresh / BUNDLE, symlinks=True)
        return
    shutil.copytree(source.folder, fresh, symlinks=True)
    (fresh / source.program.name).rename(fresh / PROGRAM)


def clear(target: Path) -> None:
    """Remove what `lay_out` put at *target*, and drop-ins in it; nothing when it is not there.

    Raises:
        ServiceError: something is still in use.
    """
    try:
        _remove(target)
    except OSError as error:
        raise ServiceError(f"{target} cannot be removed: {error}. Delete it by hand.") from error


def _remove(folder: Path) -> None:
    if may_be_there(folder):
        shutil.rmtree(folder)
