"""Memory from the start is returned to the system, and its contents can still be read."""

import ctypes
import mmap
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from wfhagent.system.memory import release

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the advice is of Linux")


def resident_kilobytes(file: Path) -> int:
    """How much of the map of *file* is in this process's memory."""
    maps = Path("/proc/self/smaps").read_text()
    found = re.search(rf"{re.escape(str(file))}\n(?:.*\n)*?Rss: +(\d+) kB", maps)
    assert found is not None
    return int(found[1])


@pytest.fixture
def file() -> Iterator[Path]:
    """Two megabytes that nobody else has mapped, and that are on the disk."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        file = Path(folder, "library.so")
        with file.open("wb") as stream:
            stream.write(bytes(range(256)) * 8192)
            stream.flush()
            os.fsync(stream.fileno())
        yield file


def test_pages_of_a_file_go_and_come_back(file: Path):
    with file.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
    with content:
        assert content[:] == file.read_bytes()
        before = resident_kilobytes(file)

        release()

        assert before == 2048
        assert resident_kilobytes(file) < before / 2
        assert content[:] == file.read_bytes()


def test_a_page_that_is_needed_again_comes_back_without_its_neighbours(file: Path):
    with file.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
    with content:
        assert content[0] == 0

        release()

        assert content[0] == 0
        assert resident_kilobytes(file) == mmap.PAGESIZE // 1024


def test_what_was_changed_in_a_map_that_is_read_only_by_now_stays(file: Path):
    """As the dynamic linker leaves the tables of a program."""
    with file.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE)
    with content:
        content[0:4] = b"mine"
        address = ctypes.addressof(ctypes.c_char.from_buffer(content))
        protect = ctypes.CDLL(None).mprotect
        protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        assert protect(address, len(content), mmap.PROT_READ) == 0

        release()

        assert content[0:4] == b"mine"


FOREIGN = """
import mmap, os, re, sys
from wfhagent.system.memory import release
os.setresuid(65534, 65534, 65534)
with open(sys.argv[1], "rb") as stream:
    content = mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
assert len(content[:]) == 2 << 20
release()
maps = open("/proc/self/smaps").read()
print(re.search(re.escape(sys.argv[1]) + r"\\n(?:.*\\n)*?Rss: +(\\d+) kB", maps)[1])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_pages_of_a_program_that_root_has_installed_go_too():
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        file = Path(name) / "library.so"
        file.write_bytes(bytes(2 << 20))
        done = subprocess.run(
            [sys.executable, "-c", FOREIGN, str(file)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 0


def test_it_can_be_done_again():
    release()
    release()


LOADED = """
import sys
from wfhagent.cli import main
sys.argv = ["wfhagent", "run", "--quiet", "--config", "missing.toml"]
try:
    main()
except SystemExit:
    print(*sys.modules)
"""


def test_an_agent_that_a_service_starts_loads_no_command_line(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    loaded = set(done.stdout.split())
    assert "wfhagent.agent" in loaded
    assert not {"typer", "typing_extensions", "mss", "PIL"} & loaded
    assert "missing.toml" in done.stderr
