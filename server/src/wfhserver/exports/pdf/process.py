"""Runs the process that draws, and follows its progress."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from wfhserver.errors import ExportError
from wfhserver.exports.pdf.order import Order
from wfhserver.messages import _
from wfhserver.processes import FOLDER, own_python

_SECONDS = 600.0


async def run(order: Order, on_progress: Callable[[int], Awaitable[None]]) -> None:
    """Draw *order* in a separate process; *on_progress* gets the number of logs that are done.

    Raises ExportError when it fails or takes too long. Ended when this is canceled.
    """
    process = await asyncio.create_subprocess_exec(
        *own_python("wfhserver.exports.pdf"),
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            __, error = await asyncio.gather(
                _follow(process, order, on_progress), _everything(process.stderr)
            )
            status = await process.wait()
    except TimeoutError:
        raise ExportError(
            _("The PDF was not finished within {seconds} seconds. Narrow the filters.").format(
                seconds=round(_SECONDS)
            )
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if status != 0:
        raise ExportError(
            _("The process that draws the PDF ended with status {status}: {error}").format(
                status=status, error=_last_line(error)
            )
        )


async def _follow(
    process: asyncio.subprocess.Process, order: Order, on_progress: Callable[[int], Awaitable[None]]
) -> None:
    if process.stdin is None or process.stdout is None:
        raise ExportError("The process that draws has no pipes.")
    process.stdin.write(msgspec.json.encode(order))
    with suppress(ConnectionError):
        await process.stdin.drain()
    process.stdin.close()
    async for line in process.stdout:
        await on_progress(int(line))


async def _everything(stream: asyncio.StreamReader | None) -> bytes:
    return b"" if stream is None else await stream.read()


def _last_line(error: bytes) -> str:
    lines = error.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"
