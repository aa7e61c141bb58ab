"""What people read of the server, in the pseudo-language: what is plain there has no message."""

import asyncio
import io
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from tests.pseudo import server_in_pseudo, untranslated, visible_text

from wfhserver.employees.page import page
from wfhserver.exports.csv_exports import FACT_COLUMNS, header_of
from wfhserver.exports.employee_export import README
from wfhserver.exports.pdf.__main__ import make
from wfhserver.exports.pdf.blocks import block_of, broken_block, summary_of
from wfhserver.exports.pdf.order import Block, Order
from wfhserver.logs.entries import LogEntry, LogKind
from wfhserver.logs.filters import LogQuery
from wfhserver.messages import _
from wfhserver.payload import Location
from wfhserver.storage.postgres.exports import HEARTBEAT_COLUMNS, LOG_COLUMNS
from wfhserver.testing import NOW

LOG = LogEntry(
    kind=LogKind.LOG,
    log_id="2026-11-23.1.1.0",
    workday=date(2026, 11, 23),
    slot=1,
    timestamp=NOW,
    received_at=NOW,
    time_zone="Europe/Lisbon",
    agent_id=1,
    employee_id=1,
    username="alice",
    hostname="laptop",
    local_ip=None,
    public_ip="203.0.113.7",
    location=Location(country="AT", city="Graz"),
    screenshot={},
    screenshot_status="locked",
    screenshot_url=None,
    thumbnail_url=None,
    facts={},
    absent={},
    reason=None,
    awake_from=None,
    awake_until=None,
    held=False,
)
DAY = "2026-11-23"
NAMES = ("alice", "laptop", "anna", "Graz", "AT", "Europe/Lisbon", "UTC", "taken", "ValueError")


@pytest.fixture(autouse=True)
def pseudo() -> Iterator[None]:
    with server_in_pseudo():
        yield


def drawn(folder: Path, summary: list[str], blocks: list[Block]) -> str:
    """Return the text of a PDF."""
    order = Order(
        title="",
        author="anna",
        summary=summary,
        made="",
        created_at=NOW,
        blocks=blocks,
        screenshots=str(folder),
        font=None,
        output=str(folder / "logs.pdf"),
    )
    asyncio.run(make(order))
    content = Path(order.output).read_bytes()
    return "\n".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("status", ["locked", "denied", "no_display", "failed", "disabled"])
def test_every_log_of_a_pdf_is_translated(tmp_path: Path, status: str) -> None:
    query = LogQuery(employee="alice", screenshot="taken", **{"from": DAY, "to": DAY})
    summary = summary_of(query, (9, 3), "UTC", is_sample=True, team="anna")
    entries = [
        msgspec.structs.replace(LOG, screenshot_status=status),
        msgspec.structs.replace(
            LOG, slot=0, location=None, timestamp=datetime(2026, 1, 1, tzinfo=UTC)
        ),
    ]
    blocks = [block_of(each, None, UTC) for each in entries]

    text = drawn(tmp_path, summary, [*blocks, broken_block(("alice", "laptop"), ValueError())])

    assert "⟦" in text
    assert untranslated(text, NAMES) == []


def test_a_pdf_without_logs_is_translated(tmp_path: Path) -> None:
    text = drawn(tmp_path, [], [])

    assert "⟦" in text
    assert untranslated(text) == []


@pytest.mark.parametrize("columns", [LOG_COLUMNS, HEARTBEAT_COLUMNS, FACT_COLUMNS])
def test_the_headings_of_a_csv_are_translated(columns: tuple[str, ...]) -> None:
    assert untranslated(header_of(columns, "UTC").decode(), ["UTC"]) == []


async def _source(*texts: dict[str, Any]) -> AsyncGenerator[str, None]:
    for text in texts:
        yield msgspec.json.encode(text).decode()


async def _page() -> str:
    device = {"hostname": "laptop", "platform": None}
    log = {
        "log_id": "1",
        "workday": "2026-11-23",
        "slot": 1,
        "timestamp": "2026",
        "extra": {},
        "screenshot": {},
        "screenshot_file": "1.webp",
    }
    view = {"at": "2026", "who": "anna", "role": None, "what": "", "log": None, "why": None}
    facts = {
        "access": {
            "retention_days": 30,
            "audit_retention_days": 365,
            "roles": [{"role": "auditor", "accounts": 1, "sees": ""}],
        },
        "person": {
            "username": "alice",
            "employee_id": 1,
            "further_usernames": [],
            "recorded_since": "2026",
            "teams": [],
            "display_name": "alice",
            "email": "",
            "manager": None,
            "time_zone": None,
            "country": None,
            "region": None,
            "status": "active",
            "legal_hold": {"since": "2026", "reason": "anna"},
            "machines": [device],
        },
    }
    sources = {
        "days": _source(),
        "logs": _source(log, {**log, "slot": 0}),
        "missed_logs": _source(),
        "audit": _source(view),
        "attendance": _source(),
    }
    return b"".join([piece async for piece in page("alice", "2026", facts, sources)]).decode()


def test_the_page_of_an_export_is_translated() -> None:
    text = visible_text(asyncio.run(_page()))

    assert untranslated(text, ["alice", "laptop", "anna", "auditor"]) == []


def test_the_readme_of_an_export_is_translated() -> None:
    text = _(README).format(username="alice", moment="now", retention_days=30, audit_days=365)

    assert untranslated(text, ["alice", "now"]) == []
