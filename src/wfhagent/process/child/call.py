"""The agent's side: starts this very program as a child, asks it one thing, and ends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wfhagent.process.child.running import Child, no_questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a call: the body, or *problem*, one sentence without a full stop.

    *hurt* is true when the child was killed or died: next time it most likely does so again.
    """

    body: bytes = b""
    problem: str = ""
    hurt: bool = False


def call(
    program: Sequence[str],
    task: str,
    request: bytes,
    *,
    limit_seconds: float,
    third_party: bool = False,
    reply: Callable[[bytes], bytes] = no_questions,
) -> Answer:
    """Have a child do *task* with *request*; it and all it started are killed afterwards.

    With *third_party* it runs code that does not come with the agent. *reply* answers the child's
    questions, in another thread. Whatever happens is an Answer.
    """
    try:
        child = Child(program, task, third_party=third_party)
    except OSError as error:
        return no_process(error)
    exchange = child.ask(request, reply=reply)
    exchange.join(limit_seconds)
    in_time = not exchange.is_alive()
    ended_with = child.end(in_time=in_time)
    if not in_time:
        return late(limit_seconds)
    if exchange.problem:
        return Answer(problem=exchange.problem, hurt=True)
    if exchange.answer is None:
        return Answer(problem=child.how_it_ended(ended_with), hurt=True)
    return Answer(body=exchange.answer)


def no_process(error: OSError) -> Answer:
    """Return the answer when the system starts no process."""
    return Answer(problem=f"no process could be started for it: {error}")


def late(limit_seconds: float) -> Answer:
    """Return the answer of a child that gave none in time."""
    return Answer(problem=f"gave nothing within {limit_seconds:g} s", hurt=True)
