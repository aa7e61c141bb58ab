"""Imports from a drop-in: the very bytes that were hashed are compiled, and nothing else is run.

Python itself would take bytecode from `__pycache__`, which no hash covers and which may even say
that it is not to be compared with its source. So folders of a drop-in get a finder of their own,
for packages, for namespace packages and for what a plugin adds to sys.path alike.
"""

import errno
import os
import sys
from functools import partial
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from wfhagent.plugins.tree import Tree
from wfhagent.system.ownership import only_root_writes
from wfhagent.system.probe import is_folder


class SourceLoader(SourceFileLoader):
    """Compiles a source file of a drop-in at each import."""

    def __init__(self, tree: Tree, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._tree = tree

    def get_data(self, path: str) -> bytes:
        """Return the content of *path*, which was hashed."""
        return self._tree.read(path)

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the source; no bytecode is read or written."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _ExtensionLoader(ExtensionFileLoader):
    """Loads an extension module of a drop-in, from a private copy where it could be swapped.

    The system opens a library by its path, and by then another file may have that path.
    """

    def __init__(self, tree: Tree, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._tree = tree

    def get_data(self, path: str) -> bytes:
        return self._tree.read(path)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self._tree.read(self.path)
        # Windows removes no library that is loaded, and each process would leave a copy behind.
        if os.name == "nt" or only_root_writes(Path(self.path)):
            return super().create_module(spec)
        # The agent itself loads no plugin's library, and waits without it.
        from wfhagent.plugins.library_copies import copy_of_library  # noqa: PLC0415

        copy = copy_of_library(self._tree, self.path)
        module = super().create_module(ModuleSpec(spec.name, self, origin=str(copy)))
        module.__file__ = self.path
        return module


class _Folders:
    """Finds modules in the folders of *tree*, and in the folder that holds all drop-ins."""

    def __init__(self, tree: Tree) -> None:
        self.path = tree.path
        self._tree = tree
        self._top = os.path.realpath(tree.path)

    def __call__(self, entry: str) -> FileFinder:
        """Return a finder for the folder *entry*."""
        if not self.covers(entry) or not is_folder(entry):
            raise ImportError("no folder of this drop-in", path=entry)
        extension: Any = partial(_ExtensionLoader, self._tree)
        source: Any = partial(SourceLoader, self._tree)
        # Bytecode without source has no place here.
        return FileFinder(entry, (extension, EXTENSION_SUFFIXES), (source, SOURCE_SUFFIXES))

    def covers(self, entry: str) -> bool:
        """Tell whether *entry* of a search path is for this hook."""
        real = os.path.realpath(entry)
        # The folder of all drop-ins itself, too: a drop-in must not import another one.
        return f"{real}{os.sep}".startswith(f"{self._top}{os.sep}") or real == str(
            Path(self._top).parent
        )

    def refuse_bytecode(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hide bytecode from a plugin that loads a file of its folder without the import system."""
        if event != "open" or not isinstance(arguments[0], str):
            return
        if arguments[0].endswith(".pyc") and self.covers(str(Path(arguments[0]).parent)):
            raise FileNotFoundError(errno.ENOENT, "Bytecode of a drop-in is not used", arguments[0])


def import_only_verified(tree: Tree) -> None:
    """Have all later imports from the folders of *tree* in this process come from its files."""
    hook = _Folders(tree)
    before = [one for one in sys.path_hooks if isinstance(one, _Folders) and one.path == tree.path]
    sys.path_hooks[:] = [hook, *(one for one in sys.path_hooks if one not in before)]
    if not before:
        # It cannot be taken back, and does not need to be: it knows the folder only.
        sys.addaudithook(hook.refuse_bytecode)
    for entry in list(sys.path_importer_cache):
        if hook.covers(entry):
            del sys.path_importer_cache[entry]
