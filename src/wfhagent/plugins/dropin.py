"""Loads plugins that are a file or a folder in the drop-in directory."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from wfhagent.errors import DROP_IN_PREFIX, PluginError
from wfhagent.plugins.tree import Tree
from wfhagent.plugins.vendored import find_vendored
from wfhagent.plugins.verified import SourceLoader, import_only_verified
from wfhagent.system.probe import is_file, is_folder


def find_drop_ins(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each drop-in in *directory*, in order of their names.

    A drop-in is `name.py` or a folder; names with a leading underscore or dot are passed over.

    Raises:
        OSError: *directory* cannot be read.
    """
    try:
        found = sorted(directory.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in found:
        if path.name.startswith(("_", ".")):
            continue
        if is_folder(path):
            yield path.name, path
        elif path.suffix == ".py":
            yield path.stem, path


def check_shape(name: str, path: Path) -> None:
    """Refuse what has the place of a drop-in and cannot be one.

    Raises:
        PluginError: it has no `__init__.py`, or its name cannot be that of a module.
    """
    if "." in name:
        raise PluginError(f"{path}: a dot in its name would make it part of another module.")
    if is_folder(path) and not is_file(path / "__init__.py"):
        raise PluginError(
            f"{path}: has no __init__.py; copy the folder here that is the Python package itself."
        )


def load_drop_in(name: str, tree: Tree) -> ModuleType:
    """Import the drop-in *tree* under a private name.

    The packages in its `_vendor` stay on sys.path: some import their parts late.

    Raises whatever its code raises, SystemExit included.
    """
    private = DROP_IN_PREFIX + name
    folder = is_folder(tree.path)
    file = str(tree.path / "__init__.py" if folder else tree.path)
    spec = importlib.util.spec_from_file_location(
        private,
        file,
        loader=SourceLoader(tree, private, file),
        submodule_search_locations=[str(tree.path)] if folder else None,
    )
    if spec is None or spec.loader is None:
        raise PluginError(f"{tree.path}: is not a Python module.")
    import_only_verified(tree)
    if folder:
        find_vendored(tree.path, sys.path)
    module = importlib.util.module_from_spec(spec)
    # Before it runs: its own submodules and dataclasses look it up there.
    sys.modules[private] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[private]
        raise
    return module
