"""The settings of screenshots in agent.toml."""

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
        Meta(ge=1, le=32, description="Divides width and height of the screenshot; 1: no scaling."),
    ] = 1.0
    quality: Annotated[
        int, Meta(ge=1, le=100, description="Quality of the WebP image, 1 to 100.")
    ] = 50
    blur: Annotated[
        float,
        Meta(
            ge=0,
            le=50,
            description="Size in pixels of the squares that the screenshot is averaged to, but at "
            "least twice the height of usual text; 0: no blur.",
        ),
    ] = 0.0
    hide_windows: Annotated[
        tuple[str, ...],
        Meta(
            description='Windows to cover, by title or program, such as "*KeePass*"; '
            "if windows cannot be listed, the whole screenshot is blurred."
        ),
    ] = ()
    notify: Annotated[
        bool, Meta(description="Show a notification when a screenshot was taken.")
    ] = True
