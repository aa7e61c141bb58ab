"""The standard streams, which take every character wherever they lead."""

import io
import os
import sys


def prepare_streams() -> None:
    """Make standard input, output and error UTF-8; what cannot be decoded or encoded is escaped.

    Redirected ones are cp1252 and strict on Windows, where a Polish name ends the command. A
    program without a console has no streams at all; what is written then goes nowhere.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
