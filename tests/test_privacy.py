"""docs/privacy.md and the core's declarations match what the code sends."""

import runpy
from datetime import timedelta
from pathlib import Path

import pytest

from wfhagent.agent.health import health_of
from wfhagent.deliver.delivery_state import DeliveryState
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Enrollment, Heartbeat
from wfhagent.plugin import KNOWN_FACTS, Fact
from wfhagent.privacy import core

ROOT = Path(__file__).parents[1]
OF_COLLECTORS = KNOWN_FACTS | {"extra"}


def test_the_page_in_docs_is_what_the_plugins_declare():
    script = runpy.run_path(str(ROOT / "packaging" / "render_privacy.py"))

    assert (ROOT / "docs" / "privacy.md").read_text() == script["render"](), (
        "run `python packaging/render_privacy.py`"
    )


@pytest.mark.parametrize(
    ("payload", "declared"),
    [
        (Heartbeat, core.HEARTBEAT),
        (DetailedLog, core.DETAILED_LOG),
        (Enrollment, core.ENROLLMENT),
    ],
)
def test_every_field_that_travels_is_declared(payload: type, declared: tuple[Fact, ...]):
    own = set(payload.__struct_fields__) - OF_COLLECTORS

    assert {fact.name for fact in declared} == own


def test_every_counter_of_the_health_is_declared(outbox: Outbox):
    outbox.set_aside = Path("outbox.damaged")
    health = health_of(
        outbox,
        skew=timedelta(seconds=1),
        failing={"a": "b"},
        delivery=DeliveryState(delivered_at=None, problem="x", code="y"),
        notice={"version": "1"},
        further={
            "collected": {"fingerprint": "1"},
            "start_notice": {"problem": "none"},
            "working_days": ["sat"],
            "day_off": "2026-11-23",
            "run_id": "5f0c2a9d1b7e4c33",
            "heartbeat_seconds": 1800.0,
            "silent": {"from": "2026-11-23T17:00:00Z"},
            "settings": "5f0c2a9d" * 8,
        },
    )

    assert set(health) == {fact.name for fact in core.HEALTH}


def test_the_health_stays_small_however_many_plugins_fail(outbox: Outbox):
    failing = {f"plugin{number}": "\x00é" * 5000 for number in range(50)}
    health = health_of(
        outbox,
        skew=None,
        failing=failing,
        delivery=DeliveryState(delivered_at=None, problem="", code=""),
    )

    assert len(health["failing"]) == 13
    assert health["failing"]["..."].startswith("and 38 more")
    assert max(map(len, health["failing"].values())) <= 300
