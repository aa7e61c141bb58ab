"""The database is lost and a standby takes over, or the pooler in front of it is, under load."""

from contextlib import ExitStack
from pathlib import Path

from server.tests.bouncer import Bouncer
from server.tests.standby import PORTS, Pair
from tests.worlds.failover.deployment import Deployment, check_stored_once, stored_in

from wfhserver.clock import SystemClock


def test_a_synchronous_standby_has_all_that_was_acknowledged(pair: Pair, deployment: Deployment):
    pair.follow()
    with deployment.running() as laptops:
        pair.lose_first()
        laptops.wait_for(errors=5)
        pair.promote()
        laptops.wait_for(heartbeats=300, logs=30)

    check_stored_once(pair, laptops, "two")


def test_an_asynchronous_standby_has_what_had_reached_it(pair: Pair, deployment: Deployment):
    pair.follow(synchronous=False)
    with deployment.running() as laptops:
        before = laptops.heartbeats | laptops.logs
        wait_until_received(pair, pair.execute("one", "SELECT pg_current_wal_lsn()").strip())
        laptops.wait_for(heartbeats=100)
        pair.lose_first()
        at_risk = (laptops.heartbeats | laptops.logs) - before
        laptops.wait_for(errors=5)
        pair.promote()
        laptops.wait_for(heartbeats=300, logs=30)

    stored = [
        made
        for table in ("employee_heartbeats", "employee_logs")
        for made in stored_in(pair, table, "two")
    ]
    lost = (laptops.heartbeats | laptops.logs) - set(stored)
    print(f"made {laptops.made.total()}, stored {len(stored)}, of {len(at_risk)} lost {len(lost)}")
    assert len(stored) == len(set(stored))
    assert lost <= at_risk
    assert set(stored) <= laptops.heartbeats | laptops.logs


def wait_until_received(pair: Pair, position: str) -> None:
    """Wait until the second has received all up to *position* of the first's log."""
    clock = SystemClock()
    give_up = clock.elapsed() + 30
    sql = f"SELECT pg_last_wal_receive_lsn() >= '{position}'::pg_lsn"
    while pair.execute("two", sql).strip() != "t":
        assert clock.elapsed() < give_up
        clock.pause(0.05)


def test_pgbouncer_that_is_killed_and_started_again_loses_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    bouncer = Bouncer(
        pair.folder / "bouncer",
        f"{pair.folder}",
        port=PORTS["one"],
        database="wfhserver",
        mode="session",
    )
    Deployment(pair, tmp_path, pair.url).output("db", "upgrade")
    deployment = Deployment(pair, tmp_path, bouncer.url)
    with ExitStack() as bouncers:
        first = bouncers.enter_context(bouncer.running())
        with deployment.running() as laptops:
            first.kill()
            laptops.wait_for(errors=5)
            bouncers.enter_context(bouncer.running())
            laptops.wait_for(heartbeats=300, logs=30)

    check_stored_once(pair, laptops)
