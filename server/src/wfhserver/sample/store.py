"""Puts the sample company into a database and its screens into a store."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.errors import DemoError
from wfhserver.models.users import Role
from wfhserver.sample.company import Machine, Plan, machines, random_of
from wfhserver.sample.days import SampleLog
from wfhserver.sample.pictures import SIZE, screen
from wfhserver.sample.rows import Company, Rows
from wfhserver.screenshots.image_check import examined
from wfhserver.screenshots.store import ScreenshotStore, thumbnail_key
from wfhserver.storage.postgres import sample
from wfhserver.storage.postgres.connection import AnyConnection

USERS = {"admin": Role.ADMIN, "manager": Role.MANAGER, "auditor": Role.AUDITOR}
_SCREENS = 24
_AT_ONCE = 16
_LOOKS = 60


class Picture(msgspec.Struct, frozen=True):
    """A screen and what is made of it."""

    content: bytes
    thumbnail: bytes
    sha256: bytes


class Made(msgspec.Struct, frozen=True):
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
) -> Made:
    """Replace what is in the database by the company; its users all have that password.

    Raises DemoError when the database holds people who are no sample.
    """
    if await sample.holds_others(connection):
        raise DemoError(
            "This database holds data of people, which a sample would replace. Use another one:"
            " --data names another folder."
        )
    company, pictures = machines(plan, now), await _screens(plan)
    screens = _Screens(plan, pictures)
    async with connection.transaction():
        await sample.clear(connection)
        rows = Rows(connection, now, screens.row_of)
        counts = await rows.add(Company(company, USERS, password_hash))
        await _look_around(connection, company, plan, now)
        await sample.mark(connection, plan.seed, now)
        # Before the commit: no row without its file.
        await _put(store, screens)
    return Made(len(company), *counts, len(screens.files))


class _Screens:
    """Which log has which screen."""

    def __init__(self, plan: Plan, pictures: list[Picture]) -> None:
        self._rng = random_of(plan.seed, "screens")
        self._pictures = pictures
        self.files: list[tuple[str, Picture]] = []

    def row_of(self, machine: Machine, workday: str, log: SampleLog) -> dict[str, Any]:
        """Return path, hash and report of a log's screenshot."""
        report: dict[str, Any] = {"status": log.status, "sample": True}
        if log.status != "taken":
            return {"path": None, "sha256": None, "report": report}
        picture = self._rng.choice(self._pictures)
        digest, attempt = picture.sha256.hex()[:16], f"{self._rng.getrandbits(32):08x}"
        path = f"{workday}/{machine.agent_uuid}-{log.slot}-{digest}-{attempt}.webp"
        self.files.append((path, picture))
        report |= {"width": SIZE[0], "height": SIZE[1], "monitors": 1, "black_monitors": 0}
        report |= {"blurred": False, "hidden_windows": int(attempt, 16) % 3, "notified": True}
        return {"path": path, "sha256": picture.sha256, "report": report}


async def _screens(plan: Plan) -> list[Picture]:
    return list(
        await asyncio.gather(
            *(asyncio.to_thread(_screen, plan.seed, number) for number in range(_SCREENS))
        )
    )


def _screen(seed: int, number: int) -> Picture:
    content = screen(random_of(seed, f"screen {number}"), f"Sample company, screen {number + 1}")
    small = examined(content).thumbnail or b""
    return Picture(content, small, hashlib.sha256(content).digest())


async def _put(store: ScreenshotStore, screens: _Screens) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def put(key: str, content: bytes) -> None:
        async with places:
            await store.put(key, content)

    files = [
        (key, content)
        for path, picture in screens.files
        for key, content in (
            (path, picture.content),
            (thumbnail_key(path), picture.thumbnail),
        )
    ]
    await asyncio.gather(*(put(key, content) for key, content in files))


async def _look_around(
    connection: AnyConnection, company: list[Machine], plan: Plan, now: datetime
) -> None:
    """Put on record that people looked, at working hours of the days before."""
    rng = random_of(plan.seed, "looks")
    numbers = await sample.employee_numbers(connection)
    seen = [machine.person.username for machine in company if machine.heartbeats]
    ago = sorted((rng.uniform(0.2, max(1, plan.days - 1)) for _ in range(_LOOKS)), reverse=True)
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
