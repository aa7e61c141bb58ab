"""Makes a pack: one file with a plugin, its manifest and the signature of that."""

import ast
import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import tomli

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.scratch import not_the_plugin
from wfhagent.plugin_tools.secret_key import SecretKey, sign
from wfhagent.plugins.api_range import check_api
from wfhagent.plugins.manifest import FORMAT, MANIFEST, SIGNATURE, VERSION, Manifest, read_manifest
from wfhagent.plugins.tree import digest_of, read_digests
from wfhagent.plugins.trust import check_files
from wfhagent.system.probe import is_file, is_folder

PACK_SUFFIX = ".wfhpack"
CONTENT = "plugin/"
"""In front of the names of the plugin's files in a pack."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3


def make_pack(path: Path, into: Path, *, version: str = "", key: SecretKey | None = None) -> Path:
    """Write the plugin at *path* into a pack in the folder *into*, and return its file.

    The same plugin, version and key give the same bytes, with the same zlib. Without *version* that
    of its pyproject.toml is taken. A single file becomes a folder.

    Raises:
        PluginError: it is no plugin, has no version, or the pack cannot be written.
    """
    path = path.resolve()
    check_files(path)
    with tempfile.TemporaryDirectory(prefix="wfhagent-pack-") as scratch:
        copy = Path(scratch, path.stem)
        if is_folder(path):
            shutil.copytree(path, copy, ignore=not_the_plugin(path))
        elif path.suffix == ".py" and is_file(path):
            copy.mkdir()
            shutil.copyfile(path, copy / "__init__.py")
        manifest = _manifest(path, copy, version or _version_in(path))
        signed = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1)
        members = {MANIFEST: signed}
        if key is not None:
            members[SIGNATURE] = sign(signed, key, f"{manifest.name} {manifest.version}")
        content = _zip(members, copy, manifest)
    file = into / f"{manifest.name}-{manifest.version}{PACK_SUFFIX}"
    try:
        file.write_bytes(content)
        file.chmod(0o644)
    except OSError as error:
        text = _("{file}: cannot be written: {reason}.")
        raise PluginError(text.format(file=file, reason=error.strerror)) from error
    return file


def _manifest(path: Path, copy: Path, version: str) -> Manifest:
    if not is_file(copy / "__init__.py"):
        text = _("{path}: is no plugin: neither a .py file nor a folder with __init__.py.")
        raise PluginError(text.format(path=path))
    if not VERSION.fullmatch(version):
        text = _(
            "{path}: a pack needs a version such as 1.2.0. Write it as `version` into [project] "
            "of pyproject.toml, or add --version."
        )
        raise PluginError(text.format(path=path))
    digests = read_digests(copy)
    manifest = Manifest(
        wfhagent_pack=FORMAT,
        name=path.stem,
        version=version,
        api=_api(copy / "__init__.py", path),
        sha256=digest_of(digests),
        files={name: digest.hex() for name, digest in digests.items()},
    )
    # What no device would take is not made.
    return read_manifest(msgspec.json.encode(manifest), str(path))


def _version_in(path: Path) -> str:
    """Return the version in the pyproject.toml of the plugin at *path*; empty without one."""
    try:
        found = tomli.loads((path / "pyproject.toml").read_text(encoding="utf-8"))
        version = found["project"]["version"]
    except (OSError, KeyError, TypeError, ValueError):
        return ""
    return version if isinstance(version, str) else ""


def _api(module: Path, path: Path) -> str:
    """Return the range of `wfhagent_api` in *module*, which is not run.

    Raises:
        PluginError: it is no range, or *module* is no Python.
    """
    try:
        lines = ast.parse(module.read_bytes()).body
    except (SyntaxError, ValueError) as error:
        raise PluginError(f"{path}: {error}.") from error
    for line in lines:
        match line:
            case ast.Assign(targets=[ast.Name(id="wfhagent_api")], value=ast.Constant(value=value)):
                return check_api(value, str(path))
    return ""


def _zip(members: Mapping[str, bytes], folder: Path, manifest: Manifest) -> bytes:
    """Return a zip file that depends on nothing but its content."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(_info(name), content, zipfile.ZIP_DEFLATED, 9)
        for name in sorted(manifest.files):
            content = (folder / name).read_bytes()
            archive.writestr(_info(CONTENT + name), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system = _UNIX
    info.external_attr = _REGULAR_FILE
    return info
