"""Decodes images in separate processes, a few at a time, small ones apart from large ones.

An image of the largest size takes seconds and more than a gigabyte. Small ones never wait behind
it, and it runs only when nothing else wants the processor.
"""

import asyncio
from typing import Final

from wfhserver.screenshots.image_check import IMAGE_LIMIT_PIXELS, pixels_of
from wfhserver.screenshots.image_decoder import DecoderLimits, ImageDecoder

# A monitor of 5K is below it.
_SMALL_PIXELS = 16_000_000
_SMALL: Final = DecoderLimits(pixels=_SMALL_PIXELS, cpu_seconds=10, niceness=5)
_LARGE: Final = DecoderLimits(pixels=IMAGE_LIMIT_PIXELS, cpu_seconds=30, niceness=19)
_SMALL_AT_ONCE = 2
_LARGE_AT_ONCE = 1
_IDLE_SECONDS = 30.0


class ImagePool:
    """Decodes whatever comes; its processes start when they are needed and end when they idle."""

    def __init__(self) -> None:
        self._small = _DecoderGroup(_SMALL, _SMALL_AT_ONCE)
        self._large = _DecoderGroup(_LARGE, _LARGE_AT_ONCE)

    async def thumbnail(self, content: bytes) -> bytes:
        """Return a small WebP of *content*; Refusal as `ImageDecoder.thumbnail`."""
        pixels = await asyncio.to_thread(pixels_of, content)
        lane = self._small if pixels <= _SMALL_PIXELS else self._large
        return await lane.thumbnail(content)

    async def close(self) -> None:
        """End the processes."""
        await self._small.close()
        await self._large.close()


class _DecoderGroup:
    def __init__(self, limits: DecoderLimits, at_once: int) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(at_once)
        self._idle: list[ImageDecoder] = []
        self._end: asyncio.Task[None] | None = None

    async def thumbnail(self, content: bytes) -> bytes:
        async with self._places:
            decoder = self._idle.pop() if self._idle else ImageDecoder(self._limits)
            if not decoder.is_usable:
                decoder = ImageDecoder(self._limits)
            try:
                return await decoder.thumbnail(content)
            finally:
                if decoder.is_usable:
                    self._give_back(decoder)

    async def close(self) -> None:
        if self._end is not None:
            self._end.cancel()
        while self._idle:
            await self._idle.pop().close()

    def _give_back(self, decoder: ImageDecoder) -> None:
        self._idle.append(decoder)
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.create_task(self._end_idle())

    async def _end_idle(self) -> None:
        await asyncio.sleep(_IDLE_SECONDS)
        while self._idle:
            await self._idle.pop().close()
