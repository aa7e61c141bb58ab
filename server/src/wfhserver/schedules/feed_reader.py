"""Fetches a calendar, and has it read in a process with limits."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Final
from urllib.parse import urlsplit

import msgspec

from wfhserver import outgoing
from wfhserver.errors import OutgoingError
from wfhserver.processes import FOLDER, own_python
from wfhserver.schedules.feed_events import CPU_SECONDS, EVENT_LIMIT, FeedEvent, FeedResult
from wfhserver.setting_values import Network

LIMIT_BYTES: Final = 5 * 1024 * 1024
_SECONDS: Final = CPU_SECONDS * 3.0
_REDIRECTS: Final = 3
_OK: Final = 200
_PROBLEMS: Final = {
    "format": "what it answers is not an iCalendar file",
    "limit": f"the calendar has more than {EVENT_LIMIT:,} events in a year",
}
_decoder: Final = msgspec.json.Decoder(FeedResult)


def feed_url(url: str) -> str:
    """Return *url* as it is stored: `webcal` is another name of https. Raises OutgoingError."""
    scheme, colon, rest = url.strip().partition(":")
    url = f"https:{rest}" if colon and scheme.lower() in {"webcal", "webcals"} else url.strip()
    outgoing.check_url(url)
    return url


async def read_feed(
    url: str, first: date, last: date, allowed: Sequence[Network]
) -> list[FeedEvent]:
    """Return the whole days of events from *first* to *last*.

    Raises OutgoingError, without a secret of the address, where it cannot be fetched or read.
    """
    answer = await outgoing.request(
        url, allowed=allowed, limit_bytes=LIMIT_BYTES, redirects=_REDIRECTS
    )
    host = urlsplit(url).hostname
    if answer.status != _OK:
        raise OutgoingError(f"{host}: it answers with status {answer.status}")
    result = await _read(answer.content, first, last)
    if result is None:
        raise OutgoingError(f"{host}: reading the calendar takes too much time or memory")
    if result.problem is not None:
        raise OutgoingError(f"{host}: {_PROBLEMS[result.problem]}")
    return result.events


async def _read(content: bytes, first: date, last: date) -> FeedResult | None:
    """Return what the process finds; None when it did not come to an end."""
    process = await asyncio.create_subprocess_exec(
        *own_python("wfhserver.schedules.feed_process", first.isoformat(), last.isoformat()),
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            found, _ = await process.communicate(content)
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _decoder.decode(found) if process.returncode == 0 else None
