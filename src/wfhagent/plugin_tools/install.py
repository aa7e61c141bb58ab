"""Installs, lists and removes packs in the folder of drop-ins."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.pack_file import PackFile
from wfhagent.plugins.api_range import check_api
from wfhagent.plugins.dropin import find_drop_ins
from wfhagent.plugins.first_party import FIRST_PARTY
from wfhagent.plugins.manifest import Manifest, SignedManifest, read_installed
from wfhagent.plugins.reserved import RESERVED
from wfhagent.plugins.signer import signer_of, why_not_signed
from wfhagent.plugins.tree import PACK_FOLDER, digest_of, read_digests
from wfhagent.plugins.trust import check_folder
from wfhagent.settings import PluginsSettings
from wfhagent.system.probe import is_folder, may_be_there
from wfhagent.system.replace_file import replace

_STAGING = ".wfhagent-pack-"
_OLD = ".wfhagent-old-"


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One installed pack: *before* is the version that it replaced, *signer* the ID of a key.

    *changed* is true when its files are not those of its manifest.
    """

    name: str
    version: str
    sha256: str
    signer: str
    before: str = ""
    changed: bool = False


def install_pack(
    file: Path, folder: Path, plugins: PluginsSettings, *, downgrade: bool = False
) -> Installed:
    """Install the pack in *file* into *folder*, the folder of drop-ins, as a whole or not at all.

    With *downgrade* it may replace a newer version.

    Raises:
        PluginError: the pack is damaged, older, or one that the agent would not use.
    """
    with PackFile(file) as pack, _written(folder):
        manifest = pack.signed.manifest
        _check_name(manifest, folder, file)
        check_api(manifest.api or None, str(file))
        _check_trust(pack.signed, plugins, file)
        if not is_folder(folder):
            folder.mkdir(parents=True)
            folder.chmod(0o755)
        check_folder(folder)
        recover(folder)
        before = read_installed(folder / manifest.name)
        if before is not None and not downgrade:
            _check_version(manifest, before.manifest, file)
        with _staging(folder) as staging:
            pack.unpack(staging / manifest.name)
            _swap(staging / manifest.name, folder)
    return Installed(
        name=manifest.name,
        version=manifest.version,
        sha256=manifest.sha256,
        signer=signer_of(pack.signed),
        before="" if before is None else before.manifest.version,
    )


def list_packs(folder: Path) -> list[Installed]:
    """Return the packs that are installed in *folder*, by name.

    Raises:
        PluginError: *folder* or a manifest in it cannot be read.
    """
    with _written(folder):
        return [
            Installed(
                name=name,
                version=found.manifest.version,
                sha256=found.manifest.sha256,
                signer=signer_of(found),
                changed=digest_of(read_digests(path)) != found.manifest.sha256,
            )
            for name, path in find_drop_ins(folder)
            if is_folder(path) and (found := read_installed(path)) is not None
        ]


def remove_pack(name: str, folder: Path) -> str:
    """Remove the installed pack *name* from *folder*, and return its version.

    Raises:
        PluginError: there is no such pack, or it cannot be removed.
    """
    with _written(folder):
        recover(folder)
        plugin = folder / name
        found = read_installed(plugin) if name.isidentifier() else None
        if found is None:
            known = ", ".join(one.name for one in list_packs(folder)) or _("none")
            text = _(
                "{name!r} is no installed pack. Installed are: {known}. Delete other drop-ins "
                "yourself."
            )
            raise PluginError(text.format(name=name, known=known))
        _discard(plugin)
        return found.manifest.version


def recover(folder: Path) -> None:
    """Undo what an installation left half done because the device was switched off."""
    for old in sorted(folder.glob(f"{_OLD}*")):
        plugin = folder / old.name.removeprefix(_OLD)
        if may_be_there(plugin):
            shutil.rmtree(old, ignore_errors=True)
        else:
            replace(old, plugin)
    for staging in folder.glob(f"{_STAGING}*"):
        shutil.rmtree(staging, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Put *new* in the place of the installed plugin, which comes back when that fails."""
    plugin = folder / new.name
    if not may_be_there(plugin):
        replace(new, plugin)
        return
    old = folder / f"{_OLD}{new.name}"
    replace(plugin, old)
    try:
        replace(new, plugin)
    except OSError:
        replace(old, plugin)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _discard(plugin: Path) -> None:
    """Remove *plugin* from the drop-ins at once, and its files after that."""
    with _staging(plugin.parent) as staging:
        replace(plugin, staging / plugin.name)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Make a folder in *folder* for this context, which the agent passes over."""
    # Not mkdtemp: on Windows what is in its folders stays closed to others when it is moved.
    staging = folder / f"{_STAGING}{token_hex(4)}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _check_name(manifest: Manifest, folder: Path, file: Path) -> None:
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


def _check_trust(pack: SignedManifest, plugins: PluginsSettings, file: Path) -> None:
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


def _check_version(new: Manifest, old: Manifest, file: Path) -> None:
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


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = _("{path}: {reason}. Packs are installed by whoever owns {folder}.")
        path, reason = error.filename or folder, error.strerror or error
        raise PluginError(text.format(path=path, reason=reason, folder=folder)) from error
