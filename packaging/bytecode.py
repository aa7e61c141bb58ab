"""Nuitka plugin: what is not ours travels as bytecode, which is as fast, and compiles in minutes.

build_binary.py names the packages in the environment; a rule for everything that is not ours
would also meet modules that Nuitka makes itself, and those must be compiled. Docstrings of others
stay behind: 1.6 MB in a process that waits. Ours are the texts of the command line.
"""

import os
import sys
from pathlib import Path

from nuitka.plugins.PluginBase import NuitkaPluginBase

# Nuitka loads this file by its path alone.
sys.path.append(str(Path(__file__).parent))

from docstrings import without_docstrings

VARIABLE = "WFHAGENT_BYTECODE"
TRIGGERS = ("-preLoad", "-postLoad")
"""Names of code that Nuitka runs around a module; from its cache of bytecode it cannot take it."""


class BytecodePlugin(NuitkaPluginBase):  # type: ignore[misc]  # Nuitka has no types
    """Decides for each module whether it becomes C."""

    plugin_name = "wfhagent-bytecode"
    plugin_desc = "Leaves third-party packages as bytecode."

    def __init__(self) -> None:
        self._names = frozenset(os.environ[VARIABLE].split(","))

    def decideCompilation(self, module_name: object) -> str | None:  # noqa: N802 -- Nuitka's name
        """Return "bytecode" for third-party modules; no opinion on the others."""
        name = str(module_name)
        if name.endswith(TRIGGERS):
            return "compiled"
        return "bytecode" if _top(name) in self._names else None

    def onModuleSourceCode(  # noqa: N802 -- Nuitka's name
        self,
        module_name: object,
        source_filename: str,  # noqa: ARG002 -- Nuitka's signature
        source_code: str,
    ) -> str:
        """Return the source without docstrings where it is the standard library's or others'."""
        top = _top(str(module_name))
        if top in self._names or top in sys.stdlib_module_names:
            return without_docstrings(source_code)
        return source_code


def _top(name: str) -> str:
    return name.partition(".")[0]
