"""Writes the files of a service, and takes them away again without a trace."""

from pathlib import Path

from wfhagent.os_service.unit import Definition, ServiceError
from wfhagent.system.replace_file import replace


def write(definition: Definition) -> None:
    """Write one file, whole or not at all; readable by its user only."""
    file = Path(definition.where)
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.touch(mode=0o600)
        fresh.write_bytes(definition.content)
        replace(fresh, file)
    except OSError as error:
        raise ServiceError(f"{file} cannot be written: {error}.") from error


def remove(file: Path, *, up_to: Path) -> None:
    """Remove *file* and every folder below *up_to* that is empty without it."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ServiceError(f"{file} cannot be removed: {error}.") from error
    for folder in file.parents:
        if folder == up_to or not folder.is_relative_to(up_to):
            return
        try:
            folder.rmdir()
        except OSError:
            return  # Others use it.
