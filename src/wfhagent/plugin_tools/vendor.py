"""Fills `_vendor` of a plugin with the packages of its requirements.txt."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.download import download
from wfhagent.plugin_tools.imports import promised_everywhere
from wfhagent.plugin_tools.targets import Target
from wfhagent.plugin_tools.wheels import Wheel, modules_of, unpack, wheel
from wfhagent.plugins.vendored import VENDOR
from wfhagent.system.probe import is_file, is_folder
from wfhagent.system.replace_file import replace

REQUIREMENTS = "requirements.txt"


class Vendored(msgspec.Struct, frozen=True, kw_only=True):
    """What `_vendor` has now: *packages* by platform, and those *left_out*: every agent has them.

    *size* is in bytes.
    """

    folder: str
    packages: Mapping[str, Sequence[str]]
    left_out: Sequence[str]
    size: int


def vendor(plugin: Path, targets: Sequence[Target]) -> Vendored:
    """Replace `_vendor` of the plugin at *plugin* by what its requirements.txt asks for.

    Raises:
        PluginError: it is no folder with a requirements.txt, or pip finds no wheel.
    """
    plugin = plugin.resolve()
    if not is_file(plugin / "__init__.py"):
        text = _(
            "{path}: only a plugin that is a folder with __init__.py can have packages. Move "
            "the file there, as __init__.py."
        )
        raise PluginError(text.format(path=plugin))
    requirements = plugin / REQUIREMENTS
    if not is_file(requirements):
        text = _("{file}: is not there. Write one package per line into it, such as holidays.")
        raise PluginError(text.format(file=requirements))
    with tempfile.TemporaryDirectory(prefix="wfhagent-vendor-") as scratch:
        found = {each.name: _wheels(requirements, each, Path(scratch)) for each in targets}
        try:
            return _fill(plugin, found)
        except OSError as error:
            text = _("{folder}: cannot be written: {reason}.")
            reason = error.strerror or str(error)
            raise PluginError(text.format(folder=plugin / VENDOR, reason=reason)) from error


def _wheels(requirements: Path, target: Target, scratch: Path) -> list[Wheel]:
    folder = scratch / target.name
    folder.mkdir()
    return [wheel(file) for file in download(requirements, target, folder)]


def _fill(plugin: Path, found: Mapping[str, Sequence[Wheel]]) -> Vendored:
    left_out = {
        each.distribution
        for wheels in found.values()
        for each in wheels
        if _every_agent_has(each.file)
    }
    used = {
        name: [each for each in wheels if each.distribution not in left_out]
        for name, wheels in found.items()
    }
    # The leading dot keeps a half-filled folder out of copies and packs.
    with tempfile.TemporaryDirectory(dir=plugin, prefix=f".{VENDOR}-") as scratch:
        new, old = Path(scratch, "new"), Path(scratch, "old")
        new.mkdir()
        new.chmod(0o755)
        for each, folder in _places(used, new):
            unpack(each.file, folder)
        size = sum(file.stat().st_size for file in new.rglob("*") if is_file(file))
        if is_folder(plugin / VENDOR):
            replace(plugin / VENDOR, old)
        replace(new, plugin / VENDOR)
    return Vendored(
        folder=str(plugin / VENDOR),
        packages={name: [each.distribution for each in wheels] for name, wheels in used.items()},
        left_out=sorted(left_out),
        size=size,
    )


def _places(used: Mapping[str, Sequence[Wheel]], folder: Path) -> list[tuple[Wheel, Path]]:
    """Return where each wheel goes: one that is pure and the same everywhere into *folder*."""
    pure = {each.file.name: each for wheels in used.values() for each in wheels if each.is_pure}
    common = {
        name
        for name in pure
        if all(name in {each.file.name for each in wheels} for wheels in used.values())
    }
    places = [(pure[name], folder) for name in sorted(common)]
    for target, wheels in used.items():
        places += [(each, folder / target) for each in wheels if each.file.name not in common]
    return places


def _every_agent_has(file: Path) -> bool:
    """Tell whether a wheel has nothing that is not promised, so that it would be there twice."""
    modules = {name for name in modules_of(file) if not name.startswith("_")}
    known = promised_everywhere()
    return bool(modules) and all(
        name in known or name == "wfhagent" or name.startswith("wfhagent_") for name in modules
    )


def describe_vendored(vendored: Vendored) -> str:
    """Return what was done, for the terminal."""
    lines = [
        _("{folder} has {size} MB of packages:").format(
            folder=vendored.folder, size=f"{vendored.size / 1_000_000:.1f}"
        )
    ]
    for name, packages in vendored.packages.items():
        lines.append(f"  {name}: {', '.join(packages) or _('none')}")
    if vendored.left_out:
        text = _("Left out, because every agent has them: {packages}.")
        lines.append(text.format(packages=", ".join(vendored.left_out)))
    return "\n".join(lines)
