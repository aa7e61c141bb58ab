"""What agent.toml says about screenshots."""

from typing import Annotated

from wfhagent.plugin import Config, Meta


class ScreenshotConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.screenshot]`."""

    max_width: Annotated[
        int,
        Meta(ge=160, le=8192, description="A wider desktop is scaled down to this many pixels."),
    ] = 1600
    downscale: Annotated[
        float,
        Meta(ge=1, le=32, description="Divides width and height of the picture; 1: not at all."),
    ] = 1.0
    quality: Annotated[
        int, Meta(ge=1, le=100, description="Quality of the WebP image, 1 to 100.")
    ] = 50
    blur: Annotated[
        float,
        Meta(
            ge=0,
            le=50,
            description="Keeps averages of squares of this many pixels only, at least twice as "
            "high as usual text; 0: no blur.",
        ),
    ] = 0.0
    hide_windows: Annotated[
        tuple[str, ...],
        Meta(
            description="Windows to paint over, by title or program, such as "
            '"*KeePass*"; where windows are not told, all is blurred.'
        ),
    ] = ()
    notify: Annotated[
        bool, Meta(description="Tell the person at the screen that one was taken.")
    ] = True
