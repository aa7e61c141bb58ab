"""`wfhserver simulate` over a server of two workers that is reloaded and loses its database."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from server.tests.test_command_line import ended_at_last, environment_of, free_port, wait_for

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster
from wfhserver.embedded.layout import find_layout
from wfhserver.errors import SimulateError
from wfhserver.simulate.caller import Answer
from wfhserver.simulate.plan import Plan, target_of
from wfhserver.simulate.run import Simulation
from wfhserver.simulate.tally import Tally
from wfhserver.testing import StillClock

pytestmark = pytest.mark.end_to_end


def started(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "wfhserver", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment_of(folder, **more),
    )


def test_under_load_a_reload_and_an_outage_lose_nothing(folder: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = started(folder, "serve", f"--port={port}", "--workers=2")
    with ended_at_last(server):
        wait_for(server, "Application startup complete", times=2)
        made = started(folder, "tokens", "create", "--label", "capacity")
        token = made.communicate(timeout=60)[0].strip()
        load = ("--agents=40", f"--url={url}", "--for=20", "--interval=0.3", "--flood=0.5")
        test = started(folder, "simulate", *load, ENROLLMENT_TOKEN=token)
        with ended_at_last(test):
            assert test.stdout is not None
            assert "40 agents enrolled" in test.stdout.readline()
            server.send_signal(signal.SIGHUP)
            wait_for(server, "Finished server process", times=2)
            database = Cluster(find_layout(folder, "nobody"), SystemClock())
            database.stop()
            refused = httpx.get(f"{url}/readyz")
            database.start()
            output, complaints = test.communicate(timeout=90)
        metrics = httpx.get(f"{url}/metrics").text
        server.terminate()
        server.communicate(timeout=60)

    assert refused.status_code == 503
    assert (test.returncode, complaints) == (0, "")
    # The reload was not noticed by anybody; the outage was, and nothing but it.
    assert set(re.findall(r"x ([^,\n]+)", output)) == {"503 database_unavailable"}
    sent, stored = re.findall(r"^sent (\d+), stored (\d+)", output, re.MULTILINE)[0]
    assert sent == stored
    # Counts of workers that have gone since count too.
    assert f'wfhserver_heartbeats_total{{outcome="stored"}} {float(stored)}' in metrics


class Busy:
    """A server that answers 503 at first, and enrolls then; or never enrolls."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def post(self, path: str, token: str, content: Any) -> Answer:
        self.times -= 1
        if self.times >= 0:
            return Answer(503, {"code": "database_unavailable"}, 5.0)
        return Answer(201, {"token": "wfha_1"}, 0.0)


class Hurried(StillClock):
    """Sleeping takes no time but moves the time on."""

    async def sleep(self, seconds: float) -> None:
        self.pause(max(seconds, 1.0))
        await asyncio.sleep(0)


def test_enrolling_is_tried_again_while_the_server_is_busy_and_not_for_good() -> None:
    async def enrolled(times: int) -> Tally:
        plan = Plan(agents=1, seconds=0, grace_seconds=30)
        simulation = Simulation(plan, Busy(times), Hurried(), lambda _: None)  # type: ignore[arg-type]
        return await simulation.run("wfhe_1")

    asyncio.run(enrolled(3))
    with pytest.raises(SimulateError, match="503 database_unavailable"):
        asyncio.run(enrolled(100))


def test_a_capacity_test_of_another_machine_must_be_meant() -> None:
    with pytest.raises(SimulateError, match="--remote"):
        target_of("https://wfh.example.com", remote=False)

    assert target_of("https://wfh.example.com", remote=True).port == 443
    assert target_of("http://[::1]:8000", remote=False).name == "[::1]:8000"


@pytest.mark.parametrize("url", ["wfh.example.com", "ftp://x", "http://x:notaport", "http://x/api"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SimulateError, match=re.escape(url)):
        target_of(url, remote=True)


def test_without_a_token_it_says_how_to_get_one() -> None:
    command = [sys.executable, "-m", "wfhserver", "simulate"]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )

    assert ended.returncode == 1
    assert "wfhserver tokens create" in ended.stderr
