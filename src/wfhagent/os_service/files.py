"""Writes the files of a service, and takes them away again without a trace."""

from pathlib import Path

from wfhagent.messages import _
from wfhagent.os_service.unit import Definition, ServiceError
from wfhagent.system.private import rewrite_private


def write(definition: Definition) -> None:
    """Write one file, whole or not at all; readable by its user only."""
    file = Path(definition.where)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        rewrite_private(file, definition.content)
    except OSError as error:
        text = _("{file} cannot be written: {error}.")
        raise ServiceError(text.format(file=file, error=error)) from error


def remove(file: Path, *, up_to: Path) -> None:
    """Remove *file* and every folder below *up_to* that is empty without it."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        text = _("{file} cannot be removed: {error}.")
        raise ServiceError(text.format(file=file, error=error)) from error
    for folder in file.parents:
        if folder == up_to or not folder.is_relative_to(up_to):
            return
        try:
            folder.rmdir()
        except OSError:
            return  # Others use it.
