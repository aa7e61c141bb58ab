"""Takes the picture, or says why there is none; a black picture is never called a success."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wfhagent.plugin import Attachment, Collector, Context, Fact, Facts, Personal
from wfhagent_screenshot.config import ScreenshotConfig
from wfhagent_screenshot.errors import NoPictureError

if TYPE_CHECKING:
    from wfhagent_screenshot.shot import Shot

MEDIA_TYPE = "image/webp"


class Screenshot(Collector[ScreenshotConfig]):
    """All monitors in one picture; none while the screen is locked."""

    name = "screenshot"
    facts = (
        Fact(
            "screenshot",
            "A picture of all your screens, its size, what was hidden in it, or why there is none",
            "Proof of work, twice per working day",
            Personal.DIRECT,
            risk="It may show private matters, secrets of the employer, or other people.",
            guard="None while the screen is locked; a notification tells of it unless `notify` is "
            "off; scaled down, windows of `hide_windows` painted over, and blurred where `blur` "
            "is set, before it is stored or sent.",
        ),
    )
    time_limit_seconds = 40.0

    def collect(self, context: Context) -> Facts:
        """Attach the picture and return how it came out: `status`, then size or `reason`."""
        # Pillow and mss are for the child process that takes the picture, not for the agent.
        from wfhagent_screenshot import picture  # noqa: PLC0415
        from wfhagent_screenshot.locked import refuse_when_locked  # noqa: PLC0415
        from wfhagent_screenshot.shot import take  # noqa: PLC0415

        try:
            refuse_when_locked()
            shot = take(self.config, may_ask=context.may_ask)
        except NoPictureError as error:
            return {"screenshot": {"status": error.status, "reason": error.reason}}
        if shot.hiding_failed:
            context.log.warning(
                "The whole screenshot is blurred, for hide_windows could not be obeyed: %s",
                shot.hiding_failed,
            )
        data = picture.encode(shot.image, self.config.quality)
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
    done = ["blurred"] if shot.blurred else []
    if shot.hidden_windows:
        done.append(f"hidden windows: {shot.hidden_windows}")
    screens = "your screen" if shot.monitors in {None, 1} else f"your {shot.monitors} screens"
    how = f" ({', '.join(done)})" if done else ""
    host = urlsplit(context.server_url).hostname
    return context.notify(
        "A screenshot was taken",
        f"wfhagent took a screenshot of {screens}{how}, for the log to {host}.",
        symbol="camera-photo",
    )
