"""What the process that draws device activity is given, and the call of that process."""

import asyncio
from contextlib import suppress
from datetime import datetime

import msgspec

from wfhserver.errors import ExportError
from wfhserver.messages import _
from wfhserver.processes import FOLDER, own_python

_SECONDS = 120.0


class ActivityTable(msgspec.Struct, frozen=True):
    """An employee: the name, a row of six cells for each day, and lines with sums."""

    name: str
    rows: list[list[str]]
    sums: list[str]


class ActivityOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document; *summary* is on each page, *font* a file with more letters."""

    title: str
    author: str
    summary: list[str]
    made: str
    created_at: datetime
    headings: list[str]
    tables: list[ActivityTable]
    font: str | None


async def pdf_of(order: ActivityOrder) -> bytes:
    """Return the PDF, drawn in a separate process; ExportError when that fails."""
    process = await asyncio.create_subprocess_exec(
        *own_python("wfhserver.exports.pdf.activity"),
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            content, error = await process.communicate(msgspec.json.encode(order))
    except TimeoutError:
        raise ExportError(
            _("The PDF was not finished within {seconds} seconds. Narrow the filters.").format(
                seconds=round(_SECONDS)
            )
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode != 0:
        lines = error.decode(errors="replace").strip().splitlines()
        raise ExportError(
            _("The process that draws the PDF ended with status {status}: {error}").format(
                status=process.returncode, error=lines[-1] if lines else ""
            )
        )
    return content
