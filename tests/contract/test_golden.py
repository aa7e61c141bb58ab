"""The agent produces the golden files, byte for byte; they are only ever added to."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wfhagent.payload import (
    DeclaredFact,
    DetailedLog,
    Enrollment,
    Heartbeat,
    MissedSlot,
    PluginReport,
    Rename,
    encode,
)

GOLDEN = Path(__file__).parent / "golden"
MORNING = datetime(2026, 11, 23, 9, 14, 2, tzinfo=UTC)
NOT_REACHED = "the server was not reached"

PRODUCED = {
    "enroll": Enrollment(
        agent_id="0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11",
        username="alice",
        hostname="laptop-7",
        platform="Linux-6.1-x86_64",
        agent_version="0.1.0",
        workday=date(2026, 11, 23),
    ),
    "enroll-again": Enrollment(
        agent_id="0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11",
        username="alice",
        hostname="laptop-7",
        platform="Linux-6.1-x86_64",
        agent_version="0.2.0",
        workday=date(2026, 11, 23),
        current_token="wfha_example",
    ),
    "rename": Rename(hostname="laptop-8"),
    "heartbeat-minimal": Heartbeat(
        username="alice", hostname="laptop-7", status="online", timestamp=MORNING
    ),
    "heartbeat-full": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        queued_seconds=12.5,
        agent_version="0.1.0",
        health={"queued": 0},
        missed=(MissedSlot(workday=date(2026, 11, 20), slot=2, reason="off or asleep from 17:02"),),
        extra={"idle": {"idle_seconds": 42}},
    ),
    "heartbeat-notice": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.1.0",
        health={
            "queued_heartbeats": 0,
            "notice": {
                "version": "5f0c2a9d1b7e4c33",
                "required": True,
                "shown_at": "2026-11-23T08:01:10Z",
                "holds": "the notice was not acknowledged",
            },
        },
        missed=(
            MissedSlot(
                workday=date(2026, 11, 20), slot=1, reason="the notice was not acknowledged"
            ),
        ),
    ),
    "heartbeat-collected": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.2.0",
        health={
            "queued_heartbeats": 0,
            "collected": {
                "fingerprint": "5f0c2a9d1b7e4c33",
                "since": "2026-11-23T08:01:10Z",
                "open_changes": 2,
            },
            "start_notice": {"problem": "there is no session bus"},
        },
    ),
    "heartbeat-working-days": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.1.0",
        health={
            "queued_heartbeats": 0,
            "working_days": ["mon", "tue", "sat"],
            "day_off": "2026-11-23",
        },
    ),
    "heartbeat-run": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.2.0",
        health={"queued_heartbeats": 0, "run_id": "5f0c2a9d1b7e4c33"},
    ),
    "heartbeat-settings": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.2.0",
        health={"queued_heartbeats": 0, "settings": "5f0c2a9d1b7e4c33" * 4},
    ),
    "heartbeat-plugin-state": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.2.0",
        health={
            "queued_heartbeats": 0,
            "failing": {"battery": "its process ended with exit code 3"},
            "quarantine": {
                "battery": {
                    "since": "2026-11-23T09:04:02Z",
                    "why": "its process ended with exit code 3",
                    "until": "2026-11-23T10:04:02Z",
                }
            },
            "restart_pending": ["holidays"],
        },
    ),
    "heartbeat-zone": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.1.0",
        time_zone="Europe/Lisbon",
    ),
    "heartbeat-missed": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.1.0",
        missed=(
            MissedSlot(
                workday=date(2026, 11, 20),
                slot=2,
                reason="off or asleep for the rest of the day",
                awake_from=datetime(2026, 11, 20, 8, 2, tzinfo=UTC),
                awake_until=datetime(2026, 11, 20, 10, 36, tzinfo=UTC),
            ),
        ),
    ),
    "heartbeat-workday": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        queued_seconds=0.4,
        agent_version="0.1.0",
        workday=date(2026, 11, 23),
    ),
    "heartbeat-calendar": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        queued_seconds=0.4,
        agent_version="0.1.0",
        health={
            "queued_heartbeats": 0,
            "silent": {"from": "2026-11-23T12:00:00Z", "until": "2026-11-24T08:00:00Z"},
        },
        calendar=7,
    ),
    "heartbeat-plugins": Heartbeat(
        username="alice",
        hostname="laptop-7",
        status="online",
        timestamp=MORNING,
        seq=1795425242000,
        agent_version="0.1.0",
        plugins=(
            PluginReport(
                name="battery",
                kind="collector",
                origin="drop-in",
                api=1,
                sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                occasions=("detailed_log",),
                facts=(
                    DeclaredFact(
                        name="percent",
                        what="How full the battery is",
                        why="To plan updates when there is power",
                        personal="no",
                        type="int",
                        unit="%",
                        label="Battery",
                    ),
                    DeclaredFact(
                        name="source",
                        what="Where the power comes from",
                        why="To plan updates when there is power",
                        personal="indirect",
                        type="choice",
                        choices=("mains", "battery"),
                    ),
                ),
            ),
            PluginReport(name="https", kind="transport", origin="built-in", api=1, version="0.1.0"),
        ),
    ),
    "log-zone": DetailedLog(
        username="alice",
        hostname="laptop-7",
        timestamp=datetime(2026, 11, 23, 16, 5, 59, tzinfo=UTC),
        workday=date(2026, 11, 23),
        slot=2,
        screenshot={"status": "locked"},
        time_zone="+05:45",
    ),
    "log-taken": DetailedLog(
        username="alice",
        hostname="laptop-7",
        timestamp=datetime(2026, 11, 23, 11, 40, 12, tzinfo=UTC),
        workday=date(2026, 11, 23),
        slot=1,
        local_ip="192.168.1.20",
        public_ip="203.0.113.7",
        location={
            "country": "AT",
            "city": "Graz",
            "latitude": 47.07,
            "longitude": 15.44,
            "accuracy_km": 20,
            "source": "server",
        },
        screenshot={"status": "taken", "width": 1600, "height": 900, "monitors": 1},
    ),
    "log-hidden-windows": DetailedLog(
        username="alice",
        hostname="laptop-7",
        timestamp=datetime(2026, 11, 23, 16, 5, 59, tzinfo=UTC),
        workday=date(2026, 11, 23),
        slot=2,
        local_ip="192.168.1.20",
        public_ip="203.0.113.7",
        screenshot={
            "status": "taken",
            "width": 1600,
            "height": 450,
            "scale": 0.417,
            "monitors": 2,
            "black_monitors": 0,
            "blurred": True,
            "hidden_windows": None,
            "hiding_failed": "this desktop does not tell which windows there are",
            "notified": True,
        },
        absent={"location": NOT_REACHED},
    ),
    "log-no-display": DetailedLog(
        username="alice",
        hostname="laptop-7",
        timestamp=datetime(2026, 11, 23, 16, 5, 59, tzinfo=UTC),
        workday=date(2026, 11, 23),
        slot=2,
        local_ip="192.168.1.20",
        screenshot={"status": "no_display"},
        absent={
            "public_ip": NOT_REACHED,
            "location": NOT_REACHED,
            "screenshot": "no display: DISPLAY and WAYLAND_DISPLAY are not set",
        },
    ),
}


@pytest.mark.parametrize("name", PRODUCED)
def test_the_agent_produces_the_golden_file(name: str):
    produced = encode(PRODUCED[name])

    assert produced.decode() == (GOLDEN / f"{name}.json").read_text().strip()


def test_every_golden_file_is_produced_by_somebody():
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(PRODUCED)


def test_the_golden_files_are_the_examples_of_the_protocol_page():
    page = (GOLDEN.parents[2] / "docs" / "protocol.md").read_text()
    shown = [json.loads(block.split("```")[0]) for block in page.split("```json\n")[1:]]

    written = [json.loads((GOLDEN / f"{name}.json").read_text()) for name in PRODUCED]
    assert shown
    assert [example for example in shown if example not in written] == []
