"""What commands print and read, whatever code page a redirected stream has."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wfhagent.process.streams import prepare_streams

NAME = "Zażółć Sp. z o.o., Łódź"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "agent.toml"
    file.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "x"\n[agent]\nkeyring = false\n'
        f"data_directory = '{tmp_path / 'data'}'\n"
        f'[notice]\ncompany = "{NAME}"\ntext = "Read it."\n',
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize("command", [["notice"], ["notice", "--json"]])
def test_a_redirected_stream_of_windows_takes_every_name(config: Path, command: list[str]):
    done = subprocess.run(
        [sys.executable, "-m", "wfhagent", *command, "--config", str(config)],
        env={**os.environ, "PYTHONIOENCODING": "cp1252:strict"},
        cwd=config.parent,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout.decode("utf-8")


def test_what_has_no_encoding_is_escaped(monkeypatch: pytest.MonkeyPatch):
    written = io.BytesIO()
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(written, "cp1252"))

    prepare_streams()
    sys.stdout.write("Ł \udc80")
    sys.stdout.flush()

    assert written.getvalue() == "Ł \\udc80".encode()


def test_a_program_without_a_console_may_write_and_read(monkeypatch: pytest.MonkeyPatch):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)

    prepare_streams()

    for stream in (sys.stdout, sys.stderr):
        stream.write("Ł")
        stream.close()
    assert sys.stdin.read() == ""
    sys.stdin.close()
