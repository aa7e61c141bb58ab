"""`wfhagent screenshot allow` brings up the system's question at once."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.conftest import Laptop
from tests.linux_only import linux_only


def put_on_path(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_a_screenshot_is_taken_and_thrown_away(
    laptop: Laptop, virtual_screen: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DISPLAY", virtual_screen)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    subprocess.run(["xsetroot", "-solid", "#35618e"], check=True)

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 0, done.output
    assert "Screenshot: taken: works; the test screenshot was discarded" in done.output
    assert not list(laptop.data.iterdir())


@linux_only("a session without a screen")
def test_a_failure_is_explained_with_what_to_do(laptop: Laptop):
    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 1
    assert "Screenshot: no_display" in done.output
    assert "-> Run this, and the agent, in the desktop session" in done.output


def test_it_says_that_no_plugin_takes_screenshots(laptop: Laptop):
    laptop.configure("plugins", disabled=["screenshot"])

    done = laptop.run("screenshot", "allow")

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0,
        "Screenshot: disabled: no plugin takes screenshots",
    )


# The two programs stand in for systemd, which does not run on a test machine.


@pytest.fixture
def wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is the PATH of a Wayland session."""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@linux_only("systemd")
def test_under_wayland_it_runs_in_a_unit_as_the_service_does(laptop: Laptop, wayland: Path):
    put_on_path(wayland, "systemctl", '[ "$*" = "--user show-environment" ]')
    put_on_path(wayland, "systemd-run", f'echo "$*" > {wayland}/run; exit 1')

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 1, "what it ends with there"
    assert (wayland / "run").read_text() == (
        "--user --quiet --wait --pipe --collect -- "
        f"{sys.executable} -P -m wfhagent screenshot allow --here --config {laptop.file}\n"
    )


@linux_only("systemd")
def test_without_the_users_systemd_it_is_taken_right_here(laptop: Laptop, wayland: Path):
    put_on_path(wayland, "systemctl", "exit 1")
    put_on_path(wayland, "systemd-run", f"touch {wayland}/run")

    done = laptop.run("screenshot", "allow")

    assert "Wayland: the desktop portal cannot be asked" in done.output
    assert not (wayland / "run").exists()


@linux_only("Wayland")
def test_it_says_which_windows_cannot_be_hidden(laptop: Laptop, wayland: Path):
    laptop.configure("plugins.screenshot", hide_windows=["*doctor*"])
    Image.new("RGB", (64, 32), "red").save(wayland / "screen.ppm")
    put_on_path(wayland, "grim", f"/bin/cat {wayland}/screen.ppm")

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 0
    assert "blurred as a whole, because this desktop does not tell which windows" in done.output
