"""Imports one plugin, wherever it is, and leaves the process as it was."""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from wfhagent.errors import PluginError, describe_error
from wfhagent.plugins.dropin import load_drop_in
from wfhagent.plugins.source import Origin, Source
from wfhagent.plugins.tree import read_tree


def load(source: Source, built_in: Mapping[str, ModuleType]) -> ModuleType:
    """Return the module of *source*, one of *built_in* where it is one.

    Raises:
        PluginError: it cannot be imported, or is not the one that was looked at.
    """
    if source.origin is Origin.BUILT_IN:
        return built_in[source.name]
    with _left_as_it_was():
        try:
            if source.origin is Origin.INSTALLED:
                return importlib.import_module(source.where)
            return _load_drop_in(source)
        except PluginError:
            raise
        except (Exception, SystemExit) as error:  # the border to other people's code
            raise PluginError(f"{source.where}: {describe_error(error)}.") from error


def _load_drop_in(source: Source) -> ModuleType:
    path = Path(source.where)
    tree = read_tree(path)
    if tree.digest != source.digest:
        raise PluginError(
            f"{path}: was changed since the agent looked at it; its next start uses it. "
            "A plugin must not write next to itself."
        )
    return load_drop_in(source.name, tree)


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    """Give working directory and environment back as they were."""
    environment = dict(os.environ)
    try:
        directory = Path.cwd()
    except OSError:
        # It was removed: there is none to come back to.
        directory = None
    try:
        yield
    finally:
        if directory is not None:
            with suppress(OSError):
                os.chdir(directory)
        if os.environ != environment:
            os.environ.clear()
            os.environ.update(environment)
