"""Under Wayland the compositor or the desktop portal is asked, and never Xwayland."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import mss
import pytest
from PIL import Image
from plugins.screenshot.tests.stand_ins import StandInPortal
from tests.session.private_bus import PrivateBus

from wfhagent.testing import make_context
from wfhagent_screenshot import portal
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig


@pytest.fixture(autouse=True)
def wayland(bus: PrivateBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session of Wayland; programs in the folder that is returned are found, and no others."""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(mss, "MSS", lambda: pytest.fail("mss gives a black image here"))
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def put_grim(folder: Path, script: str) -> None:
    program = folder / "grim"
    program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def take(**settings: Any) -> tuple[dict[str, Any], list[bytes]]:
    context = make_context()
    fact = Screenshot(ScreenshotConfig(notify=False, **settings)).collect(context)["screenshot"]
    return fact, [attached.data for attached in context.attachments]


# The program stands in for a compositor, which does not run on a test machine.


def test_grim_is_asked_where_it_is_installed(wayland: Path, tmp_path: Path):
    Image.new("RGB", (64, 32), "red").save(tmp_path / "screen.ppm")
    put_grim(wayland, f"cat {tmp_path}/screen.ppm")

    fact, (data,) = take()

    assert (fact["status"], fact["width"], fact["height"]) == ("taken", 64, 32)
    assert fact["monitors"] is None
    assert data


def test_hide_windows_blurs_all_for_wayland_tells_no_windows(wayland: Path, tmp_path: Path):
    Image.new("RGB", (640, 320), "red").save(tmp_path / "screen.ppm")
    put_grim(wayland, f"cat {tmp_path}/screen.ppm")

    fact, _ = take(hide_windows=("*doctor*",))

    assert (fact["blurred"], fact["hidden_windows"]) == (True, None)
    assert fact["hiding_failed"] == "this desktop does not tell which windows there are"


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'compositor does not support it' >&2; exit 1", "compositor does not support it"),
        ("echo nonsense", "grim gave no picture: UnidentifiedImageError"),
    ],
)
def test_where_neither_gives_a_picture_both_are_named(wayland: Path, script: str, sentence: str):
    put_grim(wayland, script)

    fact, attached = take()

    assert (fact["status"], attached) == ("failed", [])
    assert sentence in fact["reason"]
    assert "the desktop portal cannot be asked" in fact["reason"]


def test_without_grim_and_bus_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")

    fact, _ = take()

    assert fact == {
        "status": "failed",
        "reason": "Wayland: the desktop portal cannot be asked: there is no session bus; "
        "grim is not installed",
    }


def test_an_xwayland_whose_session_set_no_variables_is_seen_by_its_monitors(
    wayland: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(mss, "MSS", Xwayland)
    Image.new("RGB", (64, 32), "red").save(tmp_path / "screen.ppm")
    put_grim(wayland, f"cat {tmp_path}/screen.ppm")

    fact, _ = take()

    assert (fact["status"], fact["width"], fact["monitors"]) == ("taken", 64, None)


class Xwayland:
    """What mss sees of the one in sway, which gives black pictures."""

    monitors: ClassVar = [
        {"left": 0, "top": 0, "width": 1600, "height": 600},
        {"left": 0, "top": 0, "width": 800, "height": 600, "output": "XWAYLAND0"},
        {"left": 800, "top": 0, "width": 800, "height": 600, "output": "XWAYLAND1"},
    ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        pass


# --- the desktop portal -------------------------------------------------------------------------

StartPortal = Callable[..., StandInPortal]


@pytest.fixture
def start_portal(bus: PrivateBus) -> Iterator[StartPortal]:
    started: list[StandInPortal] = []

    def start(
        answer: int | None = 0, uri: str = "", allowed: dict[str, str] | None = None
    ) -> StandInPortal:
        results = {"uri": ("s", uri)} if uri else {}
        started.append(
            StandInPortal(bus.address, answer=answer, results=results, allowed=allowed or {})
        )
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_the_portal_gives_a_picture_and_its_file_is_deleted(
    start_portal: StartPortal, tmp_path: Path
):
    file = tmp_path / "Bildschirmfoto vom 23. März.png"
    Image.new("RGBA", (320, 200), "green").save(file)
    service = start_portal(uri=file.as_uri())

    fact, attached = take()

    assert (fact["status"], fact["width"], fact["height"]) == ("taken", 320, 200)
    assert len(attached) == 1
    assert not file.exists()
    ((_method, (parent, options)),) = service.called
    assert (parent, options["interactive"]) == ("", ("b", False))


def test_a_file_of_the_portal_that_is_no_picture_is_deleted_too(
    start_portal: StartPortal, tmp_path: Path
):
    file = tmp_path / "Screenshot.png"
    file.write_text("none")
    start_portal(uri=file.as_uri())

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "what the desktop portal gave is no picture" in fact["reason"]
    assert not file.exists()


def test_a_black_picture_of_the_portal_is_no_success(start_portal: StartPortal, tmp_path: Path):
    file = tmp_path / "Screenshot.png"
    Image.new("RGB", (320, 200), "black").save(file)
    start_portal(uri=file.as_uri())

    assert take()[0] == {
        "status": "failed",
        "reason": "the system gave a picture that is all black",
    }


@pytest.mark.parametrize("uri", ["", "https://example.com/a.png", "file:///nowhere/at-all.png"])
def test_a_portal_that_names_no_file_that_is_there_is_said(start_portal: StartPortal, uri: str):
    start_portal(uri=uri)

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "the desktop portal" in fact["reason"]


def test_a_file_that_can_not_be_deleted_is_no_success(start_portal: StartPortal, tmp_path: Path):
    # A folder: even the administrator's unlink is refused.
    start_portal(uri=tmp_path.as_uri())

    fact, attached = take()

    assert (fact["status"], attached) == ("failed", [])
    assert "the file of the desktop portal cannot be deleted: Is a directory" in fact["reason"]


@pytest.mark.parametrize(
    ("answer", "allowed", "status"),
    [
        (1, {}, "denied"),
        (2, {"": "no"}, "denied"),
        (2, {"": "yes", "org.example.Other": "no"}, "failed"),
        (2, {}, "failed"),
    ],
)
def test_a_refusal_is_denied_where_the_user_said_no(
    start_portal: StartPortal, answer: int, allowed: dict[str, str], status: str
):
    start_portal(answer=answer, allowed=allowed)

    fact, attached = take()

    assert (fact["status"], attached) == (status, [])
    assert ("wfhagent screenshot allow" in fact["reason"]) is (status == "denied")


def test_a_question_that_nobody_answers_is_taken_back(
    start_portal: StartPortal, monkeypatch: pytest.MonkeyPatch
):
    service = start_portal(answer=None)
    monkeypatch.setattr(portal, "PICTURE_SECONDS", 0.05)

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "gave no picture within 0.05 s; if it asked: allow it" in fact["reason"]
    assert service.closed.wait(30)
