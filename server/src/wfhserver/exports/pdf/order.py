"""What the process that draws a PDF is given."""

from datetime import datetime

import msgspec


class Block(msgspec.Struct, frozen=True):
    """One log: lines of text, the first one bold, and the key of its screenshot."""

    lines: list[str]
    screenshot: str | None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document. *screenshots* is a folder or a URL, as the settings have it."""

    title: str
    author: str
    summary: list[str]
    made: str
    created_at: datetime
    blocks: list[Block]
    screenshots: str
    font: str | None
    output: str
