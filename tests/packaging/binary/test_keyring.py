"""The compiled program uses the keyring of a real session."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "build/standalone/wfhagent/wfhagent"
LOG_IN = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is of Linux")
def test_the_keyring_of_the_session_is_used(tmp_path: Path):
    config = tmp_path / "agent.toml"
    config.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\nauth_token = "x"\n'
        f'[agent]\ndata_directory = "{tmp_path}"\n'
    )
    doctor = [str(PROGRAM), "doctor", "--config", str(config)]
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", LOG_IN, "sh", *doctor],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    (line,) = [line for line in done.stdout.splitlines() if " keyring " in line]
    assert line.startswith("ok")
    assert "Secret Service is available" in line
