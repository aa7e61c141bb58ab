"""A virtual screen for the plugins that look at one."""

import os
import subprocess
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def virtual_screen() -> Iterator[str]:
    """The name of an X display of 1280x720 pixels; Xvfb picks the number when it is ready."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(
        [*command, "-displayfd", str(writer)], pass_fds=(writer,), stderr=subprocess.DEVNULL
    ) as process:
        os.close(writer)
        with os.fdopen(reader) as stream:
            yield f":{stream.readline().strip()}"
        process.terminate()
