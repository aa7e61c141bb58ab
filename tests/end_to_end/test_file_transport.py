"""The whole agent over a transport other than HTTPS, which writes all it sends to a folder."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.site import Laptop
from tests.waiting import wait_until


@pytest.fixture
def carrier(laptop_with_screen: Laptop) -> Path:
    folder = laptop_with_screen.folder / "carrier"
    laptop_with_screen.configure("agent", transport="file")
    laptop_with_screen.configure("plugins.file", directory=str(folder))
    return folder


def written(folder: Path, kind: str) -> list[Any]:
    return [json.loads(file.read_bytes()) for file in sorted(folder.glob(f"*-{kind}-*.json"))]


def test_heartbeats_and_a_log_lie_in_the_folder(laptop_with_screen: Laptop, carrier: Path):
    laptop_with_screen.start()
    wait_until(lambda: written(carrier, "heartbeat"), "the first heartbeat")

    sent = laptop_with_screen.run_in_terminal("send", "log", types="y\n")

    assert sent.returncode == 0, sent.stderr
    ((heartbeat,), *_) = written(carrier, "heartbeat")
    (log,) = written(carrier, "log")
    assert heartbeat["username"] == log["username"]
    assert log["screenshot"]["status"] == "taken"
    (screenshot,) = carrier.glob("*.webp")
    assert screenshot.read_bytes().startswith(b"RIFF")
    status = laptop_with_screen.status()
    assert (status["enrolled"], status["queued_logs"], status["problem"]) == (True, 0, "")
