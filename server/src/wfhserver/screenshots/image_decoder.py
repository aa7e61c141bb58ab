"""One process that decodes images, as the server sees it."""

import asyncio
import logging
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec

from wfhserver.errors import Code, Refusal
from wfhserver.processes import FOLDER, own_python
from wfhserver.screenshots.image_process import LENGTH_BYTES, DecodeResult

log = logging.getLogger(__name__)

# Far beyond the limit of CPU time: on a machine with other work a process may wait long for it.
_SECONDS = 120.0
_MODULE = "wfhserver.screenshots.image_process"
# What Python needs to start. The settings, with their passwords, are not for other people's images.
_ENVIRONMENT: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT")
_FOUND = msgspec.msgpack.Decoder(DecodeResult)
# Ended from outside, not by what it decoded.
_ENDED_BY_OTHERS: Final = frozenset({signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGKILL", 9)})


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoderLimits:
    """What one decoding process may use; *niceness* lowers its priority."""

    pixels: int
    cpu_seconds: int
    niceness: int


class ImageDecoder:
    """Decodes one image at a time; after an error it cannot be used again."""

    def __init__(self, limits: DecoderLimits) -> None:
        self._limits = limits
        self._process: Process | None = None
        self._is_closed = False

    @property
    def is_usable(self) -> bool:
        """Whether it can decode the next image."""
        return not self._is_closed and (self._process is None or self._process.returncode is None)

    async def thumbnail(self, content: bytes) -> bytes:
        """Return a small WebP of *content*.

        Refusal `screenshot_invalid` when it is no image or too expensive, and
        `too_many_requests` when the machine could not decode it at the moment.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._exchange(content)
        except (OSError, TimeoutError) as error:
            await self.close()
            log.warning("An image was not decoded: %s", type(error).__name__)
            raise _not_now() from error
        except BaseException:
            # Whatever it was doing, nobody waits for it.
            await self.close()
            raise
        if found.thumbnail is not None:
            return found.thumbnail
        raise _invalid(found.refused or "The part screenshot cannot be decoded.")

    async def close(self) -> None:
        """End the process."""
        self._is_closed = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _exchange(self, content: bytes) -> DecodeResult:
        process = self._process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError("The process that decodes has no pipes.")
        process.stdin.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
        try:
            await process.stdin.drain()
            length = await process.stdout.readexactly(LENGTH_BYTES)
            return _FOUND.decode(await process.stdout.readexactly(int.from_bytes(length, "big")))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise self._refusal_of(await process.wait()) from None

    async def _start(self) -> Process:
        limits = self._limits
        numbers = (limits.pixels, limits.cpu_seconds, limits.niceness)
        return await asyncio.create_subprocess_exec(
            *own_python(_MODULE, *map(str, numbers)),
            cwd=FOLDER,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )

    def _refusal_of(self, status: int) -> Refusal:
        """Say why the process ended while it decoded."""
        if status == -getattr(signal, "SIGXCPU", 0):
            seconds = self._limits.cpu_seconds
            return _invalid(f"The part screenshot takes more than {seconds} s to decode.")
        if status < 0 and -status not in _ENDED_BY_OTHERS:
            return _invalid(f"The part screenshot ends its decoder with signal {-status}.")
        log.warning("A process that decodes images ended with %s", status)
        return _not_now()


def _invalid(detail: str) -> Refusal:
    return Refusal(Code.SCREENSHOT_INVALID, detail, field="screenshot")


def _not_now() -> Refusal:
    return Refusal(Code.TOO_MANY_REQUESTS, "The screenshot cannot be decoded at the moment.")
