"""The agent's side: starts this very program as a child, asks it one thing, and ends it."""

import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from wfhagent.process.child import CHILD_COMMAND
from wfhagent.process.child.frames import FrameError, Kind, read_frame, write_frame
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.no_window import NO_WINDOW

log = logging.getLogger(__name__)

_TAIL_BYTES = 4096
_LONGEST_LAST_LINE = 200
_END_SECONDS = 5.0
"""How long the system may take to end a process that has answered, or was killed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a call: the body, or *problem*, one sentence without a full stop.

    *hurt* is true when the child was killed or died: next time it most likely does so again.
    """

    body: bytes = b""
    problem: str = ""
    hurt: bool = False


def no_questions(question: bytes) -> bytes:
    """Refuse to answer *question*."""
    raise FrameError(f"asked {question[:20]!r}, which nobody answers")


def call(
    program: Sequence[str],
    task: str,
    request: bytes,
    *,
    limit_seconds: float,
    reply: Callable[[bytes], bytes] = no_questions,
) -> Answer:
    """Have a child do *task* with *request*; it and all it started are killed afterwards.

    *reply* answers the child's questions, in another thread. Whatever happens is an Answer.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [*program, CHILD_COMMAND, task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=os.path.dirname(program[0]),  # noqa: PTH120 -- which nobody else chose
            start_new_session=os.name == "posix",
            creationflags=NO_WINDOW,
        )
    except OSError as error:
        return Answer(problem=f"no process could be started for it: {error}")
    talk = _Talk(process, request, reply)
    tail = _Tail(process)
    talk.join(limit_seconds)
    in_time = not talk.is_alive()
    ended_with = _end(process, in_time=in_time)
    if not in_time:
        return Answer(problem=f"gave nothing within {limit_seconds:g} s", hurt=True)
    if talk.problem:
        return Answer(problem=talk.problem, hurt=True)
    if talk.answer is None:
        tail.join(_END_SECONDS)
        return Answer(problem=_ended(ended_with, tail.last_line()), hurt=True)
    return Answer(body=talk.answer)


class _Talk(threading.Thread):
    """Gives the request, answers questions, and takes the answer."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        request: bytes,
        reply: Callable[[bytes], bytes],
    ) -> None:
        super().__init__(name=f"child-{process.pid}", daemon=True)
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        self.answer: bytes | None = None
        self.problem = ""
        self._to: BinaryIO = process.stdin  # type: ignore[assignment]
        self._from: BinaryIO = process.stdout  # type: ignore[assignment]
        self._request = request
        self._reply = reply
        self.start()

    def run(self) -> None:
        try:
            write_frame(self._to, Kind.REQUEST, self._request)
            while (frame := read_frame(self._from)) is not None:
                kind, body = frame
                if kind is Kind.ANSWER:
                    self.answer = body
                    break
                write_frame(self._to, Kind.REPLY, self._reply(body))
        except FrameError as error:
            self.problem = str(error)
        except OSError as error:
            log.debug("A child went away: %s", error)
        finally:
            for stream in (self._to, self._from):
                _close(stream)


class _Tail(threading.Thread):
    """Reads what the child prints, and keeps the end of it: a plugin may print for ever."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name=f"child-{process.pid}-prints", daemon=True)
        assert process.stderr is not None  # noqa: S101
        self._from = process.stderr
        self._kept: deque[bytes] = deque(maxlen=2)
        self.start()

    def run(self) -> None:
        try:
            while part := os.read(self._from.fileno(), _TAIL_BYTES):
                self._kept.append(part)
        except OSError as error:
            log.debug("What a child prints cannot be read: %s", error)
        finally:
            _close(self._from)

    def last_line(self) -> str:
        """Return the last line that the child printed, without secrets, cut."""
        text = mask_secrets(b"".join(self._kept).decode(errors="replace").strip())
        return text.rpartition("\n")[2][:_LONGEST_LAST_LINE]


def _close(stream: object) -> None:
    try:
        stream.close()  # type: ignore[attr-defined]
    except OSError:
        # What was not written yet has no reader any more.
        return


def _ended(code: int | None, last_line: str) -> str:
    text = f"its process {_how(code)} before it answered"
    return f"{text}: {last_line}" if last_line else text


if sys.platform == "win32":

    def _how(code: int | None) -> str:
        return f"ended with {code}"

    def _end(process: subprocess.Popen[bytes], *, in_time: bool) -> int | None:
        """End the child; its job ends what it started."""
        if not in_time:
            process.kill()
        try:
            return process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return None

else:
    import signal

    def _how(code: int | None) -> str:
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with {code}"

    def _end(process: subprocess.Popen[bytes], *, in_time: bool) -> int | None:  # noqa: ARG001
        """End the child and whatever it started in its own session."""
        try:
            # Before it is reaped: until then its number belongs to nobody else. What has ended
            # already, or is about to, keeps the code with which it ends.
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # macOS says EPERM when only the dead child itself is left.
            log.debug("The group of child %d is gone", process.pid)
        return process.wait()
