"""Installs, lists and removes packs in the folder of drop-ins."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.acceptance import check_name, check_trust, check_version
from wfhagent.plugin_tools.pack_file import PackFile
from wfhagent.plugins.api_range import check_api
from wfhagent.plugins.dropin import find_drop_ins
from wfhagent.plugins.manifest import SignedManifest, read_installed
from wfhagent.plugins.signer import signer_of, why_not_signed
from wfhagent.plugins.tree import PACK_FOLDER, digest_of, read_digests
from wfhagent.plugins.trust import check_folder
from wfhagent.settings import PluginsSettings
from wfhagent.system.probe import is_folder, may_be_there
from wfhagent.system.replace_file import is_in_use, replace

_STAGING = ".wfhagent-pack-"
_OLD = ".wfhagent-old-"


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One installed pack: *before* is the version that it replaced, *signer* the ID of a key.

    *trusted* is true when one of `[plugins] trusted_keys` has signed it, *changed* when its files
    are not those of its manifest. *problem* is a sentence when the manifest cannot be read.
    """

    name: str
    version: str
    sha256: str
    signer: str
    before: str = ""
    trusted: bool = False
    changed: bool = False
    problem: str = ""


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
        check_name(manifest, folder, file)
        check_api(manifest.api or None, str(file))
        check_trust(pack.signed, plugins, file)
        if not is_folder(folder):
            folder.mkdir(parents=True)
            folder.chmod(0o755)
        check_folder(folder)
        recover(folder)
        before = _readable(folder / manifest.name)
        if before is not None and not downgrade:
            check_version(manifest, before.manifest, file)
        with _staging(folder) as staging:
            pack.unpack(staging / manifest.name)
            _swap(staging / manifest.name, folder)
    return Installed(
        name=manifest.name,
        version=manifest.version,
        sha256=manifest.sha256,
        signer=signer_of(pack.signed),
        trusted=bool(plugins.trusted_keys)
        and not why_not_signed(pack.signed, plugins.trusted_keys),
        before="" if before is None else before.manifest.version,
    )


def list_packs(folder: Path, keys: Sequence[str] = ()) -> list[Installed]:
    """Return the packs that are installed in *folder*, by name; *keys* are the trusted ones.

    Raises:
        PluginError: *folder* cannot be read.
    """
    with _written(folder):
        drop_ins = list(find_drop_ins(folder))
        packs = [(name, path) for name, path in drop_ins if is_folder(path / PACK_FOLDER)]
        return [_listed(name, path, keys) for name, path in packs]


def _listed(name: str, plugin: Path, keys: Sequence[str]) -> Installed:
    digest = digest_of(read_digests(plugin))
    problem = _("{plugin}: its manifest is missing.").format(plugin=plugin)
    try:
        found = read_installed(plugin)
    except PluginError as error:
        found, problem = None, str(error)
    if found is None:
        return Installed(name=name, version="", sha256=digest, signer="", problem=problem)
    return Installed(
        name=name,
        version=found.manifest.version,
        sha256=found.manifest.sha256,
        signer=signer_of(found),
        trusted=bool(keys) and not why_not_signed(found, keys),
        changed=digest != found.manifest.sha256,
    )


def _readable(plugin: Path) -> SignedManifest | None:
    """Return the manifest of the installed pack at *plugin*; None without one that can be read.

    A pack whose manifest is damaged may be replaced and removed.
    """
    try:
        return read_installed(plugin)
    except PluginError:
        return None


def remove_pack(name: str, folder: Path) -> str:
    """Remove the installed pack *name* from *folder*, and return its version, if it is known.

    Raises:
        PluginError: there is no such pack, or it cannot be removed.
    """
    with _written(folder):
        recover(folder)
        plugin = folder / name
        if not name.isidentifier() or not is_folder(plugin / PACK_FOLDER):
            known = ", ".join(one.name for one in list_packs(folder)) or _("none")
            text = _(
                "{name!r} is no installed pack. Installed are: {known}. Delete other drop-ins "
                "yourself."
            )
            raise PluginError(text.format(name=name, known=known))
        found = _readable(plugin)
        _discard(plugin)
        return "" if found is None else found.manifest.version


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


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = _("{path}: {reason}. Only who owns {folder} can change its plugins.")
        if is_in_use(error):
            text = _("{path}: {reason}. If the agent is using it now, stop the agent first.")
        path, reason = error.filename or folder, error.strerror or error
        raise PluginError(text.format(path=path, reason=reason, folder=folder)) from error
