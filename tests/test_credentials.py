"""The device's identity: in a real keyring, in a file, and complete after a power cut."""

import errno
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.modes import has_mode, of_modes

from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringDeniedError, KeyringError
from wfhagent.identity import secret_service
from wfhagent.identity import store as credentials
from wfhagent.identity.store import FileKeeper, KeyringKeeper

URL = "https://wfh.example.com"
OLD = Identity(
    server_url=URL, agent_id=UUID(int=1), username="alice", hostname="laptop-7", token="wfha_old"
)
NEW = msgspec.structs.replace(OLD, token="wfha_new")
CHILD = Path(__file__).parent / "keyring_child.py"
LOG_IN = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is of Linux")


class PowerCutError(BaseException):
    """Ends the process at this point: no code may catch this."""


class DictKeyring:
    """A keyring in memory."""

    name = "a keyring in memory"

    def __init__(self, *identities: Identity) -> None:
        self.secrets = {
            identity.server_url: msgspec.json.encode(identity).decode() for identity in identities
        }

    def get(self, account: str) -> str | None:
        return self.secrets.get(account)

    def set(self, account: str, secret: str) -> None:
        self.secrets[account] = secret


class RefusingKeyring(DictKeyring):
    """A keyring that never works."""

    def get(self, account: str) -> str | None:
        raise RuntimeError("the keyring is on strike")

    def set(self, account: str, secret: str) -> None:
        raise RuntimeError("the keyring is on strike")


class ForgetfulKeyring(DictKeyring):
    """A keyring that reports success and stores nothing."""

    def set(self, account: str, secret: str) -> None:
        pass


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "credentials.json"


def keeper_of(file: Path, keyring: Any) -> KeyringKeeper:
    return KeyringKeeper(FileKeeper(file), account=URL, keyring=keyring)


# --- a real Secret Service ----------------------------------------------------------------------


def in_session(file: Path, steps: str, *, prefix: tuple[str, ...]) -> list[Any]:
    """Return what each of *steps* gave in a session of its own, with a home of its own."""
    for program, package in (
        ("dbus-run-session", "dbus-daemon"),
        ("gnome-keyring-daemon", "gnome-keyring"),
    ):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt-get install {package}")
    home, runtime = file.parent / "home", file.parent / "run"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        [*prefix, sys.executable, str(CHILD), steps, str(file)],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    gave = json.loads(done.stdout)
    assert isinstance(gave, list)
    return gave


BUS = ("dbus-run-session", "--")
LOGGED_IN = (*BUS, "sh", "-c", LOG_IN, "sh")


@linux_only
def test_a_keyring_keeps_the_identity_and_no_file_is_left(file: Path):
    gave = in_session(file, "load why save file_exists load", prefix=LOGGED_IN)

    assert gave == ["nothing", "", "keyring", False, "wfha_secret from the keyring"]


@linux_only
def test_a_keyring_keeps_the_secret_of_a_plugin_next_to_the_identity(file: Path):
    gave = in_session(
        file, "save read_secret store_secret read_secret load lock read_secret", prefix=LOGGED_IN
    )

    secret = "hunter2\nünter the bed"
    assert gave[1:4] == [None, "Secret Service", secret]
    assert gave[4] == "wfha_secret from the keyring"
    assert gave[6] == "closed: the keyring is locked"


@linux_only
def test_without_a_keyring_the_secret_of_a_plugin_is_not_stored(file: Path):
    (gave,) = in_session(file, "store_secret", prefix=BUS)

    assert gave.startswith("closed: ")


@linux_only
def test_a_new_identity_replaces_the_one_in_the_keyring(file: Path):
    gave = in_session(file, "save save entries", prefix=LOGGED_IN)

    assert gave == ["keyring", "keyring", 1]


@linux_only
def test_a_locked_keyring_means_the_file_and_no_dialog(file: Path):
    gave = in_session(file, "save watch lock load why save load prompts", prefix=LOGGED_IN)

    assert gave[3:5] == ["closed: the keyring is locked", "the keyring is locked"]
    assert gave[5:7] == ["file", "wfha_secret from the file"]
    assert gave[7] == 0
    assert has_mode(file, 0o600)


@linux_only
def test_a_keyring_that_is_unlocked_later_gives_the_identity_then(file: Path):
    gave = in_session(file, "save watch lock load unlock load prompts", prefix=LOGGED_IN)

    assert gave[3:] == [
        "closed: the keyring is locked",
        "unlocked",
        "wfha_secret from the keyring",
        0,
    ]


@linux_only
def test_the_watch_for_dialogs_sees_one_when_somebody_asks_for_it(file: Path):
    gave = in_session(file, "watch lock demand", prefix=LOGGED_IN)

    assert gave[2] == "BeginPrompting"


@linux_only
def test_a_session_that_never_had_a_keyring_means_the_file(file: Path):
    # The bus starts a daemon on demand; it has no keyring yet.
    gave = in_session(file, "watch save load why prompts", prefix=BUS)

    assert gave[1:] == ["file", "wfha_secret from the file", "there is no default keyring", 0]


@linux_only
def test_no_bus_means_the_file(file: Path):
    gave = in_session(file, "save load why", prefix=())

    assert gave == ["file", "wfha_secret from the file", "there is no session bus"]


# --- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("keyring", [RefusingKeyring(), ForgetfulKeyring(OLD), ForgetfulKeyring()])
def test_a_keyring_that_does_not_work_means_the_file(file: Path, keyring: DictKeyring):
    keeper = keeper_of(file, keyring)

    keeper.save(NEW)

    assert keeper.where == "file"
    assert keeper_of(file, keyring).load() == NEW
    assert has_mode(file, 0o600)


def test_a_keyring_that_never_answers_costs_its_time_limit(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(credentials, "LIMIT_SECONDS", 0.02)
    released = threading.Event()

    class WaitingKeyring(DictKeyring):
        def get(self, account: str) -> str | None:
            released.wait()
            return None

        def set(self, account: str, secret: str) -> None:
            released.wait()

    keeper = keeper_of(file, WaitingKeyring())
    try:
        assert str(keeper.why_not()) == "it did not answer within 0.02 s"
        questions = threading.active_count()
        for _ in range(3):
            keeper.save(NEW)
            assert keeper.where == "file"
            assert str(keeper.why_not()) == "it has not answered an earlier question yet"
        assert threading.active_count() == questions, "one question, and one thread, at a time"
    finally:
        released.set()
    assert keeper.load() == NEW


def test_a_keyring_that_asks_its_owner_is_asked_once_and_its_answer_is_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(credentials, "LIMIT_SECONDS", 0.02)
    allowed, answered = threading.Event(), threading.Event()
    dialogs: list[str] = []

    class AskingKeyring(DictKeyring):
        def get(self, account: str) -> str | None:
            dialogs.append(account)
            allowed.wait()
            try:
                return super().get(account)
            finally:
                answered.set()

    keeper_of(file, DictKeyring()).save(NEW)
    keeper = keeper_of(file, AskingKeyring(NEW))
    for _ in range(3):
        with pytest.raises(KeyringError, match="has not answered yet"):
            keeper.load()
    allowed.set()
    answered.wait()
    keeper._question._thread.join()

    assert keeper.load() == NEW
    assert dialogs == [URL]


class ScriptedBus:
    """A bus whose service has one unlocked entry; *secrets* answers for GetSecrets."""

    def __init__(self, secrets: object) -> None:
        self.secrets = secrets

    def session(self) -> str:
        return "/session"

    def call(self, _service: Any, method: str, *_body: Any, **_more: Any) -> Any:
        if method == "SearchItems":
            return ["/item"], []
        assert method == "GetSecrets"
        return [self.secrets]


def test_a_denial_by_the_keyrings_owner_is_explained(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(secret_service, "_connected", lambda: nullcontext(ScriptedBus({})))

    with pytest.raises(KeyringDeniedError, match="owner did not allow"):
        secret_service.SecretService().get(URL)


@linux_only
@pytest.mark.parametrize(
    "address",
    ["tcp:host=localhost,port=1", "nonsense", "unix:path=/nowhere", "unix:tmpdir=/tmp", ""],
)
def test_a_bus_address_of_any_kind_that_leads_nowhere_is_no_session_bus(
    monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

    with pytest.raises(KeyringError, match="there is no session bus"):
        secret_service.SecretService().get(URL)


def test_a_keyring_that_has_the_identity_and_does_not_answer_is_no_empty_one(file: Path):
    keeper_of(file, DictKeyring()).save(NEW)

    closed = keeper_of(file, RefusingKeyring())
    with pytest.raises(KeyringError, match="on strike"):
        closed.load()

    assert closed.where == "keyring"
    assert NEW.token not in file.with_suffix(".in-keyring").read_text("utf-8")


def test_a_keyring_that_lost_the_identity_means_that_there_is_none(file: Path):
    keeper_of(file, DictKeyring()).save(NEW)

    assert keeper_of(file, DictKeyring()).load() is None


def test_a_damaged_entry_of_the_keyring_is_no_identity(
    file: Path, caplog: pytest.LogCaptureFixture
):
    keyring = DictKeyring()
    keyring.set(URL, "{")

    assert keeper_of(file, keyring).load() is None
    assert "damaged" in caplog.text


def test_a_file_that_is_newer_than_the_keyring_is_right(file: Path):
    locked_at_the_time = keeper_of(file, RefusingKeyring())
    locked_at_the_time.save(NEW)

    assert keeper_of(file, DictKeyring(OLD)).load() == NEW


@pytest.mark.parametrize("old_is_in", ["keyring", "file"])
@pytest.mark.parametrize(
    ("where", "name", "survives"),
    [
        (FileKeeper, "save", OLD),
        (DictKeyring, "set", NEW),
        (FileKeeper, "delete", NEW),
    ],
)
def test_a_power_cut_between_two_steps_leaves_a_whole_identity(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    old_is_in: str,
    where: type,
    name: str,
    survives: Identity,
):
    keyring = DictKeyring(OLD) if old_is_in == "keyring" else DictKeyring()
    if old_is_in == "file":
        FileKeeper(file).save(OLD)

    def cut(*_arguments: object) -> None:
        raise PowerCutError

    # In the worker, a power cut would end only the thread.
    monkeypatch.setattr(KeyringKeeper, "_within_limit", lambda _keeper, ask: ask())
    keeper = keeper_of(file, keyring)
    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(where, name, cut)
        with pytest.raises(PowerCutError):
            keeper.save(NEW)

    assert keeper_of(file, keyring).load() == survives


def test_a_power_cut_while_the_keyring_is_read_back_leaves_the_new_identity(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    class CutKeyring(DictKeyring):
        def get(self, account: str) -> str | None:
            raise PowerCutError

    monkeypatch.setattr(KeyringKeeper, "_within_limit", lambda _keeper, ask: ask())
    with pytest.raises(PowerCutError):
        keeper_of(file, CutKeyring(OLD)).save(NEW)

    assert keeper_of(file, DictKeyring(OLD)).load() == NEW


def fail_to_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def test_a_full_disk_does_not_stand_in_the_way_of_the_keyring(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    FileKeeper(file).save(OLD)
    fail_to_sync(monkeypatch)
    keyring = DictKeyring()

    keeper = keeper_of(file, keyring)
    keeper.save(NEW)

    assert keeper.where == "keyring"
    assert keeper_of(file, keyring).load() == NEW


def test_a_full_disk_without_a_keyring_leaves_the_old_identity_and_says_so(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    FileKeeper(file).save(OLD)
    fail_to_sync(monkeypatch)

    with pytest.raises(OSError, match="No space left"):
        keeper_of(file, RefusingKeyring()).save(NEW)

    assert keeper_of(file, RefusingKeyring()).load() == OLD
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@of_modes
def test_a_file_that_others_can_read_is_made_private_and_reported(
    file: Path, caplog: pytest.LogCaptureFixture
):
    FileKeeper(file).save(OLD)
    file.chmod(0o644)

    keeper = FileKeeper(file)
    with caplog.at_level(logging.WARNING):
        assert keeper.load() == OLD

    assert has_mode(file, 0o600)
    assert keeper.was_open
    assert "mode 644" in caplog.text
    assert "wfhagent enroll" in caplog.text
    assert OLD.token not in caplog.text


def test_a_file_that_is_no_identity_is_none(file: Path, caplog: pytest.LogCaptureFixture):
    file.write_text("{}")

    assert FileKeeper(file).load() is None
    assert "enrolling again" in caplog.text


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOTCONN, errno.EIO])
def test_a_file_that_cannot_be_read_now_is_no_reason_to_enroll_again(
    file: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    FileKeeper(file).save(OLD)

    def refuse(_self: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as closed:
        closed.setattr(Path, "read_bytes", refuse)
        for keeper in (FileKeeper(file), KeyringKeeper(FileKeeper(file), account=OLD.server_url)):
            with pytest.raises(KeyringError, match=f"cannot be read: {os.strerror(number)}"):
                keeper.load()

    assert FileKeeper(file).load() == OLD
