"""Puts the sample company into a database and its screens into a store."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.errors import DemoError
from wfhserver.models.users import Role
from wfhserver.sample.alerts import add_silent_device
from wfhserver.sample.company import SILENT, Plan, SampleDevice, random_of, sample_devices
from wfhserver.sample.days import SampleLog
from wfhserver.sample.pictures import SIZE, screen
from wfhserver.sample.planning import add_planning
from wfhserver.sample.rows import Company, Rows
from wfhserver.screenshots.image_thumbnail import make_thumbnail
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key
from wfhserver.storage.postgres import attendance_count, sample
from wfhserver.storage.postgres.connection import AnyConnection

USERS = {"admin": Role.ADMIN, "manager": Role.MANAGER, "auditor": Role.AUDITOR}
_SCREENS = 24
_AT_ONCE = 16
_VIEWS = 60


class SampleScreen(msgspec.Struct, frozen=True):
    """A screen and what is made of it."""

    content: bytes
    thumbnail: bytes
    sha256: bytes


class SampleCounts(msgspec.Struct, frozen=True):
    """What was stored."""

    people: int
    heartbeats: int
    logs: int
    missed: int
    screenshots: int


async def store_sample(
    connection: AnyConnection,
    store: ScreenshotStore,
    plan: Plan,
    *,
    now: datetime,
    password_hash: str,
) -> SampleCounts:
    """Replace what is in the database by the company; its users all have that password.

    Raises DemoError when the database holds people who are no sample.
    """
    if await sample.has_other_people(connection):
        raise DemoError(
            "This database holds data of people, which a sample would replace. Use another one:"
            " --data names another folder."
        )
    company, screenshots = sample_devices(plan, now), await _screens(plan)
    screens = _Screens(plan, screenshots)
    async with connection.transaction():
        await sample.clear(connection)
        rows = Rows(connection, now, screens.row_of)
        counts = await rows.add(Company(company, USERS, password_hash))
        await add_planning(connection, company, now)
        await _record_views(connection, company, plan, now)
        await attendance_count.count_all_again(connection)
        if len(company) > SILENT:
            hostname = company[SILENT].person.hostname
            await add_silent_device(connection, hostname, "manager", now)
        await sample.mark(connection, plan.seed, now)
        # Before the commit: no row without its file.
        await _put(store, screens)
    return SampleCounts(len(company), *counts, len(screens.files))


class _Screens:
    """Which log has which screen."""

    def __init__(self, plan: Plan, screenshots: list[SampleScreen]) -> None:
        self._rng = random_of(plan.seed, "screens")
        self._screenshots = screenshots
        self.files: list[tuple[str, SampleScreen]] = []

    def row_of(self, machine: SampleDevice, workday: str, log: SampleLog) -> dict[str, Any]:
        """Return path, hash and report of a log's screenshot."""
        report: dict[str, Any] = {"status": log.status, "sample": True}
        if log.status != "taken":
            return {"path": None, "sha256": None, "report": report}
        screenshot = self._rng.choice(self._screenshots)
        digest, attempt = screenshot.sha256.hex()[:16], f"{self._rng.getrandbits(32):08x}"
        path = f"{workday}/{machine.agent_uuid}-{log.slot}-{digest}-{attempt}.webp"
        self.files.append((path, screenshot))
        report |= {"width": SIZE[0], "height": SIZE[1], "monitors": 1, "black_monitors": 0}
        report |= {"blurred": False, "hidden_windows": int(attempt, 16) % 3, "notified": True}
        return {"path": path, "sha256": screenshot.sha256, "report": report}


async def _screens(plan: Plan) -> list[SampleScreen]:
    return list(
        await asyncio.gather(
            *(asyncio.to_thread(_screen, plan.seed, number) for number in range(_SCREENS))
        )
    )


def _screen(seed: int, number: int) -> SampleScreen:
    content = screen(random_of(seed, f"screen {number}"), f"Sample company, screen {number + 1}")
    return SampleScreen(content, make_thumbnail(content), hashlib.sha256(content).digest())


async def _put(store: ScreenshotStore, screens: _Screens) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def put(key: str, content: bytes) -> None:
        async with places:
            await store.put(key, content)

    files = [
        (key, content)
        for path, screenshot in screens.files
        for key, content in (
            (path, screenshot.content),
            (thumbnail_key(path), screenshot.thumbnail),
        )
    ]
    await asyncio.gather(*(put(key, content) for key, content in files))


async def _record_views(
    connection: AnyConnection, company: list[SampleDevice], plan: Plan, now: datetime
) -> None:
    """Put on record that people looked, at working hours of the days before."""
    rng = random_of(plan.seed, "looks")
    numbers = await sample.employee_numbers(connection)
    seen = [machine.person.username for machine in company if machine.heartbeats]
    ago = sorted((rng.uniform(0.2, max(1, plan.days - 1)) for _ in range(_VIEWS)), reverse=True)
    for days in ago:
        action = rng.choice(("log.view", "screenshot.view", "day.view", "log.list"))
        reason = rng.choice((None, None, "Absence to be settled", "Asked by the works council"))
        count = 12 if action == "log.list" else 1
        entry = Entry(
            actor=f"user:{rng.choice(('manager', 'admin'))}",
            action=action,
            employee_ids=[numbers[name] for name in rng.sample(seen, min(count, len(seen)))],
            reason=reason,
            details={"sample": True},
        )
        await record(connection, entry, now - timedelta(days=days))
