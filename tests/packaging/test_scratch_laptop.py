"""`make smoke` does not change the account's record of agents."""

import importlib
from pathlib import Path
from typing import Any

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def laptop(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("scratch_laptop")


@pytest.mark.parametrize("killed_before", [False, True])
def test_the_users_record_survives_a_run(
    laptop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_before: bool
):
    place, aside = tmp_path / "agents", tmp_path / "agents.aside"
    users = aside if killed_before else place
    users.mkdir()
    (users / "days.json").write_text("the user's")
    if killed_before:
        place.mkdir()
    monkeypatch.setattr(laptop, "places", lambda: (place,))

    with laptop.user_record_aside():
        place.mkdir()
        (place / "days.json").write_text("the smoke test's")

    assert (place / "days.json").read_text() == "the user's"
    assert not aside.exists()


def test_it_asks_to_stop_a_running_agent(laptop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(laptop, "running_agent", lambda: "agent.toml, pid 7")

    with pytest.raises(laptop.SmokeError, match="pid 7"), laptop.user_record_aside():
        pass
