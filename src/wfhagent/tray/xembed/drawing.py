"""An icon on a window, at any size, with what is below shining through."""

from ctypes import byref, c_char_p, c_void_p, cast
from functools import lru_cache

from wfhagent.desktop.x11.events import EventDisplay
from wfhagent.desktop.x11.library import Image
from wfhagent.desktop.x11.structures import Transform
from wfhagent.tray.icons import BYTES_PER_PIXEL, Pixmap
from wfhagent.tray.xembed.window import ALPHA_DEPTH, Window

ARGB = 0
OVER = 3
Z_PIXMAP = 2
ALL_PLANES = 2**32 - 1
MOST_SIGNIFICANT_FIRST = 1
ONE = 1 << 16
ICONS = 16
"""Four states, two panels, two sizes."""


def draw(display: EventDisplay, window: Window, size: tuple[int, int], sizes: list[Pixmap]) -> None:
    """Draw the icon in the middle of *window*, as large as it can be; *sizes* are its pixels."""
    edge = min(size)
    width, _height, data = next((one for one in sizes if one[0] >= edge), sizes[-1])
    source, pixmap = _picture(display, width, data)
    if edge != width:
        scale = round(ONE * width / edge)
        matrix = Transform(((scale, 0, 0), (0, scale, 0), (0, 0, ONE)))
        display.render.XRenderSetPictureTransform(display.handle, source, byref(matrix))
        display.render.XRenderSetPictureFilter(display.handle, source, b"bilinear", None, 0)
    target = display.render.XRenderCreatePicture(
        *(display.handle, window.number, _format(display, window), 0, None)
    )
    display.x.XClearWindow(display.handle, window.number)
    at = (size[0] - edge) // 2, (size[1] - edge) // 2
    display.render.XRenderComposite(
        *(display.handle, OVER, source, 0, target, 0, 0, 0, 0, *at, edge, edge)
    )
    display.render.XRenderFreePicture(display.handle, target)
    display.render.XRenderFreePicture(display.handle, source)
    display.x.XFreePixmap(display.handle, pixmap)


def brightness_behind(display: EventDisplay, window: Window) -> float | None:
    """Return how bright the panel behind *window* is, 0.0 to 1.0; None where it cannot be seen."""
    x = display.x
    x.XClearWindow(display.handle, window.number)
    image = x.XGetImage(display.handle, window.number, 0, 0, 1, 1, ALL_PLANES, Z_PIXMAP)
    if not image:
        return None
    pixel, seen = x.XGetPixel(image, 0, 0), image.contents
    masks = (seen.red_mask, seen.green_mask, seen.blue_mask)
    x.XDestroyImage(image)
    if not all(masks):
        return None
    return float(sum((pixel & mask) / mask for mask in masks) / len(masks))


def _format(display: EventDisplay, window: Window) -> int:
    found = display.render.XRenderFindVisualFormat(display.handle, window.visual.handle)
    return int(found)


def _picture(display: EventDisplay, size: int, data: bytes) -> tuple[int, int]:
    """Return a picture of *data* on the display, and the pixmap that it is in."""
    x = display.x
    pixmap = x.XCreatePixmap(display.handle, display.root, size, size, ALPHA_DEPTH)
    # Kept until the display has them: the image has no copy.
    pixels = premultiplied(data)
    image = Image(
        width=size,
        height=size,
        format=Z_PIXMAP,
        data=cast(c_char_p(pixels), c_void_p),
        byte_order=MOST_SIGNIFICANT_FIRST,
        unit=ALPHA_DEPTH,
        bit_order=MOST_SIGNIFICANT_FIRST,
        pad=ALPHA_DEPTH,
        depth=ALPHA_DEPTH,
        bytes_per_line=size * BYTES_PER_PIXEL,
        bits_per_pixel=ALPHA_DEPTH,
    )
    x.XInitImage(byref(image))
    context = x.XCreateGC(display.handle, pixmap, 0, None)
    x.XPutImage(display.handle, pixmap, context, byref(image), 0, 0, 0, 0, size, size)
    x.XFreeGC(display.handle, context)
    form = display.render.XRenderFindStandardFormat(display.handle, ARGB)
    return display.render.XRenderCreatePicture(display.handle, pixmap, form, 0, None), pixmap


@lru_cache(maxsize=ICONS)
def premultiplied(data: bytes) -> bytes:
    """Return pixels of alpha, red, green, blue as X wants them: each times its alpha."""
    found = bytearray(data)
    for at in range(0, len(data), BYTES_PER_PIXEL):
        alpha = data[at]
        for color in range(at + 1, at + BYTES_PER_PIXEL):
            found[color] = (data[color] * alpha + 127) // 255
    return bytes(found)
