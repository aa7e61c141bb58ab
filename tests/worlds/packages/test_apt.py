"""The apt repository on a fresh Debian: trusted by its key, installed, upgraded, and nothing else.

One laptop lives through the tests in their order.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.worlds.packages.built import NEW, OLD
from tests.worlds.packages.conftest import Laptop, SigningKey, damage

SUITE = "apt/dists/stable"


def trust(laptop: Laptop) -> None:
    """Do what docs/repositories.md says."""
    for name, folder in (("gpg", "keyrings"), ("sources", "sources.list.d")):
        source = laptop.repository / f"wfhagent.{name}"
        laptop.path(f"/etc/apt/{folder}").mkdir(exist_ok=True)
        laptop.path(f"/etc/apt/{folder}/wfhagent.{name}").write_bytes(source.read_bytes())


def update(laptop: Laptop) -> tuple[int, str]:
    """Ask for the index of this repository alone; warnings count, as apt goes on after them."""
    options = ("APT::Update::Error-Mode=any", "Dir::Etc::SourceList=/dev/null")
    done = laptop.try_run("apt-get", "update", *(f"-o{option}" for option in options))
    return done.returncode, done.stdout


def version(laptop: Laptop) -> str:
    return laptop.run("wfhagent", "--version").strip()


@contextmanager
def damaged(*files: Path) -> Iterator[None]:
    """Let a bit of each of *files* be another one."""
    whole = {file: damage(file) for file in files}
    yield
    for file, content in whole.items():
        file.write_bytes(content)


def forget_indexes(laptop: Laptop) -> None:
    """Let apt fetch everything: what it has already would hide a change."""
    laptop.run("sh", "-c", "rm -rf /var/lib/apt/lists/*")


def test_without_the_key_apt_refuses_the_repository(laptop: Laptop):
    trust(laptop)
    laptop.path("/etc/apt/keyrings/wfhagent.gpg").unlink()

    code, printed = update(laptop)

    assert code != 0
    assert "wfhagent.gpg" in printed


def test_with_the_key_the_package_is_installed(laptop: Laptop):
    trust(laptop)

    assert update(laptop)[0] == 0
    laptop.run("apt-get", "install", "-y", "--no-install-recommends", "wfhagent")

    assert version(laptop) == f"wfhagent {OLD}"
    assert "file:/srv/repository/apt stable/main" in laptop.run("apt-cache", "policy", "wfhagent")


def test_a_package_in_which_one_bit_changed_is_refused_and_the_old_version_stays(laptop: Laptop):
    laptop.publish(NEW)
    assert update(laptop)[0] == 0
    (package,) = laptop.repository.glob(f"apt/pool/**/*_{NEW}_*.deb")

    with damaged(package):
        done = laptop.try_run("apt-get", "install", "-y", "--only-upgrade", "wfhagent")

    assert done.returncode != 0
    assert "Hash Sum mismatch" in done.stdout
    assert version(laptop) == f"wfhagent {OLD}"


def test_an_upgrade_ends_and_restarts_the_agents_and_touches_nothing_recorded(laptop: Laptop):
    before = laptop.recorded()
    agent = laptop.start_agent()
    laptop.asked_systemd()

    laptop.run("apt-get", "install", "-y", "--only-upgrade", "wfhagent")

    assert version(laptop) == f"wfhagent {NEW}"
    printed, _ = agent.communicate(timeout=30)
    assert (agent.returncode, printed) == (0, "stored\n")
    asked = [line for line in laptop.asked_systemd().splitlines() if line.startswith("--quiet")]
    assert asked == [
        "--quiet --user --machine 1000@ daemon-reload",
        "--quiet --user --machine 1000@ restart wfhagent.service wfhagent-tray.service",
    ]
    assert laptop.recorded() == before


def test_a_downgrade_works_when_somebody_asks_for_it(laptop: Laptop):
    refused = laptop.try_run("apt-get", "install", "-y", f"wfhagent={OLD}")
    assert refused.returncode != 0
    assert "--allow-downgrades" in refused.stdout

    before = laptop.recorded()
    laptop.run("apt-get", "install", "-y", "--allow-downgrades", f"wfhagent={OLD}")

    assert version(laptop) == f"wfhagent {OLD}"
    assert laptop.recorded() == before


@pytest.mark.parametrize("changed", ["InRelease", "main/binary-amd64/**/*"])
def test_an_index_in_which_one_bit_changed_is_refused(changed: str, laptop: Laptop):
    forget_indexes(laptop)
    suite = laptop.repository / SUITE
    files = [file for file in suite.glob(changed) if file.is_file()]

    with damaged(*files):
        code, printed = update(laptop)

    assert code != 0, printed
    assert update(laptop)[0] == 0


def test_a_release_that_another_key_signed_is_refused(
    laptop: Laptop, make_key: Callable[..., SigningKey]
):
    stranger = make_key("stranger@example.com")
    forget_indexes(laptop)
    release = laptop.repository / SUITE / "Release"
    signed = release.with_name("InRelease")
    whole = signed.read_bytes()
    # As somebody with the web server would, without the key of the repository.
    stranger.sign(release, "--clearsign", into=signed)

    code, printed = update(laptop)

    signed.write_bytes(whole)
    assert code != 0, printed
    assert "not signed" in printed or "NO_PUBKEY" in printed or "Missing key" in printed
