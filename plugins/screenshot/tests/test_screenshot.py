"""A real screenshot of a virtual screen, or the real reason why it failed."""

import io
import subprocess

import pytest
from PIL import Image
from tests.linux_only import linux_only

from wfhagent.plugin import Attachment
from wfhagent.testing import check_collector, make_context
from wfhagent_screenshot.collector import Screenshot
from wfhagent_screenshot.config import ScreenshotConfig


def take(config: ScreenshotConfig | None = None) -> tuple[dict[str, object], list[Attachment]]:
    context = make_context()
    facts = Screenshot(config or ScreenshotConfig()).collect(context)
    return facts["screenshot"], context.attachments


def opened(attachment: Attachment) -> Image.Image:
    return Image.open(io.BytesIO(attachment.data))


def paint(color: str) -> None:
    subprocess.run(["xsetroot", "-solid", color], check=True)


def test_its_declarations_are_in_order():
    assert check_collector(Screenshot) == []


def test_it_takes_a_screenshot_of_the_screen(screen: str):
    fact, (screenshot,) = take()

    assert fact == {
        "status": "taken",
        "width": 1280,
        "height": 720,
        "scale": 1.0,
        "monitors": 1,
        "black_monitors": 0,
        "blurred": False,
        "hidden_windows": 0,
        "notified": False,
    }
    assert (screenshot.name, screenshot.media_type) == ("screenshot", "image/webp")
    image = opened(screenshot)
    assert (image.format, image.size) == ("WEBP", (1280, 720))
    seen = image.convert("RGB").getpixel((640, 360))
    assert all(abs(a - b) < 8 for a, b in zip(seen, (0x35, 0x61, 0x8E), strict=True))


def test_a_wide_desktop_is_scaled_down(screen: str):
    fact, (screenshot,) = take(ScreenshotConfig(max_width=320))

    assert (fact["width"], fact["height"]) == (320, 180)
    assert opened(screenshot).size == (320, 180)


def test_a_blurred_screenshot_has_no_edges(screen: str):
    subprocess.run(["xsetroot", "-mod", "4", "4", "-fg", "white", "-bg", "black"], check=True)

    middle = (100, 100, 1180, 620)
    sharp = opened(take()[1][0]).convert("L").crop(middle).getextrema()
    blurred = opened(take(ScreenshotConfig(blur=20))[1][0]).convert("L").crop(middle).getextrema()

    assert sharp[1] - sharp[0] > 200
    assert blurred[1] - blurred[0] < 60


def test_a_variable_of_a_wayland_session_that_is_over_hides_no_display(
    screen: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")

    assert take()[0]["status"] == "taken"


@pytest.mark.parametrize("address", ["tcp:host=localhost,port=1", "nonsense", "unix:path=/nowhere"])
def test_a_session_bus_that_cannot_be_opened_costs_no_screenshot(
    screen: str, address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

    fact, _ = take()

    assert (fact["status"], fact["notified"]) == ("taken", False)


def test_a_black_screenshot_is_not_called_a_success(screen: str):
    paint("black")

    fact, attachments = take()

    assert fact == {"status": "failed", "reason": "the system gave a picture that is all black"}
    assert attachments == []


@linux_only("the variables of X11 and Wayland")
def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)

    assert take() == (
        {"status": "no_display", "reason": "DISPLAY and WAYLAND_DISPLAY are not set"},
        [],
    )


@linux_only("the variables of X11 and Wayland")
def test_a_display_that_does_not_answer_is_no_display(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    fact, attachments = take()

    assert fact["status"] == "no_display"
    assert attachments == []
