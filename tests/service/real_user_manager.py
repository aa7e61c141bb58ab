"""Started in a mount namespace of its own: a real user manager, and the commands of a story.

Prints, as JSON, what each command of the story (argv, one JSON list of lists) answered.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

MANAGER = Path("/lib/systemd/systemd")
READY_SECONDS = 20.0


def main(story: list[list[str]], folder: Path) -> None:
    """Run *story* beside a user manager that lives in *folder*."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    Path("/run/systemd/system").mkdir(parents=True)
    Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(parents=True, mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(str(folder / "ready"))
        ready.settimeout(READY_SECONDS)
        manager = subprocess.Popen(
            [MANAGER, "--user", "--log-target=null"],
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "ready")},
        )
        try:
            while b"READY=1" not in ready.recv(4096):
                pass
            json.dump([answer(command) for command in story], sys.stdout)
        finally:
            manager.terminate()
            manager.wait()


def answer(command: list[str]) -> list[object]:
    """Return exit code and words of one command."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [done.returncode, done.stdout + done.stderr]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
