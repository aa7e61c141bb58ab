"""Takes the screenshot, or says why there is none; a black one is never called a success."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wfhagent.plugin import Attachment, Collector, Context, Fact, Facts, Personal, _, ngettext
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.errors import NoScreenshotError

if TYPE_CHECKING:
    from wfhagent_screenshot.shot import Shot

MEDIA_TYPE = "image/webp"


class Screenshot(Collector[ScreenshotConfig]):
    """All monitors in one image. None is taken while the screen is locked."""

    name = "screenshot"
    facts = (
        Fact(
            "screenshot",
            "A screenshot of all your monitors, its size and what was hidden, or why there is none",
            "To document work, twice per working day",
            Personal.DIRECT,
            risk="It may show private matters, secrets of the employer, or other people.",
            guard="None is taken while the screen is locked. A notification follows each one "
            "unless `notify` is off. Before it is stored or sent it is scaled down, the windows in "
            "`hide_windows` are covered, and it is blurred if `blur` is set.",
        ),
    )
    time_limit_seconds = 40.0

    def collect(self, context: Context) -> Facts:
        """Attach the screenshot and return how it came out: `status`, then size or `reason`."""
        # Pillow and mss are for the child process that takes the screenshot, not for the agent.
        from wfhagent_screenshot import imaging  # noqa: PLC0415
        from wfhagent_screenshot.locked import refuse_when_locked  # noqa: PLC0415
        from wfhagent_screenshot.shot import take  # noqa: PLC0415

        try:
            refuse_when_locked()
            shot = take(self.config, may_ask=context.may_ask)
        except NoScreenshotError as error:
            return {"screenshot": {"status": error.status, "reason": error.reason}}
        if shot.hiding_failed:
            context.log.warning(
                "The whole screenshot is blurred, for hide_windows could not be obeyed: %s",
                shot.hiding_failed,
            )
        data = imaging.encode(shot.image, self.config.quality)
        context.attach(Attachment(name="screenshot", media_type=MEDIA_TYPE, data=data))
        notified = self.config.notify and _is_notified(shot, context)
        return {"screenshot": {**_described(shot), "notified": notified}}


def _described(shot: "Shot") -> dict[str, Any]:
    described = {
        "status": "taken",
        "width": shot.image.width,
        "height": shot.image.height,
        "scale": shot.scale,
        "monitors": shot.monitors,
        "black_monitors": shot.black_monitors,
        "blurred": shot.blurred,
        "hidden_windows": shot.hidden_windows,
    }
    return described | ({"hiding_failed": shot.hiding_failed} if shot.hiding_failed else {})


def _is_notified(shot: "Shot", context: Context) -> bool:
    count = shot.monitors or 1
    lines = [
        ngettext(
            "wfhagent took a screenshot of your screen, for the log to {server}.",
            "wfhagent took a screenshot of your {count} screens, for the log to {server}.",
            count,
        ).format(count=count, server=urlsplit(context.server_url).hostname)
    ]
    if shot.blurred:
        lines.append(_("It was blurred."))
    if shot.hidden_windows:
        lines.append(_("Hidden windows: {count}.").format(count=shot.hidden_windows))
    return context.notify(_("A screenshot was taken"), " ".join(lines), symbol="camera-photo")
