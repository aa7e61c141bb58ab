"""The dnf repository: packages and index are signed; installed, upgraded, set back, or refused.

dnf is Debian's, and installs into a root of Debian: an rpm database of its own, and /bin/sh for the
scripts. One laptop lives through the tests in their order.
"""

import os
import subprocess
from pathlib import Path

import pytest
from tests.worlds.packages.built import NEW, OLD
from tests.worlds.packages.conftest import Laptop, SigningKey, damage

SYSTEM = """\
Name: glibc
Version: 2.41
Release: 1
Summary: What the packages need of a system
License: MIT
BuildArch: noarch
AutoReqProv: no
Provides: /bin/sh
%description
Debian's files are there; its package names are others.
%files
"""


def dnf(laptop: Laptop, *arguments: str) -> tuple[int, str]:
    """Run dnf with the laptop's wfhagent.repo, and nothing kept of an earlier run."""
    folder = laptop.path("/etc/yum.repos.d")
    folder.mkdir(exist_ok=True)
    text = (laptop.repository / "wfhagent.repo").read_text()
    # dnf is outside of the root.
    repo = text.replace("file:///srv/repository", f"file://{laptop.repository}")
    (folder / "wfhagent.repo").write_text(repo)
    options = (
        f"--installroot={laptop.tree}",
        f"--setopt=reposdir={folder}",
        f"--setopt=cachedir={laptop.path('/var/cache/dnf')}",
        *("--releasever=1", "--assumeyes", "--refresh"),
    )
    done = subprocess.run(
        ["dnf", *options, *arguments],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def version(laptop: Laptop) -> str:
    return laptop.run("wfhagent", "--version").strip()


@pytest.fixture(scope="module")
def fedora(laptop: Laptop, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """The laptop with an rpm database that has what the package requires."""
    folder = tmp_path_factory.mktemp("system")
    spec = folder / "glibc.spec"
    spec.write_text(SYSTEM)
    subprocess.run(
        ["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}", str(spec)], check=True
    )
    (package,) = folder.glob("RPMS/noarch/*.rpm")
    rpm = ("rpm", "--root", str(laptop.tree), "--install", "--nodeps")
    subprocess.run([*rpm, str(package)], check=True)
    return laptop


def test_index_and_packages_have_the_signature_of_the_key(laptop: Laptop, key: SigningKey):
    index = laptop.repository / "dnf/repodata/repomd.xml"
    keyring = str(laptop.repository / "wfhagent.gpg")

    verified = subprocess.run(
        ["gpgv", "--status-fd", "1", "--keyring", keyring, f"{index}.asc", str(index)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert f"VALIDSIG {key.fingerprint}" in verified
    (package,) = (laptop.repository / "dnf").rglob("*.rpm")
    shown = subprocess.run(
        ["rpmkeys", "--checksig", "--verbose", str(package)],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    assert key.fingerprint[-8:].lower() in shown.lower()


def test_the_package_is_installed_with_both_signatures_checked(fedora: Laptop):
    code, printed = dnf(fedora, "install", "wfhagent")

    assert code == 0, printed
    assert version(fedora) == f"wfhagent {OLD}"


def test_a_package_in_which_one_bit_changed_is_refused_and_the_old_version_stays(fedora: Laptop):
    fedora.publish(NEW)
    (package,) = fedora.repository.glob(f"dnf/packages/*-{NEW}-*.rpm")
    whole = damage(package)

    code, printed = dnf(fedora, "upgrade", "wfhagent")

    package.write_bytes(whole)
    assert code != 0, printed
    assert version(fedora) == f"wfhagent {OLD}"


def test_an_upgrade_ends_and_restarts_the_agents_and_touches_nothing_recorded(fedora: Laptop):
    before = fedora.recorded()
    agent = fedora.start_agent()
    fedora.asked_systemd()

    code, printed = dnf(fedora, "upgrade", "wfhagent")

    assert code == 0, printed
    assert version(fedora) == f"wfhagent {NEW}"
    printed, _ = agent.communicate(timeout=30)
    assert (agent.returncode, printed) == (0, "stored\n")
    assert fedora.asked_systemd().splitlines()[-2:] == [
        "--user --machine=1000@ daemon-reload",
        "--user --machine=1000@ try-restart wfhagent.service wfhagent-tray.service",
    ]
    assert fedora.recorded() == before


def test_a_downgrade_works_when_somebody_asks_for_it(fedora: Laptop):
    code, printed = dnf(fedora, "downgrade", f"wfhagent-{OLD}")

    assert code == 0, printed
    assert version(fedora) == f"wfhagent {OLD}"


def test_an_index_that_is_not_what_the_key_signed_is_refused(fedora: Laptop):
    index: Path = fedora.repository / "dnf/repodata/repomd.xml"
    whole = index.read_bytes()
    index.write_bytes(whole.replace(b"<revision>", b"<revision>1"))

    code, printed = dnf(fedora, "makecache")

    index.write_bytes(whole)
    # It goes on without the repository.
    assert "Bad GPG signature" in printed
    assert "Ignoring repositories: wfhagent" in printed
    code, printed = dnf(fedora, "makecache")
    assert code == 0
    assert "Ignoring" not in printed
