"""What of a plugin's imports another system does not have: `plugin check --for`."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from wfhagent.messages import _
from wfhagent.plugin_tools.findings import Checked
from wfhagent.plugin_tools.imports import is_part, is_vendored, lacking_on, sources_of
from wfhagent.plugin_tools.reachable_imports import Import, reachable_imports
from wfhagent.plugin_tools.targets import For, Target, targets
from wfhagent.plugins.vendored import VENDOR, this_system


def check_for(checked: Checked, path: Path, systems: Sequence[For]) -> None:
    """Add to *checked* what goes wrong on *systems* with the imports of the plugin at *path*.

    What was found on this system is worth a note only, unless the plugin is for it.
    """
    if not systems:
        return
    if this_system()[0] not in {one.partition("-")[0] for one in systems}:
        here = _("On this system: {problem}")
        checked.notes += [here.format(problem=problem) for problem in checked.problems]
        checked.problems.clear()
    for system, target in zip(systems, targets(systems, ""), strict=True):
        found = list(_missing_modules(path, target))
        problems = [*_missing_packages(path, system, target)]
        problems += [_problem(system, *each) for each in found if not each[1].late]
        checked.notes += [_note(system, *each) for each in found if each[1].late]
        checked.problems += problems
        if not problems:
            checked.systems.append(system)


def _problem(system: For, file: str, found: Import) -> str:
    text = _(
        "On {system} the agent refuses it: {file}:{line} imports {module}, which is not there."
    )
    return text.format(system=system, file=file, line=found.line, module=found.module)


def _note(system: For, file: str, found: Import) -> str:
    text = _("On {system} this call fails: {file}:{line} imports {module}, which is not there.")
    return text.format(system=system, file=file, line=found.line, module=found.module)


def _missing_modules(path: Path, target: Target) -> Iterator[tuple[str, Import]]:
    lacking = lacking_on(target.markers["sys_platform"])
    for file, found in _imports(path, target):
        if any(is_part(found.module, of) for of in lacking):
            yield file, found


def _missing_packages(path: Path, system: For, target: Target) -> Iterator[str]:
    """Yield a sentence for each package that `_vendor` has for other platforms only."""
    # Agents there may have another Python than this one.
    platform = target.name.rpartition("-")[0]
    packages = {found.module.partition(".")[0] for _file, found in _imports(path, target)}
    for package in sorted(packages):
        if is_vendored(package, path) and not is_vendored(package, path, f"{platform}-cp*"):
            text = _(
                "On {system} it lacks {package}: {vendor} has it for other systems. Run "
                "`wfhagent plugin vendor {plugin} --for {system}`, with --for for each system."
            )
            yield text.format(system=system, package=package, vendor=VENDOR, plugin=path.name)


def _imports(path: Path, target: Target) -> Iterator[tuple[str, Import]]:
    for file in sources_of(path):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            # The agent says it, and better.
            continue
        for found in reachable_imports(tree, target.markers):
            yield file.relative_to(path.parent).as_posix(), found
