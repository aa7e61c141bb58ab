"""`make repository` refuses what must not be published. `make test-packages` tries the rest."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from repository import __main__ as command
from repository import apt
from repository.signing import SigningKey, find_key
from repository.tools import RepositoryError, require_tools

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("gpg", "dpkg-deb"))), reason="gpg or dpkg-deb is not installed"
)
URL = "https://packages.example.com/wfhagent"
NO_KEY = SigningKey(fingerprint="0" * 40)
CONTROL = """\
Package: {name}
Version: 0.1.0
Architecture: amd64
Maintainer: x <x@example.com>
Description: x
"""


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty keyring; its path is short, as the agent's socket is in it."""
    with tempfile.TemporaryDirectory(prefix="wfh-gpg-") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        yield Path(home)
        subprocess.run(["gpgconf", "--kill", "all"], check=False, env=os.environ)


def make_key(address: str, *options: str, lasts: str = "never") -> None:
    command = [
        "gpg",
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        *options,
        "--quick-gen-key",
        address,
    ]
    subprocess.run([*command, "ed25519", "sign", lasts], check=True, capture_output=True)


def make_deb(folder: Path, name: str = "wfhagent", file: str = "x.deb", extra: str = "") -> Path:
    """A package of a few bytes."""
    root = folder / f"root-{file}"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(CONTROL.format(name=name) + extra)
    package = folder / file
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", str(root), str(package)],
        check=True, capture_output=True,
    )  # fmt: skip
    shutil.rmtree(root)
    return package


def test_without_a_usable_key_nothing_is_published(keyring: Path):
    with pytest.raises(RepositoryError, match=r"no signing key\. Name it: make repository KEY="):
        find_key("")
    with pytest.raises(RepositoryError, match=r"no secret key 'it@example\.com' in .*GNUPGHOME"):
        find_key("it@example.com")
    make_key("it@example.com")
    assert len(find_key("it@example.com").fingerprint) == 40
    make_key("it@example.com (other)")
    with pytest.raises(RepositoryError, match=r"names 2 keys .*Set KEY to a fingerprint"):
        find_key("it@example.com")


def test_a_key_that_has_expired_is_refused(keyring: Path):
    make_key("old@example.com", "--faked-system-time", "20240101T000000", lasts="1y")

    with pytest.raises(RepositoryError, match="has expired"):
        find_key("old@example.com")


def test_a_keyring_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GNUPGHOME", "/nowhere/gnupg")

    with pytest.raises(RepositoryError, match=r"no keyring /nowhere/gnupg\. Create the key first"):
        find_key("it@example.com")


def test_an_empty_folder_and_an_unprotected_address_are_refused(tmp_path: Path):
    with pytest.raises(RepositoryError, match=r"has no \.deb and no \.rpm. Run `make deb`"):
        command.publish(tmp_path, tmp_path / "made", URL, NO_KEY)
    make_deb(tmp_path)
    for url in ("", "http://packages.example.com", "packages.example.com"):
        with pytest.raises(RepositoryError, match="does not begin with https://"):
            command.publish(tmp_path, tmp_path / "made", url, NO_KEY)
    assert not (tmp_path / "made").exists()


def test_a_foreign_or_damaged_package_is_refused(tmp_path: Path):
    with pytest.raises(RepositoryError, match="is the package other, and this repository is for"):
        apt.publish(tmp_path / "apt", [make_deb(tmp_path, "other")], NO_KEY)
    damaged = make_deb(tmp_path)
    damaged.write_bytes(damaged.read_bytes()[:-50])
    with pytest.raises(RepositoryError, match="is no whole Debian package"):
        apt.publish(tmp_path / "apt", [damaged], NO_KEY)


@pytest.mark.skipif(shutil.which("apt-ftparchive") is None, reason="apt-utils is not installed")
def test_a_published_version_never_changes(keyring: Path, tmp_path: Path):
    make_key("it@example.com")
    key = find_key("it@example.com")
    first = make_deb(tmp_path, file="first.deb")
    apt.publish(tmp_path / "apt", [first], key)
    apt.publish(tmp_path / "apt", [first], key)

    changed = make_deb(tmp_path, file="changed.deb", extra="Homepage: https://example.com\n")
    with pytest.raises(RepositoryError, match="A published version never changes"):
        apt.publish(tmp_path / "apt", [changed], key)


def test_a_missing_tool_is_named_with_its_package():
    with pytest.raises(RepositoryError, match="apt-get install apt-utils"):
        require_tools({"no-such-tool": "apt-utils", "sh": "dash"})
