"""A zip that is made while it is read, so that none of it waits in memory."""

import asyncio
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

_CHUNK_BYTES = 64 * 1024


class ZipStream:
    """Members are added one after the other; each yields what is ready of the zip.

    Where there are no `seek` and no `tell`, zipfile writes sizes behind each member.
    """

    def __init__(self, made_at: datetime) -> None:
        self._out = _Out()
        self._zip = zipfile.ZipFile(self._out, "w")
        self._made_at = made_at.timetuple()[:6]

    async def add(
        self, name: str, content: AsyncGenerator[bytes, None], *, compress: bool
    ) -> AsyncGenerator[bytes, None]:
        """Add one member, whose size nobody needs to know before."""
        info = zipfile.ZipInfo(name, self._made_at)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            async with aclosing(_in_larger_pieces(content)) as chunks:
                async for chunk in chunks:
                    # Off the loop: to compress 64 KiB takes milliseconds.
                    await asyncio.to_thread(member.write, chunk)
                    yield self._out.take()
        yield self._out.take()

    def end(self) -> bytes:
        """Return the end of the zip: the list of its members."""
        self._zip.close()
        return self._out.take()


async def _in_larger_pieces(content: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield the same in larger pieces."""
    pieces, size = [], 0
    async with aclosing(content):
        async for piece in content:
            pieces.append(piece)
            size += len(piece)
            if size >= _CHUNK_BYTES:
                yield b"".join(pieces)
                pieces, size = [], 0
    yield b"".join(pieces)


class _Out:
    """What zipfile writes to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing waits here."""

    def close(self) -> None:
        """Do nothing: what was written is still to be taken."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
