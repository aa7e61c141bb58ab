"""Free and total bytes of the system volume, or the reason why they are unknown."""

from types import SimpleNamespace

import psutil
import pytest

import wfhagent_disk_space
from wfhagent.plugin import Absent, Config
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent_disk_space import DiskSpace, system_volume


def collect() -> dict[str, object]:
    return dict(DiskSpace(Config()).collect(make_context()))


def test_its_declarations_are_in_order_and_this_machine_has_a_disk():
    facts = collect()

    assert check_collector(DiskSpace) == []
    assert check_plugin(wfhagent_disk_space) == []
    assert isinstance(facts["free"], int)
    assert isinstance(facts["total"], int)
    assert 0 <= facts["free"] <= facts["total"]


@pytest.mark.parametrize(
    ("platform", "volume"), [("linux", "/"), ("darwin", "/"), ("win32", "D:\\")]
)
def test_the_system_volume_is_the_one_that_is_asked_for(platform: str, volume: str):
    assert system_volume(platform, "D:") == volume


def test_free_is_what_a_user_can_write(monkeypatch: pytest.MonkeyPatch):
    usage = SimpleNamespace(total=512_000_000_000, used=400_000_000_000, free=86_000_000_000)
    monkeypatch.setattr(psutil, "disk_usage", lambda path: usage)

    assert collect() == {"free": 86_000_000_000, "total": 512_000_000_000}


def test_a_volume_that_cannot_be_asked_has_a_reason(monkeypatch: pytest.MonkeyPatch):
    def refuse(path: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(psutil, "disk_usage", refuse)

    assert collect()["free"] == Absent("OSError: [Errno 5] Input/output error")
