"""Images of a display."""

from PIL import Image, ImageGrab

GREEN, RED = (31, 138, 76), (198, 40, 40)
"""The marks of the drawings: connected, attention."""
Box = tuple[int, int]


def picture(screen: str) -> Image.Image:
    return ImageGrab.grab(xdisplay=screen).convert("RGB")


def mark(screen: str, color: tuple[int, int, int]) -> Box | None:
    """Return where *color* is on the panel; None while it is not to be seen."""
    shot = picture(screen).crop((0, 0, 800, 32))
    for y in range(shot.height):
        for x in range(shot.width):
            if shot.getpixel((x, y)) == color:
                return x, y
    return None
