"""The Credential Manager's entry is for this device only and is never lost."""

from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from wfhagent.deliver.identity import Identity
from wfhagent.identity import windows_keyring
from wfhagent.identity.store import FileKeeper, KeyringKeeper
from wfhagent.identity.windows_keyring import WindowsKeyring, device_account

URL = "https://wfh.example.com"
ACCOUNT = f"{URL} (device 0123456789abcdef)"
SECRET = msgspec.json.encode(
    Identity(
        server_url=URL, agent_id=UUID(int=1), username="alice", hostname="pc-7", token="wfha_1"
    )
).decode()


class Backend:
    """The used part of keyring's Windows backend; *persist* is that of the last entry."""

    persist = 3
    forgets = False

    def __init__(self) -> None:
        self.entries: dict[str, tuple[str, int]] = {}

    def get_password(self, service: str, account: str) -> str | None:
        assert service == "wfhagent"
        return self.entries.get(account, (None, 0))[0]

    def set_password(self, service: str, account: str, secret: str) -> None:
        if not self.forgets:
            self.entries[account] = (secret, self.persist)

    def delete_password(self, service: str, account: str) -> None:
        del self.entries[account]


@pytest.fixture
def backend() -> Backend:
    return Backend()


def keeper(backend: Backend, folder: Path) -> KeyringKeeper:
    keyring = WindowsKeyring(backend)
    file = FileKeeper(folder / "credentials.json")
    migrate = partial(keyring.migrate, URL, ACCOUNT)
    return KeyringKeeper(file, account=ACCOUNT, keyring=keyring, migrate=migrate)


def with_old_entry(backend: Backend, folder: Path, *, of_this_device: bool) -> None:
    backend.entries[URL] = (SECRET, 3)
    if of_this_device:
        (folder / "credentials.in-keyring").touch()


def test_an_entry_does_not_roam(backend: Backend):
    WindowsKeyring(backend).set(ACCOUNT, "x")

    assert backend.entries == {ACCOUNT: ("x", 2)}


def test_the_account_names_server_and_device(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(windows_keyring, "machine_hash", lambda: "0123456789abcdef" * 2)
    assert device_account(URL) == ACCOUNT

    monkeypatch.setattr(windows_keyring, "machine_hash", lambda: "")
    assert device_account(URL) == URL


def test_the_entry_of_an_older_version_is_moved(backend: Backend, tmp_path: Path):
    with_old_entry(backend, tmp_path, of_this_device=True)

    for _ in range(2):
        identity = keeper(backend, tmp_path).load()
        assert identity is not None
        assert identity.token == "wfha_1"
    assert backend.entries == {ACCOUNT: (SECRET, 2)}


def test_an_entry_that_roamed_here_from_another_device_is_left_alone(
    backend: Backend, tmp_path: Path
):
    with_old_entry(backend, tmp_path, of_this_device=False)

    assert keeper(backend, tmp_path).load() is None
    assert set(backend.entries) == {URL}


def test_an_entry_that_cannot_be_moved_stays_and_is_used(backend: Backend, tmp_path: Path):
    with_old_entry(backend, tmp_path, of_this_device=True)
    backend.forgets = True

    identity = keeper(backend, tmp_path).load()

    assert identity is not None
    assert set(backend.entries) == {URL}


def test_nothing_is_moved_where_nothing_is(backend: Backend, tmp_path: Path):
    (tmp_path / "credentials.in-keyring").touch()

    assert keeper(backend, tmp_path).load() is None
    assert backend.entries == {}


def test_a_device_without_a_number_has_one_entry(backend: Backend):
    keyring: Any = WindowsKeyring(backend)
    keyring.set(URL, "x")

    assert keyring.migrate(URL, URL) == "x"
    assert backend.entries == {URL: ("x", 2)}
