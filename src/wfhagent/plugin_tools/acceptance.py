"""Which packs a device takes: by name, signature and version."""

from pathlib import Path

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugins.first_party import FIRST_PARTY
from wfhagent.plugins.manifest import Manifest, SignedManifest
from wfhagent.plugins.reserved import RESERVED
from wfhagent.plugins.signer import why_not_signed
from wfhagent.plugins.tree import PACK_FOLDER
from wfhagent.settings import PluginsSettings
from wfhagent.system.probe import is_folder, may_be_there


def check_name(manifest: Manifest, folder: Path, file: Path) -> None:
    """Refuse the pack in *file* when its name is taken in *folder*, the folder of drop-ins.

    Raises:
        PluginError: it is.
    """
    name = manifest.name
    if name in RESERVED:
        text = _("{file}: its name, {name!r}, is a key of [plugins] in agent.toml.")
    elif name in FIRST_PARTY:
        text = _("{file}: its name, {name!r}, is that of a plugin of wfhagent.")
    elif may_be_there(folder / f"{name}.py"):
        text = _("{file}: its name, {name!r}, is taken by {folder}/{name}.py. Remove that first.")
    elif may_be_there(folder / name) and not is_folder(folder / name / PACK_FOLDER):
        text = _(
            "{file}: its name, {name!r}, is taken by {folder}/{name}, which is no installed pack. "
            "Remove that first."
        )
    else:
        return
    raise PluginError(text.format(file=file, name=name, folder=folder))


def check_trust(pack: SignedManifest, plugins: PluginsSettings, file: Path) -> None:
    """Refuse the pack in *file* when the agent with the settings *plugins* would not use it.

    Raises:
        PluginError: it would not.
    """
    manifest = pack.manifest
    keys = plugins.trusted_keys
    if plugins.trusted.get(manifest.name) == manifest.sha256:
        return
    if why := why_not_signed(pack, keys) if keys else "":
        text = _("{file}: {name} {version} would not be used: [plugins.trusted] does not name it")
        raise PluginError(
            text.format(file=file, name=manifest.name, version=manifest.version) + f"; {why}."
        )
    if plugins.trusted and not keys:
        text = _(
            "{file}: {name} {version} would not be used: [plugins.trusted] does not name it. Add "
            "{line}."
        )
        line = f'"{manifest.name}" = "{manifest.sha256}"'
        raise PluginError(
            text.format(file=file, name=manifest.name, version=manifest.version, line=line)
        )


def check_version(new: Manifest, old: Manifest, file: Path) -> None:
    """Refuse the pack in *file* when it is older than the installed one, or another one.

    Raises:
        PluginError: it is.
    """
    if _number(new.version) < _number(old.version):
        text = _(
            "{file}: {name} {old} is installed, and {new} is older. To go back, add --downgrade."
        )
    elif _number(new.version) == _number(old.version) and new.sha256 != old.sha256:
        text = _(
            "{file}: {name} {old} is installed with other files. Give the new pack a higher "
            "version, or add --downgrade."
        )
    else:
        return
    raise PluginError(text.format(file=file, name=new.name, old=old.version, new=new.version))


def _number(version: str) -> list[int]:
    """Return *version* as it is compared: 1.2 and 1.2.0 are the same."""
    parts = [int(part) for part in version.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return parts
