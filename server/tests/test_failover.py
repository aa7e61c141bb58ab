"""What of a deployment may fail under load, and loses no heartbeat: what is sent is stored once."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from server.tests.standby import Pair, pair_in
from server.tests.test_command_line import ended_at_last, free_port, wait_for
from server.tests.test_simulate import started
from tests.scratch import open_folder

pytestmark = pytest.mark.end_to_end

LOAD = ("--agents=30", "--for=12", "--interval=0.3", "--flood=0.5")
COUNT = "SELECT count(*) FROM employee_heartbeats"


class Deployment:
    """Two workers over the pair's address, and the capacity test that sends to them."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        self.folder, self.url = folder, pair.url
        self.port = free_port()

    def wfhserver(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return started(self.folder, *arguments, WFHSERVER_DATABASE_URL=self.url, **more)

    def output(self, *arguments: str) -> str:
        done = self.wfhserver(*arguments)
        printed, complaints = done.communicate(timeout=60)
        assert done.returncode == 0, complaints
        return printed.strip()

    def simulate(self, token: str) -> subprocess.Popen[str]:
        url = f"--url=http://127.0.0.1:{self.port}"
        test = self.wfhserver("simulate", *LOAD, url, ENROLLMENT_TOKEN=token)
        assert test.stdout is not None
        assert "30 agents enrolled" in test.stdout.readline()
        return test

    @contextmanager
    def under_load(self) -> Iterator[tuple[subprocess.Popen[str], subprocess.Popen[str]]]:
        """Yield a server of two workers, and the load that is sent to it."""
        token = self.output("tokens", "create", "--label", "capacity")
        server = self.wfhserver("serve", f"--port={self.port}", "--workers=2")
        with ended_at_last(server):
            wait_for(server, "Application startup complete", times=2)
            test = self.simulate(token)
            with ended_at_last(test):
                yield server, test


def whole(test: subprocess.Popen[str]) -> tuple[int, set[str]]:
    """Wait for the end; return how many heartbeats are stored, all that were sent, and errors."""
    output, complaints = test.communicate(timeout=110)
    assert (test.returncode, complaints) == (0, ""), output
    found = re.findall(r"^sent (\d+), stored (\d+)(?:, already there (\d+))?", output, re.MULTILINE)
    sent, stored, again = (int(each or 0) for each in found[0])
    assert sent == stored + again
    return sent, set(re.findall(r"x ([^,\n]+)", output))


def test_a_promoted_standby_has_every_heartbeat_that_was_acknowledged(tmp_path: Path) -> None:
    with open_folder() as folder, pair_in(folder) as pair:
        pair.make()
        deployment = Deployment(pair, tmp_path)
        deployment.output("db", "upgrade")
        pair.follow()
        with deployment.under_load() as (_, test):
            pair.lose_first()
            pair.promote()
            sent, errors = whole(test)
        stored = pair.execute("two", COUNT)

    assert stored.strip() == str(sent)
    assert errors <= {"503 database_unavailable"}


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    with open_folder() as folder, pair_in(folder) as pair:
        pair.make()
        deployment = Deployment(pair, tmp_path)
        deployment.output("db", "upgrade")
        with deployment.under_load() as (server, test):
            workers_of(server)[-1].kill()
            sent, errors = whole(test)
            # Its parent may wait a minute for the killed one to say that it is well.
            for process in (psutil.Process(server.pid), *workers_of(server)):
                process.kill()
        stored = pair.execute("one", COUNT)

    assert stored.strip() == str(sent)
    assert not any(error.startswith("5") for error in errors)


def workers_of(server: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the processes that serve."""
    children = psutil.Process(server.pid).children()
    return [child for child in children if "spawn_main" in _line_of(child)]


def _line_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # Or a zombie: it has ended, and its parent has not looked yet.
        return ""
