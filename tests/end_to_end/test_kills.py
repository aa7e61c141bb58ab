"""kill -9 of the agent, the server and PostgreSQL, again and again, under load.

WFHAGENT_KILLS=200 kills the agent so often, and each of the others a quarter of that.
"""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from random import Random  # noqa: TID251 -- seeded

import msgspec
import pytest
from tests.end_to_end.site import Laptop, Site
from tests.scratch import open_folder
from tests.waiting import wait_until

from wfhagent.deliver.identity import Identity
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Heartbeat
from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import Layout, find_layout

pytestmark = pytest.mark.end_to_end

CLOCK = SystemClock()
KILLS = int(os.environ.get("WFHAGENT_KILLS", "24"))
LOAD = 400
"""The minimum backlog of an agent at its start."""
MOST_SECONDS = 4.0
"""An agent without a server backs off for minutes; it is killed anyway."""


@dataclass
class Postgres:
    """A separate PostgreSQL for this test."""

    url: str
    layout: Layout

    def kill(self) -> None:
        """Kill it, as a power cut would, and start it again."""
        pid_file = self.layout.cluster / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        Cluster(self.layout, CLOCK).start()


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with open_folder() as folder, embedded_postgres(folder) as url:
        yield Postgres(url, find_layout(folder, "nobody"))


@pytest.fixture
def database_url(postgres: Postgres) -> str:
    return postgres.url


def fill_outbox(laptop: Laptop, moments: Iterator[datetime], size: int) -> None:
    """Put a backlog of *size* heartbeats into the outbox; the agent must not run."""
    data = laptop.folder / "data"
    who = msgspec.json.decode((data / "credentials.json").read_bytes(), type=Identity)
    with Outbox(data / "outbox.sqlite3", now=CLOCK.now()) as outbox:
        outbox._db.execute("PRAGMA synchronous = OFF")
        for moment in islice(moments, size):
            outbox.add_heartbeat(
                Heartbeat(
                    username=who.username, hostname=who.hostname, status="online", timestamp=moment
                )
            )


def heartbeats(laptop: Laptop, state: str) -> list[datetime]:
    """Return the timestamps of the agent's heartbeats in *state*."""
    with closing(sqlite3.connect(laptop.folder / "data" / "outbox.sqlite3")) as database:
        rows = database.execute(
            "SELECT body FROM entries WHERE kind = 'heartbeat' AND state = ?", (state,)
        ).fetchall()
    return [msgspec.json.decode(body, type=Heartbeat).timestamp for (body,) in rows]


def sent(laptop: Laptop) -> int:
    """Return how many heartbeats count as sent."""
    with closing(sqlite3.connect(laptop.folder / "data" / "outbox.sqlite3")) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM entries WHERE kind = 'heartbeat' AND state = 'sent'"
        ).fetchone()
    return count


def test_what_the_agent_counts_as_sent_is_what_the_server_holds(
    site: Site, laptop: Laptop, postgres: Postgres
):
    rng = Random(KILLS)
    site.start_server()
    laptop.run("enroll")
    # One second apart, from a week ago, so that each is unique.
    start = CLOCK.now() - timedelta(days=7)
    moments = (start + timedelta(seconds=second) for second in count())

    for number in range(KILLS):
        if len(heartbeats(laptop, "queued")) < LOAD:
            fill_outbox(laptop, moments, LOAD)
        goal = sent(laptop) + rng.randrange(LOAD)
        laptop.start()
        give_up = CLOCK.elapsed() + MOST_SECONDS
        while sent(laptop) < goal and CLOCK.elapsed() < give_up:
            CLOCK.pause(0.01)
        if number % 4 == 1:
            site.kill_server()
            site.start_server()
        if number % 4 == 3:
            postgres.kill()
        laptop.kill()

    last = laptop.start()
    wait_until(lambda: not heartbeats(laptop, "queued"), "an empty outbox")
    last.terminate()
    last.wait()

    stored = [row["timestamp"] for row in site.rows('SELECT "timestamp" FROM employee_heartbeats')]
    assert len(stored) >= KILLS * LOAD / 2
    assert len(stored) == len(set(stored))
    assert set(stored) == set(heartbeats(laptop, "sent"))
    assert heartbeats(laptop, "refused") == heartbeats(laptop, "queued") == []
