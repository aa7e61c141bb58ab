"""The Debian package: installed, run, upgraded and removed, in a root folder of its own.

dpkg itself does it, with `--force-script-chrootless`: the package's scripts run, and nothing of the
machine is touched. What systemd would start, the test starts.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[3] / "packaging"
sys.path.insert(0, str(PACKAGING))

from installers import deb, tree  # noqa: E402

RECEIVER = tree.ROOT / "server_stub" / "receiver.py"
CONFIG = """\
[server]
url = "http://127.0.0.1:{port}"
allow_insecure_loopback = true
auth_token = "wfhe_deb"
[agent]
data_directory = "{folder}/data"
keyring = false
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Packages of this version and of a newer one."""
    folder = tmp_path_factory.mktemp("packages")
    return deb.build(folder, "0.1.0", "none"), deb.build(folder, "0.1.1", "none")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root folder with an empty database of packages."""
    database = tmp_path / "root" / "var" / "lib" / "dpkg"
    for folder in ("info", "updates", "triggers"):
        (database / folder).mkdir(parents=True)
    for file in ("status", "available"):
        (database / file).touch()
    return tmp_path / "root"


def dpkg(root: Path, *arguments: str) -> str:
    forced = ("not-root", "script-chrootless", "depends", "confnew", "bad-path")
    done = subprocess.run(
        ["dpkg", f"--root={root}", *(f"--force-{each}" for each in forced), *arguments],
        env={**os.environ, "PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def program(root: Path) -> Path:
    return root / tree.PROGRAM.lstrip("/")


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-u", str(RECEIVER), "--port", "0", "--accept-token", "wfhe_deb"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"running on http://127.0.0.1:(\d+)", line):
                yield int(found[1]), process
                break
        process.terminate()


def start_agent(root: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    config = folder / "agent.toml"
    config.write_text(CONFIG.format(port=port, folder=folder))
    link = root / "usr/bin/wfhagent"
    return subprocess.Popen([link, "run", "--quiet", "--config", config], stderr=subprocess.DEVNULL)


def wait_for_heartbeat(receiver: "subprocess.Popen[str]") -> None:
    assert receiver.stdout is not None
    assert any("heartbeats of agents" in line for line in receiver.stdout)


def test_it_is_installed_runs_is_upgraded_set_back_and_leaves_nothing(
    packages: tuple[Path, Path],
    root: Path,
    tmp_path: Path,
    receiver: tuple[int, "subprocess.Popen[str]"],
):
    port, server = receiver
    dpkg(root, "--install", str(packages[0]))
    agent = start_agent(root, tmp_path, port)
    wait_for_heartbeat(server)

    # A downgrade takes the same steps.
    for package, version in ((packages[1], "0.1.1"), (packages[0], "0.1.0")):
        dpkg(root, "--install", str(package))

        assert agent.wait(30) == 0, "the agent of the other version ends as if asked to"
        assert f"Version: {version}" in dpkg(root, "--status", "wfhagent")
        agent = start_agent(root, tmp_path, port)
        wait_for_heartbeat(server)

    dpkg(root, "--remove", "wfhagent")

    assert agent.wait(30) == 0
    assert not program(root).exists()
    assert not (root / tree.UNITS).exists()


def test_the_configuration_that_it_pushed_goes_with_a_purge_only(
    packages: tuple[Path, Path], root: Path
):
    dpkg(root, "--install", str(packages[0]))
    pushed = root / tree.CONFIG.lstrip("/")
    pushed.write_text("[server]\n")

    dpkg(root, "--remove", "wfhagent")
    assert pushed.exists()

    dpkg(root, "--purge", "wfhagent")
    assert not pushed.parent.exists()


@pytest.mark.parametrize(
    ("name", "words"), [("wfhagent", "run --quiet"), ("wfhagent-tray", "tray")]
)
def test_the_unit_is_one_that_systemd_takes_and_is_enabled_for_every_user(
    name: str, words: str, packages: tuple[Path, Path], root: Path, tmp_path: Path
):
    dpkg(root, "--install", str(packages[0]))
    unit = root / tree.UNITS / f"{name}.service"
    wants = root / tree.UNITS / "graphical-session.target.wants" / f"{name}.service"

    assert wants.resolve() == unit
    assert f"ExecStart=:{tree.PROGRAM} {words}\n" in unit.read_text()
    # The program is not at the unit's path but under the test's root.
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(tree.PROGRAM, str(program(root))))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(copy)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_nobody_but_root_may_write_what_it_brings(packages: tuple[Path, Path]):
    listed = subprocess.run(
        ["dpkg-deb", "--contents", packages[0]], capture_output=True, text=True, check=True
    ).stdout

    for line in listed.splitlines():
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode[0] == "l" or mode[5] == mode[8] == "-", line
