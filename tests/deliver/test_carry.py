"""A transport is other people's code: what it does wrong is an answer, and entries wait."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.plugin import Delivery, Parcel, ParcelKind
from wfhagent.testing import FakeTransport, check_transport

BEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="wfha_x")
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
    ("answer", "said"),
    [
        (RuntimeError("no line"), "The transport `fake` failed: RuntimeError: no line."),
        (SystemExit(3), "The transport `fake` failed: SystemExit: 3."),
        (200, "send must return a Delivery, and gave a int"),
        (Delivery(status=None), "gave neither a status nor a reason"),
    ],
)
def test_whatever_a_transport_does_wrong_is_a_reason_to_wait(answer: Any, said: str):
    delivery = carry(Answers(answer), BEAT)

    assert decide(delivery) is Action.KEEP
    assert said in delivery.detail


def test_what_it_does_right_is_passed_on():
    delivery = Delivery(status=200, server_time=NOW)

    assert carry(Answers(delivery), BEAT) is delivery


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Delivery(status=200, server_time=NOW), "enroll: an enrolment is a Delivery with status"),
        (Delivery(status=201), "heartbeat: without server_time"),
        (Delivery(status=503), "log: a Delivery with status 503 needs a code or a detail"),
        (Delivery(status=200, server_time=NOW.replace(tzinfo=None)), "log: server_time must be"),
        (OSError("no line"), "whereami: OSError: no line"),
        (None, "my_data_link: TypeError: send must return a Delivery"),
    ],
)
def test_the_author_of_a_transport_is_told_what_the_agent_could_not_act_on(answer: Any, said: str):
    problems = check_transport(Answers(answer))

    assert any(problem.startswith(said) for problem in problems), problems
