"""On Wayland screenshots come from the compositor or the desktop portal, never from Xwayland."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import mss
import pytest
from PIL import Image
from plugins.screenshot.tests.stand_ins import StandInPortal
from tests.os_session.private_bus import PrivateBus

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


def take(*, may_ask: bool = False, **settings: Any) -> tuple[dict[str, Any], list[bytes]]:
    context = make_context(may_ask=may_ask)
    fact = Screenshot(ScreenshotConfig(notify=False, **settings)).collect(context)["screenshot"]
    return fact, [attached.data for attached in context.attachments]


# The program replaces a compositor, which does not run on a test machine.


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
def test_where_neither_gives_a_screenshot_both_are_named(wayland: Path, script: str, sentence: str):
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
    """Replaces mss by what it gets from Xwayland in sway: black screenshots."""

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
        answer: int | None = 0,
        uri: str = "",
        allowed: dict[str, str] | None = None,
        **further: Any,
    ) -> StandInPortal:
        results = {"uri": ("s", uri)} if uri else {}
        known = {"": "yes"} if allowed is None else allowed
        started.append(
            StandInPortal(bus.address, answer=answer, results=results, allowed=known, **further)
        )
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_the_portal_gives_a_screenshot_and_its_file_is_deleted(
    start_portal: StartPortal, tmp_path: Path
):
    file = tmp_path / "Bildschirmfoto vom 23. März.png"
    Image.new("RGBA", (320, 200), "green").save(file)
    service = start_portal(uri=file.as_uri())

    fact, attached = take()

    assert (fact["status"], fact["width"], fact["height"]) == ("taken", 320, 200)
    assert len(attached) == 1
    assert not file.exists()
    ((parent, options),) = service.screenshots
    assert (parent, options["interactive"]) == ("", ("b", False))


def test_a_file_of_the_portal_that_is_no_screenshot_is_deleted_too(
    start_portal: StartPortal, tmp_path: Path
):
    file = tmp_path / "Screenshot.png"
    file.write_text("none")
    start_portal(uri=file.as_uri())

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "what the desktop portal gave is no picture" in fact["reason"]
    assert not file.exists()


def test_a_black_screenshot_of_the_portal_is_no_success(start_portal: StartPortal, tmp_path: Path):
    file = tmp_path / "Screenshot.png"
    Image.new("RGB", (320, 200), "black").save(file)
    start_portal(uri=file.as_uri())

    assert take()[0] == {
        "status": "failed",
        "reason": "the system gave a picture that is all black",
    }


@pytest.mark.parametrize("uri", ["", "https://example.com/a.png", "file:///nowhere/at-all.png"])
def test_a_portal_that_names_no_file_that_is_there_is_reported(start_portal: StartPortal, uri: str):
    start_portal(uri=uri)

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "the desktop portal" in fact["reason"]


def test_a_file_that_can_not_be_deleted_is_no_success(start_portal: StartPortal, tmp_path: Path):
    # A folder, which not even root can unlink.
    start_portal(uri=tmp_path.as_uri())

    fact, attached = take()

    assert (fact["status"], attached) == ("failed", [])
    assert "the file of the desktop portal cannot be deleted: Is a directory" in fact["reason"]


@pytest.mark.parametrize(
    ("allowed", "sentence"),
    [
        ({"": "no"}, "screenshots were denied on this desktop"),
        ({}, "screenshots are not allowed on this desktop yet"),
        ({"org.example.Other": "yes"}, "screenshots are not allowed on this desktop yet"),
    ],
)
def test_a_log_never_makes_the_desktop_ask(
    start_portal: StartPortal, allowed: dict[str, str], sentence: str
):
    service = start_portal(allowed=allowed)

    fact, attached = take()

    assert (fact["status"], attached, service.screenshots) == ("denied", [], [])
    assert f"{sentence}: allow them with `wfhagent screenshot allow`" in fact["reason"]


@pytest.mark.parametrize("allowed", [{}, {"": "no"}])
def test_who_waits_at_the_screen_is_asked_also_after_a_no(
    start_portal: StartPortal, tmp_path: Path, allowed: dict[str, str]
):
    file = tmp_path / "Screenshot.png"
    Image.new("RGB", (320, 200), "green").save(file)
    service = start_portal(uri=file.as_uri(), allowed=allowed, stored="yes")

    assert take(may_ask=True)[0]["status"] == "taken"
    assert len(service.screenshots) == 1
    assert service.permissions == {"": ["yes"]}


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ("no", "screenshots were denied on this desktop"),
        ("", "the question was not answered within 25 seconds"),
    ],
)
def test_an_answer_that_was_no_or_did_not_come_is_denied(
    start_portal: StartPortal, stored: str, sentence: str
):
    start_portal(answer=2, allowed={}, stored=stored)

    fact, attached = take(may_ask=True)

    assert (fact["status"], attached) == ("denied", [])
    assert sentence in fact["reason"]
    assert "screenshot allow" not in fact["reason"], "that is what was typed"


def test_a_portal_that_never_ends_its_question_is_denied(
    start_portal: StartPortal, monkeypatch: pytest.MonkeyPatch
):
    # GNOME 43 answers nothing when its own call has ended.
    monkeypatch.setattr(portal, "ANSWER_SECONDS", 0.05)
    start_portal(answer=None, allowed={})

    fact, _ = take(may_ask=True)

    assert fact["status"] == "denied"
    assert "the question was not answered within 25 seconds" in fact["reason"]


@pytest.mark.parametrize("answer", [1, 2])
def test_a_portal_that_fails_has_not_denied_anything(
    start_portal: StartPortal, answer: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(portal, "user_pictures_dir", lambda: str(tmp_path / "Pictures"))
    start_portal(answer=answer, allowed={"": "yes", "org.example.Other": "no"})

    fact, attached = take()

    assert (fact["status"], attached) == ("failed", [])
    assert f"the desktop portal gave no picture ({answer}); the folder" in fact["reason"]
    assert f"{tmp_path}/Pictures, which it may need, does not exist" in fact["reason"]


@pytest.mark.parametrize(("version", "back_end"), [(1, 2), (2, None)])
def test_a_portal_that_asks_nobody_is_not_held_up_by_its_store(
    start_portal: StartPortal, tmp_path: Path, version: int, back_end: int | None
):
    file = tmp_path / "Screenshot.png"
    Image.new("RGB", (320, 200), "green").save(file)
    start_portal(uri=file.as_uri(), allowed={}, version=version, back_end=back_end)

    assert take()[0]["status"] == "taken"


def test_a_portal_that_does_not_answer_is_taken_back(
    start_portal: StartPortal, monkeypatch: pytest.MonkeyPatch
):
    service = start_portal(answer=None)
    monkeypatch.setattr(portal, "SCREENSHOT_SECONDS", 0.05)

    fact, _ = take()

    assert fact["status"] == "failed"
    assert "gave no picture within 0.05 s" in fact["reason"]
    assert service.closed.wait(30)
