"""A real picture of a real (virtual) screen, or the true reason why there is none."""

import io
import stat
import subprocess
from pathlib import Path

import mss
import pytest
from PIL import Image

from wfhagent.plugin import Attachment
from wfhagent.testing import check_collector, make_context
from wfhagent_screenshot.collector import Screenshot, ScreenshotConfig

BLUE = "#35618e"


def take(config: ScreenshotConfig | None = None) -> tuple[dict[str, object], list[Attachment]]:
    context = make_context()
    facts = Screenshot(config or ScreenshotConfig()).collect(context)
    return facts["screenshot"], context.attachments


def opened(attachment: Attachment) -> Image.Image:
    return Image.open(io.BytesIO(attachment.data))


@pytest.fixture
def screen(virtual_screen: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", virtual_screen)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    paint(BLUE)
    return virtual_screen


def paint(colour: str) -> None:
    subprocess.run(["xsetroot", "-solid", colour], check=True)


def put_on_path(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_its_declarations_are_in_order():
    assert check_collector(Screenshot) == []


def test_it_takes_a_picture_of_the_screen(screen: str):
    fact, (picture,) = take()

    assert fact == {"status": "taken", "width": 1280, "height": 720, "monitors": 1}
    assert (picture.name, picture.media_type) == ("screenshot", "image/webp")
    image = opened(picture)
    assert (image.format, image.size) == ("WEBP", (1280, 720))
    seen = image.convert("RGB").getpixel((640, 360))
    assert all(abs(a - b) < 8 for a, b in zip(seen, (0x35, 0x61, 0x8E), strict=True))


def test_a_wide_desktop_is_scaled_down(screen: str):
    fact, (picture,) = take(ScreenshotConfig(max_width=320))

    assert (fact["width"], fact["height"]) == (320, 180)
    assert opened(picture).size == (320, 180)


def test_a_blurred_picture_has_no_edges(screen: str):
    subprocess.run(["xsetroot", "-mod", "4", "4", "-fg", "white", "-bg", "black"], check=True)

    middle = (100, 100, 1180, 620)
    sharp = opened(take()[1][0]).convert("L").crop(middle).getextrema()
    blurred = opened(take(ScreenshotConfig(blur=20))[1][0]).convert("L").crop(middle).getextrema()

    assert sharp[1] - sharp[0] > 200
    assert blurred[1] - blurred[0] < 60


def test_a_black_picture_is_not_called_a_success(screen: str):
    paint("black")

    fact, attachments = take()

    assert fact == {"status": "failed", "reason": "the system gave a picture that is all black"}
    assert attachments == []


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)

    assert take() == (
        {"status": "no_display", "reason": "DISPLAY and WAYLAND_DISPLAY are not set"},
        [],
    )


def test_a_display_that_does_not_answer_is_no_display(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    fact, attachments = take()

    assert fact["status"] == "no_display"
    assert attachments == []


# The programs below stand in for logind and for a compositor, which do not run on a test machine.


def test_a_locked_screen_is_not_pictured(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put_on_path(tmp_path, "loginctl", "echo yes", monkeypatch)

    assert take() == ({"status": "locked", "reason": "the screen is locked"}, [])


@pytest.mark.parametrize("script", ["echo no", "exit 1", "echo 'no session' >&2; exit 1"])
def test_a_session_that_is_not_known_to_be_locked_is_pictured(
    screen: str, tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
):
    put_on_path(tmp_path, "loginctl", script, monkeypatch)

    assert take()[0]["status"] == "taken"


def test_under_wayland_the_compositor_is_asked_and_never_xwayland(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(mss, "MSS", lambda: pytest.fail("mss gives a black image here"))
    Image.new("RGB", (64, 32), "red").save(tmp_path / "screen.ppm")
    put_on_path(tmp_path, "grim", f"cat {tmp_path}/screen.ppm", monkeypatch)

    fact, (picture,) = take()

    assert fact == {"status": "taken", "width": 64, "height": 32, "monitors": None}
    assert opened(picture).size == (64, 32)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'compositor does not support it' >&2; exit 1", "compositor does not support it"),
        ("echo nonsense", "cannot identify image"),
    ],
)
def test_a_compositor_that_refuses_is_said(
    tmp_path: Path, script: str, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    put_on_path(tmp_path, "grim", script, monkeypatch)

    fact, attachments = take()

    assert fact["status"] == "failed"
    assert sentence in str(fact["reason"])
    assert attachments == []


def test_wayland_without_grim_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert take()[0] == {
        "status": "failed",
        "reason": "Wayland: the program grim is not installed",
    }
