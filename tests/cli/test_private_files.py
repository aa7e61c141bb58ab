"""The agent's files are private to their owner, whatever umask the process inherited."""

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.modes import of_modes

from wfhagent.errors import FolderError
from wfhagent.process.bounded_log import BoundedLog
from wfhagent.system.lock import hold

pytestmark = of_modes

AS_USER = Path(__file__).parents[1] / "as_user.py"
COMMANDS = [
    ["send", "heartbeat"],
    ["notice", "--out", "notice.html"],
    ["privacy", "--open"],
    ["journal", "--no-open"],
    ["preview", "--picture", "preview.webp"],
    ["report", "--output", "report.zip"],
    ["doctor"],
]


def test_under_an_open_umask_nobody_else_can_read_or_write_anything(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    config = tmp_path / "agent.toml"
    config.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "x"\n[agent]\nkeyring = false\n'
        '[notice]\ncompany = "Example"\ntext = "Read me."\n'
        '[plugins]\ndisabled = ["screenshot", "idle"]\n'
    )
    environment = {**os.environ, "HOME": str(home), "BROWSER": "true"}
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DOWNLOAD_DIR"):
        environment.pop(name, None)

    for words in COMMANDS:
        subprocess.run(
            [sys.executable, AS_USER, tmp_path / "home" / "agents", *words, "--config", config],
            cwd=home,
            env=environment,
            umask=0,
            capture_output=True,
            check=False,
        )

    made = list(home.rglob("*"))
    assert {"outbox.sqlite3", "notice.json", "report.zip"} <= {file.name for file in made}
    open_to_others = {
        str(file): oct(file.stat().st_mode) for file in made if file.stat().st_mode & 0o077
    }
    assert open_to_others == {}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    target = tmp_path / "somebody's file"
    target.write_text("untouched")
    target.chmod(0o644)
    return target


def test_a_link_in_the_place_of_a_lock_leads_nowhere(tmp_path: Path, target: Path):
    (tmp_path / "agent.lock").symlink_to(target)

    with (
        pytest.raises(FolderError, match=r"agent\.lock cannot be opened"),
        hold(tmp_path / "agent.lock"),
    ):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="chown needs root")
def test_a_link_that_somebody_else_made_is_no_place_for_the_log(tmp_path: Path, target: Path):
    link = tmp_path / "agent.log"
    link.symlink_to(target)
    os.lchown(link, 4242, 4242)
    log = BoundedLog(link)

    log.handle(logging.makeLogRecord({"msg": "line"}))
    log.close()

    assert target.read_text() == "untouched"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
