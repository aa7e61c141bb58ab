"""Virtual X displays."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def virtual_display(
    size: str, *, depth: int = 24
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Give the name and the process of one of *size*, as WIDTHxHEIGHT; Xvfb picks the number."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-screen", "0", f"{size}x{depth}", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(
        [*command, "-displayfd", str(writer)], pass_fds=(writer,), stderr=subprocess.DEVNULL
    ) as process:
        os.close(writer)
        with os.fdopen(reader) as stream:
            # It writes the number when it is ready.
            name = f":{stream.readline().strip()}"
        try:
            yield name, process
        finally:
            process.terminate()
