"""What a plugin imports that the compiled agent does not promise to have, and what to do."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from wfhagent.messages import _
from wfhagent.plugins.vendored import VENDOR
from wfhagent.system.probe import is_file, is_folder

_NOT_THE_PLUGIN = frozenset({"tests", "build", "dist", VENDOR})
_TESTS = ("test_", "conftest")
PROMISED = Path(__file__).with_name("promised.txt")


def notes_on_imports(path: Path) -> list[str]:
    """Return a sentence for each package that the plugin at *path* imports and agents may lack."""
    found = dict.fromkeys(map(_package, _unpromised(path)))
    return [_advice(package, path) for package in found if not is_vendored(package, path)]


def _unpromised(path: Path) -> list[str]:
    """Return the modules, by name, that the plugin at *path* imports and promised.txt lacks."""
    known = set(promised())
    return sorted(
        {
            name
            for file in sources_of(path)
            for name in _imported(file)
            if not any(is_part(name, of) or is_part(of, name) for of in known)
        }
    )


def _package(module: str) -> str:
    """Return what *module* is called in a note: all of numpy is one."""
    return module if is_part(module, "wfhagent") else module.partition(".")[0]


def is_vendored(package: str, path: Path, platforms: str = "*-cp*") -> bool:
    """Tell whether `plugin vendor` has put *package* into the plugin at *path*.

    *platforms* is a pattern of those for which it may be, such as `linux-x86_64-cp*`.
    """
    vendor = path / VENDOR
    return any(
        next(folder.glob(name), None) is not None
        for folder in (vendor, *vendor.glob(platforms))
        for name in (package, f"{package}.py", f"{package}.*.so", f"{package}.*.pyd")
    )


def _advice(package: str, path: Path) -> str:
    if is_part(package, "wfhagent"):
        text = _("It imports {package}, which may change: plugins import wfhagent.plugin only.")
    elif package == path.stem or is_file(path / f"{package}.py") or is_folder(path / package):
        text = _(
            "It imports {package}, which the agent looks for among its own modules: for a module "
            "of the plugin's folder write `from . import`."
        )
    elif package in sys.stdlib_module_names:
        text = _(
            "It imports {package}, a module of Python that the compiled agent may not have: do "
            "without it."
        )
    elif is_file(path):
        text = _(
            "It imports {package}, which the compiled agent may not have. Make the plugin a "
            "folder, to which `wfhagent plugin vendor` adds packages."
        )
    else:
        text = _(
            "It imports {package}, which the compiled agent may not have. Write its distribution "
            "into requirements.txt, and run `wfhagent plugin vendor {plugin}`."
        )
    return text.format(package=package, plugin=path.name)


def promised() -> Iterator[str]:
    """Yield the modules and packages that every agent has on some system."""
    for line in PROMISED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            # A marker behind it says on which systems.
            yield line.partition(";")[0].strip()


def promised_everywhere() -> set[str]:
    """Return the top-level modules and packages that every agent has on each system."""
    lines = PROMISED.read_text(encoding="utf-8").splitlines()
    names = {line for line in lines if line and not line.startswith("#") and ";" not in line}
    return {name.partition(".")[0] for name in names}


def lacking_on(sys_platform: str) -> set[str]:
    """Return the modules and packages that agents have on other systems, and not on this one."""
    lines = PROMISED.read_text(encoding="utf-8").splitlines()
    marked = [line.partition(";") for line in lines if ";" in line and not line.startswith("#")]
    return {name.strip() for name, _semicolon, marker in marked if not _holds(marker, sys_platform)}


def _holds(marker: str, sys_platform: str) -> bool:
    """Tell whether a marker of promised.txt holds: all are about sys_platform."""
    _name, operator, quoted = marker.split()
    return (quoted.strip('"') == sys_platform) is (operator == "==")


def is_part(name: str, of: str) -> bool:
    """Tell whether the module *name* is *of*, or in it."""
    return name == of or name.startswith(f"{of}.")


def sources_of(path: Path) -> Iterator[Path]:
    """Yield the files of the plugin at *path* that run in the agent: not its tests."""
    if is_file(path):
        yield path
        return
    for file in path.rglob("*.py"):
        folders = set(file.relative_to(path).parts[:-1])
        hidden = any(name.startswith(".") for name in folders)
        if not (hidden or folders & _NOT_THE_PLUGIN or file.name.startswith(_TESTS)):
            yield file


def _imported(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        # The agent says it, and better.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
