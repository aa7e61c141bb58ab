"""An upgrade of the Debian package under a booted systemd: the service of alice starts again."""

import shutil
from collections.abc import Callable

import pytest
from tests.waiting import wait_until
from tests.worlds.laptop import Laptop
from tests.worlds.packages.built import NEW, OLD, build_packages
from tests.worlds.systemd.installed import DESKTOP, log_in

PROGRAM = "/usr/lib/wfhagent/wfhagent"
UNITS = ("wfhagent.service", "wfhagent-tray.service")


@pytest.fixture(scope="module")
def laptop(make_machine: Callable[..., Laptop], tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A laptop on which alice is logged in, with the old version running."""
    laptop = make_machine(Laptop, "laptop-8")
    laptop.write("/etc/systemd/user/desk-session.target", DESKTOP)
    for version, folder in build_packages(tmp_path_factory.mktemp("built")).items():
        (package,) = folder.glob("*.deb")
        shutil.copy(package, laptop.tree / f"srv/{version}.deb")
    laptop.boot()
    laptop.run("dpkg", "--install", f"/srv/{OLD}.deb")
    log_in(laptop, seat="seat0")
    for unit in UNITS:
        wait_until(lambda unit=unit: laptop.unit_state(unit) == "active", unit)
    return laptop


def processes(laptop: Laptop) -> list[str]:
    return [laptop.systemctl("show", "-P", "MainPID", unit) for unit in UNITS]


@pytest.mark.parametrize("version", [NEW, OLD])
def test_another_version_restarts_service_and_icon_at_once(laptop: Laptop, version: str) -> None:
    before = processes(laptop)

    laptop.run("dpkg", "--install", f"/srv/{version}.deb")

    assert [laptop.unit_state(unit) for unit in UNITS] == ["active", "active"]
    assert not set(processes(laptop)) & set(before)
    programs = {laptop.run("readlink", f"/proc/{each}/exe").strip() for each in processes(laptop)}
    assert programs == {PROGRAM}
    # They were asked to end, and did not fail.
    assert {laptop.systemctl("show", "-P", "NRestarts", unit) for unit in UNITS} == {"0"}
    journal = laptop.run("journalctl", "--no-pager", "_UID=1000", "-o", "cat")
    assert journal.count("stored") >= 2
    assert f"runs {version}" in journal


def test_a_removal_ends_them(laptop: Laptop) -> None:
    laptop.run("dpkg", "--remove", "wfhagent")

    assert {laptop.unit_state(unit) for unit in UNITS} == {"inactive"}
    assert laptop.run("sh", "-c", f"test -e {PROGRAM} || echo gone").strip() == "gone"
