"""Whatever a collector does, the agent gets a reading and nobody else is disturbed."""

import json
import threading
from typing import Any

import pytest

from wfhagent.collect.gather import gather
from wfhagent.collect.in_thread import ThreadRunner
from wfhagent.collect.reading import Reading, read
from wfhagent.plugin import Absent, Attachment, Collector, Config, Context, Fact, Facts, Occasion
from wfhagent.testing import make_context

PICTURE = Attachment(name="screenshot", media_type="image/webp", data=b"picture")


class Given(Collector[Config]):
    name = "given"
    facts = (Fact("percent", "Charge", "Updates"), Fact("local_ip", "Address", "Support"))

    def __init__(self, gives: Any = None) -> None:
        super().__init__(Config())
        self.gives = gives

    def collect(self, context: Context) -> Facts:
        return self.gives


def reading_of(gives: Any) -> Reading:
    return read(Given(gives), make_context())


def test_declared_facts_are_read():
    assert reading_of({"percent": 80}).facts == {"percent": 80}


def test_a_fact_that_is_not_declared_does_not_travel_and_is_named():
    reading = reading_of({"percent": 80, "browser_history": ["x"]})

    assert reading.facts == {"percent": 80}
    assert reading.undeclared == ("'browser_history'",)


def test_a_file_that_is_not_declared_does_not_travel_and_is_named():
    class Attaching(Given):
        def collect(self, context: Context) -> Facts:
            context.attach(PICTURE)
            return {}

    reading = read(Attaching(), make_context())

    assert reading.attachments == ()
    assert reading.undeclared == ("'screenshot'",)


def test_what_was_dropped_is_said_and_its_name_does_not_travel():
    gathered = gather({"given": Reading(undeclared=("'browser_history'",))}, {})

    assert gathered.undeclared == {"given": ("'browser_history'",)}
    assert "not declared" in gathered.failures["given"]
    assert "browser" not in gathered.failures["given"]


def test_an_absent_fact_keeps_its_reason():
    reading = reading_of({"local_ip": Absent("no network")})

    assert reading.facts == {}
    assert reading.absent == {"local_ip": "no network"}


@pytest.mark.parametrize("gives", [None, 3, {"percent": object()}])
def test_what_is_no_json_is_a_failure(gives: Any):
    assert reading_of(gives).failure


def nested(levels: int) -> Any:
    return [] if levels == 1 else [nested(levels - 1)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x" * 20_000, "at most 16,384 travel"),
        ("a\x00b", "a NUL character"),
        (nested(40), "deeper than 32 levels"),
    ],
)
def test_what_the_server_would_refuse_is_a_failure(value: Any, reason: str):
    assert reason in reading_of({"percent": value}).failure


@pytest.mark.parametrize(
    ("fact", "value", "taken"),
    [
        ("local_ip", "10.0.0.1", True),
        ("local_ip", "fe80::1", True),
        ("local_ip", "somewhere", False),
        ("public_ip", 5, False),
        ("username", "", False),
        ("hostname", "x" * 256, False),
        ("time_zone", "America/Argentina/ComodRivadavia", True),
        ("time_zone", "Etc/GMT+5", True),
        ("time_zone", "-03:30", True),
        ("time_zone", "<b>Europe/Lisbon</b>", False),
        ("time_zone", "Europe/Lisbon\n", False),
        ("time_zone", "A" * 65, False),
        ("location", {"city": "Graz", "latitude": 47.1, "street": "allowed"}, True),
        ("location", {"latitude": 91}, False),
        ("location", "Graz", False),
        ("screenshot", {"status": "taken", "width": 1}, True),
        ("screenshot", {"status": "good"}, False),
        ("screenshot", {}, False),
    ],
)
def test_a_known_fact_that_the_server_would_refuse_is_absent_with_its_reason(
    fact: str, value: Any, taken: bool
):
    class Knowing(Given):
        facts = (Fact(fact, "It", "To know"),)

    reading = read(Knowing({fact: value}), make_context())

    assert (fact in reading.facts) is taken
    assert taken or f"what it gave for {fact} is none" in reading.absent[fact]


def test_reasons_are_short_and_on_one_line():
    reading = reading_of({"local_ip": Absent("no\nnetwork\x00" + "x" * 2000)})

    assert reading.absent["local_ip"].startswith("no network x")
    assert len(reading.absent["local_ip"]) == 300


def test_a_picture_that_is_too_large_is_a_failure():
    class Attaching(Given):
        facts = (Fact("screenshot", "A picture", "Proof"),)

        def collect(self, context: Context) -> Facts:
            context.attach(
                Attachment(name="screenshot", media_type="image/webp", data=bytes(11 << 20))
            )
            return {"screenshot": {"status": "taken"}}

    assert "at most 10,485,760 travel" in read(Attaching(), make_context()).failure


def test_facts_that_are_too_much_together_are_dropped_from_the_last_on():
    readings = {f"c{number}": Reading(facts={"text": "x" * 14_000}) for number in range(6)}

    gathered = gather(readings, {})

    assert list(gathered.extra) == ["c0", "c1", "c2", "c3"]
    assert set(gathered.failures) == {"c4", "c5"}


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(3), MemoryError()])
def test_whatever_is_raised_is_a_failure(error: BaseException):
    class Broken(Given):
        def collect(self, context: Context) -> Facts:
            raise error

    assert type(error).__name__ in read(Broken(), make_context()).failure


def test_a_hung_collector_of_heartbeats_is_left_behind_and_not_asked_again():
    release = threading.Event()
    asked = []

    class Hung(Given):
        def collect(self, context: Context) -> Facts:
            asked.append(1)
            release.wait()
            return {}

    runner = ThreadRunner(limit_seconds=0.05)
    collector = Hung()
    try:
        first = runner.read(collector, lambda: make_context(Occasion.HEARTBEAT))
        second = runner.read(collector, lambda: make_context(Occasion.HEARTBEAT))
    finally:
        release.set()

    assert first.failure == "gave nothing within 0.05 s"
    assert second.failure == "still running since an earlier heartbeat"
    assert asked == [1]


def test_known_facts_go_to_their_fields_and_others_to_extra():
    gathered = gather(
        {
            "network": Reading(facts={"local_ip": "10.0.0.1", "interface": "eth0"}),
            "screenshot": Reading(facts={"screenshot": {}}, attachments=(PICTURE,)),
        },
        {},
    )

    assert gathered.known == {"local_ip": "10.0.0.1", "screenshot": {}}
    assert gathered.extra == {"network": {"interface": "eth0"}}
    assert gathered.attachments == {"screenshot": PICTURE}


def test_a_failed_collector_explains_the_known_facts_that_are_missing():
    gathered = gather(
        {"network": Reading(failure="gave nothing within 15 s")},
        {"network": frozenset({"local_ip", "interface"})},
    )

    assert gathered.absent == {"local_ip": "network: gave nothing within 15 s"}
    assert gathered.failures == {"network": "gave nothing within 15 s"}


def test_a_further_fact_that_is_missing_says_why():
    gathered = gather(
        {"battery": Reading(absent={"percent": "this machine has no battery"})},
        {"battery": frozenset({"percent"})},
    )

    assert gathered.absent == {"battery.percent": "this machine has no battery"}
    assert not gathered.extra


def test_reasons_that_are_too_many_for_the_server_are_dropped_those_of_known_facts_last():
    reasons = {f"fact{number}": "x" * 300 for number in range(300)}

    gathered = gather(
        {"many": Reading(absent=reasons), "network": Reading(absent={"local_ip": "no network"})}, {}
    )

    assert gathered.absent["local_ip"] == "no network"
    assert 50 * 1024 < len(json.dumps(gathered.absent)) < 64 * 1024


def test_a_fact_that_another_collector_gave_is_not_missing():
    gathered = gather(
        {
            "network": Reading(absent={"public_ip": "the server was not reached"}),
            "stun": Reading(facts={"public_ip": "203.0.113.7"}),
        },
        {},
    )

    assert gathered.known == {"public_ip": "203.0.113.7"}
    assert gathered.absent == {}
