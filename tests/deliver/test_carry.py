"""A transport is third-party code. When it misbehaves, there is an error and entries wait."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.plugin import Delivery, Parcel, ParcelKind
from wfhagent.testing import FakeTransport, check_transport

HEARTBEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="wfha_x")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Answers(FakeTransport):
    """Gives *answer* to everything, or raises it."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.given = answer

    def send(self, parcel: Parcel) -> Any:
        if isinstance(self.given, BaseException):
            raise self.given
        return self.given


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (RuntimeError("no line"), "The transport `fake` failed: RuntimeError: no line."),
        (SystemExit(3), "The transport `fake` failed: SystemExit: 3."),
        (200, "send must return a Delivery, and gave a int"),
        (Delivery(status=None), "gave neither a status nor a reason"),
    ],
)
def test_whatever_a_transport_does_wrong_is_a_reason_to_wait(answer: Any, expected: str):
    delivery = carry(Answers(answer), HEARTBEAT)

    assert decide(delivery) is Action.KEEP
    assert expected in delivery.detail


def test_what_it_does_right_is_passed_on():
    delivery = Delivery(status=200, server_time=NOW)

    assert carry(Answers(delivery), HEARTBEAT) is delivery


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Delivery(status=200, server_time=NOW), "enroll: an enrollment is a Delivery with status"),
        (Delivery(status=201), "heartbeat: without server_time"),
        (Delivery(status=503), "log: a Delivery with status 503 needs a code or a detail"),
        (Delivery(status=200, server_time=NOW.replace(tzinfo=None)), "log: server_time must be"),
        (OSError("no line"), "whereami: OSError: no line"),
        (None, "my_data_link: TypeError: send must return a Delivery"),
    ],
)
def test_the_author_of_a_transport_learns_what_the_agent_cannot_act_on(answer: Any, expected: str):
    problems = check_transport(Answers(answer))

    assert any(problem.startswith(expected) for problem in problems), problems
