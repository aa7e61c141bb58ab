"""The child's side: one request, questions if need be, one answer, and the end."""

import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from wfhagent.process.child.frames import FrameError, Kind, read_frame, write_frame
from wfhagent.process.child.limits import limit_this_process

Ask = Callable[[bytes], bytes]
"""Puts a question to the agent, and returns the reply."""


def serve(do: Callable[[bytes, Ask], bytes]) -> NoReturn:
    """Answer the request on standard input with what *do* makes of it, and end the process.

    Standard input and output are the agent's: whoever reads or prints in *do* gets nothing, and
    writes to standard error.
    """
    limit_this_process()
    # What a plugin writes is not for others to change, whatever this process inherited.
    os.umask(os.umask(0) | 0o022)
    source = os.fdopen(os.dup(0), "rb")
    answer = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    lock = threading.Lock()

    def ask(question: bytes) -> bytes:
        with lock:
            write_frame(answer, Kind.QUESTION, question)
            return _expect(Kind.REPLY)

    def _expect(kind: Kind) -> bytes:
        frame = read_frame(source)
        if frame is None or frame[0] is not kind:
            raise FrameError(f"the agent gave no {kind.name}")
        return frame[1]

    body = do(_expect(Kind.REQUEST), ask)
    with lock:
        write_frame(answer, Kind.ANSWER, body)
    sys.stderr.flush()
    # A thread that a plugin left behind must not keep the child alive.
    os._exit(0)
