"""What apt and dnf print, and the files that they leave."""

import gzip
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wfhagent.plugin import Absent, AbsentError
from wfhagent_os_updates import apt, dnf

SIMULATION = """\
Reading package lists...
Building dependency tree...
Reading state information...
Calculating upgrade...
The following NEW packages will be installed:
  linux-image-6.1.0-41-amd64
The following packages will be upgraded:
  base-files libgcrypt20 libgcrypt20-dev linux-image-amd64
4 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Inst base-files [12.4+deb12u11] (12.4+deb12u15 Debian:12.15/oldstable [amd64])
Conf base-files (12.4+deb12u15 Debian:12.15/oldstable [amd64])
Inst libgcrypt20-dev [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
Inst libgcrypt20 [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])
Inst linux-image-6.1.0-41-amd64 (6.1.158-1 Debian-Security:12/oldstable-security [amd64])
Inst linux-image-amd64 [6.1.140-1] (6.1.158-1 Debian-Security:12/oldstable-security [amd64])
Conf libgcrypt20 (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])
"""  # noqa: E501
UBUNTU = """\
Inst libc6 [2.39-0ubuntu8.5] (2.39-0ubuntu8.6 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])
Inst firefox [1:1snap1-0ubuntu5] (1:1snap1-0ubuntu6 Ubuntu:24.04/noble-updates [amd64])
"""  # noqa: E501
LISTS = "var/lib/apt/lists/mirror.example.org_debian_dists_bookworm_InRelease"
HISTORY = """
Start-Date: 2026-11-26  06:41:03
Commandline: /usr/bin/unattended-upgrade
Upgrade: libssl3:amd64 (3.0.15-1~deb12u1, 3.0.16-1~deb12u1), openssl:amd64 (3.0.15-1~deb12u1, 3.0.16-1~deb12u1)
End-Date: 2026-11-26  06:41:09

Start-Date: 2026-11-27  09:12:40
Commandline: apt install zstd
Requested-By: alice (1000)
Install: zstd:amd64 (1.5.4+dfsg2-5)
End-Date: 2026-11-27  09:12:42
"""  # noqa: E501
CHECK_UPDATE = """\

NetworkManager.x86_64                  1:1.46.6-1.fc40                  updates
firefox.x86_64                         132.0.1-1.fc40                   updates
a-package-with-a-name-that-is-far-too-long-for-its-column.noarch
                                       2.1-3.fc40                       updates
Obsoleting Packages
grub2-tools.x86_64                     1:2.06-124.fc40                  updates
    grub2-tools.x86_64                 1:2.06-121.fc40                  @updates
"""


def put(root: Path, name: str, content: bytes = b"", *, changed: datetime | None = None) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if changed is not None:
        os.utime(file, (changed.timestamp(), changed.timestamp()))


def test_apt_counts_upgrades_and_no_new_package():
    assert apt.pending(SIMULATION) == (4, 3)
    assert apt.pending(UBUNTU) == (2, 1)


def test_apt_has_nothing_to_do():
    assert apt.pending("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n") == (0, 0)


def test_apt_that_fails_costs_the_counts_alone(tmp_path: Path):
    def refuse(command: Sequence[str]) -> str:
        raise AbsentError("apt-get failed with 100: E: The package lists are corrupt")

    put(tmp_path, LISTS)
    put(tmp_path, "run/reboot-required")
    put(tmp_path, "var/log/apt/history.log", HISTORY.encode())

    facts = apt.read(refuse, tmp_path)

    reason = Absent("apt-get failed with 100: E: The package lists are corrupt")
    assert (facts["pending"], facts["security"]) == (reason, reason)
    assert facts["restart_pending"] is True
    assert facts["last_checked"] == Absent("apt has no lists yet")
    assert isinstance(facts["last_installed"], datetime)


def test_apt_is_simulated_and_waits_for_no_lock(tmp_path: Path):
    asked: list[Sequence[str]] = []

    def ask(command: Sequence[str]) -> str:
        asked.append(command)
        return SIMULATION

    put(tmp_path, LISTS)
    assert apt.read(ask, tmp_path)["pending"] == 4
    (command,) = asked
    assert {"--simulate", "Debug::NoLocking=1", "upgrade"} <= set(command)


def test_no_note_of_a_restart_counts_only_where_somebody_writes_one(tmp_path: Path):
    with pytest.raises(AbsentError, match="nothing on this system notes"):
        apt.restart_pending(tmp_path)

    put(tmp_path, "usr/share/update-notifier/notify-reboot-required")
    assert apt.restart_pending(tmp_path) is False

    put(tmp_path, "run/reboot-required")
    assert apt.restart_pending(tmp_path) is True


def test_an_installation_is_no_update():
    found = apt.end_of_last_upgrade(HISTORY)

    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M:%S}" == "2026-11-26 06:41:09"
    assert found.utcoffset() is not None


def test_the_history_of_last_month_counts_when_this_one_has_none(tmp_path: Path):
    put(tmp_path, "var/log/apt/history.log")
    with pytest.raises(AbsentError, match="the history of apt has no upgrade"):
        apt.last_installed(tmp_path)

    put(tmp_path, "var/log/apt/history.log.1.gz", gzip.compress(HISTORY.encode()))
    assert apt.last_installed(tmp_path).day == 26


def test_the_latest_look_of_apt_counts(tmp_path: Path):
    at = datetime(2026, 11, 27, 6, 40, tzinfo=UTC)
    put(tmp_path, "var/lib/apt/periodic/update-success-stamp", changed=at)

    assert apt.read(lambda command: "", tmp_path)["last_checked"] == at


def test_without_lists_nothing_is_known_of_updates(tmp_path: Path):
    """Both programs print nothing then, and succeed, as if there were no updates."""
    of_apt = apt.read(lambda command: "", tmp_path)
    of_dnf = dnf.read(lambda command: "", tmp_path)

    for facts, reason in ((of_apt, "apt has no lists yet"), (of_dnf, "dnf has no cache yet")):
        for name in ("pending", "security", "last_checked"):
            assert facts[name] == Absent(reason)


def test_dnf_lists_each_update_once():
    assert dnf.pending(CHECK_UPDATE) == 3
    assert dnf.pending("") == 0


def test_dnf_gives_all_facts(tmp_path: Path):
    at = datetime(2026, 11, 27, 6, 40, tzinfo=UTC)
    put(tmp_path, "var/cache/dnf/updates-f33/repodata/repomd.xml", changed=at)

    def ask(command: Sequence[str]) -> str:
        if "needs-restarting" in command:
            return "Core libraries or services have been updated.\n\nReboot is required to fully\n"
        if command[0] == "rpm":
            return "1764137472\n1700000000\n"
        return CHECK_UPDATE if "--security" not in command else CHECK_UPDATE[:80]

    assert dnf.read(ask, tmp_path) == {
        "pending": 3,
        "security": 1,
        "restart_pending": True,
        "last_installed": datetime.fromtimestamp(1764137472, UTC),
        "last_checked": at,
    }


def test_dnf_may_need_no_restart_or_not_know():
    assert dnf.restart_pending("No core libraries\n\nReboot should not be necessary.\n") is False
    with pytest.raises(AbsentError, match="dnf does not say"):
        dnf.restart_pending("No such command: needs-restarting.\n")
