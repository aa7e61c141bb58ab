"""`screenshot allow` explains the desktop's question; `doctor` never raises it."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from plugins.screenshot.tests.stand_ins import StandInPortal
from tests.cli.conftest import NOW, Laptop
from tests.os_session.private_bus import PrivateBus

from wfhagent.doctor.finding import Finding
from wfhagent.doctor.screen import examine_screenshots
from wfhagent.testing import StaticClock

StartPortal = Callable[..., StandInPortal]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        bus = PrivateBus(Path(folder))
        bus.start()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus
        bus.stop()


@pytest.fixture
def start_portal(
    bus: PrivateBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartPortal]:
    """Starts the portal of a Wayland session without systemd; its user answers *stored*."""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("PATH", str(tmp_path))
    screenshot = tmp_path / "Screenshot.png"
    Image.new("RGB", (64, 32), "green").save(screenshot)
    started: list[StandInPortal] = []

    def start(allowed: dict[str, str], stored: str = "") -> StandInPortal:
        works = "yes" in {stored, *allowed.values()} and stored != "no"
        results = {"uri": ("s", screenshot.as_uri())} if works else {}
        answer = 0 if works else 2
        started.append(
            StandInPortal(
                bus.address, answer=answer, results=results, allowed=allowed, stored=stored
            )
        )
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_the_question_is_explained_before_it_comes(laptop: Laptop, start_portal: StartPortal):
    portal = start_portal({}, stored="yes")

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 0, done.output
    assert "You have 25 seconds to answer" in done.output
    assert "Screenshot: taken" in done.output
    assert len(portal.screenshots) == 1


def test_after_a_no_it_asks_again_and_does_not_advise_itself_twice(
    laptop: Laptop, start_portal: StartPortal
):
    portal = start_portal({"": "no"}, stored="no")

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 1
    assert "Your earlier answer was no. It was deleted" in done.output
    assert len(portal.screenshots) == 1, "it asked"
    assert "-> Your answer is stored. Run this command again to change it." in done.output
    assert "wfhagent screenshot allow" not in done.output


def test_a_question_without_an_answer_says_what_to_do(laptop: Laptop, start_portal: StartPortal):
    start_portal({})

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 1
    assert "the question was not answered within 25 seconds" in done.output
    assert "-> Close the question if it is still open, and run this command again." in done.output


def test_what_is_allowed_already_asks_nobody(laptop: Laptop, start_portal: StartPortal):
    start_portal({"": "yes"})

    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 0, done.output
    assert "Screenshots are already allowed." in done.output


@pytest.mark.parametrize(
    ("allowed", "detail"),
    [
        ({"": "yes"}, "allowed on this desktop; no test screenshot was taken"),
        ({"": "no"}, "denied on this desktop"),
        ({}, "not allowed on this desktop yet"),
    ],
)
def test_doctor_only_reads_what_is_stored(
    laptop: Laptop, start_portal: StartPortal, allowed: dict[str, str], detail: str
):
    portal = start_portal(allowed)

    (finding,) = examine_screenshots(laptop.assembly(), "", StaticClock(NOW))

    assert isinstance(finding, Finding)
    assert (finding.ok, finding.detail) == (allowed.get("") == "yes", detail)
    assert portal.screenshots == [], "nobody was asked, and no screenshot taken"
    assert portal.permissions == {app: [word] for app, word in allowed.items()}
