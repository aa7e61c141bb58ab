"""docs/deploy-ubuntu.md typed word for word into a booted Debian, including a restore."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from server.tests.machine import DOMAIN, blocks_of_page
from tests.worlds.systemd.prepare import REPOSITORY
from tests.worlds.systemd.world import Shell, World

STEPS = blocks_of_page()
SOURCE = "usr/local/src/wfhagent"
CERTBOT = Path(__file__).with_name("certbot.sh")
AGENT = "7d7b6c0e-52f1-4ed1-8f0c-4ef4ff2a7c11"


class Server:
    """A machine and the administrator's shell in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.boot()
        # The name is in the DNS of this machine alone, so no authority can look at it.
        with (world.root / "etc/hosts").open("a") as hosts:
            hosts.write(f"127.0.0.1 {DOMAIN}\n")
        stand_in = world.root / "usr/local/sbin/certbot"
        stand_in.write_bytes(CERTBOT.read_bytes())
        stand_in.chmod(0o755)
        _unpack_source(world.root / SOURCE)
        self.shell = Shell(world)

    def type(self, step: int, block: int | None = None) -> str:
        """Type the blocks of a step, or one of them; nothing in it may fail."""
        blocks = STEPS[step] if block is None else [STEPS[step][block]]
        printed = "".join(map(self.shell.type, blocks))
        assert self.shell.failed == [], printed
        return printed

    def is_active(self, unit: str) -> bool:
        return self.world.run("systemctl", "is-active", unit, check=False).strip() == "active"

    def version(self) -> str:
        return self.world.run("readlink", "/opt/wfhserver/current").strip()


def _unpack_source(target: Path) -> None:
    """Put there what a release's archive has: the files of the tree and the built dashboard."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "packaging/server", "requirements", "server"],
        cwd=REPOSITORY, capture_output=True, check=True,
    )  # fmt: skip
    built = [str(file.relative_to(REPOSITORY)) for file in _dashboard().rglob("*")]
    names = listed.stdout + "\0".join(built).encode()
    target.mkdir(parents=True)
    packed = subprocess.run(
        ["tar", "-C", str(REPOSITORY), "--null", "--no-recursion", "-T", "-", "-c"],
        input=names, capture_output=True, check=True,
    )  # fmt: skip
    subprocess.run(
        ["tar", "-C", str(target), "--no-same-owner", "-x"], input=packed.stdout, check=True
    )


def _dashboard() -> Path:
    return REPOSITORY / "server/src/wfhserver/dashboard_files"


@pytest.fixture(scope="module")
def server(make_world: Callable[..., World]) -> Server:
    return Server(make_world("wfh", private_network=True))


@pytest.fixture(scope="module")
def printed(server: Server) -> dict[int, str]:
    """What the steps 1 to 10 print, from nothing to a restored copy."""
    return {step: server.type(step) for step in range(1, 11)}


def test_the_page_leads_to_a_server_that_takes_heartbeats(
    server: Server, printed: dict[int, str]
) -> None:
    assert '"ready":true' in printed[5]
    assert '"alive":true' in printed[6]
    assert '"accepted":1' in printed[7]
    assert re.search(r"^a1\talice\tlaptop-7\te1\t\d{4}-", printed[7], re.MULTILINE)
    for unit in ("wfhserver.socket", "wfhserver.service", "wfhserver-backup.timer", "nginx"):
        assert server.is_active(unit)
    assert server.world.run("systemctl", "--failed", "--no-legend").strip() == ""


def test_a_reload_needs_no_program_that_a_small_debian_lacks(
    server: Server, printed: dict[int, str]
) -> None:
    assert "kill" not in server.world.run("ls", "/bin/").split()
    before = server.world.run("journalctl", "-u", "wfhserver", "-o", "cat")

    server.shell.type(STEPS[8][1])

    after = server.world.run("journalctl", "-u", "wfhserver", "-o", "cat")
    assert after.count("signal: hup") > before.count("signal: hup")
    assert server.shell.failed == []


def test_a_backup_is_checked_and_restored_beside_the_server(printed: dict[int, str]) -> None:
    assert "SHA256SUMS" in printed[9]
    assert printed[10].count("screenshots are what their logs say.") == 2


@pytest.fixture(scope="module")
def upgraded(server: Server, printed: dict[int, str]) -> tuple[str, str]:
    """What is printed by an upgrade to a version that does not start, and by one that does."""
    source = server.world.root / SOURCE / "server"
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
def restored(server: Server, upgraded: tuple[str, str], make_world: Callable[..., World]) -> Server:
    """Another machine, whose users have other numbers, after step 12."""
    screenshot = "/var/data/screenshots/2026-11-25/a.webp"
    made = f"install -D -o wfhserver -g wfhserver /dev/null {screenshot}; wfhserver-backup"
    server.world.run("sh", "-c", f"{made}; tar -C /var/backups -cf /srv/backups.tar wfhserver")
    saved = server.world.root / "srv/backups.tar"
    other = Server(make_world("wfh-2", private_network=True))
    other.world.run("adduser", "--system", "--group", "somebody")
    (other.world.root / SOURCE / "server/pyproject.toml").write_text(
        (server.world.root / SOURCE / "server/pyproject.toml").read_text()
    )
    for step in (1, 2, 3):
        other.type(step)
    (other.world.root / "srv/backups.tar").write_bytes(saved.read_bytes())
    server.world.cut_power()
    other.world.run("tar", "-C", "/var/backups", "-xpf", "/srv/backups.tar", "--numeric-owner")
    for step in (12, 5, 6):
        other.type(step)
    return other


def test_after_a_loss_everything_is_back_and_the_next_backup_is_planned(
    server: Server, restored: Server
) -> None:
    assert "laptop-7" in restored.world.run("wfhserver", "keys", "list")
    assert "anna" in restored.world.run("wfhserver", "users", "list")
    assert restored.is_active("wfhserver-backup.timer")
    owners = restored.world.run("sh", "-c", "stat -c %U $(find /var/data/screenshots)").split()
    assert set(owners) == {"wfhserver"}
    restored.world.run("systemctl", "start", "wfhserver-backup.service")
    assert restored.world.run("systemctl", "--failed", "--no-legend").strip() == ""
