"""A pack is installed as a whole or not at all, and each bad one gets a sentence."""

import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.drop_ins import collector, drop
from tests.modes import of_modes

from wfhagent.errors import PluginError
from wfhagent.plugin_tools import install, pack_file
from wfhagent.plugin_tools.install import install_pack, list_packs, recover, remove_pack
from wfhagent.plugin_tools.pack import make_pack
from wfhagent.plugin_tools.secret_key import new_secret_key, sign
from wfhagent.plugins.manifest import MANIFEST, SIGNATURE, version_of
from wfhagent.plugins.minisign import public_key_text
from wfhagent.plugins.tree import read_tree
from wfhagent.plugins.trust import check_trust
from wfhagent.settings import PluginsSettings

OPEN = PluginsSettings()


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = drop(
        tmp_path / "own", "battery/__init__.py", f"wfhagent_api = 1\n{collector()}"
    ).parent
    drop(folder, "parts/deep.py", "X = 1\n")
    drop(folder, "pyproject.toml", '[project]\nname = "battery"\nversion = "1.2.0"\n')
    for left_out in (".git/config", "__pycache__/x.pyc", "build/lib.py", ".wfhpack/manifest.json"):
        drop(folder, left_out, "?")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of drop-ins, which does not exist yet."""
    return tmp_path / "laptop" / "plugins"


@pytest.fixture
def pack(plugin: Path, tmp_path: Path) -> Path:
    return make_pack(plugin, tmp_path)


Change = Callable[[dict[str, bytes]], Any]


def rewritten(pack: Path, change: Change) -> Path:
    """Write *pack* again after *change* of its members."""
    with zipfile.ZipFile(pack) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return pack


def manifest_with(**changes: Any) -> Change:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = msgspec.json.encode(
            msgspec.json.decode(members[MANIFEST]) | changes, order="sorted"
        )

    return change


def files_in(folder: Path) -> Mapping[str, bytes]:
    found = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def test_the_same_plugin_gives_the_same_bytes(plugin: Path, pack: Path, tmp_path: Path):
    again = shutil.copytree(plugin, tmp_path / "elsewhere" / "battery")
    os.utime(again / "__init__.py", (0, 0))

    assert make_pack(again, tmp_path / "elsewhere").read_bytes() == pack.read_bytes()
    assert pack.name == "battery-1.2.0.wfhpack"


def test_a_pack_is_installed_with_its_manifest_and_nothing_else(pack: Path, folder: Path):
    done = install_pack(pack, folder, OPEN)

    installed = folder / "battery"
    assert (done.name, done.version, done.before, done.signer) == ("battery", "1.2.0", "", "")
    assert sorted(files_in(folder)) == [
        "battery/.wfhpack/manifest.json",
        "battery/__init__.py",
        "battery/parts/deep.py",
        "battery/pyproject.toml",
    ]
    assert read_tree(installed).digest == done.sha256
    assert version_of(installed, done.sha256) == "1.2.0"
    manifest = msgspec.json.decode((installed / ".wfhpack/manifest.json").read_bytes())
    assert (manifest["api"], manifest["wfhagent_pack"]) == ("==1", 1)
    assert list_packs(folder) == [msgspec.structs.replace(done, changed=False)]


@of_modes
def test_only_its_owner_can_write_what_is_installed_whatever_the_umask(pack: Path, folder: Path):
    before = os.umask(0)
    try:
        install_pack(pack, folder, OPEN)
    finally:
        os.umask(before)

    for path in (folder, *folder.rglob("*")):
        mode = 0o755 if path.is_dir() else 0o644
        assert stat.S_IMODE(path.stat().st_mode) == mode, path
    assert check_trust(folder / "battery", {})


def test_a_single_file_becomes_a_folder(tmp_path: Path, folder: Path):
    single = drop(tmp_path, "gauge.py", collector("gauge"))

    install_pack(make_pack(single, tmp_path, version="3"), folder, OPEN)

    assert (folder / "gauge" / "__init__.py").read_text() == single.read_text()


def test_an_update_replaces_all_files_and_a_downgrade_needs_an_option(
    plugin: Path, pack: Path, folder: Path, tmp_path: Path
):
    install_pack(pack, folder, OPEN)
    (plugin / "parts/deep.py").unlink()
    newer = make_pack(plugin, tmp_path, version="1.10")

    assert install_pack(newer, folder, OPEN).before == "1.2.0"
    assert not (folder / "battery/parts").exists()
    with pytest.raises(PluginError, match=r"battery 1\.10 is installed, and 1\.2\.0 is older\. To"):
        install_pack(pack, folder, OPEN)
    assert install_pack(pack, folder, OPEN, downgrade=True).before == "1.10"
    # Once more is no mistake: a tool for many devices repeats what it is not sure of.
    assert install_pack(pack, folder, OPEN).before == "1.2.0"


def test_one_version_has_the_same_files_everywhere(
    plugin: Path, pack: Path, folder: Path, tmp_path: Path
):
    install_pack(pack, folder, OPEN)
    drop(plugin, "more.py", "")
    other = make_pack(plugin, tmp_path, version="1.2")

    with pytest.raises(PluginError, match=r"battery 1\.2\.0 is installed with other files\. Give"):
        install_pack(other, folder, OPEN)


NAMES = {
    "/etc/cron.d/x": "outside",
    "../other/__init__.py": "outside",
    "a/../../x": "outside",
    "C:/Windows/x": "some systems do not allow",
    "..\\x": "some systems do not allow",
    "a//b": "some systems do not allow",
    "con.py": "a device on Windows",
    ".wfhpack/x": "no hash covers",
    "parts/__pycache__/x.pyc": "no hash covers",
}


@pytest.mark.parametrize(("name", "problem"), NAMES.items())
def test_a_file_outside_or_of_an_impossible_name_is_refused(
    pack: Path, folder: Path, tmp_path: Path, name: str, problem: str
):
    def add(members: dict[str, bytes]) -> None:
        members[f"plugin/{name}"] = b"evil"
        files = msgspec.json.decode(members[MANIFEST])["files"] | {name: "0" * 64}
        manifest_with(files=files)(members)

    with pytest.raises(PluginError, match=problem):
        install_pack(rewritten(pack, add), folder, OPEN)

    assert not folder.exists()


def _swap_content(members: dict[str, bytes]) -> None:
    members["plugin/__init__.py"] = b"evil"


def _add_file(members: dict[str, bytes]) -> None:
    members["plugin/more.py"] = b"evil"


def _add_listed_file(members: dict[str, bytes]) -> None:
    files = msgspec.json.decode(members[MANIFEST])["files"] | {"more.py": "0" * 64}
    manifest_with(files=files)(members)


def _twice(members: dict[str, bytes]) -> None:
    files = msgspec.json.decode(members[MANIFEST])["files"] | {"Parts/Deep.py": "0" * 64}
    manifest_with(files=files)(members)


CHANGES: dict[str, Change] = {
    "__init__.py is not the file whose hash is in the manifest": _swap_content,
    "plugin/more.py is not in its manifest": _add_file,
    "hash of the plugin in its manifest is not that of the files": _add_listed_file,
    "two of its files have the same name on Windows": _twice,
    "a hash that is no SHA-256": manifest_with(sha256="x"),
    "plugin/pyproject.toml is missing": lambda members: members.pop("plugin/pyproject.toml"),
    "it has no manifest.json": lambda members: members.pop(MANIFEST),
    "its manifest cannot be read: Object missing required": lambda members: members.update(
        {MANIFEST: b"{}"}
    ),
    "its manifest cannot be read: JSON is malformed": lambda members: members.update(
        {MANIFEST: b"\xff"}
    ),
    "'1.2-beta' is no version": manifest_with(version="1.2-beta"),
    "'../x' cannot be the name of a plugin": manifest_with(name="../x"),
    "is that of a plugin of wfhagent": manifest_with(name="idle"),
    "is a key of .plugins. in agent.toml": manifest_with(name="trusted"),
    "a pack of format 2, and this agent knows format 1": manifest_with(wfhagent_pack=2),
    "it is written for plugin API ==7": manifest_with(api="==7"),
}


@pytest.mark.parametrize(("problem", "change"), CHANGES.items())
def test_a_pack_that_was_changed_is_refused(pack: Path, folder: Path, problem: str, change: Change):
    with pytest.raises(PluginError, match=problem):
        install_pack(rewritten(pack, change), folder, OPEN)

    assert not files_in(folder)


def test_a_damaged_pack_is_refused_and_the_previous_version_stays(pack: Path, folder: Path):
    install_pack(pack, folder, OPEN)
    before = files_in(folder)
    whole = pack.read_bytes()
    refused = 0
    for place in range(0, len(whole), 61):
        pack.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            install_pack(pack, folder, OPEN, downgrade=True)
        except PluginError as error:
            assert str(error).startswith(str(pack))  # noqa: PT017 -- some bytes mean nothing
            refused += 1
        pack.write_bytes(whole[:place])
        with pytest.raises(PluginError, match="damaged, or no pack"):
            install_pack(pack, folder, OPEN)
        assert files_in(folder) == before
    assert refused


def test_what_is_no_file_or_no_pack_is_a_sentence(tmp_path: Path, folder: Path):
    text = drop(tmp_path, "text.wfhpack", "hello")

    with pytest.raises(PluginError, match=r"is damaged, or no pack: File is not a zip file"):
        install_pack(text, folder, OPEN)
    with pytest.raises(PluginError, match=r"none.wfhpack: No such file"):
        install_pack(tmp_path / "none.wfhpack", folder, OPEN)


def test_a_link_in_a_pack_is_refused(pack: Path, folder: Path):
    with zipfile.ZipFile(pack, "a") as archive:
        info = zipfile.ZipInfo("plugin/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    with pytest.raises(PluginError, match=r"plugin/link is no regular file. A pack has no links"):
        install_pack(pack, folder, OPEN)


def test_a_bomb_is_refused_before_it_is_unpacked(
    pack: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    with zipfile.ZipFile(pack, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plugin/zeros", bytes(3 << 20))
    monkeypatch.setattr(pack_file, "MOST_BYTES", 2 << 20)

    with pytest.raises(PluginError, match="its files are larger than 2 MiB together"):
        install_pack(pack, folder, OPEN)
    monkeypatch.setattr(pack_file, "MOST_FILES", 2)
    with pytest.raises(PluginError, match=r"it has 5 files. A pack may have 2"):
        install_pack(pack, folder, OPEN)


def test_a_file_that_is_larger_than_the_pack_says_is_cut_and_refused(pack: Path, folder: Path):
    """A bomb may lie about sizes: no more is written than what was announced."""
    with zipfile.ZipFile(pack) as archive:
        header = archive.getinfo("plugin/__init__.py")
    size = header.file_size.to_bytes(4, "little")
    content = pack.read_bytes().replace(size, (10).to_bytes(4, "little"))
    pack.write_bytes(content)

    with pytest.raises(PluginError, match=r"damaged|is not the file"):
        install_pack(pack, folder, OPEN)

    assert not files_in(folder)


@pytest.mark.parametrize("name", ["battery.py", "battery/__init__.py"])
def test_the_name_of_another_drop_in_is_taken(pack: Path, folder: Path, name: str):
    file = drop(folder, name, collector())

    with pytest.raises(PluginError, match="'battery', is taken by"):
        install_pack(pack, folder, OPEN, downgrade=True)

    assert file.read_text() == collector()


@of_modes
def test_a_folder_that_others_may_write_takes_no_pack(pack: Path, folder: Path):
    folder.mkdir(parents=True)
    folder.chmod(0o777)

    with pytest.raises(PluginError, match="can be changed by other users"):
        install_pack(pack, folder, OPEN)


class Signed:
    """A plugin that a company signs."""

    def __init__(self, plugin: Path, folder: Path) -> None:
        signed = folder / "signed"
        signed.mkdir()
        self.key = new_secret_key(folder / "company.key")
        self.pack = make_pack(plugin, signed, key=self.key)
        self.settings = PluginsSettings(trusted_keys=(public_key_text(self.key.public()),))


@pytest.fixture
def signed(plugin: Path, tmp_path: Path) -> Signed:
    return Signed(plugin, tmp_path)


def trusts(plugin: Path, settings: PluginsSettings) -> str:
    return check_trust(plugin, settings.trusted, settings.trusted_keys)


def test_a_pack_of_a_trusted_key_is_trusted_at_each_start(signed: Signed, folder: Path):
    done = install_pack(signed.pack, folder, signed.settings)

    assert done.signer
    assert trusts(folder / "battery", signed.settings) == done.sha256
    # Whoever copies the folder takes the signature along.
    copy = shutil.copytree(folder / "battery", folder.parent / "copy" / "battery")
    assert trusts(copy, signed.settings) == done.sha256


def test_a_hash_and_a_key_each_are_enough(signed: Signed, pack: Path, folder: Path):
    digest = install_pack(pack, folder, OPEN).sha256
    by_hash = msgspec.structs.replace(signed.settings, trusted={"battery": digest})
    by_key = msgspec.structs.replace(signed.settings, trusted={"battery": "0" * 64})

    assert install_pack(pack, folder, by_hash)
    assert trusts(folder / "battery", by_hash) == digest
    assert install_pack(signed.pack, folder, by_key)
    assert trusts(folder / "battery", by_key) == digest


def test_an_unsigned_pack_or_one_of_another_key_is_not_installed(
    signed: Signed, plugin: Path, folder: Path, tmp_path: Path
):
    other = tmp_path / "other"
    other.mkdir()
    for file, problem in (
        (make_pack(plugin, other), "does not name it; it is not signed either"),
        (Signed(plugin, other).pack, "its signer, the key [0-9A-F]{16}, is not in"),
    ):
        with pytest.raises(PluginError, match=problem):
            install_pack(file, folder, signed.settings)
    hashes = PluginsSettings(trusted={"battery": "0" * 64})
    with pytest.raises(PluginError, match=r'does not name it. Add "battery" = "[0-9a-f]{64}"'):
        install_pack(make_pack(plugin, other), folder, hashes)
    assert not folder.exists()


def test_a_wrong_signature_is_refused(signed: Signed, folder: Path):
    def sign_something_else(members: dict[str, bytes]) -> None:
        members[SIGNATURE] = sign(b"something else", signed.key, "battery 1.2.0")

    rewritten(signed.pack, sign_something_else)
    with pytest.raises(PluginError, match="its signature is wrong"):
        install_pack(signed.pack, folder, signed.settings)

    rewritten(signed.pack, lambda members: members.update({SIGNATURE: b"x"}))
    with pytest.raises(PluginError, match="its signature cannot be read"):
        install_pack(signed.pack, folder, signed.settings)


def test_a_signed_manifest_vouches_for_its_own_files_and_name_only(signed: Signed, folder: Path):
    install_pack(signed.pack, folder, signed.settings)
    renamed = shutil.copytree(folder / "battery", folder / "gauge")
    drop(folder, "battery/__init__.py", "evil = 1\n")

    with pytest.raises(PluginError, match="it is signed as 'battery', which is another name"):
        trusts(renamed, signed.settings)
    with pytest.raises(PluginError, match="its files are not those that were signed"):
        trusts(folder / "battery", signed.settings)
    assert list_packs(folder)[0].changed
    assert version_of(folder / "battery", read_tree(folder / "battery").digest) == ""


def test_a_drop_in_without_a_signature_is_not_loaded_where_keys_are_trusted(
    signed: Signed, folder: Path
):
    file = drop(folder, "gauge.py", collector("gauge"))

    with pytest.raises(PluginError, match="does not name it; it is not signed either; if this is"):
        trusts(file, signed.settings)


def test_a_pack_is_removed_and_other_drop_ins_are_not(pack: Path, folder: Path):
    install_pack(pack, folder, OPEN)
    drop(folder, "own/__init__.py", collector())

    assert remove_pack("battery", folder) == "1.2.0"

    assert sorted(files_in(folder)) == ["own/__init__.py"]
    for name in ("battery", "own", "../own"):
        with pytest.raises(PluginError, match=r"is no installed pack. Installed are: none"):
            remove_pack(name, folder)


def test_a_pack_whose_manifest_was_damaged_is_listed_replaced_and_removed(pack: Path, folder: Path):
    install_pack(pack, folder, OPEN)
    drop(folder, "battery/.wfhpack/manifest.json", "damaged")

    (listed,) = list_packs(folder)
    assert "battery: its manifest cannot be read: JSON is malformed" in listed.problem
    assert install_pack(pack, folder, OPEN).before == ""
    drop(folder, "battery/.wfhpack/manifest.json", "damaged")
    assert remove_pack("battery", folder) == ""
    assert list_packs(folder) == []


def test_an_installation_that_fails_leaves_the_previous_version(
    plugin: Path, pack: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    install_pack(pack, folder, OPEN)
    before = files_in(folder)
    newer = make_pack(plugin, tmp_path, version="2")
    real = install.replace

    def fails(source: Path, target: Path) -> None:
        if "pack-" in str(source):
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(install, "replace", fails)
    with pytest.raises(PluginError, match="No space left on device"):
        install_pack(newer, folder, OPEN)

    assert files_in(folder) == before


@pytest.mark.parametrize("new_is_there", [False, True])
def test_what_a_power_cut_left_half_done_is_undone(pack: Path, folder: Path, new_is_there: bool):
    install_pack(pack, folder, OPEN)
    before = files_in(folder)
    old = folder / ".wfhagent-old-battery"
    if new_is_there:
        drop(old, "__init__.py", "old = 1\n")
    else:
        (folder / "battery").rename(old)
    drop(folder, ".wfhagent-pack-12ab/battery/__init__.py", "half")

    recover(folder)

    assert files_in(folder) == before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda plugin: (plugin / "pyproject.toml").unlink(), "a pack needs a version such as"),
        (lambda plugin: (plugin / "__init__.py").unlink(), "is no plugin: neither"),
        (lambda plugin: drop(plugin, "__init__.py", "def ("), "invalid syntax"),
        (lambda plugin: drop(plugin, "__init__.py", "wfhagent_api = 'x'"), "wfhagent_api is 'x'"),
    ],
    ids=["version", "module", "syntax", "api"],
)
def test_what_no_device_would_take_is_not_packed(
    plugin: Path, tmp_path: Path, change: Callable[[Path], Any], problem: str
):
    change(plugin)

    with pytest.raises(PluginError, match=problem):
        make_pack(plugin, tmp_path)


@of_modes
def test_a_link_in_a_plugin_is_not_packed(plugin: Path, tmp_path: Path):
    (plugin / "link.py").symlink_to("/etc/passwd")

    with pytest.raises(PluginError, match="is a symbolic link"):
        make_pack(plugin, tmp_path)
