"""What a child started ends with it, and with the agent, whatever session it is in (Linux)."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.drop_ins import collector, daemon, drop, ends
from tests.waiting import wait_until

from wfhagent.process.child import running
from wfhagent.process.child.call import call

AGENT = """
import sys
from pathlib import Path
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.examiner import Examiner
from wfhagent.system.paths import program

catalog = Catalog()
catalog.add_drop_ins(Path(sys.argv[1]), {})
examiner = Examiner(program=program(), tables={}, config_file=Path("agent.toml"))
catalog.examine(examiner.examine)
"""


def started(file: Path) -> int:
    return int(wait_until(lambda: file.exists() and file.read_text(), "its number is there"))


def test_a_killed_agent_leaves_no_child_and_no_daemon_behind(tmp_path: Path):
    pid, own_pid = tmp_path / "pid", tmp_path / "own"
    writes = f"import os; open({str(own_pid)!r}, 'w').write(str(os.getpid()))"
    hangs = f"{daemon(pid)}\n{writes}\nwhile True: pass"
    drop(tmp_path / "plugins", "hangs.py", collector("hangs", at_import=hangs))
    agent = subprocess.Popen([sys.executable, "-c", AGENT, str(tmp_path / "plugins")])
    child = started(own_pid)

    agent.kill()
    agent.wait()

    assert ends(child)
    assert ends(int(pid.read_text()))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM])
def test_the_keeper_ends_as_the_child_did(tmp_path: Path, number: signal.Signals):
    dies = f"import os; os.kill(os.getpid(), {number.value})"
    drop(tmp_path, "dies.py", collector("dies", at_import=dies))

    done = subprocess.run(
        [sys.executable, "-c", AGENT, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert f"its process was ended by {number.name} before it answered" in done.stderr


def test_a_child_whose_keeper_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch):
    children: list[subprocess.Popen[bytes]] = []
    start = running.start

    def remember(command: list[str], task: str) -> subprocess.Popen[bytes]:
        children.append(start(command, task))
        return children[-1]

    monkeypatch.setattr(running, "start", remember)
    monkeypatch.setattr(running, "END_SECONDS", 0.1)
    ignores = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); input()"

    answer = call([sys.executable, "-c", ignores], "x", b"", limit_seconds=1, third_party=True)

    assert answer.hurt
    assert children[0].returncode == -signal.SIGKILL
