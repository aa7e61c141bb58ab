"""A child process as the agent sees it: started, listened to, ended with all that it started."""

import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO

from wfhagent.process.child import CHILD_COMMAND
from wfhagent.process.child.frames import MOST_BYTES, FrameError, Kind, read_frame, write_frame
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.no_window import NO_WINDOW

log = logging.getLogger(__name__)

END_SECONDS = 5.0
"""How long the system may take to end a process that has answered, or was killed."""
_TAIL_BYTES = 4096
_LONGEST_LAST_LINE = 200


def no_questions(question: bytes) -> bytes:
    """Refuse to answer *question*."""
    raise FrameError(f"asked {question[:20]!r}, which nobody answers")


class Child:
    """This very program in a process of its own, for one *task*.

    With *third_party* it runs code that does not come with the agent. On Linux such a child has a
    keeper (see keeper.py), which is what the agent started.

    Raises:
        OSError: no process could be started.
    """

    def __init__(self, program: Sequence[str], task: str, *, third_party: bool) -> None:
        self._process = start(program, task)
        self._has_keeper = third_party and sys.platform == "linux"
        self._tail = _Tail(self._process)
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._to: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._from: BinaryIO = self._process.stdout  # type: ignore[assignment]

    def ask(
        self,
        request: bytes,
        *,
        reply: Callable[[bytes], bytes] = no_questions,
        most_bytes: int = MOST_BYTES,
        closes: bool = True,
    ) -> "Exchange":
        """Begin to ask; with *closes* nothing can be asked afterwards."""
        streams = (self._to, self._from)
        return Exchange(streams, request, reply=reply, most_bytes=most_bytes, closes=closes)

    def finish(self) -> threading.Thread:
        """Let the child find the end of its input; return what ends when it has closed its output.

        To wait for the process would make its number somebody else's.
        """
        _close(self._to)
        reader = threading.Thread(target=self._from.read, args=(1,), name="child", daemon=True)
        reader.start()
        return reader

    def close(self) -> None:
        """Give the pipes back, once nothing more is asked."""
        _close(self._to)
        _close(self._from)

    def end(self, *, in_time: bool) -> int | None:
        """End the child with all that it started; return the code with which it ended."""
        return _end(self._process, in_time=in_time, has_keeper=self._has_keeper)

    def how_it_ended(self, code: int | None) -> str:
        """Return what people read of a child that ended with *code* and gave no answer."""
        self._tail.join(END_SECONDS)
        text = f"its process {_how(code)} before it answered"
        last_line = self._tail.last_line()
        return f"{text}: {last_line}" if last_line else text


def start(program: Sequence[str], task: str) -> subprocess.Popen[bytes]:
    """Start *program* as a child for *task*.

    Raises:
        OSError: the system refuses it.
    """
    return subprocess.Popen(  # noqa: S603 -- our own program
        [*program, CHILD_COMMAND, task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.path.dirname(program[0]),  # noqa: PTH120 -- which nobody else chose
        start_new_session=os.name == "posix",
        creationflags=NO_WINDOW,
    )


class Exchange(threading.Thread):
    """Gives one request, answers questions, and takes the answer.

    Attributes:
        answer: what came; None while nothing did.
        problem: what is wrong with what came; empty when nothing is.
    """

    def __init__(
        self,
        streams: tuple[BinaryIO, BinaryIO],
        request: bytes,
        *,
        reply: Callable[[bytes], bytes],
        most_bytes: int,
        closes: bool,
    ) -> None:
        super().__init__(name="child", daemon=True)
        self.answer: bytes | None = None
        self.problem = ""
        self._to, self._from = streams
        self._request = request
        self._reply = reply
        self._most_bytes = most_bytes
        self._closes = closes
        self.start()

    def run(self) -> None:
        try:
            write_frame(self._to, Kind.REQUEST, self._request)
            while (frame := read_frame(self._from, self._most_bytes)) is not None:
                kind, body = frame
                if kind is Kind.ANSWER:
                    self.answer = body
                    break
                write_frame(self._to, Kind.REPLY, self._reply(body))
        except FrameError as error:
            self.problem = str(error)
        except (OSError, ValueError) as error:
            # ValueError: it was ended, and the streams are closed.
            log.debug("A child went away: %s", error)
        finally:
            if self._closes:
                _close(self._to)
                _close(self._from)


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


if sys.platform == "win32":

    def _how(code: int | None) -> str:
        return f"ended with {code}"

    def _end(process: subprocess.Popen[bytes], *, in_time: bool, has_keeper: bool) -> int | None:  # noqa: ARG001
        """End the child; its job ends what it started."""
        if not in_time:
            process.kill()
        try:
            return process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
            return None

else:
    import select
    import signal

    def _how(code: int | None) -> str:
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with {code}"

    def _end(process: subprocess.Popen[bytes], *, in_time: bool, has_keeper: bool) -> int | None:  # noqa: ARG001
        """End the child and whatever it started, in other sessions only where it has a keeper."""
        if has_keeper:
            # What has ended already, or is about to, keeps the code with which it ends.
            os.kill(process.pid, signal.SIGTERM)
            _await_end(process)
        if process.returncode is None:
            try:
                # Before it is reaped: until then its number belongs to nobody else.
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                # macOS says EPERM when only the dead child itself is left.
                log.debug("The group of child %d is gone", process.pid)
        return process.wait()

    def _await_end(process: subprocess.Popen[bytes]) -> None:
        """Wait until *process* ends, at most END_SECONDS; it is reaped only by an old Linux."""
        if sys.platform == "linux":
            try:
                handle = os.pidfd_open(process.pid)
            except OSError:
                # Before Linux 5.3.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(END_SECONDS)
                return
            try:
                ended = select.poll()
                ended.register(handle, select.POLLIN)
                ended.poll(END_SECONDS * 1000)
            finally:
                os.close(handle)
