"""docs/deploy-ubuntu.md typed word for word into a booted Debian, including a restore."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.waiting import wait_until
from tests.worlds.machine import Machine
from tests.worlds.systemd.server import STEPS, Server


@pytest.fixture(scope="module")
def packages(make_machine: Callable[..., Machine]) -> list[Path]:
    """The disk of a Debian into which the steps 1 and 2 were typed."""
    server = Server(make_machine(Machine, "new", private_network=True))
    server.type(1)
    server.type(2)
    server.power_off()
    return server.machine.copy_disk()


@pytest.fixture(scope="module")
def server(make_machine: Callable[..., Machine], packages: list[Path]) -> Server:
    return Server(make_machine(Machine, "wfh", packages, private_network=True), typed=(1, 2))


@pytest.fixture(scope="module")
def printed(server: Server) -> dict[int, str]:
    """What the steps 3 to 10 print, from an installed program to a restored copy."""
    return {step: server.type(step) for step in range(3, 11)}


def test_the_page_leads_to_a_server_that_takes_heartbeats(
    server: Server, printed: dict[int, str]
) -> None:
    assert '"ready":true' in printed[5]
    assert '"alive":true' in printed[6]
    assert '"accepted":1' in printed[7]
    assert re.search(r"^a1\talice\tlaptop-7\te1\t\d{4}-", printed[7], re.MULTILINE)
    for unit in ("wfhserver.socket", "wfhserver.service", "wfhserver-backup.timer", "nginx"):
        assert server.is_active(unit)
    assert server.failed_units() == ""


def test_a_reload_needs_no_program_that_a_small_debian_lacks(
    server: Server, printed: dict[int, str]
) -> None:
    assert "kill" not in server.machine.run("ls", "/bin/").split()

    def reloads() -> int:
        return server.machine.run("journalctl", "-u", "wfhserver", "-o", "cat").count("signal: hup")

    before = reloads()

    server.shell.type(STEPS[8][1])

    # `systemctl reload` ends when the signal is sent.
    wait_until(lambda: reloads() > before, "the reload")
    assert server.shell.failed == []


def test_a_backup_is_checked_and_restored_next_to_the_server(printed: dict[int, str]) -> None:
    assert "SHA256SUMS" in printed[9]
    assert printed[10].count("screenshots are what their logs say.") == 2


def as_server(server: Server, command: str) -> str:
    """Return what a shell of the server's user prints."""
    return server.machine.run("runuser", "-u", "wfhserver", "--", "sh", "-c", f"{command} 2>&1; :")


def test_the_server_lists_the_backups_and_opens_none(
    server: Server, printed: dict[int, str]
) -> None:
    folder = "/var/backups/wfhserver"

    listed = as_server(server, f"ls {folder}").split()

    (backup,) = [name for name in listed if name.startswith("20")]
    for record in ("last-backup.json", "last-verification.json"):
        assert f'"backup": "{backup}"' in as_server(server, f"cat {folder}/{record}")
    for closed in (f"ls {folder}/{backup}", f"cat {folder}/{backup}/database.dump"):
        assert "Permission denied" in as_server(server, closed)
    assert "Permission denied" in as_server(server, f"touch {folder}/x")


@pytest.fixture(scope="module")
def upgraded(server: Server, printed: dict[int, str]) -> tuple[str, str]:
    """What is printed by an upgrade to a version that does not start, and by one that does."""
    source = server.source / "server"
    project, worker = source / "pyproject.toml", source / "src/wfhserver/worker.py"
    project.write_text(project.read_text().replace('"0.1.0"', '"0.1.1"', 1))
    good = worker.read_text()
    worker.write_text("raise RuntimeError('broken on purpose')\n")
    failed = server.shell.type(STEPS[11][0])
    assert server.version() == "0.1.0"
    assert server.is_active("wfhserver.service")
    server.shell.failed.clear()
    worker.write_text(good)
    return failed, server.type(11)


def test_an_upgrade_that_fails_leaves_the_old_version_and_the_next_one_works(
    server: Server, upgraded: tuple[str, str]
) -> None:
    failed, worked = upgraded

    assert "broken on purpose" in failed
    assert "0.1.0 is in use again" in failed
    assert "0.1.1 is in use" in worked
    assert server.version() == "0.1.1"
    assert server.is_active("wfhserver.service")


@pytest.fixture(scope="module")
def restored(
    server: Server,
    upgraded: tuple[str, str],
    make_machine: Callable[..., Machine],
    packages: list[Path],
) -> Server:
    """Another machine, whose users have other numbers, after step 12."""
    screenshot = "/var/data/screenshots/2026-11-25/a.webp"
    made = f"install -D -o wfhserver -g wfhserver /dev/null {screenshot}; wfhserver-backup"
    server.machine.run("sh", "-c", f"{made}; tar -C /var/backups -cf /srv/backups.tar wfhserver")
    saved = server.machine.tree / "srv/backups.tar"
    other = Server(make_machine(Machine, "wfh-2", packages, private_network=True), typed=(1,))
    other.machine.run("adduser", "--system", "--group", "somebody")
    project = "server/pyproject.toml"
    (other.source / project).write_text((server.source / project).read_text())
    for step in (2, 3):
        other.type(step)
    (other.machine.tree / "srv/backups.tar").write_bytes(saved.read_bytes())
    server.machine.cut_power()
    other.machine.run("tar", "-C", "/var/backups", "-xpf", "/srv/backups.tar", "--numeric-owner")
    for step in (12, 5, 6):
        other.type(step)
    return other


def test_after_a_loss_everything_is_back_and_the_next_backup_is_planned(
    server: Server, restored: Server
) -> None:
    assert "laptop-7" in restored.machine.run("wfhserver", "agents", "list")
    assert "anna" in restored.machine.run("wfhserver", "users", "list")
    assert restored.is_active("wfhserver-backup.timer")
    owners = restored.machine.run("sh", "-c", "stat -c %U $(find /var/data/screenshots)").split()
    assert set(owners) == {"wfhserver"}
    restored.machine.run("systemctl", "start", "wfhserver-backup.service")
    assert restored.failed_units() == ""
