"""Nuitka plugin: the program travels as bytecode, which is smaller, waits with less memory, and is
built in two minutes.

C would be faster, for an agent that sleeps. build_binary.py names the packages in the environment;
a rule for everything would also meet modules that Nuitka makes itself, and those must be compiled.
Docstrings stay behind, 1.6 MB in a process that waits, but those that the command line shows.
"""

import gc
import importlib.metadata
import os
import sys
from pathlib import Path

from nuitka.plugins.PluginBase import NuitkaPluginBase

# Nuitka loads this file by its path alone.
sys.path.append(str(Path(__file__).parent))

from build_machine import PREFIX, without_build_machine
from docstrings import UNREAD, without_docstrings

HERE = Path(__file__).parent
VARIABLE = "WFHAGENT_BYTECODE"
TRIGGERS = ("-preLoad", "-postLoad")
"""Names of code that Nuitka runs around a module; from its cache of bytecode it cannot take it."""
COMPARE = "wfhagent_is_module"
MARKED = "wfhagent.system.compiled"
"""Nuitka leaves its mark in C only."""


class BytecodePlugin(NuitkaPluginBase):  # type: ignore[misc]  # Nuitka has no types
    """Decides for each module whether it becomes C."""

    plugin_name = "wfhagent-bytecode"
    plugin_desc = "Leaves packages as bytecode."

    def __init__(self) -> None:
        self._names = frozenset(os.environ[VARIABLE].split(","))
        distribution = importlib.metadata.PathDistribution
        distribution.read_text = _read_without_description  # type: ignore[method-assign,assignment]

    def decideCompilation(self, module_name: object) -> str | None:  # noqa: N802 -- Nuitka's name
        """Return "bytecode" for the named packages and ours; no opinion on the others."""
        # Asked for each module that is reached: what Nuitka knows by then, it keeps to the end.
        gc.freeze()
        name = str(module_name)
        if name.endswith(TRIGGERS) or name == MARKED:
            return "compiled"
        top = _top(name)
        return "bytecode" if top in self._names or top.startswith("wfhagent") else None

    def onModuleSourceCode(  # noqa: N802 -- Nuitka's name
        self,
        module_name: object,
        source_filename: str,  # noqa: ARG002 -- Nuitka's signature
        source_code: str,
    ) -> str:
        """Return the source without what nobody reads in a program."""
        name = str(module_name)
        top = _top(name)
        if top.startswith(PREFIX):
            return without_build_machine(source_code)
        if top in self._names or top in sys.stdlib_module_names or name.startswith(UNREAD):
            return without_docstrings(source_code)
        return source_code

    def getPreprocessorSymbols(  # noqa: N802 -- Nuitka's name
        self,
        onefile: bool,  # noqa: ARG002, FBT001 -- Nuitka's signature
    ) -> dict[str, str] | None:
        """Return which function of Python is replaced in Nuitka's own C."""
        if os.name != "posix":
            # There, functions of Python are declared to come from a DLL.
            return None
        return {"PyImport_ExecCodeModuleObject": "wfhagent_exec_and_release"}

    def onMetaPathLoaderEntryTemplate(  # noqa: N802 -- Nuitka's name
        self,
        module: object,  # noqa: ARG002 -- Nuitka's signature
        template_args: dict[str, object],
    ) -> None:
        """Have the names of modules compared by our C."""
        declaration = f"extern bool {COMPARE}(char const *, char const *);\n"
        template_args["compare_name_func"] = COMPARE
        template_args["template"] = f"{declaration}{template_args['template']}"

    def getExtraCodeFiles(self) -> dict[str, str] | None:  # noqa: N802 -- Nuitka's name
        """Return the C that takes the place of Nuitka's and Python's."""
        names = ["module_names.c", *(["module_code.c"] if os.name == "posix" else [])]
        return {name: (HERE / name).read_text(encoding="utf-8") for name in names}


def _top(name: str) -> str:
    return name.partition(".")[0]


_read = importlib.metadata.PathDistribution.read_text


def _read_without_description(
    distribution: importlib.metadata.PathDistribution, filename: str | os.PathLike[str]
) -> str | None:
    """Return a file of the metadata; of METADATA without its README, which Nuitka would load."""
    text = _read(distribution, filename)
    if text is None or str(filename) != "METADATA":
        return text
    return text.partition("\n\n")[0] + "\n"
