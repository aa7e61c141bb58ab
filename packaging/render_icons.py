"""Writes src/wfhagent/tray/pixels.py from the drawings: a tray is handed pixels, and no SVG.

Chromium draws them. A test holds the pixels to the drawings by their hash.
"""

import base64
import hashlib
import io
import sys
import textwrap
import zlib
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from wfhserver.testing.browser import chromium

TRAY = Path(__file__).resolve().parent.parent / "src" / "wfhagent" / "tray"
SIZES = (22, 44)

HEAD = '''\
"""The icons as pixels, written by packaging/render_icons.py from the drawings next to this file."""

SIZES = {sizes}
"""Width and height of each image."""

NAMES = (
{names})
"""The drawings; of each there are the pixels of all sizes, one after the other."""

DRAWN_FROM = "{digest}"
"""SHA-256 of the drawings."""

PACKED = (
{packed})
"""Pixels of four bytes (alpha, red, green, blue), packed by zlib and base85."""
'''


def drawings() -> Mapping[str, bytes]:
    """Return the drawings by name."""
    return {file.stem: file.read_bytes() for file in sorted((TRAY / "drawings").glob("*.svg"))}


def digest_of(found: Mapping[str, bytes]) -> str:
    """Return the hash of *found*."""
    return hashlib.sha256(b"".join(found.values())).hexdigest()


def render() -> str:
    """Return the text of pixels.py."""
    found = drawings()
    with chromium() as browser:
        page = browser.new_page(viewport={"width": max(SIZES), "height": max(SIZES)})
        pixels = b"".join(_draw(page, svg, size) for svg in found.values() for size in SIZES)
    packed = base64.b85encode(zlib.compress(pixels, 9)).decode()
    return HEAD.format(
        sizes=SIZES,
        names="".join(f'    "{name}",\n' for name in found),
        digest=digest_of(found),
        packed="".join(f'    "{line}"\n' for line in textwrap.wrap(packed, 92)),
    )


def _draw(page: Page, svg: bytes, size: int) -> bytes:
    source = base64.b64encode(svg).decode()
    page.set_content(
        "<style>body { margin: 0 } img { display: block }</style>"
        f'<img width="{size}" height="{size}" src="data:image/svg+xml;base64,{source}">'
    )
    clip = {"x": 0, "y": 0, "width": size, "height": size}
    shot = page.screenshot(omit_background=True, clip=clip)  # type: ignore[arg-type]
    red, green, blue, alpha = Image.open(io.BytesIO(shot)).convert("RGBA").split()
    return Image.merge("RGBA", (alpha, red, green, blue)).tobytes()


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(render())
    else:
        (TRAY / "pixels.py").write_text(render(), encoding="utf-8")
