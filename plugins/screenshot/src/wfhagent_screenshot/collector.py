"""Takes the picture, or says why there is none; a black picture is never called a success."""

from typing import Annotated

from wfhagent.plugin import (
    Attachment,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Meta,
    Personal,
)
from wfhagent_screenshot.errors import NoPictureError

MEDIA_TYPE = "image/webp"


class ScreenshotConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.screenshot]`."""

    max_width: Annotated[
        int,
        Meta(ge=160, le=8192, description="A wider desktop is scaled down to this many pixels."),
    ] = 1600
    quality: Annotated[
        int, Meta(ge=1, le=100, description="Quality of the WebP image, 1 to 100.")
    ] = 50
    blur: Annotated[
        float,
        Meta(ge=0, le=50, description="Radius of a blur in pixels, so that no text can be read."),
    ] = 0.0


class Screenshot(Collector[ScreenshotConfig]):
    """All monitors in one picture; none while the screen is locked."""

    name = "screenshot"
    facts = (
        Fact(
            "screenshot",
            "A picture of all your screens, its size, or why there is none",
            "Proof of work, twice per working day",
            Personal.DIRECT,
            risk="It may show private matters, secrets of the employer, or other people.",
            guard="None while the screen is locked; scaled down, and blurred where `blur` is set.",
        ),
    )
    time_limit_seconds = 30.0

    def collect(self, context: Context) -> Facts:
        """Attach the picture and return how it came out: `status`, then size or `reason`."""
        # Pillow and mss are for the child process that takes the picture, not for the agent.
        from wfhagent_screenshot import picture  # noqa: PLC0415
        from wfhagent_screenshot.desktop import grab  # noqa: PLC0415
        from wfhagent_screenshot.locked import refuse_when_locked  # noqa: PLC0415

        try:
            refuse_when_locked()
            shot = grab()
            small = picture.shrink(shot.image, self.config.max_width, self.config.blur)
        except NoPictureError as error:
            return {"screenshot": {"status": error.status, "reason": error.reason}}
        data = picture.encode(small, self.config.quality)
        context.attach(Attachment(name="screenshot", media_type=MEDIA_TYPE, data=data))
        return {
            "screenshot": {
                "status": "taken",
                "width": small.width,
                "height": small.height,
                "monitors": shot.monitors,
            }
        }
