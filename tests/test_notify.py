"""A notification reaches the user's desktop, whatever the process's environment contains."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.os_session.private_bus import PrivateBus
from tests.tray.stand_in_daemon import StandInDaemon

from wfhagent.desktop import notify
from wfhagent.desktop.notify import NotifyError, show

LIMIT_SECONDS = 30


@pytest.fixture
def bus() -> Iterator[str]:
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        made = PrivateBus(Path(folder))
        made.start()
        yield made.address
        made.stop()


@pytest.mark.parametrize("named", ["", "unix:path=/nowhere/bus", "tcp:host=127.0.0.1", "nonsense"])
def test_a_wrong_address_in_the_environment_does_not_keep_it_from_the_desktop(
    bus: str, named: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", named)
    monkeypatch.setattr(notify, "usual_bus", lambda: Path(bus.removeprefix("unix:path=")))
    daemon = StandInDaemon(bus)

    show("A title", "A <text> & more")

    title, _keys = daemon.shown.get(timeout=LIMIT_SECONDS)
    daemon.close()
    assert title == "A title"


def test_without_any_bus_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr(notify, "usual_bus", lambda: tmp_path / "missing")

    with pytest.raises(NotifyError, match="there is no session bus"):
        show("A title", "A text")
