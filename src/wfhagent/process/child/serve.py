"""The child's side: takes requests from the agent, and gives the answers."""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from wfhagent.process.child.frames import Ask, FrameError, Kind, read_frame, write_frame
from wfhagent.process.child.limits import limit_this_process

_at_end: list[Callable[[], None]] = []


def at_end(do: Callable[[], None]) -> None:
    """Call *do* once when this process ends, whether it is a child or not."""
    _at_end.append(do)
    if len(_at_end) == 1:
        atexit.register(_end)


def _end() -> None:
    while _at_end:
        _at_end.pop()()


def serve(do: Callable[[bytes, Ask], bytes]) -> NoReturn:
    """Answer the request on standard input with what *do* makes of it, and end the process.

    Whoever reads or prints in *do* gets nothing, and writes to standard error.
    """
    limit_this_process()
    agent = _Agent()
    answer = do(agent.expect(Kind.REQUEST), agent.ask)
    # Now: the agent may end this process as soon as it has the answer.
    _end()
    agent.answer(answer)
    _leave()


def serve_each(do: Callable[[bytes, Ask], bytes], end: Callable[[], object]) -> NoReturn:
    """Answer each request with what *do* makes of it until the agent closes the pipe, then *end*.

    *do* may run third-party code. Whoever reads or prints in it gets nothing, and writes to
    standard error.
    """
    limit_this_process()
    prepare_for_third_party()
    agent = _Agent()
    while (request := agent.next_request()) is not None:
        agent.answer(do(request, agent.ask))
    try:
        end()
        _end()
    finally:
        _leave()


def prepare_for_third_party() -> None:
    """Have all that this process starts from now on end with it, whatever its session.

    Call it once, before the code of a plugin is imported.
    """
    if sys.platform == "linux":
        from wfhagent.process.child.keeper import keep_descendants  # noqa: PLC0415

        keep_descendants()


def _leave() -> NoReturn:
    try:
        sys.stderr.flush()
    finally:
        # Whatever threads or closed streams a plugin leaves behind.
        os._exit(0)


class _Agent:
    """The agent at the other end of standard input and output, which are its own from now on."""

    def __init__(self) -> None:
        # What a plugin writes is not for others to change, whatever this process inherited.
        os.umask(os.umask(0) | 0o022)
        self._from = os.fdopen(os.dup(0), "rb")
        self._to = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def ask(self, question: bytes) -> bytes:
        with self._lock:
            write_frame(self._to, Kind.QUESTION, question)
            return self.expect(Kind.REPLY)

    def answer(self, body: bytes) -> None:
        with self._lock:
            write_frame(self._to, Kind.ANSWER, body)

    def next_request(self) -> bytes | None:
        frame = read_frame(self._from)
        return frame[1] if frame is not None and frame[0] is Kind.REQUEST else None

    def expect(self, kind: Kind) -> bytes:
        frame = read_frame(self._from)
        if frame is None or frame[0] is not kind:
            raise FrameError(f"the agent gave no {kind.name}")
        return frame[1]
