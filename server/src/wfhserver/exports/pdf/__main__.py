"""The process that draws: an order as JSON on standard input, how far it is on standard output."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from wfhserver.exports.pdf.blocks import broken_block
from wfhserver.exports.pdf.document import Document, as_jpeg
from wfhserver.exports.pdf.order import Block, Order
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.opened import open_place
from wfhserver.screenshots.thumbnails import Thumbnails

_AT_ONCE = 50


async def make(order: Order) -> None:
    """Draw *order*, some logs at a time; meanwhile the thumbnails of the next ones are read."""
    image_pool, document = ImagePool(), Document(order)
    try:
        await _draw_all(order, document, Thumbnails(open_place(order.screenshots), image_pool))
    finally:
        await image_pool.close()
    document.finish()


async def _draw_all(order: Order, document: Document, made: Thumbnails) -> None:
    batches = [
        order.blocks[start : start + _AT_ONCE] for start in range(0, len(order.blocks), _AT_ONCE)
    ]
    thumbnails, done = await _thumbnails(made, batches[0] if batches else []), 0
    for number, blocks in enumerate(batches, 1):
        following = batches[number] if number < len(batches) else []
        _, thumbnails = await asyncio.gather(
            asyncio.to_thread(_draw, document, blocks, thumbnails), _thumbnails(made, following)
        )
        done += len(blocks)
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()


def _draw(document: Document, blocks: Sequence[Block], thumbnails: Sequence[bytes | None]) -> None:
    for block, thumbnail in zip(blocks, thumbnails, strict=True):
        _draw_one(document, block, thumbnail)


def _draw_one(document: Document, block: Block, thumbnail: bytes | None) -> None:
    """Draw what can be drawn of a log; the others are drawn all the same."""
    try:
        document.add(block, thumbnail)
    except Exception as error:
        for less in (block, broken_block(block.lines[:1], error), broken_block((), error)):
            with suppress(Exception):
                document.add(less, None)
                return
        raise


async def _thumbnails(made: Thumbnails, blocks: Sequence[Block]) -> list[bytes | None]:
    return list(await asyncio.gather(*(_thumbnail(made, block.screenshot) for block in blocks)))


async def _thumbnail(made: Thumbnails, key: str | None) -> bytes | None:
    if key is None:
        return None
    try:
        small = await made.of(key)
        return None if small is None else await asyncio.to_thread(as_jpeg, small)
    except Exception:  # noqa: BLE001 -- whatever is in the file: the export goes on without it
        # The log says itself that there was one.
        return None


if __name__ == "__main__":
    asyncio.run(make(msgspec.json.decode(sys.stdin.buffer.read(), type=Order)))
