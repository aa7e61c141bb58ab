"""Private copies of the compiled libraries of a drop-in, for the life of one process.

A package such as numpy has dozens that need each other, so all are copied once. The process deletes
them when it ends. Those of a process that was killed are deleted by the next one.
"""

import os
import re
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from wfhagent.plugins.tree import Tree
from wfhagent.plugins.vendored import is_for_another_platform
from wfhagent.process.child.serve import at_end

_LIBRARY = re.compile(r"\.(?:so|pyd|dll|dylib)(?:\.|$)")
_PREFIX = "wfhagent-libraries-"
_NAME = re.compile(rf"{_PREFIX}(\d+)-\w+")
_folders: dict[str, Path] = {}
"""The folder with the copies, by path and hash of the drop-in."""


def copy_of_library(tree: Tree, file: str) -> Path:
    """Return the copy of the library *file* of *tree*; it has the content that was hashed.

    Raises:
        ImportError: a library of *tree* was changed.
        OSError: there is no room for the copies.
    """
    top = os.path.realpath(tree.path)
    key = f"{top} {tree.digest}"
    if key not in _folders:
        _folders[key] = _copied(tree, top)
    return _folders[key] / os.path.relpath(os.path.realpath(file), top)


def _copied(tree: Tree, top: str) -> Path:
    _delete_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    at_end(lambda: shutil.rmtree(folder, ignore_errors=True))
    for file in tree.files:
        name = os.path.relpath(file, top)
        if _LIBRARY.search(file) and not is_for_another_platform(name):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(tree.read(file))
    return folder


if sys.platform == "win32":

    def _delete_left_behind() -> None:
        """Delete nothing: Windows makes no copies."""

else:

    def _delete_left_behind() -> None:
        """Delete the copies of processes that were killed."""
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            name = _NAME.fullmatch(folder.name)
            # Those of other users cannot be deleted, and are theirs.
            with suppress(OSError):
                ours = folder.lstat().st_uid == os.geteuid()
                if name and ours and not _is_running(int(name[1])):
                    shutil.rmtree(folder, ignore_errors=True)

    def _is_running(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            pass
        return True
