"""In every command, an unreadable folder is a clear error and never a traceback."""

import ast
import builtins
import errno
import io
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Laptop

from wfhagent.cli import main
from wfhagent.cli.app import COMMANDS
from wfhagent.system.paths import MACHINE_FOLDERS

SOURCES = (
    Path(__file__).parents[2] / "src",
    *Path(__file__).parents[2].glob("plugins/*/src"),
)
PROBES = frozenset(
    {"exists", "is_dir", "is_file", "is_mount", "is_socket", "is_fifo", "is_symlink", "samefile"}
)
ERRORS = [errno.EACCES, errno.ENOTCONN, errno.EIO, errno.ESTALE]
WORDS: dict[str, list[str]] = {
    "run": ["run"],
    "preview": ["preview"],
    "send": ["send", "heartbeat"],
    "enroll": ["enroll"],
    "status": ["status"],
    "plugins": ["plugins"],
    "plugin": ["plugin", "check", "nowhere"],
    "privacy": ["privacy", "--open"],
    "journal": ["journal"],
    "screenshot": ["screenshot", "allow"],
    "notice": ["notice", "--open"],
    "my-data": ["my-data"],
    "tray": ["tray"],
    "doctor": ["doctor"],
    "report": ["report"],
    "example": ["example"],
    "settings": ["settings"],
    "service": ["service", "status"],
}
WITHOUT_CONFIG = {"example", "plugin", "service", "report"}
PATH_FUNCTIONS = (
    *("stat", "lstat", "open", "mkdir", "listdir", "scandir", "chmod", "unlink", "remove"),
    *("rename", "replace", "utime", "rmdir", "readlink", "statvfs", "chdir", "symlink", "link"),
)


def test_every_command_is_tried():
    assert set(WORDS) == set(COMMANDS)


@dataclass
class Closed:
    """Whatever touches a path below *folder* gets the error *number*, as of the system itself."""

    folder: Path
    number: int

    def refuse(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        real = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
        if real == str(self.folder) or real.startswith(f"{self.folder}{os.sep}"):
            raise OSError(self.number, os.strerror(self.number), real)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def closed(*arguments: Any, **named: Any) -> Any:
            for path in arguments[:2]:
                self.refuse(path)
            return call(*arguments, **named)

        return closed

    def connect(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def closed(database: Any, *arguments: Any, **named: Any) -> Any:
            try:
                self.refuse(str(database).removeprefix("file://").partition("?")[0])
            except OSError as error:
                raise sqlite3.OperationalError("unable to open database file") from error
            return call(database, *arguments, **named)

        return closed


@dataclass
class Person:
    """A user with a home folder, whose agent.toml is that of the device."""

    laptop: Laptop
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    @property
    def places(self) -> dict[str, Path]:
        folder = self.laptop.folder
        return {
            "data": folder / "home" / ".local" / "share" / "wfhagent",
            "config": folder / "etc" / "wfhagent",
            "home": folder / "home",
            "downloads": folder / "downloads",
            "plugins": folder / "plugins",
        }

    def close(self, place: str, number: int) -> Path:
        """Close a folder to this process; root may enter every real one."""
        folder = self.places[place]
        folder.mkdir(parents=True, exist_ok=True)
        closed = Closed(folder, number)
        for name in PATH_FUNCTIONS:
            self.patch.setattr(os, name, closed.around(getattr(os, name)))
        for module in (builtins, io):
            self.patch.setattr(module, "open", closed.around(module.open))
        self.patch.setattr(sqlite3, "connect", closed.connect(sqlite3.connect))
        return folder

    def shown(self, *words: str) -> tuple[int, str]:
        """Run a command as a shell does. Return its exit code and output."""
        self.patch.setattr(sys, "argv", ["wfhagent", *words])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        printed = self.capture.readouterr()
        return (code if isinstance(code, int) else 1 if code else 0), printed.out + printed.err


@pytest.fixture
def person(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Person]:
    laptop.configure("notice", company="Example", text="Read me.")
    laptop.configure("plugins", disabled=["screenshot", "idle"])
    del laptop.settings["agent"]["data_directory"]
    laptop.configure("agent", keyring=False)
    site = laptop.folder / "etc"
    (site / "wfhagent").mkdir(parents=True)
    (site / "wfhagent" / "agent.toml").write_text(laptop.file.read_text())
    (laptop.folder / "home").mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("WFHAGENT_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(laptop.folder / "home"))
    monkeypatch.setitem(MACHINE_FOLDERS, sys.platform, str(site))
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(laptop.folder / "downloads"))
    monkeypatch.chdir(laptop.folder)
    monkeypatch.setattr("webbrowser.open", lambda _url: True)
    monkeypatch.setattr("wfhagent.agent.run._run_once", lambda _assembly: None)
    before = os.umask(0o022)
    with monkeypatch.context() as patch:
        yield Person(laptop, patch, capfd)
    os.umask(before)


# Every command with every place, every command with every error, every place with every error.
PAIRS = [
    pytest.param(
        command, place, ERRORS[(row + column) % 4], id=f"{command}-{place}-{(row + column) % 4}"
    )
    for row, command in enumerate(COMMANDS)
    for column, place in enumerate(["data", "config", "home", "downloads", "plugins"])
]


@pytest.mark.parametrize(("command", "place", "number"), PAIRS)
def test_a_closed_folder_is_no_traceback(person: Person, command: str, place: str, number: int):
    folder = person.close(place, number)

    code, text = person.shown(*WORDS[command])

    assert "Traceback" not in text
    if place == "config" and command not in WITHOUT_CONFIG:
        assert code == 1
        assert "agent.toml cannot be read: " in text
    if place == "data" and command in {"run", "send", "enroll", "doctor"}:
        assert code == 1
        assert str(folder) in text


@pytest.mark.parametrize("command", ["notice", "privacy", "plugins", "preview"])
def test_a_closed_folder_of_downloads_stops_no_command(person: Person, command: str):
    person.close("downloads", errno.EACCES)

    code, text = person.shown(*WORDS[command])

    assert code == 0, text
    if command == "privacy":
        assert str(person.places["data"] / "pages" / "wfhagent-privacy.html") in text


def test_a_working_directory_that_was_removed_stops_no_command(person: Person):
    removed_folder = person.laptop.folder / "removed"
    removed_folder.mkdir()
    person.patch.chdir(removed_folder)
    removed_folder.rmdir()

    assert person.shown("plugins")[0] == 0


def test_no_source_asks_a_path_in_a_way_that_raises():
    """`Path.exists` and its kind may raise; `wfhagent.system.probe` never does.

    An `entry` of a folder and the `info` of an archive know it already.
    """
    found = [
        f"{file}:{node.lineno}"
        for source in SOURCES
        for file in source.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PROBES
        and ast.unparse(node.func.value) not in {"entry", "info"}
    ]

    assert found == []
