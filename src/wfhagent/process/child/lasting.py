"""The agent's side of a child that stays, and is asked again and again."""

import threading
from collections.abc import Callable, Sequence

from wfhagent.process.child.call import Answer, late, no_process
from wfhagent.process.child.frames import MOST_BYTES
from wfhagent.process.child.running import END_SECONDS, Child, no_questions

_CLOSE_SECONDS = 2.0
"""How long a child may take to give connections back at the end."""


class LastingChild:
    """A child for *task* that is started when it is first asked. It runs third-party code.

    One that died, or gave nothing in time, is ended with all that it started; it is never asked
    again. Not for several threads.

    Attributes:
        is_ended: true once nothing can be asked any more.
    """

    def __init__(
        self, program: Sequence[str], task: str, reply: Callable[[bytes], bytes] = no_questions
    ) -> None:
        """*reply* answers the child's questions, in another thread."""
        self.is_ended = False
        self._reply = reply
        self._program = program
        self._task = task
        self._child: Child | None = None

    def ask(self, request: bytes, *, limit_seconds: float, most_bytes: int = MOST_BYTES) -> Answer:
        """Return what the child makes of *request*, at most *most_bytes*."""
        if self._child is None:
            try:
                self._child = Child(self._program, self._task, third_party=True)
            except OSError as error:
                self.is_ended = True
                return no_process(error)
        exchange = self._child.ask(request, reply=self._reply, most_bytes=most_bytes, closes=False)
        exchange.join(limit_seconds)
        in_time = not exchange.is_alive()
        if exchange.answer is not None:
            return Answer(body=exchange.answer)
        # One that does not keep to the protocol will not end by itself.
        ended_with = self._end(self._child, exchange, in_time=in_time and not exchange.problem)
        if not in_time:
            return late(limit_seconds)
        problem = exchange.problem or self._child.how_it_ended(ended_with)
        return Answer(problem=problem, hurt=True)

    def close(self) -> None:
        """End the child; one that waits may clean up before."""
        if self._child is None or self.is_ended:
            return
        reader = self._child.finish()
        reader.join(_CLOSE_SECONDS)
        self._end(self._child, reader, in_time=not reader.is_alive())

    def _end(self, child: Child, reader: threading.Thread, *, in_time: bool) -> int | None:
        self.is_ended = True
        ended_with = child.end(in_time=in_time)
        reader.join(END_SECONDS)
        if not reader.is_alive():
            # Else something that outlives the child has the pipe: to close it would wait for that.
            child.close()
        return ended_with
