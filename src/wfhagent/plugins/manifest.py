"""The manifest of a pack, which stays in the folder of the installed plugin.

It is in `.wfhpack`, which the hash of the plugin leaves out: the manifest has that hash, and the
signature is one of the manifest. So the folder may be copied in any way, and stays signed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugins.tree import BYTECODE_FOLDER, PACK_FOLDER, digest_of
from wfhagent.system.probe import is_file

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.minisig"
FORMAT = 1
MOST_MANIFEST_BYTES = 8 << 20
MOST_SIGNATURE_BYTES = 4096
VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,3}", re.ASCII)
"""Versions of packs, such as 1.2.0: they are compared, so that none is replaced by an older one."""
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack has: *files* are the SHA-256 of each by name, *sha256* is that of the plugin.

    *api* are the versions of the plugin API that it is written for, as a range; empty for all.
    """

    wfhagent_pack: int
    name: str
    version: str
    sha256: str
    files: Mapping[str, str]
    api: str = ""


class SignedManifest(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest, the bytes that it was read from, and their signature, which may be empty."""

    manifest: Manifest
    content: bytes
    signature: bytes


def read_manifest(content: bytes, where: str) -> Manifest:
    """Return the manifest in *content*; *where* is for messages.

    Raises:
        PluginError: it is none, has a file outside of its folder, or its hashes do not fit.
    """
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = _("{where}: its manifest cannot be read: {reason}.")
        raise PluginError(text.format(where=where, reason=error)) from error
    for problem in _problems(manifest):
        raise PluginError(f"{where}: {problem}")
    return manifest


def _problems(manifest: Manifest) -> Iterator[str]:
    if manifest.wfhagent_pack != FORMAT:
        text = _("it is a pack of format {found}, and this agent knows format {known}.")
        yield text.format(found=manifest.wfhagent_pack, known=FORMAT)
    if not (manifest.name.isidentifier() and manifest.name.isascii()):
        yield _("{name!r} cannot be the name of a plugin.").format(name=manifest.name)
    if not VERSION.fullmatch(manifest.version):
        text = _("{version!r} is no version such as 1.2.0.")
        yield text.format(version=manifest.version)
    for name in manifest.files:
        if why := _why_not(name):
            yield _("{name!r} cannot be a file of a plugin: {why}.").format(name=name, why=why)
    folded = {name.casefold() for name in manifest.files}
    if len(folded) != len(manifest.files):
        yield _("two of its files have the same name on Windows and macOS.")
    if "__init__.py" not in manifest.files:
        yield _("it has no __init__.py.")
    hashes = [manifest.sha256, *manifest.files.values()]
    if not all(map(_HASH.fullmatch, hashes)):
        yield _("its manifest has a hash that is no SHA-256.")
    elif digest_of(digests(manifest)) != manifest.sha256:
        yield _("the hash of the plugin in its manifest is not that of the files in it.")


def _why_not(name: str) -> str:
    """Return why no file may have *name*; empty when it may."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts:
        return _("it is outside of the plugin's folder")
    if _NOT_IN_NAMES.search(name) or any(part.endswith((".", " ")) or not part for part in parts):
        return _("some systems do not allow this name")
    if any(_DEVICES.fullmatch(part) for part in parts):
        return _("it is a device on Windows")
    if parts[0].casefold() == PACK_FOLDER or BYTECODE_FOLDER in parts:
        return _("no hash covers this folder")
    return ""


def digests(manifest: Manifest) -> Mapping[str, bytes]:
    """Return the SHA-256 of each file of *manifest*, by name."""
    return {name: bytes.fromhex(digest) for name, digest in manifest.files.items()}


def read_installed(plugin: Path) -> SignedManifest | None:
    """Return the manifest in the folder of the drop-in at *plugin*; None without one.

    Raises:
        PluginError: it cannot be read.
        OSError: the same.
    """
    file = plugin / PACK_FOLDER / MANIFEST
    if not is_file(file):
        return None
    content = read_bounded(file, MOST_MANIFEST_BYTES)
    signature = file.with_name(SIGNATURE)
    return SignedManifest(
        manifest=read_manifest(content, str(plugin)),
        content=content,
        signature=read_bounded(signature, MOST_SIGNATURE_BYTES) if is_file(signature) else b"",
    )


def read_bounded(file: Path, most: int) -> bytes:
    """Return the content of *file*, at most *most* bytes and one."""
    with file.open("rb") as stream:
        return stream.read(most + 1)


def version_of(plugin: Path, digest: str) -> str:
    """Return the version of the drop-in at *plugin* with the hash *digest*; empty if none is known.

    A manifest that is of other files says nothing of these.
    """
    try:
        found = read_installed(plugin)
    except (PluginError, OSError):
        return ""
    if found is None or found.manifest.sha256 != digest:
        return ""
    return found.manifest.version
