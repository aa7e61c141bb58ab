"""Whatever a collector does, the agent gets a reading and other collectors are not affected."""

import json
import threading
from typing import Any

import pytest

from wfhagent.collect.gather import gather
from wfhagent.collect.in_thread import ThreadRunner
from wfhagent.collect.reading import Reading, read
from wfhagent.plugin import (
    Absent,
    Attachment,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    Occasion,
    Personal,
)
from wfhagent.testing import make_context

SCREENSHOT = Attachment(name="screenshot", media_type="image/webp", data=b"image")


class Given(Collector[Config]):
    name = "given"
    facts = (
        Fact("percent", "Charge", "Updates", Personal.NO),
        Fact("local_ip", "Address", "Support", Personal.INDIRECT),
    )

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
            context.attach(SCREENSHOT)
            return {}

    reading = read(Attaching(), make_context())

    assert reading.attachments == ()
    assert reading.undeclared == ("'screenshot'",)


def test_a_dropped_field_is_reported_and_its_name_is_not_sent():
    facts = gather({"given": Reading(undeclared=("'browser_history'",))}, {})

    assert facts.undeclared == {"given": ("'browser_history'",)}
    assert "not declared" in facts.failures["given"]
    assert "browser" not in facts.failures["given"]


@pytest.mark.parametrize(
    "secret",
    [
        "https://alice:hunter22@vault.example/v1",
        "https://vault.example/v1?key=hunter22",
        "Authorization: Basic aHVudGVyMjI6aHVudGVyMjI=",
        'api_key="hunter22hunter22"',
        "AKIAHUNTER22HUNTER22",
        "ghp_hunter22hunter22hunter22",
        "eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyMiI6MX0.hunter22",
        "wfha_hunter22hunter22",
    ],
)
@pytest.mark.parametrize("how", ["raised", "absent"])
def test_what_looks_like_a_secret_is_masked_before_it_travels(secret: str, how: str):
    class Talkative(Given):
        def collect(self, context: Context) -> Facts:
            if how == "raised":
                raise RuntimeError(f"401 of the vault with {secret}")
            return {"percent": Absent(f"401 of the vault with {secret}")}

    reading = read(Talkative(), make_context())
    sent = reading.failure or reading.absent["percent"]

    assert "401 of the vault" in sent
    assert secret not in sent
    assert "hunter22" not in sent.lower()


def test_an_absent_fact_keeps_its_reason():
    reading = reading_of({"local_ip": Absent("no network")})

    assert reading.facts == {}
    assert reading.absent == {"local_ip": "no network"}


@pytest.mark.parametrize("gives", [None, 3])
def test_what_is_no_facts_is_a_failure(gives: Any):
    assert reading_of(gives).failure


def nested(levels: int) -> Any:
    return [] if levels == 1 else [nested(levels - 1)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (object(), "it is no JSON (Encoding objects of type object is unsupported)"),
        ("a\x00b", "it has a NUL character"),
        (nested(40), "it is nested deeper than 32 levels"),
    ],
)
def test_what_the_server_would_refuse_is_missing_and_the_others_travel(value: Any, reason: str):
    reading = reading_of({"percent": value, "local_ip": "10.0.0.1"})

    assert reading.facts == {"local_ip": "10.0.0.1"}
    assert reading.absent == {"percent": f"given.percent: {reason}"}


def test_more_than_the_server_would_take_is_a_failure():
    assert "at most 16,384 travel" in reading_of({"percent": "x" * 20_000}).failure


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
        facts = (Fact(fact, "It", "To know", Personal.NO),)

    reading = read(Knowing({fact: value}), make_context())

    assert (fact in reading.facts) is taken
    assert taken or f"what it gave for {fact} is none" in reading.absent[fact]


def test_reasons_are_short_and_on_one_line():
    reading = reading_of({"local_ip": Absent("no\nnetwork\x00" + "x" * 2000)})

    assert reading.absent["local_ip"].startswith("no network x")
    assert len(reading.absent["local_ip"]) == 300


def test_a_screenshot_that_is_too_large_is_a_failure():
    class Attaching(Given):
        facts = (Fact("screenshot", "An image", "Proof", Personal.DIRECT),)

        def collect(self, context: Context) -> Facts:
            context.attach(
                Attachment(name="screenshot", media_type="image/webp", data=bytes(11 << 20))
            )
            return {"screenshot": {"status": "taken"}}

    assert "at most 10,485,760 travel" in read(Attaching(), make_context()).failure


def test_facts_that_are_too_much_together_are_dropped_from_the_last_on():
    readings = {f"c{number}": Reading(facts={"text": "x" * 14_000}) for number in range(6)}

    facts = gather(readings, {})

    assert list(facts.extra) == ["c0", "c1", "c2", "c3"]
    assert set(facts.failures) == {"c4", "c5"}


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(3), MemoryError()])
def test_whatever_is_raised_is_a_failure(error: BaseException):
    class Broken(Given):
        def collect(self, context: Context) -> Facts:
            raise error

    assert type(error).__name__ in read(Broken(), make_context()).failure


def test_a_hung_collector_of_heartbeats_is_left_behind_and_not_asked_again():
    release = threading.Event()
    calls = []

    class Hung(Given):
        def collect(self, context: Context) -> Facts:
            calls.append(1)
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
    assert calls == [1]


def test_known_facts_go_to_their_fields_and_others_to_extra():
    facts = gather(
        {
            "network": Reading(facts={"local_ip": "10.0.0.1", "interface": "eth0"}),
            "screenshot": Reading(facts={"screenshot": {}}, attachments=(SCREENSHOT,)),
        },
        {},
    )

    assert facts.known == {"local_ip": "10.0.0.1", "screenshot": {}}
    assert facts.extra == {"network": {"interface": "eth0"}}
    assert facts.attachments == {"screenshot": SCREENSHOT}


def test_a_failed_collector_explains_the_known_facts_that_are_missing():
    facts = gather(
        {"network": Reading(failure="gave nothing within 15 s")},
        {"network": frozenset({"local_ip", "interface"})},
    )

    assert facts.absent == {"local_ip": "network: gave nothing within 15 s"}
    assert facts.failures == {"network": "gave nothing within 15 s"}


def test_a_further_fact_that_is_missing_says_why():
    facts = gather(
        {"battery": Reading(absent={"percent": "this machine has no battery"})},
        {"battery": frozenset({"percent"})},
    )

    assert facts.absent == {"battery.percent": "this machine has no battery"}
    assert not facts.extra


def test_reasons_that_are_too_many_for_the_server_are_dropped_those_of_known_facts_last():
    reasons = {f"fact{number}": "x" * 300 for number in range(300)}

    facts = gather(
        {"many": Reading(absent=reasons), "network": Reading(absent={"local_ip": "no network"})}, {}
    )

    assert facts.absent["local_ip"] == "no network"
    assert 50 * 1024 < len(json.dumps(facts.absent)) < 64 * 1024


def test_a_fact_that_another_collector_gave_is_not_missing():
    facts = gather(
        {
            "network": Reading(absent={"public_ip": "the server was not reached"}),
            "stun": Reading(facts={"public_ip": "203.0.113.7"}),
        },
        {},
    )

    assert facts.known == {"public_ip": "203.0.113.7"}
    assert facts.absent == {}
