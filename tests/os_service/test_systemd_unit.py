"""The unit, as the real systemd reads it."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.os_service.systemd import render_command, render_unit
from wfhagent.os_service.unit import AGENT, ICON, Job, ServiceError, ServiceSpec

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux only")

WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")))
PATHS = WORDS.map("/{}".format).filter(lambda path: not set(path) & set("\"'\\"))


def as_systemd_reads(value: str) -> list[str]:
    """Return the words that systemd finds (systemd.service(5), "Command lines")."""
    program, *arguments = shlex.split(value.replace("%%", "\0"), posix=True)
    assert "%" not in value.replace("%%", "")
    assert program.startswith(":"), "else $ would be a variable"
    return [word.replace("\0", "%") for word in (program[1:], *arguments)]


@given(program=PATHS, arguments=st.lists(WORDS))
def test_systemd_finds_the_words_that_were_meant(program: str, arguments: list[str]):
    line = render_command((program, *arguments))

    assert as_systemd_reads(line) == [program, *arguments]


@pytest.mark.parametrize("character", ['"', "'", "\\"])
def test_a_program_that_systemd_refuses_is_refused_before(character: str):
    with pytest.raises(ServiceError, match="Move it"):
        render_unit(ServiceSpec(program=[f"/opt/a{character}b/wfhagent"]))


@pytest.fixture
def systemd_analyze(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.fail("systemd-analyze is missing: install the Debian package systemd.")
    monkeypatch.setenv("HOME", str(tmp_path))
    # The name of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory() as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield tool


def ask(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def unit_of(program: Path, config: Path | None, folder: Path, job: Job = AGENT) -> Path:
    unit = folder / f"{job.name}.service"
    unit.write_text(render_unit(ServiceSpec(program=[str(program)], config=config), job))
    return unit


@needs_linux
@pytest.mark.parametrize(
    "name", ["plain", "with space", "50%", "50%h", "$HOME", "${HOME}", "ü 日本", "a;b", ";", "-x"]
)
@pytest.mark.parametrize("job", [AGENT, ICON], ids=lambda job: job.name)
def test_systemd_accepts_the_unit_and_finds_the_program(
    name: str, job: Job, systemd_analyze: str, tmp_path: Path
):
    program = tmp_path / name / "wfhagent"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    config = tmp_path / f"{name}'\"\\n" / "agent.toml"

    verified = ask(systemd_analyze, "verify", "--user", unit_of(program, config, tmp_path, job))

    assert (verified.returncode, verified.stderr) == (0, "")


@needs_linux
def test_systemd_would_say_that_a_program_is_missing(systemd_analyze: str, tmp_path: Path):
    unit = unit_of(tmp_path / "50%h" / "no one", None, tmp_path)

    verified = ask(systemd_analyze, "verify", "--user", unit)

    assert verified.returncode != 0
    assert f"{tmp_path}/50%h/no one" in verified.stderr


@needs_linux
def test_the_unit_gives_up_what_an_agent_does_not_need(systemd_analyze: str, tmp_path: Path):
    unit = unit_of(Path("/bin/true"), None, tmp_path)

    scored = ask(systemd_analyze, "security", "--offline=true", "--user", "--threshold=70", unit)

    assert scored.returncode == 0, scored.stdout
    for restriction in (
        "NoNewPrivileges=",
        "RestrictNamespaces=~user",
        "RestrictSUIDSGID=",
        "UMask=",
    ):
        assert f"✓ {restriction}" in scored.stdout


def test_the_unit_is_never_given_up_and_ends_with_the_session(spec: ServiceSpec):
    lines = render_unit(spec).splitlines()

    assert {
        "StartLimitIntervalSec=0",
        "Restart=on-failure",
        "PartOf=graphical-session.target",
        "WantedBy=graphical-session.target",
    } <= set(lines)


@pytest.mark.parametrize("wall", ["PrivateTmp", "ProtectHome", "ProtectSystem", "PrivateUsers"])
def test_no_sandbox_hides_the_screen_from_the_agent(wall: str, spec: ServiceSpec):
    # They need namespaces, which a user's systemd may not have, and PrivateTmp hides the X socket.
    assert f"\n{wall}=" not in render_unit(spec)
